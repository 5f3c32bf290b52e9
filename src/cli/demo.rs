//! `demo`: a stand-in of both sites on loopback, collected from and counted. No network, nothing of the user's store.

use std::sync::Arc;

use super::args::DemoArgs;
use super::collect::{runtime, show};
use super::failure::Failure;
use super::output::Output;
use super::serve;
use super::{Session, Surroundings};
use crate::daemon::{Clock, Collector, Plan};
use crate::domain::day::Day;
use crate::domain::stream::Edition;
use crate::extract::source::Pace;
use crate::standin::archive::{Look, Shots};
use crate::standin::{KcnaLook, RodongEra, Standin, World};
use crate::store::Paths;
use crate::store::sources::PollRow;
use crate::telemetry::Telemetry;

/// The demonstration's last day: the built-in indicator speaks of the months before it.
const TODAY: (i16, i8, i8) = (2024, 9, 10);
/// Its articles are the same every time.
const SEED: u64 = 2024;

pub fn run(session: &Session<'_>, args: &DemoArgs, surroundings: &mut Surroundings<'_>) -> Result<u8, Failure> {
    if let Some(folder) = &args.stand_in {
        return super::standin::serve(session, args, folder);
    }
    let folder =
        args.keep.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("sinmun-demo-{}", std::process::id())));
    if folder.join("sinmun.db").exists() {
        return Err(Failure::Usage(format!(
            "{} holds a store already; the demonstration wants an empty folder",
            folder.display()
        )));
    }
    let rows = collect(session, args, &folder)?;
    let colour = surroundings.terminal && (surroundings.variable)("NO_COLOR").is_none();
    let mut output = Output::new(&mut *surroundings.out, surroundings.terminal, colour, surroundings.width);
    output.line("What was collected from the stand-in. All of its articles are synthetic; none was ever published.")?;
    output.line("")?;
    show(&rows, Some(super::args::Format::Table), &mut output)?;
    let data = folder.display().to_string();
    for command in [
        &["series", "xi-jinping", "putin", "--by", "month", "--edition", "en", "--outlet", "kcna"][..],
        &["indicator", "nkpro-2024"],
        &["mentions", "xi-jinping", "--from", "2024-04", "--edition", "en"],
        &["status"],
    ] {
        let mut output = Output::new(&mut *surroundings.out, surroundings.terminal, colour, surroundings.width);
        output.line("")?;
        output.line(&format!("$ sinmun --data {data} {}", command.join(" ")))?;
        output.line("")?;
        let shown =
            ["sinmun", "-q", "--data", &data].into_iter().chain(command.iter().copied()).chain(["--format", "table"]);
        let mut inner = Surroundings {
            now: noon(TODAY.0, TODAY.1, TODAY.2) + 600,
            variable: surroundings.variable,
            clock: Arc::clone(&surroundings.clock),
            out: &mut *surroundings.out,
            terminal: surroundings.terminal,
            width: surroundings.width,
        };
        super::run(shown.map(Into::into), &mut inner);
    }
    if let Some(address) = &args.serve {
        let clock: Clock = Arc::new(|| noon(TODAY.0, TODAY.1, TODAY.2) + 600);
        let settings = serve::settings(session, &Paths::new(&folder), &clock)?;
        runtime()?.block_on(serve::until_told(session, address, settings))?;
    }
    if args.keep.is_none() {
        // Best effort: a folder that stays behind in the system's temporary place harms nobody.
        let _ = std::fs::remove_dir_all(&folder);
    } else {
        session.note(&format!("the store stays in {data}"));
    }
    Ok(0)
}

/// Noon in Korea, in seconds since 1970 UTC.
fn noon(year: i16, month: i8, day: i8) -> i64 {
    Day::new(year, month, day).map_or(0, |day| i64::from(day.epoch_days()) * 86_400 + 3 * 3600)
}

fn collect(
    session: &Session<'_>,
    args: &DemoArgs,
    folder: &std::path::Path,
) -> Result<Vec<(String, PollRow)>, Failure> {
    let today = Day::new(TODAY.0, TODAY.1, TODAY.2).ok_or_else(|| Failure::Failed("no such day".to_owned()))?;
    let mut world = World::new(today, 366, args.per_day, SEED);
    world.kcna_look = KcnaLook::Q;
    world.rodong_era = RodongEra::B;
    world.logging = false;
    runtime()?.block_on(async {
        let standin =
            Standin::serve(world).await.map_err(|error| Failure::Failed(format!("no port on loopback: {error}")))?;
        {
            let mut world = standin.world();
            for (look, base) in
                [(Look::Kcna(KcnaLook::Q), &standin.kcna), (Look::Rodong(RodongEra::B), &standin.rodong)]
            {
                let not_before = today.plus(-365);
                world.capture(&Shots { look, edition: Edition::En, base, not_before, lost: 3, seed: SEED });
            }
        }
        session.note(&format!(
            "a stand-in of KCNA is at {}/en, one of Rodong Sinmun at {}/en/, an archive of both at {}",
            standin.kcna, standin.rodong, standin.archive
        ));
        let pace = Pace { gap_ms: 0, gap_spread_ms: 0, pages: 1000, ..Pace::default() };
        let method = session.method()?;
        let plan = Plan {
            sources: standin.sources(pace, &[Edition::En, Edition::Ko]),
            refusals: session.loaded.refusals()?,
            watch: session.loaded.watch(method.lexicon())?,
            method,
            user_agent: "sinmun (demonstration)".to_owned(),
            proxies: Vec::new(),
        };
        let clock: Clock = Arc::new(|| noon(TODAY.0, TODAY.1, TODAY.2));
        let collector = Arc::new(Collector::start(&Paths::new(folder), &plan, clock, Arc::new(Telemetry::default()))?);
        let told = |name: &str, row: &PollRow| {
            session.note(&format!("{name}: {} lists read, {} articles read", row.sections, row.read));
        };
        Ok(collector.poll_all(&collector.names(), told).await?)
    })
}
