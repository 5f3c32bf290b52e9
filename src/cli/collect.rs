//! `run`, `poll` and `reread`: what collects, and reads again what was collected.

use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tokio::sync::watch;

use super::Session;
use super::args::{PollArgs, RereadArgs, RunArgs};
use super::failure::Failure;
use super::log;
use super::output::{Output, Table, head};
use super::serve;
use crate::config::Loaded;
use crate::daemon::lifecycle::{self, Daemon, Fresh};
use crate::daemon::{Books, Clock, Collector, Plan, Reread, StartError, reread};
use crate::domain::outcome::{Outcome, Weight};
use crate::domain::stamp::written;
use crate::store::sources::PollRow;
use crate::store::upgrade::schema;
use crate::store::{Reader, upgrade};
use crate::telemetry::{self, Telemetry};
use crate::web::{self, Settings};

/// One source's poll, as it is shown. The order of fields is the order of columns.
#[derive(Debug, Serialize)]
struct Shown {
    source: String,
    outcome: &'static str,
    why: String,
    sections: u32,
    listed: u32,
    new: u32,
    read: u32,
    revised: u32,
    failed: u32,
    requests: u32,
    bytes: u64,
    began: String,
    seconds: i64,
}

const COLUMNS: [&str; 13] = [
    "source", "outcome", "why", "sections", "listed", "new", "read", "revised", "failed", "requests", "bytes", "began",
    "seconds",
];

/// What is collected, from the configuration and the service's credentials.
pub(super) fn plan(session: &Session<'_>, variable: &dyn Fn(&str) -> Option<String>) -> Result<Plan, Failure> {
    let sources = session.loaded.sources()?;
    let mut proxies = Vec::new();
    for name in sources.iter().filter_map(|source| source.proxy_credential.clone()) {
        if let Some(address) = credential(&name, variable)? {
            proxies.push((name, address));
        }
    }
    let method = session.method()?;
    Ok(Plan {
        sources,
        refusals: session.loaded.refusals()?,
        watch: session.loaded.watch(method.lexicon())?,
        method,
        user_agent: session.loaded.user_agent(),
        proxies,
    })
}

/// A secret that systemd hands over as a file.
fn credential(name: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<String>, Failure> {
    let Some(folder) = variable("CREDENTIALS_DIRECTORY") else { return Ok(None) };
    let path = std::path::Path::new(&folder).join(name);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::Io(format!("{}: {error}", path.display()))),
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => error.into(),
            other => Self::Config(other.to_string()),
        }
    }
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    // Two threads wait for the network; judging pages has threads of its own, which end when idle.
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(4)
        .enable_all()
        .build()
        .map_err(no_threads)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn no_threads(error: std::io::Error) -> Failure {
    Failure::Failed(format!("no threads: {error}"))
}

pub(super) fn start(session: &Session<'_>, plan: &Plan, clock: &Clock) -> Result<Arc<Collector>, Failure> {
    let telemetry = Arc::new(Telemetry::default());
    Ok(Arc::new(Collector::start(&session.paths, plan, Arc::clone(clock), telemetry)?))
}

pub fn run(
    session: &Session<'_>,
    args: &RunArgs,
    clock: &Clock,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<u8, Failure> {
    log::begin(session.cli, &args.logging, variable)?;
    let plan = plan(session, variable)?;
    if plan.sources.is_empty() {
        return Err(Failure::Config("no source is enabled: nothing would be collected".to_owned()));
    }
    if let Some(unknown) = args.hang.as_ref().filter(|name| !plan.sources.iter().any(|s| s.name == **name)) {
        return Err(Failure::Usage(format!("--hang: there is no source '{unknown}'")));
    }
    let webhook = match &session.loaded.config.webhook_credential {
        None => None,
        Some(name) => Some(credential(name, variable)?.ok_or_else(|| {
            Failure::Config(format!(
                "webhook_credential: the credential '{name}' is not there; see LoadCredential= in systemd.exec(5)"
            ))
        })?),
    };
    let credentials = variable("CREDENTIALS_DIRECTORY");
    let (shown, configured) = watch::channel(serve::configured(session)?);
    let fresh = || -> Result<Fresh<'_>, Failure> {
        let loaded = Loaded::read(session.loaded.path.clone())?;
        let fresh = Session { cli: session.cli, loaded, paths: session.paths.clone(), now: session.now };
        let known = |name: &str| (name == "CREDENTIALS_DIRECTORY").then(|| credentials.clone()).flatten();
        let (plan, pages) = (self::plan(&fresh, &known)?, serve::configured(&fresh)?);
        Ok(Fresh { plan, taken: Box::new(|| drop(shown.send_replace(pages))) })
    };
    let reload = || fresh().map_err(|failure| failure.to_string());
    if let Some(before) = upgrade(&session.paths, &lifecycle::starting())? {
        telemetry::upgraded(before, schema());
    }
    let address = args.listen.as_deref().unwrap_or(&session.loaded.config.listen);
    let runtime = runtime()?;
    runtime.block_on(async {
        let collector = start(session, &plan, clock)?;
        telemetry::started(plan.sources.len(), &session.paths.dir().display().to_string());
        let settings = Settings {
            paths: session.paths.clone(),
            configured,
            telemetry: Some(Arc::clone(&collector.telemetry)),
            clock: Arc::clone(clock),
        };
        let stop = dashboard(address, settings);
        lifecycle::run(collector, &Daemon { reload: &reload, webhook, hang: args.hang.clone() }).await?;
        stop.notify_one();
        Ok::<(), Failure>(())
    })?;
    // A page that is still being judged need not be waited for.
    runtime.shutdown_background();
    Ok(0)
}

