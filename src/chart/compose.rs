//! The SVG as a whole: what stands where.

use super::coverage::{self, STRIP};
use super::key::{self, Key, Legend};
use super::margin::{Footer, Header, MARGIN};
use super::palette::{Colour, Theme, style_sheet};
use super::paper::{Anchor, Paper, Stroke, Type, num};
use super::scale::{Scale, to_f64};
use super::timeline::{Timeline, has_groups, timeline};
use super::{Chart, YKind, png, series, text, words};

/// The size of an SVG in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width; taken as at least 360 and at most 4000.
    pub width: u32,
    /// Height, at most 4000. If title, legend and notes leave the plot too little of it, the
    /// picture becomes taller instead.
    pub height: u32,
}

impl Default for Size {
    /// 800 × 420: half a page of a report, the width of a web column.
    fn default() -> Self {
        Self { width: 800, height: 420 }
    }
}

/// The plot is never lower than this.
const LEAST_PLOT: f64 = 150.0;

/// The plot area and its scales.
#[derive(Debug)]
pub(super) struct Frame {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    /// Width of one period.
    pub step: f64,
    scale: Scale,
}

impl Frame {
    /// The middle of a period.
    pub(super) fn x(&self, period: usize) -> f64 {
        self.left_of(period) + self.step / 2.0
    }

    /// The left edge of a period.
    pub(super) fn left_of(&self, period: usize) -> f64 {
        self.left + to_f64(period) * self.step
    }

    /// The height of a value.
    pub(super) fn y(&self, value: f64) -> f64 {
        self.top + self.height * (1.0 - self.scale.at(value))
    }
}

/// The chart as one `<svg>` element that stands alone and also inline in HTML.
///
/// It has `role="img"`, a title and a description; each point says its value on hover. Colours
/// are presentation attributes with classes beside them (see [`Theme`]). All text is escaped.
/// The font is the embedded one of [`png`], else any sans-serif.
#[must_use]
pub fn svg(chart: &Chart, theme: Theme, size: Size) -> String {
    let width = f64::from(size.width.clamp(360, 4000));
    let wanted_height = f64::from(size.height.clamp(1, 4000));
    let room = width - 2.0 * MARGIN;
    let id = name(chart);
    let mut paper = Paper::new(theme);
    let header = Header::new(chart, room);
    let footer = Footer::new(chart, room);

    let height = if chart.periods.is_empty() || chart.lines.is_empty() {
        let height = wanted_height.max(header.height + LEAST_PLOT + footer.height);
        nothing(&mut paper, chart, width, header.height, height - footer.height);
        height
    } else {
        let hatch = format!("{id}-hatch");
        coverage::pattern(&mut paper, &hatch);
        let layout = Layout::new(chart, room, wanted_height, header.height, footer.height);
        layout.draw(&mut paper, chart, &hatch);
        layout.height
    };
    header.draw(&mut paper);
    footer.draw(&mut paper, height);
    wrapped(chart, theme, &id, (width, height), &paper.finish())
}

/// The `<svg>` element around the drawing.
fn wrapped(chart: &Chart, theme: Theme, id: &str, size: (f64, f64), drawing: &str) -> String {
    let (width, height) = (num(size.0), num(size.1));
    let title = text::escape(&chart.title);
    let title = if title.is_empty() { "Chart" } else { &title };
    let style = match theme {
        Theme::Auto => format!("<style>{}</style>\n", style_sheet()),
        Theme::Light | Theme::Dark => String::new(),
    };
    let ground = Colour::attributes(Some(Colour::Paper), None, theme);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sinmun-chart\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{family}, system-ui, sans-serif\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-desc\">{desc}</desc>\n\
         {style}<rect width=\"{width}\" height=\"{height}\"{ground}/>\n{drawing}</svg>\n",
        family = png::FAMILY,
        desc = text::escape(&words::description(chart)),
    )
}

/// A name for this chart's ids: several may be inline in one page. FNV-1a of its content, not a
/// counter, so that the same chart keeps the same bytes.
fn name(chart: &Chart) -> String {
    let hash = format!("{chart:?}")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("c{hash:016x}")
}

/// Everything between header and footer, placed.
struct Layout {
    frame: Frame,
    timeline: Timeline,
    key: Key,
    /// Heights of the names right of the plot; if `None`, there is a legend.
    direct: Option<Vec<f64>>,
    legend: Legend,
    legend_top: f64,
    key_top: f64,
    height: f64,
}

impl Layout {
    fn new(chart: &Chart, room: f64, wanted: f64, header: f64, footer: f64) -> Self {
        let key = Key::new(chart, room);
        let legend = Legend::new(chart, room);
        let names = if has_groups(&chart.periods) { 38.0 } else { 26.0 };
        let below = STRIP + 5.0 + names + key.height() + footer;
        let build = |legend_height: f64, gutter: f64| {
            let above = if text::clean(&chart.y_label).is_empty() { 6.0 } else { 24.0 };
            let top = header + legend_height + above;
            let plot = (wanted - top - below).max(LEAST_PLOT);
            Self::frame(chart, room - gutter, top, plot)
        };
        let beside = key::gutter(chart).and_then(|gutter| {
            let frame = build(0.0, gutter);
            let heights = key::direct(chart, &frame)?;
            Some((frame, heights))
        });
        let (frame, direct) = match beside {
            Some((frame, heights)) => (frame, Some(heights)),
            None => (build(legend.height() + 4.0, 0.0), None),
        };
        let timeline = timeline(&chart.periods, frame.step, 10.0, |s| Type::LABEL.width(s));
        let key_top = frame.top + frame.height + STRIP + 5.0 + names;
        Self {
            height: key_top + key.height() + footer,
            timeline,
            key,
            direct,
            legend,
            legend_top: header,
            key_top,
            frame,
        }
    }

