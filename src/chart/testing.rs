//! Charts for the tests of this folder. All values are invented.

use proptest::prelude::*;

use super::{Chart, Line, Observed, Period, Point, YKind};

pub(super) fn days_of_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Consecutive, fully observed months.
pub(super) fn months(year: u32, month: u32, count: u32) -> Vec<Period> {
    (month - 1..month - 1 + count)
        .map(|m| (year + m / 12, m % 12 + 1))
        .map(|(y, m)| period(format!("{y}-{m:02}"), days_of_month(y, m)))
        .collect()
}

/// Consecutive, fully observed days from 1 January.
pub(super) fn days(year: u32, count: usize) -> Vec<Period> {
    (0..)
        .flat_map(|m| {
            let (y, m) = (year + m / 12, m % 12 + 1);
            (1..=days_of_month(y, m)).map(move |d| format!("{y}-{m:02}-{d:02}"))
        })
        .take(count)
        .map(|label| period(label, 1))
        .collect()
}

pub(super) fn period(label: String, days: u32) -> Period {
    Period { label, observed: Observed { days, of: days }, articles: u64::from(days) * 20 }
}

/// A line of plain values; `None` stays missing.
pub(super) fn line(name: &str, values: impl IntoIterator<Item = Option<f64>>) -> Line {
    let points = values.into_iter().map(|value| Point { value, ..Point::default() }).collect();
    Line { name: name.into(), points }
}

/// Two lines over a year: one month without a day observed, one half observed.
pub(super) fn sample() -> Chart {
    let mut periods = months(2024, 1, 12);
    periods[4].observed.days = 0;
    periods[8].observed.days = 15;
    let putin = [9, 7, 4, 6, 0, 14, 11, 8, 5, 10, 6, 3].map(|v| Some(f64::from(v)));
    let xi = [2, 1, 1, 3, 0, 0, 1, 2, 1, 0, 1, 2].map(|v| Some(f64::from(v)));
    Chart {
        title: "Leaders named by KCNA".into(),
        subtitle: "Invented values, for tests".into(),
        y_label: "mentions per month".into(),
        y_kind: YKind::Count,
        periods,
        lines: vec![line("Putin", putin), line("Xi", xi)],
        notes: vec!["Source: none. Method 0000.".into()],
    }
}

fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        Just(None),
        (0.0..50.0_f64).prop_map(|v| Some(v.floor())),
        any::<f64>().prop_map(Some),
        Just(Some(f64::NAN)),
        Just(Some(f64::INFINITY)),
        Just(Some(-3.0)),
        Just(Some(f64::MAX)),
    ]
}

/// Any chart, also a nonsensical one.
pub(super) fn any_chart() -> impl Strategy<Value = Chart> {
    let text = || prop_oneof![any::<String>(), "[ -~]{0,60}", Just("习近平 시진핑".to_owned())];
    let label = prop_oneof![
        "20[0-9]{2}",
        "20[0-9]{2}-[01][0-9]",
        "20[0-9]{2}-0[1-9]-[0-3][0-9]",
        "20[0-9]{2}-W[0-5][0-9]",
        "20[0-9]{2}-Q[0-9]",
        any::<String>(),
    ];
    let period = (label, 0..40u32, 0..40u32, any::<u64>()).prop_map(|(label, days, of, articles)| Period {
        label,
        observed: Observed { days, of },
        articles,
    });
    let point = (value(), value(), value(), any::<bool>()).prop_map(|(value, low, high, found)| Point {
        value,
        low,
        high,
        found,
    });
    let line = (text(), prop::collection::vec(point, 0..30)).prop_map(|(name, points)| Line { name, points });
    let kind = prop_oneof![Just(YKind::Count), Just(YKind::Share), Just(YKind::Ratio), Just(YKind::Rate)];
    (
        (text(), text(), text(), kind),
        prop::collection::vec(period, 0..30),
        prop::collection::vec(line, 0..14),
        prop::collection::vec(text(), 0..4),
    )
        .prop_map(|((title, subtitle, y_label, y_kind), periods, lines, notes)| Chart {
            title,
            subtitle,
            y_label,
            y_kind,
            periods,
            lines,
            notes,
        })
}
