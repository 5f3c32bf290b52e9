//! What can go wrong with the store, in the words of whoever has to mend it.

use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store yet.
    #[error("there is no store at {0}; `sinmun poll` and `sinmun import` make one (see --data)")]
    Missing(PathBuf),
    /// Another process writes.
    #[error("another sinmun is writing to {0}; wait for it to end, or stop it, and try again")]
    Locked(PathBuf),
    /// Made by a newer sinmun.
    #[error("{0} was written by a newer sinmun; use that version, or restore an older backup")]
    Newer(PathBuf),
    /// The store is somebody else's.
    #[error(
        "{0} may not be read by you; members of the group it belongs to may: `adduser NAME sinmun`, and log in again (or name a store of your own with --data)"
    )]
    NotAllowed(PathBuf),
    /// The files that `SQLite` reads a write-ahead log by are not there, and may not be made.
    #[error(
        "{0} has lost its -wal and -shm files, without which it cannot be read by those who may only read; any writing command of its owner makes them again"
    )]
    NoLog(PathBuf),
    /// Root is about to write into the service's folder.
    #[error(
        "{path} belongs to the user with number {owner}, who could not go on with what root writes there; run it as that user: `runuser -u sinmun -- sinmun …`"
    )]
    OwnedByAnother {
        /// The folder of the store.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
    },
    /// A file that would be overwritten.
    #[error("{0} is there already and is never overwritten; move it away, or choose another name")]
    Exists(PathBuf),
    /// A copy that is not whole.
    #[error("{0} is damaged: {1}")]
    Damaged(PathBuf, String),
    /// A file that is none of ours.
    #[error("{0} is no store of sinmun")]
    NoStore(PathBuf),
    /// The library `SQLite` itself is too old to be trusted with a WAL.
    #[error(
        "SQLite {0} is linked, but before 3.51.3 a write-ahead log could lose committed pages; rebuild with the bundled SQLite"
    )]
    OldSqlite(String),
    /// A file could not be made or opened.
    #[error("cannot use {path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A query ran into its time limit.
    #[error("the query was stopped after {0} seconds; narrow it with --from and --to")]
    TimedOut(u64),
    /// The store was counted with another lexicon, or read with other words of messages.
    #[error(
        "the store was counted by method {stored}, your lexicon and words of messages are {ours} now; run `sinmun recount --dry-run` to see what would change, then `sinmun recount`"
    )]
    OtherMethod {
        /// The method of the store.
        stored: String,
        /// The method of the lexicon and the words in use.
        ours: String,
    },
    /// The lexicon kept in the store cannot be read.
    #[error("the lexicon kept in the store cannot be read: {0}")]
    Lexicon(#[from] crate::domain::lexicon::LexiconError),
    /// A row of an indicator asks for what cannot be measured.
    #[error("{0}")]
    Indicator(String),
    /// A statement of the user's was refused.
    #[error("{0}")]
    Refused(String),
    /// `SQLite`'s own words.
    #[error("the database answered: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

impl StoreError {
    /// Whether trying again later may help.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Locked(_) => true,
            Self::Sqlite(error) => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy),
            _ => false,
        }
    }

    /// Whether writing on could do harm: what was written may not be there. A full disk is none of these: nothing is
    /// lost by trying again.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::Sqlite(error) if matches!(
            error.sqlite_error_code(),
            Some(
                rusqlite::ErrorCode::SystemIoFailure
                    | rusqlite::ErrorCode::DatabaseCorrupt
                    | rusqlite::ErrorCode::NotADatabase
                    | rusqlite::ErrorCode::ReadOnly
            )
        ))
    }

    /// Whether the disk or its permissions are at fault.
    pub fn is_io(&self) -> bool {
        match self {
            Self::Io { .. } => true,
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    rusqlite::ErrorCode::DiskFull
                        | rusqlite::ErrorCode::CannotOpen
                        | rusqlite::ErrorCode::SystemIoFailure
                        | rusqlite::ErrorCode::ReadOnly
                        | rusqlite::ErrorCode::DatabaseCorrupt
                        | rusqlite::ErrorCode::NotADatabase
                )
            ),
            _ => false,
        }
    }
}
