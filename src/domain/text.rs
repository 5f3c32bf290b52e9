//! Text as it is matched, with the way back to the text as it is stored.
//!
//! Matching sees NFKC, every kind of blank as one space, no zero-width characters, straight apostrophes,
//! composed Hangul and (in Spanish) no accents. A figure, though, is cited by offsets into the stored text,
//! so the normalised text carries a map back. Nearly all of the text needs no change; the map therefore
//! holds only the places where lengths differ, and a text that is already normal is not even copied.

use std::borrow::Cow;
use std::ops::Range;

use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizer, ComposingNormalizerBorrowed};

use memchr::{memchr, memchr_iter};

use super::bytes::plain_until;
use super::stream::Edition;

/// Part of every method's name: raised whenever the same text would be normalised otherwise.
pub const NORMALISER: u32 = 1;

/// A normalised text and the map to the stored one.
#[derive(Debug, Clone)]
pub struct Normalised<'a> {
    text: Cow<'a, str>,
    changes: Vec<Change>,
}

/// A place where the normalised text does not run byte by byte beside the stored one. Between changes it does.
#[derive(Debug, Clone, Copy)]
struct Change {
    /// Bytes of the normalised text.
    from: usize,
    to: usize,
    /// Bytes of the stored text they stand for.
    stored_from: usize,
    stored_to: usize,
}

impl Normalised<'_> {
    /// The text to match.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the stored text that a range of the normalised text stands for. A match that begins or
    /// ends inside a character that NFKC took apart widens to the whole of it.
    pub fn stored(&self, range: Range<usize>) -> Range<usize> {
        if range.is_empty() {
            let at = self.stored_start(range.start);
            return at..at;
        }
        self.stored_start(range.start)..self.stored_end(range.end)
    }

    fn stored_start(&self, at: usize) -> usize {
        let before = self.changes.partition_point(|change| change.from <= at);
        match before.checked_sub(1).map(|i| self.changes[i]) {
            None => at,
            Some(change) if at < change.to => change.stored_from,
            Some(change) => change.stored_to + (at - change.to),
        }
    }

    fn stored_end(&self, at: usize) -> usize {
        let before = self.changes.partition_point(|change| change.from < at);
        match before.checked_sub(1).map(|i| self.changes[i]) {
            None => at,
            Some(change) if at <= change.to => change.stored_to,
            Some(change) => change.stored_to + (at - change.to),
        }
    }
}

/// Normalises a stored text for matching in an edition.
pub fn normalise(stored: &str, edition: Edition) -> Normalised<'_> {
    let bytes = stored.as_bytes();
    let plain = plain_until(bytes, 0);
    if plain == bytes.len() && memchr(b'\n', bytes).is_none() {
        return Normalised { text: Cow::Borrowed(stored), changes: Vec::new() };
    }
    let mut builder = Builder::new(stored, edition == Edition::Es);
    builder.run(plain);
    Normalised { text: Cow::Owned(builder.out), changes: builder.changes }
}

struct Builder<'a> {
    stored: &'a str,
    out: String,
    changes: Vec<Change>,
    accents: bool,
    nfkc: ComposingNormalizerBorrowed<'static>,
    classes: CanonicalCombiningClassMapBorrowed<'static>,
}

impl<'a> Builder<'a> {
    fn new(stored: &'a str, accents: bool) -> Self {
        Self {
            stored,
            out: String::with_capacity(stored.len()),
            changes: Vec::new(),
            accents,
            nfkc: ComposingNormalizer::new_nfkc(),
            classes: CanonicalCombiningClassMapBorrowed::new(),
        }
    }

    /// Normalises the whole text, which is plain up to `plain`.
    fn run(&mut self, plain: usize) {
        let bytes = self.stored.as_bytes();
        let (mut at, mut end) = (0, plain);
        while at < bytes.len() {
            // A letter before a combining mark belongs to the mark's cluster: "e" + U+0301 is one "é".
            let joined = end > at && self.next_joins(end);
            let kept = if joined { end - 1 } else { end };
            self.plain(at..kept);
            at = if joined {
                self.cluster(kept)
            } else if end == bytes.len() {
                end
            } else {
                self.unusual(end)
            };
            end = plain_until(bytes, at);
        }
    }

    /// Takes ASCII with single blanks; a line feed is a blank as well.
    fn plain(&mut self, range: Range<usize>) {
        let mut copied = range.start;
        for feed in memchr_iter(b'\n', &self.stored.as_bytes()[range.clone()]) {
            self.out.push_str(&self.stored[copied..range.start + feed]);
            self.out.push(' ');
            copied = range.start + feed + 1;
        }
        self.out.push_str(&self.stored[copied..range.end]);
    }

