//! An answer on its way out: rows with what was asked, as one JSON document or as CSV. The command line and the API
//! write them by the same functions, so that a file saved from either is the same.
//!
//! Titles and sentences come from hostile pages. Where a terminal or a page shows them, control characters and
//! direction marks are made visible; in CSV, a cell that a spreadsheet would run as a formula gets an apostrophe.

use serde::Serialize;
use serde_json::{Map, Value};

/// Rows, what they answer and what they rest on: `{"query", "method", "rows"}`.
///
/// # Errors
/// If a row cannot be written as JSON.
pub fn document<T: Serialize>(
    query: &Value,
    method: &str,
    rows: &[T],
) -> Result<Map<String, Value>, serde_json::Error> {
    let mut document = Map::new();
    document.insert("query".to_owned(), query.clone());
    document.insert("method".to_owned(), method.into());
    document.insert("rows".to_owned(), serde_json::to_value(rows)?);
    Ok(document)
}

/// A row by the names of its columns.
///
/// # Errors
/// If it cannot be written as a JSON object.
pub fn object<T: Serialize>(row: &T) -> Result<Map<String, Value>, serde_json::Error> {
    match serde_json::to_value(row)? {
        Value::Object(object) => Ok(object),
        _ => Err(serde::ser::Error::custom("a row is not an object")),
    }
}

/// Rows as CSV. The header is there even where nothing was found: that is an answer too.
///
/// # Errors
/// The writer's.
pub fn csv(out: impl std::io::Write, columns: &[&str], rows: &[Map<String, Value>]) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(columns)?;
    for row in rows {
        debug_assert!(row.keys().eq(columns), "the columns of a row type are its fields: {:?}", row.keys());
        writer.write_record(row.values().map(cell))?;
    }
    writer.flush()?;
    Ok(())
}

/// A value as a CSV cell.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => no_formula(text),
        Value::Array(list) => list.iter().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// Text that no spreadsheet takes for a formula.
fn no_formula(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// Text that is only shown, not obeyed: control characters and direction marks become visible signs, a line feed a
/// blank.
pub fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => ' ',
            '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
            '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_titles_come_out_harmless() {
        assert_eq!(harmless("a\u{1b}[31mred\u{202e}x"), "a␛[31mred\u{fffd}x");
        assert_eq!(cell(&Value::from("=HYPERLINK(\"x\")")), "'=HYPERLINK(\"x\")");
        assert_eq!(cell(&Value::from("plain, text")), "plain, text");
        assert_eq!(cell(&serde_json::json!(-3)), "-3");
    }
}
