//! Counting: an article's text in, its mentions out, each with the bytes it stands at.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::day::Day;
use super::frame::unframe;
use super::lexicon::{AliasIndex, EntityIndex, Lexicon};
use super::matcher::{Hit, Target};
use super::office::{Scene, resolve};
use super::sentence;
use super::sharing::shared;
use super::stream::Edition;
use super::surname;
use super::text::{Normalised, normalise};

/// How an entity was referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// By its own name: a person's name, a country's words.
    Name,
    /// By an office without its holder's name in the sentence.
    Office,
    /// By an office inside another title; stored, in no default figure.
    Embedded,
}

impl Form {
    /// All forms.
    pub const ALL: [Form; 3] = [Self::Name, Self::Office, Self::Embedded];
    /// What is measured unless asked otherwise.
    pub const DEFAULT: [Form; 2] = [Self::Name, Self::Office];

    /// Its name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Office => "office",
            Self::Embedded => "embedded",
        }
    }

    /// Its number in the store; never renumbered.
    pub const fn code(self) -> i64 {
        self as i64
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|form| form.as_str() == text)
            .ok_or_else(|| format!("'{text}' is not a form; use name, office or embedded"))
    }
}

/// Which part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The title; it is a sentence of its own.
    Title,
    /// The body.
    Body,
}

impl Field {
    /// Its name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
        }
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Title, Self::Body];
        all.into_iter()
            .find(|field| field.as_str() == text)
            .ok_or_else(|| format!("'{text}' is neither title nor body"))
    }
}

/// A stored text: what offsets point into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    /// The edition it is written for.
    pub edition: Edition,
    /// The title; empty where the source had none.
    pub title: &'a str,
    /// The body; empty for a headline.
    pub body: &'a str,
}

/// One mention of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mention {
    /// Where it stands: the field, and the bytes of the stored text.
    pub field: Field,
    /// First byte.
    pub start: u32,
    /// Past the last byte.
    pub end: u32,
    /// Whether it stands in the title or the first two sentences.
    pub lead: bool,
    /// Who is meant.
    pub entity: EntityIndex,
    /// How.
    pub form: Form,
    /// By which alias.
    pub alias: AliasIndex,
}

impl Mention {
    /// The bytes of the field's stored text.
    pub fn range(&self) -> std::ops::Range<usize> {
        let at = |offset: u32| usize::try_from(offset).expect("an offset into memory");
        at(self.start)..at(self.end)
    }
}

/// How many sentences of a body its lead has.
const LEAD: usize = 2;

/// Finds every mention in a text, in the order of the text. `day` is the article's, for offices whose holder
/// depends on it; a text without a day has no offices resolved.
///
/// The frame of the body (dateline, end mark, footer) is not matched.
pub fn count(lexicon: &Lexicon, day: Option<Day>, text: &Text<'_>) -> Vec<Mention> {
    let title = normalise(text.title, text.edition);
    let body = normalise(text.body, text.edition);
    count_normalised(lexicon, day, text, &title, &body)
}

