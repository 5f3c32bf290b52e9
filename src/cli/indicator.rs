//! `indicator`: what was published beside what we find.

use serde_json::json;

use super::Session;
use super::args::IndicatorArgs;
use super::evidence::{self, Case};
use super::failure::Failure;
use super::output::{Output, Table, head};
use super::review::footnote;
use super::series::filter;
use crate::domain::indicator::Indicator;
use crate::domain::measure::{Figure, readable};
use crate::domain::verdict::IndicatorRow;
use crate::store::query::indicator::IndicatorAnswer;

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
    let IndicatorAnswer { mut query, method, rows } = reader.indicator(&lexicon, &rules, indicator, &asked)?;
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
    reader.note_marks(&mut query);
    output.rows(args.reading.format, &query, &method, &IndicatorRow::COLUMNS, &rows, |rows| {
        let mut table = table(indicator, rows, &method);
        table.notes.extend(footnote(&reader));
        table
    })?;
    Ok(0)
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
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), readable);
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
