//! When to ask a source again: a pure table of outcome and history to a time. Nothing here gives up for good,
//! for sources come back from what looks like death; and nothing answers "at once" twice in a row.

use serde::{Deserialize, Serialize};

use super::outcome::{Outcome, Weight};

/// How often a source is asked when all is well, in seconds, and how much that is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Every {
    /// Seconds between polls.
    pub seconds: i64,
    /// Percent more or less.
    pub spread_percent: i64,
}

/// What is remembered of a source between its polls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History {
    /// Polls without good news since the last good one, our own faults left out.
    pub failures: u32,
}

/// The first pause after a failure that may pass, doubled each time: seconds.
const PASSING_FIRST: i64 = 300;
/// The longest such pause.
const PASSING_LONGEST: i64 = 6 * 3600;
/// The same for a source that does not want to be asked: a ban ends sooner for those who keep away.
const REFUSING_FIRST: i64 = 3600;
const REFUSING_LONGEST: i64 = 24 * 3600;
/// Our own network is looked at often: that disturbs nobody.
const OURS: i64 = 120;
/// What a `Retry-After` may ask for.
const RETRY_AFTER: (i64, i64) = (60, 24 * 3600);

/// The time of the next poll, in seconds since 1970 UTC: always after `now` (unless a source is polled without any
/// pause, as tests do), never more than a day and its spread away. `seed` decides the spread.
pub fn next(now: i64, outcome: Outcome, history: History, every: Every, retry_after: Option<i64>, seed: u64) -> i64 {
    let doubled = |first: i64, longest: i64| {
        let times = history.failures.saturating_sub(1).min(20);
        first.saturating_mul(1 << times).min(longest)
    };
    let pause = match outcome.weight() {
        Weight::Good | Weight::Broken => every.seconds,
        // A source that is asked every few seconds, as in a demonstration, is not left alone for minutes.
        Weight::Passing => doubled(PASSING_FIRST.min(every.seconds), PASSING_LONGEST.max(every.seconds)),
        Weight::Refusing => {
            doubled(REFUSING_FIRST.min(every.seconds.saturating_mul(2)), REFUSING_LONGEST.max(every.seconds))
        }
        Weight::Ours => OURS.min(every.seconds),
    };
    let told = retry_after.map_or(0, |seconds| seconds.clamp(RETRY_AFTER.0, RETRY_AFTER.1));
    now + spread(pause, every.spread_percent, seed).max(told)
}

/// The first and the longest pause of an archive that does not answer or asks to be left alone, in seconds.
const ARCHIVE_PAUSE: (i64, i64) = (120, 1800);

/// How long to leave an archive alone after so many failures in a row, in seconds; a longer time that it asks for holds,
/// up to a day.
pub fn archive_pause(failures: u32, retry_after: Option<i64>) -> i64 {
    let (first, longest) = ARCHIVE_PAUSE;
    let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(longest);
    retry_after.map_or(doubled, |told| told.clamp(doubled, RETRY_AFTER.1))
}

/// A stored time, seen after a restart, a resume or a jump of the clock: what is long overdue is spread over some
/// minutes instead of asked all at once, and what lies further ahead than any pause can is brought back.
pub fn resume(now: i64, stored: i64, every: Every, seed: u64) -> i64 {
    let furthest = REFUSING_LONGEST.max(every.seconds) * (100 + every.spread_percent) / 100;
    if stored > now + furthest {
        now + spread(every.seconds, every.spread_percent, seed)
    } else if stored + every.seconds < now {
        now + i64::try_from(mix(seed) % u64::try_from(every.seconds.clamp(1, 300)).unwrap_or(1)).unwrap_or(0)
    } else {
        stored
    }
}

/// A length more or less by some percent; also the gap between requests, in whatever unit it has.
pub fn spread(length: i64, percent: i64, seed: u64) -> i64 {
    let width = length.saturating_mul(percent.clamp(0, 100)) / 100;
    if width == 0 {
        return length;
    }
    let place = i64::try_from(mix(seed) % u64::try_from(2 * width + 1).unwrap_or(1)).unwrap_or(0);
    length - width + place
}

/// Splitmix64's last step: close seeds give far results.
fn mix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The seconds a `Retry-After` header asks for: a number, or a date seen from `now`. A date that has passed asks
/// for nothing; what cannot be read says nothing.
pub fn retry_after(header: &str, now: i64) -> Option<i64> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<i64>() {
        return (seconds >= 0).then_some(seconds);
    }
    super::stamp::instant_of_text(header).map(|at| (at - now).max(0))
}

