//! Finds the records of a JSON file: objects in a run, or in arrays.

use std::io::Read;
use std::ops::Range;

use super::Next;
use super::fields::Fields;
use super::object;
use super::reject::{ArchiveError, Reason, Reject};
use super::scan::{Break, Scan, Step};
use super::window::Window;

/// Where a record begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// From 1.
    pub line: u64,
    /// In bytes from 0.
    pub column: u64,
    /// In bytes from the start of the file.
    pub offset: u64,
}

/// Where we are between two records.
#[derive(Default)]
pub(super) struct Json {
    /// The line on which the array begins whose elements we read, if there is one.
    array: Option<u64>,
}

enum Found {
    Record(Place, Range<usize>),
    Reject(Reject),
    End,
}

impl Json {
    /// The next record or reject.
    pub(super) fn next<'w, R: Read>(
        &mut self,
        window: &'w mut Window<R>,
        fields: &Fields,
        limit: usize,
    ) -> Result<Option<Next<'w>>, ArchiveError> {
        Ok(match self.find(window, limit)? {
            Found::Record(place, range) => Some(object::read(place, window.at(range), fields)),
            Found::Reject(reject) => Some(Next::Reject(reject)),
            Found::End => None,
        })
    }

    fn find<R: Read>(&mut self, window: &mut Window<R>, limit: usize) -> Result<Found, ArchiveError> {
        let Some(first) = self.between(window)? else {
            if self.array.take().is_some() {
                return Ok(Found::Reject(Reject {
                    line: window.line(),
                    reason: Reason::ArrayNotClosed,
                    raw: Vec::new(),
                }));
            }
            return Ok(Found::End);
        };
        match (first, self.array) {
            (b'{', _) | (b'[' | b'"', Some(_)) => self.value(window, limit),
            (_, Some(_)) => stray(window, limit, |byte| b",]{ \t\r\n".contains(&byte)),
            (_, None) => stray(window, limit, |byte| byte == b'\n'),
        }
    }

    /// Passes over what stands between two records, and opens and closes arrays; gives the first
    /// byte of what follows.
    fn between<R: Read>(&mut self, window: &mut Window<R>) -> Result<Option<u8>, ArchiveError> {
        while let Some(byte) = window.peek()? {
            match (byte, self.array) {
                (b' ' | b'\t' | b'\r' | b'\n', _) | (b',', Some(_)) => {}
                (b'[', None) => self.array = Some(window.line()),
                (b']', Some(_)) => self.array = None,
                _ => return Ok(Some(byte)),
            }
            window.consume(1);
        }
        Ok(None)
    }

    /// Finds the end of the value that begins here, or the line at which to go on.
    fn value<R: Read>(&mut self, window: &mut Window<R>, limit: usize) -> Result<Found, ArchiveError> {
        let place = Place { line: window.line(), column: window.column(), offset: window.offset() };
        let mut scan = Scan::new();
        let mut scanned = 0;
        // What was wrong first, where the value could still end on its line.
        let mut broken: Option<Reason> = None;
        loop {
            let bytes = window.bytes();
            let ahead = &bytes[scanned..bytes.len().min(limit)];
            match scan.advance(ahead) {
                Step::End(count) => {
                    let range = window.consume(scanned + count);
                    return Ok(Found::Record(place, range));
                }
                Step::Broken(count, why) => {
                    scanned += count;
                    let seen = &window.bytes()[..scanned];
                    let reason = broken.take().unwrap_or_else(|| breach(place, seen, why));
                    if memchr::memchr(b'\n', seen).is_some() {
                        return self.resume(window, place, Vec::new(), reason);
                    }
                    broken = Some(reason);
                    scan.loosen();
                    continue;
                }
                Step::More => scanned += ahead.len(),
            }
            if scanned >= limit {
                return self.too_long(window, place, scan, limit);
            }
            if !window.fill()? {
                let reason = broken.unwrap_or(Reason::Truncated);
                return self.resume(window, place, Vec::new(), reason);
            }
        }
    }

    /// Gives up a value beyond the limit: reading goes on after its first line if it has several,
    /// else after its end, without holding what comes until then.
    fn too_long<R: Read>(
        &mut self,
        window: &mut Window<R>,
        place: Place,
        mut scan: Scan,
        limit: usize,
    ) -> Result<Found, ArchiveError> {
        let reason = Reason::TooLong { limit };
        let mut raw = Vec::new();
        if memchr::memchr(b'\n', &window.bytes()[..limit]).is_some() {
            return self.resume(window, place, raw, reason);
        }
        window.discard(limit, &mut raw);
        scan.loosen();
        loop {
            match scan.advance(window.bytes()) {
                Step::End(count) => {
                    window.discard(count, &mut raw);
                    return Ok(reject(place, reason, raw));
                }
                Step::Broken(count, _) => {
                    // Always at a newline; left there for `resume`.
                    window.discard(count - 1, &mut raw);
                    return self.resume(window, place, raw, reason);
                }
                Step::More => window.discard(window.bytes().len(), &mut raw),
            }
            if !window.fill()? {
                return Ok(reject(place, reason, raw));
            }
        }
    }

    /// Goes on after a broken record: at the next line that begins with an object (or the end of
    /// the array), indented no deeper than the broken one.
    ///
    /// The indentation keeps us from taking a nested object of a record spread over many lines for
    /// a record. The alternative, to go on after the braces close, would swallow good records
    /// whenever it is a brace that is missing.
    fn resume<R: Read>(
        &mut self,
        window: &mut Window<R>,
        place: Place,
        mut raw: Vec<u8>,
        reason: Reason,
    ) -> Result<Found, ArchiveError> {
        let deepest = if self.array == Some(place.line) {
            // On the line of the `[` the first record says nothing about those below it.
            u64::MAX
        } else {
            place.column
        };
        let mut more = window.discard_line(&mut raw)?;
        while more {
            while let Some(b' ' | b'\t') = window.peek()? {
                window.discard(1, &mut raw);
            }
            let begins = match window.peek()? {
                Some(b'{') => true,
                Some(b']') => self.array.is_some(),
                _ => false,
            };
            if begins && window.column() <= deepest {
                let reason = match reason {
                    // More follows, so that it is this record that is broken, not the file.
                    Reason::Truncated => Reason::NotJson {
                        message: "the record is never closed".to_owned(),
                        line: place.line,
                        column: place.column + 1,
                    },
                    other => other,
                };
                return Ok(reject(place, reason, raw));
            }
            more = window.discard_line(&mut raw)?;
        }
        Ok(reject(place, reason, raw))
    }
}

