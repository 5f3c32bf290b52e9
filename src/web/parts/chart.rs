//! A chart in a page.

use maud::{Markup, PreEscaped, html};
use serde_json::json;

use super::text;
use crate::answer::harmless;
use crate::chart::{self, Chart, Size, Theme, YKind};

/// A chart with its caption: an SVG, once wide and once for a narrow screen, and the same values for the script that
/// lets one hover, zoom and toggle. Without the script, and in print, the SVG stays.
pub(in crate::web) fn chart(chart: &Chart, title: &str, about: &Markup) -> Markup {
    let plain = Chart { title: String::new(), subtitle: String::new(), notes: Vec::new(), ..chart.clone() };
    let draw = |width, height| PreEscaped(chart::svg(&plain, Theme::Light, Size { width, height }));
    html! {
        figure class="chart" data-chart=(data(chart)) {
            figcaption { h2 { (text(title)) } p { (about) } }
            @if !chart.lines.iter().any(|line| (0..chart.periods.len()).any(|i| chart.drawn(line, i).is_some())) {
                p class="note" { "Nothing to draw: none found in what is held, and no period was observed whole." }
            }
            div class="wide" { (draw(1040, 380)) }
            div class="narrow" { (draw(360, 340)) }
            (key(chart))
        }
    }
}

/// What hatching, hollow points and bands mean; an SVG says it itself.
fn key(chart: &Chart) -> Markup {
    let thin = chart.periods.iter().any(|period| period.observed.days < period.observed.of);
    let points = || chart.lines.iter().flat_map(|line| &line.points);
    html! {
        ul class="key" {
            @if thin { li { svg width="22" height="14" aria-hidden="true" { rect class="ground" width="22" height="14" {} path class="hatch" d="M-6 14 8 0M1 14 15 0M8 14 22 0M15 14 29 0" {} } "not every day observed" } }
            @if thin && points().any(|point| point.found) { li { svg width="30" height="14" aria-hidden="true" { path class="dash" d="M0 7h30" {} circle class="hollow" cx="15" cy="7" r="3.4" {} } "value with days unseen" } }
            @if points().any(|point| point.low.is_some()) { li { svg width="22" height="14" aria-hidden="true" { rect class="band" width="22" height="14" {} } "95 % interval of the underlying share" } }
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
