//! The overview: what is collected and how fresh it is, the two leaders' lines, Russia over China, what is new.

use maud::{Markup, html};
use serde_json::json;

use super::{known_streams, last_months, silence};
use crate::domain::day::Day;
use crate::domain::measure::{Measure, RatioOf};
use crate::domain::period::{By, Span};
use crate::domain::stream::Stream;
use crate::plot;
use crate::store::query::coverage::CoverageRow;
use crate::store::query::series::{Counting, SeriesQuery};
use crate::store::query::silence::SilenceQuery;
use crate::store::query::{Filter, told};
use crate::web::View;
use crate::web::asked::Asked;
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

/// How many months the lines go back.
const MONTHS: i32 = 24;

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let filter = asked.filter()?;
    let rows = recent(view, &filter)?;
    let mut query = told("overview", json!({}), &filter);
    view.reader.note_marks(&mut query);
    Rows::new(query, "", &CoverageRow::COLUMNS, &rows)
}

/// The last 30 days up to today, by stream: how complete what comes in is.
fn recent(view: &View<'_>, filter: &Filter) -> Result<Vec<CoverageRow>, Refusal> {
    let to = Day::in_korea(view.now).plus(-1);
    let span = Span { from: to.plus(-29), to };
    Ok(view.reader.covered(span, filter)?)
}

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    let filter = asked.filter()?;
    let all = known_streams(view)?;
    let lead = html! { "How North Korea’s state media speak of the leaders of China and Russia." };
    let sources = view.reader.sources(&filter)?;
    let alarms: Vec<(&str, &String)> =
        sources.iter().flat_map(|s| s.alarms.iter().map(|alarm| (s.source.as_str(), alarm))).collect();
    let shown = all.iter().filter(|stream| filter.wants(stream)).min_by_key(|stream| preference(view, stream));
    let shown = match shown {
        Some(stream) => Some((stream, lines(view, stream)?)),
        None => None,
    };
    let latest = messages(view)?;
    let body = html! {
        (layout::head("Overview", &lead, "overview", asked))
        // Said after all of it was asked: so many marks were applied.
        (parts::judged(view, "/", asked)?)
        @if !alarms.is_empty() {
            section class="alarms" aria-label="Alarms" {
                h2 { (parts::counted(alarms.len() as u64, "alarm")) }
                ul { @for (source, alarm) in alarms { li { a href="/sources" { (source) } " " (parts::text(alarm)) } } }
            }
        }
        @match shown {
            None => { (empty()) }
            Some((stream, lines)) => {
                @if all.len() > 1 { (choose(view, &all, stream)) }
                (lines)
            }
        }
        (freshness(view, &filter)?)
        (latest)
    };
    Ok(layout::shell("Overview", "overview", &body))
}

/// Which stream is shown first: one whose language the lexicon knows, in English, KCNA.
fn preference(view: &View<'_>, stream: &Stream) -> (bool, usize, bool) {
    (!view.lexicon.has_words("xi-jinping", stream.edition), stream.edition.index(), stream.outlet.as_str() != "kcna")
}

fn empty() -> Markup {
    html! {
        section class="empty" {
            h2 { "Nothing is held yet" }
            p { "Read an archive with " code { "sinmun import" } ", or begin to collect with " code { "sinmun run" } "." }
        }
    }
}

fn choose(view: &View<'_>, all: &[Stream], shown: &Stream) -> Markup {
    html! {
        nav class="tabs" aria-label="Outlet and edition" {
            @for stream in all {
                a href={ "/?outlet=" (stream.outlet) "&edition=" (stream.edition) (parts::as_judged(view)) } aria-current=[(stream == shown).then_some("true")] {
                    (stream.outlet) " " (stream.edition)
                }
            }
        }
    }
}

fn query(stream: &Stream, span: Span, entities: &[&str], over: Option<&str>) -> SeriesQuery {
    SeriesQuery {
        entities: entities.iter().map(|id| (*id).to_owned()).collect(),
        measure: if over.is_some() { Measure::Ratio } else { Measure::Share },
        over: over.map(str::to_owned),
        of: RatioOf::Mentions,
        by: By::Month,
        sum_outlets: false,
        filter: Filter {
            from: Some(span.from),
            to: Some(span.to),
            outlet: vec![stream.outlet.clone()],
            edition: vec![stream.edition],
        },
        counting: Counting::default(),
    }
}

/// Since when each leader has not been named, how many of the days since were seen, and how unusual that is.
fn silences(view: &View<'_>, stream: &Stream, leaders: &[&str], until: Day) -> Result<Markup, Refusal> {
    let query = SilenceQuery {
        entities: leaders.iter().map(|id| (*id).to_owned()).collect(),
        until,
        filter: Filter { outlet: vec![stream.outlet.clone()], edition: vec![stream.edition], ..Filter::default() },
        counting: Counting::default(),
    };
    let all = view.reader.silences(view.lexicon, &query)?;
    Ok(html! {
        dl class="figures silences" {
            @for (leader, row) in leaders.iter().zip(&all) { div { dt { (parts::name(view, leader)) } (silence::card(view, row, until)) } }
        }
        p class="evidence" { a href={ "/silence?to=" (until) (parts::as_judged(view)) } { "Silences in all outlets and editions" } }
    })
}

