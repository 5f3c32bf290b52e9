//! How texts are counted and read: all that is derived from a text and a day rests on this, and bears its name.

use super::count::{Tally, Text, count_normalised, tally};
use super::day::Day;
use super::lexicon::{self, Lexicon};
use super::message::Candidate;
use super::message::read::read;
use super::message::rules::{self, Rules};
use super::text::{Normalised, normalise};

/// A lexicon to count by, and words of messages to read by.
#[derive(Debug, Clone)]
pub struct Method {
    lexicon: Lexicon,
    rules: Rules,
    /// By entity: whether a text that mentions it can be on a message.
    foreign: Vec<bool>,
}

/// What a text says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Said {
    /// Of each entity.
    pub tallies: Vec<Tally>,
    /// Of messages.
    pub tellings: Vec<Candidate>,
}

impl Method {
    /// Puts the two together.
    pub fn new(lexicon: &Lexicon, rules: &Rules) -> Self {
        let of_country = |id: &str| lexicon.find(id).and_then(|entity| lexicon.country_of(entity)).is_some();
        let foreign =
            lexicon.entities().iter().map(|entity| rules.is_country(&entity.id) || of_country(&entity.id)).collect();
        Self { lexicon: lexicon.clone(), rules: rules.clone(), foreign }
    }

    /// The lexicon and the words that come with this sinmun.
    ///
    /// # Panics
    /// Never: a test reads both.
    pub fn built_in() -> Self {
        let lexicon = Lexicon::parse(lexicon::DEFAULT).expect("the built-in lexicon is sound");
        Self::new(&lexicon, &Rules::parse(rules::DEFAULT).expect("the built-in words of messages are sound"))
    }

    /// Its name: two methods of one name say the same of every text.
    pub fn name(&self) -> String {
        format!("{}-{}", self.lexicon.method(), self.rules.method())
    }

    /// What is counted.
    pub const fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The words of messages.
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What a text of a day says.
    pub fn read(&self, day: Option<Day>, text: &Text<'_>) -> Said {
        let (title, body) = (normalise(text.title, text.edition), normalise(text.body, text.edition));
        self.read_normalised(day, text, &title, &body)
    }

    /// [`Method::read`] for a caller that has the normalised texts at hand.
    pub fn read_normalised(
        &self,
        day: Option<Day>,
        text: &Text<'_>,
        title: &Normalised<'_>,
        body: &Normalised<'_>,
    ) -> Said {
        let tallies = tally(&count_normalised(&self.lexicon, day, text, title, body));
        // Most texts mention nobody abroad: those tell of no message.
        let tellings = match day {
            Some(day) if tallies.iter().any(|tally| self.foreign[usize::from(tally.entity.0)]) => {
                read(&self.lexicon, &self.rules, day, text, body)
            }
            _ => Vec::new(),
        };
        Said { tallies, tellings }
    }
}
