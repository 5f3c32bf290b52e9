//! `mentions`, `coverage`, `search`, `sql`: rows straight from the store.

use serde_json::json;

use super::Session;
use super::args::{CoverageArgs, EntitiesArgs, SearchArgs, SqlArgs};
use super::failure::Failure;
use super::output::{Output, Table, counted, head};
use super::review::footnote;
use super::series::{counting, filter, known};
use crate::domain::period::By;
use crate::store::query::coverage::{CoverageRow, claims};
use crate::store::query::mentions::MentionRow;
use crate::store::query::search::SearchRow;
use crate::store::query::sql::SqlAnswer;
use crate::store::query::told;

/// What stands in JSON where no lexicon has a part in the answer.
const NO_METHOD: &str = "";

pub fn mentions(session: &Session<'_>, args: &EntitiesArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let (reader, lexicon) = session.judged(args.judging.reviewed)?;
    known(&lexicon, &args.entities)?;
    let (filter, counting) = (filter(&args.reading)?, counting(&args.measuring));
    let rows = reader.mentions(&lexicon, &args.entities, &filter, &counting)?;
    let own = json!({"entities": args.entities, "form": counting.forms, "reprints": counting.reprints});
    let mut query = told("mentions", own, &filter);
    reader.note_marks(&mut query);
    output.rows(args.reading.format, &query, lexicon.method(), &MentionRow::COLUMNS, &rows, |rows| {
        let mut table = mentions_table(rows);
        table.notes.extend(footnote(&reader));
        table
    })?;
    Ok(0)
}

fn mentions_table(rows: &[MentionRow]) -> Table {
    let cells = rows
        .iter()
        .map(|row| {
            let (start, end) = row.at;
            let (before, inside, after) = (&row.sentence[..start], &row.sentence[start..end], &row.sentence[end..]);
            vec![
                row.date.to_string(),
                row.article.clone(),
                row.entity.clone(),
                row.form.to_owned(),
                format!("{}:{}-{}", row.field.as_str(), row.start, row.end),
                format!("{before}«{inside}»{after}"),
            ]
        })
        .collect();
    let articles: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.article.as_str()).collect();
    Table {
        head: head(["date", "article", "entity", "form", "at", "sentence"]),
        beneath: true,
        rows: cells,
        notes: vec![
            String::new(),
            format!(
                "{} in {}; `sinmun show ARTICLE` shows one whole",
                counted(rows.len(), "mention"),
                counted(articles.len(), "article")
            ),
        ],
    }
}

pub fn coverage(session: &Session<'_>, args: &CoverageArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let reader = session.reader()?;
    let (filter, by) = (filter(&args.reading)?, By::from(args.by));
    let rows = reader.coverage(&filter, by)?;
    let declared = reader.declared(&filter)?;
    let query = told("coverage", json!({"by": by, "declared": claims(&declared)}), &filter);
    output.rows(args.reading.format, &query, NO_METHOD, &CoverageRow::COLUMNS, &rows, |rows| {
        let mut table = coverage_table(rows);
        table.notes.push(String::new());
        table.notes.push("observed: days on which a zero means zero; retro: filled from an archive; of lists: articles held of those known, on days whose lists were walked whole (elsewhere nobody knows how much of the day an archive has)".to_owned());
        for (stream, declaration) in &declared {
            table.notes.push(format!("declared complete by a user: {stream} {} ({})", declaration.span, declaration.file));
        }
        table
    })?;
    Ok(0)
}

fn coverage_table(rows: &[CoverageRow]) -> Table {
    let cells = rows
        .iter()
        .map(|row| {
            let mut cells = vec![row.outlet.clone(), row.edition.clone(), row.period.clone()];
            cells.extend([row.articles, row.headline_only, row.media, row.missing].map(|n| n.to_string()));
            cells.push(format!("{}/{}", row.days_observed, row.days));
            cells.extend(
                [
                    row.days_declared,
                    row.complete,
                    row.retro_filled,
                    row.partial,
                    row.layout_broken,
                    row.blocked,
                    row.offline,
                    row.not_polled,
                ]
                .map(|n| if n == 0 { "·".to_owned() } else { n.to_string() }),
            );
            let share = row.known.zip(row.known_held).map(|(known, held)| format!("{held}/{known}"));
            cells.push(share.unwrap_or_else(|| "·".to_owned()));
            cells
        })
        .collect();
    Table {
        head: head([
            "outlet",
            "ed",
            "period",
            ">articles",
            ">headlines",
            ">media",
            ">missing",
            ">observed",
            ">declared",
            ">complete",
            ">retro",
            ">partial",
            ">broken",
            ">blocked",
            ">offline",
            ">not polled",
            ">of lists",
        ]),
        beneath: false,
        rows: cells,
        notes: Vec::new(),
    }
}

pub fn search(session: &Session<'_>, args: &SearchArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let reader = session.reader()?;
    let filter = filter(&args.reading)?;
    let text = args.query.join(" ");
    let rows = reader.search(&text, &filter, args.limit)?;
    let query = told("search", json!({"query": text, "limit": args.limit}), &filter);
    output.rows(args.reading.format, &query, NO_METHOD, &SearchRow::COLUMNS, &rows, search_table)?;
    Ok(0)
}

fn search_table(rows: &[SearchRow]) -> Table {
    let cells = rows
        .iter()
        .map(|row| {
            vec![
                row.date.map_or_else(|| "undated".to_owned(), |day| day.to_string()),
                row.article.clone(),
                row.title.clone(),
                row.snippet.clone(),
            ]
        })
        .collect();
    let found = if rows.is_empty() { "Nothing found.".to_owned() } else { counted(rows.len(), "article") };
    Table { head: head(["date", "article", "title", "found"]), beneath: true, rows: cells, notes: vec![found] }
}

pub fn sql(session: &Session<'_>, args: &SqlArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let reader = session.reader()?;
    let SqlAnswer { columns: names, rows } = reader.sql(&args.statement)?;
    let query = json!({"command": "sql", "statement": args.statement});
    let columns: Vec<&str> = names.iter().map(String::as_str).collect();
    output.rows(args.format, &query, NO_METHOD, &columns, &rows, |rows| {
        let cells = rows
            .iter()
            .map(|row| {
                row.values()
                    .map(|value| match value {
                        serde_json::Value::Null => String::new(),
                        serde_json::Value::String(text) => text.clone(),
                        other => other.to_string(),
                    })
                    .collect()
            })
            .collect();
        Table { head: names.clone(), beneath: false, rows: cells, notes: vec![counted(rows.len(), "row")] }
    })?;
    Ok(0)
}
