//! Finding aliases: all overlapping hits, then our own choice.
//!
//! An automaton's own leftmost-longest mode was rejected: where the longest alias at a place fails its
//! boundary, it has already thrown away the shorter one that holds (in "Sino-Japanese Wars" the exclusion
//! "Sino-Japanese War" fails, and "Sino-" must still be found). So every hit is found, boundaries are
//! checked, and only then the longest at the leftmost place wins, in each layer by itself.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::bytes::{each_start, eight};
use super::lexicon::{AliasIndex, EntityIndex, Layer, OfficeIndex};

/// What a pattern means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An entity by its name.
    Name {
        /// Whose.
        entity: EntityIndex,
        /// Which of its names.
        alias: AliasIndex,
    },
    /// An office; who holds it depends on the day.
    Office {
        /// Which.
        office: OfficeIndex,
        /// Which of its titles.
        alias: AliasIndex,
    },
    /// An office inside another title.
    Embedded {
        /// Which.
        office: OfficeIndex,
        /// Which title.
        alias: AliasIndex,
    },
    /// Nothing: what stands inside is not looked at.
    Nothing,
}

/// An alias ready to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Normalised as texts are.
    pub text: String,
    /// Whether ASCII letters match in any case.
    pub fold: bool,
    /// The layer it competes in.
    pub layer: Layer,
    /// What it means.
    pub target: Target,
    /// What has to stand beside it, if anything.
    pub condition: Option<Condition>,
}

/// What has to stand beside a word that is too short or too common by itself: either will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// One of these follows at once.
    pub followed_by: Vec<String>,
    /// One of these stands in the characters before it.
    pub near: Vec<String>,
}

/// How many characters before a word [`Condition::near`] looks at.
const NEAR: usize = 40;

impl Condition {
    fn holds(&self, text: &str, start: usize, end: usize) -> bool {
        self.followed_by.iter().any(|word| text[end..].starts_with(word.as_str())) || {
            let from = text[..start].char_indices().rev().take(NEAR).last().map_or(start, |(at, _)| at);
            self.near.iter().any(|word| text[from..start].contains(word.as_str()))
        }
    }
}

/// A place in a normalised text where a pattern stands, boundaries checked and chosen among rivals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// First byte.
    pub start: usize,
    /// Past the last byte.
    pub end: usize,
    /// The layer it won in.
    pub layer: Layer,
    /// What stands there.
    pub target: Target,
}

/// The aliases of one edition, ready to be found.
///
/// What begins with an ASCII letter or digit can only begin where such a word does, and most words are told from
/// all aliases by their first letters. For the rest (Hangul, Han, kana, Cyrillic) every place is one to look at:
/// an automaton does that, where there is anything but ASCII to look at.
#[derive(Debug, Clone)]
pub struct Matcher {
    patterns: Vec<Pattern>,
    /// What may follow a leader in Hangul.
    following: Vec<String>,
    starts: Starts,
    rest: Option<Rest>,
}

impl Matcher {
    /// Builds what the search needs.
    ///
    /// # Panics
    /// If the patterns need more states than 2^31: some hundred million bytes of aliases.
    pub fn new(patterns: Vec<Pattern>, following: Vec<String>) -> Self {
        let begins_word = |pattern: &Pattern| pattern.text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
        let numbered = || patterns.iter().enumerate();
        let starts = Starts::new(numbered().filter(|(_, pattern)| begins_word(pattern)));
        let rest = Rest::new(numbered().filter(|(_, pattern)| !begins_word(pattern)));
        Self { patterns, following, starts, rest }
    }

    /// Finds what a normalised text names, leftmost first, the layers one after the other.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut take = |number: usize, start: usize| {
            let pattern = &self.patterns[number];
            let Some(written) = text.as_bytes().get(start..start + pattern.text.len()) else { return };
            let end = start + written.len();
            let same = written == pattern.text.as_bytes()
                || pattern.fold && written.eq_ignore_ascii_case(pattern.text.as_bytes());
            if same
                && is_bounded(text, start, end)
                && pattern.condition.as_ref().is_none_or(|condition| condition.holds(text, start, end))
                && let Some(target) = self.behind(pattern, &text[end..])
            {
                hits.push(Hit { start, end, layer: pattern.layer, target });
            }
        };
        self.starts.each(text.as_bytes(), &mut take);
        if let Some(rest) = &self.rest {
            rest.each(text, &mut take);
        }
        choose(hits)
    }
}

