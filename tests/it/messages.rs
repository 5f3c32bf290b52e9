//! Messages between leaders in real texts, held against what a reader found in them, and as a user asks for them.
//!
//! The labels (`tests/gold/messages-*.jsonl`) are from reading every title and every sentence with a word for a
//! message, greeting, gift or the like and a word for China or Russia, their persons or parties. A label is one
//! message between the DPRK's leaders, party or government and a person of the lexicon, or a party or government
//! of `config/messages.toml`; `row` is the entry of the file that tells of it first, counted from 1. Left out: messages
//! of others (embassies, firms, families, heads of departments, small parties), and what a report or digest tells
//! again. Every second one is marked `held_out`.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use sinmun::domain::article::{Content, DayFrom};
use sinmun::domain::message::rules;
use sinmun::domain::method::Method;
use sinmun::domain::stream::{Edition, Stream};
use sinmun::ingest::{Found, item};
use sinmun::store::{Paths, Writer};

use crate::harness::{Sinmun, root};
use crate::real::real;

/// The labels of one file: `tests/gold/messages-*.jsonl`, which hold no texts.
fn gold(name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(root().join("tests/gold").join(name)).expect("labels");
    text.lines().map(|line| serde_json::from_str(line).expect("a label")).collect()
}

/// A message without its form and occasion: these are asked apart.
fn event(row: &Value, day: &str) -> [String; 4] {
    [day, "sender", "recipient", "level"].map(|field| row[field].as_str().expect("a word").to_owned())
}

/// How many of some there are for each that is right.
fn rate(right: usize, all: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).expect("some thousands"));
    if all == 0 { 1.0 } else { number(right) / number(all) }
}

/// Imports a file and holds its messages against the labels; answers them.
fn holds_against_the_labels(file: &str, labels: &str) -> Vec<Value> {
    let Some(path) = real(file) else { return Vec::new() };
    let sinmun = Sinmun::new();
    sinmun.import(&path.display().to_string(), &["--outlet", "kcna", "--edition", "en"]);
    let found = sinmun.rows(&["messages", "--with", "china,russia"]);
    let gold = gold(labels);
    let ours: BTreeSet<[String; 4]> = found.iter().map(|row| event(row, "event_day")).collect();
    assert_eq!(ours.len(), found.len(), "a message is given twice");
    for held_out in [None, Some(true)] {
        let asked = |row: &&Value| held_out.is_none_or(|held| row["held_out"] == held);
        let theirs: BTreeSet<[String; 4]> = gold.iter().filter(asked).map(|row| event(row, "day")).collect();
        let both = ours.intersection(&theirs).count();
        // What stands in the other half is neither right nor wrong in this one.
        let known: BTreeSet<[String; 4]> = gold.iter().map(|row| event(row, "day")).collect();
        let (precision, recall) = (rate(both, both + ours.difference(&known).count()), rate(both, theirs.len()));
        let wrong: Vec<_> = ours.difference(&known).collect();
        let missed: Vec<_> = theirs.difference(&ours).collect();
        assert!(
            precision >= 0.95 && recall >= 0.95,
            "{file}: precision {precision:.3}, recall {recall:.3}\nfound wrongly: {wrong:#?}\nmissed: {missed:#?}"
        );
    }
    for field in ["form", "occasion", "reply"] {
        let told = |row: &Value| found.iter().find(|f| event(f, "event_day") == event(row, "day")).cloned();
        let pairs: Vec<(Value, Value)> = gold.iter().filter_map(|row| Some((row.clone(), told(row)?))).collect();
        let differ: Vec<_> = pairs.iter().filter(|(row, found)| row[field] != found[field]).collect();
        let right = rate(pairs.len() - differ.len(), pairs.len());
        assert!(right >= 0.95, "{file}: {field} is right in {right:.3}: {differ:#?}");
    }
    let view = sinmun.rows(&["sql", "SELECT * FROM v_message ORDER BY event_day, sender, recipient"]);
    assert_eq!(view.len(), found.len(), "the view holds what the command gives");
    for (viewed, asked) in view.iter().zip(&found) {
        let articles: Vec<&str> =
            asked["evidence"].as_array().expect("articles").iter().filter_map(Value::as_str).collect();
        assert_eq!(viewed["evidence"], articles.join(" "), "{viewed}");
        for field in ["message", "event_day", "day_from", "published", "level", "form", "occasion", "in_reply_to"] {
            assert_eq!(viewed[field], asked[field], "{viewed}");
        }
    }
    found
}

