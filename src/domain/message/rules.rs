//! The words messages are told in: `config/messages.toml`, on paper and ready to be looked for.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Level;
use super::words::{Ending, Meaning, Meanings};
use crate::domain::day::Day;
use crate::domain::lexicon::file::Names;
use crate::domain::lexicon::{AliasIndex, EntityIndex, Layer, Lexicon, expanded_words};
use crate::domain::matcher::{Matcher, Pattern, Target};
use crate::domain::stream::Edition;

/// The rules compiled into the binary.
pub const DEFAULT: &str = include_str!("../../../config/messages.toml");

/// Part of the rules' name: raised whenever the same texts and words would give other messages.
const VERSION: u32 = 2;

/// The whole file. Unknown keys are errors everywhere in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    sentences: usize,
    days_back: i32,
    days_to_reply: i32,
    #[serde(default)]
    home: Vec<HomeRow>,
    #[serde(default)]
    body: Vec<BodyRow>,
    #[serde(default)]
    capacity: Vec<CapacityRow>,
    #[serde(default)]
    word: Vec<WordRow>,
    #[serde(default)]
    ending: Vec<EndingRow>,
}

/// A person or body of the DPRK.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HomeRow {
    id: String,
    level: Level,
    #[serde(default)]
    speaks_for: Vec<String>,
    /// Since when a headline on a message to a foreign leader that names no sender means this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unnamed_since: Option<Day>,
    names: Names,
}

/// A party or government of another country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BodyRow {
    id: String,
    country: String,
    level: Level,
    #[serde(default)]
    speaks_for: Vec<String>,
    names: Names,
}

/// Offices, and words beside a name, that tell in which capacity a person writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CapacityRow {
    level: Level,
    offices: Vec<String>,
    #[serde(default)]
    names: Names,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordRow {
    means: Meanings,
    names: Names,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndingRow {
    means: Ending,
    names: Names,
}

/// What a word of the rules stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Home(usize),
    Body(usize),
    Capacity(Level),
    /// By its row.
    Word(usize),
}

/// A party that is no person of the lexicon, or one on the DPRK's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name in every output.
    pub id: String,
    /// The country of a body; the DPRK's parties have none.
    pub country: Option<String>,
    /// In which capacity it writes.
    pub level: Level,
    /// Whose messages it may answer.
    pub speaks_for: Vec<String>,
}

/// The rules ready to read with.
#[derive(Debug, Clone)]
pub struct Rules {
    file: RulesFile,
    home: Vec<Party>,
    bodies: Vec<Party>,
    signs: Vec<Sign>,
    matchers: Vec<Option<Matcher>>,
    /// By edition, the longest first.
    endings: Vec<Vec<(String, Ending)>>,
}

impl Rules {
    /// Reads the rules from the text of their TOML file.
    ///
    /// # Errors
    /// Every fault: TOML faults with line and column, unknown keys, words that cannot be read, ids used twice.
    pub fn parse(toml: &str) -> Result<Self, Vec<String>> {
        let file: RulesFile = toml::from_str(toml).map_err(|error| vec![error.to_string()])?;
        let party = |id: &str, country: Option<&String>, level, speaks_for: &[String]| Party {
            id: id.to_owned(),
            country: country.cloned(),
            level,
            speaks_for: speaks_for.to_vec(),
        };
        let home: Vec<Party> = file.home.iter().map(|row| party(&row.id, None, row.level, &row.speaks_for)).collect();
        let bodies: Vec<Party> =
            file.body.iter().map(|row| party(&row.id, Some(&row.country), row.level, &row.speaks_for)).collect();
        let mut faults = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for id in home.iter().chain(&bodies).map(|party| &party.id) {
            if !seen.insert(id) {
                faults.push(format!("id '{id}' is used twice"));
            }
        }
        let named = |index, names, fold| (Sign::Home(index), names, fold);
        let rows = (file.home.iter().enumerate().map(|(i, row)| named(i, &row.names, false)))
            .chain(file.body.iter().enumerate().map(|(i, row)| (Sign::Body(i), &row.names, false)))
            .chain(file.capacity.iter().map(|row| (Sign::Capacity(row.level), &row.names, true)))
            .chain(file.word.iter().enumerate().map(|(i, row)| (Sign::Word(i), &row.names, true)));
        let mut signs = Vec::new();
        let mut patterns = vec![Vec::new(); Edition::ALL.len()];
        for (sign, names, fold) in rows {
            let number = u16::try_from(signs.len()).expect("fewer than 2^16 rows");
            signs.push(sign);
            for (edition, words) in names.by_edition() {
                match expanded_words(words, edition) {
                    Err(reason) => faults.push(reason),
                    Ok(texts) => patterns[edition.index()].extend(texts.into_iter().map(|text| Pattern {
                        text,
                        fold,
                        // The layer of countries lets Korean particles follow.
                        layer: Layer::Country,
                        target: Target::Name { entity: EntityIndex(number), alias: AliasIndex(0) },
                        condition: None,
                    })),
                }
            }
        }
        let mut endings = vec![Vec::new(); Edition::ALL.len()];
        for row in &file.ending {
            for (edition, words) in row.names.by_edition() {
                match expanded_words(words, edition) {
                    Err(reason) => faults.push(reason),
                    Ok(texts) => endings[edition.index()].extend(texts.into_iter().map(|text| (text, row.means))),
                }
            }
        }
        for list in &mut endings {
            list.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let matchers =
            patterns.into_iter().map(|list| (!list.is_empty()).then(|| Matcher::new(list, Vec::new()))).collect();
        Ok(Self { file, home, bodies, signs, matchers, endings })
    }

    /// The name of these rules: a hash of their content and of how they are applied. Six hexadecimal digits.
    pub fn method(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("sinmun messages {VERSION}\n"));
        hash.update(serde_json::to_vec(&self.file).expect("rules are plain data"));
        hash.finalize().iter().take(3).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    }

