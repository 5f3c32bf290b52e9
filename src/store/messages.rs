//! What texts tell of messages, kept with them, and the messages that come of it.
//!
//! A telling is filed when its text is recorded, and anew when the day of its article changes. Which tellings hold depends on which revision of an
//! article is measured, so messages are made of all of them at once at the end of a poll, an import or a recount,
//! wherever something has changed: there are some thousands at most.

use std::collections::HashMap;

use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};
use serde::de::{DeserializeOwned, IntoDeserializer};

use super::StoreError;
use super::query::mentions::ARTICLE_NAME;
use super::tally::TallyKey;
use super::write::Writer;
use crate::domain::day::Day;
use crate::domain::message::Candidate;
use crate::domain::message::event::{Telling, gather};
use crate::domain::method::Said;

impl Writer {
    /// Files what a text says that has nothing filed.
    pub(super) fn put_said(&mut self, key: &TallyKey, said: &Said) -> Result<(), StoreError> {
        self.put_tallies(key, &said.tallies)?;
        self.insert_tellings(key.revision, &said.tellings)
    }

    /// Files what a text tells.
    fn insert_tellings(&self, revision: i64, told: &[Candidate]) -> Result<(), StoreError> {
        if told.is_empty() {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO telling (revision, sender, recipient, level, form, occasion, reply, day, digest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for told in told {
            statement.execute(params![
                revision,
                told.sender,
                told.recipient,
                told.level.to_string(),
                told.kind.to_string(),
                told.occasion.to_string(),
                told.reply,
                told.day.map(Day::epoch_days),
                told.digest,
            ])?;
        }
        self.connection.prepare_cached("INSERT OR IGNORE INTO ungathered VALUES (1)")?.execute([])?;
        Ok(())
    }

    /// Takes back what a text tells, before it is read as of another day.
    pub(super) fn drop_tellings(&self, revision: i64) -> Result<(), StoreError> {
        self.refile_tellings(revision)?;
        self.connection.prepare_cached("DELETE FROM telling WHERE revision = ?1")?.execute([revision])?;
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
        let (tellings, numbers) = tellings(connection)?;
        let mut message = connection.prepare_cached(
            "INSERT INTO message (name, event_day, day_from, published, sender, recipient, level, form, occasion, reply,
                    in_reply_to)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?;
        let mut evidence = connection
            .prepare_cached("INSERT INTO evidence (message, article, stream, day, name) VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for event in gather(self.method.rules(), tellings) {
            message.execute(params![
                event.id,
                event.day.epoch_days(),
                event.day_from.to_string(),
                event.published.epoch_days(),
                event.sender,
                event.recipient,
                event.level.to_string(),
                event.kind.to_string(),
                event.occasion.to_string(),
                event.reply,
                event.in_reply_to,
            ])?;
            for article in &event.articles {
                let (number, stream, day) = numbers[article];
                evidence.execute(params![event.id, number, stream, day, article])?;
            }
        }
        Ok(())
    }
}

/// Articles by their names: the store's number of each, its stream and day.
type Articles = HashMap<String, (i64, i64, i32)>;

/// What the measured texts tell, and the articles that do.
fn tellings(connection: &Connection) -> Result<(Vec<Telling>, Articles), StoreError> {
    let mut statement = connection.prepare(&format!(
        "SELECT {ARTICLE_NAME}, a.id, a.day, t.sender, t.recipient, t.level, t.form, t.occasion, t.reply, t.day, t.digest, a.stream
           FROM telling t JOIN revision r ON r.id = t.revision
           JOIN article a ON a.id = r.article AND a.latest = r.id
           JOIN revision f ON f.id = a.first JOIN stream s ON s.id = a.stream
          WHERE a.day IS NOT NULL"
    ))?;
    let mut rows = statement.query([])?;
    let (mut tellings, mut numbers) = (Vec::new(), Articles::new());
    while let Some(row) = rows.next()? {
        let article: String = row.get(0)?;
        numbers.insert(article.clone(), (row.get(1)?, row.get(11)?, row.get(2)?));
        let candidate = Candidate {
            sender: row.get(3)?,
            recipient: row.get(4)?,
            level: word(row, 5)?,
            kind: word(row, 6)?,
            occasion: word(row, 7)?,
            reply: row.get(8)?,
            day: row.get::<_, Option<i32>>(9)?.map(Day::from_epoch_days),
            digest: row.get(10)?,
        };
        tellings.push(Telling { published: Day::from_epoch_days(row.get(2)?), article, candidate });
    }
    Ok((tellings, numbers))
}

/// A word of a column as the value it stands for.
pub(super) fn word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    let parsed = T::deserialize(IntoDeserializer::<serde::de::value::Error>::into_deserializer(text));
    parsed.map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
