//! Copies of a database, taken while it is written to, and whether they are whole.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode};

use super::StoreError;
use super::open::beside;
use super::upgrade::{self, Moved, STEPS};

/// What a database holds: by it a copy is told to be whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// The version of its schema.
    pub schema: usize,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
}

impl Holdings {
    /// Counts.
    pub(super) fn of(connection: &Connection) -> Result<Self, StoreError> {
        let mut statement = connection.prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
        )?;
        let names: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut rows = BTreeMap::new();
        for name in names {
            let sql = format!("SELECT count(*) FROM \"{}\"", name.replace('"', "\"\""));
            rows.insert(name, connection.query_row(&sql, [], |row| row.get(0))?);
        }
        Ok(Self { schema: upgrade::version(connection)?, rows })
    }

    /// Rows of one table; 0 if the schema has none of that name.
    pub fn of_table(&self, name: &str) -> i64 {
        self.rows.get(name).copied().unwrap_or(0)
    }
}

/// What is done with a file that has the copy's name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// It is left alone, and the copy is refused.
    Refuse,
    /// The copy takes its place, once it is whole.
    Replace,
}

/// Pages copied between two calls of [`Moved`].
const PAGES: i32 = 1024;

/// Copies a database as it is at this moment, whoever writes to it meanwhile; a writer never waits for it. The copy
/// is one file without a log, so that any `SQLite` reads it from anywhere. It has its name only once it was opened,
/// found sound and holds as many rows as what it was made of.
pub(super) fn copy(from: &Connection, to: &Path, over: Over, moved: &Moved) -> Result<Holdings, StoreError> {
    if over == Over::Refuse && to.try_exists().map_err(io(to))? {
        return Err(StoreError::Exists(to.to_owned()));
    }
    let part = beside(to, ".part");
    let _ = std::fs::remove_file(&part);
    let done = copy_to(from, &part, moved).and_then(|holdings| {
        match over {
            Over::Replace => std::fs::rename(&part, to),
            // Unlike a renaming, a link never takes the place of what somebody put there meanwhile.
            Over::Refuse => std::fs::hard_link(&part, to).and_then(|()| std::fs::remove_file(&part)),
        }
        .map_err(io(to))?;
        sync_folder(to)?;
        Ok(holdings)
    });
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done
}

fn copy_to(from: &Connection, part: &Path, moved: &Moved) -> Result<Holdings, StoreError> {
    // One moment for the counts and for every page.
    from.execute_batch("BEGIN")?;
    let pages = pages(from, part, moved);
    from.execute_batch("ROLLBACK")?;
    let holdings = pages?;
    if verified(part, moved)? == holdings {
        return Ok(holdings);
    }
    Err(StoreError::Damaged(part.to_owned(), "it holds other numbers of rows than what it was copied from".to_owned()))
}

fn pages(from: &Connection, part: &Path, moved: &Moved) -> Result<Holdings, StoreError> {
    let holdings = Holdings::of(from)?;
    // Made by us and not by SQLite, so that a folder that may not be written to is named.
    drop(File::create_new(part).map_err(io(part))?);
    let mut copy = Connection::open(part)?;
    {
        let backup = Backup::new(from, &mut copy)?;
        while backup.step(PAGES)? != StepResult::Done {
            moved();
        }
    }
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    Ok(holdings)
}

/// Opens a copy, checks it through and counts.
///
/// # Errors
/// [`StoreError::Damaged`] with what is wrong, [`StoreError::NoStore`] for what no `SQLite` has made.
pub(super) fn verified(path: &Path, moved: &Moved) -> Result<Holdings, StoreError> {
    sound(path, moved).map_err(|error| match error {
        StoreError::Sqlite(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged(path.to_owned(), error.to_string()),
            Some(ErrorCode::NotADatabase) => StoreError::NoStore(path.to_owned()),
            _ => StoreError::Sqlite(error),
        },
        other => other,
    })
}

fn sound(path: &Path, moved: &Moved) -> Result<Holdings, StoreError> {
    let connection = super::open::open_reading(path)?;
    let moved = Arc::clone(moved);
    connection.progress_handler(
        STEPS,
        Some(move || {
            moved();
            false
        }),
    )?;
    let faults = faults(&connection)?;
    if faults.is_empty() {
        return Holdings::of(&connection);
    }
    Err(StoreError::Damaged(path.to_owned(), faults.join("; ")))
}

/// `SQLite`'s own check of a database and of what its rows refer to, empty if all is well.
pub(super) fn faults(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare("PRAGMA integrity_check(20)")?;
    let mut faults: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    faults.retain(|line| line != "ok");
    let mut statement = connection.prepare(
        "SELECT 'a row of ' || \"table\" || ' names a ' || parent || ' that is not there: ' || count(*) || ' times'
           FROM pragma_foreign_key_check GROUP BY \"table\", parent",
    )?;
    faults.extend(statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?);
    Ok(faults)
}

/// A new name is there after a power cut only once its folder is written too.
fn sync_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io(folder))
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    let path: PathBuf = path.to_owned();
    move |source| StoreError::Io { path, source }
}
