//! What texts tell of messages, kept with them, and the messages that come of it.
//!
//! A telling is filed when its text is recorded and never moves. Which tellings hold depends on which revision of an
//! article is measured, so messages are made of all of them at once at the end of a poll, an import or a recount,
//! wherever something has changed: there are some thousands at most.

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;
use super::query::mentions::ARTICLE_NAME;
use super::record::{TallyKey, measured};
use super::write::Writer;
use crate::domain::article::Content;
use crate::domain::count::{Tally, Text};
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::message::event::{Event, Telling, gather};
use crate::domain::message::read::read;
use crate::domain::message::rules::Rules;
use crate::domain::message::{Candidate, DayFrom};

/// Reads texts for messages.
#[derive(Debug, Clone)]
pub(super) struct Teller {
    lexicon: Lexicon,
    rules: Rules,
    /// By entity: whether a text that mentions it can be on a message.
    foreign: Vec<bool>,
}

impl Teller {
    pub fn new(lexicon: &Lexicon, rules: &Rules) -> Self {
        let of_country = |id: &str| lexicon.find(id).and_then(|entity| lexicon.country_of(entity)).is_some();
        let foreign =
            lexicon.entities().iter().map(|entity| rules.is_country(&entity.id) || of_country(&entity.id)).collect();
        Self { lexicon: lexicon.clone(), rules: rules.clone(), foreign }
    }

    /// What a text tells. Most mention nobody abroad, and are not read.
    fn tell(&self, day: Day, text: &Text<'_>, tallies: &[Tally]) -> Vec<Candidate> {
        if tallies.iter().any(|tally| self.foreign[usize::from(tally.entity.0)]) {
            read(&self.lexicon, &self.rules, day, text)
        } else {
            Vec::new()
        }
    }
}

impl Writer {
    /// Files what a text tells.
    pub(super) fn insert_tellings(
        &self,
        key: &TallyKey,
        text: &Text<'_>,
        tallies: &[Tally],
    ) -> Result<(), StoreError> {
        let told = self.teller.tell(key.day, text, tallies);
        if told.is_empty() {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO telling (revision, sender, recipient, level, form, occasion, reply, day, digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for told in told {
            statement.execute(params![
                key.revision,
                told.sender,
                told.recipient,
                word(told.level),
                word(told.kind),
                word(told.occasion),
                told.reply,
                told.day.map(Day::epoch_days),
                told.digest,
            ])?;
        }
        self.connection.prepare_cached("INSERT OR IGNORE INTO ungathered VALUES (1)")?.execute([])?;
        Ok(())
    }

    /// Notes that a text's article, or which text of it is measured, may have changed.
    pub(super) fn refile_tellings(&self, revision: i64) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO ungathered SELECT 1 WHERE EXISTS (SELECT 1 FROM telling WHERE revision = ?1)",
            )?
            .execute([revision])?;
        Ok(())
    }

    /// Makes messages of what the measured texts tell, if that has changed since they were made last.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn gather_messages(&self) -> Result<(), StoreError> {
        let connection = &self.connection;
        if connection.execute("DELETE FROM ungathered", [])? == 0 {
            return Ok(());
        }
        connection.execute("DELETE FROM message", [])?;
        connection.execute("DELETE FROM evidence", [])?;
        let mut article = connection.prepare_cached("INSERT INTO evidence (message, article) VALUES (?1, ?2)")?;
        for event in gather(&self.teller.rules, tellings(connection)?) {
            insert(connection, &event)?;
            for telling in &event.articles {
                article.execute(params![event.id, number_of(telling)])?;
            }
        }
        Ok(())
    }
}
