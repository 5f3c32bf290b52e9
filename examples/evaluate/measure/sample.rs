//! Which sentences were read for the gold sets: drawn with a seed, so that anyone can draw them again.
//!
//! A set is a random sample of all sentences of its texts and a sample of those that a wide net catches. The net
//! is none of the matcher's lists: it holds the beginnings of words, many of them of false friends.

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sinmun::domain::stream::Edition;

use super::corpus::Document;

/// Changing it draws other sentences.
const SEED: &str = "sinmun gold 1";

/// A set of sentences of real texts.
#[derive(Debug, Clone, Copy)]
pub struct Set {
    /// Its name: that of its file in `tests/gold`.
    pub name: &'static str,
    /// Files of the data folder; none stands for all New Year speeches.
    pub file: Option<&'static str>,
    /// Only texts of this edition.
    pub edition: Edition,
    /// So many sentences of any kind.
    pub random: usize,
    /// So many further ones that the net catches.
    pub caught: usize,
    /// So many further ones that the net of leaders catches.
    pub leaders: usize,
    /// Whether only countries were labelled.
    pub countries_only: bool,
}

/// The sets of real texts.
pub const SETS: [Set; 6] = [
    Set {
        name: "en-2012",
        file: Some("kcna-2012-01-to-06.jsonl"),
        edition: Edition::En,
        random: 300,
        caught: 1000,
        leaders: 700,
        countries_only: false,
    },
    Set {
        name: "en-2024",
        file: Some("kcna-en-2024-01-to-08.json"),
        edition: Edition::En,
        random: 300,
        caught: 1000,
        leaders: 0,
        countries_only: false,
    },
    Set {
        name: "en-headlines",
        file: Some("kcna-headlines-1997-to-2005.csv"),
        edition: Edition::En,
        random: 100,
        caught: 100,
        leaders: 800,
        countries_only: false,
    },
    Set {
        name: "es-headlines",
        file: Some("kcna-headlines-1997-to-2005.csv"),
        edition: Edition::Es,
        random: 50,
        caught: 300,
        leaders: 0,
        countries_only: false,
    },
    Set {
        name: "es-2012",
        file: Some("kcna-2012-01-to-06.jsonl"),
        edition: Edition::Es,
        random: 300,
        caught: 1000,
        leaders: 0,
        countries_only: false,
    },
    Set {
        name: "ko-speeches",
        file: None,
        edition: Edition::Ko,
        random: 100,
        caught: 300,
        leaders: 0,
        countries_only: true,
    },
];

/// A sentence that was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drawn {
    /// Which file of the set, by its place in the list given to [`draw`].
    pub file: usize,
    /// The text's row in its file.
    pub row: u32,
    /// The sentence's number.
    pub sentence: u32,
    /// From which pool.
    pub from: From,
}

/// The pools, in the order of drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// All sentences.
    Random,
    /// Those the net caught.
    Net,
    /// Those the net of leaders caught.
    Leaders,
}

/// How many sentences there were to draw from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// In distinct texts.
    pub sentences: usize,
    /// Of them caught by the net.
    pub caught: usize,
    /// Of them caught by the net of leaders.
    pub leaders: usize,
}

/// The files a set is drawn from, in their order.
///
/// # Errors
/// The folder of the speeches cannot be listed.
pub fn files(set: &Set, data: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    const SPEECHES: &str = "new-year-speeches";
    if let Some(file) = set.file {
        return Ok(vec![file.to_owned()]);
    }
    let folder = data.join(SPEECHES);
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<String> = entries
        .map(|entry| Ok(format!("{SPEECHES}/{}", entry?.file_name().display())))
        .collect::<Result<_, std::io::Error>>()?;
    files.retain(|name| Path::new(name).extension().is_some_and(|extension| extension == "txt"));
    files.sort_unstable();
    Ok(files)
}

/// Draws the sentences of a set from its files, in the order of the files. A text that stands in a file more
/// than once is drawn from once.
pub fn draw(set: &Set, files: &[(String, Vec<Document>)]) -> (Vec<Drawn>, Pool) {
    let mut all = Vec::new();
    for (number, (name, documents)) in files.iter().enumerate() {
        let mut seen = HashSet::new();
        for document in documents.iter().filter(|document| document.edition == set.edition) {
            if !seen.insert((&document.title, &document.body)) {
                continue;
            }
            for (sentence, text) in document.sentences() {
                let drawn = Drawn { file: number, row: document.row, sentence, from: From::Random };
                let (caught, leader) = (is_caught(text, set.edition), is_leader(text));
                all.push((key(name, document.row, sentence), caught, leader, drawn));
            }
        }
    }
    all.sort_unstable_by_key(|(key, ..)| *key);
    let pool = Pool {
        sentences: all.len(),
        caught: all.iter().filter(|(_, caught, ..)| *caught).count(),
        leaders: all.iter().filter(|(_, _, leader, _)| *leader).count(),
    };
    let (mut random, mut net, mut leaders) = (set.random, set.caught, set.leaders);
    let take = |left: &mut usize, wanted: bool| {
        wanted && *left > 0 && {
            *left -= 1;
            true
        }
    };
    let mut drawn: Vec<Drawn> = all
        .into_iter()
        .filter_map(|(_, caught, leader, drawn)| {
            let from = if take(&mut random, true) {
                From::Random
            } else if take(&mut net, caught) {
                From::Net
            } else if take(&mut leaders, leader) {
                From::Leaders
            } else {
                return None;
            };
            Some(Drawn { from, ..drawn })
        })
        .collect();
    drawn.sort_unstable();
    (drawn, pool)
}

