//! The past: archives of the stand-in, asked by a made clock, killed and gone on with, and what they bring beside the
//! live site.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;

use sinmun::daemon::backfill::{End, Ended, Progress, Task};
use sinmun::daemon::{Collector, StartError};
use sinmun::domain::day::Day;
use sinmun::domain::period::{By, Span};
use sinmun::domain::stream::Edition;
use sinmun::extract::source::DEFAULT;
use sinmun::fetch::gate::Timer;
use sinmun::standin::archive::{Look, Shots};
use sinmun::standin::stories::Draw;
use sinmun::standin::{Fault, KcnaLook, Logged, RodongEra};
use sinmun::store::StoreError;
use sinmun::store::query::Filter;
use sinmun::telemetry::Telemetry;

use crate::collect::Bench;
use crate::harness::{Sinmun, says};

const DAY: u64 = 86_400;

/// A stand-in with an archive, and a clock that jumps to whenever it is waited for.
pub struct Past {
    pub bench: Bench,
    milliseconds: Arc<AtomicU64>,
}

impl Past {
    pub async fn new(today: &str, days: i32, per_day: u32) -> Self {
        let bench = Bench::on(day(today), days, per_day, &[Edition::En]).await;
        let milliseconds = Arc::new(AtomicU64::new(0));
        bench.standin.world().clock = Some(Arc::clone(&milliseconds));
        Self { bench, milliseconds }
    }

    pub fn capture(&self, look: Look, not_before: &str, lost: usize) -> usize {
        let base = match look {
            Look::Kcna(_) => self.bench.standin.kcna.clone(),
            Look::Rodong(_) => self.bench.standin.rodong.clone(),
        };
        let not_before = day(not_before);
        let shots = Shots { look, edition: Edition::En, base: &base, not_before, lost, seed: 3 };
        self.bench.standin.world().capture(&shots)
    }

    pub fn collector(&self) -> Arc<Collector> {
        let (base, milliseconds) = (self.bench.now.load(Ordering::Relaxed), Arc::clone(&self.milliseconds));
        let clock = Arc::new(move || base + i64::try_from(milliseconds.load(Ordering::SeqCst) / 1000).expect("small"));
        let plan = self.bench.plan();
        loop {
            // Of a run that was killed, tasks may hold the store for a moment longer.
            match Collector::start(&self.bench.paths(), &plan, clock.clone(), Arc::new(Telemetry::default())) {
                Err(StartError::Store(StoreError::Locked(_))) => std::thread::yield_now(),
                started => break Arc::new(started.expect("a start")),
            }
        }
    }

    fn timer(&self) -> Timer {
        Timer::made(Arc::clone(&self.milliseconds))
    }

    pub async fn fill(&self, task: &Task) -> Vec<Ended> {
        self.collector().backfill(task, &self.timer(), &mut |_| {}).await.expect("the store").expect("the source")
    }

    pub fn log(&self) -> Vec<Logged> {
        self.bench.standin.world().log.clone()
    }

    /// Titles of the stories that the archive shows.
    fn shown(&self) -> BTreeSet<String> {
        let world = self.bench.standin.world();
        let shown = world.captured();
        let all = world.kcna.iter().chain(&world.rodong);
        all.filter(|story| shown.contains(&story.id)).map(|story| story.title(Edition::En)).collect()
    }

    /// Mentions by outlet, day, entity and form.
    fn counts(&self) -> Vec<(String, String, String, String, i64, i64)> {
        let connection = self.bench.sql();
        let sql = "SELECT outlet, day, entity, form, mentions, articles FROM v_daily ORDER BY 1, 2, 3, 4";
        let mut statement = connection.prepare(sql).expect("a view");
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)))
            .expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }
}

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

pub fn task(source: &str, from: &str, to: &str, archive: &str) -> Task {
    let span = Span::new(day(from), day(to)).expect("a span");
    Task { source: source.to_owned(), span, archives: vec![archive.to_owned()], again: false, polls: false }
}

