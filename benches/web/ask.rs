//! The questions, and how long each takes.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::Value;

use super::collect::Daemon;

/// What is asked beside every endpoint with nothing but what it must have: all years, the finest periods, other texts
/// than the latest, frequent and rare words in both scripts.
const MORE: [&str; 24] = [
    "/series?entity=xi-jinping&entity=putin&by=month",
    "/series?entity=xi-jinping&entity=putin&measure=share&by=week&from=1998",
    "/series?entity=russia&measure=ratio&over=china&by=year&sum=outlets&from=1998",
    "/series?entity=china&reprints=no&by=month&from=1998",
    "/api/v1/series?entity=putin&by=month",
    "/api/v1/series.csv?entity=putin,xi-jinping&by=day&from=2023&to=2024",
    "/api/v1/series.svg?entity=putin&by=month",
    "/api/v1/series.png?entity=putin&by=month",
    "/coverage?by=year&from=1998",
    "/mentions?entity=china&from=2010",
    "/mentions?entity=putin&to=2005&edition=ko",
    "/api/v1/mentions?entity=putin&limit=100&order=oldest",
    "/api/v1/mentions?changed_after=2020-01-01T00:00:00Z&limit=100",
    "/messages?from=1998",
    "/search?q=harvest+7341",
    "/search?q=%EA%B0%80%EC%9D%84%EA%B1%B7%EC%9D%B4+7341",
    "/search?q=putin",
    "/search?q=%EB%BF%8C%EC%B0%90",
    "/search?q=xi+jinping+-putin&from=2015&to=2016",
    "/changes?from=2020",
    "/feed.atom",
    "/metrics",
    "/healthz",
    "/readyz",
];
/// What is asked for page after page, each by the `next` of the one before.
const WALKS: [&str; 2] = ["/api/v1/mentions?entity=china&limit=100", "/api/v1/changes?limit=100"];
/// Words that stand in every article, texts that have to be picked anew, and all days there are: these may take longer,
/// and too long, which they say.
const HEAVY: [&str; 5] = [
    "/api/v1/coverage.csv?by=day",
    "/search?q=sample",
    "/search?q=%EC%8B%9C%ED%97%98%EC%86%8C%EC%8B%9D",
    "/series?entity=putin&as_first_published=yes&from=1998",
    "/series?entity=putin&as_of=2024-09-01&from=1998",
];

/// Asks everything, and prints a line for each.
pub async fn all(daemon: &Daemon, requests: u64) {
    println!("{:>8} {:>8} {:>8} {:>7}  page (median, 99th percentile and first, ms)", "p50", "p99", "first", "kB");
    for path in every(daemon).await.iter().map(String::as_str).chain(MORE) {
        let mut times = Times::default();
        for _ in 0..=requests {
            times.note(ask(daemon, path).await);
        }
        println!("{times}  {path}");
    }
    for path in WALKS {
        let (mut times, mut place) = (Times::default(), String::new());
        for _ in 0..=requests {
            let (took, status, body) = ask(daemon, &format!("{path}{place}")).await;
            let document: Value = serde_json::from_str(&body).expect("JSON");
            place = document["next"].as_str().map_or_else(String::new, |next| format!("&cursor={next}"));
            times.note((took, status, body));
        }
        println!("{times}  {path}&cursor=…");
    }
    println!("Heavier ones:");
    for path in HEAVY {
        let mut times = Times::default();
        for _ in 0..3 {
            times.note(ask(daemon, path).await);
        }
        println!("{times}  {path}");
    }
}

/// Every endpoint there is, by the daemon's own list of them: the page, JSON and CSV of each, and one article.
async fn every(daemon: &Daemon) -> Vec<String> {
    let json = async |path: &str| -> Value { serde_json::from_str(&ask(daemon, path).await.2).expect("JSON") };
    let document = json("/api/v1/openapi.json").await;
    let changed = json("/api/v1/changes?limit=1").await;
    let article = changed["rows"][0]["article"].as_str().expect("an article").to_owned();
    let mut all = vec!["/api/v1/openapi.json".to_owned()];
    for (path, about) in document["paths"].as_object().expect("paths") {
        let required =
            about["get"]["parameters"].as_array().expect("parameters").iter().filter(|p| p["required"] == true);
        let query: String = required.clone().filter(|p| p["in"] == "query").map(|_| "?q=invented+7341").collect();
        let path = path.replace("{article}", &article);
        let name = path.trim_start_matches("/api/v1");
        if name.strip_suffix(".csv").is_none() {
            all.push(format!("{}{query}", if name == "/overview" { "/" } else { name }));
        }
        all.push(format!("{path}{query}"));
    }
    all
}

async fn ask(daemon: &Daemon, path: &str) -> (Duration, StatusCode, String) {
    let began = Instant::now();
    let answer = daemon.client.get(format!("{}{path}", daemon.base)).send().await.expect("an answer");
    let status = answer.status();
    // A picture is no text; it is read to its end all the same.
    let body = answer.bytes().await.expect("a body");
    (began.elapsed(), status, String::from_utf8_lossy(&body).into_owned())
}

/// What was measured of one question.
#[derive(Default)]
struct Times {
    first: Option<Duration>,
    others: Vec<Duration>,
    bytes: usize,
    refused: Option<StatusCode>,
}

impl Times {
    fn note(&mut self, (took, status, body): (Duration, StatusCode, String)) {
        if self.first.is_none() {
            self.first = Some(took);
        } else {
            self.others.push(took);
        }
        self.bytes = self.bytes.max(body.len());
        if !status.is_success() {
            self.refused = Some(status);
        }
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut sorted = self.others.clone();
        sorted.sort();
        let ms = |took: Duration| took.as_secs_f64() * 1000.0;
        let at = |share: usize| sorted.get((sorted.len() * share / 100).min(sorted.len().saturating_sub(1))).copied();
        let (median, most) = (at(50).map_or(0.0, ms), at(99).map_or(0.0, ms));
        write!(f, "{median:>8.1} {most:>8.1} {:>8.1} {:>7}", self.first.map_or(0.0, ms), self.bytes / 1024)?;
        self.refused.map_or(Ok(()), |status| write!(f, "  {status}:"))
    }
}
