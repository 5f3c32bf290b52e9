//! A series as a chart: what `plot` draws and the pages show.

use crate::chart::{Chart, Line, Observed, Period, Point, YKind};
use crate::domain::lexicon::Lexicon;
use crate::domain::measure::{Figure, Measure};
use crate::domain::series::SeriesRow;

/// A chart of a series: a line for each entity in each stream.
pub fn series(rows: &[SeriesRow], lexicon: &Lexicon, title: Option<&str>) -> Chart {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Chart::default() };
    let mut streams: Vec<(&str, &str)> = Vec::new();
    for row in rows {
        if !streams.contains(&(row.outlet.as_str(), row.edition)) {
            streams.push((&row.outlet, row.edition));
        }
    }
    let several = streams.len() > 1;
    let mut lines: Vec<(String, Line)> = Vec::new();
    for row in rows {
        let entity = lexicon.find(&row.entity).map_or(row.entity.as_str(), |e| lexicon.entity(e).name.as_str());
        let name = if several { format!("{entity} ({} {})", row.outlet, row.edition) } else { entity.to_owned() };
        let key = format!("{} {} {}", row.outlet, row.edition, row.entity);
        let place = lines.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
            lines.push((key, Line { name, points: Vec::new() }));
            lines.len() - 1
        });
        lines[place].1.points.push(point(row));
    }
    let measure = first.measure;
    let scope: Vec<String> = streams.iter().map(|(outlet, edition)| format!("{outlet} {edition}")).collect();
    Chart {
        title: title.map_or_else(|| heading(measure).to_owned(), str::to_owned),
        subtitle: format!("{} · {} to {}", scope.join(", "), first.period_from, last.period_to),
        y_label: label(measure).to_owned(),
        y_kind: match measure {
            Measure::Share => YKind::Share,
            Measure::Ratio => YKind::Ratio,
            Measure::Per1000 => YKind::Rate,
            _ => YKind::Count,
        },
        periods: periods(rows),
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        notes: vec![format!("sinmun, method {}", lexicon.method())],
    }
}

/// The periods, each as well observed as its worst stream: a picture of several promises no more than each keeps.
fn periods(rows: &[SeriesRow]) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    let first = &rows[0].entity;
    for row in rows.iter().filter(|row| row.entity == *first) {
        match periods.iter_mut().find(|p| p.label == row.period) {
            Some(period) => {
                period.observed.days = period.observed.days.min(row.days_observed);
                period.articles += row.articles;
            }
            None => periods.push(Period {
                label: row.period.clone(),
                observed: Observed { days: row.days_observed, of: row.days },
                articles: row.articles,
            }),
        }
    }
    periods
}

fn point(row: &SeriesRow) -> Point {
    let interval = row.measure == Measure::Share;
    Point {
        value: row.value.map(Figure::as_f64),
        low: row.low.filter(|_| interval),
        high: row.high.filter(|_| interval),
        found: row.articles_with > 0 && row.days_observed < row.days,
    }
}

/// A measure as a heading.
pub const fn heading(measure: Measure) -> &'static str {
    match measure {
        Measure::Mentions => "Mentions",
        Measure::Articles => "Articles with a mention",
        Measure::Share => "Share of articles with a mention",
        Measure::Per1000 => "Mentions per 1,000 words",
        Measure::Headline => "Headlines with a mention",
        Measure::Lead => "Articles with a mention in the lead",
        Measure::Ratio => "Ratio",
    }
}

/// A measure as the name of an axis.
pub const fn label(measure: Measure) -> &'static str {
    match measure {
        Measure::Mentions => "mentions",
        Measure::Articles | Measure::Lead => "articles",
        Measure::Share => "share of articles",
        Measure::Per1000 => "per 1,000 words",
        Measure::Headline => "headlines",
        Measure::Ratio => "ratio",
    }
}
