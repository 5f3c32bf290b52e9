//! Languages that put the verb in the middle and tie the parties to it by words of their own: "X sent a message to
//! Y", "X received a message from Y". English so far.

use std::ops::Range;

use super::Kind;
use super::read::{Open, Party, Told};
use super::sentence::Sentence;
use super::words::Meaning;

/// What a sentence tells with a verb, and the list it opens.
pub(super) fn told(sentence: &Sentence, place: usize, title: bool) -> (Vec<Told>, Option<Open>) {
    let verbs: Vec<(Range<usize>, Meaning)> =
        sentence.words().filter(|(_, m)| m.is_verb()).map(|(range, m)| (range.clone(), m)).collect();
    let mut open = None;
    for (i, (verb, meaning)) in verbs.iter().enumerate() {
        // "In the message he …" speaks of what was told before.
        if sentence.words().any(|(range, m)| m == Meaning::Back && range.end <= verb.start) && !meaning.is_address() {
            continue;
        }
        // "Received a message sent by …": the second verb belongs to the message.
        let own = |m: &Meaning| *meaning == Meaning::Received && *m == Meaning::Sent;
        let next = verbs[i + 1..].iter().find(|(_, m)| !own(m)).map_or(sentence.text.len(), |(range, _)| range.start);
        let zone = verb.end..next;
        let passive = sentence.right_before(verb.start).1 == Some(Meaning::Passive);
        let told = match meaning {
            Meaning::Sent | Meaning::Received | Meaning::Entrusted if !passive => {
                let (told, opened) = acted(sentence, verb, *meaning, zone, place);
                open = open.or(opened);
                told
            }
            Meaning::Sent => without_verb(sentence, false).into_iter().collect(),
            Meaning::Greeted | Meaning::Congratulated => greeted(sentence, verb, zone, title).into_iter().collect(),
            Meaning::Conveyed if !passive => conveyed(sentence, verb, zone).into_iter().collect(),
            Meaning::Exchanged => exchanged(sentence, verb),
            _ => Vec::new(),
        };
        if !told.is_empty() {
            return (told, None);
        }
    }
    if title && verbs.is_empty() {
        return (without_verb(sentence, true).into_iter().collect(), None);
    }
    (Vec::new(), open)
}

/// The party a verb is of: the last free one before it; where several are joined, the first of them.
fn subject(sentence: &Sentence, verb: &Range<usize>) -> Option<Party> {
    let mut free =
        sentence.parties().rev().filter(|(range, _)| range.end <= verb.start && sentence.is_free(range)).peekable();
    let mut found = free.next()?;
    while sentence.is_listed(found.0)
        && let Some(before) = free.next_if(|(_, who)| who.is_home() == found.1.is_home())
    {
        found = before;
    }
    Some((found.0.clone(), found.1))
}

/// "X sent a message to Y", "X received a message from Y".
fn acted(
    sentence: &Sentence,
    verb: &Range<usize>,
    meaning: Meaning,
    zone: Range<usize>,
    place: usize,
) -> (Vec<Told>, Option<Open>) {
    let Some(subject) = subject(sentence, verb) else { return (Vec::new(), None) };
    let sends = meaning != Meaning::Received;
    let tie = if sends { Meaning::To } else { Meaning::From };
    let mut others: Vec<Party> = Vec::new();
    let inside = |range: &Range<usize>| zone.start <= range.start && range.end <= zone.end;
    for (range, who) in sentence.parties().filter(|(r, who)| inside(r) && who.is_home() != subject.1.is_home()) {
        let tied = match others.last() {
            None => sentence.tie_in(zone.start..range.start) == Some(tie),
            Some(last) => {
                let before = sentence.right_before(range.start).1;
                before == Some(tie)
                    || !before.is_some_and(Meaning::is_tie) && last.0.end < range.start && sentence.is_listed(range)
            }
        };
        if tied {
            others.push((range.clone(), who));
        }
    }
    let object = zone.start..others.first().map_or(zone.end, |(range, _)| range.start);
    let Some(kind) = kind(sentence, object.clone()) else { return (Vec::new(), None) };
    let kind = if meaning == Meaning::Entrusted { spoken(sentence, &zone, kind) } else { kind };
    // "A message of thanks to the party, the parliament and the government of X" is one, to the first of them.
    if sentence.words_in(object.clone()).any(|m| m == Meaning::Single) {
        others.dedup_by(|other, first| other.1.is_body() && first.1.is_body());
    }
    if others.is_empty() {
        let open = Open { party: subject, sends, verb: verb.clone(), object, kind, place };
        return (Vec::new(), Some(open));
    }
    let told = |other: Party| {
        let (sender, recipient) = if sends { (subject.clone(), other) } else { (other, subject.clone()) };
        Told { sender, recipient, verb: verb.clone(), object: object.clone(), kind }
    };
    (others.into_iter().map(told).collect(), None)
}

