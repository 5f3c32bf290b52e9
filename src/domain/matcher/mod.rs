//! Finding aliases: all overlapping hits, then our own choice.
//!
//! An automaton's own leftmost-longest mode was rejected: where the longest alias at a place fails its
//! boundary, it has already thrown away the shorter one that holds (in "Sino-Japanese Wars" the exclusion
//! "Sino-Japanese War" fails, and "Sino-" must still be found). So every hit is found, boundaries are
//! checked, and only then the longest at the leftmost place wins, in each layer by itself.

mod border;
mod search;

use super::lexicon::{AliasIndex, EntityIndex, Layer, OfficeIndex};
pub use border::{Beside, Following, Kind};
pub(super) use border::{is_hangul, is_syllabic};
use search::Search;

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
    pub condition: Option<Beside>,
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
    patterns: Vec<Pattern>,
    /// What may follow a leader without a blank, in scripts that join words.
    following: Vec<Following>,
    search: Search,
}

impl Matcher {
    /// Builds what the search needs.
    ///
    /// # Panics
    /// If the patterns need more states than 2^31: some hundred million bytes of aliases.
    pub fn new(patterns: Vec<Pattern>, following: Vec<Following>) -> Self {
        let search = Search::new(&patterns);
        Self { patterns, following, search }
    }

    /// Finds what a normalised text names, leftmost first, the layers one after the other.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        self.search.each(text, |number, start| {
            let pattern = &self.patterns[number];
            let Some(written) = text.as_bytes().get(start..start + pattern.text.len()) else { return };
            let end = start + written.len();
            let same = written == pattern.text.as_bytes()
                || pattern.fold && written.eq_ignore_ascii_case(pattern.text.as_bytes());
            if same
                && border::is_bounded(text, start, end, pattern.layer)
                && pattern.condition.as_ref().is_none_or(|beside| beside.holds(text, start, end))
                && let Some(target) = self.behind(pattern, &text[end..])
            {
                hits.push(Hit { start, end, layer: pattern.layer, target });
            }
        });
        choose(hits)
    }

    /// Every pattern that stands somewhere in a text as a word, whatever stands beside it and whoever wins: what a
    /// lexicon's own words hold of each other.
    pub(super) fn within(&self, text: &str) -> Vec<(&Pattern, std::ops::Range<usize>)> {
        let mut found = Vec::new();
        self.search.each(text, |number, start| {
            let pattern = &self.patterns[number];
            let end = start + pattern.text.len();
            if text.get(start..end).is_some_and(|written| {
                written == pattern.text || pattern.fold && written.eq_ignore_ascii_case(&pattern.text)
            }) && border::is_bounded(text, start, end, pattern.layer)
            {
                found.push((pattern, start..end));
            }
        });
        found
    }

    /// What a pattern means before what follows it. Hangul joins words without a blank: a leader may be followed
    /// by what the lexicon lists, else a name is another name ("한정진"), and an office another's ("대통령공보관").
    fn behind(&self, pattern: &Pattern, rest: &str) -> Option<Target> {
        let checked = pattern.layer == Layer::Leader
            && (border::ends_in_hangul(&pattern.text) || pattern.condition.as_ref().is_some_and(|beside| beside.apart));
        let ends = || border::ends_before(&self.following, rest, matches!(pattern.target, Target::Name { .. }));
        match pattern.target {
            Target::Nothing => Some(Target::Nothing),
            _ if !checked || ends() => Some(pattern.target),
            Target::Office { office, alias } => Some(Target::Embedded { office, alias }),
            Target::Name { .. } | Target::Embedded { .. } => None,
        }
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
            pattern("중국", false, Layer::Country),
            pattern("중국인민", false, Layer::Country),
            pattern("Китай", false, Layer::Country),
            pattern("Китая", false, Layer::Leader),
            pattern("X", false, Layer::Leader),
            pattern("Xi Jinping", false, Layer::Leader),
            pattern("5 a", true, Layer::Leader),
        ];
        let everywhere = Search::by_automaton(&patterns);
        [Matcher::new(patterns.clone(), Vec::new()), Matcher { patterns, following: Vec::new(), search: everywhere }]
    }

    proptest! {
        #[test]
        fn both_searches_find_the_same(words in proptest::collection::vec("(China|chinese|CHINA|Sino-|Japanese War|X|Xi| Jinping|5 A|x|é|中|중국|인민|합|Китай|Китая|д|-|_| |’|«|\\.)", 0..16)) {
            let text = words.concat();
            let [starts, everywhere] = both();
            prop_assert_eq!(starts.find(&text), everywhere.find(&text));
        }
    }
}
