//! Offices that share a word with others: "the presidents of Cuba and Russia", "the president and prime minister of
//! Russia", "Russian and Cuban presidents", "the Russian PM and FM".
//!
//! An office beside its country is a title like any other, and the matcher finds it. Listing all phrases in which
//! one word stands for several was rejected: whoever stands between is anybody. So each country that was found is asked
//! whether a noun of its offices belongs to it across a list of others, and only lists of the plainest kind are seen.

mod list;

use std::ops::Range;

use crate::domain::lexicon::{AliasIndex, EntityIndex, Layer, Noun, OfficeIndex, Surroundings};
use crate::domain::matcher::{Hit, Target};
use list::{List, end_word, first_word, stops, without};

/// An office found across a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::domain) struct Shared {
    /// The bytes that only this mention has: the country where the noun is shared, the noun where the country is.
    pub range: Range<usize>,
    /// The bytes of the noun, beside which "former" would stand.
    pub noun: Range<usize>,
    pub office: OfficeIndex,
    pub alias: AliasIndex,
}

/// How many bytes before and behind a country a noun of its offices may stand.
const REACH: usize = 160;

/// The offices that share a word, in a text whose countries and leaders have been found.
pub(in crate::domain) fn shared(text: &str, hits: &[Hit], beside: &Surroundings) -> Vec<Shared> {
    let mut found: Vec<Shared> = Vec::new();
    if beside.nouns.is_empty() {
        return found;
    }
    for hit in hits.iter().filter(|hit| hit.layer == Layer::Country) {
        let Target::Name { entity, .. } = hit.target else { continue };
        let place = Place { text, beside, country: hit.start..hit.end, entity };
        for one in place.before().into_iter().chain(place.behind()) {
            let covers = |other: &Range<usize>| other.start < one.range.end && one.range.start < other.end;
            let taken = hits.iter().any(|hit| hit.layer == Layer::Leader && covers(&(hit.start..hit.end)))
                || found.iter().any(|other| covers(&other.range));
            if !taken {
                found.push(one);
            }
        }
    }
    found.sort_by_key(|one| one.range.start);
    found
}

/// A country in a text.
struct Place<'a> {
    text: &'a str,
    beside: &'a Surroundings,
    country: Range<usize>,
    entity: EntityIndex,
}

