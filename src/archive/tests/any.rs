//! Any input at all.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const STARTS: &[&[u8]] =
    &[b"", b"\xef\xbb\xbf", b"{\"title\":\"first\"}\n", b"[", b"[\n  ", b"title,body\n", b"title;x\r\n"];

const WORDS: &[&[u8]] =
    &[b"{\"title\":\"a\",\"body\":\"b\"}", b"a,b\n", b"title,body\n", b"\xef\xbb\xbf", b"\"\xea\xb9\x80\""];

const SIGNS: &[&[u8]] =
    &[b"{", b"}", b"[", b"]", b"\"", b"\\", b",", b":", b"\n", b"\r\n", b"\t", b"  ", b"\xff", b"5", b"x", b";", b"\0"];

/// Archives, mostly broken.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![prop::sample::select(WORDS), prop::sample::select(SIGNS)];
    (prop::sample::select(STARTS), vec(piece, 0..40)).prop_map(|(start, pieces)| {
        let mut all = start.to_vec();
        all.extend(pieces.concat());
        all
    })
}

fn outcome(input: impl Read, limit: usize) -> Result<(Vec<Got>, u64), String> {
    read(input, limit).map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_do_not_depend_on_how_the_bytes_come(
        text in soup(),
        lengths in vec(1_usize..20, 1..10),
        limit in 8_usize..200,
    ) {
        let whole = outcome(&text[..], limit);
        let bytewise = Pieces { rest: &text, lengths: vec![1], turn: 0 };
        prop_assert_eq!(&outcome(bytewise, limit), &whole);
        let pieces = Pieces { rest: &text, lengths, turn: 0 };
        prop_assert_eq!(&outcome(pieces, limit), &whole);
    }

    #[test]
    fn any_bytes_are_rows_rejects_or_an_error(text in vec(any::<u8>(), 0..300), limit in 0_usize..300) {
        if let Ok((all, bytes)) = read(&text[..], limit) {
            prop_assert_eq!(bytes, text.len() as u64);
            prop_assert!(all.len() <= text.len() + 1);
        }
    }

    #[test]
    fn a_broken_line_costs_no_other(
        broken in "[ -~]{0,40}",
        before in 0_u64..3,
        after in 1_u64..4,
    ) {
        let good = "{\"title\":\"good\",\"body\":\"text\"}\n";
        let mut text = "{\"title\":\"first\"}\n".to_owned();
        text.push_str(&good.repeat(usize::try_from(before).unwrap()));
        text.push_str("{\"x");
        text.push_str(&broken);
        text.push('\n');
        text.push_str(&good.repeat(usize::try_from(after).unwrap()));
        let all = lines_of(&text);
        for line in (2..2 + before).chain(3 + before..3 + before + after) {
            let row = format!("{line}:good|text|-");
            prop_assert!(all.contains(&row), "{} is missing in {:?}", row, all);
        }
    }
}
