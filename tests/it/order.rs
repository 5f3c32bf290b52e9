//! The same rows in any order and portions give the same store, byte for byte.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sinmun::cli::{Surroundings, run};

use crate::days;
use crate::harness::fixture;

/// A time after everything in the fixtures; the program itself is called, without starting a process each time.
const NOW: i64 = 1_725_148_800;

/// One row with the outlet and edition it is imported for.
type Row = (&'static str, &'static str, String);

pub fn answer(data: &std::path::Path, arguments: &[&str]) -> String {
    let mut out = Vec::new();
    let mut surroundings = Surroundings {
        now: NOW,
        clock: std::sync::Arc::new(|| NOW),
        variable: &|_| None,
        out: &mut out,
        terminal: false,
        width: 100,
    };
    let first = ["sinmun".to_owned(), "--quiet".to_owned(), format!("--data={}", data.display())];
    let all = first.into_iter().chain(arguments.iter().map(|&a| a.to_owned())).map(Into::into);
    let code = run(all, &mut surroundings);
    let text = String::from_utf8(out).expect("text");
    assert_eq!(code, 0, "{arguments:?}\n{text}");
    text
}

/// Everything that must not depend on the order.
pub fn figures(data: &std::path::Path) -> Vec<String> {
    const ENTITIES: [&str; 6] = ["xi-jinping", "putin", "china", "russia", "kim-jong-un", "medvedev"];
    let mut all = Vec::new();
    for (command, more) in [
        ("series", &["--by", "day", "--format", "csv"][..]),
        ("series", &["--no-reprints", "--format", "csv"]),
        ("series", &["--as-first-published", "--format", "csv"]),
        ("series", &["--measure", "headline", "--format", "csv"]),
        ("mentions", &["--format", "json"]),
    ] {
        all.push(answer(data, &[&[command][..], &ENTITIES, more].concat()));
    }
    all.push(answer(data, &["indicator", "--format", "json"]));
    all.push(answer(data, &["coverage", "--by", "day", "--format", "csv"]));
    all.push(answer(data, &["messages", "--with", "china,russia", "--format", "csv"]));
    all.push(answer(data, &["sql", "SELECT * FROM v_message ORDER BY message", "--format", "csv"]));
    let articles =
        "SELECT article, content, day_from, title, body, length, revisions, appearances, url, id_reused, reprint
                      FROM v_article ORDER BY article, title, url, content";
    all.push(answer(data, &["sql", articles, "--format", "csv"]));
    all
}

/// Imports portions of rows, each a file; neighbours of one stream go together.
fn store(portions: &[Vec<Row>]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    for portion in portions {
        for part in portion.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let path = folder.path().join("part.jsonl");
            let text: String = part.iter().flat_map(|row| [row.2.as_str(), "\n"]).collect();
            std::fs::write(&path, text).expect("written");
            let path = path.display().to_string();
            answer(&data, &["import", &path, "--outlet", part[0].0, "--edition", part[0].1, "--no-search"]);
        }
    }
    days::add_up(&data);
    let found = figures(&data);
    if portions.len() == 1 {
        days::doubt(&data, "true");
        same(&found, &figures(&data), "of the articles themselves");
    }
    found
}

#[track_caller]
fn same(expected: &[String], found: &[String], how: &str) {
    for (e, f) in expected.iter().zip(found) {
        if let Some((a, b)) = e.lines().zip(f.lines()).find(|(a, b)| a != b) {
            panic!("{how}:\n  {a}\n  {b}");
        }
        assert_eq!(e, f, "{how}");
    }
}

fn fixtures() -> Vec<Row> {
    let text = |name: &str| std::fs::read_to_string(fixture(name)).expect("a fixture");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text("archive.json")).expect("JSON");
    let mut all: Vec<Row> = rows.iter().map(|row| ("kcna", "en", row.to_string())).collect();
    let mut csv_text = csv::Reader::from_path(fixture("archive-rodong.csv")).expect("CSV");
    for row in csv_text.deserialize::<std::collections::BTreeMap<String, String>>() {
        all.push(("rodong", "en", serde_json::json!(row.expect("a row")).to_string()));
    }
    all.extend(text("archive-messages.jsonl").lines().map(|line| ("kcna", "en", line.to_owned())));
    all.extend(text("archive-ko.jsonl").lines().map(|line| ("kcna", "ko", line.to_owned())));
    all
}

const LONG: &str = "one two three four five six seven eight nine ten eleven twelve Putin thirteen fourteen fifteen sixteen \
    seventeen eighteen nineteen twenty and China then comes a long synthetic sentence of no meaning at all that goes on \
    until it has more than sixty words in it because only a text of sixty words can be known as a reprint of another and \
    this one has to be one of those texts so here are a few more words for good measure and an end";

fn row(day: u8, title: &str, url: &str, body: Option<&str>, more: &str) -> Row {
    let body = body.map_or_else(|| "null".to_owned(), |body| serde_json::json!(body).to_string());
    (
        "kcna",
        "en",
        format!("{{\"date\":\"2024-08-{day:02}\",\"title\":\"{title}\",\"url\":\"{url}\",\"body\":{body}{more}}}"),
    )
}

