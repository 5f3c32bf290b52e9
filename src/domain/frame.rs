//! What frames an article's text and is not part of it: the dateline before, the end mark and footer behind.
//!
//! The frame is not matched: "Beijing, July 2 (KCNA)" says where a text was sent from, not what it is about.
//! Only the English frame is known here so far; the texts of other editions are matched whole.

use std::ops::Range;

use super::day::Day;
use super::stamp::month_number;
use super::stream::Edition;

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

/// How far into a body the agency's mark of a dateline may stand: "Ulan Bator, September 23 (KCNA)".
const DATELINE_REACH: usize = 80;

/// Finds the frame of a normalised body.
pub fn unframe(body: &str, edition: Edition) -> Framed {
    match edition {
        Edition::En => english(body),
        _ => Framed { dateline: None, text: 0..body.len(), ended: false },
    }
}

fn english(body: &str) -> Framed {
    let (dateline, start) = english_dateline(body).unwrap_or((None, 0));
    let mut end = body.trim_end().len();
    // The footer of the old layout: "www.kcna.kp (2025.12.14.)" or "www.kcna.kp (Juche113.3.9.)".
    if body[start..end].ends_with(')')
        && let Some(at) = footer(&body[start..end])
    {
        end = start + body[start..start + at].trim_end().len();
    }
    let ended = body[start..end].ends_with("-0-");
    if ended {
        end = start + body[start..end - 3].trim_end().len();
    }
    Framed { dateline, text: start..end, ended }
}

/// Where the footer begins, if it does in the last few characters.
fn footer(body: &str) -> Option<usize> {
    let from = body.floor_char_boundary(body.len().saturating_sub(40));
    body[from..].rfind("www.kcna.kp (").map(|at| from + at)
}

/// "Pyongyang, August 4 (KCNA) -- " with what dashes and blanks the scrapers left of it.
fn english_dateline(body: &str) -> Option<(Option<Dateline>, usize)> {
    const MARK: &str = "(KCNA)";
    let reach = body.len().min(DATELINE_REACH);
    let at = body.as_bytes()[..reach].windows(MARK.len()).position(|w| w == MARK.as_bytes())?;
    let place = &body[..at];
    // A sentence that merely speaks of the agency is not a dateline: that is a place, a comma, a month, a day.
    let (city, date) = place.trim_end().rsplit_once(", ")?;
    if city.is_empty() || city.split(' ').count() > 5 || city.contains(". ") {
        return None;
    }
    let mut words = date.split_whitespace();
    let month = month_number(words.next()?)?;
    let day = words.next().and_then(|word| word.parse::<i8>().ok())?;
    if words.next().is_some() || !(1..=31).contains(&day) {
        return None;
    }
    let behind = &body[at + MARK.len()..];
    let dashes = behind.trim_start_matches([' ', '-', '–', '—']);
    Some((Some(Dateline { month, day }), body.len() - dashes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(body: &str) -> (&str, Option<(i8, i8)>, bool) {
        let framed = unframe(body, Edition::En);
        (&body[framed.text], framed.dateline.map(|d| (d.month, d.day)), framed.ended)
    }

    #[test]
    fn english_frames() {
        assert_eq!(inner("Pyongyang, August 4 (KCNA) -- A sample. -0-"), ("A sample.", Some((8, 4)), true));
        assert_eq!(inner("Pyongyang, August 4 (KCNA) --A sample.-0- "), ("A sample.", Some((8, 4)), true));
        assert_eq!(inner("Ulan Bator, Sept. 23 (KCNA) – A sample."), ("A sample.", Some((9, 23)), false));
        assert_eq!(
            inner("Beijing, July 2 (KCNA) -- A sample. -0- www.kcna.kp (Juche113.7.2.)"),
            ("A sample.", Some((7, 2)), true)
        );
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
    fn a_sentence_about_the_agency_is_no_dateline() {
        for body in [
            "Russia, China and others were told by the (KCNA) today.",
            "The agency (KCNA) of China said so.",
            "(KCNA)",
            "",
            "In China, August (KCNA) -- x",
        ] {
            assert_eq!(unframe(body, Edition::En).text.start, 0, "{body}");
        }
    }
}
