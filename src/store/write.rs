//! The writer: its transactions, where what it writes comes from, and what it keeps count of.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rusqlite::params;

use super::capture::Packer;
use super::open::{Paths, WriteLock, Writing, lock, open_store};
use super::search::Document;
use super::seen::Seen;
use super::tally::Waiting;
use super::upgrade::silent;
use super::{StoreError, days, recount, reprints};
use crate::domain::article::Content;
use crate::domain::day::Day;
use crate::domain::method::Method;
use crate::domain::period::Span;
use crate::domain::stream::Stream;

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
    pub(super) seen: Seen,
    /// Whether there is any text whose day was inferred; not known until it is asked for.
    pub(super) inferred: Option<bool>,
    pub(super) documents: Vec<Document>,
    pub(super) keep_documents: bool,
    pub(super) packer: Packer,
    pub(super) waiting: Waiting,
    /// The streams and days of the articles that are new in this transaction.
    pub(super) stale: BTreeSet<(i64, Day)>,
    /// Whether a bulk is being written: its days are added up at its end.
    pub(super) bulk: bool,
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
            seen: Seen::of(next_revision == 1),
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
}
