//! Where a match may begin and end, and what has to stand beside it.

use crate::domain::lexicon::Layer;

/// What has to stand beside a word that is too short or too common by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// One of these follows at once, or one of [`near`](Self::near) goes before; nothing need where both are empty.
    pub followed_by: Vec<String>,
    /// One of these stands in the characters before it, in the same sentence.
    pub near: Vec<String>,
    /// None of these follows at once.
    pub not_followed_by: Vec<String>,
    /// In a script that joins words it must not run on: what follows is listed as [`Following`], or no letter.
    pub apart: bool,
}

/// How many characters before a word [`Beside::near`] looks at.
const NEAR: usize = 40;

impl Beside {
    /// Whether all that is demanded stands beside a match.
    pub(in crate::domain) fn holds(&self, text: &str, start: usize, end: usize) -> bool {
        let behind = |words: &[String]| words.iter().any(|word| text[end..].starts_with(word.as_str()));
        let before = || {
            let from = text[..start].char_indices().rev().take(NEAR).last().map_or(start, |(at, _)| at);
            let within = text[from..start].rsplit(['.', '。', '!', '?']).next().unwrap_or("");
            self.near.iter().any(|word| within.contains(word.as_str()))
        };
        !behind(&self.not_followed_by)
            && (self.followed_by.is_empty() && self.near.is_empty() || behind(&self.followed_by) || before())
    }
}

/// A word that may follow a leader without a blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Following {
    /// Normalised as texts are.
    pub text: String,
    /// What it is.
    pub kind: Kind,
}

/// What follows a leader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A particle: in Hangul the word ends after one or several of them.
    Particle,
    /// A form of address ("동지"): the name or office ends before it.
    Honorific,
    /// A title that a name may carry ("습근평총서기"). Behind an office it makes another's title.
    Title,
}

/// Whether a leader ends where `rest` begins.
pub(super) fn ends_before(following: &[Following], rest: &str, name: bool) -> bool {
    if !rest.chars().next().is_some_and(is_syllabic) {
        return true;
    }
    following.iter().any(|word| {
        rest.strip_prefix(word.text.as_str()).is_some_and(|behind| match word.kind {
            Kind::Honorific => true,
            Kind::Title => name,
            // "한정이" is no name before a particle if more follows: "한정이라는" is, "한정인데" may be anything.
            Kind::Particle => !behind.chars().next().is_some_and(is_hangul) || only_particles(following, behind),
        })
    })
}

fn only_particles(following: &[Following], rest: &str) -> bool {
    !rest.chars().next().is_some_and(is_hangul)
        || following
            .iter()
            .filter(|word| word.kind == Kind::Particle)
            .any(|word| rest.strip_prefix(word.text.as_str()).is_some_and(|behind| only_particles(following, behind)))
}

/// Whether neither end of a match cuts through a word. What counts as inside a word depends on the script of
/// the match's own last letter: an alias that ends in a hyphen ("Sino-") is open on that side.
pub(super) fn is_bounded(text: &str, start: usize, end: usize, layer: Layer) -> bool {
    let bytes = text.as_bytes();
    // A missing neighbour cuts through as little as a blank.
    let neighbours = [start.checked_sub(1).map_or(b' ', |at| bytes[at]), bytes.get(end).copied().unwrap_or(b' ')];
    let ends = [bytes[start], bytes[end - 1]];
    if neighbours.iter().chain(&ends).all(u8::is_ascii) {
        // As a rule; the scripts below do not come into it.
        let inside = |one: u8, two: u8| one.is_ascii_alphanumeric() && two.is_ascii_alphanumeric();
        return !inside(neighbours[0], ends[0]) && !inside(ends[1], neighbours[1]);
    }
    is_bounded_in_any_script(text, start, end, layer)
}

