//! `import`: archive files into the store, with progress, a report and the refused rows.

use std::fs::File;
use std::io::{BufWriter, Read, Write as _};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::Session;
use super::args::ImportArgs;
use super::failure::Failure;
use super::output::{Output, Table};
use crate::archive::Fields;
use crate::ingest::{self, Frame, Job, Pages, Report, Watch};

pub fn run(session: &Session<'_>, args: &ImportArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let method = session.method()?;
    let (sources, refusals) = (session.loaded.all_sources()?, session.loaded.refusals()?);
    // Of several sources of one stream the site's own reads its pages; a feed has none.
    let source = sources
        .iter()
        .find(|s| (&s.stream.outlet, s.stream.edition) == (&args.outlet, args.edition) && !s.layouts.is_empty());
    let pages = source.map(|source| Pages { source, refusals: &refusals });
    let fields = fields(&args.field)?;
    let mut rejects = args
        .rejects
        .as_ref()
        .map(|path| {
            File::create(path)
                .map(BufWriter::new)
                .map_err(|error| Failure::Io(format!("cannot write {}: {error}", path.display())))
        })
        .transpose()?;
    let writer = session.writer(&method, false)?;
    let mut writer = if args.no_search { writer.without_search() } else { writer };
    let mut sum = Report::default();
    for file in &args.files {
        let job = Job {
            frame: Frame {
                outlet: args.outlet.clone(),
                edition: args.edition,
                today: session.today(),
                method: &method,
            },
            fields: fields.clone(),
            pages,
            name: name_of(file),
            complete: args.complete,
            strict: args.strict,
            search: !args.no_search,
            now: session.now,
        };
        let (input, size) = open(file)?;
        let consumed = Arc::new(AtomicU64::new(0));
        let bar = bar(size, file, session.cli.quiet);
        let mut failed_write = None;
        let result = ingest::import(&mut writer, &session.paths, &job, input, &consumed, &mut |watch| match watch {
            Watch::Progress(report) => {
                bar.set_position(ingest::used(&consumed));
                bar.set_message(format!("{} rows", report.read));
            }
            Watch::Rejected(rejected) => {
                session.detail(&format!("{file}, line {}: {}", rejected.line, rejected.reason));
                if let Some(sink) = &mut rejects {
                    let row =
                        json!({"file": file, "line": rejected.line, "reason": rejected.reason, "raw": rejected.raw});
                    failed_write = writeln!(sink, "{row}").err().or(failed_write.take());
                }
            }
        });
        bar.finish_and_clear();
        let report = result.map_err(|error| name_the_file(file, error.into()))?;
        if let Some(error) = failed_write {
            return Err(Failure::Io(format!("the refused rows could not be written: {error}")));
        }
        add(&mut sum, &report);
    }
    if let Some(mut sink) = rejects {
        sink.flush()?;
    }
    let query = json!({"command": "import", "files": args.files, "outlet": args.outlet, "edition": args.edition});
    output.rows(args.format, &query, method.lexicon().method(), &Report::COLUMNS, &[sum], |_| table(&sum, args))?;
    if sum.read > 0 && sum.rejected == sum.read {
        return Err(Failure::Data(format!("none of the {} rows could be used; --rejects FILE lists why", sum.read)));
    }
    Ok(0)
}

fn fields(given: &[String]) -> Result<Fields, Failure> {
    given.iter().try_fold(Fields::well_known(), |fields, pair| {
        let (role, column) = pair
            .split_once('=')
            .ok_or_else(|| Failure::Usage(format!("--field {pair}: write it as title=headline")))?;
        fields.with(role, column).map_err(|error| Failure::Usage(format!("--field {pair}: {error}")))
    })
}

type Input = Box<dyn Read + Send>;

/// A file and its size, where it has one.
fn open(file: &str) -> Result<(Input, Option<u64>), Failure> {
    if file == "-" {
        return Ok((Box::new(std::io::stdin()), None));
    }
    let open = File::open(file).map_err(|error| Failure::Io(format!("cannot read {file}: {error}")))?;
    let metadata = open.metadata().map_err(|error| Failure::Io(format!("cannot read {file}: {error}")))?;
    if metadata.is_dir() {
        return Err(Failure::Usage(format!("{file} is a folder; name the files in it")));
    }
    Ok((Box::new(open), metadata.is_file().then_some(metadata.len())))
}

/// The name a file is remembered by: its own, without the folders of the machine it lay on.
fn name_of(file: &str) -> String {
    if file == "-" {
        return "standard input".to_owned();
    }
    std::path::Path::new(file).file_name().map_or_else(|| file.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn name_the_file(file: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Data(text) => Failure::Data(format!("{file}: {text}")),
        other => other,
    }
}

/// Drawn on standard error, and only if that is a terminal.
fn bar(size: Option<u64>, file: &str, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let (bar, template) = match size {
        Some(size) => (
            ProgressBar::new(size),
            "{prefix} [{bar:30}] {bytes}/{total_bytes} {binary_bytes_per_sec} {msg}, {eta} left",
        ),
        None => (ProgressBar::no_length(), "{prefix} {spinner} {bytes} {binary_bytes_per_sec} {msg}"),
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style).with_prefix(name_of(file))
}

fn add(sum: &mut Report, report: &Report) {
    sum.read += report.read;
    sum.new += report.new;
    sum.merged += report.merged;
    sum.revised += report.revised;
    sum.headline_only += report.headline_only;
    sum.missing += report.missing;
    sum.media += report.media;
    sum.known += report.known;
    sum.rejected += report.rejected;
    sum.repairs += report.repairs;
    sum.repaired_rows += report.repaired_rows;
    sum.undated += report.undated;
    sum.passed_over += report.passed_over;
}

fn table(report: &Report, args: &ImportArgs) -> Table {
    let mut rows = vec![
        ("read", report.read, "rows"),
        ("new", report.new, "articles that were not there"),
        ("merged", report.merged, "further appearances of an article"),
        ("revised", report.revised, "new texts of articles that were there"),
        ("headline-only", report.headline_only, "titles without a text"),
        ("missing", report.missing, "text items whose text could not be read"),
        ("media", report.media, "photo and video items"),
        ("known", report.known, "rows that were there already"),
        ("rejected", report.rejected, "rows that could not be used"),
    ];
    if report.undated > 0 {
        rows.push(("undated", report.undated, "rows without a day that can be true: kept, in no series"));
    }
    if report.passed_over > 0 {
        rows.push(("passed over", report.passed_over, "records of a web archive that are none of these pages"));
    }
    let mut notes = Vec::new();
    if report.repairs > 0 {
        notes.push(format!(
            "{} blanks put back around names in {} rows; the originals are kept (`sinmun show ARTICLE --raw`)",
            report.repairs, report.repaired_rows
        ));
    }
    if report.rejected > 0 && args.rejects.is_none() {
        notes.push("--rejects FILE lists the rejected rows with line and reason".to_owned());
    }
    Table {
        beneath: false,
        head: vec![String::new(), ">rows".to_owned(), "what".to_owned()],
        rows: rows
            .into_iter()
            .map(|(name, count, what)| vec![name.to_owned(), count.to_string(), what.to_owned()])
            .collect(),
        notes,
    }
}
