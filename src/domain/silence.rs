//! Silence: how long somebody has not been mentioned, and how unusual that is.
//!
//! A run of silence begins the day after a mention. Only observed days lengthen it; a day nobody saw neither ends nor
//! lengthens it, and a mention ends it wherever it stands. How unusual a run is, is told from the two years before
//! it began, of their observed days alone: a day that was held in part tells of a mention but not of its absence, and
//! to count only what it tells would make every silence look rarer than it is.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use super::day::Day;
use super::measure::{Figure, ratio, rounded};
use super::period::Span;

/// How many days before a run began say what is usual.
pub const USUAL_DAYS: i32 = 730;
/// Fewer days with a mention than this say nothing.
pub const LEAST_MENTION_DAYS: u32 = 20;
/// A silence is unusual from this p on: one window in twenty. Of a leader who is looked at every day for years, some
/// silence will be; it is a reason to look, not a finding.
pub const UNUSUAL: f64 = 0.05;

/// So many of the longest earlier runs are told.
const LONGEST: usize = 3;

/// For how many days the end of an unusual silence is news.
pub const END_IS_NEWS: i32 = 3;

/// A run of silence up to a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Silence {
    /// The last day with a mention; `None` where there never was one.
    pub last: Option<Day>,
    /// The days since; `None` where the last day has a mention itself.
    pub run: Option<Span>,
    /// Observed days of the run.
    pub observed: u32,
    /// The other days of the run.
    pub unobserved: u32,
    /// How unusual the run is.
    pub odds: Odds,
    /// The longest runs in the days that say what is usual.
    pub earlier: Vec<Run>,
}

/// A run of silence that a mention ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Its days.
    pub span: Span,
    /// Of them observed.
    pub observed: u32,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { span, observed } = self;
        write!(f, "{} to {}, {observed} of {} observed", span.from, span.to, counted_days(span.days()))
    }
}

impl Serialize for Run {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// How unusual a run is, by what was usual before it began. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Odds {
    /// The share of windows without a mention; absent where it would say nothing, see `no_p`.
    pub p: Option<f64>,
    /// The same by the geometric model: every observed day a mention with the same chance, whatever came before.
    pub p_geometric: Option<f64>,
    /// Windows of as many observed days as the run has.
    pub windows: u32,
    /// Of them without a mention.
    pub windows_silent: u32,
    /// The first of the days that say what is usual.
    pub usual_from: Option<Day>,
    /// The last: the day before the run.
    pub usual_to: Option<Day>,
    /// Of them observed.
    pub usual_observed: u32,
    /// Of the observed ones, those with a mention.
    pub usual_with: u32,
    /// Why there is no p; empty where there is one.
    pub no_p: String,
}

impl Odds {
    fn none(why: &str) -> Self {
        Self {
            p: None,
            p_geometric: None,
            windows: 0,
            windows_silent: 0,
            usual_from: None,
            usual_to: None,
            usual_observed: 0,
            usual_with: 0,
            no_p: why.to_owned(),
        }
    }

    /// Whether the run is one to look at.
    pub fn is_unusual(&self) -> bool {
        self.p.is_some_and(|p| p <= UNUSUAL)
    }
}

/// The run of silence up to the last day of `span`, of what was observed and mentioned in it. Days outside of the span
/// are not looked at.
pub fn silence(span: Span, observed: &BTreeSet<Day>, mentioned: &BTreeSet<Day>) -> Silence {
    let last = mentioned.range(span.from..=span.to).next_back().copied();
    let began = last.map_or(span.from, |last| last.plus(1));
    let Some(run) = Span::new(began, span.to) else {
        let odds = Odds::none("no day has passed since");
        let earlier = earlier(began, span.from, observed, mentioned);
        return Silence { last, run: None, observed: 0, unobserved: 0, odds, earlier };
    };
    let seen = count(observed.range(run.from..=run.to).count());
    let odds = if last.is_none() {
        Odds::none("there was no mention before it")
    } else if seen == 0 {
        Odds::none("no day of it was observed")
    } else {
        odds(began, span.from, seen, observed, mentioned)
    };
    let earlier = earlier(began, span.from, observed, mentioned);
    Silence { last, run: Some(run), observed: seen, unobserved: run.days() - seen, odds, earlier }
}