/// [`count`] for a caller that has the normalised texts at hand.
pub fn count_normalised(
    lexicon: &Lexicon,
    day: Option<Day>,
    text: &Text<'_>,
    title: &Normalised<'_>,
    body: &Normalised<'_>,
) -> Vec<Mention> {
    let Some(matcher) = lexicon.matcher(text.edition) else { return Vec::new() };
    let mut mentions = Vec::new();
    let frame = unframe(body.as_str(), text.edition);
    let fields = [
        (Field::Title, title, 0, title.as_str(), text.title),
        (Field::Body, body, frame.text.start, &body.as_str()[frame.text], text.body),
    ];
    let mut lead_ends = None;
    for (field, normal, from, part, stored) in fields {
        let mut put = |range: Range<usize>, entity, form, alias| {
            let range = normal.stored(from + range.start..from + range.end);
            let lead = field == Field::Title || {
                let begins = normal.stored(from..from).start;
                range.start
                    < *lead_ends.get_or_insert_with(|| begins + sentence::end_of_first(&text.body[begins..], LEAD))
            };
            mentions.push(Mention {
                field,
                start: offset(range.start),
                end: offset(range.end),
                lead,
                entity,
                form,
                alias,
            });
        };
        let headline = field == Field::Title;
        let beside = lexicon.surroundings(text.edition);
        let mut hits = matcher.find(part);
        hits.retain(|hit| match hit.target {
            Target::Name { entity, alias } if lexicon.alias(alias).in_office => {
                day.is_some_and(|day| lexicon.is_in_office(entity, day))
                    && surname::has_no_given_name(part, hit.start, &beside.address, headline)
            }
            _ => true,
        });
        if matches!(text.edition, Edition::En | Edition::Es) {
            let family = |hit: &Hit| match hit.target {
                Target::Name { entity, .. } => lexicon.family_name(entity),
                _ => None,
            };
            let surnames = surname::alone(part, &hits, &beside.address, family);
            if !surnames.is_empty() {
                hits.extend(surnames);
                hits.sort_unstable_by_key(|hit| hit.start);
            }
        }
        let mut offices = false;
        for hit in &hits {
            match hit.target {
                Target::Name { entity, alias } => put(hit.start..hit.end, entity, Form::Name, alias),
                Target::Office { .. } | Target::Embedded { .. } => offices = true,
                Target::Nothing => {}
            }
        }
        let shared = if day.is_some() { shared(part, &hits, beside) } else { Vec::new() };
        // Who holds an office is known only of a day.
        if let Some(day) = day.filter(|_| offices || !shared.is_empty()) {
            let scene = Scene { lexicon, edition: text.edition, day, text: part, headline };
            // A title is one sentence. A body's are told in the stored text, where lines still end.
            let ends: Vec<usize> = match field {
                Field::Title => Vec::new(),
                Field::Body => sentence::sentences(stored).map(|sentence| sentence.end).collect(),
            };
            let sentence_of = |at: usize| {
                let at = normal.stored(from + at..from + at).start;
                ends.partition_point(|&end| end <= at)
            };
            for found in resolve(&scene, &hits, &shared, sentence_of) {
                put(found.range, found.entity, found.form, found.alias);
            }
        }
    }
    mentions.sort_unstable();
    mentions
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("texts are refused above 4 GiB long before")
}

/// Whether a place in a text stands in its title or its first two sentences.
pub fn is_in_lead(text: &Text<'_>, field: Field, start: u32) -> bool {
    field == Field::Title || {
        let body = normalise(text.body, text.edition);
        let frame = unframe(body.as_str(), text.edition).text.start;
        let begins = body.stored(frame..frame).start;
        usize::try_from(start).is_ok_and(|start| start < begins + sentence::end_of_first(&text.body[begins..], LEAD))
    }
}

/// What one text says of one entity in one form, ready to be summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Who.
    pub entity: EntityIndex,
    /// How.
    pub form: Form,
    /// Mentions in title and body.
    pub mentions: u32,
    /// Of them in the title.
    pub in_title: u32,
    /// Of them in the title or the first two sentences.
    pub in_lead: u32,
}

/// Sums mentions by entity and form, ordered by both.
pub fn tally(mentions: &[Mention]) -> Vec<Tally> {
    let mut tallies: Vec<Tally> = Vec::new();
    for mention in mentions {
        let (entity, form) = (mention.entity, mention.form);
        let place = tallies.iter().position(|t| t.entity == entity && t.form == form).unwrap_or_else(|| {
            tallies.push(Tally { entity, form, mentions: 0, in_title: 0, in_lead: 0 });
            tallies.len() - 1
        });
        let tally = &mut tallies[place];
        tally.mentions += 1;
        tally.in_title += u32::from(mention.field == Field::Title);
        tally.in_lead += u32::from(mention.lead);
    }
    tallies.sort_unstable_by_key(|t| (t.entity, t.form));
    tallies
}

#[cfg(test)]
mod tests;
