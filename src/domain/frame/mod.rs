//! What frames an article's text and is not part of it: the dateline before, the end mark and footer behind.
//!
//! The frame is not matched: "Beijing, July 2 (KCNA)" says where a text was sent from, not what it is about, and the
//! agency's short name in Chinese, 朝中社, holds the word for relations with China.

use std::ops::Range;

use super::day::Day;
use super::stream::Edition;

mod cjk;
mod latin;

/// The dateline's month and day; it never states a year, and often not the day of publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dateline {
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
}

impl Dateline {
    /// The day it means for a text captured on a day: of that year, or of the year before if it would lie in
    /// the future.
    pub fn day_before(self, captured: Day) -> Option<Day> {
        let year = captured.date().year();
        let of = |year| Day::new(year, self.month, self.day);
        // A site's clock may be a day ahead of the capture's.
        of(year).filter(|day| *day <= captured.plus(1)).or_else(|| of(year - 1))
    }
}

/// A body seen without its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framed {
    /// The dateline, where there is one that can be read.
    pub dateline: Option<Dateline>,
    /// The bytes of the normalised body that are the text itself.
    pub text: Range<usize>,
    /// Whether the end mark was there; without it the text was probably cut off.
    pub ended: bool,
}

/// Finds the frame of a normalised body.
pub fn unframe(body: &str, edition: Edition) -> Framed {
    let (dateline, start) = match edition {
        Edition::En | Edition::Ru | Edition::Es => latin::dateline(body, edition),
        Edition::Ko | Edition::Zh | Edition::Ja => cjk::dateline(body, edition),
    }
    .map_or((None, 0), |(dateline, start)| (Some(dateline), start));
    let mut end = body.trim_end().len().max(start);
    // The footer of the old layout: "www.kcna.kp (2025.12.14.)" or "www.kcna.kp (Juche113.3.9.)".
    if body[start..end].ends_with(')')
        && let Some(at) = footer(&body[start..end])
    {
        end = start + body[start..start + at].trim_end().len();
    }
    let without = before_end_mark(&body[start..end], edition);
    let ended = without.is_some();
    if let Some(text) = without {
        end = start + text.trim_end().len();
    }
    Framed { dateline, text: start..end, ended }
}

/// Where the footer begins, if it does in the last few characters.
fn footer(body: &str) -> Option<usize> {
    let from = body.floor_char_boundary(body.len().saturating_sub(40));
    body[from..].rfind("www.kcna.kp (").map(|at| from + at)
}

/// What stands before the agency's end mark, if that closes the text.
fn before_end_mark(text: &str, edition: Edition) -> Option<&str> {
    match edition {
        Edition::En | Edition::Ru | Edition::Es => text.strip_suffix("-0-"),
        Edition::Ko => text.strip_suffix("(끝)"),
        Edition::Zh => text.strip_suffix("(完)"),
        // "－－－" and "‐‐‐"; the first is three plain hyphens once it is normalised.
        Edition::Ja => ["---", "‐‐‐"].iter().find_map(|mark| text.strip_suffix(mark)),
    }
}

/// A month and a day that can be.
fn checked(month: i8, day: i8) -> Option<Dateline> {
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Dateline { month, day })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The text inside the frame, month and day, and whether the end mark was there.
    pub(super) fn inner(body: &str, edition: Edition) -> (&str, Option<(i8, i8)>, bool) {
        let framed = unframe(body, edition);
        (&body[framed.text], framed.dateline.map(|d| (d.month, d.day)), framed.ended)
    }

    #[test]
    fn a_dateline_takes_the_year_of_capture() {
        let day = |month, day, captured: &str| {
            Dateline { month, day }.day_before(captured.parse().expect("a day")).map(|d| d.to_string())
        };
        assert_eq!(day(8, 4, "2024-08-05").as_deref(), Some("2024-08-04"));
        assert_eq!(day(12, 31, "2025-01-02").as_deref(), Some("2024-12-31"));
        assert_eq!(day(2, 29, "2025-03-01").as_deref(), Some("2024-02-29"));
        assert_eq!(day(2, 30, "2025-03-01"), None);
    }

    #[test]
    fn footers_go_in_every_language() {
        for (body, edition) in [
            ("(평양 9월 15일발 조선중앙통신)시험이다.(끝) www.kcna.kp (2025.9.15.)", Edition::Ko),
            ("朝中社平壤9月15日电 试验。(完) www.kcna.kp (2025.9.15.)", Edition::Zh),
        ] {
            let (text, date, ended) = inner(body, edition);
            assert!(!text.contains("kcna") && !text.contains('('), "{text}");
            assert_eq!((date, ended), (Some((9, 15)), true));
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_frame_within_it(
            body in "[(【]?[A-Za-zА-я평양朝中社平壤 ,.]{0,20}[0-9]{0,3}(월|月| июля| de julio|)[ ]?[0-9]{0,3}(일발|日电|日発|)[ ]?(조선중앙통신|朝鮮中央通信|/ЦТАК/|\\(ACNC\\)|\\(KCNA\\)|)[)】]?[ -]{0,4}.{0,12}(-0-|\\(끝\\)|---)?",
            edition in prop::sample::select(Edition::ALL.to_vec()),
        ) {
            let framed = unframe(&body, edition);
            prop_assert!(body.get(framed.text.clone()).is_some(), "{:?}", framed);
        }
    }
}
