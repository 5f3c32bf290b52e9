//! Bringing an older store up to date: a copy of it first, then all that is missing of the schema's history in one
//! transaction. A store of a newer sinmun is refused: its rows may mean what this one does not know.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite_migration::{Error, M, MigrationDefinitionError, Migrations};

use super::open::{Paths, lock, open_search, open_store};
use super::search::Indexer;
use super::{StoreError, copy};

/// A schema, as it has become and as it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schema {
    /// Its history; steps are only ever appended.
    pub steps: &'static [&'static str],
    /// All of them in one: in a history `SQLite` reads the schema anew with every column that is added.
    pub whole: Option<&'static str>,
}

/// That of the store.
pub(super) const STORE: Schema = Schema {
    steps: &[
        include_str!("../../migrations/0001_store.sql"),
        include_str!("../../migrations/0002_polls.sql"),
        include_str!("../../migrations/0003_bulk.sql"),
        include_str!("../../migrations/0004_messages.sql"),
        include_str!("../../migrations/0005_judgement.sql"),
        include_str!("../../migrations/0006_lookups.sql"),
        include_str!("../../migrations/0007_past.sql"),
        include_str!("../../migrations/0008_days.sql"),
    ],
    whole: Some(include_str!("../../migrations/store.sql")),
};
/// That of the full-text index.
pub(super) const SEARCH: Schema = Schema {
    steps: &[
        include_str!("../../migrations/search/0001_search.sql"),
        include_str!("../../migrations/search/0002_bulk.sql"),
    ],
    whole: None,
};

/// Called again and again while long work goes on: whoever waits for it knows that it lives.
pub type Moved = Arc<dyn Fn() + Send + Sync>;

/// For work that nobody waits for with a watch in hand.
pub fn silent() -> Moved {
    Arc::new(|| {})
}

/// Whether the state before an upgrade is kept beside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Copies {
    /// It is.
    Kept,
    /// It is not.
    None,
}

/// Copies of earlier schemas that stay.
const STAY: usize = 2;
/// Steps of `SQLite`'s machine between two calls of [`Moved`]: less than a second of work.
pub(super) const STEPS: i32 = 2_000_000;

/// The version of the schema this sinmun writes.
pub fn schema() -> usize {
    STORE.steps.len()
}

/// The version of a store that this sinmun would bring up to date before it writes; `None` where there is nothing to do.
///
/// # Errors
/// If the store cannot be opened.
pub fn outdated(paths: &Paths) -> Result<Option<usize>, StoreError> {
    let path = paths.database();
    if !path.exists() {
        return Ok(None);
    }
    let before = version(&super::open::open_reading(&path)?)?;
    Ok((1..schema()).contains(&before).then_some(before))
}

/// Brings the store and its index up to date, if there is a store; answers the version it had before, if that was an
/// older one.
///
/// # Errors
/// [`StoreError::Newer`], [`StoreError::Locked`], or the disk's: the store is as it was then.
pub fn upgrade(paths: &Paths, moved: &Moved) -> Result<Option<usize>, StoreError> {
    let path = paths.database();
    if !path.exists() {
        return Ok(None);
    }
    let _lock = lock(paths)?;
    let before = version(&super::open::open_reading(&path)?)?;
    drop(open_store(paths, moved)?);
    drop(open_search(paths, moved)?);
    Indexer::open(paths)?.catch_up(paths, moved)?;
    Ok((before < schema()).then_some(before))
}

/// The version of a database's schema.
pub(super) fn version(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Brings an open database up to date.
pub(super) fn to_latest(
    connection: &mut Connection,
    path: &Path,
    schema: Schema,
    copies: Copies,
    moved: &Moved,
) -> Result<(), StoreError> {
    let (before, latest) = (version(connection)?, schema.steps.len());
    if before == latest {
        return Ok(());
    }
    if before == 0
        && let Some(whole) = schema.whole
    {
        let transaction = connection.transaction()?;
        transaction.execute_batch(whole)?;
        transaction.pragma_update(None, "user_version", latest)?;
        return Ok(transaction.commit()?);
    }
    moved();
    if copies == Copies::Kept && (1..latest).contains(&before) {
        copy::copy(connection, &named(path, before), copy::Over::Replace, moved)?;
    }
    let told = Arc::clone(moved);
    connection.progress_handler(
        STEPS,
        Some(move || {
            told();
            false
        }),
    )?;
    let done = migrations(schema.steps).to_latest(connection);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    done.map_err(|error| match error {
        Error::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => StoreError::Newer(path.to_owned()),
        Error::RusqliteError { err, .. } => StoreError::Sqlite(err),
        other => {
            StoreError::Refused(format!("the schema of {} could not be brought up to date: {other}", path.display()))
        }
    })?;
    if copies == Copies::Kept {
        // Best effort: an old copy too many harms nobody.
        let old = kept(path, latest);
        old.iter().rev().skip(STAY).for_each(|path| drop(std::fs::remove_file(path)));
    }
    Ok(())
}

/// Where the copy of an earlier schema is kept: `sinmun-schema-2.db` beside `sinmun.db`.
fn named(path: &Path, version: usize) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-schema-{version}.db"))
}

