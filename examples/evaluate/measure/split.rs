//! Sentences as they were told when the labels were read.
//!
//! A copy of what `domain::sentence` did then, on purpose: the matcher's own rule may become better, but which
//! sentences were drawn and what they are called must not move with the thing that is measured.

use std::ops::Range;

const ABBREVIATIONS: [&str; 30] = [
    "Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Col", "Lt", "Maj", "Capt", "Sgt", "St", "No", "Nos", "Jan", "Feb", "Mar",
    "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "vs", "Co", "Ltd", "Inc",
];

/// The sentences of a text as byte ranges, in order, without the blanks between them.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let (mut all, mut at) = (Vec::new(), 0);
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        if at >= text.len() {
            return all;
        }
        let end = end_of_sentence(text, at);
        all.push(at..at + text[at..end].trim_end().len());
        at = end;
    }
}

fn end_of_sentence(text: &str, start: usize) -> usize {
    for (i, c) in text[start..].char_indices() {
        let (at, after) = (start + i, start + i + c.len_utf8());
        let rest = &text[after..];
        match c {
            '。' | '！' | '？' => return behind_closers(text, after),
            '.' | '!' | '?' => {
                let closed = behind_closers(text, after);
                let blank = text[closed..].chars().next().is_none_or(char::is_whitespace);
                if blank && !goes_on(&text[closed..]) && !(c == '.' && is_abbreviation(&text[start..at])) {
                    return closed;
                }
            }
            '\n' if !goes_on(rest) => return after,
            _ => {}
        }
    }
    text.len()
}

fn behind_closers(text: &str, at: usize) -> usize {
    let closes = |c: char| matches!(c, '"' | '\'' | '”' | '’' | ')' | ']' | '»' | '》' | '」' | '』' | '）');
    at + text[at..].find(|c| !closes(c)).unwrap_or(text.len() - at)
}

/// Whether the next word begins in lower case.
fn goes_on(rest: &str) -> bool {
    rest.trim_start().chars().next().is_some_and(char::is_lowercase)
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '-')).next().unwrap_or("");
    let letter = |part: &str| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
    };
    ABBREVIATIONS.contains(&word)
        || (letter(word) && word.chars().all(char::is_uppercase))
        || (word.contains('.') && word.split('.').all(letter))
}
