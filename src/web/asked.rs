//! The parameters of a question, checked by what the endpoint knows. Unknown ones are errors, as everywhere.

use std::str::FromStr;

use base64::Engine as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Figures;
use super::reply::Refusal;
use crate::domain::lexicon::Lexicon;
use crate::domain::period::Moment;
use crate::domain::stamp::instant_of_text;
use crate::store::query::Filter;
use crate::store::query::series::Counting;

/// What a parameter can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Entities of the lexicon; may be given several times, or with commas.
    Entities,
    /// One entity.
    Entity,
    /// A day, month or year.
    Moment,
    /// An instant, or the end of a day in Korea.
    Instant,
    /// Several outlets.
    Outlets,
    /// Several editions.
    Editions,
    /// Several of these.
    Several(&'static [&'static str]),
    /// One of these.
    One(&'static [&'static str]),
    /// A number from 1 to this.
    Number(u32),
    /// Where a page begins: `next` of the page before.
    Cursor,
    /// Any text.
    Text,
}

/// One parameter of an endpoint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Param {
    pub name: &'static str,
    pub kind: Kind,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Whether there is no answer without it.
    pub required: bool,
}

/// Parameters with values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asked(Vec<(String, String)>);

impl Asked {
    /// Reads a query string. A parameter without a value was left empty in a form: it was not asked.
    pub fn parse(query: &str, known: &[Param]) -> Result<Self, Refusal> {
        let mut all = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let Some(param) = known.iter().find(|param| param.name == name) else {
                let names: Vec<&str> = known.iter().map(|param| param.name).collect();
                return Err(Refusal::Asked(format!(
                    "There is no parameter '{name}' here; there are: {}.",
                    names.join(", ")
                )));
            };
            if value.is_empty() {
                continue;
            }
            param.kind.check(param.name, &value)?;
            all.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(all))
    }

    /// The last value of a parameter.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter, whether given by commas or several times, each once.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let mut all = Vec::new();
        for value in self.0.iter().filter(|(known, _)| known == name).flat_map(|(_, value)| value.split(',')) {
            let value = value.trim();
            if !value.is_empty() && !all.contains(&value) {
                all.push(value);
            }
        }
        all
    }

    /// A parameter as what it means.
    pub fn get<T: FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        self.one(name).map(|text| parse(name, text)).transpose()
    }

    /// A list as what it means.
    pub fn all<T: FromStr>(&self, name: &str) -> Result<Vec<T>, Refusal> {
        self.list(name).into_iter().map(|text| parse(name, text)).collect()
    }

    /// Entities that the lexicon has, by their ids. A form may hold a name that somebody typed out: it stands for its id.
    pub fn entities(&self, name: &str, lexicon: &Lexicon) -> Result<Vec<String>, Refusal> {
        let all = lexicon.entities();
        let mut entities: Vec<String> = Vec::new();
        for asked in self.list(name) {
            let known = all.iter().find(|entity| entity.id == asked);
            let Some(found) = known.or_else(|| all.iter().find(|e| e.name.eq_ignore_ascii_case(asked))) else {
                let ids: Vec<&str> = all.iter().map(|e| e.id.as_str()).collect();
                return Err(Refusal::Asked(format!(
                    "The lexicon has no entity '{asked}'; it has: {}.",
                    ids.join(", ")
                )));
            };
            if !entities.contains(&found.id) {
                entities.push(found.id.clone());
            }
        }
        Ok(entities)
    }

    /// `from`, `to`, `outlet` and `edition`.
    pub fn filter(&self) -> Result<Filter, Refusal> {
        let filter = Filter {
            from: self.get::<Moment>("from")?.map(Moment::first),
            to: self.get::<Moment>("to")?.map(Moment::last),
            outlet: self.all("outlet")?,
            edition: self.all("edition")?,
        };
        match (filter.from, filter.to) {
            (Some(from), Some(to)) if from > to => {
                Err(Refusal::Asked(format!("The first day, {from}, lies after the last, {to}.")))
            }
            _ => Ok(filter),
        }
    }

    /// `form` and `reprints`.
    pub fn counting(&self) -> Result<Counting, Refusal> {
        let forms = self.all("form")?;
        let plain = Counting::default();
        Ok(Counting {
            forms: if forms.is_empty() { plain.forms } else { forms },
            reprints: self.one("reprints") != Some("no"),
            version: plain.version,
        })
    }

    /// Whether figures are asked for with the analysts' marks.
    pub fn figures(&self) -> Figures {
        if self.one("reviewed") == Some("yes") { Figures::Reviewed } else { Figures::Counted }
    }

    /// Seconds since 1970 UTC of an instant.
    pub fn instant(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.one(name)
            .map(|text| {
                instant_of_text(text)
                    .ok_or_else(|| Refusal::Asked(format!("{name} '{text}': write 2024-09-01T00:00:00Z.")))
            })
            .transpose()
    }

    /// Where the page begins.
    pub fn cursor<T: DeserializeOwned>(&self) -> Result<Option<T>, Refusal> {
        let Some(text) = self.one("cursor") else { return Ok(None) };
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok();
        let place = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        place
            .map(Some)
            .ok_or_else(|| Refusal::Asked(format!("cursor '{text}': give what stood in `next`, as it stood there.")))
    }

    /// The query string of the same question with one parameter set, or left out where the value is empty.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut out = url::form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
        for (known, old) in self.0.iter().filter(|(known, _)| known != name) {
            out.append_pair(known, old);
        }
        if !value.is_empty() {
            out.append_pair(name, value);
        }
        let text = out.finish();
        if text == "?" { String::new() } else { text }
    }

    /// The query string of the question without its page.
    pub fn whole(&self) -> String {
        self.with("cursor", "")
    }

    /// The same question with a parameter it did not have.
    pub fn or(mut self, name: &str, value: &str) -> Self {
        if self.one(name).is_none() {
            self.0.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// A place in pages, for `next`.
pub(super) fn cursor<T: Serialize>(place: &T) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

fn parse<T: FromStr>(name: &str, text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|_| Refusal::Asked(format!("'{text}' is not a value of {name}.")))
}

impl Kind {
    fn check(self, name: &str, value: &str) -> Result<(), Refusal> {
        let refuse = |told: String| Err(Refusal::Asked(told));
        match self {
            Self::One(all) if !all.contains(&value) => {
                refuse(format!("'{value}' is not a value of {name}; use {}.", all.join(", ")))
            }
            Self::Several(all) => {
                match value.split(',').map(str::trim).find(|one| !one.is_empty() && !all.contains(one)) {
                    Some(unknown) => refuse(format!("'{unknown}' is not a value of {name}; use {}.", all.join(", "))),
                    None => Ok(()),
                }
            }
            Self::Number(most) if !value.parse::<u32>().is_ok_and(|number| (1..=most).contains(&number)) => {
                refuse(format!("'{value}' is not a value of {name}; use a number from 1 to {most}."))
            }
            Self::Moment => match value.parse::<Moment>() {
                Ok(_) => Ok(()),
                Err(told) => refuse(format!("{name}: {told}.")),
            },
            _ if value.len() > 1000 => refuse(format!("{name} is too long.")),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Param] = &[
        Param { name: "entity", kind: Kind::Entities, about: "", required: false },
        Param { name: "by", kind: Kind::One(&["day", "month"]), about: "", required: false },
        Param { name: "cursor", kind: Kind::Cursor, about: "", required: false },
    ];

    #[test]
    fn a_form_and_a_hand_ask_alike() {
        let asked = Asked::parse("entity=putin&entity=xi-jinping,putin&by=", KNOWN).expect("a question");
        assert_eq!(asked.list("entity"), ["putin", "xi-jinping"]);
        assert_eq!(asked.one("by"), None);
        assert_eq!(asked.with("by", "day"), "?entity=putin&entity=xi-jinping%2Cputin&by=day");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for query in ["colour=red", "by=fortnight"] {
            assert!(matches!(Asked::parse(query, KNOWN), Err(Refusal::Asked(_))), "{query}");
        }
        let asked = Asked::parse("cursor=!", KNOWN).expect("any text");
        assert!(asked.cursor::<u32>().is_err());
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let place = ("2024-08-01", 7);
        let asked = Asked::parse(&format!("cursor={}", cursor(&place)), KNOWN).expect("a cursor");
        assert_eq!(asked.cursor::<(String, i32)>().expect("it is ours"), Some(("2024-08-01".to_owned(), 7)));
    }
}
