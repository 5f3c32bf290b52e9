//! `serve`: the dashboard without the daemon, and what `run` and `demo` show it with.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::Session;
use super::args::ServeArgs;
use super::collect::runtime;
use super::failure::Failure;
use super::log;
use crate::daemon::Clock;
use crate::store::Paths;
use crate::web::{self, Configured, Settings};

pub fn run(
    session: &Session<'_>,
    args: &ServeArgs,
    clock: &Clock,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<u8, Failure> {
    log::begin(session.cli, &args.logging, variable)?;
    // Who mistyped --data learns it now, and not from a page.
    drop(session.reader()?);
    let address = args.listen.as_deref().unwrap_or(&session.loaded.config.listen);
    if address == "off" {
        return Err(Failure::Usage("listen is off: nothing would be served; give --listen 127.0.0.1:8417".to_owned()));
    }
    let settings = settings(session, &session.paths, clock)?;
    runtime()?.block_on(until_told(session, address, settings))?;
    Ok(0)
}

/// What the configuration says of the dashboard.
pub(super) fn configured(session: &Session<'_>) -> Result<Arc<Configured>, Failure> {
    let lexicon = session.loaded.lexicon()?;
    Ok(Arc::new(Configured {
        limit: Duration::from_secs(session.loaded.config.query_seconds),
        rules: session.loaded.messages()?,
        indicators: session.loaded.indicators()?,
        watch: session.loaded.watch(&lexicon)?,
        hosts: session.loaded.config.hosts.clone(),
        lexicon,
    }))
}

/// What a dashboard is made from whose configuration is read once.
pub(super) fn settings(session: &Session<'_>, paths: &Paths, clock: &Clock) -> Result<Settings, Failure> {
    let (_, configured) = watch::channel(configured(session)?);
    Ok(Settings { paths: paths.clone(), configured, telemetry: None, clock: Arc::clone(clock) })
}

/// Takes an address to listen on.
pub(super) async fn listen(address: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        Failure::Io(format!(
            "cannot listen on {address}: {error}; is another sinmun there? Choose another with --listen or `listen` in sinmun.toml"
        ))
    })
}

/// Serves until SIGINT or SIGTERM.
pub(super) async fn until_told(session: &Session<'_>, address: &str, settings: Settings) -> Result<(), Failure> {
    let listener = listen(address).await?;
    let at = listener.local_addr().map_or_else(|_| address.to_owned(), |at| at.to_string());
    session.note(&format!("the dashboard is at http://{at}/ (Ctrl-C ends it)"));
    if listener.local_addr().is_ok_and(|at| !at.ip().is_loopback()) {
        session.note("it has no login: whoever reaches this address reads everything the store holds");
    }
    let signals = |kind| signal(kind).map_err(|error| Failure::Failed(format!("signals: {error}")));
    let (mut terminate, mut interrupt) = (signals(SignalKind::terminate())?, signals(SignalKind::interrupt())?);
    let told = async move {
        tokio::select! { _ = terminate.recv() => {} _ = interrupt.recv() => {} }
    };
    web::serve(listener, settings, told).await.map_err(Failure::from)
}
