//! The dashboard's figures with the analysts' marks: those of the command line, seen in the page, and gone again with
//! the parameter.

use serde_json::{Value, json};

use crate::harness::Sinmun;
use crate::serving::Serving;

const SYMPATHY: &str = "kcna-en-20240801-e5690586";

/// The fixtures with four marks: a mention that is false, one that was missed on a day without any other of its entity,
/// a headline's that is merged, and a message that is false.
fn marked() -> Sinmun {
    let sinmun = Sinmun::with_fixtures();
    sinmun.import_fixture("archive-messages.jsonl", "kcna", "en");
    let add =
        |what: &[&str]| sinmun.rows(&[&["review", "add"], what, &["--by", "A. Sample", "--why", "a test"]].concat());
    let at = |place: &str| format!("{SYMPATHY}:{place}:putin");
    add(&["false", &at("body:30-44")]);
    add(&["merged", &at("title:31-36"), "--into", &at("body:106-111")]);
    add(&["missed", &format!("{SYMPATHY}:xi-jinping"), "--words", "invented flood"]);
    add(&["false", "20230503-putin-to-kim-jong-un"]);
    sinmun
}

/// What is asked of the API, and the same of the command line.
const QUESTIONS: [(&str, &[&str]); 6] = [
    ("series?entity=putin,xi-jinping&from=2024", &["series", "putin", "xi-jinping", "--from", "2024"]),
    (
        "series?entity=putin&measure=headline&outlet=kcna&edition=en&form=name",
        &["series", "putin", "--measure", "headline", "--outlet", "kcna", "--edition", "en", "--form", "name"],
    ),
    ("mentions?entity=putin,xi-jinping&order=oldest&limit=10000", &["mentions", "putin", "xi-jinping"]),
    ("messages?with=china,russia", &["messages", "--with", "china,russia"]),
    ("indicator?name=nkpro-2024", &["indicator", "nkpro-2024"]),
    ("silence?entity=xi-jinping,putin&to=2024-08-10", &["silence", "xi-jinping", "putin", "--to", "2024-08-10"]),
];

#[test]
fn figures_with_marks_are_those_of_the_command_line() {
    let sinmun = marked();
    let serving = Serving::start(&sinmun);
    for (path, arguments) in QUESTIONS {
        let told = |more: &[&str]| sinmun.document(&[arguments, more].concat());
        let given = |end: &str| {
            let mut document = serving.get(&format!("/api/v1/{path}{end}")).json();
            document.as_object_mut().expect("an object").remove("next");
            document
        };
        let (counted, reviewed) = (told(&[]), told(&["--reviewed"]));
        assert_ne!(counted["rows"], reviewed["rows"], "{path}: no mark has an effect");
        assert!(reviewed["query"]["marks_applied"].as_u64() > Some(0), "{path}");
        // In turn, twice: a reader that was lent with marks is lent without them again.
        for _ in 0..2 {
            assert_eq!(given("&reviewed=yes"), reviewed, "{path}");
            assert_eq!(given(""), counted, "{path}");
            assert_eq!(given("&reviewed=no"), counted, "{path}");
        }
        let (name, query) = path.split_once('?').expect("a query");
        let csv = serving.get(&format!("/api/v1/{name}.csv?{query}&reviewed=yes")).text();
        assert_eq!(csv, sinmun.ok(&[arguments, &["--reviewed", "--format", "csv"]].concat()), "{path} as CSV");
    }
}

#[test]
fn a_mark_has_its_effect_at_once() {
    let sinmun = marked();
    let serving = Serving::start(&sinmun);
    let figure = || {
        let path = "/api/v1/series?entity=putin&from=2024-08&to=2024-08&outlet=kcna&edition=en&reviewed=yes";
        let document = serving.get(path).json();
        (document["rows"][0]["mentions"].clone(), document["query"]["marks_applied"].clone())
    };
    assert_eq!((figure(), figure()), ((json!(3), json!(2)), (json!(3), json!(2))));
    let place = format!("{SYMPATHY}:body:30-44:putin");
    sinmun.ok(&["review", "add", "stands", &place, "--by", "B. Sample", "--why", "it was right"]);
    assert_eq!(figure(), (json!(4), json!(1)));
}

#[test]
fn a_page_says_whose_figures_it_shows() {
    let sinmun = marked();
    let serving = Serving::start(&sinmun);
    for (path, _) in QUESTIONS.iter().chain(&[("?outlet=kcna&edition=en", &[][..])]) {
        let page = |end: &str| serving.get(&format!("/{path}{end}")).text();
        let (counted, reviewed) = (page(""), page("&reviewed=yes"));
        assert!(counted.contains("As counted.") && !counted.contains("applied"), "{path}");
        assert!(reviewed.contains("With the analysts’ marks</strong>") && reviewed.contains("applied."), "{path}");
        // Whoever goes on from figures with marks gets figures with marks.
        let links = reviewed.split("href=\"/").filter_map(|rest| rest.split('"').next());
        let figures = |link: &&str| ["mentions?", "series?", "messages?"].iter().any(|start| link.starts_with(start));
        let links: Vec<&str> = links.filter(figures).filter(|link| !link.contains("cursor")).collect();
        let on = links.iter().filter(|link| link.contains("reviewed=yes")).count();
        assert!(links.len() - on <= 1, "{path}: more than the way back leaves the marks: {links:?}");
    }
    let lead =
        |end: &str| serving.get(&format!("/mentions?entity=putin&outlet=kcna&edition=en&from=2024-08{end}")).text();
    assert!(lead("").contains("<strong>5 mentions</strong>"));
    assert!(
        lead("&reviewed=yes").contains("<strong>3 mentions</strong>")
            && lead("&reviewed=yes").contains("2 marks applied")
    );
    // The text itself shows what was said of it.
    let article = serving.get(&format!("/articles/{SYMPATHY}")).text();
    assert!(article.contains("A. Sample") && article.contains("merged"), "the article's marks");
    // Where nobody has marked anything there is nothing to choose.
    let plain = Sinmun::with_fixtures();
    assert!(!Serving::start(&plain).get("/series?entity=putin").text().contains("As counted."));
}

#[test]
fn pages_of_mentions_know_what_marks_put_in() {
    let sinmun = marked();
    let serving = Serving::start(&sinmun);
    let whole = sinmun.rows(&["mentions", "putin", "xi-jinping", "--reviewed"]);
    for (order, whole) in [("oldest", whole.clone()), ("newest", whole.into_iter().rev().collect())] {
        let (mut pieces, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/mentions?entity=putin,xi-jinping&reviewed=yes&order={order}&limit=2{cursor}");
            let document = serving.get(&path).json();
            pieces.extend(document["rows"].as_array().expect("rows").clone());
            match document["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(Value::Array(pieces), Value::Array(whole), "{order}");
    }
    let since = |when: &str| {
        serving
            .get(&format!(
                "/api/v1/mentions?entity=xi-jinping&outlet=kcna&edition=en&from=2024&reviewed=yes&changed_after={when}"
            ))
            .json()["rows"]
            .clone()
    };
    assert_eq!(since("2001-01-01T00:00:00Z")[0]["alias"], "invented flood");
    assert_eq!(since("2100-01-01T00:00:00Z"), json!([]));
}
