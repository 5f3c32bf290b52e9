//! The import: archive → domain → store, on four threads with short queues between them.
//!
//! One thread reads, normalises, counts and hashes; the caller's writes to the store; a third copies the store's log
//! back into its file; a fourth feeds the full-text index. The queues keep memory flat
//! whatever the size of the file. (To read on one thread and count on another gained nothing on two cores.)

mod indexing;
mod pages;
mod portion;
mod prepare;
mod report;
mod rows;

use std::io::{self, BufRead as _, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

pub use pages::{Captured, Pages, captured};
pub use prepare::{Found, Frame, Prepared, item, prepare};
pub use report::{Rejected, Report};

use indexing::Feed;
use portion::Step;

use crate::archive::{self, ArchiveError, Damage, Fields, Limits, Reader};
use crate::domain::period::Span;
use crate::domain::stream::Stream;
use crate::store::bulk::Copier;
use crate::store::{Paths, StoreError, Writer};
use crate::warc;

/// How one file is to be imported.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// What holds for all its rows.
    pub frame: Frame<'a>,
    /// How its columns are named.
    pub fields: Fields,
    /// How the pages of a web archive are read; without it, one is refused.
    pub pages: Option<Pages<'a>>,
    /// The name to remember it by.
    pub name: String,
    /// The days a person declares complete.
    pub complete: Option<Span>,
    /// Stop at the first row that is refused.
    pub strict: bool,
    /// Whether the full-text index is kept up.
    pub search: bool,
    /// The time of the import, in seconds since 1970 UTC.
    pub now: i64,
}

/// Why an import ended early. What was committed before stays.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The file cannot be read on.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A web archive of pages that no source reads.
    #[error("it is a web archive, and no source is configured that reads the pages of {0}")]
    NoSource(String),
    /// `--strict`, and a row was refused.
    #[error("line {}: {} (--strict stops here; the rows before it are in)", .0.line, .0.reason)]
    Strict(Box<Rejected>),
}

/// How many portions may wait for the writer: as many as are read while it commits.
const WAITING: usize = 32;
/// Bytes of text after which the store commits: few enough to hold, enough to be quick.
const COMMIT: usize = 8 << 20;