impl Matcher {
    /// What a pattern means before what follows it. Hangul joins words without a blank: a leader may be followed
    /// by what the lexicon lists, else a name is another name ("한정진"), and an office another's ("대통령공보관").
    fn behind(&self, pattern: &Pattern, rest: &str) -> Option<Target> {
        let joined = pattern.layer == Layer::Leader
            && pattern.text.chars().next_back().is_some_and(is_hangul)
            && rest.chars().next().is_some_and(is_hangul)
            && !self.following.iter().any(|word| rest.starts_with(word.as_str()));
        match pattern.target {
            Target::Name { .. } if joined => None,
            Target::Office { office, alias } if joined => Some(Target::Embedded { office, alias }),
            target => Some(target),
        }
    }
}

/// The patterns that do not begin with an ASCII letter or digit.
#[derive(Debug, Clone)]
struct Rest {
    automaton: AhoCorasick,
    numbers: Vec<usize>,
    /// Whether one of them may be found in a text that is all ASCII.
    in_ascii: bool,
}

impl Rest {
    fn new<'a>(patterns: impl Iterator<Item = (usize, &'a Pattern)>) -> Option<Self> {
        let (numbers, patterns): (Vec<usize>, Vec<&Pattern>) = patterns.unzip();
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            // Folds ASCII case for all as soon as one alias wants it: each hit is compared again.
            .ascii_case_insensitive(patterns.iter().any(|p| p.fold))
            .build(patterns.iter().map(|p| &p.text))
            .expect("a lexicon's aliases fit into an automaton");
        let in_ascii = patterns.iter().any(|p| p.text.is_ascii());
        (!numbers.is_empty()).then_some(Self { automaton, numbers, in_ascii })
    }

    fn each(&self, text: &str, mut take: impl FnMut(usize, usize)) {
        if self.in_ascii || !text.is_ascii() {
            for found in self.automaton.find_overlapping_iter(text) {
                take(self.numbers[found.pattern().as_usize()], found.start());
            }
        }
    }
}

/// For the first two bytes of a word, the patterns that begin so.
#[derive(Debug, Clone)]
struct Starts {
    /// By the first byte, whether any does: most words are told by that, and it stays in the nearest cache, which the
    /// list does not.
    firsts: [bool; 256],
    /// By the two bytes: 0, or one more than a place in `lists`.
    list: Box<[u16]>,
    lists: Vec<Vec<Start>>,
}

/// The first eight bytes of a pattern, to be compared with those of a word at once.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Start {
    pattern: usize,
    bytes: u64,
    /// The bits that make two cases one, if the pattern folds. Other bytes may become one too: what looks alike
    /// here is compared in full later.
    fold: u64,
    /// The lanes the pattern reaches into.
    reach: u64,
}

impl Start {
    fn of(number: usize, pattern: &Pattern) -> Self {
        let lanes = pattern.text.len().min(8);
        let fold = if pattern.fold { u64::from_le_bytes([0x20; 8]) } else { 0 };
        let reach = u64::MAX >> (64 - 8 * lanes);
        Self { pattern: number, bytes: (eight(pattern.text.as_bytes(), 0) | fold) & reach, fold, reach }
    }

    /// Whether it may begin a word with these first eight bytes.
    const fn may_begin(&self, word: u64) -> bool {
        (word | self.fold) & self.reach == self.bytes
    }

    /// The same, seen from one byte of the word.
    const fn may_hold(&self, lane: u32, byte: u8) -> bool {
        (((byte as u64) << (8 * lane) | self.fold) ^ self.bytes) & self.reach & (0xff << (8 * lane)) == 0
    }
}

