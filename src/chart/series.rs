//! The lines: intervals, segments, markers.

use super::compose::Frame;
use super::palette::Colour;
use super::paper::{Paper, Stroke};
use super::scale::to_f64;
use super::{Chart, Line, words};

/// Below this distance of two periods markers at every point would run into each other.
const MARKER_STEP: f64 = 9.0;
/// About so far apart stand the markers of a line that is too dense to mark every point.
const SPARSE: f64 = 72.0;
/// Up to so many points carry a hover text; beyond, the file would be mostly hover texts.
const HOVER_POINTS: usize = 3000;

/// Whether points and periods carry hover texts.
pub(super) fn hovers(chart: &Chart) -> bool {
    chart.periods.len() * chart.lines.len() <= HOVER_POINTS
}

/// The intervals of all lines, under everything else.
pub(super) fn intervals(paper: &mut Paper, chart: &Chart, frame: &Frame) {
    // A few bands may overlap legibly; many need to be paler.
    let opacity = if chart.lines.len() > 3 { 0.09 } else { 0.16 };
    for (n, line) in chart.lines.iter().enumerate() {
        let ends = |i| chart.interval(line, i);
        for (start, end) in runs(chart.periods.len(), |i| ends(i).is_some()) {
            let mut lows = Vec::new();
            let mut highs = Vec::new();
            for i in start..end {
                if let Some((low, high)) = ends(i) {
                    lows.push((frame.x(i), frame.y(low)));
                    highs.push((frame.x(i), frame.y(high)));
                }
            }
            if let ([low], [high]) = (lows.as_slice(), highs.as_slice()) {
                // A point alone has no width: a bar instead of an area.
                let half = (frame.step / 4.0).clamp(1.0, 4.0);
                let bar =
                    [(low.0 - half, low.1), (low.0 + half, low.1), (high.0 + half, high.1), (high.0 - half, high.1)];
                paper.area(&bar, Colour::Line(n), opacity * 1.6);
            } else {
                let outline: Vec<_> = highs.iter().chain(lows.iter().rev()).copied().collect();
                paper.area(&outline, Colour::Line(n), opacity);
            }
        }
    }
}

/// The lines themselves, the first on top: it is the one the reader came for.
pub(super) fn lines(paper: &mut Paper, chart: &Chart, frame: &Frame) {
    for (n, line) in chart.lines.iter().enumerate().rev() {
        paper.raw(&format!("<g data-line=\"{n}\">\n"));
        segments(paper, chart, frame, n, line);
        markers(paper, chart, frame, n, line);
        paper.raw("</g>\n");
    }
}

/// Segments between neighbouring points: solid if both periods were fully observed, else dashed.
fn segments(paper: &mut Paper, chart: &Chart, frame: &Frame, n: usize, line: &Line) {
    let width = if frame.step < 4.0 { 1.3 } else { 1.9 };
    for (start, end) in runs(chart.periods.len(), |i| chart.drawn(line, i).is_some()) {
        let mut piece: Vec<(f64, f64)> = Vec::new();
        let mut solid = true;
        for i in start..end {
            let Some(value) = chart.drawn(line, i) else {
                continue;
            };
            let here = (frame.x(i), frame.y(value));
            let before = i > start;
            let joined = before && full(chart, i - 1) && full(chart, i);
            if before && joined != solid {
                // The style changes: the old piece ends at the last point, the new one begins there.
                let corner = piece.last().copied();
                stroke(paper, &piece, n, width, solid);
                piece.clear();
                piece.extend(corner);
                solid = joined;
            }
            piece.push(here);
        }
        stroke(paper, &piece, n, width, solid);
    }
}

fn stroke(paper: &mut Paper, piece: &[(f64, f64)], n: usize, width: f64, solid: bool) {
    let stroke = Stroke { colour: Colour::Line(n), width, dash: (!solid).then_some((4.0, 3.0)) };
    paper.line(piece, stroke);
}

/// Whether every day of a period was observed.
pub(super) fn full(chart: &Chart, period: usize) -> bool {
    chart.periods.get(period).is_some_and(|p| p.observed.is_full())
}

/// Markers: at every point where there is room; else at points without neighbours, which would
/// be invisible otherwise, and at a peak here and there, to tell the line from the others.
fn markers(paper: &mut Paper, chart: &Chart, frame: &Frame, n: usize, line: &Line) {
    let hover = hovers(chart);
    let roomy = frame.step >= MARKER_STEP;
    let radius = match frame.step {
        s if s >= 18.0 => 3.5,
        s if s >= MARKER_STEP => 2.8,
        _ => 2.6,
    };
    let marked = if roomy { Vec::new() } else { peaks(chart, line, stride(frame.step)) };
    for i in 0..chart.periods.len() {
        let Some(value) = chart.drawn(line, i) else {
            continue;
        };
        let at = (frame.x(i), frame.y(value));
        let words = if hover { words::point(chart, line, i) } else { String::new() };
        let alone = chart.is_alone(line, i);
        if roomy || alone || marked.contains(&i) {
            paper.marker(n, at, radius, !full(chart, i), &words);
        } else if hover {
            paper.hotspot(at, &words);
        }
    }
}

/// The highest point of every stretch of `every` periods: where a reader looks anyway, and not
/// some point between that would seem to matter.
pub(super) fn peaks(chart: &Chart, line: &Line, every: usize) -> Vec<usize> {
    let mut peaks = Vec::new();
    for start in (0..chart.periods.len()).step_by(every) {
        let mut best: Option<(usize, f64)> = None;
        for i in start..(start + every).min(chart.periods.len()) {
            if let Some(value) = chart.drawn(line, i)
                && best.is_none_or(|(_, most)| value > most)
            {
                best = Some((i, value));
            }
        }
        peaks.extend(best.map(|(i, _)| i));
    }
    peaks
}

/// Every how many periods a dense line is marked.
fn stride(step: f64) -> usize {
    let mut every = 1;
    while to_f64(every) * step < SPARSE && every < 10_000 {
        every += 1;
    }
    every
}

/// Maximal runs of periods for which `has` holds, as (first, one past the last).
fn runs(periods: usize, has: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for i in (0..periods).filter(|i| has(*i)) {
        match runs.last_mut() {
            Some((_, end)) if *end == i => *end = i + 1,
            _ => runs.push((i, i + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_ends_a_run() {
        let has = [true, true, false, true, false];
        assert_eq!(runs(5, |i| has[i]), [(0, 2), (3, 4)]);
    }
}