    fn frame(chart: &Chart, room: f64, top: f64, height: f64) -> Frame {
        // A grid line every 44 pixels or more: few and light.
        let mut wanted = 2;
        while to_f64(wanted + 1) * 44.0 <= height && wanted < 8 {
            wanted += 1;
        }
        let scale = Scale::new(chart.top(), chart.y_kind, wanted);
        let labels = scale.ticks.iter().map(|t| Type::LABEL.width(&scale.label(*t))).fold(0.0, f64::max);
        let left = MARGIN + labels + 10.0;
        let width = MARGIN + room - left;
        Frame { left, top, width, height, step: width / to_f64(chart.periods.len().max(1)), scale }
    }

    fn draw(&self, paper: &mut Paper, chart: &Chart, hatch: &str) {
        let frame = &self.frame;
        coverage::bands(paper, chart, frame, hatch);
        self.grid(paper, chart);
        series::intervals(paper, chart, frame);
        self.zero(paper);
        coverage::captions(paper, chart, frame);
        series::lines(paper, chart, frame);
        let strip_top = frame.top + frame.height + 5.0;
        coverage::strip(paper, chart, frame, strip_top, series::hovers(chart));
        self.names(paper, strip_top + STRIP);
        self.key.draw(paper, MARGIN, self.key_top, hatch);
        paper.text(MARGIN, frame.top - 12.0, Type::LABEL, &chart.y_label);
        match &self.direct {
            Some(heights) => key::draw_direct(paper, chart, frame, heights),
            None => self.legend.draw(paper, MARGIN, self.legend_top),
        }
        if chart.is_blank() {
            let x = frame.left + frame.width / 2.0;
            let y = frame.top + frame.height / 2.0;
            let words = "No value to draw in these periods";
            let half = Type::NAME.width(words) / 2.0 + 10.0;
            paper.rect(x - half, y - 14.0, 2.0 * half, 24.0, Colour::Paper);
            paper.text(x, y + 2.0, Type::NAME.at(Anchor::Middle), words);
        }
    }

    fn grid(&self, paper: &mut Paper, chart: &Chart) {
        let frame = &self.frame;
        let right = frame.left + frame.width;
        let across = |paper: &mut Paper, value: f64, colour, dash| {
            let y = frame.y(value);
            let stroke = Stroke { colour, width: 1.0, dash };
            paper.line(&[(frame.left, y), (right, y)], stroke);
        };
        for tick in &frame.scale.ticks {
            across(paper, *tick, Colour::Grid, None);
            let y = frame.y(*tick) + 4.0;
            let style = Type::LABEL.at(Anchor::End);
            paper.text(frame.left - 8.0, y, style, &frame.scale.label(*tick));
        }
        if chart.y_kind == YKind::Ratio && frame.scale.top() > 1.0 {
            across(paper, 1.0, Colour::Axis, Some((2.0, 3.0)));
        }
    }

    /// The line at zero, over the hatch and under the data.
    fn zero(&self, paper: &mut Paper) {
        let (left, y) = (self.frame.left, self.frame.y(0.0));
        let stroke = Stroke { colour: Colour::Axis, width: 1.0, dash: None };
        paper.line(&[(left, y), (left + self.frame.width, y)], stroke);
    }

    /// The names of periods under the strip.
    fn names(&self, paper: &mut Paper, top: f64) {
        let frame = &self.frame;
        let tick = Stroke { colour: Colour::Axis, width: 1.0, dash: None };
        for (i, label) in &self.timeline.ticks {
            let x = frame.x(*i);
            paper.line(&[(x, top), (x, top + 3.0)], tick);
            // At the edges of the picture a label moves in rather than out of it.
            let half = Type::LABEL.width(label) / 2.0;
            let right = frame.left + frame.width + MARGIN - 4.0;
            let x = x.min(right - half).max(4.0 + half);
            paper.text(x, top + 15.0, Type::LABEL.at(Anchor::Middle), label);
        }
        for (i, label) in &self.timeline.groups {
            let x = frame.left_of(*i);
            paper.line(&[(x, top + 19.0), (x, top + 31.0)], Stroke { colour: Colour::Axis, ..tick });
            paper.text(x + 4.0, top + 29.0, Type::LABEL, label);
        }
    }
}

/// A picture that says there is nothing to draw, and why.
fn nothing(paper: &mut Paper, chart: &Chart, width: f64, top: f64, bottom: f64) {
    let y = f64::midpoint(top, bottom);
    paper.rect(MARGIN, top, width - 2.0 * MARGIN, bottom - top, Colour::Tint);
    let middle = Type::NAME.at(Anchor::Middle);
    paper.text(width / 2.0, y - 4.0, middle, "Nothing to draw");
    let why = if chart.periods.is_empty() { "The chart has no periods." } else { "The chart has no lines." };
    paper.text(width / 2.0, y + 14.0, Type::LABEL.at(Anchor::Middle), why);
}