    /// The rules as TOML, to be kept with what they found; parsing it gives these rules again.
    pub fn to_toml(&self) -> String {
        toml::to_string(&self.file).expect("rules that were read can be written")
    }

    /// Whether an id is a country whose bodies can write.
    pub fn is_country(&self, id: &str) -> bool {
        self.bodies.iter().any(|body| body.country.as_deref() == Some(id))
    }

    /// Whether there are words for an edition. Where there are none, nothing can be found.
    pub fn speaks(&self, edition: Edition) -> bool {
        self.matchers[edition.index()].is_some()
    }

    /// How many of a body's sentences are read.
    pub(super) fn sentences(&self) -> usize {
        self.file.sentences
    }

    /// How far back a stated day may lie, in days.
    pub fn days_back(&self) -> i32 {
        self.file.days_back
    }

    /// How long after a message its reply may come, in days.
    pub fn days_to_reply(&self) -> i32 {
        self.file.days_to_reply
    }

    pub(super) fn home(&self, index: usize) -> &Party {
        &self.home[index]
    }

    pub(super) fn body(&self, index: usize) -> &Party {
        &self.bodies[index]
    }

    /// A party of the rules by its id.
    pub fn party(&self, id: &str) -> Option<&Party> {
        self.home.iter().chain(&self.bodies).find(|party| party.id == id)
    }

    /// Whether an id is of the DPRK's side.
    pub fn is_home(&self, id: &str) -> bool {
        self.home.iter().any(|party| party.id == id)
    }

    /// What the rules name and a lexicon does not know: countries, persons, offices. Nothing is found by them.
    pub fn unknown_to(&self, lexicon: &Lexicon) -> Vec<String> {
        let entities = |body: &Party| body.country.iter().chain(&body.speaks_for).cloned().collect::<Vec<_>>();
        let entities = self.bodies.iter().flat_map(entities).filter(|id| lexicon.find(id).is_none());
        let offices = self.file.capacity.iter().flat_map(|row| &row.offices);
        let offices = offices.filter(|office| !lexicon.office_ids().any(|(_, id)| id == office.as_str()));
        let told = entities.map(|id| format!("no entity '{id}'"));
        told.chain(offices.map(|id| format!("no office '{id}'"))).collect()
    }

