//! What is written above and below the plot: title, subtitle, notes.

use super::paper::{Paper, Type};
use super::scale::to_f64;
use super::{Chart, text};

/// Margin on all sides.
pub(super) const MARGIN: f64 = 24.0;
/// Most lines of a title, a subtitle, and all notes together.
const MOST_LINES: (usize, usize, usize) = (2, 2, 8);

/// Title and subtitle.
pub(super) struct Header {
    title: Vec<String>,
    subtitle: Vec<String>,
    /// From the upper edge to where the next thing may begin.
    pub height: f64,
}

impl Header {
    pub(super) fn new(chart: &Chart, room: f64) -> Self {
        let wrap = |words: &str, style: Type, most| text::wrap(&text::clean(words), room, most, |s| style.width(s));
        let title = wrap(&chart.title, Type::TITLE, MOST_LINES.0);
        let subtitle = wrap(&chart.subtitle, Type::SUBTITLE, MOST_LINES.1);
        let height = MARGIN + to_f64(title.len()) * 24.0 + to_f64(subtitle.len()) * 17.0 + 9.0;
        Self { title, subtitle, height }
    }

    pub(super) fn draw(&self, paper: &mut Paper) {
        let mut y = MARGIN - 6.0;
        for line in &self.title {
            y += 24.0;
            paper.text(MARGIN, y - 2.0, Type::TITLE, line);
        }
        for line in &self.subtitle {
            y += 17.0;
            paper.text(MARGIN, y + 2.0, Type::SUBTITLE, line);
        }
    }
}

/// The notes at the bottom.
pub(super) struct Footer {
    lines: Vec<String>,
    /// From where the plot's key ends to the lower edge.
    pub height: f64,
}

impl Footer {
    const PITCH: f64 = 14.0;

    pub(super) fn new(chart: &Chart, room: f64) -> Self {
        let mut lines: Vec<String> = Vec::new();
        for note in &chart.notes {
            let left = MOST_LINES.2.saturating_sub(lines.len());
            lines.extend(text::wrap(&text::clean(note), room, left, |s| Type::NOTE.width(s)));
        }
        let above = if lines.is_empty() { 0.0 } else { 10.0 };
        let height = above + to_f64(lines.len()) * Self::PITCH + MARGIN - 6.0;
        Self { lines, height }
    }

    pub(super) fn draw(&self, paper: &mut Paper, bottom: f64) {
        let first = bottom - self.height + 10.0;
        for (i, line) in self.lines.iter().enumerate() {
            let y = first + to_f64(i) * Self::PITCH + 9.0;
            paper.text(MARGIN, y, Type::NOTE, line);
        }
    }
}
