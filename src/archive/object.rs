//! From the bytes of a JSON record to a row, without copying what needs no unescaping.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::fields::Fields;
use super::reject::{KEPT, Reason, Reject};
use super::row::{Row, Slots, Value};
use super::{Next, json::Place};

/// Reads the JSON value `raw`, which stands at `place`.
pub(super) fn read<'a>(place: Place, raw: &'a [u8], fields: &Fields) -> Next<'a> {
    match row(place, raw, fields) {
        Ok(row) => Next::Row(row),
        Err(reason) => Next::Reject(Reject { line: place.line, reason, raw: raw[..raw.len().min(KEPT)].to_vec() }),
    }
}

fn row<'a>(place: Place, raw: &'a [u8], fields: &Fields) -> Result<Row<'a>, Reason> {
    if raw.first() != Some(&b'{') {
        return Err(no_object(place, raw));
    }
    let text = str::from_utf8(raw).map_err(|error| not_utf8(place, error))?;
    let mut json = serde_json::Deserializer::from_str(text);
    Record { fields }
        .deserialize(&mut json)
        .and_then(|slots| json.end().map(|()| slots))
        .map_err(|error| not_json(place, &error))?
        .into_row(fields, place.line, raw)
}

/// Why bytes that do not begin an object are no record. They may be cut to what is kept.
pub(super) fn no_object(place: Place, raw: &[u8]) -> Reason {
    let whole = raw.len() < KEPT;
    match str::from_utf8(raw) {
        Err(error) if whole || error.error_len().is_some() => return not_utf8(place, error),
        _ => {}
    }
    match serde_json::from_slice::<IgnoredAny>(raw) {
        Err(error) if whole || !error.is_eof() => not_json(place, &error),
        _ => Reason::NotAnObject {
            found: match raw.first() {
                Some(b'[') => "a list",
                Some(b'"') => "a text",
                Some(b't' | b'f') => "true or false",
                Some(b'n') => "null",
                _ => "a number",
            },
        },
    }
}

fn not_utf8(place: Place, error: std::str::Utf8Error) -> Reason {
    Reason::NotUtf8 { offset: place.offset + error.valid_up_to() as u64 }
}

/// serde's message, its position moved from the record to the file.
fn not_json(place: Place, error: &serde_json::Error) -> Reason {
    let mut message = error.to_string();
    if let Some(position) = message.rfind(" at line ") {
        message.truncate(position);
    }
    let line = (error.line() as u64).saturating_sub(1);
    let before = if line == 0 { place.column } else { 0 };
    Reason::NotJson { message, line: place.line + line, column: before + error.column() as u64 }
}

/// A whole record.
struct Record<'f> {
    fields: &'f Fields,
}

impl<'de> DeserializeSeed<'de> for Record<'_> {
    type Value = Slots<'de>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Slots<'de>, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Record<'_> {
    type Value = Slots<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Slots<'de>, A::Error> {
        let mut slots = Slots::default();
        while let Some(key) = map.next_key_seed(Key { fields: self.fields })? {
            match key {
                Some(index) => slots.put(self.fields, index, map.next_value()?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(slots)
    }
}

/// A key, as its position in the list of fields.
struct Key<'f> {
    fields: &'f Fields,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Option<usize>, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Option<usize>, E> {
        Ok(self.fields.find(key))
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(ValueVisitor)
    }
}

/// Takes any value at all, so that a wrong type is our complaint, with the name of the field.
struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Other("true or false"))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(i64::try_from(number).map_or(Value::Other("a number of more than 63 bits"), Value::Whole))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(whole(number).map_or(Value::Other("a number with a fraction"), Value::Whole))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Other("an object"))
    }
}

/// 1.7036e12 as some writers put a moment in milliseconds, if it is exact: beyond 2^53 a float no
/// longer tells neighbouring numbers apart.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within ±2^53")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}
