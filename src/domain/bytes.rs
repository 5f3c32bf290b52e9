//! Bytes by class, sixty-four at a time.
//!
//! Everything that reads a text whole (normalising, measuring, sketching, matching) first asks where its words
//! are. Asked byte by byte that question took two thirds of an import; here it is asked of a whole block in a loop
//! without branches, of which the compiler makes vector instructions, and the answers are gathered into one bit a byte.
//! (To write those instructions ourselves would need `unsafe`; eight bytes in a `u64` at a time take twice as long.)

use std::ops::Range;

const HIGH: u64 = 0x8080_8080_8080_8080;

/// The lanes in lower case, as far as they are ASCII letters; digits are what they were.
const fn lower(lanes: u64) -> u64 {
    lanes | ((!lanes & HIGH) >> 2)
}

/// One bit a byte of a block of up to sixty-four, set where the byte is of the class. Bits beyond the block's end are
/// what the class says of zero bytes.
fn mask(block: &[u8], class: impl Fn(u8) -> bool) -> u64 {
    let mut padded = [0; 64];
    let block = if let Ok(whole) = <&[u8; 64]>::try_from(block) {
        whole
    } else {
        padded[..block.len()].copy_from_slice(block);
        &padded
    };
    let flags = block.map(|byte| u8::from(class(byte)) << 7);
    let (lanes, _) = flags.as_chunks::<8>();
    // In bit `i` of byte `j` is now what is to be bit `j` of byte `i`.
    transposed(lanes.iter().fold(0, |bits, lane| bits >> 1 | u64::from_le_bytes(*lane)))
}

/// Eight by eight bits with rows for columns: halves, quarters and eighths change places across the diagonal.
const fn transposed(bits: u64) -> u64 {
    const fn swapped(bits: u64, distance: u32, of: u64) -> u64 {
        let differing = (bits ^ (bits >> distance)) & of;
        bits ^ differing ^ (differing << distance)
    }
    let bits = swapped(bits, 7, 0x00aa_00aa_00aa_00aa);
    let bits = swapped(bits, 14, 0x0000_cccc_0000_cccc);
    swapped(bits, 28, 0x0000_0000_f0f0_f0f0)
}

/// Calls `take` with every run of ASCII letters, digits and bytes beyond ASCII.
pub(super) fn each_word(text: &[u8], mut take: impl FnMut(Range<usize>)) {
    // Where the word begins that goes on beyond its block.
    let (mut open, mut last) = (None, 0);
    for (i, block) in text.chunks(64).enumerate() {
        let word = mask(block, |byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
        let behind = word << 1 | last;
        let (mut starts, mut ends) = (word & !behind, behind & !word);
        last = word >> 63;
        while ends != 0 {
            let start = open.take().unwrap_or_else(|| i * 64 + lowest(&mut starts));
            take(start..i * 64 + lowest(&mut ends));
        }
        if starts != 0 {
            open = Some(i * 64 + lowest(&mut starts));
        }
    }
    if let Some(start) = open {
        take(start..text.len());
    }
}

/// Takes the lowest bit out; answers its place.
const fn lowest(bits: &mut u64) -> usize {
    let place = bits.trailing_zeros() as usize;
    *bits &= *bits - 1;
    place
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
        Self::ALL.into_iter().find(|script| script.begins(first))
    }

    /// Whether a letter begins with a byte.
    const fn begins(self, byte: u8) -> bool {
        match self {
            Self::Latin => byte.is_ascii_alphanumeric(),
            Self::Cyrillic => matches!(byte, 0xd0..=0xd3),
            Self::Hangul => matches!(byte, 0xea..=0xed),
        }
    }
}

/// Calls `take` with every place where a letter of the script stands behind something else.
#[inline]
pub(super) fn each_start(text: &[u8], script: Script, take: impl FnMut(usize)) {
    // The script is known for the whole text: each has a loop of its own.
    match script {
        Script::Latin => starts(text, 1, |byte| Script::Latin.begins(byte), take),
        Script::Cyrillic => starts(text, 2, |byte| Script::Cyrillic.begins(byte), take),
        Script::Hangul => starts(text, 3, |byte| Script::Hangul.begins(byte), take),
    }
}

