//! Reading what waits, oldest first, and looking again at what was read: in portions, each one transaction.

use std::sync::Arc;

use super::lists::{keep, wants_session};
use super::poll::{Asked, Tally, ask, ends_round};
use super::{Collector, Watched};
use crate::domain::alarm::is_mass_removal;
use crate::domain::article::{Content, DayFrom};
use crate::domain::day::Day;
use crate::domain::method::Method;
use crate::domain::outcome::Outcome;
use crate::domain::schedule::{GONE_AFTER, GONE_LOOKS, History, next, next_look};
use crate::extract::article::Draft;
use crate::extract::judge::{self, Expected};
use crate::extract::source::Source;
use crate::fetch::Request;
use crate::ingest::{Found, item};
use crate::store::alarms::PageKind;
use crate::store::queue::{Due, EntryFailure};
use crate::store::sources::SourceId;
use crate::store::{Item, Recorded, StoreError, Writer};

/// One entry with what came of asking for it.
struct Done {
    due: Due,
    asked: Asked<Draft>,
}

/// Reads everything that is due. Answers the worst that came: one article that cannot be read leaves a poll good,
/// unless its layout is broken or the source no longer wants to be asked.
pub(super) async fn read_waiting(
    collector: &Arc<Collector>,
    watched: &Arc<Watched>,
    id: SourceId,
    tally: &mut Tally,
) -> Result<(Outcome, String), StoreError> {
    let mut reading = Reading::new((collector.clock)());
    while read_some(collector, watched, id, &mut reading, tally).await? {}
    end_reading(collector, watched, id, &reading, tally)?;
    Ok(reading.worst)
}

/// A round of reading while it runs.
pub(super) struct Reading {
    /// Since when: what becomes due later is for another round.
    since: i64,
    /// The worst that came, and why.
    pub worst: (Outcome, String),
    missed: Vec<Due>,
}

impl Reading {
    pub fn new(since: i64) -> Self {
        Self { since, worst: (Outcome::Unchanged, String::new()), missed: Vec::new() }
    }
}

/// Reads a portion of what is due; answers whether there may be more, and whether asking for it is of use.
pub(super) async fn read_some(
    collector: &Arc<Collector>,
    watched: &Arc<Watched>,
    id: SourceId,
    reading: &mut Reading,
    tally: &mut Tally,
) -> Result<bool, StoreError> {
    let portion = collector.books().writer.due(id, reading.since, watched.source.pace.portion)?;
    if portion.is_empty() || collector.is_stopping() {
        return Ok(false);
    }
    let done = read_portion(collector, watched, portion, tally).await;
    let worst = &mut reading.worst;
    if let Some(ends) = done.iter().find(|d| ends_round(d.asked.judged.outcome)) {
        *worst = (ends.asked.judged.outcome, ends.asked.judged.why.clone());
    } else if let Some(broken) = done.iter().find(|d| d.asked.judged.outcome == Outcome::LayoutBroken) {
        *worst = (Outcome::LayoutBroken, format!("{}: {}", broken.due.url, broken.asked.judged.why));
    } else if worst.0 == Outcome::Unchanged && done.iter().any(|d| d.asked.judged.outcome == Outcome::Content) {
        worst.0 = Outcome::Content;
    }
    let over = ends_round(worst.0);
    for one in &done {
        if one.asked.judged.outcome != Outcome::NotFound {
            keep(collector, watched, id, PageKind::Article, "", &one.asked)?;
        }
    }
    store(collector, watched, id, done, tally, &mut reading.missed)?;
    watched.session.progress.step();
    Ok(!over)
}

/// Ends a round: what was not found may be gone.
pub(super) fn end_reading(
    collector: &Collector,
    watched: &Watched,
    id: SourceId,
    reading: &Reading,
    tally: &Tally,
) -> Result<(), StoreError> {
    settle_missed(collector, watched, id, tally, &reading.missed)
}

/// Asks for a portion; the host's gate decides how many at a time.
async fn read_portion(
    collector: &Arc<Collector>,
    watched: &Arc<Watched>,
    portion: Vec<Due>,
    tally: &mut Tally,
) -> Vec<Done> {
    let mut running = tokio::task::JoinSet::new();
    for (place, due) in portion.into_iter().enumerate() {
        let (collector, watched) = (Arc::clone(collector), Arc::clone(watched));
        let base = u32::try_from(place).unwrap_or(0).wrapping_add(tally.requests);
        running.spawn(async move {
            let mut own = Tally { requests: base, ..Tally::default() };
            let mut asked = read_one(&collector, &watched, &due, &mut own).await;
            if wants_session(asked.judged.outcome) {
                // The server gives out other articles and languages now and then; a new session once, then later.
                watched.session.renew();
                asked = read_one(&collector, &watched, &due, &mut own).await;
            }
            own.requests -= base;
            (place, Done { due, asked }, own)
        });
    }
    let mut done = Vec::new();
    while let Some(result) = running.join_next().await {
        match result {
            Ok((place, one, own)) => {
                tally.requests += own.requests;
                tally.bytes += own.bytes;
                tally.retry_after = tally.retry_after.max(own.retry_after);
                done.push((place, one));
            }
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }
    // In the order of the queue, whatever came first: the same answers give the same store.
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, one)| one).collect()
}

