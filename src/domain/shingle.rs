//! How alike two texts are: the Jaccard index of their shingles.
//!
//! A shingle is five words in a row, or eight characters in Korean, Chinese and Japanese. Words here are runs of
//! letters and digits, compared without case, so that a changed comma or hyphen is no changed text.

use std::ops::Range;

use super::bytes::{each_word, hash_word};
use super::stream::Edition;

const WORDS: usize = 5;
const CHARS: usize = 8;

/// The shingles of a text, as sorted distinct 64-bit hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shingles(Vec<u64>);

impl Shingles {
    /// The shingles of a normalised text. A text shorter than one shingle is one shingle whole.
    pub fn of(normalised: &str, edition: Edition) -> Self {
        let mut hashes = Vec::new();
        each(normalised, edition, |_| {}, |hash| hashes.push(hash));
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes)
    }

    /// Shared shingles over all shingles, 0 to 1; 0 where either text is empty.
    pub fn similarity(&self, other: &Self) -> f64 {
        let (mut i, mut j, mut shared) = (0, 0, 0u32);
        while i < self.0.len() && j < other.0.len() {
            match self.0[i].cmp(&other.0[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    shared += 1;
                    i += 1;
                    j += 1;
                }
            }
        }
        let all = self.0.len() + other.0.len();
        if shared == 0 {
            0.0
        } else {
            f64::from(shared) / (f64::from(u32::try_from(all).unwrap_or(u32::MAX)) - f64::from(shared))
        }
    }
}

/// How many minima a sketch holds.
pub const SKETCH: usize = 16;

/// The least hash of a text's shingles in each of sixteen equal parts of all hashes (a one-permutation sketch);
/// [`Sketch::NONE`] where a part got none. Two texts agree in a given place with a probability equal to their
/// similarity, the same on every machine. Sixteen hash functions over all shingles would tell as much for
/// sixteen times the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sketch(pub [u32; SKETCH]);

impl Sketch {
    /// The value of a place into which no shingle fell; it agrees with nothing.
    pub const NONE: u32 = u32::MAX;

    /// The sketch of a normalised text.
    pub fn of(normalised: &str, edition: Edition) -> Self {
        Self::beside(normalised, edition, |_| {})
    }

    /// The same, telling of each word (none in Korean, Chinese and Japanese): who counts them need not look for them
    /// again.
    pub(super) fn beside(normalised: &str, edition: Edition, word: impl FnMut(&Range<usize>)) -> Self {
        let mut minima = [Self::NONE; SKETCH];
        let keep = |hash: u64| {
            let place = &mut minima[(hash >> 60) as usize];
            // The bits below those that chose the place.
            *place = (*place).min(((hash << 4) >> 32) as u32);
        };
        each(normalised, edition, word, keep);
        Self(minima)
    }

    /// Each place that holds a value, and the value, as one number: what two sketches may agree in.
    pub fn values(&self) -> impl Iterator<Item = u64> {
        (0..).zip(self.0).filter(|(_, value)| *value != Self::NONE).map(|(place, value)| place << 32 | u64::from(value))
    }

    /// The place of a value.
    pub const fn place(value: u64) -> usize {
        (value >> 32) as usize
    }

    /// In how many places two sketches agree.
    pub fn agreeing(&self, other: &Self) -> usize {
        self.0.iter().zip(other.0).filter(|&(value, others)| *value == others && others != Self::NONE).count()
    }

