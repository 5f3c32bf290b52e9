//! What archives have brought, over all runs: the closing report.

use rusqlite::params;

use super::StoreError;
use super::captures::{Asked, MEANT};
use super::past::ArchiveId;
use super::sources::SourceId;
use super::write::Writer;
use crate::domain::outcome::Outcome;
use crate::domain::period::Span;

/// What an archive has brought, over all runs. The order of fields is that of output.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Brought {
    /// Articles' addresses found.
    pub found: u32,
    /// Captures asked for and answered.
    pub fetched: u32,
    /// Texts that were new.
    pub new: u32,
    /// Texts that were one more appearance of an article, or known altogether.
    pub merged: u32,
    /// Articles held before they were asked for.
    pub there: u32,
    /// Articles of which no capture is content.
    pub failed: u32,
    /// Articles that wait.
    pub waiting: u32,
    /// Days with an article from here that no other source has.
    pub days: u32,
    /// Why articles failed: outcome and how many.
    pub why: Vec<(Outcome, u32)>,
}

impl Writer {
    /// What an archive has brought of what is meant, over all runs.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn brought(&self, archive: ArchiveId, asked: &Asked) -> Result<Brought, StoreError> {
        let (first, last) = asked.bounds();
        let bounds = params![archive.0, asked.span.from.epoch_days(), asked.span.to.epoch_days(), first, last];
        let sql = format!(
            "SELECT count(*), coalesce(sum(state = 1 AND brought = 2), 0), coalesce(sum(state = 1 AND brought < 2), 0),
                    coalesce(sum(state = 3), 0), coalesce(sum(state = 2), 0), coalesce(sum(state = 0), 0),
                    count(DISTINCT CASE WHEN state = 1 AND brought = 2 THEN read_day END)
               FROM archived WHERE {MEANT}"
        );
        let mut brought = self.connection.prepare(&sql)?.query_row(bounds, |row| {
            Ok(Brought {
                found: row.get(0)?,
                fetched: 0,
                new: row.get(1)?,
                merged: row.get(2)?,
                there: row.get(3)?,
                failed: row.get(4)?,
                waiting: row.get(5)?,
                days: row.get(6)?,
                why: Vec::new(),
            })
        })?;
        let sql = format!(
            "SELECT coalesce(sum(tries), 0) FROM archived_capture
              WHERE archive = ?1 AND key IN (SELECT key FROM archived WHERE {MEANT})"
        );
        brought.fetched = self.connection.prepare(&sql)?.query_row(bounds, |row| row.get(0))?;
        let sql = format!(
            "SELECT outcome, count(*) FROM archived WHERE state = 2 AND {MEANT} GROUP BY outcome ORDER BY 2 DESC, 1"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let rows = statement.query_map(bounds, |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
        for row in rows {
            let (outcome, count) = row?;
            brought.why.extend(Outcome::from_code(outcome).map(|outcome| (outcome, count)));
        }
        Ok(brought)
    }

    /// What a walk of a site's own lists has brought: the lines of the span's days, and what was read of them since
    /// `began`.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn brought_by_lists(&self, source: SourceId, span: Span, began: i64) -> Result<Brought, StoreError> {
        let bounds = params![source.0, span.from.epoch_days(), span.to.epoch_days(), began];
        let meant = "source = ?1 AND state <> 2 AND day BETWEEN ?2 AND ?3";
        let sql = format!(
            "SELECT count(*), coalesce(sum(state = 1 AND read_at >= ?4), 0),
                    coalesce(sum(state <> 0 AND coalesce(read_at, seen_at) < ?4), 0), coalesce(sum(state = 3 OR (state = 0 AND attempts > 0)), 0),
                    coalesce(sum(state = 0), 0), count(DISTINCT CASE WHEN state = 1 AND read_at >= ?4 THEN day END)
               FROM entry WHERE {meant}"
        );
        let mut brought = self.connection.prepare(&sql)?.query_row(bounds, |row| {
            Ok(Brought {
                found: row.get(0)?,
                fetched: row.get(1)?,
                new: row.get(1)?,
                there: row.get(2)?,
                failed: row.get(3)?,
                waiting: row.get(4)?,
                days: row.get(5)?,
                ..Brought::default()
            })
        })?;
        let sql = format!(
            "SELECT outcome, count(*) FROM entry
              WHERE {meant} AND outcome > 0 AND (state = 3 OR state = 0) AND ?4 = ?4 GROUP BY outcome ORDER BY 2 DESC, 1"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let rows = statement.query_map(bounds, |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
        for row in rows {
            let (outcome, count) = row?;
            brought.why.extend(Outcome::from_code(outcome).map(|outcome| (outcome, count)));
        }
        Ok(brought)
    }
}
