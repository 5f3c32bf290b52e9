//! Marks on messages: taken out, put in, joined. Replies that lose what they answered are to be tied anew.

use std::collections::BTreeSet;

use super::{Mark, Place, Verdict, root, void};
use crate::domain::day::Day;
use crate::domain::message::DayFrom;
use crate::domain::message::event::Event;

/// Day, sender and recipient of a message, from its name: `20240813-kim-jong-un-to-putin`, of several on one day
/// `…-putin-2`.
///
/// # Errors
/// For a name that is none.
pub fn parties(name: &str) -> Result<(Day, &str, &str), String> {
    let refuse =
        || format!("'{name}' does not name a message; write it as `messages` does: 20240813-kim-jong-un-to-putin");
    let (day, rest) = name.split_once('-').ok_or_else(refuse)?;
    let (sender, recipient) = rest.split_once("-to-").ok_or_else(refuse)?;
    let recipient = match recipient.rsplit_once('-') {
        Some((recipient, number)) if number.bytes().all(|b| b.is_ascii_digit()) => recipient,
        _ => recipient,
    };
    let number = |range: std::ops::Range<usize>| day.get(range).and_then(|digits| digits.parse::<i16>().ok());
    let part = |range| number(range).and_then(|part| i8::try_from(part).ok());
    let day = (day.len() == 8)
        .then(|| Day::new(number(0..4)?, part(4..6)?, part(6..8)?))
        .flatten()
        .filter(|_| !sender.is_empty() && !recipient.is_empty())
        .ok_or_else(refuse)?;
    Ok((day, sender, recipient))
}

/// Applies the marks that hold to messages; answers the places of those that had an effect. A missed message comes in
/// where `admits` lets it: the marks know nothing of what was asked. What is merged hands its articles on before what
/// is false goes, so that the order of the marks is of no matter.
pub fn apply(events: &mut Vec<Event>, marks: &[Mark], admits: impl Fn(&Event) -> bool) -> BTreeSet<usize> {
    let void = void(marks);
    let mut applied = BTreeSet::new();
    for verdict in [Verdict::Missed, Verdict::Merged, Verdict::False] {
        for (place, mark) in marks.iter().enumerate().filter(|(place, _)| !void.contains_key(place)) {
            let Some(name) = mark.message.as_ref().filter(|_| mark.verdict == verdict) else { continue };
            let known = events.iter().position(|event| event.id == *name);
            match (verdict, known) {
                (Verdict::Missed, None) => match missed(name, mark).filter(&admits) {
                    Some(event) => events.push(event),
                    None => continue,
                },
                (Verdict::Merged, Some(at)) => {
                    let merged = events.remove(at);
                    let into = root(marks, mark);
                    if let Some(into) = events.iter_mut().find(|event| Some(&event.id) == into.as_ref()) {
                        hand_on(merged, into);
                    }
                    answered_by(events, name, into.as_deref());
                }
                (Verdict::False, Some(at)) => {
                    events.remove(at);
                    answered_by(events, name, None);
                }
                _ => continue,
            }
            applied.insert(place);
        }
    }
    events.sort_by(|a, b| (a.day, &a.sender, &a.recipient, &a.id).cmp(&(b.day, &b.sender, &b.recipient, &b.id)));
    applied
}

/// What answered a message answers another now, or none.
fn answered_by(events: &mut [Event], name: &str, other: Option<&str>) {
    for event in events.iter_mut().filter(|event| event.in_reply_to.as_deref() == Some(name)) {
        event.in_reply_to = other.filter(|other| *other != event.id).map(str::to_owned);
    }
}

fn hand_on(merged: Event, into: &mut Event) {
    into.articles.extend(merged.articles);
    // In the order of their days, which their names hold.
    into.articles.sort_by_cached_key(|article| (Place::stream_and_day(article).map(|(_, day)| day), article.clone()));
    into.articles.dedup();
    into.published = into.published.min(merged.published);
}

fn missed(name: &str, mark: &Mark) -> Option<Event> {
    let told = mark.told.as_ref()?;
    let (day, sender, recipient) = parties(name).ok()?;
    let (_, published) = Place::stream_and_day(&told.article)?;
    Some(Event {
        id: name.to_owned(),
        day,
        day_from: if day == published { DayFrom::Article } else { DayFrom::Text },
        published,
        sender: sender.to_owned(),
        recipient: recipient.to_owned(),
        level: told.level,
        kind: told.form,
        occasion: told.occasion,
        reply: told.reply,
        in_reply_to: None,
        articles: vec![told.article.clone()],
    })
}
