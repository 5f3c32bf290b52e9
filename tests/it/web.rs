//! The dashboard and its API over HTTP: the same figures as the command line, harmless whatever a page held, and
//! closed to who has no business there.

use serde_json::{Value, json};

use sinmun::config::Loaded;
use sinmun::store::Paths;
use sinmun::web::{self, Configured, Settings};

use crate::harness::{Sinmun, keys};
use crate::serving::{Serving, client};

const PAGES: [&str; 10] = [
    "/",
    "/series",
    "/silence",
    "/indicator",
    "/mentions",
    "/messages",
    "/coverage",
    "/sources",
    "/search?q=letter",
    "/changes",
];

fn without_next(mut document: Value) -> Value {
    document.as_object_mut().expect("an object").remove("next");
    document
}

#[test]
fn the_api_answers_as_the_command_line_does() {
    let sinmun = Sinmun::with_fixtures();
    let serving = Serving::start(&sinmun);
    for (path, arguments) in [
        ("/api/v1/series?entity=putin,china&by=month", &["series", "putin", "china", "--by", "month"][..]),
        (
            "/api/v1/series?entity=russia&measure=ratio&over=china&by=year&sum=outlets",
            &["series", "russia", "--measure", "ratio", "--over", "china", "--by", "year", "--sum", "outlets"],
        ),
        (
            "/api/v1/mentions?entity=putin&order=oldest&limit=10000&from=2024-08&outlet=kcna",
            &["mentions", "putin", "--from", "2024-08", "--outlet", "kcna"],
        ),
        ("/api/v1/coverage?by=month&edition=en", &["coverage", "--by", "month", "--edition", "en"]),
        ("/api/v1/indicator?name=nkpro-2024", &["indicator", "nkpro-2024"]),
        ("/api/v1/messages?with=russia", &["messages", "--with", "russia"]),
        ("/api/v1/silence?to=2024-08", &["silence", "xi-jinping", "putin", "--to", "2024-08"]),
        (
            "/api/v1/silence?entity=putin&from=2024-08&to=2024-08&outlet=kcna&form=name&reprints=no",
            &[
                "silence",
                "putin",
                "--from",
                "2024-08",
                "--to",
                "2024-08",
                "--outlet",
                "kcna",
                "--form",
                "name",
                "--no-reprints",
            ],
        ),
        ("/api/v1/search?q=letter", &["search", "letter"]),
        ("/api/v1/changes", &["changes"]),
    ] {
        let document = serving.get(path).json();
        assert_eq!(keys(&document), ["query", "method", "rows", "next"], "{path}");
        let may_be_none = ["changes", "messages"].iter().any(|name| path.contains(name));
        assert!(may_be_none || !document["rows"].as_array().expect("rows").is_empty(), "{path}: no rows");
        assert_eq!(without_next(document), sinmun.document(arguments), "{path}");
        let (name, query) = path.split_once('?').unwrap_or((path, ""));
        let csv = serving.get(&format!("{name}.csv?{query}"));
        let mut all = arguments.to_vec();
        all.extend(["--format", "csv"]);
        assert_eq!(csv.text(), sinmun.ok(&all), "{path} as CSV");
    }
    let typed = serving.get("/api/v1/series?entity=vladimir+putin,putin&entity=China").json();
    assert_eq!(typed, serving.get("/api/v1/series?entity=putin,china").json(), "a name stands for its id");
    let named = "/api/v1/articles/kcna-en-20240801-e5690586";
    let shown = sinmun.document(&["show", "kcna-en-20240801-e5690586"]);
    assert_eq!(without_next(serving.get(named).json()), shown);
}

#[test]
fn every_page_and_every_link_on_it_answers() {
    let sinmun = Sinmun::with_fixtures();
    let serving = Serving::start(&sinmun);
    let mut seen: Vec<String> = PAGES.map(str::to_owned).to_vec();
    let mut at = 0;
    while at < seen.len() && at < 150 {
        let path = seen[at].clone();
        at += 1;
        let answer = serving.ask(&path, &[]);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert!(!answer.header("content-security-policy").is_empty(), "{path}");
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let page = answer.text();
        assert!(!page.contains("<script>") && !page.contains(" style=\"") && !page.contains("<style"), "{path}");
        for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.replace("&amp;", "&");
            if link.starts_with('/') && !seen.contains(&link) {
                seen.push(link);
            }
        }
    }
    assert!(at > 60, "only {at} addresses were found");
}

