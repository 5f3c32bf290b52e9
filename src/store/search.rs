//! The full-text index: a file of its own, so that it can be written beside the store, left out, or rebuilt.

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

/// Writes the full-text index. Only ever fed what the store has committed: a crash between the two leaves the
/// index behind, never ahead, and [`Indexer::catch_up`] closes the gap.
#[derive(Debug)]
pub struct Indexer {
    connection: Writing,
}

impl Indexer {
    /// Opens the index, making it if there is none. The caller holds the store's writing lock.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn open(paths: &Paths) -> Result<Self, StoreError> {
        Ok(Self { connection: open_search(paths, &silent())? })
    }

    /// Indexes texts in one transaction.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn add(&mut self, documents: &[Document]) -> Result<(), StoreError> {
        let Some(last) = documents.iter().map(|d| d.revision).max() else { return Ok(()) };
        let transaction = self.connection.transaction()?;
        {
            let mut insert =
                transaction.prepare_cached("INSERT OR REPLACE INTO words (rowid, title, body) VALUES (?1, ?2, ?3)")?;
            for document in documents {
                let form = |text: &str| -> String {
                    let normal = normalise(text, document.edition);
                    // Only texts with Hangul, Han or kana have to be cut into pairs.
                    if normal.as_str().is_ascii() { normal.as_str().to_owned() } else { index_form(normal.as_str()) }
                };
                insert.execute(params![document.revision, form(&document.title), form(&document.body)])?;
            }
            transaction.execute("UPDATE progress SET revision = max(revision, ?1)", [last])?;
        }
        transaction.commit()?;
        Ok(())
    }

    /// Indexes what the store holds beyond the index; answers how many texts that were.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn catch_up(&mut self, paths: &Paths, moved: &Moved) -> Result<u64, StoreError> {
        let store = open_reading(&paths.database())?;
        let mut done: i64 = self.connection.query_row("SELECT revision FROM progress", [], |row| row.get(0))?;
        let mut count = 0;
        loop {
            let mut statement = store.prepare_cached(
                "SELECT r.id, s.edition, r.title, r.body FROM revision r JOIN article a ON a.id = r.article
                   JOIN stream s ON s.id = a.stream WHERE r.id > ?1 ORDER BY r.id LIMIT 1000",
            )?;
            let documents: Vec<Document> = statement
                .query_map([done], |row| {
                    Ok(Document {
                        revision: row.get(0)?,
                        edition: row.get::<_, String>(1)?.parse().unwrap_or(Edition::En),
                        title: row.get(2)?,
                        body: row.get(3)?,
                    })
                })?
                .collect::<Result<_, _>>()?;
            let Some(last) = documents.last() else { return Ok(count) };
            done = last.revision;
            count += documents.len() as u64;
            self.add(&documents)?;
            moved();
        }
    }
}
