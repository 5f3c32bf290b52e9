//! Small parts of pages: text made harmless, figures as people read them, forms, tables, charts.

use maud::{Markup, PreEscaped, html};
use serde_json::json;

use super::View;
use super::asked::Asked;
use crate::answer::harmless;
use crate::chart::{self, Chart, Size, Theme, YKind};
use crate::domain::count::Field;
use crate::domain::day::Day;
use crate::domain::measure::{Figure, Measure};
use crate::domain::series::SeriesRow;
use crate::domain::stamp::instant_of_text;
use crate::domain::stream::Stream;

/// Text from a hostile page: shown, never obeyed. What would turn its direction is made visible.
pub(super) fn text(text: &str) -> Markup {
    html! { (harmless(text)) }
}

/// A text with spans in it marked; overlapping ones once.
pub(super) fn marked(whole: &str, spans: impl IntoIterator<Item = (usize, usize)>) -> Markup {
    let mut at = 0;
    html! {
        @for (start, end) in spans {
            @if start >= at && end <= whole.len() {
                (text(&whole[at..start])) mark { (text(&whole[start..end])) }
                @let () = at = end;
            }
        }
        (text(whole.get(at..).unwrap_or_default()))
    }
}

/// 12,345.
pub(super) fn number(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1 article", "3 articles".
pub(super) fn counted(count: impl Into<u64>, thing: &str) -> String {
    let count = count.into();
    if count == 1 { format!("1 {thing}") } else { format!("{} {thing}s", number(count)) }
}

/// 12.5 %.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A series' value: a zero that was not observed is in brackets, nothing seen at all is a dash.
pub(super) fn value(row: &SeriesRow) -> String {
    match row.value {
        Some(Figure::Count(count)) => number(count),
        Some(Figure::Rate(rate)) if row.measure == Measure::Share => percent(rate),
        Some(Figure::Rate(rate)) => format!("{rate:.2}"),
        None if row.articles > 0 && row.articles_with == 0 && row.measure != Measure::Ratio => "(0)".to_owned(),
        None => "–".to_owned(),
    }
}

/// An instant, told from now, with the instant itself beside it.
pub(super) fn ago(at: Option<&str>, now: i64) -> Markup {
    let Some((told, at)) = at.and_then(|told| Some((told, instant_of_text(told)?))) else {
        return html! { span class="none" { "never" } };
    };
    let length = match (now - at).abs() {
        s @ 0..120 => format!("{s} s"),
        s @ 120..7200 => format!("{} min", s / 60),
        s @ 7200..172_800 => format!("{} h", s / 3600),
        s => format!("{} days", s / 86_400),
    };
    html! { time datetime=(told) title=(told) { @if at > now { "in " (length) } @else { (length) " ago" } } }
}

/// A day, or that there is none.
pub(super) fn day(day: Option<Day>) -> Markup {
    html! { @match day { Some(day) => time datetime=(day) { (day) }, None => span class="none" { "undated" } } }
}

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

/// The name of an entity for people.
pub(super) fn name<'a>(view: &'a View<'_>, id: &'a str) -> &'a str {
    view.lexicon.find(id).map_or(id, |index| view.lexicon.entity(index).name.as_str())
}

/// A form that asks by its address: what is chosen is in the URL.
pub(super) fn form(action: &str, fields: &Markup) -> Markup {
    html! { form method="get" action=(action) class="filters" { (fields) button type="submit" { "Show" } } }
}

/// A choice of one.
pub(super) fn select(label: &str, field: &str, options: &[(&str, &str)], chosen: &str) -> Markup {
    html! {
        label { span { (label) }
            select name=(field) { @for (value, words) in options { option value=(value) selected[*value == chosen] { (words) } } }
        }
    }
}

/// A line of text.
pub(super) fn input(label: &str, field: &str, value: &str, hint: &str) -> Markup {
    html! { label { span { (label) } input type="text" name=(field) value=(value) placeholder=(hint) autocomplete="off" spellcheck="false"; } }
}

/// First and last day.
pub(super) fn days(asked: &Asked, from: &str, to: &str) -> Markup {
    html! {
        (input("From", "from", asked.one("from").unwrap_or(from), "2024-01"))
        (input("To", "to", asked.one("to").unwrap_or(to), "2024-12-31"))
    }
}

/// A choice of several.
pub(super) fn checks<'a>(
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