#[test]
fn of_2012_as_read_by_hand() {
    drop(holds_against_the_labels("kcna-2012-01-to-06.jsonl", "messages-2012.jsonl"));
}

#[test]
fn of_2024_as_read_by_hand() {
    let found = holds_against_the_labels("kcna-en-2024-01-to-08.json", "messages-2024.jsonl");
    if found.is_empty() {
        return;
    }
    // August: sympathy, greeting, and the reply to it; nothing with Xi.
    let field = |row: &Value, field: &str| row[field].as_str().unwrap_or("-").to_owned();
    let of_august = |row: &&Value| row["level"] == "leader" && field(row, "published").starts_with("2024-08");
    let shown: Vec<String> = found
        .iter()
        .filter(of_august)
        .map(|row| {
            ["event_day", "published", "sender", "recipient", "occasion", "in_reply_to"]
                .map(|f| field(row, f))
                .join(" ")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "2024-08-03 2024-08-04 putin kim-jong-un sympathy -",
            "2024-08-13 2024-08-16 putin kim-jong-un greeting -",
            "2024-08-15 2024-08-16 kim-jong-un putin thanks 20240813-putin-to-kim-jong-un",
        ]
    );
    assert!(found.iter().all(|row| row["sender"] != "xi-jinping" && row["recipient"] != "xi-jinping"));
}

/// A store with the invented messages of 2023.
fn invented() -> Sinmun {
    let sinmun = Sinmun::new();
    sinmun.import_fixture("archive-messages.jsonl", "kcna", "en");
    sinmun
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["message"].as_str().expect("an id")).collect()
}

#[test]
fn messages_are_asked_for_by_person_country_and_day() {
    let sinmun = invented();
    let document = sinmun.document(&["messages", "--with", "putin,china"]);
    assert_eq!(document["method"].as_str().map(str::len), Some(19), "the lexicon's and the rules'");
    let rows = document["rows"].as_array().expect("rows");
    assert_eq!(
        ids(rows),
        [
            "20230503-putin-to-kim-jong-un",
            "20230505-kim-jong-un-to-putin",
            "20230909-cpc-to-kim-jong-un",
            "20230909-xi-jinping-to-kim-jong-un",
            "20230912-kim-tok-hun-to-li-qiang",
        ]
    );
    let field = |field: &str| rows.iter().map(|row| row[field].clone()).collect::<Vec<_>>();
    assert_eq!(field("level"), ["leader", "leader", "party", "leader", "government"]);
    assert_eq!(field("form"), ["message", "message", "basket", "message", "message"]);
    assert_eq!(rows[1]["in_reply_to"], "20230503-putin-to-kim-jong-un");
    // The digest is evidence, and two articles tell of Xi's one message.
    let evidence: Vec<usize> = rows.iter().map(|row| row["evidence"].as_array().expect("articles").len()).collect();
    assert_eq!(evidence, [2, 1, 1, 2, 1]);

    assert_eq!(
        ids(&sinmun.rows(&["messages", "--with", "russia", "--from", "2023-05-04"])),
        ["20230505-kim-jong-un-to-putin"]
    );
    assert!(sinmun.rows(&["messages", "--with", "russia", "--outlet", "rodong"]).is_empty());
    let table = sinmun.ok(&["messages", "--with", "putin", "--format", "table"]);
    assert!(table.contains("2 messages in 1 exchange"), "{table}");
    let csv = sinmun.ok(&["messages", "--with", "putin", "--format", "csv"]);
    assert!(
        csv.lines().nth(1).is_some_and(|line| line.starts_with("20230503-putin-to-kim-jong-un,2023-05-03,text,")),
        "{csv}"
    );
    sinmun.fails(2, &["messages", "--with", "nobody"]);
    sinmun.fails(2, &["messages"]);
}

