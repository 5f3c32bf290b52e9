//! Compares our count of "mentions China" with another researcher's labels.
//!
//! ```text
//! cargo run --release --example labels -- ../shared/data/kcna-headlines-1997-to-2005.csv
//! ```
//!
//! The file is a CSV of headlines with the columns `date`, `title`, `english` and `mentions_china` (the headlines
//! of 1997-2005 in xmarquez/KCNA). Every headline is counted as an English title with the built-in lexicon,
//! whatever its language. Printed are the table of agreement, Cohen's kappa and every disagreement by class.
//!
//! A class is decided by what stands in the headline (or, for "CPC", in the headlines of the days around it),
//! never by the number of a row: on another file of labels the same rules give its own classes. What no rule
//! knows is printed as undecided.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;

use serde::Deserialize;
use sinmun::domain::count::{Text, count};
use sinmun::domain::lexicon::{DEFAULT, EntityIndex, Lexicon};
use sinmun::domain::stream::Edition;

/// How many days before and after a headline with "CPC" others may tell whose party it is: a delegation's
/// arrival, talks and gift stand in headlines of two or three days.
const DAYS_AROUND: i32 = 2;

/// What a byte of another encoding looks like when it was misread as Latin-1 (in lower case).
const MISREAD: [char; 3] = ['â', 'ã', '\u{fffd}'];

/// Spanish words that an English headline hardly holds. Two of them in one make it Spanish.
const SPANISH: [&str; 21] = [
    "de",
    "la",
    "el",
    "los",
    "las",
    "del",
    "y",
    "en",
    "se",
    "le",
    "con",
    "por",
    "para",
    "sobre",
    "recibe",
    "presente",
    "carta",
    "envia",
    "delegacion",
    "amistad",
    "relaciones",
];

/// Spanish words for China and the Chinese that are not written as an English one.
const SPANISH_CHINA: [&str; 5] = ["chino", "chinos", "chinas", "sinocoreana", "pcch"];

/// How the names of the countries begin whose communist party shares the letters CPC.
const OTHER_PARTIES: [&str; 6] = ["canad", "chile", "colombia", "costa ric", "cuba", "cypr"];

/// What two headlines on one visit or gift have in common.
const OCCASIONS: [&str; 6] = ["party", "delegation", "visiting group", "gift", "floral basket", "embassy"];

/// A row of the file, as far as it is used.
#[derive(Debug, Deserialize)]
struct Row {
    #[serde(deserialize_with = "iso_day")]
    date: jiff::civil::Date,
    title: String,
    #[serde(deserialize_with = "python_bool")]
    english: bool,
    #[serde(deserialize_with = "python_bool")]
    mentions_china: bool,
}

/// The file writes `True` and `False`.
fn python_bool<'de, D: serde::Deserializer<'de>>(source: D) -> Result<bool, D::Error> {
    match String::deserialize(source)?.as_str() {
        "True" | "true" | "TRUE" | "1" => Ok(true),
        "False" | "false" | "FALSE" | "0" => Ok(false),
        other => Err(serde::de::Error::custom(format!("'{other}' is neither True nor False"))),
    }
}

/// A day as `2004-10-11`.
fn iso_day<'de, D: serde::Deserializer<'de>>(source: D) -> Result<jiff::civil::Date, D::Error> {
    String::deserialize(source)?.parse().map_err(serde::de::Error::custom)
}

/// A headline with both answers.
#[derive(Debug)]
struct Headline {
    row: Row,
    /// The aliases of China found, lower case, in their order.
    ours: Vec<String>,
}

/// Why the two differ, and who is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    CpcByTitle,
    CpcByNeighbours,
    CpcByConvention,
    Sino,
    Abbreviation,
    LowerCase,
    SpanishSameWord,
    SpanishOwnWord,
    Misread,
    Plant,
    InsideWord,
    CpcContested,
    Undecided,
}

impl Class {
    fn title(self) -> &'static str {
        match self {
            Self::CpcByTitle => "ours right: \"CPC\", and the headline itself tells that it is China's",
            Self::CpcByNeighbours => {
                "ours right: \"CPC\", and a headline of these days names China on the same occasion"
            }
            Self::CpcByConvention => "ours by convention: \"CPC\" alone, China's unless the text says otherwise",
            Self::Sino => "ours right: \"Sino-\"",
            Self::Abbreviation => "ours right: \"PRC\" or the country's full name",
            Self::LowerCase => "ours right: a country word in lower case",
            Self::SpanishSameWord => "ours right by chance: a Spanish headline with a word that is English too",
            Self::SpanishOwnWord => "theirs right: a Spanish word in a headline not written in English",
            Self::Misread => "theirs right: the word is glued to a misread byte",
            Self::Plant => "theirs wrong: a Latin name of a plant or animal",
            Self::InsideWord => "theirs wrong: the letters stand inside another word",
            Self::CpcContested => "cannot be decided: \"CPC\" while another country's party of these letters is about",
            Self::Undecided => "undecided: no rule",
        }
    }
}

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: labels FILE.csv (columns date, title, english, mentions_china)");
        return ExitCode::from(64);
    };
    match read(&path).and_then(|headlines| report(&headlines)) {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("labels: {}: {error}", path.display());
            ExitCode::FAILURE
        }
    }
}

