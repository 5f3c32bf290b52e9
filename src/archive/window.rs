//! The part of the input that is in memory.

use std::io::{self, Read};
use std::ops::Range;

use super::input::Damage;
use super::reject::{ArchiveError, KEPT};

/// How much is asked of the input at a time, in bytes. A decoder that meets damage loses what it
/// had unpacked in the same call, so that larger chunks would lose more rows before the damage.
pub(super) const CHUNK: usize = 64 * 1024;

/// A stretch of the input, held in one buffer that is used again and again, with the position of
/// its first byte.
pub(super) struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    line: u64,
    line_start: u64,
    ended: bool,
    most: usize,
}

impl<R: Read> Window<R> {
    /// A window that need never hold more than `record` bytes which are not yet consumed.
    pub(super) fn new(input: R, record: usize) -> Self {
        Self {
            input,
            buffer: vec![0; 2 * CHUNK],
            start: 0,
            end: 0,
            offset: 0,
            line: 1,
            line_start: 0,
            ended: false,
            most: record.saturating_add(2 * CHUNK),
        }
    }

    /// The bytes that are there and not yet consumed.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// A stretch that [`consume`](Self::consume) gave. It is there until the next `fill`.
    pub(super) fn at(&self, range: Range<usize>) -> &[u8] {
        &self.buffer[range]
    }

    /// Offset of the first byte from the start of the input, from 0.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Line of the first byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Column of the first byte in its line, in bytes from 0.
    pub(super) fn column(&self) -> u64 {
        self.offset - self.line_start
    }

    /// Reads on; false at the end of the input. The buffer grows by doubling, up to the length of a
    /// record and two chunks: callers consume, or give up, at their limit.
    pub(super) fn fill(&mut self) -> Result<bool, ArchiveError> {
        if self.ended {
            return Ok(false);
        }
        if self.buffer.len() - self.end < CHUNK {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if self.buffer.len() - self.end < CHUNK {
                let doubled = self.most.min(2 * self.buffer.len());
                self.buffer.resize(doubled.max(self.end + CHUNK), 0);
            }
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..self.end + CHUNK]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Ok(count) => {
                    self.end += count;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failure(error)),
            }
        }
    }

    /// Passes over the next `count` bytes, which must be there, and says where they are.
    pub(super) fn consume(&mut self, count: usize) -> Range<usize> {
        let range = self.start..self.start + count;
        let bytes = &self.buffer[range.clone()];
        if let Some(last) = memchr::memrchr(b'\n', bytes) {
            self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
            self.line_start = self.offset + last as u64 + 1;
        }
        self.start = range.end;
        self.offset += count as u64;
        range
    }

    /// Passes over the next `count` bytes, and keeps the first of them as evidence.
    pub(super) fn discard(&mut self, count: usize, raw: &mut Vec<u8>) {
        let range = self.consume(count);
        let kept = count.min(KEPT.saturating_sub(raw.len()));
        raw.extend_from_slice(&self.buffer[range.start..range.start + kept]);
    }

    /// Passes over the rest of the line with its newline; false if the input ended first.
    pub(super) fn discard_line(&mut self, raw: &mut Vec<u8>) -> Result<bool, ArchiveError> {
        loop {
            if let Some(at) = memchr::memchr(b'\n', self.bytes()) {
                self.discard(at + 1, raw);
                return Ok(true);
            }
            self.discard(self.bytes().len(), raw);
            if !self.fill()? {
                return Ok(false);
            }
        }
    }

    /// The next byte, left where it is.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, ArchiveError> {
        if self.bytes().is_empty() && !self.fill()? {
            return Ok(None);
        }
        Ok(self.bytes().first().copied())
    }

    /// Reads on until at least `count` bytes are there, or the input ends.
    pub(super) fn want(&mut self, count: usize) -> Result<&[u8], ArchiveError> {
        while self.bytes().len() < count && self.fill()? {}
        Ok(self.bytes())
    }

    fn failure(&self, error: io::Error) -> ArchiveError {
        let line = self.line;
        match error.downcast::<Damage>() {
            Ok(source) => ArchiveError::Damaged { line, source },
            Err(source) => ArchiveError::Read { line, source },
        }
    }
}
