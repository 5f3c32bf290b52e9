//! One record, with its fields in their places.

use std::borrow::Cow;

use super::fields::{Fields, Role};
use super::reject::Reason;

/// A moment as the archive writes it. What it means is for the caller to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stamp<'a> {
    /// A number in JSON: seconds or milliseconds since 1970, or something like 20240831.
    Number(i64),
    /// Text; in CSV always, also when it consists of digits.
    Text(Cow<'a, str>),
}

/// One record of an archive, borrowed from the reader's buffer.
///
/// A field that is missing, null or an empty text is `None`. Texts are otherwise as they stand,
/// blanks included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The line on which the record starts, from 1.
    pub line: u64,
    /// The bytes of the record as they stand in the file, without the line's end: the text of the
    /// JSON object, or the CSV record with its quotes.
    pub raw: &'a [u8],
    /// The headline.
    pub title: Option<Cow<'a, str>>,
    /// The text of the article.
    pub body: Option<Cow<'a, str>>,
    /// Whether the record (in CSV: the file) has a field for the body at all, be it null or empty:
    /// a list of headlines has none.
    pub body_column: bool,
    /// When the article was published.
    pub date: Option<Stamp<'a>>,
    /// The address of the article.
    pub url: Option<Cow<'a, str>>,
    /// The section of the outlet.
    pub section: Option<Cow<'a, str>>,
    /// The language or language edition.
    pub language: Option<Cow<'a, str>>,
    /// When the article was fetched from the outlet.
    pub captured: Option<Stamp<'a>>,
}

/// The value of a field, before we know whether it is the one that counts for its role.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Whole(i64),
    /// Anything that no role can use, by its name in an English sentence.
    Other(&'static str),
}

/// The fields of a record, sorted by role while the record is being read.
///
/// Types are checked at the end, and only for the value that won: a `category` that is a list does
/// no harm where a `section` says the same.
#[derive(Debug, Default)]
pub(super) struct Slots<'a> {
    /// By role: the position in [`Fields`] of the best field so far that holds something.
    values: [Option<(usize, Value<'a>)>; Role::ALL.len()],
    body_column: bool,
}

impl<'a> Slots<'a> {
    /// Takes in the value of the field at `index` of the list of fields. Of two fields with the
    /// same name the later one that holds something wins, as in most JSON readers.
    pub(super) fn put(&mut self, fields: &Fields, index: usize, value: Value<'a>) {
        let role = fields.at(index).1;
        self.body_column |= role == Role::Body;
        let empty = match &value {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            Value::Whole(_) | Value::Other(_) => false,
        };
        let slot = &mut self.values[role as usize];
        if !empty && slot.as_ref().is_none_or(|(best, _)| index <= *best) {
            *slot = Some((index, value));
        }
    }

    /// The finished row, or the reason why one of its fields cannot be used.
    pub(super) fn into_row(mut self, fields: &Fields, line: u64, raw: &'a [u8]) -> Result<Row<'a>, Reason> {
        Ok(Row {
            line,
            raw,
            title: self.text(fields, Role::Title)?,
            body: self.text(fields, Role::Body)?,
            body_column: self.body_column,
            date: self.stamp(fields, Role::Date)?,
            url: self.text(fields, Role::Url)?,
            section: self.text(fields, Role::Section)?,
            language: self.text(fields, Role::Language)?,
            captured: self.stamp(fields, Role::Captured)?,
        })
    }

    fn text(&mut self, fields: &Fields, role: Role) -> Result<Option<Cow<'a, str>>, Reason> {
        match self.values[role as usize].take() {
            None | Some((_, Value::Null)) => Ok(None),
            Some((_, Value::Text(text))) => Ok(Some(text)),
            Some((index, Value::Whole(_))) => Err(wrong_type(fields, index, "a text or null", "a number")),
            Some((index, Value::Other(found))) => Err(wrong_type(fields, index, "a text or null", found)),
        }
    }

    fn stamp(&mut self, fields: &Fields, role: Role) -> Result<Option<Stamp<'a>>, Reason> {
        match self.values[role as usize].take() {
            None | Some((_, Value::Null)) => Ok(None),
            Some((_, Value::Text(text))) => Ok(Some(Stamp::Text(text))),
            Some((_, Value::Whole(number))) => Ok(Some(Stamp::Number(number))),
            Some((index, Value::Other(found))) => {
                Err(wrong_type(fields, index, "a text, a whole number or null", found))
            }
        }
    }
}

fn wrong_type(fields: &Fields, index: usize, expected: &'static str, found: &'static str) -> Reason {
    let (name, role) = fields.at(index);
    Reason::WrongType { field: name.to_owned(), role, expected, found }
}
