//! The daemon, which collects from the stand-in of both sites without a pause and serves its dashboard meanwhile.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sinmun::domain::day::Day;
use sinmun::extract::source::{DEFAULT, Pace};
use sinmun::standin::{Standin, World};

/// Articles that the stand-in lists of every day of its last year: more than are read in an hour.
const PER_DAY: u32 = 60;

pub struct Daemon {
    process: Child,
    pub base: String,
    pub client: reqwest::Client,
}

/// Starts both, and waits until articles come in.
pub async fn start(folder: &Path, data: &Path, now: u64, yesterday: Day) -> (Standin, Daemon) {
    // Other articles each time: those of the last time are held already.
    let mut world = World::new(yesterday, 360, PER_DAY, now);
    for story in &mut world.rodong {
        story.news_id = format!("{}{:05}", story.news_id, now % 100_000);
    }
    world.logging = false;
    let standin = Standin::serve(world).await.expect("a port");
    let sources = folder.join("sources");
    std::fs::create_dir_all(&sources).expect("a folder");
    let pace =
        Pace { every_seconds: 5, spread_percent: 0, gap_ms: 0, gap_spread_ms: 0, pages: 2000, ..Pace::default() };
    for (name, text) in DEFAULT {
        let mut file: toml::Table = standin.pointed_at(text).parse().expect("the file of a source");
        file.insert("allow_private".to_owned(), true.into());
        file.insert("pace".to_owned(), toml::Value::try_from(pace).expect("a table"));
        std::fs::write(sources.join(name), file.to_string()).expect("written");
    }
    let config = folder.join("sinmun.toml");
    std::fs::write(&config, "sources = 'sources'\ncollect = ['kcna-en', 'rodong-en']\n").expect("written");
    let daemon = Daemon::start(&config, data);
    let before = daemon.articles().await;
    while daemon.articles().await == before {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    (standin, daemon)
}

impl Daemon {
    fn start(config: &Path, data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
        command.arg("--data").arg(data).arg("--config").arg(config).args(["run", "--listen", "127.0.0.1:0"]);
        let mut process = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(process.stderr.take().expect("a pipe")).lines();
        let address = loop {
            let line = lines.next().expect("it says where it listens").expect("text");
            if let Some((_, rest)) = line.split_once("the dashboard listens") {
                let digits = |c: char| c.is_ascii_digit() || c == '.' || c == ':';
                break rest.trim_matches(|c| !digits(c)).trim_start_matches("address=").to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { process, base: format!("http://{address}"), client: reqwest::Client::new() }
    }

    /// How many articles the store holds.
    pub async fn articles(&self) -> u64 {
        let answer = self.client.get(format!("{}/metrics", self.base)).send().await.expect("an answer");
        let text = answer.text().await.expect("a body");
        let line = text.lines().find_map(|line| line.strip_prefix("sinmun_articles ")).expect("the metric");
        line.trim().parse().expect("a number")
    }

    /// Memory of the process, in MB: a line of its status.
    pub fn memory(&self, line: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let found = status.lines().find_map(|l| l.strip_prefix(line)).unwrap_or("0");
        found.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
    }

    pub fn end(&mut self) {
        self.process.kill().expect("ended");
        self.process.wait().expect("it ends");
    }
}