/// The most requests whose path begins so within any minute.
fn most_in_a_minute(log: &[Logged], path: &str) -> usize {
    let times: Vec<u64> = log.iter().filter(|l| l.path.starts_with(path)).map(|l| l.at_ms).collect();
    let within = |first: &u64| times.iter().filter(|at| (*first..*first + 60_000).contains(*at)).count();
    times.iter().map(within).max().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn captures_in_every_layout_give_what_the_live_site_gave() {
    let year = ("2022-11-02", "2023-11-01");
    let rodong = [
        (RodongEra::A, "2022-11-02", "2023-12-20"),
        (RodongEra::B, "2022-11-02", "2023-12-20"),
        (RodongEra::C, "2025-01-01", "2025-04-01"),
    ];
    let mut live = Past::new(year.1, 365, 1).await;
    {
        let mut world = live.bench.standin.world();
        (world.rodong_era, world.kcna_look) = (RodongEra::B, KcnaLook::Q);
    }
    live.bench.round(&live.bench.collector()).await;
    let of = |all: &BTreeSet<(String, String, String, String)>, outlet: &str| -> BTreeSet<_> {
        all.iter().filter(|(o, ..)| o == outlet).cloned().collect()
    };
    let counts_of =
        |past: &Past, outlet: &str| -> Vec<_> { past.counts().into_iter().filter(|(o, ..)| o == outlet).collect() };
    let (articles, counts) = (live.bench.articles(), live.counts());
    assert_eq!(articles.len(), 2 * 365);
    assert!(counts.len() > 100, "{}", counts.len());
    for (era, not_before, now) in rodong {
        let past = Past::new(year.1, 365, 1).await;
        past.capture(Look::Rodong(era), not_before, 0);
        let noon = i64::from(day(now).epoch_days()) * 86_400 + 3 * 3600;
        past.bench.now.store(noon, Ordering::Relaxed);
        let ended = past.fill(&task("rodong-en", year.0, year.1, "wayback")).await;
        assert_eq!((&ended[0].end, ended[0].brought.failed), (&End::Done, 0), "{era:?}: {ended:?}");
        assert_eq!(past.bench.articles(), of(&articles, "rodong"), "{era:?}");
        assert_eq!(past.counts(), counts_of(&live, "rodong"), "{era:?}");
        assert_eq!(ended[0].brought.days, 365, "{era:?}");
    }
    let past = Past::new(year.1, 365, 1).await;
    past.capture(Look::Kcna(KcnaLook::Q), year.0, 0);
    past.bench.pass(60 * 86_400);
    let ended = past.fill(&task("kcna-en", year.0, year.1, "wayback")).await;
    assert_eq!((&ended[0].end, ended[0].brought.new), (&End::Done, 365), "{ended:?}");
    assert!(ended[0].brought.merged > 20, "stories under several addresses: {ended:?}");
    assert_eq!(past.bench.articles(), of(&articles, "kcna"));
    assert_eq!(past.counts(), counts_of(&live, "kcna"));
    // Asked once more: nothing is asked for.
    past.bench.standin.world().log.clear();
    past.fill(&task("kcna-en", year.0, year.1, "wayback")).await;
    assert_eq!(past.log(), []);
    // An archive fills days and observes none.
    let reader = sinmun::store::Reader::open(&past.bench.paths(), std::time::Duration::from_secs(9)).expect("a reader");
    let mut rows = reader.coverage(&Filter::default(), By::Year).expect("coverage");
    rows.retain(|row| row.outlet == "kcna");
    assert_eq!(rows.iter().map(|r| (r.retro_filled, r.days_observed)).collect::<Vec<_>>(), [(60, 0), (305, 0)]);
    // The live site of today has none of it: the layout without dates takes the capture's year and the list's days.
    live = Past::new("2026-09-08", 80, 1).await;
    live.capture(Look::Kcna(KcnaLook::Detail), "2026-06-21", 0);
    live.bench.pass(60 * 86_400);
    live.fill(&task("kcna-en", "2026-06-21", "2026-09-08", "wayback")).await;
    let kcna = of(&live.bench.served(), "kcna");
    assert_eq!(live.bench.articles(), kcna);
    assert_eq!(live.bench.count("SELECT count(*) FROM article WHERE day_from = 5"), 80, "by their datelines");
}

/// Everything that goes wrong, at once: the archive is complete in the end, nothing is doubled, and it was never asked
/// more often than it may be. Answers captures, requests and the made seconds.
async fn through_it_all(days: i32, per_day: u32, kills: u64) -> (usize, usize, u64) {
    let mut past = Past::new("2023-11-01", days, per_day).await;
    let captures = past.capture(Look::Kcna(KcnaLook::Q), "2022-11-02", 3);
    past.bench.standin.world().archive_faults = vec![
        (37, Fault::Status(429, Some("300".to_owned()))),
        (41, Fault::Status(429, None)),
        (53, Fault::CutOff),
        (61, Fault::Status(403, None)),
        (97, Fault::Status(503, None)),
        (113, Fault::Status(500, None)),
    ];
    past.bench.pass(60 * 86_400);
    let from = day("2023-11-01").plus(1 - days).to_string();
    let task = task("kcna-en", &from, "2023-11-01", "wayback");
    let gap = u64::try_from(captures).expect("few") / 4 / (kills + 1);
    let mut killed = 0;
    let mut draw = Draw::new(9);
    let ended = loop {
        let requests = || past.bench.standin.world().archive_requests;
        let pause = 1 + draw.below(usize::try_from(2 * gap).expect("few"));
        let last = if killed < kills { requests() + u64::try_from(pause).expect("few") } else { u64::MAX };
        let (collector, timer) = (past.collector(), past.timer());
        let mut told = |_: &Progress<'_>| {};
        let mut running = Box::pin(collector.backfill(&task, &timer, &mut told));
        // Killed wherever it waits when its last request has come in.
        let done = std::future::poll_fn(|context| {
            if requests() >= last { Poll::Ready(None) } else { running.as_mut().poll(context).map(Some) }
        });
        match done.await {
            None => killed += 1,
            Some(ended) => {
                let ended = ended.expect("the store").expect("the source");
                if ended[0].end == End::Done {
                    break ended;
                }
                // It gave up: another hour.
                past.milliseconds.fetch_add(3600 * 1000, Ordering::SeqCst);
                assert!(past.milliseconds.load(Ordering::SeqCst) < 400 * DAY * 1000, "{ended:?}");
            }
        }
    };
    assert_eq!(killed, kills);
    let brought = &ended[0].brought;
    assert_eq!((brought.waiting, brought.failed > 0), (0, true), "{brought:?}");
    // Complete, and nothing is doubled.
    let titles: BTreeSet<String> = past.bench.articles().into_iter().map(|(.., title)| title).collect();
    let lacking: Vec<String> = past.shown().difference(&titles).cloned().collect();
    assert_eq!((lacking, titles.len()), (Vec::new(), past.shown().len()), "{brought:?}");
    assert_eq!(past.bench.count("SELECT count(*) FROM article"), i64::try_from(titles.len()).expect("few"));
    assert_eq!(past.bench.count("SELECT count(*) FROM revision"), i64::try_from(titles.len()).expect("few"));
    // Never above the rate, and no page was read twice but where a kill came between the answer and its transaction.
    let log = past.log();
    assert!(most_in_a_minute(&log, "/web/") <= 10 && most_in_a_minute(&log, "/cdx") <= 20);
    let mut read: BTreeMap<&str, u64> = BTreeMap::new();
    for line in log.iter().filter(|l| l.status == 200 && l.path.starts_with("/web/")) {
        *read.entry(&line.path).or_default() += 1;
    }
    let again: u64 = read.values().map(|times| times - 1).sum();
    let cut_off = u64::try_from(log.len()).expect("few") / 53;
    assert!(again <= kills + cut_off, "{again} pages were read twice");
    // After each 429 it kept away, unless it was killed before it could note that: a new run begins at robots.txt.
    for pair in log.windows(2).filter(|pair| pair[0].status == 429 && pair[1].path != "/robots.txt") {
        assert!(pair[1].at_ms - pair[0].at_ms >= 120_000, "{pair:?}");
    }
    past.bench.standin.stop_archive().await;
    (captures, log.len(), past.milliseconds.load(Ordering::SeqCst) / 1000)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_that_refuses_and_a_run_that_is_killed() {
    let (captures, requests, _) = through_it_all(120, 5, 20).await;
    assert!(captures > 1500 && requests > captures / 3, "{captures} captures, {requests} requests");
}

/// The size of the real thing; by hand, since it takes minutes: `cargo test --test it -- --ignored twenty_thousand`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn twenty_thousand_captures() {
    let begun = std::time::Instant::now();
    let (captures, requests, seconds) = through_it_all(360, 20, 20).await;
    println!(
        "{captures} captures, {requests} requests, {} hours of the archive's time in {:.1} s of ours",
        seconds / 3600,
        begun.elapsed().as_secs_f64()
    );
    assert!(captures >= 20_000, "{captures}");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_connections_are_waited_for_and_left_for_another_run() {
    let mut past = Past::new("2023-11-01", 10, 1).await;
    past.capture(Look::Rodong(RodongEra::B), "2022-11-02", 0);
    past.bench.pass(60 * 86_400);
    past.bench.standin.stop_archive().await;
    let task = task("rodong-en", "2023-10-01", "2023-11-01", "wayback");
    let ended = past.fill(&task).await;
    let End::GaveUp(why) = &ended[0].end else { panic!("{ended:?}") };
    assert!(why.contains("8 failures in a row") && why.contains("unreachable"), "{why}");
    // 120, 240, 480, 960 and three times 1,800 seconds were waited; the last pause is left to the next run.
    let waited = past.milliseconds.load(Ordering::SeqCst) / 1000;
    assert!((7200..7300).contains(&waited), "{waited}");
    past.bench.standin.start_archive().await.expect("its port");
    let ended = past.fill(&task).await;
    assert_eq!((&ended[0].end, ended[0].brought.new), (&End::Done, 10), "{ended:?}");
    assert!(past.milliseconds.load(Ordering::SeqCst) / 1000 >= waited + 1800);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_walked_back_and_tell_how_much_of_a_day_is_held() {
    let past = Past::new("2026-09-08", 60, 4).await;
    let task = |source: &str| task(source, "2026-08-01", "2026-08-31", "lists");
    for source in ["kcna-en", "rodong-en"] {
        // Killed after each of its first pages.
        for requests in 1..6 {
            let before = past.log().len();
            let (collector, timer, own) = (past.collector(), past.timer(), task(source));
            let running = tokio::spawn(async move { collector.backfill(&own, &timer, &mut |_| {}).await });
            while past.log().len() < before + requests && !running.is_finished() {
                tokio::task::yield_now().await;
            }
            running.abort();
            drop(running.await);
        }
        let ended = past.fill(&task(source)).await;
        assert_eq!((&ended[0].end, ended[0].brought.waiting), (&End::Done, 0), "{ended:?}");
        assert_eq!((ended[0].brought.found, ended[0].brought.days), (124, 31), "{ended:?}");
    }
    let august: BTreeSet<_> =
        past.bench.served().into_iter().filter(|(_, _, day, _)| day.starts_with("2026-08")).collect();
    assert_eq!(past.bench.articles(), august);
    let reader = sinmun::store::Reader::open(&past.bench.paths(), std::time::Duration::from_secs(9)).expect("a reader");
    let rows = reader.coverage(&Filter::default(), By::Month).expect("coverage");
    for row in rows.iter().filter(|row| row.period == "2026-08") {
        assert_eq!((row.retro_filled, row.days_observed, row.known, row.known_held), (31, 31, Some(124), Some(124)));
    }
    assert_eq!(rows.iter().filter(|row| row.period == "2026-08").count(), 2);
    // A poll afterwards walks its lists to their end all the same, and the days are complete by it.
    past.bench.round(&past.bench.collector()).await;
    assert_eq!(past.bench.articles(), past.bench.served());
}

/// The program itself, killed by SIGKILL at twenty points; the last run says over all of them what was brought.
#[tokio::test(flavor = "multi_thread")]
async fn the_program_killed_goes_on_where_it_was() {
    let past = Past::new("2023-03-31", 60, 3).await;
    past.capture(Look::Rodong(RodongEra::B), "2023-01-31", 4);
    let sinmun = Sinmun::new();
    std::fs::create_dir_all(sinmun.path("sources")).expect("a folder");
    for (name, toml) in DEFAULT {
        let toml = past.bench.standin.pointed_at(toml).replace("[pace]", "allow_private = true\n[pace]");
        let toml = toml.replace("index_a_minute = 20", "index_a_minute = 60000");
        let toml =
            toml.replace("captures_a_minute = 10", "captures_a_minute = 60000").replace("lines = 5000", "lines = 50");
        std::fs::write(sinmun.path("sources").join(name), toml).expect("written");
    }
    let config = sinmun.write("sinmun.toml", "sources = 'sources'\n");
    let arguments =
        ["--config", &config, "backfill", "rodong-en", "--from", "2023-01", "--to", "2023-03", "--archive", "wayback"];
    let requests = || past.bench.standin.world().archive_requests;
    let mut draw = Draw::new(5);
    for _ in 0..20 {
        let last = requests() + 1 + u64::try_from(draw.below(16)).expect("few");
        let mut child =
            sinmun.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        while requests() < last && child.try_wait().expect("a child").is_none() {
            tokio::task::yield_now().await;
        }
        child.kill().expect("it is killed");
        child.wait().expect("it is gone");
    }
    let program = sinmun.command(&[&arguments[..], &["--format", "json"]].concat()).output().expect("it runs");
    assert!(program.status.success(), "{}", String::from_utf8_lossy(&program.stderr));
    let report: serde_json::Value = serde_json::from_slice(&program.stdout).expect("json");
    let row = &report["rows"][0];
    let shown = past.shown();
    assert_eq!((row["new"].as_u64(), row["waiting"].as_u64()), (u64::try_from(shown.len()).ok(), Some(0)), "{row}");
    assert!(row["failed"].as_u64() > Some(0) && row["ended"] == "done", "{row}");
    assert!(row["why"].as_str().is_some_and(|why| why.contains("blocked")), "{row}");
    let held = sinmun.rows(&["sql", "SELECT title FROM v_article"]);
    let titles: BTreeSet<String> = held.iter().filter_map(|row| row["title"].as_str().map(str::to_owned)).collect();
    assert_eq!((titles.len(), held.len()), (shown.len(), shown.len()));
    assert_eq!(titles, shown);
    sinmun.ok(&["check", "--format", "csv"]);
    // Wrong uses are told.
    let wrong = |more: &[&str], words: &[&str]| {
        let stderr = sinmun.fails(2, &[&["--config", &config, "backfill"], more].concat());
        says(&stderr, words);
    };
    wrong(&["rodong", "--from", "2023", "--to", "2023"], &["no source 'rodong'", "rodong-en"]);
    wrong(&["rodong-en", "--from", "2023", "--to", "2022"], &["--from 2023-01-01"]);
    wrong(&["rodong-en", "--from", "2023", "--to", "2023", "--archive", "attic"], &["no archive 'attic'", "wayback"]);
}
