//! From what articles tell to messages: one event however many articles tell of it, replies tied to what they
//! answer. The same tellings give the same events in whatever order they come.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::Rules;
use super::{Candidate, DayFrom, Kind, Level, Occasion};
use crate::domain::day::Day;

/// How many days after a message an article may tell of it without stating its day.
const LATE: i32 = 7;
/// How many days apart articles that state no day may tell of one message.
const APART: i32 = 3;

/// A message as one article tells of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Telling {
    /// The article's day.
    pub published: Day,
    /// The article's name.
    pub article: String,
    /// What it tells.
    pub candidate: Candidate,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name: day, sender, recipient.
    pub id: String,
    /// The day it was sent or received.
    pub day: Day,
    /// Where that day is from.
    pub day_from: DayFrom,
    /// The day of the first article on it.
    pub published: Day,
    /// Who wrote.
    pub sender: String,
    /// To whom.
    pub recipient: String,
    /// In which capacity.
    pub level: Level,
    /// What was sent.
    pub kind: Kind,
    /// Why.
    pub occasion: Occasion,
    /// Whether it is called a reply, or gives thanks for a message that is known.
    pub reply: bool,
    /// The message it answers, where that is known.
    pub in_reply_to: Option<String>,
    /// The articles that tell of it, digests too, in the order of their days.
    pub articles: Vec<String>,
}

impl Event {
    /// What names the exchange it belongs to: a message with its reply is one exchange.
    pub fn exchange(&self) -> &str {
        self.in_reply_to.as_deref().unwrap_or(&self.id)
    }
}

/// What is told of one message. The first telling is the one the event is described by.
struct Cluster {
    day: Day,
    day_from: DayFrom,
    tellings: Vec<Telling>,
}

impl Cluster {
    fn published(&self) -> Day {
        self.tellings[0].published
    }

    fn occasion(&self) -> Occasion {
        let told = self.tellings.iter().map(|telling| telling.candidate.occasion);
        told.into_iter().find(|&occasion| occasion != Occasion::Other).unwrap_or(Occasion::Other)
    }

    /// Whether an article may be on this message too.
    fn fits(&self, telling: &Telling) -> bool {
        let late = telling.published.epoch_days() - self.day.epoch_days();
        (0..=LATE).contains(&late) && agree(self.occasion(), telling.candidate.occasion)
    }
}

fn agree(one: Occasion, other: Occasion) -> bool {
    one.class() == other.class() || one == Occasion::Other || other == Occasion::Other
}

/// Makes messages of what is told, in the order of day, sender, recipient.
pub fn gather(rules: &Rules, tellings: impl IntoIterator<Item = Telling>) -> Vec<Event> {
    let mut pairs: BTreeMap<(String, String), BTreeSet<Telling>> = BTreeMap::new();
    for telling in tellings {
        let pair = (telling.candidate.sender.clone(), telling.candidate.recipient.clone());
        pairs.entry(pair).or_default().insert(telling);
    }
    let mut events: Vec<Event> = pairs
        .into_values()
        .flat_map(|tellings| clusters(tellings.into_iter().collect()))
        .map(|cluster| event(&cluster))
        .collect();
    let order =
        |event: &Event| (event.day, event.sender.clone(), event.recipient.clone(), event.occasion, event.published);
    events.sort_by_key(order);
    name(&mut events);
    link(rules, &mut events);
    events
}

/// The messages between one sender and one recipient. A day that a text states is taken at its word; the other
/// articles go to the message that fits best; digests make no message of their own.
fn clusters(tellings: Vec<Telling>) -> Vec<Cluster> {
    let (digests, tellings): (Vec<_>, Vec<_>) = tellings.into_iter().partition(|t| t.candidate.digest);
    let (dated, undated): (Vec<_>, Vec<_>) = tellings.into_iter().partition(|t| t.candidate.day.is_some());
    let mut days: BTreeMap<Day, BTreeMap<u8, Vec<Telling>>> = BTreeMap::new();
    for telling in dated {
        let day = telling.candidate.day.unwrap_or(telling.published);
        days.entry(day).or_default().entry(telling.candidate.occasion.class()).or_default().push(telling);
    }
    let mut clusters: Vec<Cluster> = Vec::new();
    for (day, mut classes) in days {
        // What does not say why it was written is on the day's message, whatever that was for.
        if classes.len() > 1
            && let Some(unsaid) = classes.remove(&Occasion::Other.class())
            && let Some(mut first) = classes.first_entry()
        {
            first.get_mut().extend(unsaid);
            first.get_mut().sort();
        }
        let of_day = classes.into_values().map(|tellings| Cluster { day, day_from: DayFrom::Text, tellings });
        clusters.extend(of_day);
    }
    let stated = clusters.len();
    for telling in undated {
        let own = clusters[stated..].iter().rposition(|cluster| {
            telling.published.epoch_days() - cluster.day.epoch_days() <= APART
                && agree(cluster.occasion(), telling.candidate.occasion)
        });
        let place = nearest(&clusters[..stated], &telling).or(own.map(|own| stated + own));
        match place {
            Some(place) => clusters[place].tellings.push(telling),
            None => {
                clusters.push(Cluster { day: telling.published, day_from: DayFrom::Article, tellings: vec![telling] });
            }
        }
    }
    for digest in digests {
        if let Some(place) = nearest(&clusters, &digest) {
            clusters[place].tellings.push(digest);
        }
    }
    clusters
}

