//! `review`: marks on mentions and messages; and what a figure with marks says of them.

use std::io::{Read as _, Write as _};

use serde::Serialize;
use serde_json::json;

use super::Session;
use super::args::{AddArgs, ExportMarksArgs, ImportMarksArgs, ListArgs, Review, ReviewArgs};
use super::failure::Failure;
use super::output::{Output, Table, counted, head};
use super::series::known;
use crate::domain::lexicon::Lexicon;
use crate::domain::review::{Mark, Place, Told, Verdict, holding, messages};
use crate::domain::stamp::written;
use crate::store::query::marked::FoundPlace;
use crate::store::{Ledger, Reader};

/// The longest file of marks that is read, in bytes: a person's judgements, not an archive.
const LONGEST: u64 = 64 << 20;

pub fn run(session: &Session<'_>, args: &ReviewArgs, output: Output<'_>) -> Result<u8, Failure> {
    match &args.what {
        Review::Add(args) => add(session, args, output),
        Review::List(args) => list(session, args, output),
        Review::Export(args) => export(session, args, output),
        Review::Import(args) => import(session, args, output),
    }
}

/// The line under a table with marks.
pub fn footnote(reader: &Reader) -> Option<String> {
    let applied = reader.marks_applied()?;
    Some(format!("{} applied: figures are as reviewed (`sinmun review list`)", counted(applied, "mark")))
}

/// One mark, as it is shown. The order of fields is the order of columns.
#[derive(Debug, Serialize)]
struct MarkRow {
    at: String,
    by: String,
    why: String,
    verdict: &'static str,
    thing: String,
    into: Option<String>,
    holds: bool,
    idle: Option<String>,
}

impl MarkRow {
    const COLUMNS: [&str; 8] = ["at", "by", "why", "verdict", "thing", "into", "holds", "idle"];

    fn new(mark: &Mark, holds: bool, idle: Option<String>) -> Self {
        Self {
            at: written(mark.at),
            by: mark.by.clone(),
            why: mark.why.clone(),
            verdict: mark.verdict.as_str(),
            thing: mark.thing(),
            into: mark.into.clone(),
            holds,
            idle,
        }
    }
}

fn add(session: &Session<'_>, args: &AddArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let (reader, lexicon) = session.counted()?;
    let mark = if messages::parties(&args.thing).is_ok() {
        on_message(session, &reader, &lexicon, args)?
    } else {
        on_mention(session, &reader, &lexicon, args)?
    };
    mark.check().map_err(Failure::Usage)?;
    drop(reader);
    Ledger::open(&session.paths)?.add(std::slice::from_ref(&mark))?;
    let rows = [MarkRow::new(&mark, true, None)];
    let query = json!({"command": "review", "what": "add"});
    output.rows(args.format, &query, lexicon.method(), &MarkRow::COLUMNS, &rows, table)?;
    Ok(0)
}

/// A mark with what the command line says of every mark.
fn mark(at: i64, args: &AddArgs) -> Mark {
    Mark {
        at,
        by: args.by.trim().to_owned(),
        why: args.why.trim().to_owned(),
        verdict: args.verdict,
        mention: None,
        message: None,
        into: None,
        form: None,
        told: None,
    }
}

fn on_mention(session: &Session<'_>, reader: &Reader, lexicon: &Lexicon, args: &AddArgs) -> Result<Mark, Failure> {
    let place = match &args.words {
        Some(words) => by_words(reader, &args.thing, words)?,
        None => args.thing.parse().map_err(Failure::Usage)?,
    };
    let found = look_up(reader, lexicon, &place, args.verdict)?;
    let words = found.words.as_deref().ok_or_else(|| {
        Failure::Usage(format!("{place}: the text has no such bytes; `sinmun mentions --format json` gives them"))
    })?;
    match (args.verdict, found.counted) {
        (Verdict::False | Verdict::Merged, None) => {
            return Err(Failure::Usage(format!(
                "{place}: the counter finds no mention of {} there (it reads '{words}')",
                place.entity
            )));
        }
        (Verdict::Missed, Some(form)) => {
            return Err(Failure::Usage(format!(
                "{place}: the counter finds a mention of {} in '{words}' itself, by {form}",
                place.entity
            )));
        }
        _ => {}
    }
    let into = args
        .into
        .as_ref()
        .map(|into| {
            let into: Place = into.parse().map_err(Failure::Usage)?;
            let found = look_up(reader, lexicon, &into, Verdict::Merged)?;
            found.counted.map(|_| found.place.to_string()).ok_or_else(|| {
                Failure::Usage(format!("--into {into}: the counter finds no mention of {} there", into.entity))
            })
        })
        .transpose()?;
    Ok(Mark { mention: Some(found.place), into, form: args.form, ..mark(session.now, args) })
}

