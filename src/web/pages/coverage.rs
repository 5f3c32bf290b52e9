//! What was seen: a calendar of days for each outlet and edition, and the sums.

use maud::{Markup, html};
use serde_json::json;

use super::{known_streams, last_months};
use crate::domain::coverage::DayState;
use crate::domain::day::Day;
use crate::domain::period::{By, Span};
use crate::store::query::coverage::{CoverageRow, claims};
use crate::store::query::{Filter, told};
use crate::web::View;
use crate::web::asked::Asked;
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let (filter, by) = (asked.filter()?, asked.get("by")?.unwrap_or(By::Month));
    let rows = view.reader.coverage(&filter, by)?;
    let declared = view.reader.declared(&filter)?;
    let query = told("coverage", json!({"by": by, "declared": claims(&declared)}), &filter);
    Rows::new(query, "", &CoverageRow::COLUMNS, &rows)
}

/// A calendar of more days than these is no longer read.
const MOST_DAYS: u32 = 3 * 366;

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    let filter = asked.filter()?;
    let usual = last_months(view, 12, &filter)?;
    let held = view.reader.extent(&filter)?;
    let span = if filter.from.is_none() && filter.to.is_none() { usual } else { held };
    let asked = match span {
        Some(span) => asked.clone().or("from", &span.from.to_string()).or("to", &span.to.to_string()),
        None => asked.clone(),
    };
    let asked = &asked;
    let by = asked.get("by")?.unwrap_or(By::Month);
    let lead = html! { "A day is observed where a zero means zero: every list was seen whole after its end and every article read, or somebody declared it complete." };
    let body = html! {
        (layout::head("Coverage", &lead, "coverage", asked))
        (parts::form("/coverage", &html! {
            div class="row" {
                (parts::days(asked, "", ""))
                (parts::select("Sums by", "by", &By::ALL.map(|by| (by.as_str(), by.as_str())), by.as_str()))
            }
            (parts::streams(&known_streams(view)?, asked))
        }))
        @match span {
            None => { section class="empty" { h2 { "Nothing is held of that" } } }
            Some(span) => { (calendars(view, &filter, span)?) (sums(view, &filter, span, by)?) }
        }
    };
    Ok(layout::shell("Coverage", "coverage", &body))
}

fn calendars(view: &View<'_>, filter: &Filter, span: Span) -> Result<Markup, Refusal> {
    if span.days() > MOST_DAYS {
        return Ok(html! { p class="note" { "The calendar is shown for up to three years at a time." } });
    }
    let filter = Filter { from: Some(span.from), to: Some(span.to), ..filter.clone() };
    let days = view.reader.coverage(&filter, By::Day)?;
    let declared = view.reader.declared(&filter)?;
    let (known, bare): (Vec<_>, Vec<_>) =
        days.chunk_by(|a, b| (&a.outlet, &a.edition) == (&b.outlet, &b.edition)).partition(|rows| {
            rows.iter().any(|row| row.not_polled == 0 || row.articles + row.headline_only + row.missing > 0)
        });
    Ok(html! {
        (key())
        @if !bare.is_empty() {
            p class="note" { "Nothing is known of these days in " (bare.iter().map(|rows| format!("{} {}", rows[0].outlet, rows[0].edition)).collect::<Vec<_>>().join(", ")) "." }
        }
        @for rows in known {
            @let first = &rows[0];
            @let observed = rows.iter().map(|row| row.days_observed).sum::<u32>();
            section class="stream" {
                h2 { (first.outlet) " " (first.edition) " " small { (parts::observed(observed, u32::try_from(rows.len()).unwrap_or(0))) " · " (parts::counted(rows.iter().map(|row| row.articles).sum::<u64>(), "article")) } }
                div class="years" { @for strip in strips(rows) { (calendar(strip)) } }
                @for (stream, claim) in declared.iter().filter(|(s, _)| s.outlet.as_str() == first.outlet && s.edition.as_str() == first.edition) {
                    p class="note" { "Declared complete by a user: " (stream.outlet) " " (stream.edition) ", " (claim.span) " (" (parts::text(&claim.file)) ")" }
                }
            }
        }
    })
}

fn year(day: Day) -> i16 {
    day.date().year()
}

const STATES: [DayState; 7] = DayState::ALL;

