//! Figures and times as people read them.

use maud::{Markup, html};

use crate::domain::day::Day;
use crate::domain::measure::{Figure, Measure};
use crate::domain::series::SeriesRow;
use crate::domain::stamp::instant_of_text;

/// 12,345.
pub(in crate::web) fn number(number: impl Into<u64>) -> String {
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
pub(in crate::web) fn counted(count: impl Into<u64>, thing: &str) -> String {
    let count = count.into();
    if count == 1 { format!("1 {thing}") } else { format!("{} {thing}s", number(count)) }
}

/// 12.5 %.
pub(in crate::web) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// 1.6 %–31.5 % as "1.6–31.5 %".
pub(in crate::web) fn interval(low: f64, high: f64) -> String {
    format!("{:.1}–{}", low * 100.0, percent(high))
}

/// "p 0.583"; what rounds to nothing is told as less than what can be shown.
pub(in crate::web) fn chance(p: f64) -> String {
    if p > 0.0 && p < 0.0005 { "p < 0.001".to_owned() } else { format!("p {p:.3}") }
}

/// A series' value: a zero that was not observed is in brackets, nothing seen at all is a dash.
pub(in crate::web) fn value(row: &SeriesRow) -> String {
    match row.value {
        Some(Figure::Count(count)) => number(count),
        Some(Figure::Rate(rate)) if row.measure == Measure::Share => percent(rate),
        Some(Figure::Rate(rate)) => format!("{rate:.2}"),
        None if row.articles > 0 && row.articles_with == 0 && row.measure != Measure::Ratio => "(0)".to_owned(),
        None => "–".to_owned(),
    }
}

/// An instant, told from now, with the instant itself beside it.
pub(in crate::web) fn ago(at: Option<&str>, now: i64) -> Markup {
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
pub(in crate::web) fn day(day: Option<Day>) -> Markup {
    html! { @match day { Some(day) => time datetime=(day) { (day) }, None => span class="none" { "undated" } } }
}

/// Days observed of days, as a bar and in words.
pub(in crate::web) fn observed(days: u32, of: u32) -> Markup {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_for_people() {
        assert_eq!([chance(0.583_4), chance(0.0), chance(0.0001)], ["p 0.583", "p 0.000", "p < 0.001"]);
        assert_eq!(interval(0.016, 0.315), "1.6–31.5 %");
        assert_eq!(
            [number(1_234_567_u32), counted(1_u32, "day"), counted(2_u32, "day")],
            ["1,234,567", "1 day", "2 days"]
        );
    }
}
