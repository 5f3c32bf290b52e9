//! The store: made-up articles, imported, and what years of polls would have left beside half of them.

use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Stdio;

use sinmun::domain::day::Day;

use super::sinmun;

/// How many days the store goes back.
const DAYS: u64 = 27 * 365;
const STREAMS: [(&str, &str); 4] = [("kcna", "en"), ("kcna", "ko"), ("rodong", "en"), ("rodong", "ko")];

/// Whom some articles name: one in so many, in English and in Korean. Messages are as rare as they are.
const NAMED: [(u64, &str, &str); 5] = [
    (4, "China and its invented delegation were spoken of. ", "중국의 가상대표단에 대하여 말하였다. "),
    (8, "Russia was spoken of in sample terms. ", "로씨야에 대하여 시험적으로 말하였다. "),
    (16, "Putin was spoken of in an invented sentence. ", "뿌찐대통령에 대하여 가상문장으로 말하였다. "),
    (17, "Xi Jinping was spoken of in a sample sentence. ", "습근평주석에 대하여 시험문장으로 말하였다. "),
    (
        257,
        "Kim Jong Un sent a message of greeting to Vladimir Putin. ",
        "김정은동지께서 뿌찐대통령에게 축전을 보내시였다. ",
    ),
];

/// Makes and imports the articles, up to a day.
pub fn fill(folder: &Path, data: &Path, count: u64, last: Day) {
    for (outlet, edition) in STREAMS {
        let file = folder.join("articles.jsonl");
        let mut out = BufWriter::new(std::fs::File::create(&file).expect("a file"));
        articles(&mut out, (outlet, edition), count / 4, last);
        out.flush().expect("written");
        let mut import = sinmun(data);
        import.arg("import").arg(&file).args(["--outlet", outlet, "--edition", edition]).stdout(Stdio::null());
        assert!(import.status().expect("the program starts").success(), "the import");
        std::fs::remove_file(&file).expect("removed");
    }
    polled(data, last).expect("the rows of polls");
}

/// Writes articles as lines of JSON. One in a hundred was revised.
fn articles(out: &mut impl Write, (outlet, edition): (&str, &str), count: u64, last: Day) {
    let korean = edition == "ko";
    for place in 0..count {
        let day = last.plus(-i32::try_from(place % DAYS).expect("a day"));
        // The newspaper reprints one in five of the agency's.
        let i = if outlet == "rodong" && place % 5 > 0 { place + 10_000_000 } else { place };
        let field = i * 7 % 99_991;
        let mut body = if korean {
            format!("(평양발 조선중앙통신) 시험농장 {i}호의 소식이다. 밭 {field}에서 가을걷이를 하였다. ")
        } else {
            format!("Pyongyang (KCNA) -- Sample harvest {i} of an invented farm was told of on field {field}. ")
        };
        for (every, english, in_korean) in NAMED {
            if i % every == 0 {
                body.push_str(if korean { in_korean } else { english });
            }
        }
        // Short notes and long ones.
        for n in 0..4 + i * 7919 % 97 / 6 {
            let (about, against) = (i * 31 + n, (i * 17 + n) % 1009);
            let _ = if korean {
                write!(body, "{n}번째 줄은 {about}에 대하여 {against}와 다르게 썼다. ")
            } else {
                write!(body, "Line {n} of number {about} says what line {against} did not. ")
            };
        }
        let title = if korean { format!("시험소식 {i}") } else { format!("Sample news {i}") };
        for text in 0..if i % 100 == 7 { 2 } else { 1 } {
            let line = serde_json::json!({
                "title": title, "date": day, "url": format!("http://{outlet}.example/{edition}/{i}"),
                "body": format!("{body}{}", if text == 1 { "2024" } else { "" }),
                "captured_at": format!("{day}T1{text}:00:00Z"),
            });
            writeln!(out, "{line}").expect("written");
        }
    }
}

/// What a daemon would have left that had collected the Korean editions itself for all these years: a line of a list
/// for every article, a poll every half an hour of the last five years, and days that were seen whole. Of the last
/// hundred days every tenth article is gone since.
fn polled(data: &Path, last: Day) -> rusqlite::Result<()> {
    let store = rusqlite::Connection::open(data.join("sinmun.db"))?;
    let day = last.epoch_days();
    store.execute_batch("BEGIN")?;
    for outlet in ["kcna", "rodong"] {
        store.execute(
            "INSERT INTO source (name, stream, lists_all, next_at, polled_at, succeeded_at, new_at, outcome)
             SELECT outlet || '-ko', id, 1, ?2, ?2, ?2, ?2, 1 FROM stream WHERE outlet = ?1 AND edition = 'ko'",
            rusqlite::params![outlet, i64::from(day) * 86_400],
        )?;
        let source = store.last_insert_rowid();
        store.execute(
            "INSERT INTO entry (source, key, url, title, day, day_from, place, seen_at, state, read_at, looks, revision)
             SELECT s.id, p.address, p.url, r.title, a.day, 1, 0, a.day * 86400,
                    CASE WHEN a.day > ?2 - 100 AND a.id % 10 = 3 THEN 3 ELSE 1 END, a.day * 86400, 3, r.id
               FROM source s JOIN article a ON a.stream = s.stream JOIN revision r ON r.id = a.latest
               JOIN appearance p ON p.revision = r.id WHERE s.id = ?1",
            rusqlite::params![source, day],
        )?;
        store.execute(
            "UPDATE entry SET missed_since = day * 86400 + 200000 WHERE source = ?1 AND state = 3",
            [source],
        )?;
        store.execute(
            "INSERT INTO span (source, first_day, last_at) VALUES (?1, ?2 - 1825, (?2 + 1) * 86400)",
            rusqlite::params![source, day],
        )?;
        store.execute(
            "INSERT INTO listed_days (source, first_day, last_day, at) VALUES (?1, ?2 - ?3, ?2, (?2 + 1) * 86400)",
            rusqlite::params![source, day, DAYS - 1],
        )?;
        store.execute(
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1825 * 48 - 1)
             INSERT INTO poll (source, day, began, ended, outcome, why, sections, requests, bytes, listed, new, read,
                    revised, failed)
             SELECT ?1, ?2 - 1824 + i / 48, (?2 - 1824) * 86400 - 32400 + i * 1800,
                    (?2 - 1824) * 86400 - 32370 + i * 1800, i % 8 <> 0, '', 5, 6, 90000, 20, 1, 1, 0, 0 FROM n",
            rusqlite::params![source, day],
        )?;
    }
    store.execute_batch("COMMIT; PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)")
}