/// Reads the file and counts each headline.
fn read(path: &std::ffi::OsStr) -> Result<Vec<Headline>, Box<dyn Error>> {
    let lexicon = Lexicon::parse(DEFAULT)?;
    let china = lexicon.find("china").ok_or("the lexicon does not know China")?;
    let mut headlines = Vec::new();
    for row in csv::Reader::from_path(path)?.into_deserialize() {
        let row: Row = row?;
        let ours = words_for(&lexicon, china, &row.title);
        headlines.push(Headline { row, ours });
    }
    Ok(headlines)
}

/// The aliases by which a headline names an entity, in lower case.
fn words_for(lexicon: &Lexicon, entity: EntityIndex, title: &str) -> Vec<String> {
    count(lexicon, None, &Text { edition: Edition::En, title, body: "" })
        .into_iter()
        .filter(|mention| mention.entity == entity)
        .map(|mention| title[mention.range()].to_lowercase())
        .collect()
}

/// All that is printed.
fn report(headlines: &[Headline]) -> Result<String, Box<dyn Error>> {
    let cell = |ours: bool, theirs: bool| {
        headlines.iter().filter(|h| h.ours.is_empty() != ours && h.row.mentions_china == theirs).count()
    };
    let (both, only_ours) = (cell(true, true), cell(true, false));
    let (only_theirs, neither) = (cell(false, true), cell(false, false));
    let differ: Vec<&Headline> = headlines.iter().filter(|h| h.ours.is_empty() == h.row.mentions_china).collect();
    let foreign = |list: &mut dyn Iterator<Item = &Headline>| list.filter(|h| !h.row.english).count();

    let mut out = String::new();
    writeln!(
        out,
        "{} headlines, {} of them not in English by the file",
        headlines.len(),
        foreign(&mut headlines.iter())
    )?;
    writeln!(out)?;
    writeln!(out, "mentions China    theirs yes  theirs no")?;
    writeln!(out, "ours yes        {both:>12}  {only_ours:>9}")?;
    writeln!(out, "ours no         {only_theirs:>12}  {neither:>9}")?;
    writeln!(out)?;
    match kappa([both, only_ours, only_theirs, neither]) {
        Some(kappa) => writeln!(out, "Cohen's kappa   {kappa:.4}")?,
        None => writeln!(out, "Cohen's kappa   undefined: one answer for all")?,
    }
    let (ours, theirs) = (only_ours, only_theirs);
    writeln!(out, "disagreements   {} ({ours} ours only, {theirs} theirs only)", differ.len())?;
    writeln!(out, "of them in headlines not in English by the file: {}", foreign(&mut differ.iter().copied()))?;

    let mut classes: BTreeMap<Class, Vec<&Headline>> = BTreeMap::new();
    for headline in differ {
        classes.entry(classify(headline, headlines)).or_default().push(headline);
    }
    for (class, members) in classes {
        writeln!(out, "\n{} [{}]", class.title(), members.len())?;
        for Headline { row, ours } in members {
            let side = if ours.is_empty() { "theirs" } else { "ours  " };
            let language = if row.english { "" } else { " (not English by the file)" };
            // Control characters of a misread byte would be invisible or worse on a terminal.
            writeln!(out, "  {side}  {}  {}{language}", row.date, visible(&row.title))?;
        }
    }
    Ok(out)
}

/// Agreement beyond chance of two yes-or-no answers; `cells` are both, only one, only the other, neither.
/// `None` where chance alone would make them agree always.
fn kappa(cells: [usize; 4]) -> Option<f64> {
    let [both, one, other, neither] = cells.map(|n| f64::from(u32::try_from(n).expect("fewer than 2^32 headlines")));
    let all = both + one + other + neither;
    let agreed = (both + neither) / all;
    let (yes, no) = ((both + one) * (both + other), (other + neither) * (one + neither));
    let chance = (yes + no) / (all * all);
    (chance < 1.0).then(|| (agreed - chance) / (1.0 - chance))
}

