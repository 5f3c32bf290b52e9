//! Outlets, editions and their pair, the stream: nothing is ever summed across editions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A publisher, by its short name (`kcna`, `rodong`): lower-case letters, digits and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Outlet(String);

impl Outlet {
    /// The short name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Outlet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let good = !text.is_empty()
            && text.len() <= 32
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with('-');
        if good {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!(
                "'{text}' is not an outlet's short name; use up to 32 lower-case letters, digits and hyphens, as in 'kcna'"
            ))
        }
    }
}

impl TryFrom<String> for Outlet {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Outlet> for String {
    fn from(outlet: Outlet) -> Self {
        outlet.0
    }
}

impl fmt::Display for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The language an article is published in. The sites' own path codes (`kp`, `cn`, `jp`) are addresses,
/// not editions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edition {
    /// English.
    En,
    /// Korean, in the spelling of the North.
    Ko,
    /// Chinese.
    Zh,
    /// Russian.
    Ru,
    /// Spanish.
    Es,
    /// Japanese.
    Ja,
}

impl Edition {
    /// Every edition, in the order tables list them.
    pub const ALL: [Edition; 6] = [Self::En, Self::Ko, Self::Zh, Self::Ru, Self::Es, Self::Ja];

    /// The two-letter code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
            Self::Zh => "zh",
            Self::Ru => "ru",
            Self::Es => "es",
            Self::Ja => "ja",
        }
    }

    /// Its place in [`Edition::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Whether length is measured in characters rather than words.
    pub const fn is_cjk(self) -> bool {
        matches!(self, Self::Ko | Self::Zh | Self::Ja)
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Edition {
    type Err = String;

    /// Reads a code, an English language name or a three-letter code, as archives write them.
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "en" | "eng" | "english" => Self::En,
            "ko" | "kor" | "korean" => Self::Ko,
            "zh" | "chn" | "zho" | "chinese" => Self::Zh,
            "ru" | "rus" | "russian" => Self::Ru,
            "es" | "spa" | "spn" | "spanish" => Self::Es,
            "ja" | "jpn" | "japanese" => Self::Ja,
            _ => {
                return Err(format!("'{text}' is not an edition; use one of en, ko, zh, ru, es, ja"));
            }
        })
    }
}

/// One outlet in one edition: the unit rows are reported for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stream {
    /// Who publishes.
    pub outlet: Outlet,
    /// In which language.
    pub edition: Edition,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.outlet, self.edition)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlets_are_plain_names() {
        assert!("kcna".parse::<Outlet>().is_ok());
        for bad in ["", "KCNA", "a b", "../x", "-x", &"x".repeat(33)] {
            assert!(bad.parse::<Outlet>().is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_are_not_editions() {
        for bad in ["kp", "cn", "jp", "sp", ""] {
            assert!(bad.parse::<Edition>().is_err(), "{bad}");
        }
        for edition in Edition::ALL {
            assert_eq!(edition.as_str().parse::<Edition>(), Ok(edition));
            assert_eq!(Edition::ALL[edition.index()], edition);
        }
    }
}
