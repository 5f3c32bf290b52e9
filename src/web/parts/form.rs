//! Forms that ask by their address.

use maud::{Markup, html};

use crate::domain::stream::Stream;
use crate::web::View;
use crate::web::asked::Asked;

/// A form that asks by its address: what is chosen is in the URL.
pub(in crate::web) fn form(action: &str, fields: &Markup) -> Markup {
    html! { form method="get" action=(action) class="filters" { (fields) button type="submit" { "Show" } } }
}

/// A choice of one.
pub(in crate::web) fn select(label: &str, field: &str, options: &[(&str, &str)], chosen: &str) -> Markup {
    html! {
        label { span { (label) }
            select name=(field) { @for (value, words) in options { option value=(value) selected[*value == chosen] { (words) } } }
        }
    }
}

/// A line of text.
fn input(label: &str, field: &str, value: &str, hint: &str) -> Markup {
    html! { label { span { (label) } input type="text" name=(field) value=(value) placeholder=(hint) autocomplete="off" spellcheck="false"; } }
}

/// First and last day.
pub(in crate::web) fn days(asked: &Asked, from: &str, to: &str) -> Markup {
    html! {
        (input("From", "from", asked.one("from").unwrap_or(from), "2024-01"))
        (input("To", "to", asked.one("to").unwrap_or(to), "2024-12-31"))
    }
}

/// A choice of several.
fn checks<'a>(
    label: &str,
    field: &str,
    options: impl IntoIterator<Item = (&'a str, &'a str)>,
    chosen: &[&str],
) -> Markup {
    html! {
        fieldset { legend { (label) }
            @for (value, words) in options {
                label class="check" { input type="checkbox" name=(field) value=(value) checked[chosen.contains(&value)]; span { (words) } }
            }
        }
    }
}

/// A choice of entities: both countries, the two leaders and whoever is chosen to be clicked, any other to be typed, with
/// the browser's help.
pub(in crate::web) fn entities(view: &View<'_>, label: &str, field: &str, chosen: &[&str]) -> Markup {
    let near = |id: &str| ["china", "russia", "xi-jinping", "putin"].contains(&id) || chosen.contains(&id);
    let all = view.lexicon.entities();
    let (first, others): (Vec<_>, Vec<_>) =
        all.iter().map(|e| (e.id.as_str(), e.name.as_str())).partition(|(id, _)| near(id));
    html! {
        div class="row" {
            (checks(label, field, first, chosen))
            @if !others.is_empty() {
                label class="another" { span { "Another of " (others.len()) }
                    input type="text" name=(field) list="others" placeholder="type a name" autocomplete="off" spellcheck="false";
                }
                datalist id="others" { @for (id, name) in others { option value=(id) { (name) } } }
            }
        }
    }
}

/// A choice of the forms of mention that count.
pub(in crate::web) fn forms(asked: &Asked) -> Markup {
    let all = [("name", "name"), ("office", "office"), ("embedded", "embedded")];
    checks("Forms of mention (name and office unless chosen)", "form", all, &asked.list("form"))
}

/// Whether reprints count.
pub(in crate::web) fn reprints(asked: &Asked) -> Markup {
    select("Reprints", "reprints", &[("", "count"), ("no", "left out")], asked.one("reprints").unwrap_or(""))
}

/// Outlet and edition, of those there are.
pub(in crate::web) fn streams(all: &[Stream], asked: &Asked) -> Markup {
    let mut outlets: Vec<&str> = all.iter().map(|stream| stream.outlet.as_str()).collect();
    outlets.dedup();
    let mut editions: Vec<_> = all.iter().map(|stream| stream.edition).collect();
    editions.sort();
    editions.dedup();
    let outlets = outlets.into_iter().map(|outlet| (outlet, outlet));
    let editions = editions.into_iter().map(|edition| (edition.as_str(), edition.as_str()));
    html! {
        div class="row streams" {
            (checks("Outlet", "outlet", outlets, &asked.list("outlet")))
            (checks("Edition", "edition", editions, &asked.list("edition")))
        }
    }
}
