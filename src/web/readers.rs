//! Readers of the store for requests: few, kept open, each with the lexicon the store was counted with.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::reply::Refusal;
use crate::domain::lexicon::Lexicon;
use crate::store::{Paths, Reader};

/// So many questions are answered at once: more would only share the same disk, and leave the collector none.
const AT_ONCE: usize = 3;
/// A question that has waited so long for its turn is sent away.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Readers {
    paths: Paths,
    limit: Duration,
    configured: Arc<Lexicon>,
    idle: Mutex<Vec<Reader>>,
    /// The lexicon of a method, by its number.
    lexicon: Mutex<Option<(i64, Arc<Lexicon>)>>,
    places: Arc<Semaphore>,
}

impl Readers {
    pub fn new(paths: Paths, limit: Duration, configured: Lexicon) -> Self {
        Self {
            paths,
            limit,
            configured: Arc::new(configured),
            idle: Mutex::default(),
            lexicon: Mutex::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Waits for one's turn.
    pub async fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        match tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Refusal::Busy),
        }
    }

    /// Lends a reader. One that failed is thrown away: its file may have been put in another's place.
    pub fn with<T>(&self, make: impl FnOnce(&Reader, &Lexicon) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => Reader::open(&self.paths, self.limit)?,
        };
        let lexicon = self.lexicon(&reader)?;
        let made = make(&reader, &lexicon);
        if !matches!(made, Err(Refusal::Store(_))) {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
        }
        made
    }

    fn lexicon(&self, reader: &Reader) -> Result<Arc<Lexicon>, Refusal> {
        let Some(number) = reader.method_number()? else { return Ok(Arc::clone(&self.configured)) };
        let mut known = self.lexicon.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, lexicon)) = known.as_ref().filter(|(of, _)| *of == number) {
            return Ok(Arc::clone(lexicon));
        }
        let lexicon = reader.lexicon()?.map_or_else(|| Arc::clone(&self.configured), Arc::new);
        *known = Some((number, Arc::clone(&lexicon)));
        Ok(lexicon)
    }
}
