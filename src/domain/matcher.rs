//! Finding aliases: one automaton per edition, all overlapping hits, then our own choice.
//!
//! The automaton's own leftmost-longest mode was rejected: where the longest alias at a place fails its
//! boundary, it has already thrown away the shorter one that holds (in "Sino-Japanese Wars" the exclusion
//! "Sino-Japanese War" fails, and "Sino-" must still be found). So every hit is found, boundaries are
//! checked, and only then the longest at the leftmost place wins, in each layer by itself.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::lexicon::{AliasIndex, EntityIndex, Layer};

/// What an alias stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An entity by its own name.
    Name {
        /// The entity.
        entity: EntityIndex,
        /// The alias.
        alias: AliasIndex,
    },
    /// Nothing: a phrase that keeps others from matching inside it.
    Nothing,
}

impl Target {
    /// The entity, if it names one.
    pub const fn entity(&self) -> Option<EntityIndex> {
        match self {
            Self::Name { entity, .. } => Some(*entity),
            Self::Nothing => None,
        }
    }
}

/// A plain text to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Normalised.
    pub text: String,
    /// Whether any case will do.
    pub fold: bool,
    /// Layer it competes in.
    pub layer: Layer,
    /// What it stands for.
    pub target: Target,
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
#[derive(Debug, Clone)]
pub struct Matcher {
    automaton: AhoCorasick,
    patterns: Vec<Pattern>,
}

impl Matcher {
    /// Builds the automaton.
    ///
    /// # Panics
    /// If the patterns need more states than 2^31: some hundred million bytes of aliases.
    pub fn new(patterns: Vec<Pattern>) -> Self {
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(patterns.iter().any(|p| p.fold))
            .build(patterns.iter().map(|p| &p.text))
            .expect("a lexicon's aliases fit into an automaton");
        Self { automaton, patterns }
    }

    /// Finds what a normalised text names, leftmost first, the layers one after the other.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for found in self.automaton.find_overlapping_iter(text) {
            let pattern = &self.patterns[found.pattern().as_usize()];
            let (start, end) = (found.start(), found.end());
            // The automaton folds ASCII case for all as soon as one alias wants it.
            if (pattern.fold || text.as_bytes()[start..end] == *pattern.text.as_bytes()) && is_bounded(text, start, end)
            {
                hits.push(Hit { start, end, layer: pattern.layer, target: pattern.target });
            }
        }
        choose(hits)
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
