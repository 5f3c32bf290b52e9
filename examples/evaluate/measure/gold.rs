//! The labels: who a sentence mentions, in which form, how often.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sinmun::domain::count::Form;
use sinmun::domain::day::Day;
use sinmun::domain::stream::Edition;

use super::corpus::{self, Document};
use super::sample::{self, From};

/// Which half of the labels: one to tune on, one to measure by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Half {
    /// Words and rules may be changed for its sake.
    Tune,
    /// Never looked at for that.
    HeldOut,
}

impl Half {
    /// The half a sentence belongs to, by where it stands.
    pub fn of(file: &str, row: u32, sentence: u32) -> Self {
        if sample::is_for_tuning(file, row, sentence) { Self::Tune } else { Self::HeldOut }
    }

    /// Its name on the command line and in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tune => "tune",
            Self::HeldOut => "held-out",
        }
    }
}

/// So many mentions of an entity in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labelled {
    /// Its id in the lexicon, or the id it would have.
    pub entity: String,
    /// How it is referred to.
    pub form: Form,
    /// How often in the sentence.
    pub count: u32,
}

/// A label for a sentence of a real text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file of the data folder.
    pub file: String,
    /// The record in it, from 1.
    pub row: u32,
    /// 0 is the title.
    pub sentence: u32,
    /// Of the sentence that was read.
    pub hash: String,
    /// As drawn.
    pub half: Half,
    /// From which pool it was drawn.
    pub drawn: From,
    /// What was read.
    pub mentions: Vec<Labelled>,
}

/// A label that brings its own sentence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Synthetic {
    edition: Edition,
    day: String,
    title: Option<String>,
    body: Option<String>,
    half: Half,
    mentions: Vec<Labelled>,
}

/// How often each entity is mentioned in each form.
pub type Answer = BTreeMap<(String, Form), u32>;

/// A sentence with its label and the text it stands in.
#[derive(Debug, Clone)]
pub struct Item {
    /// The file: of the data folder, or the synthetic file of labels.
    pub file: String,
    /// The record.
    pub row: u32,
    /// The sentence.
    pub sentence: u32,
    /// Its half.
    pub half: Half,
    /// From which pool it was drawn; none for an invented one.
    pub drawn: Option<From>,
    /// Who is mentioned.
    pub expected: Answer,
    /// Which of [`Gold::documents`].
    pub document: usize,
}

/// A set of labels with its texts.
#[derive(Debug, Clone)]
pub struct Gold {
    /// Its texts' language.
    pub edition: Edition,
    /// Whether only countries are labelled.
    pub countries_only: bool,
    /// The texts that hold its sentences.
    pub documents: Vec<Document>,
    /// Its sentences.
    pub items: Vec<Item>,
}

/// All labels with their texts.
#[derive(Debug)]
pub struct All {
    /// Of real texts.
    pub real: Vec<Gold>,
    /// Of sentences that were invented.
    pub synthetic: Vec<Gold>,
}

/// Editions of which no real texts are at hand, or none with leaders.
const SYNTHETIC: [Edition; 4] = [Edition::Ko, Edition::Zh, Edition::Ru, Edition::Ja];

impl All {
    /// Reads the labels of a checkout, and the texts they speak of from the data folder.
    ///
    /// # Errors
    /// See [`real`] and [`synthetic`].
    pub fn read(checkout: &Path, data: &Path) -> Result<Self, Box<dyn Error>> {
        let mut shelf = Shelf::default();
        let labels = labels(checkout);
        let real = sample::SETS.iter().map(|set| real(&labels, set, data, &mut shelf)).collect::<Result<_, _>>()?;
        Ok(Self { real, synthetic: all_synthetic(checkout)? })
    }
}

/// The sets of invented sentences of a checkout.
///
/// # Errors
/// See [`synthetic`].
pub fn all_synthetic(checkout: &Path) -> Result<Vec<Gold>, Box<dyn Error>> {
    SYNTHETIC.into_iter().map(|edition| synthetic(&labels(checkout), edition)).collect()
}

/// Where a checkout has its labels.
pub fn labels(checkout: &Path) -> PathBuf {
    checkout.join("tests/gold")
}

