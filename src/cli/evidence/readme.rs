//! What the folder says of itself.

use std::fmt::Write as _;

use super::{Case, Files};
use crate::answer::harmless;
use crate::cli::failure::Failure;
use crate::cli::output::counted;
use crate::domain::indicator::Claim;
use crate::domain::measure::{Figure, readable};
use crate::domain::verdict::IndicatorRow;
use crate::store::query::Filter;

/// One claim, what was found, and what the verdict rests on.
pub(super) fn verdict(claim: &Claim, row: &IndicatorRow) -> String {
    let number = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| value.to_string());
    let list = |names: Vec<String>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    let mut lines = vec![
        ("row", row.id.clone()),
        ("claim", row.quote.clone()),
        ("published", format!("{} (tolerance {})", number(row.published), claim.tolerance)),
        ("ours", number(row.ours.map(Figure::as_f64))),
    ];
    if let Some(exchanges) = row.exchanges {
        lines.push(("exchanges", exchanges.to_string()));
    }
    lines.extend([
        ("verdict", row.verdict.as_str().to_owned()),
        ("because", row.why.clone()),
        ("days", format!("{} to {}", claim.from, claim.to)),
        ("outlets", list(claim.outlets.iter().map(ToString::to_string).collect())),
        ("editions", list(claim.editions.iter().map(ToString::to_string).collect())),
        ("entities", list(claim.entities.clone())),
        ("forms", list(claim.form.iter().map(ToString::to_string).collect())),
        ("articles", format!("{} held", row.articles)),
        ("observed", format!("{} of {} days, of all outlets named", row.days_observed, row.days)),
    ]);
    lines.into_iter().fold(String::new(), |mut out, (name, value)| {
        let _ = writeln!(out, "{name:<11}{}", harmless(&value));
        out
    })
}

const FILES: &str = "\
figures.csv            every row: the published figure, ours, and the verdict
rows/NN-ID/            one folder for each row
    verdict.txt        the row with what its verdict rests on
    mentions.csv       every mention that was counted: its sentence, article, address, and the bytes it stands at
    messages.csv       every message between leaders, for rows that count messages
    articles.csv       every article that is held of the row's days: what the figure was looked for in
    coverage.csv       every day: whether it was observed, and if not, why
    series.csv         the figures by month
    chart.svg          the same as a picture
articles/NAME.txt      the text of every article cited, with its mentions between « and »
captures/HASH          the bytes as the source gave them, named by their SHA-256, where they differ from the text
method/                the indicator with all its settings, the lexicon, the words of messages, and, where figures are
                       with analysts' marks, the marks
SHA256SUMS             the sums of all these files: `sha256sum --check SHA256SUMS`
";

const READING: &str = "\
A figure of zero is given only where every day was observed; elsewhere it is empty, and what was found in what is held
stands beside it. A day that nobody saw is never a zero. `start` and `end` of a mention are bytes of the UTF-8 text of
the field it stands in, as the article's file shows it without the marks « and »; control characters, which that file
replaces by visible signs, are the one difference. Mentions by `name` are a person's name or any word of a country; by
`office`, an office that he held on the article's day, named without him. Editions are never added up; a verdict is from
the best observed one. In CSV files, an apostrophe before =, +, - or @ keeps spreadsheets from reading a formula.
";

/// What lies in the folder, what it says, and how to read it.
pub(super) fn readme(case: &Case<'_>, files: &Files) -> Result<String, Failure> {
    let Case { indicator, .. } = case;
    let mut out = String::new();
    let _ = writeln!(out, "{}\n{}", indicator.title, "=".repeat(indicator.title.chars().count()));
    let _ = writeln!(out, "\nSource: {}. Published {}.", indicator.source, indicator.published);
    let held = case.reader.extent(&Filter::default())?;
    let held = held.map_or_else(|| "nothing".to_owned(), |span| format!("{} to {}", span.from, span.to));
    let _ = writeln!(out, "Measured with sinmun {}, method {}.", env!("CARGO_PKG_VERSION"), case.method);
    let _ =
        writeln!(out, "The store holds {held}. The same store, method and indicator give these files byte for byte.");
    for (name, asked) in [
        ("outlets", case.asked.outlet.iter().map(ToString::to_string).collect::<Vec<_>>()),
        ("editions", case.asked.edition.iter().map(ToString::to_string).collect()),
    ] {
        if !asked.is_empty() {
            let _ = writeln!(out, "Only these {name} were asked for: {}.", asked.join(", "));
        }
    }
    if let Some(marks) = case.reader.marks_applied() {
        let _ =
            writeln!(out, "Figures are with analysts' marks: {} applied (method/marks.jsonl).", counted(marks, "mark"));
    }
    let _ = writeln!(out, "\nVerdicts\n--------");
    for row in case.rows {
        let ours = row.ours.map_or_else(|| "none".to_owned(), |ours| readable(ours.as_f64()));
        let published = row.published.map_or_else(|| "none".to_owned(), |published| published.to_string());
        let _ = writeln!(out, "{}: {}; published {published}, ours {ours}", row.id, row.verdict.as_str());
        let _ = writeln!(out, "    {}", harmless(&row.quote));
    }
    let cited = files.keys().filter(|name| name.starts_with("articles/")).count();
    let raw = files.keys().filter(|name| name.starts_with("captures/")).count();
    let _ = writeln!(out, "\nFiles\n-----\n{FILES}");
    let _ = writeln!(out, "{} cited, {} kept.\n", counted(cited, "article"), counted(raw, "raw capture"));
    let _ = write!(out, "How to read them\n----------------\n{READING}");
    Ok(out)
}
