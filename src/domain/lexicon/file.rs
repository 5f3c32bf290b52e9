//! The lexicon as it stands on paper: the keys of `config/lexicon.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Layer;
use crate::domain::day::Day;
use crate::domain::stream::Edition;

/// The whole file. Unknown keys are errors everywhere in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LexiconFile {
    /// Countries.
    #[serde(default)]
    pub country: Vec<CountryRow>,
    /// Persons.
    #[serde(default)]
    pub person: Vec<PersonRow>,
    /// Offices with their holders.
    #[serde(default)]
    pub office: Vec<OfficeRow>,
    /// Phrases inside which nothing is matched.
    #[serde(default)]
    pub exclusion: Vec<ExclusionRow>,
    /// Lists that words refer to as `<name>` in `followed_by`, `near` and `not_followed_by`.
    #[serde(default)]
    pub phrases: BTreeMap<String, Names>,
    /// Words beside an office that keep it from meaning its holder.
    #[serde(default)]
    pub unheld: Vec<UnheldRow>,
    /// What joins the offices of one holder into one mention.
    #[serde(default)]
    pub joining: Names,
    /// Articles, which may stand between such a word or a joint and the office.
    #[serde(default)]
    pub articles: Names,
    /// What joins countries or offices that share a word, and what joins an office to its country.
    #[serde(default)]
    pub sharing: SharingRow,
    /// Titles and forms of address that stand before a surname.
    #[serde(default)]
    pub address: Names,
    /// What may follow a leader's name or office without a blank, in scripts that join words.
    #[serde(default)]
    pub following: FollowingRow,
}

/// The small words of phrases in which several countries share an office, or several offices a country.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SharingRow {
    /// Before the last of several: "and".
    pub and: Names,
    /// Between an office and its country: "of".
    pub of: Names,
    /// What begins a clause about a name ("who"), where no list of titles does.
    pub relatives: Names,
}

/// What may stand right behind a leader in scripts that join words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FollowingRow {
    /// Particles: in Hangul the word ends after one or several of them.
    pub particles: Names,
    /// Forms of address: name and office end before them.
    pub honorifics: Names,
    /// Titles that a name carries; behind an office they make another's title of it.
    pub titles: Names,
}

/// A country and the words for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountryRow {
    /// Lower-case letters, digits, hyphens.
    pub id: String,
    /// For people.
    pub name: String,
    /// Whether its words match in any case; real headlines hold "china".
    #[serde(default = "yes")]
    pub fold: bool,
    /// Whether the family name of its persons comes first, in scripts with capitals: such a surname may stand alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub family_name_first: bool,
    /// Its adjectives, which offices of several countries are told by ("the Russian and Chinese presidents").
    #[serde(default)]
    pub adjectives: Names,
    /// The words, by edition.
    #[serde(default)]
    pub names: Names,
}

/// A person and the ways to write the name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonRow {
    /// Lower-case letters, digits, hyphens.
    pub id: String,
    /// For people.
    pub name: String,
    /// The country the person stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Whether the names match in any case of ASCII; real headlines hold "putin".
    #[serde(default = "yes")]
    pub fold: bool,
    /// The names, by edition.
    #[serde(default)]
    pub names: Names,
}

/// An office, the titles for it, and who held it when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeRow {
    /// Lower-case letters, digits, hyphens.
    pub id: String,
    /// The country it is an office of.
    pub country: String,
    /// Whether its titles match in any case of ASCII.
    #[serde(default = "yes")]
    pub fold: bool,
    /// The titles, by edition.
    #[serde(default)]
    pub titles: Names,
    /// What such an officer is called without the country, where another word of the phrase tells it: "prime minister"
    /// in "the president and prime minister of Russia".
    #[serde(default)]
    pub noun: Names,
    /// The same of several: "presidents" in "the presidents of Cuba and Russia".
    #[serde(default)]
    pub plural: Names,
    /// The body an officer is the head of, which then stands between the noun and the country: "chairmen of the
    /// Assembly and the Federation Council of Russia".
    #[serde(default)]
    pub house: Names,
    /// Titles of others that hold this one: stored as `embedded`, not counted for the holder.
    #[serde(default)]
    pub embedded: Names,
    /// Tenures, in any order.
    #[serde(default)]
    pub holder: Vec<Tenure>,
}

/// One person's time in an office, [from, to).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tenure {
    /// A person's id.
    pub person: String,
    /// The first day in office.
    pub from: Day,
    /// The first day out of it; still in office where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Day>,
    /// Where the dates are from.
    pub source: String,
}

