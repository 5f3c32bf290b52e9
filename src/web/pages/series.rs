//! A series: any entities, measure and period, as a chart and as a table.

use maud::{Markup, html};

use super::{known_streams, last_months};
use crate::domain::lexicon::Lexicon;
use crate::domain::measure::{Measure, RatioOf};
use crate::domain::period::By;
use crate::domain::series::SeriesRow;
use crate::plot;
use crate::store::query::Version;
use crate::store::query::series::{Counting, SeriesAnswer, SeriesQuery};
use crate::web::View;
use crate::web::asked::Asked;
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

/// More rows than these are a question for a database.
const MOST_ROWS: usize = 100_000;
/// More rows than these are no table for people.
const MOST_SHOWN: usize = 600;

/// More charts than these are no longer compared.
const MOST_CHARTS: usize = 9;

/// Who is asked about unless others are named.
pub fn default_entities(lexicon: &Lexicon) -> Vec<String> {
    let known = ["xi-jinping", "putin"].into_iter().filter(|id| lexicon.find(id).is_some());
    let known: Vec<String> = known.map(str::to_owned).collect();
    if known.is_empty() { lexicon.entities().iter().take(2).map(|e| e.id.clone()).collect() } else { known }
}

fn query(view: &View<'_>, asked: &Asked) -> Result<SeriesQuery, Refusal> {
    let mut entities = asked.entities("entity", view.lexicon)?;
    if entities.is_empty() {
        entities = default_entities(view.lexicon);
    }
    let measure = asked.get("measure")?.unwrap_or(Measure::Mentions);
    let over = asked.entities("over", view.lexicon)?.into_iter().next();
    if measure == Measure::Ratio && over.is_none() {
        return Err(Refusal::Asked("A ratio needs the entity below the line: measure=ratio&over=china.".to_owned()));
    }
    let version = match asked.one("as_of") {
        Some(text) => text.parse().map_err(|told| Refusal::Asked(format!("as_of {told}.")))?,
        None if asked.one("as_first_published") == Some("yes") => Version::AsFirstPublished,
        None => Version::Latest,
    };
    Ok(SeriesQuery {
        entities,
        measure,
        // Chosen in the form and of no use to another measure.
        over: over.filter(|_| measure == Measure::Ratio),
        of: asked.get("of")?.unwrap_or_default(),
        by: asked.get("by")?.unwrap_or(By::Month),
        sum_outlets: asked.one("sum").is_some(),
        filter: asked.filter()?,
        counting: Counting { version, ..asked.counting()? },
    })
}

