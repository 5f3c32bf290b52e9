//! The pages, each beside the rows it shows.

pub(super) mod article;
pub(super) mod changes;
pub(super) mod coverage;
pub(super) mod indicator;
pub(super) mod mentions;
pub(super) mod messages;
pub(super) mod overview;
pub(super) mod search;
pub(super) mod series;
pub(super) mod silence;
pub(super) mod sources;

use super::View;
use super::reply::Refusal;
use crate::domain::day::Day;
use crate::domain::period::{By, Span};
use crate::domain::stream::Stream;
use crate::store::query::Filter;

/// The streams there are.
fn known_streams(view: &View<'_>) -> Result<Vec<Stream>, Refusal> {
    Ok(view.reader.last_days(&Filter::default())?.into_iter().map(|(stream, _)| stream).collect())
}

/// The last months of what is held, in whole months: what a page shows unless asked for other days. It ends with
/// what is held and not today, so that an archive of years ago is not a blank page.
fn last_months(view: &View<'_>, months: i32, filter: &Filter) -> Result<Option<Span>, Refusal> {
    let whole = Filter { from: None, to: None, ..filter.clone() };
    let Some(held) = view.reader.extent(&whole)? else { return Ok(None) };
    // An address with a day to come must not move the window beyond the present.
    let last = held.to.min(Day::in_korea(view.now).max(held.from));
    let mut first = By::Month.around(last).from;
    for _ in 1..months {
        first = By::Month.around(first.plus(-1)).from;
    }
    // Months before anything was held are no part of the picture.
    let first = view.reader.first_since(&whole, first)?.map_or(first, |day| By::Month.around(day.min(last)).from);
    Ok(Span::new(first, last))
}