impl Tenure {
    /// Whether the person held the office on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// Phrases that hold a name without meaning it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExclusionRow {
    /// The layer it keeps from matching.
    pub layer: Layer,
    /// Why, for the reader.
    pub reason: String,
    /// Whether it matches in any case.
    #[serde(default = "yes")]
    pub fold: bool,
    /// The phrases, by edition.
    pub names: Names,
}

/// Words that turn an office into one that is not held: "former", "vice-", "-elect".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnheldRow {
    /// Why, for the reader.
    pub reason: String,
    /// Words right before the office, in any case.
    #[serde(default)]
    pub before: Names,
    /// Words right behind it.
    #[serde(default)]
    pub after: Names,
    /// What ends like one of the words before and means something else: "日前" ends like "前".
    #[serde(default)]
    pub except: Names,
}

/// Words by edition.
// Read as a map: an array would be taken for the fields in their order, and words without an edition for English.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<Edition, Vec<Word>>")]
pub struct Names {
    /// English.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub en: Vec<Word>,
    /// Korean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ko: Vec<Word>,
    /// Chinese.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub zh: Vec<Word>,
    /// Russian.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ru: Vec<Word>,
    /// Spanish.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub es: Vec<Word>,
    /// Japanese.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ja: Vec<Word>,
}

impl From<BTreeMap<Edition, Vec<Word>>> for Names {
    fn from(mut words: BTreeMap<Edition, Vec<Word>>) -> Self {
        let mut of = |edition| words.remove(&edition).unwrap_or_default();
        Self {
            en: of(Edition::En),
            ko: of(Edition::Ko),
            zh: of(Edition::Zh),
            ru: of(Edition::Ru),
            es: of(Edition::Es),
            ja: of(Edition::Ja),
        }
    }
}

impl Names {
    /// The words of one edition.
    pub fn of(&self, edition: Edition) -> &[Word] {
        self.by_edition()[edition.index()].1
    }

    /// The words of each edition.
    pub fn by_edition(&self) -> [(Edition, &[Word]); 6] {
        [
            (Edition::En, &self.en),
            (Edition::Ko, &self.ko),
            (Edition::Zh, &self.zh),
            (Edition::Ru, &self.ru),
            (Edition::Es, &self.es),
            (Edition::Ja, &self.ja),
        ]
    }
}

/// A word: its text alone, or with rules of its own. `[the ]` in it may be left out, `{a|b}` is one of two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Word {
    /// With the row's own rule of case.
    Plain(String),
    /// With its own.
    Ruled(RuledWord),
}

/// A word with rules of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuledWord {
    /// The word.
    pub text: String,
    /// Whether it matches in any case; as its row says where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<bool>,
    /// It matches only where one of these follows at once. A blank is one too; `<name>` stands for a list of
    /// [`LexiconFile::phrases`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub followed_by: Vec<String>,
    /// Or where one of these stands in the forty characters before it, in its sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<String>,
    /// It does not match where one of these follows at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_followed_by: Vec<String>,
    /// It must not run on into another word of a script that joins words: behind it stands what `following` lists,
    /// or no letter.
    #[serde(default, skip_serializing_if = "is_false")]
    pub apart: bool,
    /// A surname that many bear: it counts only while its person holds an office, and behind no other given name.
    #[serde(default, skip_serializing_if = "is_false")]
    pub in_office: bool,
}

impl Word {
    /// The word as written in the file.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Ruled(word) => &word.text,
        }
    }

    /// Its own rule of case, if it has one.
    pub fn fold(&self) -> Option<bool> {
        match self {
            Self::Plain(_) => None,
            Self::Ruled(word) => word.fold,
        }
    }

    /// What must stand beside it, or must not, if anything.
    pub fn ruled(&self) -> Option<&RuledWord> {
        match self {
            Self::Plain(_) => None,
            Self::Ruled(word) => Some(word),
        }
    }
}

impl LexiconFile {
    /// Countries and persons alike: layer, id, name, words, rule of case.
    pub fn entities(&self) -> impl Iterator<Item = (Layer, &str, &str, &Names, bool)> {
        let countries = self.country.iter().map(|c| (Layer::Country, &*c.id, &*c.name, &c.names, c.fold));
        let persons = self.person.iter().map(|p| (Layer::Leader, &*p.id, &*p.name, &p.names, p.fold));
        countries.chain(persons)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

const fn yes() -> bool {
    true
}
