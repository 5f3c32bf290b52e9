//! The months of a claim, as figures and as a picture.

use super::{Case, csv};
use crate::chart::{self, Line, Point, Size, Theme};
use crate::cli::failure::Failure;
use crate::cli::review::footnote;
use crate::domain::indicator::{Claim, ClaimMeasure};
use crate::domain::measure::{Figure, Measure, RatioOf};
use crate::domain::period::{By, Span};
use crate::domain::series::{Request, SeriesRow, build};
use crate::plot;
use crate::store::query::Filter;
use crate::store::query::messages::MessageRow;
use crate::store::query::series::Counting;

/// Adds the series and its chart; without a stream there is nothing to draw.
pub(super) fn add<R>(
    case: &Case<'_>,
    claim: &Claim,
    filter: &Filter,
    messages: &[MessageRow],
    put: &mut impl FnMut(&str, Vec<u8>) -> R,
) -> Result<(), Failure> {
    let Some(span) = filter.from.zip(filter.to).and_then(|(from, to)| Span::new(from, to)) else { return Ok(()) };
    let mut entities = claim.entities.clone();
    entities.extend(claim.over.clone());
    let of_articles = claim.measure == ClaimMeasure::Articles
        || (claim.measure == ClaimMeasure::Ratio && claim.of == RatioOf::Articles);
    let counting = Counting { forms: claim.form.clone(), ..Counting::default() };
    let days = case.reader.days(filter, &entities, &counting)?;
    let request = Request {
        entities,
        measure: if of_articles { Measure::Articles } else { Measure::Mentions },
        over: None,
        by: By::Month,
        span,
        sum_outlets: false,
    };
    let rows = build(&request, &days, |id, edition| case.lexicon.has_words(id, edition));
    put("series.csv", csv(&SeriesRow::COLUMNS, &rows)?);
    if rows.is_empty() {
        return Ok(());
    }
    let mut picture = plot::series(&rows, case.lexicon, Some(&claim.quote));
    picture.notes = vec![format!("sinmun, method {}", case.method)];
    picture.notes.extend(footnote(case.reader));
    if claim.measure == ClaimMeasure::Messages {
        "messages".clone_into(&mut picture.y_label);
        let counts = picture.periods.iter().map(|period| {
            let of_month = messages.iter().filter(|row| By::Month.label(row.event_day) == period.label);
            let indicated = of_month.filter(|row| row.is_indicated()).count();
            let value = Figure::Count(u64::try_from(indicated).unwrap_or(u64::MAX));
            let whole = period.observed.is_full();
            Point {
                value: Some(value.as_f64()).filter(|_| whole || !value.is_zero()),
                found: indicated > 0 && !whole,
                ..Point::default()
            }
        });
        picture.lines = vec![Line { name: "messages between leaders".to_owned(), points: counts.collect() }];
    }
    put("chart.svg", chart::svg(&picture, Theme::Light, Size::default()).into_bytes());
    Ok(())
}
