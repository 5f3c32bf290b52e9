//! A published indicator beside our own figures, each with a way to its evidence.

use maud::{Markup, html};

use super::known_streams;
use crate::domain::indicator::{Claim, ClaimMeasure, Indicator};
use crate::domain::measure::{Figure, readable};
use crate::domain::verdict::{IndicatorRow, Verdict};
use crate::web::View;
use crate::web::asked::Asked;
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

fn chosen<'a>(view: &'a View<'_>, asked: &Asked) -> Result<&'a Indicator, Refusal> {
    let all = &view.configured.indicators;
    let found = match asked.one("name") {
        None => all.first(),
        Some(name) => all.iter().find(|indicator| indicator.name == name),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|indicator| indicator.name.as_str()).collect();
        Refusal::Missing(format!("There is no such indicator; there are: {}.", names.join(", ")))
    })
}

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let indicator = chosen(view, asked)?;
    let mut answer = view.reader.indicator(view.lexicon, view.rules, indicator, &asked.filter()?)?;
    view.reader.note_marks(&mut answer.query);
    Rows::new(answer.query, &answer.method, &IndicatorRow::COLUMNS, &answer.rows)
}

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    let indicator = chosen(view, asked)?;
    let found = view.reader.indicator(view.lexicon, view.rules, indicator, &asked.filter()?)?;
    let lead = html! { (parts::text(&indicator.title)) ". " (parts::text(&indicator.source)) };
    let all: Vec<(&str, &str)> =
        view.configured.indicators.iter().map(|i| (i.name.as_str(), i.name.as_str())).collect();
    let body = html! {
        (layout::head("Indicator", &lead, "indicator", asked))
        (parts::judged(view, "/indicator", asked)?)
        (parts::form("/indicator", &html! {
            div class="row" { (parts::select("Indicator", "name", &all, &indicator.name)) (parts::judging(asked)) }
            (parts::streams(&known_streams(view)?, asked))
        }))
        div class="claims" {
            @for (claim, row) in indicator.row.iter().zip(&found.rows) { (card(view, claim, row)) }
        }
        p class="note" {
            "Published " (indicator.published) ". Observed: days on which a zero means zero, times the outlets named. (0): none in what is held, but not every day was observed, so this is no zero. A claim is "
            strong { "too thin" } " to judge where fewer days were observed than it demands (80 % unless it says otherwise), "
            strong { "partly" } " judged where an outlet that it names is missing. Method " code { (found.method) } "."
        }
    };
    Ok(layout::shell("Indicator", "indicator", &body))
}

fn card(view: &View<'_>, claim: &Claim, row: &IndicatorRow) -> Markup {
    let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), readable);
    let ours = match row.ours {
        None if row.articles > 0 && claim.why_not.is_none() => "(0)".to_owned(),
        ours => figure(ours.map(Figure::as_f64)),
    };
    html! {
        article class="claim" aria-labelledby={ "claim-" (row.id) } {
            header {
                h2 id={ "claim-" (row.id) } { "“" (parts::text(&row.quote)) "”" }
                span class={ "verdict " (tone(row.verdict)) } { (row.verdict.as_str()) }
            }
            dl class="figures" {
                div { dt { "Published" } dd { (figure(row.published)) } }
                div { dt { "Ours" } dd { (ours) @if let Some(exchanges) = row.exchanges { small { " in " (parts::counted(exchanges, "exchange")) } } } }
                div { dt { "Articles" } dd { (parts::number(row.articles)) } }
                div { dt { "Observed" } dd { (parts::observed(row.days_observed, row.days)) (each(claim, row)) } }
                div { dt { "Outlets" } dd class="words" { (if row.outlets.is_empty() { "–" } else { &row.outlets }) } }
            }
            @for line in row.why.lines().flat_map(|line| line.split("; ")) { p class="why" { (parts::text(line)) } }
            (evidence(view, claim))
        }
    }
}

/// Days are told times outlets: of how many each.
fn each(claim: &Claim, row: &IndicatorRow) -> Markup {
    let outlets = u32::try_from(claim.outlets.len()).unwrap_or(u32::MAX);
    html! { @if outlets > 1 && row.days.is_multiple_of(outlets) { small { " (" (outlets) " outlets × " (parts::number(row.days / outlets)) ")" } } }
}

const fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agrees => "good",
        Verdict::Differs => "bad",
        Verdict::Partly | Verdict::TooThin => "thin",
        Verdict::NoData => "none",
    }
}

/// Where each figure of a claim is from.
fn evidence(view: &View<'_>, claim: &Claim) -> Markup {
    let Some(span) = claim.span() else { return html! {} };
    let list = |all: Vec<String>| all.join(",");
    let outlets = list(claim.outlets.iter().map(ToString::to_string).collect());
    let speaks = |edition: &crate::domain::stream::Edition| {
        claim.entities.iter().chain(&claim.over).all(|id| view.lexicon.has_words(id, *edition))
    };
    let editions = list(claim.editions.iter().filter(|e| speaks(e)).map(ToString::to_string).collect());
    let days = format!("from={}&to={}&outlet={outlets}&edition={editions}", span.from, span.to);
    let scope = format!("{days}{}", parts::as_judged(view));
    let entities = claim.entities.join(",");
    html! {
        p class="evidence" {
            @match claim.measure {
                ClaimMeasure::None => {}
                ClaimMeasure::Messages => { a href={ "/messages?with=" (entities) "&" (scope) } { "The messages" } }
                ClaimMeasure::Ratio => {
                    a href={ "/series?measure=ratio&entity=" (entities) "&over=" (claim.over.as_deref().unwrap_or_default()) "&by=month&" (scope) } { "The ratio by month" }
                    a href={ "/mentions?entity=" (entities) "," (claim.over.as_deref().unwrap_or_default()) "&" (scope) } { "The sentences" }
                }
                ClaimMeasure::Mentions | ClaimMeasure::Articles => {
                    a href={ "/series?entity=" (entities) "&by=month&" (scope) } { "The figures by month" }
                    a href={ "/mentions?entity=" (entities) "&" (scope) } { "The sentences" }
                }
            }
            @if claim.measure != ClaimMeasure::None { a href={ "/coverage?by=month&" (days) } { "The days" } }
        }
    }
}
