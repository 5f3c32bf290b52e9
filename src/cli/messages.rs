//! `messages`: who wrote to whom, and what answers what.

use serde_json::json;

use super::Session;
use super::args::MessagesArgs;
use super::failure::Failure;
use super::output::{Output, Table, counted, head};
use super::review::footnote;
use super::series::{filter, known};
use crate::store::query::messages::{MessageRow, method};
use crate::store::query::told;

pub fn run(session: &Session<'_>, args: &MessagesArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let (reader, lexicon) = session.judged(args.judging.reviewed)?;
    let (rules, filter) = (session.rules(&reader)?, filter(&args.reading)?);
    known(&lexicon, args.with.iter().filter(|id| rules.party(id).is_none()))?;
    if reader.has_ungathered()? {
        session.note("texts have come in of which the messages are not made yet: an import runs, or was broken off");
    }
    let rows = reader.messages(&lexicon, &rules, &args.with, &filter)?;
    let mut query = told("messages", json!({"with": args.with}), &filter);
    let method = method(&lexicon, &rules);
    reader.note_marks(&mut query);
    output.rows(args.reading.format, &query, &method, &MessageRow::COLUMNS, &rows, |rows| {
        let mut table = table(rows, &method);
        table.notes.extend(footnote(&reader));
        table
    })?;
    Ok(0)
}

/// The day a message's name begins with, as days are written; the whole name is in CSV and JSON.
fn day_of(message: &str) -> String {
    match (message.get(..4), message.get(4..6), message.get(6..8)) {
        (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
        _ => message.to_owned(),
    }
}

fn table(rows: &[MessageRow], method: &str) -> Table {
    let cells = rows
        .iter()
        .map(|row| {
            vec![
                row.event_day.to_string(),
                row.day_from.to_string(),
                row.published.to_string(),
                row.sender.clone(),
                row.recipient.clone(),
                row.level.to_string(),
                row.form.to_string(),
                row.occasion.to_string(),
                match &row.in_reply_to {
                    Some(answered) => day_of(answered),
                    None if row.reply => "not found".to_owned(),
                    None => "·".to_owned(),
                },
                row.articles.join(" "),
            ]
        })
        .collect();
    let exchanges: std::collections::BTreeSet<&str> = rows.iter().map(MessageRow::exchange).collect();
    Table {
        head: head([
            "day",
            "from",
            "published",
            "sender",
            "recipient",
            "level",
            "form",
            "occasion",
            "reply to",
            "articles",
        ]),
        beneath: true,
        rows: cells,
        notes: vec![
            String::new(),
            format!(
                "{} in {}; from: whether the text states the day, or it is the article's; method {method}",
                counted(rows.len(), "message"),
                counted(exchanges.len(), "exchange")
            ),
        ],
    }
}
