//! Offices ready to be resolved, and the words beside them.

use std::collections::HashMap;

use super::file::OfficeRow;
use super::{AliasIndex, EntityIndex, OfficeIndex};
use crate::domain::day::Day;
use crate::domain::matcher::{Beside, Following};

/// Who held an office when.
#[derive(Debug, Clone)]
pub(super) struct Office {
    /// From, to (absent while it lasts), who.
    tenures: Vec<(Day, Option<Day>, EntityIndex)>,
}

impl Office {
    /// Persons that are not there are a fault told elsewhere.
    pub fn new(row: &OfficeRow, persons: &HashMap<String, EntityIndex>) -> Self {
        let tenures = row.holder.iter().filter_map(|t| Some((t.from, t.to, *persons.get(&t.person)?)));
        Self { tenures: tenures.collect() }
    }

    /// Whether somebody holds it on a day.
    pub fn is_held_by(&self, person: EntityIndex, day: Day) -> bool {
        self.holder(day) == Some(person)
    }

    pub fn holder(&self, day: Day) -> Option<EntityIndex> {
        let holds = |&&(from, to, _): &&(Day, Option<Day>, EntityIndex)| from <= day && to.is_none_or(|to| day < to);
        self.tenures.iter().find(holds).map(|&(_, _, person)| person)
    }
}

/// What stands around offices in one edition; all in lower case where there is case.
#[derive(Debug, Clone, Default)]
pub(in crate::domain) struct Surroundings {
    /// Right before an office, it is not held: "former", "vice".
    pub before: Vec<String>,
    /// Right behind it: "-elect".
    pub after: Vec<String>,
    /// What ends like one of `before` and is another word.
    pub except: Vec<String>,
    /// Between two offices of one holder.
    pub joining: Vec<String>,
    /// Between one of `before` and the office.
    pub articles: Vec<String>,
    /// Right behind a leader without a blank.
    pub following: Vec<Following>,
    /// Before the last of several countries or offices.
    pub and: Vec<String>,
    /// Between an office and its country.
    pub of: Vec<String>,
    /// What begins a clause about a name.
    pub relatives: Vec<String>,
    /// Titles and forms of address before a surname.
    pub address: Vec<String>,
    /// The adjectives of countries.
    pub adjectives: Vec<(EntityIndex, String)>,
    /// What officers are called where another word of the phrase tells the country.
    pub nouns: Vec<Noun>,
    /// The first letters of the nouns, a bit each from the lowest for "a".
    pub initials: u32,
}

/// What an officer is called without the country.
#[derive(Debug, Clone)]
pub(in crate::domain) struct Noun {
    /// Normalised as texts are.
    pub text: String,
    /// Whether it stands for several.
    pub plural: bool,
    pub office: OfficeIndex,
    /// The country the office is one of.
    pub country: EntityIndex,
    pub alias: AliasIndex,
    /// What has to stand beside it, if anything.
    pub condition: Option<Beside>,
    /// The body it is the head of, if it needs one.
    pub houses: Vec<String>,
}
