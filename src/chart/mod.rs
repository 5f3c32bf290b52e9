//! A time-series chart as a value, and three ways to look at it: [`svg`], [`png`] and [`terminal`].
//!
//! ```text
//! Chart ──► svg ──► png        (the PNG is that same SVG, rasterised)
//!       └─► terminal
//! ```
//!
//! The law of these pictures: **a day nobody saw is never drawn as a zero.** So
//! - a missing value breaks its line; nothing is interpolated across it;
//! - a period that was not fully observed has a hatched background, hollow markers and dashed
//!   segments, so that it reads as provisional even in black and white;
//! - in a period of which no day was observed a value is drawn only if something was
//!   [found](Point::found) all the same ([`Chart::drawn`] is the one place that decides);
//! - under the plot a strip shows, per period, the share of days observed.
//!
//! Values in, text or bytes out: no clock, no network, no randomness. The same chart gives the
//! same bytes.

mod compose;
mod coverage;
mod key;
mod margin;
mod palette;
mod paper;
mod png;
mod raster;
mod scale;
mod series;
mod terminal;
mod text;
mod timeline;
mod words;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use compose::{Size, svg};
pub use palette::{Theme, colours, style_sheet};
pub use png::{ChartError, png};
pub use terminal::terminal;

/// What is to be drawn: some lines over one row of periods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The heading, best as the finding or the question ("Mentions of leaders in KCNA").
    pub title: String,
    /// One line of scope: outlet, edition, measure, span.
    pub subtitle: String,
    /// What the y axis measures, in words ("mentions per month").
    pub y_label: String,
    /// How values are to be read and written.
    pub y_kind: YKind,
    /// The x axis from left to right, without holes: a period without data is still a period.
    pub periods: Vec<Period>,
    /// The lines; each has one point for every period. Up to a dozen stay distinguishable.
    pub lines: Vec<Line>,
    /// Footer lines in small type: source, method hash, what was observed.
    pub notes: Vec<String>,
}

/// How the values of a [`Chart`] are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum YKind {
    /// Whole numbers: mentions, articles. Ticks are whole numbers too.
    #[default]
    Count,
    /// A fraction from 0 to 1, written as a percentage. Its axis ends at 100 %.
    Share,
    /// One quantity over another. Where 1 lies on the axis, it has a stronger grid line.
    Ratio,
    /// A quantity per something, such as mentions per 1,000 words.
    Rate,
}

/// One step of the x axis.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Period {
    /// `2024`, `2024-Q3`, `2024-08`, `2024-W32` or `2024-08-31`, which gives a calendar axis;
    /// anything else is written as it is.
    pub label: String,
    /// How many of its days were observed.
    pub observed: Observed,
    /// How many articles there were on the observed days.
    pub articles: u64,
}

/// Days observed out of the days a period has.
///
/// Two whole numbers and not a share, because "fully observed" must be an exact question and
/// because the picture quotes both ("28 of 31 days observed").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Observed {
    /// Days observed.
    pub days: u32,
    /// Days in the period. With 0 the period counts as not observed.
    pub of: u32,
}

impl Observed {
    /// The share of days observed, 0 to 1.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { f64::from(self.days.min(self.of)) / f64::from(self.of) }
    }

    /// Whether every day was observed.
    #[must_use]
    pub fn is_full(self) -> bool {
        self.of > 0 && self.days >= self.of
    }

    /// Whether no day was observed.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.of == 0 || self.days == 0
    }
}

/// One entity's series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Line {
    /// The name in the key.
    pub name: String,
    /// One point per period; missing ones at the end count as [`Point::default`].
    pub points: Vec<Point>,
}

/// One value of a [`Line`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// The value in the unit of [`Chart::y_kind`]; `None` where there is none. Negative and
    /// not-finite values are treated as `None`.
    pub value: Option<f64>,
    /// Lower end of the interval, for a translucent band.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
    /// Something was found although the period was not fully observed: the value is a lower
    /// bound, worth drawing even if no day of the period was observed.
    pub found: bool,
}

impl Chart {
    /// The value of a line in a period as it may be drawn, if it may be drawn at all.
    ///
    /// This is the guard of the law above: `None` for a missing, negative or not-finite value,
    /// and for any value of a period without an observed day, unless something was found.
    #[must_use]
    pub fn drawn(&self, line: &Line, period: usize) -> Option<f64> {
        let observed = self.periods.get(period)?.observed;
        let point = line.points.get(period)?;
        let value = point.value.filter(|v| v.is_finite() && *v >= 0.0)?;
        (!observed.is_none() || (point.found && value > 0.0)).then_some(value)
    }

    /// The interval around a drawn value, ordered and cut off at 0.
    fn interval(&self, line: &Line, period: usize) -> Option<(f64, f64)> {
        self.drawn(line, period)?;
        let point = line.points.get(period)?;
        let (low, high) = (point.low?, point.high?);
        (low.is_finite() && high.is_finite() && high >= 0.0).then(|| (low.min(high).max(0.0), high.max(low)))
    }

    /// Whether a drawn value has no drawn neighbour, so that no segment leads to it.
    fn is_alone(&self, line: &Line, period: usize) -> bool {
        let before = period.checked_sub(1).and_then(|i| self.drawn(line, i));
        before.is_none() && self.drawn(line, period + 1).is_none()
    }

    /// The highest thing to be drawn, 0 if there is nothing.
    fn top(&self) -> f64 {
        let mut top = 0.0_f64;
        for line in &self.lines {
            for period in 0..self.periods.len() {
                let value = self.drawn(line, period).unwrap_or(0.0);
                let high = self.interval(line, period).map_or(0.0, |(_, high)| high);
                top = top.max(value).max(high);
            }
        }
        top
    }

    /// Whether there is no value at all to be drawn.
    fn is_blank(&self) -> bool {
        !self.lines.iter().any(|line| (0..self.periods.len()).any(|i| self.drawn(line, i).is_some()))
    }

    /// Days observed and days, over all periods.
    fn coverage(&self) -> (u64, u64) {
        self.periods.iter().fold((0, 0), |(days, of), period| {
            let seen = period.observed.days.min(period.observed.of);
            (days + u64::from(seen), of + u64::from(period.observed.of))
        })
    }
}