/// A choice of entities: both countries, the two leaders and whoever is chosen in sight, the others behind a fold.
pub(super) fn entities(view: &View<'_>, label: &str, field: &str, chosen: &[&str]) -> Markup {
    let near = |id: &str| ["china", "russia", "xi-jinping", "putin"].contains(&id) || chosen.contains(&id);
    let all = view.lexicon.entities();
    let (first, others): (Vec<_>, Vec<_>) =
        all.iter().map(|e| (e.id.as_str(), e.name.as_str())).partition(|(id, _)| near(id));
    let more = format!("{} more", others.len());
    html! {
        (checks(label, field, first, chosen))
        @if !others.is_empty() { details class="more" { summary { (more) } (checks("Others", field, others, chosen)) } }
    }
}

/// Outlet and edition, of those there are.
pub(super) fn streams(all: &[Stream], asked: &Asked) -> Markup {
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

/// A chart with its caption: an SVG, once wide and once for a narrow screen, and the same values for the script that
/// lets one hover, zoom and toggle. Without the script, and in print, the SVG stays.
pub(super) fn chart(chart: &Chart, title: &str, about: &Markup) -> Markup {
    let plain = Chart { title: String::new(), subtitle: String::new(), notes: Vec::new(), ..chart.clone() };
    let draw = |width, height| PreEscaped(chart::svg(&plain, Theme::Light, Size { width, height }));
    html! {
        figure class="chart" data-chart=(data(chart)) {
            figcaption { h2 { (text(title)) } p { (about) } }
            div class="wide" { (draw(1040, 380)) }
            div class="narrow" { (draw(360, 340)) }
        }
    }
}

/// What the script draws: only what may be drawn, so that it cannot show more than the SVG.
fn data(chart: &Chart) -> String {
    let values = |line: &chart::Line| (0..chart.periods.len()).map(|i| chart.drawn(line, i)).collect::<Vec<_>>();
    let ends = |line: &chart::Line, end: fn(&chart::Point) -> Option<f64>| {
        let end = |i: usize| chart.drawn(line, i).and_then(|_| line.points.get(i).and_then(end));
        (0..chart.periods.len()).map(end).collect::<Vec<_>>()
    };
    let kind = match chart.y_kind {
        YKind::Count => "count",
        YKind::Share => "share",
        YKind::Ratio => "ratio",
        YKind::Rate => "rate",
    };
    json!({
        "kind": kind,
        "unit": chart.y_label,
        "periods": chart.periods.iter().map(|p| p.label.as_str()).collect::<Vec<_>>(),
        "observed": chart.periods.iter().map(|p| [p.observed.days, p.observed.of]).collect::<Vec<_>>(),
        "articles": chart.periods.iter().map(|p| p.articles).collect::<Vec<_>>(),
        "lines": chart.lines.iter().map(|line| json!({
            "name": harmless(&line.name), "values": values(line), "low": ends(line, |p| p.low), "high": ends(line, |p| p.high),
        })).collect::<Vec<_>>(),
    })
    .to_string()
}

/// Days observed of days, as a bar and in words.
pub(super) fn observed(days: u32, of: u32) -> Markup {
    const WIDTH: u64 = 48;
    let seen = u64::from(days.min(of)) * WIDTH / u64::from(of.max(1));
    html! {
        span class="observed" {
            svg class="bar" width=(WIDTH) height="8" aria-hidden="true" {
                rect class="unseen" width=(WIDTH) height="8" rx="2" {}
                rect class="seen" width=(seen) height="8" rx="2" {}
            }
            span { (number(days)) " of " (counted(of, "day")) }
        }
    }
}

/// The lines of a difference, taken out and put in.
pub(super) fn difference(diff: &str) -> Markup {
    html! {
        div class="diff" {
            @for line in diff.lines() {
                @match line.split_at_checked(1) {
                    Some(("-", gone)) => del { (text(gone)) },
                    Some(("+", new)) => ins { (text(new)) },
                    _ => p { (text(line)) },
                }
            }
        }
    }
}

/// The text of a search result, whose finds stand in « ».
pub(super) fn snippet(found: &str) -> Markup {
    let mut pieces = found.split('«');
    html! {
        (text(pieces.next().unwrap_or_default()))
        @for piece in pieces {
            @match piece.split_once('»') {
                Some((inside, after)) => { mark { (text(inside)) } (text(after)) }
                None => { "«" (text(piece)) }
            }
        }
    }
}

/// Where the mentions of an article's field are.
pub(super) fn spans(mentions: &[crate::store::query::articles::ArticleMention], field: Field) -> Vec<(usize, usize)> {
    let offset = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    mentions.iter().filter(|m| m.field == field).map(|m| (offset(m.start), offset(m.end))).collect()
}