fn lines(view: &View<'_>, stream: &Stream) -> Result<Markup, Refusal> {
    let one = Filter { outlet: vec![stream.outlet.clone()], edition: vec![stream.edition], ..Filter::default() };
    let Some(span) = last_months(view, MONTHS, &one)? else { return Ok(empty()) };
    let known = |ids: &[&'static str]| -> Vec<&'static str> {
        ids.iter().copied().filter(|id| view.lexicon.has_words(id, stream.edition)).collect()
    };
    let marks = parts::as_judged(view);
    let scope = format!("outlet={}&edition={}&from={}&to={}{marks}", stream.outlet, stream.edition, span.from, span.to);
    let (leaders, countries) = (known(&["xi-jinping", "putin"]), known(&["russia", "china"]));
    let about = |words: &str, link: String| {
        html! { (words) ", " (stream.outlet) " " (stream.edition) ", by month, " (span.from) " to " (span.to) ". " a href=(link) { "Figures and other measures" } }
    };
    Ok(html! {
        (silences(view, stream, &leaders, span.to)?)
        @if leaders.is_empty() {
            p { "The lexicon has no words for the two leaders in this edition: nothing was looked for." }
        } @else {
            @let answer = view.reader.series(view.lexicon, &query(stream, span, &leaders, None))?;
            @let link = format!("/series?entity={}&measure=share&by=month&{scope}", leaders.join(","));
            (parts::chart(&plot::series(&answer.rows, view.lexicon, None), "Xi Jinping and Putin", &about("Share of articles that mention them", link)))
        }
        @if countries.len() == 2 {
            @let answer = view.reader.series(view.lexicon, &query(stream, span, &["russia"], Some("china")))?;
            @let link = format!("/series?entity=russia&over=china&measure=ratio&by=month&{scope}");
            (parts::chart(&plot::series(&answer.rows, view.lexicon, None), "Russia : China", &about("Mentions of Russia for each of China", link)))
        }
    })
}

fn freshness(view: &View<'_>, filter: &Filter) -> Result<Markup, Refusal> {
    let rows = recent(view, filter)?;
    let last = view.reader.last_days(filter)?;
    let sources = view.reader.sources(filter)?;
    Ok(html! {
        section {
            h2 { "What is collected" }
            p class="note" { "The 30 days up to yesterday in Korea. Observed are days on which a zero means zero." }
            (parts::table("What is collected", &html! {
                thead { tr { th { "Outlet" } th { "Edition" } th class="n" { "Articles" } th { "Observed" } th { "Last article" } th { "Last poll" } } }
                tbody {
                    @for row in &rows {
                        @let source = sources.iter().find(|s| s.outlet == row.outlet && s.edition == row.edition);
                        tr {
                            th scope="row" { a href={ "/coverage?outlet=" (row.outlet) "&edition=" (row.edition) } { (row.outlet) } }
                            td { (row.edition) }
                            td class="n" { (parts::number(row.articles)) }
                            td { (parts::observed(row.days_observed, row.days)) }
                            td { (parts::day(last.iter().find(|(s, _)| s.outlet.as_str() == row.outlet && s.edition.as_str() == row.edition).and_then(|(_, day)| *day))) }
                            td {
                                @match source {
                                    Some(source) => { (parts::ago(source.polled.as_deref(), view.now)) " " (super::sources::state(source, view.now)) }
                                    None => span class="none" { "from archives" },
                                }
                            }
                        }
                    }
                }
            }))
        }
    })
}

/// The latest messages of the last quarter of a year that anything is held of.
fn messages(view: &View<'_>) -> Result<Markup, Refusal> {
    let with = super::messages::countries(view);
    let Some(span) = last_months(view, 3, &Filter::default())? else { return Ok(html! {}) };
    if with.is_empty() {
        return Ok(html! {});
    }
    let filter = Filter { from: Some(span.from), to: Some(span.to), ..Filter::default() };
    let mut rows = view.reader.messages(view.lexicon, view.rules, &with, &filter)?;
    rows.reverse();
    rows.truncate(6);
    Ok(html! {
        section {
            h2 { "Latest messages between leaders" }
            @if rows.is_empty() {
                p { "None from " (span.from) " to " (span.to) " in what is held. " a href={ "/messages" (parts::as_judged(view).replacen('&', "?", 1)) } { "All messages" } }
            } @else {
                (super::messages::table(view, &rows))
                p { a href={ "/messages" (parts::as_judged(view).replacen('&', "?", 1)) } { "All messages" } }
            }
        }
    })
}
