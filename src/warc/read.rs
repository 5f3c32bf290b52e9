//! Reading: heads of records, and their blocks for whoever wants them.

use std::io::{self, BufRead};

use thiserror::Error;

/// The longest line of a head, and the longest head, in bytes: addresses of some kilobytes are met.
const LINE: usize = 64 << 10;
const HEAD: usize = 1 << 20;

/// What is wrong with a file, with the place in the unpacked file.
#[derive(Debug, Error)]
pub enum WarcError {
    /// What should begin a record does not; the reader goes on at the next one that does.
    #[error("byte {offset}: {why}")]
    Head {
        /// Where.
        offset: u64,
        /// What.
        why: &'static str,
    },
    /// The file ends within a record. All before it was delivered.
    #[error("the file ends in the middle of the record at byte {offset}: it may have been cut off")]
    CutOff {
        /// Where that record begins.
        offset: u64,
    },
    /// It cannot be read on.
    #[error("byte {offset}: {source}")]
    Read {
        /// Where.
        offset: u64,
        /// What the system or the unpacking said.
        source: io::Error,
    },
}

/// The head of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Where the record begins.
    pub offset: u64,
    /// Bytes of its block.
    pub length: u64,
    fields: Vec<(String, String)>,
}

impl Head {
    /// A field by its name, in whatever case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// `response`, `resource`, `conversion`, `request`, …
    pub fn kind(&self) -> &str {
        self.get("WARC-Type").unwrap_or("")
    }

    /// What the record is of, without the angle brackets that some tools put around it.
    pub fn uri(&self) -> Option<&str> {
        let uri = self.get("WARC-Target-URI")?.trim();
        Some(uri.strip_prefix('<').and_then(|uri| uri.strip_suffix('>')).unwrap_or(uri))
    }
}

/// A record's block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// All of it.
    Whole(Vec<u8>),
    /// It is longer than was asked for, by its own word; none of it was held.
    TooLong(u64),
}

/// Reads records one after the other.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    offset: u64,
    /// Where the current record begins.
    begin: u64,
    /// Bytes of its block that were not read.
    left: u64,
    /// Whether what comes next need not be a record, after one that could not be read.
    lost: bool,
    done: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from an unpacked file.
    pub fn new(input: R) -> Self {
        Self { input, offset: 0, begin: 0, left: 0, lost: false, done: false }
    }

    /// The next record's head; what was not read of the one before is passed over. `None` at the end.
    ///
    /// # Errors
    /// [`WarcError::Head`], after which the next call goes on behind what is wrong; the others end the file.
    pub fn next_head(&mut self) -> Result<Option<Head>, WarcError> {
        if self.done {
            return Ok(None);
        }
        let head = self.find_head();
        match &head {
            Ok(Some(_)) => {}
            Err(WarcError::Head { .. }) => self.lost = true,
            Ok(None) | Err(_) => self.done = true,
        }
        head
    }

    fn find_head(&mut self) -> Result<Option<Head>, WarcError> {
        self.pass_over()?;
        loop {
            self.begin = self.offset;
            let Some(line) = self.line()? else { return Ok(None) };
            if line.starts_with(b"WARC/") {
                self.lost = false;
                return self.fields().map(Some);
            }
            if !line.is_empty() && !self.lost {
                return Err(self.fault("a record should begin here, and does not"));
            }
        }
    }

    /// The block of the record whose head came last, if it has at most so many bytes.
    ///
    /// # Errors
    /// As for [`Reader::next_head`].
    pub fn block(&mut self, most: usize) -> Result<Block, WarcError> {
        let length = self.left;
        if usize::try_from(length).map_or(true, |length| length > most) {
            return Ok(Block::TooLong(length));
        }
        // The length is the file's own claim: no more is set aside than has come.
        let mut block = Vec::new();
        while self.left > 0 {
            let piece = self.piece()?;
            block.extend_from_slice(&self.input.fill_buf().unwrap_or(&[])[..piece]);
            self.consume(piece);
        }
        Ok(Block::Whole(block))
    }

    fn pass_over(&mut self) -> Result<(), WarcError> {
        while self.left > 0 {
            let piece = self.piece()?;
            self.consume(piece);
        }
        Ok(())
    }

    /// How many bytes of the block lie in the buffer: at least one.
    fn piece(&mut self) -> Result<usize, WarcError> {
        let held = self.fill()?;
        if held == 0 {
            self.done = true;
            return Err(WarcError::CutOff { offset: self.begin });
        }
        Ok(usize::try_from(self.left).unwrap_or(usize::MAX).min(held))
    }

    fn consume(&mut self, bytes: usize) {
        self.input.consume(bytes);
        self.offset += bytes as u64;
        self.left = self.left.saturating_sub(bytes as u64);
    }

    /// Bytes in the buffer, which is filled if it is empty; 0 at the end.
    fn fill(&mut self) -> Result<usize, WarcError> {
        loop {
            match self.input.fill_buf() {
                Ok(held) => return Ok(held.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // The last member of a packed file that was cut off.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.done = true;
                    return Err(WarcError::CutOff { offset: self.begin });
                }
                Err(source) => {
                    self.done = true;
                    return Err(WarcError::Read { offset: self.offset, source });
                }
            }
        }
    }

    /// A line without its end; `None` at the end of the file. What is longer than any line of a head comes in pieces.
    fn line(&mut self) -> Result<Option<Vec<u8>>, WarcError> {
        let mut line = Vec::new();
        loop {
            let held = self.fill()?;
            if held == 0 {
                return Ok((!line.is_empty()).then_some(line));
            }
            let buffer = &self.input.fill_buf().unwrap_or(&[])[..held];
            let end = memchr::memchr(b'\n', buffer);
            let piece = end.unwrap_or(held).min(LINE);
            line.extend_from_slice(&buffer[..piece]);
            let ended = end == Some(piece);
            self.consume(piece + usize::from(ended));
            if ended {
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return Ok(Some(line));
            }
            if line.len() >= LINE {
                return Ok(Some(line));
            }
        }
    }

    fn fields(&mut self) -> Result<Head, WarcError> {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut size = 0;
        loop {
            let Some(line) = self.line()? else {
                return Err(WarcError::CutOff { offset: self.begin });
            };
            if line.is_empty() {
                break;
            }
            size += line.len();
            if line.len() >= LINE || size > HEAD {
                return Err(self.fault("the head of the record here is longer than any that means something"));
            }
            let line = String::from_utf8_lossy(&line).into_owned();
            // A line that begins with a blank goes on with the one before it.
            if line.starts_with([' ', '\t'])
                && let Some((_, value)) = fields.last_mut()
            {
                value.push(' ');
                value.push_str(line.trim());
                continue;
            }
            let Some((name, value)) = line.split_once(':') else {
                return Err(self.fault("the head of the record here has a line without a colon"));
            };
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let head = Head { offset: self.begin, length: 0, fields };
        let length = head.get("Content-Length").and_then(|length| length.parse().ok());
        let Some(length) = length else {
            return Err(self.fault("the record here does not say how long it is"));
        };
        self.left = length;
        Ok(Head { length, ..head })
    }

    fn fault(&self, why: &'static str) -> WarcError {
        WarcError::Head { offset: self.begin, why }
    }
}
