//! Where sentences begin and end, in a stored text.
//!
//! A sentence is what a figure is cited with, what `lead` counts the first two of, and (for titles of office)
//! the reach within which a person's name absorbs his offices. A rule that sometimes cuts too late is better
//! here than one that cuts inside a name: "V. V. Putin" and "Oct. 16" stay whole.

use std::ops::Range;

use memchr::memchr3;

use super::matcher::is_hangul;

/// Words that end in a point without ending a sentence, of all languages together: none of them is a word of
/// another one ("art." is not among them, "works of art." being English).
const ABBREVIATIONS: [&[&str]; 3] = [
    &[
        "Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Col", "Lt", "Maj", "Capt", "Sgt", "St", "No", "Nos", "Jan", "Feb",
        "Mar", "Apr", "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "vs", "Co", "Ltd", "Inc",
    ],
    &[
        "Sr", "Sra", "Sres", "Dra", "Gral", "Cnel", "Tte", "Ing", "Lic", "Ud", "Uds", "Excmo", "Sta", "Sto", "Avda",
        "num", "núm", "pag", "pág", "EE.UU", "RR.EE",
    ],
    &["г", "гг", "им", "тов", "тт", "ул", "проф", "акад", "ген", "млн", "млрд", "тыс", "стр", "руб", "и.о", "н.э"],
];

/// The sentences of a text as byte ranges, in order, without the blanks between them. A line break ends a
/// sentence unless the next line goes on in lower case (a text wrapped at some width).
pub fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text[at..].len() - text[at..].trim_start().len();
        if at >= text.len() {
            return None;
        }
        let end = end_of_sentence(text, at);
        let range = at..at + text[at..end].trim_end().len();
        at = end;
        Some(range)
    })
}

/// The sentence that holds a range; several joined where the range crosses an end.
pub fn around(text: &str, range: Range<usize>) -> Range<usize> {
    let mut held: Option<Range<usize>> = None;
    for sentence in sentences(text) {
        if sentence.end <= range.start {
            continue;
        }
        if sentence.start >= range.end && held.is_some() {
            break;
        }
        let start = held.as_ref().map_or(sentence.start, |h| h.start);
        held = Some(start..sentence.end);
        if sentence.end >= range.end {
            break;
        }
    }
    held.unwrap_or(range)
}

/// Where the `count`-th sentence ends (the text's end if it has fewer).
pub fn end_of_first(text: &str, count: usize) -> usize {
    sentences(text).take(count).last().map_or(0, |sentence| sentence.end)
}

/// The next byte that may end a sentence; the last two looked for begin the marks of Chinese and Japanese.
fn next_end(text: &[u8]) -> Option<usize> {
    let first = memchr3(b'.', b'?', b'\n', text);
    memchr3(b'!', 0xe3, 0xef, &text[..first.unwrap_or(text.len())]).or(first)
}

