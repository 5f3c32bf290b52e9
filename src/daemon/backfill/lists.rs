//! The site's own lists, walked back page by page to the first day that is asked for or to their end. A walk that goes
//! on asks for the page it had read last once more: as long as the two overlap, nothing has slipped between them.

use std::collections::HashSet;

use super::{Doing, End, Run};
use crate::daemon::articles::{Reading, end_reading, read_some};
use crate::daemon::lists::{YEAR, entries, first_page, next_page, sections};
use crate::daemon::poll::{Tally, ends_round};
use crate::domain::day::Day;
use crate::domain::period::Span;
use crate::extract::list::NextPage;
use crate::extract::source::{Kind, Section};
use crate::fetch::Request;
use crate::store::StoreError;
use crate::store::brought::Brought;
use crate::store::past::Walk;
use crate::store::queue::NewEntry;

/// Failures in a row after which a site is left for another run.
pub(super) const GIVE_UP_AFTER: u32 = 5;
/// After so many seconds a list is walked anew.
const WALK_HOLDS: i64 = 7 * 86_400;

pub(super) async fn run(run: &mut Run<'_>, pages: u32) -> Result<(End, Brought), StoreError> {
    let watched = std::sync::Arc::clone(&run.watched);
    let mut began = run.now();
    let end = match &watched.source.kind {
        // A feed has no past.
        Kind::Feed(_) => End::Done,
        Kind::Site { menu, sections: listed } => {
            let mut tally = Tally::default();
            let (found, outcome, why) =
                sections(run.collector, &watched, run.id, menu.as_ref(), listed, &mut tally).await?;
            if outcome.is_good() {
                walk_all(run, &found, pages, &mut began).await?
            } else {
                run.trouble(outcome, &why, &tally, |_| Ok(()))?;
                End::GaveUp(format!("the menu: {}: {why}", outcome.as_str()))
            }
        }
    };
    let brought = run.collector.books().writer.brought_by_lists(run.id, run.task.span, began)?;
    Ok((end, brought))
}

/// Walks every section, notes the days that are listed whole by now, and reads what waits.
async fn walk_all(run: &mut Run<'_>, found: &[Section], pages: u32, began: &mut i64) -> Result<End, StoreError> {
    let mut known_from = Some(run.task.span.from);
    let yesterday = Day::in_korea(run.now()).plus(-1);
    let mut known_to = run.task.span.to.min(yesterday);
    // The newest issue lists one day; the others tell of the past.
    for section in found.iter().filter(|section| !section.issue) {
        match walk(run, section, pages).await? {
            Ok(walked) => {
                *began = walked.began.min(*began);
                known_to = known_to.min(Day::in_korea(walked.began).plus(-1));
                known_from = known_from.zip(walked.from).map(|(a, b)| a.max(b));
            }
            Err(end) => return Ok(end),
        }
    }
    if let Some(span) = known_from.and_then(|from| Span::new(from, known_to)) {
        let (id, now) = (run.id, run.now());
        run.step(|writer| writer.note_listed_days(id, span, now))?;
    }
    let mut reading = Reading::new(run.now());
    let mut tally = Tally::default();
    loop {
        let more = read_some(run.collector, &run.watched, run.id, &mut reading, &mut tally).await?;
        let left = run.collector.books().writer.waiting(run.id)?;
        let gap = i64::try_from(run.watched.source.pace.gap_ms).unwrap_or(0);
        run.tell(Doing::Reading, tally.read, left, i64::from(left) * gap / 1000, "");
        if !more {
            break;
        }
    }
    end_reading(run.collector, &run.watched, run.id, &reading, &tally)?;
    let (outcome, why) = reading.worst;
    Ok(if run.collector.is_stopping() {
        End::Stopped
    } else if ends_round(outcome) {
        End::GaveUp(format!("{}: {why}", outcome.as_str()))
    } else {
        End::Done
    })
}

/// A list that was walked.
struct Walked {
    began: i64,
    /// The first day of which it lists all there is; `None` if it tells no days.
    from: Option<Day>,
}

