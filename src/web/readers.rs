//! Readers of the store for requests: few, kept open, each with the lexicon the store was counted with.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::reply::Refusal;
use super::{Configured, Figures};
use crate::domain::lexicon::Lexicon;
use crate::domain::message::rules::Rules;
use crate::domain::method::Method;
use crate::store::{Paths, Reader};

/// So many questions are answered at once: more would only share the same disk, and leave the collector none.
const AT_ONCE: usize = 3;
/// A question that has waited so long for its turn is sent away.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a request is lent.
pub(super) struct Lent<'a> {
    pub reader: &'a Reader,
    pub lexicon: &'a Lexicon,
    pub rules: &'a Rules,
}

pub(super) struct Readers {
    paths: Paths,
    idle: Mutex<Vec<Reader>>,
    /// What the store was counted and read with, by the number of the method.
    method: Mutex<Option<(i64, Arc<Method>)>>,
    places: Arc<Semaphore>,
}

impl Readers {
    pub fn new(paths: Paths) -> Self {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        Self { paths, idle: Mutex::default(), method: Mutex::default(), places }
    }

    /// Waits for one's turn.
    pub async fn place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        match tokio::time::timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(Refusal::Busy),
        }
    }

    /// Lends a reader. One that failed is thrown away: its file may have been put in another's place.
    pub fn with<T>(
        &self,
        configured: &Configured,
        figures: Figures,
        make: impl FnOnce(&Lent<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut reader = match idle {
            Some(reader) => reader.within(configured.limit),
            None => Reader::open(&self.paths, configured.limit)?,
        };
        let method = self.method(&reader, configured)?;
        let (lexicon, rules) = (method.lexicon(), method.rules());
        if figures == Figures::Reviewed {
            reader = reader.reviewed(lexicon)?;
        }
        let result = make(&Lent { reader: &reader, lexicon, rules });
        if !matches!(result, Err(Refusal::Store(_))) {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader.as_counted());
        }
        result
    }

    /// What the store was counted with; what the configuration says for one that never was.
    fn method(&self, reader: &Reader, configured: &Configured) -> Result<Arc<Method>, Refusal> {
        let Some(number) = reader.method_number()? else {
            return Ok(Arc::new(Method::new(&configured.lexicon, &configured.rules)));
        };
        let mut known = self.method.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, method)) = known.as_ref().filter(|(of, _)| *of == number) {
            return Ok(Arc::clone(method));
        }
        let (lexicon, rules) = (reader.lexicon()?, reader.rules()?);
        let lexicon = lexicon.as_ref().unwrap_or(&configured.lexicon);
        let method = Arc::new(Method::new(lexicon, rules.as_ref().unwrap_or(&configured.rules)));
        *known = Some((number, Arc::clone(&method)));
        Ok(method)
    }
}
