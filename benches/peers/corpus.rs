//! What all of them read: the peers' corpus, as often as wanted, and the peers' aliases.

use std::fs;
use std::io::{BufRead as _, BufReader, Write};
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sinmun::domain::day::Day;
use sinmun::domain::lexicon::Lexicon;

use crate::{Bench, Outcome, python, run};

/// The rows of the peers' own corpus, each with its day.
pub struct Corpus(Vec<(Value, Day)>);

impl Corpus {
    pub fn read(bench: &Bench) -> Outcome<Self> {
        let mkcorpus = bench.peers.join("mkcorpus.py");
        run(Command::new(python()).arg(mkcorpus).arg(&bench.data).current_dir(&bench.work))?;
        let lines = BufReader::new(fs::File::open(bench.work.join("data/corpus.jsonl"))?).lines();
        let rows = lines.map(|line| {
            let row: Value = serde_json::from_str(&line?)?;
            let day = row["date"].as_str().unwrap_or_default().parse()?;
            Ok((row, day))
        });
        Ok(Self(rows.collect::<Outcome<_>>()?))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes some rows as JSON lines: the corpus over and over with other days and one more word, so that every
    /// row is an article, and far enough apart that no repetition is a reprint of another.
    pub fn write(&self, rows: usize, out: &mut impl Write) -> Outcome<()> {
        for number in 0..rows {
            let (repetition, (row, day)) = (number / self.len(), &self.0[number % self.len()]);
            let mut row = row.clone();
            row["date"] = day.plus(-160 * i32::try_from(repetition)?).to_string().into();
            row["text"] = format!("{} x{repetition}", row["text"].as_str().unwrap_or_default()).into();
            row["url"] = format!("http://bench.invalid/{number}").into();
            row["id"] = number.into();
            writeln!(out, "{row}")?;
        }
        Ok(())
    }

    /// The same as plain lines of text, for `rg`.
    pub fn write_plain(path: &Path, plain: &Path) -> Outcome<()> {
        let mut out = std::io::BufWriter::new(fs::File::create(plain)?);
        for line in BufReader::new(fs::File::open(path)?).lines() {
            let row: Value = serde_json::from_str(&line?)?;
            writeln!(out, "{}", row["title"].as_str().unwrap_or_default())?;
            writeln!(out, "{}", row["text"].as_str().unwrap_or_default())?;
        }
        Ok(())
    }
}

/// The peers' aliases as a lexicon of one layer, case-sensitive as theirs.
pub fn make_lexicon(bench: &Bench) -> Outcome<Lexicon> {
    let script = "import json,aliases; print(json.dumps(aliases.E))";
    let told = Command::new(python()).args(["-c", script]).env("PYTHONPATH", &bench.peers).output()?;
    let entities: Value = serde_json::from_slice(&told.stdout)?;
    let mut toml = String::new();
    let mut plain = String::new();
    let mut seen = std::collections::BTreeSet::new();
    for (entity, aliases) in entities.as_object().ok_or("the peers' aliases are an object")? {
        let own: Vec<&str> =
            aliases.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|a| seen.insert(*a)).collect();
        plain.extend(own.iter().flat_map(|alias| [alias, "\n"]));
        let id = entity.replace('_', "-");
        let list = serde_json::to_string(&own)?;
        let row = format!("[[person]]\nid = '{id}'\nname = '{id}'\nnames.en = {list}\nnames.es = {list}\n");
        toml.push_str(&row);
    }
    fs::write(bench.work.join("aliases.txt"), plain)?;
    fs::write(bench.work.join("lexicon.toml"), &toml)?;
    fs::write(bench.work.join("sinmun.toml"), "lexicon = 'lexicon.toml'\n")?;
    Ok(Lexicon::parse(&toml)?)
}
