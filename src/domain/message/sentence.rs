//! A sentence taken apart: the parties, the words of the rules and the offices in it, each with its place.

use std::ops::Range;

use super::rules::{Rules, Sign};
use super::words::Meaning;
use super::{Level, particles};
use crate::domain::count::{Field, Form, Text, count};
use crate::domain::day::Day;
use crate::domain::frame::unframe;
use crate::domain::lexicon::{EntityIndex, Lexicon};
use crate::domain::matcher::Target;
use crate::domain::sentence::sentences;
use crate::domain::stream::Edition;
use crate::domain::text::{Normalised, normalise};

/// Someone who can write or be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Of the DPRK, by its place in the rules.
    Home(usize),
    /// A body of another country, by its place in the rules.
    Body(usize),
    /// A person of the lexicon who stands for a country.
    Person(EntityIndex),
}

impl Who {
    /// Whether it is of the DPRK.
    pub const fn is_home(self) -> bool {
        matches!(self, Self::Home(_))
    }

    /// Whether it is a party or government of another country.
    pub const fn is_body(self) -> bool {
        matches!(self, Self::Body(_))
    }
}

/// What stands at a place of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Party(Who),
    Word(Meaning),
    /// An office or a word that tells in which capacity someone writes; of an office, only its holder's.
    Capacity(Level, Option<EntityIndex>),
}

/// A normalised sentence with its pieces in order. Capacities may lie inside parties, nothing else overlaps.
#[derive(Debug, Clone)]
pub(super) struct Sentence {
    pub text: String,
    pub pieces: Vec<(Range<usize>, Piece)>,
}

/// Where a sentence is from.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub lexicon: &'a Lexicon,
    pub rules: &'a Rules,
    pub edition: Edition,
    pub day: Day,
}

impl Sentence {
    pub fn new(context: &Context<'_>, stored: &str, field: Field) -> Self {
        let Context { rules, edition, .. } = *context;
        let text = normalise(stored, edition).as_str().trim_start_matches([',', ' ']).trim_end().to_owned();
        let words = rules.find(&text, edition);
        let means = |sign: Sign| if let Sign::Word(row) = sign { rules.means(row) } else { &[] };
        let mut pieces = Vec::new();
        // Most sentences tell of no message: their persons are not looked for.
        if words.iter().any(|(_, sign)| means(*sign).iter().any(|meaning| meaning.tells())) {
            find_persons(context, &text, field, &mut pieces);
        }
        // Words inside a name or an office are parts of it: "secretary of the Central Committee" is nobody's letter.
        let taken: Vec<Range<usize>> = pieces.iter().map(|(range, _)| range.clone()).collect();
        for (range, sign) in words {
            if taken.iter().any(|other| other.start < range.end && range.start < other.end) {
                continue;
            }
            match sign {
                Sign::Home(index) => pieces.push((range, Piece::Party(Who::Home(index)))),
                Sign::Body(index) => pieces.push((range, Piece::Party(Who::Body(index)))),
                Sign::Capacity(level) => pieces.push((range, Piece::Capacity(level, None))),
                Sign::Word(_)
                    if edition == Edition::Ko && !particles::is_whole(rules, &text, range.end, means(sign)) => {}
                Sign::Word(_) => {
                    pieces.extend(means(sign).iter().map(|meaning| (range.clone(), Piece::Word(*meaning))));
                }
            }
        }
        pieces.sort_by_key(|(range, _)| (range.start, range.end));
        Self { text, pieces }
    }

    /// A leader writes in the capacity of whom he writes to; others in their own.
    pub fn level(&self, context: &Context<'_>, home: Who, other: Who, place: &Range<usize>) -> Level {
        let own = match home {
            Who::Home(index) => context.rules.home(index).level,
            _ => Level::Leader,
        };
        let theirs = match other {
            Who::Body(index) => context.rules.body(index).level,
            other => self.capacity(context, other, place),
        };
        if own == Level::Leader { theirs } else { own }
    }

    /// By the office named beside a person, else the highest one held on the day.
    fn capacity(&self, context: &Context<'_>, who: Who, place: &Range<usize>) -> Level {
        let Context { lexicon, rules, day, .. } = *context;
        let Who::Person(person) = who else { return Level::Government };
        let nearest = self
            .pieces
            .iter()
            .filter_map(|(at, piece)| match piece {
                Piece::Capacity(level, holder) if holder.is_none_or(|h| h == person) => {
                    let between = place.end.min(at.end)..place.start.max(at.start);
                    let another = self.parties().any(|(p, _)| between.start <= p.start && p.end <= between.end);
                    (!another).then_some((between.len(), *level))
                }
                _ => None,
            })
            .min_by_key(|(gap, _)| *gap);
        let held = || {
            let held = lexicon.office_ids().filter(|(office, _)| lexicon.holder(*office, day) == Some(person));
            held.filter_map(|(_, id)| rules.capacity(id)).min().unwrap_or(Level::Government)
        };
        nearest.map_or_else(held, |(_, level)| level)
    }

    /// The parties, with their ranges, in order.
    pub fn parties(&self) -> impl DoubleEndedIterator<Item = (&Range<usize>, Who)> {
        self.pieces.iter().filter_map(|(range, piece)| match piece {
            Piece::Party(who) => Some((range, *who)),
            _ => None,
        })
    }

    /// The words of the rules, with their ranges, in order.
    pub fn words(&self) -> impl DoubleEndedIterator<Item = (&Range<usize>, Meaning)> {
        self.pieces.iter().filter_map(|(range, piece)| match piece {
            Piece::Word(meaning) => Some((range, *meaning)),
            _ => None,
        })
    }

