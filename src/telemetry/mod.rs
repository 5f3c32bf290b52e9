//! Every name of an event and a metric, in one place. An event is a constant sentence with fields; its level says
//! what the operator has to do: INFO nothing, WARN nothing yet, ERROR look at it. No body is ever logged.

mod metrics;

use crate::domain::outcome::Outcome;

pub use metrics::{Polled, Telemetry, prometheus};

/// What each kind of event is known by in the journal: `journalctl MESSAGE_ID=…`. Drawn once, never changed.
pub mod id {
    /// A poll brought something, or found nothing new.
    pub const POLLED: &str = "5a2c1ca630ca45b998c8abc23e5062c4";
    /// A poll failed.
    pub const POLL_FAILED: &str = "77806509a02e41cab0929cbb203c479f";
    /// The daemon has begun.
    pub const STARTED: &str = "2f7befe90309413c8007a04f59d4e8ea";
    /// It was told to stop.
    pub const STOPPING: &str = "8133fb9dfa1446069c9c08d37bf71937";
    /// A new configuration holds.
    pub const RELOADED: &str = "6f076ef969644e41b625c3edfbf48200";
    /// A new configuration is wrong.
    pub const RELOAD_FAILED: &str = "320bead6e0f443ae9a44c36ede487065";
    /// An alarm was raised.
    pub const ALARM: &str = "68671530c13d4b80b70cfeaa39121498";
    /// An alarm is over.
    pub const ALARM_OVER: &str = "6528615a447e4985aac2699bb4bb0e9f";
    /// An unusual silence, or its end.
    pub const SILENCE: &str = "b9117b2e3ff947babbee5d0e4ea65429";
    /// Whether a silence is unusual could not be asked.
    pub const SILENCE_FAILED: &str = "220a9e3aee1a4bf4a919fe3c8e9ec803";
    /// The store failed.
    pub const STORE_FAILED: &str = "6b06b5e1bb0649e68ae944d914f4ba3f";
    /// The full-text index is behind.
    pub const INDEX_BEHIND: &str = "d5662b40134743debdbb5531e7131329";
    /// robots.txt is overridden.
    pub const ROBOTS_OVERRIDDEN: &str = "d47a957c2c7e48debec0858b4685ddb4";
    /// An archive of the past does not answer as it should.
    pub const ARCHIVE_FAILED: &str = "27a31f373c944ecd972d52d3f672f89b";
    /// An alarm could not be sent.
    pub const WEBHOOK_FAILED: &str = "0d6aec4643ca487c80bfeda8d4d4ae87";
    /// A poll takes no step any more.
    pub const HANGS: &str = "e643db5b1e4d4d4894960633f8745c6e";
    /// An older store was brought up to date.
    pub const UPGRADED: &str = "5d675092d70f4337b0ed5accdb39c3e1";
    /// The dashboard can be asked.
    pub const LISTENING: &str = "0cb08b34e9e64bcc9093c4ba2b2a480f";
    /// It cannot.
    pub const NOT_LISTENING: &str = "4edc694a52c04247a7e6c10fad51bad6";
    /// A page could not be made.
    pub const PAGE_FAILED: &str = "835a3eee570f46bfbc968bbbfb52e16b";
    /// All of them.
    pub const ALL: [&str; 20] = [
        POLLED,
        POLL_FAILED,
        STARTED,
        STOPPING,
        RELOADED,
        RELOAD_FAILED,
        ALARM,
        ALARM_OVER,
        SILENCE,
        SILENCE_FAILED,
        STORE_FAILED,
        INDEX_BEHIND,
        ROBOTS_OVERRIDDEN,
        ARCHIVE_FAILED,
        WEBHOOK_FAILED,
        HANGS,
        UPGRADED,
        LISTENING,
        NOT_LISTENING,
        PAGE_FAILED,
    ];
}

/// A poll has ended.
fn polled(source: &str, outcome: Outcome, why: &str, polled: Polled) {
    let Polled { articles, revisions, requests, new, waiting, .. } = polled;
    if outcome.is_good() {
        tracing::info!(
            message_id = id::POLLED,
            source,
            outcome = outcome.as_str(),
            new,
            articles,
            revisions,
            waiting,
            requests,
            "polled"
        );
    } else {
        tracing::warn!(
            message_id = id::POLL_FAILED,
            source,
            outcome = outcome.as_str(),
            why,
            requests,
            waiting,
            "a poll failed"
        );
    }
}

