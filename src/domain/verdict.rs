//! Whether our figures agree with a published one, and what that rests on.
//!
//! A verdict is as careful as a footnote: it says `agrees` only where every outlet the claim names was seen for
//! most of its days, and tells what is missing where it was not.

use serde::Serialize;

use super::indicator::{Claim, ClaimMeasure};
use super::measure::{Figure, Measure, ratio, readable};
use super::stream::{Edition, Outlet};

/// What one outlet contributes to a claim in one edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The outlet.
    pub outlet: Outlet,
    /// Articles held in the period.
    pub articles: u64,
    /// Days in the period.
    pub days: u32,
    /// Of them observed.
    pub days_observed: u32,
    /// The figure above the line: mentions or articles found.
    pub found: u64,
    /// For a ratio, the figure below it.
    pub below: u64,
    /// Of what was found, what an outlet named before has told too: a message is one however many print it.
    pub again: u64,
    /// For messages, the exchanges among them that no outlet named before has told of.
    pub exchanges: u64,
    /// By month: its name, articles held, found.
    pub months: Vec<(String, u64, u64)>,
}

/// How ours compares with what was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Within the tolerance, well covered, every named outlet.
    #[serde(rename = "agrees")]
    Agrees,
    /// Beyond the tolerance.
    #[serde(rename = "differs")]
    Differs,
    /// A named outlet is missing.
    #[serde(rename = "partly")]
    Partly,
    /// Too few days observed.
    #[serde(rename = "too thin")]
    TooThin,
    /// Nothing to compare.
    #[serde(rename = "no data")]
    NoData,
}

impl Verdict {
    /// Its name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::Differs => "differs",
            Self::Partly => "partly",
            Self::TooThin => "too thin",
            Self::NoData => "no data",
        }
    }
}

/// The judgement on one claim. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndicatorRow {
    /// The claim's id.
    pub id: String,
    /// What was said.
    pub quote: String,
    /// The published figure.
    pub published: Option<f64>,
    /// Ours; absent where nothing is held, or where it would be a zero that was not observed.
    pub ours: Option<Figure>,
    /// For messages: ours, each with its reply counted as one.
    pub exchanges: Option<u64>,
    /// The outlets ours is from, of those named: `kcna (of kcna, rodong)`.
    pub outlets: String,
    /// Articles held in the period.
    pub articles: u64,
    /// Days in the period, times the outlets named.
    pub days: u32,
    /// Of them observed.
    pub days_observed: u32,
    /// The comparison.
    pub verdict: Verdict,
    /// What the verdict rests on.
    pub why: String,
}

impl IndicatorRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 11] = [
        "id",
        "quote",
        "published",
        "ours",
        "exchanges",
        "outlets",
        "articles",
        "days",
        "days_observed",
        "verdict",
        "why",
    ];
}

/// Judges a claim from the evidence of each edition. Editions are never added up; the best covered one (then
/// the one with most articles, then the first named) is told, with its name in `why`.
pub fn judge(claim: &Claim, evidence: &[(Edition, Vec<Evidence>)]) -> IndicatorRow {
    let observed = |e: &[Evidence]| e.iter().map(|o| o.days_observed).sum::<u32>();
    let articles = |e: &[Evidence]| e.iter().map(|o| o.articles).sum::<u64>();
    let best = evidence.iter().enumerate().max_by_key(|(i, (_, e))| (observed(e), articles(e), std::cmp::Reverse(*i)));
    let row = |ours, outlets, articles, days, days_observed, verdict, why| IndicatorRow {
        id: claim.id.clone(),
        quote: claim.quote.clone(),
        published: claim.value,
        ours,
        exchanges: None,
        outlets,
        articles,
        days,
        days_observed,
        verdict,
        why,
    };
    let named = claim.outlets.iter().map(Outlet::as_str).collect::<Vec<_>>().join(", ");
    let days_asked =
        claim.span().map_or(0, super::period::Span::days) * u32::try_from(claim.outlets.len()).unwrap_or(0);
    if let Some(why) = &claim.why_not {
        return row(None, named, 0, days_asked, 0, Verdict::NoData, why.clone());
    }
    let Some((_, (edition, outlets))) = best else {
        return row(
            None,
            named,
            0,
            days_asked,
            0,
            Verdict::NoData,
            format!("the lexicon has no words for it in {}", edition_list(claim)),
        );
    };
    let days = outlets.iter().map(|o| o.days).sum();
    let held: Vec<&Evidence> = outlets.iter().filter(|o| o.articles > 0 || o.days_observed > 0).collect();
    if held.is_empty() {
        let when = if claim.from == claim.to { claim.from.clone() } else { format!("{} to {}", claim.from, claim.to) };
        let why = format!("nothing is held of {named} in {} for {when}", edition_list(claim));
        return row(None, named, 0, days, 0, Verdict::NoData, why);
    }
    let found: u64 = held.iter().map(|o| o.found - o.again).sum();
    let exchanges: u64 = held.iter().map(|o| o.exchanges).sum();
    let below: u64 = held.iter().map(|o| o.below).sum();
    let fully = held.iter().all(|o| o.days_observed == o.days) && held.len() == outlets.len();
    let figure = match claim.measure {
        ClaimMeasure::Ratio => ratio(found, below).map(Figure::Rate),
        _ => Some(Figure::Count(found)),
    };
    let ours = figure.filter(|f| f.as_f64() > 0.0 || fully);
    let pairs = (claim.measure == ClaimMeasure::Messages).then_some(exchanges);
    let (verdict, reason) = compare(claim, figure, pairs, &held, outlets);
    let mut why = vec![reason];
    why.extend(outlets.iter().map(|o| describe(claim, *edition, o)));
    let present = held.iter().map(|o| o.outlet.as_str()).collect::<Vec<_>>().join(", ");
    let present = if held.len() == outlets.len() { present } else { format!("{present} (of {named})") };
    let judged = row(ours, present, articles(outlets), days, observed(outlets), verdict, why.join("; "));
    IndicatorRow { exchanges: pairs.filter(|_| ours.is_some()), ..judged }
}

