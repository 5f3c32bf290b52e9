//! What one article tells of messages.
//!
//! Not a grammar of a language but of one kind of sentence, which the agency writes again and again: a party, a
//! verb, what was sent, and "to" or "from" the other party. A sentence that names no counterpart ("sent messages to
//! heads of state") opens a list that the next ones fill ("They were the Russian president, …"). A title is read like
//! a sentence, and may do without a verb ("Greetings to Kim Jong Un from …"); it stands in where the body says nothing.

use std::ops::Range;

use super::rules::{Meaning, Rules};
use super::sentence::{Context, Piece, Sentence, Who, of_body};
use super::when::stated;
use super::{Candidate, Kind, Level, Occasion};
use crate::domain::count::{Field, Text};
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;

/// What a sentence tells: who, to whom, and where the words about it stand.
struct Told {
    sender: (Range<usize>, Who),
    recipient: (Range<usize>, Who),
    verb: Range<usize>,
    /// What was sent is named in here.
    object: Range<usize>,
    kind: Kind,
}

/// A sentence with a verb and one party that waits for the list of the others.
struct Open {
    party: (Range<usize>, Who),
    sends: bool,
    verb: Range<usize>,
    object: Range<usize>,
    kind: Kind,
    /// The sentence's place.
    place: usize,
}

/// The messages an article of a day tells of, each pair of sender and recipient once.
pub fn read(lexicon: &Lexicon, rules: &Rules, day: Day, text: &Text<'_>) -> Vec<Candidate> {
    if !rules.speaks(text.edition) {
        return Vec::new();
    }
    let context = Context { lexicon, rules, edition: text.edition, day };
    let title = Sentence::new(&context, text.title, Field::Title);
    let digest = title.has(Meaning::Digest);
    let reach = if digest { usize::MAX } else { rules.sentences() };
    let body: Vec<Sentence> = of_body(text.body, text.edition)
        .into_iter()
        .take(reach)
        .map(|stored| Sentence::new(&context, stored, Field::Body))
        .collect();
    let mut reader = Reader { context, title: &title, body: &body, digest, found: Vec::new() };
    reader.read_body();
    if reader.found.is_empty() && !digest {
        reader.read_title();
    }
    reader.found
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
            let listing = sentence.words().next().is_some_and(|(range, m)| range.start == 0 && m == Meaning::List);
            if let Some(open) = open.as_ref().filter(|_| listing) {
                self.fill(open, sentence);
                continue;
            }
            let (told, opened) = told(sentence, place, false);
            for told in told {
                let told_before = self.found.len();
                self.put(&told, sentence, place);
                // Where the sentence does not state the day, the next may say when it was handed over.
                if let Some(candidate) = self.found.get_mut(told_before).filter(|c| c.day.is_none()) {
                    candidate.day = body.get(place + 1).and_then(|next| handed_over(&self.context, next));
                }
            }
            open = opened.or(open);
        }
    }

    fn read_title(&mut self) {
        let title = self.title;
        let (mut all, _) = told(title, 0, true);
        if all.is_empty() && !title.words().any(|(_, meaning)| meaning.is_verb()) {
            all.extend(without_verb(title, true));
        }
        for told in all {
            self.put(&told, title, 0);
        }
    }

    /// Takes the parties of a list as the counterparts of the sentence before.
    fn fill(&mut self, open: &Open, list: &Sentence) {
        let main = &self.body[open.place];
        let others: Vec<(Range<usize>, Who)> = list
            .parties()
            .filter(|(range, who)| who.is_home() != open.party.1.is_home() && is_on_list(list, range))
            .map(|(range, who)| (range.clone(), who))
            .collect();
        for (range, who) in others {
            let level = self.level(open.party.1, who, list, &range);
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
        let level = self.level(home, other, sentence, &range);
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
        let Context { rules, day, .. } = self.context;
        self.found.push(Candidate {
            sender,
            recipient,
            level,
            kind,
            occasion: self.occasion(sentence, place, object),
            reply: sentence.has(Meaning::Reply) || !self.digest && self.title.has(Meaning::Reply),
            day: stated(sentence, verb, day, rules.days_back()),
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
        sentence
            .words_in(object)
            .chain(title.into_iter().flat_map(|title| title.words_in(0..title.text.len())))
            .chain(sentence.words_in(rest))
            .chain(next.iter().take(2).flat_map(|next| next.words_in(0..next.text.len())))
            .find_map(Meaning::occasion)
            .unwrap_or(Occasion::Other)
    }

    /// A leader writes in the capacity of whom he writes to; others in their own.
    fn level(&self, home: Who, other: Who, sentence: &Sentence, range: &Range<usize>) -> Level {
        let Context { rules, .. } = self.context;
        let own = match home {
            Who::Home(index) => rules.home(index).level,
            _ => Level::Leader,
        };
        let theirs = match other {
            Who::Body(index) => rules.body(index).level,
            other => self.capacity(other, sentence, range),
        };
        if own == Level::Leader { theirs } else { own }
    }

    /// By the office named beside a person, else the highest one held on the day.
    fn capacity(&self, who: Who, sentence: &Sentence, range: &Range<usize>) -> Level {
        let Context { lexicon, rules, day, .. } = self.context;
        let Who::Person(person) = who else { return Level::Government };
        let nearest = sentence
            .pieces
            .iter()
            .filter_map(|(at, piece)| match piece {
                Piece::Capacity(level, holder) if holder.is_none_or(|h| h == person) => {
                    let between = range.end.min(at.end)..range.start.max(at.start);
                    let another = sentence.parties().any(|(p, _)| between.start <= p.start && p.end <= between.end);
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
}

/// What a sentence tells with a verb, and the list it opens.
fn told(sentence: &Sentence, place: usize, title: bool) -> (Vec<Told>, Option<Open>) {
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
            Meaning::Sent | Meaning::Received if !passive => {
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
    (Vec::new(), open)
}

type Party = (Range<usize>, Who);

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
    let sends = meaning == Meaning::Sent;
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
    let kind = match kind(sentence, zone.start..zone.end)? {
        // Greetings that somebody conveys are not written unless it is said.
        Kind::Message if !sentence.words_in(zone.clone()).any(|m| m == Meaning::Message) => Kind::Oral,
        kind => kind,
    };
    let (sender, recipient) = ((from.clone(), sender), (to.clone(), recipient));
    Some(Told { sender, recipient, verb: verb.clone(), object: zone, kind })
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

/// Whether a party of a list is one of those listed: not "the envoy of X".
fn is_on_list(list: &Sentence, party: &Range<usize>) -> bool {
    !matches!(list.right_before(party.start).1, Some(Meaning::Other))
}

/// The day a sentence states on which what was told before was handed over.
fn handed_over(context: &Context<'_>, next: &Sentence) -> Option<Day> {
    let (verb, _) = next.words().find(|(_, meaning)| *meaning == Meaning::Conveyed)?;
    stated(next, verb, context.day, context.rules.days_back())
}
