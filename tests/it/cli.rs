//! What users ask, on the fixtures: every reading command, its fields and its options.

use serde_json::Value;

use crate::harness::{Sinmun, cut_out_mentions, fixture, keys, says};

const ALL: [&str; 7] = ["xi-jinping", "putin", "medvedev", "lavrov", "china", "russia", "kim-jong-un"];

const SERIES: [&str; 17] = [
    "outlet",
    "edition",
    "period",
    "period_from",
    "period_to",
    "entity",
    "measure",
    "value",
    "articles",
    "articles_with",
    "mentions",
    "share",
    "low",
    "high",
    "days",
    "days_observed",
    "days_with_articles",
];

#[test]
fn answers_have_the_documented_fields_in_json_and_csv() {
    let sinmun = Sinmun::with_fixtures();
    let mentions = [
        "entity", "date", "outlet", "edition", "article", "revision", "title", "url", "form", "alias", "field",
        "start", "end", "sentence",
    ];
    let indicator = [
        "id",
        "quote",
        "published",
        "ours",
        "exchanges",
        "outlets",
        "articles",
        "days",
        "days_observed",
        "verdict",
        "why",
    ];
    let coverage = [
        "outlet",
        "edition",
        "period",
        "period_from",
        "period_to",
        "articles",
        "headline_only",
        "media",
        "missing",
        "days",
        "days_observed",
        "days_declared",
        "complete",
        "retro_filled",
        "partial",
        "layout_broken",
        "blocked",
        "offline",
        "not_polled",
        "known",
        "known_held",
    ];
    let search = ["date", "outlet", "edition", "article", "title", "snippet"];
    let commands: [(&[&str], &[&str]); 6] = [
        (&["series", "putin"], &SERIES),
        (&["mentions", "putin"], &mentions),
        (&["indicator", "nkpro-2024"], &indicator),
        (&["coverage"], &coverage),
        (&["search", "bridge"], &search),
        (&["sql", "SELECT day, entity FROM v_daily"], &["day", "entity"]),
    ];
    for (command, fields) in commands {
        let rows = sinmun.rows(command);
        assert!(!rows.is_empty(), "{command:?}");
        for row in &rows {
            assert_eq!(keys(row), fields, "{command:?}");
        }
        // Standard output is no terminal here: CSV is the default.
        let text = sinmun.ok(command);
        let mut csv = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(csv.headers().expect("a header").iter().collect::<Vec<_>>(), fields, "{command:?}");
        assert_eq!(csv.records().count(), rows.len(), "{command:?}");
    }
}

fn value(rows: &[Value], outlet: &str, period: &str, entity: &str) -> Value {
    let row = rows
        .iter()
        .find(|r| r["outlet"] == outlet && r["edition"] == "en" && r["period"] == period && r["entity"] == entity);
    row.unwrap_or_else(|| panic!("no row of {outlet} {period} {entity}"))["value"].clone()
}

#[test]
fn the_figures_of_the_fixture() {
    let sinmun = Sinmun::with_fixtures();
    let rows = sinmun.rows(&["series", "xi-jinping", "putin", "china", "russia"]);
    for (outlet, period, entity, expected) in [
        ("kcna", "2024-05", "china", 2),
        // Belarus is not Russia; the seas named after China are not China.
        ("kcna", "2024-05", "russia", 1),
        ("kcna", "2024-06", "putin", 5),
        ("kcna", "2024-06", "russia", 9),
        ("kcna", "2024-07", "china", 6),
        ("kcna", "2024-08", "putin", 5),
        ("rodong", "2024-08", "xi-jinping", 1),
    ] {
        assert_eq!(value(&rows, outlet, period, entity), expected, "{outlet} {period} {entity}");
    }
    assert_eq!(value(&rows, "kcna", "2024-08", "xi-jinping"), Value::Null, "an unobserved zero is none");
    // The names were glued in the file.
    let kims = sinmun.rows(&["series", "kim-jong-un", "kim-il-sung", "--from", "2024-06", "--to", "2024-06"]);
    assert_eq!(value(&kims, "kcna", "2024-06", "kim-jong-un"), 3);
    assert_eq!(value(&kims, "kcna", "2024-06", "kim-il-sung"), 1);
}

