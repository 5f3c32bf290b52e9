//! The daemon: joins fetching, judging, counting and storing into polls, and plans the next.
//!
//! A poll's lists are one transaction each with their validators, every portion of articles that is read is one with
//! its texts, mentions and places in the queue, and its end is one with the poll's row, the days that are covered
//! and the time of the next. So a kill at any point leaves whole pieces, and what was not kept is done again.

mod articles;
pub mod backfill;
mod books;
mod feeds;
pub mod lifecycle;
mod lists;
mod poll;
mod reread;
mod silence;
mod told;
mod watch;
pub mod webhook;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::domain::day::Day;
use crate::domain::method::Method;
use crate::domain::outcome::Outcome;
use crate::domain::schedule::resume;
use crate::extract::refusal::Refusals;
use crate::extract::robots::Robots;
use crate::extract::source::{Kind, Source};
use crate::fetch::gate::Gates;
use crate::fetch::{Fault, Request, Session, Settings};
use crate::store::sources::PollRow;
use crate::store::{Paths, StoreError};
use crate::telemetry::{self, Telemetry};

pub use books::Books;
pub use reread::{Reread, reread};

/// The time, in seconds since 1970 UTC: the world's in the daemon, a made one in tests.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What the collector needs beside its sources.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is collected.
    pub sources: Vec<Source>,
    /// Pages that are no content.
    pub refusals: Refusals,
    /// How texts are counted and read.
    pub method: Arc<Method>,
    /// Entities whose silence is an alarm.
    pub watch: Vec<String>,
    /// `User-Agent`.
    pub user_agent: String,
    /// The proxies' addresses by the names of their credentials.
    pub proxies: Vec<(String, String)>,
}

/// One source with its session.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) source: Source,
    pub(crate) session: Session,
    pub(crate) refusals: Arc<Refusals>,
    /// When robots.txt was read, and what it says.
    robots: Mutex<Option<(i64, Robots)>>,
    /// Seeds are the name's hash with what is drawn for: two sources never move in step.
    seed: u64,
    /// Entities whose silence is an alarm.
    watch: Vec<String>,
    /// The day silences were last judged on; none since the start.
    judged: Mutex<Option<Day>>,
}

/// Polls sources. Cheap to share.
pub struct Collector {
    pub(crate) books: Mutex<Books>,
    paths: Paths,
    watched: RwLock<Vec<Arc<Watched>>>,
    pub(crate) clock: Clock,
    /// Counters for the metrics.
    pub telemetry: Arc<Telemetry>,
    stopping: AtomicBool,
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Collector").field("sources", &self.names()).finish_non_exhaustive()
    }
}

/// Why collecting cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A source's session.
    #[error("source {0}: {1}")]
    Source(String, Fault),
    /// A credential is named and not there.
    #[error(
        "source {0}: the credential '{1}' with its proxy's address is not there; see LoadCredential= in systemd.exec(5)"
    )]
    Credential(String, String),
}

impl Collector {
    /// Opens the store for writing and makes a session for each source. What is overdue is spread.
    ///
    /// # Errors
    /// [`StartError`]: a second daemon on the same data, a wrong proxy, a store counted by another lexicon.
    pub fn start(paths: &Paths, plan: &Plan, clock: Clock, telemetry: Arc<Telemetry>) -> Result<Self, StartError> {
        let now = clock();
        let books = Books::open(paths, &plan.method, now)?;
        let watched = watched(plan)?;
        let collector = Self {
            books: Mutex::new(books),
            paths: paths.clone(),
            watched: RwLock::new(watched),
            clock,
            telemetry,
            stopping: AtomicBool::new(false),
        };
        collector.register(now)?;
        Ok(collector)
    }

    /// Takes another plan, with the same store.
    ///
    /// # Errors
    /// [`StartError`]; the collector is as it was then.
    pub fn replan(&self, plan: &Plan) -> Result<(), StartError> {
        let watched = watched(plan)?;
        self.books().keeps_method(&plan.method)?;
        // Polls that run keep the source they began with.
        *self.watched.write().unwrap_or_else(PoisonError::into_inner) = watched;
        self.register((self.clock)())?;
        Ok(())
    }

    /// Makes the sources known to the store.
    fn register(&self, now: i64) -> Result<(), StoreError> {
        let mut books = self.books();
        for watched in &self.watched() {
            let source = &watched.source;
            let (id, standing) =
                books.writer.source(&source.name, &source.stream, matches!(source.kind, Kind::Site { .. }), now)?;
            let at = resume(now, standing.next_at, source.pace.every(), watched.seed(0));
            if at != standing.next_at {
                books.writer.postpone(id, at)?;
            }
        }
        Ok(())
    }

