//! Silence: since when somebody has not been mentioned, how many of the days since were seen, and how unusual that is.

use maud::{Markup, html};

use super::{known_streams, last_months};
use crate::domain::day::Day;
use crate::domain::silence::{UNUSUAL, USUAL_DAYS};
use crate::store::query::series::wordless;
use crate::store::query::silence::{SilenceQuery, SilenceRow};
use crate::web::View;
use crate::web::asked::Asked;
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

fn query(view: &View<'_>, asked: &Asked) -> Result<SilenceQuery, Refusal> {
    let mut entities = asked.entities("entity", view.lexicon)?;
    if entities.is_empty() {
        // The store may have been counted with another lexicon than the configured one.
        entities = view.configured.watch.iter().filter(|id| view.lexicon.find(id).is_some()).cloned().collect();
    }
    let filter = asked.filter()?;
    let until = filter.to.unwrap_or_else(|| Day::in_korea(view.now));
    if let Some(from) = filter.from.filter(|from| *from > until) {
        return Err(Refusal::Asked(format!("The first day, {from}, lies after {until}, the last one.")));
    }
    Ok(SilenceQuery { entities, until, filter, counting: asked.counting()? })
}

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let query = query(view, asked)?;
    let rows = view.reader.silences(view.lexicon, &query)?;
    let mut told = query.told();
    view.reader.note_marks(&mut told);
    Rows::new(told, view.lexicon.method(), &SilenceRow::COLUMNS, &rows)
}

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    // The run is told up to the last day held, for an archive ends long before today; what is asked is asked.
    let asked = match last_months(view, 1, &asked.filter()?)? {
        Some(span) => asked.clone().or("to", &span.to.to_string()),
        None => asked.clone(),
    };
    let asked = &asked;
    let query = query(view, asked)?;
    let all = view.reader.silences(view.lexicon, &query)?;
    let lead = html! {
        "Since when each has not been mentioned, up to " time datetime=(query.until) { (query.until) } ". Only observed days lengthen a silence; on the others nobody looked."
    };
    let streams = known_streams(view)?;
    let chosen: Vec<&str> = query.entities.iter().map(String::as_str).collect();
    let body = html! {
        (layout::head("Silence", &lead, "silence", asked))
        (parts::judged(view, "/silence", asked)?)
        (parts::form("/silence", &html! {
            (parts::entities(view, "Entities", "entity", &chosen))
            div class="row" { (parts::days(asked, "", "")) (parts::reprints(asked)) (parts::judging(asked)) }
            details open[["outlet", "edition", "form"].iter().any(|name| asked.one(name).is_some())] {
                summary { "Outlet, edition, forms" }
                (parts::streams(&streams, asked))
                (parts::forms(asked))
            }
        }))
        @for (stream, dumb) in wordless(view.lexicon, &query.entities, view.reader.known_streams(&query.filter)?) {
            p class="note" { (stream.outlet) " " (stream.edition) ": the lexicon has no words there for " (parts::names(view, &dumb)) "; nothing was looked for." }
        }
        @if all.is_empty() {
            section class="empty" { h2 { "The store holds nothing of that" } p { a href="/coverage" { "What it holds" } } }
        } @else {
            (table(view, &all))
            @for of_stream in all.chunk_by(|a, b| (&a.outlet, a.edition) == (&b.outlet, b.edition)) {
                section {
                    h2 { (of_stream[0].outlet) " " (of_stream[0].edition) }
                    dl class="figures silences" { @for row in of_stream { div { dt { (parts::name(view, &row.entity)) } (card(view, row, query.until)) } } }
                }
            }
            p class="note" {
                "p: the share of all spans of as many observed days, in the " (USUAL_DAYS) " days before the run, that had no mention. From p " (UNUSUAL) " down a silence is unusual: a reason to look, no finding, for of leaders looked at for years some silence will be. Method "
                code { (view.lexicon.method()) } "."
            }
        }
    };
    Ok(layout::shell("Silence", "silence", &body))
}

fn table(view: &View<'_>, all: &[SilenceRow]) -> Markup {
    parts::table(
        "Silences",
        &html! {
            thead { tr { th { "Outlet" } th { "Entity" } th { "Last mention" } th class="n" { "Days since" } th { "Observed" } th class="n" { "Unobserved" } th { "How unusual" } } }
            tbody { @for row in all {
                tr class=[(row.days_unobserved > 0).then_some("thin")] {
                    td { (row.outlet) " " (row.edition) }
                    th scope="row" { (parts::name(view, &row.entity)) }
                    td { @match &row.last { Some(last) => (parts::sentence(last, &parts::day(Some(last.date)))), None => "never" } }
                    td class="n" { (parts::number(row.days)) }
                    td { (parts::observed(row.days_observed, row.days)) }
                    td class="n" { (parts::number(row.days_unobserved)) }
                    td { @match row.odds.p { Some(p) => { (parts::chance(p)) ", " (if row.odds.is_unusual() { "unusual" } else { "usual" }) }, None => "cannot be told" } }
                }
            } }
        },
    )
}

/// What is to be said of a run, below the name.
pub fn card(view: &View<'_>, row: &SilenceRow, until: Day) -> Markup {
    let last = row.last.as_ref();
    let scope = format!("entity={}&outlet={}&edition={}", row.entity, row.outlet, row.edition);
    html! {
        dd {
            @match (last, row.run_from) {
                (None, _) => "never named",
                (Some(_), None) => { "named on " (until) }
                (Some(_), Some(_)) => { "not named for " (parts::counted(row.days, "day")) }
            }
        }
        @if let Some(last) = last {
            dd class="words" {
                "last on " (parts::sentence(last, &parts::day(Some(last.date))))
                @if row.run_from.is_some() { "; looked at up to " (parts::day(Some(until))) }
            }
            dd { blockquote lang=(last.edition) { (parts::marked(&last.sentence, last.at)) } }
        }
        @if let Some(from) = row.run_from {
            dd class="words" {
                (parts::observed(row.days_observed, row.days)) " observed"
                @if row.days_unobserved > 0 {
                    "; on " @if row.days_observed > 0 { "the other " }
                    a href={ "/coverage?by=month&outlet=" (row.outlet) "&edition=" (row.edition) "&from=" (from) "&to=" (until) } { (parts::counted(row.days_unobserved, "day")) }
                    " a mention would not be known"
                }
            }
            dd class="words" { (unusual(row)) }
        }
        @if let Some(longest) = row.earlier.first() {
            dd class="words" { "longest in the two years before: " (parts::counted(longest.span.days(), "day")) " from " (parts::day(Some(longest.span.from))) " to " (parts::day(Some(longest.span.to))) ", " (parts::number(longest.observed)) " observed" }
        }
        dd class="words" {
            @if last.is_some() { a href={ "/mentions?" (scope) (parts::as_judged(view)) } { "All sentences" } " · " }
            a href={ "/series?" (scope) "&by=month" (parts::as_judged(view)) } { "By month" }
        }
    }
}

fn unusual(row: &SilenceRow) -> Markup {
    let odds = &row.odds;
    html! {
        @if let Some(p) = odds.p {
            @if odds.is_unusual() { strong { "unusual" } } @else { "not unusual" }
            ": " (parts::number(odds.windows_silent)) " of " (parts::number(odds.windows)) " spans of as many observed days before it were silent (" (parts::chance(p)) ")"
        } @else { "how unusual cannot be told: " (odds.no_p) }
    }
}
