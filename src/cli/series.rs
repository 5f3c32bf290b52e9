//! `series`: figures over time.

use serde_json::Value;

use super::Session;
use super::args::{Measuring, Reading, SeriesArgs, SeriesOf};
use super::failure::Failure;
use super::output::{Output, Table, head};
use super::review::footnote;
use crate::domain::count::Form;
use crate::domain::lexicon::Lexicon;
use crate::domain::measure::{Figure, Measure};
use crate::domain::series::SeriesRow;
use crate::domain::stream::Stream;
use crate::store::query::series::{Counting, SeriesAnswer, SeriesQuery};
use crate::store::query::{Filter, Version};

pub fn run(session: &Session<'_>, args: &SeriesArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let answer = answer(session, &args.of, &args.reading)?;
    output.rows(args.reading.format, &answer.query, &answer.method, &SeriesRow::COLUMNS, &answer.rows, |rows| {
        let mut table = table(rows, &answer.method);
        table.notes.extend(answer.footnote.clone());
        table
    })?;
    Ok(0)
}

/// A series with what was asked.
pub struct Answer {
    pub query: Value,
    pub method: String,
    pub rows: Vec<SeriesRow>,
    pub lexicon: Lexicon,
    /// What is to be said of marks, where they were applied.
    pub footnote: Option<String>,
}

/// Asks the store; what `series` prints, `plot` draws.
pub fn answer(session: &Session<'_>, of: &SeriesOf, reading: &Reading) -> Result<Answer, Failure> {
    let (reader, lexicon) = session.judged(of.judging.reviewed)?;
    known(&lexicon, of.entities.iter().chain(&of.over))?;
    if (of.measure == Measure::Ratio) != of.over.is_some() {
        return Err(Failure::Usage("a ratio needs the entity below the line: --measure ratio --over china".to_owned()));
    }
    let query = SeriesQuery {
        entities: of.entities.clone(),
        measure: of.measure,
        over: of.over.clone(),
        of: of.of,
        by: of.by.into(),
        sum_outlets: of.sum.is_some(),
        filter: filter(reading)?,
        counting: Counting { version: version(of)?, ..counting(&of.measuring) },
    };
    let SeriesAnswer { rows, wordless } = reader.series(&lexicon, &query)?;
    for (stream, dumb) in &wordless {
        note_wordless(session, stream, dumb);
    }
    let mut query = query.told();
    reader.note_marks(&mut query);
    Ok(Answer { query, method: lexicon.method().to_owned(), rows, lexicon, footnote: footnote(&reader) })
}

/// Says of which entities there are no rows in a stream, because nothing was looked for.
pub fn note_wordless(session: &Session<'_>, stream: &Stream, dumb: &[String]) {
    session.note(&format!("{stream}: the lexicon has no words there for {}; they have no rows", dumb.join(", ")));
}

/// Refuses entities the lexicon does not have, with those it has.
pub fn known<'e>(lexicon: &Lexicon, entities: impl IntoIterator<Item = &'e String>) -> Result<(), Failure> {
    for entity in entities {
        if lexicon.find(entity).is_none() {
            let all: Vec<&str> = lexicon.entities().iter().map(|e| e.id.as_str()).collect();
            return Err(Failure::Usage(format!("the lexicon has no entity '{entity}'; it has: {}", all.join(", "))));
        }
    }
    Ok(())
}

pub fn filter(reading: &Reading) -> Result<Filter, Failure> {
    let filter = Filter {
        from: reading.from.map(crate::domain::period::Moment::first),
        to: reading.to.map(crate::domain::period::Moment::last),
        outlet: reading.outlet.clone(),
        edition: reading.edition.clone(),
    };
    match (filter.from, filter.to) {
        (Some(from), Some(to)) if from > to => Err(Failure::Usage(format!("--from {from} lies after --to {to}"))),
        _ => Ok(filter),
    }
}

pub fn counting(measuring: &Measuring) -> Counting {
    let forms = if measuring.form.is_empty() { Form::DEFAULT.to_vec() } else { measuring.form.clone() };
    Counting { forms, version: Version::Latest, reprints: !measuring.no_reprints }
}

fn version(of: &SeriesOf) -> Result<Version, Failure> {
    match &of.as_of {
        None if of.as_first_published => Ok(Version::AsFirstPublished),
        None => Ok(Version::Latest),
        Some(text) => text.parse().map_err(|told| Failure::Usage(format!("--as-of {told}"))),
    }
}

fn table(rows: &[SeriesRow], method: &str) -> Table {
    if rows.is_empty() {
        return Table { notes: vec!["The store holds nothing of that.".to_owned()], ..Table::default() };
    }
    let mut unseen_zero = false;
    let cells = rows
        .iter()
        .map(|row| {
            unseen_zero |= row.value.is_none() && row.articles > 0;
            vec![
                row.outlet.clone(),
                row.edition.to_owned(),
                row.period.clone(),
                row.entity.clone(),
                value(row),
                row.articles_with.to_string(),
                row.articles.to_string(),
                row.share.map_or_else(|| "–".to_owned(), percent),
                row.low
                    .zip(row.high)
                    .map_or_else(String::new, |(low, high)| format!("{}–{}", percent(low), percent(high))),
                format!("{}/{}", row.days_observed, row.days),
            ]
        })
        .collect();
    let measure = rows[0].measure;
    let mut notes = vec![
        String::new(),
        format!(
            "value: {measure}; with / articles: articles that mention it, of those held; interval: 95 % (Wilson) of the share; observed: days; method {method}"
        ),
    ];
    if unseen_zero {
        notes.push(
            "(0): none in what is held, but not every day was observed, so this is no zero. See `sinmun coverage`."
                .to_owned(),
        );
    }
    Table {
        head: head([
            "outlet",
            "ed",
            "period",
            "entity",
            ">value",
            ">with",
            ">articles",
            ">share",
            ">interval",
            ">observed",
        ]),
        beneath: false,
        rows: cells,
        notes,
    }
}

/// The value for a table: a zero that was not observed is set in brackets, nothing seen at all is a dash.
fn value(row: &SeriesRow) -> String {
    match row.value {
        Some(Figure::Count(count)) => count.to_string(),
        Some(Figure::Rate(rate)) if row.measure == Measure::Share => percent(rate),
        Some(Figure::Rate(rate)) => format!("{rate:.2}"),
        None if row.articles > 0 && row.articles_with == 0 && row.measure != Measure::Ratio => "(0)".to_owned(),
        None => "–".to_owned(),
    }
}

pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
