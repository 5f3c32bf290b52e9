//! Putting new texts in, each as an article of its own at first.

use std::sync::LazyLock;

use rusqlite::types::ValueRef;

use super::StoreError;
use super::record::Item;
use super::rows::{Insertion, number, text};
use super::search::Document;
use super::tally::{TallyKey, measured};
use super::write::Writer;
use crate::domain::day::Day;
use crate::domain::shingle::{SKETCH, Sketch};

/// A text that is to be put in, with the numbers it has got.
#[derive(Debug)]
pub(super) struct New<'i> {
    pub article: i64,
    pub revision: i64,
    pub stream: i64,
    pub item: &'i Item,
    sketch: Option<[u8; SKETCH * 4]>,
    place: Place,
}

/// What its appearance refers to.
#[derive(Debug, Clone, Copy)]
struct Place {
    origin: Option<i64>,
    capture: Option<i64>,
}

static ARTICLE: LazyLock<Insertion<10>> = LazyLock::new(|| {
    let columns = ["id", "stream", "day", "day_from", "content", "first", "latest", "length", "flags", "sketch"];
    Insertion::new("article", columns)
});

static REVISION: LazyLock<Insertion<12>> = LazyLock::new(|| {
    let columns = [
        "id",
        "article",
        "content",
        "title_key",
        "hash",
        "day_from",
        "captured_from",
        "captured_to",
        "held_at",
        "length",
        "title",
        "body",
    ];
    Insertion::new("revision", columns)
});

static APPEARANCE: LazyLock<Insertion<9>> = LazyLock::new(|| {
    let columns = ["revision", "address", "section", "url", "origin", "line", "captured", "capture", "layout"];
    Insertion::new("appearance", columns)
});

impl Writer {
    /// Gives a new text its numbers, and keeps what was given. From now on it may be looked up.
    pub(super) fn new_text<'i>(&mut self, item: &'i Item) -> Result<New<'i>, StoreError> {
        let stream = self.stream(&item.stream)?;
        let place = self.place(item)?;
        let (article, revision) = (self.next_article, self.next_revision);
        self.next_article += 1;
        self.next_revision += 1;
        self.seen.note(item.title_key);
        if !item.day_from.is_stated() {
            self.inferred = Some(true);
        }
        if let Some(day) = item.day {
            self.touch(item.stream.edition.as_str(), day);
            self.stale.insert((stream, day));
        }
        if self.keep_documents {
            let (title, body) = (item.title.clone(), item.body.clone());
            self.documents.push(Document { revision, edition: item.stream.edition, title, body });
        }
        Ok(New { article, revision, stream, item, sketch: item.sketch.map(Sketch::to_bytes), place })
    }

    /// Puts new texts in, with where they were found and what they say.
    pub(super) fn put_in(&mut self, new: &[New<'_>]) -> Result<(), StoreError> {
        let held_at = number(self.origin.map(|origin| origin.at));
        ARTICLE.insert(&self.connection, new, |new| {
            let item = new.item;
            let revision = ValueRef::Integer(new.revision);
            [
                ValueRef::Integer(new.article),
                ValueRef::Integer(new.stream),
                number(item.day.map(Day::epoch_days)),
                ValueRef::Integer(item.day_from.code()),
                ValueRef::Integer(item.content.code()),
                revision,
                revision,
                ValueRef::Integer(item.length.into()),
                ValueRef::Integer(0),
                new.sketch.as_ref().map_or(ValueRef::Null, |sketch| ValueRef::Blob(sketch)),
            ]
        })?;
        REVISION.insert(&self.connection, new, |new| {
            let item = new.item;
            let captured = ValueRef::Integer(item.captured.unwrap_or(0));
            [
                ValueRef::Integer(new.revision),
                ValueRef::Integer(new.article),
                ValueRef::Integer(item.content.code()),
                ValueRef::Integer(item.title_key),
                ValueRef::Blob(&item.hash),
                ValueRef::Integer(item.day_from.code()),
                captured,
                captured,
                held_at,
                ValueRef::Integer(item.length.into()),
                text(&item.title),
                text(&item.body),
            ]
        })?;
        APPEARANCE.insert(&self.connection, new, |new| appearance(new.item, new.revision, new.place))?;
        for New { article, revision, stream, item, .. } in new {
            if let Some(day) = item.day {
                let (measured, stream) = (measured(item.content), *stream);
                let key = TallyKey { measured, stream, day, revision: *revision, article: *article };
                self.put_said(&key, &item.said)?;
            }
        }
        Ok(())
    }

    /// Puts in where a text was found that is there already.
    pub(super) fn put_appearance(&mut self, item: &Item, revision: i64) -> Result<(), StoreError> {
        let place = self.place(item)?;
        APPEARANCE.insert(&self.connection, &[item], |item| appearance(item, revision, place))
    }

    fn place(&mut self, item: &Item) -> Result<Place, StoreError> {
        self.seen.note(item.address);
        let origin = self.use_origin();
        let capture = item.raw.as_ref().map(|raw| self.capture(raw)).transpose()?;
        Ok(Place { origin, capture })
    }
}

fn appearance(item: &Item, revision: i64, place: Place) -> [ValueRef<'_>; 9] {
    [
        ValueRef::Integer(revision),
        ValueRef::Integer(item.address),
        text(&item.section),
        text(&item.url),
        number(place.origin),
        ValueRef::Integer(i64::try_from(item.line).unwrap_or(i64::MAX)),
        ValueRef::Integer(item.captured.unwrap_or(0)),
        number(place.capture),
        text(&item.layout),
    ]
}
