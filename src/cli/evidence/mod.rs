//! `indicator --evidence DIR`: everything one would cite, as files that open without sinmun.
//!
//! The files are made in memory, by the very queries that print figures, and written in the order of their names; the
//! sums come last, so that a folder without them was cut short. Nothing in them is from the clock or the machine: the
//! same store, method and indicator give the same bytes.

mod chart;
mod readme;
mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::args::Format;
use super::failure::Failure;
use super::output::{Output, Table};
use crate::domain::indicator::{Claim, ClaimMeasure, Indicator};
use crate::domain::lexicon::Lexicon;
use crate::domain::message::rules::Rules;
use crate::domain::period::By;
use crate::domain::stream::Edition;
use crate::domain::verdict::IndicatorRow;
use crate::store::Reader;
use crate::store::query::coverage::CoverageRow;
use crate::store::query::held::HeldRow;
use crate::store::query::mentions::MentionRow;
use crate::store::query::messages::MessageRow;
use crate::store::query::series::Counting;
use crate::store::query::{Filter, Version};

/// What the files are made from.
pub struct Case<'a> {
    pub reader: &'a Reader,
    pub lexicon: &'a Lexicon,
    pub rules: &'a Rules,
    pub indicator: &'a Indicator,
    pub rows: &'a [IndicatorRow],
    /// Outlets and editions that were asked for; none are all.
    pub asked: &'a Filter,
    pub method: &'a str,
}

/// The files by their names, with `/` between folders.
type Files = BTreeMap<String, Vec<u8>>;

/// Refuses a folder that holds something: evidence of two days must not lie in one.
pub fn refuse_used(dir: &Path) -> Result<(), Failure> {
    match std::fs::read_dir(dir).map(Iterator::count) {
        Ok(0) => Ok(()),
        Ok(_) => Err(Failure::Usage(format!("{} is not empty; evidence goes into a folder of its own", dir.display()))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::Io(format!("cannot use {}: {error}", dir.display()))),
    }
}

/// Writes the files; answers how many.
pub fn write(case: &Case<'_>, dir: &Path) -> Result<usize, Failure> {
    let files = files(case)?;
    let cannot = |path: &Path| {
        let path = path.to_owned();
        move |error: std::io::Error| Failure::Io(format!("cannot write {}: {error}", path.display()))
    };
    let sums = sums(&files);
    let last = std::iter::once(("SHA256SUMS", sums.as_bytes()));
    let all = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).chain(last);
    for (name, bytes) in all {
        let path = dir.join(name);
        let folder = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(folder).map_err(cannot(folder))?;
        std::fs::write(&path, bytes).map_err(cannot(&path))?;
    }
    Ok(files.len() + 1)
}

/// As `sha256sum --check` reads it.
fn sums(files: &Files) -> String {
    files.iter().fold(String::new(), |mut text, (name, bytes)| {
        for byte in Sha256::digest(bytes) {
            let _ = write!(text, "{byte:02x}");
        }
        let _ = writeln!(text, "  {name}");
        text
    })
}

fn files(case: &Case<'_>) -> Result<Files, Failure> {
    let mut files = Files::new();
    files.insert("figures.csv".to_owned(), csv(&IndicatorRow::COLUMNS, case.rows)?);
    files.insert("method/lexicon.toml".to_owned(), case.lexicon.to_toml().into_bytes());
    files.insert("method/messages.toml".to_owned(), case.rules.to_toml().into_bytes());
    let indicator = toml::to_string(case.indicator).map_err(|error| Failure::Failed(error.to_string()))?;
    files.insert("method/indicator.toml".to_owned(), indicator.into_bytes());
    let mut cited = Cited::default();
    for (number, (claim, row)) in case.indicator.row.iter().zip(case.rows).enumerate() {
        let folder = folder(number, claim);
        files.insert(format!("{folder}/verdict.txt"), readme::verdict(claim, row).into_bytes());
        if claim.why_not.is_none() {
            of_claim(case, claim, &folder, &mut files, &mut cited)?;
        }
    }
    texts::add(case, &cited, &mut files)?;
    if case.reader.marks_applied().is_some() {
        let marks: String = case.reader.marks()?.iter().map(|mark| mark.line() + "\n").collect();
        files.insert("method/marks.jsonl".to_owned(), marks.into_bytes());
    }
    files.insert("README.txt".to_owned(), readme::readme(case, &files)?.into_bytes());
    Ok(files)
}