/// The message an article fits that was first published the fewest days away from it; the earlier of two.
fn nearest(clusters: &[Cluster], telling: &Telling) -> Option<usize> {
    let away = |cluster: &Cluster| cluster.published().epoch_days().abs_diff(telling.published.epoch_days());
    let fitting = clusters.iter().enumerate().filter(|(_, cluster)| cluster.fits(telling));
    fitting.min_by_key(|(_, cluster)| (away(cluster), cluster.day)).map(|(place, _)| place)
}

fn event(cluster: &Cluster) -> Event {
    let occasion = cluster.occasion();
    let first = &cluster.tellings[0].candidate;
    let news = || cluster.tellings.iter().filter(|telling| !telling.candidate.digest);
    let mut articles: Vec<(Day, &str)> = cluster.tellings.iter().map(|t| (t.published, t.article.as_str())).collect();
    articles.sort_unstable();
    articles.dedup();
    Event {
        id: String::new(),
        day: cluster.day,
        day_from: cluster.day_from,
        published: news().map(|telling| telling.published).min().unwrap_or(cluster.day),
        sender: first.sender.clone(),
        recipient: first.recipient.clone(),
        level: first.level,
        kind: first.kind,
        occasion,
        reply: news().any(|telling| telling.candidate.reply),
        in_reply_to: None,
        articles: articles.into_iter().map(|(_, article)| article.to_owned()).collect(),
    }
}

fn name(events: &mut [Event]) {
    let mut used: BTreeMap<String, u32> = BTreeMap::new();
    for event in events {
        let day = event.day.to_string().replace('-', "");
        let name = format!("{day}-{}-to-{}", event.sender, event.recipient);
        let times = used.entry(name.clone()).and_modify(|times| *times += 1).or_insert(1);
        event.id = if *times == 1 { name } else { format!("{name}-{times}") };
    }
}

/// Ties each reply to the latest message it can answer. Thanks are a reply where there is one.
fn link(rules: &Rules, events: &mut [Event]) {
    for at in 0..events.len() {
        let reply = &events[at];
        if !reply.reply && reply.occasion != Occasion::Thanks {
            continue;
        }
        let answered = events
            .iter()
            .filter(|other| !other.reply && other.in_reply_to.is_none() && other.id != reply.id)
            .filter(|other| {
                // A message whose day nobody states was sent before it was printed, maybe before its reply.
                let stated = other.day_from == DayFrom::Text;
                let since = if stated { reply.day } else { reply.published };
                let days = since.epoch_days() - other.day.epoch_days();
                (0..=rules.days_to_reply()).contains(&days)
                    && speaks_for(rules, &other.sender, &reply.recipient)
                    && speaks_for(rules, &other.recipient, &reply.sender)
                    && (is_answer(other, reply) || other.level == reply.level)
            })
            .max_by_key(|other| (is_answer(other, reply), other.day, std::cmp::Reverse(&other.id)))
            .map(|other| other.id.clone());
        let reply = &mut events[at];
        reply.reply |= answered.is_some();
        reply.in_reply_to = answered;
    }
}

/// Whether a reply goes back between the very parties of a message.
fn is_answer(message: &Event, reply: &Event) -> bool {
    message.sender == reply.recipient && message.recipient == reply.sender
}

/// Whether two parties are one, or one answers for the other: a party's committee for its leader.
fn speaks_for(rules: &Rules, one: &str, other: &str) -> bool {
    let answers =
        |one: &str, other: &str| rules.party(one).is_some_and(|party| party.speaks_for.iter().any(|id| id == other));
    one == other || answers(one, other) || answers(other, one)
}