fn look_up(reader: &Reader, lexicon: &Lexicon, place: &Place, verdict: Verdict) -> Result<FoundPlace, Failure> {
    known(lexicon, [&place.entity])?;
    reader.find_place(lexicon, place, verdict)?.ok_or_else(|| no_such_text(&place.article, &place.revision))
}

fn no_such_text(article: &str, revision: &str) -> Failure {
    let of = if revision.is_empty() { String::new() } else { format!(" with the hash {revision}") };
    Failure::Usage(format!("the store has no text{of} of an article '{article}'; `sinmun mentions` shows their names"))
}

/// `ARTICLE:ENTITY` with words that stand in the article once.
fn by_words(reader: &Reader, thing: &str, words: &str) -> Result<Place, Failure> {
    let (article, entity) = thing
        .split_once(':')
        .filter(|(_, entity)| !entity.contains(':'))
        .ok_or_else(|| Failure::Usage(format!("'{thing}': with --words, write ARTICLE:ENTITY")))?;
    let (article, revision) = article.split_once('@').unwrap_or((article, ""));
    let places =
        if words.is_empty() { Some(Vec::new()) } else { reader.find_words(article, revision, words, entity)? };
    let places = places.ok_or_else(|| no_such_text(article, revision))?;
    match places.as_slice() {
        [place] => Ok(place.clone()),
        [] => Err(Failure::Usage(format!("'{words}' does not stand in {article}"))),
        several => {
            let all: Vec<String> =
                several.iter().map(|p| format!("{}:{}-{}", p.field.as_str(), p.start, p.end)).collect();
            Err(Failure::Usage(format!("'{words}' stands in {article} at {}: name one of them", all.join(", "))))
        }
    }
}

fn on_message(session: &Session<'_>, reader: &Reader, lexicon: &Lexicon, args: &AddArgs) -> Result<Mark, Failure> {
    let rules = session.rules(reader)?;
    let there = |name: &str| -> Result<bool, Failure> {
        messages::parties(name).map_err(Failure::Usage)?;
        Ok(reader.has_message(lexicon, &rules, name)?)
    };
    match (args.verdict, there(&args.thing)?) {
        (Verdict::Missed, true) => {
            return Err(Failure::Usage(format!("the message {} is found without a mark", args.thing)));
        }
        (Verdict::False | Verdict::Merged, false) => {
            return Err(Failure::Usage(format!("there is no message {}; `sinmun messages` shows them", args.thing)));
        }
        _ => {}
    }
    if let Some(into) = &args.into
        && !there(into)?
    {
        return Err(Failure::Usage(format!("--into: there is no message {into}; `sinmun messages` shows them")));
    }
    let told = (args.verdict == Verdict::Missed).then(|| missed(reader, lexicon, args)).transpose()?;
    Ok(Mark { message: Some(args.thing.clone()), into: args.into.clone(), told, ..mark(session.now, args) })
}

/// What a missed message is, with the article that tells of it.
fn missed(reader: &Reader, lexicon: &Lexicon, args: &AddArgs) -> Result<Told, Failure> {
    let article = args.article.as_ref().ok_or_else(|| {
        Failure::Usage("a missed message needs the article that tells of it: --article NAME".to_owned())
    })?;
    let article = reader.article(lexicon, article)?.ok_or_else(|| no_such_text(article, ""))?.article;
    Ok(Told { article, level: args.level, form: args.kind, occasion: args.occasion, reply: args.reply })
}

fn list(session: &Session<'_>, args: &ListArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let (reader, lexicon) = session.counted()?;
    let marks = reader.marks()?;
    let held = holding(marks.iter().cloned());
    let idle = reader.idle_marks(&lexicon, &session.rules(&reader)?)?;
    let rows: Vec<MarkRow> = marks
        .iter()
        .map(|mark| {
            let why = idle.iter().find(|idle| idle.mark == *mark).map(|idle| idle.why.clone());
            MarkRow::new(mark, held.contains(mark), why)
        })
        .collect();
    let query = json!({"command": "review", "what": "list"});
    output.rows(args.format, &query, lexicon.method(), &MarkRow::COLUMNS, &rows, table)?;
    Ok(0)
}