/// A row's folder: numbered, for its id is whatever the indicator's author wrote.
fn folder(number: usize, claim: &Claim) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' };
    format!("rows/{:02}-{}", number + 1, claim.id.chars().map(plain).collect::<String>())
}

/// The articles whose texts are to be written, each with the mentions that are marked in it.
#[derive(Default)]
struct Cited {
    mentions: BTreeMap<String, BTreeSet<Cite>>,
}

/// A mention in the order of its text.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cite {
    field: crate::domain::count::Field,
    start: u32,
    end: u32,
    entity: String,
    form: &'static str,
}

fn of_claim(case: &Case<'_>, claim: &Claim, folder: &str, files: &mut Files, cited: &mut Cited) -> Result<(), Failure> {
    let Some(filter) = filter(case, claim) else { return Ok(()) };
    let mut entities = claim.entities.clone();
    entities.extend(claim.over.clone());
    let counting = Counting { forms: claim.form.clone(), version: Version::Latest, reprints: true };
    let mentions = case.reader.mentions(case.lexicon, &entities, &filter, &counting)?;
    let messages = if claim.measure == ClaimMeasure::Messages {
        case.reader.messages(case.lexicon, case.rules, &claim.entities, &filter)?
    } else {
        Vec::new()
    };
    for mention in &mentions {
        cited.mentions.entry(mention.article.clone()).or_default().insert(Cite {
            field: mention.field,
            start: mention.start,
            end: mention.end,
            entity: mention.entity.clone(),
            form: mention.form,
        });
    }
    for article in messages.iter().flat_map(|message| &message.articles) {
        cited.mentions.entry(article.clone()).or_default();
    }
    let mut put = |name: &str, bytes| files.insert(format!("{folder}/{name}"), bytes);
    put("mentions.csv", csv(&MentionRow::COLUMNS, &mentions)?);
    if claim.measure == ClaimMeasure::Messages {
        put("messages.csv", csv(&MessageRow::COLUMNS, &messages)?);
    }
    put("articles.csv", csv(&HeldRow::COLUMNS, &case.reader.held(&filter)?)?);
    put("coverage.csv", csv(&CoverageRow::COLUMNS, &case.reader.coverage(&filter, By::Day)?)?);
    chart::add(case, claim, &filter, &messages, &mut put)
}

/// The part of the store a claim was held against; `None` where the lexicon has no words for it in any edition.
fn filter(case: &Case<'_>, claim: &Claim) -> Option<Filter> {
    let span = claim.span()?;
    let wants = |edition: &Edition| case.asked.edition.is_empty() || case.asked.edition.contains(edition);
    let speaks =
        |edition: &Edition| claim.entities.iter().chain(&claim.over).all(|id| case.lexicon.has_words(id, *edition));
    let edition: Vec<Edition> = claim.editions.iter().copied().filter(|e| wants(e) && speaks(e)).collect();
    let wanted = |outlet: &&_| case.asked.outlet.is_empty() || case.asked.outlet.contains(outlet);
    let outlet: Vec<_> = claim.outlets.iter().filter(wanted).cloned().collect();
    // No edition or outlet is none here, not all.
    (!edition.is_empty() && !outlet.is_empty()).then_some(Filter {
        from: Some(span.from),
        to: Some(span.to),
        outlet,
        edition,
    })
}

/// Rows as the commands print them.
fn csv<T: Serialize>(columns: &[&str], rows: &[T]) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    Output::new(&mut bytes, false, false, 100)
        .rows(Some(Format::Csv), &Value::Null, "", columns, rows, |_| Table::default())?;
    Ok(bytes)
}
