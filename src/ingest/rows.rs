//! The reading thread for archives of rows.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender};

use super::portion::{Portion, Step};
use super::prepare::{Frame, prepare};
use super::report::Rejected;
use crate::archive::{ArchiveError, Next, Reader};

/// Rows to items, until the file ends or cannot be read on. Portions come back when they are stored: what this thread
/// allocated it also frees, or it and the writer would wait for each other in the allocator.
pub(super) fn read(
    mut reader: Reader<impl Read>,
    frame: &Frame<'_>,
    send: &SyncSender<Vec<Step>>,
    stored: &Receiver<Vec<Step>>,
) -> Result<(), ArchiveError> {
    let mut portion = Portion::default();
    loop {
        let step = match reader.next() {
            Ok(Some(Next::Row(row))) => match prepare(&row, frame) {
                Ok(prepared) => Step::Item(Box::new(prepared)),
                Err(reason) => Step::Reject(Rejected { line: row.line, reason, raw: lossy(row.raw) }),
            },
            Ok(Some(Next::Reject(reject))) => {
                Step::Reject(Rejected { line: reject.line, reason: reject.reason.to_string(), raw: lossy(&reject.raw) })
            }
            end => {
                let _ = send.send(portion.take(Vec::new()));
                return end.map(drop);
            }
        };
        portion.push(step);
        if portion.is_full() {
            let room = stored.try_recv().unwrap_or_default();
            // The other side is gone only after an error of its own.
            if send.send(portion.take(room)).is_err() {
                return Ok(());
            }
        }
    }
}

fn lossy(raw: &[u8]) -> String {
    String::from_utf8_lossy(&raw[..raw.len().min(64 << 10)]).into_owned()
}
