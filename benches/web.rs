//! How long pages take over a big store while another process writes to it: the median and the 99th percentile of each.
//! `cargo bench --bench web -- [ARTICLES] [REQUESTS] [FOLDER]`, by default a million articles over 27 years, 100
//! requests for each page, and a temporary folder; a folder that holds a store already is used as it is. Figures are
//! printed, none is asserted.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const PAGES: [&str; 16] = [
    "/",
    "/series",
    "/series?entity=xi-jinping&entity=putin&by=month",
    "/api/v1/series?entity=putin&by=month",
    "/api/v1/series.csv?entity=putin,xi-jinping&by=day&from=2023&to=2024",
    "/indicator",
    "/mentions",
    "/mentions?entity=china&from=2010",
    "/api/v1/mentions?entity=putin&limit=100&order=oldest",
    "/messages",
    "/coverage",
    "/sources",
    "/search?q=sample+harvest+7341",
    "/changes",
    "/feed.atom",
    "/articles/",
];

/// The last day of the store, and how many days it goes back.
const LAST: &str = "2024-09-10";
const DAYS: u64 = 27 * 365;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let number = |i: usize, usual: u64| arguments.get(i).and_then(|a| a.parse().ok()).unwrap_or(usual);
    let (articles, requests) = (number(0, 1_000_000), number(1, 100));
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = arguments.get(2).map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the folder");
    let data = folder.join("data");
    if !data.join("sinmun.db").exists() {
        let began = Instant::now();
        fill(&folder, &data, articles);
        println!("{articles} articles made and imported in {:.0} s", began.elapsed().as_secs_f64());
    }
    let size = std::fs::metadata(data.join("sinmun.db")).map_or(0, |file| file.len());
    println!("the store has {} MB", size / 1_000_000);

    let (stop, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let writer = std::thread::spawn({
        let (folder, data, stop, written) = (folder.clone(), data.clone(), Arc::clone(&stop), Arc::clone(&written));
        move || write_on(&folder, &data, &stop, &written)
    });
    ask(&data, requests);
    stop.store(true, Ordering::Relaxed);
    writer.join().expect("the writer ends");
    println!("{} articles were written meanwhile", written.load(Ordering::Relaxed));
}

fn sinmun(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
    command.arg("-q").arg("--data").arg(data);
    command
}

/// Writes made-up articles: one in four names China, one in eight Russia, one in sixteen each leader; one in a hundred
/// is revised.
fn articles(out: &mut impl std::io::Write, first: u64, count: u64, days: u64) {
    let last: sinmun::domain::day::Day = LAST.parse().expect("a day");
    for i in first..first + count {
        let day = last.plus(-i32::try_from(i % days).expect("a day"));
        let mut body = format!(
            "Pyongyang (KCNA) -- Sample harvest {i} of an invented farm was told of on field {}. ",
            i * 7 % 99_991
        );
        for (every, words) in [
            (4, "China and its invented delegation were spoken of. "),
            (8, "Russia was spoken of in sample terms. "),
            (16, "Putin sent an invented letter to Kim Jong Un. "),
            (17, "Xi Jinping received a sample greeting. "),
        ] {
            if i % every == 0 {
                body.push_str(words);
            }
        }
        for n in 0..12 {
            let (about, against) = (i * 31 + n, (i * 17 + n) % 1009);
            let _ = write!(body, "Line {n} of number {about} says what line {against} did not. ");
        }
        let texts = if i % 100 == 7 { 2 } else { 1 };
        for text in 0..texts {
            let line = serde_json::json!({
                "title": format!("Sample news {i}"), "date": day, "url": format!("http://kcna.example/{i}"),
                "body": format!("{body}{}", if text == 1 { "This line came later." } else { "" }),
                "captured_at": format!("{day}T1{text}:00:00Z"),
            });
            writeln!(out, "{line}").expect("written");
        }
    }
}

fn import(data: &Path, file: &Path, outlet: &str) {
    let mut command = sinmun(data);
    let done = command.arg("import").arg(file).args(["--outlet", outlet, "--edition", "en"]).stdout(Stdio::null());
    assert!(done.status().expect("the program starts").success(), "the import");
}

fn fill(folder: &Path, data: &Path, count: u64) {
    for (n, outlet) in ["kcna", "rodong"].into_iter().enumerate() {
        let file = folder.join(format!("{outlet}.jsonl"));
        let mut out = BufWriter::new(std::fs::File::create(&file).expect("a file"));
        articles(&mut out, n as u64 * (count / 2), count / 2, DAYS);
        out.flush().expect("written");
        import(data, &file, outlet);
        std::fs::remove_file(&file).expect("removed");
    }
}

/// Imports small portions of new articles, one after another: what a daemon's polls are to the store.
fn write_on(folder: &Path, data: &Path, stop: &AtomicBool, written: &AtomicU64) {
    let mut first = 1_000_000_000;
    while !stop.load(Ordering::Relaxed) {
        let file = folder.join("more.jsonl");
        articles(&mut std::fs::File::create(&file).expect("a file"), first, 50, 30);
        import(data, &file, "kcna");
        first += 50;
        written.fetch_add(50, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn ask(data: &Path, requests: u64) {
    let mut server = Command::new(env!("CARGO_BIN_EXE_sinmun"))
        .arg("--data")
        .arg(data)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(server.stderr.take().expect("a pipe")).lines();
    let base = loop {
        let line = lines.next().expect("it says where it listens").expect("text");
        if let Some((_, rest)) = line.split_once("the dashboard is at ") {
            break rest.split_whitespace().next().expect("an address").trim_end_matches('/').to_owned();
        }
    };
    std::thread::spawn(move || lines.for_each(drop));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::new();
        let get = async |path: &str| {
            let began = Instant::now();
            let answer = client.get(format!("{base}{path}")).send().await.expect("an answer");
            let status = answer.status();
            let body = answer.text().await.expect("a body");
            assert!(status.is_success(), "{path}: {status} {body}");
            (began.elapsed(), body)
        };
        let (_, mentions) = get("/api/v1/mentions?entity=putin&limit=1").await;
        let mentions: serde_json::Value = serde_json::from_str(&mentions).expect("JSON");
        let article = mentions["rows"][0]["article"].as_str().expect("an article").to_owned();
        println!("{:>8} {:>8} {:>8}  page (ms: median, 99th percentile, first)", "p50", "p99", "first");
        for path in PAGES {
            let path = if path == "/articles/" { format!("{path}{article}") } else { path.to_owned() };
            let (first, _) = get(&path).await;
            let mut times = Vec::new();
            for _ in 0..requests {
                times.push(get(&path).await.0);
            }
            times.sort();
            let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
            println!("{:>8.1} {:>8.1} {:>8.1}  {path}", at(50), at(99), first.as_secs_f64() * 1000.0);
        }
    });
    server.kill().expect("ended");
    server.wait().expect("it ends");
}
