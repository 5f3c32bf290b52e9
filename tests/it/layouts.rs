//! Every layout has golden pages: what comes out of each is written down, and no layout is without.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sinmun::domain::day::Day;
use sinmun::domain::outcome::Outcome;
use sinmun::extract::answer::Answer;
use sinmun::extract::judge::{self, Expected, Rules};
use sinmun::extract::list::Key;
use sinmun::extract::refusal::{self, Refusals};
use sinmun::extract::source::{self, Kind, Source};

use crate::harness::root;

fn sources() -> Vec<Source> {
    source::DEFAULT
        .iter()
        .flat_map(|(name, toml)| source::parse(toml).unwrap_or_else(|e| panic!("{name}: {e}")))
        .collect()
}

fn refusals() -> Refusals {
    Refusals::parse(refusal::DEFAULT).expect("sound")
}

fn rules<'a>(source: &'a Source, refusals: &'a Refusals, today: &str) -> Rules<'a> {
    source.rules(refusals, today.parse().expect("a day"))
}

fn answer(source: &Source, body: &str) -> Answer {
    let host =
        if source.key == Key::NewsId { "http://www.rodong.rep.kp/en/index.php" } else { "http://www.kcna.kp/en" };
    Answer {
        url: host.to_owned(),
        status: 200,
        content_type: "text/html".to_owned(),
        body: body.as_bytes().to_vec(),
        ..Answer::default()
    }
}

/// The day each layout's pages are captured on.
fn captured(layout: &str) -> &'static str {
    match layout {
        "q" => "2025-12-20",
        "a" => "2022-10-18",
        "b" => "2023-03-14",
        _ => "2026-09-09",
    }
}

#[test]
fn golden_pages() {
    let (sources, refusals) = (sources(), refusals());
    let folder = root().join("tests/fixtures/pages");
    let mut met = BTreeSet::new();
    let mut pages: Vec<_> = std::fs::read_dir(&folder).expect("pages").map(|e| e.expect("an entry").path()).collect();
    pages.retain(|path| path.extension().is_some_and(|e| e == "html"));
    pages.sort();
    for path in pages {
        let name = path.file_stem().and_then(|n| n.to_str()).expect("a name").to_owned();
        let parts: Vec<&str> = name.split('.').collect();
        let [source, kind, layout] = parts.as_slice() else { panic!("{name}: SOURCE.KIND.LAYOUT") };
        let source = sources.iter().find(|s| s.name == *source).expect("a source");
        let page = std::fs::read_to_string(&path).expect("a page");
        let rules = rules(source, &refusals, captured(layout));
        let answer = answer(source, &page);
        let out = if *kind == "list" {
            let judged = judge::list(&answer, rules, 1);
            met.extend(judged.content.iter().map(|l| (l.layout.clone(), "list")));
            json!({"outcome": judged.outcome, "why": judged.why, "content": judged.content})
        } else {
            let judged =
                judge::article(&answer, rules, Expected { title: Some(listed_as(&page)), day: None, held: None });
            met.extend(judged.content.iter().map(|d| (d.layout.clone(), "article")));
            json!({"outcome": judged.outcome, "why": judged.why, "content": judged.content})
        };
        let golden = path.with_extension("json");
        if std::env::var_os("SINMUN_BLESS").is_some() {
            std::fs::write(&golden, serde_json::to_string_pretty(&out).expect("json") + "\n").expect("written");
        }
        let expected: Value =
            serde_json::from_str(&std::fs::read_to_string(&golden).expect("a golden file")).expect("json");
        assert_eq!(out, expected, "{name}");
        assert_eq!(out["outcome"], "content", "{name}: {}", out["why"]);
    }
    for source in &sources {
        for layout in &source.layouts {
            for kind in ["list", "article"] {
                // One edition stands for all: they share their layouts.
                assert!(met.contains(&(layout.name.clone(), kind)), "{}: no golden {kind}", layout.name);
            }
        }
    }
}

/// What the list called the article: the page's first line tells.
fn listed_as(page: &str) -> &str {
    page.strip_prefix("<!-- listed as: ").and_then(|rest| rest.split_once(" -->")).expect("a title").0
}

