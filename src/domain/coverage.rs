//! What was seen of a day.
//!
//! The one promise every figure rests on: a day that was not seen is never a zero.

use serde::Serialize;

use super::outcome::{Outcome, Weight};
use super::period::Span;

/// What is known of one outlet, edition and day. The order is that of precedence: the best that holds is the
/// day's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayState {
    /// Nothing was asked and nothing is held.
    NotPolled,
    /// Asked, without a network of our own.
    Offline,
    /// Asked, and refused by a block page or a ban.
    Blocked,
    /// Asked, and the page could not be read by any layout.
    LayoutBroken,
    /// Some of it is held, and it is known that some is missing.
    Partial,
    /// Filled from an archive; how much of the day that is, is only known beside a list.
    RetroFilled,
    /// A poll after the day's end overlapped the list before it in every section, and all it listed was read.
    Complete,
}

impl DayState {
    /// Every state, best first, as tables list them.
    pub const ALL: [DayState; 7] = [
        Self::Complete,
        Self::RetroFilled,
        Self::Partial,
        Self::LayoutBroken,
        Self::Blocked,
        Self::Offline,
        Self::NotPolled,
    ];

    /// Its name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotPolled => "not-polled",
            Self::Offline => "offline",
            Self::Blocked => "blocked",
            Self::LayoutBroken => "layout-broken",
            Self::Partial => "partial",
            Self::RetroFilled => "retro-filled",
            Self::Complete => "complete",
        }
    }
}

/// The share of a known list that an archive must hold for the day to be observed.
pub const RETRO_SHARE: f64 = 0.9;

/// What is held of one outlet, edition and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayHolding {
    /// Articles with their text.
    pub articles: u32,
    /// Items of which only the headline is held.
    pub headline_only: u32,
    /// Photo and video items.
    pub media: u32,
    /// Text items whose body could not be read.
    pub missing: u32,
    /// Words (characters in Korean, Chinese and Japanese) of the articles, titles included.
    pub length: u64,
    /// How many articles there are on the day's lists and in what is held, where every list of the day was walked.
    pub known: Option<u32>,
    /// Whether a person declared the day complete at an import.
    pub declared: bool,
    /// What polls have seen of the day.
    pub polled: Polled,
}

/// What the polls of a day, and those after its end, have seen of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Polled {
    /// Whether a poll after the day's end overlapped the list before it in every section.
    pub listed_whole: bool,
    /// Listed articles of the day that wait to be read.
    pub waiting: u32,
    /// Whether a poll on the day succeeded.
    pub succeeded: bool,
    /// Where none did: the best of what came instead.
    pub refused: Option<DayState>,
}

impl Polled {
    /// Adds a poll of the day.
    pub fn add(&mut self, outcome: Outcome) {
        let state = match outcome.weight() {
            Weight::Good => {
                self.succeeded = true;
                return;
            }
            Weight::Broken => DayState::LayoutBroken,
            Weight::Refusing => DayState::Blocked,
            Weight::Passing if matches!(outcome, Outcome::EmptyList | Outcome::WrongLanguage | Outcome::WrongPage) => {
                DayState::LayoutBroken
            }
            Weight::Passing | Weight::Ours => DayState::Offline,
        };
        self.refused = self.refused.max(Some(state));
    }
}

impl DayHolding {
    /// The day's state, from what is held and what polls have seen.
    pub fn state(&self) -> DayState {
        let polled = &self.polled;
        if self.missing > 0 {
            DayState::Partial
        } else if polled.listed_whole && polled.waiting == 0 {
            DayState::Complete
        } else if self.known.is_some() {
            // What waits is in the share.
            DayState::RetroFilled
        } else if polled.waiting > 0 || polled.succeeded {
            DayState::Partial
        } else if self.articles + self.headline_only > 0 {
            DayState::RetroFilled
        } else {
            polled.refused.unwrap_or(DayState::NotPolled)
        }
    }

    /// Whether a count of zero on this day means that there was none.
    pub fn is_observed(&self) -> bool {
        self.declared
            || match self.state() {
                DayState::Complete => true,
                DayState::RetroFilled => {
                    self.known.is_some_and(|known| f64::from(self.articles) >= RETRO_SHARE * f64::from(known))
                }
                _ => false,
            }
    }

    /// Adds another outlet's day: observed only where both are.
    pub fn join(&mut self, other: &Self) {
        self.articles += other.articles;
        self.headline_only += other.headline_only;
        self.media += other.media;
        self.missing += other.missing;
        self.length += other.length;
        self.known = match (self.known, other.known) {
            (None, None) => None,
            (ours, theirs) => Some(ours.unwrap_or(0) + theirs.unwrap_or(0)),
        };
    }
}

/// A span a person declared complete when importing: "this archive holds all there was".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Declaration {
    /// The days.
    pub span: Span,
    /// The file it was said of.
    pub file: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_without_a_list_observes_nothing() {
        let day = DayHolding { articles: 9, ..DayHolding::default() };
        assert_eq!((day.state(), day.is_observed()), (DayState::RetroFilled, false));
        let listed = |known| DayHolding { known: Some(known), ..day }.is_observed();
        assert!(listed(10) && !listed(11));
        // Walked lists that hold nothing of a day are a zero; articles that wait are in the share.
        assert!(DayHolding { known: Some(0), ..DayHolding::default() }.is_observed());
        let waiting = Polled { waiting: 1, succeeded: true, ..Polled::default() };
        let day = DayHolding { articles: 19, known: Some(20), polled: waiting, ..DayHolding::default() };
        assert_eq!((day.state(), day.is_observed()), (DayState::RetroFilled, true));
        assert!(DayHolding { declared: true, ..DayHolding::default() }.is_observed());
    }

    #[test]
    fn a_text_that_could_not_be_read_makes_the_day_partial() {
        let day = DayHolding { articles: 9, missing: 1, known: Some(9), ..DayHolding::default() };
        assert_eq!((day.state(), day.is_observed()), (DayState::Partial, false));
    }

    #[test]
    fn polls_make_days_complete_partial_or_refused() {
        let day = |polled| DayHolding { articles: 3, polled, ..DayHolding::default() };
        let whole = Polled { listed_whole: true, succeeded: true, ..Polled::default() };
        assert_eq!((day(whole).state(), day(whole).is_observed()), (DayState::Complete, true));
        let empty = DayHolding { polled: whole, ..DayHolding::default() };
        assert!(empty.is_observed(), "a complete day without articles has zero mentions");
        assert_eq!(day(Polled { waiting: 1, ..whole }).state(), DayState::Partial);
        assert_eq!(day(Polled { listed_whole: false, ..whole }).state(), DayState::Partial);
        let refused = |outcomes: &[Outcome]| {
            let mut polled = Polled::default();
            for outcome in outcomes {
                polled.add(*outcome);
            }
            DayHolding { polled, ..DayHolding::default() }.state()
        };
        assert_eq!(refused(&[Outcome::Offline, Outcome::Blocked]), DayState::Blocked);
        assert_eq!(refused(&[Outcome::Blocked, Outcome::LayoutBroken]), DayState::LayoutBroken);
        assert_eq!(refused(&[Outcome::TimedOut]), DayState::Offline);
        assert_eq!(refused(&[Outcome::Blocked, Outcome::Unchanged]), DayState::Partial);
    }

    #[test]
    fn precedence() {
        let mut states = DayState::ALL;
        states.sort();
        states.reverse();
        assert_eq!(states, DayState::ALL);
    }
}