/// The daemon has begun.
pub fn started(sources: usize, data: &str) {
    tracing::info!(message_id = id::STARTED, sources, data, "collecting");
}

/// The daemon was told to stop.
pub fn stopping(signal: &str) {
    tracing::info!(
        message_id = id::STOPPING,
        signal,
        "stopping; what is being read is finished or left for the next start"
    );
}

/// A new configuration holds.
pub fn reloaded(sources: usize) {
    tracing::info!(message_id = id::RELOADED, sources, "the new configuration holds");
}

/// A new configuration is wrong.
pub fn reload_failed(why: &str) {
    tracing::error!(message_id = id::RELOAD_FAILED, why, "the new configuration is wrong; the old one stays");
}

/// An alarm was raised.
pub fn alarm_raised(source: &str, alarm: &str, detail: &str) {
    tracing::error!(message_id = id::ALARM, source, alarm, detail, "alarm");
}

/// An alarm is over.
pub fn alarm_over(source: &str, alarm: &str) {
    tracing::info!(message_id = id::ALARM_OVER, source, alarm, "the alarm is over");
}

/// The texts say something an operator wants to know: an unusual silence, or its end.
pub fn silence_told(source: &str, alarm: &str, entity: &str, detail: &str) {
    tracing::warn!(message_id = id::SILENCE, source, alarm, entity, detail, "a silence is news");
}

/// Whether a silence is news could not be asked.
pub fn silence_failed(source: &str, why: &str) {
    tracing::warn!(
        message_id = id::SILENCE_FAILED,
        source,
        why,
        "silences could not be judged; they are at the next poll"
    );
}

/// The store failed; the poll's work is not kept.
pub fn store_failed(source: &str, why: &str) {
    tracing::error!(
        message_id = id::STORE_FAILED,
        source,
        why,
        "the store failed; nothing of this poll is kept, it will be repeated"
    );
}

/// The full-text index is behind.
pub fn index_failed(why: &str) {
    tracing::warn!(
        message_id = id::INDEX_BEHIND,
        why,
        "the full-text index is behind; it catches up at the next start"
    );
}

/// The dashboard can be asked.
pub fn listening(address: &str) {
    tracing::info!(message_id = id::LISTENING, address, "the dashboard listens");
}

/// The dashboard cannot be asked; collecting goes on.
pub fn not_listening(why: &str) {
    tracing::error!(message_id = id::NOT_LISTENING, why, "there is no dashboard; collecting goes on without");
}

/// A page could not be made.
pub fn page_failed(why: &str) {
    tracing::error!(message_id = id::PAGE_FAILED, why, "a page of the dashboard could not be made");
}

/// robots.txt forbids what the operator wants all the same.
pub fn robots_overridden(source: &str, path: &str) {
    tracing::warn!(
        message_id = id::ROBOTS_OVERRIDDEN,
        source,
        path,
        "robots.txt forbids this; the configuration overrides it"
    );
}

/// An archive does not answer as it should; it is left alone for a while.
pub fn archive_failed(source: &str, archive: &str, outcome: &str, why: &str, pause: i64) {
    tracing::warn!(
        message_id = id::ARCHIVE_FAILED,
        source,
        archive,
        outcome,
        why,
        pause,
        "an archive is left alone for a while"
    );
}

/// An alarm could not be sent.
pub fn webhook_failed(why: &str) {
    tracing::warn!(message_id = id::WEBHOOK_FAILED, why, "the webhook did not take an alarm; it is sent again");
}

/// A poll takes no step any more.
pub fn hangs(source: &str, seconds: u64) {
    tracing::error!(message_id = id::HANGS, source, seconds, "a poll hangs; the watchdog is not fed any more");
}

/// An older store was brought up to date.
pub fn upgraded(before: usize, now: usize) {
    tracing::info!(
        message_id = id::UPGRADED,
        before,
        now,
        "the store was brought up to date; what it was before is kept beside it"
    );
}

#[cfg(test)]
mod tests {
    use super::id;

    #[test]
    fn every_kind_of_event_has_an_id_of_its_own() {
        let ids: std::collections::BTreeSet<&str> = id::ALL.into_iter().collect();
        assert_eq!(ids.len(), id::ALL.len());
        assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|b| b"0123456789abcdef".contains(&b))));
    }
}