fn is_bounded_in_any_script(text: &str, start: usize, end: usize, layer: Layer) -> bool {
    let inner = &text[start..end];
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    let (first, last) = (inner.chars().next(), inner.chars().next_back());
    let both = |of: fn(char) -> bool, one: Option<char>, two: Option<char>| one.is_some_and(of) && two.is_some_and(of);
    let cut = |own: Option<char>, neighbour: Option<char>, misread: fn(&str) -> bool, beside| match (own, neighbour) {
        (Some(own), Some(neighbour)) => {
            own.is_alphanumeric()
                && !is_syllabic(own)
                && continues(neighbour)
                && (neighbour.is_ascii() || !misread(beside))
        }
        _ => false,
    };
    // "プロシア" is not Russia; "ロシアチーム" is. "ラブロフスキー" is another man.
    let katakana = both(is_katakana, before, first) || layer == Layer::Leader && both(is_katakana, last, after);
    !cut(first, before, ends_misread, &text[..start])
        && !cut(last, after, begins_misread, &text[end..])
        && !both(is_hangul, before, first)
        && !katakana
}

/// A letter or digit of a script that puts blanks between words. Hangul, Han and kana do not continue a
/// Latin word: "PRC" in running Korean is followed by a particle.
fn continues(c: char) -> bool {
    c.is_alphanumeric() && !is_syllabic(c)
}

/// Whether a text begins with a mark or blank whose bytes were read as letters: "Â" and a control, "â€".
fn begins_misread(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next().is_some_and(|c| matches!(c, 'Â' | 'Ã' | 'â' | 'ã'));
    first && chars.next().is_some_and(|c| !c.is_alphanumeric() && !c.is_ascii())
}

/// Whether it ends with the last of such bytes, as the opening quotation mark in "â€œPutin" does.
fn ends_misread(text: &str) -> bool {
    let mut chars = text.chars().rev();
    matches!(chars.next(), Some('œ' | 'Ž' | 'ž')) && chars.next() == Some('€')
}

/// Whether an alias is one that Hangul may be joined to.
pub(super) fn ends_in_hangul(alias: &str) -> bool {
    alias.chars().next_back().is_some_and(is_hangul)
}

/// Letters of Hangul.
pub(in crate::domain) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}')
}

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}')
}

/// Letters of scripts that join words: Hangul, kana, Han.
pub(in crate::domain) fn is_syllabic(c: char) -> bool {
    is_hangul(c)
        || matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ascii_is_bounded_as_any_script_is(before in "[a-z0-9 .-]{0,2}", inner in "[a-z-]{1,3}", after in "[a-z0-9 .-]{0,2}") {
            let (text, start) = (format!("{before}{inner}{after}"), before.len());
            for layer in [Layer::Country, Layer::Leader] {
                let end = start + inner.len();
                prop_assert_eq!(
                    is_bounded(&text, start, end, layer), is_bounded_in_any_script(&text, start, end, layer)
                );
            }
        }
    }

    fn following() -> Vec<Following> {
        [
            ("이", Kind::Particle),
            ("라는", Kind::Particle),
            ("에게", Kind::Particle),
            ("동지", Kind::Honorific),
            ("총서기", Kind::Title),
        ]
        .map(|(text, kind)| Following { text: text.to_owned(), kind })
        .into()
    }

    #[test]
    fn a_name_ends_before_particles_and_titles() {
        for rest in ["", " 동", "이", "이라는 ", "에게,", "동지께서", "총서기동지", "》"] {
            assert!(ends_before(&following(), rest, true), "{rest}");
        }
        for rest in ["진동지", "이진", "된", "에게서야"] {
            assert!(!ends_before(&following(), rest, true), "{rest}");
        }
        assert!(!ends_before(&following(), "총서기동지", false));
    }

    #[test]
    fn what_stands_beside() {
        let words = |list: &[&str]| list.iter().map(|&w| w.to_owned()).collect::<Vec<_>>();
        let beside = Beside { followed_by: words(&["동지"]), near: words(&["중국"]), ..Beside::default() };
        let holds = |text: &str| {
            let at = text.find("동군").expect("there");
            beside.holds(text, at, at + "동군".len())
        };
        assert!(holds("동군동지"));
        assert!(holds("중국의 동군이 왔다"));
        assert!(!holds("우리 동군이 왔다"));
        assert!(!holds("중국이다. 동군이 왔다"), "another sentence");
    }
}
