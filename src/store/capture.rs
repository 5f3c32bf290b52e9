//! Raw bytes as they were given, kept where the stored text is not literally them.

use std::borrow::Cow;
use std::fmt;
use std::io;

use rusqlite::{OptionalExtension, params};
use sha2::{Digest as _, Sha256};
use zstd::bulk::Compressor;

use super::StoreError;
use super::write::Writer;

/// Raw bytes on their way into the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// As they were given.
    Given(Vec<u8>),
    /// As they will be kept.
    Packed(Packed),
}

impl Raw {
    /// How many bytes it holds.
    pub const fn held(&self) -> usize {
        match self {
            Self::Given(raw) => raw.len(),
            Self::Packed(packed) => packed.zstd.len(),
        }
    }
}

/// Raw bytes, packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    sha256: [u8; 32],
    bytes: usize,
    zstd: Vec<u8>,
}

/// Packs captures, beside the writer where there is a thread for it. What it works with is made with the first of them
/// and kept: making that anew for each costs more than packing a page does.
#[derive(Default)]
pub struct Packer(Option<Compressor<'static>>);

impl Packer {
    /// Packs what was given.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub fn pack(&mut self, raw: &[u8]) -> io::Result<Packed> {
        let sha256 = Sha256::digest(raw).into();
        Ok(Packed { sha256, bytes: raw.len(), zstd: self.zstd(raw)? })
    }

    fn zstd(&mut self, raw: &[u8]) -> io::Result<Vec<u8>> {
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
    pub(super) fn capture(&mut self, raw: &Raw) -> Result<i64, StoreError> {
        let hash = match raw {
            Raw::Given(raw) => Sha256::digest(raw).into(),
            Raw::Packed(packed) => packed.sha256,
        };
        let known = self
            .connection
            .prepare_cached("SELECT id FROM capture WHERE sha256 = ?1")?
            .query_row([hash], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            return Ok(id);
        }
        let unpackable = |source| StoreError::Io { path: "a raw capture".into(), source };
        let (bytes, zstd) = match raw {
            Raw::Given(raw) => (raw.len(), Cow::Owned(self.packer.zstd(raw).map_err(unpackable)?)),
            Raw::Packed(packed) => (packed.bytes, Cow::Borrowed(&packed.zstd)),
        };
        self.connection
            .prepare_cached("INSERT INTO capture (sha256, bytes, zstd) VALUES (?1, ?2, ?3)")?
            .execute(params![hash, i64::try_from(bytes).unwrap_or(i64::MAX), *zstd])?;
        Ok(self.connection.last_insert_rowid())
    }
}
