//! How long every page takes over a big store while the daemon that serves it also collects: the median and the 99th
//! percentile of each, and the daemon's memory. `cargo bench --bench web -- [ARTICLES] [REQUESTS] [FOLDER]`, by default
//! a million articles over 27 years, 100 requests for each page, and a temporary folder; a folder that holds a store
//! already is used as it is, and gains what is collected meanwhile. Figures are printed, none is asserted.

mod ask;
mod collect;
mod fill;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use sinmun::domain::day::Day;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let number = |i: usize, usual: u64| arguments.get(i).and_then(|a| a.parse().ok()).unwrap_or(usual);
    let (articles, requests) = (number(0, 1_000_000), number(1, 100));
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = arguments.get(2).map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the folder");
    let data = folder.join("data");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    // What pages show unless asked for other days are the last years.
    let yesterday = Day::in_korea(i64::try_from(now).expect("a time")).plus(-1);
    if !data.join("sinmun.db").exists() {
        let began = Instant::now();
        fill::fill(&folder, &data, articles, yesterday);
        println!("{articles} articles made and imported in {:.0} s", began.elapsed().as_secs_f64());
    }
    let size = |name: &str| std::fs::metadata(data.join(name)).map_or(0, |file| file.len() / 1_000_000);
    println!("the store has {} MB, its full-text index {} MB", size("sinmun.db"), size("search.db"));

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    runtime.block_on(async {
        let (standin, mut daemon) = collect::start(&folder, &data, now, yesterday).await;
        let before = daemon.articles().await;
        let began = Instant::now();
        ask::all(&daemon, requests).await;
        let (seconds, written) = (began.elapsed().as_secs(), daemon.articles().await - before);
        println!("{written} articles were collected in the meantime of {seconds} s");
        println!("the daemon: {} MB resident, {} MB at most", daemon.memory("VmRSS:"), daemon.memory("VmHWM:"));
        daemon.end();
        drop(standin);
    });
}

fn sinmun(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
    command.arg("-q").arg("--data").arg(data);
    command
}
