//! A source's lists: its menu, then each section from its first page back to where it overlaps what was listed
//! before.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::poll::{Asked, Tally, ask, outcome_of};
use super::{Collector, Watched};
use crate::domain::address::address_key;
use crate::domain::article::{Content, DayFrom};
use crate::domain::day::Day;
use crate::domain::outcome::Outcome;
use crate::domain::stream::Stream;
use crate::extract::judge::{self, Judged};
use crate::extract::list::{Entry, List, NextPage};
use crate::extract::source::{Menu, Section};
use crate::fetch::Request;
use crate::ingest::{Found, item};
use crate::store::StoreError;
use crate::store::alarms::PageKind;
use crate::store::queue::NewEntry;
use crate::store::sources::{SectionId, SourceId, Validators};

/// A list is asked for without conditions at least so often: some servers answer 304 for ever.
const UNCONDITIONAL: i64 = 24 * 3600;
/// Sites list a year back.
pub(super) const YEAR: i32 = 360;

/// How one section's list stands after a walk.
#[derive(Debug)]
pub(super) struct Walked {
    pub name: String,
    pub outcome: Outcome,
    pub why: String,
    /// The first day since which it was seen without a gap.
    pub reach: Option<Day>,
}

/// The sections to look at: what the menu links, else what was known of it, and the outcome of asking.
pub(super) async fn sections(
    collector: &Collector,
    watched: &Watched,
    id: SourceId,
    menu: Option<&Menu>,
    listed: &[Section],
    tally: &mut Tally,
) -> Result<(Vec<Section>, Outcome, String), StoreError> {
    let mut sections = listed.to_vec();
    let of_menu = |(address, name)| Section { name, address, issue: false };
    let Some(menu) = menu else { return Ok((sections, Outcome::Content, String::new())) };
    let link = menu.link.0.clone();
    let asked = ask(collector, watched, &Request::get(&menu.address), tally, move |answer, rules| {
        judge::menu(answer, rules, &link)
    })
    .await;
    let (outcome, why) = (asked.judged.outcome, asked.judged.why.clone());
    if let Some(found) = asked.judged.content {
        sections.extend(found.into_iter().map(of_menu));
        return Ok((sections, Outcome::Content, String::new()));
    }
    keep(collector, watched, id, PageKind::Menu, "", &asked)?;
    // The lists may answer where the menu does not; only a network that is away spares them.
    if sections.is_empty() {
        sections = collector.books().writer.sections(id)?.into_iter().map(of_menu).collect();
    }
    Ok((sections, outcome, why))
}

/// Keeps the page of an answer that was no content.
pub(super) fn keep<T>(
    collector: &Collector,
    watched: &Watched,
    id: SourceId,
    kind: PageKind,
    section: &str,
    asked: &Asked<T>,
) -> Result<(), StoreError> {
    let Some(page) = asked.page.as_deref().filter(|_| asked.judged.outcome.keeps_page()) else { return Ok(()) };
    let now = (collector.clock)();
    let refused = crate::store::alarms::RefusedPage {
        kind,
        url: &asked.url,
        section,
        at: now,
        outcome: asked.judged.outcome,
        why: &asked.judged.why,
        bytes: page,
    };
    collector.books().piece(&watched.source.name, now, |writer| writer.keep_page(id, &refused))
}

