//! How the sources stand, and what has changed afterwards.

use rusqlite::params;
use serde::Serialize;

use super::Filter;
use crate::domain::outcome::Outcome;
use crate::domain::stamp::written;
use crate::store::{Reader, StoreError};

/// One source. The order of fields is the order of columns; instants are UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceRow {
    /// Its name.
    pub source: String,
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: String,
    /// What came of the last poll; empty before the first.
    pub state: &'static str,
    /// Why.
    pub why: String,
    /// The last poll.
    pub polled: Option<String>,
    /// The last poll that succeeded.
    pub last_success: Option<String>,
    /// Since when it fails.
    pub failing_since: Option<String>,
    /// Polls in a row that failed.
    pub failures: u32,
    /// When something new last came.
    pub last_new: Option<String>,
    /// When it is polled next.
    pub next_poll: String,
    /// Articles that wait to be read.
    pub waiting: u32,
    /// Articles that are gone.
    pub gone: u32,
    /// Alarms on its collecting that hold, with their details.
    pub alarms: Vec<String>,
    /// Unusual silences in its texts, and their ends, with their details: news, and no fault of the source.
    pub silences: Vec<String>,
}

impl SourceRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 15] = [
        "source",
        "outlet",
        "edition",
        "state",
        "why",
        "polled",
        "last_success",
        "failing_since",
        "failures",
        "last_new",
        "next_poll",
        "waiting",
        "gone",
        "alarms",
        "silences",
    ];
}

impl Reader {
    /// How the sources stand.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn sources(&self, filter: &Filter) -> Result<Vec<SourceRow>, StoreError> {
        let streams = self.streams(filter)?;
        self.timed(|connection| {
            let mut alarms = connection.prepare_cached(
                "SELECT kind || ': ' || detail FROM alarm
                  WHERE source = ?1 AND until IS NULL AND (subject <> '') = ?2 ORDER BY kind, subject",
            )?;
            let mut holding = |source: i64, on_entity: bool| -> Result<Vec<String>, StoreError> {
                let told = alarms.query_map(params![source, on_entity], |row| row.get(0))?;
                Ok(told.collect::<Result<_, _>>()?)
            };
            let mut statement = connection.prepare_cached(
                "SELECT s.id, s.name, s.stream, s.outcome, s.why, s.polled_at, s.succeeded_at, s.failing_since, s.failures,
                        s.new_at, s.next_at,
                        (SELECT count(*) FROM entry e WHERE e.source = s.id AND e.state = 0 AND e.revision IS NULL),
                        (SELECT count(*) FROM entry e WHERE e.source = s.id AND e.state = 3)
                   FROM source s ORDER BY s.name",
            )?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let number: i64 = row.get(2)?;
                let Some((_, stream)) = streams.iter().find(|(id, _)| *id == number) else { continue };
                let id: i64 = row.get(0)?;
                let time = |i| -> rusqlite::Result<Option<String>> { Ok(row.get::<_, Option<i64>>(i)?.map(written)) };
                let outcome = row.get::<_, Option<i64>>(3)?.and_then(Outcome::from_code);
                all.push(SourceRow {
                    source: row.get(1)?,
                    outlet: stream.outlet.to_string(),
                    edition: stream.edition.to_string(),
                    state: outcome.map_or("", Outcome::as_str),
                    why: row.get(4)?,
                    polled: time(5)?,
                    last_success: time(6)?,
                    failing_since: time(7)?,
                    failures: row.get(8)?,
                    last_new: time(9)?,
                    next_poll: written(row.get(10)?),
                    waiting: row.get(11)?,
                    gone: row.get(12)?,
                    alarms: holding(id, false)?,
                    silences: holding(id, true)?,
                });
            }
            Ok(all)
        })
    }
}
