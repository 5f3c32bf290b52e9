//! What one article tells of messages.
//!
//! Not a grammar of a language but of one kind of sentence, which the agency writes again and again: a party, a
//! verb, what was sent, and the other party. How they are tied together differs by language
//! (`prepositions`, `particles`); what follows from it does not. A sentence that names no counterpart ("sent
//! messages to heads of state") opens a list that the next ones fill ("They were the Russian president, …"). A title
//! is read like a sentence, and may do without a verb ("Greetings to Kim Jong Un from …"); it stands in where the body
//! says nothing.

use std::ops::Range;

use super::rules::Rules;
use super::sentence::{Context, Sentence, Who, of_body};
use super::when::{recalls, stated};
use super::words::Meaning;
use super::{Candidate, Kind, Level, Occasion, particles, prepositions};
use crate::domain::count::{Field, Text};
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::stream::Edition;
use crate::domain::text::Normalised;

/// A party with its place in the sentence.
pub(super) type Party = (Range<usize>, Who);

/// What a sentence tells: who, to whom, and where the words about it stand.
#[derive(Debug)]
pub(super) struct Told {
    pub sender: Party,
    pub recipient: Party,
    pub verb: Range<usize>,
    /// What was sent is named in here.
    pub object: Range<usize>,
    pub kind: Kind,
}

/// A sentence with a verb and one party that waits for the list of the others.
#[derive(Debug)]
pub(super) struct Open {
    pub party: Party,
    pub sends: bool,
    pub verb: Range<usize>,
    pub object: Range<usize>,
    pub kind: Kind,
    /// The sentence's place.
    pub place: usize,
}

/// The messages an article of a day tells of, each pair of sender and recipient once. `body` is its body normalised.
pub fn read(lexicon: &Lexicon, rules: &Rules, day: Day, text: &Text<'_>, body: &Normalised<'_>) -> Vec<Candidate> {
    if !rules.speaks(text.edition) {
        return Vec::new();
    }
    let context = Context { lexicon, rules, edition: text.edition, day };
    let title = Sentence::new(&context, text.title, Field::Title);
    let stored = of_body(text.body, body, text.edition);
    let mut body: Vec<Sentence> = Vec::new();
    let mut digest = title.has(Meaning::Digest);
    for sentence in stored {
        if !digest && body.len() >= rules.sentences() {
            break;
        }
        body.push(Sentence::new(&context, sentence, Field::Body));
        digest |= body.len() == 1 && body[0].has(Meaning::Digest);
    }
    let mut reader = Reader { context, title: &title, body: &body, digest, found: Vec::new() };
    reader.read_body();
    if reader.found.is_empty() && !digest {
        reader.read_title();
    }
    reader.found
}

/// What a sentence tells with a verb, and the list it opens; a title also without one.
fn told(context: &Context<'_>, sentence: &Sentence, place: usize, title: bool) -> (Vec<Told>, Option<Open>) {
    match context.edition {
        Edition::Ko => particles::told(context, sentence, place, title),
        _ => prepositions::told(sentence, place, title),
    }
}

struct Reader<'a> {
    context: Context<'a>,
    title: &'a Sentence,
    body: &'a [Sentence],
    digest: bool,
    found: Vec<Candidate>,
}

