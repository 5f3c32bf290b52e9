//! What sources have listed: entries that wait to be read, those that were, and when to look at them again.

use std::collections::HashSet;

use rusqlite::{OptionalExtension, Row, params};

use super::StoreError;
use super::sources::{SectionId, SourceId};
use super::write::Writer;
use crate::domain::article::DayFrom;
use crate::domain::day::Day;
use crate::domain::outcome::Outcome;

/// What is to become of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits to be read.
    Waiting = 0,
    /// It was read, and is looked at again now and then.
    Read = 1,
    /// Photos or a film: nothing to read.
    Media = 2,
    /// It is not there any more.
    Gone = 3,
}

/// A line of a list, to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// [`crate::domain::address::address_key`] of what it is known by.
    pub key: i64,
    /// Its address, as linked.
    pub url: String,
    /// Its title on the list.
    pub title: String,
    /// Its day.
    pub day: Option<Day>,
    /// Where the day is from.
    pub day_from: DayFrom,
    /// Its place on the list, from 0.
    pub place: u32,
    /// Whether it is photos or a film.
    pub media: bool,
}

/// An entry that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its key.
    pub key: i64,
    /// Where to read it.
    pub url: String,
    /// Its title on the list.
    pub title: String,
    /// Its day.
    pub day: Option<Day>,
    /// Where the day is from.
    pub day_from: DayFrom,
    /// Attempts so far without success.
    pub attempts: u32,
    /// When it was first read; `None` while it waits.
    pub read_at: Option<i64>,
    /// How often it was looked at again.
    pub looks: u32,
    /// How often in a row it was not found.
    pub misses: u32,
    /// Since when.
    pub missed_since: Option<i64>,
    /// The sections it stood in.
    pub sections: Vec<String>,
    /// The text that is held.
    pub held: Option<String>,
}

/// What a list brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Noted {
    /// Entries that are new to the source.
    pub new: u32,
    /// Articles known from another section that stand in this one too now.
    pub appearances: u32,
}

