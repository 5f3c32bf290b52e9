//! Writing: WARC 1.1, each record with its digests, and in a packed file a gzip member of its own, so that any tool can
//! jump to it.

use std::fmt::Write as _;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// What a record of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The page's body as it came; the headers it came with were not kept.
    Resource,
    /// The page's body with something in it replaced.
    Conversion,
}

/// A page to be written.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its address.
    pub uri: &'a str,
    /// When it was captured: `2024-08-31T12:00:00Z`.
    pub date: &'a str,
    /// Its media type.
    pub content_type: &'a str,
    /// Its body.
    pub body: &'a [u8],
}

/// Writes records.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    packed: bool,
}

impl<W: Write> Writer<W> {
    /// Writes to `out`, packed or not.
    pub fn new(out: W, packed: bool) -> Self {
        Self { out, packed }
    }

    /// The first record: what wrote the file, for whom. `fields` are lines of name and value.
    ///
    /// # Errors
    /// The system's.
    pub fn info(&mut self, date: &str, file: &str, fields: &[(&str, &str)]) -> io::Result<()> {
        let mut block = String::new();
        for (name, value) in fields {
            let _ = write!(block, "{name}: {value}\r\n");
        }
        let mut head = Self::head("warcinfo", date, &[file.as_bytes(), block.as_bytes()]);
        let _ = write!(head, "WARC-Filename: {}\r\nContent-Type: application/warc-fields\r\n", escaped(file));
        self.record(head, block.as_bytes(), false)
    }

    /// One page.
    ///
    /// # Errors
    /// The system's.
    pub fn page(&mut self, page: &Page<'_>) -> io::Result<()> {
        let kind = match page.kind {
            Kind::Resource => "resource",
            Kind::Conversion => "conversion",
        };
        let mut head = Self::head(kind, page.date, &[kind.as_bytes(), page.uri.as_bytes(), page.body]);
        let _ = write!(head, "WARC-Target-URI: {}\r\nContent-Type: {}\r\n", escaped(page.uri), page.content_type);
        self.record(head, page.body, true)
    }

    /// Ends the file; gives back what it was written to.
    ///
    /// # Errors
    /// The system's.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    /// The lines that every record has. Its id is made of what it holds: the same store gives the same file.
    fn head(kind: &str, date: &str, of: &[&[u8]]) -> String {
        let mut hash = Sha256::new();
        for part in [date.as_bytes()].iter().chain(of) {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let hex = hash.finalize().iter().take(16).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let id = format!("{}-{}-8{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32]);
        format!("WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{id}>\r\nWARC-Date: {date}\r\n")
    }

    fn record(&mut self, mut head: String, block: &[u8], of_page: bool) -> io::Result<()> {
        let digest = format!("sha256:{}", base32(&Sha256::digest(block)));
        if of_page {
            // Without headers the page is the whole block.
            let _ = write!(head, "WARC-Payload-Digest: {digest}\r\n");
        }
        let _ = write!(head, "WARC-Block-Digest: {digest}\r\nContent-Length: {}\r\n\r\n", block.len());
        let parts = [head.as_bytes(), block, b"\r\n\r\n"];
        if self.packed {
            let mut member = GzEncoder::new(&mut self.out, Compression::default());
            for part in parts {
                member.write_all(part)?;
            }
            member.finish()?;
        } else {
            for part in parts {
                self.out.write_all(part)?;
            }
        }
        Ok(())
    }
}

/// An address or name that cannot end its line.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if c <= ' ' || c == '\u{7f}' {
            let _ = write!(out, "%{:02X}", u32::from(c));
        } else {
            out.push(c);
        }
        out
    })
}

/// RFC 4648's, as digests in WARC are written.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for five in bytes.chunks(5) {
        let mut held = [0; 5];
        held[..five.len()].copy_from_slice(five);
        let bits = held.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let letters = (five.len() * 8).div_ceil(5);
        for place in 0..8 {
            let letter = usize::try_from(bits >> (35 - 5 * place) & 31).unwrap_or(0);
            out.push(if place < letters { char::from(LETTERS[letter]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_of_the_standard() {
        let of = |text: &str| base32(text.as_bytes());
        assert_eq!((of(""), of("f"), of("fo")), (String::new(), "MY======".to_owned(), "MZXQ====".to_owned()));
        assert_eq!((of("foob"), of("foobar")), ("MZXW6YQ=".to_owned(), "MZXW6YTBOI======".to_owned()));
    }
}