    /// The parties one asks for: persons by themselves, a country for all its persons and bodies.
    pub fn parties_of<'a>(&'a self, lexicon: &'a Lexicon, with: &'a [String]) -> impl Iterator<Item = &'a str> {
        let asked = move |country: Option<&str>| country.is_some_and(|country| with.iter().any(|id| id == country));
        let entities = lexicon.entities().iter().map(|entity| entity.id.as_str());
        let of_country = move |id: &&str| lexicon.find(id).is_some_and(|entity| asked(lexicon.country_of(entity)));
        let persons = entities.filter(of_country);
        let bodies = self.bodies.iter().filter(move |body| asked(body.country.as_deref())).map(|body| body.id.as_str());
        with.iter().map(String::as_str).chain(persons).chain(bodies)
    }

    /// In which capacity an office writes.
    pub(super) fn capacity(&self, office: &str) -> Option<Level> {
        self.file.capacity.iter().find(|row| row.offices.iter().any(|id| id == office)).map(|row| row.level)
    }

    /// What a word of the rules means.
    pub(super) fn means(&self, word: usize) -> &[Meaning] {
        self.file.word[word].means.all()
    }

    /// The party of the DPRK that a headline means which names no sender.
    pub(super) fn unnamed(&self, day: Day) -> Option<usize> {
        let since = |row: &HomeRow| row.unnamed_since.filter(|since| *since <= day);
        let homes = self.file.home.iter().enumerate();
        homes.filter_map(|(index, row)| Some((since(row)?, index))).max().map(|(_, index)| index)
    }

    /// Past the titles and forms of address that are joined to a word which ends here.
    pub(super) fn behind_titles(&self, text: &str, mut at: usize, edition: Edition) -> usize {
        let titles = || self.endings[edition.index()].iter().filter(|(_, ending)| *ending == Ending::Title);
        loop {
            let rest = text[at..].strip_prefix(' ').unwrap_or(&text[at..]);
            let Some((title, _)) = titles().find(|(title, _)| rest.starts_with(title.as_str())) else { return at };
            at = text.len() - rest.len() + title.len();
        }
    }

    /// The particle behind a word that ends here and its titles, and where it ends. A particle ends a word.
    pub(super) fn ending(&self, text: &str, at: usize, edition: Edition) -> Option<(Ending, usize)> {
        let rest = &text[self.behind_titles(text, at, edition)..];
        let ends = |word: &str| !rest[word.len()..].chars().next().is_some_and(char::is_alphanumeric);
        let mut particles = self.endings[edition.index()].iter().filter(|(_, ending)| *ending != Ending::Title);
        let (word, ending) = particles.find(|(word, _)| rest.starts_with(word.as_str()) && ends(word))?;
        Some((*ending, text.len() - rest.len() + word.len()))
    }

    /// The words of the rules in a normalised text, in order.
    pub(super) fn find(&self, text: &str, edition: Edition) -> Vec<(std::ops::Range<usize>, Sign)> {
        let Some(matcher) = &self.matchers[edition.index()] else { return Vec::new() };
        let sign = |target| match target {
            Target::Name { entity, .. } => self.signs[usize::from(entity.0)],
            _ => unreachable!("the rules hold names alone"),
        };
        matcher.find(text).into_iter().map(|hit| (hit.start..hit.end, sign(hit.target))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_rules_are_sound() {
        let rules = Rules::parse(DEFAULT).expect("the built-in rules");
        assert!(rules.speaks(Edition::En) && rules.is_home("kim-jong-un") && !rules.is_home("cpc"));
        assert_eq!(rules.capacity("president-of-russia"), Some(Level::Leader));
        assert_eq!(rules.method().len(), 6);
        assert_eq!(Rules::parse(&rules.to_toml()).expect("its own TOML").method(), rules.method());
        let lexicon = Lexicon::parse(crate::domain::lexicon::DEFAULT).expect("a lexicon");
        assert_eq!(rules.unknown_to(&lexicon), [""; 0]);
        let small =
            Lexicon::parse("[[country]]\nid = 'china'\nname = 'China'\nnames.en = ['China']").expect("a lexicon");
        let unknown = rules.unknown_to(&small).join("\n");
        assert!(
            unknown.contains("'russia'") && unknown.contains("'president-of-china'") && !unknown.contains("'china'")
        );
    }

    #[test]
    fn faults_are_told() {
        let told = |toml: &str| Rules::parse(toml).expect_err("faults").join("\n");
        let base = "sentences = 1\ndays_back = 1\ndays_to_reply = 1\n";
        assert!(told("sentence = 1").contains("sentence"));
        assert!(told(&format!("{base}[[word]]\nmeans = 'sung'\nnames.en = ['x']")).contains("sung"));
        assert!(told(&format!("{base}[[word]]\nmeans = 'sent'\nnames.en = ['x[']")).contains("closed"));
        let home = "[[home]]\nid = 'a'\nlevel = 'leader'\nnames.en = ['A']\n";
        assert!(told(&format!("{base}{home}{home}")).contains("used twice"));
    }
}
