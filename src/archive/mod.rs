//! Archive files of articles: JSON, JSON lines and CSV, packed or not, read as a stream.
//!
//! ```text
//! file -> decompress -> Reader::open -> next, next, next: a Row or a Reject
//! ```
//!
//! Formats and packing are told by the first bytes, never by the name of a file. A record that
//! cannot be used becomes a [`Reject`] with its line and the reason, and reading goes on with the
//! next one; only what makes the rest of the file unreadable is an [`ArchiveError`]. Memory stays
//! flat whatever the file holds: one buffer for the record at hand, up to [`Limits::record`].
//!
//! What a row means (its date, its language, whether it is new) is not decided here.

mod csv;
mod dialect;
mod fields;
mod input;
mod json;
mod object;
mod reject;
mod row;
mod scan;
#[cfg(test)]
mod tests;
mod window;

use std::fmt;
use std::io::Read;

pub use fields::{FieldError, Fields, Role};
pub use input::{Damage, Packing, decompress};
pub use reject::{ArchiveError, Reason, Reject};
pub use row::{Row, Stamp};

use window::Window;

/// How much of an archive is held in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest record, in bytes. Longer ones are rejected and passed over without being held.
    /// A reader needs about this much memory for the record and once more for its unescaped texts.
    pub record: usize,
}

impl Default for Limits {
    /// 32 MiB: an article has some kilobytes, a book that somebody put into one record has a few
    /// megabytes.
    fn default() -> Self {
        Self { record: 32 * 1024 * 1024 }
    }
}

/// What comes next in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// A record.
    Row(Row<'a>),
    /// Something of which no record could be made.
    Reject(Reject),
}

/// Reads an archive record by record.
///
/// A JSON file is a run of objects, one a line or not, with arrays of them opened. In JSON a
/// missing or doubled comma between two records loses nothing and is not complained of. After a
/// broken record, reading goes on at the next line that begins with an object, at no deeper
/// indentation. In CSV, the first line names the columns; they are separated by comma, semicolon
/// or tab.
pub struct Reader<R> {
    window: Window<R>,
    fields: Fields,
    limit: usize,
    format: Format,
    done: bool,
}

enum Format {
    Json(json::Json),
    Csv(Box<csv::Csv>),
}

impl<R> fmt::Debug for Reader<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = match self.format {
            Format::Json(_) => "JSON",
            Format::Csv(_) => "CSV",
        };
        f.debug_struct("Reader").field("format", &format).field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl<R: Read> Reader<R> {
    /// Looks at the first bytes of `input`, which must be unpacked, and reads the header of a CSV
    /// file. A byte order mark and blanks before the first record are passed over. The reader
    /// has a buffer of its own: `input` needs none.
    ///
    /// # Errors
    ///
    /// If the input is empty, no UTF-8 text, or a CSV file without a column for title or body; or
    /// if it cannot be read.
    pub fn open(input: R, fields: Fields, limits: Limits) -> Result<Self, ArchiveError> {
        let mut window = Window::new(input, limits.record);
        match window.want(3)? {
            [0xef, 0xbb, 0xbf, ..] => {
                window.consume(3);
            }
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, ..] | [_, 0, ..] => {
                return Err(ArchiveError::Utf16);
            }
            _ => {}
        }
        let format = loop {
            match window.peek()? {
                None => return Err(ArchiveError::Empty),
                Some(b' ' | b'\t' | b'\r' | b'\n') => {
                    window.consume(1);
                }
                Some(b'{' | b'[') => break Format::Json(json::Json::default()),
                Some(_) => {
                    break Format::Csv(Box::new(csv::Csv::open(&mut window, &fields)?));
                }
            }
        };
        Ok(Self { window, fields, limit: limits.record, format, done: false })
    }

    /// The next record or reject, or `None` at the end of the archive. After an error the archive
    /// is at its end.
    ///
    /// This is no `Iterator`, because what it gives is borrowed from the reader's buffer.
    ///
    /// # Errors
    ///
    /// If the input cannot be read on: what came before was delivered.
    #[expect(clippy::should_implement_trait, reason = "an Iterator cannot lend its buffer")]
    pub fn next(&mut self) -> Result<Option<Next<'_>>, ArchiveError> {
        if self.done {
            return Ok(None);
        }
        let next = match &mut self.format {
            Format::Json(json) => json.next(&mut self.window, &self.fields, self.limit),
            Format::Csv(csv) => csv.next(&mut self.window, &self.fields, self.limit),
        };
        self.done = !matches!(next, Ok(Some(_)));
        next
    }

    /// How many bytes of the unpacked input were used, up to the end of the last record.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.window.offset()
    }
}
