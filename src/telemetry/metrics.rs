//! The metrics, as Prometheus reads them: what is counted since the start, and what the store says. The store's
//! figures outlive a restart, and are there without a daemon.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use crate::domain::outcome::Outcome;
use crate::store::query::health::{Health, SourceHealth};

/// What is counted of one source since the start.
#[derive(Debug, Clone, Default)]
struct Counts {
    polls: BTreeMap<Outcome, u64>,
    articles: u64,
    revisions: u64,
    requests: u64,
    bytes: u64,
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
}

impl Telemetry {
    /// A poll has ended.
    pub fn polled(&self, source: &str, outcome: Outcome, why: &str, polled: Polled) {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = sources.entry(source.to_owned()).or_default();
        *counts.polls.entry(outcome).or_default() += 1;
        counts.articles += u64::from(polled.articles);
        counts.revisions += u64::from(polled.revisions);
        counts.requests += u64::from(polled.requests);
        counts.bytes += polled.bytes;
        super::polled(source, outcome, why, polled);
    }
}

/// All metrics: those of the store, and with a daemon those that it counts. Instants are seconds since 1970 UTC; one
/// that has not come yet has no line.
pub fn prometheus(health: &Health, since_start: Option<&Telemetry>) -> String {
    let mut page = Page::default();
    page.family("sinmun_build_info", "gauge", "The version that runs, and the schema it writes.", |add| {
        let version = format!("version=\"{}\",schema=\"{}\"", env!("CARGO_PKG_VERSION"), health.schema);
        add(&version, 1.0);
    });
    store(&mut page, health);
    sources(&mut page, &health.sources);
    if let Some(telemetry) = since_start {
        counters(&mut page, telemetry);
    }
    page.text
}

fn store(page: &mut Page, health: &Health) {
    let mut one = |name, help, value: u64| page.family(name, "gauge", help, |add| add("", number(value)));
    one("sinmun_store_bytes", "Size of the store's file.", health.store_bytes);
    one("sinmun_store_log_bytes", "Size of the store's write-ahead log.", health.log_bytes);
    one("sinmun_index_bytes", "Size of the full-text index, with its log.", health.index_bytes);
    one("sinmun_articles", "Articles held.", health.articles);
    one("sinmun_unindexed_texts", "Texts that the full-text index lacks.", health.unindexed);
}

fn sources(page: &mut Page, sources: &[SourceHealth]) {
    let mut each = |name, help, value: &dyn Fn(&SourceHealth) -> Option<f64>| {
        page.family(name, "gauge", help, |add| {
            for source in sources {
                if let Some(value) = value(source) {
                    add(&label(&source.name), value);
                }
            }
        });
    };
    let at = |instant: Option<i64>| instant.map(seconds);
    each("sinmun_last_poll_timestamp_seconds", "When it was last polled.", &|s| at(s.polled_at));
    each("sinmun_last_success_timestamp_seconds", "The last poll that succeeded.", &|s| at(s.succeeded_at));
    each("sinmun_last_new_timestamp_seconds", "When something new last came.", &|s| at(s.new_at));
    each("sinmun_failing_since_timestamp_seconds", "Since when every poll has failed.", &|s| at(s.failing_since));
    each("sinmun_next_poll_timestamp_seconds", "When it is polled next.", &|s| at(Some(s.next_at)));
    each("sinmun_consecutive_failures", "Polls in a row that failed.", &|s| Some(number(s.failures)));
    each("sinmun_queue_entries", "Entries that wait to be read.", &|s| Some(number(s.waiting)));
    each("sinmun_last_poll_listed_entries", "Entries on the lists of the last poll that read any.", &|s| {
        s.listed.map(number)
    });
    each("sinmun_last_poll_new_entries", "Those of them that were new.", &|s| s.new.map(number));
    each("sinmun_list_overlap_ratio", "The share of them that was known before; 0 with older lists is a gap.", &|s| {
        let (listed, new) = (s.listed.filter(|n| *n > 0)?, s.new?);
        Some(1.0 - (number(new) / number(listed)).min(1.0))
    });
    each("sinmun_gap_days", "Days in gaps between lists: what was published on them may be missing.", &|s| {
        Some(number(s.gap_days))
    });
    page.family("sinmun_alarm", "gauge", "1 for each alarm that holds.", |add| {
        for source in sources {
            for kind in &source.alarms {
                add(&format!("{},alarm=\"{kind}\"", label(&source.name)), 1.0);
            }
        }
    });
}

