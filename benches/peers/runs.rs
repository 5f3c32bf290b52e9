//! One run each of the peer, the import, the matcher and `rg`, in seconds.

use std::fs;
use std::process::Command;
use std::time::Instant;

use sinmun::archive::{Fields, Limits, Next, Reader};
use sinmun::domain::count::{Text, count};
use sinmun::domain::lexicon::Lexicon;
use sinmun::domain::stream::Edition;

use crate::{Bench, Outcome, python, run};

impl Bench {
    /// The peer, on one core, as it is written.
    pub fn peer(&self, engine: &str, full_text: bool) -> Outcome<f64> {
        let mut command = Command::new("taskset");
        command.args(["-c", "1"]).arg(python()).arg(self.peers.join("peer.py"));
        command.args([engine, "data/corpus.jsonl", "peer.db"]).current_dir(&self.work);
        if !full_text {
            command.arg("--nofts");
        }
        run(&mut command)
    }

    /// The whole import, on both cores, into a store that is not there.
    pub fn import(&self, full_text: bool) -> Outcome<f64> {
        let mut command = self.importing("data/corpus.jsonl")?;
        if !full_text {
            command.arg("--no-search");
        }
        run(&mut command)
    }

    /// The command that imports a file, `-` for what it is given, into a store that is not there.
    pub fn importing(&self, file: &str) -> Outcome<Command> {
        let store = self.work.join("store");
        if store.exists() {
            fs::remove_dir_all(&store)?;
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
        command.args(["--config", "sinmun.toml", "--data", "store", "-q", "import", file]);
        command.args(["--outlet", "kcna", "--edition", "en"]).current_dir(&self.work);
        Ok(command)
    }

    /// Reading, normalising and matching the corpus in this process.
    pub fn scan(&self, lexicon: &Lexicon, threads: usize) -> Outcome<f64> {
        let file = fs::read(self.work.join("data/corpus.jsonl"))?;
        let begin = Instant::now();
        let parts = cut(&file, threads);
        let mentions: Vec<Result<usize, String>> = std::thread::scope(|scope| {
            let running: Vec<_> = parts.iter().map(|part| scope.spawn(|| mentions(lexicon, part))).collect();
            running.into_iter().map(|thread| thread.join().expect("a thread that counts")).collect()
        });
        let mentions: usize = mentions.into_iter().sum::<Result<usize, String>>()?;
        let seconds = begin.elapsed().as_secs_f64();
        println!("  scan on {threads}: {mentions} mentions");
        Ok(seconds)
    }

    pub fn ripgrep(&self) -> Outcome<f64> {
        let mut command = Command::new("taskset");
        command.args(["-c", "1", "rg", "-j1", "--count-matches", "-F", "-f", "aliases.txt", "plain.txt"]);
        run(command.current_dir(&self.work))
    }
}

/// About equal parts that end with lines.
fn cut(file: &[u8], parts: usize) -> Vec<&[u8]> {
    let mut rest = file;
    let mut cut = Vec::new();
    for left in (1..=parts).rev() {
        let about = rest.len() / left;
        let end = rest[about..].iter().position(|&byte| byte == b'\n').map_or(rest.len(), |feed| about + feed + 1);
        cut.push(&rest[..end]);
        rest = &rest[end..];
    }
    cut
}

fn mentions(lexicon: &Lexicon, part: &[u8]) -> Result<usize, String> {
    let mut reader = Reader::open(part, Fields::well_known(), Limits::default()).map_err(|e| e.to_string())?;
    let mut mentions = 0;
    while let Some(next) = reader.next().map_err(|e| e.to_string())? {
        let Next::Row(row) = next else { continue };
        let edition = row.language.as_deref().and_then(|l| l.parse().ok()).unwrap_or(Edition::En);
        let (title, body) = (row.title.as_deref().unwrap_or(""), row.body.as_deref().unwrap_or(""));
        mentions += count(lexicon, None, &Text { edition, title, body }).len();
    }
    Ok(mentions)
}
