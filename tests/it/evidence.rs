//! `indicator --evidence`: a folder that opens without sinmun, proves itself, and is the same twice.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::harness::{Sinmun, says};

/// An indicator of the fixtures' days: mentions by name and office, a ratio, messages, and one that nobody can measure.
const INDICATOR: &str = r#"
name = "sample"
title = "A made-up indicator for the tests"
source = "Nobody, nowhere"
published = "2024-09-20"

[[row]]
id = "putin/../august"
quote = "=Putin was mentioned seven times in August 2024"
measure = "mentions"
entities = ["putin"]
outlets = ["kcna", "rodong"]
editions = ["en", "ko"]
from = "2024-08"
to = "2024-08"
value = 7

[[row]]
id = "kims"
quote = "Kim Jong Un twice as often as Kim Il Sung"
measure = "ratio"
entities = ["kim-jong-un"]
over = "kim-il-sung"
outlets = ["kcna"]
editions = ["en"]
from = "2024-05"
to = "2024-08"
value = 2

[[row]]
id = "messages"
quote = "one message with Russia's leader"
measure = "messages"
entities = ["putin"]
outlets = ["kcna"]
editions = ["en"]
from = "2024-08"
to = "2024-08"
value = 1

[[row]]
id = "films"
quote = "fewer films"
measure = "none"
why_not = "films are not texts"
from = "2024"
to = "2024"
"#;

/// A store with the fixtures, and one more article that would run as a formula; and the indicator's configuration.
fn store() -> (Sinmun, String) {
    let sinmun = Sinmun::with_fixtures();
    import_formula(&sinmun);
    let config = configure(&sinmun);
    (sinmun, config)
}

fn import_formula(sinmun: &Sinmun) {
    let more = sinmun.write(
        "more.jsonl",
        "{\"title\":\"=Putin in a synthetic title\",\"body\":\"Kim Jong Un sent a message of greeting to Vladimir Putin \
         in this sample.\",\"date\":\"2024-08-20\",\"url\":\"http://sample/1\"}\n",
    );
    sinmun.import(&more, &["--outlet", "kcna", "--edition", "en"]);
}

fn configure(sinmun: &Sinmun) -> String {
    std::fs::create_dir(sinmun.path("indicators")).expect("a folder");
    sinmun.write("indicators/sample.toml", INDICATOR);
    sinmun.write("sinmun.toml", "indicators = 'indicators'\n")
}

/// Every file of a folder by its name in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                let name = path.strip_prefix(root).expect("within").display().to_string();
                found.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn evidence(sinmun: &Sinmun, config: &str, name: &str, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = sinmun.path(name);
    let shown = folder.display().to_string();
    sinmun.ok(&[&["--config", config, "indicator", "sample", "--evidence", &shown], more].concat());
    files(&folder)
}

/// A SHA-256 as sums are written.
fn sum(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn text<'f>(files: &'f BTreeMap<String, Vec<u8>>, name: &str) -> &'f str {
    let bytes = files.get(name).unwrap_or_else(|| panic!("no {name} among {:?}", files.keys()));
    std::str::from_utf8(bytes).expect("UTF-8")
}

fn records(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(|record| record.expect("a record")).collect()
}