fn table(rows: &[MarkRow]) -> Table {
    let cells = rows
        .iter()
        .map(|row| {
            let into = row.into.as_ref().map(|into| format!(" into {}", short(into))).unwrap_or_default();
            let idle = row.idle.as_ref().map(|idle| format!("   NO EFFECT: {idle}")).unwrap_or_default();
            vec![
                row.at.clone(),
                row.by.clone(),
                row.verdict.to_owned(),
                if row.holds { "holds" } else { "superseded" }.to_owned(),
                format!("{}{into}   {}{idle}", short(&row.thing), row.why),
            ]
        })
        .collect();
    let notes = vec![format!("{}; `--reviewed` gives figures with those that hold", counted(rows.len(), "mark"))];
    Table { head: head(["at", "by", "verdict", "state", "what and why"]), beneath: true, rows: cells, notes }
}

/// A thing with only the beginning of its text's hash, which is enough to name it.
fn short(thing: &str) -> String {
    let parts = thing.split_once('@').and_then(|(article, rest)| Some((article, rest.split_once(':')?)));
    match parts {
        Some((article, (revision, place))) => format!("{article}@{}:{place}", revision.get(..8).unwrap_or(revision)),
        None => thing.to_owned(),
    }
}

fn export(session: &Session<'_>, args: &ExportMarksArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let marks = session.reader()?.marks()?;
    let lines: String = marks.iter().map(|mark| mark.line() + "\n").collect();
    if args.file == "-" {
        output.raw(lines.as_bytes())?;
        return Ok(0);
    }
    let cannot = |error: std::io::Error| Failure::Io(format!("cannot write {}: {error}", args.file));
    let mut file = std::fs::File::create_new(&args.file).map_err(cannot)?;
    file.write_all(lines.as_bytes()).map_err(cannot)?;
    session.note(&format!("wrote {} to {}", counted(marks.len(), "mark"), args.file));
    Ok(0)
}

/// What came of a file of marks.
#[derive(Debug, Serialize)]
struct Imported {
    read: usize,
    new: usize,
    known: usize,
    rejected: usize,
}

fn import(session: &Session<'_>, args: &ImportMarksArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let text = read(&args.file)?;
    let (mut marks, mut rejected) = (Vec::new(), 0);
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match Mark::parse(line) {
            Ok(mark) => marks.push(mark),
            Err(fault) => {
                rejected += 1;
                eprintln!("sinmun: {} line {}: {fault}", args.file, number + 1);
            }
        }
    }
    let new = Ledger::open(&session.paths)?.add(&marks)?;
    let report = Imported { read: marks.len() + rejected, new, known: marks.len() - new, rejected };
    let query = json!({"command": "review", "what": "import", "file": args.file});
    let nothing = marks.is_empty() && rejected > 0;
    output.rows(args.format, &query, "", &["read", "new", "known", "rejected"], &[report], |rows| Table {
        head: head(["", ">marks", "what"]),
        beneath: false,
        rows: rows
            .iter()
            .flat_map(|report| {
                [
                    ("read", report.read, "lines"),
                    ("new", report.new, "marks that were not there"),
                    ("known", report.known, "marks that were there already"),
                    ("rejected", report.rejected, "lines that could not be used"),
                ]
            })
            .map(|(name, count, what)| vec![name.to_owned(), count.to_string(), what.to_owned()])
            .collect(),
        notes: Vec::new(),
    })?;
    Ok(if nothing { Failure::Data(String::new()).code() } else { 0 })
}

fn read(file: &str) -> Result<String, Failure> {
    let cannot = |error: std::io::Error| Failure::Io(format!("cannot read {file}: {error}"));
    let mut bytes = Vec::new();
    if file == "-" {
        std::io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    } else {
        std::fs::File::open(file).map_err(cannot)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(cannot)?;
    }
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::Data(format!("{file} is longer than {} MB; split it", LONGEST >> 20)));
    }
    String::from_utf8(bytes).map_err(|error| {
        Failure::Data(format!("{file} is not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))
    })
}