    /// The words that lie inside a range.
    pub fn words_in(&self, within: Range<usize>) -> impl DoubleEndedIterator<Item = Meaning> {
        self.words().filter(move |(r, _)| within.start <= r.start && r.end <= within.end).map(|(_, meaning)| meaning)
    }

    /// Whether a word with this meaning stands anywhere.
    pub fn has(&self, meaning: Meaning) -> bool {
        self.words().any(|(_, other)| other == meaning)
    }

    /// Whether it lists whom the sentence before told of: "They were the president of X, …", not "They were conveyed
    /// by the ambassador of X", who did not write.
    pub fn lists(&self) -> bool {
        self.words().next().is_some_and(|(range, meaning)| range.start == 0 && meaning == Meaning::List)
            && !self.has(Meaning::Conveyed)
    }

    /// The last word in a range that ties a party to a verb.
    pub fn tie_in(&self, within: Range<usize>) -> Option<Meaning> {
        self.words_in(within).rev().find(|meaning| meaning.is_tie())
    }

    /// What stands right before a place, titles and initials passed over: the end of the text before, and the
    /// word there if the rules know it.
    pub fn right_before(&self, place: usize) -> (usize, Option<Meaning>) {
        let mut at = place;
        loop {
            let before = self.text[..at].trim_end();
            at = before.len();
            match self.words().rev().find(|(range, _)| range.end == at) {
                Some((range, Meaning::Title)) => at = range.start,
                Some((_, meaning)) => return (at, Some(meaning)),
                None => match initial(before) {
                    Some(start) => at = start,
                    None => return (at, None),
                },
            }
        }
    }

    /// Whether a party stands by itself: not "the envoy of X", not "a message to X".
    pub fn is_free(&self, party: &Range<usize>) -> bool {
        !self.right_before(party.start).1.is_some_and(Meaning::is_tie)
    }

    /// Whether a party goes on a list: behind a comma or "and".
    pub fn is_listed(&self, party: &Range<usize>) -> bool {
        let before = &self.text[..self.right_before(party.start).0];
        before.ends_with([',', ';', '、']) || before.ends_with(" and")
    }
}

/// The persons of the lexicon who stand for a country, and the offices.
fn find_persons(context: &Context<'_>, text: &str, field: Field, pieces: &mut Vec<(Range<usize>, Piece)>) {
    let Context { lexicon, rules, edition, day } = *context;
    let whole = match field {
        Field::Title => Text { edition, title: text, body: "" },
        Field::Body => Text { edition, title: "", body: text },
    };
    for mention in count(lexicon, Some(day), &whole) {
        if mention.form != Form::Embedded && lexicon.country_of(mention.entity).is_some() {
            pieces.push((mention.range(), Piece::Party(Who::Person(mention.entity))));
        }
    }
    let hits = lexicon.matcher(edition).map(|matcher| matcher.find(text)).unwrap_or_default();
    for hit in hits {
        if let Target::Office { office, .. } = hit.target
            && let Some(level) = rules.capacity(lexicon.office_id(office))
        {
            pieces.push((hit.start..hit.end, Piece::Capacity(level, lexicon.holder(office, day))));
        }
    }
}

/// Where an initial ("V.", "D.") at the end of a text begins.
fn initial(before: &str) -> Option<usize> {
    let word = before.rsplit([' ', '.']).find(|word| !word.is_empty())?;
    let start = before.len().checked_sub(word.len() + 1)?;
    (before.ends_with('.') && word.chars().count() == 1 && word.chars().all(char::is_uppercase)).then_some(start)
}

/// The sentences of a body without its frame, as stored. An archive of 2012 has "…Kim Jong Il.,  They were…"
/// where a paragraph ended. They are cut off one by one: of most bodies only the first are read.
pub(super) fn of_body<'a>(
    body: &'a str,
    normal: &Normalised<'_>,
    edition: Edition,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let inner = &body[normal.stored(unframe(normal.as_str(), edition).text)];
    sentences(inner).flat_map(|range| split_paragraphs(&inner[range]))
}

fn split_paragraphs(sentence: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in sentence.match_indices('.') {
        let rest = sentence[at + 1..].trim_start();
        let word = sentence[..at].rsplit(char::is_whitespace).next().unwrap_or("");
        // "C.C., Communist Party" and "Co., Ltd." go on.
        let ends_word = !word.contains('.') && word.chars().count() > 1 && word != "Co";
        let next = rest.strip_prefix(',').map(str::trim_start);
        if ends_word && let Some(next) = next.filter(|n| n.starts_with(char::is_uppercase)) {
            parts.push(&sentence[start..=at]);
            start = sentence.len() - next.len();
        }
    }
    parts.push(&sentence[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_of_the_archive_of_2012() {
        let split = split_paragraphs;
        assert_eq!(split("It was so on Feb. 16.,  They were many."), ["It was so on Feb. 16.", "They were many."]);
        assert_eq!(split("They came . , This is it."), ["They came . , This is it."]);
        assert_eq!(split("the C.C., Communist Party and X Co., Ltd."), ["the C.C., Communist Party and X Co., Ltd."]);
    }

    #[test]
    fn initials() {
        assert_eq!(initial("from V."), Some(5));
        assert_eq!(initial("from V. V."), Some(8));
        assert_eq!(initial("from Gen."), None);
        assert_eq!(initial(""), None);
    }
}
