//! A surname that stands alone for somebody whom the text has named in full: "Hu said", below "Hu Jintao".
//!
//! Chinese surnames are far too short to be listed as names. Behind the full name they are safe where no other
//! person of that surname is about and nothing makes the word part of another name.

use super::lexicon::Layer;
use super::matcher::{Hit, Target};
use super::stamp::WEEKDAYS;

/// What a family name is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// The first word of a full name.
    First,
    /// The last word.
    Last,
}

/// The surnames standing alone in a text, as hits of the persons meant. `family` tells of a hit where the family name
/// stands in it, if it is the name of somebody whose surname may stand alone; `address` are the titles before a name.
pub(super) fn alone(text: &str, hits: &[Hit], address: &[String], family: impl Fn(&Hit) -> Option<Family>) -> Vec<Hit> {
    let mut found = Vec::new();
    let mut seen: Vec<(&str, Hit, Family)> = Vec::new();
    for hit in hits {
        let Some(family) = family(hit) else { continue };
        let name = &text[hit.start..hit.end];
        let parts =
            if family == Family::First { name.split_once(' ') } else { name.rsplit_once(' ').map(|(a, b)| (b, a)) };
        let Some((surname, _)) = parts.filter(|(surname, _)| surname.starts_with(char::is_uppercase)) else { continue };
        if !seen.iter().any(|(other, ..)| *other == surname) {
            seen.push((surname, *hit, family));
        }
    }
    for (surname, first, family) in seen {
        let mut places = Vec::new();
        for (at, _) in text.match_indices(surname) {
            match role(text, hits, at..at + surname.len(), address, family) {
                Role::Alone if at >= first.end => places.push(at),
                Role::Of(hit) if hit.target == first.target || same_person(hit, &first) => {}
                // Somebody else of that surname is about: nobody knows who is meant by it alone.
                Role::Of(_) | Role::Unknown => {
                    places.clear();
                    break;
                }
                Role::Alone | Role::Nothing => {}
            }
        }
        let hit = |start: usize| Hit { start, end: start + surname.len(), layer: Layer::Leader, target: first.target };
        found.extend(places.into_iter().map(hit));
    }
    found
}

/// Whether no given name stands before a surname; in a headline, where every word has a capital, that cannot be seen.
pub(super) fn has_no_given_name(text: &str, start: usize, address: &[String], headline: bool) -> bool {
    headline || given(&text[..start], address).is_none()
}

/// The word with a capital before a surname, unless it is a title or ends a sentence.
fn given<'a>(before: &'a str, address: &[String]) -> Option<&'a str> {
    let word = before.strip_suffix(' ')?.rsplit(' ').next()?;
    let name = word.starts_with(char::is_uppercase) && word.ends_with(char::is_alphanumeric);
    (name && !address.iter().any(|title| title == word)).then_some(word)
}

/// What a surname's letters are at a place.
enum Role<'a> {
    /// Part of a longer word, or of a word with a hyphen.
    Nothing,
    /// Part of a name that was found.
    Of(&'a Hit),
    /// Part of a name that is not in the lexicon: a capital follows.
    Unknown,
    /// A word of its own.
    Alone,
}

fn role<'a>(
    text: &str,
    hits: &'a [Hit],
    place: std::ops::Range<usize>,
    address: &[String],
    family: Family,
) -> Role<'a> {
    let (before, after) = (&text[..place.start], &text[place.end..]);
    let part = |c: char| c.is_alphanumeric() || c == '-';
    if before.chars().next_back().is_some_and(part) || after.chars().next().is_some_and(part) {
        return Role::Nothing;
    }
    if let Some(hit) =
        hits.iter().find(|hit| hit.layer == Layer::Leader && hit.start <= place.start && place.end <= hit.end)
    {
        return Role::Of(hit);
    }
    // These follow a name without being a part of it, although they have a capital in English.
    let weekday = |rest: &str| WEEKDAYS.iter().any(|(day, _)| rest.starts_with(day));
    if after.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase) && !weekday(rest)) {
        return Role::Unknown;
    }
    match (given(before, address), family) {
        (None, _) => Role::Alone,
        // "Kim Hu": a given name.
        (Some(_), Family::First) => Role::Nothing,
        (Some(_), Family::Last) => Role::Unknown,
    }
}

fn same_person(a: &Hit, b: &Hit) -> bool {
    matches!((a.target, b.target), (Target::Name { entity: a, .. }, Target::Name { entity: b, .. }) if a == b)
}

#[cfg(test)]
mod tests {
    use crate::domain::count::{Text, count};
    use crate::domain::lexicon::{DEFAULT, Lexicon};
    use crate::domain::stream::Edition;

    fn found(edition: Edition, body: &str) -> Vec<String> {
        let lexicon = Lexicon::parse(DEFAULT).expect("the built-in lexicon");
        let mentions = count(&lexicon, None, &Text { edition, title: "", body });
        let persons = mentions.into_iter().filter(|mention| lexicon.country_of(mention.entity).is_some());
        persons.map(|m| format!("{}={}", lexicon.entity(m.entity).id, &body[m.range()])).collect()
    }

    #[test]
    fn behind_the_full_name() {
        let full = "hu-jintao=Hu Jintao";
        assert_eq!(found(Edition::En, "Hu Jintao met him. It is good, Hu said."), [full, "hu-jintao=Hu"]);
        assert_eq!(found(Edition::En, "Hu Jintao met him. Hu's words."), [full, "hu-jintao=Hu"]);
        assert_eq!(found(Edition::Es, "Hu Jintao se reunio con el, recordo Hu."), [full, "hu-jintao=Hu"]);
        let two = "Hu Jintao came. Hu Jintao and Xi Jinping left, and Hu waved.";
        assert_eq!(found(Edition::En, two), [full, full, "xi-jinping=Xi Jinping", "hu-jintao=Hu"]);
    }

    #[test]
    fn not_before_it_and_not_where_another_may_be_meant() {
        for body in [
            "Hu said so. Hu Jintao came.",
            "Hu Jintao came with Hu Zhenyi. Hu said so.",
            "Hu Jintao met Ro Hu and Huang in Hu-nam.",
        ] {
            assert_eq!(found(Edition::En, body), ["hu-jintao=Hu Jintao"], "{body}");
        }
        assert_eq!(
            found(Edition::En, "Li Peng and Li Keqiang met. Li spoke."),
            ["li-peng=Li Peng", "li-keqiang=Li Keqiang"]
        );
        assert_eq!(found(Edition::En, "Vladimir Putin came. Vladimir said so."), ["putin=Vladimir Putin"]);
        let another = "Igor Ivanov came. Mikhail Ivanov sang. Ivanov said so.";
        assert_eq!(found(Edition::En, another), ["igor-ivanov=Igor Ivanov"]);
    }

    #[test]
    fn titles_and_weekdays_are_no_names() {
        let hu = ["hu-jintao=Hu Jintao", "hu-jintao=Hu"];
        assert_eq!(found(Edition::En, "Hu Jintao met him. President Hu said so."), hu);
        assert_eq!(found(Edition::En, "Hu Jintao met him. Hu Monday said so."), hu);
        let ivanov = ["igor-ivanov=Igor Ivanov", "igor-ivanov=Ivanov"];
        assert_eq!(found(Edition::En, "Igor Ivanov came. Minister Ivanov said so."), ivanov);
        assert_eq!(found(Edition::En, "Igor Ivanov came. Here Ivanov's words."), ["igor-ivanov=Igor Ivanov"]);
    }
}
