//! One gate for each host: so many requests at a time, and a gap between any two, whoever asks.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::domain::schedule::spread;

/// What is waited by: the machine's time, or a made one that jumps to whenever it is waited for. Sockets know no made
/// time, so a test of a rate over hours against a real server needs this one.
#[derive(Debug, Clone)]
pub struct Timer {
    begun: Instant,
    made: Option<Arc<AtomicU64>>,
}

impl Timer {
    /// The machine's.
    pub fn machine() -> Self {
        Self { begun: Instant::now(), made: None }
    }

    /// A made one; the counter holds milliseconds.
    pub fn made(milliseconds: Arc<AtomicU64>) -> Self {
        Self { begun: Instant::now(), made: Some(milliseconds) }
    }

    /// How long it has run.
    pub fn now(&self) -> Duration {
        match &self.made {
            Some(made) => Duration::from_millis(made.load(Ordering::SeqCst)),
            None => self.begun.elapsed(),
        }
    }

    /// Waits until then.
    pub async fn until(&self, then: Duration) {
        match &self.made {
            Some(made) => {
                made.fetch_max(u64::try_from(then.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
            }
            None => tokio::time::sleep_until(self.begun + then).await,
        }
    }
}

/// The gates of all hosts. There are as many as sources name, so the map does not grow.
#[derive(Debug)]
pub struct Gates {
    timer: Timer,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    next: Mutex<Option<Duration>>,
    /// How many were let in.
    entered: AtomicU64,
}

/// How far a source's requests have come: what stands still hangs.
#[derive(Debug, Default)]
pub struct Progress {
    steps: AtomicU64,
    waiting: AtomicU64,
    gate: Mutex<Option<Arc<Host>>>,
}

impl Progress {
    /// Something has moved.
    pub fn step(&self) {
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// Its own steps, and where some of its requests wait at a gate, those of the gate: they wait in order, and behind
    /// pages of a minute each that is long, but no hanging. The numbers mean nothing but that they change.
    pub fn steps(&self) -> [u64; 2] {
        let waits = self.waiting.load(Ordering::Relaxed) > 0;
        let gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let entered = gate.as_ref().filter(|_| waits).map_or(0, |host| host.entered.load(Ordering::Relaxed));
        [self.steps.load(Ordering::Relaxed), entered]
    }

    fn wait_at(&self, host: &Arc<Host>) -> Waiting<'_> {
        *self.gate.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(host));
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(self)
    }
}

/// One that waits; it does no longer when this is dropped, let in or not.
struct Waiting<'a>(&'a Progress);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
        self.0.step();
    }
}

/// A place at a host; it is free again when this is dropped.
#[derive(Debug)]
pub struct Place(#[expect(dead_code, reason = "held for its drop")] OwnedSemaphorePermit);

/// The gap between two requests to a host.
#[derive(Debug, Clone, Copy)]
pub struct Gap {
    /// Milliseconds.
    pub ms: u64,
    /// Milliseconds more or less.
    pub spread_ms: u64,
    /// Requests at a time.
    pub parallel: usize,
}

impl Default for Gates {
    fn default() -> Self {
        Self::by(Timer::machine())
    }
}

impl Gates {
    /// Gates that wait by this timer.
    pub fn by(timer: Timer) -> Self {
        Self { timer, hosts: Mutex::default() }
    }

    /// Waits for a place at a host, and for its gap. A gap is between the beginnings of two requests; it is
    /// reserved before it is waited for, so that those who wait together go one gap after another.
    pub async fn enter(&self, host: &str, gap: Gap, seed: u64, progress: &Progress) -> Place {
        let gate = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || {
                let places = Arc::new(Semaphore::new(gap.parallel));
                Arc::new(Host { places, next: Mutex::new(None), entered: AtomicU64::new(0) })
            };
            Arc::clone(hosts.entry(host.to_owned()).or_insert_with(new))
        };
        let waiting = progress.wait_at(&gate);
        let permit = Arc::clone(&gate.places).acquire_owned().await.expect("no gate is ever closed");
        let mine = {
            let mut next = gate.next.lock().unwrap_or_else(PoisonError::into_inner);
            let now = self.timer.now();
            let mine = next.map_or(now, |next| next.max(now));
            *next = Some(mine + length(gap, seed));
            mine
        };
        self.timer.until(mine).await;
        gate.entered.fetch_add(1, Ordering::Relaxed);
        drop(waiting);
        Place(permit)
    }
}

fn length(gap: Gap, seed: u64) -> Duration {
    let (ms, width) = (i64::try_from(gap.ms).unwrap_or(i64::MAX), i64::try_from(gap.spread_ms).unwrap_or(0));
    let percent = if ms == 0 { 0 } else { width.saturating_mul(100) / ms };
    Duration::from_millis(u64::try_from(spread(ms, percent, seed)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn gaps_are_kept_and_places_are_few() {
        let gates = Arc::new(Gates::default());
        let gap = Gap { ms: 2000, spread_ms: 500, parallel: 3 };
        let begin = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for seed in 0..12_u64 {
            let gates = Arc::clone(&gates);
            tasks.spawn(async move {
                let place = gates.enter("kcna.kp", gap, seed, &Progress::default()).await;
                let at = begin.elapsed();
                tokio::time::sleep(Duration::from_secs(80)).await;
                drop(place);
                at
            });
        }
        let mut starts: Vec<Duration> = tasks.join_all().await;
        starts.sort();
        for pair in starts.windows(2) {
            assert!(pair[1].checked_sub(pair[0]).is_some_and(|d| d >= Duration::from_millis(1500)), "{starts:?}");
        }
        // Pages of 80 seconds, three at a time: the fourth waits for the first to end.
        assert!(starts[3] >= Duration::from_secs(80), "{starts:?}");
        assert!(starts[11] < Duration::from_mins(5), "{starts:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_move_with_those_who_are_let_in() {
        let gates = Arc::new(Gates::default());
        let gap = Gap { ms: 0, spread_ms: 0, parallel: 1 };
        let (first, second) = (Arc::new(Progress::default()), Arc::new(Progress::default()));
        let place = gates.enter("kcna.kp", gap, 1, &first).await;
        let waiting = tokio::spawn({
            let (gates, second) = (Arc::clone(&gates), Arc::clone(&second));
            async move { drop(gates.enter("kcna.kp", gap, 2, &second).await) }
        });
        let other = tokio::spawn({
            let (gates, first) = (Arc::clone(&gates), Arc::clone(&first));
            async move { gates.enter("kcna.kp", gap, 3, &first).await }
        });
        tokio::task::yield_now().await;
        let before = second.steps();
        tokio::time::sleep(Duration::from_mins(10)).await;
        assert_eq!(second.steps(), before, "the one page that is asked for hangs, and so do all behind it");
        drop(place);
        waiting.await.expect("let in");
        assert_ne!(second.steps(), before);
        let held = other.await.expect("let in");
        let before = second.steps();
        drop(held);
        assert_eq!(second.steps(), before, "who does not wait is not moved by others");
    }
}
