//! Spans of days as people write them, and the periods a series is cut into.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::Serialize;

use super::day::Day;

/// Days from `from` to `to`, both included; never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

impl Span {
    /// The days from `from` to `to`; `None` if that is backwards.
    pub fn new(from: Day, to: Day) -> Option<Self> {
        (from <= to).then_some(Self { from, to })
    }

    /// Number of days.
    pub fn days(self) -> u32 {
        self.to.epoch_days().abs_diff(self.from.epoch_days()) + 1
    }

    /// Whether a day lies within.
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Each day in turn.
    pub fn iter(self) -> impl Iterator<Item = Day> {
        (self.from.epoch_days()..=self.to.epoch_days()).map(Day::from_epoch_days)
    }
}

/// A day, month or year as written on a command line: `2024-08-31`, `2024-08` or `2024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(Span);

impl Moment {
    /// Its first day, what `--from` means.
    pub fn first(self) -> Day {
        self.0.from
    }

    /// Its last day, what `--to` means.
    pub fn last(self) -> Day {
        self.0.to
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || format!("'{text}' is not a day, month or year; write 2024-08-31, 2024-08 or 2024");
        let parts: Vec<&str> = text.split('-').collect();
        if !parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit())) {
            return Err(refuse());
        }
        let year = |p: &str| if p.len() == 4 { p.parse::<i16>().ok() } else { None };
        let two = |p: &str| if p.len() == 2 { p.parse::<i8>().ok() } else { None };
        let span = match parts.as_slice() {
            [y] => year(y).and_then(|y| Some((Day::new(y, 1, 1)?, Day::new(y, 12, 31)?))),
            [y, m] => year(y).zip(two(m)).and_then(|(y, m)| {
                let first = Date::new(y, m, 1).ok()?;
                Some((first.into(), first.last_of_month().into()))
            }),
            [y, m, d] => {
                year(y).zip(two(m).zip(two(d))).and_then(|(y, (m, d))| Day::new(y, m, d).map(|day| (day, day)))
            }
            _ => None,
        };
        span.and_then(|(from, to)| Span::new(from, to)).map(Self).ok_or_else(refuse)
    }
}

impl FromStr for Span {
    type Err = String;

    /// Reads `FROM..TO` or a single day, month or year.
    fn from_str(text: &str) -> Result<Self, String> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (from, to) = (from.trim().parse::<Moment>()?, to.trim().parse::<Moment>()?);
        Span::new(from.first(), to.last()).ok_or_else(|| format!("'{text}' ends before it begins"))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// How long a period of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// One day.
    Day,
    /// An ISO week, Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A calendar year.
    Year,
}

impl FromStr for By {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|by| by.as_str() == text)
            .ok_or_else(|| format!("'{text}' is not a period; use day, week, month, quarter or year"))
    }
}

impl By {
    /// All lengths, shortest first.
    pub const ALL: [By; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// Its name in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The whole period a day lies in.
    pub fn around(self, day: Day) -> Span {
        let date = day.date();
        let (from, to) = match self {
            Self::Day => (date, date),
            Self::Week => {
                let week = date.iso_week_date();
                let on = |weekday| ISOWeekDate::new(week.year(), week.week(), weekday).map_or(date, ISOWeekDate::date);
                (on(Weekday::Monday), on(Weekday::Sunday))
            }
            Self::Month => (date.first_of_month(), date.last_of_month()),
            Self::Quarter => {
                let first = (date.month() - 1) / 3 * 3 + 1;
                let begin = Date::new(date.year(), first, 1).unwrap_or(date);
                let end = Date::new(date.year(), first + 2, 1).unwrap_or(date).last_of_month();
                (begin, end)
            }
            Self::Year => (date.first_of_year(), date.last_of_year()),
        };
        Span { from: from.into(), to: to.into() }
    }

    /// The period's name: `2024-08-31`, `2024-W35`, `2024-08`, `2024-Q3`, `2024`.
    pub fn label(self, day: Day) -> String {
        let date = day.date();
        match self {
            Self::Day => date.to_string(),
            Self::Week => {
                let week = date.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{:04}-{:02}", date.year(), date.month()),
            Self::Quarter => format!("{:04}-Q{}", date.year(), (date.month() - 1) / 3 + 1),
            Self::Year => format!("{:04}", date.year()),
        }
    }

    /// The periods that touch a span, each cut to it: a series never speaks of days it was not asked for.
    pub fn cut(self, span: Span) -> Vec<(String, Span)> {
        let mut periods = Vec::new();
        let mut day = span.from;
        while day <= span.to {
            let end = self.around(day).to.min(span.to);
            periods.push((self.label(day), Span { from: day, to: end }));
            day = end.plus(1);
        }
        periods
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moments_are_days_months_and_years() {
        let span = |text: &str| text.parse::<Span>().map(|s| s.to_string());
        assert_eq!(span("2024").as_deref(), Ok("2024-01-01..2024-12-31"));
        assert_eq!(span("2024-02").as_deref(), Ok("2024-02-01..2024-02-29"));
        assert_eq!(span("2024-05..2024-08").as_deref(), Ok("2024-05-01..2024-08-31"));
        assert_eq!(span("2024-08-31").as_deref(), Ok("2024-08-31..2024-08-31"));
        for bad in ["", "24", "2024-8", "2024-13", "2023-02-29", "2024-08..2024-05", "August", "2024-08-31-1"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }

    #[test]
    fn labels() {
        let day: Day = "2024-12-30".parse().expect("a day");
        assert_eq!(By::Week.label(day), "2025-W01");
        assert_eq!(By::Quarter.label(day), "2024-Q4");
        assert_eq!(By::Quarter.around(day).to_string(), "2024-10-01..2024-12-31");
        assert_eq!(By::Month.label(day), "2024-12");
    }

    proptest! {
        #[test]
        fn periods_cover_a_span_without_gap_or_overlap(from in -9000i32..25000, days in 0i32..900, by in 0usize..5) {
            let by = [By::Day, By::Week, By::Month, By::Quarter, By::Year][by];
            let span = Span { from: Day::from_epoch_days(from), to: Day::from_epoch_days(from + days) };
            let periods = by.cut(span);
            prop_assert_eq!(periods.iter().map(|(_, s)| s.days()).sum::<u32>(), span.days());
            prop_assert_eq!(periods.first().map(|(_, s)| s.from), Some(span.from));
            prop_assert_eq!(periods.last().map(|(_, s)| s.to), Some(span.to));
            for pair in periods.windows(2) {
                prop_assert_eq!(pair[0].1.to.plus(1), pair[1].1.from);
                prop_assert_ne!(&pair[0].0, &pair[1].0);
            }
        }
    }
}
