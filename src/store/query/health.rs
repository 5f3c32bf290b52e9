//! How the collector fares, in figures: for the metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::domain::day::Day;
use crate::store::{Paths, Reader, StoreError};

/// The store and its sources. Instants are seconds since 1970 UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// The version of the schema.
    pub schema: u32,
    /// Size of the store's file.
    pub store_bytes: u64,
    /// Size of its write-ahead log.
    pub log_bytes: u64,
    /// Size of the full-text index, with its log.
    pub index_bytes: u64,
    /// Articles with a text.
    pub articles: u64,
    /// Texts that the full-text index lacks.
    pub unindexed: u64,
    /// The sources, by name.
    pub sources: Vec<SourceHealth>,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceHealth {
    /// `kcna-en`.
    pub name: String,
    /// The last poll.
    pub polled_at: Option<i64>,
    /// The last one that succeeded.
    pub succeeded_at: Option<i64>,
    /// When something new last came.
    pub new_at: Option<i64>,
    /// Since when every poll has failed.
    pub failing_since: Option<i64>,
    /// When it is polled next.
    pub next_at: i64,
    /// Polls in a row that failed.
    pub failures: u32,
    /// Entries that wait to be read.
    pub waiting: u32,
    /// Entries on the lists of the last poll that read any: one that finds all unchanged reads none.
    pub listed: Option<u32>,
    /// Those of them that were new.
    pub new: Option<u32>,
    /// Korean days that lie, whole or in part, in a gap between two lists.
    pub gap_days: u32,
    /// The alarms that hold, by kind.
    pub alarms: Vec<String>,
}

impl Reader {
    /// How the collector fares.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn health(&self, paths: &Paths) -> Result<Health, StoreError> {
        let (store, index) = (paths.database(), paths.search());
        let unindexed = self.unindexed()?;
        self.timed(|connection| {
            let mut gaps = gap_days(connection)?;
            let mut alarms = connection
                .prepare_cached("SELECT kind FROM alarm WHERE source = ?1 AND until IS NULL ORDER BY kind")?;
            let mut statement = connection.prepare_cached(
                "SELECT s.id, s.name, s.polled_at, s.succeeded_at, s.new_at, s.failing_since, s.next_at, s.failures,
                        (SELECT count(*) FROM entry e WHERE e.source = s.id AND e.state = 0 AND e.revision IS NULL), p.listed, p.new
                   FROM source s
                   LEFT JOIN poll p ON p.id = (SELECT id FROM poll NOT INDEXED WHERE source = s.id AND listed > 0
                                              ORDER BY id DESC LIMIT 1)
                  ORDER BY s.name",
            )?;
            let mut rows = statement.query([])?;
            let mut sources = Vec::new();
            while let Some(row) = rows.next()? {
                let id: i64 = row.get(0)?;
                sources.push(SourceHealth {
                    name: row.get(1)?,
                    polled_at: row.get(2)?,
                    succeeded_at: row.get(3)?,
                    new_at: row.get(4)?,
                    failing_since: row.get(5)?,
                    next_at: row.get(6)?,
                    failures: row.get(7)?,
                    waiting: row.get(8)?,
                    listed: row.get(9)?,
                    new: row.get(10)?,
                    gap_days: gaps.remove(&id).unwrap_or(0),
                    alarms: alarms.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?,
                });
            }
            // The sums by day, and what is in none of them: articles of stale days, and without a day.
            let articles = "SELECT (SELECT coalesce(sum(articles), 0) FROM held_day h WHERE content = 3
                                       AND NOT EXISTS (SELECT 1 FROM stale_day d WHERE d.stream = h.stream AND d.day = h.day))
                                 + (SELECT count(*) FROM stale_day d CROSS JOIN article a
                                     WHERE a.stream = d.stream AND a.day = d.day AND a.content = 3)
                                 + (SELECT count(*) FROM stream s CROSS JOIN article a
                                     WHERE a.stream = s.id AND a.day IS NULL AND a.content = 3)";
            Ok(Health {
                schema: connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
                store_bytes: size(&store),
                log_bytes: size(&Paths::log(&store)),
                index_bytes: size(&index) + size(&Paths::log(&index)),
                articles: connection.query_row(articles, [], |row| row.get(0))?,
                unindexed: unindexed.try_into().unwrap_or(0),
                sources,
            })
        })
    }
}

/// Days in gaps, by source; a day in several gaps is one.
fn gap_days(connection: &rusqlite::Connection) -> Result<BTreeMap<i64, u32>, StoreError> {
    let mut days: BTreeMap<i64, BTreeSet<i32>> = BTreeMap::new();
    let mut statement = connection.prepare_cached("SELECT source, from_at, to_at FROM gap")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (from, to) = (Day::in_korea(row.get(1)?), Day::in_korea(row.get(2)?));
        days.entry(row.get(0)?).or_default().extend(from.epoch_days()..=to.epoch_days());
    }
    Ok(days.into_iter().map(|(source, days)| (source, u32::try_from(days.len()).unwrap_or(u32::MAX))).collect())
}

/// The size of a file that may not be there.
fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}
