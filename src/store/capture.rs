//! Raw bytes as they were given, kept where the stored text is not literally them.

use std::fmt;
use std::io;

use rusqlite::{OptionalExtension, params};
use sha2::{Digest as _, Sha256};
use zstd::bulk::Compressor;

use super::StoreError;
use super::write::Writer;

/// Packs captures. What it works with is made with the first of them and kept: making that anew for each costs more than
/// packing a page does.
#[derive(Default)]
pub(super) struct Packer(Option<Compressor<'static>>);

impl Packer {
    fn pack(&mut self, raw: &[u8]) -> io::Result<Vec<u8>> {
        let compressor = match self.0.take() {
            Some(compressor) => compressor,
            None => Compressor::new(zstd::DEFAULT_COMPRESSION_LEVEL)?,
        };
        self.0.insert(compressor).compress(raw)
    }
}

impl fmt::Debug for Packer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

impl Writer {
    /// Keeps raw bytes, identical ones once.
    pub(super) fn capture(&mut self, raw: &[u8]) -> Result<i64, StoreError> {
        let hash: [u8; 32] = Sha256::digest(raw).into();
        let known = self
            .connection
            .prepare_cached("SELECT id FROM capture WHERE sha256 = ?1")?
            .query_row([hash], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            return Ok(id);
        }
        let unpackable = |source| StoreError::Io { path: "a raw capture".into(), source };
        let zstd = self.packer.pack(raw).map_err(unpackable)?;
        self.connection
            .prepare_cached("INSERT INTO capture (sha256, bytes, zstd) VALUES (?1, ?2, ?3)")?
            .execute(params![hash, i64::try_from(raw.len()).unwrap_or(i64::MAX), zstd])?;
        Ok(self.connection.last_insert_rowid())
    }
}
