//! The x axis: which periods are named, so that labels never overlap and years are clear.

use super::Period;
use super::scale::to_f64;
use super::text;

/// The names along the x axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Timeline {
    /// First row: (period, label), centred on its period.
    pub ticks: Vec<(usize, String)>,
    /// Second row: (first period of the group, label), flush with that period's left edge.
    pub groups: Vec<(usize, String)>,
}

/// A period's label, understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Date {
    Year(u32),
    Quarter(u32, u32),
    Month(u32, u32),
    Week(u32, u32),
    Day(u32, u32, u32),
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month(m: u32) -> &'static str {
    usize::try_from(m).ok().and_then(|m| MONTHS.get(m.checked_sub(1)?).copied()).unwrap_or("")
}

impl Date {
    fn parse(label: &str) -> Option<Self> {
        let number = |s: &str, digits: usize| -> Option<u32> {
            (s.len() == digits && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse().ok()).flatten()
        };
        let mut parts = label.split('-');
        let year = number(parts.next()?, 4)?;
        let second = parts.next();
        let third = parts.next();
        if parts.next().is_some() {
            return None;
        }
        let in_year = |n: u32, last: u32| (1..=last).contains(&n).then_some(n);
        match (second, third) {
            (None, _) => Some(Self::Year(year)),
            (Some(s), None) => {
                if let Some(quarter) = s.strip_prefix('Q') {
                    Some(Self::Quarter(year, in_year(number(quarter, 1)?, 4)?))
                } else if let Some(week) = s.strip_prefix('W') {
                    Some(Self::Week(year, in_year(number(week, 2)?, 53)?))
                } else {
                    Some(Self::Month(year, in_year(number(s, 2)?, 12)?))
                }
            }
            (Some(s), Some(t)) => Some(Self::Day(year, in_year(number(s, 2)?, 12)?, in_year(number(t, 2)?, 31)?)),
        }
    }

    fn year(self) -> u32 {
        match self {
            Self::Year(y) | Self::Quarter(y, _) | Self::Month(y, _) | Self::Week(y, _) | Self::Day(y, _, _) => y,
        }
    }

    /// Which of the kinds it is; a row of periods must be of one kind to have a calendar axis.
    fn kind(self) -> u8 {
        match self {
            Self::Year(_) => 0,
            Self::Quarter(..) => 1,
            Self::Month(..) => 2,
            Self::Week(..) => 3,
            Self::Day(..) => 4,
        }
    }
}

/// One way to thin the labels, finest first.
#[derive(Debug, Clone, Copy)]
enum Plan {
    /// The first of each month and every n-th day.
    Days(u32),
    /// Every n-th week of a year.
    Weeks(u32),
    Quarters(u32),
    /// January and every n-th month after it.
    Months(u32),
    /// Years divisible by n.
    Years(u32),
}

/// Whether a second row may be needed: years and free labels have none.
pub(super) fn has_groups(periods: &[Period]) -> bool {
    periods.first().and_then(|p| Date::parse(&text::clean(&p.label))).is_some_and(|date| !matches!(date, Date::Year(_)))
}

/// Chooses the names for `periods`, where a period is `step` wide and `measure` gives a label's
/// width in the same unit; `gap` is the least room between two labels.
pub(super) fn timeline(periods: &[Period], step: f64, gap: f64, measure: impl Fn(&str) -> f64) -> Timeline {
    let labels: Vec<String> = periods.iter().map(|p| text::clean(&p.label)).collect();
    let dates: Option<Vec<Date>> = labels.iter().map(|l| Date::parse(l)).collect();
    let dates = dates.filter(|d| d.windows(2).all(|w| w[0].kind() == w[1].kind()));
    let Some(dates) = dates else {
        return plain(&labels, step, gap, measure);
    };
    let plans: &[Plan] = match dates.first() {
        Some(Date::Day(..)) => &[
            Plan::Days(1),
            Plan::Days(5),
            Plan::Days(10),
            Plan::Days(15),
            Plan::Months(1),
            Plan::Months(3),
            Plan::Months(6),
        ],
        Some(Date::Week(..)) => {
            &[Plan::Weeks(1), Plan::Weeks(2), Plan::Weeks(4), Plan::Weeks(8), Plan::Weeks(13), Plan::Weeks(26)]
        }
        Some(Date::Month(..)) => &[Plan::Months(1), Plan::Months(2), Plan::Months(3), Plan::Months(6)],
        Some(Date::Quarter(..)) => &[Plan::Quarters(1), Plan::Quarters(2)],
        Some(Date::Year(_)) | None => &[],
    };
    let years = [1, 2, 5, 10, 20, 50, 100, 1000].map(Plan::Years);
    for plan in plans.iter().copied().chain(years) {
        let ticks = plan.ticks(&dates);
        if !ticks.is_empty() && apart(&ticks, step, gap, &measure) {
            let all = plan.groups(&dates);
            let wanted = all.len();
            let groups = thinned(all, periods.len(), step, gap, &measure);
            // "1 15 1 15" without the months below says nothing; only stumps may go unnamed.
            if wanted > 0 && (groups.is_empty() || groups.len() + 2 < wanted) {
                continue;
            }
            return Timeline { ticks, groups };
        }
    }
    plain(&labels, step, gap, measure)
}

