//! What of an entity is measured, and the figures that come of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What of an entity is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Number of mentions.
    Mentions,
    /// Articles with at least one.
    Articles,
    /// Articles with at least one, of all articles; 0 to 1.
    Share,
    /// Mentions per 1,000 words (1,000 characters in Korean, Chinese and Japanese).
    #[serde(rename = "per_1000")]
    Per1000,
    /// Articles and headline-only items with a mention in the title.
    Headline,
    /// Articles with a mention in the title or the first two sentences.
    Lead,
    /// One entity's figure over another's, of the period's sums.
    Ratio,
}

impl Measure {
    /// All measures.
    pub const ALL: [Measure; 7] =
        [Self::Mentions, Self::Articles, Self::Share, Self::Per1000, Self::Headline, Self::Lead, Self::Ratio];

    /// Its name on the command line and in outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mentions => "mentions",
            Self::Articles => "articles",
            Self::Share => "share",
            Self::Per1000 => "per_1000",
            Self::Headline => "headline",
            Self::Lead => "lead",
            Self::Ratio => "ratio",
        }
    }

    /// Whether the figure can only grow as more is collected.
    pub const fn only_grows(self) -> bool {
        matches!(self, Self::Mentions | Self::Articles | Self::Headline | Self::Lead)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Measure {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|m| m.as_str() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|m| m.as_str()).collect();
            format!("'{text}' is not a measure; use one of {}", names.join(", "))
        })
    }
}

/// What a ratio is taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RatioOf {
    /// Of numbers of mentions.
    #[default]
    Mentions,
    /// Of numbers of articles with at least one.
    Articles,
}

impl FromStr for RatioOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "mentions" => Ok(Self::Mentions),
            "articles" => Ok(Self::Articles),
            _ => Err(format!("'{text}' is not something a ratio is taken of; use mentions or articles")),
        }
    }
}

/// A figure that is a count or a rate; counts are written without a point.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Figure {
    /// A count.
    Count(u64),
    /// A rate, share or ratio.
    Rate(f64),
}

impl Figure {
    /// As a number to draw or compare.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub const fn as_f64(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Rate(rate) => rate,
        }
    }

    /// Whether it is nothing.
    pub const fn is_zero(self) -> bool {
        self.as_f64() == 0.0
    }
}

/// A quotient to six decimals; `None` over zero.
pub fn ratio(above: u64, below: u64) -> Option<f64> {
    (below > 0).then(|| rounded(Figure::Count(above).as_f64() / Figure::Count(below).as_f64()))
}

/// Six decimals: more would be noise, and the same on every machine.
pub fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// A figure as people read it: a whole number as it is, another with at most two digits behind the point. Files for
/// programs keep them all.
pub fn readable(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn figures_are_rounded_for_people() {
        let told = [1.564_516, 1.5, 12.0, 100.0, 0.0, 1.999, 0.333_333].map(readable);
        assert_eq!(told, ["1.56", "1.5", "12", "100", "0", "2", "0.33"]);
    }
}
