//! The block of a `response` record: an HTTP message as it came over the line, or as some tool left it.
//!
//! Tools unpack bodies and leave the headers that say they were packed. So a header is believed only where the body
//! looks as it says.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use thiserror::Error;

/// A response with its body unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The status.
    pub status: u16,
    /// `Content-Type`, empty if it is not told.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why a message cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HttpFault {
    /// It does not begin as a response does.
    #[error("the record holds no HTTP response")]
    NoResponse,
    /// Its body is packed in a way that is not read here.
    #[error("the body is packed as '{0}', which cannot be unpacked here")]
    Packed(String),
    /// Its body cannot be unpacked.
    #[error("the body is damaged or cut off: {0}")]
    Damaged(String),
    /// Its body is longer than is allowed, unpacked.
    #[error("the body is longer than {0} bytes, unpacked")]
    TooLong(usize),
}

/// Reads a response of at most `most` bytes, unpacked.
///
/// # Errors
/// [`HttpFault`].
pub fn response(block: &[u8], most: usize) -> Result<Message, HttpFault> {
    let (line, rest) = line(block).ok_or(HttpFault::NoResponse)?;
    let line = String::from_utf8_lossy(line).into_owned();
    let status = line
        .strip_prefix("HTTP/")
        .and_then(|rest| rest.split_whitespace().nth(1))
        .and_then(|code| code.parse().ok())
        .ok_or(HttpFault::NoResponse)?;
    let (headers, body) = headers(rest);
    let all = |name: &str| -> String {
        let values: Vec<&str> =
            headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str()).collect();
        values.join(", ")
    };
    let mut body = body.to_vec();
    if all("Transfer-Encoding").to_ascii_lowercase().contains("chunked")
        && let Some(joined) = joined(&body)?
    {
        body = joined;
    }
    // Several packings are undone from the outside in.
    for packing in all("Content-Encoding").to_ascii_lowercase().rsplit(',').map(str::trim) {
        body = unpacked(body, packing, most)?;
    }
    if body.len() > most {
        return Err(HttpFault::TooLong(most));
    }
    let content_type = all("Content-Type");
    Ok(Message { status, content_type, body })
}

/// A line without its end, and what is behind it.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(b'\n', bytes)?;
    let line = &bytes[..end];
    Some((line.strip_suffix(b"\r").unwrap_or(line), &bytes[end + 1..]))
}

fn headers(mut rest: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let mut headers = Vec::new();
    while let Some((line, behind)) = line(rest) {
        rest = behind;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = String::from_utf8_lossy(line).split_once(':') {
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    (headers, rest)
}

/// The chunks of a body, joined; `None` if it is not in chunks, whatever the header says.
fn joined(body: &[u8]) -> Result<Option<Vec<u8>>, HttpFault> {
    let size = |line: &[u8]| -> Option<usize> {
        let line = std::str::from_utf8(line).ok()?;
        let digits = line.split(';').next().unwrap_or(line).trim();
        (!digits.is_empty() && digits.len() <= 8).then(|| usize::from_str_radix(digits, 16).ok()).flatten()
    };
    let mut all = Vec::new();
    let mut rest = body;
    loop {
        let first = all.is_empty() && rest.len() == body.len();
        let Some((length, behind)) = line(rest).and_then(|(line, behind)| Some((size(line)?, behind))) else {
            return if first { Ok(None) } else { Err(HttpFault::Damaged("a chunk has no length".to_owned())) };
        };
        if length == 0 {
            return Ok(Some(all));
        }
        let Some(chunk) = behind.get(..length) else {
            return if first && behind.first() == Some(&b'<') {
                Ok(None)
            } else {
                Err(HttpFault::Damaged("the last chunk is not all there".to_owned()))
            };
        };
        all.extend_from_slice(chunk);
        rest = &behind[length..];
        rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
}

fn unpacked(body: Vec<u8>, packing: &str, most: usize) -> Result<Vec<u8>, HttpFault> {
    let plain = || body.iter().find(|byte| !byte.is_ascii_whitespace()).is_none_or(|first| *first == b'<');
    match packing {
        "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => all(MultiGzDecoder::new(body.as_slice()), most),
        "zstd" if body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
            all(zstd::Decoder::new(body.as_slice()).map_err(|error| HttpFault::Damaged(error.to_string()))?, most)
        }
        "" | "identity" | "gzip" | "x-gzip" | "zstd" => Ok(body),
        _ if plain() => Ok(body),
        // Some servers send it with zlib's frame, some without.
        "deflate" => {
            all(ZlibDecoder::new(body.as_slice()), most).or_else(|_| all(DeflateDecoder::new(body.as_slice()), most))
        }
        other => Err(HttpFault::Packed(other.to_owned())),
    }
}

/// Reads to the end, if that comes before the limit.
fn all(packed: impl Read, most: usize) -> Result<Vec<u8>, HttpFault> {
    let mut body = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    packed.take(limit).read_to_end(&mut body).map_err(|error| HttpFault::Damaged(error.to_string()))?;
    if body.len() > most { Err(HttpFault::TooLong(most)) } else { Ok(body) }
}
