//! Recording one item: is it known, one more appearance, another text, another article?

use std::collections::BTreeSet;

use rusqlite::params;

use super::capture::Raw;
use super::search::Document;
use super::tally::{TallyKey, measured};
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
    pub raw: Option<Raw>,
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

impl Writer {
    /// Stores one item, and joins articles where it shows that they are one.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn record(&mut self, item: &Item) -> Result<Recorded, StoreError> {
        let stream = self.stream(&item.stream)?;
        let item = &*self.settle_day(item)?;
        let namesakes = self.namesakes(item)?;
        let known = namesakes.iter().find(|(_, hash)| *hash == item.hash).map(|(revision, _)| *revision);
        let neighbours = self.at_address(item.address)?;
        if let Some(revision) = known {
            return self.record_known(item, revision, &neighbours);
        }
        let revision = self.insert_text(item, stream)?;
        self.insert_appearance(item, revision)?;
        let others: BTreeSet<i64> = neighbours.iter().map(|(revision, _)| *revision).collect();
        if !namesakes.is_empty() || !others.is_empty() {
            regroup::around(self, revision)?;
        }
        if self.keep_documents {
            let (title, body) = (item.title.clone(), item.body.clone());
            self.documents.push(Document { revision, edition: item.stream.edition, title, body });
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
        self.insert_appearance(item, revision)?;
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
    fn namesakes(&mut self, item: &Item) -> Result<Vec<(i64, [u8; 32])>, StoreError> {
        if self.is_new(item.title_key) {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare_cached("SELECT id, hash FROM revision WHERE title_key = ?1")?;
        let rows = statement.query_map([item.title_key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a title's or address's key is surely not in the store yet.
    fn is_new(&mut self, key: i64) -> bool {
        self.seen.as_mut().is_some_and(|seen| !seen.put(key))
    }

    /// Texts at an address: revision and section.
    fn at_address(&mut self, address: i64) -> Result<Vec<(i64, String)>, StoreError> {
        if address == 0 || self.is_new(address) {
            return Ok(Vec::new());
        }
        let mut statement =
            self.connection.prepare_cached("SELECT revision, section FROM appearance WHERE address = ?1")?;
        let rows = statement.query_map([address], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn insert_text(&mut self, item: &Item, stream: i64) -> Result<i64, StoreError> {
        let (article, revision) = (self.next_article, self.next_revision);
        self.next_article += 1;
        self.next_revision += 1;
        self.insert_article(article, stream, revision, item)?;
        let captured = item.captured.unwrap_or(0);
        if !item.day_from.is_stated() {
            self.inferred = Some(true);
        }
        self.connection
            .prepare_cached(
                "INSERT INTO revision (id, article, content, title_key, hash, day_from, captured_from, captured_to,
                        held_at, length, title, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                revision,
                article,
                item.content.code(),
                item.title_key,
                item.hash,
                item.day_from.code(),
                captured,
                self.origin.map(|origin| origin.at),
                item.length,
                item.title,
                item.body,
            ])?;
        if let Some(day) = item.day {
            let key = TallyKey { measured: measured(item.content), stream, day, revision, article };
            self.put_said(&key, &item.said)?;
            self.touch(item.stream.edition.as_str(), day);
        }
        Ok(revision)
    }

    fn insert_article(&mut self, article: i64, stream: i64, revision: i64, item: &Item) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO article (id, stream, day, day_from, content, first, latest, length, flags, sketch)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, 0, ?8)",
            )?
            .execute(params![
                article,
                stream,
                item.day.map(Day::epoch_days),
                item.day_from.code(),
                item.content.code(),
                revision,
                item.length,
                item.sketch.map(Sketch::to_bytes),
            ])?;
        self.stale.extend(item.day.map(|day| (stream, day)));
        Ok(())
    }

    fn insert_appearance(&mut self, item: &Item, revision: i64) -> Result<(), StoreError> {
        let origin = self.use_origin();
        let capture = item.raw.as_ref().map(|raw| self.capture(raw)).transpose()?;
        self.connection
            .prepare_cached(
                "INSERT INTO appearance (revision, address, section, url, origin, line, captured, capture, layout)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                revision,
                item.address,
                item.section,
                item.url,
                origin,
                i64::try_from(item.line).unwrap_or(i64::MAX),
                item.captured.unwrap_or(0),
                capture,
                item.layout,
            ])?;
        Ok(())
    }
}
