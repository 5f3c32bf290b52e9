//! Filing what texts say of entities.
//!
//! Tallies lie by entity and day, texts arrive in any order, and most rows of a bulk are tallies: put in one by one
//! they cost as much as the texts themselves. So those of a transaction wait until its end, and go in sorted.

use std::sync::LazyLock;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};

use super::StoreError;
use super::rows::Insertion;
use super::write::Writer;
use crate::domain::article::Content;
use crate::domain::count::Tally;
use crate::domain::day::Day;

/// Where a text's tallies are filed.
#[derive(Debug, Clone, Copy)]
pub(super) struct TallyKey {
    pub measured: i64,
    pub stream: i64,
    pub day: Day,
    pub revision: i64,
    pub article: i64,
}

/// How a measured text of some content counts: 1 in full, 2 by its headline, 0 not at all.
pub(super) const fn measured(content: Content) -> i64 {
    match content {
        Content::Full => 1,
        Content::HeadlineOnly => 2,
        Content::Missing | Content::Media => 0,
    }
}

static TALLY: LazyLock<Insertion<10>> = LazyLock::new(|| {
    let columns =
        ["entity", "measured", "stream", "day", "revision", "form", "article", "mentions", "in_title", "in_lead"];
    Insertion::new("tally", columns)
});

fn row((entity, key, tally): &(i64, TallyKey, Tally)) -> [ValueRef<'_>; 10] {
    [
        *entity,
        key.measured,
        key.stream,
        key.day.epoch_days().into(),
        key.revision,
        tally.form.code(),
        key.article,
        tally.mentions.into(),
        tally.in_title.into(),
        tally.in_lead.into(),
    ]
    .map(ValueRef::Integer)
}

/// The tallies of the transaction that is open, in the order of their revisions, each with its entity's number.
#[derive(Debug, Default)]
pub(super) struct Waiting(Vec<(i64, TallyKey, Tally)>);

impl Waiting {
    /// Puts all in.
    pub fn file(&mut self, connection: &Connection) -> Result<(), StoreError> {
        if self.0.is_empty() {
            return Ok(());
        }
        // In the order of the primary key.
        self.0.sort_unstable_by_key(|(entity, key, tally)| {
            (*entity, key.measured, key.stream, key.day, key.revision, tally.form)
        });
        TALLY.insert(connection, &self.0, row)?;
        self.0.clear();
        Ok(())
    }

    /// How many they are.
    pub const fn rows(&self) -> usize {
        self.0.len()
    }

    /// Forgets them, with the transaction they are of.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl Writer {
    /// Files the tallies of a text that has none.
    pub(super) fn put_tallies(&mut self, key: &TallyKey, tallies: &[Tally]) -> Result<(), StoreError> {
        // New texts have ever higher numbers; one that is counted again after them begins a new run.
        if self.waiting.0.last().is_some_and(|(_, last, _)| last.revision >= key.revision) {
            self.waiting.file(&self.connection)?;
        }
        let entities = &self.entities;
        self.waiting.0.extend(tallies.iter().map(|tally| (entities[usize::from(tally.entity.0)], *key, *tally)));
        Ok(())
    }

    /// Files a text's tallies elsewhere.
    pub(super) fn refile(&mut self, from: &TallyKey, to: &TallyKey) -> Result<(), StoreError> {
        let rows = &mut self.waiting.0;
        let first = rows.partition_point(|(_, key, _)| key.revision < from.revision);
        if rows.get(first).is_some_and(|(_, key, _)| key.revision == from.revision) {
            rows[first..]
                .iter_mut()
                .take_while(|(_, key, _)| key.revision == from.revision)
                .for_each(|row| row.1 = *to);
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(
            "UPDATE tally SET measured = ?6, article = ?7
              WHERE entity = ?1 AND measured = ?2 AND stream = ?3 AND day = ?4 AND revision = ?5",
        )?;
        let day = from.day.epoch_days();
        for &entity in &self.entities {
            statement.execute(params![
                entity,
                from.measured,
                from.stream,
                day,
                from.revision,
                to.measured,
                to.article
            ])?;
        }
        Ok(())
    }
}
