//! What the matcher finds in the labelled sentences, beside what a reader found.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use sinmun::domain::count::{Form, count};
use sinmun::domain::lexicon::{Layer, Lexicon};
use sinmun::domain::wilson;

use super::gold::{Answer, Gold, Item};

/// What is scored together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// China and Russia.
    Countries,
    /// Persons by name.
    Names,
    /// Persons by office.
    Offices,
    /// Offices inside other titles.
    Embedded,
}

impl Kind {
    /// All kinds, in the order of the tables.
    pub const ALL: [Kind; 4] = [Self::Countries, Self::Names, Self::Offices, Self::Embedded];

    /// The kind of a mention.
    pub fn of(entity: &str, form: Form) -> Self {
        match form {
            Form::Name if ["china", "russia"].contains(&entity) => Self::Countries,
            Form::Name => Self::Names,
            Form::Office => Self::Offices,
            Form::Embedded => Self::Embedded,
        }
    }

    /// Its name in the tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Countries => "countries",
            Self::Names => "names",
            Self::Offices => "offices",
            Self::Embedded => "embedded",
        }
    }
}

/// How many mentions were found rightly, wrongly, and not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Found and labelled.
    pub right: u64,
    /// Found and not labelled.
    pub wrong: u64,
    /// Labelled and not found.
    pub missed: u64,
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missed += other.missed;
    }
}

/// A share with its 95 % Wilson interval; `None` where there was nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Of so many.
    pub of: u64,
    /// The share itself.
    pub value: f64,
    /// The interval.
    pub bounds: (f64, f64),
}

impl Score {
    /// The share of what was found that is right.
    pub fn precision(self) -> Option<Share> {
        share(self.right, self.right + self.wrong)
    }

    /// The share of what is there that was found.
    pub fn recall(self) -> Option<Share> {
        share(self.right, self.right + self.missed)
    }

    /// Of two answers to one question: what they have in common is right.
    pub fn of(expected: u32, found: u32) -> Self {
        let right = expected.min(found);
        Self { right: right.into(), wrong: (found - right).into(), missed: (expected - right).into() }
    }
}

fn share(hits: u64, of: u64) -> Option<Share> {
    let bounds = wilson::interval(hits, of)?;
    #[expect(clippy::cast_precision_loss, reason = "mentions stay far below 2^52")]
    let value = hits as f64 / of as f64;
    Some(Share { of, value, bounds })
}

/// A sentence with both answers.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// The set it is of.
    pub gold: &'a Gold,
    /// The sentence and its label.
    pub item: &'a Item,
    /// The matcher's answer.
    pub found: Answer,
}

impl Judged<'_> {
    /// The scores of the sentence, by entity and form.
    pub fn scores(&self) -> BTreeMap<(&str, Form), Score> {
        let mut scores: BTreeMap<(&str, Form), Score> = BTreeMap::new();
        for (entity, form) in self.item.expected.keys().chain(self.found.keys()) {
            let key = (entity.clone(), *form);
            let of = |answer: &Answer| answer.get(&key).copied().unwrap_or(0);
            scores.insert((entity, *form), Score::of(of(&self.item.expected), of(&self.found)));
        }
        scores
    }

    /// Whether both answers are the same.
    pub fn agrees(&self) -> bool {
        self.item.expected == self.found
    }

    /// The sentence.
    pub fn text(&self) -> &str {
        self.gold.documents[self.item.document].sentence(self.item.sentence).unwrap_or("")
    }
}

/// [`judge`] for several sets.
pub fn judge_all<'a>(sets: &'a [Gold], lexicon: &Lexicon) -> Vec<Judged<'a>> {
    sets.iter().flat_map(|gold| judge(gold, lexicon)).collect()
}

/// Counts in the whole texts of a set, and cuts out the labelled sentences.
fn judge<'a>(gold: &'a Gold, lexicon: &Lexicon) -> Vec<Judged<'a>> {
    let mut found: BTreeMap<(usize, u32), Answer> = BTreeMap::new();
    for (number, document) in gold.documents.iter().enumerate() {
        for mention in count(lexicon, document.day, &document.text()) {
            let entity = lexicon.entity(mention.entity);
            // The Kims are counted as a check on a collection, and are not labelled.
            let asked = match entity.layer {
                Layer::Country => ["china", "russia"].contains(&entity.id.as_str()),
                Layer::Leader => !gold.countries_only && lexicon.country_of(mention.entity).is_some(),
            };
            if asked {
                let answer = found.entry((number, document.sentence_of(&mention))).or_default();
                *answer.entry((entity.id.clone(), mention.form)).or_default() += 1;
            }
        }
    }
    let judged = |item| Judged { gold, item, found: found.get(&place(item)).cloned().unwrap_or_default() };
    gold.items.iter().map(judged).collect()
}

fn place(item: &Item) -> (usize, u32) {
    (item.document, item.sentence)
}
