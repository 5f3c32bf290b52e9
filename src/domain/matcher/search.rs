//! The places where an alias may stand.
//!
//! What begins with a Latin, Cyrillic or Hangul letter can only begin where a word of that script does, and most
//! words are told from all aliases by their first eight bytes. For Han and kana every place is one to look at: an
//! automaton does that, where there is anything but ASCII to look at.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Pattern;
use crate::domain::bytes::{Script, each_start, eight};

/// Ready to be searched for.
#[derive(Debug, Clone)]
pub(super) struct Search {
    starts: Vec<(Script, Starts)>,
    rest: Option<Rest>,
}

impl Search {
    pub fn new(patterns: &[Pattern]) -> Self {
        let script = |pattern: &Pattern| pattern.text.bytes().next().and_then(Script::of);
        let numbered = || patterns.iter().enumerate();
        let starts = Script::ALL.into_iter().filter_map(|own| {
            let list: Vec<_> = numbered().filter(|(_, pattern)| script(pattern) == Some(own)).collect();
            (!list.is_empty()).then(|| (own, Starts::new(&list)))
        });
        Self { starts: starts.collect(), rest: Rest::new(numbered().filter(|(_, pattern)| script(pattern).is_none())) }
    }

    /// Everything left to the automaton, for a test to compare with.
    #[cfg(test)]
    pub fn by_automaton(patterns: &[Pattern]) -> Self {
        let rest = Rest::new(patterns.iter().enumerate()).map(|rest| Rest { in_ascii: true, ..rest });
        Self { starts: Vec::new(), rest }
    }

    /// Calls `take` with the number of each pattern that may begin at each place.
    pub fn each(&self, text: &str, mut take: impl FnMut(usize, usize)) {
        for (script, starts) in &self.starts {
            starts.each(text.as_bytes(), *script, &mut take);
        }
        if let Some(rest) = &self.rest {
            rest.each(text, &mut take);
        }
    }
}

/// The patterns that may begin anywhere.
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
        if numbers.is_empty() {
            return None;
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            // Folds ASCII case for all as soon as one alias wants it: each hit is compared again.
            .ascii_case_insensitive(patterns.iter().any(|p| p.fold))
            .build(patterns.iter().map(|p| &p.text))
            .expect("a lexicon's aliases fit into an automaton");
        let in_ascii = patterns.iter().any(|p| p.text.is_ascii());
        Some(Self { automaton, numbers, in_ascii })
    }

    fn each(&self, text: &str, mut take: impl FnMut(usize, usize)) {
        if self.in_ascii || !text.is_ascii() {
            for found in self.automaton.find_overlapping_iter(text) {
                take(self.numbers[found.pattern().as_usize()], found.start());
            }
        }
    }
}

/// For the first two bytes of a word, the heads that begin so.
#[derive(Debug, Clone)]
struct Starts {
    /// By the two bytes: 0, or one more than a place in `lists`.
    list: Box<[u16]>,
    lists: Vec<Vec<Head>>,
    /// For each head, the patterns that begin with it. Many do: one office in six cases of Russian.
    patterns: Vec<Vec<usize>>,
}

/// The first eight bytes of a pattern, to be compared with those of a word at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Head {
    bytes: u64,
    /// The bits that make two cases one, if the pattern folds. Other bytes may become one too: what looks alike
    /// here is compared in full later.
    fold: u64,
    /// The lanes the pattern reaches into.
    reach: u64,
    /// Its place in [`Starts::patterns`].
    number: usize,
}

impl Head {
    fn of(pattern: &Pattern) -> Self {
        let lanes = pattern.text.len().min(8);
        let fold = if pattern.fold { u64::from_le_bytes([0x20; 8]) } else { 0 };
        let reach = u64::MAX >> (64 - 8 * lanes);
        Self { bytes: (eight(pattern.text.as_bytes(), 0) | fold) & reach, fold, reach, number: 0 }
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
    fn new(patterns: &[(usize, &Pattern)]) -> Self {
        let mut heads: BTreeMap<Head, Vec<usize>> = BTreeMap::new();
        for (number, pattern) in patterns {
            heads.entry(Head::of(pattern)).or_default().push(*number);
        }
        let mut starts = Self { list: vec![0; 1 << 16].into(), lists: Vec::new(), patterns: Vec::new() };
        for (head, numbers) in heads {
            let head = Head { number: starts.patterns.len(), ..head };
            starts.patterns.push(numbers);
            // Going through the first bytes and then the second costs 512 looks; through all pairs, 65,536.
            for first in (0..=u8::MAX).filter(|&first| head.may_hold(0, first)) {
                for second in (0..=u8::MAX).filter(|&second| head.may_hold(1, second)) {
                    starts.add(u16::from_le_bytes([first, second]), head);
                }
            }
        }
        starts
    }

    fn add(&mut self, key: u16, head: Head) {
        let list = &mut self.list[usize::from(key)];
        if *list == 0 {
            self.lists.push(Vec::new());
            *list = u16::try_from(self.lists.len()).expect("fewer than 2^16 pairs begin with a letter or a digit");
        }
        self.lists[usize::from(*list) - 1].push(head);
    }

    fn each(&self, text: &[u8], script: Script, mut take: impl FnMut(usize, usize)) {
        each_start(text, script, |at| {
            let word = eight(text, at);
            let [first, second, ..] = word.to_le_bytes();
            let list = self.list[usize::from(u16::from_le_bytes([first, second]))];
            if list != 0 {
                let heads = self.lists[usize::from(list) - 1].iter().filter(|head| head.may_begin(word));
                heads.for_each(|head| self.patterns[head.number].iter().for_each(|&pattern| take(pattern, at)));
            }
        });
    }
}