/// `exchanges` is ours beside the figure, where the published one may mean either.
fn compare(
    claim: &Claim,
    figure: Option<Figure>,
    exchanges: Option<u64>,
    held: &[&Evidence],
    outlets: &[Evidence],
) -> (Verdict, String) {
    let ours = figure.map(Figure::as_f64);
    // Exchanges are at most as many as messages: what they exceed, both do.
    let least = exchanges.map(|n| Figure::Count(n).as_f64()).or(ours);
    let told = |ours: f64| match exchanges {
        Some(1) => format!("{} in 1 exchange", readable(ours)),
        Some(exchanges) => format!("{} in {exchanges} exchanges", readable(ours)),
        None => readable(ours),
    };
    let only_grows = match claim.measure {
        ClaimMeasure::Mentions => Measure::Mentions.only_grows(),
        ClaimMeasure::Articles => Measure::Articles.only_grows(),
        // A text more may show that one message answers another, which is why exchanges are compared; it takes none back.
        ClaimMeasure::Messages => true,
        _ => false,
    };
    // More texts cannot take a mention back: what exceeds the claim already refutes it, however thin.
    if let (Some(ours), Some(least), Some(value), true) = (ours, least, claim.value, only_grows)
        && least > value + claim.tolerance
    {
        return (Verdict::Differs, format!("{} found already, {value} published", told(ours)));
    }
    let thin: Vec<&str> = held
        .iter()
        .filter(|o| f64::from(o.days_observed) < claim.min_coverage * f64::from(o.days))
        .map(|o| o.outlet.as_str())
        .collect();
    if !thin.is_empty() {
        let needed = claim.min_coverage * 100.0;
        return (Verdict::TooThin, format!("fewer than {needed:.0} % of days observed in {}", thin.join(", ")));
    }
    if held.len() < outlets.len() {
        let missing: Vec<&str> = outlets.iter().filter(|o| !held.contains(o)).map(|o| o.outlet.as_str()).collect();
        return (Verdict::Partly, format!("{} is missing", missing.join(", ")));
    }
    match (ours, claim.value) {
        (None, _) => (Verdict::NoData, "there is nothing below the line of the ratio".to_owned()),
        (_, None) => (Verdict::NoData, "no figure was published to compare with".to_owned()),
        (Some(ours), Some(value)) => {
            let near = |figure: f64| (figure - value).abs() <= claim.tolerance + 1e-9;
            let agrees = near(ours) || least.is_some_and(near);
            let verdict = if agrees { Verdict::Agrees } else { Verdict::Differs };
            (verdict, format!("{} against {value} published, tolerance {}", told(ours), claim.tolerance))
        }
    }
}

