//! The daemon's life: READY, polls as they come due, reload, a watchdog fed by progress, and an end within seconds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::told;
use super::watch::{Watch, patience};
use super::{Collector, Plan, Watched, webhook};
use crate::store::sources::PollRow;
use crate::store::{Moved, StoreError};
use crate::telemetry;

/// The loop looks at the clock at least so often, so that a jump of it or a sleep of the machine is noticed.
const LOOK: Duration = Duration::from_secs(30);
/// What runs may take this long to come to a whole piece.
const GRACE: Duration = Duration::from_secs(8);
/// A source whose poll the store would not take is not asked again before, in seconds.
const STORE_PAUSE: i64 = 60;
/// What systemd is asked to wait on, while a store is brought up to date: microseconds from each sign of life.
const EXTENSION: u32 = 120_000_000;

/// What the daemon is given beside its collector.
pub struct Daemon<'a> {
    /// Reads the configuration anew, for a reload.
    pub reload: &'a (dyn Fn() -> Result<Fresh<'a>, String> + Sync),
    /// Where alarms are sent.
    pub webhook: Option<String>,
    /// A source whose polls never end, to try what becomes of that.
    pub hang: Option<String>,
}

/// A configuration that was read anew and is sound.
pub struct Fresh<'a> {
    /// The collector's part.
    pub plan: Plan,
    /// Hands the rest to whom it concerns. Called once the collector has taken its part, so that all of it holds or
    /// none.
    pub taken: Box<dyn FnOnce() + 'a>,
}

/// Tells systemd to wait on while the store is brought up to date: fed by the steps of that work, so that work which
/// hangs is ended like any other.
pub fn starting() -> Moved {
    Arc::new(|| {
        let status = NotifyState::Status("bringing the store up to date");
        notify(&[NotifyState::ExtendTimeoutUsec(EXTENSION), status]);
    })
}

type Running = JoinSet<(String, Result<PollRow, StoreError>)>;

/// Runs until SIGTERM or SIGINT.
///
/// # Errors
/// The store's, where going on would lose what is collected.
pub async fn run(collector: Arc<Collector>, daemon: &Daemon<'_>) -> Result<(), StoreError> {
    let listen = |kind| signal(kind).map_err(|source| StoreError::Io { path: "signals".into(), source });
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hangup = listen(SignalKind::hangup())?;
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().ok();
    let watchdog = sd_notify::watchdog_enabled().map(|period| period / 2);
    let mut running = Running::new();
    let mut busy: HashMap<String, Arc<Watched>> = HashMap::new();
    let mut paused: HashMap<String, i64> = HashMap::new();
    let (begun, mut watch) = (Instant::now(), Watch::default());
    let (mut status, mut wrong) = (String::new(), None);
    let mut ready = false;
    loop {
        let now = (collector.clock)();
        // This asks the writer, too: a store that does not answer holds the loop up, and nothing is fed.
        let (due, next) = collector.due(now)?;
        tell_status(&collector, wrong.as_deref(), now, &mut status);
        if !std::mem::replace(&mut ready, true) {
            notify(&[NotifyState::Ready]);
        }
        for name in due {
            if paused.get(&name).is_some_and(|until| *until > now) || busy.contains_key(&name) {
                continue;
            }
            let Some(watched) = collector.find(&name) else { continue };
            busy.insert(name.clone(), Arc::clone(&watched));
            let collector = Arc::clone(&collector);
            let hangs = daemon.hang.as_ref() == Some(&name);
            running.spawn(async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
                let row = collector.poll_watched(&watched).await;
                (name, row)
            });
        }
        if !hangs(&busy, &mut watch, begun.elapsed()) {
            notify(&[NotifyState::Watchdog]);
        }
        let until_next = next.map_or(LOOK, |at| Duration::from_secs(u64::try_from(at - now).unwrap_or(0)));
        let pause = until_next.max(Duration::from_millis(200)).min(watchdog.unwrap_or(LOOK)).min(LOOK);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            Some(done) = running.join_next(), if !running.is_empty() => {
                let (name, row) = done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
                busy.remove(&name);
                watch.ended(&name);
                match row {
                    Ok(_) => { paused.remove(&name); }
                    Err(error) if error.is_fatal() => return Err(error),
                    Err(_) => { paused.insert(name, (collector.clock)() + STORE_PAUSE); }
                }
                if let (Some(client), Some(url)) = (&client, &daemon.webhook) {
                    webhook::tell(&collector, client, url).await?;
                }
            }
            name = ended(&mut terminate, &mut interrupt) => {
                telemetry::stopping(name);
                break;
            }
            _ = hangup.recv() => wrong = reload(&collector, daemon),
        }
    }
    notify(&[NotifyState::Stopping]);
    collector.stop();
    // What does not come to a whole piece in time is dropped with its transaction, and done again at the next start.
    let _ = tokio::time::timeout(GRACE, async { while running.join_next().await.is_some() {} }).await;
    running.abort_all();
    Ok(())
}

async fn ended(terminate: &mut Signal, interrupt: &mut Signal) -> &'static str {
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}

/// Takes the new configuration, or answers what is wrong with it.
fn reload(collector: &Collector, daemon: &Daemon<'_>) -> Option<String> {
    if let Ok(state) = NotifyState::monotonic_usec_now() {
        notify(&[NotifyState::Reloading, state]);
    }
    let done = (daemon.reload)().and_then(|Fresh { plan, taken }| {
        collector.replan(&plan).map_err(|error| error.to_string())?;
        taken();
        Ok(())
    });
    // Either way it collects on.
    notify(&[NotifyState::Ready]);
    match done {
        Ok(()) => {
            telemetry::reloaded(collector.names().len());
            None
        }
        Err(why) => {
            telemetry::reload_failed(&why);
            Some(why)
        }
    }
}

/// Whether a poll hangs; said when it begins to.
fn hangs(busy: &HashMap<String, Arc<Watched>>, watch: &mut Watch, now: Duration) -> bool {
    let mut any = false;
    for (name, watched) in busy {
        let steps = watched.session.progress.steps();
        if let Some(hangs) = watch.look(name, steps, patience(&watched.source.pace), now) {
            any = true;
            if hangs.new {
                telemetry::hangs(name, hangs.still.as_secs());
            }
        }
    }
    any
}

/// One line for `systemctl status`, told where it has changed.
fn tell_status(collector: &Collector, wrong: Option<&str>, now: i64, last: &mut String) {
    let names = collector.names();
    let mut line = match collector.books().writer.standings() {
        Ok(mut all) => {
            all.retain(|stands| names.contains(&stands.name));
            told::line(&all, now)
        }
        Err(error) => format!("the store cannot be read: {error}"),
    };
    if let Some(why) = wrong {
        line = format!("{line}; the new configuration is wrong, the old one holds: {why}");
    }
    if line != *last {
        notify(&[NotifyState::Status(&line)]);
        *last = line;
    }
}

/// Tells systemd; without it, nobody listens, which is no fault.
fn notify(states: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(states);
}
