//! What is surely not in a store that was empty when it was opened: most of what an archive brings need not be looked for.

/// The title and address keys that were put in, as far as they can be told apart in a megabyte. Keys are hashes, so their
/// low bits serve.
#[derive(Debug)]
pub(super) struct Seen(Option<Box<[u64]>>);

const WORDS: usize = 1 << 17;

impl Seen {
    /// Of a store that is empty, or of one that may hold anything.
    pub fn of(empty: bool) -> Self {
        Self(empty.then(|| vec![0; WORDS].into()))
    }

    /// Whether the store may hold something by a key. No, is sure.
    pub fn may_hold(&self, key: i64) -> bool {
        let (word, bit) = place(key);
        self.0.as_ref().is_none_or(|words| words[word] >> bit & 1 == 1)
    }

    /// Notes a key by which something is put in.
    pub fn note(&mut self, key: i64) {
        let (word, bit) = place(key);
        if let Some(words) = &mut self.0 {
            words[word] |= 1 << bit;
        }
    }
}

fn place(key: i64) -> (usize, u64) {
    let key = key.cast_unsigned();
    (usize::try_from(key >> 6).unwrap_or(usize::MAX) % WORDS, key & 63)
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn what_was_noted_may_be_held_and_little_else() {
        let mut seen = Seen::of(true);
        let keys = |from: i64| (from..from + 1000).map(|n| n.wrapping_mul(0x5851_f42d_4c95_7f2d));
        keys(1).for_each(|key| seen.note(key));
        assert!(keys(1).all(|key| seen.may_hold(key)));
        let mistaken = keys(100_000).filter(|key| seen.may_hold(*key)).count();
        assert!(mistaken < 10, "{mistaken}");
        assert!(Seen::of(false).may_hold(1));
    }
}
