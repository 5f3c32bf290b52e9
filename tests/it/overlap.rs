//! What comes from several places is one article: the live site, captures in two layouts, feeds, imported archives.

use std::collections::BTreeSet;
use std::sync::Arc;

use sinmun::daemon::backfill::Task;
use sinmun::domain::article::{Content, DayFrom};
use sinmun::domain::day::Day;
use sinmun::domain::method::Method;
use sinmun::domain::stream::{Edition, Stream};
use sinmun::ingest::{Found, item};
use sinmun::standin::KcnaLook;
use sinmun::standin::archive::Look;
use sinmun::store::{Paths, Writer};

use crate::past::{Past, day, task};

#[tokio::test(flavor = "multi_thread")]
async fn what_overlaps_is_one_article_with_the_best_day() {
    let past = Past::new("2026-09-08", 30, 2).await;
    past.capture(Look::Kcna(KcnaLook::Detail), "2026-08-10", 0);
    past.capture(Look::Kcna(KcnaLook::Q), "2026-08-10", 0);
    past.bench.pass(60 * 86_400);
    let wayback = task("kcna-en", "2026-08-10", "2026-09-08", "wayback");
    past.fill(&wayback).await;
    let kcna: BTreeSet<_> = past.bench.served().into_iter().filter(|(outlet, ..)| outlet == "kcna").collect();
    assert_eq!(past.bench.articles(), kcna, "two layouts, two addresses, one article");
    // The live site lists them, with their days: they are the same articles, dated better.
    past.bench.round(&past.collector()).await;
    assert_eq!(past.bench.articles(), past.bench.served());
    assert_eq!(past.bench.count("SELECT count(*) FROM article WHERE day_from > 1 AND content = 3 AND stream = 1"), 0);
    let appearances =
        past.bench.count("SELECT min(appearances) FROM v_article WHERE outlet = 'kcna' AND content = 'full'");
    assert!(appearances >= 2, "each is kept where it was found: {appearances}");
    // The other way round: what the live site has is not asked for.
    past.bench.standin.world().log.clear();
    past.fill(&wayback).await;
    assert!(past.log().iter().all(|line| !line.path.starts_with("/web/")), "{:?}", past.log());
}

/// One story as it comes from everywhere: the live site with its list's day, captures with a dateline of the day before
/// (the later one cut off in its text), a feed with yesterday's date, an imported archive with another address.
fn everywhere() -> Vec<Found> {
    let stream = Stream { outlet: "kcna".parse().expect("a name"), edition: Edition::En };
    let more = |number: i32| format!(" Sentence {number} follows, so that there is a text to be compared.");
    let text = "Pyongyang, September 7 (KCNA) -- A synthetic sentence about Xi Jinping that was made up for this test."
        .to_owned()
        + &(1..12).map(more).collect::<String>();
    let address = "http://www.kcna.kp/en/article/detail/00000000000000000000000000000001";
    let at = |text: &str| Some(i64::from(day(text).epoch_days()) * 86_400);
    let found = |body: &str, told: Option<(&str, DayFrom)>, url: &str, captured: Option<i64>| Found {
        stream: stream.clone(),
        title: "Synthetic Message".to_owned(),
        body: body.to_owned(),
        content: if body.is_empty() { Content::HeadlineOnly } else { Content::Full },
        day: told.map(|(text, _)| day(text)),
        day_from: told.map_or(DayFrom::None, |(_, from)| from),
        url: url.to_owned(),
        key: None,
        section: String::new(),
        captured,
        line: 0,
        layout: String::new(),
        raw: None,
    };
    let whole = format!("{text} -0-");
    let archived = "http://mirror.example/2026/1";
    vec![
        found(&whole, Some(("2026-09-08", DayFrom::List)), address, at("2026-09-08")),
        found(&whole, None, address, at("2026-09-09")),
        found(&text[..150], None, address, at("2026-09-20")),
        found("", Some(("2026-09-07", DayFrom::Feed)), address, at("2026-09-08")),
        found(&format!("{text} It ends here. -0-"), Some(("2026-09-08", DayFrom::Archive)), archived, None),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_polled_while_the_past_is_filled() {
    let past = Past::new("2026-09-08", 30, 1).await;
    past.capture(Look::Kcna(KcnaLook::Detail), "2026-08-10", 0);
    past.bench.pass(60 * 86_400);
    let wayback = Task { polls: true, ..task("kcna-en", "2026-08-10", "2026-09-08", "wayback") };
    past.fill(&wayback).await;
    assert_eq!(past.bench.articles(), past.bench.served(), "of both sites, by their polls");
    assert!(past.bench.count("SELECT count(*) FROM poll") >= 2);
}

#[test]
fn in_whatever_order_it_comes_it_is_one_article_with_the_best_day_and_the_whole_text() {
    let method = Arc::new(Method::built_in());
    let all = everywhere();
    let mut seen = BTreeSet::new();
    let mut orders: Vec<Vec<usize>> = vec![Vec::new()];
    for place in 0..all.len() {
        orders = orders
            .into_iter()
            .flat_map(|order| (0..=place).map(move |at| [&order[..at], &[place], &order[at..]].concat()))
            .collect();
    }
    for order in orders.iter().step_by(9) {
        let folder = tempfile::tempdir().expect("a folder");
        let paths = Paths::new(folder.path());
        let mut writer = Writer::open(&paths, &method, 0, false).expect("a store").without_search();
        writer.begin().expect("a transaction");
        writer.begin_origin("test", "everywhere", 0).expect("an origin");
        for &place in order {
            let captured = all[place].captured.map_or(day("2026-09-30"), Day::in_korea);
            writer.record(&item(all[place].clone(), captured, &method)).expect("recorded");
        }
        writer.commit().expect("committed");
        let connection = rusqlite::Connection::open(paths.database()).expect("a store");
        let one = |sql: &str| -> Vec<String> {
            let mut statement = connection.prepare(sql).expect("sql");
            let rows = statement.query_map([], |row| row.get(0)).expect("rows");
            rows.map(|row| row.expect("text")).collect()
        };
        let articles =
            one("SELECT day || ' ' || day_from || ' ' || content || ' ' || appearances || ' ' || body FROM v_article");
        let counts = one("SELECT day || ' ' || entity || ' ' || mentions || ' ' || articles FROM v_daily ORDER BY 1");
        assert_eq!(articles.len(), 1, "{order:?}: {articles:?}");
        assert!(
            articles[0].starts_with("2026-09-08 list full ") && articles[0].ends_with("-0-"),
            "{order:?}: {articles:?}"
        );
        assert_eq!(counts, ["2026-09-08 xi-jinping 1 1"], "{order:?}");
        seen.insert(articles);
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
}
