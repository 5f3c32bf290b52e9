//! From the words of the file to aliases and patterns, edition by edition.

use super::file::{ExclusionRow, LexiconFile, Names, RuledWord, Word};
use super::office::{Noun, Surroundings};
use super::{Alias, AliasIndex, EntityIndex, Layer, OfficeIndex, pattern};
use crate::domain::matcher::{Beside, Following, Kind, Pattern, Target};
use crate::domain::stream::Edition;
use crate::domain::text::normalise;

/// The words of one row of the file.
struct Row<'a> {
    /// The row's name in a fault.
    what: &'a str,
    names: &'a Names,
    layer: Layer,
    fold: bool,
    entity: Option<EntityIndex>,
}

/// What has been read so far.
#[derive(Debug)]
pub(super) struct Words {
    pub aliases: Vec<Alias>,
    /// By edition.
    pub patterns: Vec<Vec<Pattern>>,
    pub faults: Vec<String>,
}

impl Default for Words {
    fn default() -> Self {
        Self { aliases: Vec::new(), patterns: vec![Vec::new(); Edition::ALL.len()], faults: Vec::new() }
    }
}

impl Words {
    /// Takes in all words of a file.
    pub fn of(file: &LexiconFile) -> Self {
        let mut words = Self::default();
        for (number, (layer, id, _, names, fold)) in (0..).zip(file.entities()) {
            let entity = EntityIndex(number);
            let row = Row { what: id, names, layer, fold, entity: Some(entity) };
            words.add(file, &row, |alias| Target::Name { entity, alias });
        }
        for (number, office) in (0..).zip(&file.office) {
            let (what, index) = (&*office.id, OfficeIndex(number));
            let row = |names| Row { what, names, layer: Layer::Leader, fold: office.fold, entity: None };
            words.add(file, &row(&office.titles), |alias| Target::Office { office: index, alias });
            words.add(file, &row(&office.embedded), |alias| Target::Embedded { office: index, alias });
        }
        for exclusion in &file.exclusion {
            let &ExclusionRow { layer, fold, ref names, .. } = exclusion;
            let row = Row { what: "an exclusion", names, layer, fold, entity: None };
            words.add(file, &row, |_| Target::Nothing);
        }
        words
    }

    fn add(&mut self, file: &LexiconFile, row: &Row<'_>, target: impl Fn(AliasIndex) -> Target) {
        let &Row { what, names, layer, fold, entity } = row;
        for (edition, words) in names.by_edition() {
            for word in words {
                let texts = match expanded(std::slice::from_ref(word), edition) {
                    Ok(texts) => texts,
                    Err(reason) => {
                        self.faults.push(format!("{what}: {reason}"));
                        continue;
                    }
                };
                let condition = match word.ruled().map(|rules| beside(file, rules, edition)).transpose() {
                    Ok(condition) => condition,
                    Err(reason) => {
                        self.faults.push(format!("{what}: alias '{}': {reason}", word.text()));
                        continue;
                    }
                };
                for text in texts {
                    let alias = AliasIndex(u32::try_from(self.aliases.len()).expect("fewer than 2^32 aliases"));
                    self.patterns[edition.index()].push(Pattern {
                        text: text.clone(),
                        fold: word.fold().unwrap_or(fold),
                        layer,
                        target: target(alias),
                        condition: condition.clone(),
                    });
                    let in_office = word.ruled().is_some_and(|rules| rules.in_office);
                    self.aliases.push(Alias { text, edition, entity, in_office });
                }
            }
        }
    }

    /// What officers are called where another word tells the country.
    fn nouns(&mut self, file: &LexiconFile, edition: Edition) -> Vec<Noun> {
        let mut nouns = Vec::new();
        for (number, row) in (0..).zip(&file.office) {
            let place = (0..).zip(&file.country).find(|(_, country)| country.id == row.country);
            // A country that is not there is a fault told elsewhere.
            let Some((country, _)) = place else { continue };
            let houses = expanded(row.house.of(edition), edition).unwrap_or_else(|reason| {
                self.faults.push(format!("{}: {reason}", row.id));
                Vec::new()
            });
            for (plural, words) in [(false, &row.noun), (true, &row.plural)] {
                for word in words.of(edition) {
                    let texts = expanded(std::slice::from_ref(word), edition);
                    let condition = word.ruled().map(|rules| beside(file, rules, edition)).transpose();
                    let (texts, condition) = match (texts, condition) {
                        (Ok(texts), Ok(condition)) => (texts, condition),
                        (Err(reason), _) | (_, Err(reason)) => {
                            self.faults.push(format!("{}: {reason}", row.id));
                            continue;
                        }
                    };
                    for text in texts {
                        let alias = AliasIndex(u32::try_from(self.aliases.len()).expect("fewer than 2^32 aliases"));
                        self.aliases.push(Alias { text: text.clone(), edition, entity: None, in_office: false });
                        let (office, country) = (OfficeIndex(number), EntityIndex(country));
                        let (condition, houses) = (condition.clone(), houses.clone());
                        nouns.push(Noun { text, plural, office, country, alias, condition, houses });
                    }
                }
            }
        }
        nouns
    }