    /// The sources that are due, the longest overdue first, and when the next one will be.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn due(&self, now: i64) -> Result<(Vec<String>, Option<i64>), StoreError> {
        let mut books = self.books();
        let mut times = Vec::new();
        for watched in &self.watched() {
            let source = &watched.source;
            let (_, standing) =
                books.writer.source(&source.name, &source.stream, matches!(source.kind, Kind::Site { .. }), now)?;
            times.push((standing.next_at, source.name.clone()));
        }
        times.sort();
        let due = times.iter().filter(|(at, _)| *at <= now).map(|(_, name)| name.clone()).collect();
        Ok((due, times.iter().map(|(at, _)| *at).find(|at| *at > now)))
    }

    /// Polls one source now; `None` if there is none of that name.
    ///
    /// # Errors
    /// The store's: nothing of the piece that failed is kept.
    pub async fn poll(self: &Arc<Self>, name: &str) -> Result<Option<PollRow>, StoreError> {
        match self.find(name) {
            Some(watched) => self.poll_watched(&watched).await.map(Some),
            None => Ok(None),
        }
    }

    pub(crate) async fn poll_watched(self: &Arc<Self>, watched: &Arc<Watched>) -> Result<PollRow, StoreError> {
        let result = poll::poll(self, watched).await;
        if let Err(error) = &result {
            self.books().abandon();
            telemetry::store_failed(&watched.source.name, &error.to_string());
        }
        if let Ok(row) = &result
            && let Err(error) = silence::judge(self, watched, row)
        {
            telemetry::silence_failed(&watched.source.name, &error.to_string());
        }
        result
    }

    pub(crate) fn find(&self, name: &str) -> Option<Arc<Watched>> {
        self.watched().into_iter().find(|watched| watched.source.name == name)
    }

    /// Polls several sources at once; hosts have gates of their own. `told` hears of each as it ends.
    ///
    /// # Errors
    /// The first of the store's, after all have ended.
    pub async fn poll_all(
        self: &Arc<Self>,
        names: &[String],
        mut told: impl FnMut(&str, &PollRow),
    ) -> Result<Vec<(String, PollRow)>, StoreError> {
        let mut running = tokio::task::JoinSet::new();
        for name in names {
            let (collector, name) = (Arc::clone(self), name.clone());
            running.spawn(async move {
                let row = collector.poll(&name).await;
                (name, row)
            });
        }
        let mut rows = Vec::new();
        let mut failed = None;
        while let Some(done) = running.join_next().await {
            match done {
                Ok((name, Ok(Some(row)))) => {
                    told(&name, &row);
                    rows.push((name, row));
                }
                Ok((_, Ok(None))) => {}
                Ok((_, Err(error))) => failed = failed.or(Some(error)),
                Err(panic) => std::panic::resume_unwind(panic.into_panic()),
            }
        }
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        failed.map_or(Ok(rows), Err)
    }

    /// Names of all sources.
    pub fn names(&self) -> Vec<String> {
        self.watched().iter().map(|w| w.source.name.clone()).collect()
    }

    /// Tells running polls to end at the next whole piece.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    fn watched(&self) -> Vec<Arc<Watched>> {
        self.watched.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn books(&self) -> std::sync::MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    /// Whether robots.txt lets an address be asked for; it is read once a day. One that cannot be had is a fault: what
    /// it would have said is not known.
    pub(crate) async fn allows(&self, url: &str, now: i64) -> Result<bool, Fault> {
        let Ok(url) = url::Url::parse(url) else { return Ok(true) };
        let known = || {
            let robots = self.robots.lock().unwrap_or_else(PoisonError::into_inner);
            robots.as_ref().filter(|(read, _)| (now - read).abs() < 86_400).map(|(_, robots)| robots.clone())
        };
        let robots = if let Some(robots) = known() {
            robots
        } else {
            let at = url.join("/robots.txt").map_or_else(|_| url.to_string(), |u| u.to_string());
            let robots = match self.session.fetch(&Request::get(at), self.seed(now.cast_unsigned())).await {
                // That it is asked too often is no answer to what may be asked for.
                Ok(answer) if answer.status == 429 => {
                    return Err(Fault { outcome: Outcome::RateLimited, why: "status 429 for robots.txt".to_owned() });
                }
                Ok(answer) => Robots::of(answer.status, &answer.body),
                // A list of rules beyond measure, or somewhere else, is none.
                Err(fault) if matches!(fault.outcome, Outcome::TooLarge | Outcome::Redirected) => Robots::default(),
                Err(fault) => return Err(fault),
            };
            *self.robots.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, robots.clone()));
            robots
        };
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        if !robots.allows(path) && self.source.ignore_robots {
            telemetry::robots_overridden(&self.source.name, path);
            return Ok(true);
        }
        Ok(robots.allows(path))
    }

    pub(crate) fn seed(&self, drawn_for: u64) -> u64 {
        self.seed.rotate_left(17) ^ drawn_for
    }
}

fn watched(plan: &Plan) -> Result<Vec<Arc<Watched>>, StartError> {
    let gates = Arc::new(Gates::default());
    let refusals = Arc::new(plan.refusals.clone());
    let sources = plan.sources.iter().map(|source| {
        let proxy = match &source.proxy_credential {
            None => None,
            Some(name) => {
                let found = plan.proxies.iter().find(|(known, _)| known == name).map(|(_, address)| address.clone());
                Some(found.ok_or_else(|| StartError::Credential(source.name.clone(), name.clone()))?)
            }
        };
        let settings = Settings {
            user_agent: plan.user_agent.clone(),
            pace: source.pace,
            proxy,
            allow_private: source.allow_private,
        };
        let session = Session::new(settings, Arc::clone(&gates))
            .map_err(|fault| StartError::Source(source.name.clone(), fault))?;
        let seed = source
            .name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Ok(Arc::new(Watched {
            source: source.clone(),
            session,
            refusals: Arc::clone(&refusals),
            robots: Mutex::default(),
            seed,
            watch: plan.watch.clone(),
            judged: Mutex::default(),
        }))
    });
    sources.collect()
}
