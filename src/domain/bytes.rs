//! Bytes by class, sixty-four at a time.
//!
//! Everything that reads a text whole (normalising, measuring, sketching, matching) first asks where its words
//! are. Asked byte by byte that question took two thirds of an import; here eight bytes are classified by one
//! handful of operations on a `u64`, and the answers gathered into one bit a byte. Vector instructions would need
//! `unsafe`, which the project forbids itself.

use std::ops::Range;

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bit of each lane that lies in `first..=last`, both below 0x80. Lanes from 0x80 on are never in it.
const fn within(lanes: u64, first: u8, last: u8) -> u64 {
    let seven = lanes & !HIGH;
    let from = seven + LOW * (0x80 - first as u64);
    let beyond = seven + LOW * (0x7f - last as u64);
    from & !beyond & !lanes & HIGH
}

/// ASCII letters and digits.
const fn alphanumeric(lanes: u64) -> u64 {
    within(lanes | (LOW * 0x20), b'a', b'z') | within(lanes, b'0', b'9')
}

/// The lanes in lower case, as far as they are ASCII letters; digits are what they were.
const fn lower(lanes: u64) -> u64 {
    lanes | ((!lanes & HIGH) >> 2)
}

/// One bit a byte of a block of up to sixty-four: set where the class has set the lane's high bit. Bits beyond
/// the block's end are what the class says of zero bytes.
fn mask(block: &[u8], class: impl Fn(u64) -> u64) -> u64 {
    // Multiplying by this gathers the eight high bits, moved to the lowest place of their lanes, in the top byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut padded = [0; 64];
    let block = if let Ok(whole) = <&[u8; 64]>::try_from(block) {
        whole
    } else {
        padded[..block.len()].copy_from_slice(block);
        &padded
    };
    let (lanes, _) = block.as_chunks::<8>();
    lanes.iter().enumerate().fold(0, |mask, (i, lane)| {
        let bits = (class(u64::from_le_bytes(*lane)) >> 7).wrapping_mul(GATHER) >> 56;
        mask | bits << (8 * i)
    })
}

/// Calls `take` with every run of ASCII letters, digits and bytes beyond ASCII.
pub(super) fn each_word(text: &[u8], mut take: impl FnMut(Range<usize>)) {
    let (mut start, mut open, mut last) = (0, false, 0);
    for (i, block) in text.chunks(64).enumerate() {
        let word = mask(block, |lanes| alphanumeric(lanes) | (lanes & HIGH));
        let mut edges = word ^ (word << 1 | last);
        last = word >> 63;
        while edges != 0 {
            let at = i * 64 + edges.trailing_zeros() as usize;
            edges &= edges - 1;
            if open {
                take(start..at);
            }
            (start, open) = (at, !open);
        }
    }
    if open {
        take(start..text.len());
    }
}

/// A script in which a word never begins behind a letter of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// ASCII letters and digits.
    Latin,
    /// U+0400 to U+04FF.
    Cyrillic,
    /// Hangul syllables (and what little else begins with the same bytes).
    Hangul,
}

impl Script {
    pub const ALL: [Script; 3] = [Self::Latin, Self::Cyrillic, Self::Hangul];

    /// The script of a text that begins with a byte.
    pub fn of(first: u8) -> Option<Self> {
        match first {
            0xd0..=0xd3 => Some(Self::Cyrillic),
            0xea..=0xed => Some(Self::Hangul),
            _ => first.is_ascii_alphanumeric().then_some(Self::Latin),
        }
    }

    /// The lanes in which a letter begins.
    const fn letters(self, lanes: u64) -> u64 {
        match self {
            Self::Latin => alphanumeric(lanes),
            Self::Cyrillic => within(lanes ^ HIGH, 0x50, 0x53),
            Self::Hangul => within(lanes ^ HIGH, 0x6a, 0x6d),
        }
    }
}

/// Calls `take` with every place where a letter of the script stands behind something else.
pub(super) fn each_start(text: &[u8], script: Script, take: impl FnMut(usize)) {
    // The script is known for the whole text: each has a loop of its own.
    match script {
        Script::Latin => starts(text, 1, |lanes| Script::Latin.letters(lanes), take),
        Script::Cyrillic => starts(text, 2, |lanes| Script::Cyrillic.letters(lanes), take),
        Script::Hangul => starts(text, 3, |lanes| Script::Hangul.letters(lanes), take),
    }
}

#[inline]
fn starts(text: &[u8], width: u32, letters: impl Fn(u64) -> u64, mut take: impl FnMut(usize)) {
    let mut last = 0;
    for (i, block) in text.chunks(64).enumerate() {
        let word = mask(block, &letters);
        let mut starts = word & !(word << width | last);
        last = word >> (64 - width);
        while starts != 0 {
            take(i * 64 + starts.trailing_zeros() as usize);
            starts &= starts - 1;
        }
    }
}

