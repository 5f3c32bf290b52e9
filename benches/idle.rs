//! What collecting costs where nothing happens: memory, the store's growth and time over many polls of an unchanged
//! site, and a daemon that waits. `cargo bench --bench idle -- [POLLS] [SECONDS]`, by default 10,000 polls and 60
//! seconds. Figures are printed, none is asserted; the tests assert that the store gains nothing but rows of polls.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use sinmun::daemon::{Collector, Plan};
use sinmun::domain::method::Method;
use sinmun::domain::stream::Edition;
use sinmun::extract::refusal::{self, Refusals};
use sinmun::extract::source::Pace;
use sinmun::standin::{Standin, World};
use sinmun::store::Paths;
use sinmun::telemetry::Telemetry;

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let (count, seconds) = (numbers.first().copied().unwrap_or(10_000), numbers.get(1).copied().unwrap_or(60));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(4)
        .enable_all()
        .build()
        .expect("threads");
    runtime.block_on(polls(count));
    daemon(seconds);
}

/// Resident memory of a process, in kB.
fn resident(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).unwrap_or("0");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// Many polls of a site that does not change, in this process.
async fn polls(count: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let today = "2026-09-08".parse().expect("a day");
    let mut world = World::new(today, 30, 3, 7);
    // The log of the stand-in is in this process too; it must not be what grows.
    world.logging = false;
    let standin = Standin::serve(world).await.expect("a port");
    let pace = Pace { gap_ms: 0, gap_spread_ms: 0, pages: 1000, ..Pace::default() };
    let mut sources = standin.sources(pace, &[Edition::En]);
    sources.retain(|s| s.stream.outlet.as_str() == "rodong");
    let plan = Plan {
        sources,
        refusals: Refusals::parse(refusal::DEFAULT).expect("sound"),
        method: Arc::new(Method::built_in()),
        watch: vec!["xi-jinping".to_owned(), "putin".to_owned()],
        user_agent: "sinmun (bench)".to_owned(),
        proxies: Vec::new(),
    };
    let now = Arc::new(AtomicI64::new(1_788_836_400));
    let clock = {
        let now = Arc::clone(&now);
        Arc::new(move || now.load(Ordering::Relaxed))
    };
    let paths = Paths::new(folder.path());
    let collector = Arc::new(Collector::start(&paths, &plan, clock, Arc::new(Telemetry::default())).expect("a start"));
    collector.poll("rodong-en").await.expect("the store");
    println!("polls    resident kB  store kB  s");
    let begun = Instant::now();
    let mut points: Vec<(f64, f64)> = Vec::new();
    for done in 1..=count {
        // Half a minute each: the whole is some days, with the daily unconditional requests in it.
        now.fetch_add(30, Ordering::Relaxed);
        collector.poll("rodong-en").await.expect("the store");
        if done % (count / 10).max(1) == 0 {
            let memory = resident("self");
            let store = std::fs::metadata(paths.database()).map_or(0, |m| m.len()) / 1024;
            println!("{done:>6}  {memory:>11}  {store:>8}  {:.1}", begun.elapsed().as_secs_f64());
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            points.push((done as f64, memory as f64));
        }
    }
    println!("slope of resident memory: {:.3} kB a poll over the last half", slope(&points[points.len() / 2..]));
}

/// Least squares.
fn slope(points: &[(f64, f64)]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let n = points.len() as f64;
    let (mx, my) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
    let above: f64 = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum();
    let below: f64 = points.iter().map(|p| (p.0 - mx).powi(2)).sum();
    above / below
}

/// A daemon with nothing to do for a while: the sources' next polls are half an hour away.
fn daemon(seconds: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let config = folder.path().join("sinmun.toml");
    std::fs::create_dir_all(folder.path().join("sources")).expect("a folder");
    // A port that nobody answers at: the polls fail at once and are put off.
    for (name, toml) in sinmun::extract::source::DEFAULT {
        let toml = toml
            .replace("http://www.kcna.kp", "http://127.0.0.1:9")
            .replace("http://www.rodong.rep.kp", "http://127.0.0.1:9")
            .replace("[pace]", "allow_private = true\n[pace]");
        std::fs::write(folder.path().join("sources").join(name), toml).expect("written");
    }
    std::fs::write(&config, "sources = 'sources'\n").expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_sinmun"))
        .args(["-q", "--config"])
        .arg(&config)
        .arg("--data")
        .arg(&data)
        .arg("run")
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let process = child.id().to_string();
    std::thread::sleep(Duration::from_secs(30));
    let (before, begun) = (ticks(&process), Instant::now());
    std::thread::sleep(Duration::from_secs(seconds));
    let used = ticks(&process) - before;
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let share = used as f64 / begun.elapsed().as_secs_f64();
    println!("idle daemon: {} kB resident, {share:.3} % of a core over {seconds} s", resident(&process));
    let _ = child.kill();
    let _ = child.wait();
}

/// Hundredths of a second of processor time that a process has used.
fn ticks(process: &str) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    [11, 12].iter().filter_map(|i| fields.get(*i).and_then(|f| f.parse::<u64>().ok())).sum()
}
