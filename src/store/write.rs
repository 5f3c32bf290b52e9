//! The writer: its transactions, where what it writes comes from, and what it keeps count of.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::capture::Packer;
use super::open::{Paths, WriteLock, Writing, connect, lock, open_store};
use super::search::Document;
use super::tally::Waiting;
use super::upgrade::silent;
use super::{StoreError, days, recount, reprints};
use crate::domain::article::Content;
use crate::domain::day::Day;
use crate::domain::method::Method;
use crate::domain::period::Span;
use crate::domain::stream::Stream;

/// Pages of the write-ahead log after which a commit also copies it back into the file (`SQLite`'s own default), and in
/// bulk, where [`Copier`] does so all the time and the commit only what it could not.
const LOG: u32 = 1000;
const BULK_LOG: u32 = 4000;

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

/// Where items come from now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    pub id: i64,
    /// Since when, in seconds since 1970 UTC.
    pub at: i64,
    /// Whether a row refers to it.
    pub used: bool,
}

/// The title and address keys of a store that was empty when it was opened, as far as they can be told apart in
/// a megabyte: what was never put in need not be looked for. Keys are hashes, so their low bits serve.
#[derive(Debug)]
struct Seen(Box<[u64]>);

impl Seen {
    const WORDS: usize = 1 << 17;

    fn new() -> Self {
        Self(vec![0; Self::WORDS].into())
    }

    fn put(&mut self, key: i64) {
        let (word, bit) = Self::place(key);
        self.0[word] |= 1 << bit;
    }

    /// Whether a key may have been put in.
    fn has(&self, key: i64) -> bool {
        let (word, bit) = Self::place(key);
        self.0[word] >> bit & 1 == 1
    }

    fn place(key: i64) -> (usize, i64) {
        let key = key.cast_unsigned();
        (usize::try_from(key >> 6).unwrap_or(usize::MAX) % Self::WORDS, (key & 63).cast_signed())
    }
}

/// Copies the write-ahead log back into the file beside a writer in bulk: the copying, and above all the waiting for
/// the disk, would else be the writer's.
#[derive(Debug)]
pub struct Copier(Connection);

impl Copier {
    /// Opens the store for copying.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn open(paths: &Paths) -> Result<Self, StoreError> {
        Ok(Self(connect(&paths.database())?))
    }

    /// Copies what is committed by now.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn copy(&self) -> Result<(), StoreError> {
        // It answers how far it came; what it leaves, the next copy or the writer's own takes.
        self.0.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// The one writer of a store.
#[derive(Debug)]
pub struct Writer {
    pub(super) connection: Writing,
    _lock: WriteLock,
    /// The store's number of each entity of the lexicon, by index.
    pub(super) entities: Vec<i64>,
    pub(super) method: Arc<Method>,
    /// The store's number of each stream met so far: a handful.
    streams: Vec<(Stream, i64)>,
    pub(super) next_article: i64,
    pub(super) next_revision: i64,
    /// Per edition code, the days touched in this transaction.
    touched: HashMap<&'static str, Span>,
    pub(super) origin: Option<Origin>,
    seen: Option<Seen>,
    /// Whether there is any text whose day was inferred; not known until it is asked for.
    pub(super) inferred: Option<bool>,
    pub(super) documents: Vec<Document>,
    pub(super) keep_documents: bool,
    pub(super) packer: Packer,
    pub(super) waiting: Waiting,
    /// The streams and days of the articles that are new in this transaction.
    pub(super) stale: BTreeSet<(i64, Day)>,
    /// Whether a bulk is being written: its days are added up at its end.
    bulk: bool,
}

