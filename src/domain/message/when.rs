//! The day a sentence states for a message: "on August 13", "Monday sent", "today received".

use std::ops::Range;

use super::sentence::{Context, Sentence};
use super::words::Meaning;
use crate::domain::day::Day;
use crate::domain::stamp::{WEEKDAYS, month_number};
use crate::domain::stream::Edition;

/// How many bytes before a date a word like "happened" makes it another thing's day.
const NEAR: usize = 40;

/// The day a sentence states: the one beside the verb, else the last one that is introduced as a day ("on", "of"; a
/// Korean date needs no such word). A date means the last such day before the article's, and one further back than
/// the rules allow is none.
pub(super) fn stated(context: &Context<'_>, sentence: &Sentence, verb: &Range<usize>) -> Option<Day> {
    let (article, korean) = (context.day, context.edition == Edition::Ko);
    let dates = if korean { korean_dates(&sentence.text, article) } else { dates(&sentence.text, article) };
    let first = article.epoch_days() - context.rules.days_back();
    let recent = |day: Day| (first..=article.epoch_days()).contains(&day.epoch_days());
    let beside = |date: &Range<usize>| {
        let before = verb.start.checked_sub(date.end).is_some_and(|_| is_gap(&sentence.text[date.end..verb.start]));
        before || date.start >= verb.end && is_gap(&sentence.text[verb.end..date.start])
    };
    let elsewhere = |date: &Range<usize>| {
        sentence.words().any(|(range, meaning)| {
            let (one, other) = if korean { (date, range) } else { (range, date) };
            meaning == Meaning::Incident && one.end <= other.start && other.start - one.end <= NEAR
        })
    };
    let introduced = |date: &Range<usize>| {
        let word = sentence.text[..date.start].trim_end().rsplit(' ').next().unwrap_or("");
        korean || matches!(word, "on" | "of" | "On")
    };
    let good = || dates.iter().filter(|(range, day)| recent(*day) && !elsewhere(range));
    good()
        .find(|(range, _)| beside(range))
        .or_else(|| good().rfind(|(range, _)| introduced(range)))
        .map(|&(_, day)| day)
}

/// Whether a sentence begins with a time too long ago for the news: "In August 2011 ...", "In 2000 ...".
pub(super) fn recalls(context: &Context<'_>, sentence: &Sentence) -> bool {
    let mut words = sentence.text.split(' ').map(|word| word.trim_end_matches(','));
    if words.next() != Some("In") {
        return false;
    }
    let first = words.next().unwrap_or("");
    let month = month_number(first);
    let year = if month.is_some() { words.next().unwrap_or("") } else { first };
    let year = Some(year).filter(|year| year.len() == 4).and_then(|year| year.parse().ok());
    let begins = year.and_then(|year: i16| Day::new(year, month.unwrap_or(12), 1));
    begins.is_some_and(|day| day.epoch_days() + 31 < context.day.epoch_days() - context.rules.days_back())
}

fn is_gap(text: &str) -> bool {
    matches!(text.trim_matches([' ', ',']), "" | "on")
}

/// Every date in a text, as the last such day up to the article's.
fn dates(text: &str, article: Day) -> Vec<(Range<usize>, Day)> {
    let words: Vec<(usize, &str)> = text
        .split(' ')
        .scan(0, |at, word| {
            let start = *at;
            *at += word.len() + 1;
            Some((start, word))
        })
        .collect();
    let mut dates = Vec::new();
    for (i, &(start, word)) in words.iter().enumerate() {
        let bare = word.trim_end_matches([',', '.', ';', ':']);
        let end = start + bare.len();
        if bare == "today" {
            dates.push((start..end, article));
        } else if let Some((_, weekday)) = WEEKDAYS.iter().find(|(name, _)| *name == bare) {
            let back = article.date().weekday().since(*weekday);
            dates.push((start..end, article.plus(-i32::from(back))));
        } else if let Some(month) = month_number(bare).filter(|_| word.starts_with(char::is_uppercase))
            && let Some(&(next, digits)) = words.get(i + 1)
        {
            let digits = digits.trim_end_matches(|c: char| !c.is_ascii_digit());
            let year = article.date().year();
            let of = |year| digits.parse().ok().and_then(|day| Day::new(year, month, day));
            if let Some(day) = of(year).filter(|day| *day <= article).or_else(|| of(year - 1)) {
                dates.push((start..next + digits.len(), day));
            }
        }
    }
    dates
}

/// Every date in a Korean text: "8월 13일", "13일" (of the month or the one before), "오늘". Not "13일에 즈음하여" (on
/// the occasion of the 13th), "13일부터", "13일간".
fn korean_dates(text: &str, article: Day) -> Vec<(Range<usize>, Day)> {
    let mut dates: Vec<(Range<usize>, Day)> = Vec::new();
    for (at, mark) in text.match_indices('일') {
        let end = at + mark.len();
        let Some((start, day)) = number_before(text, at) else { continue };
        let next = text[end..].strip_prefix('에').filter(|rest| !rest.trim_start().starts_with("즈음"));
        let goes_on = next.unwrap_or(&text[end..]).chars().next().is_some_and(char::is_alphanumeric);
        let month = text[..start].trim_end().strip_suffix('월').map(|rest| number_before(text, rest.len()));
        let (start, candidates) = match month {
            Some(None) => continue,
            Some(Some((start, month))) => (start, [(article.date().year(), month), (article.date().year() - 1, month)]),
            None => {
                let (year, month) = (article.date().year(), article.date().month());
                let before = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
                (start, [(year, month), before])
            }
        };
        let joined = text[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        let mut days = candidates.into_iter().filter_map(|(year, month)| Day::new(year, month, day));
        if let Some(day) = days.find(|day| *day <= article).filter(|_| !goes_on && !joined) {
            dates.push((start..end, day));
        }
    }
    dates.extend(text.match_indices("오늘").map(|(at, word)| (at..at + word.len(), article)));
    dates.sort_by_key(|(range, _)| range.start);
    dates
}

/// The number of one or two digits that ends at a place, and where it begins.
fn number_before(text: &str, end: usize) -> Option<(usize, i8)> {
    let digits = text[..end].bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = end - digits;
    (1..=2).contains(&digits).then(|| text[start..end].parse().ok().map(|number| (start, number))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn dates_lie_before_the_article() {
        let found = |text: &str, article: &str| -> Vec<String> {
            dates(text, day(article)).into_iter().map(|(range, day)| format!("{}={day}", &text[range])).collect()
        };
        assert_eq!(
            found("sent it on August 13, and Oct. 2.", "2024-08-16"),
            ["August 13=2024-08-13", "Oct. 2=2023-10-02"]
        );
        assert_eq!(found("He Monday sent it. On Tuesday", "2012-04-23"), ["Monday=2012-04-23", "Tuesday=2012-04-17"]);
        assert_eq!(found("may 5 march 6 today", "2012-04-23"), ["today=2012-04-23"]);
        assert_eq!(found("Feb. 30 May", "2012-04-23"), [""; 0]);
    }
}
