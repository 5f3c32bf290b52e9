//! What archives hold of a source: articles with their captures, and what came of each.

use rusqlite::{OptionalExtension, params};

use super::StoreError;
use super::past::ArchiveId;
use super::write::Writer;
use crate::domain::article::Content;
use crate::domain::day::Day;
use crate::domain::outcome::Outcome;
use crate::domain::period::Span;

/// A capture that an archive lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCapture {
    /// The key of its article.
    pub key: i64,
    /// The day its address tells.
    pub day: Option<Day>,
    /// When it was captured.
    pub at: i64,
    /// The same as the archive writes it.
    pub stamp: String,
    /// The address that was captured.
    pub url: String,
    /// The hash of what came.
    pub digest: String,
}

/// A capture that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCapture {
    /// The capture.
    pub capture: NewCapture,
    /// How often it was asked for in vain.
    pub tries: u32,
}

/// Which of an archive's articles are meant: those whose address tells a day of the span, and those whose address
/// tells none, captured from its first day to some days after its last.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The days.
    pub span: Span,
    /// Days after the last one.
    pub late_days: i32,
}

impl Asked {
    /// Seconds since 1970 UTC between which captures are looked at: from the first day's beginning in Korea.
    pub(super) fn bounds(&self) -> (i64, i64) {
        let at = |day: Day| i64::from(day.epoch_days()) * 86_400 - 9 * 3600;
        (at(self.span.from), at(self.span.to.plus(self.late_days + 1)))
    }
}

/// Articles of an archive that are meant: `?1` the archive, `?2` and `?3` the days, `?4` and `?5` the bounds.
pub(super) const MEANT: &str = "archive = ?1 AND CASE WHEN day IS NULL THEN first_at >= ?4 AND first_at < ?5
                                           ELSE day BETWEEN ?2 AND ?3 END";