#[test]
fn what_a_hostile_page_held_is_only_text() {
    let sinmun = Sinmun::new();
    let bad = "=HYPERLINK(\"http://x\") <script>alert(1)</script> \u{202e}evil\u{1b}[31m Putin";
    let rows = json!([{
        "title": bad, "date": "2024-08-02", "url": "javascript:alert(1)",
        "body": format!("Pyongyang, August 2 (KCNA) -- Putin sent {bad} & <img src=x onerror=alert(2)> to Kim Jong Un.\nMore."),
    }]);
    let file = sinmun.write("hostile.json", rows.to_string());
    sinmun.import(&file, &["--outlet", "kcna", "--edition", "en"]);
    let serving = Serving::start(&sinmun);
    let article =
        serving.get("/api/v1/mentions?entity=putin").json()["rows"][0]["article"].as_str().expect("a name").to_owned();
    let pages = [
        "/".to_owned(),
        "/mentions?entity=putin".to_owned(),
        "/search?q=evil".to_owned(),
        format!("/articles/{article}"),
        "/messages".to_owned(),
    ];
    for path in pages {
        let page = serving.get(&path).text();
        for raw in ["<script>alert", "<img src=x", "href=\"javascript:", "\u{202e}", "\u{1b}"] {
            assert!(!page.contains(raw), "{path} holds {raw:?}");
        }
        if path.contains("mentions") || path.contains("articles") {
            assert!(page.contains("&lt;script&gt;alert(1)") && page.contains('␛'), "{path} hides it");
        }
    }
    let csv = serving.get("/api/v1/mentions.csv?entity=putin").text();
    assert!(csv.contains("'=HYPERLINK") && !csv.contains(",=HYPERLINK") && !csv.contains("\"=HYPERLINK"), "{csv}");
    let feed = serving.get("/feed.atom").text();
    assert!(!feed.contains("<script") && !feed.contains('\u{1b}') && !feed.contains('\u{202e}'), "{feed}");
    assert!(
        roxmltree::Document::parse(&feed)
            .is_ok_and(|feed| feed.root_element().has_tag_name(("http://www.w3.org/2005/Atom", "feed")))
    );
}

