//! The daemon's life: READY, polls as they come due, reload, a watchdog fed by progress, and an end within seconds.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use sd_notify::NotifyState;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinSet;

use super::{Collector, Plan, webhook};
use crate::store::StoreError;
use crate::store::sources::PollRow;
use crate::telemetry;

/// The loop looks at the clock at least so often, so that a jump of it or a sleep of the machine is noticed.
const LOOK: Duration = Duration::from_secs(30);
/// What runs may take this long to come to a whole piece.
const GRACE: Duration = Duration::from_secs(8);
/// A source whose poll the store would not take is not asked again before, in seconds.
const STORE_PAUSE: i64 = 60;
/// A poll in which nothing has moved for so long hangs, in seconds; the longest answer may take five minutes.
const HUNG: i64 = 900;

/// What the daemon is given beside its collector.
pub struct Daemon<'a> {
    /// Reads the configuration anew, for a reload.
    pub reload: &'a (dyn Fn() -> Result<Plan, String> + Sync),
    /// Where alarms are sent.
    pub webhook: Option<String>,
}

type Running = JoinSet<(String, Result<Option<PollRow>, StoreError>)>;

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
    notify(&[NotifyState::Ready, NotifyState::Status("collecting")]);
    let watchdog = sd_notify::watchdog_enabled().map(|period| period / 2);
    let mut running = Running::new();
    let mut busy = HashSet::new();
    let mut paused: HashMap<String, i64> = HashMap::new();
    loop {
        let now = (collector.clock)();
        let (due, next) = collector.due(now)?;
        for name in due {
            if paused.get(&name).is_some_and(|until| *until > now) || !busy.insert(name.clone()) {
                continue;
            }
            let collector = Arc::clone(&collector);
            running.spawn(async move {
                let row = collector.poll(&name).await;
                (name, row)
            });
        }
        if running.is_empty() || now - collector.moved_at() < HUNG {
            notify(&[NotifyState::Watchdog]);
        }
        let until_next = next.map_or(LOOK, |at| Duration::from_secs(u64::try_from(at - now).unwrap_or(0)));
        let pause = until_next.max(Duration::from_millis(200)).min(watchdog.unwrap_or(LOOK)).min(LOOK);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            Some(done) = running.join_next(), if !running.is_empty() => {
                let (name, row) = done.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
                busy.remove(&name);
                match row {
                    Ok(_) => { paused.remove(&name); }
                    Err(error) if error.is_fatal() => return Err(error),
                    Err(_) => { paused.insert(name, (collector.clock)() + STORE_PAUSE); }
                }
                notify(&[NotifyState::Status(&status(&collector))]);
                if let (Some(client), Some(url)) = (&client, &daemon.webhook) {
                    webhook::tell(&collector, client, url).await?;
                }
            }
            name = ended(&mut terminate, &mut interrupt) => {
                telemetry::stopping(name);
                break;
            }
            _ = hangup.recv() => reload(&collector, daemon),
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

fn reload(collector: &Collector, daemon: &Daemon<'_>) {
    if let Ok(state) = NotifyState::monotonic_usec_now() {
        notify(&[NotifyState::Reloading, state]);
    }
    let done = (daemon.reload)().and_then(|plan| collector.replan(&plan).map_err(|error| error.to_string()));
    match done {
        Ok(()) => {
            telemetry::reloaded(collector.names().len());
            notify(&[NotifyState::Ready, NotifyState::Status("collecting, by the new configuration")]);
        }
        Err(why) => {
            telemetry::reload_failed(&why);
            let told = format!("collecting by the old configuration; the new one is wrong: {why}");
            notify(&[NotifyState::Ready, NotifyState::Status(&told)]);
        }
    }
}

/// One line for `systemctl status`.
fn status(collector: &Collector) -> String {
    match collector.books().writer.standings() {
        Ok(all) => {
            let bad: Vec<String> = all.iter().filter(|(_, good)| !good).map(|(name, _)| name.clone()).collect();
            if bad.is_empty() {
                format!("all {} sources answer", all.len())
            } else {
                format!("{} of {} sources answer; failing: {}", all.len() - bad.len(), all.len(), bad.join(", "))
            }
        }
        Err(error) => format!("the store cannot be read: {error}"),
    }
}

/// Tells systemd; without it, nobody listens, which is no fault.
fn notify(states: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(states);
}
