//! Feeds: one list, some with texts. What a feed leaves out is not known, so no day is complete by it.

use sha2::{Digest, Sha256};

use super::lists::keep;
use super::poll::{Tally, ask};
use super::{Collector, Watched};
use crate::domain::article::{Content, DayFrom};
use crate::domain::day::Day;
use crate::domain::outcome::Outcome;
use crate::extract::feed::FeedItem;
use crate::extract::judge;
use crate::extract::source::Source;
use crate::fetch::Request;
use crate::ingest::{Found, item};
use crate::store::alarms::PageKind;
use crate::store::sources::{SourceId, Validators};
use crate::store::{Recorded, StoreError};

/// Reads a feed once.
pub(super) async fn poll(
    collector: &Collector,
    watched: &Watched,
    id: SourceId,
    address: &str,
    tally: &mut Tally,
) -> Result<(Outcome, String), StoreError> {
    let now = (collector.clock)();
    let (section, validators) = collector.books().writer.section(id, address, "feed", now)?;
    let conditional = now - validators.full_at < 24 * 3600;
    let request = Request {
        etag: validators.etag.clone().filter(|_| conditional),
        modified: validators.modified.clone().filter(|_| conditional),
        ..Request::get(address)
    };
    let asked = ask(collector, watched, &request, tally, |answer, rules| judge::feed(answer, rules.refusals)).await;
    if asked.judged.outcome != Outcome::Content {
        keep(collector, watched, id, PageKind::Feed, "feed", &asked)?;
        return Ok((asked.judged.outcome, asked.judged.why));
    }
    let items = asked.judged.content.clone().unwrap_or_default();
    tally.listed += u32::try_from(items.len()).unwrap_or(u32::MAX);
    let fresh = Validators {
        etag: asked.etag.clone(),
        modified: asked.modified.clone(),
        sha256: Some(digest(&items)),
        full_at: if conditional { validators.full_at } else { now },
        // What a feed leaves out is not known.
        reach: None,
    };
    let same = fresh.sha256 == validators.sha256;
    if !same {
        let source = &watched.source;
        let mut books = collector.books();
        let method = std::sync::Arc::clone(&books.method);
        let (new, read) = books.piece(&source.name, now, |writer| {
            let (mut new, mut read) = (0, 0);
            // Oldest first, so that numbers in the store follow time.
            for one in items.iter().rev() {
                let item = item(found(source, one, now), Day::in_korea(now), &method);
                let full = item.content == Content::Full;
                if writer.record(&item)? == Recorded::New {
                    new += 1;
                    read += u32::from(full);
                }
            }
            writer.keep_validators(section, &fresh)?;
            Ok((new, read))
        })?;
        tally.new += new;
        tally.read += read;
    }
    Ok((if same { Outcome::Unchanged } else { Outcome::Content }, String::new()))
}

fn found(source: &Source, one: &FeedItem, now: i64) -> Found {
    let day = one.day();
    Found {
        stream: source.stream.clone(),
        title: one.title.clone(),
        body: one.body.clone().unwrap_or_default(),
        content: if one.body.is_some() { Content::Full } else { Content::HeadlineOnly },
        day,
        day_from: if day.is_some() { DayFrom::Feed } else { DayFrom::None },
        url: one.url.clone(),
        key: None,
        section: source.name.clone(),
        captured: Some(now),
        line: 0,
        layout: "feed".to_owned(),
        raw: None,
    }
}

fn digest(items: &[FeedItem]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for item in items {
        hash.update(item.url.as_bytes());
        hash.update([0]);
        hash.update(item.title.as_bytes());
        hash.update([0]);
        hash.update(item.body.as_deref().unwrap_or("").as_bytes());
        hash.update([0]);
    }
    hash.finalize().into()
}
