//! The analysts' marks, and figures with them.
//!
//! A text with a mark is counted anew, by the very function that counted it, and what the marks say is applied to what
//! comes of it; the tallies of all other texts are taken as they are.

use std::cell::RefCell;
use std::collections::BTreeSet;

use rusqlite::{OptionalExtension as _, params};
use serde_json::Value;

use super::mentions::ARTICLE_NAME;
use crate::domain::article::Content;
use crate::domain::count::{Field, Form, Mention, Text, count, is_in_lead, tally};
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::review::{Mark, Place, Verdict, holding, void};
use crate::domain::stream::Edition;
use crate::store::{Reader, StoreError};

/// The marks that hold, with the texts they are on, and which of them were applied to an answer.
#[derive(Debug)]
pub(in crate::store) struct Reviewed {
    pub marks: Vec<Mark>,
    pub texts: Vec<MarkedText>,
    /// `SQLite`'s number for what the store held then: it is another after any write.
    of: i64,
    applied: RefCell<BTreeSet<usize>>,
}

/// A text with marks, counted with them.
#[derive(Debug)]
pub(in crate::store) struct MarkedText {
    pub stored: StoredText,
    /// The mentions that were taken out.
    pub struck: Vec<Effect>,
    /// The mentions that were put in.
    pub added: Vec<Effect>,
    /// What the text says with its marks.
    pub tallies: Vec<ReviewedTally>,
}

/// What a mark does to a text.
#[derive(Debug)]
pub(in crate::store) struct Effect {
    /// The mark's place among those that hold.
    pub mark: usize,
    pub place: Place,
    pub form: Form,
}

/// What a text says of an entity in a form.
#[derive(Debug)]
pub(in crate::store) struct ReviewedTally {
    pub entity: String,
    pub form: Form,
    pub mentions: u64,
    pub in_title: u64,
    pub in_lead: u64,
}

/// A stored text with its article.
#[derive(Debug, Clone)]
pub(in crate::store) struct StoredText {
    pub revision: i64,
    pub article: i64,
    pub stream: i64,
    pub edition: Edition,
    pub day: Day,
    /// Since when the store has it, in seconds since 1970 UTC.
    pub held: i64,
    pub content: Content,
    /// Whether it is the measured one.
    pub latest: bool,
    pub reprint: bool,
    pub name: String,
    pub hash: String,
    pub title: String,
    pub body: String,
    pub url: String,
}

impl StoredText {
    pub fn text(&self) -> Text<'_> {
        Text { edition: self.edition, title: &self.title, body: &self.body }
    }

    /// The title or the body.
    pub fn field(&self, field: Field) -> &str {
        match field {
            Field::Title => &self.title,
            Field::Body => &self.body,
        }
    }

    /// The bytes of a place; `None` where the text has none there, or they cut through a letter.
    pub fn cut(&self, place: &Place) -> Option<&str> {
        self.field(place.field).get(usize::try_from(place.start).ok()?..usize::try_from(place.end).ok()?)
    }

    pub(super) fn place(&self, field: Field, start: u32, end: u32, entity: &str) -> Place {
        let (article, revision) = (self.name.clone(), self.hash.clone());
        Place { article, revision, field, start, end, entity: entity.to_owned() }
    }
}

impl Reviewed {
    /// Notes that marks changed an answer.
    pub fn note(&self, marks: impl IntoIterator<Item = usize>) {
        self.applied.borrow_mut().extend(marks);
    }
}

impl Reader {
    /// A reader whose figures are with the analysts' marks from now on.
    ///
    /// # Errors
    /// `SQLite`'s, or a mark that a newer sinmun wrote.
    pub fn reviewed(mut self, lexicon: &Lexicon) -> Result<Self, StoreError> {
        let of = self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?;
        if let Some(known) = self.set_aside.take().filter(|known| known.of == of) {
            known.applied.borrow_mut().clear();
            self.reviewed = Some(known);
            return Ok(self);
        }
        let marks = holding(self.marks()?);
        let void = void(&marks);
        let mut texts: Vec<MarkedText> = Vec::new();
        for (number, mark) in marks.iter().enumerate().filter(|(number, _)| !void.contains_key(number)) {
            let Some(place) = &mark.mention else { continue };
            let Some(stored) = self.stored_text(place)? else { continue };
            let at = texts.iter().position(|text| text.stored.revision == stored.revision).unwrap_or_else(|| {
                texts.push(MarkedText { stored, struck: Vec::new(), added: Vec::new(), tallies: Vec::new() });
                texts.len() - 1
            });
            let text = &mut texts[at];
            let counted = counted(lexicon, &text.stored, place, mark.verdict);
            let effect = |form| Effect { mark: number, place: place.clone(), form };
            match (mark.verdict, counted) {
                (Verdict::False | Verdict::Merged, Some(form)) => text.struck.push(effect(form)),
                (Verdict::Missed, None) if text.stored.cut(place).is_some() => {
                    text.added.push(effect(mark.form.unwrap_or(Form::Name)));
                }
                _ => {}
            }
        }
        texts.retain(|text| !text.struck.is_empty() || !text.added.is_empty());
        for text in &mut texts {
            text.tallies = count_with_marks(lexicon, text);
        }
        self.reviewed = Some(Reviewed { marks, texts, of, applied: RefCell::default() });
        Ok(self)
    }

    /// The same reader, whose figures are as they were counted again. The texts with marks need not be counted anew for
    /// the next who asks for them, as long as nothing was written.
    #[must_use]
    pub fn as_counted(mut self) -> Self {
        self.set_aside = self.reviewed.take().or(self.set_aside);
        self
    }