/// Shows the dashboard beside the collector, until what it answers is told to stop. It has a thread of its own: the
/// collector's may be in the store for a while. An address that is taken is no reason not to collect.
fn dashboard(address: &str, settings: Settings) -> Arc<tokio::sync::Notify> {
    let stop = Arc::new(tokio::sync::Notify::new());
    if address == "off" {
        return stop;
    }
    let (address, told) = (address.to_owned(), Arc::clone(&stop));
    let serve = move || -> Result<(), Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(4).enable_all().build();
        let runtime = runtime.map_err(no_threads)?;
        runtime.block_on(async {
            let listener = serve::listen(&address).await?;
            telemetry::listening(&listener.local_addr().map_or_else(|_| address.clone(), |at| at.to_string()));
            web::serve(listener, settings, async move { told.notified().await }).await.map_err(Failure::from)
        })
    };
    std::thread::spawn(move || serve().unwrap_or_else(|failure| telemetry::not_listening(&failure.to_string())));
    stop
}

pub fn poll(
    session: &Session<'_>,
    args: &PollArgs,
    clock: &Clock,
    variable: &dyn Fn(&str) -> Option<String>,
    mut output: Output<'_>,
) -> Result<u8, Failure> {
    if session.cli.verbose > 0 || args.logging.log.is_some() {
        log::begin(session.cli, &args.logging, variable)?;
    }
    let mut plan = plan(session, variable)?;
    if let Some(unknown) = args.source.iter().find(|name| !plan.sources.iter().any(|s| s.name == **name)) {
        let names: Vec<&str> = plan.sources.iter().map(|s| s.name.as_str()).collect();
        return Err(Failure::Usage(format!("there is no source '{unknown}'; there are {}", names.join(", "))));
    }
    plan.sources.retain(|source| args.source.is_empty() || args.source.contains(&source.name));
    let rows = runtime()?.block_on(async {
        let collector = start(session, &plan, clock)?;
        let names = collector.names();
        session.note(&format!("asking {}; pages may take more than a minute each", names.join(", ")));
        let told = |name: &str, row: &PollRow| {
            let why = if row.why.is_empty() { String::new() } else { format!(" ({})", row.why) };
            session.note(&format!("{name}: {}{why}, {} new, {} read", row.outcome.as_str(), row.new, row.read));
        };
        Ok::<_, Failure>(collector.poll_all(&names, told).await?)
    })?;
    show(&rows, args.format, &mut output)?;
    Ok(verdict(&rows))
}

/// 0 if every source answered with content or unchanged, 75 if our own network is away, else 1.
fn verdict(rows: &[(String, PollRow)]) -> u8 {
    let bad: Vec<Outcome> = rows.iter().map(|(_, row)| row.outcome).filter(|o| !o.is_good()).collect();
    if bad.is_empty() {
        0
    } else if bad.iter().all(|outcome| outcome.weight() == Weight::Ours) {
        75
    } else {
        1
    }
}

pub(super) fn show(
    rows: &[(String, PollRow)],
    format: Option<super::args::Format>,
    output: &mut Output<'_>,
) -> Result<(), Failure> {
    let shown: Vec<Shown> = rows
        .iter()
        .map(|(source, row)| Shown {
            source: source.clone(),
            outcome: row.outcome.as_str(),
            why: row.why.clone(),
            sections: row.sections,
            listed: row.listed,
            new: row.new,
            read: row.read,
            revised: row.revised,
            failed: row.failed,
            requests: row.requests,
            bytes: row.bytes,
            began: written(row.began),
            seconds: row.ended - row.began,
        })
        .collect();
    output.rows(format, &json!({"command": "poll"}), "", &COLUMNS, &shown, |rows| Table {
        head: head([
            "source",
            "outcome",
            ">sections",
            ">listed",
            ">new",
            ">read",
            ">revised",
            ">failed",
            ">requests",
            ">s",
            "why",
        ]),
        beneath: false,
        rows: rows
            .iter()
            .map(|r| {
                let numbers =
                    [r.sections, r.listed, r.new, r.read, r.revised, r.failed, r.requests].map(|n| n.to_string());
                let mut cells = vec![r.source.clone(), r.outcome.to_owned()];
                cells.extend(numbers);
                cells.extend([r.seconds.to_string(), r.why.clone()]);
                cells
            })
            .collect(),
        notes: Vec::new(),
    })
}

pub fn read_again(
    session: &Session<'_>,
    args: &RereadArgs,
    variable: &dyn Fn(&str) -> Option<String>,
    mut output: Output<'_>,
) -> Result<u8, Failure> {
    drop::<Reader>(session.reader()?);
    let plan = plan(session, variable)?;
    let mut books = Books::open(&session.paths, &plan.method, session.now)?;
    let report = reread(&mut books, &plan, args.dry_run, session.now)?;
    let query = json!({"command": "reread", "dry_run": args.dry_run});
    output.rows(args.format, &query, "", &Reread::COLUMNS, &[report], |rows| {
        let r = &rows[0];
        let would = if args.dry_run { "would be" } else { "are" };
        Table {
            head: head([">pages", ">articles", ">lists", ">entries", ">unread", ">foreign"]),
            beneath: false,
            rows: vec![[r.pages, r.articles, r.lists, r.entries, r.unread, r.foreign].map(|n| n.to_string()).to_vec()],
            notes: vec![format!(
                "of {} kept pages that no rules could read, {} articles and {} lists {would} read now; {} new entries {would} asked for at the next poll",
                r.pages, r.articles, r.lists, r.entries
            )],
        }
    })?;
    Ok(0)
}
