//! What a picture says in words: hover texts, the description for those who cannot see it, and
//! the sentence on what was observed.

use std::fmt::Write;

use super::scale::{exact, number};
use super::text::clean;
use super::{Chart, Line, Observed, YKind};

/// The text of one point: `Putin, 2024-08: 6 mentions, 31 of 31 days observed`.
pub(super) fn point(chart: &Chart, line: &Line, period: usize) -> String {
    let (Some(value), Some(when)) = (chart.drawn(line, period), chart.periods.get(period)) else {
        return String::new();
    };
    // A count from an incomplete month is a lower bound; a share or a ratio is not.
    let bound = if chart.y_kind == YKind::Count && value > 0.0 && !when.observed.is_full() { "at least " } else { "" };
    let mut out = format!("{}, {}: {bound}{}", clean(&line.name), clean(&when.label), exact(value, chart.y_kind));
    if chart.y_kind == YKind::Count {
        // "6 mentions", not "6 mentions per month": the period is already named.
        let unit = clean(&chart.y_label);
        let unit = unit.split(" per ").next().unwrap_or_default();
        if !unit.is_empty() {
            out.push(' ');
            out.push_str(unit);
        }
    }
    if let Some((low, high)) = chart.interval(line, period) {
        let (low, high) = (exact(low, chart.y_kind), exact(high, chart.y_kind));
        let _ = write!(out, " ({low} to {high})");
    }
    out.push_str(", ");
    out.push_str(&observed(when.observed));
    out
}

/// The text of one period's place in the coverage strip.
pub(super) fn period(chart: &Chart, period: usize) -> String {
    chart.periods.get(period).map_or_else(String::new, |p| {
        format!(
            "{}: {}, {} {}",
            clean(&p.label),
            observed(p.observed),
            grouped(p.articles),
            if p.articles == 1 { "article" } else { "articles" }
        )
    })
}

fn observed(observed: Observed) -> String {
    match (observed.days.min(observed.of), observed.of) {
        (_, 0) => "not observed".to_owned(),
        (0, 1) => "day not observed".to_owned(),
        (1, 1) => "day observed".to_owned(),
        (days, of) => format!("{days} of {of} days observed"),
    }
}

/// The sentence on coverage: `306 of 366 days observed (84%)`.
pub(super) fn coverage(chart: &Chart) -> String {
    match chart.coverage() {
        (_, 0) => "No day observed".to_owned(),
        (0, of) => format!("None of {} days observed", grouped(of)),
        (days, of) if days == of => format!("All {} days observed", grouped(of)),
        (days, of) => format!("{} of {} days observed ({})", grouped(days), grouped(of), rounded(days, of)),
    }
}

/// A share as a whole percentage that says 0% or 100% only of nothing and everything.
fn rounded(days: u64, of: u64) -> String {
    let percent = (u128::from(days) * 200 + u128::from(of)) / (u128::from(of) * 2).max(1);
    format!("{}%", percent.clamp(1, 99))
}

fn grouped(n: u64) -> String {
    // Counts of days and articles: exact in an f64 far beyond anything there can be.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let n = n as f64;
    number(n, 0)
}

/// The whole chart for a screen reader: span, lines with their extremes, coverage.
pub(super) fn description(chart: &Chart) -> String {
    let mut sentences = Vec::new();
    if let (Some(first), Some(last)) = (chart.periods.first(), chart.periods.last()) {
        let label = clean(&chart.y_label);
        let what = if label.is_empty() { "values" } else { &label };
        sentences.push(format!(
            "Line chart of {what}, {} to {} ({} periods).",
            clean(&first.label),
            clean(&last.label),
            chart.periods.len()
        ));
    } else {
        sentences.push("An empty chart: no periods.".to_owned());
    }
    for line in &chart.lines {
        sentences.push(extremes(chart, line));
    }
    sentences.push(format!("{}.", coverage(chart)));
    sentences.join(" ")
}

fn extremes(chart: &Chart, line: &Line) -> String {
    let name = clean(&line.name);
    let drawn: Vec<(f64, &str)> =
        chart.periods.iter().enumerate().filter_map(|(i, p)| Some((chart.drawn(line, i)?, p.label.as_str()))).collect();
    let by_value = |a: &&(f64, &str), b: &&(f64, &str)| a.0.total_cmp(&b.0);
    // Of equal ones the first, in both directions: max_by alone would take the last.
    let least = drawn.iter().min_by(by_value);
    let most = drawn.iter().rev().max_by(by_value);
    match (least, most) {
        (Some(least), Some(most)) => format!(
            "{name}: lowest {} ({}), highest {} ({}), {} of {} periods have a value.",
            exact(least.0, chart.y_kind),
            clean(least.1),
            exact(most.0, chart.y_kind),
            clean(most.1),
            drawn.len(),
            chart.periods.len()
        ),
        _ => format!("{name}: no value."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::testing::sample;

    #[test]
    fn a_point_says_how_far_to_trust_it() {
        let chart = sample();
        assert_eq!(point(&chart, &chart.lines[0], 7), "Putin, 2024-08: 8 mentions, 31 of 31 days observed");
        assert_eq!(point(&chart, &chart.lines[0], 8), "Putin, 2024-09: at least 5 mentions, 15 of 30 days observed");
        assert_eq!(point(&chart, &chart.lines[0], 4), "", "no day observed");
    }

    #[test]
    fn the_description_names_span_extremes_and_coverage() {
        let text = description(&sample());
        assert!(text.starts_with(
            "Line chart of mentions per month, 2024-01 to 2024-12 (12 periods). \
             Putin: lowest 3 (2024-12), highest 14 (2024-06), 11 of 12 periods have a value."
        ));
        assert!(text.ends_with("320 of 366 days observed (87%)."), "{text}");
    }

    #[test]
    fn almost_everything_is_not_everything() {
        assert_eq!(rounded(999_999, 1_000_000), "99%");
        assert_eq!(rounded(1, 1_000_000), "1%");
    }
}