/// Why a headline on which the two differ is in dispute.
fn classify(headline: &Headline, all: &[Headline]) -> Class {
    let words = words(&headline.row.title);
    if headline.ours.is_empty() { classify_theirs(&headline.row, &words) } else { classify_ours(headline, &words, all) }
}

/// Ours says yes: the word that matched decides.
fn classify_ours(headline: &Headline, words: &[String], all: &[Headline]) -> Class {
    let has = |wanted: &[&str]| headline.ours.iter().any(|word| wanted.contains(&word.as_str()));
    if is_spanish(words) {
        Class::SpanishSameWord
    } else if has(&["sino-"]) {
        Class::Sino
    } else if has(&["prc", "people's republic of china", "the people's republic of china"]) {
        Class::Abbreviation
    } else if headline.ours.iter().any(|word| word == "cpc") {
        classify_cpc(headline, all)
    } else if has(&["china", "chinese"]) && !headline.row.title.contains("Chin") {
        Class::LowerCase
    } else {
        Class::Undecided
    }
}

/// Whose party "CPC" is. The headline's own words weigh most; then that another party of these letters is in
/// the news (which leaves it open); then that China is, on the same kind of occasion.
fn classify_cpc(headline: &Headline, all: &[Headline]) -> Class {
    let title = headline.row.title.to_lowercase();
    if tells_china(&title, headline.row.date) {
        return Class::CpcByTitle;
    }
    let mut others = all.iter().filter(|other| {
        let apart = (other.row.date - headline.row.date).get_days();
        apart.abs() <= DAYS_AROUND && other.row.title != headline.row.title
    });
    let mut supported = false;
    let contested = others.any(|other| {
        let near = other.row.title.to_lowercase();
        let china = other.ours.iter().any(|word| word != "cpc");
        supported |= china && OCCASIONS.iter().any(|&word| near.contains(word) && title.contains(word));
        supported |= china && near.contains("party") && !near.contains("gives party");
        // "Party" is also a reception in these headlines: only a party with a delegation or leader, or a communist one.
        ["communist party", "party delegation", "party leader"].iter().any(|word| near.contains(word))
            && OTHER_PARTIES.iter().any(|country| near.contains(country))
    });
    match (contested, supported) {
        (true, _) => Class::CpcContested,
        (_, true) => Class::CpcByNeighbours,
        _ => Class::CpcByConvention,
    }
}

/// Whether a headline with "CPC" holds something that is China's alone: a Chinese city, or the number of a
/// congress or anniversary that fits the year (party founded in 1921; 11th congress in 1977 and one every fifth
/// year since).
fn tells_china(title: &str, date: jiff::civil::Date) -> bool {
    let number = title
        .split_whitespace()
        .find_map(|word| ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)?.parse::<i16>().ok()));
    let year = date.year();
    ["shanghai", "beijing", "international liaison department", "intl. liaison department"]
        .iter()
        .any(|word| title.contains(word))
        || number.is_some_and(|n| {
            (title.contains("congress") && n >= 11 && year == 1977 + 5 * (n - 11))
                || (title.contains("anniversary") && year == 1921 + n)
        })
}

/// Theirs says yes and ours nothing: what in the headline could they have seen?
fn classify_theirs(row: &Row, words: &[String]) -> Class {
    let title = row.title.to_lowercase();
    let glued = ["china", "chinese", "prc", "cpc"].iter().any(|name| {
        title.match_indices(name).any(|(at, _)| {
            let (before, after) = (&title[..at], &title[at + name.len()..]);
            before.ends_with(MISREAD) || after.starts_with(MISREAD)
        })
    });
    if glued {
        Class::Misread
    } else if words.iter().any(|word| SPANISH_CHINA.contains(&word.as_str())) && (is_spanish(words) || !row.english) {
        Class::SpanishOwnWord
    } else if words.iter().any(|word| ["chinensis", "chinense", "sinensis"].contains(&word.as_str())) {
        Class::Plant
    } else if words.iter().any(|word| word.contains("chin") && !SPANISH_CHINA.contains(&word.as_str())) {
        Class::InsideWord
    } else {
        Class::Undecided
    }
}

/// The words of a headline in lower case, split at whatever is no letter or digit.
fn words(title: &str) -> Vec<String> {
    title.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

fn is_spanish(words: &[String]) -> bool {
    words.iter().filter(|word| SPANISH.contains(&word.as_str())).count() >= 2
}

/// A headline with its control characters as escapes.
fn visible(title: &str) -> String {
    title.chars().fold(String::new(), |mut out, c| {
        if c.is_control() {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
        out
    })
}