#[test]
fn a_declared_month_turns_nothing_found_into_zero() {
    let sinmun = Sinmun::new();
    let common = ["--outlet", "kcna", "--edition", "en"];
    sinmun.import(&fixture("archive.json"), &common);
    sinmun.import(&fixture("archive.json"), &[&common[..], &["--complete", "2024-08"]].concat());
    let rows = sinmun.rows(&["series", "xi-jinping", "--to", "2024-08"]);
    assert_eq!(value(&rows, "kcna", "2024-08", "xi-jinping"), 0);
    assert_eq!(value(&rows, "kcna", "2024-07", "xi-jinping"), Value::Null);
    assert_eq!(sinmun.rows(&["coverage", "--from", "2024-08", "--to", "2024-08"])[0]["days_declared"], 31);
    says(&sinmun.ok(&["coverage", "--format", "table"]), &["declared complete", "archive.json"]);
    says(&sinmun.ok(&["series", "xi-jinping", "--format", "table"]), &["(0)", "so this is no zero"]);
    let row = &sinmun.rows(&["indicator"])[0];
    assert_ne!(row["verdict"], "agrees", "{row}");
}

#[test]
fn every_measure_and_period_is_answered() {
    let sinmun = Sinmun::with_fixtures();
    for measure in ["mentions", "articles", "share", "per_1000", "headline", "lead"] {
        for by in ["day", "week", "month", "quarter", "year"] {
            let rows =
                sinmun.rows(&["series", "putin", "russia", "--measure", measure, "--by", by, "--outlet", "kcna"]);
            assert!(rows.iter().all(|row| row["measure"] == measure), "{measure} by {by}");
            assert!(rows.iter().any(|row| row["value"].as_f64().is_some_and(|v| v > 0.0)), "{measure} by {by}");
        }
    }
    let ratio = |of: &str| {
        let command = [
            "series",
            "russia",
            "--measure",
            "ratio",
            "--over",
            "china",
            "--of",
            of,
            "--by",
            "year",
            "--outlet",
            "kcna",
        ];
        sinmun.rows(&command)[0]["value"].as_f64().expect("a ratio")
    };
    assert!((ratio("mentions") - 19.0 / 13.0).abs() < 1e-6, "{}", ratio("mentions"));
    assert!((ratio("articles") - 11.0 / 6.0).abs() < 1e-6, "{}", ratio("articles"));
    // Over zero a ratio is nothing.
    let over_zero = ["series", "russia", "--measure", "ratio", "--over", "li-keqiang", "--by", "year"];
    assert!(sinmun.rows(&over_zero).iter().all(|row| row["value"].is_null()));
    sinmun.fails(2, &["series", "russia", "--measure", "ratio"]);
}

#[test]
fn outlets_add_up_and_editions_never_do() {
    let sinmun = Sinmun::with_fixtures();
    let rows = sinmun.rows(&["series", "putin", "--sum", "outlets", "--by", "year"]);
    let told: Vec<(&str, &str, u64)> = rows
        .iter()
        .map(|r| {
            (
                r["outlet"].as_str().expect("text"),
                r["edition"].as_str().expect("text"),
                r["mentions"].as_u64().expect("n"),
            )
        })
        .collect();
    // One outlet has Korean texts; they are a row of their own.
    assert_eq!(told, [("kcna+rodong", "en", 14), ("kcna", "ko", 2)]);
}

#[test]
fn reprints_can_be_left_out() {
    let sinmun = Sinmun::with_fixtures();
    let articles = |more: &[&str]| {
        let mut command = vec!["series", "russia", "--measure", "articles", "--from", "2024-08", "--edition", "en"];
        command.extend(more);
        sinmun.rows(&command).iter().map(|r| r["articles_with"].as_u64().expect("n")).collect::<Vec<_>>()
    };
    // One text under two titles at KCNA and a third at Rodong: the first of the three stays.
    assert_eq!(articles(&[]), [6, 1]);
    assert_eq!(articles(&["--no-reprints"]), [5, 0]);
    let first = sinmun.rows(&["sql", "SELECT outlet, reprint FROM v_article WHERE title LIKE '%Wheels%' ORDER BY day"]);
    let marks: Vec<i64> = first.iter().map(|row| row["reprint"].as_i64().expect("a mark")).collect();
    assert_eq!(marks, [0, 1, 1]);
}

