//! Small parts of pages.

mod chart;
mod figures;
mod form;
mod words;

use std::borrow::Cow;

use maud::{Markup, html};

use super::View;
use super::asked::Asked;
use super::reply::Refusal;
use crate::domain::count::Field;
use crate::store::query::articles::ArticleMention;
use crate::store::query::mentions::MentionRow;

pub(super) use chart::chart;
pub(super) use figures::{ago, chance, counted, day, interval, number, observed, percent, value};
pub(super) use form::{days, entities, form, forms, reprints, select, streams};
pub(super) use words::{Spot, difference, marked, snippet, spotted, text};

/// A link to an article.
pub(super) fn article(name: &str, words: &Markup) -> Markup {
    html! { a href={ "/articles/" (name) } { (words) } }
}

/// A link to where something was published; only to what a browser asks a site for.
pub(super) fn outside(url: &str) -> Markup {
    let good = url.starts_with("https://") || url.starts_with("http://");
    html! { @if good { a href=(url) rel="noreferrer nofollow external" class="url" { (text(url)) } } @else { span class="url" { (text(url)) } } }
}

/// A table that scrolls by itself where it is wider than the page.
pub(super) fn table(label: &str, table: &Markup) -> Markup {
    html! { div class="scroll" role="region" aria-label=(label) tabindex="0" { table { (table) } } }
}

/// The name of an entity for people. Parties that write messages and are in no lexicon are told by their ids.
pub(super) fn name<'a>(view: &'a View<'_>, id: &'a str) -> Cow<'a, str> {
    match view.lexicon.find(id) {
        Some(index) => Cow::Borrowed(view.lexicon.entity(index).name.as_str()),
        None => Cow::Owned(spoken(id)),
    }
}

/// Names in a row.
pub(super) fn names(view: &View<'_>, ids: &[String]) -> String {
    ids.iter().map(|id| name(view, id)).collect::<Vec<_>>().join(", ")
}

/// `kim-yong-nam` as "Kim Yong Nam", `government-of-china` as "Government of China", `wpk` as "WPK".
fn spoken(id: &str) -> String {
    if id.len() <= 4 {
        return id.to_uppercase();
    }
    let word = |word: &str| match word.split_at_checked(1) {
        Some((first, rest)) if word != "of" => first.to_uppercase() + rest,
        _ => word.to_owned(),
    };
    id.split('-').map(word).collect::<Vec<_>>().join(" ")
}

/// A link to the sentence of a mention.
pub(super) fn sentence(row: &MentionRow, words: &Markup) -> Markup {
    html! { a href={ "/articles/" (row.article) "#" (anchor(&row.entity, row.field, row.start)) } { (words) } }
}

/// What a mention in an article's text is linked to by.
pub(super) fn anchor(entity: &str, field: Field, start: u32) -> String {
    format!("{entity}-{}-{start}", field.as_str())
}

/// Where the mentions of an article's field are.
pub(super) fn spots(view: &View<'_>, mentions: &[ArticleMention], field: Field) -> Vec<Spot> {
    let offset = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let of_field = mentions.iter().filter(|m| m.field == field);
    of_field
        .map(|m| Spot {
            start: offset(m.start),
            end: offset(m.end),
            anchor: anchor(&m.entity, field, m.start),
            told: format!("{}, by {}", name(view, &m.entity), m.form),
        })
        .collect()
}

/// Whether the page's figures are with the analysts' marks, with how many, and the way to the others; nothing where
/// nobody has marked anything.
pub(super) fn judged(view: &View<'_>, path: &str, asked: &Asked) -> Result<Markup, Refusal> {
    let applied = view.reader.marks_applied();
    if applied.is_none() && !view.reader.has_marks()? {
        return Ok(html! {});
    }
    Ok(html! {
        p class="judged" {
            @match applied {
                Some(applied) => {
                    strong { "With the analysts’ marks" } ": " (counted(applied as u64, "mark")) " applied. "
                    a href={ (path) (asked.with("reviewed", "")) } { "As counted" }
                }
                None => { "As counted. " a href={ (path) (asked.with("reviewed", "yes")) } { "With the analysts’ marks" } }
            }
        }
    })
}

/// The choice between both in a form.
pub(super) fn judging(asked: &Asked) -> Markup {
    select(
        "Figures",
        "reviewed",
        &[("", "as counted"), ("yes", "with analysts’ marks")],
        asked.one("reviewed").unwrap_or(""),
    )
}

/// The end of a link's query that keeps this choice.
pub(super) fn as_judged(view: &View<'_>) -> &'static str {
    if view.reader.marks_applied().is_some() { "&reviewed=yes" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn parties_without_a_name_are_told_by_their_ids() {
        for (id, told) in [
            ("wpk", "WPK"),
            ("united-russia", "United Russia"),
            ("government-of-china", "Government of China"),
            ("", ""),
        ] {
            assert_eq!(spoken(id), told);
        }
    }
}
