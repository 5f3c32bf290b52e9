//! The chart in a terminal.

use super::coverage::Gap;
use super::raster::{Ink, Raster, Row};
use super::scale::{Scale, to_f64};
use super::text::{clean, columns, fit, wrap};
use super::timeline::timeline;
use super::{Chart, palette, series, words};

/// Below this many columns there is no chart, only its description.
const LEAST_WIDTH: usize = 30;
/// Rows of the plot itself, at least and at most.
const ROWS: (usize, usize) = (6, 60);
/// The ground of periods of which no day was observed, and of those partly observed.
const GROUND: (char, char) = ('░', '·');
/// Below this many columns for a period markers stand at peaks only.
const MARKER_STEP: f64 = 1.5;
/// The strip's glyphs, from little to all.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The chart as text, no line of it wider than `width` columns.
///
/// It takes `height` rows if the plot then has at least six of them, and more otherwise. Each line
/// has a glyph of its own, so that it reads without `colour` (ANSI escape sequences, 256 colours).
/// A missing value breaks its line; periods without an observed day have a ground of `░`, partly
/// observed ones of `·`, hollow glyphs and dashes; a strip below shows the share of days observed.
/// Glyphs like `●` are taken as one column wide, as all terminals do outside CJK legacy modes.
#[must_use]
pub fn terminal(chart: &Chart, width: usize, height: usize, colour: bool) -> String {
    let mut rows = Vec::new();
    wrapped(&mut rows, &chart.title, width, 2, Ink::Bold);
    wrapped(&mut rows, &chart.subtitle, width, 2, Ink::Dim);
    if width < LEAST_WIDTH || chart.periods.is_empty() || chart.lines.is_empty() {
        wrapped(&mut rows, &words::description(chart), width, 40, Ink::Plain);
    } else {
        rows.push(Row::default());
        wrapped(&mut rows, &chart.y_label, width, 1, Ink::Dim);
        let mut below = key(chart, width);
        for note in chart.notes.iter().take(6) {
            wrapped(&mut below, note, width, 4, Ink::Dim);
        }
        // Five more: axis, strip, two rows of names, a blank one.
        let others = rows.len() + below.len() + 5;
        let plot = height.saturating_sub(others).clamp(ROWS.0, ROWS.1);
        Plot::new(chart, width, plot).draw(chart, &mut rows);
        rows.push(Row::default());
        rows.append(&mut below);
    }
    let mut out = String::new();
    for row in rows {
        out.push_str(&row.paint(colour));
        out.push('\n');
    }
    out
}

fn measure(words: &str) -> f64 {
    to_f64(columns(words))
}

fn wrapped(rows: &mut Vec<Row>, words: &str, width: usize, most: usize, ink: Ink) {
    let lines = wrap(&clean(words), to_f64(width), most, measure);
    rows.extend(lines.into_iter().map(|line| Row::new(ink, line)));
}

/// The plot with its axes.
struct Plot {
    scale: Scale,
    /// Columns of the y labels.
    gutter: usize,
    columns: usize,
    rows: usize,
    /// Columns for one period.
    step: f64,
}

impl Plot {
    fn new(chart: &Chart, width: usize, rows: usize) -> Self {
        let scale = Scale::new(chart.top(), chart.y_kind, (rows / 4).clamp(1, 6));
        let gutter = scale.ticks.iter().map(|tick| columns(&scale.label(*tick))).max().unwrap_or(0);
        // Label, blank, axis; the scale's labels are short, so that something is always left.
        let room = width.saturating_sub(gutter + 2).max(1);
        let periods = chart.periods.len();
        // Whole columns for each period where that is possible, so that grounds are even, and not
        // so many that three periods drift to the far corners of a wide terminal.
        let columns = if periods <= room { periods * (room / periods).min(12) } else { room };
        Self { step: to_f64(columns) / to_f64(periods), scale, gutter, columns, rows }
    }

    /// The first column of a period.
    fn column(&self, period: usize) -> usize {
        floor(to_f64(period) * self.step).min(self.columns)
    }

    /// The dot of a value: its period's middle, its height.
    fn dot(&self, period: usize, value: f64) -> (usize, usize) {
        let x = floor((to_f64(period) + 0.5) * self.step * 2.0);
        let y = floor((1.0 - self.scale.at(value)) * to_f64(self.rows * 4 - 1) + 0.5);
        (x, y)
    }

    fn draw(&self, chart: &Chart, rows: &mut Vec<Row>) {
        let raster = self.raster(chart);
        let mut labels = vec![String::new(); self.rows];
        for tick in &self.scale.ticks {
            labels[(self.dot(0, *tick).1 / 4).min(self.rows - 1)] = self.scale.label(*tick);
        }
        for (i, label) in labels.iter().enumerate() {
            let axis = if label.is_empty() { '│' } else { '┤' };
            let pad = self.gutter - columns(label);
            let mut row = Row::new(Ink::Dim, format!("{}{label} {axis}", " ".repeat(pad)));
            row.append(raster.row(i));
            rows.push(row);
        }
        let margin = " ".repeat(self.gutter + 1);
        let axis = format!("{margin}└{}", "─".repeat(self.columns));
        rows.push(Row::new(Ink::Dim, axis));
        rows.push(Row::new(Ink::Dim, format!("{margin} {}", self.strip(chart))));
        let names = timeline(&chart.periods, self.step, 1.0, measure);
        let middle = |(i, label): &(usize, String)| {
            let middle = floor((to_f64(*i) + 0.5) * self.step);
            (middle.saturating_sub(columns(label) / 2), label.clone())
        };
        let ticks = self.place(names.ticks.iter().map(middle));
        let groups = self.place(names.groups.iter().map(|(i, l)| (self.column(*i), l.clone())));
        for line in [ticks, groups].into_iter().filter(|line| !line.is_empty()) {
            rows.push(Row::new(Ink::Dim, format!("{margin} {line}")));
        }
    }