    /// As bytes for the store.
    pub fn to_bytes(self) -> [u8; SKETCH * 4] {
        let mut bytes = [0; SKETCH * 4];
        for (chunk, value) in bytes.chunks_exact_mut(4).zip(self.0) {
            chunk.copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    /// Back from the store; `None` if that is not a sketch.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; SKETCH * 4] = bytes.try_into().ok()?;
        let mut minima = [0; SKETCH];
        for (value, chunk) in minima.iter_mut().zip(bytes.chunks_exact(4)) {
            *value = u32::from_le_bytes(chunk.try_into().ok()?);
        }
        Some(Self(minima))
    }
}

const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Calls `take` with the hash of each shingle.
fn each(text: &str, edition: Edition, mut word: impl FnMut(&Range<usize>), take: impl FnMut(u64)) {
    if edition.is_cjk() {
        let mut rolling = Rolling::<CHARS, _>::new(take);
        text.chars().filter(|c| c.is_alphanumeric()).for_each(|c| rolling.push(mix(u64::from(c) + 1)));
        rolling.end();
    } else {
        let mut rolling = Rolling::<WORDS, _>::new(take);
        each_word(text.as_bytes(), |run| {
            word(&run);
            rolling.push(hash_word(text.as_bytes(), run));
        });
        rolling.end();
    }
}

/// The hash of the last `SIZE` units: a polynomial in an odd base, so that the oldest leaves by one multiplication.
struct Rolling<const SIZE: usize, F> {
    window: [u64; SIZE],
    // The oldest's place.
    next: usize,
    seen: usize,
    hash: u64,
    take: F,
}

impl<const SIZE: usize, F: FnMut(u64)> Rolling<SIZE, F> {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    /// What a unit has been multiplied by when it leaves.
    #[expect(clippy::cast_possible_truncation, reason = "five or eight")]
    const LEAVING: u64 = Self::BASE.wrapping_pow(SIZE as u32);

    fn new(take: F) -> Self {
        Self { window: [0; SIZE], next: 0, seen: 0, hash: 0, take }
    }

    fn push(&mut self, unit: u64) {
        // While the window fills, what leaves is zero.
        let oldest = std::mem::replace(&mut self.window[self.next], unit);
        self.next = if self.next + 1 == SIZE { 0 } else { self.next + 1 };
        self.hash =
            self.hash.wrapping_mul(Self::BASE).wrapping_add(unit).wrapping_sub(oldest.wrapping_mul(Self::LEAVING));
        self.seen += 1;
        if self.seen >= SIZE {
            (self.take)(mix(self.hash));
        }
    }

    /// A text shorter than one shingle is one whole.
    fn end(mut self) {
        if (1..SIZE).contains(&self.seen) {
            (self.take)(mix(self.hash));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn alike(a: &str, b: &str, edition: Edition) -> f64 {
        Shingles::of(a, edition).similarity(&Shingles::of(b, edition))
    }

    #[test]
    fn likeness() {
        let a = "one two three four five six seven eight nine ten";
        assert!((alike(a, &a.to_uppercase().replace(' ', ", "), Edition::En) - 1.0).abs() < 1e-12);
        // Six shingles all of which stand among the other seven: 6 of 7.
        assert!(
            (alike(a, "one two three four five six seven eight nine TEN eleven", Edition::En) - 6.0 / 7.0).abs()
                < 1e-12
        );
        assert!(alike(a, "eleven twelve thirteen fourteen fifteen", Edition::En) < 1e-12);
        assert!((alike("short text", "Short text.", Edition::En) - 1.0).abs() < 1e-12);
        assert!(alike("", "", Edition::En) < 1e-12);
        assert!((alike("조선중앙통신은 시험이다", "조선중앙통신은 시험이다.", Edition::Ko) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn sketches_go_through_the_store() {
        let sketch = Sketch::of("one two three four five six", Edition::En);
        assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Some(sketch));
        assert_eq!(Sketch::from_bytes(&[1, 2]), None);
    }

    proptest! {
        #[test]
        fn likeness_is_symmetric_and_bounded(a in "[a-e ]{0,80}", b in "[a-e ]{0,80}") {
            let (x, y) = (alike(&a, &b, Edition::En), alike(&b, &a, Edition::En));
            prop_assert!((x - y).abs() < 1e-12 && (0.0..=1.0).contains(&x));
        }

        #[test]
        fn equal_texts_have_equal_sketches(a in "[a-e ]{1,80}") {
            prop_assert_eq!(Sketch::of(&a, Edition::En), Sketch::of(&a.to_uppercase(), Edition::En));
        }
    }
}
