//! A surname that stands alone for somebody whom the text has named in full: "Hu said", below "Hu Jintao".
//!
//! Chinese surnames are far too short to be listed as names. Behind the full name they are safe where no other
//! person of that surname is about and nothing makes the word part of another name.

use super::lexicon::Layer;
use super::matcher::{Hit, Target};

/// The surnames standing alone in a text, as hits of the persons meant. `family_first` tells of a hit whether it is
/// the full name of somebody whose family name comes first.
pub(super) fn alone(text: &str, hits: &[Hit], family_first: impl Fn(&Hit) -> bool) -> Vec<Hit> {
    let mut found = Vec::new();
    let mut seen: Vec<(&str, Hit)> = Vec::new();
    for hit in hits.iter().filter(|hit| family_first(hit)) {
        let Some((surname, _)) = text[hit.start..hit.end].split_once(' ') else { continue };
        if !seen.iter().any(|(other, _)| *other == surname) {
            seen.push((surname, *hit));
        }
    }
    for (surname, first) in seen {
        let mut places = Vec::new();
        for (at, _) in text.match_indices(surname) {
            match role(text, hits, at..at + surname.len()) {
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

fn role<'a>(text: &str, hits: &'a [Hit], place: std::ops::Range<usize>) -> Role<'a> {
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
    if after.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase)) {
        return Role::Unknown;
    }
    // "Kim Hu": a given name, unless a sentence ended before.
    let given = before.strip_suffix(' ').and_then(|left| left.rsplit(' ').next());
    if given.is_some_and(|word| word.starts_with(char::is_uppercase) && word.ends_with(char::is_alphanumeric)) {
        return Role::Nothing;
    }
    Role::Alone
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
    }
}
