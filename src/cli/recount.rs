//! `recount`: the stored texts, counted again.

use serde_json::json;

use super::Session;
use super::args::RecountArgs;
use super::failure::Failure;
use super::output::{Output, Table, head};
use crate::store::search::Indexer;
use crate::store::{Reader, RecountRow, silent};

pub fn run(session: &Session<'_>, args: &RecountArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    // Only an existing store is recounted; opening the writer would make one.
    drop::<Reader>(session.reader()?);
    let mut writer = session.writer(&session.method()?, true)?;
    let recount = writer.recount(session.now, args.dry_run)?;
    if !args.dry_run {
        Indexer::open(&session.paths)?.catch_up(&session.paths, &silent())?;
    }
    let query = json!({"command": "recount", "dry_run": args.dry_run, "from": recount.from, "texts": recount.texts,
        "messages_before": recount.messages.0, "messages_after": recount.messages.1});
    output.rows(args.format, &query, &recount.to, &RecountRow::COLUMNS, &recount.rows, |rows| {
        let verb = if args.dry_run { "would be counted" } else { "were counted" };
        Table {
            head: head(["outlet", "ed", "period", "entity", ">before", ">after"]),
            beneath: false,
            rows: rows
                .iter()
                .map(|row| {
                    vec![
                        row.outlet.clone(),
                        row.edition.clone(),
                        row.period.clone(),
                        row.entity.clone(),
                        row.before.to_string(),
                        row.after.to_string(),
                    ]
                })
                .collect(),
            notes: vec![format!(
                "{} texts {verb} by method {} (before: {}); {} figures change; messages between leaders: {} (before: {})",
                recount.texts,
                recount.to,
                recount.from,
                rows.len(),
                recount.messages.1,
                recount.messages.0
            )],
        }
    })?;
    Ok(0)
}
