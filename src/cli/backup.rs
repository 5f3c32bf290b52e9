//! `backup` and `restore`: the store as one file, and back.

use serde::Serialize;
use serde_json::json;

use super::Session;
use super::args::{BackupArgs, Format, RestoreArgs};
use super::failure::Failure;
use super::output::{Output, Table, head};
use crate::store::backup::{dated, restore as make_store, rotate};
use crate::store::{Holdings, silent};

/// What a file holds. The order of fields is the order of columns.
#[derive(Debug, Serialize)]
struct Held {
    file: String,
    bytes: u64,
    schema: usize,
    articles: i64,
    texts: i64,
    captures: i64,
    polls: i64,
    rows: i64,
}

const COLUMNS: [&str; 8] = ["file", "bytes", "schema", "articles", "texts", "captures", "polls", "rows"];

pub fn backup(session: &Session<'_>, args: &BackupArgs, output: Output<'_>) -> Result<u8, Failure> {
    let folder = args.file.is_dir();
    if args.keep.is_some() && !folder {
        return Err(Failure::Usage(format!("--keep: {} is no folder", args.file.display())));
    }
    let file = if folder { dated(&args.file, session.now) } else { args.file.clone() };
    // Copying has no time limit: it holds nobody up.
    let held = session.reader()?.backup(&file, &silent())?;
    if let Some(keep) = args.keep {
        for old in rotate(&args.file, usize::try_from(keep).unwrap_or(usize::MAX))? {
            session.note(&format!("{} is deleted; the newest {keep} are kept", old.display()));
        }
    }
    show("backup", &file, &held, args.format, "opened and found whole; `sinmun restore` makes a store of it", output)
}

pub fn restore(session: &Session<'_>, args: &RestoreArgs, output: Output<'_>) -> Result<u8, Failure> {
    let held = make_store(&args.file, &session.paths, &silent())?;
    let note = "restored and found whole, its full-text index made anew";
    show("restore", &session.paths.database(), &held, args.format, note, output)
}

fn show(
    command: &str,
    file: &std::path::Path,
    held: &Holdings,
    format: Option<Format>,
    note: &str,
    mut output: Output<'_>,
) -> Result<u8, Failure> {
    let bytes =
        std::fs::metadata(file).map_err(|error| Failure::Io(format!("cannot use {}: {error}", file.display())))?.len();
    let row = Held {
        file: file.display().to_string(),
        bytes,
        schema: held.schema,
        articles: held.of_table("article"),
        texts: held.of_table("revision"),
        captures: held.of_table("capture"),
        polls: held.of_table("poll"),
        rows: held.rows.values().sum(),
    };
    output.rows(format, &json!({"command": command}), "", &COLUMNS, &[row], |rows| {
        let r = &rows[0];
        let mut cells = vec![r.file.clone(), r.bytes.to_string(), r.schema.to_string()];
        cells.extend([r.articles, r.texts, r.captures, r.polls, r.rows].map(|n| n.to_string()));
        Table {
            head: head(["file", ">bytes", ">schema", ">articles", ">texts", ">captures", ">polls", ">rows"]),
            beneath: false,
            rows: vec![cells],
            notes: vec![note.to_owned()],
        }
    })?;
    Ok(0)
}