impl Writer {
    /// Which of some keys stood on a list before.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn listed(&self, section: SectionId, keys: &[i64]) -> Result<HashSet<i64>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT 1 FROM listed WHERE section = ?1 AND key = ?2")?;
        let mut found = HashSet::new();
        for key in keys {
            if statement.exists(params![section.0, key])? {
                found.insert(*key);
            }
        }
        Ok(found)
    }

    /// Whether anything ever stood on a list.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn has_listed(&self, section: SectionId) -> Result<bool, StoreError> {
        Ok(self.connection.prepare_cached("SELECT 1 FROM listed WHERE section = ?1")?.exists([section.0])?)
    }

    /// The newest day that stood on a list.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn last_day(&self, section: SectionId) -> Result<Option<Day>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT max(e.day) FROM listed l JOIN section s ON s.id = l.section
               JOIN entry e ON e.source = s.source AND e.key = l.key WHERE l.section = ?1",
        )?;
        Ok(statement.query_row([section.0], |row| row.get::<_, Option<i32>>(0))?.map(Day::from_epoch_days))
    }

    /// Stores the lines of a list. `whole`: the list was walked to where it overlaps the one before it, to its end,
    /// or to a gap that is recorded; only then its lines count as listed.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_list(
        &mut self,
        source: SourceId,
        section: SectionId,
        entries: &[NewEntry],
        whole: bool,
        now: i64,
    ) -> Result<Noted, StoreError> {
        let mut noted = Noted::default();
        for entry in entries {
            let state = if entry.media { State::Media } else { State::Waiting };
            let next_at = (!entry.media).then_some(now);
            let inserted = self
                .connection
                .prepare_cached(
                    "INSERT INTO entry (source, key, url, title, day, day_from, place, seen_at, state, next_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
                )?
                .execute(params![
                    source.0,
                    entry.key,
                    entry.url,
                    entry.title,
                    entry.day.map(Day::epoch_days),
                    entry.day_from.code(),
                    entry.place,
                    now,
                    state as i64,
                    next_at
                ])?;
            if inserted > 0 {
                noted.new += u32::from(!entry.media);
            } else {
                // The list may call it otherwise by now, and what waits is asked for by its newest name.
                self.connection
                    .prepare_cached(
                        "UPDATE entry SET title = ?3, url = ?4 WHERE source = ?1 AND key = ?2 AND state = 0
                            AND (title <> ?3 OR url <> ?4)",
                    )?
                    .execute(params![source.0, entry.key, entry.title, entry.url])?;
            }
            if whole {
                let listed = self
                    .connection
                    .prepare_cached("INSERT OR IGNORE INTO listed (section, key) VALUES (?1, ?2)")?
                    .execute(params![section.0, entry.key])?;
                if listed > 0 && inserted == 0 {
                    noted.appearances += self.appear(source, section, entry)?;
                }
            }
        }
        Ok(noted)
    }

    /// An article that was read appears in one more section.
    fn appear(&mut self, source: SourceId, section: SectionId, entry: &NewEntry) -> Result<u32, StoreError> {
        let origin = self.use_origin();
        let count = self
            .connection
            .prepare_cached(
                "INSERT OR IGNORE INTO appearance (revision, address, section, url, origin, line, captured, layout)
                 SELECT e.revision, e.key, s.name, ?4, ?5, ?6, a.captured, a.layout
                   FROM entry e
                   JOIN section s ON s.id = ?3
                   JOIN appearance a ON a.revision = e.revision AND a.address = e.key
                  WHERE e.source = ?1 AND e.key = ?2 AND e.revision IS NOT NULL LIMIT 1",
            )?
            .execute(params![source.0, entry.key, section.0, entry.url, origin, entry.place])?;
        Ok(u32::try_from(count).unwrap_or(0))
    }

    /// Entries that are due, those that wait before those to look at again, the oldest first.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn due(&self, source: SourceId, now: i64, most: u32) -> Result<Vec<Due>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT key, url, title, day, day_from, attempts, read_at, looks, misses, missed_since,
                    (SELECT body FROM revision r WHERE r.id = e.revision)
               FROM entry e WHERE source = ?1 AND state IN (0, 1) AND next_at <= ?2
              ORDER BY state, attempts > 0, day, place DESC, key LIMIT ?3",
        )?;
        let rows = statement.query_map(params![source.0, now, most], due)?;
        let mut all: Vec<Due> = rows.collect::<Result<_, _>>()?;
        for due in &mut all {
            due.sections = self.sections_of(source, due.key)?;
        }
        Ok(all)
    }

    /// An entry by its key, whatever became of it.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn entry(&self, source: SourceId, key: i64) -> Result<Option<Due>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT key, url, title, day, day_from, attempts, read_at, looks, misses, missed_since,
                    (SELECT body FROM revision r WHERE r.id = e.revision)
               FROM entry e WHERE source = ?1 AND key = ?2",
        )?;
        let Some(mut entry) = statement.query_row(params![source.0, key], due).optional()? else { return Ok(None) };
        entry.sections = self.sections_of(source, key)?;
        Ok(Some(entry))
    }

    /// The names of the sections an entry stood in.
    fn sections_of(&self, source: SourceId, key: i64) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT s.name FROM listed l JOIN section s ON s.id = l.section WHERE s.source = ?1 AND l.key = ?2 ORDER BY s.id",
        )?;
        let names = statement.query_map(params![source.0, key], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// How many entries wait to be read now.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn waiting(&self, source: SourceId) -> Result<u32, StoreError> {
        let sql = "SELECT count(*) FROM entry WHERE source = ?1 AND state = 0 AND revision IS NULL";
        Ok(self.connection.prepare_cached(sql)?.query_row([source.0], |row| row.get(0))?)
    }

    /// Notes that an entry was read: as which text, and when to look at it again.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_read(
        &mut self,
        source: SourceId,
        due: &Due,
        hash: &[u8; 32],
        now: i64,
        next_look: Option<i64>,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE entry SET state = 1, attempts = 0, outcome = 0, why = '', misses = 0, missed_since = NULL,
                    read_at = coalesce(read_at, ?3), looks = ?4, next_at = ?5,
                    revision = coalesce((SELECT a.revision FROM appearance a JOIN revision r ON r.id = a.revision
                                          WHERE a.address = ?2 AND r.hash = ?6 LIMIT 1), revision)
                  WHERE source = ?1 AND key = ?2",
            )?
            .execute(params![source.0, due.key, now, due.looks + u32::from(due.read_at.is_some()), next_look, hash])?;
        Ok(())
    }

    /// Notes that an entry could not be read, and when to try again; `gone` where it is given up as removed.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_failed(
        &mut self,
        source: SourceId,
        key: i64,
        failure: &EntryFailure<'_>,
        next_at: i64,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "UPDATE entry SET attempts = attempts + 1, outcome = ?3, why = ?4, misses = ?5, missed_since = ?6,
                    state = CASE WHEN ?7 THEN 3 ELSE state END, next_at = CASE WHEN ?7 THEN NULL ELSE ?8 END
                  WHERE source = ?1 AND key = ?2",
            )?
            .execute(params![
                source.0,
                key,
                failure.outcome.code(),
                failure.why,
                failure.misses,
                failure.missed_since,
                failure.gone,
                next_at
            ])?;
        Ok(())
    }
}

/// Why an entry could not be read.
#[derive(Debug, Clone, Copy)]
pub struct EntryFailure<'a> {
    /// What came instead.
    pub outcome: Outcome,
    /// Why.
    pub why: &'a str,
    /// How often in a row it was not found.
    pub misses: u32,
    /// Since when.
    pub missed_since: Option<i64>,
    /// Whether that is enough to call it gone.
    pub gone: bool,
}

fn due(row: &Row<'_>) -> rusqlite::Result<Due> {
    Ok(Due {
        key: row.get(0)?,
        url: row.get(1)?,
        title: row.get(2)?,
        day: row.get::<_, Option<i32>>(3)?.map(Day::from_epoch_days),
        day_from: DayFrom::from_code(row.get(4)?).unwrap_or(DayFrom::None),
        attempts: row.get(5)?,
        read_at: row.get(6)?,
        looks: row.get(7)?,
        misses: row.get(8)?,
        missed_since: row.get(9)?,
        sections: Vec::new(),
        held: row.get(10)?,
    })
}
