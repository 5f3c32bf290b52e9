//! What the lexicon costs: matching with all six languages and their offices, beside the English names alone, on the
//! same English texts, and on Korean ones. `cargo bench --bench lexicon`; it needs the real texts (`SINMUN_REAL_DATA`,
//! by default `../shared/data`). Both run in turn, round by round, and the medians are compared.
//!
//! "matching" is what a lexicon decides about: frame, search, choice and offices in a normalised text. "counting" is
//! that with the normalising before it, as an import does it.

use std::path::{Path, PathBuf};
use std::time::Instant;

use sinmun::domain::count::{Text, count, count_normalised};
use sinmun::domain::day::Day;
use sinmun::domain::lexicon::{DEFAULT, Lexicon};
use sinmun::domain::stream::Edition;
use sinmun::domain::text::normalise;

const ROUNDS: usize = 31;

fn main() {
    let folder = std::env::var_os("SINMUN_REAL_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let begun = Instant::now();
    let all = Lexicon::parse(DEFAULT).expect("the built-in lexicon");
    println!(
        "all six languages: {} aliases, read in {:.0} ms",
        all.aliases().len(),
        begun.elapsed().as_secs_f64() * 1e3
    );
    let begun = Instant::now();
    let names = english_names();
    println!(
        "English names:     {} aliases, read in {:.0} ms\n",
        names.aliases().len(),
        begun.elapsed().as_secs_f64() * 1e3
    );
    let (Some(english), Some(korean)) = (english(&folder), korean(&folder)) else {
        println!("no texts in {}: nothing to measure", folder.display());
        return;
    };
    println!("{:<38}{:>14}{:>14}{:>8}", "MB/s", "English names", "all six", "cost");
    compare("English texts, matching", &names, &all, &english, Edition::En, true);
    compare("English texts, counting", &names, &all, &english, Edition::En, false);
    let (one, _) = compare("Korean texts, matching", &names, &all, &korean, Edition::Ko, true);
    assert!(one.is_infinite(), "English names are in no Korean edition");
    compare("Korean texts, counting", &names, &all, &korean, Edition::Ko, false);
}

/// The built-in lexicon without offices and without the words of other editions.
fn english_names() -> Lexicon {
    let mut file: toml::Table = DEFAULT.parse().expect("TOML");
    for key in ["office", "unheld", "joining", "articles", "following"] {
        file.remove(key);
    }
    for rows in ["country", "person", "exclusion"] {
        let rows = file[rows].as_array_mut().expect("rows");
        for row in rows.iter_mut() {
            if let Some(names) = row.get_mut("names").and_then(toml::Value::as_table_mut) {
                names.retain(|edition, _| edition == "en");
            }
        }
        rows.retain(|row| row["names"].as_table().is_some_and(|names| !names.is_empty()));
    }
    Lexicon::parse(&toml::to_string(&file).expect("TOML")).expect("a lexicon")
}

/// Megabytes a second of both over the same texts, and prints them.
fn compare(
    what: &str,
    names: &Lexicon,
    all: &Lexicon,
    texts: &[String],
    edition: Edition,
    matching: bool,
) -> (f64, f64) {
    let day: Day = "2024-08-15".parse().expect("a day");
    let normal: Vec<_> = texts.iter().map(|text| normalise(text, edition)).collect();
    let empty = normalise("", edition);
    let bytes: usize = texts.iter().map(String::len).sum();
    let run = |lexicon: &Lexicon| {
        let begun = Instant::now();
        let mut found = 0;
        for (stored, normal) in texts.iter().zip(&normal) {
            let text = Text { edition, title: "", body: stored };
            found += if matching {
                count_normalised(lexicon, Some(day), &text, &empty, normal).len()
            } else {
                count(lexicon, Some(day), &text).len()
            };
        }
        (begun.elapsed().as_secs_f64(), found)
    };
    let mut times = [Vec::new(), Vec::new()];
    let mut found = [0, 0];
    for _ in 0..ROUNDS {
        for (which, lexicon) in [names, all].into_iter().enumerate() {
            let (seconds, mentions) = run(lexicon);
            times[which].push(seconds);
            found[which] = mentions;
        }
    }
    let [one, two] = times.map(|mut list| {
        list.sort_by(f64::total_cmp);
        bytes as f64 / 1e6 / list[list.len() / 2]
    });
    // Without words in an edition nothing is looked at.
    let one = if matching && found[0] == 0 { f64::INFINITY } else { one };
    println!(
        "{what:<38}{one:>14.0}{two:>14.0}{:>8.2}   {} and {} mentions in {:.1} MB",
        one / two,
        found[0],
        found[1],
        bytes as f64 / 1e6
    );
    (one, two)
}

fn english(folder: &Path) -> Option<Vec<String>> {
    let bytes = std::fs::read(folder.join("kcna-en-2024-01-to-08.json")).ok()?;
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&bytes).ok()?;
    Some(rows.iter().filter_map(|row| row["story_text"].as_str().map(str::to_owned)).collect())
}

fn korean(folder: &Path) -> Option<Vec<String>> {
    let files = std::fs::read_dir(folder.join("new-year-speeches")).ok()?;
    let mut paths: Vec<PathBuf> = files.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Some(paths.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect())
}