#[test]
fn only_who_asks_by_our_own_name_is_answered() {
    let sinmun = Sinmun::with_fixtures();
    let serving = Serving::start(&sinmun);
    for (headers, status) in [
        (&[("host", "rebound.example")][..], 403),
        (&[("host", "localhost:8417")], 200),
        (&[("origin", "https://elsewhere.example")], 403),
        (&[("origin", "null")], 403),
        (&[("origin", "http://127.0.0.1:1")], 200),
    ] {
        assert_eq!(serving.ask("/sources", headers).status, status, "{headers:?}");
    }
    let answer = serving.get("/");
    for (name, part) in [
        ("content-security-policy", "default-src 'none'"),
        ("content-security-policy", "script-src 'self'"),
        ("content-security-policy", "frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert!(answer.header(name).contains(part), "{name}: {}", answer.header(name));
    }
    assert!(!answer.header("content-security-policy").contains("unsafe"));
}

#[test]
fn an_answer_that_is_known_already_is_not_sent_again() {
    let sinmun = Sinmun::with_fixtures();
    let serving = Serving::start(&sinmun);
    for path in ["/api/v1/series?entity=putin", "/api/v1/series.csv?entity=putin", "/series?entity=putin", "/feed.atom"]
    {
        let first = serving.get(path);
        let tag = first.header("etag").to_owned();
        assert!(tag.len() > 10, "{path}: {tag}");
        let second = serving.ask(path, &[("if-none-match", &tag)]);
        assert_eq!((second.status, second.body.len()), (304, 0), "{path}");
        assert_eq!(serving.ask(path, &[("if-none-match", "\"another\"")]).status, 200);
    }
    let page = serving.get("/").text();
    let sheet =
        page.split("rel=\"stylesheet\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a sheet");
    assert!(serving.get(sheet).header("cache-control").contains("immutable"));
    assert_eq!(serving.ask(&sheet.replace("/assets/", "/assets/0"), &[]).status, 404);
}

#[test]
fn pages_of_mentions_are_the_whole_in_pieces() {
    let sinmun = Sinmun::with_fixtures();
    let serving = Serving::start(&sinmun);
    let whole = sinmun.rows(&["mentions", "china", "russia", "putin"]);
    assert!(whole.len() > 20);
    for (order, limit) in [("oldest", 7), ("newest", 7), ("newest", 1)] {
        let mut rows = Vec::new();
        let mut cursor = String::new();
        loop {
            let path =
                format!("/api/v1/mentions?entity=china,russia,putin&order={order}&limit={limit}&cursor={cursor}");
            let answer = serving.get(&path);
            let page = answer.json();
            rows.extend(page["rows"].as_array().expect("rows").clone());
            match page["next"].as_str() {
                Some(next) => {
                    assert!(answer.header("link").contains("rel=\"next\""));
                    next.clone_into(&mut cursor);
                }
                None => break,
            }
        }
        if order == "newest" {
            rows.reverse();
        }
        assert_eq!(rows, whole, "{order} by {limit}");
    }
    let none = serving.get("/api/v1/mentions?entity=china&changed_after=2099-01-01T00:00:00Z").json();
    assert_eq!(none["rows"], json!([]));
    let all = serving
        .get("/api/v1/mentions?entity=china,russia,putin&order=oldest&changed_after=2001-01-01T00:00:00Z")
        .json();
    assert_eq!(all["rows"], Value::Array(whole));
}

#[test]
fn pages_of_changes_hold_each_change_once() {
    let sinmun = Sinmun::new();
    let mut lines = String::new();
    for article in 0..9 {
        // Of each article three texts, two of them captured at one time, and that time shared by others.
        for (text, hour) in [(0, 1), (1, 2 + article % 3), (2, 2 + article % 3)] {
            let row = json!({
                "title": format!("Sample news {article}"), "url": format!("http://x/{article}"),
                "date": (article != 4).then(|| format!("2024-08-{:02}", 1 + article / 2)),
                "body": format!("A synthetic text of article {article} on Putin and cranes, in its version {text}."),
                "captured": format!("2024-09-01T{hour:02}:00:00Z"),
            });
            lines = format!("{lines}{row}\n");
        }
    }
    let file = sinmun.write("edited.jsonl", lines);
    sinmun.import(&file, &["--outlet", "kcna", "--edition", "en"]);
    let serving = Serving::start(&sinmun);
    let whole = sinmun.rows(&["changes"]);
    assert_eq!(whole.len(), 18);
    for limit in [1, 2, 3, 5, 17, 18] {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let document = serving.get(&format!("/api/v1/changes?limit={limit}&cursor={cursor}")).json();
            let page = document["rows"].as_array().expect("rows").clone();
            assert!(!page.is_empty() && page.len() <= limit, "limit {limit}: {} rows", page.len());
            rows.extend(page);
            match document["next"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(rows, whole, "limit {limit}");
    }
    let late = serving.get("/api/v1/changes?changed_after=2024-09-01T03:00:00Z").json();
    assert_eq!(late["rows"].as_array().map(Vec::len), Some(6));
    assert_eq!(serving.ask("/api/v1/changes?cursor=abc", &[]).status, 400);
}

#[test]
fn a_question_that_makes_no_sense_is_explained() {
    let sinmun = Sinmun::with_fixtures();
    let serving = Serving::start(&sinmun);
    for (path, words) in [
        ("/api/v1/series?colour=red", "no parameter 'colour'"),
        ("/api/v1/series?entity=nobody", "no entity 'nobody'"),
        ("/api/v1/series?by=fortnight", "'fortnight' is not a value of by"),
        ("/api/v1/series?from=2024-13", "not a day, month or year"),
        ("/api/v1/series?from=2024-09&to=2024-01", "lies after"),
        ("/api/v1/series?measure=ratio", "over=china"),
        ("/api/v1/series?reviewed=perhaps", "'perhaps' is not a value of reviewed"),
        ("/api/v1/silence?from=2999", "lies after"),
        ("/api/v1/mentions?cursor=abc", "cursor"),
        ("/api/v1/mentions?limit=0", "from 1 to"),
        ("/api/v1/search", "q=letter"),
        ("/series?from=yesterday", "not a day, month or year"),
    ] {
        let answer = serving.ask(path, &[]);
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.text().replace("&#39;", "'").contains(words), "{path}: {}", answer.text());
    }
    assert_eq!(serving.ask("/api/v1/articles/nothing-like-it", &[]).status, 404);
    assert_eq!(serving.ask("/no/such/page", &[]).status, 404);
}

#[test]
fn a_question_that_takes_too_long_is_cut_with_a_clear_page() {
    let sinmun = Sinmun::new();
    let rows: Vec<Value> = (0..3000)
        .map(|i| {
            let day = format!("2024-{:02}-{:02}", 1 + i % 12, 1 + i % 28);
            json!({"title": format!("Item {i}"), "date": day, "url": format!("http://x.example/{i}"), "body": format!("Putin, number {i}.")})
        })
        .collect();
    let file = sinmun.write("many.json", Value::from(rows).to_string());
    sinmun.import(&file, &["--outlet", "kcna", "--edition", "en"]);
    let loaded = Loaded::read(None).expect("the defaults");
    let (_, configured) = tokio::sync::watch::channel(std::sync::Arc::new(Configured {
        limit: std::time::Duration::ZERO,
        lexicon: loaded.lexicon().expect("built in"),
        rules: loaded.messages().expect("built in"),
        indicators: loaded.indicators().expect("built in"),
        watch: Vec::new(),
        hosts: Vec::new(),
    }));
    let settings = Settings {
        paths: Paths::new(sinmun.data()),
        configured,
        telemetry: None,
        clock: std::sync::Arc::new(|| 1_725_000_000),
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(web::serve(listener, settings, std::future::pending()));
        for (path, kind) in [
            ("/mentions?entity=putin", "text/html"),
            // The latest texts are added up by day; of the first ones all articles are read.
            ("/api/v1/series?entity=putin&as_first_published=yes", "application/problem+json"),
        ] {
            let answer = client().get(format!("{base}{path}")).send().await.expect("an answer");
            assert_eq!(answer.status(), 503, "{path}");
            assert!(answer.headers()["content-type"].to_str().is_ok_and(|told| told.starts_with(kind)), "{path}");
            let text = answer.text().await.expect("text");
            assert!(text.contains("takes too long") && text.contains("fewer days"), "{path}: {text}");
        }
    });
}

