//! Records in and out, files in pieces, and messages as tools leave them.

use std::io::{BufReader, Read as _, Write as _};

use flate2::read::MultiGzDecoder;
use flate2::write::{GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::http::{HttpFault, response};
use super::*;

type Read = (Vec<(String, String, Vec<u8>)>, Vec<String>);

/// What a reader gives of a file: kind, address and block of each record, and the complaints.
fn read(file: &[u8], packed: bool) -> Read {
    if packed { drain(Reader::new(BufReader::new(MultiGzDecoder::new(file)))) } else { drain(Reader::new(file)) }
}

fn drain(mut reader: Reader<impl std::io::BufRead>) -> Read {
    let (mut records, mut faults) = (Vec::new(), Vec::new());
    loop {
        match reader.next_head() {
            Ok(None) => return (records, faults),
            Ok(Some(head)) => match reader.block(1 << 20) {
                Ok(Block::Whole(block)) => {
                    records.push((head.kind().to_owned(), head.uri().unwrap_or("").to_owned(), block));
                }
                Ok(Block::TooLong(length)) => faults.push(format!("too long: {length}")),
                Err(error) => faults.push(error.to_string()),
            },
            Err(error) => faults.push(error.to_string()),
        }
    }
}

fn write(pages: &[(String, Vec<u8>)], packed: bool) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), packed);
    writer.info("2024-08-31T12:00:00Z", "made up.warc", &[("software", "sinmun")]).expect("memory");
    for (uri, body) in pages {
        let page = Page { kind: Kind::Resource, uri, date: "2024-08-31T12:00:00Z", content_type: "text/html", body };
        writer.page(&page).expect("memory");
    }
    writer.finish().expect("memory")
}

#[test]
fn heads_as_tools_write_them() {
    // Angle brackets (wget), another case, a line that goes on, no end behind the last record.
    let file = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a.example/x>\r\ncontent-length: 4\r\n\
        X-Long: one\r\n two\r\n\r\nbody\r\n\r\n\r\nWARC/0.18\nWARC-Type: resource\nContent-Length: 0\n\n\n\nWARC/1.1\r\n\
        Content-Length: 2\r\n\r\nab";
    let mut reader = Reader::new(&file[..]);
    let head = reader.next_head().expect("a head").expect("a record");
    assert_eq!((head.uri(), head.get("x-long")), (Some("http://a.example/x"), Some("one two")));
    assert_eq!(reader.block(3).expect("told"), Block::TooLong(4));
    let (records, faults) = read(file, false);
    assert_eq!((records.len(), faults.len()), (3, 0), "{faults:?}");
    assert_eq!(records[2].2, b"ab");
}

#[test]
fn what_is_broken_is_told_and_passed_over() {
    let good = write(&[("http://a.example/".to_owned(), b"page".to_vec())], false);
    let mut file = good.clone();
    file.extend_from_slice(b"WARC/1.0\r\nno colon here\r\n\r\nnoise\r\nmore noise\r\n");
    file.extend_from_slice(b"WARC/1.0\r\nContent-Length: many\r\n\r\n");
    file.extend_from_slice(&good);
    let (records, faults) = read(&file, false);
    assert_eq!((records.len(), faults.len()), (4, 2), "{faults:?}");
    // A length that promises more memory than there is.
    let file = b"WARC/1.0\r\nContent-Length: 18446744073709551615\r\n\r\nshort";
    let (records, faults) = read(file, false);
    assert!(records.is_empty() && faults[0].starts_with("too long"), "{faults:?}");
    assert!(faults[1].contains("cut off"), "{faults:?}");
}

#[test]
fn bodies_as_tools_leave_them() {
    let html = b"<html>sample</html>".to_vec();
    let gzip = {
        let mut out = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(&html).expect("memory");
        out.finish().expect("memory")
    };
    let zlib = {
        let mut out = ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(&html).expect("memory");
        out.finish().expect("memory")
    };
    let message = |headers: &str, body: &[u8]| {
        let mut block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}\r\n").into_bytes();
        block.extend_from_slice(body);
        response(&block, 1000)
    };
    let chunked = |body: &[u8]| [format!("{:x};x=y\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat();
    for (headers, body) in [
        ("", html.clone()),
        ("Content-Encoding: gzip\r\n", gzip.clone()),
        ("Content-Encoding: deflate\r\n", zlib),
        ("Transfer-Encoding: chunked\r\n", chunked(&html)),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", chunked(&gzip)),
        // The headers say so, but the tool has undone it.
        ("Transfer-Encoding: chunked\r\nContent-Encoding: br\r\n", html.clone()),
        ("Content-Encoding: gzip\r\n", html.clone()),
    ] {
        assert_eq!(message(headers, &body).map(|m| m.body), Ok(html.clone()), "{headers}");
    }
    assert_eq!(message("Content-Encoding: br\r\n", b"\x0b\x02"), Err(HttpFault::Packed("br".to_owned())));
    assert!(matches!(message("Content-Encoding: gzip\r\n", &gzip[..20]), Err(HttpFault::Damaged(_))));
    assert!(matches!(message("Transfer-Encoding: chunked\r\n", b"5\r\nabcde\r\nff\r\nx"), Err(HttpFault::Damaged(_))));
    assert_eq!(message("", &[b'x'; 1001]), Err(HttpFault::TooLong(1000)));
    assert_eq!(response(b"GET / HTTP/1.1\r\n\r\n", 1000), Err(HttpFault::NoResponse));
}

fn any_pages() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    let body = prop_oneof![proptest::collection::vec(any::<u8>(), 0..200), Just(b"WARC/1.1\r\n\r\n".to_vec())];
    proptest::collection::vec(("http://a\\.example/[a-zA-Z0-9?=&]{0,20}", body), 0..6)
}

proptest! {
    #[test]
    fn what_is_written_is_read(pages in any_pages(), packed in any::<bool>()) {
        let (records, faults) = read(&write(&pages, packed), packed);
        prop_assert!(faults.is_empty(), "{:?}", faults);
        let got: Vec<(String, Vec<u8>)> = records.into_iter().skip(1).map(|(_, uri, body)| (uri, body)).collect();
        prop_assert_eq!(got, pages);
    }

    #[test]
    fn a_file_that_is_cut_off_gives_what_is_whole(pages in any_pages(), share in 0.0..1.0_f64, packed in any::<bool>()) {
        let whole = write(&pages, packed);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a file")]
        let cut = (whole.len() as f64 * share) as usize;
        let (all, _) = read(&whole, packed);
        let (records, faults) = read(&whole[..cut], packed);
        prop_assert!(records.len() <= all.len() && records[..] == all[..records.len()], "{:?}", records);
        prop_assert!(faults.len() <= 1, "{:?}", faults);
    }

    #[test]
    fn noise_ends(pieces in proptest::collection::vec(prop_oneof![
        Just(b"WARC/1.0\r\n".to_vec()), Just(b"Content-Length: 3\r\n".to_vec()), Just(b"\r\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..30)], 0..30))
    {
        let file = pieces.concat();
        let (records, _) = read(&file, false);
        prop_assert!(records.len() <= pieces.len());
        let _ = response(&file, 100);
        let mut unpacked = Vec::new();
        let _ = MultiGzDecoder::new(file.as_slice()).read_to_end(&mut unpacked);
    }
}