impl Place<'_> {
    /// Offices whose noun stands before the country.
    fn before(&self) -> Vec<Shared> {
        let mut found = Vec::new();
        let adjective = self.is_adjective();
        let text = self.text[..self.country.start].trim_end();
        // "of" stands right before the country, or, where the country is an adjective behind its noun, the noun.
        let joined = if adjective {
            self.ends_with_noun(text).then_some(text)
        } else {
            end_word(without(text, &self.beside.articles), &self.beside.of)
        };
        // Nearly all countries are told from the few here, before anything is looked for.
        if joined.is_none() && !self.is_last_of_several() && !(adjective && self.is_first_of_several()) {
            return found;
        }
        let from = self.text.ceil_char_boundary(self.country.start.saturating_sub(REACH));
        let clause = &self.text[from..self.country.start];
        let clause = &clause[stops(clause).last().map_or(0, |at| at + 1)..];
        let start = self.country.start - clause.len();
        let joined = joined.and_then(|joined| joined.get(start..));
        for (noun, at) in self.nouns_in(clause) {
            let behind = &clause[at.end..];
            let whole = start + at.start..start + at.end;
            let list = first_word(behind, &self.beside.of);
            let range = if !noun.houses.is_empty() {
                // "chairmen of the Assembly and the Federation Council of Russia"
                let Some(house) = list.and_then(|list| self.before_house(list, noun)) else { continue };
                self.country.start - house..self.country.end
            } else if list.is_some_and(|list| noun.plural && !adjective && self.is_list_of_countries(list))
                || list.is_none() && noun.plural && adjective && self.is_list_of_adjectives(behind)
            {
                self.country.clone()
            } else if joined.is_some_and(|joined| {
                joined.len() > at.end
                    && self.is_list_of_offices(&joined[at.end..], adjective)
                    && !self.has_owner(clause, at.start)
            }) {
                whole.clone()
            } else {
                continue;
            };
            found.push(Shared { range, noun: whole, office: noun.office, alias: noun.alias });
        }
        found
    }

    /// Offices whose noun stands behind the country.
    fn behind(&self) -> Vec<Shared> {
        let mut found = Vec::new();
        let from = self.country.end;
        let adjective = self.is_adjective();
        let owned = self.text[from..].starts_with("'s ");
        let goes_on = || self.is_first_of_several() || self.begins_with_noun(&self.text[from..]);
        if !(owned || adjective && goes_on()) {
            return found;
        }
        let clause = &self.text[from..self.text.floor_char_boundary((from + REACH).min(self.text.len()))];
        let clause = &clause[..stops(clause).next().unwrap_or(clause.len())];
        let put = |noun: &Noun, range: Range<usize>, at: &Range<usize>| Shared {
            range,
            noun: from + at.start..from + at.end,
            office: noun.office,
            alias: noun.alias,
        };
        // "Russia's president".
        let first = if owned { "'s ".len() } else { clause.len() - clause.trim_start().len() };
        let mut nouns = self.nouns_in(clause);
        nouns.retain(|(noun, _)| noun.houses.is_empty());
        let mut end = None;
        for (noun, at) in nouns.iter().filter(|(noun, at)| !noun.plural && first > 0 && at.start == first) {
            found.push(put(noun, self.country.start..from + at.end, at));
            end = Some(at.end);
        }
        for (noun, at) in &nouns {
            let list = List::of(&clause[..at.start], self.beside);
            // "Russian and Cuban presidents"; "Cuban and Russian presidents" has the list on its other side.
            let of_countries = noun.plural
                && adjective
                && (list.is_some_and(|l| l.is_of(true, false) && l.items.iter().all(|words| words.len() <= 2))
                    || clause[..at.start].trim().is_empty() && self.is_last_of_several());
            // "the Russian PM and FM": nobody else's, neither "FM of Cuba" nor "FM Paek".
            let of_offices = end.is_some_and(|end| end < at.start && self.is_list_of_nouns(&clause[end..at.start]))
                && !noun.plural
                && first_word(&clause[at.end..], &self.beside.of).is_none()
                && !clause[at.end..].trim_start().starts_with(|c: char| c.is_uppercase() || c == '\'');
            if of_countries {
                found.push(put(noun, self.country.clone(), at));
            } else if of_offices {
                found.push(put(noun, from + at.start..from + at.end, at));
                end = Some(at.end);
            }
        }
        found
    }

    fn is_adjective(&self) -> bool {
        let own = &self.text[self.country.clone()];
        self.beside.adjectives.iter().any(|(entity, word)| *entity == self.entity && own.eq_ignore_ascii_case(word))
    }

    fn ends_with_noun(&self, text: &str) -> bool {
        self.beside.nouns.iter().filter(|noun| noun.country == self.entity).any(|noun| {
            let at = text.len().checked_sub(noun.text.len());
            at.and_then(|at| text.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(&noun.text))
        })
    }

    fn begins_with_noun(&self, text: &str) -> bool {
        let text = text.trim_start();
        self.beside
            .nouns
            .iter()
            .filter(|noun| noun.country == self.entity)
            .any(|noun| text.get(..noun.text.len()).is_some_and(|word| word.eq_ignore_ascii_case(&noun.text)))
    }

    /// Whether "and" or a comma stands right before the country.
    fn is_last_of_several(&self) -> bool {
        let before = without(self.text[..self.country.start].trim_end(), &self.beside.articles);
        before.ends_with(',') || end_word(before, &self.beside.and).is_some()
    }

    /// Whether "and" or a comma stands right behind the country.
    fn is_first_of_several(&self) -> bool {
        let behind = &self.text[self.country.end..];
        behind.starts_with(',') || first_word(behind, &self.beside.and).is_some()
    }

    /// "Syria, Cuba and the " between "presidents of" and this country, or nothing.
    fn is_list_of_countries(&self, list: &str) -> bool {
        let Some(list) = List::of(without(list.trim_end(), &self.beside.articles), self.beside) else { return false };
        // A verb would begin in lower case.
        let small = |word: &str| self.is_article(word) || self.beside.of.iter().any(|of| of == word);
        let named = |words: &Vec<&str>| {
            words.len() <= 6 && words.iter().all(|word| word.starts_with(char::is_uppercase) || small(word))
        };
        list.items.is_empty() && !list.leads || list.is_of(false, true) && list.items.iter().all(named)
    }

    /// " ruso y " between "presidentes" and this country, or nothing.
    fn is_list_of_adjectives(&self, list: &str) -> bool {
        let Some(list) = List::of(list, self.beside) else { return false };
        if list.items.is_empty() {
            return !list.leads && self.is_first_of_several();
        }
        list.is_of(false, true) && list.items.iter().all(|words| words.len() == 1)
    }

    /// " and prime minister" between "president" and "of Russia".
    fn is_list_of_offices(&self, list: &str, nouns_only: bool) -> bool {
        let Some(list) = List::of(list, self.beside) else { return false };
        let plain = |words: &[&str]| words.len() <= 2 && words.iter().all(|word| word.starts_with(char::is_lowercase));
        list.is_of(true, false)
            && list.items.iter().all(|words| {
                self.is_noun(words) || !nouns_only && plain(words) && !words.iter().any(|word| self.is_article(word))
            })
    }

    /// " and " or ", FM and " between two nouns.
    fn is_list_of_nouns(&self, list: &str) -> bool {
        let Some(list) = List::of(list, self.beside) else { return false };
        list.leads && (list.trails || list.items.is_empty()) && list.items.iter().all(|words| self.is_noun(words))
    }

    /// Whether the noun at a place is another's already: "the Cuban president and ...".
    fn has_owner(&self, clause: &str, at: usize) -> bool {
        let word = clause[..at].trim_end().rsplit(' ').next().unwrap_or("");
        (word.starts_with(char::is_uppercase) || word.ends_with("'s")) && !self.is_article(word)
    }

    fn is_article(&self, word: &str) -> bool {
        self.beside.articles.iter().any(|article| article.eq_ignore_ascii_case(word))
    }

    fn is_noun(&self, words: &[&str]) -> bool {
        let words = if words.first().is_some_and(|word| self.is_article(word)) { &words[1..] } else { words };
        let text = words.join(" ");
        self.beside.nouns.iter().any(|noun| noun.text.eq_ignore_ascii_case(&text))
    }

    /// How far before the country a noun's house begins, if that house is this country's and others stand before it.
    fn before_house(&self, text: &str, noun: &Noun) -> Option<usize> {
        let of = end_word(without(text.trim_end(), &self.beside.articles), &self.beside.of)?;
        let list = end_word(of, &noun.houses)?;
        let house = text[list.len()..].trim_start();
        (!list.is_empty() && self.is_list_of_countries(list)).then_some(house.len())
    }

    /// The nouns of this country's offices that stand in a clause as words, with their places; of those at one place
    /// the longest.
    fn nouns_in(&self, clause: &str) -> Vec<(&Noun, Range<usize>)> {
        let mut found = Vec::new();
        for (at, _) in clause.match_indices(' ').chain((!clause.starts_with(' ')).then_some((0, ""))) {
            let at = at + usize::from(clause[at..].starts_with(' '));
            // Most words are told from all nouns by their first letter.
            let letter = clause.as_bytes().get(at).map_or(0, u8::to_ascii_lowercase);
            if letter.is_ascii_lowercase() && self.beside.initials & (1 << (letter - b'a')) == 0 {
                continue;
            }
            let of_here = || {
                self.beside.nouns.iter().filter(|noun| noun.country == self.entity).filter(|noun| {
                    let end = at + noun.text.len();
                    clause.get(at..end).is_some_and(|word| word.eq_ignore_ascii_case(&noun.text))
                        && !clause[end..].starts_with(|c: char| c.is_alphanumeric() || c == '-')
                        && noun.condition.as_ref().is_none_or(|beside| beside.holds(clause, at, end))
                })
            };
            let longest = of_here().map(|noun| noun.text.len()).max().unwrap_or(0);
            let of_here = of_here().filter(|noun| noun.text.len() == longest);
            found.extend(of_here.map(|noun| (noun, at..at + longest)));
        }
        found.sort_by_key(|(_, at)| at.start);
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::count::{Field, Text, count};
    use crate::domain::lexicon::{DEFAULT, Lexicon};
    use crate::domain::stream::Edition;
    use std::sync::LazyLock;

    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(DEFAULT).expect("the built-in lexicon"));

    /// Whom a text of 2010 mentions, and by which words.
    fn leaders(edition: Edition, title: &str, body: &str) -> String {
        let mentions = count(&LEXICON, Some("2010-06-01".parse().expect("a day")), &Text { edition, title, body });
        let persons = mentions.iter().filter(|mention| LEXICON.country_of(mention.entity).is_some());
        let told = persons.map(|mention| {
            let field = if mention.field == Field::Title { title } else { body };
            format!("{}={}", LEXICON.entity(mention.entity).id, &field[mention.range()])
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_office_of_several_countries() {
        for (body, told) in [
            ("He met the presidents of Russia, Syria and Cuba.", "medvedev=Russia"),
            ("He met the presidents of Syria, the Lao PDR and the Russian Federation.", "medvedev=Russian Federation"),
            ("The presidents of China and Russia met.", "hu-jintao=China medvedev=Russia"),
            ("Talks between the Russian and DPRK foreign ministers were held.", "lavrov=Russian"),
            ("The Chinese, Russian and U.S. presidents met.", "hu-jintao=Chinese medvedev=Russian"),
            ("The Russian and Chinese ambassadors to the DPRK came.", "sukhinin=Russian liu-hongcai=Chinese"),
            ("The Cuban and Russian ambassadors came.", "sukhinin=Russian"),
            (
                "The chairmen of the SPA and the Federation Council of Russia met.",
                "mironov=Federation Council of Russia",
            ),
        ] {
            assert_eq!(leaders(Edition::En, "", body), told, "{body}");
        }
        assert_eq!(leaders(Edition::En, "FM Meets Chinese and Norwegian Ambassadors", ""), "liu-hongcai=Chinese");
        for (body, told) in [
            ("Se reunieron los presidentes de Cuba y Rusia.", "medvedev=Rusia"),
            ("Se reunieron los presidentes ruso y chino.", "medvedev=ruso hu-jintao=chino"),
            ("Hablaron los cancilleres de China, Rusia y la RPDC.", "yang-jiechi=China lavrov=Rusia"),
            ("Hablaron los presidentes de la APS de Corea y el CF de Rusia.", "mironov=CF de Rusia"),
        ] {
            assert_eq!(leaders(Edition::Es, "", body), told, "{body}");
        }
    }

    #[test]
    fn several_offices_of_one_country() {
        for (body, told) in [
            ("Gifts came from the president and personages of Russia.", "medvedev=president"),
            (
                "Greetings went to the president and prime minister of Russia.",
                "medvedev=president putin=prime minister of Russia",
            ),
            (
                "Greetings went to the president and the prime minister of Russia.",
                "medvedev=president putin=prime minister of Russia",
            ),
            (
                "The president, prime minister and foreign minister of Russia left.",
                "medvedev=president putin=prime minister lavrov=foreign minister of Russia",
            ),
            ("He greeted the Chinese president and premier.", "hu-jintao=Chinese president wen-jiabao=premier"),
            ("Russia's president and foreign minister left.", "medvedev=Russia's president lavrov=foreign minister"),
            ("The Russian Federation prime minister left.", "putin=Russian Federation prime minister"),
        ] {
            assert_eq!(leaders(Edition::En, "", body), told, "{body}");
        }
        assert_eq!(leaders(Edition::En, "Greetings to Russian PM, FM", ""), "putin=Russian PM lavrov=FM");
        let both = "Saludo al presidente y al primer ministro de Rusia.";
        assert_eq!(leaders(Edition::Es, "", both), "putin=primer ministro de Rusia");
        let both = "Saludo al presidente y primer ministro de Rusia.";
        assert_eq!(leaders(Edition::Es, "", both), "medvedev=presidente putin=primer ministro de Rusia");
    }

    #[test]
    fn what_only_looks_shared() {
        for body in [
            "The President and the people of Russia were friends.",
            "The Cuban president and personages of Russia came.",
            "The vice presidents of Cuba and Russia came.",
            "The former presidents of China and Russia came.",
            "The Russian and Cuban vice presidents came.",
            "The Russian people and the presidents came.",
            "The Russian and Chinese ambassadors to Guinea came.",
            "The foreign ministers of ASEAN met; Russia did not.",
            "The presidents of Cuba visited China.",
            "In Russia President Kim Il Sung is known.",
            "The president of Cuba and Russia's people came.",
        ] {
            assert_eq!(leaders(Edition::En, "", body), "", "{body}");
        }
        let others = "The Russian FM and FM of Cuba, the Chinese FM and FM Pak Ui Chun came.";
        assert_eq!(leaders(Edition::En, "", others), "lavrov=Russian FM yang-jiechi=Chinese FM");
        assert_eq!(leaders(Edition::En, "Chinese FM Spokesman on Ties", "The Russian FM's spokesman said so."), "");
        let after = "Los presidentes de Cuba visitaron China y Rusia.";
        assert_eq!(leaders(Edition::Es, "", after), "");
    }
}
