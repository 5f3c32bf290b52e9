//! An analyst's judgement on what was counted: marks on mentions and messages, with name, reason and time.
//!
//! A mark is data and is never taken back; the last one of a thing holds, and `stands` returns it to what the counter
//! found. Figures are given without marks, and with them on demand.

pub mod messages;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::count::{Field, Form};
use super::day::Day;
use super::message::{Kind, Level, Occasion};
use super::stamp;
use super::stream::{Edition, Outlet, Stream};

/// What an analyst says of a mention or message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is none.
    False,
    /// It is one, and the counter did not find it.
    Missed,
    /// It is the same as another, and counts with it.
    Merged,
    /// What the counter found stands: an earlier mark no longer holds.
    Stands,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 4] = [Self::False, Self::Missed, Self::Merged, Self::Stands];

    /// Its name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::False => "false",
            Self::Missed => "missed",
            Self::Merged => "merged",
            Self::Stands => "stands",
        }
    }
}

impl FromStr for Verdict {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == text)
            .ok_or_else(|| format!("'{text}' is not a verdict; use false, missed, merged or stands"))
    }
}

/// A mention by its place, in the fields that `mentions --format json` gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The article's name.
    pub article: String,
    /// The hash of the text the offsets point into.
    pub revision: String,
    /// Title or body.
    pub field: Field,
    /// First byte.
    pub start: u32,
    /// Past the last byte.
    pub end: u32,
    /// Who is, or is not, meant.
    pub entity: String,
}

impl Place {
    /// Stream and day of an article, from its name; `None` for a name that is none, or an article without a day.
    pub fn stream_and_day(article: &str) -> Option<(Stream, Day)> {
        let (rest, hash) = article.rsplit_once('-')?;
        let (stream, day) = rest.rsplit_once('-')?;
        let (outlet, edition) = stream.rsplit_once('-')?;
        let stream = Stream { outlet: outlet.parse::<Outlet>().ok()?, edition: edition.parse::<Edition>().ok()? };
        let digits = |range: std::ops::Range<usize>| day.get(range).filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
        let good = hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()) && day.len() == 8;
        let (year, month, of_month) = (digits(0..4)?, digits(4..6)?, digits(6..8)?);
        let day = Day::new(year.parse().ok()?, month.parse().ok()?, of_month.parse().ok()?)?;
        good.then_some((stream, day))
    }

    /// What one thing is called by, however its article is: an article's name changes when an older text of it comes.
    fn key(&self) -> String {
        let article = self.article.rsplit_once('-').map_or(self.article.as_str(), |(rest, _)| rest);
        format!("{article}@{}:{}:{}-{}:{}", self.revision, self.field.as_str(), self.start, self.end, self.entity)
    }

    /// Whether it has bytes in common with another place of the same text and entity.
    pub fn overlaps(&self, other: &Self) -> bool {
        (&self.revision, self.field, &self.entity) == (&other.revision, other.field, &other.entity)
            && self.start < other.end
            && other.start < self.end
    }

    fn faults(&self) -> Result<(), String> {
        if Self::stream_and_day(&self.article).is_none() {
            return Err(format!("'{}' is not the name of an article with a day", self.article));
        }
        if self.revision.len() != 64 || !self.revision.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(format!("'{}' is not the hash of a text: 64 digits from 0 to f", self.revision));
        }
        if self.entity.is_empty() {
            return Err("whose mention it is has to be named".to_owned());
        }
        if self.start >= self.end {
            return Err(format!("the mention from byte {} to {} is empty", self.start, self.end));
        }
        Ok(())
    }
}

/// `ARTICLE@REVISION:FIELD:START-END:ENTITY`, as commands take and tables show it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { article, revision, field, start, end, entity } = self;
        write!(f, "{article}@{revision}:{}:{start}-{end}:{entity}", field.as_str())
    }
}

impl FromStr for Place {
    type Err = String;

    /// Reads the written form; the revision may be left out or shortened, for the store to fill in.
    fn from_str(text: &str) -> Result<Self, String> {
        let refuse = || {
            format!(
                "'{text}' does not name a mention; write ARTICLE:FIELD:START-END:ENTITY as `mentions` gives them, as in kcna-en-20240801-e5690586:body:41-55:putin"
            )
        };
        let parts: Vec<&str> = text.split(':').collect();
        let [article, field, bytes, entity] = parts.as_slice() else { return Err(refuse()) };
        let (article, revision) = article.split_once('@').unwrap_or((article, ""));
        let (start, end) = bytes.split_once('-').ok_or_else(refuse)?;
        Ok(Self {
            article: article.to_owned(),
            revision: revision.to_ascii_lowercase(),
            field: field.parse().map_err(|_| refuse())?,
            start: start.parse().map_err(|_| refuse())?,
            end: end.parse().map_err(|_| refuse())?,
            entity: (*entity).to_owned(),
        })
    }
}

/// What is known of a message that was missed, beside its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The article that tells of it.
    pub article: String,
    /// In which capacity they write.
    pub level: Level,
    /// What was sent.
    pub form: Kind,
    /// Why.
    pub occasion: Occasion,
    /// Whether it is a reply.
    #[serde(default)]
    pub reply: bool,
}

