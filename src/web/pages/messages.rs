//! Messages between leaders.

use maud::{Markup, html};
use serde_json::json;

use super::{known_streams, last_months};
use crate::domain::message::DayFrom;
use crate::store::query::messages::{MessageRow, method};
use crate::store::query::{Filter, told};
use crate::web::View;
use crate::web::asked::Asked;
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

/// Both countries, as far as the lexicon has them.
pub fn countries(view: &View<'_>) -> Vec<String> {
    ["china", "russia"].into_iter().filter(|id| view.lexicon.find(id).is_some()).map(str::to_owned).collect()
}

fn find(view: &View<'_>, asked: &Asked) -> Result<(Vec<String>, Filter, Vec<MessageRow>), Refusal> {
    let mut with = asked.entities("with", view.lexicon)?;
    if with.is_empty() {
        with = countries(view);
    }
    let filter = asked.filter()?;
    let rows = view.reader.messages(view.lexicon, view.rules, &with, &filter)?;
    Ok((with, filter, rows))
}

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let (with, filter, rows) = find(view, asked)?;
    let mut query = told("messages", json!({"with": with}), &filter);
    view.reader.note_marks(&mut query);
    Rows::new(query, &method(view.lexicon, view.rules), &MessageRow::COLUMNS, &rows)
}

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    let asked = match last_months(view, 12, &asked.filter()?)? {
        Some(span) if asked.with("reviewed", "").is_empty() => {
            asked.clone().or("from", &span.from.to_string()).or("to", &span.to.to_string())
        }
        _ => asked.clone(),
    };
    let asked = &asked;
    let (with, _, mut rows) = find(view, asked)?;
    rows.reverse();
    let exchanges: std::collections::BTreeSet<&str> = rows.iter().map(MessageRow::exchange).collect();
    let lead = html! {
        strong { (parts::counted(rows.len() as u64, "message")) } " in " (parts::counted(exchanges.len() as u64, "exchange")) ", the latest first. A message with its reply is one exchange."
    };
    let chosen: Vec<&str> = with.iter().map(String::as_str).collect();
    let body = html! {
        (layout::head("Messages between leaders", &lead, "messages", asked))
        (parts::judged(view, "/messages", asked)?)
        (parts::form("/messages", &html! {
            (parts::entities(view, "With", "with", &chosen))
            div class="row" { (parts::days(asked, "", "")) (parts::judging(asked)) }
            details open[asked.one("outlet").or(asked.one("edition")).is_some()] { summary { "Outlet, edition" } (parts::streams(&known_streams(view)?, asked)) }
        }))
        @if rows.is_empty() {
            section class="empty" { h2 { "No message in what is held" } p { "Whether that means none was sent, " a href="/coverage" { "coverage" } " tells." } }
        } @else {
            (table(view, &rows))
            p class="note" { "Method " code { (method(view.lexicon, view.rules)) } "." }
        }
    };
    Ok(layout::shell("Messages between leaders", "messages", &body))
}

pub fn table(view: &View<'_>, rows: &[MessageRow]) -> Markup {
    html! {
        (listed(view, rows))
        @if rows.iter().any(|row| row.day_from == DayFrom::Article) { p class="note" { "*: the day of the article, for its text states none." } }
    }
}

fn listed(view: &View<'_>, rows: &[MessageRow]) -> Markup {
    parts::table(
        "Messages",
        &html! {
            thead { tr { th { "Day" } th { "From" } th { "To" } th { "What" } th { "Level" } th { "Answers" } th { "Told in" } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { time datetime=(row.event_day) { (row.event_day) } @if row.day_from == DayFrom::Article { "*" } }
                        td class="w" { (parts::name(view, &row.sender)) }
                        td class="w" { (parts::name(view, &row.recipient)) }
                        td { (row.occasion) " " (row.form) }
                        td { (row.level) }
                        td { @match &row.in_reply_to { Some(answered) => (answer(answered)), None if row.reply => "a message not found", None => "–" } }
                        td { @for (i, article) in row.articles.iter().enumerate() { @if i > 0 { ", " } (parts::article(article, &html! { (stream_of(article)) })) } }
                    }
                }
            }
        },
    )
}

/// The day of a message, which its name begins with: that it is between the same two stands in the row already.
fn answer(message: &str) -> String {
    match (message.get(..4), message.get(4..6), message.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("that of {year}-{month}-{day}"),
        _ => message.to_owned(),
    }
}

/// "kcna en" of `kcna-en-20240801-e5690586`: the day stands in the row already.
fn stream_of(article: &str) -> String {
    let mut parts: Vec<&str> = article.rsplitn(4, '-').skip(2).collect();
    parts.reverse();
    parts.join(" ")
}