impl Writer {
    /// Opens the store, making it if there is none. `now` is recorded with a lexicon that is new to it.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process writes; [`StoreError::OtherMethod`] if the store was counted
    /// by another method, and `recounting` is false.
    pub fn open(paths: &Paths, method: &Arc<Method>, now: i64, recounting: bool) -> Result<Self, StoreError> {
        let lock = lock(paths)?;
        let connection = open_store(paths, &silent())?;
        // One transaction: what follows may put in a row for every entity, and each by itself would wait for the disk. Nor
        // need this one: what comes after it waits for both.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let opening = connection.unchecked_transaction()?;
        let ours = method.name();
        match recount::kept_method(&connection)? {
            None => recount::keep_method(&connection, method, now)?,
            Some(stored) if stored != ours && !recounting => return Err(StoreError::OtherMethod { stored, ours }),
            Some(_) => {}
        }
        let entities = recount::entity_numbers(&connection, method.lexicon())?;
        opening.commit()?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        let next = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let next_article = next("SELECT coalesce(max(id), 0) + 1 FROM article")?;
        let next_revision = next("SELECT coalesce(max(id), 0) + 1 FROM revision")?;
        Ok(Self {
            connection,
            _lock: lock,
            entities,
            method: Arc::clone(method),
            streams: Vec::new(),
            next_article,
            next_revision,
            touched: HashMap::new(),
            origin: None,
            seen: (next_revision == 1).then(Seen::new),
            inferred: (next_revision == 1).then_some(false),
            documents: Vec::new(),
            keep_documents: true,
            packer: Packer::default(),
            waiting: Waiting::default(),
            stale: BTreeSet::new(),
            bulk: false,
        })
    }

    /// Whether the store is counted by a method.
    ///
    /// # Errors
    /// [`StoreError::OtherMethod`] if it is not.
    pub fn keeps_method(&self, method: &Method) -> Result<(), StoreError> {
        let (stored, ours) = (recount::kept_method(&self.connection)?.unwrap_or_default(), method.name());
        if stored == ours { Ok(()) } else { Err(StoreError::OtherMethod { stored, ours }) }
    }

    /// Does not collect documents for the full-text index (it catches up when it is next opened).
    #[must_use]
    pub fn without_search(mut self) -> Self {
        self.keep_documents = false;
        self
    }

    /// For many rows at once. Their numbers are the writer's own and need no looking up one by one; `sinmun check`
    /// looks all of them up. And their transactions do not wait for the disk: one that was committed survives the end
    /// of the process as ever, but only that of [`Writer::end_bulk`] makes sure they survive a power cut too (which
    /// takes away the last of them whole, never damages the store, and the same import again makes up for it).
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn begin_bulk(&mut self) -> Result<(), StoreError> {
        self.connection.pragma_update(None, "foreign_keys", false)?;
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        self.connection.pragma_update(None, "wal_autocheckpoint", BULK_LOG)?;
        self.bulk = true;
        Ok(())
    }

