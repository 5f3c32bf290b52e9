//! The places where an alias may stand.
//!
//! What begins with a Latin, Cyrillic or Hangul letter can only begin where a word of that script does, and most words
//! are told from all aliases by their first three bytes, nearly all others by eight. For Han and kana every place is one
//! to look at: an automaton does that, where there is anything but ASCII to look at.

use std::collections::{BTreeMap, BTreeSet};

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
        // Most texts are, and hold nothing of other scripts: to ask that is nothing beside looking for their words.
        let ascii = text.is_ascii();
        for (script, starts) in self.starts.iter().filter(|(script, _)| !ascii || *script == Script::Latin) {
            starts.each(text.as_bytes(), *script, &mut take);
        }
        if let Some(rest) = self.rest.as_ref().filter(|rest| !ascii || rest.in_ascii) {
            rest.each(text, &mut take);
        }
    }
}

/// The patterns that may begin anywhere. The automaton looks for their first three letters of Han only: of whole titles
/// it would have ten times the states.
#[derive(Debug, Clone)]
struct Rest {
    automaton: AhoCorasick,
    /// For each head, the patterns that begin with it.
    numbers: Vec<Vec<usize>>,
    /// Whether one of them may be found in a text that is all ASCII.
    in_ascii: bool,
}

/// Bytes of three letters of Han.
const HEAD: usize = 9;

impl Rest {
    fn new<'a>(patterns: impl Iterator<Item = (usize, &'a Pattern)>) -> Option<Self> {
        let mut heads: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let (mut in_ascii, mut fold) = (false, false);
        for (number, pattern) in patterns {
            let head = &pattern.text[..pattern.text.floor_char_boundary(HEAD)];
            heads.entry(head).or_default().push(number);
            in_ascii |= pattern.text.is_ascii();
            fold |= pattern.fold;
        }
        if heads.is_empty() {
            return None;
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            // Folds ASCII case for all as soon as one alias wants it: each hit is compared again.
            .ascii_case_insensitive(fold)
            .build(heads.keys())
            .expect("a lexicon's aliases fit into an automaton");
        Some(Self { automaton, numbers: heads.into_values().collect(), in_ascii })
    }

    fn each(&self, text: &str, mut take: impl FnMut(usize, usize)) {
        for found in self.automaton.find_overlapping_iter(text) {
            self.numbers[found.pattern().as_usize()].iter().for_each(|&number| take(number, found.start()));
        }
    }
}

/// For the first bytes of a word, the heads that may begin so.
#[derive(Debug, Clone)]
struct Starts {
    /// One bit for each [`triple`] of three bytes that a head may begin with. With the 336 aliases of the bench beside the
    /// peers, two bytes let 40 of 100 words of KCNA's reports through, three bytes 10: the processor foresees the answer
    /// as a rule, and its nearest memory holds all of them.
    likely: Box<[u64; TRIPLES / 64]>,
    /// By the triple: 0, or one more than a place in `lists`.
    list: Vec<u16>,
    lists: Vec<Vec<Head>>,
    /// For each head, the patterns that begin with it, by the eight bytes behind it and the eight behind those. Many do:
    /// all the presidents, in Russian in six cases; and every text of this agency holds a "general secretary".
    tails: Vec<Vec<[Head; 2]>>,
}

/// Of a byte the five bits that tell most letters of a script apart, and that two cases share. What shares them is told
/// apart by the heads.
const FIVE: u8 = 0x1f;
const TRIPLES: usize = 1 << 15;

/// What is looked up first of a word: its first three bytes, by five bits each.
const fn triple([first, second, third]: [u8; 3]) -> usize {
    ((first & FIVE) as usize) << 10 | ((second & FIVE) as usize) << 5 | (third & FIVE) as usize
}

/// Eight bytes of a pattern, to be compared with those of a text at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Head {
    bytes: u64,
    /// The bits that make two cases one, if the pattern folds. Other bytes may become one too: what looks alike
    /// here is compared in full later.
    fold: u64,
    /// The lanes the pattern reaches into.
    reach: u64,
    /// Of a pattern's first eight, its place in [`Starts::tails`]; of the next ones, the pattern's number.
    number: usize,
}