fn counters(page: &mut Page, telemetry: &Telemetry) {
    let sources = telemetry.sources.lock().unwrap_or_else(PoisonError::into_inner);
    page.family("sinmun_polls_total", "counter", "Polls since the start, by what came of them.", |add| {
        for (source, counts) in sources.iter() {
            for (outcome, polls) in &counts.polls {
                add(&format!("{},outcome=\"{}\"", label(source), outcome.as_str()), number(*polls));
            }
        }
    });
    let mut each = |name, help, value: fn(&Counts) -> u64| {
        page.family(name, "counter", help, |add| {
            sources.iter().for_each(|(source, counts)| add(&label(source), number(value(counts))));
        });
    };
    each("sinmun_articles_total", "Articles read since the start.", |c| c.articles);
    each("sinmun_revisions_total", "New texts of known articles since the start.", |c| c.revisions);
    each("sinmun_requests_total", "Requests made since the start.", |c| c.requests);
    each("sinmun_received_bytes_total", "Bytes received since the start, unpacked.", |c| c.bytes);
}

/// The text form, put together.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str, lines: impl FnOnce(&mut dyn FnMut(&str, f64))) {
        let text = &mut self.text;
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        lines(&mut |labels, value| {
            let _ = match labels {
                "" => writeln!(text, "{name} {value}"),
                labels => writeln!(text, "{name}{{{labels}}} {value}"),
            };
        });
    }
}

/// Names of sources are letters, digits and hyphens: there is nothing to escape.
fn label(source: &str) -> String {
    format!("source=\"{source}\"")
}

/// Prometheus has no other numbers than these; counts and sizes fit in exactly.
#[expect(clippy::cast_precision_loss, reason = "a count beyond 2^53 is none of ours")]
fn number(value: impl Into<u64>) -> f64 {
    value.into() as f64
}

#[expect(clippy::cast_precision_loss, reason = "an instant of this age of the world fits in")]
fn seconds(instant: i64) -> f64 {
    instant as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health() -> Health {
        let source = SourceHealth {
            name: "kcna-en".to_owned(),
            polled_at: Some(1_788_868_800),
            succeeded_at: Some(1_788_868_000),
            listed: Some(40),
            new: Some(10),
            alarms: vec!["blocked".to_owned()],
            ..SourceHealth::default()
        };
        Health { schema: 2, store_bytes: 4096, sources: vec![source], ..Health::default() }
    }

    #[test]
    fn the_page_says_what_is_known_and_nothing_else() {
        let telemetry = Telemetry::default();
        telemetry.polled("kcna-en", Outcome::Content, "", Polled { articles: 2, new: 2, ..Polled::default() });
        telemetry.polled("kcna-en", Outcome::TimedOut, "late", Polled::default());
        let text = prometheus(&health(), Some(&telemetry));
        for line in [
            "sinmun_store_bytes 4096",
            "sinmun_last_success_timestamp_seconds{source=\"kcna-en\"} 1788868000",
            "sinmun_list_overlap_ratio{source=\"kcna-en\"} 0.75",
            "sinmun_alarm{source=\"kcna-en\",alarm=\"blocked\"} 1",
            "sinmun_polls_total{source=\"kcna-en\",outcome=\"content\"} 1",
            "sinmun_polls_total{source=\"kcna-en\",outcome=\"timed-out\"} 1",
            "sinmun_articles_total{source=\"kcna-en\"} 2",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
        }
        assert!(!text.contains("sinmun_last_new_timestamp_seconds{"), "nothing new has come: no line, no zero");
        assert!(!prometheus(&health(), None).contains("_total"), "without a daemon nothing is counted");
    }

    /// The form that Prometheus reads: each family once, with help and type before its lines.
    #[test]
    fn every_line_belongs_to_its_family() {
        let telemetry = Telemetry::default();
        telemetry.polled("kcna-en", Outcome::Content, "", Polled::default());
        let mut families = std::collections::BTreeSet::new();
        let mut family = "";
        let text = prometheus(&health(), Some(&telemetry));
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                family = rest.split(' ').next().expect("a name");
                assert!(families.insert(family), "{family} is there twice");
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                assert!(rest == format!("{family} gauge") || rest == format!("{family} counter"), "{line}");
            } else {
                let (name, value) = line.rsplit_once(' ').expect("a value");
                assert_eq!(name.split('{').next(), Some(family), "{line}");
                assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
            }
        }
        assert!(families.len() > 15);
    }
}
