//! The Wilson score interval of a share.

/// The two-sided 95 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of the rate behind `hits` of `of` articles; `None` where nothing was seen. It speaks of
/// the underlying rate, not of the articles held: those were counted, not sampled.
pub fn interval(hits: u64, of: u64) -> Option<(f64, f64)> {
    if of == 0 || hits > of {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "articles stay far below 2^52")]
    let (n, p) = (of as f64, hits as f64 / of as f64);
    let centre = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    // Rounding may carry the ends a hair beyond what a share can be.
    let low = if hits == 0 { 0.0 } else { ((centre - spread) / scale).max(0.0) };
    let high = if hits == of { 1.0 } else { ((centre + spread) / scale).min(1.0) };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::interval;
    use proptest::prelude::*;

    #[test]
    fn known_values() {
        // Brown, Cai and DasGupta 2001 tabulate the method; these follow from its formula by hand.
        let (low, high) = interval(0, 10).expect("seen");
        assert!(low.abs() < 1e-12 && (high - 0.277_532_8).abs() < 1e-6, "{high}");
        let (low, high) = interval(34, 279).expect("seen");
        assert!((low - 0.088_5).abs() < 5e-4 && (high - 0.165_5).abs() < 5e-4, "{low} {high}");
        assert_eq!(interval(0, 0), None);
    }

    proptest! {
        #[test]
        fn holds_the_share_and_mirrors(of in 1u64..5000, part in 0.0f64..=1.0) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let hits = (part * of as f64) as u64;
            let (low, high) = interval(hits, of).expect("seen");
            #[allow(clippy::cast_precision_loss)]
            let share = hits as f64 / of as f64;
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
            let (mirror_low, mirror_high) = interval(of - hits, of).expect("seen");
            prop_assert!((mirror_low - (1.0 - high)).abs() < 1e-9 && (mirror_high - (1.0 - low)).abs() < 1e-9);
        }
    }
}
