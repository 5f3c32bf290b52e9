//! The floor of an import: the rows it leaves, written again by `SQLite` alone, with the same schema, settings,
//! order and transactions, on one thread. What is above it, reading, counting and deciding cost.

use std::collections::BTreeMap;
use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::{Bench, Outcome};

/// The tables that grow with the archive, with what says which text a row belongs to.
const TABLES: [(&str, &str); 5] = [
    ("article", "first"),
    ("revision", "id"),
    ("capture", "(SELECT min(revision) FROM appearance WHERE capture = capture.id)"),
    ("appearance", "revision"),
    ("tally", "revision"),
];
/// Bytes of text after which it commits, as the import does.
const COMMIT: usize = 8 << 20;

type Row = (usize, Vec<Value>);

/// Seconds to write the rows of the store that the last import left.
pub fn write(bench: &Bench) -> Outcome<f64> {
    let path = bench.work.join("alone.db");
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
    let store = Connection::open(bench.work.join("store/sinmun.db"))?;
    // The rows of each text, table by table, in memory before the clock starts.
    let mut texts: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    for (table, (name, key)) in TABLES.iter().enumerate() {
        let mut statement = store.prepare(&format!("SELECT {key}, * FROM {name}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let values = (1..columns).map(|i| row.get(i)).collect::<Result<_, _>>()?;
            texts.entry(row.get(0)?).or_default().push((table, values));
        }
    }
    let transactions = transactions(texts);
    let connection = Connection::open(&path)?;
    for (name, value) in [
        ("page_size", "16384"),
        ("journal_mode", "WAL"),
        ("synchronous", "NORMAL"),
        ("cache_size", "-32768"),
        ("foreign_keys", "OFF"),
    ] {
        connection.pragma_update(None, name, value)?;
    }
    let mut schema = store.prepare("SELECT sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")?;
    for sql in schema.query_map([], |row| row.get::<_, String>(0))? {
        connection.execute_batch(&sql?)?;
    }
    let begin = Instant::now();
    let mut inserts = Vec::new();
    for (name, _) in TABLES {
        let columns = store.prepare(&format!("SELECT * FROM {name}"))?.column_count();
        let places = vec!["?"; columns].join(",");
        inserts.push(connection.prepare(&format!("INSERT INTO {name} VALUES ({places})"))?);
    }
    for rows in &transactions {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for (table, values) in rows {
            inserts[*table].execute(params_from_iter(values))?;
        }
        connection.execute_batch("COMMIT")?;
    }
    // Closed it leaves, as the import does, one file and no log.
    drop(inserts);
    connection.close().map_err(|(_, error)| error)?;
    Ok(begin.elapsed().as_secs_f64())
}

/// The rows as the import puts them in: text by text, the tallies at the end of their transaction and in the order of
/// their key.
fn transactions(texts: BTreeMap<i64, Vec<Row>>) -> Vec<Vec<Row>> {
    let mut transactions = Vec::new();
    let (mut rows, mut tallies, mut bytes) = (Vec::new(), Vec::new(), 0);
    let key = |row: &Row| -> Vec<i64> {
        let number = |value: &Value| if let Value::Integer(number) = value { *number } else { 0 };
        row.1.iter().take(6).map(number).collect()
    };
    for row in texts.into_values().flatten() {
        let text = |value: &Value| if let Value::Text(text) = value { text.len() } else { 0 };
        bytes += row.1.iter().map(text).sum::<usize>();
        if TABLES[row.0].0 == "tally" {
            tallies.push(row);
        } else {
            rows.push(row);
        }
        if bytes >= COMMIT {
            tallies.sort_by_cached_key(key);
            rows.append(&mut tallies);
            transactions.push(std::mem::take(&mut rows));
            bytes = 0;
        }
    }
    tallies.sort_by_cached_key(key);
    rows.append(&mut tallies);
    transactions.push(rows);
    transactions
}
