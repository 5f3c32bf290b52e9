//! Who and what is counted: countries, persons, offices with their holders, and the words for them.
//!
//! The lexicon is data (`config/lexicon.toml`); [`mod@file`] is its form on paper, [`Lexicon`] the form that
//! counts. Its [`method`](Lexicon::method) names it together with the rules of matching: the same method over
//! the same store gives the same figures.

pub mod file;
mod findings;
pub mod lint;
mod office;
mod pattern;
mod words;

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::day::Day;
use super::matcher::{Matcher, Pattern, Target};
use super::stream::Edition;
use super::surname::Family;
use super::text::NORMALISER;
use file::LexiconFile;
use office::Office;
pub(super) use office::{Noun, Surroundings};
use words::Words;
pub(super) use words::expanded as expanded_words;

/// Part of every method's name: raised whenever the same text and lexicon would be counted otherwise.
pub const RULES: u32 = 4;

/// The lexicon compiled into the binary.
pub const DEFAULT: &str = include_str!("../../../config/lexicon.toml");

/// Layers are matched independently: "Chinese President Xi Jinping" is a mention of China and one of Xi.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Countries: names, adjectives, abbreviations, relations.
    Country,
    /// Persons by name and by office.
    Leader,
}

/// Which entity of the lexicon, by its place in [`Lexicon::entities`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityIndex(pub u16);

/// Which alias of the lexicon, by its place in [`Lexicon::aliases`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AliasIndex(pub u32);

/// Which office of the lexicon, by its place in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfficeIndex(pub u16);

/// A country or person that is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// Its name on the command line and in every output: `xi-jinping`.
    pub id: String,
    /// Its name for people: `Xi Jinping`.
    pub name: String,
    /// The layer it is matched in.
    pub layer: Layer,
}

/// One way to write an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// Normalised as texts are.
    pub text: String,
    /// The edition it is looked for in.
    pub edition: Edition,
    /// What it names; `None` for an office, whose holder depends on the day, and for an exclusion, which only
    /// keeps others from matching inside it.
    pub entity: Option<EntityIndex>,
    /// Whether it counts only while the person holds an office.
    pub in_office: bool,
}

/// A lexicon ready to count with.
#[derive(Debug, Clone)]
pub struct Lexicon {
    file: LexiconFile,
    entities: Vec<Entity>,
    aliases: Vec<Alias>,
    by_id: HashMap<String, EntityIndex>,
    offices: Vec<Office>,
    surroundings: Vec<Surroundings>,
    finders: Vec<Finder>,
    method: String,
}

/// The aliases of an edition, made ready when a text of it is first looked at: most commands look at none, and to make
/// ready for all six editions took them longer than their answer.
#[derive(Debug, Clone)]
struct Finder {
    patterns: Vec<Pattern>,
    matcher: OnceLock<Matcher>,
}

/// Everything that is wrong with a lexicon, all at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the lexicon cannot be used:\n  {}", .0.join("\n  "))]
pub struct LexiconError(pub Vec<String>);

impl Lexicon {
    /// Reads a lexicon from the text of its TOML file.
    ///
    /// # Errors
    /// [`LexiconError`] with every fault: TOML faults with line and column, unknown keys, repeated ids, an
    /// alias that names two entities, a tenure that ends before it begins.
    pub fn parse(toml: &str) -> Result<Self, LexiconError> {
        let file: LexiconFile = toml::from_str(toml).map_err(|error| LexiconError(vec![error.to_string()]))?;
        Self::compile(file)
    }

    fn compile(file: LexiconFile) -> Result<Self, LexiconError> {
        let mut faults = lint::faults(&file);
        let mut words = Words::of(&file);
        let entities: Vec<Entity> = file
            .entities()
            .map(|(layer, id, name, ..)| Entity { id: id.to_owned(), name: name.to_owned(), layer })
            .collect();
        let surroundings: Vec<Surroundings> =
            Edition::ALL.iter().map(|&edition| words.surroundings(&file, edition)).collect();
        faults.append(&mut words.faults);
        faults.extend(lint::clashes(&entities, &file.office, &words.patterns));
        if !faults.is_empty() {
            return Err(LexiconError(faults));
        }
        let by_id: HashMap<String, EntityIndex> =
            (0..).zip(&entities).map(|(i, entity)| (entity.id.clone(), EntityIndex(i))).collect();
        let offices = file.office.iter().map(|row| Office::new(row, &by_id)).collect();
        let finders =
            words.patterns.into_iter().map(|patterns| Finder { patterns, matcher: OnceLock::new() }).collect();
        let method = method_of(&file);
        Ok(Self { file, entities, aliases: words.aliases, by_id, offices, finders, surroundings, method })
    }