impl Starts {
    fn new<'a>(patterns: impl Iterator<Item = (usize, &'a Pattern)>) -> Self {
        let mut starts = Self { firsts: [false; 256], list: vec![0; 1 << 16].into(), lists: Vec::new() };
        for (number, pattern) in patterns {
            let start = Start::of(number, pattern);
            // Going through the first bytes and then the second costs 512 looks; through all pairs, 65,536.
            for first in (0..=u8::MAX).filter(|&first| start.may_hold(0, first)) {
                starts.firsts[usize::from(first)] = true;
                for second in (0..=u8::MAX).filter(|&second| start.may_hold(1, second)) {
                    starts.add(u16::from_le_bytes([first, second]), &start);
                }
            }
        }
        starts
    }

    fn add(&mut self, key: u16, start: &Start) {
        let list = &mut self.list[usize::from(key)];
        if *list == 0 {
            self.lists.push(Vec::new());
            *list = u16::try_from(self.lists.len()).expect("fewer than 2^16 pairs begin with a letter or a digit");
        }
        self.lists[usize::from(*list) - 1].push(start.clone());
    }

    /// Calls `take` with the number of each pattern that may begin at each place.
    fn each(&self, text: &[u8], mut take: impl FnMut(usize, usize)) {
        each_start(text, |at| {
            if !self.firsts[usize::from(text[at])] {
                return;
            }
            let word = eight(text, at);
            let [first, second, ..] = word.to_le_bytes();
            let list = self.list[usize::from(u16::from_le_bytes([first, second]))];
            if list != 0 {
                let starts = &self.lists[usize::from(list) - 1];
                starts.iter().filter(|start| start.may_begin(word)).for_each(|start| take(start.pattern, at));
            }
        });
    }
}

/// The longest at the leftmost place wins, in each layer, without overlap.
fn choose(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| (hit.layer == Layer::Leader, hit.start, std::cmp::Reverse(hit.end)));
    let mut end = (Layer::Country, 0);
    hits.retain(|hit| {
        let free = hit.layer != end.0 || hit.start >= end.1;
        if free {
            end = (hit.layer, hit.end);
        }
        free
    });
    hits
}

/// Whether neither end of a match cuts through a word. What counts as inside a word depends on the script of
/// the match's own last letter: an alias that ends in a hyphen ("Sino-") is open on that side.
fn is_bounded(text: &str, start: usize, end: usize) -> bool {
    let inner = &text[start..end];
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    let cut = |own: Option<char>, neighbour: Option<char>| match (own, neighbour) {
        (Some(own), Some(neighbour)) => own.is_alphanumeric() && !is_syllabic(own) && continues(neighbour),
        _ => false,
    };
    let korean_left = |own: Option<char>| own.is_some_and(is_hangul) && before.is_some_and(is_hangul);
    !cut(inner.chars().next(), before) && !cut(inner.chars().next_back(), after) && !korean_left(inner.chars().next())
}

/// A letter or digit of a script that puts blanks between words. Hangul, Han and kana do not continue a
/// Latin word: "PRC" in running Korean is followed by a particle.
fn continues(c: char) -> bool {
    c.is_alphanumeric() && !is_syllabic(c)
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}')
}

fn is_syllabic(c: char) -> bool {
    is_hangul(c)
        || matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(text: &str, fold: bool, layer: Layer) -> Pattern {
        Pattern { text: text.to_owned(), fold, layer, target: Target::Nothing, condition: None }
    }

    /// As usual, and with everything left to the automaton.
    fn both() -> [Matcher; 2] {
        let patterns = vec![
            pattern("Chinese", true, Layer::Country),
            pattern("China", true, Layer::Country),
            pattern("Sino-", false, Layer::Country),
            pattern("Sino-Japanese War", false, Layer::Country),
            pattern("中", false, Layer::Country),
            pattern("X", false, Layer::Leader),
            pattern("Xi Jinping", false, Layer::Leader),
            pattern("5 a", true, Layer::Leader),
        ];
        let all = Rest::new(patterns.iter().enumerate()).map(|rest| Rest { in_ascii: true, ..rest });
        let none = Starts::new(std::iter::empty());
        [
            Matcher::new(patterns.clone(), Vec::new()),
            Matcher { patterns, following: Vec::new(), starts: none, rest: all },
        ]
    }

    proptest! {
        #[test]
        fn both_searches_find_the_same(words in proptest::collection::vec("(China|chinese|CHINA|Sino-|Japanese War|X|Xi| Jinping|5 A|x|é|中|-|_| |’|\\.)", 0..16)) {
            let text = words.concat();
            let [starts, everywhere] = both();
            prop_assert_eq!(starts.find(&text), everywhere.find(&text));
        }
    }
}
