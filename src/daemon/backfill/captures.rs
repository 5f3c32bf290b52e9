//! Captures by others: the index is walked by its resume keys, then each article's captures are tried, the oldest
//! first, until one is content. The time of a capture is the clock of everything that is read from it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Doing, End, Run};
use crate::daemon::Watched;
use crate::daemon::poll::{Asked, Tally, ask};
use crate::domain::article::DayFrom;
use crate::domain::day::Day;
use crate::domain::outcome::Outcome;
use crate::extract::answer::Answer;
use crate::extract::archive::{Wayback, instant, stamp_in};
use crate::extract::article::Draft;
use crate::extract::judge::{self, Expected, Judged, Rules};
use crate::extract::source::{Pace, Source};
use crate::extract::token;
use crate::fetch::gate::Gates;
use crate::fetch::{Fault, Request, Session, Settings};
use crate::ingest::{Captured, captured, item};
use crate::store::brought::Brought;
use crate::store::captures::{self, DueCapture, NewCapture};
use crate::store::past::Walk;
use crate::store::{Recorded, StoreError};

/// After so many seconds an index is walked anew.
const INDEX_HOLDS: i64 = 7 * 86_400;
/// How often one capture is asked for before it is given up for another. Of an archive that fails at every twentieth
/// request, three would lose one article in some thousands.
const TRIES: u32 = 5;

pub(super) async fn run(run: &mut Run<'_>, wayback: &Wayback) -> Result<(End, Brought), StoreError> {
    let asked = captures::Asked { span: run.task.span, late_days: wayback.late_days };
    let end = match Access::new(run, wayback) {
        Ok(access) => {
            if run.task.again {
                let archive = run.archive;
                run.step(|writer| writer.try_failed_again(archive))?;
            }
            // What asked before, if it was killed, may have asked just now.
            run.timer.until(run.timer.now() + access.gap).await;
            match index(run, wayback, &access).await? {
                Some(end) => end,
                None => read(run, wayback, &access, &asked).await?,
            }
        }
        Err(fault) => End::GaveUp(fault.to_string()),
    };
    let brought = run.collector.books().writer.brought(run.archive, &asked)?;
    Ok((end, brought))
}

/// Two ways to one host, each at its own pace, by one gate.
struct Access {
    index: Watched,
    captures: Watched,
    gap: Duration,
}

impl Access {
    fn new(run: &Run<'_>, wayback: &Wayback) -> Result<Self, Fault> {
        let gates = Arc::new(Gates::by(run.timer.clone()));
        let of = |a_minute: u32, total_seconds: u64| -> Result<Watched, Fault> {
            let source = &run.watched.source;
            let pace = Pace {
                gap_ms: 60_000_u64.div_ceil(a_minute.into()),
                gap_spread_ms: 0,
                parallel: 1,
                total_seconds: total_seconds.max(source.pace.total_seconds),
                gzip: true,
                ..source.pace
            };
            let settings = Settings {
                user_agent: run.watched.session.settings().user_agent.clone(),
                pace,
                // A proxy is there to reach the source, not its archives.
                proxy: None,
                allow_private: source.allow_private,
            };
            Ok(Watched {
                source: Source {
                    name: format!("{} {}", source.name, wayback.name),
                    pace,
                    ignore_robots: wayback.ignore_robots,
                    ..source.clone()
                },
                session: Session::new(settings, Arc::clone(&gates))?,
                refusals: Arc::clone(&run.watched.refusals),
                robots: Mutex::default(),
                seed: run.watched.seed(0),
                watch: Vec::new(),
                judged: Mutex::default(),
            })
        };
        let captures = of(wayback.captures_a_minute, 0)?;
        let gap = Duration::from_millis(captures.source.pace.gap_ms);
        // An index may think for ten minutes.
        Ok(Self { index: of(wayback.index_a_minute, 600)?, captures, gap })
    }
}

