//! What was seen: days by state, and how much is held of them.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension as _;
use serde::Serialize;
use serde_json::{Value, json};

use super::Filter;
use super::series::Counting;
use crate::domain::coverage::{DayHolding, DayState, Declaration};
use crate::domain::day::Day;
use crate::domain::period::{By, Span};
use crate::domain::stream::Stream;
use crate::store::{Reader, StoreError};

/// One period of one stream. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CoverageRow {
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: String,
    /// The period's name.
    pub period: String,
    /// Its first day that was asked for.
    pub period_from: Day,
    /// Its last.
    pub period_to: Day,
    /// Articles with their text.
    pub articles: u64,
    /// Items of which only the headline is held.
    pub headline_only: u64,
    /// Photo and video items.
    pub media: u64,
    /// Text items whose body could not be read.
    pub missing: u64,
    /// Days in the period.
    pub days: u32,
    /// Days on which a zero means zero.
    pub days_observed: u32,
    /// Days a person declared complete.
    pub days_declared: u32,
    /// Days by state.
    pub complete: u32,
    /// Days filled from archives.
    pub retro_filled: u32,
    /// Days of which something is known to be missing.
    pub partial: u32,
    /// Days whose pages could not be read.
    pub layout_broken: u32,
    /// Days on which the source refused.
    pub blocked: u32,
    /// Days without a network.
    pub offline: u32,
    /// Days nobody looked at.
    pub not_polled: u32,
    /// Articles known of days whose every list was walked; null where there is no such day.
    pub known: Option<u64>,
    /// Articles held of these days.
    pub known_held: Option<u64>,
}

impl CoverageRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 21] = [
        "outlet",
        "edition",
        "period",
        "period_from",
        "period_to",
        "articles",
        "headline_only",
        "media",
        "missing",
        "days",
        "days_observed",
        "days_declared",
        "complete",
        "retro_filled",
        "partial",
        "layout_broken",
        "blocked",
        "offline",
        "not_polled",
        "known",
        "known_held",
    ];
}

impl Reader {
    /// Coverage by period, over the filter's span or all that is held.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn coverage(&self, filter: &Filter, by: By) -> Result<Vec<CoverageRow>, StoreError> {
        let Some(span) = self.extent(filter)? else { return Ok(Vec::new()) };
        let streams = self.days(filter, &[], &Counting::default())?;
        let mut rows = Vec::new();
        for (stream, days) in &streams {
            for (period, cut) in by.cut(span) {
                rows.push(row(stream, period, cut, &days.holdings));
            }
        }
        Ok(rows)
    }
}

impl Reader {
    /// Coverage of the filter's days as one period of each stream, named `FROM..TO`.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn covered(&self, span: Span, filter: &Filter) -> Result<Vec<CoverageRow>, StoreError> {
        let filter = Filter { from: Some(span.from), to: Some(span.to), ..filter.clone() };
        let streams = self.days(&filter, &[], &Counting::default())?;
        Ok(streams.iter().map(|(stream, days)| row(stream, span.to_string(), span, &days.holdings)).collect())
    }

    /// The last day of which an article with its text is held, by stream.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn last_days(&self, filter: &Filter) -> Result<Vec<(Stream, Option<Day>)>, StoreError> {
        let streams = self.streams(filter)?;
        self.timed(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT day FROM article WHERE stream = ?1 AND content = 3 ORDER BY day DESC LIMIT 1",
            )?;
            let mut all = Vec::new();
            for (number, stream) in streams {
                let day: Option<Option<i32>> = statement.query_row([number], |row| row.get(0)).optional()?;
                all.push((stream, day.flatten().map(Day::from_epoch_days)));
            }
            Ok(all)
        })
    }
}

/// What users have declared complete, as it stands in the question beside the rows.
pub fn claims(declared: &[(Stream, Declaration)]) -> Value {
    let one = |(stream, d): &(Stream, Declaration)| json!({"outlet": stream.outlet, "edition": stream.edition, "from": d.span.from, "to": d.span.to, "file": d.file});
    declared.iter().map(one).collect()
}

fn row(stream: &Stream, period: String, span: Span, holdings: &BTreeMap<Day, DayHolding>) -> CoverageRow {
    let mut sum = DayHolding::default();
    let (mut observed, mut declared, mut seen, mut held) = (0, 0, 0, 0);
    let mut states: BTreeMap<DayState, u32> = BTreeMap::new();
    for holding in holdings.range(span.from..=span.to).map(|(_, holding)| holding) {
        sum.join(holding);
        seen += 1;
        held += if holding.known.is_some() { u64::from(holding.articles) } else { 0 };
        observed += u32::from(holding.is_observed());
        declared += u32::from(holding.declared);
        *states.entry(holding.state()).or_default() += 1;
    }
    let days = span.days();
    let state = |state| states.get(&state).copied().unwrap_or(0);
    CoverageRow {
        outlet: stream.outlet.to_string(),
        edition: stream.edition.to_string(),
        period,
        period_from: span.from,
        period_to: span.to,
        articles: sum.articles.into(),
        headline_only: sum.headline_only.into(),
        media: sum.media.into(),
        missing: sum.missing.into(),
        days,
        days_observed: observed,
        days_declared: declared,
        complete: state(DayState::Complete),
        retro_filled: state(DayState::RetroFilled),
        partial: state(DayState::Partial),
        layout_broken: state(DayState::LayoutBroken),
        blocked: state(DayState::Blocked),
        offline: state(DayState::Offline),
        not_polled: state(DayState::NotPolled) + (days - seen),
        known: sum.known.map(u64::from),
        known_held: sum.known.map(|_| held),
    }
}
