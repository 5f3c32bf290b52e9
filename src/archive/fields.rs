//! Which column or key of an archive means what.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The names that archives of news commonly use, by role; within a role the first one wins.
///
/// Three common names are left out on purpose: `description` and `summary` are mostly a teaser, and
/// a teaser taken for the text would be counted as a whole article that names nobody; `guid` is
/// often not an address. Whoever knows better says `--field body=description`.
const WELL_KNOWN: &[(Role, &[&str])] = &[
    (Role::Title, &["title", "headline"]),
    (Role::Body, &["body", "story_text", "full_text", "text", "content", "article"]),
    (Role::Date, &["date", "published_at", "published", "pub_date", "pubdate", "day", "timestamp"]),
    (Role::Url, &["url", "link", "href"]),
    (Role::Section, &["section", "topic", "category"]),
    (Role::Language, &["language", "lang", "edition"]),
    (Role::Captured, &["captured_at", "captured", "fetched_at", "crawled_at"]),
];

/// What a field of a record is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The headline.
    Title,
    /// The text of the article.
    Body,
    /// When the article was published.
    Date,
    /// The address of the article.
    Url,
    /// The section of the outlet under which it stood.
    Section,
    /// The language or language edition.
    Language,
    /// When somebody fetched the article from the outlet.
    Captured,
}

impl Role {
    /// Every role, in the order of the slots of a record.
    pub const ALL: [Self; 7] =
        [Self::Title, Self::Body, Self::Date, Self::Url, Self::Section, Self::Language, Self::Captured];

    /// The name of the role, as `--field` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::Date => "date",
            Self::Url => "url",
            Self::Section => "section",
            Self::Language => "language",
            Self::Captured => "captured",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = FieldError;

    /// Reads the name of a role.
    ///
    /// # Errors
    ///
    /// [`FieldError::UnknownRole`] if there is no role of that name.
    fn from_str(name: &str) -> Result<Self, FieldError> {
        Self::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| FieldError::UnknownRole(name.to_owned()))
    }
}

/// Why a mapping of a field was refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FieldError {
    /// The part before the `=` names no role.
    #[error("`{0}` is not something a field can be for: say title, body, date, url, section, language or captured")]
    UnknownRole(String),
    /// The part after the `=` is empty.
    #[error("the field for `{0}` has no name: say `{0}=NAME`, with the name used in the file")]
    NoName(Role),
    /// One field was given two roles.
    #[error("the field `{name}` is given both as {first} and as {second}: it can be only one")]
    TwoRoles {
        /// The field, as written the second time.
        name: String,
        /// The role it was given first.
        first: Role,
        /// The role it was given then.
        second: Role,
    },
}

/// How the fields of a file are called.
///
/// Names are compared without regard to ASCII case, and with `-` and blank equal to `_`. Where
/// several fields of one record have the same role, the first of this list that holds something
/// wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// Normalised names with their roles; a smaller index goes first within its role.
    names: Vec<(String, Role)>,
    /// How many of them, at the start, the user gave.
    given: usize,
}

impl Fields {
    /// The names that archives commonly use.
    #[must_use]
    pub fn well_known() -> Self {
        let names = WELL_KNOWN
            .iter()
            .flat_map(|&(role, names)| names.iter().map(move |&name| (name.to_owned(), role)))
            .collect();
        Self { names, given: 0 }
    }

    /// Adds a name for a role. It goes before the well-known names and after those added earlier,
    /// and is no longer known for any other role.
    ///
    /// # Errors
    ///
    /// If there is no such role, the name is empty, or it was added before for another role.
    pub fn with(mut self, role: &str, name: &str) -> Result<Self, FieldError> {
        let role: Role = role.trim().parse()?;
        let normal: String = name.trim().chars().map(normal_char).collect();
        if normal.is_empty() {
            return Err(FieldError::NoName(role));
        }
        let before = self.names[..self.given].iter().find(|(known, _)| *known == normal);
        match before {
            Some(&(_, first)) if first != role => {
                Err(FieldError::TwoRoles { name: name.trim().to_owned(), first, second: role })
            }
            Some(_) => Ok(self),
            None => {
                self.names.retain(|(known, _)| *known != normal);
                self.names.insert(self.given, (normal, role));
                self.given += 1;
                Ok(self)
            }
        }
    }

    /// The position in the list of the field of this name, or `None` if it means nothing to us.
    ///
    /// A linear search: most names differ in length already, which is cheaper than hashing them.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let name = name.trim().as_bytes();
        self.names.iter().position(|(known, _)| {
            known.len() == name.len() && known.bytes().zip(name).all(|(known, &byte)| known == normal_byte(byte))
        })
    }

    /// The name (as normalised) and the role at a position that [`find`](Self::find) gave.
    pub(super) fn at(&self, index: usize) -> (&str, Role) {
        let (name, role) = &self.names[index];
        (name, *role)
    }
}

fn normal_char(c: char) -> char {
    match c {
        '-' | ' ' => '_',
        other => other.to_ascii_lowercase(),
    }
}

fn normal_byte(byte: u8) -> u8 {
    match byte {
        b'-' | b' ' => b'_',
        other => other.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_loosely() {
        let fields = Fields::well_known();
        for (name, role) in [
            ("Title", Role::Title),
            ("Story Text", Role::Body),
            ("PUB-DATE", Role::Date),
            (" link ", Role::Url),
            ("captured_at", Role::Captured),
        ] {
            let index = fields.find(name).expect(name);
            assert_eq!(fields.at(index).1, role, "{name}");
        }
        assert_eq!(fields.find("date_str"), None);
        assert_eq!(fields.find("제목"), None);
        assert_eq!(fields.find(""), None);
    }

    #[test]
    fn the_user_goes_first_and_takes_the_name_away() {
        let fields = Fields::well_known().with("section", "Headline").unwrap();
        let fields = fields.with("title", "제목").unwrap();
        let headline = fields.find("headline").unwrap();
        assert_eq!(fields.at(headline), ("headline", Role::Section));
        assert!(fields.find("제목") < fields.find("title"));
        assert!(fields.find("headline") < fields.find("section"));
        // Saying the same thing twice is no fault.
        assert_eq!(fields.clone().with("title", "제목"), Ok(fields));
    }

    #[test]
    fn wrong_mappings_are_explained() {
        let fields = Fields::well_known();
        let unknown = fields.clone().with("headline", "x").unwrap_err();
        assert!(unknown.to_string().contains("say title, body"), "{unknown}");
        let empty = fields.clone().with("title", "  ").unwrap_err();
        assert_eq!(empty, FieldError::NoName(Role::Title));
        let twice = fields.with("title", "a b").unwrap().with("body", "A_B");
        assert!(matches!(twice, Err(FieldError::TwoRoles { first: Role::Title, second: Role::Body, .. })));
    }
}
