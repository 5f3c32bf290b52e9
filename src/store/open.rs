//! Opening the store: paths, pragmas, the writer's lock, the readers' time limit.
//!
//! Readers need no more than the right to read. `SQLite` reads a database with a write-ahead log only where its `-wal`
//! and `-shm` files are there or can be made, and takes them away when the last connection closes; so they are left
//! where they are (`Writing`), and whoever may read the three files reads beside the daemon and after it has ended.
//! The other way, a folder that the whole group may write to, would let any reader ruin the store.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::query::review::Reviewed;
use super::upgrade::{self, Copies, Moved, Schema};
use super::{StoreError, copy, days};

/// The oldest `SQLite` whose write-ahead log is trusted.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Where a store's files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    dir: PathBuf,
}

impl Paths {
    /// The files of the store in a directory.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.dir.join("sinmun.db")
    }

    /// The full-text index.
    pub fn search(&self) -> PathBuf {
        self.dir.join("search.db")
    }

    fn lock(&self) -> PathBuf {
        self.dir.join("sinmun.lock")
    }

    /// The write-ahead log of a database.
    pub fn log(database: &Path) -> PathBuf {
        beside(database, "-wal")
    }

    /// The readers' common memory of a database.
    pub(super) fn shared(database: &Path) -> PathBuf {
        beside(database, "-shm")
    }
}

/// A file with a longer name in the same folder.
pub(super) fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    name.into()
}

/// Holds the right to write; another process is refused until it is dropped.
#[derive(Debug)]
pub(super) struct WriteLock {
    file: File,
}

impl Drop for WriteLock {
    fn drop(&mut self) {
        // Closing alone is not enough: a child that was forked and has not yet started its program still has the
        // file open, and would keep the lock for that moment.
        let _ = self.file.unlock();
    }
}

/// Makes the directory if need be and takes the writer's lock.
pub(super) fn lock(paths: &Paths) -> Result<WriteLock, StoreError> {
    let io = |path: PathBuf| move |source| StoreError::Io { path, source };
    std::fs::create_dir_all(paths.dir()).map_err(io(paths.dir().to_owned()))?;
    not_as_root_for_another(paths.dir())?;
    let path = paths.lock();
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(io(path.clone()))?;
    match file.try_lock() {
        Ok(()) => Ok(WriteLock { file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(paths.database())),
        Err(TryLockError::Error(source)) => Err(StoreError::Io { path, source }),
    }
}

/// What root writes belongs to root: the service's own user could not go on with it.
pub(super) fn not_as_root_for_another(dir: &Path) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = |path: &Path| std::fs::metadata(path).map(|metadata| metadata.uid());
    match (owner(Path::new("/proc/self")), owner(dir)) {
        (Ok(0), Ok(other)) if other != 0 => Err(StoreError::OwnedByAnother { path: dir.to_owned(), owner: other }),
        _ => Ok(()),
    }
}

/// A connection that writes. When it ends, the log is copied into the database, and its files stay for the readers.
#[derive(Debug)]
pub(super) struct Writing(Connection);

impl Deref for Writing {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // Where a reader still needs the log, the next writer copies it: nothing is waited for.
        let _ = self.0.busy_timeout(Duration::ZERO);
        let _ = self.0.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
    }
}

/// Connects for writing; the log's files stay when the connection ends.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// Opens a database file for writing and brings its schema up to date.
pub(super) fn open_writing(path: &Path, schema: Schema, copies: Copies, moved: &Moved) -> Result<Writing, StoreError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::OldSqlite(rusqlite::version().to_owned()));
    }
    let connection = connect(path)?;
    // In a file that is still empty there is nothing to lose, and nothing to wait for the disk for.
    if std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        connection.pragma_update(None, "synchronous", "OFF")?;
    }
    // Before the first table: a bigger page holds a whole article and its neighbours in one read.
    connection.pragma_update(None, "page_size", 16_384)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // An upgrade that a power cut takes away is taken away whole; every commit after it waits for the disk.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // A log that one long import or reader made big is cut back when it is next begun anew.
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    // KiB: holds the indexes of a bulk import in memory, and no more than that.
    connection.pragma_update(None, "cache_size", -32_768)?;
    connection.set_prepared_statement_cache_capacity(64);
    let mut writing = Writing(connection);
    upgrade::to_latest(&mut writing, path, schema, copies, moved)?;
    writing.pragma_update(None, "synchronous", "FULL")?;
    Ok(writing)
}

pub(super) fn open_store(paths: &Paths, moved: &Moved) -> Result<Writing, StoreError> {
    open_writing(&paths.database(), upgrade::STORE, Copies::Kept, moved)
}

/// The index is made of the store: there is nothing in it to keep a copy for.
pub(super) fn open_search(paths: &Paths, moved: &Moved) -> Result<Writing, StoreError> {
    open_writing(&paths.search(), upgrade::SEARCH, Copies::None, moved)
}

