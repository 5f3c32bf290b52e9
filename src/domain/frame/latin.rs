//! Datelines of the editions that write a place, a comma and a date before the agency's mark.

use super::{Dateline, checked};
use crate::domain::stamp::month_number;
use crate::domain::stream::Edition;

/// How many characters into a body the agency's mark of a dateline may stand: "Ulan Bator, September 23 (KCNA)".
const REACH: usize = 80;

const RUSSIAN: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

const SPANISH: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

/// The dateline and where the text behind it begins.
pub(super) fn dateline(body: &str, edition: Edition) -> Option<(Dateline, usize)> {
    let marks: &[&str] = match edition {
        Edition::Ru => &["/ЦТАК/", "(ЦТАК)"],
        Edition::Es => &["(ACNC)"],
        _ => &["(KCNA)"],
    };
    let reach = body.char_indices().nth(REACH).map_or(body.len(), |(at, _)| at);
    let (at, mark) = marks.iter().find_map(|mark| Some((body[..reach].find(mark)?, mark)))?;
    // A sentence that merely speaks of the agency is not a dateline: that is a place, a comma, a month, a day.
    let (city, date) = body[..at].trim_end().rsplit_once(", ")?;
    if city.is_empty() || city.split(' ').count() > 5 || city.contains(". ") {
        return None;
    }
    let date = match edition {
        Edition::Ru => named(date.trim_end_matches('.'), " ", &RUSSIAN),
        Edition::Es => named(date, " de ", &SPANISH),
        _ => english(date),
    }?;
    let behind = body[at + mark.len()..].trim_start_matches([' ', '-', '–', '—']);
    Some((date, body.len() - behind.len()))
}

/// "July 14", "Sept. 23".
fn english(date: &str) -> Option<Dateline> {
    let mut words = date.split_whitespace();
    let month = month_number(words.next()?)?;
    let day = words.next()?.parse().ok()?;
    if words.next().is_some() { None } else { checked(month, day) }
}

/// "14 июля", "14 de julio".
fn named(date: &str, between: &str, months: &[&str]) -> Option<Dateline> {
    let (day, month) = date.split_once(between)?;
    let month = if month == "setiembre" { "septiembre" } else { month };
    let month = months.iter().position(|name| name.eq_ignore_ascii_case(month))?;
    checked(i8::try_from(month + 1).ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::super::tests::inner;
    use super::*;

    #[test]
    fn english_frames() {
        let inner = |body| inner(body, Edition::En);
        assert_eq!(inner("Pyongyang, August 4 (KCNA) -- A sample. -0-"), ("A sample.", Some((8, 4)), true));
        assert_eq!(inner("Pyongyang, August 4 (KCNA) --A sample.-0- "), ("A sample.", Some((8, 4)), true));
        assert_eq!(inner("Ulan Bator, Sept. 23 (KCNA) – A sample."), ("A sample.", Some((9, 23)), false));
        assert_eq!(
            inner("Beijing, July 2 (KCNA) -- A sample. -0- www.kcna.kp (Juche113.7.2.)"),
            ("A sample.", Some((7, 2)), true)
        );
    }

    #[test]
    fn russian_and_spanish_frames() {
        let ru = |body| inner(body, Edition::Ru);
        assert_eq!(ru("Пхеньян, 14 июля /ЦТАК/ -- Пример. -0-"), ("Пример.", Some((7, 14)), true));
        assert_eq!(ru("Пекин, 1 мая. /ЦТАК/ — Пример."), ("Пример.", Some((5, 1)), false));
        let es = |body| inner(body, Edition::Es);
        assert_eq!(es("Pyongyang, 14 de julio (ACNC) -- Ejemplo. -0-"), ("Ejemplo.", Some((7, 14)), true));
        assert_eq!(es("Moscu, 2 de setiembre (ACNC) --Ejemplo."), ("Ejemplo.", Some((9, 2)), false));
    }

    #[test]
    fn a_sentence_about_the_agency_is_no_dateline() {
        for (body, edition) in [
            ("Russia, China and others were told by the (KCNA) today.", Edition::En),
            ("The agency (KCNA) of China said so.", Edition::En),
            ("(KCNA)", Edition::En),
            ("", Edition::En),
            ("In China, August (KCNA) -- x", Edition::En),
            ("В Китае, как сообщает /ЦТАК/, прошло 14 июля.", Edition::Ru),
            ("Rusia, 40 de julio (ACNC) -- x", Edition::Es),
        ] {
            assert_eq!(dateline(body, edition), None, "{body}");
        }
    }
}