/// Of the runs that a mention has ended in the last [`END_IS_NEWS`] days of a span, the one with the most observed days.
pub fn ended(span: Span, observed: &BTreeSet<Day>, mentioned: &BTreeSet<Day>) -> Option<Silence> {
    let recent = mentioned.range(span.to.plus(-END_IS_NEWS).max(span.from)..=span.to);
    let runs = recent.filter_map(|day| Some(silence(Span::new(span.from, day.plus(-1))?, observed, mentioned)));
    runs.filter(|silence| silence.run.is_some()).max_by_key(|silence| silence.observed)
}

/// The longest runs between two mentions among the days that say what is usual of a run, by their observed days; of as
/// many, the longer, then the later. A run that has no observed day is none.
fn earlier(began: Day, held_from: Day, observed: &BTreeSet<Day>, mentioned: &BTreeSet<Day>) -> Vec<Run> {
    let usual = usual(began, held_from);
    let named: Vec<Day> = mentioned.range(usual.from..=usual.to).copied().collect();
    let between = named.windows(2).filter_map(|pair| Span::new(pair[0].plus(1), pair[1].plus(-1)));
    let runs = between.map(|span| Run { span, observed: count(observed.range(span.from..=span.to).count()) });
    let mut runs: Vec<Run> = runs.filter(|run| run.observed > 0).collect();
    runs.sort_by_key(|run| Reverse((run.observed, run.span.days(), run.span.from)));
    runs.truncate(LONGEST);
    runs
}

/// The days that say what is usual of a run.
fn usual(began: Day, held_from: Day) -> Span {
    let to = began.plus(-1);
    Span { from: began.plus(-USUAL_DAYS).max(held_from).min(to), to }
}

/// Slides a window of `length` observed days over those before a run.
fn odds(began: Day, held_from: Day, length: u32, observed: &BTreeSet<Day>, mentioned: &BTreeSet<Day>) -> Odds {
    let usual = usual(began, held_from);
    let days: Vec<bool> = observed.range(usual.from..=usual.to).map(|day| mentioned.contains(day)).collect();
    let mut odds = Odds {
        usual_from: Some(usual.from),
        usual_to: Some(usual.to),
        usual_observed: count(days.len()),
        usual_with: count(days.iter().filter(|with| **with).count()),
        ..Odds::none("")
    };
    if odds.usual_observed == 0 {
        "no day before it was observed".clone_into(&mut odds.no_p);
        return odds;
    }
    if odds.usual_with < LEAST_MENTION_DAYS {
        odds.no_p = format!(
            "{} of {} observed days before it have a mention; fewer than {LEAST_MENTION_DAYS} say nothing",
            odds.usual_with, odds.usual_observed
        );
        return odds;
    }
    if odds.usual_observed < length {
        odds.no_p = format!("it is longer than the {} observed days before it", odds.usual_observed);
        return odds;
    }
    let length_here = usize::try_from(length).unwrap_or(usize::MAX);
    odds.windows = odds.usual_observed - length + 1;
    odds.windows_silent = count(days.windows(length_here).filter(|window| !window.contains(&true)).count());
    odds.p = ratio(odds.windows_silent.into(), odds.windows.into());
    let chance = Figure::Count(odds.usual_with.into()).as_f64() / Figure::Count(odds.usual_observed.into()).as_f64();
    odds.p_geometric = Some(rounded((1.0 - chance).powf(f64::from(length))));
    odds
}

