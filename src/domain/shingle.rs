//! How alike two texts are: the Jaccard index of their shingles.
//!
//! A shingle is five words in a row, or eight characters in Korean, Chinese and Japanese. Words are compared
//! without case and punctuation, so that a changed comma is no changed text.

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
        each(normalised, edition, |hash| hashes.push(hash));
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

/// How many independent minima a sketch holds.
pub const SKETCH: usize = 16;

/// The minima of sixteen hash functions over a text's shingles. Two texts agree in a given place with a
/// probability equal to their similarity, the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sketch(pub [u32; SKETCH]);

impl Sketch {
    /// The sketch of a normalised text; all ones where it is empty.
    pub fn of(normalised: &str, edition: Edition) -> Self {
        let mut minima = [u32::MAX; SKETCH];
        each(normalised, edition, |hash| {
            for (minimum, factor) in minima.iter_mut().zip(FACTORS) {
                // The high half of a product with an odd constant: one multiplication for each function.
                let value = (hash.wrapping_mul(factor) >> 32) as u32;
                *minimum = (*minimum).min(value);
            }
        });
        Self(minima)
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

/// Odd constants from the digits of the golden ratio under splitmix64, one for each hash function.
const FACTORS: [u64; SKETCH] = {
    let mut factors = [0; SKETCH];
    let mut i = 0;
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    while i < SKETCH {
        seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        factors[i] = mix(seed) | 1;
        i += 1;
    }
    factors
};

const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Calls `take` with the hash of each shingle.
fn each(text: &str, edition: Edition, mut take: impl FnMut(u64)) {
    let size = if edition.is_cjk() { CHARS } else { WORDS };
    let mut window = [0u64; CHARS];
    let mut seen = 0;
    let mut push = |unit: u64| {
        window[seen % size] = unit;
        seen += 1;
        if seen >= size {
            let hash = (0..size).fold(0, |hash: u64, i| mix(hash.rotate_left(5) ^ window[(seen + i) % size]));
            take(hash);
        }
        seen
    };
    let mut units = 0;
    if edition.is_cjk() {
        for c in text.chars().filter(|c| c.is_alphanumeric()) {
            units = push(mix(u64::from(u32::from(c)) + 1));
        }
    } else {
        let mut word = 0u64;
        let mut length = 0;
        let mut end_word = |word: &mut u64, length: &mut u32| {
            if *length > 0 {
                units = push(mix(*word));
            }
            (*word, *length) = (0, 0);
        };
        for &byte in text.as_bytes() {
            if byte == b' ' || byte == b'\n' {
                end_word(&mut word, &mut length);
            } else if byte.is_ascii_alphanumeric() || byte >= 0x80 {
                // FNV-1a by bytes, lower-cased in ASCII.
                word = (word ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3).wrapping_add(1);
                length += 1;
            }
        }
        end_word(&mut word, &mut length);
    }
    if units > 0 && units < size {
        let hash = window[..units].iter().fold(0, |hash: u64, unit| mix(hash.rotate_left(5) ^ unit));
        take(hash);
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
