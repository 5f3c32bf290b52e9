//! Lists as they are written: "Syria, Cuba and the Lao PDR"; and the small words around them.

use crate::domain::lexicon::Surroundings;

/// What is enumerated in a stretch of text.
pub(super) struct List<'a> {
    /// Whether it begins with a comma or "and".
    pub leads: bool,
    /// The words of each.
    pub items: Vec<Vec<&'a str>>,
    /// Whether it ends with a comma or "and".
    pub trails: bool,
}

impl<'a> List<'a> {
    /// What a stretch enumerates; `None` where a comma begins a word, as no list is written.
    pub fn of(text: &'a str, beside: &Surroundings) -> Option<Self> {
        let mut list = Self { leads: false, items: Vec::new(), trails: true };
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let bare = word.trim_end_matches(',');
            let joins = bare.is_empty() || beside.and.iter().any(|and| and.eq_ignore_ascii_case(bare));
            if joins {
                list.leads |= list.items.is_empty();
                list.trails = true;
                continue;
            }
            if bare.starts_with(',') {
                return None;
            }
            match list.items.last_mut().filter(|_| !list.trails) {
                Some(item) => item.push(bare),
                None => list.items.push(vec![bare]),
            }
            list.trails = word.len() > bare.len();
        }
        Some(list)
    }

    /// Whether there is something in it, and a joint on one side only.
    pub fn is_of(&self, leads: bool, trails: bool) -> bool {
        !self.items.is_empty() && self.leads == leads && self.trails == trails
    }
}

/// What stands before one of some words, if a text ends with it.
pub(super) fn end_word<'a>(text: &'a str, words: &[String]) -> Option<&'a str> {
    words.iter().filter_map(|word| strip_end(text, word)).min_by_key(|rest| rest.len())
}

/// A text without one of some words at its end.
pub(super) fn without<'a>(text: &'a str, words: &[String]) -> &'a str {
    end_word(text, words).unwrap_or(text)
}

fn strip_end<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(word.len())?;
    let same = text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(word));
    let rest = &text[..if same { at } else { 0 }];
    (same && !rest.ends_with(char::is_alphanumeric)).then(|| rest.trim_end())
}

/// What stands behind one of some words, if a text begins with a blank and it.
pub(super) fn first_word<'a>(text: &'a str, words: &[String]) -> Option<&'a str> {
    let text = text.strip_prefix(' ')?;
    let strip = |word: &String| {
        let same = text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        text.get(word.len()..).filter(|rest| same && (rest.is_empty() || rest.starts_with(' ')))
    };
    words.iter().filter_map(strip).min_by_key(|rest| rest.len())
}

/// Where a clause ends: at marks of punctuation but commas and the points of "U.S.".
pub(super) fn stops(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices([';', ':', '?', '!', '.']).map(|(at, _)| at).filter(|&at| {
        let initial = || text[..at].chars().rev().nth(1).is_some_and(|c| c == '.' || c == ' ');
        !text[at..].starts_with('.') || !initial()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joints_and_items() {
        let words = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let beside = Surroundings { and: words(&["and"]), ..Surroundings::default() };
        let told = |text: &str| {
            let list = List::of(text, &beside).expect("a list");
            let items: Vec<String> = list.items.iter().map(|item| item.join(" ")).collect();
            (list.leads, items.join("|"), list.trails)
        };
        assert_eq!(told(" and the Lao PDR, Cuba"), (true, "the Lao PDR|Cuba".to_owned(), false));
        assert_eq!(told("Syria, Cuba, and "), (false, "Syria|Cuba".to_owned(), true));
        assert_eq!(told(" "), (false, String::new(), true));
        assert_eq!(told("sandy Andes"), (false, "sandy Andes".to_owned(), false));
        assert!(List::of("Cuba ,Syria", &beside).is_none());
    }

    #[test]
    fn clauses_and_small_words() {
        let text = "the U.S. and Cuba; Russia left. China";
        assert_eq!(stops(text).map(|at| &text[at..=at]).collect::<String>(), ";.");
        let of = ["of".to_owned(), "of the".to_owned()];
        assert_eq!(end_word("president of the", &of), Some("president"));
        assert_eq!(end_word("roof", &of), None);
        assert_eq!(first_word(" of the PRC", &of), Some(" PRC"));
        assert_eq!(first_word(" office", &of), None);
        assert_eq!(without("Cuba", &of), "Cuba");
    }
}
