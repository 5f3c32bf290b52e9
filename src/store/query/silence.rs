//! How long entities have not been mentioned, by outlet and edition.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use super::Filter;
use super::mentions::{MentionPage, MentionRow};
use super::series::Counting;
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::period::Span;
use crate::domain::series::StreamDays;
use crate::domain::silence::{END_IS_NEWS, Odds, Run, Silence, USUAL_DAYS, ended, silence};
use crate::domain::stream::Stream;
use crate::store::{Reader, StoreError};

/// A question for silences: what the command, the daemon, the page and its JSON ask alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilenceQuery {
    /// Entity ids, in the order of rows.
    pub entities: Vec<String>,
    /// The last day looked at: the run is up to it.
    pub until: Day,
    /// Which part of the store. What its `from` leaves out was not looked at; its `to` is not used.
    pub filter: Filter,
    /// Which texts and forms.
    pub counting: Counting,
}

impl SilenceQuery {
    /// The question as it stands beside its answer.
    pub fn told(&self) -> Value {
        let Self { entities, until, filter, counting } = self;
        json!({
            "command": "silence", "entities": entities, "from": filter.from, "to": until, "outlet": filter.outlet,
            "edition": filter.edition, "form": counting.forms, "reprints": counting.reprints,
        })
    }
}

/// One entity in one stream. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SilenceRow {
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: &'static str,
    /// The entity's id.
    pub entity: String,
    /// The last day with a mention; absent where there is none in what is held.
    pub last_mention: Option<Day>,
    /// The first article of that day with one.
    pub last_article: Option<String>,
    /// The first day of the run; absent where the last day asked has a mention itself.
    pub run_from: Option<Day>,
    /// The last day asked.
    pub run_to: Option<Day>,
    /// Days of the run.
    pub days: u32,
    /// Of them observed.
    pub days_observed: u32,
    /// The others.
    pub days_unobserved: u32,
    /// How unusual the run is.
    #[serde(flatten)]
    pub odds: Odds,
    /// The longest runs in the days that say what is usual, with their observed days.
    pub earlier: Vec<Run>,
    /// That mention, the first of its day.
    #[serde(skip)]
    pub last: Option<MentionRow>,
    /// The longest run that a mention ended in the last few days, where one did.
    #[serde(skip)]
    pub ended: Option<Silence>,
}

impl SilenceRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 20] = [
        "outlet",
        "edition",
        "entity",
        "last_mention",
        "last_article",
        "run_from",
        "run_to",
        "days",
        "days_observed",
        "days_unobserved",
        "p",
        "p_geometric",
        "windows",
        "windows_silent",
        "usual_from",
        "usual_to",
        "usual_observed",
        "usual_with",
        "no_p",
        "earlier",
    ];
}

impl Reader {
    /// The run of silence of each entity in each stream up to a day, in the order of outlet, edition, and the entities
    /// as asked. A stream of which nothing is held, or in whose edition the lexicon has no words for an entity, has no
    /// row.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn silences(&self, lexicon: &Lexicon, query: &SilenceQuery) -> Result<Vec<SilenceRow>, StoreError> {
        let SilenceQuery { entities, until, filter, counting } = query;
        let mut rows = Vec::new();
        for stream in self.known_streams(filter)? {
            let of_stream = Filter {
                from: None,
                to: Some(*until),
                outlet: vec![stream.outlet.clone()],
                edition: vec![stream.edition],
            };
            let Some(held) = self.extent(&of_stream)? else { continue };
            let asked: Vec<String> =
                entities.iter().filter(|id| lexicon.has_words(id, stream.edition)).cloned().collect();
            let needed = self.first_needed(lexicon, &asked, &of_stream, query)?;
            let near = Filter { from: filter.from.max(needed), ..of_stream };
            let Some(days) = self.days(&near, &asked, counting)?.remove(&stream) else { continue };
            let Some(&first) = days.holdings.keys().next() else { continue };
            let Some(span) = Span::new(filter.from.unwrap_or(first.min(held.from)), *until) else { continue };
            for entity in &asked {
                let mut row = row(&stream, entity, span, &days);
                if let Some(day) = row.last_mention {
                    row.last = self.first_mention(lexicon, &stream, entity, day, counting)?;
                    row.last_article = row.last.as_ref().map(|last| last.article.clone());
                }
                rows.push(row);
            }
        }
        Ok(rows)
    }

    /// The first day that has a say: two years before the last mention that was no news any more. `None` where somebody
    /// had no mention by then, for all days say that. So a silence is told without reading the whole past.
    fn first_needed(
        &self,
        lexicon: &Lexicon,
        entities: &[String],
        of_stream: &Filter,
        query: &SilenceQuery,
    ) -> Result<Option<Day>, StoreError> {
        let before = Filter { to: Some(query.until.plus(-END_IS_NEWS - 1)), ..of_stream.clone() };
        let last = MentionPage { limit: 1, after: None, newest_first: true, held_after: None };
        let mut first = query.until;
        for entity in entities {
            let found = self.mention_page(lexicon, std::slice::from_ref(entity), &before, &query.counting, &last)?;
            match found.first() {
                Some(mention) => first = first.min(mention.date.plus(-USUAL_DAYS)),
                None => return Ok(None),
            }
        }
        Ok(Some(first))
    }

    /// The first mention of an entity on a day.
    fn first_mention(
        &self,
        lexicon: &Lexicon,
        stream: &Stream,
        entity: &str,
        day: Day,
        counting: &Counting,
    ) -> Result<Option<MentionRow>, StoreError> {
        let filter = Filter {
            from: Some(day),
            to: Some(day),
            outlet: vec![stream.outlet.clone()],
            edition: vec![stream.edition],
        };
        Ok(self.mentions(lexicon, &[entity.to_owned()], &filter, counting)?.into_iter().next())
    }
}

fn row(stream: &Stream, entity: &str, span: Span, days: &StreamDays) -> SilenceRow {
    let observed: BTreeSet<Day> =
        days.holdings.iter().filter(|(_, holding)| holding.is_observed()).map(|(day, _)| *day).collect();
    // A headline that names somebody is a mention too, though it is in no figure of full texts.
    let mentioned: BTreeSet<Day> = days
        .entities
        .get(entity)
        .into_iter()
        .flatten()
        .filter(|(_, said)| said.mentions + said.in_titles > 0)
        .map(|(day, _)| *day)
        .collect();
    let Silence { last: last_mention, run, observed: seen, unobserved, odds, earlier } =
        silence(span, &observed, &mentioned);
    SilenceRow {
        outlet: stream.outlet.to_string(),
        edition: stream.edition.as_str(),
        entity: entity.to_owned(),
        last_mention,
        last_article: None,
        run_from: run.map(|run| run.from),
        run_to: run.map(|run| run.to),
        days: run.map_or(0, Span::days),
        days_observed: seen,
        days_unobserved: unobserved,
        odds,
        earlier,
        last: None,
        ended: ended(span, &observed, &mentioned),
    }
}
