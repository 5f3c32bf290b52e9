//! Messages between leaders, with the articles that tell of them.

use rusqlite::params;
use serde::Serialize;

use super::Filter;
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::message::event::Event;
use crate::domain::message::rules::Rules;
use crate::domain::message::{DayFrom, Kind, Level, Occasion};
use crate::store::messages::word;
use crate::store::{Reader, StoreError};

/// One message. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageRow {
    /// Its name: day, sender, recipient.
    pub message: String,
    /// The day it was sent or received.
    pub event_day: Day,
    /// Where that day is from: the text, or the article's day.
    pub day_from: DayFrom,
    /// The day of the first article on it.
    pub published: Day,
    /// Who wrote.
    pub sender: String,
    /// To whom.
    pub recipient: String,
    /// Leader, party or government.
    pub level: Level,
    /// Letter, telegram, message, …
    pub form: Kind,
    /// Greeting, sympathy, …
    pub occasion: Occasion,
    /// Whether it is a reply.
    pub reply: bool,
    /// The message it answers, where that is known.
    pub in_reply_to: Option<String>,
    /// The articles that tell of it, in the order of their days.
    #[serde(rename = "evidence")]
    pub articles: Vec<String>,
}

impl MessageRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 12] = [
        "message",
        "event_day",
        "day_from",
        "published",
        "sender",
        "recipient",
        "level",
        "form",
        "occasion",
        "reply",
        "in_reply_to",
        "evidence",
    ];

    /// Whether an indicator counts it: what leaders write to each other.
    pub fn is_indicated(&self) -> bool {
        self.level == Level::Leader && self.form.is_written()
    }

    /// What names the exchange it belongs to: a message with its reply is one exchange.
    pub fn exchange(&self) -> &str {
        self.in_reply_to.as_deref().unwrap_or(&self.message)
    }
}

impl From<Event> for MessageRow {
    fn from(event: Event) -> Self {
        Self {
            message: event.id,
            event_day: event.day,
            day_from: event.day_from,
            published: event.published,
            sender: event.sender,
            recipient: event.recipient,
            level: event.level,
            form: event.kind,
            occasion: event.occasion,
            reply: event.reply,
            in_reply_to: event.in_reply_to,
            articles: event.articles,
        }
    }
}

impl Reader {
    /// The messages whose day lies in the filter's, with persons, or with any person or body of a country, in the
    /// order of day, sender, recipient. Where the filter names outlets or editions, only their articles are given,
    /// and only messages of which one of them tells.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub(super) fn found_messages(
        &self,
        lexicon: &Lexicon,
        rules: &Rules,
        with: &[String],
        filter: &Filter,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let (from, to) = filter.bounds();
        let parties = json(rules.parties_of(lexicon, with));
        let streams = json(self.streams(filter)?.into_iter().map(|(number, _)| number));
        let sql =
            "SELECT m.name, m.event_day, m.day_from, m.published, m.sender, m.recipient, m.level, m.form, m.occasion,
                    m.reply, m.in_reply_to, e.name
               FROM message m JOIN evidence e ON e.message = m.name
              WHERE m.event_day BETWEEN ?1 AND ?2
                AND (m.sender IN (SELECT value FROM json_each(?3)) OR m.recipient IN (SELECT value FROM json_each(?3)))
                AND e.stream IN (SELECT value FROM json_each(?4))
              ORDER BY m.event_day, m.sender, m.recipient, m.name, e.day, e.name";
        self.timed(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let mut found = statement.query(params![from, to, parties, streams])?;
            let mut events: Vec<Event> = Vec::new();
            while let Some(row) = found.next()? {
                let (id, article): (String, String) = (row.get(0)?, row.get(11)?);
                if let Some(last) = events.last_mut().filter(|last| last.id == id) {
                    last.articles.push(article);
                    continue;
                }
                events.push(Event {
                    id,
                    day: Day::from_epoch_days(row.get(1)?),
                    day_from: word(row, 2)?,
                    published: Day::from_epoch_days(row.get(3)?),
                    sender: row.get(4)?,
                    recipient: row.get(5)?,
                    level: word(row, 6)?,
                    kind: word(row, 7)?,
                    occasion: word(row, 8)?,
                    reply: row.get(9)?,
                    in_reply_to: row.get(10)?,
                    articles: vec![article],
                });
            }
            Ok(events.into_iter().map(MessageRow::from).collect())
        })
    }

    /// Whether texts have come in of which the messages have not been made yet: an import runs, or was killed.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn has_ungathered(&self) -> Result<bool, StoreError> {
        Ok(self.connection.query_row("SELECT EXISTS (SELECT 1 FROM ungathered)", [], |row| row.get(0))?)
    }
}

/// What a figure on messages rests on: the lexicon, and the words messages are told in.
pub fn method(lexicon: &Lexicon, rules: &Rules) -> String {
    format!("{}-{}", lexicon.method(), rules.method())
}

fn json<T: Serialize>(values: impl Iterator<Item = T>) -> String {
    serde_json::to_string(&values.collect::<Vec<_>>()).unwrap_or_default()
}
