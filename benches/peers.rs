//! The import and the matcher beside what one would write in Python, in interleaved rounds.
//!
//! `cargo bench --bench peers -- [ROUNDS] [TIMES]`: needs the real texts (`SINMUN_REAL_DATA`), the peers' scripts
//! beside them (`../peers`), `python3` with `pyahocorasick` (another by `PYTHON`), `rg` and `taskset`. What is missing
//! is said, and left out. Only ratios of one round are worth anything: the machine's speed drifts between rounds.
//!
//! Not measured here yet: `SQLite` alone writing the same rows, and memory at a million rows.

use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::Value;
use sinmun::archive::{Fields, Limits, Next, Reader};
use sinmun::domain::count::{Text, count};
use sinmun::domain::day::Day;
use sinmun::domain::lexicon::Lexicon;
use sinmun::domain::stream::Edition;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let numbers: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (rounds, times) = (numbers.first().copied().unwrap_or(5), numbers.get(1).copied().unwrap_or(4));
    let data = std::env::var_os("SINMUN_REAL_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let peers = data.join("../peers");
    if !peers.join("peer.py").exists() {
        eprintln!("SKIPPED: no real texts and peers at {} (SINMUN_REAL_DATA)", data.display());
        return Ok(());
    }
    let work = tempfile::tempdir()?;
    let bench = Bench { data: data.canonicalize()?, peers: peers.canonicalize()?, work: work.path().to_owned() };
    bench.make_corpus(times)?;
    let lexicon = bench.make_lexicon()?;

    let names = ["P2 aho without full text / import", "P3 aho with full text / import", "P4 scan / rg -F"];
    let mut ratios: [Vec<f64>; 3] = Default::default();
    for round in 1..=rounds {
        let found = [
            bench.peer(false)? / bench.import(false)?,
            bench.peer(true)? / bench.import(true)?,
            bench.scan(&lexicon)? / bench.ripgrep()?,
        ];
        println!("round {round}: {found:.2?}");
        for (list, ratio) in ratios.iter_mut().zip(found) {
            list.push(ratio);
        }
    }
    println!("\n{:<36} {:>7} {:>7} {:>7}   bar", "ratio of times", "median", "min", "max");
    for ((name, list), bar) in names.iter().zip(&mut ratios).zip([">= 8", ">= 4", "<= 1.5"]) {
        list.sort_by(f64::total_cmp);
        println!("{name:<36} {:>7.2} {:>7.2} {:>7.2}   {bar}", list[list.len() / 2], list[0], list[list.len() - 1]);
    }
    Ok(())
}

struct Bench {
    data: PathBuf,
    peers: PathBuf,
    work: PathBuf,
}

impl Bench {
    /// The peers' own corpus, repeated with other days and one more word, so that every row is an article.
    fn make_corpus(&self, times: usize) -> Outcome<()> {
        run(Command::new(python()).arg(self.peers.join("mkcorpus.py")).arg(&self.data).current_dir(&self.work))?;
        let path = self.work.join("data/corpus.jsonl");
        let lines: Vec<String> = BufReader::new(fs::File::open(&path)?).lines().collect::<Result<_, _>>()?;
        let mut out = std::io::BufWriter::new(fs::File::create(&path)?);
        let mut text = std::io::BufWriter::new(fs::File::create(self.work.join("plain.txt"))?);
        let mut rows = 0;
        for repetition in 0..times {
            for line in &lines {
                let mut row: Value = serde_json::from_str(line)?;
                rows += 1;
                let day: Day = row["date"].as_str().unwrap_or_default().parse()?;
                // Far enough apart that no repetition is a reprint of another.
                row["date"] = day.plus(-160 * i32::try_from(repetition)?).to_string().into();
                row["text"] = format!("{} x{repetition}", row["text"].as_str().unwrap_or_default()).into();
                row["url"] = format!("http://bench.invalid/{rows}").into();
                row["id"] = rows.into();
                writeln!(out, "{row}")?;
                writeln!(
                    text,
                    "{}\n{}",
                    row["title"].as_str().unwrap_or_default(),
                    row["text"].as_str().unwrap_or_default()
                )?;
            }
        }
        println!("{rows} rows, {:.1} MB", megabytes(&path)?);
        Ok(())
    }

