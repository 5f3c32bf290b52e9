//! `export`: the raw captures as a web archive that any tool reads.

use std::fs::File;
use std::io::{BufWriter, Write};

use serde::Serialize;
use serde_json::json;

use super::Session;
use super::args::ExportArgs;
use super::failure::Failure;
use super::output::{Output, Table, head};
use crate::domain::stamp::written;
use crate::extract::html::has_replaced_pictures;
use crate::warc::{Kind, Page, Writer};

/// What was written. The order of fields is the order of columns.
#[derive(Debug, Default, Serialize)]
struct Written {
    file: String,
    records: u64,
    pages: u64,
    conversions: u64,
    bytes: u64,
}

const COLUMNS: [&str; 5] = ["file", "records", "pages", "conversions", "bytes"];

pub fn run(session: &Session<'_>, args: &ExportArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let reader = session.reader()?;
    let filter = super::series::filter(&args.reading)?;
    let path = &args.warc;
    let io = |error: std::io::Error| Failure::Io(format!("cannot write {}: {error}", path.display()));
    if path.exists() {
        return Err(Failure::Usage(format!("{} is there already; it is not written over", path.display())));
    }
    // Under another name until it is whole: half an archive must not look like one.
    let partial = path.with_file_name(format!("{}.part", path.file_name().unwrap_or_default().to_string_lossy()));
    let packed = path.extension().is_some_and(|e| e == "gz");
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut writer =
        Writer::new(Counted { out: BufWriter::new(File::create(&partial).map_err(io)?), bytes: 0 }, packed);
    let newest = reader.newest_capture(&filter)?.unwrap_or(0);
    let agent = session.loaded.user_agent();
    let about = [
        ("software", agent.as_str()),
        ("format", "WARC File Format 1.1"),
        (
            "description",
            "pages as they were captured; where pictures in them were replaced by their hash and length, conversion records",
        ),
    ];
    writer.info(&written(newest), &name, &about).map_err(io)?;
    let mut done = Written { file: name, records: 1, ..Written::default() };
    let mut failed = None;
    reader.captures(&filter, &mut |capture| {
        let replaced = has_replaced_pictures(&capture.body);
        let page = Page {
            kind: if replaced { Kind::Conversion } else { Kind::Resource },
            uri: &capture.url,
            date: &written(capture.at),
            content_type: "text/html",
            body: &capture.body,
        };
        done.records += 1;
        done.pages += 1;
        done.conversions += u64::from(replaced);
        failed = writer.page(&page).err();
        failed.is_none()
    })?;
    if let Some(error) = failed {
        return Err(io(error));
    }
    let counted = writer.finish().map_err(io)?;
    done.bytes = counted.bytes;
    counted.out.into_inner().map_err(|error| io(error.into_error()))?.sync_all().map_err(io)?;
    std::fs::rename(&partial, path).map_err(io)?;
    let query = json!({"command": "export", "warc": done.file});
    output.rows(args.reading.format, &query, "", &COLUMNS, &[done], |rows| {
        let row = &rows[0];
        Table {
            head: head(["file", ">records", ">pages", ">conversions", ">bytes"]),
            beneath: false,
            rows: vec![
                [row.file.clone()]
                    .into_iter()
                    .chain([row.records, row.pages, row.conversions, row.bytes].map(|n| n.to_string()))
                    .collect(),
            ],
            notes: vec!["only pages that were collected are in it; an imported JSON or CSV file has none".to_owned()],
        }
    })?;
    Ok(0)
}

/// Counts what is written.
struct Counted<W> {
    out: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