#[inline]
fn starts(text: &[u8], width: u32, begins: impl Fn(u8) -> bool, mut take: impl FnMut(usize)) {
    let mut last = 0;
    for (i, block) in text.chunks(64).enumerate() {
        let word = mask(block, &begins);
        let mut starts = word & !(word << width | last);
        last = word >> (64 - width);
        while starts != 0 {
            take(i * 64 + lowest(&mut starts));
        }
    }
}

/// How far from `at` a text is printable ASCII with single blanks or line feeds inside: the first byte that is
/// anything else, or such a blank that something else follows.
pub(super) fn plain_until(text: &[u8], at: usize) -> usize {
    let is_printable = |byte: u8| byte.is_ascii_graphic();
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\n');
    let mut from = at;
    // Whole blocks are as a rule plain, and that is told sooner than where one is not.
    while let Some(block) = text.get(from..).and_then(<[u8]>::first_chunk::<65>) {
        let pairs = block[..64].iter().zip(&block[1..]);
        let plain = |(&byte, &next): (&u8, &u8)| is_printable(byte) || is_blank(byte) && is_printable(next);
        if !pairs.map(plain).fold(true, |all, plain| all & plain) {
            break;
        }
        from += 64;
    }
    // A blank is judged with the byte behind it, so that a block's last byte belongs to the next block's answer.
    while from < text.len() {
        let block = &text[from..text.len().min(from + 64)];
        let printable = mask(block, is_printable);
        let single = mask(block, is_blank) & (printable >> 1);
        let other = (!(printable | single)).trailing_zeros() as usize;
        if other < 63 || from + other >= text.len() {
            return (from + other).min(text.len());
        }
        from += other;
    }
    from
}

/// The eight bytes from `at` on, the first in the lowest lane; zero behind the end.
#[inline]
pub(super) fn eight(text: &[u8], at: usize) -> u64 {
    match text.get(at..).and_then(<[u8]>::first_chunk) {
        Some(whole) => u64::from_le_bytes(*whole),
        None => last_bytes(text, at),
    }
}

#[cold]
fn last_bytes(text: &[u8], at: usize) -> u64 {
    text[at..].iter().rev().fold(0, |lanes, &byte| lanes << 8 | u64::from(byte))
}

/// A hash of a word, without case in ASCII; the same on every machine.
pub(super) fn hash_word(text: &[u8], word: Range<usize>) -> u64 {
    const FACTOR: u64 = 0x9fb2_1c65_1e98_df25;
    let (mut hash, mut at) = (word.len() as u64, word.start);
    let mut put = |lanes: u64| {
        hash = (hash ^ lanes).wrapping_mul(FACTOR);
        hash ^= hash >> 32;
    };
    while word.end - at > 8 {
        put(lower(eight(text, at)));
        at += 8;
    }
    if at < word.end {
        let beyond = 64 - 8 * (word.end - at);
        put(lower(eight(text, at)) << beyond >> beyond);
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
    fn lower_case_of_every_byte_of_a_word() {
        for byte in 0..=u8::MAX {
            if byte.is_ascii_alphanumeric() || byte >= 0x80 {
                let lanes = u64::from_le_bytes([byte; 8]);
                assert_eq!(lower(lanes), u64::from_le_bytes([byte.to_ascii_lowercase(); 8]), "{byte}");
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
        fn long_texts_are_plain_up_to_the_first_blemish(
            plain in "([a-z.]{1,9}[ \n]){5,50}", blemish in "(é|\u{7f}|\t| )?", rest in "([a-z.]{1,9} ){0,20}[a-z]",
        ) {
            let text = format!("{plain}{blemish}{rest}");
            // A blank before a blemish is none either.
            let end = if blemish.is_empty() { text.len() } else { plain.len() - 1 };
            prop_assert_eq!(plain_until(text.as_bytes(), 0), end);
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
