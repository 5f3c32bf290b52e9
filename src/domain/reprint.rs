//! Reprints: one text published again, by the other outlet or under another title.
//!
//! Reprints are articles of their own and count by default; `--no-reprints` leaves all but the first of a
//! cluster out. Similar pairs are found by sketch and confirmed by the texts themselves.

use super::day::Day;
use super::shingle::{SKETCH, Sketch};

/// From this similarity on a text is a reprint of another.
pub const SIMILARITY: f64 = 0.85;
/// How many days may lie between them.
pub const DAYS: i32 = 7;

/// In how many places of sixteen two sketches must agree for their texts to be compared. Of 150,000 simulated pairs
/// of the shortest texts at a similarity of 0.85 the least agreed in seven; at 0.2, what formulas of the trade alone
/// may give, 4 of 100 agreed in six.
const AGREEING: usize = 6;

/// The shortest text that is compared, in the edition's unit of length.
pub const fn shortest(cjk: bool) -> u32 {
    if cjk { 200 } else { 60 }
}

/// What the choice of pairs needs to know of a measured article; all of one edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// The store's number of the article.
    pub article: i64,
    /// The store's number of its stream: another stream is another outlet.
    pub stream: i64,
    /// The day.
    pub day: Day,
    /// The text's sketch.
    pub sketch: Sketch,
}

/// The values of a sketch by which its like is found: of places that agree, enough lie among these.
pub fn telling(sketch: &Sketch) -> impl Iterator<Item = u64> {
    sketch.values().take(SKETCH - AGREEING + 1)
}

/// Whether two articles are worth comparing in full. Of one stream, they are reprints only under different titles.
pub fn may_be_reprints(a: &Candidate, b: &Candidate) -> bool {
    a.article != b.article
        && (a.day.epoch_days() - b.day.epoch_days()).abs() <= DAYS
        && a.sketch.agreeing(&b.sketch) >= AGREEING
}

/// The connected components of confirmed pairs, as lists of article numbers; each sorted, ordered by first.
pub fn clusters(pairs: &[(i64, i64)]) -> Vec<Vec<i64>> {
    let mut articles: Vec<i64> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    articles.sort_unstable();
    articles.dedup();
    let mut component: Vec<usize> = (0..articles.len()).collect();
    let place = |article: i64| articles.binary_search(&article).expect("every article of a pair is listed");
    // Few pairs, small clusters: repeated passes to the smallest label are simpler than a forest.
    loop {
        let mut changed = false;
        for &(a, b) in pairs {
            let (i, j) = (place(a), place(b));
            let least = component[i].min(component[j]);
            changed |= component[i] != least || component[j] != least;
            (component[i], component[j]) = (least, least);
        }
        if !changed {
            break;
        }
    }
    let mut clusters: Vec<Vec<i64>> = vec![Vec::new(); articles.len()];
    for (i, &article) in articles.iter().enumerate() {
        clusters[component[i]].push(article);
    }
    clusters.retain(|cluster| !cluster.is_empty());
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn components() {
        assert_eq!(clusters(&[(5, 2), (9, 7), (7, 2), (1, 4)]), [vec![1, 4], vec![2, 5, 7, 9]]);
        assert_eq!(clusters(&[]), Vec::<Vec<i64>>::new());
    }

    #[test]
    fn only_alike_within_a_week() {
        let sketch = Sketch([1; 16]);
        let a = Candidate { article: 1, stream: 1, day: Day::from_epoch_days(0), sketch };
        let other = |change: &dyn Fn(&mut Candidate)| {
            let mut b = Candidate { article: 2, ..a };
            change(&mut b);
            may_be_reprints(&a, &b)
        };
        assert!(!other(&|b| b.article = 1));
        assert!(other(&|_| ()));
        assert!(other(&|b| b.stream = 2));
        assert!(!other(&|b| b.day = Day::from_epoch_days(8)));
        assert!(!other(&|b| b.sketch = Sketch([2; 16])));
        assert!(other(&|b| b.sketch.0[6..].fill(2)));
        assert!(!other(&|b| b.sketch.0[5..].fill(2)));
    }

    proptest! {
        #[test]
        fn what_is_worth_comparing_is_found_by_its_telling_values(
            a in proptest::array::uniform16(prop_oneof![1u32..3, Just(Sketch::NONE)]),
            b in proptest::array::uniform16(prop_oneof![1u32..3, Just(Sketch::NONE)]),
        ) {
            let (a, b) = (Sketch(a), Sketch(b));
            if a.agreeing(&b) >= AGREEING {
                prop_assert!(telling(&a).any(|value| telling(&b).any(|other| other == value)));
            }
        }
    }
}