impl Head {
    /// Of the bytes of a pattern from one on.
    fn of(pattern: &Pattern, from: usize, number: usize) -> Self {
        let bytes = pattern.text.as_bytes().get(from..).unwrap_or_default();
        let fold = if pattern.fold { u64::from_le_bytes([0x20; 8]) } else { 0 };
        let reach = if bytes.is_empty() { 0 } else { u64::MAX >> (64 - 8 * bytes.len().min(8)) };
        Self { bytes: (eight(bytes, 0) | fold) & reach, fold, reach, number }
    }

    /// Whether a text that goes on with these eight bytes may hold it.
    const fn may_be(&self, word: u64) -> bool {
        (word | self.fold) & self.reach == self.bytes
    }

    /// The same, seen from one byte of the word.
    const fn may_hold(&self, lane: u32, byte: u8) -> bool {
        (((byte as u64) << (8 * lane) | self.fold) ^ self.bytes) & self.reach & (0xff << (8 * lane)) == 0
    }

    /// The five bits of every byte that it may hold at a place.
    fn fives(&self, lane: u32) -> BTreeSet<u8> {
        (0..=u8::MAX).filter(|&byte| self.may_hold(lane, byte)).map(|byte| byte & FIVE).collect()
    }
}

impl Starts {
    fn new(patterns: &[(usize, &Pattern)]) -> Self {
        let mut heads: BTreeMap<Head, Vec<[Head; 2]>> = BTreeMap::new();
        for (number, pattern) in patterns {
            let tail = [8, 16].map(|from| Head::of(pattern, from, *number));
            heads.entry(Head::of(pattern, 0, 0)).or_default().push(tail);
        }
        let mut starts =
            Self { likely: Box::new([0; TRIPLES / 64]), list: vec![0; TRIPLES], lists: Vec::new(), tails: Vec::new() };
        for (head, tails) in heads {
            let head = Head { number: starts.tails.len(), ..head };
            starts.tails.push(tails);
            let [firsts, seconds, thirds] = [0, 1, 2].map(|lane| head.fives(lane));
            for &first in &firsts {
                for &second in &seconds {
                    for &third in &thirds {
                        starts.add(triple([first, second, third]), head);
                    }
                }
            }
        }
        starts
    }

    fn add(&mut self, triple: usize, head: Head) {
        self.likely[triple / 64] |= 1 << (triple % 64);
        let list = &mut self.list[triple];
        if *list == 0 {
            self.lists.push(Vec::new());
            *list = u16::try_from(self.lists.len()).expect("there are fewer triples than 2^16");
        }
        self.lists[usize::from(*list) - 1].push(head);
    }

    fn each(&self, text: &[u8], script: Script, mut take: impl FnMut(usize, usize)) {
        each_start(text, script, |at| {
            let word = eight(text, at);
            let [first, second, third, ..] = word.to_le_bytes();
            let triple = triple([first, second, third]);
            if self.likely[triple / 64] >> (triple % 64) & 1 == 1 {
                self.each_at(text, at, word, &mut take);
            }
        });
    }

    /// Not inlined: the loop above is to stay small.
    #[inline(never)]
    fn each_at(&self, text: &[u8], at: usize, word: u64, take: &mut impl FnMut(usize, usize)) {
        let [first, second, third, ..] = word.to_le_bytes();
        let list = usize::from(self.list[triple([first, second, third])]);
        let heads = list.checked_sub(1).map_or(&[][..], |list| &self.lists[list]);
        for head in heads.iter().filter(|head| head.may_be(word)) {
            let tails = &self.tails[head.number];
            // What is shorter than eight bytes has nothing behind it to compare.
            let [second, third] = [at + 8, at + 16].map(|at| if at <= text.len() { eight(text, at) } else { 0 });
            let may_be = |[one, two]: &&[Head; 2]| one.may_be(second) && two.may_be(third);
            tails.iter().filter(may_be).for_each(|[tail, _]| take(tail.number, at));
        }
    }
}
