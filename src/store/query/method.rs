//! What the store was last counted and read with.

use rusqlite::OptionalExtension as _;

use crate::domain::lexicon::Lexicon;
use crate::domain::message::rules::Rules;
use crate::store::{Reader, StoreError};

impl Reader {
    /// The lexicon the store was last counted with; `None` for an empty store.
    ///
    /// # Errors
    /// [`StoreError::Lexicon`] if a newer sinmun wrote what this one cannot read.
    pub fn lexicon(&self) -> Result<Option<Lexicon>, StoreError> {
        let toml: Option<String> = self
            .connection
            .query_row("SELECT lexicon FROM method ORDER BY id DESC LIMIT 1", [], |row| row.get(0))
            .optional()?;
        Ok(toml.map(|toml| Lexicon::parse(&toml)).transpose()?)
    }

    /// The name of the lexicon the store was last counted with ([`Lexicon::method`]); `None` for an empty store.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn lexicon_name(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT name FROM method ORDER BY id DESC LIMIT 1";
        Ok(self.connection.query_row(sql, [], |row| row.get(0)).optional()?)
    }

    /// The number of the method the store was last counted with: while it stays, so do [`Self::lexicon`] and [`Self::rules`].
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn method_number(&self) -> Result<Option<i64>, StoreError> {
        Ok(self.connection.query_row("SELECT max(id) FROM method", [], |row| row.get(0))?)
    }

    /// The words of messages the store was last read with; `None` for a store that never was.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if a newer sinmun wrote what this one cannot read.
    pub fn rules(&self) -> Result<Option<Rules>, StoreError> {
        let sql = "SELECT rules FROM method ORDER BY id DESC LIMIT 1";
        let toml: Option<String> = self.connection.query_row(sql, [], |row| row.get(0)).optional()?;
        let unreadable = |faults: Vec<String>| {
            StoreError::Refused(format!(
                "the words of messages kept in the store cannot be read: {}",
                faults.join("; ")
            ))
        };
        toml.filter(|toml| !toml.is_empty()).map(|toml| Rules::parse(&toml).map_err(unreadable)).transpose()
    }
}
