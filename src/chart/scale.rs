//! The y axis: from zero, with ticks people can read.

use super::YKind;

/// An axis from 0 to its last tick.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    /// Evenly spaced from 0; at least two.
    pub ticks: Vec<f64>,
    kind: YKind,
    decimals: usize,
}

impl Scale {
    /// An axis that reaches `top` with about `wanted` steps of 1, 2, 2.5 or 5 times a power of ten.
    ///
    /// Always from 0: a media count on a cut axis turns noise into a trend.
    pub(super) fn new(top: f64, kind: YKind, wanted: usize) -> Self {
        // Beyond 1e15 whole numbers are no longer exact in an f64; no count of ours comes near.
        let top = if top.is_finite() { top.clamp(0.0, 1e15) } else { 1e15 };
        let top = if top < 1e-9 { 1.0 } else { top };
        let mut step = nice_step(top / to_f64(wanted.max(1)));
        if kind == YKind::Count {
            step = if step < 1.0 { 1.0 } else { step };
            if (step - 2.5).abs() < 1e-9 {
                step = 2.0;
            }
        }
        // The small allowance keeps 0.30000000000000004 from asking for one more step.
        let mut steps = (top / step - 1e-9).ceil().max(1.0);
        if kind == YKind::Share {
            steps = steps.min((1.0 / step + 1e-9).floor().max(1.0));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to about 2 * wanted")]
        let count = steps as usize;
        let shown = if kind == YKind::Share { step * 100.0 } else { step };
        Self { ticks: (0..=count).map(|i| to_f64(i) * step).collect(), kind, decimals: decimals(shown) }
    }

    /// The value at the upper end.
    pub(super) fn top(&self) -> f64 {
        self.ticks.last().copied().unwrap_or(1.0)
    }

    /// Where a value lies between the ends: 0 at the bottom, 1 at the top, never outside.
    pub(super) fn at(&self, value: f64) -> f64 {
        (value / self.top()).clamp(0.0, 1.0)
    }

    /// A tick's label; all labels of an axis have the same number of decimals.
    pub(super) fn label(&self, tick: f64) -> String {
        match self.kind {
            YKind::Share => format!("{}%", number(tick * 100.0, self.decimals)),
            _ if self.top() >= 1e6 => short(tick),
            _ => number(tick, self.decimals),
        }
    }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `raw`.
fn nice_step(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    for factor in [1.0, 2.0, 2.5, 5.0] {
        if raw <= factor * power * (1.0 + 1e-9) {
            return factor * power;
        }
    }
    10.0 * power
}

/// How many decimals a step needs to be written exactly.
fn decimals(step: f64) -> usize {
    if step < 1e-12 {
        return 0;
    }
    (0..12)
        .find(|places| {
            let scaled = step * 10_f64.powi(*places);
            (scaled - scaled.round()).abs() < 1e-6 * scaled
        })
        .map_or(12, |places| usize::try_from(places).unwrap_or(0))
}

/// A number with grouped thousands: `12,345.6`.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let plain = format!("{value:.decimals$}");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |d| ("-", d));
    let mut out = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A large tick in a few characters: `2.5M`.
fn short(value: f64) -> String {
    let (size, unit) = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")]
        .into_iter()
        .find(|(size, _)| value >= *size)
        .unwrap_or((1.0, ""));
    let scaled = value / size;
    format!("{}{unit}", number(scaled, decimals(scaled).min(2)))
}

/// A value in running text, as exact as its kind deserves: `1,234`, `12.5%`, `0.83`.
pub(super) fn exact(value: f64, kind: YKind) -> String {
    match kind {
        YKind::Count => number(value, decimals(value).min(2)),
        YKind::Share => format!("{}%", number(value * 100.0, 1)),
        YKind::Ratio | YKind::Rate => number(value, 2),
    }
}

/// An index or a length as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "indices of periods and ticks, far below 2^52")]
pub(super) fn to_f64(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ticks_are_the_ones_a_person_would_choose() {
        let labels = |top, kind| {
            let scale = Scale::new(top, kind, 5);
            scale.ticks.iter().map(|t| scale.label(*t)).collect::<Vec<_>>()
        };
        assert_eq!(labels(6.0, YKind::Count), ["0", "2", "4", "6"]);
        assert_eq!(labels(1.0, YKind::Count), ["0", "1"]);
        assert_eq!(labels(0.0, YKind::Count), ["0", "1"]);
        assert_eq!(labels(0.21, YKind::Share), ["0%", "5%", "10%", "15%", "20%", "25%"]);
        assert_eq!(labels(1.0, YKind::Share), ["0%", "20%", "40%", "60%", "80%", "100%"]);
        assert_eq!(labels(0.9, YKind::Ratio), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(12_000.0, YKind::Count), ["0", "2,500", "5,000", "7,500", "10,000", "12,500"]);
        assert_eq!(labels(3e6, YKind::Count).last().map(String::as_str), Some("3M"));
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(1_234_567.5, 1), "1,234,567.5");
        assert_eq!(number(999.0, 0), "999");
        assert_eq!(exact(0.125, YKind::Share), "12.5%");
        assert_eq!(exact(6.0, YKind::Count), "6");
    }

    proptest! {
        #[test]
        fn nice_ticks_law(top in prop_oneof![0.0..1e-3, 0.0..1.0, 0.0..1e3, 0.0..1e14], wanted in 1usize..12) {
            for kind in [YKind::Count, YKind::Ratio, YKind::Rate] {
                let scale = Scale::new(top, kind, wanted);
                prop_assert!(scale.ticks.len() >= 2 && scale.ticks.len() <= wanted + wanted / 4 + 2);
                prop_assert!(scale.ticks[0].abs() < f64::EPSILON, "from zero");
                prop_assert!(scale.top() * (1.0 + 1e-6) >= top, "reaches the top");
                let mut labels: Vec<_> = scale.ticks.iter().map(|t| scale.label(*t)).collect();
                labels.dedup();
                prop_assert_eq!(labels.len(), scale.ticks.len(), "labels differ");
                if kind == YKind::Count {
                    prop_assert!(scale.ticks.iter().all(|t| t.fract().abs() < 1e-9));
                }
            }
        }
    }
}
