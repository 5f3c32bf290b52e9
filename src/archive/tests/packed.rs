//! Packed archives.

use std::io::{Cursor, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::{Damage, Packing, decompress};
use super::*;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text).expect("into memory");
    packer.finish().expect("into memory")
}

fn zstd(text: &[u8]) -> Vec<u8> {
    // With a checksum, as the zstd command writes it: without one, damage can go unseen.
    let mut packer = zstd::Encoder::new(Vec::new(), 1).expect("into memory");
    packer.include_checksum(true).expect("a known parameter");
    packer.write_all(text).expect("into memory");
    packer.finish().expect("into memory")
}

/// Rows that do not pack too well, so that damage has a place.
fn rows(count: u64) -> Vec<u8> {
    let mut text = Vec::new();
    let mut noise = 1_u64;
    for number in 0..count {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005) + number;
        writeln!(text, "{{\"title\":\"{number}\",\"body\":\"{noise:x}\"}}").expect("into memory");
    }
    text
}

fn unpack(packed: Vec<u8>) -> (Box<dyn std::io::BufRead + Send>, Arc<AtomicU64>) {
    let consumed = Arc::new(AtomicU64::new(0));
    let input = decompress(Cursor::new(packed), Arc::clone(&consumed)).expect("in memory");
    (input, consumed)
}

#[test]
fn several_members_are_one_text() {
    let (first, second) = (rows(100), &b"{\"title\":\"last\"}"[..]);
    let mut text = first.clone();
    text.extend_from_slice(second);
    // A frame to be skipped, of four bytes.
    let skipped = b"\x50\x2a\x4d\x18\x04\0\0\0skip";
    for packed in [
        text.clone(),
        Vec::new(),
        b"{".to_vec(),
        [gzip(&first), gzip(b""), gzip(second)].concat(),
        [zstd(&first), zstd(second)].concat(),
        [&skipped[..], &zstd(&first), &skipped[..], &zstd(second)].concat(),
    ] {
        let length = packed.len() as u64;
        let (mut input, consumed) = unpack(packed.clone());
        let mut unpacked = Vec::new();
        input.read_to_end(&mut unpacked).expect("it is whole");
        if length > 1 {
            assert!(unpacked == text);
        } else {
            assert!(unpacked == packed);
        }
        assert_eq!(consumed.load(Ordering::Relaxed), length);
    }
}

#[test]
fn damage_comes_after_the_rows_before_it() {
    let text = rows(20_000);
    for (packed, packing) in [(gzip(&text), Packing::Gzip), (zstd(&text), Packing::Zstd)] {
        let cut = packed[..packed.len() / 2].to_vec();
        let (count, line, damage) = read_damaged(cut.clone());
        assert!(damage.cut_off, "{damage}");
        assert_eq!(damage.offset, cut.len() as u64);
        assert!(count > 8000, "{count} rows");
        assert_eq!(line, count + 1);
        assert_eq!(damage.packing, packing);

        let mut spoiled = packed.clone();
        let middle = packed.len() / 2;
        spoiled[middle..middle + 5000].fill(0xff);
        let (count, _, damage) = read_damaged(spoiled);
        assert!(!damage.cut_off, "{damage}");
        assert!(count > 4000, "{count} rows");
        assert!(damage.to_string().contains(&format!("{packing} data is damaged")), "{damage}");
    }
}

fn read_damaged(packed: Vec<u8>) -> (u64, u64, Damage) {
    let (input, _) = unpack(packed);
    let mut reader = Reader::open(input, Fields::well_known(), Limits::default()).expect("it opens");
    let mut count = 0;
    loop {
        match reader.next() {
            // Random bytes can also be unpacked into something before the decoder sees it.
            Ok(Some(Next::Row(_) | Next::Reject(_))) => count += 1,
            Ok(None) => panic!("the damage was not seen"),
            Err(ArchiveError::Damaged { line, source }) => return (count, line, source),
            Err(other) => panic!("{other}"),
        }
    }
}