impl Plan {
    fn ticks(self, dates: &[Date]) -> Vec<(usize, String)> {
        let mut ticks: Vec<(usize, String)> = Vec::new();
        let mut last = None;
        for (i, date) in dates.iter().enumerate() {
            // The label, and what it stands for: a month among days is named once, not each day.
            let named = match (self, *date) {
                (Self::Days(n), Date::Day(y, m, d)) => {
                    // A last tick at 30 or 31 would crowd the next month's 1.
                    (n == 1 || d == 1 || (d % n == 0 && d + n <= 31)).then(|| (d.to_string(), (y, m, d)))
                }
                (Self::Months(n), Date::Day(y, m, d)) => {
                    (d == 1 && (m - 1) % n == 0).then(|| (month(m).to_owned(), (y, m, 0)))
                }
                (Self::Months(n), Date::Month(y, m)) => ((m - 1) % n == 0).then(|| (month(m).to_owned(), (y, m, 0))),
                (Self::Weeks(n), Date::Week(y, w)) => {
                    ((w - 1) % n == 0 && (n == 1 || w + n <= 54)).then(|| (format!("W{w:02}"), (y, w, 0)))
                }
                (Self::Quarters(n), Date::Quarter(y, q)) => ((q - 1) % n == 0).then(|| (format!("Q{q}"), (y, q, 0))),
                (Self::Years(n), date) => {
                    let opens = match date {
                        Date::Year(_) => true,
                        Date::Quarter(_, k) | Date::Month(_, k) | Date::Week(_, k) => k == 1,
                        Date::Day(_, m, d) => m == 1 && d == 1,
                    };
                    let y = date.year();
                    (opens && y.is_multiple_of(n)).then(|| (y.to_string(), (y, 0, 0)))
                }
                _ => None,
            };
            if let Some((label, stands_for)) = named
                && last != Some(stands_for)
            {
                last = Some(stands_for);
                ticks.push((i, label));
            }
        }
        ticks
    }

    fn groups(self, dates: &[Date]) -> Vec<(usize, String)> {
        let mut groups: Vec<(usize, String)> = Vec::new();
        for (i, date) in dates.iter().enumerate() {
            let label = match (self, *date) {
                (Self::Years(_), _) => return Vec::new(),
                (Self::Days(_), Date::Day(y, m, _)) => format!("{} {y}", month(m)),
                (_, date) => date.year().to_string(),
            };
            if groups.last().is_none_or(|(_, last)| *last != label) {
                groups.push((i, label));
            }
        }
        groups
    }
}

/// Whether centred labels keep their distance.
fn apart(ticks: &[(usize, String)], step: f64, gap: f64, measure: &impl Fn(&str) -> f64) -> bool {
    ticks.windows(2).all(|pair| {
        let centres = to_f64(pair[1].0.saturating_sub(pair[0].0)) * step;
        centres >= f64::midpoint(measure(&pair[0].1), measure(&pair[1].1)) + gap
    })
}

/// Groups whose label has room before the next one; a stump at the start or end goes unnamed.
fn thinned(
    groups: Vec<(usize, String)>,
    periods: usize,
    step: f64,
    gap: f64,
    measure: &impl Fn(&str) -> f64,
) -> Vec<(usize, String)> {
    let ends: Vec<usize> = groups.iter().skip(1).map(|(start, _)| *start).chain([periods]).collect();
    let alone = groups.len() == 1;
    groups
        .into_iter()
        .zip(ends)
        .filter(|((start, label), end)| alone || to_f64(end - start) * step >= measure(label) + gap)
        .map(|(group, _)| group)
        .collect()
}

/// Labels without a calendar: every n-th, the first always among them.
fn plain(labels: &[String], step: f64, gap: f64, measure: impl Fn(&str) -> f64) -> Timeline {
    let widest = labels.iter().map(|l| measure(l)).fold(0.0, f64::max);
    let mut stride = 1;
    while stride < labels.len() && to_f64(stride) * step < widest + gap {
        stride += 1;
    }
    Timeline { ticks: labels.iter().cloned().enumerate().step_by(stride).collect(), groups: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::testing::{days, months};

    fn names(periods: &[Period], step: f64) -> (String, String) {
        let line = timeline(periods, step, 1.0, |s| to_f64(s.len()));
        let join =
            |v: Vec<(usize, String)>| v.into_iter().map(|(i, l)| format!("{i}:{l}")).collect::<Vec<_>>().join(" ");
        (join(line.ticks), join(line.groups))
    }

    #[test]
    fn months_thin_out_on_quarter_boundaries_with_years_below() {
        let periods = months(2023, 11, 9);
        assert_eq!(
            names(&periods, 4.0),
            ("0:Nov 1:Dec 2:Jan 3:Feb 4:Mar 5:Apr 6:May 7:Jun 8:Jul".into(), "0:2023 2:2024".into())
        );
        assert_eq!(names(&periods, 1.5), ("2:Jan 5:Apr 8:Jul".into(), "2:2024".into()));
        assert_eq!(names(&months(2012, 1, 40), 0.5).0, "0:2012 12:2013 24:2014 36:2015");
    }

    #[test]
    fn days_become_months() {
        let (ticks, groups) = names(&days(2024, 365), 0.2);
        assert!(ticks.starts_with("0:Jan 31:Feb 60:Mar"), "{ticks}");
        assert_eq!(groups, "0:2024");
        let (ticks, groups) = names(&days(2024, 40), 1.0);
        assert_eq!(ticks, "0:1 4:5 9:10 14:15 19:20 24:25 31:1 35:5");
        assert_eq!(groups, "0:Jan 2024 31:Feb 2024");
    }

    #[test]
    fn what_is_no_date_is_shown_as_it_is() {
        let periods: Vec<Period> = ["before", "during", "2024-13", "after"]
            .map(|label| Period { label: label.into(), ..Period::default() })
            .into();
        assert_eq!(names(&periods, 9.0).0, "0:before 1:during 2:2024-13 3:after");
        assert_eq!(names(&periods, 4.0).0, "0:before 2:2024-13");
    }
}
