//! Full text search.

use maud::{Markup, html};
use serde_json::json;

use super::known_streams;
use crate::store::query::search::SearchRow;
use crate::store::query::told;
use crate::web::View;
use crate::web::asked::Asked;
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

fn find(view: &View<'_>, asked: &Asked, words: &str) -> Result<(u32, Vec<SearchRow>), Refusal> {
    let limit = asked.get("limit")?.unwrap_or(50);
    Ok((limit, view.reader.search(words, &asked.filter()?, limit)?))
}

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let words = asked.one("q").ok_or_else(|| Refusal::Asked("Give the words to search for: q=letter.".to_owned()))?;
    let (limit, rows) = find(view, asked, words)?;
    let query = told("search", json!({"query": words, "limit": limit}), &asked.filter()?);
    Rows::new(query, "", &SearchRow::COLUMNS, &rows)
}

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    let words = asked.one("q").unwrap_or_default();
    let found = if words.is_empty() { None } else { Some(find(view, asked, words)?) };
    let lead = html! { "All the words, in any order; “a phrase” in quotes, " code { "-without" } ", " code { "begin*" } ". Korean is found inside words too." };
    let body = html! {
        header class="head" { h1 { "Search" } p class="lead" { (lead) } @if found.is_some() { (layout::data("search", asked)) } }
        (parts::form("/search", &html! {
            label class="long" { span { "Words" } input type="search" name="q" value=(words) autocomplete="off"; }
            div class="row" { (parts::days(asked, "", "")) }
            details open[!asked.list("outlet").is_empty()] { summary { "Outlet, edition" } (parts::streams(&known_streams(view)?, asked)) }
        }))
        @if let Some((limit, rows)) = &found {
            p class="note" {
                @if rows.is_empty() { "No article has all of these words in what is held; " code { "begin*" } " finds words by their beginnings." }
                @else if rows.len() == *limit as usize { "The best " (rows.len()) "." }
                @else { (parts::counted(rows.len() as u64, "article")) ", the best first." }
            }
            ol class="mentions" { @for row in rows {
                li {
                    h2 lang=(row.edition) { (parts::article(&row.article, &parts::text(&row.title))) }
                    blockquote lang=(row.edition) { (parts::snippet(&row.snippet)) }
                    p class="from" { (parts::day(row.date)) " · " (row.outlet) " " (row.edition) }
                }
            } }
        }
    };
    Ok(layout::shell("Search", "search", &body))
}
