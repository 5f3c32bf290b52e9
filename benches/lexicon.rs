//! What the lexicon costs: matching with all six languages and their offices, beside the English names alone, on the
//! same English texts, and on Korean ones. `cargo bench --bench lexicon`; it needs the real texts (`SINMUN_REAL_DATA`,
//! by default `../shared/data`). All run in turn, round by round; the best round of each counts, being
//! the one that nothing else on the machine disturbed. `cost` is the time of a megabyte over the first's.
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
    let english = Texts::new(english, Edition::En);
    let korean = Texts::new(korean, Edition::Ko);
    let cases = [
        ("English names, English texts", &names, &english),
        ("all six languages, English texts", &all, &english),
        ("all six languages, Korean texts", &all, &korean),
    ];
    for (step, matching) in [("matching", true), ("counting", false)] {
        let mut times = cases.map(|_| Vec::new());
        let mut found = cases.map(|_| 0);
        for _ in 0..ROUNDS {
            for (which, (_, lexicon, texts)) in cases.iter().enumerate() {
                let (seconds, mentions) = texts.count(lexicon, matching);
                times[which].push(seconds);
                found[which] = mentions;
            }
        }
        let best = times.map(|list| list.into_iter().fold(f64::INFINITY, f64::min));
        println!("{step:<36}{:>10}{:>10}{:>10}{:>10}", "MB", "MB/s", "mentions", "cost");
        let base = best[0] / cases[0].2.megabytes;
        for (which, (name, _, texts)) in cases.iter().enumerate() {
            let each = best[which] / texts.megabytes;
            println!(
                "  {name:<34}{:>10.1}{:>10.0}{:>10}{:>10.2}",
                texts.megabytes,
                1.0 / each,
                found[which],
                each / base
            );
        }
        println!();
    }
}

/// Texts of one edition with their normal forms.
struct Texts {
    stored: Vec<String>,
    edition: Edition,
    megabytes: f64,
}

impl Texts {
    fn new(stored: Vec<String>, edition: Edition) -> Self {
        let bytes: usize = stored.iter().map(String::len).sum();
        Self { stored, edition, megabytes: f64::from(u32::try_from(bytes).expect("less than 4 GB")) / 1e6 }
    }

    /// Seconds of counting all texts once, and the mentions found. Of `matching` the normalising is not a part.
    fn count(&self, lexicon: &Lexicon, matching: bool) -> (f64, usize) {
        let day: Day = "2024-08-15".parse().expect("a day");
        let empty = normalise("", self.edition);
        let normal: Vec<_> = self.stored.iter().map(|text| normalise(text, self.edition)).collect();
        let begun = Instant::now();
        let found = self.stored.iter().zip(&normal).map(|(stored, normal)| {
            let text = Text { edition: self.edition, title: "", body: stored };
            if matching {
                count_normalised(lexicon, Some(day), &text, &empty, normal).len()
            } else {
                count(lexicon, Some(day), &text).len()
            }
        });
        let found = found.sum();
        (begun.elapsed().as_secs_f64(), found)
    }
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
