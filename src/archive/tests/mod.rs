//! Tests over whole archives. All of them are made up.

mod any;
mod array;
mod csv;
mod json;
mod packed;

use std::borrow::Cow;
use std::io::Read;

use super::{ArchiveError, Fields, Limits, Next, Reader, Reason, Reject, Role, Stamp};

/// What a reader gave, in short: `line:title|body|date` for a row, and a reject as it is.
#[derive(Debug, PartialEq, Eq)]
enum Got {
    Row(String, Vec<u8>),
    Reject(Reject),
}

/// Reads everything, and counts the bytes used.
fn read(input: impl Read, limit: usize) -> Result<(Vec<Got>, u64), ArchiveError> {
    let mut reader = Reader::open(input, Fields::well_known(), Limits { record: limit })?;
    let mut all = Vec::new();
    while let Some(next) = reader.next()? {
        all.push(match next {
            Next::Reject(reject) => Got::Reject(reject),
            Next::Row(row) => {
                let title = row.title.unwrap_or(Cow::Borrowed("-"));
                let body = match row.body {
                    Some(body) => body,
                    None if row.body_column => Cow::Borrowed("-"),
                    None => Cow::Borrowed("no column"),
                };
                let date = match row.date {
                    None => "-".to_owned(),
                    Some(Stamp::Number(number)) => format!("#{number}"),
                    Some(Stamp::Text(text)) => text.into_owned(),
                };
                let line = row.line;
                Got::Row(format!("{line}:{title}|{body}|{date}"), row.raw.to_vec())
            }
        });
    }
    assert!(matches!(reader.next(), Ok(None)), "the end must last");
    Ok((all, reader.bytes_read()))
}

/// The rows and the rejects (line and reason) of a text, in their order.
fn lines_of(text: impl AsRef<[u8]>) -> Vec<String> {
    limited(text, 1 << 20)
}

fn limited(text: impl AsRef<[u8]>, limit: usize) -> Vec<String> {
    let text = text.as_ref();
    let (all, bytes) = read(text, limit).expect("the archive can be opened");
    assert_eq!(bytes, text.len() as u64, "all of it must be used");
    all.into_iter()
        .map(|got| match got {
            Got::Row(row, _) => row,
            Got::Reject(reject) => format!("{}! {}", reject.line, reject.reason),
        })
        .collect()
}

fn rejects(text: impl AsRef<[u8]>) -> Vec<Reject> {
    let (all, _) = read(text.as_ref(), 1 << 20).expect("the archive can be opened");
    all.into_iter()
        .filter_map(|got| match got {
            Got::Reject(reject) => Some(reject),
            Got::Row(..) => None,
        })
        .collect()
}

fn error_of(text: impl AsRef<[u8]>) -> ArchiveError {
    read(text.as_ref(), 1 << 20).expect_err("this must not be read")
}

/// Gives the bytes in pieces of the lengths given, again and again.
struct Pieces<'a> {
    rest: &'a [u8],
    lengths: Vec<usize>,
    turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.lengths[self.turn % self.lengths.len()].max(1);
        self.turn += 1;
        let count = length.min(buffer.len()).min(self.rest.len());
        let (piece, rest) = self.rest.split_at(count);
        buffer[..count].copy_from_slice(piece);
        self.rest = rest;
        Ok(count)
    }
}

#[test]
fn what_is_no_archive_says_so() {
    assert!(matches!(error_of(""), ArchiveError::Empty));
    assert!(matches!(error_of("\u{feff} \r\n\t"), ArchiveError::Empty));
    for utf16 in [&b"\xff\xfe{\0"[..], b"\xfe\xff\0{", b"{\0\"\0", b"\0{\0\""] {
        let error = error_of(utf16);
        assert!(matches!(error, ArchiveError::Utf16), "{error}");
        assert!(error.to_string().contains("iconv"), "{error}");
    }
    let sheet = b"PK\x03\x04\x14\0\x06\0title";
    assert!(matches!(error_of(sheet), ArchiveError::Binary));
    let endless = vec![b'x'; (1 << 20) + 2];
    assert!(matches!(error_of(endless), ArchiveError::HeaderTooLong { .. }));
    assert!(matches!(error_of(b"\xef\xbb\xbftitle,b\xf6dy\n"), ArchiveError::HeaderNotUtf8 { offset: 10 }));
    let error = error_of("date;\"the\nname\";x\n2024;a;b\n");
    let message = error.to_string();
    assert!(message.contains("date, the\u{fffd}name, x."), "{message}");
    assert!(message.contains("--field title=COLUMN"), "{message}");
}

#[test]
fn a_failing_input_is_an_error_after_its_rows() {
    struct Failing(bool);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(std::io::Error::other("the cable is out"));
            }
            let text = b"{\"title\": \"a\"}\n{\"title\": ";
            buffer[..text.len()].copy_from_slice(text);
            Ok(text.len())
        }
    }
    let mut reader = Reader::open(Failing(false), Fields::well_known(), Limits::default()).expect("it opens");
    assert!(matches!(reader.next(), Ok(Some(Next::Row(_)))));
    assert!(matches!(reader.next(), Err(ArchiveError::Read { line: 2, .. })));
    assert!(matches!(reader.next(), Ok(None)));
}

#[test]
fn every_reason_is_a_sentence() {
    let reasons = [
        Reason::NotAnObject { found: "a number" },
        Reason::WrongType {
            field: "headline".to_owned(),
            role: Role::Title,
            expected: "a text or null",
            found: "a list",
        },
        Reason::TooLong { limit: 5 },
        Reason::Columns { expected: 3, found: 2 },
    ];
    let said: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "a record must be an object like {\"title\": …}, this is a number",
            "the field `headline`, read as title, must be a text or null, this is a list",
            "longer than the limit of 5 bytes for one record",
            "2 columns where the header has 3",
        ]
    );
}
