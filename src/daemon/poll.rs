//! One poll of one source, from its first request to its row.

use std::sync::Arc;

use super::articles::read_waiting;
use super::lists::{Walked, sections, sum, walk};
use super::{Collector, Watched, feeds};
use crate::domain::alarm::{self, Alarm, Situation};
use crate::domain::day::Day;
use crate::domain::outcome::{Outcome, Weight};
use crate::domain::schedule::{History, next, retry_after};
use crate::extract::answer::Answer;
use crate::extract::html::without_pictures;
use crate::extract::judge::{Judged, Rules};
use crate::extract::source::Kind;
use crate::fetch::{Fault, Request};
use crate::store::StoreError;
use crate::store::sources::{PollRow, Reach, SourceId, Standing};
use crate::telemetry::{self, Polled};

/// What a poll counts while it runs.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub requests: u32,
    pub bytes: u64,
    pub listed: u32,
    pub new: u32,
    pub read: u32,
    pub revised: u32,
    pub failed: u32,
    /// Known articles looked at again, and those not found.
    pub looks: (u32, u32),
    pub gaps: Vec<String>,
    /// The longest time to stay away that an answer asked for.
    pub retry_after: Option<i64>,
}

/// An answer with what it was judged to be.
#[derive(Debug, Clone)]
pub(super) struct Asked<T> {
    pub judged: Judged<T>,
    pub url: String,
    pub etag: Option<String>,
    pub modified: Option<String>,
    /// The page without inline pictures, as it is kept.
    pub page: Option<Vec<u8>>,
}