/// "X in a message congratulated Y"; a title may leave the message out.
fn greeted(sentence: &Sentence, verb: &Range<usize>, zone: Range<usize>, title: bool) -> Option<Told> {
    let sender = subject(sentence, verb)?;
    let (range, who) = sentence.parties().find(|(range, _)| range.start >= zone.start && range.end <= zone.end)?;
    let tied = sentence.tie_in(zone.start..range.start).is_some();
    // "Greets Jiang Zemin at the airport" is no message.
    let elsewhere = sentence.text[range.end..].trim_start().starts_with("at ");
    if who.is_home() == sender.1.is_home() || tied || elsewhere {
        return None;
    }
    let named = kind(sentence, 0..sentence.text.len()).filter(|_| sentence.words().any(|(_, m)| m.kind().is_some()));
    let kind = if title { named.or(Some(Kind::Message)) } else { named }?;
    let recipient = (range.clone(), who);
    Some(Told { sender, recipient, verb: verb.clone(), object: 0..range.start, kind })
}

/// "The minister conveyed the greetings of X to Y".
fn conveyed(sentence: &Sentence, verb: &Range<usize>, zone: Range<usize>) -> Option<Told> {
    let inside = |range: &Range<usize>| zone.start <= range.start && range.end <= zone.end;
    let tied = |range: &Range<usize>, tie| sentence.tie_in(zone.start..range.start) == Some(tie);
    let owns = |range: &Range<usize>| sentence.text[range.end..].starts_with("'s");
    let (from, sender) = sentence.parties().find(|(range, _)| {
        inside(range) && (owns(range) || tied(range, Meaning::From) || tied(range, Meaning::Other))
    })?;
    let (to, recipient) = sentence
        .parties()
        .find(|(range, who)| inside(range) && who.is_home() != sender.is_home() && tied(range, Meaning::To))?;
    let kind = spoken(sentence, &zone, kind(sentence, zone.clone())?);
    let (sender, recipient) = ((from.clone(), sender), (to.clone(), recipient));
    Some(Told { sender, recipient, verb: verb.clone(), object: zone, kind })
}

/// Greetings that somebody conveys are not written unless it is said.
fn spoken(sentence: &Sentence, zone: &Range<usize>, kind: Kind) -> Kind {
    let said = sentence.words_in(zone.clone()).any(|meaning| meaning == Meaning::Message);
    if kind == Kind::Message && !said { Kind::Oral } else { kind }
}

/// "X and Y exchanged messages": one each way.
fn exchanged(sentence: &Sentence, verb: &Range<usize>) -> Vec<Told> {
    let whole = 0..sentence.text.len();
    let first = |home: bool| {
        let tie = |range: &Range<usize>| sentence.right_before(range.start).1;
        sentence
            .parties()
            .find(|(range, who)| who.is_home() == home && !matches!(tie(range), Some(Meaning::From | Meaning::To)))
            .map(|(range, who)| (range.clone(), who))
    };
    let (Some(ours), Some(theirs), Some(kind)) = (first(true), first(false), kind(sentence, whole.clone())) else {
        return Vec::new();
    };
    let told = |sender: &Party, recipient: &Party| Told {
        sender: sender.clone(),
        recipient: recipient.clone(),
        verb: verb.clone(),
        object: whole.clone(),
        kind,
    };
    vec![told(&ours, &theirs), told(&theirs, &ours)]
}

/// "Message to X from Y", "X's message to Y", "A message was sent to X by Y".
fn without_verb(sentence: &Sentence, title: bool) -> Option<Told> {
    let tied = |range: &Range<usize>, tie| sentence.tie_in(0..range.start) == Some(tie);
    let owned = |range: &Range<usize>| sentence.text[range.end..].starts_with("'s ");
    let (to, recipient) = sentence.parties().find(|(range, _)| tied(range, Meaning::To))?;
    let (from, sender) = sentence.parties().find(|(range, who)| {
        who.is_home() != recipient.is_home()
            && (tied(range, Meaning::From) || range.start < to.start && owned(range) && sentence.is_free(range))
    })?;
    let begin = sentence.words().find(|(_, m)| m.kind().is_some() || m.occasion().is_some() || *m == Meaning::Reply)?;
    let head = &sentence.text[..begin.0.start.min(from.start)];
    if title && head.split_whitespace().count() > 2 {
        return None;
    }
    let object = 0..to.start.max(from.start);
    let kind = kind(sentence, object.clone())?;
    let (sender, recipient) = ((from.clone(), sender), (to.clone(), recipient));
    Some(Told { sender, recipient, verb: 0..0, object, kind })
}

/// What was sent, as named in a range: what is written goes first; greetings alone are a message.
fn kind(sentence: &Sentence, object: Range<usize>) -> Option<Kind> {
    let named = || sentence.words_in(object.clone()).filter_map(Meaning::kind);
    let implied = || {
        let mut words = sentence.words_in(object.clone());
        words.any(|m| m == Meaning::Reply || m.occasion().is_some()).then_some(Kind::Message)
    };
    named().find(|kind| kind.is_written()).or_else(|| named().next()).or_else(implied)
}
