//! Dates as sources write them: `[2024.11.24.]`, `[Juche113.3.9.]`, `Feb. 19, 2026 Thursday`, ISO, epoch
//! numbers.
//!
//! A date that cannot be read is an error, never "today"; `13/04/2024` is refused because nobody can say
//! whether `04/05/2024` is April or May.

use jiff::civil::Weekday;

use super::day::Day;

/// Juche 1 is 1912.
const JUCHE_OFFSET: i16 = 1911;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Why a date could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unreadable date {0}; expected e.g. 2024-08-31, 2024.8.31., Juche113.8.31. or milliseconds since 1970")]
pub struct StampError(String);

/// The Korean day a number means: `20240831`, or milliseconds since 1970 from 10^11 on, or seconds. (10^11 s
/// is the year 5138, 10^11 ms is March 1973 and 20240831 s is August 1970: none can be confused with another
/// for texts these outlets published.)
pub fn day_of_number(number: i64) -> Day {
    let part = |divisor: i64, modulus: i64| i16::try_from(number / divisor % modulus).unwrap_or(0);
    let written = (19_000_000..22_000_000)
        .contains(&number)
        .then(|| Day::new(part(10_000, 10_000), i8::try_from(part(100, 100)).ok()?, i8::try_from(part(1, 100)).ok()?))
        .flatten();
    written.unwrap_or_else(|| Day::in_korea(epoch_seconds(number)))
}

/// The seconds since 1970 UTC that an epoch number in seconds or milliseconds means.
pub fn epoch_seconds(number: i64) -> i64 {
    if number.unsigned_abs() >= 100_000_000_000 { number.div_euclid(1000) } else { number }
}

/// The Korean day a written date means. A time with an offset is an instant and converted; a time without
/// one is local to Korea, where these texts are dated.
///
/// # Errors
/// [`StampError`] with the text as found, shortened.
pub fn day_of_text(text: &str) -> Result<Day, StampError> {
    let trimmed = text.trim();
    day_of_digits(trimmed)
        .or_else(|| day_of_iso(trimmed))
        .or_else(|| day_of_points(trimmed))
        .or_else(|| day_of_words(trimmed))
        .ok_or_else(|| StampError(format!("'{}'", trimmed.chars().take(40).collect::<String>())))
}

/// The instant of a written time, in seconds since 1970 UTC; `None` unless the text says its offset.
pub fn instant_of_text(text: &str) -> Option<i64> {
    let trimmed = text.trim();
    let timestamp = trimmed.parse::<jiff::Timestamp>().ok();
    timestamp
        .or_else(|| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(trimmed).ok())
        .map(jiff::Timestamp::as_second)
}

/// An instant as every output writes it: `2024-08-31T12:00:00Z`.
pub fn written(epoch_seconds: i64) -> String {
    jiff::Timestamp::from_second(epoch_seconds).map_or_else(|_| epoch_seconds.to_string(), |at| at.to_string())
}

/// CSV has no numbers, so an epoch number comes as digits.
fn day_of_digits(text: &str) -> Option<Day> {
    let digits = text.len() >= 8 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().map(day_of_number)
}

fn day_of_iso(text: &str) -> Option<Day> {
    // Most archives have days and nothing else: those need not be tried as times first.
    if let Some(day) = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == "2024-11-24".len()) {
        return Some(day.into());
    }
    if let Some(seconds) = instant_of_text(text) {
        return Some(Day::in_korea(seconds));
    }
    if let Ok(date_time) = text.parse::<jiff::civil::DateTime>() {
        return Some(date_time.date().into());
    }
    None
}

/// `2024.11.24.`, `2024/11/24`, `Juche113.3.9.`, `Juche 113 (2024).3.9`, `2026년 2월 19일`, each with or
/// without brackets and full-width digits.
fn day_of_points(text: &str) -> Option<Day> {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + u8::try_from(u32::from(c) - 0xff10).unwrap_or(0)),
            '．' => '.',
            _ => c,
        })
        .collect();
    let inner = plain.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')' | '.') || c.is_whitespace());
    let (inner, juche) = match inner.strip_prefix("Juche").or_else(|| inner.strip_prefix("주체")) {
        Some(rest) => (rest.trim_start(), true),
        None => (inner, false),
    };
    let numbers: Vec<&str> = inner
        .split(|c: char| {
            matches!(c, '.' | '/' | '년' | '월' | '일' | '年' | '月' | '日' | '(' | ')') || c.is_whitespace()
        })
        .filter(|part| !part.is_empty())
        .collect();
    if !numbers.iter().all(|part| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let (year, month, day) = match (juche, numbers.as_slice()) {
        (true, [juche, year, month, day]) => {
            let year = year.parse::<i16>().ok()?;
            // Two statements of one year must agree, else the date is not readable.
            (juche.parse::<i16>().ok()? + JUCHE_OFFSET == year).then_some((year, month, day))?
        }
        (true, [juche, month, day]) => (juche.parse::<i16>().ok()?.checked_add(JUCHE_OFFSET)?, month, day),
        (false, [year, month, day]) if year.len() == 4 => (year.parse().ok()?, month, day),
        _ => return None,
    };
    Day::new(year, month.parse().ok()?, day.parse().ok()?)
}