/// The copies that are there, the oldest schema first.
fn kept(path: &Path, schemas: usize) -> Vec<PathBuf> {
    (1..schemas).map(|version| named(path, version)).filter(|path| path.exists()).collect()
}

fn migrations(steps: &[&'static str]) -> Migrations<'static> {
    Migrations::new(steps.iter().map(|sql| M::up(sql)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open::open_writing;

    #[test]
    fn the_schema_is_sound_and_its_history_unedited() {
        assert_eq!(migrations(STORE.steps).validate(), Ok(()));
        assert_eq!(migrations(SEARCH.steps).validate(), Ok(()));
    }

    /// What a database is made of, without its comments and blanks.
    fn made_of(path: &Path, schema: Schema) -> Vec<String> {
        let connection = open_writing(path, schema, Copies::None, &silent()).expect("a store");
        let sql = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name";
        let mut statement = connection.prepare(sql).expect("SQL");
        let rows = statement.query_map([], |row| row.get(0)).expect("asked");
        let bare = |sql: String| {
            let lines: String = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
            lines.split_whitespace().collect::<String>()
        };
        rows.map(|sql| sql.map(bare)).collect::<Result<_, _>>().expect("rows")
    }

    #[test]
    fn a_new_store_begins_with_what_an_older_one_comes_to() {
        let dir = tempfile::tempdir().expect("a folder");
        let steps = made_of(&dir.path().join("steps.db"), Schema { whole: None, ..STORE });
        assert_eq!(made_of(&dir.path().join("whole.db"), STORE), steps);
        assert!(steps.len() > 50, "{}", steps.len());
    }

    const HISTORY: [&str; 4] = [
        "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1)",
        "CREATE TABLE b (x INTEGER) STRICT",
        "INSERT INTO b SELECT x FROM a",
        "ALTER TABLE a ADD COLUMN y INTEGER",
    ];

    const BROKEN: [&str; 3] = [HISTORY[0], HISTORY[1], "INSERT INTO nowhere VALUES (1)"];

    fn open(path: &Path, steps: &'static [&'static str]) -> Result<(), StoreError> {
        open_writing(path, Schema { steps, whole: None }, Copies::Kept, &silent()).map(drop)
    }

    #[test]
    fn each_upgrade_keeps_what_was_before_and_two_such_copies_stay() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("sinmun.db");
        for version in 1..=4 {
            open(&path, &HISTORY[..version]).expect("brought up to date");
        }
        assert_eq!(kept(&path, 4), [named(&path, 2), named(&path, 3)]);
        for (version, rows) in [(2, 0), (3, 1)] {
            let copy = Connection::open(named(&path, version)).expect("a copy");
            assert_eq!(super::version(&copy).expect("a version"), version);
            let count: i64 = copy.query_row("SELECT count(*) FROM b", [], |row| row.get(0)).expect("a count");
            assert_eq!(count, rows, "schema {version}");
        }
    }

    #[test]
    fn an_upgrade_that_fails_half_way_changes_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("sinmun.db");
        open(&path, &HISTORY[..1]).expect("a store");
        let error = open(&path, &BROKEN).expect_err("the last step is wrong").to_string();
        assert!(error.contains("nowhere"), "{error}");
        let store = Connection::open(&path).expect("a store");
        assert_eq!(version(&store).expect("a version"), 1);
        assert!(
            store.prepare("SELECT * FROM b").is_err(),
            "the step that succeeded went back with the one that did not"
        );
        drop(store);
        open(&path, &HISTORY).expect("a later sinmun, whose steps are right");
    }
}
