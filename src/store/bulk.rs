//! Many rows at once: an import, or a web archive.

use rusqlite::Connection;

use super::open::{Paths, connect};
use super::write::Writer;
use super::{StoreError, days};

/// Pages of the write-ahead log after which a commit also copies it back into the file (`SQLite`'s own default), and in
/// bulk, where [`Copier`] does so all the time and the commit only what it could not.
const LOG: u32 = 1000;
const BULK_LOG: u32 = 4000;

/// Copies the write-ahead log back into the file beside a writer in bulk: the copying, and above all the waiting for
/// the disk, would else be the writer's.
#[derive(Debug)]
pub struct Copier(Connection);

impl Copier {
    /// Opens the store for copying.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn open(paths: &Paths) -> Result<Self, StoreError> {
        Ok(Self(connect(&paths.database())?))
    }

    /// Copies what is committed by now.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn copy(&self) -> Result<(), StoreError> {
        // It answers how far it came; what it leaves, the next copy or the writer's own takes.
        self.0.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        Ok(())
    }
}

impl Writer {
    /// For many rows at once. Their numbers are the writer's own and need no looking up one by one; `sinmun check`
    /// looks all of them up. And their transactions do not wait for the disk: one that was committed survives the end
    /// of the process as ever, but only that of [`Writer::end_bulk`] makes sure they survive a power cut too (which
    /// takes away the last of them whole, never damages the store, and the same import again makes up for it).
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn begin_bulk(&mut self) -> Result<(), StoreError> {
        self.connection.pragma_update(None, "foreign_keys", false)?;
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        self.connection.pragma_update(None, "wal_autocheckpoint", BULK_LOG)?;
        self.bulk = true;
        Ok(())
    }

    /// Ends a bulk, and with it the origin of its items, `sha256` that of what was read: looks for reprints, gathers
    /// messages, and makes everything durable.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn end_bulk(&mut self, sha256: Option<&str>) -> Result<(), StoreError> {
        // Waiting for the disk now waits for all before it.
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.begin()?;
        self.find_reprints()?;
        self.gather_messages()?;
        self.end_origin(sha256)?;
        days::add_up_much(&self.connection)?;
        // How the indexes are filled: without it a query may take the wrong one.
        self.connection.execute_batch("PRAGMA optimize")?;
        self.commit()?;
        self.bulk = false;
        self.connection.pragma_update(None, "wal_autocheckpoint", LOG)?;
        self.connection.pragma_update(None, "foreign_keys", true)?;
        Ok(())
    }

    /// Copies the log back into the file, once no [`Copier`] does so any more: the end of a bulk import.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn settle(&self) -> Result<(), StoreError> {
        self.connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)")?;
        Ok(())
    }
}
