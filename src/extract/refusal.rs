//! Pages that are no content whatever their status says: block pages, maintenance.

use serde::Deserialize;

use crate::domain::outcome::Outcome;

/// The signatures compiled into the binary.
pub const DEFAULT: &str = include_str!("../../config/refusals.toml");

/// What a refusal is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Somebody keeps us out.
    Blocked,
    /// The site is being worked on.
    Maintenance,
}

/// One kind of page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// What it is taken for.
    pub kind: Kind,
    /// What it is, for a person.
    pub why: String,
    /// Any of these, in whatever case.
    pub contains: Vec<String>,
}

/// All signatures.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusals {
    /// In the order they are tried.
    #[serde(default)]
    pub refusal: Vec<Refusal>,
}

/// How much of a page is looked at, and from which length on a page is no mere notice.
const REACH: usize = 16 << 10;

impl Refusals {
    /// Reads a file of signatures.
    ///
    /// # Errors
    /// The fault with its place.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let parsed: Self = toml::from_str(toml).map_err(|error| error.to_string())?;
        for refusal in &parsed.refusal {
            if refusal.contains.iter().any(|part| part.len() < 6) {
                return Err(format!("'{}': a signature of fewer than 6 bytes would match by chance", refusal.why));
            }
        }
        Ok(parsed)
    }

    /// What a page is, if it is a refusal. Only short pages can be: real ones quote such phrases too.
    pub fn find(&self, page: &str) -> Option<(Outcome, &str)> {
        if page.len() > REACH {
            return None;
        }
        let low = page.to_lowercase();
        self.refusal.iter().find(|r| r.contains.iter().any(|part| low.contains(&part.to_lowercase()))).map(|refusal| {
            let outcome = match refusal.kind {
                Kind::Blocked => Outcome::Blocked,
                Kind::Maintenance => Outcome::Maintenance,
            };
            (outcome, refusal.why.as_str())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_signatures() {
        let refusals = Refusals::parse(DEFAULT).expect("sound");
        let of = |page: &str| refusals.find(page).map(|(outcome, _)| outcome);
        assert_eq!(of("<meta name=\"KCSC\" content=\"Blocking\">"), Some(Outcome::Blocked));
        assert_eq!(of("<title>Web Page Blocked!</title>"), Some(Outcome::Blocked));
        assert_eq!(of("Site is UNDER MAINTENANCE"), Some(Outcome::Maintenance));
        assert_eq!(of("<p>A sample article.</p>"), None);
        assert_eq!(of(&format!("{}Web Page Blocked", "x".repeat(20_000))), None);
        assert!(Refusals::parse("[[refusal]]\nkind='blocked'\nwhy='w'\ncontains=['no']").is_err());
        assert!(Refusals::parse("[[refusal]]\nkind='blocked'\nwhy='w'\ncontain=['nothing']").is_err());
    }
}