    /// Takes one thing that is not plain ASCII at `at`; answers where the next begins.
    fn unusual(&mut self, at: usize) -> usize {
        let c = self.stored[at..].chars().next().expect("at is inside the text, on a boundary");
        if is_blank(c) {
            return self.blanks(at);
        }
        if is_invisible(c) {
            let end = at + c.len_utf8();
            self.change("", at..end);
            return end;
        }
        if matches!(c, '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{ff07}') {
            let end = at + c.len_utf8();
            self.change("'", at..end);
            return end;
        }
        if c.is_control() {
            let end = at + c.len_utf8();
            self.out.push(c);
            return end;
        }
        self.letters(at)
    }

    /// A run of blanks becomes one space.
    fn blanks(&mut self, at: usize) -> usize {
        let rest = &self.stored[at..];
        let length = rest.find(|c: char| !is_blank(c) && !is_invisible(c)).unwrap_or(rest.len());
        if length == 1 {
            self.out.push(' ');
        } else {
            self.change(" ", at..at + length);
        }
        at + length
    }

    /// A run of letters beyond ASCII: copied as far as it is NFKC already, composed cluster by cluster where not.
    fn letters(&mut self, at: usize) -> usize {
        let rest = &self.stored[at..];
        let length = rest
            .find(|c: char| {
                c.is_ascii()
                    || is_blank(c)
                    || is_invisible(c)
                    || matches!(c, '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{ff07}')
            })
            .unwrap_or(rest.len());
        let (normal, _) = self.nfkc.split_normalized(&rest[..length]);
        // The last character of the run could still compose with a mark behind what ended the run.
        let mut take = normal.len();
        if take == length && self.next_joins(at + length) {
            take -= normal.chars().next_back().map_or(0, char::len_utf8);
        }
        if take == 0 {
            return self.cluster(at);
        }
        if self.accents {
            for (i, c) in rest[..take].char_indices() {
                let range = at + i..at + i + c.len_utf8();
                match without_accent(c) {
                    Some(base) => self.change(base, range),
                    None if matches!(c, '\u{300}'..='\u{36f}') => self.change("", range),
                    None => self.out.push(c),
                }
            }
        } else {
            self.out.push_str(&rest[..take]);
        }
        at + take
    }

    /// One character with all that composes with it.
    fn cluster(&mut self, at: usize) -> usize {
        let mut end = at;
        for (i, c) in self.stored[at..].char_indices() {
            if i == 0 || self.joins(c) {
                end = at + i + c.len_utf8();
            } else if !is_invisible(c) {
                break;
            }
        }
        let visible: String = self.stored[at..end].chars().filter(|&c| !is_invisible(c)).collect();
        let composed = self.nfkc.normalize(&visible).into_owned();
        let mut folded = String::with_capacity(composed.len());
        for c in composed.chars() {
            match c {
                '\u{2019}' | '\u{2018}' => folded.push('\''),
                // A mark that composed with nothing ("ñ" with an acute) goes as the accents do.
                '\u{300}'..='\u{36f}' if self.accents => {}
                _ => match without_accent(c).filter(|_| self.accents) {
                    Some(base) => folded.push_str(base),
                    None => folded.push(c),
                },
            }
        }
        self.change(&folded, at..end);
        end
    }

    /// Whether what follows at `at`, invisible characters aside, composes with what stands before it.
    fn next_joins(&self, at: usize) -> bool {
        self.stored[at..].chars().find(|&c| !is_invisible(c)).is_some_and(|c| self.joins(c))
    }

    /// Whether a character may compose with the one before it under NFKC: combining marks, the vowels and
    /// final consonants of Hangul (conjoining, compatibility and half-width), half-width kana voicing.
    fn joins(&self, c: char) -> bool {
        if c.is_ascii() {
            return false;
        }
        matches!(c,
            '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}' | '\u{314f}'..='\u{3163}'
            | '\u{ffc2}'..='\u{ffdc}' | '\u{ff9e}' | '\u{ff9f}')
            || self.classes.get_u8(c) != 0
    }

