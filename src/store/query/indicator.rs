//! What was published, held against what the store says.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::messages::{MessageRow, method};
use super::series::Counting;
use super::{Filter, Version};
use crate::domain::indicator::{Claim, ClaimMeasure, Indicator};
use crate::domain::lexicon::Lexicon;
use crate::domain::measure::{Measure, RatioOf};
use crate::domain::message::rules::Rules;
use crate::domain::period::By;
use crate::domain::series::{Request, build};
use crate::domain::stream::{Edition, Stream};
use crate::domain::verdict::{Evidence, IndicatorRow, judge};
use crate::store::{Reader, StoreError};

/// An indicator's rows with what was asked and what they rest on.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorAnswer {
    /// The question, as it stands beside its answer.
    pub query: Value,
    /// Hash of the lexicon, and of the words of messages where a row counts these.
    pub method: String,
    /// A row for each claim.
    pub rows: Vec<IndicatorRow>,
}

impl Reader {
    /// Holds an indicator's claims against the store. The filter's outlets and editions narrow what is asked; its days
    /// are not looked at, since a claim fixes its own.
    ///
    /// # Errors
    /// `SQLite`'s, the time limit, or [`StoreError::Indicator`] for a claim on what the lexicon does not have.
    pub fn indicator(
        &self,
        lexicon: &Lexicon,
        rules: &Rules,
        indicator: &Indicator,
        asked: &Filter,
    ) -> Result<IndicatorAnswer, StoreError> {
        let archive = Archive { reader: self, lexicon, rules };
        let rows = indicator.row.iter().map(|claim| evaluate(&archive, claim, asked)).collect::<Result<Vec<_>, _>>()?;
        let with_messages = indicator.row.iter().any(|claim| claim.measure == ClaimMeasure::Messages);
        let method = if with_messages { method(lexicon, rules) } else { lexicon.method().to_owned() };
        let query = json!({"command": "indicator", "name": indicator.name, "title": indicator.title,
            "source": indicator.source, "published": indicator.published, "outlet": asked.outlet,
            "edition": asked.edition});
        Ok(IndicatorAnswer { query, method, rows })
    }
}

/// What a claim is held against.
struct Archive<'a> {
    reader: &'a Reader,
    lexicon: &'a Lexicon,
    rules: &'a Rules,
}

/// Gathers the evidence of a claim by the very series that `series` prints, and the messages that `messages` does,
/// and has it judged.
fn evaluate(archive: &Archive<'_>, claim: &Claim, asked: &Filter) -> Result<IndicatorRow, StoreError> {
    let Archive { lexicon, rules, .. } = *archive;
    let mut evidence = Vec::new();
    if claim.why_not.is_none() {
        for entity in claim.entities.iter().chain(&claim.over) {
            if lexicon.find(entity).is_none() {
                let fault = format!("indicator row '{}': the lexicon has no entity '{entity}'", claim.id);
                return Err(StoreError::Indicator(fault));
            }
        }
        // Where the lexicon has no words nothing was looked for: that is no evidence of absence.
        let speaks = |edition| claim.entities.iter().chain(&claim.over).all(|id| lexicon.has_words(id, edition));
        let messages = claim.measure == ClaimMeasure::Messages;
        let speaks = |edition| speaks(edition) && (!messages || rules.speaks(edition));
        let wanted = |edition| asked.edition.is_empty() || asked.edition.contains(&edition);
        for edition in claim.editions.iter().copied().filter(|&e| wanted(e) && speaks(e)) {
            let mut found = of_edition(archive.reader, claim, edition, asked)?;
            if messages {
                count_messages(archive, claim, edition, asked, &mut found)?;
            }
            evidence.push((edition, found));
        }
    }
    Ok(judge(claim, &evidence))
}

