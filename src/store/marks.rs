//! The analysts' marks as they are written: beside a running daemon, for a judgement must not wait until it stops.
//!
//! This is the one writer beside [`super::Writer`]. It holds no numbers of its own and adds rows to a table that
//! nobody else writes, in one short transaction for which `SQLite` lets both wait their turn; so it needs no lock.

use std::time::Duration;

use rusqlite::Connection;

use super::StoreError;
use super::open::{Paths, check_version, connect, not_as_root_for_another};
use crate::domain::review::Mark;

/// How long another's transaction is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where marks are written.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
}

impl Ledger {
    /// Opens an existing store for marks.
    ///
    /// # Errors
    /// [`StoreError::Missing`] if there is none; [`StoreError::Newer`] or [`StoreError::Refused`] if its schema is not
    /// this sinmun's.
    pub fn open(paths: &Paths) -> Result<Self, StoreError> {
        let path = paths.database();
        if !path.exists() {
            return Err(StoreError::Missing(path));
        }
        not_as_root_for_another(paths.dir())?;
        let connection = connect(&path)?;
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "trusted_schema", false)?;
        check_version(&connection, path)?;
        Ok(Self { connection })
    }

    /// Adds marks, all or none; answers how many were not there before.
    ///
    /// # Errors
    /// `SQLite`'s; temporary while somebody else writes for long.
    pub fn add(&mut self, marks: &[Mark]) -> Result<usize, StoreError> {
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut new = 0;
        {
            let mut statement = transaction.prepare("INSERT OR IGNORE INTO mark (line) VALUES (?1)")?;
            for mark in marks {
                new += statement.execute([mark.line()])?;
            }
        }
        transaction.commit()?;
        Ok(new)
    }
}
