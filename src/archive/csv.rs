//! CSV with a header line, record by record.
//!
//! `csv-core` splits the records. The `csv` crate above it is not used, because it reads on to the
//! end of the file when a quote is left open, and does not give the bytes of a record.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use csv_core::ReadRecordResult;

use super::Next;
use super::dialect::{delimiter, quote_left_open, trim_newline};
use super::fields::{Fields, Role};
use super::reject::{ArchiveError, KEPT, Reason, Reject};
use super::row::{Row, Slots, Value};
use super::window::{CHUNK, Window};

/// The longest header, in bytes. What is not CSV at all should not be read for long.
const HEADER: usize = 1024 * 1024;

/// The columns of a file, and the cells of the record at hand.
pub(super) struct Csv {
    core: csv_core::Reader,
    delimiter: u8,
    /// The cells of the record, unquoted, one after the other.
    cells: Vec<u8>,
    /// Where each cell ends.
    ends: Vec<usize>,
    /// Columns of the header; `None` while that is being read.
    columns: Option<usize>,
    /// The columns that mean something: column, and position in the list of fields.
    roles: Vec<(usize, usize)>,
}

/// What was split off. Nothing is consumed yet.
enum Split {
    /// A record: its length with the line's end, its number of columns, and whether the file ends
    /// with it.
    Record {
        length: usize,
        columns: usize,
        at_end: bool,
    },
    /// It did not end within the limit.
    TooLong,
    End,
}

impl Csv {
    /// Reads the header.
    pub(super) fn open<R: Read>(window: &mut Window<R>, fields: &Fields) -> Result<Self, ArchiveError> {
        if window.want(512)?.iter().take(512).any(|&byte| byte == 0) {
            return Err(ArchiveError::Binary);
        }
        let delimiter = delimiter(header_line(window)?);
        let mut csv = Self {
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            delimiter,
            cells: vec![0; CHUNK],
            ends: vec![0; 64],
            columns: None,
            roles: Vec::new(),
        };
        csv.reset();
        let columns = match csv.split(window, HEADER)? {
            Split::Record { length, columns, .. } => {
                csv.header(window, fields, columns)?;
                window.consume(length);
                columns
            }
            Split::TooLong => return Err(ArchiveError::HeaderTooLong { limit: HEADER }),
            Split::End => return Err(ArchiveError::Empty),
        };
        csv.columns = Some(columns);
        // Room to see that there are too many columns, see `split`.
        csv.ends.resize(columns + 64, 0);
        Ok(csv)
    }

    /// Finds the columns that mean something.
    fn header<R: Read>(&mut self, window: &Window<R>, fields: &Fields, columns: usize) -> Result<(), ArchiveError> {
        let mut names = Vec::with_capacity(columns);
        for column in 0..columns {
            let Ok(name) = str::from_utf8(&self.cells[self.cell(column)]) else {
                let valid = str::from_utf8(window.bytes()).map_or_else(|e| e.valid_up_to(), str::len);
                return Err(ArchiveError::HeaderNotUtf8 { offset: window.offset() + valid as u64 });
            };
            names.push(name);
        }
        for (column, name) in names.iter().enumerate() {
            if let Some(index) = fields.find(name) {
                self.roles.push((column, index));
            }
        }
        let has = |role| self.roles.iter().any(|&(_, index)| fields.at(index).1 == role);
        if !has(Role::Body) && !has(Role::Title) {
            let columns = names.iter().take(20).map(|name| printable(name)).collect();
            return Err(ArchiveError::NoKnownColumns { columns });
        }
        Ok(())
    }

