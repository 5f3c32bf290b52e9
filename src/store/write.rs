//! The writer: takes prepared items, decides by the rules of identity what they are, and stores them.

use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension, params};

use super::open::{Paths, WriteLock, lock, open_store};
use super::search::Document;
use super::{StoreError, recount, regroup, reprints};
use crate::domain::article::{Content, DayFrom};
use crate::domain::count::Tally;
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::period::Span;
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
    /// What the text says of each entity.
    pub tallies: Vec<Tally>,
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

/// How many there are of everything; the difference of two tells what an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Articles with a text.
    pub articles: i64,
    /// Items with only a headline.
    pub headline_only: i64,
    /// Photo and video items.
    pub media: i64,
    /// Text items without their text.
    pub missing: i64,
}

/// The one writer of a store.
#[derive(Debug)]
pub struct Writer {
    pub(super) connection: Connection,
    _lock: WriteLock,
    /// The store's number of each entity of the lexicon, by index.
    pub(super) entities: Vec<i64>,
    streams: HashMap<Stream, i64>,
    next_article: i64,
    next_revision: i64,
    /// Per edition code, the days touched since the reprints were last looked for.
    touched: HashMap<&'static str, Span>,
    origin: Option<i64>,
    documents: Vec<Document>,
    keep_documents: bool,
}

impl Writer {
    /// Opens the store, making it if there is none. `now` is recorded with a lexicon that is new to it.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process writes; [`StoreError::OtherMethod`] if the store was counted
    /// with another lexicon and `recounting` is false.
    pub fn open(paths: &Paths, lexicon: &Lexicon, now: i64, recounting: bool) -> Result<Self, StoreError> {
        let lock = lock(paths)?;
        let connection = open_store(paths)?;
        let stored: Option<String> = connection
            .query_row("SELECT name FROM method ORDER BY id DESC LIMIT 1", [], |row| row.get(0))
            .optional()?;
        match stored {
            None => recount::keep_lexicon(&connection, lexicon, now)?,
            Some(stored) if stored != lexicon.method() && !recounting => {
                return Err(StoreError::OtherMethod { stored, ours: lexicon.method().to_owned() });
            }
            Some(_) => {}
        }
        let entities = recount::entity_numbers(&connection, lexicon)?;
        let next = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let next_article = next("SELECT coalesce(max(id), 0) + 1 FROM article")?;
        let next_revision = next("SELECT coalesce(max(id), 0) + 1 FROM revision")?;
        Ok(Self {
            connection,
            _lock: lock,
            entities,
            streams: HashMap::new(),
            next_article,
            next_revision,
            touched: HashMap::new(),
            origin: None,
            documents: Vec::new(),
            keep_documents: true,
        })
    }

    /// Does not collect documents for the full-text index (it catches up when it is next opened).
    #[must_use]
    pub fn without_search(mut self) -> Self {
        self.keep_documents = false;
        self
    }

