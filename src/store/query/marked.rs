//! What a mark can be on, and whether one still says anything.

use super::review::counted;
use crate::domain::count::{Field, Form};
use crate::domain::lexicon::Lexicon;
use crate::domain::message::rules::Rules;
use crate::domain::review::{Mark, Place, Verdict, holding, messages, void};
use crate::store::{Reader, StoreError};

/// A place in a text, as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlace {
    /// The place, with the article's name and the text's hash in full.
    pub place: Place,
    /// The words that stand there; `None` where the text has no such place.
    pub words: Option<String>,
    /// How the counter found a mention of this entity there; `None` where it found none. For a mention that is said to
    /// be missed, one that overlaps it is enough.
    pub counted: Option<Form>,
}

/// A mark that says nothing any more, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleMark {
    /// The mark.
    pub mark: Mark,
    /// Why it has no effect.
    pub why: String,
}

impl Reader {
    /// Looks a place up for a verdict on it; `None` if there is no such text.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn find_place(
        &self,
        lexicon: &Lexicon,
        place: &Place,
        verdict: Verdict,
    ) -> Result<Option<FoundPlace>, StoreError> {
        let Some(stored) = self.stored_text(place)? else { return Ok(None) };
        let counted = counted(lexicon, &stored, place, verdict);
        let words = stored.cut(place).map(str::to_owned);
        let Place { field, start, end, entity, .. } = place;
        Ok(Some(FoundPlace { place: stored.place(*field, *start, *end, entity), words, counted }))
    }

    /// Every place where words stand in an article's measured text, or in another of its texts; `None` if there is no
    /// such text.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn find_words(
        &self,
        article: &str,
        revision: &str,
        words: &str,
        entity: &str,
    ) -> Result<Option<Vec<Place>>, StoreError> {
        let Some(stored) = self.text_of(article, revision)? else { return Ok(None) };
        let mut places = Vec::new();
        for field in [Field::Title, Field::Body] {
            for (at, found) in stored.field(field).match_indices(words) {
                let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                places.push(stored.place(field, offset(at), offset(at + found.len()), entity));
            }
        }
        Ok(Some(places))
    }

    /// The marks that hold and say nothing any more: their text is gone from the figures, or the counter no longer
    /// finds what they take out, or finds what they put in.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn idle_marks(&self, lexicon: &Lexicon, rules: &Rules) -> Result<Vec<IdleMark>, StoreError> {
        let marks = holding(self.marks()?);
        let void = void(&marks);
        let mut idle = Vec::new();
        for (number, mark) in marks.iter().enumerate().filter(|(_, mark)| mark.verdict != Verdict::Stands) {
            let why = if let Some(why) = void.get(&number) {
                Some((*why).to_owned())
            } else if let Some(place) = &mark.mention {
                self.idle_mention(lexicon, mark, place)?
            } else {
                self.idle_message(lexicon, rules, mark)?
            };
            idle.extend(why.map(|why| IdleMark { mark: mark.clone(), why }));
        }
        Ok(idle)
    }

    fn idle_mention(&self, lexicon: &Lexicon, mark: &Mark, place: &Place) -> Result<Option<String>, StoreError> {
        let Some(stored) = self.stored_text(place)? else { return Ok(Some("its text is not in the store".to_owned())) };
        let counted = counted(lexicon, &stored, place, mark.verdict);
        let why = if lexicon.find(&place.entity).is_none() {
            Some(format!("the lexicon has no entity '{}'", place.entity))
        } else if !stored.latest {
            Some("another text of the article is measured by now".to_owned())
        } else if mark.verdict == Verdict::Missed && counted.is_some() {
            Some("the counter finds this mention itself by now".to_owned())
        } else if mark.verdict == Verdict::Missed && stored.cut(place).is_none() {
            Some("its text has no such place".to_owned())
        } else if mark.verdict != Verdict::Missed && counted.is_none() {
            Some(format!("the counter finds no mention there by now (method {})", lexicon.method()))
        } else {
            None
        };
        let Some(into) = mark.into.as_ref().filter(|_| why.is_none()) else { return Ok(why) };
        let into: Place = into.parse().map_err(StoreError::Refused)?;
        let found = self.find_place(lexicon, &into, Verdict::Merged)?.and_then(|found| found.counted);
        Ok(found.is_none().then(|| "the counter does not find what it is merged into".to_owned()))
    }

    fn idle_message(&self, lexicon: &Lexicon, rules: &Rules, mark: &Mark) -> Result<Option<String>, StoreError> {
        let there = |name: &str| self.has_message(lexicon, rules, name);
        let name = mark.message.as_deref().unwrap_or_default();
        Ok(match (mark.verdict, there(name)?) {
            (Verdict::Missed, true) => Some("the message is found by now".to_owned()),
            (Verdict::False | Verdict::Merged, false) => Some("there is no such message by now".to_owned()),
            _ => match &mark.into {
                Some(into) if !there(into)? => Some("there is no message it could be merged into".to_owned()),
                _ => None,
            },
        })
    }

    /// Whether a message of this name is found in the texts, whatever marks say.
    ///
    /// # Errors
    /// `SQLite`'s; [`StoreError::Refused`] for a name that is none.
    pub fn has_message(&self, lexicon: &Lexicon, rules: &Rules, name: &str) -> Result<bool, StoreError> {
        let (day, sender, recipient) = messages::parties(name).map_err(StoreError::Refused)?;
        let filter = super::Filter { from: Some(day), to: Some(day), ..super::Filter::default() };
        let with = [sender.to_owned(), recipient.to_owned()];
        Ok(self.found_messages(lexicon, rules, &with, &filter)?.iter().any(|row| row.message == name))
    }
}