/// Rows whose meaning hangs together in the ways that are easiest to get wrong.
fn crafted() -> Vec<Row> {
    let a = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron Russia";
    let b = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu pi rho China";
    let c = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho Putin";
    let other = "quite another synthetic text on cranes and on cement and on Medvedev without a shingle in common";
    let revised = format!("{LONG} at last");
    let told =
        |who: &str| format!("Kim Jong Un received a message of greeting from {who} on August 13. It is synthetic.");
    let (told, corrected) = (told("Vladimir Putin"), told("Xi Jinping"));
    vec![
        // An item without a body at its text's address, under its title elsewhere, and under two texts' title.
        row(1, "Bodiless", "http://x/1", None, ""),
        row(1, "Bodiless", "http://x/1", Some(a), ""),
        row(1, "Bodiless", "http://x/2", None, ""),
        row(2, "Twice", "http://x/3", None, ""),
        row(2, "Twice", "http://x/4", Some(a), ""),
        row(2, "Twice", "http://x/5", Some(other), ""),
        // The same item as a photo in one section, as a text not read in another, and from a list of headlines.
        row(3, "Photo or Not", "http://x/6", None, ",\"section\":\"Photo\""),
        row(3, "Photo or Not", "http://x/6", None, ",\"section\":\"Top News\""),
        ("kcna", "en", "{\"date\":\"2024-08-03\",\"title\":\"Photo or Not\",\"url\":\"http://x/6\"}".to_owned()),
        // Revisions with and without times of capture, one of them captured twice.
        row(4, "Revised", "http://x/7", Some(a), ""),
        row(4, "Revised", "http://x/7", Some(b), ",\"captured\":\"2024-08-05T00:00:00Z\""),
        row(4, "Revised", "http://x/7", Some(other), ",\"captured\":\"2024-08-04T12:00:00Z\""),
        row(4, "Revised", "http://x/7", Some(a), ",\"captured\":\"2024-08-06T00:00:00Z\",\"section\":\"Late\""),
        // A and B are two until C, at both addresses, joins them; so do addresses used again, until then.
        row(5, "Chain A", "http://x/8", Some(a), ""),
        row(5, "Chain B", "http://x/9", Some(b), ""),
        row(5, "Chain C", "http://x/8", Some(c), ""),
        row(5, "Chain C", "http://x/9", Some(c), ""),
        row(6, "First Use", "http://x/10", Some(a), ""),
        row(6, "Second Use", "http://x/10", Some(other), ""),
        row(7, "Third Use", "http://x/10", Some(a), ""),
        row(8, "Two at One", "http://x/11", Some(a), ""),
        row(8, "Two at One, Changed", "http://x/11", Some(other), ""),
        row(8, "Two at One", "http://x/11", Some(other), ""),
        // Reprints over days and titles, one of them of a text that is revised.
        row(9, "Reprint", "http://x/12", Some(LONG), ""),
        row(10, "Printed Again", "http://x/13", Some(LONG), ""),
        row(11, "And Again", "http://x/14", Some(&revised), ""),
        row(11, "And Again", "http://x/14", Some(other), ",\"captured\":\"2024-08-12T00:00:00Z\""),
        row(12, "Joined Late", "http://x/15", Some(LONG), ",\"captured\":\"2024-08-12T00:00:00Z\""),
        row(12, "Joined Late, Revised", "http://x/16", Some(&revised), ",\"captured\":\"2024-08-13T00:00:00Z\""),
        row(12, "Joined Late, Revised", "http://x/15", Some(&revised), ",\"captured\":\"2024-08-13T00:00:00Z\""),
        // What tells of a message is revised until it tells of another, and a third text joins them.
        row(14, "Message", "http://x/20", Some(&told), ""),
        row(14, "Message", "http://x/20", Some(&corrected), ",\"captured\":\"2024-08-15T00:00:00Z\""),
        row(14, "Greetings", "http://x/21", Some(&told), ""),
        row(14, "Greetings", "http://x/20", Some(&told), ",\"captured\":\"2024-08-14T00:00:00Z\""),
        row(15, "Press Review", "http://x/22", Some(&told), ""),
        // One address in two spellings.
        row(13, "Spelled", "http://www.x.kp:80/17", Some(a), ""),
        row(13, "Spelled", "https://x.kp/17/", Some(a), ""),
        // No day at all.
        ("kcna", "en", format!("{{\"title\":\"Undated\",\"url\":\"http://x/18\",\"body\":\"{a}\"}}")),
        ("kcna", "en", format!("{{\"title\":\"Undated\",\"url\":\"http://x/19\",\"body\":\"{a}\"}}")),
    ]
}

fn any_order(rows: &[Row], cases: u32) {
    let expected = store(&[rows.to_vec()]);
    same(&expected, &store(&[rows.to_vec(), rows.to_vec()]), "twice");
    same(&expected, &store(&[rows.iter().rev().cloned().collect()]), "reversed");
    same(&expected, &store(&rows.iter().map(|row| vec![row.clone()]).collect::<Vec<_>>()), "one by one");
    // A fixed seed: a failure comes again.
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 30, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = (Just(rows.to_vec()).prop_shuffle(), proptest::collection::vec(any::<Index>(), 0..4));
    let outcome = runner.run(&strategy, |(shuffled, cuts)| {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(shuffled.len())).collect();
        cuts.sort_unstable();
        let mut portions = Vec::new();
        let mut from = 0;
        for cut in cuts.into_iter().chain([shuffled.len()]) {
            portions.push(shuffled[from..cut].to_vec());
            from = cut;
        }
        same(&expected, &store(&portions), "shuffled");
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn the_fixtures_in_any_order() {
    any_order(&fixtures(), 3);
}

#[test]
fn the_worst_cases_in_any_order() {
    any_order(&crafted(), 24);
}