#[test]
fn a_monitor_learns_what_lives_and_what_collects() {
    let sinmun = Sinmun::with_fixtures();
    let serving = Serving::start(&sinmun);
    assert_eq!(serving.get("/healthz").text(), "alive\n");
    let ready = serving.ask("/readyz", &[]);
    assert_eq!(ready.status, 503);
    assert!(ready.text().contains("no source has been polled"), "{}", ready.text());
    let metrics = serving.get("/metrics").text();
    assert!(metrics.contains("sinmun_build_info{") && !metrics.contains("_total"), "{metrics}");
}

#[test]
fn every_value_is_of_the_kind_the_description_says() {
    let sinmun = Sinmun::with_fixtures();
    let serving = Serving::start(&sinmun);
    let description = serving.get("/api/v1/openapi.json").json();
    let paths = description["paths"].as_object().expect("paths");
    assert!(paths.len() > 15, "{}", paths.len());
    let mut values = 0;
    for path in paths.keys().filter(|path| path.strip_suffix(".csv").is_none()) {
        let asked = match path.as_str() {
            "/api/v1/search" => format!("{path}?q=letter"),
            path => path.replace("{article}", "kcna-en-20240801-e5690586"),
        };
        let schema = &description["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let fields = &schema["properties"]["rows"]["items"]["properties"];
        for row in serving.get(&asked).json()["rows"].as_array().expect("rows") {
            assert_eq!(keys(row), keys(fields), "{path}");
            for (name, value) in row.as_object().expect("a row") {
                assert!(fits(value, &fields[name]), "{path}: {name} is {value}, said is {}", fields[name]);
                values += 1;
            }
        }
    }
    assert!(values > 500, "only {values} values were looked at");
}

/// Whether a value is of a schema's type.
fn fits(value: &Value, schema: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str() {
        Some("null") => value.is_null(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        _ => false,
    };
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind),
    }
}