/// Walks the index of every prefix to its end.
async fn index(run: &mut Run<'_>, wayback: &Wayback, access: &Access) -> Result<Option<End>, StoreError> {
    let span = run.task.span;
    let today = Day::in_korea(run.now()).plus(1);
    // A day begins nine hours earlier in Korea.
    let (from, to) = (span.from.plus(-1), span.to.plus(wayback.late_days).min(today));
    let mut found = 0;
    for prefix in &wayback.prefixes {
        let now = run.now();
        let mut walk = run.collector.books().writer.walk(run.archive, prefix, span, now)?;
        if walk.done_at.is_some_and(|at| now - at < INDEX_HOLDS) {
            continue;
        }
        if walk.done_at.is_some() {
            walk = Walk { began: now, page: 1, ..Walk::default() };
        }
        while walk.done_at.is_none() {
            run.patience().await?;
            let address = wayback.index_address(prefix, from, to, walk.next.as_deref());
            let mut tally = Tally::default();
            let asked = ask(run.collector, &access.index, &Request::get(address), &mut tally, |answer, rules| {
                judge::index(answer, rules.refusals)
            })
            .await;
            let Some(index) = asked.judged.content else {
                let (outcome, why) = (asked.judged.outcome, asked.judged.why);
                if let Some(end) = run.trouble(outcome, &why, &tally, |_| Ok(()))? {
                    return Ok(Some(end));
                }
                continue;
            };
            let lines = u32::try_from(index.captures.len()).unwrap_or(u32::MAX);
            found += lines;
            walk.lines += lines;
            walk.page += 1;
            // A key that leads back to where it stands is no key.
            walk.done_at = (index.resume.is_none() || index.resume == walk.next).then(|| run.now());
            walk.next = index.resume.filter(|_| walk.done_at.is_none());
            let source = &run.watched.source;
            let captures: Vec<NewCapture> = index
                .captures
                .into_iter()
                .filter_map(|capture| {
                    Some(NewCapture {
                        key: source.address_key(&source.article_key(&capture.original)?),
                        day: token::day(&capture.original),
                        at: capture.at,
                        stamp: capture.stamp,
                        url: capture.original,
                        digest: capture.digest,
                    })
                })
                .collect();
            let (archive, left) = (run.archive, run.relieved());
            run.step(|writer| {
                writer.note_captures(archive, &captures)?;
                writer.note_walk(archive, prefix, span, &walk)?;
                writer.leave_archive(archive, left)
            })?;
            run.tell(Doing::Listing, found, 0, 0, prefix);
            if run.collector.is_stopping() {
                return Ok(Some(End::Stopped));
            }
        }
    }
    Ok(None)
}

/// Reads what is found and not held.
async fn read(
    run: &mut Run<'_>,
    wayback: &Wayback,
    access: &Access,
    asked: &captures::Asked,
) -> Result<End, StoreError> {
    let archive = run.archive;
    run.step(|writer| writer.settle_held(archive))?;
    let mut left = run.collector.books().writer.archived_waiting(archive, asked)?;
    let mut done = 0;
    loop {
        let due = run.collector.books().writer.next_capture(archive, asked)?;
        let Some(due) = due else { return Ok(End::Done) };
        if run.collector.is_stopping() {
            return Ok(End::Stopped);
        }
        run.patience().await?;
        match one(run, wayback, access, &due).await? {
            Step::Settled => {
                left = left.saturating_sub(1);
                done += 1;
            }
            Step::Next => {}
            Step::End(end) => return Ok(end),
        }
        let seconds = i64::from(left) * 60 / i64::from(wayback.captures_a_minute);
        run.tell(Doing::Reading, done, left, seconds, "");
    }
}

enum Step {
    /// The article is settled.
    Settled,
    /// Another capture, or the same again.
    Next,
    End(End),
}