/// How far from `at` a text is printable ASCII with single blanks or line feeds inside: the first byte that is
/// anything else, or such a blank that something else follows.
pub(super) fn plain_until(text: &[u8], at: usize) -> usize {
    // A blank is judged with the byte behind it, so that a block's last byte belongs to the next block's answer.
    let mut from = at;
    while from < text.len() {
        let block = &text[from..text.len().min(from + 64)];
        let printable = mask(block, |lanes| within(lanes, b'!', b'~'));
        let single = mask(block, |lanes| within(lanes, b' ', b' ') | within(lanes, b'\n', b'\n')) & (printable >> 1);
        let other = (!(printable | single)).trailing_zeros() as usize;
        if other < 63 || from + other >= text.len() {
            return (from + other).min(text.len());
        }
        from += other;
    }
    from
}

/// The eight bytes from `at` on, the first in the lowest lane; zero behind the end.
pub(super) fn eight(text: &[u8], at: usize) -> u64 {
    text[at..].first_chunk().map_or_else(
        || text[at..].iter().rev().fold(0, |lanes, &byte| lanes << 8 | u64::from(byte)),
        |whole| u64::from_le_bytes(*whole),
    )
}

/// A hash of a word, without case in ASCII; the same on every machine.
pub(super) fn hash_word(text: &[u8], word: Range<usize>) -> u64 {
    const FACTOR: u64 = 0x9fb2_1c65_1e98_df25;
    let mut hash = word.len() as u64;
    for at in word.clone().step_by(8) {
        let beyond = 64 - 8 * (word.end - at).min(8);
        hash = (hash ^ (lower(eight(text, at)) << beyond >> beyond)).wrapping_mul(FACTOR);
        hash ^= hash >> 32;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        each_word(text.as_bytes(), |range| words.push(&text[range]));
        words
    }

    #[test]
    fn classes_of_every_byte() {
        for byte in 0..=u8::MAX {
            let one = |class: fn(u64) -> u64| class(u64::from_le_bytes([byte; 8]));
            let all = |yes: bool| if yes { HIGH } else { 0 };
            assert_eq!(one(alphanumeric), all(byte.is_ascii_alphanumeric()), "{byte}");
            assert_eq!(one(|lanes| within(lanes, b'!', b'~')), all(byte.is_ascii_graphic()), "{byte}");
            if byte.is_ascii_alphanumeric() || byte >= 0x80 {
                assert_eq!(one(lower), u64::from_le_bytes([byte.to_ascii_lowercase(); 8]), "{byte}");
            }
        }
    }

    #[test]
    fn words_of_a_line() {
        assert_eq!(words("U.S.-led «Россия», 3 x"), ["U", "S", "led", "«Россия»", "3", "x"]);
        assert_eq!(words(&"ab ".repeat(50)).len(), 50);
        assert_eq!(words(&"a".repeat(128)), ["a".repeat(128)]);
    }

    proptest! {
        #[test]
        fn as_byte_by_byte(text in "[a-zA-Z0-9 \n.é\u{a0}\u{7f}~!]{0,200}", at in 0usize..100) {
            let bytes = text.as_bytes();
            let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b >= 0x80;
            let naive: Vec<&[u8]> = bytes.split(|b| !is_word(b)).filter(|word| !word.is_empty()).collect();
            let mut ours = Vec::new();
            each_word(bytes, |range| ours.push(&bytes[range]));
            prop_assert_eq!(ours, naive);
            let naive: Vec<usize> = (0..bytes.len())
                .filter(|&i| bytes[i].is_ascii_alphanumeric() && (i == 0 || !bytes[i - 1].is_ascii_alphanumeric()))
                .collect();
            let mut ours = Vec::new();
            each_start(bytes, Script::Latin, |start| ours.push(start));
            prop_assert_eq!(ours, naive);
            let at = at.min(bytes.len());
            let naive = (at..bytes.len()).find(|&i| {
                let blank = matches!(bytes[i], b' ' | b'\n');
                !(bytes[i].is_ascii_graphic() || blank && bytes.get(i + 1).is_some_and(u8::is_ascii_graphic))
            });
            prop_assert_eq!(plain_until(bytes, at), naive.unwrap_or(bytes.len()));
        }

        #[test]
        fn words_of_other_scripts(text in "[a-zа-яё가-힣习 .«é]{0,90}") {
            for script in Script::ALL {
                let own = |c: char| Script::of(c.to_string().as_bytes()[0]) == Some(script);
                let mut naive = Vec::new();
                let mut before = None;
                for (at, c) in text.char_indices() {
                    if own(c) && !before.is_some_and(own) {
                        naive.push(at);
                    }
                    before = Some(c);
                }
                let mut ours = Vec::new();
                each_start(text.as_bytes(), script, |at| ours.push(at));
                prop_assert_eq!(ours, naive);
            }
        }

        #[test]
        fn a_word_has_one_hash_wherever_it_stands(word in "[a-zA-Z0-9]{1,20}", before in "[ .]{0,9}", after in "[ .]{0,9}") {
            let text = format!("{before}{word}{after}");
            let hash = hash_word(text.as_bytes(), before.len()..before.len() + word.len());
            prop_assert_eq!(hash, hash_word(word.to_uppercase().as_bytes(), 0..word.len()));
            let longer = format!("{word}x");
            prop_assert_ne!(hash, hash_word(longer.as_bytes(), 0..longer.len()));
        }
    }
}