/// Each way of being no content has its name.
#[test]
fn what_is_no_content() {
    let (sources, refusals) = (sources(), refusals());
    let source = sources.iter().find(|s| s.name == "kcna-en").expect("kcna-en");
    let rodong = sources.iter().find(|s| s.name == "rodong-en").expect("rodong-en");
    let folder = root().join("tests/fixtures/pages");
    let page = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a page");
    let list = page("kcna-en.list.detail.html");
    let article = page("kcna-en.article.q.html");
    let listed = |answer: &Answer, number| judge::list(answer, rules(source, &refusals, "2026-09-09"), number).outcome;
    let with = |body: &str| answer(source, body);
    assert_eq!(listed(&with(&list), 1), Outcome::Content);
    assert_eq!(listed(&with(&list), 2), Outcome::WrongPage);
    assert_eq!(listed(&with("<body lang=\"ko\"><main></main></body>"), 1), Outcome::EmptyList);
    assert_eq!(listed(&with(&list.replace("lang=\"en\"", "lang=\"ko\"")), 1), Outcome::WrongLanguage);
    assert_eq!(listed(&with("<meta name=\"KCSC\" content=\"Blocking\">"), 1), Outcome::Blocked);
    assert_eq!(listed(&with("<h1>Under maintenance</h1>"), 1), Outcome::Maintenance);
    assert_eq!(listed(&with(&list.replace("h5", "h6")), 1), Outcome::LayoutBroken);
    for (status, outcome) in [
        (304, Outcome::Unchanged),
        (404, Outcome::NotFound),
        (429, Outcome::RateLimited),
        (403, Outcome::Blocked),
        (502, Outcome::ServerError),
        (418, Outcome::Refused),
    ] {
        assert_eq!(listed(&Answer { status, ..with(&list) }, 1), outcome, "{status}");
    }
    assert_eq!(
        listed(&Answer { status: 503, retry_after: Some("60".to_owned()), ..with("") }, 1),
        Outcome::RateLimited
    );
    let same = |all: String, i: i32| {
        all + &format!("<div class=\"article\"><h5><a href=\"/en/article/detail/{i}\">Menu</a></h5></div>")
    };
    let same = (0..6).fold(String::new(), same);
    assert_eq!(listed(&with(&format!("<main>{same}</main>")), 1), Outcome::Suspect);

    let read = |answer: &Answer, title: &str, day: Option<Day>, held: Option<&str>| {
        judge::article(answer, rules(source, &refusals, "2025-12-20"), Expected { title: Some(title), day, held })
            .outcome
    };
    let title = "Sample Message to Kim Jong Un";
    let day = |text: &str| text.parse::<Day>().ok();
    assert_eq!(read(&with(&article), title, day("2025-09-10"), None), Outcome::Content);
    assert_eq!(read(&with(&article), title, day("2025-09-11"), None), Outcome::WrongArticle);
    assert_eq!(read(&with(&article), "Quite Another Story of a Farm", None, None), Outcome::WrongArticle);
    let held = "Pyongyang, September 10 (KCNA) -- Comrade Kim Jong Un received a sample message from Xi Jinping.\nSecond sample paragraph. -0-";
    assert_eq!(read(&with(&article), "Quite Another Story of a Farm", None, Some(held)), Outcome::Content);
    let korean =
        "시험문장은 이렇게 여러개의 글자로 이루어져있으며 언어를 알아볼수 있도록 충분히 길어야 한다. ".repeat(3);
    let other = article.replace("Second sample paragraph.", &korean.repeat(3));
    assert_eq!(read(&with(&other), title, None, None), Outcome::WrongLanguage);
    let missing = judge::article(
        &answer(rodong, "<html><body><h1>알수 없는 주소</h1></body></html>"),
        rules(rodong, &refusals, "2022-10-18"),
        Expected { title: Some("x"), day: None, held: None },
    );
    assert_eq!(missing.outcome, Outcome::NotFound);
    // An address of one day that shows a page of another.
    let mut wrong = answer(rodong, &page("rodong-en.article.c.html"));
    wrong.url = format!(
        "http://www.rodong.rep.kp/en/index.php?{}",
        sinmun::extract::token::token(&["12", "2026-02-20-003", "1", "1", ""])
    );
    let judged = judge::article(
        &wrong,
        rules(rodong, &refusals, "2026-09-09"),
        Expected { title: Some("Sample Title"), day: None, held: None },
    );
    assert_eq!(judged.outcome, Outcome::WrongArticle, "{}", judged.why);
}

/// Pages in pieces: whatever of a page arrives, in whatever order, it is judged and nothing panics.
#[test]
fn pieces_of_pages_are_judged() {
    use proptest::prelude::*;
    let (sources, refusals) = (sources(), refusals());
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/fixtures/pages")).expect("pages") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|e| e == "html") {
            bytes.push(std::fs::read(&path).expect("a page"));
        }
    }
    bytes.sort();
    let pieces = proptest::collection::vec((0..bytes.len(), 0.0..1.0_f64, 0.0..1.0_f64), 1..6);
    let noise = proptest::collection::vec(any::<u8>(), 0..40);
    let config = ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(pieces in pieces, noise in noise, status in prop::sample::select(vec![200_u16, 200, 200, 404, 503, 999]))| {
        let mut body = Vec::new();
        for (page, from, to) in pieces {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a page")]
            let at = |share: f64| (bytes[page].len() as f64 * share) as usize;
            let (from, to) = (at(from.min(to)), at(from.max(to)));
            body.extend_from_slice(&bytes[page][from..to]);
            body.extend_from_slice(&noise);
        }
        for source in sources.iter().filter(|s| s.stream.edition == sinmun::domain::stream::Edition::En) {
            let answer = Answer { status, body: body.clone(), ..answer(source, "") };
            let rules = rules(source, &refusals, "2026-09-09");
            let listed = judge::list(&answer, rules, 1);
            prop_assert_eq!(listed.content.is_some(), listed.outcome == Outcome::Content);
            let read = judge::article(&answer, rules, Expected { title: Some("Sample Title"), day: None, held: None });
            prop_assert_eq!(read.content.is_some(), read.outcome == Outcome::Content);
            prop_assert!(read.content.is_none_or(|draft| !draft.title.is_empty() && !draft.body.is_empty()));
            let _ = judge::feed(&answer, &refusals);
        }
    });
}

#[test]
fn the_menu_is_read_once_for_each_section() {
    let (sources, refusals) = (sources(), refusals());
    let source = sources.iter().find(|s| s.name == "kcna-en").expect("kcna-en");
    let Kind::Site { menu: Some(menu), .. } = &source.kind else { panic!("a menu") };
    let page = std::fs::read_to_string(root().join("tests/fixtures/pages/kcna-en.list.detail.html")).expect("a page");
    let judged = judge::menu(&answer(source, &page), rules(source, &refusals, "2026-09-09"), &menu.link.0);
    let names: Vec<String> = judged.content.expect("a menu").into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["Latest News", "Photo"]);
}