fn answer(view: &View<'_>, query: &SeriesQuery) -> Result<SeriesAnswer, Refusal> {
    if let Some(span) = view.reader.extent(&query.filter)? {
        let streams = known_streams(view)?.iter().filter(|stream| query.filter.wants(stream)).count();
        let periods = query.by.cut(span).len();
        if periods * streams * query.entities.len() > MOST_ROWS {
            return Err(Refusal::Asked(format!(
                "The answer would have more than {} rows; ask for fewer days, or longer periods.",
                parts::number(MOST_ROWS as u64)
            )));
        }
    }
    Ok(view.reader.series(view.lexicon, query)?)
}

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let query = query(view, asked)?;
    let answer = answer(view, &query)?;
    let mut told = query.told();
    view.reader.note_marks(&mut told);
    Rows::new(told, view.lexicon.method(), &SeriesRow::COLUMNS, &answer.rows)
}

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    let streams = known_streams(view)?;
    // A first visit shows the last two years; what is asked is asked.
    let asked = match last_months(view, 24, &asked.filter()?)? {
        Some(span) if asked.with("reviewed", "").is_empty() => {
            asked.clone().or("from", &span.from.to_string()).or("to", &span.to.to_string())
        }
        _ => asked.clone(),
    };
    let asked = &asked;
    let query = query(view, asked)?;
    let SeriesAnswer { rows, wordless } = answer(view, &query)?;
    let names = parts::names(view, &query.entities);
    let title = match &query.over {
        Some(over) => format!("{names} : {}", parts::name(view, over)),
        None => names,
    };
    // Of a stream that holds nothing of these days there is nothing to see; CSV and JSON have its rows all the same.
    let of_stream = |a: &SeriesRow, b: &SeriesRow| (&a.outlet, a.edition) == (&b.outlet, b.edition);
    let (held, bare): (Vec<_>, Vec<_>) =
        rows.chunk_by(of_stream).partition(|rows| rows.iter().any(|row| row.articles > 0 || row.days_observed > 0));
    let lead = html! { "Figures over time, each with its denominator, its interval and the days it rests on." };
    let body = html! {
        (layout::head("Series", &lead, "series", asked))
        (parts::judged(view, "/series", asked)?)
        (filters(view, asked, &query, &streams))
        @for (stream, dumb) in &wordless {
            p class="note" { (stream.outlet) " " (stream.edition) ": the lexicon has no words there for " (parts::names(view, dumb)) "; nothing was looked for, and there are no rows." }
        }
        @if !held.is_empty() && !bare.is_empty() {
            p class="note" { "Nothing is held of these days in " (bare.iter().map(|rows| format!("{} {}", rows[0].outlet, rows[0].edition)).collect::<Vec<_>>().join(", ")) "." }
        }
        @if held.is_empty() {
            section class="empty" { h2 { "The store holds nothing of that" } p { a href="/coverage" { "What it holds" } } }
        } @else {
            (pictures(view, &query, &held, &title))
            p class="data" {
                span { "The picture as" } " "
                a href={ "/api/v1/series.svg" (asked.whole()) } { "SVG" } " "
                a href={ "/api/v1/series.png" (asked.whole()) } { "PNG" }
            }
            (table(view, &query, &held.concat(), &below(view, &query)?))
            p class="note" {
                "Interval: 95 % (Wilson) of the underlying share. (0): none in what is held, but not every day was observed, so this is no zero. –: nothing to measure. Method "
                code { (view.lexicon.method()) } "."
            }
        }
    };
    Ok(layout::shell(&title, "series", &body))
}

/// A chart for each outlet and edition: one for all could promise no more than the worst covered of them keeps.
fn pictures(view: &View<'_>, query: &SeriesQuery, streams: &[&[SeriesRow]], title: &str) -> Markup {
    html! {
        @for rows in streams.iter().take(MOST_CHARTS) {
            @let chart = plot::series(rows, view.lexicon, None);
            @let about = html! { (plot::heading(query.measure)) ", by " (query.by.as_str()) ": " (chart.subtitle) "." };
            (parts::chart(&chart, title, &about))
        }
    }
}

/// The chart alone, for a report.
pub fn chart(view: &View<'_>, asked: &Asked) -> Result<crate::chart::Chart, Refusal> {
    let query = query(view, asked)?;
    let rows = answer(view, &query)?.rows;
    let named: Vec<String> = query.named().cloned().collect();
    let marks = if view.reader.marks_applied().is_some() { ", with analysts’ marks" } else { "" };
    let title = format!("{}: {}{marks}", plot::heading(query.measure), parts::names(view, &named));
    Ok(plot::series(&rows, view.lexicon, Some(&title)))
}

fn filters(view: &View<'_>, asked: &Asked, query: &SeriesQuery, streams: &[crate::domain::stream::Stream]) -> Markup {
    let chosen: Vec<&str> = query.entities.iter().map(String::as_str).collect();
    let all = view.lexicon.entities();
    let measures: Vec<(&str, &str)> = Measure::ALL.iter().map(|m| (m.as_str(), plot::heading(*m))).collect();
    let mut over = vec![("", "–")];
    over.extend(all.iter().map(|e| (e.id.as_str(), e.name.as_str())));
    let bys: Vec<(&str, &str)> = By::ALL.iter().map(|by| (by.as_str(), by.as_str())).collect();
    parts::form(
        "/series",
        &html! {
            (parts::entities(view, "Entities", "entity", &chosen))
            div class="row" {
                (parts::select("Measure", "measure", &measures, query.measure.as_str()))
                (parts::select("By", "by", &bys, query.by.as_str()))
                (parts::days(asked, "", ""))
                (parts::judging(asked))
            }
            details open[["outlet", "edition", "form", "over", "sum", "reprints", "as_first_published"].iter().any(|name| asked.one(name).is_some())] {
                summary { "Outlet, edition, ratio, forms, versions" }
                (parts::streams(streams, asked))
                (parts::forms(asked))
                div class="row" {
                    (parts::select("Ratio over", "over", &over, asked.one("over").unwrap_or("")))
                    (parts::select("Ratio of", "of", &[("", "mentions"), ("articles", "articles")], asked.one("of").unwrap_or("")))
                    (parts::select("Outlets", "sum", &[("", "each by itself"), ("outlets", "added up")], asked.one("sum").unwrap_or("")))
                    (parts::reprints(asked))
                    (parts::select("Text", "as_first_published", &[("", "latest"), ("yes", "as first published")], asked.one("as_first_published").unwrap_or("")))
                }
            }
        },
    )
}