    /// Ends a bulk, and with it the origin of its items, `sha256` that of what was read: looks for reprints, gathers
    /// messages, and makes everything durable.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn end_bulk(&mut self, sha256: Option<&str>) -> Result<(), StoreError> {
        // Waiting for the disk now waits for all before it.
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.begin()?;
        self.find_reprints()?;
        self.gather_messages()?;
        self.end_origin(sha256)?;
        days::add_up_much(&self.connection)?;
        // How the indexes are filled: without it a query may take the wrong one.
        self.connection.execute_batch("PRAGMA optimize")?;
        self.commit()?;
        self.bulk = false;
        self.connection.pragma_update(None, "wal_autocheckpoint", LOG)?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        Ok(())
    }

    /// Begins a transaction. Everything until [`Writer::commit`] is there whole or not at all.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(())
    }

    /// The texts that are to be indexed, since they were asked for last. Not before they are committed may they be there
    /// for good.
    pub fn documents(&mut self) -> Vec<Document> {
        std::mem::take(&mut self.documents)
    }

    /// The number of the last text that was put in.
    pub const fn last_revision(&self) -> i64 {
        self.next_revision - 1
    }

    /// Commits.
    ///
    /// # Errors
    /// `SQLite`'s, a full disk among them; nothing of the transaction is stored then.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.waiting.file(&self.connection)?;
        let mut note = self.connection.prepare_cached(
            "INSERT INTO unsearched (edition, first, last) VALUES (?1, ?2, ?3)
             ON CONFLICT (edition) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)",
        )?;
        for (edition, span) in self.touched.drain() {
            note.execute(params![edition, span.from.epoch_days(), span.to.epoch_days()])?;
        }
        drop(note);
        days::note(&self.connection, &mut self.stale)?;
        if !self.bulk {
            days::add_up(&self.connection)?;
        }
        self.connection.execute_batch("COMMIT")?;
        Ok(())
    }

    /// Gives a transaction up after an error: nothing of it is stored.
    pub fn abandon(&mut self) {
        // The error that led here is the one to tell; SQLite may have rolled back by itself already.
        let _ = self.connection.execute_batch("ROLLBACK");
        self.documents.clear();
        self.waiting.clear();
        self.stale.clear();
    }

    /// Says where the following items come from; the row is made with the first that is new.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn begin_origin(&mut self, kind: &str, name: &str, now: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT INTO origin (kind, name, at) VALUES (?1, ?2, ?3)")?
            .execute(params![kind, name, now])?;
        self.origin = Some(Origin { id: self.connection.last_insert_rowid(), at: now, used: false });
        Ok(())
    }

    /// Ends an origin: with the hash of what was read, or without a trace if nothing came of it.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn end_origin(&mut self, sha256: Option<&str>) -> Result<(), StoreError> {
        match self.origin.take() {
            Some(Origin { id, used: true, .. }) => {
                self.connection.execute("UPDATE origin SET sha256 = ?2 WHERE id = ?1", params![id, sha256])?;
            }
            Some(Origin { id, .. }) => {
                self.connection.execute("DELETE FROM origin WHERE id = ?1", [id])?;
            }
            None => {}
        }
        Ok(())
    }

    /// Records that a person declared a span complete; saying it twice is saying it once.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn declare(&mut self, stream: &Stream, span: Span) -> Result<(), StoreError> {
        let number = self.stream(stream)?;
        let origin = self.use_origin();
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO declaration (stream, first, last, origin) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![number, span.from.epoch_days(), span.to.epoch_days(), origin])?;
        Ok(())
    }

    /// The number of the origin that a row is about to refer to.
    pub(super) fn use_origin(&mut self) -> Option<i64> {
        let origin = self.origin.as_mut()?;
        origin.used = true;
        Some(origin.id)
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

    /// The store's number of a stream.
    pub(super) fn stream(&mut self, stream: &Stream) -> Result<i64, StoreError> {
        if let Some((_, number)) = self.streams.iter().find(|(known, _)| known == stream) {
            return Ok(*number);
        }
        let names = params![stream.outlet.as_str(), stream.edition.as_str()];
        self.connection.execute("INSERT OR IGNORE INTO stream (outlet, edition) VALUES (?1, ?2)", names)?;
        let sql = "SELECT id FROM stream WHERE outlet = ?1 AND edition = ?2";
        let number = self.connection.query_row(sql, names, |row| row.get(0))?;
        self.streams.push((stream.clone(), number));
        Ok(number)
    }

    /// Whether the store may hold something by a title's or address's key. No, is sure.
    pub(super) fn may_hold(&self, key: i64) -> bool {
        self.seen.as_ref().is_none_or(|seen| seen.has(key))
    }

    /// Notes a key by which something is put in.
    pub(super) fn note_key(&mut self, key: i64) {
        if let Some(seen) = &mut self.seen {
            seen.put(key);
        }
    }

    pub(super) fn touch(&mut self, edition: &'static str, day: Day) {
        let span = self.touched.entry(edition).or_insert(Span { from: day, to: day });
        span.from = span.from.min(day);
        span.to = span.to.max(day);
    }

    /// Looks for reprints among and around what was written since the last call.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn find_reprints(&mut self) -> Result<(), StoreError> {
        reprints::update(&self.connection)
    }

    /// Copies the log back into the file, once no [`Copier`] does so any more: the end of a bulk import.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)")?;
        Ok(())
    }
}