/// Asks and judges. Judging a page of many megabytes takes a while, so it is done beside the network's threads.
pub(super) async fn ask<T: Send + 'static>(
    collector: &Collector,
    watched: &Watched,
    request: &Request,
    tally: &mut Tally,
    judge: impl FnOnce(&Answer, Rules<'_>) -> Judged<T> + Send + 'static,
) -> Asked<T> {
    let now = (collector.clock)();
    tally.requests += 1;
    let fetched = match watched.allows(&request.url, now).await {
        Ok(true) => {
            let seed = watched.seed(u64::from(tally.requests) ^ now.cast_unsigned());
            watched.session.fetch(request, seed).await
        }
        Ok(false) => Err(Fault { outcome: Outcome::Robots, why: format!("robots.txt forbids {}", request.url) }),
        Err(fault) => Err(fault),
    };
    watched.session.progress.step();
    let mut answer = match fetched {
        Ok(answer) => answer,
        Err(fault) => {
            let judged = Judged { outcome: fault.outcome, why: fault.why, content: None };
            return Asked { judged, url: request.url.clone(), etag: None, modified: None, page: None };
        }
    };
    tally.bytes += answer.body.len() as u64;
    if let Some(told) = answer.retry_after.as_deref().and_then(|header| retry_after(header, now)) {
        tally.retry_after = tally.retry_after.max(Some(told));
    }
    let (source, refusals) = (watched.source.clone(), Arc::clone(&watched.refusals));
    let today = Day::in_korea(now);
    let work = move || {
        answer.body = without_pictures(&answer.body);
        let judged = judge(&answer, source.rules(&refusals, today));
        let Answer { url, etag, modified, body, .. } = answer;
        Asked { judged, url, etag, modified, page: Some(body) }
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(asked) => asked,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

/// What came of several: the first that is no good news, else content if any of them brought some.
pub(super) fn outcome_of(outcomes: impl IntoIterator<Item = (Outcome, String)>) -> (Outcome, String) {
    let mut sum = (Outcome::Unchanged, String::new());
    for (outcome, why) in outcomes {
        if !outcome.is_good() {
            return (outcome, why);
        }
        if outcome == Outcome::Content {
            sum.0 = Outcome::Content;
        }
    }
    sum
}

/// Whether asking on is of no use: the network is away, or the source does not want to be asked.
pub(super) const fn ends_round(outcome: Outcome) -> bool {
    matches!(outcome.weight(), Weight::Ours | Weight::Refusing) || matches!(outcome, Outcome::Unreachable)
}

/// Polls a source: its lists, what waits to be read, and the row of it all.
pub(super) async fn poll(collector: &Arc<Collector>, watched: &Arc<Watched>) -> Result<PollRow, StoreError> {
    let began = (collector.clock)();
    let source = &watched.source;
    let lists_all = matches!(source.kind, Kind::Site { .. });
    let (id, standing) = collector.books().writer.source(&source.name, &source.stream, lists_all, began)?;
    let mut tally = Tally::default();
    let mut walked = Vec::new();
    let (mut outcome, mut why);
    match &source.kind {
        Kind::Feed(address) => {
            (outcome, why) = feeds::poll(collector, watched, id, address, &mut tally).await?;
        }
        Kind::Site { menu, sections: listed } => {
            let (found, menu_outcome, menu_why) =
                sections(collector, watched, id, menu.as_ref(), listed, &mut tally).await?;
            if !ends_round(menu_outcome) {
                for section in &found {
                    let section = walk(collector, watched, id, section, &mut tally).await?;
                    let over = ends_round(section.outcome) || collector.is_stopping();
                    walked.push(section);
                    if over {
                        break;
                    }
                }
            }
            // An unchanged menu is no news by itself.
            let menu_outcome = if menu_outcome.is_good() { Outcome::Unchanged } else { menu_outcome };
            (outcome, why) = sum(&walked, (menu_outcome, menu_why));
        }
    }
    let sections = u32::try_from(walked.len()).unwrap_or(u32::MAX);
    let lists_outcome = outcome;
    if !ends_round(outcome) && lists_all {
        let read = read_waiting(collector, watched, id, &mut tally).await?;
        if outcome.is_good() {
            (outcome, why) = outcome_of([(outcome, why), read]);
        }
    }
    if collector.is_stopping() && outcome.is_good() && collector.books().writer.waiting(id)? > 0 {
        (outcome, why) =
            (Outcome::Aborted, "stopped with entries waiting; they are read after the next start".to_owned());
    }
    let reach = if lists_outcome.is_good() { reach(&walked, began) } else { Reach::Nothing };
    let row = PollRow {
        began,
        ended: (collector.clock)(),
        outcome,
        why,
        sections,
        requests: tally.requests,
        bytes: tally.bytes,
        listed: tally.listed,
        new: tally.new,
        read: tally.read,
        revised: tally.revised,
        failed: tally.failed,
    };
    end(collector, watched, id, standing, &row, reach, &tally)?;
    Ok(row)
}

/// What the lists of a poll say of the days that are covered: the section that reaches least far back decides. One
/// whose entries have no day says nothing of the past.
fn reach(walked: &[Walked], began: i64) -> Reach {
    let tomorrow = Day::in_korea(began).plus(1);
    walked.iter().map(|w| w.reach.unwrap_or(tomorrow)).max().map_or(Reach::Nothing, Reach::From)
}

/// Writes the end of a poll: its row, what is covered, the next time, gaps and alarms, in one transaction.
fn end(
    collector: &Collector,
    watched: &Watched,
    id: SourceId,
    standing: Standing,
    row: &PollRow,
    reach: Reach,
    tally: &Tally,
) -> Result<(), StoreError> {
    let source = &watched.source;
    let failures = match row.outcome.weight() {
        Weight::Good => 0,
        Weight::Ours => standing.history.failures,
        _ => standing.history.failures.saturating_add(1),
    };
    let seed = watched.seed(row.began.cast_unsigned());
    let at = next(row.ended, row.outcome, History { failures }, source.pace.every(), tally.retry_after, seed);
    let yesterday = Day::in_korea(row.began).plus(-1);
    let good = row.outcome.is_good();
    let (alarms, waiting) = {
        let mut books = collector.books();
        books.piece(&source.name, row.ended, |writer| {
            for section in &tally.gaps {
                let from = standing.succeeded_at.unwrap_or(row.began);
                let why = "the list did not reach back to the one before it";
                writer.gap(id, section, from, row.began, why)?;
            }
            writer.end_poll(id, row, reach, failures, at)?;
            writer.find_reprints()?;
            writer.gather_messages()?;
            let usual = writer.usual_volume(id, yesterday)?;
            let last_day = writer.listed_on(id, yesterday)?;
            let situation = Situation {
                now: row.ended,
                outcome: row.outcome,
                why: &row.why,
                every: source.pace.every_seconds,
                succeeded_at: if good { row.began } else { standing.succeeded_at.unwrap_or(standing.next_at) },
                new_at: if row.new + row.revised > 0 { Some(row.began) } else { standing.new_at },
                volume: matches!(source.kind, Kind::Site { .. }).then_some((last_day, usual.as_slice())),
                failed: tally.failed,
                gaps: &tally.gaps,
                looks: tally.looks,
            };
            let mut changed: Vec<(Alarm, Option<String>)> = Vec::new();
            for (alarm, detail) in alarm::judge(&situation) {
                let news = match &detail {
                    Some(detail) => writer.raise(id, alarm.as_str(), detail, row.ended)?,
                    None => writer.lift(id, alarm.as_str(), row.ended)?,
                };
                if news {
                    changed.push((alarm, detail));
                }
            }
            writer.drop_old_pages(row.ended)?;
            Ok((changed, writer.waiting(id)?))
        })?
    };
    let polled = Polled {
        articles: row.read,
        revisions: row.revised,
        requests: row.requests,
        bytes: row.bytes,
        new: row.new,
        waiting,
    };
    collector.telemetry.polled(&source.name, row.outcome, &row.why, polled);
    for (alarm, detail) in alarms {
        match detail {
            Some(detail) => telemetry::alarm_raised(&source.name, alarm.as_str(), &detail),
            None => telemetry::alarm_over(&source.name, alarm.as_str()),
        }
    }
    watched.session.progress.step();
    Ok(())
}