/// What is below the line of a ratio: the same rows of the other entity.
fn below(view: &View<'_>, query: &SeriesQuery) -> Result<Vec<SeriesRow>, Refusal> {
    let Some(over) = &query.over else { return Ok(Vec::new()) };
    let other = SeriesQuery {
        entities: vec![over.clone()],
        measure: Measure::Mentions,
        over: None,
        sum_outlets: query.sum_outlets,
        ..query.clone()
    };
    Ok(answer(view, &other)?.rows)
}

fn table(view: &View<'_>, query: &SeriesQuery, rows: &[SeriesRow], below: &[SeriesRow]) -> Markup {
    let several = rows.iter().any(|row| (&row.outlet, row.edition) != (&rows[0].outlet, rows[0].edition));
    let shown = &rows[rows.len().saturating_sub(MOST_SHOWN)..];
    // The sentences behind a figure are those it was counted from.
    let forms = query.counting.forms.iter().map(|form| form.as_str()).collect::<Vec<_>>().join(",");
    let reprints = if query.counting.reprints { "" } else { "&reprints=no" };
    let link_end = format!("&form={forms}{reprints}{}", parts::as_judged(view));
    let with = query.over.as_ref().map_or_else(String::new, |over| format!(",{over}"));
    let compared = |row: &SeriesRow| if query.of == RatioOf::Articles { row.articles_with } else { row.mentions };
    let beneath = |row: &SeriesRow| {
        let same = |other: &&SeriesRow| {
            (&other.outlet, other.edition, other.period_from) == (&row.outlet, row.edition, row.period_from)
        };
        below.iter().find(same).map_or_else(|| "–".to_owned(), |other| parts::number(compared(other)))
    };
    html! {
        @if shown.len() < rows.len() {
            p class="note" { "The last " (parts::number(shown.len() as u64)) " of " (parts::counted(rows.len() as u64, "row")) "; CSV and JSON hold all." }
        }
        (parts::table("The figures", &html! {
            thead { tr {
                @if several { th { "Outlet" } }
                th { "Period" } th { "Entity" } th class="n" { (plot::heading(query.measure)) }
                @if let Some(over) = &query.over { th class="n" { (if query.of == RatioOf::Articles { "articles" } else { "mentions" }) } th class="n" { "of " (parts::name(view, over)) } }
                th class="n" { "With a mention" } th class="n" { "Of articles" } @if query.measure != Measure::Share { th class="n" { "Share" } } th class="n" { "Interval" } th { "Observed" }
            } }
            tbody {
                @for row in shown {
                    tr class=[(row.days_observed < row.days).then_some("thin")] {
                        @if several { td { (row.outlet) " " (row.edition) } }
                        th scope="row" { (row.period) }
                        td { (parts::name(view, &row.entity)) }
                        td class="n strong" {
                            @if row.mentions > 0 {
                                a href={ "/mentions?entity=" (row.entity) (with) "&from=" (row.period_from) "&to=" (row.period_to) "&outlet=" (row.outlet.replace('+', ",")) "&edition=" (row.edition) (link_end) } { (parts::value(row)) }
                            } @else { (parts::value(row)) }
                        }
                        @if query.over.is_some() { td class="n" { (parts::number(compared(row))) } td class="n" { (beneath(row)) } }
                        td class="n" { (parts::number(row.articles_with)) }
                        td class="n" { (parts::number(row.articles)) }
                        @if query.measure != Measure::Share { td class="n" { (row.share.map_or_else(|| "–".to_owned(), parts::percent)) } }
                        td class="n" { @if let (Some(low), Some(high)) = (row.low, row.high) { (parts::interval(low, high)) } }
                        td { (parts::observed(row.days_observed, row.days)) }
                    }
                }
            }
        }))
    }
}