    /// Begins a transaction. Everything until [`Writer::commit`] is there whole or not at all.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(())
    }

    /// Commits; answers the texts that are to be indexed.
    ///
    /// # Errors
    /// `SQLite`'s, a full disk among them; nothing of the transaction is stored then.
    pub fn commit(&mut self) -> Result<Vec<Document>, StoreError> {
        self.connection.execute_batch("COMMIT")?;
        Ok(std::mem::take(&mut self.documents))
    }

    /// Says where the following items come from; the row is made with the first that is new.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn begin_origin(&mut self, kind: &str, name: &str, now: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT INTO origin (kind, name, at) VALUES (?1, ?2, ?3)")?
            .execute(params![kind, name, now])?;
        self.origin = Some(self.connection.last_insert_rowid());
        Ok(())
    }

    /// Ends an origin: with the hash of what was read, or without a trace if nothing came of it.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn end_origin(&mut self, sha256: Option<&str>) -> Result<(), StoreError> {
        if let Some(origin) = self.origin.take() {
            self.connection.execute("UPDATE origin SET sha256 = ?2 WHERE id = ?1", params![origin, sha256])?;
            // The highest number is the newest origin: nothing before the last appearances can refer to it.
            self.connection.execute(
                "DELETE FROM origin WHERE id = ?1 AND id > coalesce((SELECT origin FROM appearance ORDER BY id DESC LIMIT 1), 0)
                    AND NOT EXISTS (SELECT 1 FROM declaration WHERE origin = ?1)",
                [origin],
            )?;
        }
        Ok(())
    }

    /// Records that a person declared a span complete; saying it twice is saying it once.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn declare(&mut self, stream: &Stream, span: Span) -> Result<(), StoreError> {
        let number = self.stream(stream)?;
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO declaration (stream, first, last, origin) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![number, span.from.epoch_days(), span.to.epoch_days(), self.origin])?;
        Ok(())
    }

    /// Counts what there is.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        let mut totals = Totals::default();
        // One pass over the index of days; the texts themselves are not touched.
        let mut statement = self.connection.prepare_cached("SELECT content, count(*) FROM article GROUP BY content")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let count = row.get(1)?;
            match Content::from_code(row.get(0)?) {
                Some(Content::Full) => totals.articles = count,
                Some(Content::HeadlineOnly) => totals.headline_only = count,
                Some(Content::Media) => totals.media = count,
                _ => totals.missing = count,
            }
        }
        Ok(totals)
    }

    /// Stores one item, and joins articles where it shows that they are one.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn record(&mut self, item: &Item) -> Result<Recorded, StoreError> {
        let stream = self.stream(&item.stream)?;
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
    fn namesakes(&self, item: &Item) -> Result<Vec<(i64, [u8; 32])>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT id, hash FROM revision WHERE title_key = ?1")?;
        let rows = statement.query_map([item.title_key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Texts at an address: revision and section.
    fn at_address(&self, address: i64) -> Result<Vec<(i64, String)>, StoreError> {
        if address == 0 {
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
        self.insert_article(article, item.day, stream, item.day_from, item.content, revision, item.length)?;
        let captured = item.captured.unwrap_or(0);
        self.connection
            .prepare_cached(
                "INSERT INTO revision (id, article, content, title_key, hash, day_from, captured_from, captured_to,
                        held_at, length, sketch, title, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, (SELECT at FROM origin WHERE id = ?8), ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                revision,
                article,
                item.content.code(),
                item.title_key,
                item.hash,
                item.day_from.code(),
                captured,
                self.origin,
                item.length,
                item.sketch.map(Sketch::to_bytes),
                item.title,
                item.body,
            ])?;
        if let Some(day) = item.day {
            let key = TallyKey { measured: measured(item.content), stream, day, revision, article };
            self.insert_tallies(&key, &item.tallies)?;
            self.touch(item.stream.edition.as_str(), day);
        }
        Ok(revision)
    }

    #[expect(clippy::too_many_arguments, reason = "one argument a column; a struct would only name them twice")]
    fn insert_article(
        &self,
        article: i64,
        day: Option<Day>,
        stream: i64,
        day_from: DayFrom,
        content: Content,
        revision: i64,
        length: u32,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO article (id, stream, day, day_from, content, first, latest, length, flags)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, 0)",
            )?
            .execute(params![
                article,
                stream,
                day.map(Day::epoch_days),
                day_from.code(),
                content.code(),
                revision,
                length
            ])?;
        Ok(())
    }

    pub(super) fn insert_tallies(&self, key: &TallyKey, tallies: &[Tally]) -> Result<(), StoreError> {
        if tallies.is_empty() {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO tally (entity, measured, stream, day, revision, form, article, mentions, in_title, in_lead)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?;
        for tally in tallies {
            statement.execute(params![
                self.entities[usize::from(tally.entity.0)],
                key.measured,
                key.stream,
                key.day.epoch_days(),
                key.revision,
                tally.form.code(),
                key.article,
                tally.mentions,
                tally.in_title,
                tally.in_lead,
            ])?;
        }
        Ok(())
    }

    fn insert_appearance(&self, item: &Item, revision: i64) -> Result<(), StoreError> {
        let capture = item.raw.as_deref().map(|raw| self.capture(raw)).transpose()?;
        self.connection
            .prepare_cached(
                "INSERT INTO appearance (revision, address, section, url, origin, line, captured, capture)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                revision,
                item.address,
                item.section,
                item.url,
                self.origin,
                i64::try_from(item.line).unwrap_or(i64::MAX),
                item.captured.unwrap_or(0),
                capture,
            ])?;
        Ok(())
    }

    /// Keeps raw bytes, identical ones once.
    fn capture(&self, raw: &[u8]) -> Result<i64, StoreError> {
        use sha2::{Digest as _, Sha256};
        let hash: [u8; 32] = Sha256::digest(raw).into();
        let known = self
            .connection
            .prepare_cached("SELECT id FROM capture WHERE sha256 = ?1")?
            .query_row([hash], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            return Ok(id);
        }
        let packed =
            zstd::bulk::compress(raw, 3).map_err(|source| StoreError::Io { path: "a raw capture".into(), source })?;
        let bytes = i64::try_from(raw.len()).unwrap_or(i64::MAX);
        self.connection
            .prepare_cached("INSERT INTO capture (sha256, bytes, zstd) VALUES (?1, ?2, ?3)")?
            .execute(params![hash, bytes, packed])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// The store's number of a stream.
    pub(super) fn stream(&mut self, stream: &Stream) -> Result<i64, StoreError> {
        if let Some(number) = self.streams.get(stream) {
            return Ok(*number);
        }
        let names = params![stream.outlet.as_str(), stream.edition.as_str()];
        self.connection.execute("INSERT OR IGNORE INTO stream (outlet, edition) VALUES (?1, ?2)", names)?;
        let sql = "SELECT id FROM stream WHERE outlet = ?1 AND edition = ?2";
        let number = self.connection.query_row(sql, names, |row| row.get(0))?;
        self.streams.insert(stream.clone(), number);
        Ok(number)
    }

    fn touch(&mut self, edition: &'static str, day: Day) {
        let span = self.touched.entry(edition).or_insert(Span { from: day, to: day });
        span.from = span.from.min(day);
        span.to = span.to.max(day);
    }

    /// Looks for reprints among and around what was written since the last call.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn find_reprints(&mut self) -> Result<(), StoreError> {
        let touched = std::mem::take(&mut self.touched);
        reprints::update(&self.connection, &touched)
    }

    /// Lets `SQLite` look at its indexes and copies the log back into the file: the end of a bulk import.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(PASSIVE)")?;
        Ok(())
    }
}

/// Where a text's tallies are filed.
#[derive(Debug, Clone, Copy)]
pub(super) struct TallyKey {
    pub measured: i64,
    pub stream: i64,
    pub day: Day,
    pub revision: i64,
    pub article: i64,
}

/// How a measured text of some content counts: 1 in full, 2 by its headline, 0 not at all.
pub(super) const fn measured(content: Content) -> i64 {
    match content {
        Content::Full => 1,
        Content::HeadlineOnly => 2,
        Content::Missing | Content::Media => 0,
    }
}