fn counted_days(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn count(days: usize) -> u32 {
    u32::try_from(days).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::btree_set;
    use proptest::prelude::*;

    fn day(d: i32) -> Day {
        Day::from_epoch_days(18_000 + d)
    }

    fn days(days: impl IntoIterator<Item = i32>) -> BTreeSet<Day> {
        days.into_iter().map(day).collect()
    }

    fn span(from: i32, to: i32) -> Span {
        Span { from: day(from), to: day(to) }
    }

    #[test]
    fn a_run_is_told_by_hand() {
        // A mention on every fifth of 100 observed days, then ten days of which every second was observed.
        let observed = days((0..100).chain((100..110).step_by(2)));
        let mentioned = days((0..100).step_by(5));
        let silence = silence(span(0, 109), &observed, &mentioned);
        assert_eq!((silence.last, silence.run), (Some(day(95)), Some(span(96, 109))));
        assert_eq!((silence.observed, silence.unobserved), (9, 5));
        // Before it: days 0 to 95. No window of nine among them is without a mention: at most four days are.
        let odds = silence.odds;
        assert_eq!((odds.usual_from, odds.usual_to), (Some(day(0)), Some(day(95))));
        assert_eq!((odds.usual_observed, odds.usual_with, odds.windows, odds.windows_silent), (96, 20, 88, 0));
        assert_eq!(odds.p, Some(0.0));
        // (1 - 20/96)^9
        assert_eq!(odds.p_geometric, Some(0.122_147));
    }

    #[test]
    fn a_share_of_windows() {
        // Forty days with, forty without, then a mention and a run of ten.
        let observed = days(0..91);
        let mentioned = days((0..40).chain([80]));
        let odds = silence(span(0, 90), &observed, &mentioned).odds;
        assert_eq!((odds.windows, odds.windows_silent), (72, 31), "windows that begin on days 40 to 70");
        assert_eq!(odds.p, Some(0.430_556));
        assert!(!odds.is_unusual());
    }

    #[test]
    fn the_longest_earlier_runs() {
        // Runs of 9, 4 (of which one day was observed), 19 and 9 days, and none observed; the last is the one asked.
        let observed = days((0..12).chain(15..60));
        let mentioned = days([0, 10, 15, 35, 45, 70]);
        let told = |to| silence(span(0, to), &observed, &mentioned).earlier;
        let run = |from, to, observed| Run { span: span(from, to), observed };
        assert_eq!(told(80), [run(16, 34, 19), run(46, 69, 14), run(36, 44, 9)]);
        assert_eq!(told(60), [run(16, 34, 19), run(36, 44, 9), run(1, 9, 9)]);
        assert_eq!(run(11, 14, 1).to_string(), format!("{} to {}, 1 of 4 days observed", day(11), day(14)));
        assert_eq!(silence(span(0, 9), &observed, &mentioned).earlier, []);
    }

    #[test]
    fn only_two_years_say_what_is_usual() {
        let observed = days(0..2000);
        let often = days((0..1000).chain((1000..1980).step_by(30)));
        let odds = silence(span(0, 1999), &observed, &often).odds;
        assert_eq!((odds.usual_from, odds.usual_observed, odds.usual_with), (Some(day(1961 - 730)), 730, 25));
    }

    #[test]
    fn where_there_is_no_p_it_is_said_why() {
        let why = |observed: &BTreeSet<Day>, mentioned: &BTreeSet<Day>, to| {
            let odds = silence(span(0, to), observed, mentioned).odds;
            assert_eq!((odds.p, odds.p_geometric), (None, None));
            odds.no_p
        };
        assert!(why(&days(0..50), &days([]), 49).contains("no mention before"));
        assert!(why(&days(0..50), &days(0..30), 29).contains("no day has passed"));
        assert!(why(&days(0..30), &days(0..30), 49).contains("no day of it was observed"));
        assert!(why(&days(0..50), &days(0..19), 49).contains("19 of 19 observed days"));
        assert!(why(&days(0..99), &days(0..30), 98).contains("longer than the 30 observed days"));
        // A mention on a day that was not observed ends a run, and says nothing of what is usual.
        assert!(why(&days(11..50), &days(0..30), 49).contains("19 of 19 observed days"));
    }

    #[test]
    fn what_a_mention_ended() {
        let observed = days(0..100);
        let mentioned = days((0..40).chain([80]));
        let told = |to, mentioned: &BTreeSet<Day>| ended(span(0, to), &observed, mentioned);
        let first = told(80, &mentioned).expect("a run before the 80th");
        assert_eq!((first.run, first.observed), (Some(span(40, 79)), 40));
        assert_eq!((first.odds.p, first.odds.is_unusual()), (Some(0.0), true));
        // It is news for three days, whatever is mentioned in them.
        let soon_again = days((0..40).chain([80, 82]));
        assert_eq!(told(83, &soon_again), Some(first));
        assert_eq!(told(84, &soon_again).and_then(|ended| ended.run), Some(span(81, 81)));
        assert_eq!((told(99, &mentioned), told(99, &days([]))), (None, None));
    }

    proptest! {
        #[test]
        fn a_day_nobody_saw_neither_ends_nor_lengthens(
            observed in btree_set(0i32..300, 0..250), mentioned in btree_set(0i32..300, 0..120), more in 1i32..50,
        ) {
            let (observed, mentioned) = (days(observed), days(mentioned));
            let before = silence(span(0, 299), &observed, &mentioned);
            let after = silence(span(0, 299 + more), &observed, &mentioned);
            prop_assert_eq!(after.last, before.last);
            prop_assert_eq!(after.observed, before.observed);
            prop_assert_eq!(after.unobserved, before.unobserved + u32::try_from(more).unwrap_or(0));
            if before.run.is_some() {
                prop_assert_eq!(after.earlier, before.earlier);
                prop_assert_eq!(after.odds, before.odds);
            }
        }

        #[test]
        fn an_observed_day_without_a_mention_lengthens_by_one(
            observed in btree_set(0i32..300, 0..250), mentioned in btree_set(0i32..300, 0..120),
        ) {
            let (mut observed, mentioned) = (days(observed), days(mentioned));
            let before = silence(span(0, 299), &observed, &mentioned);
            observed.insert(day(300));
            let after = silence(span(0, 300), &observed, &mentioned);
            prop_assert_eq!((after.observed, after.unobserved), (before.observed + 1, before.unobserved));
            // A longer window is never silent more often, as long as both can be had.
            if let (Some(before), Some(after)) = (before.odds.p_geometric, after.odds.p_geometric) {
                prop_assert!(after <= before);
            }
        }

        #[test]
        fn a_mention_ends_the_run_on_whatever_day(
            observed in btree_set(0i32..300, 0..250), mentioned in btree_set(0i32..300, 0..120), on in 0i32..300,
        ) {
            let (observed, mut mentioned) = (days(observed), days(mentioned));
            mentioned.insert(day(on));
            let silence = silence(span(0, 299), &observed, &mentioned);
            prop_assert!(silence.last >= Some(day(on)));
            prop_assert!(silence.run.is_none_or(|run| run.from > day(on)));
        }

        #[test]
        fn figures_hold_together(
            observed in btree_set(0i32..900, 0..900), mentioned in btree_set(0i32..900, 0..300), to in 0i32..900,
        ) {
            let (observed, mentioned) = (days(observed), days(mentioned));
            let silence = silence(span(0, to), &observed, &mentioned);
            let days = silence.run.map_or(0, Span::days);
            prop_assert_eq!(silence.observed + silence.unobserved, days);
            let odds = &silence.odds;
            prop_assert_eq!(odds.p.is_some(), odds.no_p.is_empty());
            prop_assert!(odds.p.is_none_or(|p| (0.0..=1.0).contains(&p)));
            prop_assert!(odds.p_geometric.is_none_or(|p| (0.0..=1.0).contains(&p)));
            prop_assert!(odds.windows_silent <= odds.windows);
            prop_assert!(silence.earlier.iter().all(|run| run.observed > 0 && silence.last > Some(run.span.to)));
            prop_assert!(odds.p.is_none() || odds.usual_with >= LEAST_MENTION_DAYS);
        }
    }
}
