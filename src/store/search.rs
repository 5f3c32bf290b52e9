//! The full-text index: a file of its own, so that it can be written beside the store, left out, or rebuilt.

use std::borrow::Cow;

use rusqlite::params;

use super::StoreError;
use super::open::{Paths, Writing, open_reading, open_search};
use super::upgrade::{Moved, silent};
use crate::domain::bigram::index_form;
use crate::domain::stream::Edition;
use crate::domain::text::normalise;

/// A text to be indexed, by the number of its revision.
#[derive(Debug, Clone)]
pub struct Document {
    /// The revision's number, the index's row.
    pub revision: i64,
    /// For normalising.
    pub edition: Edition,
    /// As stored.
    pub title: String,
    /// As stored.
    pub body: String,
}

/// Bytes of text that make one transaction of the index: each becomes a piece of it, and pieces have to be merged.
const COMMIT: usize = 16 << 20;

/// Writes the full-text index. It commits only what the store has committed: a crash between the two leaves the index
/// behind, and [`Indexer::catch_up`] closes the gap.
#[derive(Debug)]
pub struct Indexer {
    connection: Writing,
    /// The last revision that is indexed. Its texts never change, so none is put in twice: the index would count a
    /// replaced text as two, and rank by that.
    done: i64,
    /// Bytes of text in the transaction that is open; none is, where there are none.
    pending: usize,
}

impl Indexer {
    /// Opens the index, making it if there is none. The caller holds the store's writing lock.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn open(paths: &Paths) -> Result<Self, StoreError> {
        let connection = open_search(paths, &silent())?;
        let done = connection.query_row("SELECT revision FROM progress", [], |row| row.get(0))?;
        Ok(Self { connection, done, pending: 0 })
    }

    /// Indexes texts, in the order of their numbers, but for those that are indexed already: what a writer hands on may
    /// have been caught up with. They are there for good with [`Indexer::commit`].
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn add(&mut self, documents: &[Document]) -> Result<(), StoreError> {
        let new = || documents.iter().filter(|document| document.revision > self.done);
        let Some(last) = new().map(|document| document.revision).max() else { return Ok(()) };
        if self.pending == 0 {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        let mut pending = 0;
        let mut insert =
            self.connection.prepare_cached("INSERT INTO words (rowid, title, body) VALUES (?1, ?2, ?3)")?;
        for document in new() {
            let (title, body) = (form(&document.title, document.edition), form(&document.body, document.edition));
            insert.execute(params![document.revision, title, body])?;
            pending += title.len() + body.len() + 1;
        }
        self.done = last;
        self.pending += pending;
        Ok(())
    }

    /// Whether enough was added for a commit.
    pub const fn is_full(&self) -> bool {
        self.pending >= COMMIT
    }

    /// Commits what was added.
    ///
    /// # Errors
    /// `SQLite`'s; what was added since the last time is not indexed then.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        if std::mem::take(&mut self.pending) > 0 {
            self.connection.prepare_cached("UPDATE progress SET revision = ?1")?.execute([self.done])?;
            self.connection.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    /// Makes the index anew where it holds texts that the store, of which `last` is the last one, does not: a power cut
    /// may take away the last transactions of a bulk, and not what was indexed of them. Their numbers will be others'.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn forget_beyond(&mut self, last: i64) -> Result<(), StoreError> {
        if self.done > last {
            self.connection.execute_batch(
                "BEGIN IMMEDIATE; INSERT INTO words (words) VALUES ('delete-all'); UPDATE progress SET revision = 0; COMMIT",
            )?;
            self.done = 0;
        }
        Ok(())
    }

    /// Indexes what the store holds beyond the index; answers how many texts that were.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn catch_up(&mut self, paths: &Paths, moved: &Moved) -> Result<u64, StoreError> {
        let store = open_reading(&paths.database())?;
        self.forget_beyond(store.query_row("SELECT coalesce(max(id), 0) FROM revision", [], |row| row.get(0))?)?;
        let mut count = 0;
        loop {
            let mut statement = store.prepare_cached(
                "SELECT r.id, s.edition, r.title, r.body FROM revision r JOIN article a ON a.id = r.article
                   JOIN stream s ON s.id = a.stream WHERE r.id > ?1 ORDER BY r.id LIMIT 1000",
            )?;
            let documents: Vec<Document> = statement
                .query_map([self.done], |row| {
                    Ok(Document {
                        revision: row.get(0)?,
                        edition: row.get::<_, String>(1)?.parse().unwrap_or(Edition::En),
                        title: row.get(2)?,
                        body: row.get(3)?,
                    })
                })?
                .collect::<Result<_, _>>()?;
            if documents.is_empty() {
                self.commit()?;
                return Ok(count);
            }
            count += documents.len() as u64;
            self.add(&documents)?;
            if self.is_full() {
                self.commit()?;
            }
            moved();
        }
    }
}

/// A text as it is indexed.
fn form(text: &str, edition: Edition) -> Cow<'_, str> {
    // The index folds case and blanks by itself; only Hangul, Han and kana have to be cut into pairs.
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(index_form(normalise(text, edition).as_str())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rank of the text that holds a number, after texts were handed on in portions.
    fn rank(portions: &[&[i64]]) -> f64 {
        let dir = tempfile::tempdir().expect("a folder");
        let mut indexer = Indexer::open(&Paths::new(dir.path())).expect("an index");
        for portion in portions {
            let document = |&revision: &i64| {
                let (title, body) = ("Sample".to_owned(), format!("A sample text of number {revision}"));
                Document { revision, edition: Edition::En, title, body }
            };
            indexer.add(&portion.iter().map(document).collect::<Vec<_>>()).expect("added");
        }
        indexer.commit().expect("there for good");
        let count = "SELECT count(*) FROM words WHERE words MATCH 'sample'";
        assert_eq!(indexer.connection.query_row(count, [], |row| row.get(0)), Ok(3));
        let rank = "SELECT bm25(words) FROM words WHERE words MATCH '3'";
        indexer.connection.query_row(rank, [], |row| row.get(0)).expect("a rank")
    }

    #[test]
    fn a_text_that_is_handed_on_twice_is_indexed_once() {
        assert_eq!(rank(&[&[1, 2], &[2], &[2, 3]]).to_bits(), rank(&[&[1, 2, 3]]).to_bits());
    }

    #[test]
    fn what_a_power_cut_took_from_the_store_is_taken_from_the_index() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut indexer = Indexer::open(&Paths::new(dir.path())).expect("an index");
        let document = |revision, body: &str| Document {
            revision,
            edition: Edition::En,
            title: String::new(),
            body: body.to_owned(),
        };
        indexer.add(&[document(1, "kept"), document(2, "lost")]).expect("added");
        indexer.commit().expect("there for good");
        indexer.forget_beyond(2).expect("nothing is beyond");
        let found = |indexer: &Indexer, word: &str| -> Vec<i64> {
            let mut statement =
                indexer.connection.prepare("SELECT rowid FROM words WHERE words MATCH ?1").expect("SQL");
            let rows = statement.query_map([word], |row| row.get(0)).expect("asked");
            rows.collect::<Result<_, _>>().expect("rows")
        };
        assert_eq!(found(&indexer, "lost"), [2]);
        // The second is gone, and its number given to another.
        indexer.forget_beyond(1).expect("made anew");
        indexer.add(&[document(1, "kept"), document(2, "another")]).expect("added");
        indexer.commit().expect("there for good");
        assert_eq!((found(&indexer, "kept"), found(&indexer, "lost")), (vec![1], vec![]));
        assert_eq!(found(&indexer, "another"), [2]);
    }
}
