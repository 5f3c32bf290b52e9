//! The collector against the stand-in: real HTTP, a real store, a made clock.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::Connection;
use sinmun::daemon::{Collector, Plan, reread};
use sinmun::domain::day::Day;
use sinmun::domain::method::Method;
use sinmun::domain::outcome::Outcome;
use sinmun::domain::stream::Edition;
use sinmun::extract::refusal::{self, Refusals};
use sinmun::extract::source::{Pace, Source};
use sinmun::standin::{Fault, KcnaLook, RodongEra, Standin, World};
use sinmun::store::Paths;
use sinmun::store::query::Filter;
use sinmun::telemetry::Telemetry;
use tempfile::TempDir;

const DAY: i64 = 86_400;

/// No waiting between requests, and as many pages as there are.
pub fn quick() -> Pace {
    Pace { gap_ms: 0, gap_spread_ms: 0, pages: 1000, total_seconds: 5, idle_seconds: 2, ..Pace::default() }
}

pub fn plan(sources: Vec<Source>) -> Plan {
    Plan {
        sources,
        refusals: Refusals::parse(refusal::DEFAULT).expect("sound"),
        method: Arc::new(Method::built_in()),
        watch: vec!["xi-jinping".to_owned(), "putin".to_owned()],
        user_agent: "sinmun/test (+tests)".to_owned(),
        proxies: Vec::new(),
    }
}

/// A stand-in, a store and a clock.
pub struct Bench {
    pub standin: Standin,
    pub folder: TempDir,
    pub now: Arc<AtomicI64>,
    pub editions: Vec<Edition>,
    pub pace: Pace,
}

impl Bench {
    pub async fn new(days: i32, per_day: u32, editions: &[Edition]) -> Self {
        let today: Day = "2026-09-08".parse().expect("a day");
        Self::on(today, days, per_day, editions).await
    }

    pub async fn on(today: Day, days: i32, per_day: u32, editions: &[Edition]) -> Self {
        let standin = Standin::serve(World::new(today, days, per_day, 7)).await.expect("a port");
        // Noon in Korea.
        let noon = i64::from(today.epoch_days()) * DAY + 3 * 3600;
        Self {
            standin,
            folder: tempfile::tempdir().expect("a folder"),
            now: Arc::new(AtomicI64::new(noon)),
            editions: editions.to_vec(),
            pace: quick(),
        }
    }

    pub fn paths(&self) -> Paths {
        Paths::new(self.folder.path())
    }

    pub fn plan(&self) -> Plan {
        plan(self.standin.sources(self.pace, &self.editions))
    }

    pub fn collector(&self) -> Arc<Collector> {
        self.collector_with(&self.plan())
    }

    pub fn collector_with(&self, plan: &Plan) -> Arc<Collector> {
        let now = Arc::clone(&self.now);
        let clock = Arc::new(move || now.load(Ordering::Relaxed));
        Arc::new(Collector::start(&self.paths(), plan, clock, Arc::new(Telemetry::default())).expect("a start"))
    }

    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    /// The store, read as anybody may.
    pub fn sql(&self) -> Connection {
        Connection::open(self.paths().database()).expect("a store")
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.sql().query_row(sql, [], |row| row.get(0)).expect("a number")
    }

    /// Outlet, edition, day and title of every article with a text.
    pub fn articles(&self) -> BTreeSet<(String, String, String, String)> {
        let connection = self.sql();
        let mut statement = connection
            .prepare("SELECT outlet, edition, day, title FROM v_article WHERE content = 'full'")
            .expect("a view");
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).expect("rows");
        let all: Vec<_> = rows.map(|row| row.expect("a row")).collect();
        let set: BTreeSet<_> = all.iter().cloned().collect();
        assert_eq!(all.len(), set.len(), "an article is there twice");
        set
    }

    /// What the stand-in serves.
    pub fn served(&self) -> BTreeSet<(String, String, String, String)> {
        let world = self.standin.world();
        let mut all = BTreeSet::new();
        for (outlet, stories) in [("kcna", &world.kcna), ("rodong", &world.rodong)] {
            for edition in &self.editions {
                for story in stories.iter().filter(|s| s.day <= world.today) {
                    all.insert((outlet.to_owned(), edition.to_string(), story.day.to_string(), story.title(*edition)));
                }
            }
        }
        all
    }

    pub async fn round(&self, collector: &Arc<Collector>) -> Vec<(String, Outcome)> {
        let rows = collector.poll_all(&collector.names(), |_, _| {}).await.expect("the store");
        rows.into_iter().map(|(name, row)| (name, row.outcome)).collect()
    }
}