    /// The name of this way of counting: a hash of the lexicon's content (not its comments or order of
    /// keys), the rules of counting and the normaliser. Twelve hexadecimal digits.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The lexicon as TOML, to be kept with the figures; parsing it gives this method again.
    pub fn to_toml(&self) -> String {
        toml::to_string(&self.file).expect("a lexicon that was read can be written")
    }

    /// All entities, in the order of the file: persons' order is the order of tables.
    pub fn entities(&self) -> &[Entity] {
        &self.entities
    }

    /// All aliases.
    pub fn aliases(&self) -> &[Alias] {
        &self.aliases
    }

    /// The entity an index stands for.
    pub fn entity(&self, index: EntityIndex) -> &Entity {
        &self.entities[usize::from(index.0)]
    }

    /// The alias an index stands for.
    pub fn alias(&self, index: AliasIndex) -> &Alias {
        &self.aliases[usize::try_from(index.0).expect("an index into memory")]
    }

    /// Finds an entity by its id.
    pub fn find(&self, id: &str) -> Option<EntityIndex> {
        self.by_id.get(id).copied()
    }

    /// Whether there is any word for an entity in an edition. Where there is none, nothing can be found, and a
    /// figure of zero would say nothing about the texts.
    pub fn has_words(&self, id: &str, edition: Edition) -> bool {
        let entity = self.find(id);
        entity.is_some() && self.aliases.iter().any(|alias| alias.edition == edition && alias.entity == entity)
    }

    /// Who holds an office on a day, from its tenures.
    pub fn holder(&self, office: OfficeIndex, day: Day) -> Option<EntityIndex> {
        self.offices[usize::from(office.0)].holder(day)
    }

    /// Whether a person holds any office on a day.
    pub(super) fn is_in_office(&self, person: EntityIndex, day: Day) -> bool {
        self.offices.iter().any(|office| office.is_held_by(person, day))
    }

    /// The offices with their ids.
    pub fn office_ids(&self) -> impl Iterator<Item = (OfficeIndex, &str)> {
        (0..).zip(&self.file.office).map(|(number, row)| (OfficeIndex(number), row.id.as_str()))
    }

    /// An office's id.
    pub fn office_id(&self, office: OfficeIndex) -> &str {
        &self.file.office[usize::from(office.0)].id
    }

    /// The country a person stands for; none for a country, and for persons without one.
    pub fn country_of(&self, entity: EntityIndex) -> Option<&str> {
        let persons = usize::from(entity.0).checked_sub(self.file.country.len())?;
        self.file.person.get(persons)?.country.as_deref()
    }

    /// Where the family name stands in a person's name, if the person is one of a country counted.
    pub(super) fn family_name(&self, entity: EntityIndex) -> Option<Family> {
        let country = self.country_of(entity)?;
        let first = self.file.country.iter().any(|row| row.family_name_first && row.id == country);
        Some(if first { Family::First } else { Family::Last })
    }

    /// What stands around offices in an edition.
    pub(super) fn surroundings(&self, edition: Edition) -> &Surroundings {
        &self.surroundings[edition.index()]
    }

    /// What deserves a second look although the lexicon can be used: words that cannot match or take each other's
    /// place, exclusions that keep nothing out, offices without titles. Each names its row and key.
    pub fn findings(&self) -> Vec<String> {
        let owner = |target: &Target| match target {
            Target::Name { entity, .. } => format!("'{}'", self.entity(*entity).id),
            Target::Office { office, .. } | Target::Embedded { office, .. } => {
                format!("office '{}'", self.office_id(*office))
            }
            Target::Nothing => "an exclusion".to_owned(),
        };
        findings::findings(&self.file, Words::of(&self.file), owner)
    }

    /// How many offices the file lists.
    pub fn offices(&self) -> usize {
        self.file.office.len()
    }

    pub(super) fn matcher(&self, edition: Edition) -> Option<&Matcher> {
        let Finder { patterns, matcher } = &self.finders[edition.index()];
        let following = &self.surroundings[edition.index()].following;
        (!patterns.is_empty()).then(|| matcher.get_or_init(|| Matcher::new(patterns.clone(), following.clone())))
    }
}

fn method_of(file: &LexiconFile) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("sinmun rules {RULES} normaliser {NORMALISER}\n"));
    hash.update(serde_json::to_vec(file).expect("a lexicon is plain data"));
    hash.finalize().iter().take(6).fold(String::new(), |mut hex, byte| {
        use std::fmt::Write as _;
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests;
