//! Pages as they were captured.

use rusqlite::params;

use super::Filter;
use crate::store::{Reader, StoreError};

/// A page as it is kept: without its inline pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// Its address.
    pub url: String,
    /// When it was captured, in seconds since 1970 UTC.
    pub at: i64,
    /// The page.
    pub body: Vec<u8>,
}

/// Pages that articles were read from, each once for each address and time, by stream, time and address.
const CAPTURES: &str = "FROM appearance p JOIN revision r ON r.id = p.revision JOIN article a ON a.id = r.article
      WHERE a.stream = ?1 AND (a.day BETWEEN ?2 AND ?3 OR (a.day IS NULL AND ?4)) AND p.capture IS NOT NULL
        AND p.layout <> '' AND p.url <> ''";

impl Reader {
    /// When the newest captured page is of, in seconds since 1970 UTC.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn newest_capture(&self, filter: &Filter) -> Result<Option<i64>, StoreError> {
        let (from, to) = filter.bounds();
        let mut newest = None;
        for (number, _) in self.streams(filter)? {
            let sql = format!("SELECT max(p.captured) {CAPTURES}");
            let one: Option<i64> =
                self.connection.query_row(&sql, params![number, from, to, filter.is_unbounded()], |row| row.get(0))?;
            newest = newest.max(one);
        }
        Ok(newest)
    }

    /// Gives each captured page to `take`, until it answers no. It is not under the time limit of queries: pages are
    /// many, and nothing waits for the reader.
    ///
    /// # Errors
    /// `SQLite`'s, or a page that cannot be unpacked.
    pub fn captures(&self, filter: &Filter, take: &mut dyn FnMut(Captured) -> bool) -> Result<(), StoreError> {
        let (from, to) = filter.bounds();
        for (number, _) in self.streams(filter)? {
            let sql = format!(
                "SELECT DISTINCT p.url, p.captured, p.capture {CAPTURES} ORDER BY p.captured, p.url, p.capture"
            );
            let mut statement = self.connection.prepare(&sql)?;
            let mut rows = statement.query(params![number, from, to, filter.is_unbounded()])?;
            let mut page = self.connection.prepare("SELECT zstd, bytes FROM capture WHERE id = ?1")?;
            while let Some(row) = rows.next()? {
                let (url, at, capture): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let (packed, length): (Vec<u8>, usize) =
                    page.query_row([capture], |row| Ok((row.get(0)?, row.get(1)?)))?;
                let body = zstd::bulk::decompress(&packed, length)
                    .map_err(|source| StoreError::Io { path: format!("the capture of {url}").into(), source })?;
                if !take(Captured { url, at, body }) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}