fn assert_all(outcomes: &[(String, Outcome)], outcome: Outcome) {
    assert!(outcomes.iter().all(|(_, o)| *o == outcome), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_served_is_held_once_in_every_layout() {
    for (today, look, era) in
        [("2026-09-08", KcnaLook::Detail, RodongEra::C), ("2024-03-10", KcnaLook::Q, RodongEra::B)]
    {
        let bench = Bench::on(today.parse().expect("a day"), 40, 3, &[Edition::En, Edition::Ko]).await;
        {
            let mut world = bench.standin.world();
            world.kcna_look = look;
            world.rodong_era = era;
        }
        let collector = bench.collector();
        assert_all(&bench.round(&collector).await, Outcome::Content);
        assert_eq!(bench.articles(), bench.served(), "{look:?} {era:?}");
        // Sections are all kept, though an article counts once.
        let appearances =
            bench.count("SELECT count(*) FROM appearance a JOIN revision r ON r.id = a.revision WHERE r.content = 3");
        assert!(appearances > bench.count("SELECT count(*) FROM article WHERE content = 3"), "{appearances}");
        let layouts = bench.count("SELECT count(DISTINCT layout) FROM appearance WHERE layout <> ''");
        assert_eq!(layouts, 2);
        // Nothing new: nothing is read, and lists are asked for with conditions.
        bench.standin.world().log.clear();
        bench.pass(1800);
        assert_all(&bench.round(&collector).await, Outcome::Unchanged);
        let log = bench.standin.world().log.clone();
        assert!(log.iter().all(|l| !l.path.contains("detail")), "{log:?}");
        assert!(log.iter().filter(|l| l.conditional).count() * 2 > log.len(), "{log:?}");
        assert_eq!(bench.articles(), bench.served());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_era_of_rodong() {
    let bench = Bench::on("2022-10-18".parse().expect("a day"), 30, 3, &[Edition::En, Edition::Zh]).await;
    bench.standin.world().rodong_era = RodongEra::A;
    let mut sources = bench.standin.sources(bench.pace, &bench.editions);
    sources.retain(|s| s.stream.outlet.as_str() == "rodong");
    for source in &mut sources {
        // In era A the home page was the list.
        if let sinmun::extract::source::Kind::Site { sections, .. } = &mut source.kind {
            let path = if source.stream.edition == Edition::Zh { "cn" } else { "en" };
            sections.truncate(1);
            sections[0].address = format!("{}/{path}/", bench.standin.rodong);
        }
    }
    // The Chinese pages of the stand-in are English: each is refused by its language.
    let collector = bench.collector_with(&plan(sources));
    let outcomes = bench.round(&collector).await;
    assert_eq!(outcomes[0], ("rodong-en".to_owned(), Outcome::Content));
    let held = bench.articles();
    let served: BTreeSet<_> =
        bench.served().into_iter().filter(|(outlet, edition, ..)| outlet == "rodong" && edition == "en").collect();
    assert_eq!(held, served);
    assert_eq!(bench.count("SELECT count(*) FROM entry WHERE state = 0 AND outcome = 6"), 90, "in the wrong language");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_complete_when_their_lists_overlap_and_their_texts_are_read() {
    let bench = Bench::new(30, 3, &[Edition::En]).await;
    let collector = bench.collector();
    bench.standin.world().today = "2026-09-06".parse().expect("a day");
    bench.pass(-2 * DAY);
    bench.round(&collector).await;
    // A day passes in half-hours; new articles come.
    for day in ["2026-09-07", "2026-09-08"] {
        bench.standin.world().today = day.parse().expect("a day");
        bench.pass(DAY);
        assert_all(&bench.round(&collector).await, Outcome::Content);
    }
    assert_eq!(bench.articles(), bench.served());
    assert_eq!(bench.count("SELECT count(*) FROM gap"), 0);
    let spans = bench.count("SELECT count(*) FROM span");
    assert_eq!(spans, 2, "one for each source: nothing was missed");
    // Every day that is over is listed whole, the last one is not.
    let whole = |day: &str| bench.count(&format!("SELECT min(listed_whole) FROM v_coverage WHERE day = '{day}'"));
    assert_eq!((whole("2026-09-06"), whole("2026-09-07"), whole("2026-09-08")), (1, 1, 0));
    // Rodong Sinmun's newest issue leads back to no day before the first poll's.
    assert_eq!(whole("2026-09-05"), 0);
    let reader = sinmun::store::Reader::open(&bench.paths(), std::time::Duration::from_secs(9)).expect("a reader");
    let rows = reader.coverage(&Filter::default(), sinmun::domain::period::By::Day).expect("coverage");
    let complete =
        |day: &str| rows.iter().filter(|r| r.period == day).map(|r| (r.complete, r.days_observed)).collect::<Vec<_>>();
    assert_eq!(complete("2026-09-07"), [(1, 1), (1, 1)]);
    assert_eq!(complete("2026-09-08"), [(0, 0), (0, 0)], "the day is not over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redesign_is_alarmed_at_once_and_read_again_by_new_rules() {
    let bench = Bench::new(20, 3, &[Edition::En]).await;
    {
        let mut world = bench.standin.world();
        world.kcna_look = KcnaLook::Q;
        world.rodong_era = RodongEra::B;
        world.today = "2026-09-05".parse().expect("a day");
    }
    // Rules of before the redesign.
    let mut old = bench.plan();
    for source in &mut old.sources {
        source.layouts.retain(|l| !matches!(l.name.as_str(), "kcna-detail" | "rodong-c"));
    }
    let collector = bench.collector_with(&old);
    assert_all(&bench.round(&collector).await, Outcome::Content);
    let before = bench.articles().len();
    {
        let mut world = bench.standin.world();
        world.kcna_look = KcnaLook::Detail;
        world.rodong_era = RodongEra::C;
        world.today = "2026-09-08".parse().expect("a day");
    }
    bench.pass(1800);
    assert_all(&bench.round(&collector).await, Outcome::LayoutBroken);
    assert_eq!(bench.count("SELECT count(*) FROM alarm WHERE kind = 'layout' AND until IS NULL"), 2);
    assert!(bench.count("SELECT count(*) FROM page WHERE outcome = 10") > 0, "the pages are kept");
    assert_eq!(bench.articles().len(), before, "nothing of them became content");
    drop(collector);
    let mut books = sinmun::daemon::Books::open(&bench.paths(), &old.method, 0).expect("the store");
    let now = bench.now.load(Ordering::Relaxed);
    let dry = reread(&mut books, &bench.plan(), true, now).expect("a report");
    assert!(dry.entries > 0 && dry.lists > 0, "{dry:?}");
    let done = reread(&mut books, &bench.plan(), false, now).expect("a report");
    assert_eq!(dry, done);
    assert_eq!(reread(&mut books, &bench.plan(), false, now).expect("a report").entries, 0);
    drop(books);
    let collector = bench.collector();
    bench.pass(1800);
    assert_all(&bench.round(&collector).await, Outcome::Content);
    assert_eq!(bench.count("SELECT count(*) FROM alarm WHERE kind = 'layout' AND until IS NULL"), 0);
    assert_eq!(bench.articles(), bench.served());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_becomes_content() {
    let page = |text: &str| Fault::Page(text.to_owned());
    let cases = [
        (page("<html><body lang=\"ko\"><main></main></body></html>"), Outcome::EmptyList),
        (page("<html><head><meta name=\"KCSC\" content=\"Blocking\"></head></html>"), Outcome::Blocked),
        (page("<html><body>Site under maintenance</body></html>"), Outcome::Maintenance),
        (page("<html><body><p>Something else altogether.</p></body></html>"), Outcome::LayoutBroken),
        (Fault::Status(500, None), Outcome::ServerError),
        (Fault::Status(429, Some("600".to_owned())), Outcome::RateLimited),
        (Fault::Status(403, None), Outcome::Blocked),
        (Fault::Redirect("http://warning.example/".to_owned()), Outcome::Redirected),
        (Fault::Redirect("file:///etc/passwd".to_owned()), Outcome::Forbidden),
        (Fault::Endless(3 << 20), Outcome::TooLarge),
        (Fault::CutOff, Outcome::CutOff),
        (Fault::Silence, Outcome::TimedOut),
        (Fault::NewLook, Outcome::LayoutBroken),
    ];
    let mut bench = Bench::new(5, 2, &[Edition::En]).await;
    bench.pace.max_megabytes = 1;
    for (fault, expected) in cases {
        bench.folder = tempfile::tempdir().expect("a folder");
        bench.standin.world().faults.insert("/en/".to_owned(), fault.clone());
        let mut plan = bench.plan();
        plan.sources.retain(|s| s.stream.outlet.as_str() == "rodong");
        let collector = bench.collector_with(&plan);
        let outcomes = bench.round(&collector).await;
        assert_eq!(outcomes, [("rodong-en".to_owned(), expected)], "{fault:?}");
        assert_eq!(bench.count("SELECT count(*) FROM revision"), 0, "{fault:?}");
        assert_eq!(bench.count("SELECT count(*) FROM span"), 0, "{fault:?}");
        // The fault passes: everything is there at the next poll.
        bench.standin.world().faults.clear();
        bench.pass(DAY);
        assert_all(&bench.round(&collector).await, Outcome::Content);
        let served = bench.served().into_iter().filter(|(outlet, ..)| outlet == "rodong").count();
        assert_eq!(bench.articles().len(), served, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_articles_and_languages_wait_until_they_are_right() {
    let bench = Bench::new(4, 2, &[Edition::En]).await;
    for fault in [Fault::OtherArticle, Fault::OtherLanguage] {
        bench.standin.world().faults.insert("/article/detail/".to_owned(), fault.clone());
        let mut plan = bench.plan();
        plan.sources.retain(|s| s.stream.outlet.as_str() == "kcna");
        let collector = bench.collector_with(&plan);
        bench.round(&collector).await;
        assert_eq!(bench.count("SELECT count(*) FROM revision WHERE content = 3"), 0, "{fault:?}");
        assert_eq!(bench.count("SELECT count(*) FROM entry WHERE state = 0"), 8, "{fault:?}");
        bench.pass(DAY);
    }
    bench.standin.world().faults.clear();
    let mut plan = bench.plan();
    plan.sources.retain(|s| s.stream.outlet.as_str() == "kcna");
    let collector = bench.collector_with(&plan);
    assert_all(&bench.round(&collector).await, Outcome::Content);
    assert_eq!(bench.articles().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_are_revisions_and_removals_are_gone_after_three_looks() {
    let bench = Bench::new(30, 2, &[Edition::En]).await;
    let mut plan = bench.plan();
    plan.sources.retain(|s| s.stream.outlet.as_str() == "kcna");
    let collector = bench.collector_with(&plan);
    bench.round(&collector).await;
    let (edited, removed) = {
        let mut world = bench.standin.world();
        world.kcna[3].edits = 1;
        let removed = world.kcna[5].id.clone();
        world.removed.push(removed.clone());
        (world.kcna[3].title(Edition::En), removed)
    };
    // The looks of the first day, then one a day while it is missed.
    for _ in 0..6 {
        bench.pass(DAY);
        bench.round(&collector).await;
    }
    let revisions: i64 = bench
        .sql()
        .query_row("SELECT revisions FROM v_article WHERE title = ?1", [&edited], |row| row.get(0))
        .expect("the article");
    assert_eq!(revisions, 2);
    assert_eq!(bench.count("SELECT count(*) FROM entry WHERE state = 3"), 1);
    let gone: String =
        bench.sql().query_row("SELECT url FROM entry WHERE state = 3", [], |row| row.get(0)).expect("one");
    assert!(gone.contains(&removed));
    assert_eq!(bench.articles().len(), 60, "what is gone is kept");
    // A purge marks nothing and asks a person.
    let ids: Vec<String> = bench.standin.world().kcna.iter().take(40).map(|s| s.id.clone()).collect();
    bench.standin.world().removed.extend(ids);
    bench.pass(8 * DAY);
    bench.round(&collector).await;
    assert_eq!(bench.count("SELECT count(*) FROM alarm WHERE kind = 'mass-removal' AND until IS NULL"), 1);
    assert_eq!(bench.count("SELECT count(*) FROM entry WHERE state = 3"), 1);
    // A person has looked: they are gone.
    drop(collector);
    let mut books = sinmun::store::Writer::open(&bench.paths(), &plan.method, 0, false).expect("the store");
    let source = books.find_source("kcna-en").expect("sql").expect("the source");
    assert!(books.accept_gone(source, 0).expect("sql") > 20);
    assert_eq!(bench.count("SELECT count(*) FROM alarm WHERE kind = 'mass-removal' AND until IS NULL"), 0);
}
