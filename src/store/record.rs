//! Recording one item: is it known, one more appearance, another text, another article?

use std::collections::BTreeSet;

use rusqlite::params;

use super::new::New;
use super::write::Writer;
use super::{StoreError, regroup};
use crate::domain::article::{Content, DayFrom};
use crate::domain::day::Day;
use crate::domain::method::Said;
use crate::domain::shingle::Sketch;
use crate::domain::stream::Stream;

/// Marks an article of which an address was used again for another article.
pub(super) const ID_REUSED: i64 = 1;

/// One text as it was found at one place, normalised, hashed and counted: all that needs no store.
#[derive(Debug, Clone)]
pub struct Item {
    /// Whose.
    pub stream: Stream,
    /// The Korean day, if known and plausible.
    pub day: Option<Day>,
    /// Where the day is from.
    pub day_from: DayFrom,
    /// What kind of thing.
    pub content: Content,
    /// The title as stored.
    pub title: String,
    /// The body as stored; empty unless the content is full.
    pub body: String,
    /// [`crate::domain::address::title_key`].
    pub title_key: i64,
    /// [`crate::domain::address::text_hash`].
    pub hash: [u8; 32],
    /// Words or characters of title and body.
    pub length: u32,
    /// For full texts.
    pub sketch: Option<Sketch>,
    /// [`crate::domain::address::address_key`], 0 without an address.
    pub address: i64,
    /// The address as found; empty without.
    pub url: String,
    /// The section as found; empty without.
    pub section: String,
    /// When the source says it captured the text, in seconds since 1970 UTC.
    pub captured: Option<i64>,
    /// Line of the file, or place in the list.
    pub line: u64,
    /// What the text says; nothing where it is no text.
    pub said: Said,
    /// By which layout its page was read; empty for imports.
    pub layout: String,
    /// The bytes as given, kept where the stored text is not literally what was given.
    pub raw: Option<Vec<u8>>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It was there already, at this very place.
    Known,
    /// The text was there; the place is new.
    Appearance,
    /// The text is new.
    New,
}

/// Items that are being recorded. Those of which nothing can be there wait, to be put in several at once.
#[derive(Debug)]
#[must_use = "what waits is put in by `finish`"]
pub struct Recording<'w, 'i> {
    writer: &'w mut Writer,
    waiting: Vec<New<'i>>,
}

impl<'i> Recording<'_, 'i> {
    /// Records one item, and joins articles where it shows that they are one.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn record(&mut self, item: &'i Item) -> Result<Recorded, StoreError> {
        if !self.writer.is_surely_new(item) {
            self.put_in()?;
            return self.writer.look_up_and_record(item);
        }
        let new = self.writer.new_text(item)?;
        self.waiting.push(new);
        Ok(Recorded::New)
    }

    /// Puts in what waits.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn finish(mut self) -> Result<(), StoreError> {
        self.put_in()
    }

    fn put_in(&mut self) -> Result<(), StoreError> {
        self.writer.put_in(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}

impl Writer {
    /// Begins to record items.
    pub const fn recording<'i>(&mut self) -> Recording<'_, 'i> {
        Recording { writer: self, waiting: Vec::new() }
    }

    /// Records one item, and joins articles where it shows that they are one.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn record(&mut self, item: &Item) -> Result<Recorded, StoreError> {
        let mut recording = self.recording();
        let recorded = recording.record(item)?;
        recording.finish()?;
        Ok(recorded)
    }

    /// Whether nothing in the store can be the same as an item, stand at its address or be given its day.
    fn is_surely_new(&self, item: &Item) -> bool {
        item.day_from.is_stated()
            && self.inferred == Some(false)
            && !self.seen.may_hold(item.title_key)
            && (item.address == 0 || !self.seen.may_hold(item.address))
    }

    fn look_up_and_record(&mut self, item: &Item) -> Result<Recorded, StoreError> {
        let item = &*self.settle_day(item)?;
        let namesakes = self.namesakes(item)?;
        let known = namesakes.iter().find(|(_, hash)| *hash == item.hash).map(|(revision, _)| *revision);
        let neighbours = self.at_address(item.address)?;
        if let Some(revision) = known {
            return self.record_known(item, revision, &neighbours);
        }
        let new = self.new_text(item)?;
        let revision = new.revision;
        self.put_in(&[new])?;
        let others: BTreeSet<i64> = neighbours.iter().map(|(revision, _)| *revision).collect();
        if !namesakes.is_empty() || !others.is_empty() {
            regroup::around(self, revision)?;
        }
        Ok(Recorded::New)
    }

    fn record_known(
        &mut self,
        item: &Item,
        revision: i64,
        neighbours: &[(i64, String)],
    ) -> Result<Recorded, StoreError> {
        let here = if item.address == 0 {
            self.connection
                .prepare_cached("SELECT 1 FROM appearance WHERE revision = ?1 AND address = 0 AND section = ?2")?
                .exists(params![revision, item.section])?
        } else {
            neighbours.iter().any(|(r, section)| *r == revision && *section == item.section)
        };
        self.note_times(item, revision)?;
        if here {
            // Of two spellings of one address the smaller is kept, not the one that came first.
            self.connection
                .prepare_cached(
                    "UPDATE appearance SET url = ?4 WHERE revision = ?1 AND address = ?2 AND section = ?3 AND url > ?4",
                )?
                .execute(params![revision, item.address, item.section, item.url])?;
            return Ok(Recorded::Known);
        }
        self.put_appearance(item, revision)?;
        let others: BTreeSet<i64> = neighbours.iter().map(|(r, _)| *r).filter(|r| *r != revision).collect();
        if !others.is_empty() {
            regroup::around(self, revision)?;
            // Articles may have joined, and another text may be the measured one now: their reprints change too.
            if let Some(day) = item.day {
                self.touch(item.stream.edition.as_str(), day);
            }
        }
        Ok(Recorded::Appearance)
    }

    /// A text seen again may be older or newer than thought, or dated by a better source.
    fn note_times(&mut self, item: &Item, revision: i64) -> Result<(), StoreError> {
        let captured = item.captured.unwrap_or(0);
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE revision SET captured_from = min(captured_from, ?2), captured_to = max(captured_to, ?2),
                        day_from = min(day_from, ?3)
                  WHERE id = ?1 AND (?2 < captured_from OR ?2 > captured_to OR ?3 < day_from)",
            )?
            .execute(params![revision, captured, item.day_from.code()])?;
        if changed > 0 {
            regroup::around(self, revision)?;
            if let Some(day) = item.day {
                self.touch(item.stream.edition.as_str(), day);
            }
        }
        Ok(())
    }

    /// Texts with the item's title on its day: revision and hash.
    fn namesakes(&self, item: &Item) -> Result<Vec<(i64, [u8; 32])>, StoreError> {
        if !self.seen.may_hold(item.title_key) {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare_cached("SELECT id, hash FROM revision WHERE title_key = ?1")?;
        let rows = statement.query_map([item.title_key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Texts at an address: revision and section.
    fn at_address(&self, address: i64) -> Result<Vec<(i64, String)>, StoreError> {
        if address == 0 || !self.seen.may_hold(address) {
            return Ok(Vec::new());
        }
        let mut statement =
            self.connection.prepare_cached("SELECT revision, section FROM appearance WHERE address = ?1")?;
        let rows = statement.query_map([address], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
