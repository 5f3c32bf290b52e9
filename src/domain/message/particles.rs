//! Languages that put the verb last and join a particle to each party: "X께서 Y에게 축전을 보내시였다". Korean so far.
//!
//! The particle says who wrote to whom, the order of the words does not. What was sent may have its sender before it:
//! "X가 보내온 축전" (X is whom it is from, not who acts) and "X의 축전".

use std::ops::Range;

use super::Level;
use super::read::{Open, Party, Told};
use super::rules::Rules;
use super::sentence::{Context, Sentence, Who};
use super::words::{Ending, Meaning};
use crate::domain::stream::Edition;

/// A party with what its particle makes of it.
struct Role {
    party: Party,
    ending: Option<Ending>,
    /// Past the particle.
    end: usize,
}

/// What was sent: the nouns joined by "and" before the verb.
struct Object {
    range: Range<usize>,
    kind: super::Kind,
}

/// What a sentence tells, and the list it opens; a title also without a verb.
pub(super) fn told(context: &Context<'_>, sentence: &Sentence, place: usize, title: bool) -> (Vec<Told>, Option<Open>) {
    let roles = roles(context, sentence);
    let mut begin = 0;
    let mut open = None;
    for (verb, meaning) in sentence.words().filter(|(_, meaning)| meaning.is_verb()) {
        let clause = begin..verb.start;
        begin = verb.end;
        let Some(object) = object(context, sentence, clause.clone()) else { continue };
        let inside = roles.iter().filter(|role| clause.start <= role.party.0.start && role.end <= clause.end);
        let (told, opened) = Clause { sentence, roles: inside.collect(), verb, object }.told(meaning, place);
        if !told.is_empty() {
            return (told, None);
        }
        open = open.or(opened);
    }
    if title && begin == 0 {
        return (without_verb(context, sentence, &roles).into_iter().collect(), None);
    }
    (Vec::new(), open)
}

struct Clause<'a> {
    sentence: &'a Sentence,
    roles: Vec<&'a Role>,
    verb: &'a Range<usize>,
    object: Object,
}

impl Clause<'_> {
    fn told(self, meaning: Meaning, place: usize) -> (Vec<Told>, Option<Open>) {
        let from = self.roles.iter().find(|role| is_source(self.sentence, role, &self.roles, &self.object));
        let acts = || {
            let other = |role: &Role| from.is_none_or(|from| from.party.0 != role.party.0);
            self.roles.iter().find(|role| role.ending == Some(Ending::Subject) && other(role))
        };
        let to = || self.roles.iter().filter(|role| role.ending == Some(Ending::To)).map(|role| &role.party).collect();
        let (one, others, sends): (_, Vec<&Party>, _) = match meaning {
            Meaning::Sent => (from.or_else(acts), to(), true),
            // Who conveys it did not write it.
            Meaning::Conveyed => (from, to(), true),
            Meaning::Received => (acts(), from.iter().map(|role| &role.party).collect(), false),
            Meaning::Exchanged => return (self.exchanged(), None),
            _ => return (Vec::new(), None),
        };
        let Some(one) = one.map(|role| &role.party) else { return (Vec::new(), None) };
        let Object { range: object, kind } = self.object;
        if others.is_empty() && meaning != Meaning::Conveyed {
            let (party, verb) = (one.clone(), self.verb.clone());
            return (Vec::new(), Some(Open { party, sends, verb, object, kind, place }));
        }
        let told = |other: &Party| {
            let (sender, recipient) = if sends { (one, other) } else { (other, one) };
            let (sender, recipient) = (sender.clone(), recipient.clone());
            Told { sender, recipient, verb: self.verb.clone(), object: object.clone(), kind }
        };
        let others = others.into_iter().filter(|other| other.1.is_home() != one.1.is_home());
        (others.map(told).collect(), None)
    }

    /// "X께서 Y와 축전을 교환하시였다": one each way.
    fn exchanged(self) -> Vec<Told> {
        let side = |home: bool| {
            let with = |role: &&&Role| matches!(role.ending, Some(Ending::Subject | Ending::With));
            self.roles.iter().find(|role| with(role) && role.party.1.is_home() == home).map(|role| &role.party)
        };
        let (Some(ours), Some(theirs)) = (side(true), side(false)) else { return Vec::new() };
        let told = |sender: &Party, recipient: &Party| Told {
            sender: sender.clone(),
            recipient: recipient.clone(),
            verb: self.verb.clone(),
            object: self.object.range.clone(),
            kind: self.object.kind,
        };
        vec![told(ours, theirs), told(theirs, ours)]
    }
}

/// A headline that ends with what was sent: "로씨야련방 대통령에게 답전". Without a sender it is the DPRK's leader.
fn without_verb(context: &Context<'_>, sentence: &Sentence, roles: &[Role]) -> Option<Told> {
    let whole = 0..sentence.text.len();
    let object = object(context, sentence, whole)?;
    if sentence.text[object.range.end..].contains(char::is_alphanumeric) {
        return None;
    }
    let all: Vec<&Role> = roles.iter().collect();
    let recipient = &all.iter().find(|role| role.ending == Some(Ending::To))?.party;
    let named = all.iter().find(|role| {
        is_source(sentence, role, &all, &object)
            || role.ending == Some(Ending::Subject) && role.party.1.is_home() != recipient.1.is_home()
    });
    let sender = if let Some(role) = named {
        role.party.clone()
    } else {
        let leader = Who::Home(context.rules.unnamed(context.day)?);
        let abroad = !recipient.1.is_home();
        let as_leaders = abroad && sentence.level(context, leader, recipient.1, &recipient.0) == Level::Leader;
        as_leaders.then_some((0..0, leader))?
    };
    let differ = sender.1.is_home() != recipient.1.is_home();
    let Object { range, kind } = object;
    differ.then(|| Told { sender, recipient: recipient.clone(), verb: 0..0, object: range, kind })
}

