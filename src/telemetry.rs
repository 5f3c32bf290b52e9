//! Every name of an event and a metric, in one place. An event is a constant sentence with fields; its level says
//! what the operator has to do: INFO nothing, WARN nothing yet, ERROR look at it. No body is ever logged.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::domain::outcome::Outcome;

/// What is counted of one source since the start.
#[derive(Debug, Clone, Default)]
struct Counts {
    polls: BTreeMap<Outcome, u64>,
    articles: u64,
    revisions: u64,
    requests: u64,
    bytes: u64,
    last_success: i64,
    last_new: i64,
    waiting: u64,
    failures: u64,
}

/// The counters; cheap to share, of bounded size (one set for each source).
#[derive(Debug, Default)]
pub struct Telemetry {
    sources: Mutex<BTreeMap<String, Counts>>,
}

/// What a poll adds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Polled {
    /// Articles read.
    pub articles: u32,
    /// New texts of known articles.
    pub revisions: u32,
    /// Requests made.
    pub requests: u32,
    /// Bytes received.
    pub bytes: u64,
    /// New lines on the lists.
    pub new: u32,
    /// Entries still waiting.
    pub waiting: u32,
    /// Polls in a row that failed.
    pub failures: u32,
}

impl Telemetry {
    /// A poll has ended.
    pub fn polled(&self, source: &str, at: i64, outcome: Outcome, why: &str, polled: Polled) {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = sources.entry(source.to_owned()).or_default();
        *counts.polls.entry(outcome).or_default() += 1;
        counts.articles += u64::from(polled.articles);
        counts.revisions += u64::from(polled.revisions);
        counts.requests += u64::from(polled.requests);
        counts.bytes += polled.bytes;
        counts.waiting = polled.waiting.into();
        counts.failures = polled.failures.into();
        if outcome.is_good() {
            counts.last_success = at;
        }
        if polled.new + polled.revisions > 0 {
            counts.last_new = at;
        }
        let Polled { articles, revisions, requests, new, waiting, .. } = polled;
        if outcome.is_good() {
            tracing::info!(source, outcome = outcome.as_str(), new, articles, revisions, waiting, requests, "polled");
        } else {
            tracing::warn!(source, outcome = outcome.as_str(), why, requests, waiting, "a poll failed");
        }
    }

    /// The counters as Prometheus reads them.
    pub fn prometheus(&self) -> String {
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        let mut family = |name: &str, kind: &str, help: &str, value: &dyn Fn(&Counts) -> Vec<(String, String)>| {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
            for (source, counts) in sources.iter() {
                for (labels, value) in value(counts) {
                    let _ = writeln!(text, "{name}{{source=\"{source}\"{labels}}} {value}");
                }
            }
        };
        let one = |value: u64| vec![(String::new(), value.to_string())];
        family("sinmun_polls_total", "counter", "Polls by what came of them.", &|c| {
            c.polls.iter().map(|(o, n)| (format!(",outcome=\"{}\"", o.as_str()), n.to_string())).collect()
        });
        family("sinmun_articles_total", "counter", "Articles read.", &|c| one(c.articles));
        family("sinmun_revisions_total", "counter", "New texts of known articles.", &|c| one(c.revisions));
        family("sinmun_requests_total", "counter", "Requests made.", &|c| one(c.requests));
        family("sinmun_received_bytes_total", "counter", "Bytes received, unpacked.", &|c| one(c.bytes));
        family("sinmun_queue_entries", "gauge", "Entries that wait to be read.", &|c| one(c.waiting));
        family("sinmun_consecutive_failures", "gauge", "Polls in a row that failed.", &|c| one(c.failures));
        family("sinmun_last_success_timestamp_seconds", "gauge", "The last poll that succeeded.", &|c| {
            vec![(String::new(), c.last_success.to_string())]
        });
        family("sinmun_last_new_timestamp_seconds", "gauge", "When something new last came.", &|c| {
            vec![(String::new(), c.last_new.to_string())]
        });
        text
    }
}

/// The daemon has begun.
pub fn started(sources: usize, data: &str) {
    tracing::info!(sources, data, "collecting");
}

/// The daemon was told to stop.
pub fn stopping(signal: &str) {
    tracing::info!(signal, "stopping; what is being read is finished or left for the next start");
}

/// A new configuration holds.
pub fn reloaded(sources: usize) {
    tracing::info!(sources, "the new configuration holds");
}

/// A new configuration is wrong.
pub fn reload_failed(why: &str) {
    tracing::error!(why, "the new configuration is wrong; the old one stays");
}

/// An alarm was raised.
pub fn alarm_raised(source: &str, alarm: &str, detail: &str) {
    tracing::error!(source, alarm, detail, "alarm");
}

/// An alarm is over.
pub fn alarm_over(source: &str, alarm: &str) {
    tracing::info!(source, alarm, "the alarm is over");
}

/// The store failed; the poll's work is not kept.
pub fn store_failed(source: &str, why: &str) {
    tracing::error!(source, why, "the store failed; nothing of this poll is kept, it will be repeated");
}

/// The full-text index is behind.
pub fn index_failed(why: &str) {
    tracing::warn!(why, "the full-text index is behind; it catches up at the next start");
}

/// A page could not be made.
pub fn page_failed(why: &str) {
    tracing::error!(why, "a page of the dashboard could not be made");
}

/// The dashboard can be asked.
pub fn listening(address: &str) {
    tracing::info!(address, "the dashboard listens");
}

/// The dashboard cannot be asked; collecting goes on.
pub fn not_listening(why: &str) {
    tracing::error!(why, "there is no dashboard; collecting goes on without");
}

/// robots.txt forbids what the operator wants all the same.
pub fn robots_overridden(source: &str, path: &str) {
    tracing::warn!(source, path, "robots.txt forbids this; the configuration overrides it");
}

/// An alarm could not be sent.
pub fn webhook_failed(why: &str) {
    tracing::warn!(why, "the webhook did not take an alarm; it is sent again");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_name_the_source_and_closed_labels() {
        let telemetry = Telemetry::default();
        telemetry.polled("kcna-en", 100, Outcome::Content, "", Polled { articles: 2, new: 2, ..Polled::default() });
        telemetry.polled("kcna-en", 200, Outcome::TimedOut, "late", Polled { failures: 1, ..Polled::default() });
        let text = telemetry.prometheus();
        for line in [
            "sinmun_polls_total{source=\"kcna-en\",outcome=\"content\"} 1",
            "sinmun_polls_total{source=\"kcna-en\",outcome=\"timed-out\"} 1",
            "sinmun_articles_total{source=\"kcna-en\"} 2",
            "sinmun_last_success_timestamp_seconds{source=\"kcna-en\"} 100",
            "sinmun_consecutive_failures{source=\"kcna-en\"} 1",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
        }
    }
}