/// Asks for one capture and stores what came of it.
async fn one(run: &mut Run<'_>, wayback: &Wayback, access: &Access, due: &DueCapture) -> Result<Step, StoreError> {
    let capture = &due.capture;
    let archive = run.archive;
    let listed = run.collector.books().writer.entry(run.id, capture.key)?;
    let request = Request::get(wayback.capture_address(&capture.stamp, &capture.url));
    let (original, at) = (capture.url.clone(), capture.at);
    let (title, day, held) =
        listed.as_ref().map_or((None, None, None), |l| (Some(l.title.clone()), l.day, l.held.clone()));
    let mut tally = Tally::default();
    let asked: Asked<(Draft, i64)> =
        ask(run.collector, &access.captures, &request, &mut tally, move |answer, rules| {
            // A status of the archive's own: a ban must not use up the captures.
            if matches!(answer.status, 401 | 403 | 407 | 451) {
                let why = format!("the archive answers status {}", answer.status);
                return Judged { outcome: Outcome::Refused, why, content: None };
            }
            // Where the archive leads to a neighbouring capture, that one's time counts.
            let at = stamp_in(&answer.url).and_then(instant).unwrap_or(at);
            let answer = Answer { url: original, ..answer.clone() };
            let rules = Rules { today: Day::in_korea(at), ..rules };
            let expected = Expected { title: title.as_deref(), day, held: held.as_deref() };
            let Judged { outcome, why, content } = judge::article(&answer, rules, expected);
            Judged { outcome, why, content: content.map(|draft| (draft, at)) }
        })
        .await;
    let (outcome, why) = (asked.judged.outcome, asked.judged.why);
    if let Some((draft, at)) = asked.judged.content {
        let listed = listed.and_then(|l| Some((l.day?, l.day_from))).filter(|(_, from)| *from == DayFrom::List);
        let page = asked.page.unwrap_or_default();
        let url = capture.url.clone();
        let found = Captured { draft, url, key: capture.key, at, listed, page, line: 0 };
        let method = Arc::clone(&run.collector.books().method);
        let item = item(captured(&run.watched.source, found), Day::in_korea(at), &method);
        let left = run.relieved();
        run.step(|writer| {
            let brought = match writer.record(&item)? {
                Recorded::New => 2,
                Recorded::Appearance => 1,
                Recorded::Known => 0,
            };
            writer.settle_read(archive, capture, item.day, brought)?;
            writer.leave_archive(archive, left)
        })?;
        return Ok(Step::Settled);
    }
    let ended = match fault_of(outcome) {
        FaultOf::Archive => run.trouble(outcome, &why, &tally, |_| Ok(()))?,
        FaultOf::Either if due.tries + 1 < TRIES => {
            run.trouble(outcome, &why, &tally, |writer| writer.note_try(archive, capture))?
        }
        FaultOf::Either => run.trouble(outcome, &why, &tally, |writer| {
            writer.note_capture_failed(archive, capture, outcome, &why).map(drop)
        })?,
        FaultOf::Capture => {
            let left = run.relieved();
            let more = run.step(|writer| {
                let more = writer.note_capture_failed(archive, capture, outcome, &why)?;
                writer.leave_archive(archive, left)?;
                Ok(more)
            })?;
            return Ok(if more { Step::Next } else { Step::Settled });
        }
    };
    Ok(ended.map_or(Step::Next, Step::End))
}

/// Whose fault it is that a capture is no content.
enum FaultOf {
    /// The archive's, or our network's: the capture is asked for again however often.
    Archive,
    /// Either's: after some tries the capture is given up.
    Either,
    /// The capture's: another one may be better.
    Capture,
}

const fn fault_of(outcome: Outcome) -> FaultOf {
    match outcome {
        Outcome::RateLimited | Outcome::Unreachable | Outcome::Offline | Outcome::Proxy | Outcome::Robots => {
            FaultOf::Archive
        }
        Outcome::TimedOut
        | Outcome::CutOff
        | Outcome::Protocol
        | Outcome::ServerError
        | Outcome::Refused
        | Outcome::Redirected => FaultOf::Either,
        _ => FaultOf::Capture,
    }
}