/// `Feb. 19, 2026 Thursday`, `September 3, 2025`, `3 Sept. 2025`.
fn day_of_words(text: &str) -> Option<Day> {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).take(3).collect();
    let [first, second, year] = words.as_slice() else { return None };
    let year = (year.len() == 4).then(|| year.parse::<i16>().ok())??;
    let (month, day) = match month_number(first) {
        Some(month) => (month, second),
        None => (month_number(second)?, first),
    };
    Day::new(year, month, day.parse().ok()?)
}

/// The English days of the week.
pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("Monday", Weekday::Monday),
    ("Tuesday", Weekday::Tuesday),
    ("Wednesday", Weekday::Wednesday),
    ("Thursday", Weekday::Thursday),
    ("Friday", Weekday::Friday),
    ("Saturday", Weekday::Saturday),
    ("Sunday", Weekday::Sunday),
];

/// The number of an English month's name: in full, or cut to at least three letters with or without a point.
pub fn month_number(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    if word.len() < 3 {
        return None;
    }
    let place = MONTHS.iter().position(|month| month.starts_with(&word))?;
    i8::try_from(place + 1).ok()
}

/// The day an address states: `…/20120101-33ee.html`, `…newsID=2022-10-18-0002`.
pub fn day_of_address(url: &str) -> Option<Day> {
    let tail = url.rsplit(['/', '=']).next()?;
    // KCNA's ids are long hexadecimal numbers: one in a thousand begins like a date.
    let id = tail.split('.').next().unwrap_or(tail);
    if id.len() >= 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| tail.get(range).filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    let (year, month, day) = match tail.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', ..] => (number(0..4)?, number(5..7)?, number(8..10)?),
        _ => (number(0..4)?, number(4..6)?, number(6..8)?),
    };
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Takes a list date off the end of a title: `Title\n\t\t[Juche113.7.31.]` becomes the title and the day.
/// Titles may speak of dates themselves ("Press Review for July 24, 2026"), so only the bracketed form that
/// the sites' lists use, at the very end, is taken.
pub fn split_list_date(title: &str) -> (&str, Option<Day>) {
    let trimmed = title.trim_end();
    let Some(open) = trimmed.ends_with(']').then(|| trimmed.rfind('[')).flatten() else {
        return (title, None);
    };
    match day_of_points(&trimmed[open..]) {
        Some(day) => (trimmed[..open].trim_end(), Some(day)),
        None => (title, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        day_of_text(text).ok().map(|day| day.to_string())
    }

    #[test]
    fn every_form_the_sites_have_used() {
        for text in [
            "2024-03-09",
            "[2024.3.9.]",
            "2024.3.9",
            "2024/03/09",
            "[Juche113.3.9.]",
            "Juche113.3.9.",
            "Juche 113 (2024).3.9.",
            "Juche113(2024).3.9",
            "Mar. 9, 2024 Saturday",
            "March 9, 2024",
            "9 March 2024",
            "２０２４년 ３월 ９일",
            "2024年3月9日",
            "주체113(2024)년 3월 9일",
            "2024-03-08T15:00:00Z",
            "2024-03-09T08:00:00",
            "2024-03-09T00:00:00+09:00",
            "Fri, 08 Mar 2024 15:00:00 GMT",
        ] {
            assert_eq!(read(text).as_deref(), Some("2024-03-09"), "{text}");
        }
        assert_eq!(read("Sept. 3, 2025 Wednesday").as_deref(), Some("2025-09-03"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in [
            "",
            "13/04/2024",
            "04/05/2024",
            "Juche113(2023).3.9",
            "2024.13.1",
            "2023-02-29",
            "yesterday",
            "24.3.9",
            "99999.1.1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_dates_seconds_or_milliseconds() {
        for number in [1_703_376_000_000, 1_703_376_000, 20_231_224] {
            assert_eq!(day_of_number(number).to_string(), "2023-12-24");
            assert_eq!(read(&number.to_string()).as_deref(), Some("2023-12-24"));
        }
    }

    #[test]
    fn addresses_with_a_day() {
        let day = |url: &str| day_of_address(url).map(|d| d.to_string());
        assert_eq!(day("http://x/item/2012/201201/news01/20120101-33ee.html").as_deref(), Some("2012-01-01"));
        assert_eq!(day("http://x/en/index.php?strPageID=SF01&newsID=2022-10-18-0002").as_deref(), Some("2022-10-18"));
        assert_eq!(day("http://x/en/article/q/0123456789abcdef.kcmsf"), None);
        assert_eq!(day("http://x/en/article/q/2024032008b59c4eb82d2d9a95e3c5cc7.kcmsf"), None);
    }

    #[test]
    fn list_dates_are_taken_off_titles() {
        let (title, day) = split_list_date("Humor of a Sample\r\n\t\t[Juche113.8.3.]");
        assert_eq!((title, day.map(|d| d.to_string()).as_deref()), ("Humor of a Sample", Some("2024-08-03")));
        for title in ["Press Review for July 24, 2026", "Sample [Photo]", "Sample [1면]", "]", ""] {
            assert_eq!(split_list_date(title), (title, None));
        }
    }
}