impl Writer {
    /// Stores what an index lists. An article that failed waits again if it has a capture that is new.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_captures(&mut self, archive: ArchiveId, captures: &[NewCapture]) -> Result<(), StoreError> {
        for capture in captures {
            self.connection
                .prepare_cached(
                    "INSERT INTO archived (archive, key, day, first_at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (archive, key) DO UPDATE SET first_at = min(first_at, excluded.first_at)
                      WHERE excluded.first_at < first_at",
                )?
                .execute(params![archive.0, capture.key, capture.day.map(Day::epoch_days), capture.at])?;
            let new = self
                .connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO archived_capture (archive, key, at, stamp, url, digest)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![archive.0, capture.key, capture.at, capture.stamp, capture.url, capture.digest])?;
            if new > 0 {
                self.connection
                    .prepare_cached("UPDATE archived SET state = 0 WHERE archive = ?1 AND key = ?2 AND state = 2")?
                    .execute(params![archive.0, capture.key])?;
            }
        }
        Ok(())
    }

    /// Articles of which no capture was content wait again: layouts may have been mended.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn try_failed_again(&mut self, archive: ArchiveId) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE archived_capture SET outcome = NULL, tries = 0
              WHERE archive = ?1 AND key IN (SELECT key FROM archived WHERE archive = ?1 AND state = 2)",
            [archive.0],
        )?;
        self.connection.execute("UPDATE archived SET state = 0 WHERE archive = ?1 AND state = 2", [archive.0])?;
        Ok(())
    }

    /// The capture to read next: of the article that was captured first, the oldest capture that was not tried and
    /// whose bytes are not those of one that was.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn next_capture(&self, archive: ArchiveId, asked: &Asked) -> Result<Option<DueCapture>, StoreError> {
        let (from, to) = (asked.span.from.epoch_days(), asked.span.to.epoch_days());
        let (first, last) = asked.bounds();
        let article: Option<(i64, Option<i32>)> = self
            .connection
            .prepare_cached(&format!(
                "SELECT key, day FROM archived WHERE state = 0 AND {MEANT} ORDER BY tries, first_at, key LIMIT 1"
            ))?
            .query_row(params![archive.0, from, to, first, last], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((key, day)) = article else { return Ok(None) };
        let sql = "SELECT at, stamp, url, digest, tries FROM archived_capture c
                    WHERE archive = ?1 AND key = ?2 AND outcome IS NULL ORDER BY at, url LIMIT 1";
        Ok(self
            .connection
            .prepare_cached(sql)?
            .query_row(params![archive.0, key], |row| {
                let (at, stamp, url, digest) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
                let day = day.map(Day::from_epoch_days);
                Ok(DueCapture { capture: NewCapture { key, day, at, stamp, url, digest }, tries: row.get(4)? })
            })
            .optional()?)
    }

    /// How many articles of an archive wait.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn archived_waiting(&self, archive: ArchiveId, asked: &Asked) -> Result<u32, StoreError> {
        let (first, last) = asked.bounds();
        let (from, to) = (asked.span.from.epoch_days(), asked.span.to.epoch_days());
        let sql = format!("SELECT count(*) FROM archived WHERE state = 0 AND {MEANT}");
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row(params![archive.0, from, to, first, last], |row| row.get(0))?)
    }

    /// Settles the articles whose text is held already, by their addresses.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn settle_held(&mut self, archive: ArchiveId) -> Result<(), StoreError> {
        self.connection.execute(
            "UPDATE archived SET state = 3 WHERE archive = ?1 AND state = 0 AND EXISTS (
                 SELECT 1 FROM appearance p JOIN revision r ON r.id = p.revision
                  WHERE p.address = archived.key AND r.content = ?2)",
            params![archive.0, Content::Full.code()],
        )?;
        Ok(())
    }

    /// Notes that an article was read from a capture, as of this day; `brought`: 0 nothing new, 1 one more appearance
    /// of a text, 2 a new text.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn settle_read(
        &mut self,
        archive: ArchiveId,
        capture: &NewCapture,
        day: Option<Day>,
        brought: u8,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE archived SET state = 1, read_day = ?3, brought = ?4, outcome = NULL, why = ''
                  WHERE archive = ?1 AND key = ?2",
            )?
            .execute(params![archive.0, capture.key, day.map(Day::epoch_days), brought])?;
        self.note_outcome(archive, capture, Outcome::Content)
    }

    /// Notes that a capture is no content, and with it all others of its article with the same bytes. Where none is
    /// left, the article has failed. Answers whether there is one.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_capture_failed(
        &mut self,
        archive: ArchiveId,
        capture: &NewCapture,
        outcome: Outcome,
        why: &str,
    ) -> Result<bool, StoreError> {
        self.note_outcome(archive, capture, outcome)?;
        if outcome.keeps_page() {
            self.connection
                .prepare_cached(
                    "UPDATE archived_capture SET outcome = ?4 WHERE archive = ?1 AND key = ?2 AND digest = ?3
                        AND digest <> '-' AND outcome IS NULL",
                )?
                .execute(params![archive.0, capture.key, capture.digest, outcome.code()])?;
        }
        self.connection
            .prepare_cached(
                "UPDATE archived SET outcome = ?3, why = ?4, state = CASE WHEN EXISTS (
                     SELECT 1 FROM archived_capture c WHERE c.archive = ?1 AND c.key = ?2 AND c.outcome IS NULL)
                   THEN 0 ELSE 2 END WHERE archive = ?1 AND key = ?2",
            )?
            .execute(params![archive.0, capture.key, outcome.code(), why])?;
        let sql = "SELECT state = 0 FROM archived WHERE archive = ?1 AND key = ?2";
        Ok(self.connection.prepare_cached(sql)?.query_row(params![archive.0, capture.key], |row| row.get(0))?)
    }

    /// Notes that a capture was asked for in vain: the archive's fault, so far.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_try(&mut self, archive: ArchiveId, capture: &NewCapture) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE archived_capture SET tries = tries + 1 WHERE archive = ?1 AND key = ?2 AND at = ?3 AND url = ?4",
            )?
            .execute(params![archive.0, capture.key, capture.at, capture.url])?;
        self.connection
            .prepare_cached("UPDATE archived SET tries = tries + 1 WHERE archive = ?1 AND key = ?2")?
            .execute(params![archive.0, capture.key])?;
        Ok(())
    }

    fn note_outcome(&mut self, archive: ArchiveId, capture: &NewCapture, outcome: Outcome) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE archived_capture SET outcome = ?5, tries = tries + 1
                  WHERE archive = ?1 AND key = ?2 AND at = ?3 AND url = ?4",
            )?
            .execute(params![archive.0, capture.key, capture.at, capture.url, outcome.code()])?;
        Ok(())
    }
}
