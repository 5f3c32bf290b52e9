//! The sums by day are what the articles say, after everything that changes them; and whether a day is stale or not,
//! answers are the same bytes.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use sinmun::domain::stream::Edition;
use sinmun::store::{Paths, Reader};

use crate::collect::Bench;
use crate::harness::{Sinmun, fixture, says};
use crate::order::figures;

fn sql(data: &Path) -> Connection {
    Connection::open(Paths::new(data).database()).expect("a store")
}

/// What a store must keep whenever nobody writes to it: what is added up is right.
#[track_caller]
pub fn add_up(data: &Path) {
    let reader = Reader::open(&Paths::new(data), Duration::from_mins(1)).expect("a store");
    assert_eq!(reader.wrong_days().expect("sql"), Vec::<String>::new());
}

/// The same, with nothing left to be added up.
#[track_caller]
fn all_add_up(data: &Path) {
    let stale: i64 = sql(data).query_row("SELECT count(*) FROM stale_day", [], |row| row.get(0)).expect("a count");
    assert_eq!(stale, 0, "days were left to be added up");
    add_up(data);
}

/// Makes some days stale: the articles themselves are asked then.
pub fn doubt(data: &Path, which: &str) {
    let days = "INSERT OR IGNORE INTO stale_day SELECT DISTINCT stream, day FROM article WHERE day IS NOT NULL";
    sql(data).execute(&format!("{days} AND {which}"), []).expect("stale days");
}

/// All that is added up or read of days in the answer of a command.
fn more(data: &Path) -> Vec<String> {
    let mut all = figures(data);
    let answer = |arguments: &[&str]| crate::order::answer(data, arguments);
    for measure in ["share", "headline", "lead", "per_1000"] {
        for form in ["name", "office", "embedded", "name,office,embedded"] {
            let asked = ["series", "putin", "xi-jinping", "china", "--measure", measure, "--form", form, "--by", "day"];
            all.push(answer(&[&asked[..], &["--format", "csv"]].concat()));
            all.push(answer(&[&asked[..], &["--no-reprints", "--format", "csv"]].concat()));
        }
    }
    all.push(answer(&["changes", "--format", "csv"]));
    all
}

#[test]
fn recounts_and_marks_leave_sums_right_and_answers_the_same() {
    let sinmun = Sinmun::with_fixtures();
    // A small import leaves its days stale; a recount of nothing adds them up.
    let before = more(&sinmun.data());
    sinmun.ok(&["recount"]);
    all_add_up(&sinmun.data());
    assert_eq!(more(&sinmun.data()), before);
    for which in ["day % 2 = 0", "true"] {
        doubt(&sinmun.data(), which);
        assert_eq!(more(&sinmun.data()), before, "{which}");
    }
    // Then by another lexicon.
    sinmun.import(&fixture("archive-messages.jsonl"), &["--outlet", "kcna", "--edition", "en"]);
    add_up(&sinmun.data());
    let lexicon = sinmun.ok(&["config", "--lexicon"]);
    let country = "\n[[country]]\nid = \"belarus\"\nname = \"Belarus\"\nnames.en = [\"Belarus\"]\n";
    sinmun.write("lexicon.toml", format!("{lexicon}{country}"));
    let config = sinmun.write("sinmun.toml", "lexicon = 'lexicon.toml'\n");
    sinmun.ok(&["--config", &config, "recount", "--dry-run"]);
    add_up(&sinmun.data());
    sinmun.ok(&["--config", &config, "recount"]);
    all_add_up(&sinmun.data());
    let belarus = sinmun.rows(&["--config", &config, "series", "belarus", "--by", "year"]);
    assert_eq!(belarus.iter().filter_map(|row| row["mentions"].as_u64()).sum::<u64>(), 3);
    // Marks change no sum; where there are some, their articles are asked.
    let sympathy = "kcna-en-20240801-e5690586:title:31-36:putin";
    sinmun.ok(&["--config", &config, "review", "add", "false", sympathy, "--by", "A. Sample", "--why", "as a test"]);
    all_add_up(&sinmun.data());
    let reviewed = || -> Vec<Value> {
        let asked = ["--config", &config, "series", "putin", "china", "--by", "day", "--edition", "en", "--reviewed"];
        sinmun.rows(&asked)
    };
    let marked = reviewed();
    doubt(&sinmun.data(), "true");
    assert_eq!(reviewed(), marked);
}

#[test]
fn a_wrong_sum_is_found_and_a_recount_mends_it() {
    for damage in [
        "UPDATE said_day SET names = names + 1 WHERE names > 0 AND day = (SELECT max(day) FROM said_day)",
        "UPDATE held_day SET articles = articles + 1 WHERE day = (SELECT max(day) FROM held_day)",
        "DELETE FROM held_day",
        "DELETE FROM said_day",
        "INSERT INTO edit VALUES (1, 19970, 1, 1, 1, 1)",
    ] {
        let sinmun = Sinmun::with_fixtures();
        sinmun.ok(&["recount"]);
        assert!(sql(&sinmun.data()).execute(damage, []).expect("sql") > 0, "{damage}");
        let run = sinmun.run(&["check", "--format", "csv"]);
        assert_eq!(run.status, Some(1), "{damage}: {run}");
        says(&run.text(), &["sums by day", "-en 2024-", "sinmun recount"]);
        sinmun.ok(&["recount"]);
        sinmun.ok(&["check"]);
        all_add_up(&sinmun.data());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn polls_leave_sums_right_what_they_read_revise_and_miss() {
    let bench = Bench::new(20, 3, &[Edition::En, Edition::Ko]).await;
    let collector = bench.collector();
    bench.round(&collector).await;
    all_add_up(bench.paths().dir());
    {
        let mut world = bench.standin.world();
        world.kcna[57].edits = 1;
        let gone = world.kcna[55].id.clone();
        world.removed.push(gone);
    }
    for _ in 0..4 {
        bench.pass(86_400);
        bench.round(&collector).await;
        all_add_up(bench.paths().dir());
    }
    assert!(bench.count("SELECT count(*) FROM edit") > 0);
    let polled = "SELECT count(*) FROM (SELECT source, day, outcome FROM poll EXCEPT SELECT * FROM polled_day)";
    assert_eq!(bench.count(polled), 0);
    let before = more(bench.paths().dir());
    drop(collector);
    doubt(bench.paths().dir(), "true");
    assert_eq!(more(bench.paths().dir()), before);
}
