//! The store as the collector writes it: the writer, the full-text index behind it, and what is counted.

use std::sync::Arc;

use crate::domain::method::Method;
use crate::store::search::Indexer;
use crate::store::{Paths, StoreError, Writer, silent};
use crate::telemetry;

/// The writer with what goes along with it.
#[derive(Debug)]
pub struct Books {
    pub(crate) writer: Writer,
    indexer: Option<Indexer>,
    pub(crate) method: Arc<Method>,
    open: bool,
}

impl Books {
    /// Opens the store for writing; another process that writes is refused.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::OtherMethod`], or `SQLite`'s.
    pub fn open(paths: &Paths, method: &Arc<Method>, now: i64) -> Result<Self, StoreError> {
        let writer = Writer::open(paths, method, now, false)?;
        let mut indexer = Indexer::open(paths)?;
        indexer.catch_up(paths, &silent())?;
        Ok(Self { writer, indexer: Some(indexer), method: Arc::clone(method), open: false })
    }

    /// Whether what is counted is still the same: another method needs `sinmun recount`.
    pub(crate) fn keeps_method(&self, method: &Method) -> Result<(), StoreError> {
        self.writer.keeps_method(method)
    }

    /// Runs a piece of work as one transaction, whose rows come from a poll of `name`.
    pub(crate) fn piece<T>(
        &mut self,
        name: &str,
        now: i64,
        work: impl FnOnce(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.piece_from("poll", name, now, work)
    }

    /// Runs a piece of work as one transaction, whose rows come from something else.
    pub(crate) fn piece_from<T>(
        &mut self,
        kind: &str,
        name: &str,
        now: i64,
        work: impl FnOnce(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.writer.begin()?;
        self.open = true;
        let done = (|| {
            self.writer.begin_origin(kind, name, now)?;
            let done = work(&mut self.writer)?;
            self.writer.end_origin(None)?;
            Ok(done)
        })();
        let done = match done {
            Ok(done) => done,
            Err(error) => {
                self.abandon();
                return Err(error);
            }
        };
        if let Err(error) = self.writer.commit() {
            self.abandon();
            return Err(error);
        }
        self.open = false;
        let documents = self.writer.documents();
        if let Some(indexer) = &mut self.indexer
            && let Err(error) = indexer.add(&documents).and_then(|()| indexer.commit())
        {
            // The store is the truth and has it; the index makes up for it when it is next opened.
            telemetry::index_failed(&error.to_string());
            self.indexer = None;
        }
        Ok(done)
    }

    /// Gives up a piece that failed.
    pub(crate) fn abandon(&mut self) {
        if std::mem::take(&mut self.open) {
            self.writer.abandon();
        }
    }
}
