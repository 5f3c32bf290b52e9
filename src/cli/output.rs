//! Printing rows: one set of rows as a table, CSV or JSON.
//!
//! What is hostile in a title is made harmless by [`crate::answer`].

use std::io::Write;

use serde::Serialize;
use serde_json::{Map, Value};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::args::Format;
use super::failure::Failure;
use crate::answer::{self, harmless};

/// Where results go.
pub struct Output<'a> {
    out: &'a mut dyn Write,
    terminal: bool,
    colour: bool,
    width: usize,
}

/// A table for people: fewer columns than the rows have, and words about them.
#[derive(Debug, Default)]
pub struct Table {
    /// Column headings; one that begins with `>` is set to the right.
    pub head: Vec<String>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
    /// Whether the last cell of a row stands beneath it, over the whole width: a sentence needs the room.
    pub beneath: bool,
    /// Lines under the table.
    pub notes: Vec<String>,
}

/// The headings of a table.
pub fn head<const N: usize>(columns: [&str; N]) -> Vec<String> {
    columns.map(str::to_owned).to_vec()
}

/// "1 article", "3 articles".
pub fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

impl<'a> Output<'a> {
    /// Output to `out`; `terminal` decides the default format, `width` the width of tables.
    pub fn new(out: &'a mut dyn Write, terminal: bool, colour: bool, width: usize) -> Self {
        Self { out, terminal, colour, width }
    }

    /// The format to print in.
    pub fn format(&self, asked: Option<Format>) -> Format {
        asked.unwrap_or(if self.terminal { Format::Table } else { Format::Csv })
    }

    /// Whether colours are wanted.
    pub fn colour(&self) -> bool {
        self.colour
    }

    /// Columns to draw in.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Prints rows in the asked format. `query` and `method` stand in the JSON document beside them; `columns`
    /// are the rows' fields, for the header of a CSV without rows.
    pub fn rows<T: Serialize>(
        &mut self,
        asked: Option<Format>,
        query: &Value,
        method: &str,
        columns: &[&str],
        rows: &[T],
        table: impl FnOnce(&[T]) -> Table,
    ) -> Result<(), Failure> {
        match self.format(asked) {
            Format::Table => {
                let table = table(rows);
                self.table(&table)
            }
            Format::Csv => {
                let objects = rows.iter().map(answer::object).collect::<Result<Vec<_>, _>>().map_err(unwritable)?;
                self.csv(columns, &objects)
            }
            Format::Json => {
                let document = answer::document(query, method, rows).map_err(unwritable)?;
                self.json(&Value::Object(document))
            }
        }
    }

    /// Prints one JSON document.
    pub fn json(&mut self, document: &Value) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(document).map_err(|e| Failure::Failed(e.to_string()))?;
        writeln!(self.out, "{text}")?;
        Ok(())
    }

    /// Prints lines as they are but for what a terminal would obey.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.out, "{}", harmless(text))?;
        Ok(())
    }

    /// Prints bytes untouched.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.out.write_all(bytes)?;
        Ok(())
    }

    /// Prints a table for people.
    pub fn table(&mut self, table: &Table) -> Result<(), Failure> {
        let rows: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(|cell| harmless(cell)).collect()).collect();
        let columns = table.head.len() - usize::from(table.beneath && !table.head.is_empty());
        let mut widths: Vec<usize> =
            table.head[..columns].iter().map(|head| head.trim_start_matches('>').width()).collect();
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        // The last column takes what the others leave, and is cut only where people look on.
        let others: usize = widths.iter().rev().skip(1).map(|width| width + 2).sum();
        if let Some(last) = widths.last_mut().filter(|_| self.terminal && !table.beneath) {
            *last = (*last).min(self.width.saturating_sub(others).max(20));
        }
        let right: Vec<bool> = table.head.iter().map(|head| head.starts_with('>')).collect();
        let head: Vec<String> =
            table.head[..columns].iter().map(|head| head.trim_start_matches('>').to_owned()).collect();
        if !rows.is_empty() {
            self.table_line(&head, &widths, &right)?;
        }
        for row in &rows {
            let (cells, beneath) = row.split_at(widths.len());
            self.table_line(cells, &widths, &right)?;
            for text in beneath {
                self.paragraph(&format!("    {text}"))?;
            }
        }
        for note in &table.notes {
            self.paragraph(&harmless(note))?;
        }
        Ok(())
    }

    /// Prints a text, on a terminal wrapped to its width with the text's own indentation.
    fn paragraph(&mut self, text: &str) -> Result<(), Failure> {
        if !self.terminal {
            writeln!(self.out, "{text}")?;
            return Ok(());
        }
        for line in wrap(text, self.width) {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }

    fn table_line(&mut self, cells: &[String], widths: &[usize], right: &[bool]) -> Result<(), Failure> {
        let mut line = String::new();
        for ((cell, &width), &right) in cells.iter().zip(widths).zip(right) {
            let cell = fit(cell, width);
            let blank = " ".repeat(width.saturating_sub(cell.width()));
            if right {
                line.push_str(&blank);
            }
            line.push_str(&cell);
            if !right {
                line.push_str(&blank);
            }
            line.push_str("  ");
        }
        writeln!(self.out, "{}", line.trim_end())?;
        Ok(())
    }

    /// Prints objects as CSV. The header is there even where nothing was found: that is an answer too.
    pub fn csv(&mut self, columns: &[&str], rows: &[Map<String, Value>]) -> Result<(), Failure> {
        answer::csv(&mut *self.out, columns, rows).map_err(csv_failure)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it over")]
fn unwritable(error: serde_json::Error) -> Failure {
    Failure::Failed(error.to_string())
}

fn csv_failure(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Failure::Failed(format!("{other:?}")),
    }
}

/// Breaks a text at blanks into lines of a width; a word that is longer (a run of Chinese, an address) is broken
/// anywhere. Every line begins with the blanks the text begins with.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let indent = text.len() - text.trim_start_matches(' ').len();
    let room = width.saturating_sub(indent).max(20);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.trim_start_matches(' ').split(' ') {
        if !line.is_empty() && line.width() + 1 + word.width() > room {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            if line.width() + c.width().unwrap_or(0) > room {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    lines.push(line);
    lines.into_iter().map(|line| format!("{}{line}", " ".repeat(indent))).collect()
}

/// Cuts a cell to a width, saying so.
fn fit(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in cell.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_wrapped_with_their_indentation() {
        let lines = wrap("    one two three four five six seven", 30);
        assert_eq!(lines, ["    one two three four five", "    six seven"]);
        assert!(wrap(&"조".repeat(60), 30).iter().all(|line| line.width() <= 30));
        assert_eq!(wrap("", 30), [""]);
    }

    #[test]
    fn wide_letters_are_measured_as_they_are_shown() {
        assert_eq!(fit("조선중앙통신", 7), "조선중…");
        assert_eq!(fit("short", 7), "short");
    }
}
