//! `silence` on made days, and as the daemon's alarm.

use serde_json::{Value, json};
use sinmun::domain::day::Day;
use sinmun::domain::stream::Edition;
use sinmun::standin::stories::{Story, Theme};
use sinmun::store::Reader;
use sinmun::store::query::Filter;

use crate::collect::Bench;
use crate::harness::{Sinmun, keys, says};

const FIELDS: [&str; 20] = [
    "outlet",
    "edition",
    "entity",
    "last_mention",
    "last_article",
    "run_from",
    "run_to",
    "days",
    "days_observed",
    "days_unobserved",
    "p",
    "p_geometric",
    "windows",
    "windows_silent",
    "usual_from",
    "usual_to",
    "usual_observed",
    "usual_with",
    "no_p",
    "earlier",
];

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// An article of each day from `first` to `last`; those that `mentions` names speak of China's leader.
fn archive(first: &str, last: &str, mentions: impl Fn(i32) -> bool) -> String {
    let (first, last) = (day(first), day(last));
    (0..=last.epoch_days() - first.epoch_days()).fold(String::new(), |text, number| {
        let date = first.plus(number);
        let who = if mentions(number) { "Xi Jinping" } else { "a made-up farmer" };
        let body = format!("This synthetic text number {number} of the tests speaks of {who} and of nobody else.");
        let row = json!({"title": format!("Sample No. {number}"), "body": body, "date": date, "url": format!("http://sample/{number}")});
        format!("{text}{row}\n")
    })
}

/// A year of days, of which every fifth has a mention up to October; August to October were declared complete.
fn store() -> Sinmun {
    let sinmun = Sinmun::new();
    let file = sinmun.write("year.jsonl", archive("2023-01-01", "2023-12-31", |n| n % 5 == 0 && n < 300));
    sinmun.import(&file, &["--outlet", "kcna", "--edition", "en", "--complete", "2023-01..2023-11-15"]);
    sinmun
}

