//! How well the matcher counts, by sentences that were read by eye.
//!
//! ```text
//! cargo run --release --example evaluate -- ../shared/data
//! ```
//!
//! The folder holds the real texts that the labels of `tests/gold` speak of. Printed are precision and recall with
//! 95 % Wilson bounds by language and kind of mention, real and synthetic texts apart, then by entity, then every
//! sentence on which matcher and reader differ. `--half tune` or `--half held-out` leaves the other half out of
//! the lists (whoever changes words or rules looks at the tune half only); `--lexicon FILE` tries other words. `--readme` writes the main tables into
//! the README instead; `--sample` prints the sentences that were drawn for labelling, one JSON object a line.

mod measure;

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use measure::gold::{All, Half, Shelf};
use measure::sample::{self, From};
use measure::{score, table};
use serde_json::json;
use sinmun::domain::lexicon::{DEFAULT, Lexicon};

const USAGE: &str = "usage: evaluate DATA-FOLDER [--half tune|held-out] [--lexicon FILE] [--readme] [--sample]";

/// What was asked for.
struct Asked {
    data: PathBuf,
    half: Option<Half>,
    lexicon: Option<PathBuf>,
    what: What,
}

enum What {
    Evaluation,
    Readme,
    Sample,
}

fn main() -> ExitCode {
    let Some(asked) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match asked.what {
        What::Evaluation => print_evaluation(&asked),
        What::Readme => write_readme(&asked.data),
        What::Sample => print_sample(&asked.data),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("evaluate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Option<Asked> {
    let mut asked = Asked { data: PathBuf::new(), half: None, lexicon: None, what: What::Evaluation };
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--sample") => asked.what = What::Sample,
            Some("--lexicon") => asked.lexicon = Some(arguments.next()?.into()),
            Some("--readme") => asked.what = What::Readme,
            Some("--half") => {
                let name = arguments.next()?;
                asked.half = Some([Half::Tune, Half::HeldOut].into_iter().find(|half| name == half.as_str())?);
            }
            Some(flag) if flag.starts_with('-') => return None,
            _ if asked.data.as_os_str().is_empty() => asked.data = argument.into(),
            _ => return None,
        }
    }
    (!asked.data.as_os_str().is_empty()).then_some(asked)
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn print_evaluation(asked: &Asked) -> Result<(), Box<dyn Error>> {
    let lexicon = match &asked.lexicon {
        Some(file) => Lexicon::parse(&std::fs::read_to_string(file)?)?,
        None => Lexicon::parse(DEFAULT)?,
    };
    let all = All::read(repository(), &asked.data)?;
    for (what, sets) in [("Real texts", &all.real), ("Synthetic sentences", &all.synthetic)] {
        let judged = score::judge_all(sets, &lexicon);
        println!("# {what}: {} sentences, method {}\n", judged.len(), lexicon.method());
        println!("{}", table::main(&table::sums(&judged)));
        let random: Vec<_> = judged.iter().filter(|s| s.item.drawn == Some(From::Random)).cloned().collect();
        if !random.is_empty() {
            println!("## {what}, only the {} sentences drawn from all\n", random.len());
            println!("{}", table::main(&table::sums(&random)));
        }
        for half in [Half::HeldOut, Half::Tune].into_iter().filter(|&half| asked.half.is_none_or(|only| only == half)) {
            let of_half: Vec<_> = judged.iter().filter(|sentence| sentence.item.half == half).collect();
            println!("## {what}, {} half, by entity\n\n{}", half.as_str(), table::by_entity(&of_half));
            println!("## {what}, {} half, where the answers differ\n", half.as_str());
            println!("{}", table::disagreements(&of_half));
        }
    }
    Ok(())
}

fn write_readme(data: &Path) -> Result<(), Box<dyn Error>> {
    let path = repository().join("README.md");
    let all = All::read(repository(), data)?;
    let tables = table::for_readme(&all, &Lexicon::parse(DEFAULT)?);
    let readme = std::fs::read_to_string(&path)?;
    let place = table::place_in(&readme).ok_or("README.md has no place for the tables")?;
    std::fs::write(&path, [&readme[..place.start], &tables, &readme[place.end..]].concat())?;
    Ok(())
}

fn print_sample(data: &Path) -> Result<(), Box<dyn Error>> {
    let mut shelf = Shelf::default();
    let mut out = std::io::stdout().lock();
    for set in &sample::SETS {
        let files = sample::files(set, data)?;
        let mut texts = Vec::new();
        for file in files {
            let documents = shelf.texts(data, &file)?.to_vec();
            texts.push((file, documents));
        }
        let (drawn, pool) = sample::draw(set, &texts);
        eprintln!(
            "{}: {} of {} sentences, {} of them in the net, {} in the net of leaders",
            set.name,
            drawn.len(),
            pool.sentences,
            pool.caught,
            pool.leaders
        );
        for place in drawn {
            let (file, documents) = &texts[place.file];
            let document = &documents[usize::try_from(place.row)? - 1];
            let text = document.sentence(place.sentence).unwrap_or("");
            let line = json!({
                "set": set.name, "file": file, "row": place.row, "sentence": place.sentence,
                "hash": sample::fingerprint(text), "half": Half::of(file, place.row, place.sentence),
                "drawn": place.from, "day": document.day.map(|day| day.to_string()), "text": text,
            });
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