    fn raster(&self, chart: &Chart) -> Raster {
        let mut raster = Raster::new(self.columns, self.rows);
        for (i, period) in chart.periods.iter().enumerate() {
            let Some(gap) = Gap::of(period.observed) else {
                continue;
            };
            let end = self.column(i + 1).max(self.column(i) + 1);
            for column in self.column(i)..end {
                // Where periods share a column, the least observed one decides its ground.
                if gap == Gap::Whole {
                    raster.ground(column, GROUND.0);
                } else if raster.ground_of(column) == ' ' {
                    raster.ground(column, GROUND.1);
                }
            }
        }
        // Backwards, so that the first line lies on top; glyphs last, so that no dot hides one.
        for (n, line) in chart.lines.iter().enumerate().rev() {
            for i in 1..chart.periods.len() {
                if let (Some(before), Some(here)) = (chart.drawn(line, i - 1), chart.drawn(line, i)) {
                    let dashed = !(series::full(chart, i - 1) && series::full(chart, i));
                    raster.segment(self.dot(i - 1, before), self.dot(i, here), n, dashed);
                }
            }
        }
        let every = floor((14.0 / self.step).ceil()).max(1);
        for (n, line) in chart.lines.iter().enumerate().rev() {
            let marked = if self.step >= MARKER_STEP { Vec::new() } else { series::peaks(chart, line, every) };
            for i in 0..chart.periods.len() {
                let Some(value) = chart.drawn(line, i) else {
                    continue;
                };
                let alone = chart.is_alone(line, i);
                if alone || self.step >= MARKER_STEP || marked.contains(&i) {
                    let (filled, hollow) = palette::glyphs(n);
                    let glyph = if series::full(chart, i) { filled } else { hollow };
                    raster.glyph(self.dot(i, value), n, glyph);
                }
            }
        }
        raster
    }

    /// Per column the share of days observed of the periods in it.
    fn strip(&self, chart: &Chart) -> String {
        let mut seen = vec![(0_u64, 0_u64); self.columns];
        for (i, period) in chart.periods.iter().enumerate() {
            let end = self.column(i + 1).max(self.column(i) + 1);
            for column in seen.iter_mut().take(end).skip(self.column(i)) {
                column.0 += u64::from(period.observed.days.min(period.observed.of));
                column.1 += u64::from(period.observed.of);
            }
        }
        seen.into_iter()
            .map(|(days, of)| {
                if days == 0 {
                    return ' ';
                }
                // All eight eighths only for all days: almost everything must not look like it.
                let eighth = usize::try_from(days * 7 / of.max(1)).unwrap_or(0);
                BARS[eighth.min(7)]
            })
            .collect()
    }

    /// Labels at their columns in one row, leaving out what would run into the one before.
    fn place(&self, labels: impl Iterator<Item = (usize, String)>) -> String {
        let mut out = String::new();
        for (column, label) in labels {
            let label = fit(&label, to_f64(self.columns), measure);
            let start = column.min(self.columns - columns(&label).min(self.columns));
            let used = columns(&out);
            if out.is_empty() || start > used {
                out.push_str(&" ".repeat(start - used));
                out.push_str(&label);
            }
        }
        out
    }
}

/// The legend, and what grounds, dashes and strip mean; only what is in the picture.
fn key(chart: &Chart, width: usize) -> Vec<Row> {
    let mut items: Vec<(Ink, String, String)> = Vec::new();
    for (n, line) in chart.lines.iter().enumerate() {
        let glyph = palette::glyphs(n).0;
        items.push((Ink::Line(n), format!("{glyph}⠤"), clean(&line.name)));
    }
    let lines = items.len();
    let gap =
        |whole: bool| chart.periods.iter().filter_map(|p| Gap::of(p.observed)).any(|gap| (gap == Gap::Whole) == whole);
    if gap(true) {
        items.push((Ink::Dim, GROUND.0.to_string().repeat(2), "no day observed".into()));
    }
    if gap(false) {
        let words = "some days not observed (hollow, dashed: provisional)";
        items.push((Ink::Dim, GROUND.1.to_string().repeat(2), words.into()));
    }
    items.push((Ink::Dim, "▂▅█".into(), words::coverage(chart)));

    let mut rows: Vec<Row> = Vec::new();
    let mut used = 0;
    for (i, (ink, sign, words)) in items.into_iter().enumerate() {
        let room = width.saturating_sub(columns(&sign) + 1);
        let words = fit(&words, to_f64(room), measure);
        let item = columns(&sign) + 1 + columns(&words);
        let gap = if used == 0 { 0 } else { 3 };
        // The lines' names and the key to gaps are two paragraphs.
        let new_row = i == 0 || i == lines || used + gap + item > width;
        if new_row {
            rows.push(Row::default());
            used = 0;
        }
        if let Some(row) = rows.last_mut() {
            row.push(Ink::Plain, if used == 0 { "" } else { "   " });
            row.push(ink, &sign);
            row.push(Ink::Plain, &format!(" {words}"));
        }
        used += if used == 0 { item } else { gap + item };
    }
    rows
}

/// The whole part of a coordinate that is not negative and at most a few thousand.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and coordinates are small and positive"
)]
fn floor(value: f64) -> usize {
    value.max(0.0) as usize
}
