//! Pages of a site that others have captured: read by the layouts of the day they were captured on.

use std::io::BufRead;
use std::sync::mpsc::SyncSender;

use super::portion::{Portion, Step};
use super::prepare::{Found, Prepared, item};
use super::report::Rejected;
use crate::archive::ArchiveError;
use crate::domain::article::{Content, DayFrom};
use crate::domain::day::Day;
use crate::domain::method::Method;
use crate::domain::stamp::instant_of_text;
use crate::extract::answer::Answer;
use crate::extract::article::Draft;
use crate::extract::html::without_pictures;
use crate::extract::judge::{self, Expected};
use crate::extract::list::Entry;
use crate::extract::refusal::Refusals;
use crate::extract::source::Source;
use crate::extract::token;
use crate::warc::{self, Block, Head, WarcError, http};

/// The longest page that is read, in bytes: Rodong Sinmun's have had 16 MB.
const PAGE: usize = 64 << 20;

/// Whose pages an archive's are taken to be, and how they are read.
#[derive(Debug, Clone, Copy)]
pub struct Pages<'a> {
    /// The source whose layouts and addresses hold.
    pub source: &'a Source,
    /// Pages that are no content.
    pub refusals: &'a Refusals,
}

/// An article's page as it was found in an archive.
#[derive(Debug)]
pub struct Captured {
    /// What was read of it.
    pub draft: Draft,
    /// Its address.
    pub url: String,
    /// What that is known by.
    pub key: i64,
    /// When it was captured, in seconds since 1970 UTC.
    pub at: i64,
    /// The day a list tells, if one is known.
    pub listed: Option<(Day, DayFrom)>,
    /// The page without inline pictures.
    pub page: Vec<u8>,
    /// Its place in the archive.
    pub line: u64,
}

/// The text of a captured page. The day is the page's, else the list's, else the address's, else the dateline's with
/// the year of the capture.
pub fn captured(source: &Source, captured: Captured) -> Found {
    let Captured { draft, url, key, at, listed, page, line } = captured;
    let (day, day_from) = match (draft.day, listed, token::day(&url)) {
        (Some(day), ..) => (Some(day), DayFrom::Page),
        (None, Some((day, from)), _) => (Some(day), from),
        (None, None, Some(day)) => (Some(day), DayFrom::Url),
        (None, None, None) => (None, DayFrom::None),
    };
    Found {
        stream: source.stream.clone(),
        title: draft.title,
        body: draft.body,
        content: Content::Full,
        day,
        day_from,
        url,
        key: Some(key),
        section: String::new(),
        captured: Some(at),
        line,
        layout: draft.layout,
        raw: Some(page),
    }
}

/// A line of a captured list: a headline, or a photo or video item.
fn listed(source: &Source, entry: &Entry, at: i64, layout: &str, line: u64) -> Found {
    Found {
        stream: source.stream.clone(),
        title: entry.title.clone(),
        body: String::new(),
        content: if entry.media { Content::Media } else { Content::HeadlineOnly },
        day: entry.day,
        day_from: match (entry.day, entry.day_of_url) {
            (None, _) => DayFrom::None,
            (Some(_), true) => DayFrom::Url,
            (Some(_), false) => DayFrom::List,
        },
        url: entry.url.clone(),
        key: Some(source.address_key(&entry.key)),
        section: String::new(),
        captured: Some(at),
        line,
        layout: layout.to_owned(),
        raw: None,
    }
}

