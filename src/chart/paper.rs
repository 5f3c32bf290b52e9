//! The SVG writer: the few elements a chart needs, painted by [`Colour`].
//!
//! Own code and not an XML library, because every text passes one door (`escape`), every number
//! another (`num`), and what is left is string pasting. Well-formedness is tested.

use std::fmt::Write;

use super::palette::{self, Colour, Theme};
use super::text;

/// Where a text stands relative to its x.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    pub size: f64,
    pub bold: bool,
    pub anchor: Anchor,
    pub colour: Colour,
}

impl Type {
    pub(super) const TITLE: Self = Self { size: 18.0, bold: true, anchor: Anchor::Start, colour: Colour::Ink };
    pub(super) const SUBTITLE: Self = Self { size: 12.5, bold: false, ..Self::LABEL };
    pub(super) const LABEL: Self = Self { size: 11.0, bold: false, anchor: Anchor::Start, colour: Colour::Muted };
    pub(super) const NAME: Self = Self { size: 12.0, colour: Colour::Ink, ..Self::LABEL };
    pub(super) const NOTE: Self = Self { size: 10.0, ..Self::LABEL };

    pub(super) fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// The width of a cleaned text set so.
    pub(super) fn width(self, text: &str) -> f64 {
        text::width(text, self.size) * if self.bold { 1.05 } else { 1.0 }
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub colour: Colour,
    pub width: f64,
    /// Dash and gap; `None` is solid.
    pub dash: Option<(f64, f64)>,
}

/// The SVG being written.
#[derive(Debug)]
pub(super) struct Paper {
    out: String,
    pub theme: Theme,
}

/// A coordinate with at most two decimals: a hundredth of a pixel is finer than anyone sees, and
/// keeps the bytes the same on every machine.
pub(super) fn num(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

impl Paper {
    pub(super) fn new(theme: Theme) -> Self {
        Self { out: String::new(), theme }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Markup as it is; the caller vouches that it is well-formed and holds no foreign text.
    pub(super) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// `<title>` of the element that was just opened: a browser shows it on hover.
    pub(super) fn title(&mut self, words: &str) {
        let _ = write!(self.out, "<title>{}</title>", text::escape(words));
    }

    pub(super) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, fill: Colour) {
        let paint = Colour::attributes(Some(fill), None, self.theme);
        self.rect_raw(x, y, width, height, &paint);
    }

    /// A rectangle with attributes of its own (a pattern).
    pub(super) fn rect_raw(&mut self, x: f64, y: f64, width: f64, height: f64, paint: &str) {
        let _ = writeln!(
            self.out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{paint}/>",
            num(x),
            num(y),
            num(width.max(0.0)),
            num(height.max(0.0)),
        );
    }

    /// A line through points; fewer than two draw nothing.
    pub(super) fn line(&mut self, points: &[(f64, f64)], stroke: Stroke) {
        if points.len() < 2 {
            return;
        }
        let dash =
            stroke.dash.map_or_else(String::new, |(on, off)| format!(" stroke-dasharray=\"{} {}\"", num(on), num(off)));
        let _ = writeln!(
            self.out,
            "<path d=\"{}\"{} stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}/>",
            path(points, false),
            Colour::attributes(None, Some(stroke.colour), self.theme),
            num(stroke.width),
        );
    }

    /// A translucent area.
    pub(super) fn area(&mut self, outline: &[(f64, f64)], fill: Colour, opacity: f64) {
        let _ = writeln!(
            self.out,
            "<path d=\"{}\"{} fill-opacity=\"{}\"/>",
            path(outline, true),
            Colour::attributes(Some(fill), None, self.theme),
            num(opacity),
        );
    }

    /// The n-th line's marker: filled with a thin halo, or hollow.
    pub(super) fn marker(&mut self, n: usize, at: (f64, f64), radius: f64, hollow: bool, hover: &str) {
        let line = Colour::Line(n);
        let (fill, stroke, width) = if hollow { (Colour::Paper, line, 1.4) } else { (line, Colour::Paper, 0.8) };
        let paint = Colour::attributes(Some(fill), Some(stroke), self.theme);
        let element = match palette::marker(n) {
            None => format!("circle cx=\"{}\" cy=\"{}\" r=\"{}\"", num(at.0), num(at.1), num(radius)),
            Some(outline) => {
                let outline: Vec<_> = outline.iter().map(|(x, y)| (at.0 + x * radius, at.1 + y * radius)).collect();
                format!("path d=\"{}\" stroke-linejoin=\"round\"", path(&outline, true))
            }
        };
        let name = element.split(' ').next().unwrap_or_default();
        let _ = write!(self.out, "<{element}{paint} stroke-width=\"{}\"", num(width));
        if hover.is_empty() {
            self.out.push_str("/>\n");
        } else {
            self.out.push('>');
            self.title(hover);
            let _ = writeln!(self.out, "</{name}>");
        }
    }

    /// An invisible spot that answers to the mouse.
    pub(super) fn hotspot(&mut self, at: (f64, f64), hover: &str) {
        let _ = write!(
            self.out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"4\" fill=\"none\" pointer-events=\"all\">",
            num(at.0),
            num(at.1)
        );
        self.title(hover);
        self.out.push_str("</circle>\n");
    }

    /// An invisible area that answers to the mouse.
    pub(super) fn hotspot_area(&mut self, area: (f64, f64, f64, f64), hover: &str) {
        let _ = write!(
            self.out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" pointer-events=\"all\">",
            num(area.0),
            num(area.1),
            num(area.2),
            num(area.3)
        );
        self.title(hover);
        self.out.push_str("</rect>\n");
    }

    pub(super) fn text(&mut self, x: f64, y: f64, style: Type, words: &str) {
        let words = text::escape(words);
        if words.is_empty() {
            return;
        }
        let anchor = match style.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if style.bold { " font-weight=\"600\"" } else { "" };
        let _ = writeln!(
            self.out,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight}{anchor}{}>{words}</text>",
            num(x),
            num(y),
            num(style.size),
            Colour::attributes(Some(style.colour), None, self.theme),
        );
    }
}

fn path(points: &[(f64, f64)], closed: bool) -> String {
    let mut d = String::new();
    for (i, (x, y)) in points.iter().enumerate() {
        let _ = write!(d, "{}{} {}", if i == 0 { 'M' } else { 'L' }, num(*x), num(*y));
    }
    if closed {
        d.push('Z');
    }
    d
}
