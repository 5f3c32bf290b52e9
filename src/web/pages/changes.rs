//! What was edited or removed after it was first read.

use maud::{Markup, html};
use serde_json::json;

use super::known_streams;
use crate::store::query::changes::{ChangePage, ChangeRow, Changes};
use crate::store::query::told;
use crate::web::View;
use crate::web::asked::{Asked, cursor};
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

/// What a page of the browser holds, and what one of the API does, unless asked otherwise.
const SHOWN: usize = 30;
const GIVEN: usize = 1000;

fn find(view: &View<'_>, asked: &Asked, usual: usize) -> Result<Changes, Refusal> {
    let page = ChangePage {
        limit: asked.get("limit")?.unwrap_or(usual),
        after: asked.cursor()?,
        seen_after: asked.instant("changed_after")?,
    };
    Ok(view.reader.change_page(&asked.filter()?, &page)?)
}

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let found = find(view, asked, GIVEN)?;
    let mut rows = Rows::new(told("changes", json!({}), &asked.filter()?), "", &ChangeRow::COLUMNS, &found.rows)?;
    rows.next = found.next.as_ref().map(cursor);
    Ok(rows)
}

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    let Changes { count, rows, next } = find(view, asked, SHOWN)?;
    let lead = html! { strong { (parts::counted(count as u64, "change")) } " after the first reading, the latest first. What is gone from a site is kept here, with its text." };
    let body = html! {
        (layout::head("Changes", &lead, "changes", asked))
        (parts::form("/changes", &html! { div class="row" { (parts::days(asked, "", "")) } (parts::streams(&known_streams(view)?, asked)) }))
        @if rows.is_empty() { section class="empty" { h2 { "Nothing has changed in what is held" } p { "Articles are looked at again after 1, 7, 30 and 180 days." } } }
        ol class="mentions" { @for row in &rows { (item(row)) } }
        @if let Some(next) = &next {
            nav class="pages" aria-label="More changes" { a rel="next" href={ "/changes" (asked.with("cursor", &cursor(next))) } { "Next page" } }
        }
    };
    Ok(layout::shell("Changes", "changes", &body))
}

fn item(row: &ChangeRow) -> Markup {
    html! {
        li {
            h2 lang=(row.edition) { span class={ "verdict " (if row.change == "gone" { "bad" } else { "thin" }) } lang="en" { (row.change) } " " (parts::article(&row.article, &parts::text(&row.title))) }
            p class="from" { (parts::day(row.day)) " · " (row.outlet) " " (row.edition) " · seen " time datetime=(row.seen) { (row.seen) } }
            @if let Some(before) = &row.title_before { p class="from" { "Title before: " (parts::text(before)) } }
            @if !row.diff.is_empty() { (parts::difference(&row.diff)) }
        }
    }
}
