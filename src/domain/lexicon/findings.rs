//! What deserves a second look in a lexicon that can be used: words that cannot match, or take each other's place.
//!
//! Faults keep a lexicon from being used ([`lint`](super::lint)); these do not, since a user may mean it so. Each names
//! the row and the key it is about.

use std::collections::BTreeSet;

use super::Layer;
use super::file::{ExclusionRow, LexiconFile, Names, OfficeRow};
use super::words::{Words, expanded};
use crate::domain::matcher::{Matcher, Pattern, Target};
use crate::domain::stream::Edition;

/// All findings, in the order of the file and its editions.
pub(super) fn findings(file: &LexiconFile, words: Words, owner: impl Fn(&Target) -> String) -> Vec<String> {
    let mut findings = wordless(file);
    findings.extend(file.office.iter().flat_map(|row| untitled(row, file)));
    findings.extend(file.office.iter().flat_map(unsourced));
    findings.extend(capitals(file));
    for (edition, patterns) in Edition::ALL.into_iter().zip(words.patterns) {
        let matcher = Matcher::new(patterns.clone(), Vec::new());
        findings.extend(swallowed(edition, &patterns, &matcher, &owner));
        findings.extend(file.exclusion.iter().flat_map(|row| idle(row, edition, &matcher)));
    }
    findings
}

fn is_empty(names: &Names) -> bool {
    names.by_edition().iter().all(|(_, words)| words.is_empty())
}

/// Entities without a word in any edition.
fn wordless(file: &LexiconFile) -> Vec<String> {
    file.entities()
        .filter(|(_, _, _, names, _)| is_empty(names))
        .map(|(_, id, ..)| format!("'{id}': names: no word in any edition, so it is never found"))
        .collect()
}

/// An edition in which holders of an office have names, but the office no title.
fn untitled(office: &OfficeRow, file: &LexiconFile) -> Vec<String> {
    let held: BTreeSet<&str> = office.holder.iter().map(|tenure| &*tenure.person).collect();
    let named = |edition: Edition| {
        file.person.iter().find(|person| held.contains(&*person.id) && !person.names.of(edition).is_empty())
    };
    Edition::ALL
        .into_iter()
        .filter(|edition| office.titles.of(*edition).is_empty())
        .filter_map(|edition| {
            let person = &named(edition)?.id;
            Some(format!(
                "office '{}': titles.{edition}: none, though its holder '{person}' has names there",
                office.id
            ))
        })
        .collect()
}

fn unsourced(office: &OfficeRow) -> Vec<String> {
    let blank = office.holder.iter().filter(|tenure| tenure.source.trim().is_empty());
    blank
        .map(|tenure| {
            format!(
                "office '{}': holder: the tenure of '{}' from {} has no source",
                office.id, tenure.person, tenure.from
            )
        })
        .collect()
}

/// Words beside an office are compared in lower case.
fn capitals(file: &LexiconFile) -> Vec<String> {
    let mut findings = Vec::new();
    for row in &file.unheld {
        for (key, names) in [("before", &row.before), ("except", &row.except)] {
            for (edition, words) in names.by_edition() {
                let high = words.iter().filter(|word| word.text() != word.text().to_lowercase());
                findings.extend(high.map(|word| {
                    format!("unheld: {key}.{edition} '{}': compared in lower case, so it never matches", word.text())
                }));
            }
        }
    }
    findings
}

/// A word that stands whole inside a longer word of somebody else: there it is never found.
fn swallowed(
    edition: Edition,
    patterns: &[Pattern],
    matcher: &Matcher,
    owner: impl Fn(&Target) -> String,
) -> BTreeSet<String> {
    let mut findings = BTreeSet::new();
    for longer in patterns.iter().filter(|pattern| pattern.target != Target::Nothing) {
        for (inner, range) in matcher.within(&longer.text) {
            let behind = &longer.text[range.end..];
            if inner.condition.as_ref().is_some_and(|c| c.not_followed_by.iter().any(|word| behind.starts_with(word))) {
                continue;
            }
            // A surname at the end of a namesake's full name is not lost there: it is the namesake's.
            let namesake = range.end == longer.text.len() && longer.text[..range.start].ends_with([' ', '·', '・']);
            if namesake
                && longer.layer == Layer::Leader
                && [&inner.target, &longer.target].iter().all(|t| matches!(t, Target::Name { .. }))
            {
                continue;
            }
            let (one, two) = (owner(&inner.target), owner(&longer.target));
            if inner.layer == longer.layer && inner.target != Target::Nothing && one != two && inner.text != longer.text
            {
                findings
                    .insert(format!("{one}: '{}' in {edition} is lost inside '{}' of {two}", inner.text, longer.text));
            }
        }
    }
    findings
}

/// Words of an exclusion that no alias stands in: they keep nothing out.
fn idle(row: &ExclusionRow, edition: Edition, matcher: &Matcher) -> Vec<String> {
    let holds = |text: &String| {
        let hits = matcher.within(text);
        let mut others = hits.iter().filter(|(pattern, _)| pattern.target != Target::Nothing);
        others.any(|(pattern, _)| pattern.layer == row.layer)
    };
    let words = row.names.of(edition).iter();
    let none =
        words.filter(|word| expanded(std::slice::from_ref(*word), edition).is_ok_and(|texts| !texts.iter().any(holds)));
    none.map(|word| {
        let layer = if row.layer == Layer::Country { "country" } else { "leader" };
        format!(
            "exclusion ({}): names.{edition} '{}': no {layer} stands in it, so it keeps nothing out",
            row.reason,
            word.text()
        )
    })
    .collect()
}