#[test]
fn everything_is_there_and_leads_back_to_its_bytes() {
    let (sinmun, config) = store();
    let files = evidence(&sinmun, &config, "evidence", &[]);
    let one = "rows/01-putin____august";
    // The figures are those of the command.
    let figures = records(text(&files, "figures.csv"));
    assert_eq!(figures.len(), 4);
    let printed = sinmun.ok(&["--config", &config, "indicator", "sample", "--format", "csv"]);
    assert_eq!(text(&files, "figures.csv"), printed);
    assert_eq!(figures[0]["quote"], "'=Putin was mentioned seven times in August 2024", "no formula");
    // Every mention can be cut out of its article's file by its bytes, once the marks are taken away.
    let mentions = records(text(&files, &format!("{one}/mentions.csv")));
    assert_eq!(mentions.len(), 11, "nine in English, two in Korean");
    for mention in &mentions {
        let article = text(&files, &format!("articles/{}.txt", mention["article"]));
        let (head, body) = article.split_once("\n\n").expect("a head and a text");
        let title = head.lines().find_map(|line| line.strip_prefix("title     ")).expect("a title");
        let field = if mention["field"] == "title" { title } else { body };
        let field = field.replace(['«', '»'], "");
        let at = |name: &str| mention[name].parse::<usize>().expect("an offset");
        assert_eq!(&field[at("start")..at("end")], mention["alias"], "{article}");
        assert!(article.contains(&format!("«{}»", mention["alias"])), "{article}");
    }
    assert!(mentions.iter().any(|mention| mention["title"] == "'=Putin in a synthetic title"));
    // The denominator, and the days it is from.
    let articles = records(text(&files, &format!("{one}/articles.csv")));
    let full = articles.iter().filter(|row| row["content"] == "full" && row["edition"] == "en").count();
    assert_eq!(full.to_string(), figures[0]["articles"]);
    let coverage = records(text(&files, &format!("{one}/coverage.csv")));
    assert_eq!(coverage.len(), 93, "31 days of two outlets in English and of one in Korean");
    assert!(coverage.iter().all(|row| row["not_polled"] == "1" || row["retro_filled"] == "1" || row["partial"] == "1"));
    for row in ["01-putin____august", "02-kims", "03-messages"] {
        roxmltree::Document::parse(text(&files, &format!("rows/{row}/chart.svg"))).expect("XML");
        assert!(!records(text(&files, &format!("rows/{row}/series.csv"))).is_empty());
    }
    let messages = records(text(&files, "rows/03-messages/messages.csv"));
    assert!(messages.iter().any(|row| row["message"] == "20240820-kim-jong-un-to-putin"), "{messages:?}");
    says(text(&files, "rows/03-messages/verdict.txt"), &["claim", "one message with Russia's leader", "too thin"]);
    assert_eq!(
        files.keys().filter(|name| name.starts_with("rows/04-films/")).count(),
        1,
        "only why it is not measured"
    );
    // The names of the Kims were glued in the file: its bytes are kept.
    let captures: Vec<_> = files.keys().filter(|name| name.starts_with("captures/")).collect();
    assert!(!captures.is_empty());
    for name in captures {
        let hash = sum(&files[name]);
        assert_eq!(name.strip_prefix("captures/"), Some(hash.as_str()));
        assert!(files.iter().any(|(article, bytes)| article.starts_with("articles/")
            && String::from_utf8_lossy(bytes).contains(name.as_str())));
    }
    // The method, as it can be used again.
    assert_eq!(text(&files, "method/lexicon.toml"), sinmun.ok(&["config", "--lexicon"]));
    let again = sinmun.write("again.toml", text(&files, "method/indicator.toml"));
    std::fs::rename(again, sinmun.path("indicators/sample.toml")).expect("moved");
    assert_eq!(sinmun.ok(&["--config", &config, "indicator", "sample", "--format", "csv"]), printed);
    assert!(!files.contains_key("method/marks.jsonl"));
    says(text(&files, "README.txt"), &["A made-up indicator", "films", "no data", "SHA256SUMS", "captures/HASH"]);
}

#[test]
fn the_sums_hold_and_the_bytes_are_the_same_twice() {
    let (sinmun, config) = store();
    let mut first = evidence(&sinmun, &config, "first", &[]);
    let sums = String::from_utf8(first.remove("SHA256SUMS").expect("sums")).expect("text");
    let named: BTreeMap<&str, &str> =
        sums.lines().filter_map(|line| line.split_once("  ")).map(|(sum, name)| (name, sum)).collect();
    assert_eq!(named.keys().copied().collect::<Vec<_>>(), first.keys().map(String::as_str).collect::<Vec<_>>());
    for (name, bytes) in &first {
        let hash = sum(bytes);
        assert_eq!(named[name.as_str()], hash, "{name}");
    }
    let second = evidence(&sinmun, &config, "second", &[]);
    assert_eq!(String::from_utf8_lossy(&second["SHA256SUMS"]), sums);
    // Another store of the same articles, read in another order, differs in nothing.
    let other = Sinmun::new();
    let other_config = configure(&other);
    other.import_fixture("archive-ko.jsonl", "kcna", "ko");
    import_formula(&other);
    other.import_fixture("archive-rodong.csv", "rodong", "en");
    other.import_fixture("archive.json", "kcna", "en");
    assert_eq!(String::from_utf8_lossy(&evidence(&other, &other_config, "third", &[])["SHA256SUMS"]), sums);
}

#[test]
fn marks_are_told_and_a_used_folder_is_refused() {
    let (sinmun, config) = store();
    let by = ["--by", "A. Sample", "--why", "as a test"];
    sinmun.ok(&[&["review", "add", "false", "kcna-en-20240801-e5690586:body:30-44:putin"], &by[..]].concat());
    let files = evidence(&sinmun, &config, "marked", &["--reviewed"]);
    assert_eq!(text(&files, "method/marks.jsonl").lines().count(), 1);
    assert_eq!(records(text(&files, "rows/01-putin____august/mentions.csv")).len(), 10);
    says(text(&files, "README.txt"), &["1 mark applied"]);
    let article = text(&files, "articles/kcna-en-20240801-e5690586.txt");
    assert!(article.contains("«Putin» offered") && !article.contains("«Vladimir Putin»"), "{article}");
    let folder = sinmun.path("marked").display().to_string();
    let told = sinmun.fails(2, &["--config", &config, "indicator", "sample", "--evidence", &folder]);
    says(&told, &["marked is not empty", "a folder of its own"]);
    let file = sinmun.write("a-file", "x");
    says(&sinmun.fails(74, &["--config", &config, "indicator", "sample", "--evidence", &file]), &["a-file"]);
    sinmun.ok(&[
        "--config",
        &config,
        "indicator",
        "sample",
        "--outlet",
        "rodong",
        "--evidence",
        &sinmun.path("part").display().to_string(),
    ]);
    says(text(&self::files(&sinmun.path("part")), "README.txt"), &["Only these outlets were asked for: rodong."]);
}