    /// The peers' aliases as a lexicon of one layer, case-sensitive as theirs.
    fn make_lexicon(&self) -> Outcome<Lexicon> {
        let script = "import json,aliases; print(json.dumps(aliases.E))";
        let told = Command::new(python()).args(["-c", script]).env("PYTHONPATH", &self.peers).output()?;
        let entities: Value = serde_json::from_slice(&told.stdout)?;
        let mut toml = String::new();
        let mut plain = String::new();
        let mut seen = std::collections::BTreeSet::new();
        for (entity, aliases) in entities.as_object().ok_or("the peers' aliases are an object")? {
            let own: Vec<&str> = aliases
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .filter(|a| seen.insert(*a))
                .collect();
            plain.extend(own.iter().flat_map(|alias| [alias, "\n"]));
            let id = entity.replace('_', "-");
            let list = serde_json::to_string(&own)?;
            let row = format!("[[person]]\nid = '{id}'\nname = '{id}'\nnames.en = {list}\nnames.es = {list}\n");
            toml.push_str(&row);
        }
        fs::write(self.work.join("aliases.txt"), plain)?;
        fs::write(self.work.join("lexicon.toml"), &toml)?;
        fs::write(self.work.join("sinmun.toml"), "lexicon = 'lexicon.toml'\n")?;
        Ok(Lexicon::parse(&toml)?)
    }

    /// Seconds the peer takes, on one core, as it is written.
    fn peer(&self, full_text: bool) -> Outcome<f64> {
        let mut command = Command::new("taskset");
        command.args(["-c", "1"]).arg(python()).arg(self.peers.join("peer.py"));
        command.args(["aho", "data/corpus.jsonl", "peer.db"]).current_dir(&self.work);
        if !full_text {
            command.arg("--nofts");
        }
        run(&mut command)
    }

    /// Seconds the whole import takes, on both cores, into a store that is not there.
    fn import(&self, full_text: bool) -> Outcome<f64> {
        let store = self.work.join("store");
        if store.exists() {
            fs::remove_dir_all(&store)?;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
        command.args(["--config", "sinmun.toml", "--data", "store", "-q", "import", "data/corpus.jsonl"]);
        command.args(["--outlet", "kcna", "--edition", "en"]).current_dir(&self.work);
        if !full_text {
            command.arg("--no-search");
        }
        run(&mut command)
    }

    /// Seconds to read, normalise and match the corpus in this process, on one thread.
    fn scan(&self, lexicon: &Lexicon) -> Outcome<f64> {
        let begin = Instant::now();
        let file = fs::File::open(self.work.join("data/corpus.jsonl"))?;
        let mut reader = Reader::open(file, Fields::well_known(), Limits::default())?;
        let mut mentions = 0;
        while let Some(next) = reader.next()? {
            let Next::Row(row) = next else { continue };
            let edition = row.language.as_deref().and_then(|l| l.parse().ok()).unwrap_or(Edition::En);
            let (title, body) = (row.title.as_deref().unwrap_or(""), row.body.as_deref().unwrap_or(""));
            mentions += count(lexicon, None, &Text { edition, title, body }).len();
        }
        let seconds = begin.elapsed().as_secs_f64();
        println!("  scan: {mentions} mentions");
        Ok(seconds)
    }

    fn ripgrep(&self) -> Outcome<f64> {
        let mut command = Command::new("taskset");
        command.args(["-c", "1", "rg", "-j1", "--count-matches", "-F", "-f", "aliases.txt", "plain.txt"]);
        run(command.current_dir(&self.work))
    }
}

fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn megabytes(path: &Path) -> Outcome<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a file's size is far below 2^52")]
    let bytes = fs::metadata(path)?.len() as f64;
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