fn key() -> Markup {
    html! {
        ul class="key" aria-label="States of a day" {
            @for state in STATES { li { svg width="14" height="14" aria-hidden="true" { rect width="14" height="14" rx="2" class={ "d " (state.as_str()) } {} } (state.as_str()) } }
            li { svg width="14" height="14" aria-hidden="true" { rect width="14" height="14" rx="2" class="d retro-filled" {} circle cx="7" cy="7" r="2.5" class="claimed" {} } "declared complete" }
        }
    }
}

/// The state of a row of one day.
fn state(row: &CoverageRow) -> DayState {
    let counts =
        [row.complete, row.retro_filled, row.partial, row.layout_broken, row.blocked, row.offline, row.not_polled];
    STATES.into_iter().zip(counts).find(|(_, count)| *count > 0).map_or(DayState::NotPolled, |(state, _)| state)
}

/// Up to a year is one strip; more are cut at New Year.
fn strips(days: &[CoverageRow]) -> Vec<&[CoverageRow]> {
    if days.len() <= 371 {
        vec![days]
    } else {
        days.chunk_by(|a, b| year(a.period_from) == year(b.period_from)).collect()
    }
}

/// A strip of days: a column for each week, Monday above.
fn calendar(days: &[CoverageRow]) -> Markup {
    const PITCH: i32 = 19;
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return html! {} };
    let monday = By::Week.around(first.period_from).from.epoch_days();
    let weeks = (By::Week.around(last.period_from).from.epoch_days() - monday) / 7 + 1;
    let (width, height) = (weeks * PITCH + 34, 7 * PITCH + 22);
    let observed = days.iter().map(|row| row.days_observed).sum::<u32>();
    let months = days.iter().filter(|row| row.period_from.date().day() == 1);
    let label = format!("{} to {}: {observed} of {} days observed", first.period_from, last.period_from, days.len());
    html! {
        svg class="calendar" role="img" aria-label=(label) width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } {
            @for row in months {
                @let x = 34 + (row.period_from.epoch_days() - monday) / 7 * PITCH;
                text x=(x) y="12" { (row.period_from.date().strftime("%b")) @if row.period_from.date().month() == 1 || row.period_from.date() == first.period_from.date() { " " (year(row.period_from)) } }
            }
            @for (i, name) in ["Mon", "Wed", "Fri"].into_iter().enumerate() { text x="0" y=(20 + 12 + i32::try_from(i).unwrap_or(0) * 2 * PITCH) { (name) } }
            @for row in days {
                @let at = row.period_from.epoch_days() - monday;
                @let (x, y) = (34 + at / 7 * PITCH, 20 + at % 7 * PITCH);
                @let state = state(row);
                rect x=(x) y=(y) width="16" height="16" rx="3" class={ "d " (state.as_str()) } {
                    title { (row.period_from) ": " (state.as_str()) @if row.days_declared > 0 { ", declared complete" } ", " (parts::counted(row.articles, "article")) }
                }
                @if row.days_declared > 0 { circle cx=(x + 8) cy=(y + 8) r="2.5" class="claimed" {} }
            }
        }
    }
}

fn sums(view: &View<'_>, filter: &Filter, span: Span, by: By) -> Result<Markup, Refusal> {
    let filter = Filter { from: Some(span.from), to: Some(span.to), ..filter.clone() };
    let rows = view.reader.coverage(&filter, by)?;
    let dot = |count: u32| if count == 0 { "·".to_owned() } else { parts::number(count) };
    Ok(html! {
        section {
            h2 { "Sums" }
            (parts::table("Coverage", &html! {
                thead { tr {
                    th { "Outlet" } th { "Period" } th class="n" { "Articles" } th class="n" { "Headlines" } th class="n" { "Missing" } th { "Observed" }
                    th class="n" { "Declared" } @for state in STATES { th class="n" { (state.as_str()) } }
                } }
                tbody {
                    @for row in &rows {
                        tr {
                            td { (row.outlet) " " (row.edition) }
                            th scope="row" { (row.period) }
                            td class="n" { (parts::number(row.articles)) }
                            td class="n" { (parts::number(row.headline_only)) }
                            td class="n" { (parts::number(row.missing)) }
                            td { (parts::observed(row.days_observed, row.days)) }
                            td class="n" { (dot(row.days_declared)) }
                            @for count in [row.complete, row.retro_filled, row.partial, row.layout_broken, row.blocked, row.offline, row.not_polled] { td class="n" { (dot(count)) } }
                        }
                    }
                }
            }))
        }
    })
}
