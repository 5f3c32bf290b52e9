//! What is to be seen at the stand-in: articles, looks, faults, and what was asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::stories::{self, Story};
use super::{Fault, Site, archive, kcna};
use crate::domain::day::Day;

/// How KCNA looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KcnaLook {
    /// Until 2026.
    Q,
    /// Since then.
    Detail,
}

/// How Rodong Sinmun looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RodongEra {
    /// Until November 2022.
    A,
    /// Until 2025.
    B,
    /// Since then.
    C,
}

/// A request as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Milliseconds since the stand-in began.
    pub at_ms: u64,
    /// `GET` or `POST`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Whether the request had conditions.
    pub conditional: bool,
    /// The status it was answered with.
    pub status: u16,
    /// Requests being answered when it came, itself among them.
    pub at_a_time: usize,
    /// `User-Agent`.
    pub agent: String,
}

/// Everything that is to be seen at the stand-in.
#[derive(Debug)]
pub struct World {
    /// KCNA's articles, oldest first.
    pub kcna: Vec<Story>,
    /// Rodong Sinmun's.
    pub rodong: Vec<Story>,
    /// How KCNA looks.
    pub kcna_look: KcnaLook,
    /// How Rodong Sinmun looks.
    pub rodong_era: RodongEra,
    /// Articles after this day are not published yet.
    pub today: Day,
    /// What goes wrong at addresses that contain the key; the empty key is all of them.
    pub faults: BTreeMap<String, Fault>,
    /// Articles that were removed, by id.
    pub removed: Vec<String>,
    /// What was asked.
    pub log: Vec<Logged>,
    /// Whether requests are logged at all.
    pub logging: bool,
    /// What the archive has.
    pub(super) captures: archive::Captures,
    /// What goes wrong at every so-manieth request to the archive; it can be mended by removing it.
    pub archive_faults: Vec<(u64, Fault)>,
    /// Requests to the archive so far.
    pub archive_requests: u64,
    /// What the log's times are told by instead of the machine, in milliseconds.
    pub clock: Option<Arc<AtomicU64>>,
    pub(super) sessions: BTreeMap<String, kcna::Session>,
    pub(super) busy: usize,
    begun: std::time::Instant,
}

impl World {
    /// A world of `days` days before and with `today`.
    pub fn new(today: Day, days: i32, per_day: u32, seed: u64) -> Self {
        let first = today.plus(1 - days);
        Self {
            kcna: stories::stories(first, today, per_day, seed),
            rodong: stories::stories(first, today, per_day, seed ^ 0x5eed),
            kcna_look: KcnaLook::Detail,
            rodong_era: RodongEra::C,
            today,
            faults: BTreeMap::new(),
            removed: Vec::new(),
            log: Vec::new(),
            logging: true,
            captures: BTreeMap::new(),
            archive_faults: Vec::new(),
            archive_requests: 0,
            clock: None,
            sessions: BTreeMap::new(),
            busy: 0,
            begun: std::time::Instant::now(),
        }
    }

    pub(super) fn visible<'a>(&'a self, stories: &'a [Story]) -> impl DoubleEndedIterator<Item = &'a Story> {
        stories.iter().filter(|s| s.day <= self.today && !self.removed.contains(&s.id))
    }

    pub(super) fn fault(&mut self, site: Site, path: &str) -> Option<Fault> {
        if site == Site::Archive {
            self.archive_requests += 1;
            let number = self.archive_requests;
            if let Some((_, fault)) = self.archive_faults.iter().find(|(every, _)| number.is_multiple_of(*every)) {
                return Some(fault.clone());
            }
        }
        self.faults.iter().find(|(part, _)| path.contains(part.as_str())).map(|(_, fault)| fault.clone())
    }

    pub(super) fn milliseconds(&self) -> u64 {
        match &self.clock {
            Some(clock) => clock.load(Ordering::SeqCst),
            None => u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(0),
        }
    }
}
