//! `review`: marks on mentions and messages, and figures with them.

use serde_json::{Value, json};

use crate::harness::{Sinmun, cut_out_mentions, keys, says};

const SYMPATHY: &str = "kcna-en-20240801-e5690586";
const BY: [&str; 4] = ["--by", "A. Sample", "--why", "as a test"];

fn add(sinmun: &Sinmun, what: &[&str]) -> Value {
    let mut rows = sinmun.rows(&[&["review", "add"], what, &BY].concat());
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[track_caller]
fn refused(sinmun: &Sinmun, what: &[&str], words: &[&str]) {
    says(&sinmun.fails(2, &[&["review", "add"], what, &BY].concat()), words);
}

/// How commands name a mention that `mentions --format json` gives.
fn named(row: &Value) -> String {
    let text = |name: &str| row[name].as_str().expect("text").to_owned();
    let (article, revision, field, entity) = (text("article"), text("revision"), text("field"), text("entity"));
    format!("{article}@{}:{field}:{}-{}:{entity}", &revision[..12], row["start"], row["end"])
}

/// Mentions of a leader in August 2024 in KCNA's English articles, and how many marks were applied.
fn august(sinmun: &Sinmun, entity: &str, more: &[&str]) -> (Value, Value) {
    let common = ["series", entity, "--from", "2024-08", "--to", "2024-08", "--outlet", "kcna", "--edition", "en"];
    let document = sinmun.document(&[&common, more].concat());
    (document["rows"][0]["mentions"].clone(), document["query"]["marks_applied"].clone())
}

#[test]
fn mentions_are_taken_out_and_put_in() {
    let sinmun = Sinmun::with_fixtures();
    let mentions = sinmun.rows(&["mentions", "putin", "--from", "2024-08", "--outlet", "kcna", "--edition", "en"]);
    let row = add(&sinmun, &["false", &named(&mentions[1])]);
    assert_eq!(keys(&row), ["at", "by", "why", "verdict", "thing", "into", "holds", "idle"]);
    assert!(row["thing"].as_str().expect("text").ends_with(":body:30-44:putin"), "{row}");
    // The first without its revision: the measured text is meant. It is merged into the second of the body.
    let title = format!("{SYMPATHY}:title:31-36:putin");
    add(&sinmun, &["merged", &title, "--into", &named(&mentions[2])]);
    add(&sinmun, &["missed", &format!("{SYMPATHY}:xi-jinping"), "--words", "invented flood", "--form", "office"]);
    assert_eq!(august(&sinmun, "putin", &[]), (json!(5), Value::Null));
    assert_eq!(august(&sinmun, "putin", &["--reviewed"]), (json!(3), json!(2)));
    assert_eq!(august(&sinmun, "xi-jinping", &["--reviewed"]), (json!(1), json!(1)));
    assert_eq!(august(&sinmun, "xi-jinping", &["--reviewed", "--form", "name"]), (json!(0), json!(0)));
    assert_eq!(august(&sinmun, "xi-jinping", &["--reviewed", "--as-first-published"]), (json!(1), json!(1)));
    assert_eq!(august(&sinmun, "china", &["--reviewed"]), (august(&sinmun, "china", &[]).0, json!(0)));
    // The sentences are those of the figures, and can be cut out as all others.
    let reviewed = sinmun.rows(&[
        "mentions",
        "putin",
        "xi-jinping",
        "--from",
        "2024-08",
        "--outlet",
        "kcna",
        "--edition",
        "en",
        "--reviewed",
    ]);
    assert_eq!(reviewed.len(), 4);
    let missed = reviewed.iter().find(|row| row["entity"] == "xi-jinping").expect("the missed one");
    assert_eq!(
        (&missed["alias"], &missed["form"], &missed["start"]),
        (&json!("invented flood"), &json!("office"), &json!(90))
    );
    assert!(cut_out_mentions(&sinmun, &["putin", "xi-jinping", "--reviewed"]) > 4);
    // Headlines and leads follow: the title's mention is merged, the missed one stands in the first sentence.
    let measured = |entity, measure| {
        let common = ["series", entity, "--from", "2024-08", "--to", "2024-08", "--outlet", "kcna", "--edition", "en"];
        sinmun.rows(&[&common[..], &["--reviewed", "--measure", measure]].concat())[0]["articles_with"].clone()
    };
    assert_eq!((measured("putin", "headline"), measured("putin", "lead")), (json!(1), json!(2)));
    assert_eq!((measured("xi-jinping", "headline"), measured("xi-jinping", "lead")), (json!(0), json!(1)));
    let table = sinmun.ok(&["series", "putin", "--from", "2024-08", "--reviewed", "--format", "table"]);
    says(&table, &["2 marks applied"]);
    assert!(!sinmun.ok(&["series", "putin", "--format", "table"]).contains("applied"));
    // A silence and an indicator know of them too.
    let silent = |more: &[&str]| {
        let common = ["silence", "xi-jinping", "--to", "2024-08-10", "--outlet", "kcna"];
        sinmun.rows(&[&common, more].concat())[0]["last_mention"].clone()
    };
    assert_eq!((silent(&[]), silent(&["--reviewed"])), (Value::Null, json!("2024-08-01")));
    let indicated = |more: &[&str]| sinmun.rows(&[&["indicator"], more].concat())[0]["ours"].clone();
    assert_eq!((indicated(&[]), indicated(&["--reviewed"])), (json!(1), json!(2)));
    // The last mark holds: what stands is as the counter found it. Nothing is deleted.
    add(&sinmun, &["stands", &title]);
    assert_eq!(august(&sinmun, "putin", &["--reviewed"]), (json!(4), json!(1)));
    let list = sinmun.rows(&["review", "list"]);
    assert_eq!(list.len(), 4);
    assert_eq!(list.iter().filter(|row| row["holds"] == true).count(), 3);
    assert_eq!(sinmun.rows(&["sql", "SELECT verdict FROM v_mark WHERE entity = 'putin'"]).len(), 3);
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    let sinmun = Sinmun::with_fixtures();
    let at = |place: &str| format!("{SYMPATHY}:{place}");
    refused(&sinmun, &["wrong", "x"], &["'wrong' is not a verdict"]);
    refused(&sinmun, &["false", "x"], &["'x' does not name a mention", "ARTICLE:FIELD:START-END:ENTITY"]);
    refused(&sinmun, &["false", &at("body:30-44:nobody")], &["no entity 'nobody'"]);
    refused(&sinmun, &["false", &at("body:31-44:putin")], &["finds no mention of putin", "ladimir Putin"]);
    refused(&sinmun, &["false", &at("body:30-4444:putin")], &["no such bytes"]);
    refused(&sinmun, &["false", "kcna-en-20240801-00000000:body:30-44:putin"], &["no text", "00000000"]);
    refused(&sinmun, &["merged", &at("body:30-44:putin")], &["into"]);
    refused(&sinmun, &["merged", &at("body:30-44:putin"), "--into", &at("body:30-44:putin")], &["into itself"]);
    refused(&sinmun, &["merged", &at("body:30-44:putin"), "--into", &at("body:1-2:putin")], &["--into", "no mention"]);
    refused(&sinmun, &["missed", &at("body:38-44:putin")], &["mention of putin", "itself, by name"]);
    refused(&sinmun, &["missed", &at("putin"), "--words", "nowhere"], &["does not stand in"]);
    refused(&sinmun, &["missed", &at("xi-jinping"), "--words", "sample"], &["stands in", "body:", "name one"]);
    refused(&sinmun, &["false", "20240801-putin-to-kim-jong-un"], &["no message 20240801-putin-to-kim-jong-un"]);
    refused(&sinmun, &["missed", "20240801-putin-to-kim-jong-un"], &["--article"]);
    refused(&sinmun, &["missed", "20240801-putin-to-kim-jong-un", "--kind", "parcel"], &["parcel", "letter"]);
    assert_eq!(sinmun.rows(&["review", "list"]), Vec::<Value>::new());
    Sinmun::new().fails(1, &["review", "list"]);
}

#[test]
fn marks_travel_as_lines_and_bad_lines_stay_out() {
    let sinmun = Sinmun::with_fixtures();
    add(&sinmun, &["false", &format!("{SYMPATHY}:body:30-44:putin")]);
    add(&sinmun, &["missed", &format!("{SYMPATHY}:xi-jinping"), "--words", "invented flood"]);
    let file = sinmun.path("marks.jsonl").display().to_string();
    sinmun.ok(&["review", "export", &file]);
    says(&sinmun.fails(74, &["review", "export", &file]), &["marks.jsonl"]);
    let lines = std::fs::read_to_string(&file).expect("written");
    assert_eq!(sinmun.ok(&["review", "export", "-"]), lines);
    assert_eq!(lines.lines().count(), 2);
    let other = Sinmun::with_fixtures();
    let report = |more: &[&str]| other.rows(&[&["review", "import"], more].concat()).remove(0);
    assert_eq!(report(&[&file]), json!({"read": 2, "new": 2, "known": 0, "rejected": 0}));
    assert_eq!(report(&[&file]), json!({"read": 2, "new": 0, "known": 2, "rejected": 0}));
    assert_eq!(other.ok(&["review", "export", "-"]), lines);
    assert_eq!(august(&other, "putin", &["--reviewed"]), (json!(4), json!(1)));
    // Bad lines are told with their number and reason; the others go in.
    let first = lines.lines().next().expect("a line");
    let anew = first.replace("as a test", "for another reason");
    let mixed = other.write("mixed.jsonl", format!("{anew}\n\nno JSON\n{}\n", first.replace("putin", "")));
    let run = other.run(&["review", "import", &mixed, "--format", "json"]);
    assert_eq!(run.status, Some(0), "{run}");
    says(&run.stderr, &["mixed.jsonl line 3: expected", "line 4: whose mention it is"]);
    let bad = other.write("bad.jsonl", "{}\n");
    says(&other.fails(65, &["review", "import", &bad]), &["line 1: missing field `at`"]);
    says(&other.fails(74, &["review", "import", "/nowhere/marks.jsonl"]), &["/nowhere/marks.jsonl"]);
    // From a pipe.
    let run = Sinmun::with_fixtures().run_with_input(&["review", "import", "-", "--format", "csv"], lines.as_bytes());
    assert_eq!(run.text(), "read,new,known,rejected\n2,2,0,0\n", "{run}");
}

#[test]
fn a_judgement_need_not_wait_for_the_daemon() {
    let sinmun = Sinmun::with_fixtures();
    let lock = std::fs::OpenOptions::new().write(true).open(sinmun.data().join("sinmun.lock")).expect("the lock");
    lock.lock().expect("locked");
    add(&sinmun, &["false", &format!("{SYMPATHY}:body:30-44:putin")]);
    // And what is written cannot be taken back, even by hand.
    let connection = rusqlite::Connection::open(sinmun.data().join("sinmun.db")).expect("a store");
    let told = connection.execute("DELETE FROM mark", []).expect_err("refused").to_string();
    says(&told, &["never deleted"]);
}

#[test]
fn a_mark_that_a_recount_left_behind_is_reported() {
    let sinmun = Sinmun::with_fixtures();
    add(&sinmun, &["false", &format!("{SYMPATHY}:body:30-44:putin")]);
    add(&sinmun, &["missed", &format!("{SYMPATHY}:xi-jinping"), "--words", "invented flood"]);
    let found = |sinmun: &Sinmun, more: &[&str]| {
        let run = sinmun.run(&[more, &["check", "--format", "json"]].concat());
        let document: Value = serde_json::from_str(&run.text()).expect("JSON");
        let rows = document["rows"].as_array().expect("rows").clone();
        let marks = rows.into_iter().find(|row| row["what"] == "marks").expect("marks are checked");
        (run.status, marks["told"].as_str().expect("text").to_owned())
    };
    let (status, told) = found(&sinmun, &[]);
    assert_eq!(status, Some(0));
    says(&told, &["2 marks", "have an effect"]);
    // A lexicon that knows Putin by another name only, and Xi by the words that were marked as missed.
    let lexicon = sinmun.ok(&["config", "--lexicon"]);
    let mut file: toml::Table = lexicon.parse().expect("TOML");
    for person in file["person"].as_array_mut().expect("persons") {
        let names = match person["id"].as_str() {
            Some("putin") => "A Changed Name",
            Some("xi-jinping") => "invented flood",
            _ => continue,
        };
        person["names"]["en"] = toml::Value::Array(vec![names.into()]);
    }
    sinmun.write("lexicon.toml", toml::to_string(&file).expect("TOML"));
    let config = sinmun.write("sinmun.toml", "lexicon = 'lexicon.toml'\n");
    sinmun.ok(&["--config", &config, "recount"]);
    let (status, told) = found(&sinmun, &["--config", &config]);
    assert_eq!(status, Some(1));
    says(&told, &["2 marks without effect", "finds no mention there by now", "finds this mention itself by now"]);
    let list = sinmun.rows(&["--config", &config, "review", "list"]);
    assert!(list.iter().all(|row| row["idle"].is_string() && row["holds"] == true), "{list:?}");
    // Neither changes a figure.
    let mentions =
        |more: &[&str]| sinmun.rows(&[&["--config", &config, "mentions", "putin", "xi-jinping"], more].concat());
    assert_eq!(mentions(&["--reviewed"]), mentions(&[]));
}

/// Messages of August 2024 in made-up articles.
fn messages() -> Sinmun {
    let sinmun = Sinmun::new();
    let rows = [
        (
            "2024-08-04",
            "Kim Jong Un Receives Sample Message of Sympathy from Putin",
            "Kim Jong Un received a message of sympathy from Vladimir Putin, president of the Russian Federation, on August 3.",
        ),
        (
            "2024-08-05",
            "Kim Jong Un Sends Sample Reply to Putin",
            "Kim Jong Un sent a reply message to Vladimir Putin on August 4.",
        ),
        (
            "2024-08-13",
            "Kim Jong Un Receives Sample Greetings from Putin",
            "Kim Jong Un received a greeting telegram from Vladimir Putin.",
        ),
        ("2024-08-20", "Sample Harvest", "This synthetic text tells of a letter in words that no rule knows."),
    ];
    let line = |(date, title, body): &(&str, &str, &str)| {
        json!({"title": title, "body": body, "date": date, "url": format!("http://sample/{date}")}).to_string() + "\n"
    };
    let lines: String = rows.iter().map(line).collect();
    let file = sinmun.write("messages.jsonl", lines);
    sinmun.import(&file, &["--outlet", "kcna", "--edition", "en", "--complete", "2024-08"]);
    sinmun
}

#[test]
fn messages_are_judged_too() {
    let sinmun = messages();
    let list = |more: &[&str]| sinmun.rows(&[&["messages", "--with", "putin,xi-jinping"], more].concat());
    let names =
        |rows: &[Value]| rows.iter().map(|r| r["message"].as_str().expect("a name").to_owned()).collect::<Vec<_>>();
    let found = list(&[]);
    assert_eq!(
        names(&found),
        ["20240803-putin-to-kim-jong-un", "20240804-kim-jong-un-to-putin", "20240813-putin-to-kim-jong-un"]
    );
    assert_eq!(found[1]["in_reply_to"], "20240803-putin-to-kim-jong-un");
    // What is false is answered by nothing.
    add(&sinmun, &["false", "20240803-putin-to-kim-jong-un"]);
    let reviewed = list(&["--reviewed"]);
    assert_eq!(names(&reviewed), ["20240804-kim-jong-un-to-putin", "20240813-putin-to-kim-jong-un"]);
    assert_eq!(reviewed[0]["in_reply_to"], Value::Null);
    add(&sinmun, &["stands", "20240803-putin-to-kim-jong-un"]);
    // Two that are one have the articles of both.
    add(&sinmun, &["merged", "20240813-putin-to-kim-jong-un", "--into", "20240803-putin-to-kim-jong-un"]);
    let merged = list(&["--reviewed"]);
    assert_eq!((merged.len(), merged[0]["evidence"].as_array().map(Vec::len)), (2, Some(2)));
    // A missed one is there, is a reply where it can be, and counts in an indicator.
    let harvest = sinmun.rows(&["search", "harvest"])[0]["article"].as_str().expect("a name").to_owned();
    let missed = "20240818-xi-jinping-to-kim-jong-un";
    add(&sinmun, &["missed", missed, "--article", &harvest, "--kind", "letter", "--occasion", "greeting"]);
    let all = list(&["--reviewed"]);
    assert_eq!(names(&all).last().map(String::as_str), Some(missed));
    let told = all.last().expect("the missed one");
    assert_eq!(
        [&told["form"], &told["level"], &told["published"], &told["day_from"]],
        ["letter", "leader", "2024-08-20", "text"]
    );
    assert_eq!(list(&["--reviewed", "--to", "2024-08-10"]).len(), 2, "it is not in the days asked");
    assert_eq!(sinmun.document(&["messages", "--with", "putin", "--reviewed"])["query"]["marks_applied"], 1);
    says(&sinmun.ok(&["messages", "--with", "xi-jinping", "--reviewed", "--format", "table"]), &["1 mark applied"]);
    let indicated = |more: &[&str]| {
        let rows = sinmun.rows(&[&["indicator"], more].concat());
        rows.into_iter().find(|row| row["id"] == "messages-xi-2024").expect("the row")["ours"].clone()
    };
    assert_eq!((indicated(&[]), indicated(&["--reviewed"])), (Value::Null, json!(1)));
    sinmun.ok(&["check"]);
    refused(&sinmun, &["missed", "20240813-putin-to-kim-jong-un", "--article", &harvest], &["found without a mark"]);
}

/// Marks on an edited text speak of that text alone.
#[test]
fn an_edit_leaves_the_mark_with_the_old_text() {
    let sinmun = Sinmun::new();
    let text = |body: &str, at: &str| {
        json!([{"title": "Sample", "body": body, "date": "2024-08-01", "url": "http://sample/1", "captured_at": at}])
            .to_string()
    };
    let import = |name: &str, json: String| {
        let file = sinmun.write(name, json);
        sinmun.import(&file, &["--outlet", "kcna", "--edition", "en"])
    };
    import("old.json", text("Putin was named in this synthetic text of the tests once.", "2024-08-01T01:00:00Z"));
    let row = sinmun.rows(&["mentions", "putin"]).remove(0);
    add(&sinmun, &["false", &named(&row)]);
    assert_eq!(sinmun.rows(&["mentions", "putin", "--reviewed"]).len(), 0);
    import("new.json", text("Putin was named in this synthetic text of the tests once more.", "2024-08-02T01:00:00Z"));
    assert_eq!(sinmun.rows(&["mentions", "putin", "--reviewed"]).len(), 1);
    let run = sinmun.run(&["check"]);
    assert_eq!(run.status, Some(1), "{run}");
    says(&run.text(), &["another text of the article is measured"]);
    let first = sinmun.rows(&["series", "putin", "--reviewed", "--as-first-published", "--by", "year"]);
    assert_eq!(first[0]["mentions"], 0);
}