/// Looks at one section, and stores what it lists.
pub(super) async fn walk(
    collector: &Collector,
    watched: &Watched,
    id: SourceId,
    of: &Section,
    tally: &mut Tally,
) -> Result<Walked, StoreError> {
    let now = (collector.clock)();
    let (address, name) = (of.address.as_str(), of.name.as_str());
    let (section, validators) = collector.books().writer.section(id, address, name, now)?;
    let known = collector.books().writer.has_listed(section)?;
    // Validators are kept together with what was listed: where they are, the list was walked to its end.
    let conditional = validators.sha256.is_some() && now - validators.full_at < UNCONDITIONAL;
    let request = Request {
        etag: validators.etag.clone().filter(|_| conditional),
        modified: validators.modified.clone().filter(|_| conditional),
        ..Request::get(address)
    };
    let asked = first_page(collector, watched, &request, tally).await;
    let failed = |outcome, why| Walked { name: name.to_owned(), outcome, why, reach: None };
    let unchanged =
        || Walked { name: name.to_owned(), outcome: Outcome::Unchanged, why: String::new(), reach: validators.reach };
    if asked.judged.outcome == Outcome::Unchanged {
        return Ok(unchanged());
    }
    let Some(list) = asked.judged.content.clone() else {
        keep(collector, watched, id, PageKind::List, name, &asked)?;
        return Ok(failed(asked.judged.outcome, asked.judged.why));
    };
    tally.listed += u32::try_from(list.entries.len()).unwrap_or(u32::MAX);
    if list.entries.is_empty() && known {
        let gone =
            Asked { judged: Judged { outcome: Outcome::EmptyList, why: emptied(), content: None::<List> }, ..asked };
        keep(collector, watched, id, PageKind::List, name, &gone)?;
        return Ok(failed(Outcome::EmptyList, emptied()));
    }
    let fresh = Validators {
        etag: asked.etag.clone(),
        modified: asked.modified.clone(),
        sha256: Some(digest(&list)),
        full_at: if conditional { validators.full_at } else { now },
        reach: validators.reach,
    };
    if fresh.sha256 == validators.sha256 {
        if fresh != validators {
            collector.books().writer.keep_validators(section, &fresh)?;
        }
        return Ok(unchanged());
    }
    let before = collector.books().writer.last_day(section)?;
    let back = pages(collector, watched, section, known, list, address, tally).await?;
    let oldest = back.entries.iter().filter_map(|e| e.day).min();
    let (unbroken, back_to) = match back.end {
        // An issue is whole by itself; the one before it must have been seen too.
        End::Whole if of.issue => (oldest.zip(before).is_some_and(|(issue, last)| issue <= last.plus(1)), oldest),
        End::Whole => (true, Some(Day::in_korea(now).plus(-YEAR))),
        End::Overlap => (true, oldest.map(|day| day.plus(1))),
        End::Gap => (false, oldest.map(|day| day.plus(1))),
        End::Failed(..) => (true, None),
    };
    let reach = validators.reach.filter(|_| unbroken).or(back_to);
    let fresh = Validators { reach, ..fresh };
    store(collector, watched, id, section, name, &back, &fresh, tally)?;
    let (outcome, why) = match &back.end {
        End::Failed(outcome, why) => (*outcome, why.clone()),
        _ => (Outcome::Content, String::new()),
    };
    if known && !unbroken {
        tally.gaps.push(name.to_owned());
    }
    Ok(Walked { name: name.to_owned(), outcome, why, reach })
}

fn emptied() -> String {
    "a list that had entries has none".to_owned()
}

/// The first page, once more with a new session where the old one seems to be the fault.
pub(super) async fn first_page(
    collector: &Collector,
    watched: &Watched,
    request: &Request,
    tally: &mut Tally,
) -> Asked<List> {
    let judge = |answer: &_, rules: judge::Rules<'_>| judge::list(answer, rules, 1);
    let asked = ask(collector, watched, request, tally, judge).await;
    if !wants_session(asked.judged.outcome) {
        return asked;
    }
    watched.session.renew();
    ask(collector, watched, &Request::get(&request.url), tally, judge).await
}

/// Outcomes that a session which has ended, or is another language's, explains.
pub(super) const fn wants_session(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::EmptyList | Outcome::WrongLanguage | Outcome::WrongPage | Outcome::WrongArticle)
}

/// Why a walk ended where it did.
#[derive(Debug)]
enum End {
    /// It met what was listed before.
    Overlap,
    /// There is no page further back.
    Whole,
    /// It may not go further back, and has met nothing.
    Gap,
    /// A page could not be read.
    Failed(Outcome, String),
}

struct Back {
    entries: Vec<Entry>,
    end: End,
}

/// Walks back from the first page until the list overlaps the one before it, ends, or may be walked no further.
async fn pages(
    collector: &Collector,
    watched: &Watched,
    section: SectionId,
    known: bool,
    first: List,
    address: &str,
    tally: &mut Tally,
) -> Result<Back, StoreError> {
    let stream = &watched.source.stream;
    let mut entries: Vec<Entry> = Vec::new();
    let mut keys = HashSet::new();
    let mut list = first;
    let mut number = 1;
    loop {
        let of_page: Vec<i64> = list.entries.iter().map(|e| address_key(stream, &e.key)).collect();
        let before = collector.books().writer.listed(section, &of_page)?;
        let mut fresh = 0;
        for (entry, key) in list.entries.into_iter().zip(&of_page) {
            if keys.insert(*key) {
                fresh += 1;
                entries.push(entry);
            }
        }
        watched.session.progress.step();
        if known && !before.is_empty() {
            return Ok(Back { entries, end: End::Overlap });
        }
        let Some(next) = list.next else { return Ok(Back { entries, end: End::Whole }) };
        // A page that only repeats what stood before it is the site's way to say that there are no more.
        if fresh == 0 {
            return Ok(Back { entries, end: End::Whole });
        }
        if number >= watched.source.pace.pages || collector.is_stopping() {
            return Ok(Back { entries, end: if collector.is_stopping() { aborted() } else { End::Gap } });
        }
        number += 1;
        let asked = next_page(collector, watched, next, number, address, tally).await;
        match asked.judged.content {
            Some(next) if !next.entries.is_empty() => {
                tally.listed += u32::try_from(next.entries.len()).unwrap_or(u32::MAX);
                list = next;
            }
            Some(_) => return Ok(Back { entries, end: End::Whole }),
            None => {
                let why = format!("page {number}: {}", asked.judged.why);
                return Ok(Back { entries, end: End::Failed(asked.judged.outcome, why) });
            }
        }
    }
}