/// One judgement. As a line of JSON it is what is stored, exported and imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// When, in seconds since 1970 UTC; written as `2024-09-01T12:00:00Z`.
    #[serde(with = "instant")]
    pub at: i64,
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
    /// What is said.
    pub verdict: Verdict,
    /// Of which mention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<Place>,
    /// Or of which message, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// For `merged`: the other mention as [`Place`] is written, or the other message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// For a missed mention: how he was referred to, by name unless it says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    /// For a missed message: what it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

impl Mark {
    /// Reads one line.
    ///
    /// # Errors
    /// What is wrong with it, for whoever wrote it.
    pub fn parse(line: &str) -> Result<Self, String> {
        let mark: Self = serde_json::from_str(line).map_err(|error| error.to_string())?;
        mark.check()?;
        Ok(mark)
    }

    /// The line it is stored as: the same mark is the same line.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Looks whether it says all that its verdict needs, and nothing else.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> Result<(), String> {
        let need = |good: bool, what: &str| if good { Ok(()) } else { Err(what.to_owned()) };
        need(!self.by.trim().is_empty(), "by: who judges has to be named")?;
        need(!self.why.trim().is_empty(), "why: a judgement needs its reason")?;
        need(
            self.mention.is_some() != self.message.is_some(),
            "a mark is on one mention or on one message, not on none or both",
        )?;
        need(
            (self.verdict == Verdict::Merged) == self.into.is_some(),
            "what is merged, and only that, names in 'into' what it is the same as",
        )?;
        need(self.form.is_none() || self.is(Verdict::Missed, true), "'form' is for a missed mention")?;
        need(
            self.told.is_some() == self.is(Verdict::Missed, false),
            "a missed message, and only that, says in 'told' what it is",
        )?;
        if let Some(place) = &self.mention {
            place.faults()?;
            if let Some(into) = &self.into {
                let into: Place = into.parse()?;
                into.faults()?;
                need(into.key() != place.key(), "a mention cannot be merged into itself")?;
            }
        }
        if let Some(message) = &self.message {
            messages::parties(message)?;
            if let Some(into) = &self.into {
                messages::parties(into)?;
                need(into != message, "a message cannot be merged into itself")?;
            }
        }
        if let Some(told) = &self.told {
            need(
                Place::stream_and_day(&told.article).is_some(),
                &format!("'{}' is not the name of an article with a day", told.article),
            )?;
        }
        Ok(())
    }

    fn is(&self, verdict: Verdict, of_mention: bool) -> bool {
        self.verdict == verdict && self.mention.is_some() == of_mention
    }

    /// What it is on, as tables show it.
    pub fn thing(&self) -> String {
        match (&self.mention, &self.message) {
            (Some(place), _) => place.to_string(),
            (None, Some(message)) => message.clone(),
            (None, None) => String::new(),
        }
    }

    /// The key of what it is merged into.
    fn target_key(&self) -> Option<String> {
        let into = self.into.as_ref()?;
        if self.message.is_some() { Some(into.clone()) } else { into.parse().ok().map(|place: Place| place.key()) }
    }

    /// What two marks on one thing have in common.
    fn key(&self) -> String {
        self.mention.as_ref().map_or_else(|| self.thing(), Place::key)
    }
}

/// The marks that hold: the last of each thing by its time (of one second, the greater line), in the order of things.
/// The same marks give the same in whatever order they come.
pub fn holding(marks: impl IntoIterator<Item = Mark>) -> Vec<Mark> {
    let mut last: BTreeMap<String, Mark> = BTreeMap::new();
    for mark in marks {
        let key = mark.key();
        let newer = last.get(&key).is_none_or(|known| (known.at, known.line()) < (mark.at, mark.line()));
        if newer {
            last.insert(key, mark);
        }
    }
    last.into_values().collect()
}

/// What a merged thing is merged into in the end: what it is merged into may be merged itself. `None` in a circle.
fn root(marks: &[Mark], mark: &Mark) -> Option<String> {
    let mut into = mark.target_key()?;
    for _ in 0..=marks.len() {
        let next = marks.iter().find(|other| other.verdict == Verdict::Merged && other.key() == into);
        match next {
            None => return Some(into),
            Some(next) => into = next.target_key()?,
        }
    }
    None
}

/// The marks that can say nothing beside the others, by their place, with the reason: what is merged in a circle, and a
/// missed mention that overlaps one put in before it. None of them is applied.
pub fn void(marks: &[Mark]) -> BTreeMap<usize, &'static str> {
    let mut void = BTreeMap::new();
    let mut put_in: Vec<&Place> = Vec::new();
    for (number, mark) in marks.iter().enumerate() {
        match (mark.verdict, &mark.mention) {
            (Verdict::Merged, _) if root(marks, mark).is_none() => {
                void.insert(number, "it is merged in a circle");
            }
            (Verdict::Missed, Some(place)) if put_in.iter().any(|other| other.overlaps(place)) => {
                void.insert(number, "it overlaps another missed mention");
            }
            (Verdict::Missed, Some(place)) => put_in.push(place),
            _ => {}
        }
    }
    void
}

/// Instants as the outputs write them.
mod instant {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::stamp;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
    pub fn serialize<S: Serializer>(at: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&stamp::written(*at))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        let text = String::deserialize(deserializer)?;
        stamp::instant_of_text(&text)
            .ok_or_else(|| serde::de::Error::custom(format!("'{text}' is no time; write it as 2024-09-01T12:00:00Z")))
    }
}
