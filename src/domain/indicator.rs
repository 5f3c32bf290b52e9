//! What was published, and how each figure of it is measured here.

use serde::{Deserialize, Serialize};

use super::count::Form;
use super::day::Day;
use super::measure::RatioOf;
use super::period::Moment;
use super::stream::{Edition, Outlet};

/// A published indicator: the content of a file in `config/indicators/`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its name on the command line.
    pub name: String,
    /// For people.
    pub title: String,
    /// Where it was published, and where we have it from.
    pub source: String,
    /// The day of publication.
    pub published: Day,
    /// The figures.
    pub row: Vec<Claim>,
}

/// How a claim is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimMeasure {
    /// Mentions of the entities, added up.
    Mentions,
    /// Articles with a mention of the entity.
    Articles,
    /// The first entity's figure over that of `over`.
    Ratio,
    /// Messages between leaders.
    Messages,
    /// Not measurable from texts; `why_not` says why.
    None,
}

/// One published figure with everything its measurement depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Short name of the row.
    pub id: String,
    /// What was said, in our words or theirs.
    pub quote: String,
    /// How it is measured.
    pub measure: ClaimMeasure,
    /// Which forms of mention count.
    #[serde(default = "default_forms")]
    pub form: Vec<Form>,
    /// Whose.
    #[serde(default)]
    pub entities: Vec<String>,
    /// For a ratio: the entity below the line.
    #[serde(default)]
    pub over: Option<String>,
    /// For a ratio: what is compared.
    #[serde(default)]
    pub of: RatioOf,
    /// The outlets the claim names.
    #[serde(default)]
    pub outlets: Vec<Outlet>,
    /// The editions it may be read from; each is judged by itself, the best covered one is told.
    #[serde(default)]
    pub editions: Vec<Edition>,
    /// First day, month or year.
    pub from: String,
    /// Last day, month or year.
    pub to: String,
    /// The published figure, where there is one.
    #[serde(default)]
    pub value: Option<f64>,
    /// How far ours may be off and still agree.
    #[serde(default)]
    pub tolerance: f64,
    /// The share of days that must be observed, in each named outlet.
    #[serde(default = "default_coverage")]
    pub min_coverage: f64,
    /// Why it cannot be measured (yet).
    #[serde(default)]
    pub why_not: Option<String>,
}

fn default_forms() -> Vec<Form> {
    Form::DEFAULT.to_vec()
}

const fn default_coverage() -> f64 {
    0.8
}

impl Indicator {
    /// Reads an indicator from the text of its TOML file.
    ///
    /// # Errors
    /// Every fault: TOML faults with line and column, unknown keys, a claim that lacks what its measure needs.
    pub fn parse(toml: &str) -> Result<Self, Vec<String>> {
        let indicator: Self = toml::from_str(toml).map_err(|error| vec![error.to_string()])?;
        let faults: Vec<String> = indicator.row.iter().flat_map(Claim::faults).collect();
        if faults.is_empty() { Ok(indicator) } else { Err(faults) }
    }
}

impl Claim {
    /// The days the claim speaks of.
    pub fn span(&self) -> Option<super::period::Span> {
        format!("{}..{}", self.from, self.to).parse().ok()
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut need = |good: bool, what: &str| {
            if !good {
                faults.push(format!("row '{}': {what}", self.id));
            }
        };
        need(
            self.from.parse::<Moment>().is_ok() && self.to.parse::<Moment>().is_ok(),
            "from and to are days, months or years",
        );
        need(self.span().is_some(), "it ends before it begins");
        need((0.0..=1.0).contains(&self.min_coverage), "min_coverage is a share from 0 to 1");
        need(self.tolerance >= 0.0, "tolerance is not negative");
        if self.measure == ClaimMeasure::None {
            need(self.why_not.is_some(), "say in why_not why it cannot be measured");
        } else {
            need(!self.entities.is_empty(), "name the entities");
            need(!self.outlets.is_empty(), "name the outlets");
            need(!self.editions.is_empty(), "name the editions");
            need(
                (self.measure == ClaimMeasure::Ratio) == self.over.is_some(),
                "a ratio, and only a ratio, has an entity in 'over'",
            );
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_claim_lacks_is_told() {
        let base = "name='n'\ntitle='t'\nsource='s'\npublished='2024-09-20'\n[[row]]\nid='r'\nquote='q'\n";
        let told = |rest: &str| Indicator::parse(&format!("{base}{rest}")).expect_err("faults").join("\n");
        let faults = told("measure='ratio'\nfrom='2024-08'\nto='2024-05'\nmin_coverage=2.0");
        for part in ["ends before", "entities", "outlets", "editions", "over", "min_coverage"] {
            assert!(faults.contains(part), "{part}: {faults}");
        }
        assert!(told("measure='none'\nfrom='2024'\nto='2024'").contains("why_not"));
        assert!(told("measure='none'\nfrom='2024'\nto='2024'\nwhy_not='x'\ncolour=1").contains("colour"));
    }
}