fn aborted() -> End {
    End::Failed(Outcome::Aborted, "stopped in the middle of a walk".to_owned())
}

/// One more page; where the session has ended, with a new one and the form it gives out.
pub(super) async fn next_page(
    collector: &Collector,
    watched: &Watched,
    next: NextPage,
    number: u32,
    address: &str,
    tally: &mut Tally,
) -> Asked<List> {
    let judge = move |answer: &_, rules: judge::Rules<'_>| judge::list(answer, rules, number);
    let asked = ask(collector, watched, &request(&next), tally, judge).await;
    // A 403 to a form is a stale token, not a ban.
    let stale = matches!(next, NextPage::Post { .. }) && asked.judged.outcome == Outcome::Blocked;
    if !stale && !wants_session(asked.judged.outcome) {
        return asked;
    }
    watched.session.renew();
    let again =
        ask(collector, watched, &Request::get(address), tally, |answer, rules| judge::list(answer, rules, 1)).await;
    let form = again.judged.content.and_then(|list| list.next);
    let next = match (form, next) {
        (Some(NextPage::Post { url, mut fields }), NextPage::Post { fields: old, .. }) => {
            // The new form is for page 2; the page that was asked for is the last field of the old one.
            if let (Some(field), Some(wanted)) = (fields.last_mut(), old.last()) {
                *field = wanted.clone();
            }
            NextPage::Post { url, fields }
        }
        (_, next) => next,
    };
    ask(collector, watched, &request(&next), tally, judge).await
}

fn request(next: &NextPage) -> Request {
    match next {
        NextPage::Get(url) => Request::get(url),
        NextPage::Post { url, fields } => Request { form: Some(fields.clone()), ..Request::get(url) },
    }
}

/// Stores what a walk listed, its validators and, where it could not reach what was listed before, the gap.
#[expect(clippy::too_many_arguments, reason = "what a walk knows, once")]
fn store(
    collector: &Collector,
    watched: &Watched,
    id: SourceId,
    section: SectionId,
    name: &str,
    back: &Back,
    validators: &Validators,
    tally: &mut Tally,
) -> Result<(), StoreError> {
    let now = (collector.clock)();
    let stream = &watched.source.stream;
    let whole = !matches!(back.end, End::Failed(..));
    let entries = entries(stream, &back.entries);
    let mut books = collector.books();
    let method = std::sync::Arc::clone(&books.method);
    let noted = books.piece(&watched.source.name, now, |writer| {
        for entry in entries.iter().filter(|e| e.media) {
            let found = Found {
                stream: stream.clone(),
                title: entry.title.clone(),
                body: String::new(),
                content: Content::Media,
                day: entry.day,
                day_from: entry.day_from,
                url: entry.url.clone(),
                key: Some(entry.key),
                section: name.to_owned(),
                captured: Some(now),
                line: entry.place.into(),
                layout: String::new(),
                raw: None,
            };
            writer.record(&item(found, Day::in_korea(now), &method))?;
        }
        let noted = writer.note_list(id, section, &entries, whole, now)?;
        if whole {
            writer.keep_validators(section, validators)?;
        }
        Ok(noted)
    })?;
    tally.new += noted.new;
    watched.session.progress.step();
    Ok(())
}

/// A list's lines, as the store keeps them.
pub(super) fn entries(stream: &Stream, listed: &[Entry]) -> Vec<NewEntry> {
    let entry = |(entry, place): (&Entry, u32)| NewEntry {
        key: address_key(stream, &entry.key),
        url: entry.url.clone(),
        title: entry.title.clone(),
        day: entry.day,
        day_from: match (entry.day, entry.day_of_url) {
            (None, _) => DayFrom::None,
            (Some(_), true) => DayFrom::Url,
            (Some(_), false) => DayFrom::List,
        },
        place,
        media: entry.media,
    };
    listed.iter().zip(0..).map(entry).collect()
}

/// What of a list must be the same for it to be unchanged: forms hold a new token in every answer.
fn digest(list: &List) -> [u8; 32] {
    let mut hash = Sha256::new();
    for entry in &list.entries {
        for part in [&entry.key, &entry.title, &entry.day.map(|d| d.to_string()).unwrap_or_default()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
    }
    hash.update(list.total.unwrap_or(0).to_le_bytes());
    hash.finalize().into()
}

/// What came of all sections: the first that is no good news, else whether anything changed.
pub(super) fn sum(walked: &[Walked], menu: (Outcome, String)) -> (Outcome, String) {
    let mut outcomes = vec![menu];
    outcomes.extend(walked.iter().map(|w| {
        let why = if w.why.is_empty() { String::new() } else { format!("section '{}': {}", w.name, w.why) };
        (w.outcome, why)
    }));
    outcome_of(outcomes)
}
