//! The floor of an import: the rows it leaves, written again by `SQLite` alone, with the same schema, settings,
//! order and transactions. What is above it, reading, counting and deciding cost.

use std::collections::BTreeMap;
use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::{Bench, Outcome};

/// The tables that grow with the archive, with the column that says which text a row belongs to.
const TABLES: [(&str, &str); 4] =
    [("article", "first"), ("revision", "id"), ("appearance", "revision"), ("tally", "revision")];
/// Texts in a transaction: about the four megabytes after which the import commits.
const COMMIT: usize = 2600;

/// Seconds to write the rows of the store that the last import left.
pub fn write(bench: &Bench) -> Outcome<f64> {
    let path = bench.work.join("alone.db");
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
    let store = Connection::open(bench.work.join("store/sinmun.db"))?;
    // The rows of each text, table by table, in memory before the clock starts.
    let mut texts: BTreeMap<i64, Vec<(usize, Vec<Value>)>> = BTreeMap::new();
    for (table, (name, key)) in TABLES.iter().enumerate() {
        let mut statement = store.prepare(&format!("SELECT {key}, * FROM {name}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let values = (1..columns).map(|i| row.get(i)).collect::<Result<_, _>>()?;
            texts.entry(row.get(0)?).or_default().push((table, values));
        }
    }
    let connection = Connection::open(&path)?;
    for (name, value) in [
        ("page_size", "16384"),
        ("journal_mode", "WAL"),
        ("synchronous", "FULL"),
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
    connection.execute_batch("BEGIN IMMEDIATE")?;
    for (number, rows) in texts.values().enumerate() {
        for (table, values) in rows {
            inserts[*table].execute(params_from_iter(values))?;
        }
        if number % COMMIT == COMMIT - 1 {
            connection.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
        }
    }
    connection.execute_batch("COMMIT; PRAGMA wal_checkpoint(PASSIVE)")?;
    Ok(begin.elapsed().as_secs_f64())
}
