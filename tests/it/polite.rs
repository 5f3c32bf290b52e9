//! Politeness and limits, from the stand-in's own log; and what the schedule does with failures.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use sinmun::daemon::webhook;
use sinmun::domain::day::Day;
use sinmun::domain::outcome::Outcome;
use sinmun::domain::stream::Edition;
use sinmun::extract::source::{self, Pace};
use sinmun::fetch::gate::Gates;
use sinmun::fetch::{Request, Session, Settings};
use sinmun::standin::Fault;

use crate::collect::{Bench, plan, quick};

fn settings(allow_private: bool) -> Settings {
    Settings { user_agent: "sinmun/test".to_owned(), pace: quick(), proxy: None, allow_private }
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_places_and_conditions_are_kept() {
    let mut bench = Bench::new(6, 3, &[Edition::En, Edition::Ko, Edition::Ru]).await;
    bench.pace = Pace { gap_ms: 30, gap_spread_ms: 6, parallel: 3, ..quick() };
    let mut plan = bench.plan();
    plan.sources.retain(|s| s.stream.outlet.as_str() == "kcna");
    // The stand-in's Russian pages are English: they are refused, politely.
    let collector = bench.collector_with(&plan);
    collector.poll_all(&collector.names(), |_, _| {}).await.expect("the store");
    bench.pass(1800);
    let first = bench.standin.world().log.len();
    collector.poll_all(&collector.names(), |_, _| {}).await.expect("the store");
    let log = bench.standin.world().log.clone();
    assert!(log.len() > 40, "{}", log.len());
    assert!(log.iter().all(|l| l.at_a_time <= 3), "more than three at a time");
    let mut times: Vec<u64> = log[..first].iter().map(|l| l.at_ms).collect();
    times.sort_unstable();
    // The gap is kept where requests leave; on the way two may come closer. On the whole none is gained.
    let span = times[times.len() - 1] - times[0];
    assert!(span >= 24 * (times.len() as u64 - 1), "{} requests in {span} ms", times.len());
    let lists = log[first..].iter().filter(|l| l.path.contains("/list/") && l.path.starts_with("/en/"));
    assert!(lists.clone().count() > 0 && lists.clone().all(|l| l.conditional), "{:?}", lists.collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_back_off_and_our_own_network_blames_nobody() {
    let bench = Bench::new(3, 2, &[Edition::En]).await;
    let mut only = bench.plan();
    only.sources.retain(|s| s.stream.outlet.as_str() == "rodong");
    for source in &mut only.sources {
        source.pace.spread_percent = 0;
    }
    let collector = bench.collector_with(&only);
    bench.standin.world().faults.insert("/en/".to_owned(), Fault::Status(500, None));
    let mut pauses = Vec::new();
    for _ in 0..8 {
        collector.poll("rodong-en").await.expect("the store");
        let now = bench.now.load(Ordering::Relaxed);
        let (due, next) = collector.due(now).expect("the store");
        assert!(due.is_empty());
        pauses.push(next.expect("a time") - now);
        bench.now.store(next.expect("a time"), Ordering::Relaxed);
    }
    assert_eq!(pauses, [300, 600, 1200, 2400, 4800, 9600, 19200, 21600]);
    // A ban is left alone for longer, and what the source asks for is done.
    bench.standin.world().faults.insert("/en/".to_owned(), Fault::Status(429, Some("90000".to_owned())));
    collector.poll("rodong-en").await.expect("the store");
    let now = bench.now.load(Ordering::Relaxed);
    assert_eq!(collector.due(now).expect("the store").1, Some(now + 86_400));
    bench.standin.world().faults.clear();
    bench.pass(86_400);
    collector.poll("rodong-en").await.expect("the store");
    assert_eq!(bench.count("SELECT failures FROM source"), 0);
    // A restart long after: what is overdue is spread over minutes, not asked at once by all.
    drop(collector);
    bench.pass(40 * 86_400);
    let collector = bench.collector_with(&only);
    let now = bench.now.load(Ordering::Relaxed);
    let (due, next) = collector.due(now).expect("the store");
    assert!(due.is_empty() && next.is_some_and(|at| at < now + 300), "{due:?} {next:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_txt_is_obeyed_unless_it_is_overridden() {
    let bench = Bench::new(2, 1, &[Edition::En]).await;
    let mut only = bench.plan();
    only.sources.retain(|s| s.stream.outlet.as_str() == "rodong");
    let rules = "User-agent: *\nDisallow: /en/index.php\n".to_owned();
    bench.standin.world().faults.insert("/robots.txt".to_owned(), Fault::Page(rules));
    let collector = bench.collector_with(&only);
    let row = collector.poll("rodong-en").await.expect("the store").expect("the source");
    assert_eq!(row.outcome, Outcome::Robots, "{}", row.why);
    let asked = bench.standin.world().log.clone();
    assert!(asked.iter().all(|l| l.path == "/robots.txt"), "{asked:?}");
    drop(collector);
    only.sources[0].ignore_robots = true;
    let collector = bench.collector_with(&only);
    let row = collector.poll("rodong-en").await.expect("the store").expect("the source");
    assert_eq!(row.outcome, Outcome::Content, "{}", row.why);
    // A server that fails where its rules are forbids everything; where there are none, all is allowed.
    drop(collector);
    only.sources[0].ignore_robots = false;
    bench.standin.world().faults.insert("/robots.txt".to_owned(), Fault::Status(503, None));
    let collector = bench.collector_with(&only);
    assert_eq!(collector.poll("rodong-en").await.expect("the store").expect("it").outcome, Outcome::Robots);
    bench.standin.world().faults.clear();
    bench.pass(86_400);
    let row = collector.poll("rodong-en").await.expect("the store").expect("it");
    assert!(row.outcome.is_good(), "{}", row.why);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_304_for_ever_is_found_out_within_a_day() {
    let bench = Bench::new(5, 2, &[Edition::En]).await;
    bench.standin.world().today = "2026-09-07".parse().expect("a day");
    let mut only = bench.plan();
    only.sources.retain(|s| s.stream.outlet.as_str() == "kcna");
    let collector = bench.collector_with(&only);
    collector.poll("kcna-en").await.expect("the store");
    {
        let mut world = bench.standin.world();
        world.today = "2026-09-08".parse().expect("a day");
        world.faults.insert(String::new(), Fault::NotModified);
    }
    bench.pass(1800);
    let row = collector.poll("kcna-en").await.expect("the store").expect("the source");
    assert_eq!((row.outcome, row.read), (Outcome::Unchanged, 0));
    bench.pass(86_400);
    let row = collector.poll("kcna-en").await.expect("the store").expect("the source");
    assert_eq!((row.outcome, row.read), (Outcome::Content, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn more_new_entries_than_may_be_walked_are_a_gap() {
    let mut bench = Bench::new(60, 4, &[Edition::En]).await;
    bench.pace.pages = 2;
    bench.standin.world().today = "2026-07-20".parse().expect("a day");
    let mut only = bench.plan();
    only.sources.retain(|s| s.stream.outlet.as_str() == "kcna");
    let collector = bench.collector_with(&only);
    collector.poll("kcna-en").await.expect("the store");
    assert_eq!(bench.count("SELECT count(*) FROM gap"), 0, "the first poll misses nothing it knew of");
    bench.standin.world().today = "2026-09-08".parse().expect("a day");
    bench.pass(50 * 86_400);
    collector.poll("kcna-en").await.expect("the store");
    assert!(bench.count("SELECT count(*) FROM gap") >= 1);
    assert_eq!(bench.count("SELECT count(*) FROM alarm WHERE kind = 'gap' AND until IS NULL"), 1);
    assert_eq!(bench.count("SELECT count(*) FROM span"), 2, "the days between are not called complete");
}

/// A server that fails in the middle of the first walk costs no day: the sections that were read keep their reach.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_poll_that_fails_half_way_loses_no_days() {
    let bench = Bench::new(20, 3, &[Edition::En]).await;
    let mut only = bench.plan();
    only.sources.retain(|s| s.stream.outlet.as_str() == "kcna");
    let collector = bench.collector_with(&only);
    // The fourth section of the menu.
    bench.standin.world().faults.insert("2f7d854121ccbbfbe6feae9fdcc3556e".to_owned(), Fault::Status(500, None));
    let row = collector.poll("kcna-en").await.expect("the store").expect("the source");
    assert_eq!(row.outcome, Outcome::ServerError);
    assert_eq!(bench.count("SELECT count(*) FROM span"), 0);
    bench.standin.world().faults.clear();
    bench.pass(86_400);
    let row = collector.poll("kcna-en").await.expect("the store").expect("the source");
    assert!(row.outcome.is_good(), "{}", row.why);
    assert_eq!(bench.count("SELECT min(listed_whole) FROM v_coverage"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_that_nobody_saw_is_a_gap() {
    let bench = Bench::new(20, 3, &[Edition::En]).await;
    let mut only = bench.plan();
    only.sources.retain(|s| s.stream.outlet.as_str() == "rodong");
    let collector = bench.collector_with(&only);
    let see = async |day: &str, days: i64| {
        bench.standin.world().today = day.parse().expect("a day");
        bench.pass(days * 86_400);
        collector.poll("rodong-en").await.expect("the store").expect("the source")
    };
    bench.pass(-10 * 86_400);
    see("2026-08-29", 0).await;
    see("2026-08-30", 1).await;
    assert_eq!(bench.count("SELECT count(*) FROM gap"), 0);
    // The sections lead back over four days; the newest issue does not.
    see("2026-09-03", 4).await;
    let lost: String = bench.sql().query_row("SELECT section FROM gap", [], |row| row.get(0)).expect("one gap");
    assert_eq!(lost, "today's issue");
    assert_eq!(bench.count("SELECT count(*) FROM span"), 2);
    see("2026-09-04", 1).await;
    assert_eq!(bench.count("SELECT count(*) FROM span"), 2);
    let polled = bench.count("SELECT first_day FROM span ORDER BY id DESC LIMIT 1");
    assert_eq!(Day::from_epoch_days(i32::try_from(polled).expect("a day")).to_string(), "2026-09-03");
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_not_connected_to() {
    let bench = Bench::new(2, 1, &[Edition::En]).await;
    let gates = Arc::new(Gates::default());
    let guarded = Session::new(settings(false), Arc::clone(&gates)).expect("a session");
    let port = bench.standin.kcna.rsplit(':').next().expect("a port").to_owned();
    for url in [
        bench.standin.kcna.clone(),
        format!("http://localhost:{port}/en"),
        format!("http://[::ffff:127.0.0.1]:{port}/en"),
        format!("http://2130706433:{port}/en"),
        "file:///etc/passwd".to_owned(),
        "ftp://example.org/".to_owned(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ] {
        let fault = guarded.fetch(&Request::get(&url), 1).await.expect_err(&url);
        assert_eq!(fault.outcome, Outcome::Forbidden, "{url}: {fault}");
    }
    assert!(bench.standin.world().log.is_empty(), "a private address was connected to");
    // A redirect is checked like an address: here to another host, and in a circle.
    let open = Session::new(settings(true), gates).expect("a session");
    for (to, outcome) in [
        ("http://169.254.169.254/".to_owned(), Outcome::Redirected),
        (format!("{}/en/loop", bench.standin.kcna), Outcome::Redirected),
        ("gopher://x/".to_owned(), Outcome::Forbidden),
    ] {
        bench.standin.world().faults.insert("/en/loop".to_owned(), Fault::Redirect(to.clone()));
        let fault = open.fetch(&Request::get(format!("{}/en/loop", bench.standin.kcna)), 1).await.expect_err(&to);
        assert_eq!(fault.outcome, outcome, "{to}: {fault}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_proxy_is_not_the_sources_fault() {
    let settings = Settings { proxy: Some("http://127.0.0.1:9".to_owned()), ..settings(true) };
    let session = Session::new(settings, Arc::new(Gates::default())).expect("a session");
    let fault = session.fetch(&Request::get("http://www.kcna.kp/en"), 1).await.expect_err("no proxy");
    assert_eq!(fault.outcome, Outcome::Proxy, "{fault}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_brings_texts_and_headlines_and_completes_no_day() {
    let bench = Bench::new(2, 1, &[Edition::En]).await;
    let text = "Pyongyang, September 8 (KCNA) -- A synthetic text on Xi Jinping. -0-";
    let feed = format!(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>S</title>\
         <item><title>Synthetic One</title><description>{text}</description><link>{base}/1</link><pubDate>Mon, 07 Sep 2026 15:00:00 GMT</pubDate></item>\
         <item><title>Synthetic Two on Putin</title><link>{base}/2</link><pubDate>Mon, 07 Sep 2026 15:00:00 GMT</pubDate></item></channel></rss>",
        base = bench.standin.kcna
    );
    bench.standin.world().faults.insert("/feed".to_owned(), Fault::Page(feed));
    let toml = format!(
        "site = 'watch'\noutlet = 'kcna'\nfeed = '{}/feed'\nallow_private = true\n[[edition]]\nedition = 'en'\n",
        bench.standin.kcna
    );
    let collector = bench.collector_with(&plan(source::parse(&toml).expect("a feed")));
    let row = collector.poll("watch-en").await.expect("the store").expect("the source");
    assert_eq!((row.outcome, row.new, row.read), (Outcome::Content, 2, 1));
    let days: Vec<(String, String, String)> = {
        let connection = bench.sql();
        let mut statement =
            connection.prepare("SELECT content, day, day_from FROM v_article ORDER BY title").expect("sql");
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    };
    let expected = |content: &str| (content.to_owned(), "2026-09-08".to_owned(), "feed".to_owned());
    assert_eq!(days, [expected("full"), expected("headline-only")]);
    bench.pass(1800);
    let row = collector.poll("watch-en").await.expect("the store").expect("the source");
    assert_eq!((row.outcome, row.new), (Outcome::Unchanged, 0));
    assert_eq!(bench.count("SELECT count(*) FROM span"), 0);
    bench.standin.world().faults.insert("/feed".to_owned(), Fault::Page("<html>blocked?</html>".to_owned()));
    let row = collector.poll("watch-en").await.expect("the store").expect("the source");
    assert_eq!(row.outcome, Outcome::LayoutBroken, "{}", row.why);
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_reach_the_webhook_at_least_once() {
    let bench = Bench::new(2, 1, &[Edition::En]).await;
    bench.standin.world().faults.insert("index.php".to_owned(), Fault::NewLook);
    let mut only = bench.plan();
    only.sources.retain(|s| s.stream.outlet.as_str() == "rodong");
    let collector = bench.collector_with(&only);
    collector.poll("rodong-en").await.expect("the store");
    let client = reqwest::Client::new();
    let url = format!("{}/hook", bench.standin.kcna);
    let tell = || async { webhook::tell(&collector, &client, &url).await.expect("the store") };
    bench.standin.world().faults.insert("/hook".to_owned(), Fault::Status(503, None));
    assert_eq!(tell().await, 0);
    bench.standin.world().faults.insert("/hook".to_owned(), Fault::Page("ok".to_owned()));
    assert_eq!((tell().await, tell().await), (1, 0));
    // The end of an alarm is told too.
    bench.standin.world().faults.remove("index.php");
    bench.pass(3600);
    collector.poll("rodong-en").await.expect("the store");
    assert_eq!((tell().await, tell().await), (1, 0));
}

/// Polls of an unchanged site leave nothing but their rows.
#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_site_costs_a_row_a_poll() {
    let bench = Bench::new(5, 2, &[Edition::En]).await;
    let mut only = bench.plan();
    only.sources.retain(|s| s.stream.outlet.as_str() == "rodong");
    let collector = bench.collector_with(&only);
    collector.poll("rodong-en").await.expect("the store");
    let rows = || {
        ["entry", "listed", "revision", "appearance", "capture", "origin", "page", "span", "gap", "section", "alarm"]
            .map(|table| bench.count(&format!("SELECT count(*) FROM {table}")))
    };
    let before = rows();
    for _ in 0..100 {
        bench.pass(600);
        collector.poll("rodong-en").await.expect("the store");
    }
    assert_eq!(rows(), before);
    assert_eq!(bench.count("SELECT count(*) FROM poll"), 101);
}