/// The reading thread for web archives: records to items.
pub(super) fn read(
    mut reader: warc::Reader<impl BufRead>,
    pages: Pages<'_>,
    method: &Method,
    send: &SyncSender<Vec<Step>>,
) -> Result<(), ArchiveError> {
    let mut portion = Portion::default();
    let mut line = 0;
    loop {
        let head = reader.next_head();
        let over = matches!(head, Ok(None));
        let step = match head.map(|head| head.map(|head| (wanted(&head, pages.source), head))) {
            Ok(None) => None,
            Ok(Some((None, _))) => Some(Ok(Step::PassedOver)),
            Ok(Some((Some(at), head))) => match reader.block(PAGE) {
                Ok(Block::Whole(block)) => {
                    take(&head, at, block, pages, method, line + 1, &mut portion);
                    None
                }
                Ok(Block::TooLong(length)) => Some(Ok(reject(&head, line + 1, format!("a record of {length} bytes")))),
                Err(error) => Some(broken(line + 1, error)),
            },
            Err(error) => Some(broken(line + 1, error)),
        };
        line += 1;
        let failed = match step {
            None => None,
            Some(Ok(step)) => {
                portion.push(step);
                None
            }
            Some(Err(error)) => Some(error),
        };
        if over || failed.is_some() || portion.is_full() {
            // The other side is gone only after an error of its own.
            let gone = send.send(portion.take(Vec::new())).is_err();
            if let Some(error) = failed {
                return Err(error);
            }
            if gone || over {
                return Ok(());
            }
        }
    }
}

/// What a record that cannot be read means: the rest of the file goes on, unless the system or the packing fails.
fn broken(line: u64, error: WarcError) -> Result<Step, ArchiveError> {
    match error {
        WarcError::Read { source, .. } => Err(super::unreadable(line, source)),
        told => Ok(Step::Reject(Rejected { line, reason: told.to_string(), raw: String::new() })),
    }
}

fn reject(head: &Head, line: u64, reason: String) -> Step {
    Step::Reject(Rejected { line, reason, raw: head.uri().unwrap_or("").to_owned() })
}

/// When a record was captured, if it may hold a page of the source.
fn wanted(head: &Head, source: &Source) -> Option<Result<i64, String>> {
    if !matches!(head.kind(), "response" | "resource" | "conversion") || !source.has(head.uri()?) {
        return None;
    }
    let date = head.get("WARC-Date").unwrap_or("");
    Some(instant_of_text(date).ok_or_else(|| format!("the time of capture '{date}' cannot be read")))
}

fn take(
    head: &Head,
    at: Result<i64, String>,
    block: Vec<u8>,
    pages: Pages<'_>,
    method: &Method,
    line: u64,
    portion: &mut Portion,
) {
    let url = head.uri().unwrap_or("").to_owned();
    let message = if head.kind() == "response" {
        http::response(&block, PAGE)
    } else {
        let content_type = head.get("Content-Type").unwrap_or("").to_owned();
        Ok(http::Message { status: 200, content_type, body: block })
    };
    let Pages { source, refusals } = pages;
    let article = source.article_key(&url);
    let (at, message) = match (at, message) {
        (Ok(at), Ok(message)) => (at, message),
        (Err(why), _) => return portion.push(reject(head, line, why)),
        // A picture or script that cannot be unpacked is nobody's loss.
        (_, Err(_)) if article.is_none() => return portion.push(Step::PassedOver),
        (_, Err(fault)) => return portion.push(reject(head, line, fault.to_string())),
    };
    let answer = Answer {
        url: url.clone(),
        status: message.status,
        content_type: message.content_type,
        body: without_pictures(&message.body),
        ..Answer::default()
    };
    let day = Day::in_korea(at);
    let rules = source.rules(refusals, day);
    let Some(known_by) = article else {
        let number = judge::page_told(&answer).unwrap_or(1);
        // Pages that are neither article nor list are menus, pictures, scripts: every crawl has them.
        let Some(list) = judge::list(&answer, rules, number).content.filter(|list| !list.entries.is_empty()) else {
            return portion.push(Step::PassedOver);
        };
        for entry in &list.entries {
            let item = item(listed(source, entry, at, &list.layout, line), day, method);
            portion.push(Step::Item(Box::new(Prepared { item, blanks: 0 })));
        }
        return;
    };
    let judged = judge::article(&answer, rules, Expected { title: None, day: None, held: None });
    match judged.content {
        None => portion.push(reject(head, line, format!("{}: {}", judged.outcome.as_str(), judged.why))),
        Some(draft) => {
            let key = source.address_key(&known_by);
            let found = captured(source, Captured { draft, url, key, at, listed: None, page: answer.body, line });
            portion.push(Step::Item(Box::new(Prepared { item: item(found, day, method), blanks: 0 })));
        }
    }
}