    /// What stands around offices in an edition.
    pub fn surroundings(&mut self, file: &LexiconFile, edition: Edition) -> Surroundings {
        let nouns = self.nouns(file, edition);
        let initial = |noun: &Noun| noun.text.bytes().next().map_or(0, |b| b.to_ascii_lowercase());
        let letters = nouns.iter().map(initial).filter(u8::is_ascii_lowercase);
        let initials = letters.fold(0, |bits, letter| bits | 1 << (letter - b'a'));
        let mut read = |words: &[Word], what: &str| {
            expanded(words, edition).unwrap_or_else(|reason| {
                self.faults.push(format!("{what}: {reason}"));
                Vec::new()
            })
        };
        Surroundings {
            before: file.unheld.iter().flat_map(|row| read(row.before.of(edition), "unheld")).collect(),
            after: file.unheld.iter().flat_map(|row| read(row.after.of(edition), "unheld")).collect(),
            except: file.unheld.iter().flat_map(|row| read(row.except.of(edition), "unheld")).collect(),
            joining: read(file.joining.of(edition), "joining"),
            articles: read(file.articles.of(edition), "articles"),
            and: read(file.sharing.and.of(edition), "sharing"),
            of: read(file.sharing.of.of(edition), "sharing"),
            relatives: read(file.sharing.relatives.of(edition), "sharing"),
            address: read(file.address.of(edition), "address"),
            adjectives: (0..)
                .zip(&file.country)
                .flat_map(|(number, row)| {
                    let words = read(row.adjectives.of(edition), &row.id);
                    words.into_iter().map(move |word| (EntityIndex(number), word))
                })
                .collect(),
            nouns,
            initials,
            following: [
                (Kind::Particle, &file.following.particles),
                (Kind::Honorific, &file.following.honorifics),
                (Kind::Title, &file.following.titles),
            ]
            .into_iter()
            .flat_map(|(kind, words)| {
                read(words.of(edition), "following").into_iter().map(move |text| Following { text, kind })
            })
            .collect(),
        }
    }
}

/// What has to stand beside a word, its lists looked up.
fn beside(file: &LexiconFile, rules: &RuledWord, edition: Edition) -> Result<Beside, String> {
    let texts = |list: &[String]| -> Result<Vec<String>, String> {
        let mut texts = Vec::new();
        for entry in list {
            match entry.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
                Some(name) => {
                    let words = file.phrases.get(name).ok_or_else(|| format!("there are no phrases '{name}'"))?;
                    for word in words.of(edition) {
                        texts.extend(pattern::expand(word.text())?);
                    }
                }
                None => texts.extend(pattern::expand(entry)?),
            }
        }
        Ok(texts.iter().map(|text| normal(text, edition)).collect())
    };
    Ok(Beside {
        followed_by: texts(&rules.followed_by)?,
        near: texts(&rules.near)?,
        not_followed_by: texts(&rules.not_followed_by)?,
        apart: rules.apart,
    })
}

/// All texts that some words stand for, normalised as texts of the edition are.
pub(in crate::domain) fn expanded(words: &[Word], edition: Edition) -> Result<Vec<String>, String> {
    let mut texts = Vec::new();
    for word in words {
        let fault = |reason| format!("alias '{}': {reason}", word.text());
        for text in pattern::expand(word.text()).map_err(fault)? {
            let text = normal(&text, edition).trim().to_owned();
            if text.is_empty() {
                return Err(format!("an empty alias in {edition}"));
            }
            texts.push(text);
        }
    }
    Ok(texts)
}

fn normal(text: &str, edition: Edition) -> String {
    normalise(text, edition).as_str().to_owned()
}
