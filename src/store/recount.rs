//! Counting the stored texts again, and the lexicons a store has been counted by.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::tally::{TallyKey, measured};
use super::write::Writer;
use super::{StoreError, days};
use crate::domain::article::Content;
use crate::domain::count::Text;
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::method::Method;
use crate::domain::period::By;
use crate::domain::stream::Edition;

/// What a recount changes, or would change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recount {
    /// The method the store was counted by.
    pub from: String,
    /// The method of the lexicon now.
    pub to: String,
    /// Texts counted.
    pub texts: u64,
    /// Messages between leaders before and after.
    pub messages: (u64, u64),
    /// Differences of measured mentions, by entity and month; empty where nothing changes.
    pub rows: Vec<RecountRow>,
}

/// One entity and month whose figure changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecountRow {
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: String,
    /// The entity's id.
    pub entity: String,
    /// The month.
    pub period: String,
    /// Mentions so far.
    pub before: u64,
    /// Mentions by the lexicon now.
    pub after: u64,
}

impl RecountRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 6] = ["outlet", "edition", "entity", "period", "before", "after"];
}

/// Keeps a method with the store, which is counted by it from now on.
pub(super) fn keep_method(connection: &Connection, method: &Method, now: i64) -> Result<(), StoreError> {
    let (lexicon, rules) = (method.lexicon(), method.rules());
    connection.execute(
        "INSERT INTO method (name, lexicon, rules_name, rules, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![lexicon.method(), lexicon.to_toml(), rules.method(), rules.to_toml(), now],
    )?;
    Ok(())
}

/// The name of the method the store was counted by last; `None` for a new one.
pub(super) fn kept_method(connection: &Connection) -> Result<Option<String>, StoreError> {
    let sql = "SELECT name || '-' || rules_name FROM method ORDER BY id DESC LIMIT 1";
    Ok(connection.query_row(sql, [], |row| row.get(0)).optional()?)
}

/// The store's number of each entity, in the lexicon's order; new entities get one.
pub(super) fn entity_numbers(connection: &Connection, lexicon: &Lexicon) -> Result<Vec<i64>, StoreError> {
    let mut numbers = Vec::new();
    for entity in lexicon.entities() {
        connection.prepare_cached("INSERT OR IGNORE INTO entity (name) VALUES (?1)")?.execute([&entity.id])?;
        let sql = "SELECT id FROM entity WHERE name = ?1";
        numbers.push(connection.prepare_cached(sql)?.query_row([&entity.id], |row| row.get(0))?);
    }
    Ok(numbers)
}

type Cell = (String, String, String, String);

impl Writer {
    /// Counts all stored texts, and reads them for messages, with what the writer was opened with. In a dry run
    /// nothing is changed.
    ///
    /// # Errors
    /// `SQLite`'s; the store is as before then.
    pub fn recount(&mut self, now: i64, dry_run: bool) -> Result<Recount, StoreError> {
        let from = kept_method(&self.connection)?;
        let to = self.method.name();
        self.begin()?;
        let before = cells(&self.connection)?;
        let messages = |connection: &Connection| {
            connection.query_row("SELECT count(*) FROM message", [], |row| row.get::<_, u64>(0))
        };
        let messages_before = messages(&self.connection)?;
        self.connection.execute("DELETE FROM tally", [])?;
        days::doubt(&self.connection)?;
        self.connection.execute("DELETE FROM telling", [])?;
        self.connection.execute("INSERT OR IGNORE INTO ungathered VALUES (1)", [])?;
        let texts = self.count_all()?;
        self.gather_messages()?;
        let after = cells(&self.connection)?;
        let messages = (messages_before, messages(&self.connection)?);
        if dry_run {
            self.connection.execute_batch("ROLLBACK")?;
        } else {
            if from.as_deref() != Some(to.as_str()) {
                keep_method(&self.connection, &self.method, now)?;
            }
            self.commit()?;
        }
        let keys = before.keys().chain(after.keys()).cloned().collect::<std::collections::BTreeSet<Cell>>();
        let rows = keys
            .into_iter()
            .filter_map(|key| {
                let at = |cells: &BTreeMap<Cell, u64>| cells.get(&key).copied().unwrap_or(0);
                let (before, after) = (at(&before), at(&after));
                let (outlet, edition, entity, period) = key;
                (before != after).then_some(RecountRow { outlet, edition, entity, period, before, after })
            })
            .collect();
        Ok(Recount { from: from.unwrap_or_default(), to, texts, messages, rows })
    }

    fn count_all(&mut self) -> Result<u64, StoreError> {
        let mut texts = 0;
        let mut last = 0;
        loop {
            // In portions, so that reading and writing the same file do not hold each other up.
            let portion = portion(&self.connection, last)?;
            let Some(end) = portion.last() else {
                self.waiting.file(&self.connection)?;
                return Ok(texts);
            };
            last = end.key.revision;
            texts += portion.len() as u64;
            for stored in &portion {
                let text = Text { edition: stored.edition, title: &stored.title, body: &stored.body };
                let said = self.method.read(Some(stored.key.day), &text);
                self.put_said(&stored.key, &said)?;
            }
            // Sorted among many, tallies go into the tree side by side; those of one portion are spread over all of it.
            if self.waiting.rows() >= AT_ONCE {
                self.waiting.file(&self.connection)?;
            }
        }
    }
}

/// So many tallies wait to be filed: some twenty megabytes.
const AT_ONCE: usize = 250_000;

struct Stored {
    key: TallyKey,
    edition: Edition,
    title: String,
    body: String,
}

fn portion(connection: &Connection, after: i64) -> Result<Vec<Stored>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT r.id, r.article, a.stream, a.day, s.edition, r.title, r.body, r.content, a.latest = r.id
           FROM revision r JOIN article a ON a.id = r.article JOIN stream s ON s.id = a.stream
          WHERE r.id > ?1 AND a.day IS NOT NULL ORDER BY r.id LIMIT 500",
    )?;
    let rows = statement.query_map([after], |row| {
        let content = Content::from_code(row.get(7)?).unwrap_or(Content::Missing);
        let latest: bool = row.get(8)?;
        Ok(Stored {
            key: TallyKey {
                measured: if latest { measured(content) } else { 0 },
                stream: row.get(2)?,
                day: Day::from_epoch_days(row.get(3)?),
                revision: row.get(0)?,
                article: row.get(1)?,
            },
            edition: row.get::<_, String>(4)?.parse().unwrap_or(Edition::En),
            title: row.get(5)?,
            body: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Measured mentions by outlet, edition, entity and month.
fn cells(connection: &Connection) -> Result<BTreeMap<Cell, u64>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT s.outlet, s.edition, e.name, t.day, sum(t.mentions) FROM tally t JOIN entity e ON e.id = t.entity
           JOIN stream s ON s.id = t.stream WHERE t.measured = 1 GROUP BY t.entity, t.stream, t.day",
    )?;
    let mut rows = statement.query([])?;
    let mut cells = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let month = By::Month.label(Day::from_epoch_days(row.get(3)?));
        *cells.entry((row.get(0)?, row.get(1)?, row.get(2)?, month)).or_insert(0) += row.get::<_, u64>(4)?;
    }
    Ok(cells)
}