/// "kcna en: 0 found in 381 articles held, 0 of 123 days observed (2024-05: 0 in 14, …)".
fn describe(claim: &Claim, edition: Edition, outlet: &Evidence) -> String {
    if outlet.articles == 0 && outlet.days_observed == 0 {
        return format!("{} {edition}: nothing held", outlet.outlet);
    }
    let found = match claim.measure {
        ClaimMeasure::Ratio => format!("{} over {}", outlet.found, outlet.below),
        ClaimMeasure::Articles => counted(outlet.found, "article"),
        ClaimMeasure::Messages => counted(outlet.found, "message"),
        _ => counted(outlet.found, "mention"),
    };
    let held = outlet.months.iter().filter(|(_, articles, _)| *articles > 0);
    let months: Vec<String> = held.map(|(month, articles, found)| format!("{month}: {found} in {articles}")).collect();
    let months = if months.len() > 1 { format!(" ({})", months.join(", ")) } else { String::new() };
    format!(
        "{} {edition}: {found} in {} held, {} of {} days observed{months}",
        outlet.outlet,
        counted(outlet.articles, "article"),
        outlet.days_observed,
        outlet.days
    )
}

fn counted(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

fn edition_list(claim: &Claim) -> String {
    claim.editions.iter().map(|e| e.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::indicator::Indicator;

    fn claim(measure: &str, value: f64, extra: &str) -> Claim {
        let toml = format!(
            "name='n'\ntitle='t'\nsource='s'\npublished='2024-09-20'\n[[row]]\nid='r'\nquote='q'\nmeasure='{measure}'\n\
             entities=['xi']\noutlets=['kcna','rodong']\neditions=['en','ko']\nfrom='2024-05'\nto='2024-08'\nvalue={value:?}\n{extra}"
        );
        Indicator::parse(&toml).expect("an indicator").row.remove(0)
    }

    fn outlet(name: &str, articles: u64, observed: u32, found: u64, below: u64) -> Evidence {
        let months = vec![("2024-05".to_owned(), 1, 0), ("2024-08".to_owned(), articles, found)];
        Evidence {
            outlet: name.parse().expect("a name"),
            articles,
            days: 123,
            days_observed: observed,
            found,
            below,
            again: 0,
            exchanges: 0,
            months,
        }
    }

    fn verdict(claim: &Claim, outlets: Vec<Evidence>) -> IndicatorRow {
        judge(
            claim,
            &[(Edition::En, outlets), (Edition::Ko, vec![outlet("kcna", 0, 0, 0, 0), outlet("rodong", 0, 0, 0, 0)])],
        )
    }

    #[test]
    fn silence_needs_both_outlets_and_most_days() {
        let silent = claim("mentions", 0.0, "");
        let row = verdict(&silent, vec![outlet("kcna", 381, 0, 0, 0), outlet("rodong", 0, 0, 0, 0)]);
        assert_eq!((row.verdict, row.ours), (Verdict::TooThin, None));
        assert!(row.why.contains("2024-08: 0 in 381") && row.why.contains("rodong en: nothing held"), "{}", row.why);
        let row = verdict(&silent, vec![outlet("kcna", 381, 123, 0, 0), outlet("rodong", 0, 0, 0, 0)]);
        assert_eq!((row.verdict, row.outlets.as_str(), row.ours), (Verdict::Partly, "kcna (of kcna, rodong)", None));
        let row = verdict(&silent, vec![outlet("kcna", 381, 123, 0, 0), outlet("rodong", 9, 123, 0, 0)]);
        assert_eq!((row.verdict, row.ours), (Verdict::Agrees, Some(Figure::Count(0))));
        let row = verdict(&silent, vec![outlet("kcna", 3, 1, 2, 0), outlet("rodong", 0, 0, 0, 0)]);
        assert_eq!(row.verdict, Verdict::Differs, "one mention refutes a silence, however thin the coverage");
        let row = verdict(&silent, vec![outlet("kcna", 0, 0, 0, 0), outlet("rodong", 0, 0, 0, 0)]);
        assert_eq!(row.verdict, Verdict::NoData);
    }

    #[test]
    fn ratios() {
        let ratio = claim("ratio", 1.5, "over='china'\ntolerance=0.1");
        let both =
            |found, below| vec![outlet("kcna", 100, 123, found, below), outlet("rodong", 100, 120, found, below)];
        assert_eq!(verdict(&ratio, both(15, 10)).verdict, Verdict::Agrees);
        assert_eq!(verdict(&ratio, both(20, 10)).verdict, Verdict::Differs);
        assert_eq!(verdict(&ratio, both(20, 0)).verdict, Verdict::NoData);
        assert_eq!(verdict(&ratio, both(15, 10)).ours, Some(Figure::Rate(1.5)));
    }
}