/// Where a sentence stands in the order of drawing: a hash, so that neither the order of the files nor
/// the draw of another set changes it.
fn key(file: &str, row: u32, sentence: u32) -> [u8; 32] {
    Sha256::digest(format!("{SEED} draw|{file}|{row}|{sentence}")).into()
}

/// Whether a sentence belongs to the half that the matcher and its words may be tuned on.
pub fn is_for_tuning(file: &str, row: u32, sentence: u32) -> bool {
    Sha256::digest(format!("{SEED} half|{file}|{row}|{sentence}"))[0] & 1 == 0
}

/// What a sentence is known by, whatever becomes of the numbering: the first eight digits of its SHA-256.
pub fn fingerprint(sentence: &str) -> String {
    let hash = Sha256::digest(sentence);
    format!("{:08x}", u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]))
}

/// Beginnings of words.
const STEMS: [&str; 43] = [
    "chin",
    "russ",
    "sino",
    "soviet",
    "rossi",
    "cpc",
    "prc",
    "cpv",
    "cprf",
    "kremlin",
    "duma",
    "moscow",
    "beijing",
    "putin",
    "medvedev",
    "lavrov",
    "shoigu",
    "mishustin",
    "belousov",
    "matvi",
    "volodin",
    "matsegora",
    "kozhemyako",
    "ushakov",
    "gerasimov",
    "yeltsin",
    "zyuganov",
    "naryshkin",
    "gryzlov",
    "mironov",
    "zhirinovsk",
    "serdyukov",
    "rudenko",
    "fomin",
    "krivoruchko",
    "sukhinin",
    "timonin",
    "ishayev",
    "kozlov",
    "peskov",
    "lenin",
    "stalin",
    "gorbachev",
];
/// Beginnings of Spanish words.
const SPANISH: [&str; 9] = ["rus", "ruso", "sovi", "pcch", "rpc", "mosc", "pek", "canciller", "beiy"];
/// Chinese surnames that are no Korean ones as KCNA writes them.
const SURNAMES: [&str; 26] = [
    "xi", "hu", "jiang", "wen", "li", "zhao", "wang", "cai", "ding", "zheng", "liu", "peng", "mao", "zhou", "deng",
    "yang", "wu", "jia", "dai", "liang", "hua", "zhu", "qin", "wei", "tang", "chen",
];
/// Inside Korean words.
const KOREAN: [&str; 8] = ["중국", "로씨야", "조중", "중조", "조로", "로조", "쏘련", "합중국"];

/// Whether the net catches a sentence.
fn is_caught(sentence: &str, edition: Edition) -> bool {
    if edition == Edition::Ko {
        return KOREAN.iter().any(|stem| sentence.contains(stem));
    }
    sentence.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| {
        STEMS.iter().any(|stem| word.starts_with(stem))
            || SURNAMES.contains(&word)
            || ["china", "chine", "russia"].iter().any(|part| word.contains(part))
            || (edition == Edition::Es && SPANISH.iter().any(|stem| word.starts_with(stem)))
    })
}

/// Beginnings of words for posts and for persons who held one.
const LEADERS: [&str; 44] = [
    "xi jinping",
    "hu jintao",
    "jiang zemin",
    "wen jiabao",
    "zhu rongji",
    "li peng",
    "li keqiang",
    "wu bangguo",
    "jia qinglin",
    "li changchun",
    "qian qichen",
    "tang jiaxuan",
    "li zhaoxing",
    "yang jiechi",
    "chi haotian",
    "wang jiarui",
    "dai bingguo",
    "liu hongcai",
    "mao zedong",
    "zhou enlai",
    "deng xiaoping",
    "putin",
    "yeltsin",
    "medvedev",
    "lavrov",
    "ivanov",
    "primakov",
    "stepashin",
    "chernomyrdin",
    "kiriyenko",
    "kasyanov",
    "fradkov",
    "selezn",
    "stroyev",
    "mironov",
    "gryzlov",
    "zyuganov",
    "zhirinovsk",
    "matviyenko",
    "naryshkin",
    "sukhinin",
    "timonin",
    "karlov",
    "denisov",
];
/// Beginnings of words for posts, which count beside one for a country.
const POSTS: [&str; 14] = [
    "president",
    "premier",
    "minister",
    "fm",
    "pm",
    "secretary",
    "ambassador",
    "leader",
    "chairman",
    "chairwoman",
    "speaker",
    "prime",
    "envoy",
    "head",
];

/// Whether the net of leaders catches an English sentence: a name, or a post and a country in one sentence.
fn is_leader(sentence: &str) -> bool {
    let text = sentence.to_lowercase();
    let begins = |stem: &str| {
        text.match_indices(stem).any(|(at, _)| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric))
    };
    LEADERS.iter().any(|name| begins(name))
        || (POSTS.iter().any(|post| begins(post)) && ["chin", "russ", "prc", "cpc", "duma"].iter().any(|c| begins(c)))
}
