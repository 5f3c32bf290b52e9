//! Unpacking: gzip and zstd, told by their first bytes.

use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use thiserror::Error;

/// How much of the file is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// gzip, of one or several members.
    Gzip,
    /// zstd, of one or several frames.
    Zstd,
}

impl fmt::Display for Packing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        })
    }
}

/// Packed data that cannot be unpacked any further.
#[derive(Debug, Error)]
#[error(
    "the {packing} data is {} at about byte {offset} of the packed file",
    if *.cut_off { "cut off" } else { "damaged" }
)]
pub struct Damage {
    /// How the file is packed.
    pub packing: Packing,
    /// How many packed bytes were read until then.
    pub offset: u64,
    /// Whether the data simply ends, as after an interrupted copy.
    pub cut_off: bool,
    /// What the decoder said.
    #[source]
    pub source: io::Error,
}

/// Unpacks `raw` if its first bytes are those of gzip or zstd, and passes it on as it is otherwise.
///
/// `consumed` counts the bytes of `raw` that were used, packed as they are: against the size of the
/// file it tells how far the reading is. Where the packed data is damaged or cut off, what could
/// be unpacked comes first (but for some tens of kilobytes before a damage, which the decoders hold
/// back), then an [`io::Error`] that holds a [`Damage`]. Damage to zstd data that was packed without
/// checksums can go unseen here, and shows in the records.
///
/// # Errors
///
/// If the first bytes cannot be read, or a decoder cannot be made.
pub fn decompress<R>(mut raw: R, consumed: Arc<AtomicU64>) -> io::Result<Box<dyn BufRead + Send>>
where
    R: Read + Send + 'static,
{
    let mut head = Vec::with_capacity(4);
    raw.by_ref().take(4).read_to_end(&mut head)?;
    let packing = packing_of(&head);
    let counted = Counted {
        input: Cursor::new(head).chain(BufReader::with_capacity(CHUNK, raw)),
        consumed: Arc::clone(&consumed),
    };
    let Some(packing) = packing else {
        return Ok(Box::new(counted));
    };
    let decoder: Box<dyn Read + Send> = match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(counted)),
        Packing::Zstd => Box::new(zstd::Decoder::with_buffer(counted)?),
    };
    let unpacked = Unpacked { decoder, packing, consumed };
    Ok(Box::new(BufReader::with_capacity(CHUNK, unpacked)))
}

fn packing_of(head: &[u8]) -> Option<Packing> {
    match head {
        [0x1f, 0x8b, ..] => Some(Packing::Gzip),
        // The second is a frame to be skipped: parallel packers begin with one.
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Some(Packing::Zstd),
        _ => None,
    }
}

/// Counts what is consumed, not what is read ahead, so that the place of a damage comes out close.
struct Counted<B> {
    input: B,
    consumed: Arc<AtomicU64>,
}

impl<B: BufRead> Read for Counted<B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.consumed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl<B: BufRead> BufRead for Counted<B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.consumed.fetch_add(count as u64, Ordering::Relaxed);
        self.input.consume(count);
    }
}

/// A decoder whose complaints say where and of what.
struct Unpacked {
    decoder: Box<dyn Read + Send>,
    packing: Packing,
    consumed: Arc<AtomicU64>,
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(buffer).map_err(|source| {
            // The system's own errors, such as a failing disk, are not damage to the data.
            if source.raw_os_error().is_some() || source.kind() == io::ErrorKind::Interrupted {
                return source;
            }
            io::Error::new(
                source.kind(),
                Damage {
                    packing: self.packing,
                    offset: self.consumed.load(Ordering::Relaxed),
                    cut_off: source.kind() == io::ErrorKind::UnexpectedEof,
                    source,
                },
            )
        })
    }
}
