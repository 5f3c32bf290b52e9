//! The past of a source, from its archives: the site's own lists walked back, and captures by others.
//!
//! Every step (a page of a list, an answer of an index, a capture) is one transaction with the note that it was done. So
//! a run that is killed goes on where it was, and a run of what is done asks for nothing.

mod captures;
mod lists;

use std::sync::Arc;

use super::poll::Tally;
use super::{Collector, Watched};
use crate::domain::outcome::Outcome;
use crate::domain::period::Span;
use crate::domain::schedule::archive_pause;
use crate::extract::archive::Archive;
use crate::fetch::gate::Timer;
use crate::store::brought::Brought;
use crate::store::past::{ArchiveId, Left};
use crate::store::sources::SourceId;
use crate::store::{StoreError, Writer};
use crate::telemetry;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Task {
    /// The source's name.
    pub source: String,
    /// The days.
    pub span: Span,
    /// Names of archives; all of the source where it is empty.
    pub archives: Vec<String>,
    /// Whether what could not be read is tried again.
    pub again: bool,
    /// Whether the collector's sources are polled meanwhile when they are due: one process writes to a store, and the
    /// past may take days.
    pub polls: bool,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Finding out what there is.
    Listing,
    /// Reading it.
    Reading,
    /// Leaving the archive alone for a while.
    Waiting,
}

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// Which archive.
    pub archive: &'a str,
    /// What is being done.
    pub doing: Doing,
    /// How many lines or articles are done in this run.
    pub done: u32,
    /// How many articles are left, where that is known.
    pub left: u32,
    /// Seconds until the end at the archive's pace, or until it is asked again.
    pub seconds: i64,
    /// For a person: which list, or what went wrong.
    pub what: &'a str,
}

/// How an archive's part ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// All it has was asked for.
    Done,
    /// It does not answer, or not as it should: the rest is for another run.
    GaveUp(String),
    /// It was told to stop.
    Stopped,
}

/// An archive with what it has brought, over all runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its name.
    pub archive: String,
    /// What it has brought.
    pub brought: Brought,
    /// How it ended.
    pub end: End,
}

/// Who is told of progress.
pub type Told<'a> = &'a mut (dyn FnMut(&Progress<'_>) + Send);

impl Collector {
    /// Fills a source's past from its archives, one after the other; `None` if there is no source of that name. `timer`
    /// is waited by between requests to archives.
    ///
    /// # Errors
    /// The store's: nothing of the step that failed is kept.
    pub async fn backfill(
        self: &Arc<Self>,
        task: &Task,
        timer: &Timer,
        told: Told<'_>,
    ) -> Result<Option<Vec<Ended>>, StoreError> {
        let Some(watched) = self.watched().into_iter().find(|w| w.source.name == task.source) else { return Ok(None) };
        let source = &watched.source;
        let lists_all = matches!(source.kind, crate::extract::source::Kind::Site { .. });
        let (id, _) = self.books().writer.source(&source.name, &source.stream, lists_all, (self.clock)())?;
        let mut ended = Vec::new();
        for archive in &source.archives {
            if !task.archives.is_empty() && !task.archives.iter().any(|name| name == archive.name()) {
                continue;
            }
            let (number, left) = self.books().writer.archive(id, archive.name())?;
            let give_up_after = match archive {
                Archive::Lists { .. } => lists::GIVE_UP_AFTER,
                Archive::Wayback(wayback) => wayback.give_up_after,
            };
            let mut run = Run {
                collector: self,
                watched: Arc::clone(&watched),
                id,
                task,
                timer,
                name: archive.name(),
                archive: number,
                left,
                give_up_after,
                told: &mut *told,
            };
            let (end, brought) = match archive {
                Archive::Lists { pages, .. } => lists::run(&mut run, *pages).await?,
                Archive::Wayback(wayback) => captures::run(&mut run, wayback).await?,
            };
            self.books().piece_from("backfill", &source.name, (self.clock)(), |writer| {
                writer.find_reprints()?;
                writer.gather_messages()
            })?;
            let over = end == End::Stopped;
            ended.push(Ended { archive: archive.name().to_owned(), brought, end });
            if over {
                break;
            }
        }
        Ok(Some(ended))
    }
}

/// One archive's part of a task while it runs.
struct Run<'a> {
    collector: &'a Arc<Collector>,
    watched: Arc<Watched>,
    id: SourceId,
    task: &'a Task,
    timer: &'a Timer,
    name: &'a str,
    archive: ArchiveId,
    left: Left,
    give_up_after: u32,
    told: Told<'a>,
}

impl Run<'_> {
    fn now(&self) -> i64 {
        (self.collector.clock)()
    }

    fn tell(&mut self, doing: Doing, done: u32, left: u32, seconds: i64, what: &str) {
        (self.told)(&Progress { archive: self.name, doing, done, left, seconds, what });
    }

    /// Runs a step as one transaction; what it brings comes from this archive.
    fn step<T>(&self, work: impl FnOnce(&mut Writer) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let name = format!("{} {}", self.watched.source.name, self.name);
        let now = self.now();
        self.collector.books().piece_from("backfill", &name, now, work)
    }

    /// Waits until the archive may be asked again, if it is being left alone; that is kept over a kill. What is due to be
    /// polled is polled first.
    async fn patience(&mut self) -> Result<(), StoreError> {
        if self.task.polls {
            let (due, _) = self.collector.due(self.now())?;
            self.collector.poll_all(&due, |_, _| {}).await?;
        }
        let wait = self.left.wait_until - self.now();
        if wait > 0 {
            self.tell(Doing::Waiting, 0, 0, wait, "");
            let wait = std::time::Duration::from_secs(u64::try_from(wait).unwrap_or(0));
            self.timer.until(self.timer.now() + wait).await;
        }
        Ok(())
    }

    /// The archive answers: its failures are forgotten, in the transaction of what it answered.
    fn relieved(&mut self) -> Left {
        self.left = Left { failures: 0, wait_until: 0 };
        self.left
    }

    /// The archive does not answer as it should: it is left alone, the longer the more often. `work` is stored with
    /// that. Answers how the run ends, if it does.
    fn trouble(
        &mut self,
        outcome: Outcome,
        why: &str,
        tally: &Tally,
        work: impl FnOnce(&mut Writer) -> Result<(), StoreError>,
    ) -> Result<Option<End>, StoreError> {
        let failures = self.left.failures + 1;
        let pause = archive_pause(failures, tally.retry_after);
        let over = failures >= self.give_up_after || outcome == Outcome::Robots;
        // Another run begins to count anew, but not before the pause is over.
        self.left = Left { failures: if over { 0 } else { failures }, wait_until: self.now() + pause };
        let (archive, left) = (self.archive, self.left);
        self.step(|writer| {
            work(writer)?;
            writer.leave_archive(archive, left)
        })?;
        telemetry::archive_failed(&self.watched.source.name, self.name, outcome.as_str(), why, pause);
        let why = format!("{}: {why}", outcome.as_str());
        if over {
            return Ok(Some(End::GaveUp(if outcome == Outcome::Robots {
                why
            } else {
                format!("{failures} failures in a row, the last one {why}")
            })));
        }
        self.tell(Doing::Waiting, 0, 0, pause, &why);
        Ok(self.collector.is_stopping().then_some(End::Stopped))
    }
}