/// After how many looks, and how long, an article that is not found any more is called gone.
pub const GONE_LOOKS: u32 = 3;
/// Seconds between the first and the last of these looks, at least.
pub const GONE_AFTER: i64 = 48 * 3600;
/// Days after the first reading at which an article is looked at again.
pub const LOOKS: [i64; 4] = [1, 7, 30, 180];

/// When an article read at `read` is to be looked at for the `looks`-th time; `None` when it has been often enough.
pub fn next_look(read: i64, looks: usize, seed: u64) -> Option<i64> {
    LOOKS.get(looks).map(|days| read + spread(days * 86_400, 10, seed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EVERY: Every = Every { seconds: 1800, spread_percent: 20 };

    #[test]
    fn pauses_grow_to_their_cap_and_no_further() {
        let every = Every { spread_percent: 0, ..EVERY };
        let pause = |outcome, failures| next(0, outcome, History { failures }, every, None, 0);
        let of = |outcome| (1..=9).map(|n| pause(outcome, n)).collect::<Vec<_>>();
        assert_eq!(of(Outcome::TimedOut), [300, 600, 1200, 2400, 4800, 9600, 19200, 21600, 21600]);
        assert_eq!(of(Outcome::Blocked), [3600, 7200, 14400, 28800, 57600, 86400, 86400, 86400, 86400]);
        assert_eq!(of(Outcome::Offline), [120; 9]);
        assert_eq!(of(Outcome::LayoutBroken), [1800; 9]);
    }

    #[test]
    fn retry_after_in_every_form() {
        let now = 1_700_000_000;
        assert_eq!(retry_after("120", now), Some(120));
        assert_eq!(retry_after("Tue, 14 Nov 2023 22:15:20 GMT", now), Some(120));
        assert_eq!(retry_after("Tue, 14 Nov 2000 22:15:20 GMT", now), Some(0));
        for nothing in ["-5", "soon", "", "12x"] {
            assert_eq!(retry_after(nothing, now), None, "{nothing}");
        }
        let every = Every { spread_percent: 0, ..EVERY };
        let at = |told| next(now, Outcome::RateLimited, History { failures: 1 }, every, told, 0) - now;
        assert_eq!((at(Some(7200)), at(Some(315_360_000)), at(Some(0))), (7200, 86_400, 3600));
    }

    #[test]
    fn an_archive_is_left_alone_for_two_minutes_to_half_an_hour() {
        let pauses: Vec<i64> = (1..=7).map(|failures| archive_pause(failures, None)).collect();
        assert_eq!(pauses, [120, 240, 480, 960, 1800, 1800, 1800]);
        assert_eq!((archive_pause(1, Some(5)), archive_pause(1, Some(3600))), (120, 3600));
        assert_eq!(archive_pause(1, Some(i64::MAX)), 86_400);
    }

    #[test]
    fn a_restart_makes_no_storm() {
        let now = 1_000_000;
        let times: std::collections::BTreeSet<i64> = (0..50).map(|seed| resume(now, 10, EVERY, seed)).collect();
        assert!(times.len() > 30 && times.iter().all(|at| (now..now + 300).contains(at)));
        assert_eq!(resume(now, now + 700, EVERY, 1), now + 700);
        assert!(resume(now, now + 10 * 365 * 86_400, EVERY, 1) < now + 3600);
    }

    proptest! {
        #[test]
        fn next_is_ahead_and_never_beyond_reach(
            now in 0_i64..4_000_000_000, code in 0_i64..25, failures in 0_u32..u32::MAX, seed: u64,
            told in proptest::option::of(0_i64..i64::MAX),
        ) {
            let outcome = Outcome::from_code(code).expect("a code");
            let at = next(now, outcome, History { failures }, EVERY, told, seed);
            prop_assert!(at > now);
            prop_assert!(at <= now + 86_400 * 120 / 100);
            // What has been planned is taken as it is after a restart at the same moment.
            prop_assert_eq!(resume(now, at, EVERY, seed), at);
        }

        #[test]
        fn a_spread_stays_within_its_percent(length in 0_i64..100_000_000, percent in 0_i64..101, seed: u64) {
            let at = spread(length, percent, seed);
            prop_assert!((at - length).abs() <= length * percent / 100);
        }
    }
}