fn end_of_sentence(text: &str, start: usize) -> usize {
    let mut from = start;
    while let Some(i) = next_end(&text.as_bytes()[from..]) {
        let at = from + i;
        let c = text[at..].chars().next().expect("a first byte is a boundary");
        let after = at + c.len_utf8();
        from = after;
        match c {
            '。' | '！' | '？' => {
                // 「…である。」と述べた: a quoted sentence inside one.
                let closed = behind_closers(text, after);
                if closed == after || !text[closed..].starts_with(['と', 'っ']) {
                    return closed;
                }
            }
            '.' | '!' | '?' => {
                let closed = behind_closers(text, after);
                let next = text[closed..].chars().next();
                let ends = match next {
                    None => true,
                    Some(n) if n.is_whitespace() => begins_sentence(&text[closed..]),
                    // Korean texts come without a blank here too. Behind a quotation 《…다.》고 the sentence goes on.
                    Some(n) => closed == after && is_hangul(n) && text[..at].chars().next_back().is_some_and(is_hangul),
                };
                if ends && !(c == '.' && is_abbreviation(&text[start..at])) {
                    return closed;
                }
            }
            '\n' => {
                let next = text[after..].trim_start().chars().next();
                if !next.is_some_and(char::is_lowercase) {
                    return after;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Past quotation marks and brackets that close behind a full stop.
fn behind_closers(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    at + rest
        .find(|c: char| !matches!(c, '"' | '\'' | '”' | '’' | ')' | ']' | '»' | '》' | '」' | '』' | '）'))
        .unwrap_or(rest.len())
}

fn begins_sentence(rest: &str) -> bool {
    !rest.trim_start().chars().next().is_some_and(char::is_lowercase)
}

/// Whether the word before a point is an abbreviation: a known one, a single letter (an initial), or letters
/// with points between them ("U.S", "C.C").
fn is_abbreviation(before: &str) -> bool {
    let word = before
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“' | '-' | '«' | '„' | '《' | '¡' | '¿'))
        .next()
        .unwrap_or("");
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    ABBREVIATIONS.iter().any(|words| words.contains(&word))
        || (letters == 1 && word.chars().count() == 1 && word.chars().all(char::is_uppercase))
        || (word.contains('.')
            && word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn initials_months_and_abbreviations_stay_whole() {
        assert_eq!(
            split("President V. V. Putin wrote on Oct. 16. The U.S. side did not.\nA \"quoted.\" Next 3.5 percent!"),
            ["President V. V. Putin wrote on Oct. 16.", "The U.S. side did not.", "A \"quoted.\"", "Next 3.5 percent!"]
        );
        assert_eq!(split("C.C., CPC met. It ended."), ["C.C., CPC met.", "It ended."]);
    }

    #[test]
    fn lines_and_scripts() {
        assert_eq!(split("Wrapped at\nsome width.\nNew Line\n"), ["Wrapped at\nsome width.", "New Line"]);
        assert_eq!(split("시험문장이다. 둘째 문장이다."), ["시험문장이다.", "둘째 문장이다."]);
        assert_eq!(split("第一句。第二句！"), ["第一句。", "第二句！"]);
        assert_eq!(split(" \n "), Vec::<&str>::new());
    }

    #[test]
    fn languages() {
        assert_eq!(
            split("그는 왔다.우리는 《조중은 하나다.》고 말하였다. 끝이다."),
            ["그는 왔다.", "우리는 《조중은 하나다.》고 말하였다.", "끝이다."]
        );
        assert_eq!(split("9.9절과 8.15해방의 날이다. 다음이다."), ["9.9절과 8.15해방의 날이다.", "다음이다."]);
        assert_eq!(split("他说：“朝中友谊万岁！”他走了。"), ["他说：“朝中友谊万岁！”", "他走了。"]);
        assert_eq!(split("彼は「友好である。」と述べた。次である。"), ["彼は「友好である。」と述べた。", "次である。"]);
        assert_eq!(
            split("Товарищ «В. В. Путин» прибыл в 2024 г. Россия рада. Конец!"),
            ["Товарищ «В. В. Путин» прибыл в 2024 г. Россия рада.", "Конец!"]
        );
        assert_eq!(
            split("¿Que dijo el Sr. Putin? ¡Viva! Las tropas de EE.UU. Japon y otros. Fin."),
            ["¿Que dijo el Sr. Putin?", "¡Viva!", "Las tropas de EE.UU. Japon y otros.", "Fin."]
        );
    }

    #[test]
    fn the_sentence_of_a_match() {
        let text = "First one. Second Xi\nJinping one. Third.";
        let at = text.find("Xi").expect("there");
        assert_eq!(&text[around(text, at..at + 10)], "Second Xi\nJinping one.");
        assert_eq!(end_of_first(text, 2), text.find("\nJinping").expect("there"));
    }

    proptest! {
        #[test]
        fn sentences_hold_all_that_is_not_blank(text in "([A-Za-z.!? \n\"。가나])*") {
            let mut last = 0;
            for range in sentences(&text) {
                prop_assert!(text[last..range.start].trim().is_empty());
                prop_assert!(range.start < range.end);
                last = range.end;
            }
            prop_assert!(text[last..].trim().is_empty());
        }
    }
}
