//! The kept pages, read again by today's rules: what no layout could read once is not lost.

use std::collections::HashSet;

use serde::Serialize;

use super::articles::{items, record};
use super::lists::entries;
use super::{Books, Plan};
use crate::domain::address::address_key;
use crate::domain::day::Day;
use crate::domain::schedule::next_look;
use crate::extract::answer::Answer;
use crate::extract::judge::{self, Expected, Rules};
use crate::extract::source::Source;
use crate::store::StoreError;
use crate::store::alarms::KeptPage;

/// What reading again did, or would do. The order of fields is the order of output.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Reread {
    /// Pages that no rules have read yet.
    pub pages: u32,
    /// Articles among them that are read now.
    pub articles: u32,
    /// Lists among them that are read now.
    pub lists: u32,
    /// Entries that were not known before, from these lists.
    pub entries: u32,
    /// Pages that cannot be read still.
    pub unread: u32,
    /// Pages of sources that are no longer configured.
    pub foreign: u32,
}

impl Reread {
    /// The fields, in order.
    pub const COLUMNS: [&str; 6] = ["pages", "articles", "lists", "entries", "unread", "foreign"];
}

/// Reads the kept pages again. With `dry_run`, nothing is changed.
///
/// # Errors
/// The store's.
pub fn reread(books: &mut Books, plan: &Plan, dry_run: bool, now: i64) -> Result<Reread, StoreError> {
    let mut report = Reread::default();
    // Several lists name one entry; a dry run, which stores none, must not count it twice.
    let mut met = HashSet::new();
    for page in books.writer.kept_pages()? {
        report.pages += 1;
        let Some(source) = plan.sources.iter().find(|source| source.name == page.source) else {
            report.foreign += 1;
            continue;
        };
        let rules = source.rules(&plan.refusals, Day::in_korea(page.at));
        let read = match page.kind {
            1 => list(books, source, rules, &page, dry_run.then_some(&mut met), now, &mut report)?,
            2 => article(books, source, rules, &page, dry_run, &mut report)?,
            _ => false,
        };
        report.unread += u32::from(!read);
    }
    if !dry_run {
        books.piece("reread", now, |writer| writer.gather_messages())?;
    }
    Ok(report)
}

fn answer(page: &KeptPage) -> Answer {
    let content_type = "text/html".to_owned();
    Answer { url: page.url.clone(), status: 200, content_type, body: page.bytes.clone(), ..Answer::default() }
}

fn list(
    books: &mut Books,
    source: &Source,
    rules: Rules<'_>,
    page: &KeptPage,
    dry: Option<&mut HashSet<i64>>,
    now: i64,
    report: &mut Reread,
) -> Result<bool, StoreError> {
    // Which page of the list it was is not kept: the first by far the most often, else one of the next few.
    let Some(list) = (1..=4).find_map(|number| judge::list(&answer(page), rules, number).content) else {
        return Ok(false);
    };
    report.lists += 1;
    let entries = entries(&source.stream, &list.entries);
    let Some(id) = books.writer.find_source(&source.name)? else { return Ok(false) };
    let mut new = Vec::new();
    for entry in entries.iter().filter(|e| !e.media) {
        if books.writer.entry(id, entry.key)?.is_none() {
            new.push(entry.key);
        }
    }
    if let Some(met) = dry {
        report.entries += u32::try_from(new.iter().filter(|key| met.insert(**key)).count()).unwrap_or(u32::MAX);
    } else {
        report.entries += u32::try_from(new.len()).unwrap_or(u32::MAX);
        books.piece(&source.name, now, |writer| {
            let url = &page.url;
            let (section, _) = writer.section(id, url, &page.section, page.at)?;
            // It does not count as listed: the next poll must still walk back to what was listed before.
            writer.note_list(id, section, &entries, false, now)?;
            writer.note_reread(page.id)
        })?;
    }
    Ok(true)
}

fn article(
    books: &mut Books,
    source: &Source,
    rules: Rules<'_>,
    page: &KeptPage,
    dry_run: bool,
    report: &mut Reread,
) -> Result<bool, StoreError> {
    let Some(id) = books.writer.find_source(&source.name)? else { return Ok(false) };
    let Some(known) = source.key.of(&page.url) else { return Ok(false) };
    let key = address_key(&source.stream, &known);
    let Some(due) = books.writer.entry(id, key)? else { return Ok(false) };
    let expected = Expected { title: Some(&due.title), day: due.day, held: due.held.as_deref() };
    let Some(draft) = judge::article(&answer(page), rules, expected).content else { return Ok(false) };
    report.articles += 1;
    if !dry_run {
        let method = std::sync::Arc::clone(&books.method);
        let items = items(source, &due, draft, Some(page.bytes.clone()), page.at, &method);
        books.piece(&source.name, page.at, |writer| {
            record(writer, &items)?;
            let hash = items.first().map_or([0; 32], |item| item.hash);
            let look = next_look(page.at, 0, key.cast_unsigned());
            writer.note_read(id, &due, &hash, page.at, look)?;
            writer.note_reread(page.id)
        })?;
    }
    Ok(true)
}