    /// Whether there is any mark to give figures with.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn has_marks(&self) -> Result<bool, StoreError> {
        Ok(self.connection.query_row("SELECT EXISTS (SELECT 1 FROM mark)", [], |row| row.get(0))?)
    }

    /// How many marks were applied to what this reader has answered; `None` if it answers without marks.
    pub fn marks_applied(&self) -> Option<usize> {
        self.reviewed.as_ref().map(|reviewed| reviewed.applied.borrow().len())
    }

    /// Says in the echo of a query whether its figures are with marks, and with how many.
    pub fn note_marks(&self, query: &mut Value) {
        let applied = self.marks_applied();
        query["reviewed"] = applied.is_some().into();
        if let Some(applied) = applied {
            query["marks_applied"] = applied.into();
        }
    }

    /// All marks, in the order of their times.
    ///
    /// # Errors
    /// `SQLite`'s, or [`StoreError::Refused`] for a mark that a newer sinmun wrote.
    pub fn marks(&self) -> Result<Vec<Mark>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT line FROM mark")?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut marks = lines
            .map(|line| {
                Mark::parse(&line?).map_err(|fault| StoreError::Refused(format!("a mark cannot be read: {fault}")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        marks.sort_by_cached_key(|mark| (mark.at, mark.line()));
        Ok(marks)
    }

    /// The text a place is in.
    pub(super) fn stored_text(&self, place: &Place) -> Result<Option<StoredText>, StoreError> {
        self.text_of(&place.article, &place.revision)
    }

    /// The text of an article with a hash, of which the beginning is enough; the measured one without. An article is
    /// found by its stream, day and text, for its name may have changed; by its name where no text is named.
    pub(super) fn text_of(&self, article: &str, revision: &str) -> Result<Option<StoredText>, StoreError> {
        let Some((stream, day)) = Place::stream_and_day(article) else { return Ok(None) };
        let sql = format!(
            "SELECT r.id, a.id, a.stream, r.content, a.latest = r.id, a.reprint_of IS NOT NULL, {ARTICLE_NAME},
                    lower(hex(r.hash)), r.title, r.body, r.held_at,
                    (SELECT min(p.url) FROM appearance p WHERE p.revision = r.id AND p.url <> '')
               FROM article a JOIN stream s ON s.id = a.stream JOIN revision f ON f.id = a.first
               JOIN revision r ON r.article = a.id
              WHERE s.outlet = ?1 AND s.edition = ?2 AND a.day = ?3
                AND CASE ?4 WHEN '' THEN a.latest = r.id AND {ARTICLE_NAME} = ?5
                            ELSE substr(lower(hex(r.hash)), 1, length(?4)) = ?4 END
              ORDER BY {ARTICLE_NAME} = ?5 DESC, r.hash LIMIT 1"
        );
        let values = params![stream.outlet.as_str(), stream.edition.as_str(), day.epoch_days(), revision, article];
        self.timed(|connection| {
            let found = connection.prepare_cached(&sql)?.query_row(values, |row| {
                Ok(StoredText {
                    revision: row.get(0)?,
                    article: row.get(1)?,
                    stream: row.get(2)?,
                    edition: stream.edition,
                    day,
                    content: Content::from_code(row.get(3)?).unwrap_or(Content::Missing),
                    latest: row.get(4)?,
                    reprint: row.get(5)?,
                    name: row.get(6)?,
                    hash: row.get(7)?,
                    title: row.get(8)?,
                    body: row.get(9)?,
                    held: row.get(10)?,
                    url: row.get::<_, Option<String>>(11)?.unwrap_or_default(),
                })
            });
            Ok(found.optional()?)
        })
    }
}

/// How the counter found a mention of an entity at a place; for one that is said to be missed, how it found any that
/// overlaps it.
pub(super) fn counted(lexicon: &Lexicon, stored: &StoredText, place: &Place, verdict: Verdict) -> Option<Form> {
    let entity = lexicon.find(&place.entity)?;
    let mentions = count(lexicon, Some(stored.day), &stored.text());
    let at = |m: &Mention| {
        let exactly = (m.start, m.end) == (place.start, place.end);
        let in_part = verdict == Verdict::Missed && m.start < place.end && place.start < m.end;
        m.entity == entity && m.field == place.field && (exactly || in_part)
    };
    mentions.into_iter().find(at).map(|mention| mention.form)
}

/// What a text says with its marks.
fn count_with_marks(lexicon: &Lexicon, text: &MarkedText) -> Vec<ReviewedTally> {
    let mut mentions = count(lexicon, Some(text.stored.day), &text.stored.text());
    mentions.retain(|m| {
        let entity = &lexicon.entity(m.entity).id;
        !text.struck.iter().any(|Effect { place, .. }| {
            (place.field, place.start, place.end, &place.entity) == (m.field, m.start, m.end, entity)
        })
    });
    let mut tallies: Vec<ReviewedTally> = tally(&mentions)
        .into_iter()
        .map(|t| ReviewedTally {
            entity: lexicon.entity(t.entity).id.clone(),
            form: t.form,
            mentions: t.mentions.into(),
            in_title: t.in_title.into(),
            in_lead: t.in_lead.into(),
        })
        .collect();
    for Effect { place, form, .. } in &text.added {
        let known = tallies.iter().position(|t| t.entity == place.entity && t.form == *form);
        let at = known.unwrap_or_else(|| {
            let entity = place.entity.clone();
            tallies.push(ReviewedTally { entity, form: *form, mentions: 0, in_title: 0, in_lead: 0 });
            tallies.len() - 1
        });
        let sum = &mut tallies[at];
        sum.mentions += 1;
        sum.in_title += u64::from(place.field == Field::Title);
        sum.in_lead += u64::from(is_in_lead(&text.stored.text(), place.field, place.start));
    }
    tallies
}