#[test]
fn revisions_are_chosen_by_time() {
    let sinmun = Sinmun::new();
    let text = |who: &str, captured: &str| {
        format!(
            "{{\"date\":\"2024-08-18\",\"title\":\"Sample Bridge\",\"url\":\"http://x/bridge\",\"captured\":\"{captured}\",\
             \"body\":\"The invented bridge over the invented river was opened {who} before a synthetic crowd.\"}}\n"
        )
    };
    let file = sinmun.write("late.jsonl", text("with guests of Russia", "2024-08-19T00:00:00Z"));
    sinmun.import(&file, &["--outlet", "kcna", "--edition", "en"]);
    let file = sinmun.write("early.jsonl", text("by officials", "2024-08-18T00:00:00Z"));
    let report = sinmun.import(&file, &["--outlet", "kcna", "--edition", "en"]);
    assert_eq!(report["revised"], 1);
    let mentions = |more: &[&str]| {
        let mut command = vec!["series", "russia"];
        command.extend(more);
        sinmun.rows(&command)[0]["mentions"].clone()
    };
    assert_eq!(mentions(&[]), 1);
    assert_eq!(mentions(&["--as-first-published"]), 0);
    assert_eq!(mentions(&["--as-of", "2099-01-01"]), 1);
    // Nothing was held then.
    assert_eq!(sinmun.rows(&["series", "russia", "--as-of", "2001-01-01T00:00:00Z"])[0]["articles"], 0);
    says(&sinmun.fails(2, &["series", "russia", "--as-of", "yesterday"]), &["2024-09-01"]);
    let shown = &sinmun.rows(&["show", "http://x/bridge"])[0];
    assert_eq!(shown["revisions"].as_array().map(Vec::len), Some(2));
    assert_eq!(shown["revisions"][1]["measured"], true);
}

#[test]
fn every_mention_can_be_cut_out_of_its_text() {
    let sinmun = Sinmun::with_fixtures();
    assert!(cut_out_mentions(&sinmun, &ALL) > 50);
}

#[test]
fn an_article_is_shown_by_name_hash_and_address() {
    let sinmun = Sinmun::with_fixtures();
    let found = &sinmun.rows(&["search", "\"invented city\"", "arrived"])[0];
    let name = found["article"].as_str().expect("a name");
    let shown = &sinmun.rows(&["show", name])[0];
    let fields = [
        "article",
        "outlet",
        "edition",
        "day",
        "day_from",
        "content",
        "length",
        "id_reused",
        "reprint_of",
        "reprints",
        "title",
        "body",
        "revisions",
        "appearances",
        "mentions",
    ];
    assert_eq!(keys(shown), fields);
    let hash = shown["revisions"][0]["revision"].as_str().expect("a hash");
    let url = shown["appearances"][0]["url"].as_str().expect("an address");
    for wanted in [&hash[..12], hash, url] {
        assert_eq!(&sinmun.rows(&["show", wanted])[0], shown, "{wanted}");
    }
    // Three sections; the photo under the same title is an item of its own.
    assert_eq!(shown["appearances"].as_array().map(Vec::len), Some(3));
    says(&sinmun.ok(&["show", name, "--format", "table"]), &["«Vladimir Vladimirovich Putin»", "found http://"]);
    says(&sinmun.fails(1, &["show", "kcna-en-20240101-00000000"]), &["no article", "mentions"]);
    let glued = &sinmun.rows(&["search", "\"Sample Rice-transplanting under Way\""])[0];
    let raw = sinmun.ok(&["show", glued["article"].as_str().expect("a name"), "--raw"]);
    says(&raw, &["SecretaryKim Jong Unvisited"]);
}

#[test]
fn search_looks_inside_korean_words() {
    let sinmun = Sinmun::with_fixtures();
    for (word, found) in [("지도", 1), ("친선", 1), ("공장", 2), ("대통령", 1), ("련방", 1), ("뿌찐", 1), ("없다", 0)]
    {
        let rows = sinmun.rows(&["search", word]);
        assert_eq!(rows.len(), found, "{word}: {rows:?}");
        for row in &rows {
            let told = format!("{}{}", row["title"], row["snippet"]);
            assert!(told.contains(word) || told.contains(&format!("«{word}»")), "{word}: {row}");
        }
    }
    assert_eq!(sinmun.rows(&["search", "bridge -flowers"]).len(), 0);
    assert_eq!(sinmun.rows(&["search", "synth*", "--limit", "3"]).len(), 3);
}

#[test]
fn sql_reads_and_does_nothing_else() {
    let sinmun = Sinmun::with_fixtures();
    let attach = format!("ATTACH '{}' AS other", sinmun.path("other.db").display());
    for statement in [
        "DELETE FROM article",
        "UPDATE article SET day = 0",
        "DROP VIEW v_article",
        "CREATE TEMP TABLE t (x)",
        "PRAGMA user_version = 9",
        "PRAGMA table_info(article)",
        "BEGIN",
        "VACUUM",
        &attach,
        "SELECT 1; DELETE FROM article",
        "WITH x AS (SELECT 1) DELETE FROM article",
    ] {
        let run = sinmun.run(&["sql", statement]);
        assert_eq!(run.status, Some(1), "{statement}{run}");
        assert!(run.stdout.is_empty(), "{statement}{run}");
    }
    assert!(!sinmun.path("other.db").exists());
    says(&sinmun.fails(1, &["sql", "SELECT * FROM articles"]), &["v_article"]);
    assert_eq!(sinmun.rows(&["sql", "SELECT count(*) AS n FROM v_article WHERE content = 'full'"])[0]["n"], 42);
}

