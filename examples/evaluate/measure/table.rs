//! The tables, as Markdown that reads well on a terminal too.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use sinmun::domain::lexicon::Lexicon;
use sinmun::domain::stream::Edition;

use super::gold::{All, Gold, Half};
use super::score::{Judged, Kind, Score, Share, judge_all};

/// A line of the main table: what of, in which half.
type Line = (Edition, Kind, Half);

/// Sums the scores of sentences by language, kind and half.
pub fn sums(judged: &[Judged<'_>]) -> BTreeMap<Line, Score> {
    let mut sums: BTreeMap<Line, Score> = BTreeMap::new();
    for sentence in judged {
        for ((entity, form), score) in sentence.scores() {
            *sums.entry((sentence.gold.edition, Kind::of(entity, form), sentence.item.half)).or_default() += score;
        }
    }
    sums
}

/// The two tables of the README, each under its heading.
pub fn for_readme(all: &All, lexicon: &Lexicon) -> String {
    let part = |heading: &str, sets: &[Gold]| {
        let judged = judge_all(sets, lexicon);
        format!("{heading}, {} sentences:\n\n{}\n", judged.len(), main(&sums(&judged)))
    };
    [part("Real texts", &all.real), part("Synthetic sentences", &all.synthetic)].concat()
}

/// Where the README has them.
pub fn place_in(readme: &str) -> Option<Range<usize>> {
    const BEGIN: &str = "<!-- written by `evaluate --readme` -->\n\n";
    let start = readme.find(BEGIN)? + BEGIN.len();
    Some(start..start + readme[start..].find("<!-- end -->")?)
}

/// The main table: a line for each language and kind, both halves side by side.
pub fn main(sums: &BTreeMap<Line, Score>) -> String {
    let header =
        ["language", "what", "labelled", "precision", "recall", "labelled (tune)", "precision (tune)", "recall (tune)"];
    let mut rows = Vec::new();
    for edition in Edition::ALL {
        for kind in Kind::ALL {
            let [held, tune] = [Half::HeldOut, Half::Tune].map(|half| sums.get(&(edition, kind, half)));
            if held.is_some() || tune.is_some() {
                let mut row = vec![language(edition).to_owned(), kind.as_str().to_owned()];
                for score in [held, tune].map(|score| score.copied().unwrap_or_default()) {
                    row.extend([
                        (score.right + score.missed).to_string(),
                        cell(score.precision()),
                        cell(score.recall()),
                    ]);
                }
                rows.push(row);
            }
        }
    }
    markdown(&header, &rows)
}

/// One line for each entity and form of each language, in one half.
pub fn by_entity(judged: &[&Judged<'_>]) -> String {
    let mut sums: BTreeMap<(Edition, Kind, &str), Score> = BTreeMap::new();
    for sentence in judged {
        for ((entity, form), score) in sentence.scores() {
            *sums.entry((sentence.gold.edition, Kind::of(entity, form), entity)).or_default() += score;
        }
    }
    let row = |((edition, kind, entity), score): (&(Edition, Kind, &str), &Score)| {
        let numbers = [score.right, score.wrong, score.missed].map(|n| n.to_string());
        let words = [language(*edition), kind.as_str(), entity].map(str::to_owned);
        let shares = [cell(score.precision()), cell(score.recall())];
        words.into_iter().chain(numbers).chain(shares).collect()
    };
    let rows: Vec<Vec<String>> = sums.iter().map(row).collect();
    markdown(&["language", "what", "of", "right", "wrong", "missed", "precision", "recall"], &rows)
}

/// Every sentence on which the answers differ: where it stands, and both.
pub fn disagreements(judged: &[&Judged<'_>]) -> String {
    let mut out = String::new();
    for sentence in judged.iter().filter(|sentence| !sentence.agrees()) {
        let item = sentence.item;
        let differing = sentence.scores().into_iter().filter(|(_, score)| score.wrong + score.missed > 0);
        let told: Vec<String> = differing
            .map(|((entity, form), score)| {
                let (labelled, found) = (score.right + score.missed, score.right + score.wrong);
                format!("{entity} by {form}: labelled {labelled}, found {found}")
            })
            .collect();
        let _ =
            writeln!(out, "{}:{}:{} [{}] {}", item.file, item.row, item.sentence, item.half.as_str(), told.join("; "));
        let _ = writeln!(out, "    {}", cut(sentence.text()));
    }
    out
}

/// A sentence on one line, cut if it is long.
fn cut(text: &str) -> String {
    const MOST: usize = 300;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST + 1).collect();
    if line.chars().count() > MOST { line.chars().take(MOST).chain(['…']).collect() } else { line }
}

fn language(edition: Edition) -> &'static str {
    match edition {
        Edition::En => "English",
        Edition::Ko => "Korean",
        Edition::Zh => "Chinese",
        Edition::Ru => "Russian",
        Edition::Es => "Spanish",
        Edition::Ja => "Japanese",
    }
}

fn cell(share: Option<Share>) -> String {
    share.map_or_else(
        || "–".to_owned(),
        |share| format!("{:.3} ({:.3}–{:.3})", share.value, share.bounds.0, share.bounds.1),
    )
}

/// A Markdown table with columns of even width.
fn markdown(header: &[&str], rows: &[Vec<String>]) -> String {
    let header: Vec<String> = header.iter().map(|&word| word.to_owned()).collect();
    let width = |column: usize| rows.iter().chain([&header]).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |row: &[String]| -> String {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
    [header, rule].iter().chain(rows).map(|row| line(row)).collect()
}
