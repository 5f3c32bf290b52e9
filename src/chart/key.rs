//! Telling which line is which, and what hatch and strip mean.

use super::compose::Frame;
use super::coverage::{self, Gap, STRIP};
use super::palette::Colour;
use super::paper::{Paper, Stroke, Type};
use super::scale::to_f64;
use super::{Chart, text, words};

/// The widest name that may stand right of the plot.
const DIRECT_WIDTH: f64 = 150.0;
/// Least distance of two names right of the plot.
const DIRECT_PITCH: f64 = 15.0;
/// How far a name may be moved away from the end of its line before it would mislead.
const DIRECT_SHIFT: f64 = 9.0;
/// From the end of the plot to a name beside it.
const DIRECT_GAP: f64 = 20.0;
/// Height of a row of the key.
pub(super) const ROW: f64 = 19.0;

/// The room that names right of the plot need, or `None` if they are too long for it.
pub(super) fn gutter(chart: &Chart) -> Option<f64> {
    let widest = chart.lines.iter().map(|line| Type::NAME.width(&text::clean(&line.name))).fold(0.0, f64::max);
    (widest <= DIRECT_WIDTH).then_some(widest + DIRECT_GAP)
}

/// The heights for names right of the plot, one for each line; `None` if a line ends too early
/// for its name to be beside it, or the names would have to be moved too far apart.
pub(super) fn direct(chart: &Chart, frame: &Frame) -> Option<Vec<f64>> {
    let mut wanted = Vec::new();
    for (n, line) in chart.lines.iter().enumerate() {
        let last = (0..chart.periods.len()).rfind(|i| chart.drawn(line, *i).is_some())?;
        if frame.left + frame.width - frame.x(last) > 0.08 * frame.width + frame.step / 2.0 {
            return None;
        }
        wanted.push((frame.y(chart.drawn(line, last)?), n));
    }
    wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let placed = spread(&wanted.iter().map(|(y, _)| *y).collect::<Vec<_>>());
    let mut heights = vec![0.0; wanted.len()];
    for ((y, n), at) in wanted.into_iter().zip(placed) {
        if (at - y).abs() > DIRECT_SHIFT {
            return None;
        }
        heights[n] = at;
    }
    Some(heights)
}

/// Moves ascending heights apart to `DIRECT_PITCH`, each crowd around its own middle.
fn spread(wanted: &[f64]) -> Vec<f64> {
    // A crowd is (sum of wanted heights, members); crowds that touch become one.
    let mut crowds: Vec<(f64, usize)> = Vec::new();
    let middle = |(sum, members): (f64, usize)| sum / to_f64(members);
    let half = |(_, members): (f64, usize)| to_f64(members) * DIRECT_PITCH / 2.0;
    for y in wanted {
        let mut crowd = (*y, 1);
        while let Some(above) = crowds.last().copied()
            && middle(above) + half(above) > middle(crowd) - half(crowd)
        {
            crowds.pop();
            crowd = (above.0 + crowd.0, above.1 + crowd.1);
        }
        crowds.push(crowd);
    }
    let mut placed = Vec::new();
    for crowd in crowds {
        let first = middle(crowd) - half(crowd) + DIRECT_PITCH / 2.0;
        placed.extend((0..crowd.1).map(|i| first + to_f64(i) * DIRECT_PITCH));
    }
    placed
}

/// Writes the names right of the plot.
pub(super) fn draw_direct(paper: &mut Paper, chart: &Chart, frame: &Frame, heights: &[f64]) {
    let x = frame.left + frame.width;
    for (n, (line, y)) in chart.lines.iter().zip(heights).enumerate() {
        paper.marker(n, (x + 11.0, *y), 3.2, false, "");
        paper.text(x + DIRECT_GAP, y + 4.0, Type::NAME, &line.name);
    }
}

/// Where items of given widths go, row by row, as (x, row).
fn flow(widths: &[f64], room: f64, gap: f64) -> Vec<(f64, usize)> {
    let (mut x, mut row) = (0.0, 0);
    widths
        .iter()
        .map(|width| {
            if x > 0.0 && x + width > room {
                (x, row) = (0.0, row + 1);
            }
            let place = (x, row);
            x += width + gap;
            place
        })
        .collect()
}

fn rows(places: &[(f64, usize)]) -> usize {
    places.last().map_or(0, |(_, row)| row + 1)
}

/// A sample of a line before its name in the legend.
const SAMPLE: f64 = 24.0;

/// The legend above the plot: the names (cut, if longer than a row) and their places.
pub(super) struct Legend {
    names: Vec<String>,
    places: Vec<(f64, usize)>,
}

