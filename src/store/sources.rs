//! Sources as the collector writes them: how they stand, their sections, polls, spans and gaps.

use rusqlite::{OptionalExtension, params};

use super::StoreError;
use super::write::Writer;
use crate::domain::day::Day;
use crate::domain::outcome::Outcome;
use crate::domain::schedule::History;
use crate::domain::stream::Stream;

/// The store's number of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub(super) i64);

/// The store's number of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionId(pub(super) i64);

/// How a source stands between two polls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// When it is to be polled, in seconds since 1970 UTC.
    pub next_at: i64,
    /// What the schedule remembers.
    pub history: History,
    /// The last poll that brought something or found nothing new.
    pub succeeded_at: Option<i64>,
    /// When something new was last found.
    pub new_at: Option<i64>,
}

/// How a source stands, to be told to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    /// `kcna-en`.
    pub name: String,
    /// What came of its last poll; `None` before the first.
    pub outcome: Option<Outcome>,
    /// The last poll that succeeded, in seconds since 1970 UTC.
    pub succeeded_at: Option<i64>,
    /// Since when it fails.
    pub failing_since: Option<i64>,
}

/// What is kept of a list between polls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
    /// The hash of its body without what changes in every answer.
    pub sha256: Option<[u8; 32]>,
    /// When it was last asked for without conditions.
    pub full_at: i64,
    /// The first day since which the list was seen without a gap.
    pub reach: Option<Day>,
}

/// A poll that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollRow {
    /// When it began, in seconds since 1970 UTC.
    pub began: i64,
    /// When it ended.
    pub ended: i64,
    /// What came of it, the worst of its sections.
    pub outcome: Outcome,
    /// Why.
    pub why: String,
    /// Sections looked at.
    pub sections: u32,
    /// Requests made.
    pub requests: u32,
    /// Bytes of the answers, unpacked.
    pub bytes: u64,
    /// Entries on the lists.
    pub listed: u32,
    /// New ones among them.
    pub new: u32,
    /// Articles read.
    pub read: u32,
    /// New texts of known articles.
    pub revised: u32,
    /// Articles that could not be read.
    pub failed: u32,
}

/// What a poll says of the days that are covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Not every list was read: nothing.
    Nothing,
    /// Every list was read, and none has had a gap since this day.
    From(Day),
}

