//! From the words of the file to aliases and patterns, edition by edition.

use super::file::{LexiconFile, Names, Word};
use super::office::Surroundings;
use super::{Alias, AliasIndex, EntityIndex, Layer, pattern};
use crate::domain::matcher::{Beside, Following, Kind, Pattern, Target};
use crate::domain::stream::Edition;
use crate::domain::text::normalise;

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
    /// Takes in the words of one row of the file. `what` names it in a fault.
    pub fn add(
        &mut self,
        what: &str,
        names: &Names,
        layer: Layer,
        fold: bool,
        entity: Option<EntityIndex>,
        target: impl Fn(AliasIndex) -> Target,
    ) {
        for (edition, words) in names.by_edition() {
            for word in words {
                let texts = match expanded(std::slice::from_ref(word), edition) {
                    Ok(texts) => texts,
                    Err(reason) => {
                        self.faults.push(format!("{what}: {reason}"));
                        continue;
                    }
                };
                let normal = |list: &[String]| list.iter().map(|text| normal(text, edition)).collect();
                let condition = word.ruled().map(|rules| Beside {
                    followed_by: normal(&rules.followed_by),
                    near: normal(&rules.near),
                    not_followed_by: normal(&rules.not_followed_by),
                    apart: rules.apart,
                });
                for text in texts {
                    let alias = AliasIndex(u32::try_from(self.aliases.len()).expect("fewer than 2^32 aliases"));
                    self.patterns[edition.index()].push(Pattern {
                        text: text.clone(),
                        fold: word.fold().unwrap_or(fold),
                        layer,
                        target: target(alias),
                        condition: condition.clone(),
                    });
                    self.aliases.push(Alias { text, edition, entity });
                }
            }
        }
    }

    /// What stands around offices in an edition.
    pub fn surroundings(&mut self, file: &LexiconFile, edition: Edition) -> Surroundings {
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
