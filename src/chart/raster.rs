//! A terminal's plot area: braille dots for lines, glyphs for points, a ground for gaps.
//!
//! Braille, because it is the only widely present script with 2 × 4 addressable dots in a cell;
//! block elements are coarser, and line-drawing characters cannot show two lines that cross.

use std::fmt::Write;

use super::palette;

/// How a piece of text is inked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Bold,
    Dim,
    Line(usize),
}

/// Pieces of text in different inks: one row of the terminal.
#[derive(Debug, Clone, Default)]
pub(super) struct Row(Vec<(Ink, String)>);

impl Row {
    pub(super) fn new(ink: Ink, words: impl Into<String>) -> Self {
        let mut row = Self::default();
        row.push(ink, &words.into());
        row
    }

    pub(super) fn push(&mut self, ink: Ink, words: &str) {
        match self.0.last_mut() {
            Some((last, text)) if *last == ink => text.push_str(words),
            _ => self.0.push((ink, words.to_owned())),
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        for (ink, words) in other.0 {
            self.push(ink, &words);
        }
    }

    /// The row as text, without blanks at its end, with escape sequences if `colour`.
    pub(super) fn paint(&self, colour: bool) -> String {
        let mut out = String::new();
        let last = self.0.iter().rposition(|(_, text)| !text.trim().is_empty());
        for (i, (ink, text)) in self.0.iter().enumerate() {
            let text = match last {
                Some(last) if i < last => text.as_str(),
                Some(last) if i == last => text.trim_end(),
                _ => break,
            };
            let code = match ink {
                Ink::Bold => "1".to_owned(),
                Ink::Dim => "2".to_owned(),
                Ink::Line(n) => format!("38;5;{}", palette::ansi(*n)),
                Ink::Plain => String::new(),
            };
            if !colour || code.is_empty() {
                out.push_str(text);
            } else {
                let _ = write!(out, "\x1b[{code}m{text}\x1b[0m");
            }
        }
        out
    }
}

/// What is in one cell.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// Braille dots.
    dots: u8,
    /// The line they belong to; the last one drawn.
    line: usize,
    /// A glyph hides the dots.
    glyph: Option<char>,
}

/// The plot area.
#[derive(Debug)]
pub(super) struct Raster {
    columns: usize,
    cells: Vec<Cell>,
    ground: Vec<char>,
}

impl Raster {
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        Self { columns, cells: vec![Cell::default(); columns * rows], ground: vec![' '; columns] }
    }

    /// Fills what stays empty of a column.
    pub(super) fn ground(&mut self, column: usize, glyph: char) {
        if let Some(ground) = self.ground.get_mut(column) {
            *ground = glyph;
        }
    }

    /// What fills the empty cells of a column.
    pub(super) fn ground_of(&self, column: usize) -> char {
        self.ground.get(column).copied().unwrap_or(' ')
    }

    /// Puts a glyph where the dot (x, y) is.
    pub(super) fn glyph(&mut self, at: (usize, usize), line: usize, glyph: char) {
        if let Some(cell) = self.cell(at) {
            *cell = Cell { line, glyph: Some(glyph), ..*cell };
        }
    }

    /// Draws a straight segment between two dots; a dashed one leaves out every third and fourth.
    pub(super) fn segment(&mut self, from: (usize, usize), to: (usize, usize), line: usize, dashed: bool) {
        let (dx, dy) = (from.0.abs_diff(to.0), from.1.abs_diff(to.1));
        let steps = dx.max(dy);
        // The i-th of `steps` whole numbers from a to b, rounded: exact, so the same everywhere.
        let between = |a: usize, b: usize, i: usize| {
            if steps == 0 { a } else { (a * (steps - i) * 2 + b * i * 2 + steps) / (steps * 2) }
        };
        for i in (0..=steps).filter(|i| !dashed || i % 4 < 2) {
            self.dot((between(from.0, to.0, i), between(from.1, to.1, i)), line);
        }
    }

    fn dot(&mut self, at: (usize, usize), line: usize) {
        // Unicode numbers the dots of a braille cell by column, except its last row.
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let bit = BITS[at.1 % 4][at.0 % 2];
        if let Some(cell) = self.cell(at) {
            cell.dots |= bit;
            cell.line = line;
        }
    }

    fn cell(&mut self, at: (usize, usize)) -> Option<&mut Cell> {
        let (column, row) = (at.0 / 2, at.1 / 4);
        if column >= self.columns {
            return None;
        }
        self.cells.get_mut(row * self.columns + column)
    }

    /// One row of the finished area.
    pub(super) fn row(&self, row: usize) -> Row {
        let mut out = Row::default();
        for column in 0..self.columns {
            let cell = self.cells.get(row * self.columns + column).copied().unwrap_or_default();
            let (ink, glyph) = match cell.glyph {
                Some(glyph) => (Ink::Line(cell.line), glyph),
                None if cell.dots != 0 => {
                    (Ink::Line(cell.line), char::from_u32(0x2800 + u32::from(cell.dots)).unwrap_or('·'))
                }
                None => (Ink::Dim, self.ground_of(column)),
            };
            out.push(ink, glyph.encode_utf8(&mut [0; 4]));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_reach_both_ends() {
        let mut raster = Raster::new(3, 1);
        raster.segment((0, 3), (5, 0), 0, false);
        assert_eq!(raster.row(0).paint(false), "⡠⠔⠊");
        let mut raster = Raster::new(2, 1);
        raster.ground(1, '░');
        raster.glyph((0, 0), 0, '●');
        assert_eq!(raster.row(0).paint(false), "●░");
        assert_eq!(raster.row(0).paint(true), "\x1b[38;5;33m●\x1b[0m\x1b[2m░\x1b[0m");
    }
}