impl Reader<'_> {
    fn read_body(&mut self) {
        let body = self.body;
        let mut open: Option<Open> = None;
        for (place, sentence) in body.iter().enumerate() {
            if let Some(open) = open.as_ref().filter(|_| sentence.lists()) {
                self.fill(open, sentence);
                continue;
            }
            if recalls(&self.context, sentence) {
                continue;
            }
            let (told, opened) = told(&self.context, sentence, place, false);
            for told in told {
                let told_before = self.found.len();
                self.put(&told, sentence, place);
                if let Some(candidate) = self.found.get_mut(told_before).filter(|c| c.day.is_none()) {
                    candidate.day = elsewhere(&self.context, body, place, told.kind);
                }
            }
            open = opened.or(open);
        }
    }

    fn read_title(&mut self) {
        let title = self.title;
        for told in told(&self.context, title, 0, true).0 {
            self.put(&told, title, 0);
        }
    }

    /// Takes the parties of a list as the counterparts of the sentence before.
    fn fill(&mut self, open: &Open, list: &Sentence) {
        let main = &self.body[open.place];
        let others: Vec<Party> = list
            .parties()
            .filter(|(range, who)| who.is_home() != open.party.1.is_home() && is_on_list(&self.context, list, range))
            .map(|(range, who)| (range.clone(), who))
            .collect();
        for (range, who) in others {
            let level = list.level(&self.context, open.party.1, who, &range);
            let (sender, recipient) = if open.sends { (open.party.1, who) } else { (who, open.party.1) };
            let told = (sender, recipient, open.kind, level);
            self.keep(told, main, open.place, &open.verb, &open.object);
        }
    }

    fn put(&mut self, told: &Told, sentence: &Sentence, place: usize) {
        let (home, (range, other)) = if told.sender.1.is_home() {
            (told.sender.1, told.recipient.clone())
        } else {
            (told.recipient.1, told.sender.clone())
        };
        let level = sentence.level(&self.context, home, other, &range);
        self.keep((told.sender.1, told.recipient.1, told.kind, level), sentence, place, &told.verb, &told.object);
    }

    fn keep(
        &mut self,
        (sender, recipient, kind, level): (Who, Who, Kind, Level),
        sentence: &Sentence,
        place: usize,
        verb: &Range<usize>,
        object: &Range<usize>,
    ) {
        let (sender, recipient) = (self.id(sender), self.id(recipient));
        if self.found.iter().any(|c| c.sender == sender && c.recipient == recipient) {
            return;
        }
        self.found.push(Candidate {
            sender,
            recipient,
            level,
            kind,
            occasion: self.occasion(sentence, place, object),
            reply: sentence.has(Meaning::Reply) || !self.digest && self.title.has(Meaning::Reply),
            day: stated(&self.context, sentence, verb),
            digest: self.digest,
        });
    }

    fn id(&self, who: Who) -> String {
        let Context { lexicon, rules, .. } = self.context;
        match who {
            Who::Home(index) => rules.home(index).id.clone(),
            Who::Body(index) => rules.body(index).id.clone(),
            Who::Person(entity) => lexicon.entity(entity).id.clone(),
        }
    }

    /// The words of a sentence, what it is about first: where the verb stands last, that is the last of them ("for the
    /// congratulations … thanks").
    fn in_order(&self, sentence: &Sentence) -> Vec<Meaning> {
        let mut words: Vec<Meaning> = sentence.words().map(|(_, meaning)| meaning).collect();
        if self.context.edition == Edition::Ko {
            words.reverse();
        }
        words
    }

    /// What is named with the thing sent, in the title, in the rest of the sentence, in the next two: the first
    /// that is named at all. Behind "in reply to" stands what the other had written for.
    fn occasion(&self, sentence: &Sentence, place: usize, object: &Range<usize>) -> Occasion {
        let named = sentence.words().find(|(range, m)| range.start >= object.start && m.kind().is_some());
        let from = named.map_or(object.end, |(range, _)| range.end);
        let behind = sentence.words().find(|(range, m)| range.start >= from && *m == Meaning::Reply);
        let end = behind.map_or(sentence.text.len(), |(range, _)| range.start);
        let (object, rest) = (object.start..object.end.min(end), object.end.min(end)..end);
        let title = if self.digest { None } else { Some(self.title) };
        let next = if self.digest { &[] } else { self.body.get(place + 1..).unwrap_or(&[]) };
        let next = next.iter().filter(|sentence| !sentence.lists());
        sentence
            .words_in(object)
            .chain(title.into_iter().flat_map(|title| title.words_in(0..title.text.len())))
            .chain(sentence.words_in(rest))
            .chain(next.take(2).flat_map(|next| self.in_order(next)))
            .find_map(Meaning::occasion)
            .unwrap_or(Occasion::Other)
    }
}

/// Whether a party of a list is one of those listed: not "the envoy of X".
fn is_on_list(context: &Context<'_>, list: &Sentence, party: &Range<usize>) -> bool {
    match context.edition {
        Edition::Ko => !particles::is_owner(context, list, party),
        _ => !matches!(list.right_before(party.start).1, Some(Meaning::Other)),
    }
}

/// The day of a message that its own sentence does not state: the next may say when it was handed over, and what was
/// said at a reception was said on the day of it, which the first sentence tells.
fn elsewhere(context: &Context<'_>, body: &[Sentence], place: usize, kind: Kind) -> Option<Day> {
    let none = 0..0;
    let first = body.first().filter(|_| kind == Kind::Oral && place > 0);
    let said = || first.and_then(|first| stated(context, first, &none));
    let next = body.get(place + 1)?;
    let handed = next.words().find(|(_, meaning)| *meaning == Meaning::Conveyed);
    handed.and_then(|(verb, _)| stated(context, next, verb)).or_else(said)
}