/// Imports one file. `input` is its bytes as they are, packed or not; `consumed` counts those used, for a
/// progress bar; `watch` is told of progress after each portion and of each refused row.
///
/// # Errors
/// [`IngestError`]; the rows before it are stored.
pub fn import(
    writer: &mut Writer,
    paths: &Paths,
    job: &Job<'_>,
    input: impl Read + Send + 'static,
    consumed: &Arc<AtomicU64>,
    watch: &mut dyn FnMut(Watch<'_>),
) -> Result<Report, IngestError> {
    let hash = Arc::new(Mutex::new(Sha256::new()));
    let hashing = Hashing { input, hash: Arc::clone(&hash) };
    let unreadable = |source| unreadable(1, source);
    let mut unpacked = archive::decompress(hashing, Arc::clone(consumed)).map_err(unreadable)?;
    let web = warc::is_warc(unpacked.fill_buf().map_err(unreadable)?);
    let reader = if web {
        let named = || format!("{} {}", job.frame.outlet, job.frame.edition);
        let pages = job.pages.ok_or_else(|| IngestError::NoSource(named()))?;
        Input::Web(warc::Reader::new(unpacked), pages)
    } else {
        Input::Rows(Box::new(Reader::open(unpacked, job.fields.clone(), Limits::default())?))
    };
    let before = writer.totals()?;
    writer.begin_bulk()?;
    let (report, outcome) = std::thread::scope(|scope| {
        let (send, receive) = sync_channel(WAITING);
        let (give_back, taken_back) = sync_channel(WAITING);
        let reading = named(scope, "reader", move || {
            if job.search {
                give_way();
            }
            match reader {
                Input::Rows(reader) => rows::read(*reader, &job.frame, &send, &taken_back),
                Input::Web(reader, pages) => pages::read(reader, pages, job.frame.method, &send),
            }
        });
        let (feed, indexing) = job.search.then(|| indexing::begin(scope, paths, writer)).unzip();
        let copying = copying(scope, paths);
        let mut run = Run { writer, job, report: Report::default(), feed, copying, texts: 0, pending: 0 };
        let taken = run.take_all(receive, &give_back, watch);
        let report = run.end();
        let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let mut outcome = taken.and_then(|()| read.map_err(Into::into));
        // What is still to be copied and indexed is, while the import is brought to its end.
        if matches!(outcome, Err(IngestError::Store(_))) {
            writer.abandon();
        } else if let Err(error) = writer.end_bulk(Some(&hex(&hash))) {
            writer.abandon();
            outcome = Err(error.into());
        }
        if let (Ok(()), Some(indexing)) = (&outcome, indexing) {
            outcome = indexing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map_err(Into::into);
        }
        (report, outcome)
    });
    outcome?;
    writer.settle()?;
    Ok(report::complete(report, before, writer.totals()?))
}

type Unpacked = Box<dyn io::BufRead + Send>;

/// What a file is.
enum Input<'a> {
    Rows(Box<Reader<Unpacked>>),
    Web(warc::Reader<Unpacked>, Pages<'a>),
}

/// What cannot be read on: packed data that is damaged, or a failing disk.
fn unreadable(line: u64, source: io::Error) -> ArchiveError {
    match source.downcast::<Damage>() {
        Ok(source) => ArchiveError::Damaged { line, source },
        Err(source) => ArchiveError::Read { line, source },
    }
}

/// What the caller is told while an import runs.
#[derive(Debug)]
pub enum Watch<'a> {
    /// A portion is done.
    Progress(&'a Report),
    /// A row was refused.
    Rejected(&'a Rejected),
}

/// A thread that a profiler and `top -H` can tell from the others.
fn named<'scope, T: Send + 'scope>(
    scope: &'scope std::thread::Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> std::thread::ScopedJoinHandle<'scope, T> {
    std::thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, work).expect("the system gives a thread")
}

/// Lets the other threads go first where there are more of them than processors. The index takes longest: what it waits
/// for now is waited for in the end, when nothing else is left to do. (It saves 4 % of an import on two processors.)
fn give_way() {
    // It does without where it may not. (On Linux this is a matter of the calling thread alone.)
    let _ = rustix::process::nice(10);
}

/// The thread that copies the store's log back into its file, as often as it is told of a commit.
fn copying<'scope>(scope: &'scope std::thread::Scope<'scope, '_>, paths: &Paths) -> SyncSender<()> {
    let (send, receive) = sync_channel(1);
    let paths = paths.clone();
    named(scope, "copier", move || {
        // Where it cannot copy, the writer does, and tells of an error that is one.
        if let Ok(copier) = Copier::open(&paths) {
            for () in receive {
                let _ = copier.copy();
            }
        }
    });
    send
}

/// The writing side of a running import.
struct Run<'a, 'j> {
    writer: &'a mut Writer,
    job: &'a Job<'j>,
    report: Report,
    feed: Option<Feed>,
    copying: SyncSender<()>,
    texts: usize,
    pending: usize,
}

impl Run<'_, '_> {
    /// Tells the copier and the indexer that nothing more will come.
    fn end(self) -> Report {
        self.report
    }

    fn take_all(
        &mut self,
        receive: Receiver<Vec<Step>>,
        give_back: &SyncSender<Vec<Step>>,
        watch: &mut dyn FnMut(Watch<'_>),
    ) -> Result<(), IngestError> {
        self.writer.begin()?;
        self.writer.begin_origin("import", &self.job.name, self.job.now)?;
        if let Some(span) = self.job.complete {
            let stream = Stream { outlet: self.job.frame.outlet.clone(), edition: self.job.frame.edition };
            self.writer.declare(&stream, span)?;
        }
        let mut outcome = Ok(());
        for portion in receive {
            outcome = self.take(&portion, watch);
            if outcome.is_err() {
                break;
            }
            watch(Watch::Progress(&self.report));
            let _ = give_back.try_send(portion);
            if self.texts >= COMMIT || self.pending >= 20_000 {
                self.commit()?;
                self.writer.begin()?;
            }
        }
        // What is good stays, also where the rest cannot be read.
        if !matches!(outcome, Err(IngestError::Store(_))) {
            self.commit()?;
        }
        outcome
    }

    /// Stores a portion, to its end or to the row that is one too many.
    fn take(&mut self, portion: &[Step], watch: &mut dyn FnMut(Watch<'_>)) -> Result<(), IngestError> {
        let mut recording = self.writer.recording();
        let mut outcome = Ok(());
        for step in portion {
            match step {
                Step::Item(prepared) => {
                    let recorded = recording.record(&prepared.item)?;
                    self.report.count(prepared, recorded);
                    self.texts += prepared.item.title.len() + prepared.item.body.len();
                    self.pending += 1;
                }
                Step::Reject(rejected) => {
                    self.report.read += 1;
                    self.report.rejected += 1;
                    watch(Watch::Rejected(rejected));
                    if self.job.strict {
                        outcome = Err(IngestError::Strict(Box::new(rejected.clone())));
                        break;
                    }
                }
                Step::PassedOver => self.report.passed_over += 1,
            }
        }
        recording.finish()?;
        if let Some(feed) = &self.feed {
            feed.stored(self.writer.documents());
        }
        outcome
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.writer.commit()?;
        // One that is still copying is told already.
        let _ = self.copying.try_send(());
        (self.texts, self.pending) = (0, 0);
        if let Some(feed) = &self.feed {
            feed.committed();
        }
        Ok(())
    }
}

/// Hashes a file as it is read, so that figures can name the very file they are from.
struct Hashing<R> {
    input: R,
    hash: Arc<Mutex<Sha256>>,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        if let Ok(mut hash) = self.hash.lock() {
            hash.update(&buffer[..count]);
        }
        Ok(count)
    }
}

fn hex(hash: &Mutex<Sha256>) -> String {
    let digest = hash.lock().map(|hash| hash.clone().finalize()).unwrap_or_default();
    digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Bytes used so far, for a progress bar.
pub fn used(consumed: &AtomicU64) -> u64 {
    consumed.load(Ordering::Relaxed)
}
