//! Series: the days of a question, as rows.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Filter, Version};
use crate::domain::count::Form;
use crate::domain::coverage::Declaration;
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::measure::{Measure, RatioOf};
use crate::domain::period::{By, Span};
use crate::domain::series::{Request, SeriesRow, build};
use crate::domain::stream::{Edition, Stream};
use crate::store::{Reader, StoreError};

/// What of the texts is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// Forms of mention.
    pub forms: Vec<Form>,
    /// Which revision.
    pub version: Version,
    /// Whether reprints count.
    pub reprints: bool,
}

impl Counting {
    /// The forms as the sums by day hold them: 1 for a name, 2 for an office, 4 for an embedded one.
    pub(super) fn form_set(&self) -> i64 {
        self.forms.iter().fold(0, |set, form| set | 1 << form.code())
    }
}

impl Default for Counting {
    fn default() -> Self {
        Self { forms: Form::DEFAULT.to_vec(), version: Version::Latest, reprints: true }
    }
}

/// A question for a series: what `series` and `plot`, the page and its JSON ask alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesQuery {
    /// Entity ids, in the order of rows.
    pub entities: Vec<String>,
    /// What is measured.
    pub measure: Measure,
    /// For a ratio, and only for one: the entity below the line.
    pub over: Option<String>,
    /// For a ratio: what is compared.
    pub of: RatioOf,
    /// Length of a period.
    pub by: By,
    /// Whether the outlets of an edition are added up.
    pub sum_outlets: bool,
    /// Which part of the store.
    pub filter: Filter,
    /// Which texts and forms.
    pub counting: Counting,
}

impl SeriesQuery {
    /// The question as it stands beside its answer.
    pub fn told(&self) -> Value {
        let Self { filter, counting, .. } = self;
        json!({
            "command": "series", "entities": self.entities, "measure": self.measure, "over": self.over,
            "of": self.over.as_ref().map(|_| self.of), "by": self.by, "from": filter.from, "to": filter.to,
            "outlet": filter.outlet, "edition": filter.edition, "form": counting.forms, "reprints": counting.reprints,
            "version": counting.version, "sum": self.sum_outlets.then_some("outlets"),
        })
    }

    /// All entities the question names.
    pub fn named(&self) -> impl Iterator<Item = &String> {
        self.entities.iter().chain(&self.over)
    }

    fn speaks(&self, lexicon: &Lexicon, entity: &str, edition: Edition) -> bool {
        self.over.iter().map(String::as_str).chain([entity]).all(|id| lexicon.has_words(id, edition))
    }
}

/// A series, and what it is silent about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SeriesAnswer {
    /// The rows.
    pub rows: Vec<SeriesRow>,
    /// Streams in which the lexicon has no words for some of the entities, with these: they have no rows there.
    pub wordless: Vec<(Stream, Vec<String>)>,
}

/// The streams in which a lexicon has no words for some entities, with these.
pub fn wordless(
    lexicon: &Lexicon,
    entities: &[String],
    streams: impl IntoIterator<Item = Stream>,
) -> Vec<(Stream, Vec<String>)> {
    let dumb = |stream: &Stream| -> Vec<String> {
        entities.iter().filter(|id| !lexicon.has_words(id, stream.edition)).cloned().collect()
    };
    streams
        .into_iter()
        .map(|stream| (dumb(&stream), stream))
        .filter(|(d, _)| !d.is_empty())
        .map(|(d, s)| (s, d))
        .collect()
}

impl Reader {
    /// A series over the filter's days, or over all that are held.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn series(&self, lexicon: &Lexicon, query: &SeriesQuery) -> Result<SeriesAnswer, StoreError> {
        let Some(span) = self.extent(&query.filter)? else { return Ok(SeriesAnswer::default()) };
        let request = Request {
            entities: query.entities.clone(),
            measure: query.measure,
            over: query.over.clone().map(|over| (over, query.of)),
            by: query.by,
            span,
            sum_outlets: query.sum_outlets,
        };
        let asked: Vec<String> = query.named().cloned().collect();
        let days = self.days(&query.filter, &asked, &query.counting)?;
        let wordless = wordless(lexicon, &asked, days.keys().cloned());
        let rows = build(&request, &days, |id, edition| query.speaks(lexicon, id, edition));
        Ok(SeriesAnswer { rows, wordless })
    }

    /// What users have declared complete.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn declared(&self, filter: &Filter) -> Result<Vec<(Stream, Declaration)>, StoreError> {
        let mut all = Vec::new();
        for (number, stream) in self.streams(filter)? {
            for (span, file) in declarations(&self.connection, number)? {
                all.push((stream.clone(), Declaration { span, file }));
            }
        }
        Ok(all)
    }
}

pub(super) fn declarations(connection: &Connection, stream: i64) -> Result<Vec<(Span, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT d.first, d.last, o.name FROM declaration d JOIN origin o ON o.id = d.origin WHERE d.stream = ?1
          ORDER BY d.first, d.last",
    )?;
    let rows = statement.query_map([stream], |row| {
        let (from, to) = (Day::from_epoch_days(row.get(0)?), Day::from_epoch_days(row.get(1)?));
        Ok((Span { from, to }, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