/// Passes over something that is no object, up to (not including) a byte that ends it.
fn stray<R: Read>(window: &mut Window<R>, limit: usize, ends: impl Fn(u8) -> bool) -> Result<Found, ArchiveError> {
    let place = Place { line: window.line(), column: window.column(), offset: window.offset() };
    let mut raw = Vec::new();
    // The first byte belongs to it whatever it is, so that we get on.
    window.discard(1, &mut raw);
    loop {
        let end = window.bytes().iter().position(|&byte| ends(byte));
        window.discard(end.unwrap_or(window.bytes().len()), &mut raw);
        if end.is_some() || !window.fill()? {
            break;
        }
    }
    let reason = if window.offset() - place.offset > limit as u64 {
        Reason::TooLong { limit }
    } else {
        object::no_object(place, &raw)
    };
    Ok(reject(place, reason, raw))
}

/// The reason of a break that the byte before the end of `seen` shows.
fn breach(place: Place, seen: &[u8], why: Break) -> Reason {
    let before = &seen[..seen.len() - 1];
    let (line, column) = match memchr::memrchr(b'\n', before) {
        None => (0, place.column + before.len() as u64),
        Some(last) => (memchr::memchr_iter(b'\n', before).count() as u64, (before.len() - last - 1) as u64),
    };
    Reason::NotJson { message: why.message().to_owned(), line: place.line + line, column: column + 1 }
}

fn reject(place: Place, reason: Reason, mut raw: Vec<u8>) -> Found {
    raw.truncate(raw.trim_ascii_end().len());
    Found::Reject(Reject { line: place.line, reason, raw })
}