impl Legend {
    pub(super) fn new(chart: &Chart, room: f64) -> Self {
        // A few long names may take a row each; many must share rows.
        let longest = if chart.lines.len() > 4 { room / 2.0 - SAMPLE - 30.0 } else { room - SAMPLE - 8.0 };
        let names: Vec<String> = chart
            .lines
            .iter()
            .map(|line| {
                let name = text::clean(&line.name);
                text::fit(&name, longest, |s| Type::NAME.width(s)).into_owned()
            })
            .collect();
        let widths: Vec<f64> = names.iter().map(|name| SAMPLE + 6.0 + Type::NAME.width(name)).collect();
        let places = flow(&widths, room, 20.0);
        Self { names, places }
    }

    pub(super) fn height(&self) -> f64 {
        to_f64(rows(&self.places)) * ROW
    }

    pub(super) fn draw(&self, paper: &mut Paper, left: f64, top: f64) {
        for (n, (name, (x, row))) in self.names.iter().zip(&self.places).enumerate() {
            let (x, y) = (left + x, top + to_f64(*row) * ROW + 9.0);
            let stroke = Stroke { colour: Colour::Line(n), width: 1.9, dash: None };
            paper.line(&[(x, y), (x + SAMPLE, y)], stroke);
            paper.marker(n, (x + SAMPLE / 2.0, y), 3.5, false, "");
            paper.text(x + SAMPLE + 6.0, y + 4.0, Type::NAME, name);
        }
    }
}

/// What an item of the key under the plot shows before its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Swatch {
    Strip,
    Provisional,
    Hatched(Gap),
}

/// The key under the plot: how much was observed, and what hatch, dashes and hollow markers mean.
/// It explains only what is in the picture.
pub(super) struct Key {
    /// The strip's colour, if it is to be seen anywhere.
    seen: Colour,
    items: Vec<(Swatch, String)>,
    places: Vec<(f64, usize)>,
}

impl Key {
    pub(super) fn new(chart: &Chart, room: f64) -> Self {
        let gaps: Vec<Gap> = chart.periods.iter().filter_map(|p| Gap::of(p.observed)).collect();
        let partly = gaps.iter().find(|g| **g != Gap::Whole);
        let provisional = chart.lines.iter().any(|line| {
            chart.periods.iter().enumerate().any(|(i, p)| !p.observed.is_full() && chart.drawn(line, i).is_some())
        });
        let mut items = vec![(Swatch::Strip, words::coverage(chart))];
        if let Some(gap) = partly {
            items.push((Swatch::Hatched(*gap), "some days not observed".to_owned()));
        }
        if gaps.contains(&Gap::Whole) {
            items.push((Swatch::Hatched(Gap::Whole), "no day observed".to_owned()));
        }
        if provisional {
            items.push((Swatch::Provisional, "provisional value".to_owned()));
        }
        let widths: Vec<f64> = items.iter().map(|(_, words)| SAMPLE + Type::NOTE.width(words)).collect();
        let places = flow(&widths, room, 18.0);
        let seen = if chart.coverage().0 == 0 { Colour::Grid } else { Colour::Seen };
        Self { seen, items, places }
    }

    pub(super) fn height(&self) -> f64 {
        to_f64(rows(&self.places)) * (ROW - 3.0)
    }

    pub(super) fn draw(&self, paper: &mut Paper, left: f64, top: f64, hatch: &str) {
        for ((swatch, words), (x, row)) in self.items.iter().zip(&self.places) {
            let (x, y) = (left + x, top + to_f64(*row) * (ROW - 3.0) + 8.0);
            match swatch {
                Swatch::Strip => {
                    paper.rect(x, y - STRIP / 2.0, 18.0, STRIP, self.seen);
                }
                Swatch::Hatched(gap) => {
                    coverage::hatch(paper, hatch, (x, y - 5.0, 18.0, 10.0), *gap);
                }
                Swatch::Provisional => {
                    let stroke = Stroke { colour: Colour::Line(0), width: 1.6, dash: Some((4.0, 3.0)) };
                    paper.line(&[(x, y), (x + 18.0, y)], stroke);
                    paper.marker(0, (x + 9.0, y), 3.0, true, "");
                }
            }
            paper.text(x + SAMPLE, y + 3.6, Type::NOTE, words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_touch_move_apart_evenly() {
        assert_eq!(spread(&[10.0, 100.0]), [10.0, 100.0]);
        assert_eq!(spread(&[100.0, 100.0]), [92.5, 107.5]);
        assert_eq!(spread(&[95.0, 100.0, 105.0]), [85.0, 100.0, 115.0]);
    }

    #[test]
    fn items_flow_into_rows() {
        assert_eq!(flow(&[40.0, 40.0, 40.0], 100.0, 10.0), [(0.0, 0), (50.0, 0), (0.0, 1)]);
        assert_eq!(flow(&[400.0], 100.0, 10.0), [(0.0, 0)]);
    }
}