    fn change(&mut self, put: &str, stored: Range<usize>) {
        let from = self.out.len();
        self.out.push_str(put);
        self.changes.push(Change { from, to: self.out.len(), stored_from: stored.start, stored_to: stored.end });
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace()
}

/// Zero-width characters, soft hyphens and direction marks: they stand inside words and mean nothing there.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The base letter of the accented letters Spanish uses; KCNA's Spanish mostly leaves the accents out.
fn without_accent(c: char) -> Option<&'static str> {
    Some(match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' => "a",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => "o",
        'ú' | 'ù' | 'û' | 'ü' => "u",
        'ñ' => "n",
        'ç' => "c",
        'Á' | 'À' | 'Â' | 'Ã' | 'Ä' => "A",
        'É' | 'È' | 'Ê' | 'Ë' => "E",
        'Í' | 'Ì' | 'Î' | 'Ï' => "I",
        'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ö' => "O",
        'Ú' | 'Ù' | 'Û' | 'Ü' => "U",
        'Ñ' => "N",
        'Ç' => "C",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(stored: &str, edition: Edition) -> String {
        normalise(stored, edition).as_str().to_owned()
    }

    #[test]
    fn plain_text_is_not_copied() {
        let plain = "Pyongyang, August 4 (KCNA) -- A plain text.";
        assert!(matches!(normalise(plain, Edition::En).text, Cow::Borrowed(_)));
        assert!(matches!(normalise("", Edition::En).text, Cow::Borrowed(_)));
    }

    #[test]
    fn names_survive_what_pages_do_to_them() {
        for stored in [
            "Xi Jinping",
            "Xi\u{a0}Jinping",
            "Xi \n\tJinping",
            "Xi\u{200b} Jin\u{ad}ping",
            "Ｘｉ Ｊｉｎｐｉｎｇ",
            "Xi\u{3000}Jinping",
            "\u{feff}Xi Jinping",
            "X\u{200d}i Jinping",
        ] {
            assert_eq!(text(stored, Edition::En), "Xi Jinping", "{stored:?}");
        }
        assert_eq!(text("China’s", Edition::En), "China's");
        assert_eq!(text("\u{1109}\u{1173}\u{11b8}근평", Edition::Ko), "습근평");
        assert_eq!(text("습\u{200b}근평", Edition::Ko), "습근평");
        assert_eq!(text("Federación Rusa", Edition::Es), "Federacion Rusa");
        assert_eq!(text("Federacio\u{301}n", Edition::Es), "Federacion");
        assert_eq!(text("Federación", Edition::En), "Federación");
        assert_eq!(text("Federacio\u{301}n", Edition::En), "Federación");
        assert_eq!(text("ﾌﾟｰﾁﾝ", Edition::Ja), "プーチン");
    }

    #[test]
    fn ranges_lead_back_to_the_stored_text() {
        let stored = "«Ｘｉ\u{a0}\n Jin\u{200b}ping»’s ㈜";
        let normal = normalise(stored, Edition::En);
        assert_eq!(normal.as_str(), "«Xi Jinping»'s (주)");
        let at = normal.as_str().find("Xi Jinping").expect("there");
        assert_eq!(&stored[normal.stored(at..at + 10)], "Ｘｉ\u{a0}\n Jin\u{200b}ping");
        let inside = normal.as_str().find("주").expect("there");
        assert_eq!(&stored[normal.stored(inside..inside + 3)], "㈜");
    }

    /// Text of the kinds that meet here: letters of six scripts, jamo, marks, blanks, invisible characters.
    fn awkward() -> impl Strategy<Value = String> {
        // Marks only stand on letters: on a blank they mean nothing, and NFKC of the blank differs.
        proptest::string::string_regex("([aeñ]\u{200b}?[\u{301}\u{308}]|[a-cA-C .,éñ\u{a0}\u{3000}\n\t\u{200b}\u{ad}’가각\u{1100}\u{1161}\u{11a8}ㄱㅏﾌﾟ习近平Пут０-３ＡＢ…㈜ﬁ½]){0,40}")
            .expect("a valid pattern")
    }

    proptest! {
        #[test]
        fn equals_nfkc_with_blanks_squeezed(stored in awkward()) {
            let visible: String = stored.chars().filter(|&c| !is_invisible(c)).map(|c| if matches!(c, '’') { '\'' } else { c }).collect();
            let whole = ComposingNormalizer::new_nfkc().normalize(&visible).into_owned();
            let squeeze = |s: &str| {
                let mut out = String::new();
                for c in s.chars() {
                    if is_blank(c) { if !out.ends_with(' ') { out.push(' '); } } else { out.push(c); }
                }
                out
            };
            prop_assert_eq!(squeeze(&text(&stored, Edition::En)), squeeze(&whole));
        }

        #[test]
        fn twice_is_once(stored in awkward()) {
            let once = text(&stored, Edition::Es);
            prop_assert_eq!(text(&once, Edition::Es), once);
        }

        #[test]
        fn every_range_is_a_range_of_the_stored_text(stored in awkward(), a in 0usize..60, b in 0usize..60) {
            let normal = normalise(&stored, Edition::Ko);
            let whole = normal.as_str();
            let (a, b) = (a.min(b).min(whole.len()), a.max(b).min(whole.len()));
            let (a, b) = (whole.floor_char_boundary(a), whole.floor_char_boundary(b));
            let range = normal.stored(a..b);
            prop_assert!(range.start <= range.end && range.end <= stored.len());
            prop_assert!(stored.get(range.clone()).is_some());
            // What is cut out normalises to something that holds the matched text.
            let cut = text(&stored[range], Edition::Ko);
            prop_assert!(cut.contains(whole[a..b].trim()) , "{:?} in {:?}", &whole[a..b], cut);
        }
    }
}
