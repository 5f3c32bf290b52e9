//! One article with all that is known of it: the way from a figure to its sentence ends here.

use maud::{Markup, html};
use serde_json::json;

use crate::domain::count::Field;
use crate::domain::review::{Mark, holding};
use crate::domain::stamp::written;
use crate::store::query::articles::{Appearance, Article, Revision};
use crate::web::View;
use crate::web::layout;
use crate::web::parts::{self, Spot};
use crate::web::reply::{Refusal, Rows};

/// The fields of an article, in order.
pub const COLUMNS: [&str; 15] = [
    "article",
    "outlet",
    "edition",
    "day",
    "day_from",
    "content",
    "length",
    "id_reused",
    "reprint_of",
    "reprints",
    "title",
    "body",
    "revisions",
    "appearances",
    "mentions",
];

fn find(view: &View<'_>, wanted: &str) -> Result<Article, Refusal> {
    view.reader.article(view.lexicon, wanted)?.ok_or_else(|| {
        Refusal::Missing(format!(
            "There is no article '{wanted}'. An article is found by the name that mentions and search show, by the hash of a text, or by its address."
        ))
    })
}

pub fn rows(view: &View<'_>, wanted: &str) -> Result<Rows, Refusal> {
    let article = find(view, wanted)?;
    Rows::new(json!({"command": "show", "article": wanted}), view.lexicon.method(), &COLUMNS, &[article])
}

pub fn page(view: &View<'_>, wanted: &str) -> Result<Markup, Refusal> {
    let article = find(view, wanted)?;
    let body = html! {
        header class="head" {
            p class="kicker" { (article.outlet) " " (article.edition) " · " (parts::day(article.day)) " (from " (article.day_from) ")" }
            h1 lang=(article.edition) { (parts::spotted(&article.title, &parts::spots(view, &article.mentions, Field::Title))) }
            p class="lead" { code { (article.article) } " · " (article.content) " · " (parts::number(article.length)) " " (length_in(&article.edition)) " · " (parts::counted(article.mentions.len() as u64, "mention")) }
            p class="data" { span { "The same as" } " " a href={ "/api/v1/articles/" (article.article) } { "JSON" } }
        }
        @if let Some(first) = &article.reprint_of { p class="note" { "A reprint of " (parts::article(first, &html! { (first) })) "." } }
        @if article.id_reused { p class="note" { "An address of this article was used again for another one." } }
        div class="columns" {
            div class="text" lang=(article.edition) { (text(view, &article)) }
            aside {
                (mentions(view, &article))
                @if !article.reprints.is_empty() {
                    h2 { "Reprints" }
                    ul { @for reprint in &article.reprints { li { (parts::article(reprint, &html! { (reprint) })) } } }
                }
            }
        }
        (marks(view, &article)?)
        (places(&article.appearances))
        (revisions(&article))
    };
    Ok(layout::shell(&article.title, "", &body))
}

fn length_in(edition: &str) -> &'static str {
    if matches!(edition, "ko" | "zh" | "ja") { "characters" } else { "words" }
}

/// The text, paragraph by paragraph; a mention never crosses a line.
fn text(view: &View<'_>, article: &Article) -> Markup {
    let spots = parts::spots(view, &article.mentions, Field::Body);
    let mut start = 0;
    let mut lines = Vec::new();
    for line in article.body.split_inclusive('\n') {
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        let within = spots.iter().filter(|spot| spot.start >= start && spot.end <= end);
        let own: Vec<Spot> =
            within.map(|spot| Spot { start: spot.start - start, end: spot.end - start, ..spot.clone() }).collect();
        lines.push((&article.body[start..end], own));
        start += line.len();
    }
    html! {
        @if article.body.is_empty() { p class="none" lang="en" { "Only the headline is held." } }
        @for (line, spots) in lines { @if !line.trim().is_empty() { p { (parts::spotted(line, &spots)) } } }
    }
}

fn mentions(view: &View<'_>, article: &Article) -> Markup {
    let mut counts: Vec<(&str, &str, u64)> = Vec::new();
    for mention in &article.mentions {
        match counts.iter_mut().find(|(entity, form, _)| *entity == mention.entity && *form == mention.form) {
            Some((.., count)) => *count += 1,
            None => counts.push((&mention.entity, mention.form, 1)),
        }
    }
    html! {
        h2 { "Mentions" }
        @if counts.is_empty() { p class="none" { "None." } }
        ul class="plain" { @for (entity, form, count) in counts { li { strong { (count) } " " (parts::name(view, entity)) " by " (form) } } }
        p class="note" { "embedded: stored, not counted." }
    }
}

/// What analysts have said of its mentions.
fn marks(view: &View<'_>, article: &Article) -> Result<Markup, Refusal> {
    // By its text, for an article's name may have changed since.
    let on_this = |mark: &&Mark| {
        let has = |hash: &String| article.revisions.iter().any(|text| text.revision == *hash);
        mark.mention.as_ref().is_some_and(|place| has(&place.revision))
    };
    let all = holding(view.reader.marks()?);
    let all: Vec<&Mark> = all.iter().filter(on_this).collect();
    Ok(html! {
        @if !all.is_empty() {
            section {
                h2 { "Analysts’ marks" }
                ol class="revisions" { @for mark in all {
                    li {
                        p { span class="verdict thin" { (mark.verdict.as_str()) } " " @if let Some(place) = &mark.mention { (parts::name(view, &place.entity)) ", " (place.field.as_str()) " " (place.start) "–" (place.end) } }
                        p class="from" { (parts::text(&mark.by)) ", " (instant(Some(mark.at))) ": " (parts::text(&mark.why)) }
                    }
                } }
            }
        }
    })
}

fn places(all: &[Appearance]) -> Markup {
    html! {
        section {
            h2 { "Where it was found" }
            ol class="revisions" { @for place in all { li {
                p { (parts::outside(&place.url)) }
                p class="from" {
                    @if !place.section.is_empty() { "section " (parts::text(&place.section)) " · " }
                    "captured " (instant(place.captured)) " · from " (parts::text(&place.origin)) @if place.line > 0 { ", line " (place.line) }
                    " · text " code { (&place.revision[..16.min(place.revision.len())]) }
                }
                p class="from" { @match &place.capture { Some(hash) => { "raw capture, SHA-256 " code class="hash" { (hash) } }, None => "no raw capture: the text is literally what was given" } }
            } } }
        }
    }
}

fn revisions(article: &Article) -> Markup {
    let all: &[Revision] = &article.revisions;
    html! {
        section {
            h2 { "Texts it has had" }
            ol class="revisions" {
                @for (i, revision) in all.iter().enumerate() {
                    li {
                        p {
                            code class="hash" { (revision.revision) } " "
                            @if revision.measured { span class="verdict good" { "measured" } }
                        }
                        p class="from" { "captured " (instant(revision.captured)) " · held since " (instant(Some(revision.held))) " · " (parts::number(revision.length)) " " (length_in(&article.edition)) }
                        @if i > 0 && all[i - 1].title != revision.title { p class="from" { "Title before: " (parts::text(&all[i - 1].title)) } }
                        @if !revision.diff.is_empty() { (parts::difference(&revision.diff)) }
                    }
                }
            }
        }
    }
}

fn instant(at: Option<i64>) -> Markup {
    html! { @match at.map(written) { Some(at) => time datetime=(at) { (at) }, None => span class="none" { "at an unknown time" } } }
}
