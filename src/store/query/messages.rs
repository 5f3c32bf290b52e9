//! Messages between leaders, read anew from the stored texts that mention one of those asked for.
//!
//! Nothing of a message is stored: the texts are, and the tallies say which of them can tell of one. So a change of
//! the rules needs no recount, and a message cannot disagree with its articles.

use std::collections::BTreeSet;

use rusqlite::params;
use serde::Serialize;

use super::Filter;
use super::mentions::ARTICLE_NAME;
use crate::domain::count::Text;
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::message::event::{Event, Telling, gather};
use crate::domain::message::read::read;
use crate::domain::message::rules::Rules;
use crate::domain::message::{DayFrom, Kind, Level, Occasion};
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
    /// The articles that tell of it.
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
        "articles",
    ];

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
    /// order of day, sender, recipient.
    ///
    /// Articles around the asked days are read too: those after, because they may tell of a message late; those
    /// before, because a reply may answer what they tell.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn messages(
        &self,
        lexicon: &Lexicon,
        rules: &Rules,
        with: &[String],
        filter: &Filter,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let (from, to) = filter.bounds();
        let around = (from.saturating_sub(rules.days_to_reply() + MARGIN), to.saturating_add(rules.days_back()));
        let wanted = wanted(lexicon, with);
        let names = serde_json::to_string(&wanted).unwrap_or_default();
        let mut tellings = Vec::new();
        for (number, stream) in self.streams(filter)?.into_iter().filter(|(_, stream)| rules.speaks(stream.edition)) {
            let sql = format!(
                "SELECT DISTINCT {ARTICLE_NAME}, a.day, r.title, r.body
                   FROM entity e JOIN tally t ON t.entity = e.id
                   JOIN article a ON a.id = t.article JOIN revision r ON r.id = t.revision
                   JOIN revision f ON f.id = a.first JOIN stream s ON s.id = a.stream
                  WHERE e.name IN (SELECT value FROM json_each(?1)) AND t.measured IN (1, 2) AND t.stream = ?2
                    AND t.day BETWEEN ?3 AND ?4"
            );
            self.timed(|connection| {
                let mut statement = connection.prepare_cached(&sql)?;
                let mut found = statement.query(params![names, number, around.0, around.1])?;
                while let Some(row) = found.next()? {
                    let published = Day::from_epoch_days(row.get(1)?);
                    let (title, body): (String, String) = (row.get(2)?, row.get(3)?);
                    let text = Text { edition: stream.edition, title: &title, body: &body };
                    for candidate in read(lexicon, rules, published, &text) {
                        tellings.push(Telling { published, article: row.get(0)?, candidate });
                    }
                }
                Ok(())
            })?;
        }
        let of_wanted = |id: &str| {
            let country = rules.party(id).and_then(|party| party.country.as_ref());
            wanted.contains(id) || country.is_some_and(|country| with.contains(country))
        };
        tellings.retain(|t| of_wanted(&t.candidate.sender) || of_wanted(&t.candidate.recipient));
        let events = gather(rules, tellings).into_iter();
        Ok(events.filter(|event| (from..=to).contains(&event.day.epoch_days())).map(MessageRow::from).collect())
    }
}

/// What a figure on messages rests on: the lexicon, and the words messages are told in.
pub fn method(lexicon: &Lexicon, rules: &Rules) -> String {
    format!("{}-{}", lexicon.method(), rules.method())
}

/// How many days more are read, so that what an article tells is grouped as it would be with all of them.
const MARGIN: i32 = 30;

/// The entities whose mention makes an article one to read: those asked for, and the persons of a country.
fn wanted(lexicon: &Lexicon, with: &[String]) -> BTreeSet<String> {
    let country = |id: &str| lexicon.find(id).and_then(|entity| lexicon.country_of(entity));
    let persons = lexicon.entities().iter().map(|entity| &entity.id);
    let of_country = persons.filter(|id| country(id).is_some_and(|country| with.iter().any(|asked| asked == country)));
    of_country.chain(with).cloned().collect()
}