    /// The next record or reject.
    pub(super) fn next<'w, R: Read>(
        &'w mut self,
        window: &'w mut Window<R>,
        fields: &Fields,
        limit: usize,
    ) -> Result<Option<Next<'w>>, ArchiveError> {
        let (length, columns, at_end) = match self.split(window, limit)? {
            Split::Record { length, columns, at_end } => (length, columns, at_end),
            Split::TooLong => {
                let seen = &window.bytes()[..limit];
                let reason = if quote_left_open(seen, self.delimiter) {
                    Reason::QuoteLeftOpen
                } else {
                    Reason::TooLong { limit }
                };
                return self.skip_line(window, reason).map(Some);
            }
            Split::End => return Ok(None),
        };
        let raw = trim_newline(&window.bytes()[..length]);
        if raw.len() > limit {
            return self.skip_line(window, Reason::TooLong { limit }).map(Some);
        }
        let lines = memchr::memchr(b'\n', raw).is_some();
        if (lines || at_end) && quote_left_open(raw, self.delimiter) {
            let reason = if lines { Reason::QuoteLeftOpen } else { Reason::Truncated };
            return self.skip_line(window, reason).map(Some);
        }
        let (line, offset) = (window.line(), window.offset());
        let range = window.consume(length);
        let raw = trim_newline(window.at(range));
        Ok(Some(match self.row(fields, (line, offset), raw, columns, at_end) {
            Ok(row) => Next::Row(row),
            Err(reason) => Next::Reject(Reject { line, reason, raw: raw[..raw.len().min(KEPT)].to_vec() }),
        }))
    }

    /// Makes a row of the cells at hand, which were split from `raw`, at this line and offset.
    fn row<'w>(
        &'w self,
        fields: &Fields,
        (line, offset): (u64, u64),
        raw: &'w [u8],
        found: usize,
        at_end: bool,
    ) -> Result<Row<'w>, Reason> {
        let expected = self.columns.unwrap_or(found);
        if at_end && found < expected {
            return Err(Reason::Truncated);
        }
        if found != expected {
            return Err(Reason::Columns { expected, found });
        }
        // All cells at once, also those that mean nothing to us; a cell can still begin in the
        // middle of a character that only came about by putting two of them side by side.
        let used = &self.cells[..self.ends[found - 1]];
        let cells = str::from_utf8(used).map_err(|_| not_utf8(offset, raw))?;
        let mut slots = Slots::default();
        for &(column, index) in &self.roles {
            let text = cells.get(self.cell(column)).ok_or_else(|| not_utf8(offset, raw))?;
            slots.put(fields, index, Value::Text(Cow::Borrowed(text)));
        }
        slots.into_row(fields, line, raw)
    }

    /// Splits off a record of at most `limit` bytes, not counting its line's end.
    fn split<R: Read>(&mut self, window: &mut Window<R>, limit: usize) -> Result<Split, ArchiveError> {
        // csv-core passes over empty lines too, but the record's line number must not.
        while let Some(b'\r' | b'\n') = window.peek()? {
            window.consume(1);
        }
        let most = limit.saturating_add(1);
        let (mut length, mut written, mut kept, mut passed) = (0, 0, 0, 0);
        let mut at_end = false;
        loop {
            let bytes = window.bytes();
            let ahead = &bytes[length..bytes.len().min(most)];
            // To csv-core, no bytes mean the end of the file.
            let result = if ahead.is_empty() && !at_end {
                ReadRecordResult::InputEmpty
            } else {
                let (result, read, wrote, ended) =
                    self.core.read_record(ahead, &mut self.cells[written..], &mut self.ends[kept..]);
                length += read;
                written += wrote;
                kept += ended;
                result
            };
            match result {
                ReadRecordResult::InputEmpty if length >= most => return Ok(Split::TooLong),
                ReadRecordResult::InputEmpty => at_end = !window.fill()?,
                ReadRecordResult::OutputFull => {
                    // Cells are never longer than their record.
                    let doubled = 2 * self.cells.len();
                    let enough = most.max(self.cells.len() + CHUNK);
                    self.cells.resize(doubled.min(enough), 0);
                }
                ReadRecordResult::OutputEndsFull => match self.columns {
                    None => self.ends.resize(2 * self.ends.len(), 0),
                    // Too many columns: they are counted, but where they end is of no use, so that
                    // a line of nothing but commas does not fill the memory.
                    Some(columns) => {
                        passed += kept - columns;
                        kept = columns;
                    }
                },
                ReadRecordResult::Record => {
                    return Ok(Split::Record { length, columns: passed + kept, at_end });
                }
                ReadRecordResult::End => return Ok(Split::End),
            }
        }
    }

    /// Rejects what begins here up to the end of the line.
    fn skip_line<R: Read>(&mut self, window: &mut Window<R>, reason: Reason) -> Result<Next<'static>, ArchiveError> {
        self.reset();
        let line = window.line();
        let mut raw = Vec::new();
        window.discard_line(&mut raw)?;
        raw.truncate(trim_newline(&raw).len());
        Ok(Next::Reject(Reject { line, reason, raw }))
    }

    /// Makes csv-core forget a record begun. Its first read after that would drop a byte order
    /// mark, but only if all of it comes at once: an empty line goes before.
    fn reset(&mut self) {
        self.core.reset();
        let _ = self.core.read_record(b"\n", &mut [0], &mut [0]);
    }

    fn cell(&self, column: usize) -> Range<usize> {
        let start = match column {
            0 => 0,
            _ => self.ends[column - 1],
        };
        start..self.ends[column]
    }
}

/// The first line, or as much of it as a header may have.
fn header_line<R: Read>(window: &mut Window<R>) -> Result<&[u8], ArchiveError> {
    let mut searched = 0;
    loop {
        let bytes = window.bytes();
        if let Some(at) = memchr::memchr(b'\n', &bytes[searched..]) {
            return Ok(&window.bytes()[..searched + at]);
        }
        searched = bytes.len();
        if searched >= HEADER || !window.fill()? {
            return Ok(window.bytes());
        }
    }
}

fn not_utf8(offset: u64, raw: &[u8]) -> Reason {
    let valid = str::from_utf8(raw).map_or_else(|error| error.valid_up_to(), str::len);
    Reason::NotUtf8 { offset: offset + valid as u64 }
}

/// The name of a column, fit for an error message.
fn printable(name: &str) -> String {
    let mut shown: String = name.chars().take(40).collect();
    shown = shown.replace(char::is_control, "\u{fffd}");
    if name.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}
