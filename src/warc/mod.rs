//! Web archives: WARC 0.17 to 1.1 read a record at a time, and 1.1 written, without ever holding a file in memory.
//!
//! ```text
//! unpacked file -> Reader::next: a Head -> Reader::block: its bytes -> http::response: status, type, body
//! Writer::page -> a record -> a gzip member of its own
//! ```
//!
//! What the pages say is not decided here. Whatever is wrong with a record is told with its place, and reading goes on
//! at the next one; a file that was cut off gives all that is whole of it.

pub mod http;
mod read;
mod write;

pub use read::{Block, Head, Reader, WarcError};
pub use write::{Kind, Page, Writer};

#[cfg(test)]
mod tests;

/// Whether a file begins as one, once it is unpacked. Four bytes decide: more need not have come yet.
pub fn is_warc(beginning: &[u8]) -> bool {
    beginning.starts_with(b"WARC")
}
