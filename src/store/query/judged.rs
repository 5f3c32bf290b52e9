//! Messages with the analysts' marks, where they are asked for.

use std::collections::BTreeSet;

use super::Filter;
use super::messages::MessageRow;
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::message::event::{Event, link};
use crate::domain::message::rules::Rules;
use crate::domain::review::{Place, messages};
use crate::store::{Reader, StoreError};

impl Reader {
    /// The messages whose day lies in the filter's, with persons, or with any person or body of a country, in the
    /// order of day, sender, recipient; with the analysts' marks if the reader is [`Reader::reviewed`].
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
        let Some(reviewed) = &self.reviewed else { return self.found_messages(lexicon, rules, with, filter) };
        // What is put in may answer a message of the days before.
        let wider = Filter { from: filter.from.map(|day| day.plus(-rules.days_to_reply())), ..filter.clone() };
        let found = self.found_messages(lexicon, rules, with, &wider)?;
        let mut events: Vec<Event> = found.into_iter().map(event).collect();
        let (from, to) = filter.bounds();
        let within = |day: Day| (from..=to).contains(&day.epoch_days());
        let parties: BTreeSet<&str> = rules.parties_of(lexicon, with).collect();
        let admits = |event: &Event| {
            let streams = event.articles.iter().filter_map(|article| Place::stream_and_day(article));
            (parties.contains(event.sender.as_str()) || parties.contains(event.recipient.as_str()))
                && event.day >= wider.from.unwrap_or(event.day)
                && event.day.epoch_days() <= to
                && streams.into_iter().any(|(stream, _)| filter.wants(&stream))
        };
        let applied = messages::apply(&mut events, &reviewed.marks, admits);
        link(rules, &mut events);
        reviewed.note(applied.into_iter().filter(|mark| {
            let name = reviewed.marks[*mark].message.as_deref();
            name.and_then(|name| messages::parties(name).ok()).is_some_and(|(day, ..)| within(day))
        }));
        Ok(events.into_iter().filter(|event| within(event.day)).map(MessageRow::from).collect())
    }
}

fn event(row: MessageRow) -> Event {
    Event {
        id: row.message,
        day: row.event_day,
        day_from: row.day_from,
        published: row.published,
        sender: row.sender,
        recipient: row.recipient,
        level: row.level,
        kind: row.form,
        occasion: row.occasion,
        reply: row.reply,
        in_reply_to: row.in_reply_to,
        articles: row.articles,
    }
}
