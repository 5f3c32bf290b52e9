//! Sentences with what they mention marked, page by page.

use maud::{Markup, html};
use serde_json::json;

use super::known_streams;
use super::series::default_entities;
use crate::store::query::mentions::{MentionPage, MentionRow, Place};
use crate::store::query::told;
use crate::web::View;
use crate::web::asked::{Asked, cursor};
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

/// What a page of the browser holds, and what one of the API does, unless asked otherwise.
const SHOWN: usize = 50;
const GIVEN: usize = 1000;

/// A page of mentions: whose, the rows, and where the next begins.
struct Found {
    entities: Vec<String>,
    rows: Vec<MentionRow>,
    next: Option<String>,
}

fn find(view: &View<'_>, asked: &Asked, usual: usize) -> Result<Found, Refusal> {
    let mut entities = asked.entities("entity", view.lexicon)?;
    if entities.is_empty() {
        entities = default_entities(view.lexicon);
    }
    let limit = asked.get("limit")?.unwrap_or(usual);
    let page = MentionPage {
        // One more tells whether there is a next page.
        limit: limit + 1,
        after: asked.cursor::<Place>()?,
        newest_first: asked.one("order") != Some("oldest"),
        held_after: asked.instant("changed_after")?,
    };
    let mut rows = view.reader.mention_page(view.lexicon, &entities, &asked.filter()?, &asked.counting()?, &page)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| cursor(&row.placed()));
    Ok(Found { entities, rows, next })
}

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let found = find(view, asked, GIVEN)?;
    let (filter, counting) = (asked.filter()?, asked.counting()?);
    let own = json!({"entities": found.entities, "form": counting.forms, "reprints": counting.reprints});
    let mut query = told("mentions", own, &filter);
    view.reader.note_marks(&mut query);
    let mut rows = Rows::new(query, view.lexicon.method(), &MentionRow::COLUMNS, &found.rows)?;
    rows.next = found.next;
    Ok(rows)
}

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    let Found { entities, rows, next } = find(view, asked, SHOWN)?;
    let (filter, counting) = (asked.filter()?, asked.counting()?);
    let (mentions, articles) = view.reader.mention_count(&entities, &filter, &counting)?;
    let chosen: Vec<&str> = entities.iter().map(String::as_str).collect();
    let lead = html! {
        strong { (parts::counted(mentions, "mention")) } " of " (parts::names(view, &entities)) " in " (parts::counted(articles, "article")) ", "
        @if asked.one("order") == Some("oldest") { "the oldest first." } @else { "the newest first." }
    };
    let body = html! {
        (layout::head("Mentions", &lead, "mentions", asked))
        (parts::judged(view, "/mentions", asked)?)
        (parts::form("/mentions", &html! {
            (parts::entities(view, "Entities", "entity", &chosen))
            div class="row" {
                (parts::days(asked, "", ""))
                (parts::select("Order", "order", &[("newest", "newest first"), ("oldest", "oldest first")], asked.one("order").unwrap_or("newest")))
                (parts::reprints(asked))
                (parts::judging(asked))
            }
            details open[["outlet", "edition", "form"].iter().any(|name| asked.one(name).is_some())] {
                summary { "Outlet, edition, forms" }
                (parts::streams(&known_streams(view)?, asked))
                (parts::forms(asked))
            }
        }))
        @if rows.is_empty() {
            section class="empty" { h2 { "No mention in what is held" } p { "Whether that is a zero, " a href={ "/coverage" } { "coverage" } " tells." } }
        }
        ol class="mentions" { @for row in &rows { (item(view, row)) } }
        @if asked.one("cursor").is_some() || next.is_some() {
            nav class="pages" aria-label="More mentions" {
                @if asked.one("cursor").is_some() { a href={ "/mentions" (asked.whole()) } { "To the first page" } }
                @if let Some(next) = &next { a rel="next" href={ "/mentions" (asked.with("cursor", next)) } { "Next page" } }
            }
        }
    };
    Ok(layout::shell("Mentions", "mentions", &body))
}

fn item(view: &View<'_>, row: &MentionRow) -> Markup {
    html! {
        li {
            blockquote lang=(row.edition) { (parts::marked(&row.sentence, row.at)) }
            p class="from" {
                time datetime=(row.date) { (row.date) } " · " (row.outlet) " " (row.edition) " · "
                (parts::name(view, &row.entity)) " by " (row.form) ", in the " (row.field.as_str()) " of "
                span lang=(row.edition) { (parts::sentence(row, &parts::text(if row.title.is_empty() { &row.article } else { &row.title }))) }
            }
        }
    }
}
