//! `plot`: a series as a chart.

use std::path::Path;

use super::Session;
use super::args::PlotArgs;
use super::failure::Failure;
use super::output::Output;
use super::series::{Answer, answer};
use crate::chart::{self, Chart, Line, Observed, Period, Point, Size, Theme, YKind};
use crate::domain::measure::{Figure, Measure};
use crate::domain::series::SeriesRow;

pub fn run(session: &Session<'_>, args: &PlotArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let answer = answer(session, &args.of, &args.reading)?;
    if answer.rows.is_empty() {
        return Err(Failure::Failed("the store holds nothing of that; see `sinmun coverage`".to_owned()));
    }
    let chart = draw(&answer, args.title.as_deref());
    let Some(path) = &args.out else {
        let text = chart::terminal(&chart, output.width().min(160), 24, output.colour());
        output.raw(text.as_bytes())?;
        return Ok(0);
    };
    let theme = if args.dark { Theme::Dark } else { Theme::Light };
    let svg = chart::svg(&chart, theme, Size::default());
    let bytes = match path.extension().and_then(|e| e.to_str()) {
        Some("svg") => svg.into_bytes(),
        Some("png") => chart::png(&svg, 2.0).map_err(|error| Failure::Failed(error.to_string()))?,
        _ => return Err(Failure::Usage(format!("{}: the name must end in .svg or .png", path.display()))),
    };
    write(path, &bytes)?;
    session.note(&format!("wrote {}", path.display()));
    Ok(0)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| Failure::Io(format!("cannot write {}: {error}", path.display())))
}

/// A chart of a series: a line for each entity in each stream.
pub(super) fn draw(answer: &Answer, title: Option<&str>) -> Chart {
    let rows = &answer.rows;
    let mut streams: Vec<(&str, &str)> = Vec::new();
    for row in rows {
        if !streams.contains(&(row.outlet.as_str(), row.edition)) {
            streams.push((&row.outlet, row.edition));
        }
    }
    let several = streams.len() > 1;
    let mut lines: Vec<(String, Line)> = Vec::new();
    for row in rows {
        let entity =
            answer.lexicon.find(&row.entity).map_or(row.entity.as_str(), |e| answer.lexicon.entity(e).name.as_str());
        let name = if several { format!("{entity} ({} {})", row.outlet, row.edition) } else { entity.to_owned() };
        let key = format!("{} {} {}", row.outlet, row.edition, row.entity);
        let place = lines.iter().position(|(k, _)| *k == key).unwrap_or_else(|| {
            lines.push((key, Line { name, points: Vec::new() }));
            lines.len() - 1
        });
        lines[place].1.points.push(point(row));
    }
    let measure = rows[0].measure;
    let scope: Vec<String> = streams.iter().map(|(outlet, edition)| format!("{outlet} {edition}")).collect();
    Chart {
        title: title.map_or_else(|| heading(measure).to_owned(), str::to_owned),
        subtitle: format!("{} · {} to {}", scope.join(", "), rows[0].period_from, rows[rows.len() - 1].period_to),
        y_label: label(measure).to_owned(),
        y_kind: match measure {
            Measure::Share => YKind::Share,
            Measure::Ratio => YKind::Ratio,
            Measure::Per1000 => YKind::Rate,
            _ => YKind::Count,
        },
        periods: periods(rows),
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        notes: std::iter::once(format!("sinmun, method {}", answer.method)).chain(answer.footnote.clone()).collect(),
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

const fn heading(measure: Measure) -> &'static str {
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

const fn label(measure: Measure) -> &'static str {
    match measure {
        Measure::Mentions => "mentions",
        Measure::Articles | Measure::Lead => "articles",
        Measure::Share => "share of articles",
        Measure::Per1000 => "per 1,000 words",
        Measure::Headline => "headlines",
        Measure::Ratio => "ratio",
    }
}
