//! Archives: how they were left, and how far their lists and indexes were walked.

use rusqlite::params;

use super::StoreError;
use super::sources::SourceId;
use super::write::Writer;
use crate::domain::day::Day;
use crate::domain::period::Span;

/// The store's number of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveId(pub(super) i64);

/// How an archive was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// Failures in a row.
    pub failures: u32,
    /// Until when it is to be left alone, in seconds since 1970 UTC.
    pub wait_until: i64,
}

/// How far a list was walked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walk {
    /// When it was begun.
    pub began: i64,
    /// What asks for the page to go on with; `None` for the first.
    pub next: Option<String>,
    /// The number of that page.
    pub page: u32,
    /// Lines met so far.
    pub lines: u32,
    /// The oldest day met so far.
    pub reach: Option<Day>,
    /// When its end, or the first day that was asked for, was reached.
    pub done_at: Option<i64>,
}

impl Writer {
    /// The number of an archive of a source, made if it is new, and how it was left.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn archive(&mut self, source: SourceId, name: &str) -> Result<(ArchiveId, Left), StoreError> {
        self.connection
            .execute("INSERT OR IGNORE INTO archive (source, name) VALUES (?1, ?2)", params![source.0, name])?;
        let sql = "SELECT id, failures, wait_until FROM archive WHERE source = ?1 AND name = ?2";
        Ok(self.connection.query_row(sql, params![source.0, name], |row| {
            Ok((ArchiveId(row.get(0)?), Left { failures: row.get(1)?, wait_until: row.get(2)? }))
        })?)
    }

    /// Notes how an archive is left.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn leave_archive(&mut self, archive: ArchiveId, left: Left) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE archive SET failures = ?2, wait_until = ?3 WHERE id = ?1")?
            .execute(params![archive.0, left.failures, left.wait_until])?;
        Ok(())
    }

    /// How far a list was walked; a walk that is new begins now.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn walk(&mut self, archive: ArchiveId, address: &str, span: Span, now: i64) -> Result<Walk, StoreError> {
        let (from, to) = (span.from.epoch_days(), span.to.epoch_days());
        self.connection.execute(
            "INSERT OR IGNORE INTO archive_list (archive, address, first_day, last_day, began) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![archive.0, address, from, to, now],
        )?;
        let sql = "SELECT began, next, page, lines, reach, done_at FROM archive_list
                    WHERE archive = ?1 AND address = ?2 AND first_day = ?3 AND last_day = ?4";
        Ok(self.connection.query_row(sql, params![archive.0, address, from, to], |row| {
            Ok(Walk {
                began: row.get(0)?,
                next: row.get(1)?,
                page: row.get(2)?,
                lines: row.get(3)?,
                reach: row.get::<_, Option<i32>>(4)?.map(Day::from_epoch_days),
                done_at: row.get(5)?,
            })
        })?)
    }

    /// Notes how far a list was walked.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_walk(&mut self, archive: ArchiveId, address: &str, span: Span, walk: &Walk) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE archive_list SET began = ?5, next = ?6, page = ?7, lines = ?8, reach = ?9, done_at = ?10
                  WHERE archive = ?1 AND address = ?2 AND first_day = ?3 AND last_day = ?4",
            )?
            .execute(params![
                archive.0,
                address,
                span.from.epoch_days(),
                span.to.epoch_days(),
                walk.began,
                walk.next,
                walk.page,
                walk.lines,
                walk.reach.map(Day::epoch_days),
                walk.done_at,
            ])?;
        Ok(())
    }

    /// Notes that every list of a source was walked through over some days.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_listed_days(&mut self, source: SourceId, span: Span, now: i64) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT OR REPLACE INTO listed_days (source, first_day, last_day, at) VALUES (?1, ?2, ?3, ?4)",
            params![source.0, span.from.epoch_days(), span.to.epoch_days(), now],
        )?;
        Ok(())
    }
}