#[test]
fn the_indicator_counts_messages_and_exchanges() {
    let sinmun = invented();
    let rows = sinmun.rows(&["indicator", "nkpro-2024"]);
    let row = rows.iter().find(|row| row["id"] == "messages-xi-2023").expect("a row");
    assert_eq!((&row["articles"], &row["days_observed"]), (&Value::from(8), &Value::from(0)), "{row}");
    assert_eq!(row["verdict"], "too thin", "{row}");
    let why = row["why"].as_str().expect("why");
    assert!(why.contains("1 message in 8"), "{why}");
}

#[test]
fn other_words_need_a_recount_which_shows_what_they_find() {
    let sinmun = invented();
    let words = rules::DEFAULT.replace("\"received\", \"receives\"", "\"got\"");
    assert_ne!(words, rules::DEFAULT);
    sinmun.write("messages.toml", words);
    let config = sinmun.write("sinmun.toml", "messages = 'messages.toml'\n");
    let config = config.as_str();
    let with = |arguments: &[&'static str]| [&["--config", config][..], arguments].concat();
    let asked = sinmun.run(&with(&["messages", "--with", "china,russia", "--format", "csv"]));
    assert_eq!((asked.status, asked.text().lines().count()), (Some(0), 6), "as they were read; {asked}");
    assert!(asked.stderr.contains("recount"), "{asked}");
    let fixture = crate::harness::fixture("archive-messages.jsonl");
    let refused = sinmun.run(&["--config", config, "import", &fixture, "--outlet", "kcna", "--edition", "en"]);
    assert!(refused.status != Some(0) && refused.stderr.contains("recount"), "{refused}");
    let count = |arguments: &[&'static str]| {
        let document = sinmun.document(&with(arguments));
        ["messages_before", "messages_after"].map(|key| document["query"][key].as_u64().expect("a count"))
    };
    assert_eq!(count(&["recount", "--dry-run"]), [5, 3]);
    assert_eq!(count(&["recount"]), [5, 3]);
    assert_eq!(count(&["recount"]), [3, 3]);
    assert_eq!(sinmun.rows(&with(&["messages", "--with", "china,russia"])).len(), 3);
}

#[test]
fn what_a_broken_off_import_left_is_gathered_by_the_next() {
    let sinmun = invented();
    let paths = Paths::new(sinmun.data());
    let found = Found {
        stream: Stream { outlet: "kcna".parse().expect("a name"), edition: Edition::En },
        title: "Sample Message".to_owned(),
        body: "Kim Jong Un received an invented message of greeting from Vladimir Putin on October 7.".to_owned(),
        content: Content::Full,
        day: Some("2023-10-08".parse().expect("a day")),
        day_from: DayFrom::Page,
        url: String::new(),
        key: None,
        section: String::new(),
        captured: None,
        line: 1,
        layout: String::new(),
        raw: None,
    };
    let method = Arc::new(Method::built_in());
    let mut writer = Writer::open(&paths, &method, 0, false).expect("the store");
    writer.begin().expect("begun");
    writer.begin_origin("import", "broken off", 0).expect("an origin");
    writer.record(&item(found, "2024-01-01".parse().expect("a day"), &method)).expect("recorded");
    writer.commit().expect("committed");
    drop(writer);
    let late = sinmun.run(&["messages", "--with", "putin", "--format", "csv"]);
    assert_eq!(late.text().lines().count(), 3, "{late}");
    assert!(late.stderr.contains("broken off"), "{late}");
    sinmun.import_fixture("archive-messages.jsonl", "kcna", "en");
    let now = sinmun.run(&["messages", "--with", "putin", "--format", "csv"]);
    assert_eq!((now.text().lines().count(), now.stderr.as_str()), (4, ""), "{now}");
}
