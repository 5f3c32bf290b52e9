//! `indicator`: what was published beside what we find.

use std::collections::BTreeSet;

use serde_json::json;

use super::Session;
use super::args::IndicatorArgs;
use super::evidence::{self, Case};
use super::failure::Failure;
use super::messages::method;
use super::output::{Output, Table, head};
use super::review::{footnote, note_marks};
use super::series::filter;
use crate::domain::indicator::{Claim, ClaimMeasure, Indicator};
use crate::domain::lexicon::Lexicon;
use crate::domain::measure::{Figure, Measure, RatioOf};
use crate::domain::message::rules::Rules;
use crate::domain::period::By;
use crate::domain::series::{Request, build};
use crate::domain::stream::{Edition, Stream};
use crate::domain::verdict::{Evidence, IndicatorRow, judge};
use crate::store::Reader;
use crate::store::query::messages::MessageRow;
use crate::store::query::series::Counting;
use crate::store::query::{Filter, Version};

pub fn run(session: &Session<'_>, args: &IndicatorArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let indicators = session.loaded.indicators()?;
    if args.all {
        return list(&indicators, args, &mut output);
    }
    let name = args.name.as_deref().unwrap_or("nkpro-2024");
    let indicator = indicators.iter().find(|i| i.name == name).ok_or_else(|| {
        let names: Vec<&str> = indicators.iter().map(|i| i.name.as_str()).collect();
        Failure::Usage(format!("there is no indicator '{name}'; there are: {}", names.join(", ")))
    })?;
    let asked = filter(&args.reading)?;
    if asked.from.is_some() || asked.to.is_some() {
        return Err(Failure::Usage("an indicator fixes its own days; use `series` for others".to_owned()));
    }
    if let Some(dir) = &args.evidence {
        evidence::refuse_used(dir)?;
    }
    let (reader, lexicon) = session.judged(args.judging.reviewed)?;
    let rules = session.rules(&reader)?;
    let archive = Archive { reader: &reader, lexicon: &lexicon, rules: &rules };
    let rows = indicator.row.iter().map(|claim| evaluate(&archive, claim, &asked)).collect::<Result<Vec<_>, _>>()?;
    let method = if indicator.row.iter().any(|claim| claim.measure == ClaimMeasure::Messages) {
        method(&lexicon, &rules)
    } else {
        lexicon.method().to_owned()
    };
    let mut query = json!({"command": "indicator", "name": indicator.name, "title": indicator.title,
        "source": indicator.source, "published": indicator.published, "outlet": asked.outlet, "edition": asked.edition});
    if let Some(dir) = &args.evidence {
        let case = Case {
            reader: &reader,
            lexicon: &lexicon,
            rules: &rules,
            indicator,
            rows: &rows,
            asked: &asked,
            method: &method,
        };
        let files = evidence::write(&case, dir)?;
        session.note(&format!("wrote {files} files to {}; README.txt says what they are", dir.display()));
    }
    note_marks(&mut query, &reader);
    output.rows(args.reading.format, &query, &method, &IndicatorRow::COLUMNS, &rows, |rows| {
        let mut table = table(indicator, rows, &method);
        table.notes.extend(footnote(&reader));
        table
    })?;
    Ok(0)
}

/// What a claim is held against.
struct Archive<'a> {
    reader: &'a Reader,
    lexicon: &'a Lexicon,
    rules: &'a Rules,
}

/// Gathers the evidence of a claim by the very series that `series` prints, and the messages that `messages` does,
/// and has it judged.
fn evaluate(archive: &Archive<'_>, claim: &Claim, asked: &Filter) -> Result<IndicatorRow, Failure> {
    let Archive { lexicon, rules, .. } = *archive;
    let mut evidence = Vec::new();
    if claim.why_not.is_none() {
        for entity in claim.entities.iter().chain(&claim.over) {
            if lexicon.find(entity).is_none() {
                return Err(Failure::Config(format!(
                    "indicator row '{}': the lexicon has no entity '{entity}'",
                    claim.id
                )));
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

fn of_edition(reader: &Reader, claim: &Claim, edition: Edition, asked: &Filter) -> Result<Vec<Evidence>, Failure> {
    let span = claim.span().ok_or_else(|| Failure::Config(format!("indicator row '{}' has no days", claim.id)))?;
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
) -> Result<(), Failure> {
    let outlets: Vec<_> =
        claim.outlets.iter().filter(|o| asked.outlet.is_empty() || asked.outlet.contains(o)).cloned().collect();
    let span = claim.span().ok_or_else(|| Failure::Config(format!("indicator row '{}' has no days", claim.id)))?;
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

fn list(indicators: &[Indicator], args: &IndicatorArgs, output: &mut Output<'_>) -> Result<u8, Failure> {
    let rows: Vec<_> = indicators
        .iter()
        .map(|i| json!({"name": i.name, "title": i.title, "published": i.published, "source": i.source, "rows": i.row.len()}))
        .collect();
    output.rows(
        args.reading.format,
        &json!({"command": "indicator", "all": true}),
        "",
        &["name", "title", "published", "source", "rows"],
        &rows,
        |_| Table {
            head: head(["name", "published", ">rows", "title"]),
            beneath: false,
            rows: indicators
                .iter()
                .map(|i| vec![i.name.clone(), i.published.to_string(), i.row.len().to_string(), i.title.clone()])
                .collect(),
            notes: Vec::new(),
        },
    )?;
    Ok(0)
}

fn table(indicator: &Indicator, rows: &[IndicatorRow], method: &str) -> Table {
    let mut notes = vec![String::new()];
    for row in rows {
        notes.push(format!("{}: {}", row.id, row.quote));
        notes.push(format!("    {}", row.why));
    }
    notes.extend([String::new(), format!("{}. {}. Method {method}.", indicator.title, indicator.source)]);
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| v.to_string());
    Table {
        head: head(["id", ">published", ">ours", "outlets", ">articles", ">observed", "verdict"]),
        beneath: false,
        rows: rows
            .iter()
            .map(|row| {
                let ours = match row.ours {
                    None if row.articles > 0 => "(0)".to_owned(),
                    ours => match row.exchanges {
                        Some(exchanges) => format!("{} in {exchanges}", number(ours.map(Figure::as_f64))),
                        None => number(ours.map(Figure::as_f64)),
                    },
                };
                vec![
                    row.id.clone(),
                    number(row.published),
                    ours,
                    row.outlets.clone(),
                    row.articles.to_string(),
                    format!("{}/{}", row.days_observed, row.days),
                    row.verdict.as_str().to_owned(),
                ]
            })
            .collect(),
        notes,
    }
}
