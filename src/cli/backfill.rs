//! `backfill`: a source's past from its archives, with progress, the time it will take, and a closing report.

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;

use super::Session;
use super::args::BackfillArgs;
use super::collect::{plan, runtime, start};
use super::failure::Failure;
use super::output::{Output, Table, head};
use crate::daemon::Clock;
use crate::daemon::backfill::{Doing, End, Ended, Progress, Task};
use crate::domain::period::Span;
use crate::extract::archive::Archive;
use crate::fetch::gate::Timer;

/// What one archive has brought, as it is shown. The order of fields is the order of columns.
#[derive(Debug, Serialize)]
struct Shown {
    source: String,
    archive: String,
    found: u32,
    fetched: u32,
    new: u32,
    merged: u32,
    there: u32,
    failed: u32,
    waiting: u32,
    days: u32,
    why: String,
    ended: String,
}

const COLUMNS: [&str; 12] =
    ["source", "archive", "found", "fetched", "new", "merged", "there", "failed", "waiting", "days", "why", "ended"];

pub fn run(
    session: &Session<'_>,
    args: &BackfillArgs,
    clock: &Clock,
    variable: &dyn Fn(&str) -> Option<String>,
    mut output: Output<'_>,
) -> Result<u8, Failure> {
    let mut plan = plan(session, variable)?;
    plan.sources = session.loaded.all_sources()?;
    let Some(source) = plan.sources.iter().find(|s| s.name == args.source) else {
        let names: Vec<&str> = plan.sources.iter().map(|s| s.name.as_str()).collect();
        return Err(Failure::Usage(format!("there is no source '{}'; there are {}", args.source, names.join(", "))));
    };
    let known: Vec<&str> = source.archives.iter().map(Archive::name).collect();
    if known.is_empty() {
        return Err(Failure::Usage(format!("the source '{}' has no archive in its file", args.source)));
    }
    if let Some(unknown) = args.archive.iter().find(|name| !known.contains(&name.as_str())) {
        let known = known.join(", ");
        return Err(Failure::Usage(format!("'{}' has no archive '{unknown}'; it has {known}", args.source)));
    }
    let (from, to) = (args.from.first(), args.to.last());
    let span = Span::new(from, to.min(session.today())).ok_or_else(|| {
        Failure::Usage(format!("--from {from} --to {to}: there are no such days yet, or none at all"))
    })?;
    // What is configured to be collected is polled meanwhile, if that is wanted.
    let collected: Vec<String> =
        if args.poll { session.loaded.sources()? } else { Vec::new() }.into_iter().map(|source| source.name).collect();
    plan.sources.retain(|source| source.name == args.source || collected.contains(&source.name));
    let task =
        Task { source: args.source.clone(), span, archives: args.archive.clone(), again: args.retry, polls: args.poll };
    let mut shown = Shower::new(session);
    let ended = runtime()?.block_on(async {
        let collector = start(session, &plan, clock)?;
        let timer = Timer::machine();
        Ok::<_, Failure>(collector.backfill(&task, &timer, &mut |progress| shown.tell(progress)).await?)
    })?;
    shown.bar.finish_and_clear();
    let ended = ended.unwrap_or_default();
    show(args, &ended, &mut output)?;
    let given_up: Vec<String> = ended
        .iter()
        .filter_map(|one| match &one.end {
            End::GaveUp(why) => Some(format!("{}: {why}", one.archive)),
            End::Done | End::Stopped => None,
        })
        .collect();
    if given_up.is_empty() {
        return Ok(0);
    }
    Err(Failure::Temporary(format!("{}; what was done is kept: run the same command again later", given_up.join("; "))))
}

fn show(args: &BackfillArgs, ended: &[Ended], output: &mut Output<'_>) -> Result<(), Failure> {
    let rows: Vec<Shown> = ended
        .iter()
        .map(|one| {
            let b = &one.brought;
            let why: Vec<String> =
                b.why.iter().map(|(outcome, count)| format!("{count} {}", outcome.as_str())).collect();
            Shown {
                source: args.source.clone(),
                archive: one.archive.clone(),
                found: b.found,
                fetched: b.fetched,
                new: b.new,
                merged: b.merged,
                there: b.there,
                failed: b.failed,
                waiting: b.waiting,
                days: b.days,
                why: why.join(", "),
                ended: match &one.end {
                    End::Done => "done".to_owned(),
                    End::Stopped => "stopped".to_owned(),
                    End::GaveUp(why) => format!("gave up: {why}"),
                },
            }
        })
        .collect();
    let query = json!({"command": "backfill", "source": args.source, "from": args.from.first(), "to": args.to.last()});
    output.rows(args.format, &query, "", &COLUMNS, &rows, |rows| Table {
        head: head([
            "archive", ">found", ">fetched", ">new", ">merged", ">there", ">failed", ">waiting", ">days", "ended",
            "why",
        ]),
        beneath: false,
        rows: rows
            .iter()
            .map(|r| {
                let mut cells = vec![r.archive.clone()];
                cells.extend(
                    [r.found, r.fetched, r.new, r.merged, r.there, r.failed, r.waiting, r.days].map(|n| n.to_string()),
                );
                cells.extend([r.ended.clone(), r.why.clone()]);
                cells
            })
            .collect(),
        notes: vec![
            "found: articles' addresses of these days, over all runs; fetched: captures or pages asked for; new: texts \
             that were not held; merged: of articles that were; there: not asked for, since they were held; days: on \
             which a new text stands"
                .to_owned(),
        ],
    })
}

/// Progress on standard error: a bar on a terminal, else a line now and then.
struct Shower<'a> {
    session: &'a Session<'a>,
    bar: ProgressBar,
    told: u32,
}

/// Without a terminal a line is written so often.
const EVERY: u32 = 100;

impl<'a> Shower<'a> {
    fn new(session: &'a Session<'a>) -> Self {
        let bar = if session.cli.quiet { ProgressBar::hidden() } else { ProgressBar::new(0) };
        let style = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {msg}");
        Self { session, bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())), told: 0 }
    }

    fn tell(&mut self, progress: &Progress<'_>) {
        let Progress { archive, doing, done, left, seconds, what } = *progress;
        let text = match doing {
            Doing::Listing => format!("{done} lines listed of {what}"),
            Doing::Reading => format!("{done} read, {left} left, about {}", long(seconds)),
            Doing::Waiting if what.is_empty() => format!("left alone for {}", long(seconds)),
            Doing::Waiting => format!("left alone for {} ({what})", long(seconds)),
        };
        self.bar.set_prefix(archive.to_owned());
        if doing == Doing::Reading {
            self.bar.set_length(u64::from(done) + u64::from(left));
            self.bar.set_position(done.into());
        }
        self.bar.set_message(text.clone());
        self.told += 1;
        if self.bar.is_hidden() && (doing == Doing::Waiting || self.told % EVERY == 1) {
            self.session.note(&format!("{archive}: {text}"));
        }
    }
}

/// "90 s", "12 min", "29 h".
fn long(seconds: i64) -> String {
    match seconds {
        ..=120 => format!("{seconds} s"),
        121..=7200 => format!("{} min", seconds / 60),
        _ => format!("{} h", (seconds + 1800) / 3600),
    }
}
