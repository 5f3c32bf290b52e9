//! How the sources stand.

use maud::{Markup, html};
use serde_json::json;

use crate::domain::stamp::instant_of_text;
use crate::store::query::sources::SourceRow;
use crate::store::query::told;
use crate::web::View;
use crate::web::asked::Asked;
use crate::web::layout;
use crate::web::parts;
use crate::web::reply::{Refusal, Rows};

pub fn rows(view: &View<'_>, asked: &Asked) -> Result<Rows, Refusal> {
    let filter = asked.filter()?;
    Rows::new(told("status", json!({}), &filter), "", &SourceRow::COLUMNS, &view.reader.sources(&filter)?)
}

/// What came of a source's last poll, as a badge; what is older than a day is no longer the state of things.
pub fn state(row: &SourceRow, now: i64) -> Markup {
    let recent = row.polled.as_deref().and_then(instant_of_text).is_some_and(|at| now - at < 86_400);
    let tone = match (row.alarms.is_empty(), row.failing_since.is_none() && recent) {
        (false, _) => "bad",
        (true, true) => "good",
        (true, false) => "thin",
    };
    html! { @if !row.state.is_empty() { span class={ "verdict " (tone) } { (row.state) } } }
}

pub fn page(view: &View<'_>, asked: &Asked) -> Result<Markup, Refusal> {
    let rows = view.reader.sources(&asked.filter()?)?;
    let failing = rows.iter().filter(|row| row.failing_since.is_some()).count();
    let lead = html! {
        @if rows.is_empty() { "No source has been polled yet: " code { "sinmun run" } " or " code { "sinmun poll" } " begins." }
        @else if failing == 0 { "Every source answered when it was last asked." }
        @else { strong { (failing) " of " (rows.len()) } " sources fail." }
    };
    let body = html! {
        (layout::head("Sources", &lead, "sources", asked))
        div class="claims" { @for row in &rows { (card(view, row)) } }
        @if !rows.is_empty() { p class="note" { "The badge says what came of the last poll: content and unchanged are good, anything else is a fault of that name. Waiting: listed and not read yet. Gone: no longer on the site; the text is kept here." } }
    };
    Ok(layout::shell("Sources", "sources", &body))
}

fn card(view: &View<'_>, row: &SourceRow) -> Markup {
    html! {
        article class="claim" aria-labelledby={ "source-" (row.source) } {
            header { h2 id={ "source-" (row.source) } { (row.source) } (state(row, view.now)) }
            @for alarm in &row.alarms { p class="alarm" { (parts::text(alarm)) } }
            dl class="figures" {
                div { dt { "Last success" } dd { (parts::ago(row.last_success.as_deref(), view.now)) } }
                div { dt { "Last new article" } dd { (parts::ago(row.last_new.as_deref(), view.now)) } }
                div { dt { "Last poll" } dd { (parts::ago(row.polled.as_deref(), view.now)) } }
                div { dt { "Next poll" } dd { (parts::ago(Some(&row.next_poll), view.now)) } }
                div { dt { "Articles waiting" } dd { (parts::number(row.waiting)) } }
                div { dt { "Articles gone" } dd { (parts::number(row.gone)) } }
            }
            @if let Some(since) = &row.failing_since {
                p class="why" { "Fails since " (parts::ago(Some(since), view.now)) ", " (parts::counted(row.failures, "time")) " in a row: " (parts::text(&row.why)) }
            }
            p class="evidence" { a href={ "/coverage?outlet=" (row.outlet) "&edition=" (row.edition) } { "Its days" } a href={ "/changes?outlet=" (row.outlet) "&edition=" (row.edition) } { "Its changes" } }
        }
    }
}