fn row(sinmun: &Sinmun, more: &[&str]) -> Value {
    let mut rows = sinmun.rows(&[&["silence", "xi-jinping"], more].concat());
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

/// Only the two years before the last mention are read, unless somebody was never mentioned: that is no other answer.
#[test]
fn the_far_past_has_no_say() {
    let sinmun = Sinmun::new();
    let file =
        sinmun.write("years.jsonl", archive("2018-01-01", "2023-12-31", |n| n % 9 == 0 && n % 400 < 300 && n < 2100));
    sinmun.import(&file, &["--outlet", "kcna", "--edition", "en", "--complete", "2018..2023-10"]);
    for to in ["2023-12-31", "2023-10-27", "2023-09-15", "2021-03-03", "2018-01-05", "2018-01-02"] {
        let alone = row(&sinmun, &["--to", to]);
        let both = sinmun.rows(&["silence", "xi-jinping", "putin", "--to", to]);
        assert_eq!((&both[0], &both[1]["last_mention"]), (&alone, &Value::Null), "{to}");
    }
    let long = row(&sinmun, &["--to", "2023-12-31"]);
    // The last mention is on day 2097 of those made, 2023-09-29; the longest before it lasted from day 1900 to 2006.
    assert_eq!((&long["last_mention"], &long["usual_from"]), (&json!("2023-09-29"), &json!("2021-09-30")));
    assert_eq!(long["earlier"][0], "2023-03-16 to 2023-06-30, 107 of 107 days observed");
}

#[test]
fn a_silence_is_told_with_its_dates_and_its_p() {
    let sinmun = store();
    let silent = row(&sinmun, &["--to", "2023-12-31"]);
    assert_eq!(keys(&silent), FIELDS);
    // The last mention is on day 295 of the year, 2023-10-23; of the 69 days since, 23 were declared complete.
    assert_eq!(silent["last_mention"], "2023-10-23");
    assert!(silent["last_article"].as_str().expect("a name").starts_with("kcna-en-20231023-"));
    assert_eq!((&silent["run_from"], &silent["run_to"]), (&json!("2023-10-24"), &json!("2023-12-31")));
    assert_eq!([&silent["days"], &silent["days_observed"], &silent["days_unobserved"]], [69, 23, 46]);
    // 296 observed days before it, 60 with a mention: no window of 23 days is without one.
    assert_eq!([&silent["usual_observed"], &silent["usual_with"]], [296, 60]);
    assert_eq!([&silent["windows"], &silent["windows_silent"]], [274, 0]);
    assert_eq!((&silent["p"], &silent["no_p"]), (&json!(0.0), &json!("")));
    // (1 - 60/296)^23
    assert_eq!(silent["p_geometric"], json!(0.005_461));
    // Four days without are as usual as can be: every window of four that does not touch a fifth day.
    let usual = row(&sinmun, &["--to", "2023-10-27"]);
    assert_eq!([&usual["days_observed"], &usual["windows"], &usual["windows_silent"]], [4, 293, 59]);
    assert_eq!(usual["p"], json!(0.201_365));
    // On the day of a mention nothing has passed.
    let mentioned = row(&sinmun, &["--to", "2023-10-23"]);
    assert_eq!((&mentioned["days"], &mentioned["run_from"], &mentioned["p"]), (&json!(0), &Value::Null, &Value::Null));
    // In the first two months there are too few mentions for a p.
    let early = row(&sinmun, &["--to", "2023-03-01"]);
    says(early["no_p"].as_str().expect("a reason"), &["12 of 56 observed days", "fewer than 20"]);
}

#[test]
fn unobserved_days_and_other_editions_change_nothing() {
    let sinmun = store();
    let before = row(&sinmun, &["--to", "2023-12-31"]);
    let later = row(&sinmun, &["--to", "2024-03-31"]);
    for field in ["last_mention", "days_observed", "p", "p_geometric", "windows", "windows_silent", "usual_observed"] {
        assert_eq!(before[field], later[field], "{field}");
    }
    assert_eq!([&later["days"], &later["days_unobserved"]], [160, 137]);
    sinmun.import_fixture("archive-rodong.csv", "rodong", "en");
    sinmun.import_fixture("archive-ko.jsonl", "kcna", "ko");
    let rows = sinmun.rows(&["silence", "xi-jinping", "--to", "2023-12-31", "--outlet", "kcna", "--edition", "en"]);
    assert_eq!(rows, [before]);
    // Where the lexicon has no words, nothing was looked for: there is no row, and it is said why.
    let more = "\n[[person]]\nid = \"sample\"\nname = \"A Sample\"\nnames.en = [\"Nobody Atall\"]\n";
    sinmun.write("lexicon.toml", sinmun.ok(&["config", "--lexicon"]) + more);
    let config = sinmun.write("sinmun.toml", "lexicon = 'lexicon.toml'\n");
    sinmun.ok(&["--config", &config, "recount"]);
    let told = sinmun.run(&["--config", &config, "silence", "sample", "--to", "2024-12-31"]);
    says(&told.stderr, &["kcna ko", "no words", "sample"]);
    assert!(!told.text().contains(",ko,"), "{told}");
}

#[test]
fn tables_csv_and_refusals() {
    let sinmun = store();
    let table = sinmun.ok(&["silence", "xi-jinping", "putin", "--to", "2023-12-31", "--format", "table"]);
    says(
        &table,
        &[
            "kcna en xi-jinping: silent from 2023-10-24 to 2023-12-31, last in kcna-en-20231023-",
            "0 of 274 windows without a mention; 60 of 296 observed days from 2023-01-01 to 2023-10-23 have one",
            "kcna en putin: silent from 2023-01-01 to 2023-12-31; no p: there was no mention before it",
            "this one run",
        ],
    );
    let csv = sinmun.ok(&["silence", "xi-jinping", "--to", "2023-12-31"]);
    assert_eq!(csv.lines().next(), Some(FIELDS.join(",").as_str()));
    let query = sinmun.document(&["silence", "xi-jinping", "--to", "2023-12-31"])["query"].clone();
    assert_eq!(
        (&query["command"], &query["to"], &query["reviewed"]),
        (&json!("silence"), &json!("2023-12-31"), &json!(false))
    );
    says(&sinmun.fails(2, &["silence", "nobody"]), &["no entity 'nobody'"]);
    says(&sinmun.fails(2, &["silence", "putin", "--from", "2023-05", "--to", "2023-04"]), &["--from"]);
    sinmun.write("sinmun.toml", "watch = ['xi-jinping', 'nobody']\n");
    let config = sinmun.path("sinmun.toml").display().to_string();
    says(&sinmun.fails(78, &["--config", &config, "poll"]), &["watch", "no entity 'nobody'"]);
}

fn alarms(bench: &Bench) -> Vec<(String, String, bool, String)> {
    let connection = bench.sql();
    let sql = "SELECT kind, subject, until IS NULL, detail FROM alarm WHERE subject <> '' ORDER BY id";
    let mut statement = connection.prepare(sql).expect("a table");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

/// The stand-in's Xi goes unmentioned from May to August. By then that is an alarm; when he is named again, its end
/// is one too, for three days.
#[tokio::test(flavor = "multi_thread")]
async fn an_unusual_silence_and_its_end_are_alarms() {
    let bench = Bench::on(day("2026-09-30"), 406, 2, &[Edition::En]).await;
    let named = |story: &&Story| matches!(story.theme, Theme::Xi | Theme::ChineseOffice);
    let autumn = day("2026-09-01");
    let again = bench.standin.world().kcna.iter().filter(named).map(|s| s.day).find(|d| *d >= autumn);
    let again = again.expect("he is named in September");
    let to = |today: Day| {
        bench.standin.world().today = today;
        bench.now.store(i64::from(today.epoch_days()) * 86_400 + 3 * 3600, std::sync::atomic::Ordering::Relaxed);
    };
    let mut only = bench.plan();
    only.sources.retain(|source| source.stream.outlet.as_str() == "kcna");
    let collector = bench.collector_with(&only);
    let poll = || async { collector.poll("kcna-en").await.expect("the store").expect("the source") };
    let of_xi = || alarms(&bench).into_iter().filter(|(_, subject, ..)| subject == "xi-jinping").collect::<Vec<_>>();
    // Its lists reach back to the first of its days: one poll sees them all.
    to(day("2026-08-20"));
    assert!(poll().await.outcome.is_good());
    let raised = of_xi();
    assert_eq!(raised.len(), 1, "{raised:?}");
    assert_eq!((raised[0].0.as_str(), raised[0].2), ("silence", true));
    says(&raised[0].3, &["xi-jinping has not been mentioned since 2026-0", "(kcna-en-2026", "observed days; p 0"]);
    // It is news, and no fault of the source.
    let reader = Reader::open(&bench.paths(), std::time::Duration::from_secs(9)).expect("a store");
    let sources = reader.sources(&Filter::default()).expect("an answer");
    assert_eq!(sources[0].alarms, Vec::<String>::new());
    assert_eq!(sources[0].silences, [format!("silence: {}", raised[0].3)]);
    // The same answer on the next day is no second alarm.
    to(day("2026-08-21"));
    poll().await;
    assert_eq!(of_xi().len(), 1);
    to(again.plus(1));
    poll().await;
    let ended = of_xi();
    assert_eq!(ended.len(), 2, "{ended:?}");
    assert!(!ended[0].2 && ended[1].2, "the silence is over, its end is told: {ended:?}");
    says(&ended[0].3, &["xi-jinping was mentioned on 2026-09-", "(kcna-en-202609"]);
    assert_eq!(ended[1].0, "silence-end");
    says(&ended[1].3, &[&format!("mentioned again on {again}, after"), "observed days without; p 0"]);
    to(again.plus(4));
    poll().await;
    assert!(of_xi().iter().all(|(_, _, open, _)| !open), "{:?}", of_xi());
}
