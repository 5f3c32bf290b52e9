//! Where events go: to the journal with their fields, where systemd has started us; else to standard error.

use std::os::unix::fs::MetadataExt as _;

use tracing_journald::{Priority, PriorityMappings};
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use super::args::{Cli, Log, Logging};
use super::failure::Failure;

/// Begins to tell events, as asked for or as the surroundings want it.
pub(super) fn begin(cli: &Cli, logging: &Logging, variable: &dyn Fn(&str) -> Option<String>) -> Result<(), Failure> {
    let level = match (cli.quiet, cli.verbose) {
        (true, _) => "error",
        (_, 0 | 1) => "info",
        (_, 2) => "debug",
        _ => "trace",
    };
    // Only our own events: a library's may hold what was received.
    let filter = EnvFilter::new(format!("off,sinmun={level}"));
    let under_systemd = to_journal(variable("JOURNAL_STREAM").as_deref());
    let form = logging.log.unwrap_or(if under_systemd { Log::Journal } else { Log::Text });
    let layer: Box<dyn Layer<Registry> + Send + Sync> = match form {
        Log::Journal => match journal() {
            Ok(layer) => layer.boxed(),
            Err(error) if logging.log.is_some() => {
                return Err(Failure::Io(format!("--log journal: no journal takes events here: {error}")));
            }
            // Standard error ends in the journal too, in plain lines.
            Err(_) => text(under_systemd),
        },
        Log::Text => text(under_systemd),
        Log::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_target(false)
            .with_writer(std::io::stderr)
            .boxed(),
    };
    // A second call in one process finds the first in place.
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
    Ok(())
}

/// Whether standard error is what systemd has connected with the journal: the variable alone is inherited by every
/// child, whose standard error may have gone elsewhere.
fn to_journal(stream: Option<&str>) -> bool {
    let Ok(own) = std::fs::metadata("/proc/self/fd/2") else { return false };
    stream == Some(&format!("{}:{}", own.dev(), own.ino()))
}

/// Fields keep their names, in capitals: `SOURCE`, `OUTCOME`, `WHY`; `MESSAGE_ID` tells the kind of an event.
fn journal() -> std::io::Result<tracing_journald::Layer> {
    let levels = PriorityMappings {
        info: Priority::Informational,
        debug: Priority::Debug,
        trace: Priority::Debug,
        ..PriorityMappings::new()
    };
    let layer = tracing_journald::layer()?;
    Ok(layer.with_field_prefix(None).with_syslog_identifier("sinmun".to_owned()).with_priority_mappings(levels))
}

/// For people: without the numbers that only the journal knows what to do with.
fn text(under_systemd: bool) -> Box<dyn Layer<Registry> + Send + Sync> {
    let fields = debug_fn(|writer: &mut Writer<'_>, field, value| match field.name() {
        "message" => write!(writer, "{value:?}"),
        "message_id" => Ok(()),
        name => write!(writer, " {name}={value:?}"),
    });
    let layer = tracing_subscriber::fmt::layer()
        .fmt_fields(fields)
        .with_target(false)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    // The journal has the time of its own.
    if under_systemd { layer.without_time().boxed() } else { layer.boxed() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_inherited_variable_is_not_believed() {
        assert!(!super::to_journal(None));
        assert!(!super::to_journal(Some("1:2")));
    }
}
