//! What was observed: the hatched bands behind the plot and the strip under it.

use super::compose::Frame;
use super::palette::Colour;
use super::paper::{Anchor, Paper, Type};
use super::{Chart, Observed, words};

/// Height of the strip.
pub(super) const STRIP: f64 = 7.0;

/// How strongly a period is hatched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Less than all days, at least half.
    Slight,
    /// Some days, less than half.
    Wide,
    /// No day.
    Whole,
}

impl Gap {
    pub(super) fn of(observed: Observed) -> Option<Self> {
        if observed.is_full() {
            None
        } else if observed.is_none() {
            Some(Self::Whole)
        } else if observed.share() < 0.5 {
            Some(Self::Wide)
        } else {
            Some(Self::Slight)
        }
    }

    fn opacity(self) -> f64 {
        match self {
            Self::Slight => 0.4,
            Self::Wide => 0.65,
            Self::Whole => 1.0,
        }
    }
}

/// Neighbouring periods that are hatched alike, as (first, one past the last, gap). Merged,
/// because seams between hundreds of hatched days would look like data.
fn runs(chart: &Chart) -> Vec<(usize, usize, Gap)> {
    let mut runs: Vec<(usize, usize, Gap)> = Vec::new();
    for (i, period) in chart.periods.iter().enumerate() {
        let Some(gap) = Gap::of(period.observed) else {
            continue;
        };
        match runs.last_mut() {
            Some((_, end, last)) if *end == i && *last == gap => *end = i + 1,
            _ => runs.push((i, i + 1, gap)),
        }
    }
    runs
}

/// The definition of the hatch, under a name that is unique in a page with several charts.
pub(super) fn pattern(paper: &mut Paper, id: &str) {
    let stroke = Colour::attributes(None, Some(Colour::Hatch), paper.theme);
    paper.raw(&format!(
        "<defs><pattern id=\"{id}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M-1 1L1 -1M-1 7L7 -1M5 7L7 5\"{stroke} stroke-width=\"1\"/></pattern></defs>\n"
    ));
}

/// One hatched rectangle.
pub(super) fn hatch(paper: &mut Paper, id: &str, area: (f64, f64, f64, f64), gap: Gap) {
    let (x, y, width, height) = area;
    paper.rect(x, y, width, height, Colour::Tint);
    let paint = format!(" fill=\"url(#{id})\" opacity=\"{}\"", super::paper::num(gap.opacity()));
    paper.rect_raw(x, y, width, height, &paint);
}

/// The bands behind the plot.
pub(super) fn bands(paper: &mut Paper, chart: &Chart, frame: &Frame, id: &str) {
    for (start, end, gap) in runs(chart) {
        let left = frame.left_of(start);
        let area = (left, frame.top, frame.left_of(end) - left, frame.height);
        hatch(paper, id, area, gap);
    }
}

/// "not observed", written into gaps that are wide enough and hold nothing else.
pub(super) fn captions(paper: &mut Paper, chart: &Chart, frame: &Frame) {
    let style = Type::NOTE.at(Anchor::Middle);
    let words = "not observed";
    let room = style.width(words) + 14.0;
    if chart.is_blank() {
        return;
    }
    for (start, end, gap) in runs(chart) {
        let (left, right) = (frame.left_of(start), frame.left_of(end));
        let drawn = (start..end).any(|i| chart.lines.iter().any(|l| chart.drawn(l, i).is_some()));
        if gap != Gap::Whole || drawn || right - left < room + 6.0 {
            continue;
        }
        let middle = f64::midpoint(left, right);
        let y = frame.top + 9.0;
        paper.rect(middle - room / 2.0, y, room, 17.0, Colour::Paper);
        paper.text(middle, y + 12.0, style, words);
    }
}

/// The strip: per period a column whose height is the share of days observed.
pub(super) fn strip(paper: &mut Paper, chart: &Chart, frame: &Frame, top: f64, hover: bool) {
    paper.raw("<g data-part=\"coverage\">\n");
    paper.rect(frame.left, top, frame.width, STRIP, Colour::Grid);
    let seam = if frame.step >= 12.0 { 1.0 } else { 0.0 };
    let mut i = 0;
    while i < chart.periods.len() {
        let share = chart.periods[i].observed.share();
        let mut end = i + 1;
        // Where periods are too narrow for a seam, equal neighbours are one piece: the joints of
        // hundreds of columns would show as a pattern of their own.
        while seam == 0.0 && chart.periods.get(end).is_some_and(|p| (p.observed.share() - share).abs() < 1e-9) {
            end += 1;
        }
        let (left, right) = (frame.left_of(i), frame.left_of(end));
        if share > 0.0 {
            let height = STRIP * share;
            let y = top + STRIP - height;
            paper.rect(left + seam / 2.0, y, right - left - seam, height, Colour::Seen);
        }
        i = end;
    }
    for i in (0..chart.periods.len()).filter(|_| hover) {
        let area = (frame.left_of(i), top, frame.step, STRIP);
        paper.hotspot_area(area, &words::period(chart, i));
    }
    paper.raw("</g>\n");
}