/// Opens a database file for reading alone.
pub(super) fn open_reading(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    match std::fs::File::open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::Missing(path.to_owned())),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            return Err(StoreError::NotAllowed(path.to_owned()));
        }
        Err(source) => return Err(StoreError::Io { path: path.to_owned(), source }),
    }
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A read-only view of the store that can never block the writer and gives up after a time limit.
#[derive(Debug)]
pub struct Reader {
    pub(super) connection: Connection,
    limit: Duration,
    /// The analysts' marks, where figures are to be given with them.
    pub(super) reviewed: Option<Reviewed>,
    /// The same, while figures are given without them.
    pub(super) set_aside: Option<Reviewed>,
}

/// Refuses a schema that is not this sinmun's.
pub(super) fn check_version(connection: &Connection, path: PathBuf) -> Result<(), StoreError> {
    let version = upgrade::version(connection).map_err(|error| match error {
        StoreError::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::CannotOpen) => {
            StoreError::NoLog(path.clone())
        }
        other => other,
    })?;
    match version.cmp(&upgrade::schema()) {
        std::cmp::Ordering::Greater => Err(StoreError::Newer(path)),
        std::cmp::Ordering::Less => Err(StoreError::Refused(format!(
            "{} was written by an older sinmun; any writing command (`sinmun recount`) brings it up to date",
            path.display()
        ))),
        std::cmp::Ordering::Equal => Ok(()),
    }
}

/// How many steps of `SQLite`'s machine between two looks at the clock; some tens of microseconds.
const STEPS: i32 = 4096;

impl Reader {
    /// Opens the store for reading. Each query may take at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none, [`StoreError::Newer`] if this sinmun is too old for it.
    pub fn open(paths: &Paths, limit: Duration) -> Result<Self, StoreError> {
        let path = paths.database();
        let connection = open_reading(&path)?;
        check_version(&connection, path)?;
        let search = paths.search();
        if search.exists() {
            connection.execute("ATTACH ?1 AS search", [format!("file:{}?mode=ro", uri_path(&search))])?;
        }
        Ok(Self { connection, limit, reviewed: None, set_aside: None })
    }

    /// The same reader with another limit.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs a query under the time limit.
    pub(super) fn timed<T>(&self, query: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let end = Instant::now() + self.limit;
        self.connection.progress_handler(STEPS, Some(move || Instant::now() > end))?;
        let result = query(&self.connection);
        self.connection.progress_handler(0, None::<fn() -> bool>)?;
        match result {
            Err(StoreError::Sqlite(error))
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) =>
            {
                Err(StoreError::TimedOut(self.limit.as_secs()))
            }
            other => other,
        }
    }

    /// Whether the full-text index is there.
    pub fn has_search(&self) -> bool {
        self.connection.db_name(2).is_ok()
    }

    /// How many texts the full-text index lacks.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn unindexed(&self) -> Result<i64, StoreError> {
        let done: i64 = if self.has_search() {
            self.connection.query_row("SELECT revision FROM search.progress", [], |row| row.get(0))?
        } else {
            0
        };
        Ok(self.connection.query_row("SELECT count(*) FROM revision WHERE id > ?1", [done], |row| row.get(0))?)
    }

    /// Days of which the sums are not what their articles say, a few at most; empty if all is well.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn wrong_days(&self) -> Result<Vec<String>, StoreError> {
        days::wrong(&self.connection, 5)
    }

    /// `SQLite`'s own check of the file and of what its rows refer to, empty if all is well.
    ///
    /// # Errors
    /// If the file cannot be read at all.
    pub fn integrity(&self) -> Result<Vec<String>, StoreError> {
        copy::faults(&self.connection)
    }
}

/// A path as the path of a `file:` URI.
fn uri_path(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::upgrade::silent;

    #[test]
    fn a_second_writer_is_refused_and_a_missing_store_explained() {
        let dir = tempfile::tempdir().expect("a folder");
        let paths = Paths::new(dir.path().join("data"));
        assert!(matches!(Reader::open(&paths, Duration::from_secs(1)), Err(StoreError::Missing(_))));
        let first = lock(&paths).expect("the first writer");
        assert!(matches!(lock(&paths), Err(StoreError::Locked(_))));
        drop(first);
        assert!(lock(&paths).is_ok());
    }

    #[test]
    fn a_newer_schema_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        let paths = Paths::new(dir.path());
        open_store(&paths, &silent()).expect("a store").pragma_update(None, "user_version", 99).expect("set");
        assert!(matches!(open_store(&paths, &silent()), Err(StoreError::Newer(_))));
        assert!(matches!(Reader::open(&paths, Duration::from_secs(1)), Err(StoreError::Newer(_))));
    }

    #[test]
    fn an_endless_query_is_stopped() {
        let dir = tempfile::tempdir().expect("a folder");
        let paths = Paths::new(dir.path());
        drop(open_store(&paths, &silent()).expect("a store"));
        let reader = Reader::open(&paths, Duration::ZERO).expect("a reader");
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let result = reader.timed(|c| Ok(c.query_row(endless, [], |row| row.get::<_, i64>(0))?));
        assert!(matches!(result, Err(StoreError::TimedOut(0))), "{result:?}");
    }
}
