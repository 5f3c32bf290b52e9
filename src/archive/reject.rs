//! What can be wrong with an archive: a record at a time, or the whole of it.

use std::io;

use thiserror::Error;

use super::fields::Role;
use super::input::Damage;

/// How much of a rejected record is kept, in bytes.
pub(super) const KEPT: usize = 64 * 1024;

/// A record, or a stretch of the file, of which no row could be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The line on which it starts, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: Reason,
    /// Its bytes as they stand in the file, at most the first 64 KiB.
    pub raw: Vec<u8>,
}

/// Why a record was rejected.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Reason {
    /// The text breaks the rules of JSON.
    #[error("not JSON: {message} (line {line}, column {column})")]
    NotJson {
        /// What rule it breaks.
        message: String,
        /// The line of the file where that shows, from 1.
        line: u64,
        /// The byte of that line, from 1.
        column: u64,
    },
    /// A JSON value that is no object.
    #[error("a record must be an object like {{\"title\": …}}, this is {found}")]
    NotAnObject {
        /// What it is.
        found: &'static str,
    },
    /// A field holds something that its role cannot use.
    #[error("the field `{field}`, read as {role}, must be {expected}, this is {found}")]
    WrongType {
        /// The name of the field, in small letters.
        field: String,
        /// What it is for.
        role: Role,
        /// What it may hold.
        expected: &'static str,
        /// What it holds.
        found: &'static str,
    },
    /// The bytes are not UTF-8.
    #[error(
        "not UTF-8 at byte {offset} of the unpacked file: convert it (for example `iconv -t UTF-8`) or repair the line"
    )]
    NotUtf8 {
        /// Offset of the first wrong byte from the start of the unpacked file, from 0.
        offset: u64,
    },
    /// The file ends within the record.
    #[error("the file ends in the middle of this record: it may have been cut off")]
    Truncated,
    /// The file ends before the JSON array does.
    #[error("the file ends without the `]` that closes its array: it may have been cut off")]
    ArrayNotClosed,
    /// The record is longer than is allowed.
    #[error("longer than the limit of {limit} bytes for one record")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A quote of a CSV record opens and does not close where it should.
    #[error("a quote is opened and not closed: reading goes on with the next line")]
    QuoteLeftOpen,
    /// A CSV record has more or fewer columns than the header.
    #[error("{found} columns where the header has {expected}")]
    Columns {
        /// Columns of the header.
        expected: usize,
        /// Columns of the record.
        found: usize,
    },
}

/// Why an archive cannot be read, or not be read to its end.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// Nothing but blanks.
    #[error("the file is empty")]
    Empty,
    /// UTF-16, by its byte order mark or its zero bytes.
    #[error("the file is in UTF-16: convert it to UTF-8 first, for example with `iconv -f UTF-16 -t UTF-8`")]
    Utf16,
    /// Zero bytes: no text file.
    #[error("the file is not text: a spreadsheet must be saved as CSV, and a packed file must be gzip or zstd")]
    Binary,
    /// The first line of what must be a CSV file does not end.
    #[error("the first line, which should name the columns of a CSV file, is longer than {limit} bytes")]
    HeaderTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The first line of what must be a CSV file is not UTF-8.
    #[error(
        "the line with the column names is not UTF-8 (byte {offset}): convert the file, for example with `iconv -t UTF-8`"
    )]
    HeaderNotUtf8 {
        /// Offset of the first wrong byte from the start of the unpacked file, from 0.
        offset: u64,
    },
    /// A CSV file without a column for the title or the body.
    #[error(
        "no column is known as a title or a body among: {}. Name one with `--field title=COLUMN` or `--field body=COLUMN`",
        columns.join(", ")
    )]
    NoKnownColumns {
        /// The first columns of the header as they stand there, each cut to some length.
        columns: Vec<String>,
    },
    /// The packed data is damaged or cut off; the rows before were delivered.
    #[error("the archive cannot be read on from line {line}")]
    Damaged {
        /// The line at which reading stopped, from 1.
        line: u64,
        /// What is damaged.
        #[source]
        source: Damage,
    },
    /// The system could not read the file.
    #[error("reading failed at line {line}")]
    Read {
        /// The line at which reading stopped, from 1.
        line: u64,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}
