//! The import and the matcher beside what one would write in Python, and beside their own floor, in interleaved
//! rounds.
//!
//! `cargo bench --bench peers -- [ROUNDS] [TIMES]`: needs the real texts (`SINMUN_REAL_DATA`), the peers' scripts
//! beside them (`../peers`), `python3` with `pyahocorasick` (another by `PYTHON`), `rg` and `taskset`. What is missing
//! is said, and left out. Only ratios of one round are worth anything: the machine's speed drifts between rounds. And
//! it wavers within one, so that all but the peers, which take seconds, are run in turn five times: medians count.
//! Half of what `SQLite` alone takes is the disk's, on some disks; where `TMPDIR` is in memory, nothing waits for one.
//!
//! `cargo bench --bench peers -- growth [ROWS ROWS]` tells memory and time an article at two sizes instead.

mod alone;
mod corpus;
mod growth;
mod runs;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use corpus::Corpus;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Where the real texts and peers are, and where to work.
struct Bench {
    data: PathBuf,
    peers: PathBuf,
    work: PathBuf,
}

fn main() -> Outcome<()> {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let number = |place: usize, default| numbers.get(place).copied().unwrap_or(default);
    let data = std::env::var_os("SINMUN_REAL_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let peers = data.join("../peers");
    if !peers.join("peer.py").exists() {
        eprintln!("SKIPPED: no real texts and peers at {} (SINMUN_REAL_DATA)", data.display());
        return Ok(());
    }
    let work = tempfile::tempdir()?;
    let bench = Bench { data: data.canonicalize()?, peers: peers.canonicalize()?, work: work.path().to_owned() };
    let corpus = Corpus::read(&bench)?;
    if std::env::args().any(|argument| argument == "growth") {
        growth::tell(&bench, &corpus, number(0, 10_000), number(1, 1_000_000))
    } else {
        rounds(&bench, &corpus, number(0, 5), number(1, 4))
    }
}

/// A goal: the ratio of two times, and what it is to be.
type Goal = (&'static str, &'static str);

const GOALS: [Goal; 6] = [
    ("P1 import / SQLite alone, same rows", "<= 1.4"),
    ("P2 aho, no full text / import", ">= 8"),
    ("P2 re, no full text / import", ">= 40"),
    ("P3 aho, full text / import", ">= 4"),
    ("P4 scan / rg -F", "<= 1.5"),
    ("P4 scan / scan on two threads", ">= 1.8"),
];

fn rounds(bench: &Bench, corpus: &Corpus, rounds: usize, times: usize) -> Outcome<()> {
    let path = bench.work.join("data/corpus.jsonl");
    let rows = corpus.len() * times;
    corpus.write(rows, &mut std::io::BufWriter::new(std::fs::File::create(&path)?))?;
    Corpus::write_plain(&path, &bench.work.join("plain.txt"))?;
    println!("{rows} rows, {:.1} MB", megabytes(&path)?);
    let lexicon = corpus::make_lexicon(bench)?;
    let mut ratios: [Vec<f64>; GOALS.len()] = Default::default();
    for round in 1..=rounds {
        let [import, alone] = medians([&|| bench.import(false), &|| alone::write(bench)])?;
        let (aho, re) = (bench.peer("aho", false)?, bench.peer("re", false)?);
        let searchable = bench.peer("aho", true)? / medians([&|| bench.import(true)])?[0];
        let [scan, rg, two] = medians([&|| bench.scan(&lexicon, 1), &|| bench.ripgrep(), &|| bench.scan(&lexicon, 2)])?;
        let found = [import / alone, aho / import, re / import, searchable, scan / rg, scan / two];
        println!("round {round}: import {import:.2} s, SQLite alone {alone:.2} s, scan {scan:.3} s; {found:.2?}");
        for (list, ratio) in ratios.iter_mut().zip(found) {
            list.push(ratio);
        }
    }
    println!("\n{:<36} {:>7} {:>7} {:>7}   bar", "ratio of times", "median", "min", "max");
    for ((name, bar), list) in GOALS.iter().zip(&mut ratios) {
        list.sort_by(f64::total_cmp);
        println!("{name:<36} {:>7.2} {:>7.2} {:>7.2}   {bar}", list[list.len() / 2], list[0], list[list.len() - 1]);
    }
    Ok(())
}

/// How often all but the peers are run in a round.
const OFTEN: usize = 5;

/// The median seconds of some programs, run in turn.
fn medians<const N: usize>(programs: [&dyn Fn() -> Outcome<f64>; N]) -> Outcome<[f64; N]> {
    let mut taken = [const { Vec::new() }; N];
    for _ in 0..OFTEN {
        for (taken, program) in taken.iter_mut().zip(programs) {
            taken.push(program()?);
        }
    }
    Ok(taken.map(|mut taken| {
        taken.sort_by(f64::total_cmp);
        taken[OFTEN / 2]
    }))
}

fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn megabytes(path: &Path) -> Outcome<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a file's size is far below 2^52")]
    let bytes = std::fs::metadata(path)?.len() as f64;
    Ok(bytes / 1e6)
}

/// Runs a command to its end; answers its seconds, and passes on what the peer counts.
fn run(command: &mut Command) -> Outcome<f64> {
    let begin = Instant::now();
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let seconds = begin.elapsed().as_secs_f64();
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let told = String::from_utf8_lossy(&output.stdout);
    if let Some(line) = told.lines().find(|line| line.contains("mentions=")) {
        println!("  {line}");
    }
    Ok(seconds)
}