impl Writer {
    /// The number and standing of a source, made if it is new. A new source is due at once.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn source(
        &mut self,
        name: &str,
        stream: &Stream,
        lists_all: bool,
        now: i64,
    ) -> Result<(SourceId, Standing), StoreError> {
        let stream = self.stream(stream)?;
        self.connection.execute(
            "INSERT INTO source (name, stream, lists_all, next_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET stream = excluded.stream, lists_all = excluded.lists_all",
            params![name, stream, lists_all, now],
        )?;
        let sql = "SELECT id, next_at, failures, succeeded_at, new_at FROM source WHERE name = ?1";
        Ok(self.connection.query_row(sql, [name], |row| {
            let standing = Standing {
                next_at: row.get(1)?,
                history: History { failures: row.get(2)? },
                succeeded_at: row.get(3)?,
                new_at: row.get(4)?,
            };
            Ok((SourceId(row.get(0)?), standing))
        })?)
    }

    /// The number and validators of a section, made if it is new.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn section(
        &mut self,
        source: SourceId,
        address: &str,
        name: &str,
        now: i64,
    ) -> Result<(SectionId, Validators), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO section (source, address, name, seen_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (source, address) DO UPDATE SET seen_at = excluded.seen_at,
                    name = CASE excluded.name WHEN '' THEN name ELSE excluded.name END",
            )?
            .execute(params![source.0, address, name, now])?;
        let sql = "SELECT id, etag, modified, sha256, full_at, reach FROM section WHERE source = ?1 AND address = ?2";
        Ok(self.connection.prepare_cached(sql)?.query_row(params![source.0, address], |row| {
            let validators = Validators {
                etag: row.get(1)?,
                modified: row.get(2)?,
                sha256: row.get(3)?,
                full_at: row.get(4)?,
                reach: row.get::<_, Option<i32>>(5)?.map(Day::from_epoch_days),
            };
            Ok((SectionId(row.get(0)?), validators))
        })?)
    }

    /// The sections a source had when its menu was last read.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn sections(&self, source: SourceId) -> Result<Vec<(String, String)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT address, name FROM section
              WHERE source = ?1 AND seen_at = (SELECT max(seen_at) FROM section WHERE source = ?1) ORDER BY id",
        )?;
        let rows = statement.query_map([source.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps a list's validators, with the data they vouch for in the same transaction.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn keep_validators(&mut self, section: SectionId, validators: &Validators) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE section SET etag = ?2, modified = ?3, sha256 = ?4, full_at = ?5, reach = ?6 WHERE id = ?1",
            )?
            .execute(params![
                section.0,
                validators.etag,
                validators.modified,
                validators.sha256,
                validators.full_at,
                validators.reach.map(Day::epoch_days)
            ])?;
        Ok(())
    }

    /// Records that a list no longer overlapped the one before it.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn gap(&mut self, source: SourceId, section: &str, from: i64, to: i64, why: &str) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO gap (source, section, from_at, to_at, why) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![source.0, section, from, to, why],
        )?;
        Ok(())
    }

    /// Ends a poll: its row, the source's standing and what is covered.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn end_poll(
        &mut self,
        source: SourceId,
        poll: &PollRow,
        reach: Reach,
        failures: u32,
        next_at: i64,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO poll (source, day, began, ended, outcome, why, sections, requests, bytes, listed, new, read,
                                   revised, failed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                source.0,
                Day::in_korea(poll.began).epoch_days(),
                poll.began,
                poll.ended,
                poll.outcome.code(),
                poll.why,
                poll.sections,
                poll.requests,
                i64::try_from(poll.bytes).unwrap_or(i64::MAX),
                poll.listed,
                poll.new,
                poll.read,
                poll.revised,
                poll.failed,
            ])?;
        let good = poll.outcome.is_good();
        self.connection
            .prepare_cached(
                "UPDATE source SET next_at = ?2, failures = ?3, outcome = ?4, why = ?5, polled_at = ?6,
                    failing_since = CASE WHEN ?7 THEN NULL ELSE coalesce(failing_since, ?6) END,
                    succeeded_at = CASE WHEN ?7 THEN ?6 ELSE succeeded_at END,
                    new_at = CASE WHEN ?8 > 0 THEN ?6 ELSE new_at END
                  WHERE id = ?1",
            )?
            .execute(params![
                source.0,
                next_at,
                failures,
                poll.outcome.code(),
                poll.why,
                poll.began,
                good,
                poll.new + poll.revised
            ])?;
        self.extend(source, reach, poll.began)
    }

    /// Writes what a poll says of the days that are covered. `at` is when its first list was asked for: what was
    /// published after that, it may not have seen.
    fn extend(&mut self, source: SourceId, reach: Reach, at: i64) -> Result<(), StoreError> {
        let Reach::From(day) = reach else { return Ok(()) };
        // A section that has left the menu takes its gaps along; what was not covered then is not covered now.
        let extended = self
            .connection
            .prepare_cached(
                "UPDATE span SET last_at = max(last_at, ?2)
                  WHERE id = (SELECT span FROM source WHERE id = ?1) AND first_day >= ?3",
            )?
            .execute(params![source.0, at, day.epoch_days()])?;
        if extended == 0 {
            self.connection.execute(
                "INSERT INTO span (source, first_day, last_at) VALUES (?1, ?2, ?3)",
                params![source.0, day.epoch_days(), at],
            )?;
            let span = self.connection.last_insert_rowid();
            self.connection.execute("UPDATE source SET span = ?2 WHERE id = ?1", params![source.0, span])?;
        }
        Ok(())
    }

    /// Moves a source's next poll, after a restart or because our own network was away.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn postpone(&mut self, source: SourceId, next_at: i64) -> Result<(), StoreError> {
        self.connection.execute("UPDATE source SET next_at = ?2 WHERE id = ?1", params![source.0, next_at])?;
        Ok(())
    }

    /// The numbers of new entries of the 28 days before a day, days without a good poll left out: what is usual.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn usual_volume(&self, source: SourceId, day: Day) -> Result<Vec<u32>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT (SELECT count(*) FROM entry e WHERE e.source = ?1 AND e.day = p.day AND e.state IN (0, 1))
               FROM (SELECT DISTINCT day FROM poll WHERE source = ?1 AND day BETWEEN ?2 - 28 AND ?2 - 1
                        AND outcome IN (0, 1)) p",
        )?;
        let rows = statement.query_map(params![source.0, day.epoch_days()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many articles a source has listed of a day.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn listed_on(&self, source: SourceId, day: Day) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM entry WHERE source = ?1 AND day = ?2 AND state IN (0, 1)";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row(params![source.0, day.epoch_days()], |row| row.get(0))?)
    }

    /// How every source stands that the store knows.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn standings(&self) -> Result<Vec<Stands>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, outcome, succeeded_at, failing_since FROM source ORDER BY name")?;
        let rows = statement.query_map([], |row| {
            Ok(Stands {
                name: row.get(0)?,
                outcome: row.get::<_, Option<i64>>(1)?.and_then(Outcome::from_code),
                succeeded_at: row.get(2)?,
                failing_since: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A source by its name, without making it.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn find_source(&self, name: &str) -> Result<Option<SourceId>, StoreError> {
        let sql = "SELECT id FROM source WHERE name = ?1";
        Ok(self.connection.query_row(sql, [name], |row| row.get(0)).optional()?.map(SourceId))
    }
}
