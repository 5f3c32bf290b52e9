//! The texts that are evaluated, as the store would hold them: read, repaired and dated by the import's own code.

use std::error::Error;
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use sinmun::archive::{Fields, Limits, Next, Reader, decompress};
use sinmun::domain::count::{Field, Mention, Text};
use sinmun::domain::day::Day;
use sinmun::domain::lexicon::Lexicon;
use sinmun::domain::message::rules::{self, Rules};
use sinmun::domain::method::Method;
use sinmun::domain::stream::Edition;
use sinmun::ingest::{Frame, prepare};

use super::split;

/// A text with the places of its sentences.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its place in its file, from 1: the record of an archive; 1 for a file that is one text.
    pub row: u32,
    /// The edition it is written for.
    pub edition: Edition,
    /// Its Korean day.
    pub day: Option<Day>,
    /// The title; empty where there is none.
    pub title: String,
    /// The body.
    pub body: String,
    body_sentences: Vec<Range<usize>>,
}

impl Document {
    /// A text that is at hand.
    pub fn new(row: u32, edition: Edition, day: Option<Day>, title: String, body: String) -> Self {
        let body_sentences = split::sentences(&body);
        Self { row, edition, day, title, body, body_sentences }
    }

    /// What is counted.
    pub fn text(&self) -> Text<'_> {
        Text { edition: self.edition, title: &self.title, body: &self.body }
    }

    /// A sentence by its number: 0 is the title, then those of the body from 1.
    pub fn sentence(&self, number: u32) -> Option<&str> {
        let number = usize::try_from(number).ok()?;
        match number.checked_sub(1) {
            None => (!self.title.is_empty()).then_some(self.title.as_str()),
            Some(index) => self.body_sentences.get(index).map(|range| &self.body[range.clone()]),
        }
    }

    /// All sentences with their numbers.
    pub fn sentences(&self) -> impl Iterator<Item = (u32, &str)> {
        let last = u32::try_from(self.body_sentences.len()).expect("fewer than 2^32 sentences");
        (0..=last).filter_map(|number| Some((number, self.sentence(number)?)))
    }

    /// The number of the sentence in which a mention begins.
    pub fn sentence_of(&self, mention: &Mention) -> u32 {
        match mention.field {
            Field::Title => 0,
            Field::Body => {
                let start = mention.range().start;
                u32::try_from(self.body_sentences.partition_point(|range| range.end <= start) + 1)
                    .expect("fewer than 2^32 sentences")
            }
        }
    }
}

/// Reads a file of the data folder: an archive, or a speech of one year (`new-year-speeches/2012.txt`).
///
/// # Errors
/// The file cannot be read, or a record of it cannot be used.
pub fn read(folder: &Path, name: &str) -> Result<Vec<Document>, Box<dyn Error>> {
    let path = folder.join(name);
    let documents = match name.strip_prefix("new-year-speeches/").and_then(|rest| rest.strip_suffix(".txt")) {
        Some(year) => read_speech(&path, year),
        None => read_archive(&path),
    };
    documents.map_err(|error| format!("{}: {error}", path.display()).into())
}

fn read_speech(path: &Path, year: &str) -> Result<Vec<Document>, Box<dyn Error>> {
    let body = std::fs::read_to_string(path)?;
    Ok(vec![Document::new(1, Edition::Ko, Some(format!("{year}-01-01").parse()?), String::new(), body)])
}

fn read_archive(path: &Path) -> Result<Vec<Document>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    decompress(File::open(path)?, Arc::default())?.read_to_end(&mut bytes)?;
    // The import counts as it reads; what is evaluated is counted later, with the lexicon asked for.
    let rules = Rules::parse(rules::DEFAULT).map_err(|faults| faults.join("; "))?;
    let nothing = Method::new(&Lexicon::parse("")?, &rules);
    let frame = Frame {
        outlet: "kcna".parse()?,
        edition: Edition::En,
        // Only a day after it would be implausible: none in these archives is.
        today: "2026-01-01".parse()?,
        method: &nothing,
    };
    let mut reader = Reader::open(bytes.as_slice(), Fields::well_known(), Limits::default())?;
    let (mut documents, mut number) = (Vec::new(), 0);
    while let Some(next) = reader.next()? {
        number += 1;
        match next {
            Next::Row(row) => {
                let item = prepare(&row, &frame)?.item;
                // The headlines of 1997-2005 say only whether they are English; the others are Spanish.
                let edition = if is_marked_foreign(row.raw) { Edition::Es } else { item.stream.edition };
                documents.push(Document::new(number, edition, item.day, item.title, item.body));
            }
            Next::Reject(reject) => return Err(format!("record {number}: {}", reject.reason).into()),
        }
    }
    Ok(documents)
}

/// Whether a CSV record's fourth field, the headlines' `english`, is `False`.
fn is_marked_foreign(record: &[u8]) -> bool {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(record);
    let mut fields = csv::StringRecord::new();
    !record.starts_with(b"{") && reader.read_record(&mut fields).is_ok() && fields.get(3) == Some("False")
}
