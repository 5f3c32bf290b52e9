//! Messages between leaders: who wrote to whom, when, in what form and why, and which is a reply to which.
//!
//! Reading and gathering are two steps. [`read`](read::read) finds what one article tells; [`gather`](event::gather)
//! makes events of what many articles tell, so that one message is one event however often it is printed. The
//! words are data ([`rules`], `config/messages.toml`).

pub mod event;
mod particles;
mod prepositions;
pub mod read;
pub mod rules;
mod sentence;
#[cfg(test)]
mod tests;
mod when;
mod words;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::day::Day;

/// In which capacity the two sides write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Leader to leader.
    Leader,
    /// Party to party.
    Party,
    /// Government to government: premiers, ministers, parliaments.
    Government,
}

/// What was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A letter.
    Letter,
    /// A telegram.
    Telegram,
    /// A message; also where a text says only "greetings".
    Message,
    /// A New Year card.
    Card,
    /// An announcement.
    Announcement,
    /// By word of mouth.
    Oral,
    /// A floral basket or wreath.
    Basket,
    /// A gift.
    Gift,
}

impl Kind {
    /// Whether the indicator counts it: what is written, not what is given or said.
    pub const fn is_written(self) -> bool {
        !matches!(self, Self::Oral | Self::Basket | Self::Gift)
    }
}

/// Why it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Occasion {
    /// A holiday, the New Year.
    Greeting,
    /// An election, an achievement.
    Congratulation,
    /// A disaster.
    Sympathy,
    /// A death.
    Condolence,
    /// For what was received.
    Thanks,
    /// None of these, or not said.
    Other,
}

impl Occasion {
    /// Texts do not keep greeting from congratulation, nor sympathy from condolence: one message is called both.
    const fn class(self) -> u8 {
        match self {
            Self::Greeting | Self::Congratulation => 0,
            Self::Sympathy | Self::Condolence => 1,
            Self::Thanks => 2,
            Self::Other => 3,
        }
    }
}

/// Where the day of a message is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayFrom {
    /// The text states it: "on October 16".
    Text,
    /// The day of the article, for want of better.
    Article,
}

macro_rules! named {
    ($($kind:ty),*) => {$(
        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&format!("{self:?}").to_lowercase())
            }
        }
    )*};
}
named!(Level, Kind, Occasion, DayFrom);

/// What one article tells of one message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Who wrote: a person of the lexicon, or a party of the rules.
    pub sender: String,
    /// To whom.
    pub recipient: String,
    /// In which capacity.
    pub level: Level,
    /// What was sent.
    pub kind: Kind,
    /// Why.
    pub occasion: Occasion,
    /// Whether the text calls it a reply.
    pub reply: bool,
    /// The day the text states.
    pub day: Option<Day>,
    /// Whether the article only tells again what others told.
    pub digest: bool,
}