async fn read_one(collector: &Collector, watched: &Watched, due: &Due, tally: &mut Tally) -> Asked<Draft> {
    let (title, day, held) = (due.title.clone(), due.day, due.held.clone());
    ask(collector, watched, &Request::get(&due.url), tally, move |answer, rules| {
        judge::article(answer, rules, Expected { title: Some(&title), day, held: held.as_deref() })
    })
    .await
}

/// Stores a portion: texts, mentions and the entries' places in the queue, in one transaction.
fn store(
    collector: &Collector,
    watched: &Watched,
    id: SourceId,
    done: Vec<Done>,
    tally: &mut Tally,
    missed: &mut Vec<Due>,
) -> Result<(), StoreError> {
    let now = (collector.clock)();
    let source = &watched.source;
    let mut books = collector.books();
    let method = Arc::clone(&books.method);
    books.piece(&source.name, now, |writer| {
        for Done { due, asked } in done {
            let again = due.read_at.is_some();
            tally.looks.0 += u32::from(again);
            let outcome = asked.judged.outcome;
            if let Some(draft) = asked.judged.content {
                let items = items(source, &due, draft, asked.page, now, &method);
                let new = record(writer, &items)?;
                if again {
                    tally.revised += u32::from(new);
                } else {
                    tally.read += 1;
                }
                let looks = usize::try_from(due.looks).unwrap_or(usize::MAX) + usize::from(again);
                let look = next_look(due.read_at.unwrap_or(now), looks, watched.seed(due.key.cast_unsigned()));
                let hash = items.first().map_or([0; 32], |item| item.hash);
                writer.note_read(id, &due, &hash, now, look)?;
                continue;
            }
            tally.failed += u32::from(!again);
            if outcome == Outcome::NotFound {
                tally.looks.1 += u32::from(again);
                missed.push(due.clone());
            }
            let failure = EntryFailure {
                outcome,
                why: &asked.judged.why,
                misses: due.misses,
                missed_since: due.missed_since,
                gone: false,
            };
            let history = History { failures: due.attempts + 1 };
            let at = next(now, outcome, history, source.pace.every(), None, watched.seed(due.key.cast_unsigned()));
            writer.note_failed(id, due.key, &failure, at)?;
        }
        Ok(())
    })
}

/// Marks what was not found: gone after three looks over 48 hours, while the site answers otherwise. When many known
/// articles vanish at once, nothing is marked, and an alarm asks a person.
fn settle_missed(
    collector: &Collector,
    watched: &Watched,
    id: SourceId,
    tally: &Tally,
    missed: &[Due],
) -> Result<(), StoreError> {
    let (looked, not_found) = tally.looks;
    if missed.is_empty() || is_mass_removal(looked, not_found) {
        return Ok(());
    }
    let now = (collector.clock)();
    let source = &watched.source;
    let mut books = collector.books();
    let method = Arc::clone(&books.method);
    books.piece(&source.name, now, |writer| {
        for due in missed {
            let since = due.missed_since.unwrap_or(now);
            let in_a_row = due.misses + 1;
            let gone = in_a_row >= GONE_LOOKS && now - since >= GONE_AFTER;
            let failure = EntryFailure {
                outcome: Outcome::NotFound,
                why: "not found",
                misses: in_a_row,
                missed_since: Some(since),
                gone,
            };
            // Looks that decide on a removal are a day apart: three of them span the 48 hours.
            writer.note_failed(id, due.key, &failure, now + GONE_AFTER / 2)?;
            if gone && due.read_at.is_none() {
                // It was listed and never read: its day is known to lack it.
                for missing in missing(source, due, now, &method) {
                    writer.record(&missing)?;
                }
            }
        }
        Ok(())
    })
}

/// A draft as the store's items: one for each section it stood in.
pub(super) fn items(
    source: &Source,
    due: &Due,
    draft: Draft,
    page: Option<Vec<u8>>,
    now: i64,
    method: &Method,
) -> Vec<Item> {
    let (day, day_from) = match draft.day {
        Some(day) => (Some(day), DayFrom::Page),
        None => (due.day, due.day_from),
    };
    let found = Found {
        stream: source.stream.clone(),
        title: draft.title,
        body: draft.body,
        content: Content::Full,
        day,
        day_from,
        url: due.url.clone(),
        key: Some(due.key),
        section: due.sections.first().cloned().unwrap_or_default(),
        captured: Some(now),
        line: 0,
        layout: draft.layout,
        raw: page,
    };
    in_sections(item(found, Day::in_korea(now), method), due)
}

fn missing(source: &Source, due: &Due, now: i64, method: &Method) -> Vec<Item> {
    let found = Found {
        stream: source.stream.clone(),
        title: due.title.clone(),
        body: String::new(),
        content: Content::Missing,
        day: due.day,
        day_from: due.day_from,
        url: due.url.clone(),
        key: Some(due.key),
        section: due.sections.first().cloned().unwrap_or_default(),
        captured: Some(now),
        line: 0,
        layout: String::new(),
        raw: None,
    };
    in_sections(item(found, Day::in_korea(now), method), due)
}

fn in_sections(first: Item, due: &Due) -> Vec<Item> {
    let others: Vec<Item> =
        due.sections.iter().skip(1).map(|section| Item { section: section.clone(), ..first.clone() }).collect();
    std::iter::once(first).chain(others).collect()
}

/// Records the items of one text; answers whether the text is new.
pub(super) fn record(writer: &mut Writer, items: &[Item]) -> Result<bool, StoreError> {
    let mut new = false;
    for item in items {
        new |= writer.record(item)? == Recorded::New;
    }
    Ok(new)
}