#[test]
fn charts_are_written_and_drawn() {
    let sinmun = Sinmun::with_fixtures();
    for (name, more) in [("a.png", None), ("a.svg", None), ("b.svg", Some("--dark"))] {
        let path = sinmun.path(name).display().to_string();
        let mut command = vec!["plot", "russia", "china", "--outlet", "kcna", "--edition", "en", "--out", &path];
        command.extend(more);
        sinmun.ok(&command);
        let bytes = std::fs::read(&path).expect("a picture");
        if name == "a.png" {
            assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
        } else {
            let text = String::from_utf8(bytes).expect("text");
            let svg = roxmltree::Document::parse(&text).expect("XML");
            assert_eq!(svg.root_element().tag_name().name(), "svg");
            says(&text, &["Russia", "China"]);
        }
    }
    says(&sinmun.ok(&["plot", "russia", "china", "--edition", "en", "--outlet", "kcna"]), &["Russia", "China"]);
    let path = sinmun.path("a.jpg").display().to_string();
    says(&sinmun.fails(2, &["plot", "russia", "--out", &path]), &[".svg", ".png"]);
    says(&sinmun.fails(1, &["plot", "russia", "--outlet", "nobody"]), &["sinmun coverage"]);
}

#[test]
fn a_changed_lexicon_is_shown_then_counted_and_the_old_one_kept() {
    let sinmun = Sinmun::with_fixtures();
    let lexicon = sinmun.ok(&["config", "--lexicon"]);
    let more = "\n[[country]]\nid = \"belarus\"\nname = \"Belarus\"\nnames.en = [\"Belarus\"]\n";
    sinmun.write("lexicon.toml", format!("{lexicon}{more}"));
    let config = sinmun.write("sinmun.toml", "lexicon = 'lexicon.toml'\n");
    let archive = fixture("archive.json");
    let refused = sinmun.fails(78, &["--config", &config, "import", &archive, "--outlet", "kcna", "--edition", "en"]);
    says(&refused, &["recount --dry-run"]);
    let before = sinmun.ok(&["series", "russia"]);
    let dry = sinmun.rows(&["--config", &config, "recount", "--dry-run"]);
    assert_eq!(dry.len(), 1, "{dry:?}");
    assert_eq!(keys(&dry[0]), ["outlet", "edition", "entity", "period", "before", "after"]);
    assert_eq!((&dry[0]["entity"], &dry[0]["before"], &dry[0]["after"]), (&"belarus".into(), &0.into(), &3.into()));
    // Nothing was changed by looking.
    assert_eq!(sinmun.ok(&["series", "russia"]), before);
    sinmun.fails(2, &["--config", &config, "series", "belarus"]);
    assert_eq!(sinmun.run(&["--config", &config, "check"]).status, Some(1));
    assert_eq!(sinmun.rows(&["--config", &config, "recount"]), dry);
    assert_eq!(sinmun.rows(&["--config", &config, "series", "belarus", "--by", "year"])[0]["mentions"], 3);
    assert_eq!(sinmun.rows(&["--config", &config, "recount"]), Vec::<Value>::new());
    sinmun.ok(&["--config", &config, "check"]);
    let kept = sinmun.rows(&["sql", "SELECT lexicon LIKE '%\"belarus\"%' AS new FROM method ORDER BY id"]);
    assert_eq!(kept.iter().map(|row| row["new"].as_i64().expect("a mark")).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn the_program_speaks_of_itself() {
    let sinmun = Sinmun::new();
    let help = sinmun.ok(&["--help"]);
    for command in [
        "import",
        "recount",
        "series",
        "indicator",
        "mentions",
        "coverage",
        "search",
        "show",
        "plot",
        "sql",
        "check",
        "config",
        "completions",
        "man",
    ] {
        says(&help, &[command]);
        says(&sinmun.ok(&[command, "--help"]), &["Usage: sinmun"]);
    }
    says(&sinmun.ok(&["--version"]), &[env!("CARGO_PKG_VERSION")]);
    says(&sinmun.ok(&["config"]), &["query_seconds = 30", "sinmun.db"]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        says(&sinmun.ok(&["completions", shell]), &["sinmun", "indicator"]);
    }
    says(&sinmun.ok(&["man"]), &[".TH sinmun"]);
    let pages = sinmun.path("man").display().to_string();
    sinmun.ok(&["man", "--out", &pages]);
    for page in ["sinmun.1", "sinmun-import.1", "sinmun-series.1"] {
        assert!(sinmun.path("man").join(page).is_file(), "{page}");
    }
    assert_eq!(sinmun.rows(&["indicator", "--all"])[0]["name"], "nkpro-2024");
    assert!(!sinmun.data().exists(), "asking made a store");
}