/// Files of the data folder that were read already: two sets share the largest.
#[derive(Debug, Default)]
pub struct Shelf(HashMap<String, Vec<Document>>);

impl Shelf {
    /// The texts of a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn texts(&mut self, data: &Path, file: &str) -> Result<&[Document], Box<dyn Error>> {
        if !self.0.contains_key(file) {
            self.0.insert(file.to_owned(), corpus::read(data, file)?);
        }
        Ok(&self.0[file])
    }
}

/// The labels of a set of real texts.
///
/// # Errors
/// With the file and line that cannot be read.
pub fn entries(labels: &Path, set: &str) -> Result<Vec<Entry>, Box<dyn Error>> {
    lines(labels, set)
}

/// Reads a set of real texts: its labels, and from `data` the texts they speak of.
///
/// # Errors
/// A file cannot be read, or a label speaks of a sentence that is not there or not the one that was read.
fn real(labels: &Path, set: &sample::Set, data: &Path, shelf: &mut Shelf) -> Result<Gold, Box<dyn Error>> {
    let mut gold =
        Gold { edition: set.edition, countries_only: set.countries_only, documents: Vec::new(), items: Vec::new() };
    let mut known: HashMap<(String, u32), usize> = HashMap::new();
    for entry in entries(labels, set.name)? {
        let Entry { file, row, sentence, hash, half, drawn, mentions } = entry;
        let place = format!("{file}, record {row}, sentence {sentence}");
        let document = if let Some(&document) = known.get(&(file.clone(), row)) {
            document
        } else {
            let texts = shelf.texts(data, &file)?;
            let text = usize::try_from(row)?.checked_sub(1).and_then(|at| texts.get(at));
            gold.documents.push(text.ok_or_else(|| format!("{place}: there is no such record"))?.clone());
            known.insert((file.clone(), row), gold.documents.len() - 1);
            gold.documents.len() - 1
        };
        let text = gold.documents[document].sentence(sentence).unwrap_or("");
        if sample::fingerprint(text) != hash {
            return Err(format!("{place}: it is not the sentence that was labelled; read it and label it again").into());
        }
        if half != Half::of(&file, row, sentence) {
            return Err(format!("{place}: it is not of the half '{}'", half.as_str()).into());
        }
        gold.items.push(Item { file, row, sentence, half, drawn: Some(drawn), expected: answer(mentions), document });
    }
    Ok(gold)
}

/// Reads a set of synthetic sentences.
///
/// # Errors
/// With the file and line that cannot be read.
fn synthetic(labels: &Path, edition: Edition) -> Result<Gold, Box<dyn Error>> {
    let name = format!("synthetic-{edition}");
    let file = format!("{name}.jsonl");
    let (mut documents, mut items) = (Vec::new(), Vec::new());
    for (row, line) in (1..).zip(lines::<Synthetic>(labels, &name)?) {
        let day: Day = line.day.parse().map_err(|error| format!("{file}, line {row}: {error}"))?;
        let sentence = u32::from(line.title.is_none());
        let (title, body) = (line.title.unwrap_or_default(), line.body.unwrap_or_default());
        let half = Half::of(&file, row, sentence);
        if half != line.half || edition != line.edition || title.is_empty() == body.is_empty() {
            return Err(format!("{file}, line {row}: a wrong half or edition, or not one of title and body").into());
        }
        documents.push(Document::new(row, edition, Some(day), title, body));
        let document = documents.len() - 1;
        let expected = answer(line.mentions);
        items.push(Item { file: file.clone(), row, sentence, half, drawn: None, expected, document });
    }
    Ok(Gold { edition, countries_only: false, documents, items })
}

fn answer(mentions: Vec<Labelled>) -> Answer {
    mentions.into_iter().fold(Answer::new(), |mut answer, label| {
        *answer.entry((label.entity, label.form)).or_default() += label.count;
        answer
    })
}

fn lines<T: for<'de> Deserialize<'de>>(labels: &Path, set: &str) -> Result<Vec<T>, Box<dyn Error>> {
    let path = labels.join(format!("{set}.jsonl"));
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let row = |(number, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| format!("{}, line {}: {error}", path.display(), number + 1).into())
    };
    text.lines().enumerate().map(row).collect()
}
