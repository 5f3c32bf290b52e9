//! Every SELECT that answers a question. A command, a page and its JSON ask with the same [`Filter`] and get
//! the same rows, so they cannot disagree.

pub mod articles;
pub mod captures;
pub mod changes;
pub mod coverage;
mod days;
pub mod health;
pub mod held;
pub mod indicator;
mod judged;
pub mod marked;
mod mentioned;
pub mod mentions;
pub mod messages;
mod method;
mod polled;
pub mod review;
pub mod search;
pub mod series;
pub mod silence;
pub mod sources;
pub mod sql;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Reader, StoreError};
use crate::domain::day::Day;
use crate::domain::period::Span;
use crate::domain::stamp::instant_of_text;
use crate::domain::stream::{Edition, Outlet, Stream};

/// Which part of the store a question is about. Empty lists mean all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Filter {
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
    /// Outlets.
    pub outlet: Vec<Outlet>,
    /// Editions.
    pub edition: Vec<Edition>,
}

impl Filter {
    /// Whether a stream is asked for.
    pub fn wants(&self, stream: &Stream) -> bool {
        (self.outlet.is_empty() || self.outlet.contains(&stream.outlet))
            && (self.edition.is_empty() || self.edition.contains(&stream.edition))
    }

    /// Whether articles without a day are asked for too: where no day is.
    pub(super) fn is_unbounded(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// The bounds of days, for SQL.
    pub(super) fn bounds(&self) -> (i32, i32) {
        (self.from.map_or(i32::MIN, Day::epoch_days), self.to.map_or(i32::MAX, Day::epoch_days))
    }
}

/// A question as it stands beside its answer: the command, what is its own, and the filter.
pub fn told(command: &str, own: Value, filter: &Filter) -> Value {
    let mut all = Map::new();
    all.insert("command".to_owned(), command.into());
    for part in [own, json!(filter)] {
        if let Value::Object(part) = part {
            all.extend(part);
        }
    }
    Value::Object(all)
}

/// Which revision of an article is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Version {
    /// The latest held.
    #[default]
    Latest,
    /// The first that was published, as far as is known.
    AsFirstPublished,
    /// The latest that the store held at an instant, in seconds since 1970 UTC.
    AsOf(i64),
}

impl std::str::FromStr for Version {
    type Err = String;

    /// Reads an instant, or a day in Korea, whose end is meant.
    fn from_str(text: &str) -> Result<Self, String> {
        instant_of_text(text)
            // The last second of the day: midnight at +09:00, where the present offset is.
            .or_else(|| text.parse::<Day>().ok().map(|day| i64::from(day.plus(1).epoch_days()) * 86_400 - 9 * 3600 - 1))
            .map(Self::AsOf)
            .ok_or_else(|| format!("'{text}': write 2024-09-01T00:00:00Z or 2024-09-01"))
    }
}

impl Reader {
    /// The streams asked for, with their numbers, in the order of rows.
    pub(super) fn streams(&self, filter: &Filter) -> Result<Vec<(i64, Stream)>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT id, outlet, edition FROM stream ORDER BY outlet, edition")?;
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))?;
        let mut streams = Vec::new();
        for row in rows {
            let (number, outlet, edition) = row?;
            let (outlet, edition) = (outlet.parse(), edition.parse());
            if let (Ok(outlet), Ok(edition)) = (outlet, edition) {
                let stream = Stream { outlet, edition };
                if filter.wants(&stream) {
                    streams.push((number, stream));
                }
            }
        }
        streams.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(streams)
    }

    /// The streams of which anything is known, in the order of rows.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn known_streams(&self, filter: &Filter) -> Result<Vec<Stream>, StoreError> {
        Ok(self.streams(filter)?.into_iter().map(|(_, stream)| stream).collect())
    }

    /// The days from the first to the last of which anything is held or declared, within the filter; `None`
    /// for an empty store.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn extent(&self, filter: &Filter) -> Result<Option<Span>, StoreError> {
        let Some(held) = self.held_since(filter, i32::MIN)? else { return Ok(None) };
        Ok(Span::new(filter.from.unwrap_or(held.from), filter.to.unwrap_or(held.to)))
    }

    /// The first of the filter's days from a day on of which anything is held or declared.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn first_since(&self, filter: &Filter, day: Day) -> Result<Option<Day>, StoreError> {
        Ok(self.held_since(filter, day.epoch_days())?.map(|held| held.from.max(day)))
    }

    /// The days from the first to the last of which anything is held of the filter's streams, those before a day left
    /// out.
    fn held_since(&self, filter: &Filter, since: i32) -> Result<Option<Span>, StoreError> {
        let mut extent: Option<Span> = None;
        for (number, _) in self.streams(filter)? {
            let days: (Option<i32>, Option<i32>) = self.timed(|c| {
                Ok(c.query_row(
                    // One end at a time: only so does SQLite step into the index instead of reading all of it.
                    "SELECT min(low), max(high) FROM (
                         SELECT (SELECT min(day) FROM article WHERE stream = ?1 AND day >= ?2) AS low,
                                (SELECT max(day) FROM article WHERE stream = ?1 AND day >= ?2) AS high
                         UNION ALL SELECT min(first), max(last) FROM declaration WHERE stream = ?1 AND last >= ?2
                         UNION ALL SELECT (SELECT min(day) FROM polled_day WHERE source = s.id AND day >= ?2),
                                          (SELECT max(day) FROM polled_day WHERE source = s.id AND day >= ?2)
                                     FROM source s WHERE s.stream = ?1
                         UNION ALL SELECT min(l.first_day), max(l.last_day) FROM listed_days l
                                     JOIN source s ON s.id = l.source WHERE s.stream = ?1 AND l.last_day >= ?2)",
                    [number, i64::from(since)],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )?)
            })?;
            if let (Some(low), Some(high)) = days {
                let (low, high) = (Day::from_epoch_days(low), Day::from_epoch_days(high));
                let span = extent.get_or_insert(Span { from: low, to: high });
                *span = Span { from: span.from.min(low), to: span.to.max(high) };
            }
        }
        Ok(extent)
    }
}