fn of_edition(reader: &Reader, claim: &Claim, edition: Edition, asked: &Filter) -> Result<Vec<Evidence>, StoreError> {
    let span =
        claim.span().ok_or_else(|| StoreError::Indicator(format!("indicator row '{}' has no days", claim.id)))?;
    let filter =
        Filter { from: Some(span.from), to: Some(span.to), outlet: claim.outlets.clone(), edition: vec![edition] };
    let mut entities = claim.entities.clone();
    entities.extend(claim.over.clone());
    let counting = Counting { forms: claim.form.clone(), version: Version::Latest, reprints: true };
    let mut streams = reader.days(&filter, &entities, &counting)?;
    for outlet in &claim.outlets {
        let stream = Stream { outlet: outlet.clone(), edition };
        if !asked.outlet.is_empty() && !asked.outlet.contains(outlet) {
            streams.remove(&stream);
        }
        // An outlet of which nothing is held, or asked, is evidence too: of absence.
        streams.entry(stream).or_default();
    }
    let articles = claim.measure == ClaimMeasure::Articles
        || (claim.measure == ClaimMeasure::Ratio && claim.of == RatioOf::Articles);
    let measure = if articles { Measure::Articles } else { Measure::Mentions };
    let request = Request { entities, measure, over: None, by: By::Month, span, sum_outlets: false };
    let rows = build(&request, &streams, |_, _| true);
    let figure = |row: &crate::domain::series::SeriesRow| if articles { row.articles_with } else { row.mentions };
    Ok(claim
        .outlets
        .iter()
        .map(|outlet| {
            let mut evidence = Evidence {
                outlet: outlet.clone(),
                articles: 0,
                days: span.days(),
                days_observed: 0,
                found: 0,
                below: 0,
                again: 0,
                exchanges: 0,
                months: Vec::new(),
            };
            let first = claim.entities.first();
            for row in rows.iter().filter(|row| row.outlet == outlet.as_str()) {
                if claim.over.as_ref() == Some(&row.entity) {
                    evidence.below += figure(row);
                    continue;
                }
                evidence.found += figure(row);
                if Some(&row.entity) == first {
                    evidence.articles += row.articles;
                    evidence.days_observed += row.days_observed;
                    evidence.months.push((row.period.clone(), row.articles, figure(row)));
                } else if let Some(month) = evidence.months.iter_mut().find(|m| m.0 == row.period) {
                    month.2 += figure(row);
                }
            }
            evidence
        })
        .collect())
}

/// Puts the messages of a claim into its evidence: each once, with the first outlet that told of it.
fn count_messages(
    archive: &Archive<'_>,
    claim: &Claim,
    edition: Edition,
    asked: &Filter,
    evidence: &mut [Evidence],
) -> Result<(), StoreError> {
    let outlets: Vec<_> =
        claim.outlets.iter().filter(|o| asked.outlet.is_empty() || asked.outlet.contains(o)).cloned().collect();
    let span =
        claim.span().ok_or_else(|| StoreError::Indicator(format!("indicator row '{}' has no days", claim.id)))?;
    let filter = Filter { from: Some(span.from), to: Some(span.to), outlet: outlets, edition: vec![edition] };
    // No outlet asked for is none here, not all.
    let rows = if filter.outlet.is_empty() {
        Vec::new()
    } else {
        archive.reader.messages(archive.lexicon, archive.rules, &claim.entities, &filter)?
    };
    let counted: Vec<&MessageRow> = rows.iter().filter(|row| row.is_indicated()).collect();
    let (mut told, mut exchanges) = (BTreeSet::new(), BTreeSet::new());
    for outlet in evidence {
        let own = format!("{}-{edition}-", outlet.outlet);
        let tells = |row: &&&MessageRow| row.articles.iter().any(|article| article.starts_with(&own));
        (outlet.found, outlet.again, outlet.exchanges) = (0, 0, 0);
        outlet.months.iter_mut().for_each(|month| month.2 = 0);
        for row in counted.iter().filter(tells) {
            outlet.found += 1;
            outlet.again += u64::from(!told.insert(&row.message));
            outlet.exchanges += u64::from(exchanges.insert(row.exchange()));
            let label = By::Month.label(row.event_day);
            if let Some(month) = outlet.months.iter_mut().find(|month| month.0 == label) {
                month.2 += 1;
            }
        }
    }
    Ok(())
}
