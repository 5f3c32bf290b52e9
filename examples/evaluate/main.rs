//! How well the matcher counts, by sentences that were read by eye.
//!
//! ```text
//! cargo run --release --example evaluate -- ../shared/data
//! ```
//!
//! The folder holds the real texts that the labels of `tests/gold` speak of. Printed are precision and recall with
//! 95 % Wilson bounds by language and kind of mention, real and synthetic texts apart, then by entity, then every
//! sentence on which matcher and reader differ. `--half tune` or `--half held-out` leaves the other half out of
//! the lists (whoever changes words or rules looks at the tune half only); `--sample` prints instead the
//! sentences that were drawn for labelling, one JSON object a line.

mod measure;

use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use measure::gold::{self, Gold, Half, Shelf};
use measure::{sample, score, table};
use serde_json::json;
use sinmun::domain::lexicon::{DEFAULT, Lexicon};
use sinmun::domain::stream::Edition;

const USAGE: &str = "usage: evaluate DATA-FOLDER [--half tune|held-out] [--sample]";

/// Editions of which no real texts are at hand, or none with leaders.
const SYNTHETIC: [Edition; 4] = [Edition::Ko, Edition::Zh, Edition::Ru, Edition::Ja];

/// What was asked for.
struct Asked {
    data: PathBuf,
    half: Option<Half>,
    sample: bool,
}

fn main() -> ExitCode {
    let Some(asked) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = if asked.sample { print_sample(&asked.data) } else { print_evaluation(&asked) };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("evaluate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Option<Asked> {
    let mut asked = Asked { data: PathBuf::new(), half: None, sample: false };
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--sample") => asked.sample = true,
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

fn print_evaluation(asked: &Asked) -> Result<(), Box<dyn Error>> {
    let labels = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gold");
    let lexicon = Lexicon::parse(DEFAULT)?;
    let mut shelf = Shelf::default();
    let mut real: Vec<Gold> = Vec::new();
    for set in &sample::SETS {
        real.push(gold::real(&labels, set, &asked.data, &mut shelf)?);
    }
    let synthetic: Vec<Gold> =
        SYNTHETIC.into_iter().map(|edition| gold::synthetic(&labels, edition)).collect::<Result<_, _>>()?;
    for (what, sets) in [("Real texts", &real), ("Synthetic sentences", &synthetic)] {
        let judged: Vec<_> = sets.iter().flat_map(|gold| score::judge(gold, &lexicon)).collect();
        println!("# {what}: {} sentences, method {}\n", judged.len(), lexicon.method());
        println!("{}", table::main(&table::sums(judged.iter())));
        for half in [Half::HeldOut, Half::Tune].into_iter().filter(|&half| asked.half.is_none_or(|only| only == half)) {
            let of_half = || judged.iter().filter(|sentence| sentence.item.half == half);
            println!("## {what}, {} half, by entity\n\n{}", half.as_str(), table::by_entity(of_half()));
            println!("## {what}, {} half, where the answers differ\n", half.as_str());
            println!("{}", table::disagreements(of_half()));
        }
    }
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
