//! The indexing thread. It takes longest of all, so it begins with the first texts and not with the first commit: it
//! indexes what is being stored, and keeps of it what was committed.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use super::named;
use crate::store::search::{Document, Indexer};
use crate::store::{Paths, StoreError, Writer, silent};

/// How many portions may wait to be indexed: about as many bytes of text as one commit.
const WAITING: usize = 64;

/// What the indexing thread is told.
enum Told {
    /// These are being stored.
    Stored(Vec<Document>),
    /// All before is committed.
    Committed,
}

/// The writer's end.
pub(super) struct Feed(SyncSender<Told>);

impl Feed {
    /// Hands on what was stored since. If the index failed, its error is told at the end; the store goes on without it.
    pub fn stored(&self, documents: Vec<Document>) {
        let _ = self.0.send(Told::Stored(documents));
    }

    /// Tells that what was stored is committed.
    pub fn committed(&self) {
        let _ = self.0.send(Told::Committed);
    }
}

pub(super) type Indexing<'scope> = ScopedJoinHandle<'scope, Result<(), StoreError>>;

/// Begins to index, beside a writer that has not yet written.
pub(super) fn begin<'scope>(
    scope: &'scope Scope<'scope, '_>,
    paths: &Paths,
    writer: &Writer,
) -> (Feed, Indexing<'scope>) {
    let (send, receive) = sync_channel(WAITING);
    let (paths, last) = (paths.clone(), writer.last_revision());
    (Feed(send), named(scope, "indexer", move || index(&paths, last, &receive)))
}

fn index(paths: &Paths, last: i64, receive: &Receiver<Told>) -> Result<(), StoreError> {
    let mut indexer = Indexer::open(paths)?;
    indexer.forget_beyond(last)?;
    // What an earlier import left behind, or was told not to index, is made up for first.
    indexer.catch_up(paths, &silent())?;
    let mut committed = true;
    for told in receive {
        match told {
            Told::Stored(documents) => {
                indexer.add(&documents)?;
                committed = false;
            }
            Told::Committed => {
                committed = true;
                if indexer.is_full() {
                    indexer.commit()?;
                }
            }
        }
    }
    // What the store has given up, ends with the connection.
    if committed { indexer.commit() } else { Ok(()) }
}
