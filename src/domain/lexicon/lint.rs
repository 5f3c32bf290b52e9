//! What can be wrong with a lexicon although it is good TOML.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::file::{LexiconFile, OfficeRow};
use super::{Entity, Layer};
use crate::domain::matcher::{Pattern, Target};
use crate::domain::stream::Edition;

/// Faults of ids and tenures.
pub fn faults(file: &LexiconFile) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    let ids = file.entities().map(|(_, id, ..)| id).chain(file.office.iter().map(|o| &*o.id));
    for id in ids {
        let good = !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !good {
            faults.push(format!("id '{id}': use lower-case letters, digits and hyphens"));
        }
        if !seen.insert(id) {
            faults.push(format!("id '{id}' is used twice"));
        }
    }
    let countries: BTreeSet<&str> = file.country.iter().map(|c| &*c.id).collect();
    let persons: BTreeSet<&str> = file.person.iter().map(|p| &*p.id).collect();
    for person in &file.person {
        if let Some(country) = person.country.as_deref().filter(|c| !countries.contains(c)) {
            faults.push(format!("person '{}': there is no country '{country}'", person.id));
        }
    }
    for office in &file.office {
        if !countries.contains(&*office.country) {
            faults.push(format!("office '{}': there is no country '{}'", office.id, office.country));
        }
        faults.extend(tenure_faults(office, &persons));
    }
    faults
}

fn tenure_faults(office: &OfficeRow, persons: &BTreeSet<&str>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut tenures: Vec<_> = office.holder.iter().collect();
    tenures.sort_by_key(|tenure| tenure.from);
    for tenure in &tenures {
        if !persons.contains(&*tenure.person) {
            faults.push(format!("office '{}': there is no person '{}'", office.id, tenure.person));
        }
        if tenure.to.is_some_and(|to| to <= tenure.from) {
            faults.push(format!(
                "office '{}': the tenure of '{}' from {} ends before it begins",
                office.id, tenure.person, tenure.from
            ));
        }
    }
    for pair in tenures.windows(2) {
        if pair[0].to.is_none_or(|to| to > pair[1].from) {
            faults.push(format!(
                "office '{}': '{}' still holds it when '{}' begins on {}",
                office.id, pair[0].person, pair[1].person, pair[1].from
            ));
        }
    }
    faults
}

/// Aliases that would name two entities or offices of one layer at once.
pub fn clashes(entities: &[Entity], offices: &[OfficeRow], patterns: &[Vec<Pattern>]) -> Vec<String> {
    let name = |target: &Target| match target {
        Target::Name { entity, .. } => entities[usize::from(entity.0)].id.clone(),
        Target::Office { office, .. } => offices[usize::from(office.0)].id.clone(),
        Target::Embedded { office, .. } => format!("{} (embedded)", offices[usize::from(office.0)].id),
        Target::Nothing => "an exclusion".to_owned(),
    };
    let mut faults = Vec::new();
    for (edition, list) in Edition::ALL.iter().zip(patterns) {
        let mut owners: HashMap<(bool, Cow<'_, str>), &Target> = HashMap::with_capacity(list.len());
        for pattern in list {
            // Folding is of ASCII letters alone, as in matching.
            let text =
                if pattern.fold { pattern.text.to_ascii_lowercase().into() } else { Cow::Borrowed(&*pattern.text) };
            let key = (pattern.layer == Layer::Leader, text);
            if let Some(other) = owners.insert(key, &pattern.target) {
                let (one, two) = (name(other), name(&pattern.target));
                if one != two {
                    faults.push(format!("alias '{}' in {edition} names both {one} and {two}", pattern.text));
                }
            }
        }
    }
    faults
}