async fn walk(run: &mut Run<'_>, section: &Section, pages: u32) -> Result<Result<Walked, End>, StoreError> {
    let (span, now) = (run.task.span, run.now());
    let address = section.address.as_str();
    let mut walk = run.collector.books().writer.walk(run.archive, address, span, now)?;
    if walk.done_at.is_some_and(|at| now - at >= WALK_HOLDS) {
        walk = Walk { began: now, page: 1, ..Walk::default() };
    }
    let mut at = walk.next.as_deref().and_then(|next| serde_json::from_str::<NextPage>(next).ok());
    let mut resumed = at.is_some();
    let mut seen = HashSet::new();
    while walk.done_at.is_none() {
        run.patience().await?;
        let mut tally = Tally::default();
        let asked = match at.clone() {
            None => first_page(run.collector, &run.watched, &Request::get(address), &mut tally).await,
            Some(next) => next_page(run.collector, &run.watched, next, walk.page, address, &mut tally).await,
        };
        let Some(list) = asked.judged.content else {
            let why = format!("section '{}', page {}: {}", section.name, walk.page, asked.judged.why);
            match run.trouble(asked.judged.outcome, &why, &tally, |_| Ok(()))? {
                Some(end) => return Ok(Err(end)),
                None => continue,
            }
        };
        let all = entries(&run.watched.source.stream, &list.entries);
        if std::mem::take(&mut resumed) && !overlaps(run, &all)? {
            // By now the list has moved on by more than a page. What is stored is met again, and that is all.
            (at, walk.page) = (None, 1);
            continue;
        }
        // A page that only repeats what stood before it is some sites' way to say that there are no more.
        let fresh = all.iter().filter(|entry| seen.insert(entry.key)).count();
        walk.lines += u32::try_from(fresh).unwrap_or(u32::MAX);
        let oldest = all.iter().filter_map(|entry| entry.day).min();
        walk.reach = walk.reach.into_iter().chain(oldest).min();
        walk.next = at.as_ref().and_then(|page| serde_json::to_string(page).ok());
        let over = list.next.is_none() || fresh == 0 || walk.page >= pages;
        walk.done_at = (over || oldest.is_some_and(|oldest| oldest < span.from)).then_some(now);
        store(run, section, all, &walk)?;
        run.tell(Doing::Listing, walk.lines, 0, 0, &section.name);
        (at, walk.page) = (list.next, walk.page + u32::from(walk.done_at.is_none()));
        if run.collector.is_stopping() {
            return Ok(Err(End::Stopped));
        }
    }
    Ok(Ok(Walked { began: walk.began, from: known_from(&walk, span, pages) }))
}

/// Whether a page holds a line of the span that is known, or none of the span at all.
fn overlaps(run: &Run<'_>, page: &[NewEntry]) -> Result<bool, StoreError> {
    let books = run.collector.books();
    let mut meant = false;
    for entry in page.iter().filter(|entry| entry.day.is_some_and(|day| run.task.span.contains(day))) {
        meant = true;
        if books.writer.entry(run.id, entry.key)?.is_some() {
            return Ok(true);
        }
    }
    Ok(!meant)
}

/// From which day on a walked list holds all there is: from the first day that was asked for, if it goes back beyond
/// that. One that ended earlier may be short by the site's year; one that was left at the limit of pages surely is.
fn known_from(walk: &Walk, span: Span, pages: u32) -> Option<Day> {
    let reach = walk.reach?;
    if reach < span.from {
        return Some(span.from);
    }
    let beyond = reach.plus(1);
    Some(if walk.page >= pages { beyond } else { beyond.min(Day::in_korea(walk.began).plus(-YEAR)).max(span.from) })
}

/// Stores what a page lists of the span with the place to go on at, in one transaction.
fn store(run: &mut Run<'_>, section: &Section, mut page: Vec<NewEntry>, walk: &Walk) -> Result<(), StoreError> {
    let (span, now) = (run.task.span, run.now());
    page.retain(|entry| entry.day.is_none_or(|day| span.contains(day)));
    let (id, archive, left) = (run.id, run.archive, run.relieved());
    run.step(|writer| {
        let (number, _) = writer.section(id, &section.address, &section.name, now)?;
        // It counts as listed only where a poll has listed before: the first poll must walk back to the list's end.
        let polled = writer.has_listed(number)?;
        writer.note_list(id, number, &page, polled, now)?;
        writer.note_walk(archive, &section.address, span, walk)?;
        writer.leave_archive(archive, left)
    })
}
