//! The Korean day, the unit of every series.
//!
//! Pyongyang's clock changed twice: +09:00 until 2015-08-15, +08:30 until 2018-05-04 23:30, +09:00 since
//! (IANA time zone database, `Asia/Pyongyang`). Three lines hold that; a whole time zone database would
//! only add a way for two machines to disagree.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// 2015-08-15 00:00 at +09:00, in seconds since 1970 UTC.
const HALF_HOUR_BEGINS: i64 = 1_439_564_400;
/// 2018-05-04 23:30 at +08:30, in seconds since 1970 UTC.
const HALF_HOUR_ENDS: i64 = 1_525_446_000;

/// The first day anything can have been published on: liberation, before either outlet was founded.
pub const EARLIEST: Day = Day(-8_905);

/// A civil day in Korea, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// The day that is `days` after 1970-01-01 (negative before).
    pub const fn from_epoch_days(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    pub const fn epoch_days(self) -> i32 {
        self.0
    }

    /// The day of a year, month and day of month; `None` where the calendar has no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        Date::new(year, month, day).ok().map(Self::from)
    }

    /// The day it was in Pyongyang at an instant, given in seconds since 1970 UTC.
    pub fn in_korea(epoch_seconds: i64) -> Self {
        let offset =
            if (HALF_HOUR_BEGINS..HALF_HOUR_ENDS).contains(&epoch_seconds) { 8 * 3600 + 1800 } else { 9 * 3600 };
        let days = epoch_seconds.saturating_add(offset).div_euclid(86_400);
        // An instant beyond jiff's calendar is clamped: such a day is implausible and flagged anyway.
        Self(i32::try_from(days).unwrap_or(i32::MAX).clamp(-4_000_000, 2_900_000))
    }

    /// The calendar date.
    pub fn date(self) -> Date {
        Date::ZERO
            .checked_add(jiff::Span::new().days(i64::from(self.0) - i64::from(ZERO_DAY)))
            .unwrap_or(if self.0 < 0 { Date::MIN } else { Date::MAX })
    }

    /// `days` later (earlier where negative).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Whether a text can have been published on this day: not before August 1945, and at most two days
    /// after `today` (the site's clock is ahead of most readers').
    pub fn is_plausible(self, today: Day) -> bool {
        self >= EARLIEST && self <= today.plus(2)
    }
}

/// Days from 1970-01-01 to 0000-01-01, jiff's `Date::ZERO`.
const ZERO_DAY: i32 = -719_528;

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        // Howard Hinnant's civil-to-days arithmetic would do; jiff's own difference keeps one calendar.
        let days = Date::ZERO.until(date).map_or(0, |span| span.get_days());
        Self(ZERO_DAY + days)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse::<Date>().map(Self::from).map_err(|_| format!("'{text}' is not a day; write it as 2024-08-31"))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn epoch_days_are_calendar_days() {
        assert_eq!(day("1970-01-01").epoch_days(), 0);
        assert_eq!(day("2024-08-31").epoch_days(), 19_966);
        assert_eq!(Day::from_epoch_days(19_966).to_string(), "2024-08-31");
        assert_eq!(day("1945-08-15"), EARLIEST);
    }

    #[test]
    fn midnight_falls_on_the_right_day_under_each_offset() {
        let at = |text: &str| {
            let instant: jiff::Timestamp = text.parse().expect("an instant");
            Day::in_korea(instant.as_second()).to_string()
        };
        // 2014 and 2024: midnight is 15:00 UTC.
        assert_eq!(at("2014-03-01T14:59:59Z"), "2014-03-01");
        assert_eq!(at("2014-03-01T15:00:00Z"), "2014-03-02");
        assert_eq!(at("2024-03-01T14:59:59Z"), "2024-03-01");
        assert_eq!(at("2024-03-01T15:00:00Z"), "2024-03-02");
        // 2016: half an hour later.
        assert_eq!(at("2016-03-01T15:29:59Z"), "2016-03-01");
        assert_eq!(at("2016-03-01T15:30:00Z"), "2016-03-02");
        // The clock went back from 00:00 to 23:30, so the 14th had half an hour more.
        assert_eq!(at("2015-08-14T14:59:59Z"), "2015-08-14");
        assert_eq!(at("2015-08-14T15:00:00Z"), "2015-08-14");
        assert_eq!(at("2015-08-14T15:30:00Z"), "2015-08-15");
        // And from 23:30 to 00:00 of the 5th.
        assert_eq!(at("2018-05-04T14:59:59Z"), "2018-05-04");
        assert_eq!(at("2018-05-04T15:00:00Z"), "2018-05-05");
    }

    #[test]
    fn absurd_instants_do_not_panic() {
        for seconds in [i64::MIN, i64::MAX, -1, 0] {
            let _ = Day::in_korea(seconds).to_string();
        }
        assert!(!day("1970-01-01").plus(-20_000).is_plausible(day("2024-01-01")));
        assert!(!day("2041-01-01").is_plausible(day("2024-01-01")));
    }
}
