//! An import that is killed: what was committed stays, the full-text index is never ahead of it, and the same import again
//! makes up for the rest.

use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use rusqlite::Connection;

use crate::harness::Sinmun;

/// Synthetic rows, each of about two and a half thousand bytes, no two alike: some forty megabytes, of which the store
/// commits eight at a time and the index sixteen.
const ROWS: usize = 15_000;

fn archive() -> Vec<u8> {
    let mut bytes = Vec::new();
    for row in 0..ROWS {
        let (month, day) = (1 + row / 1_300, 1 + row % 28);
        let words: Vec<String> = (0..150).map(|word| format!("word{} sample", (row * 7 + word * 13) % 9_973)).collect();
        let json = serde_json::json!({
            "title": format!("Synthetic report {row}"), "date": format!("2021-{month:02}-{day:02}"),
            "url": format!("http://synthetic.invalid/{row}"), "text": format!("{} Number {row} of China.", words.join(" ")),
        });
        writeln!(bytes, "{json}").expect("memory");
    }
    bytes
}

fn ask(path: &Path, sql: &str) -> Option<i64> {
    path.exists().then(|| Connection::open(path).and_then(|c| c.query_row(sql, [], |row| row.get(0))).unwrap_or(0))
}

/// How many texts the store holds, and what the last is that the index does.
fn held(sinmun: &Sinmun) -> (i64, i64) {
    let ask = |name, sql| ask(&sinmun.data().join(name), sql).unwrap_or(0);
    (ask("sinmun.db", "SELECT count(*) FROM revision"), ask("search.db", "SELECT revision FROM progress"))
}

#[test]
fn at_any_point_the_store_is_whole_and_the_index_not_ahead_of_it() {
    let archive = archive();
    let arguments = ["-q", "import", "-", "--outlet", "kcna", "--edition", "en"];
    let sinmun = Sinmun::new();
    let (mut cut, mut last) = (0, (0, 0));
    for twelfth in [1, 4, 5, 8, 9, 11] {
        let mut child =
            sinmun.command(&arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        // It reads as fast as it stores, apart from what its queues hold: so it is killed about there.
        pipe.write_all(&archive[..archive.len() * twelfth / 12]).expect("it reads");
        child.kill().expect("it is killed");
        child.wait().expect("it is gone");
        let now = held(&sinmun);
        assert!(now.1 <= now.0, "the index is ahead of the store: {now:?}");
        assert!(now.0 >= last.0, "what was committed is gone: {now:?} after {last:?}");
        cut += usize::from((1..i64::try_from(ROWS).expect("few")).contains(&now.0));
        last = now;
    }
    assert!(cut >= 2, "the kills hit no import in its middle: {cut}");
    assert!(last.1 > 0, "nothing was indexed by then: an index that holds nothing is never ahead");
    let whole = Sinmun::new();
    for sinmun in [&sinmun, &whole] {
        let done = sinmun.run_with_input(&arguments, &archive);
        assert_eq!(done.status, Some(0), "{done}");
        sinmun.ok(&["check"]);
    }
    let texts = i64::try_from(ROWS).expect("few");
    assert_eq!((held(&sinmun), held(&whole)), ((texts, texts), (texts, texts)));
    for sql in [
        "SELECT count(*) FROM words WHERE words MATCH 'sample'",
        "SELECT count(*) FROM words WHERE words MATCH 'word42 NOT word55'",
        "SELECT sum(rowid) FROM words WHERE words MATCH 'number'",
        "SELECT cast(1e9 * rank AS INTEGER) FROM words WHERE words MATCH 'word42' ORDER BY rank, rowid LIMIT 1",
    ] {
        let found = [&sinmun, &whole].map(|sinmun| ask(&sinmun.data().join("search.db"), sql));
        assert!(found[0] == found[1] && found[0] != Some(0), "{sql}: {found:?}");
    }
    for sql in
        ["SELECT * FROM v_daily ORDER BY day, entity", "SELECT article, title, revisions FROM v_article ORDER BY 1"]
    {
        assert_eq!(sinmun.ok(&["sql", sql, "--format", "csv"]), whole.ok(&["sql", sql, "--format", "csv"]), "{sql}");
    }
}