/// Whether a party is who wrote what another received or handed on.
fn is_source(sentence: &Sentence, role: &Role, all: &[&Role], object: &Object) -> bool {
    match role.ending {
        Some(Ending::From) => true,
        // "X의 축전", but not "X의 특사가 축전을".
        Some(Ending::Of) => role.end <= object.range.start && is_filled(sentence, role.end..object.range.start),
        Some(Ending::Subject) => {
            let next =
                sentence.words().find(|(range, m)| range.start >= role.end && (m.is_verb() || *m == Meaning::Bringing));
            next.is_some_and(|(bringing, meaning)| {
                let between = |other: &&Role| other.party.0.start >= role.end && other.end <= bringing.start;
                let another = all.iter().any(|other| between(other) && other.ending == Some(Ending::Subject));
                meaning == Meaning::Bringing && !another
            })
        }
        _ => false,
    }
}

/// Whether nothing stands in a gap but words that describe what was sent: "X의 따뜻한 인사".
fn is_filled(sentence: &Sentence, gap: Range<usize>) -> bool {
    let inside = |at: usize| {
        sentence.words().any(|(range, m)| range.contains(&at) && (m == Meaning::Title || m.occasion().is_some()))
    };
    sentence.text[gap.clone()].char_indices().all(|(at, c)| c == ' ' || inside(gap.start + at))
}

/// What was sent: the last thing named in a clause, with what "and" joins to it. What is written goes first.
fn object(context: &Context<'_>, sentence: &Sentence, clause: Range<usize>) -> Option<Object> {
    let nouns = sentence.words().filter(|(range, _)| clause.start <= range.start && range.end <= clause.end);
    let mut nouns = nouns.filter_map(|(range, meaning)| Some((range, meaning.kind()?))).rev();
    let (last, mut kind) = nouns.next()?;
    let mut range = last.clone();
    for (noun, another) in nouns {
        let joined = particle(context.rules, &sentence.text, noun.end)
            .is_some_and(|(ending, end)| ending == Ending::With && sentence.text[end..range.start].trim().is_empty());
        if !joined {
            break;
        }
        range.start = noun.start;
        if another.is_written() || !kind.is_written() {
            kind = another;
        }
    }
    Some(Object { range, kind })
}

/// The parties with their particles. Of several that are joined, the last has it: "X동지와 Y동지에게".
fn roles(context: &Context<'_>, sentence: &Sentence) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::new();
    for (range, who) in sentence.parties().rev() {
        let particle = particle(context.rules, &sentence.text, range.end);
        let end = particle.map_or(range.end, |(_, end)| end);
        let mut ending = particle.map(|(ending, _)| ending);
        let listed = ending == Some(Ending::With) || ending.is_none() && is_listed(context, sentence, range.end);
        if let Some(next) = roles.last().filter(|next| listed && next.party.1.is_home() == who.is_home()) {
            ending = next.ending;
        }
        roles.push(Role { party: (range.clone(), who), ending, end });
    }
    roles.reverse();
    roles
}

/// Whether a comma follows a party and its title.
fn is_listed(context: &Context<'_>, sentence: &Sentence, at: usize) -> bool {
    sentence.text[context.rules.behind_titles(&sentence.text, at, context.edition)..].starts_with(',')
}

/// Whether a party is only the owner of what follows.
pub(super) fn is_owner(context: &Context<'_>, sentence: &Sentence, party: &Range<usize>) -> bool {
    particle(context.rules, &sentence.text, party.end).is_some_and(|(ending, _)| ending == Ending::Of)
}

/// Whether a word of the rules that ends here is one, and not the beginning of another: 전문 is a telegram, 전문가 an
/// expert. Only what names things is asked.
pub(super) fn is_whole(rules: &Rules, text: &str, end: usize, meanings: &[Meaning]) -> bool {
    let names = meanings.iter().any(|meaning| meaning.kind().is_some());
    let goes_on = text[end..].chars().next().is_some_and(char::is_alphanumeric);
    let joined = || particle(rules, text, end).map(|(ending, _)| ending);
    !names || !goes_on || matches!(joined(), Some(Ending::Object | Ending::With | Ending::Subject))
}

/// The particle behind a word that ends here, with its end.
fn particle(rules: &Rules, text: &str, at: usize) -> Option<(Ending, usize)> {
    let (ending, end) = rules.ending(text, at, Edition::Ko)?;
    let start = rules.behind_titles(text, at, Edition::Ko);
    agrees(text[..start].chars().next_back(), &text[start..end]).then_some((ending, end))
}

/// Some particles have two forms, one behind a consonant and one behind a vowel.
fn agrees(before: Option<char>, particle: &str) -> bool {
    let Some(letter @ '\u{ac00}'..='\u{d7a3}') = before else { return true };
    let closed = !(u32::from(letter) - 0xac00).is_multiple_of(28);
    match particle {
        "이" | "은" | "을" | "과" => closed,
        "가" | "는" | "를" | "와" => !closed,
        _ => true,
    }
}
