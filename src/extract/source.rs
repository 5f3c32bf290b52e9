//! A source file: one site or feed, its editions, pace and layouts. All of it is data; a file stands for one source
//! for each of its editions.

use serde::{Deserialize, Serialize};

use super::archive::Archive;
use super::judge::Rules;
use super::list::Key;
use super::refusal::Refusals;
use super::rules::{Css, Layout};
use crate::domain::address::{address_key, canonical};
use crate::domain::day::Day;
use crate::domain::schedule::Every;
use crate::domain::stream::{Edition, Outlet, Stream};

/// The source files compiled into the binary: name and content.
pub const DEFAULT: [(&str, &str); 2] = [
    ("kcna.toml", include_str!("../../config/sources/kcna.toml")),
    ("rodong.toml", include_str!("../../config/sources/rodong.toml")),
];

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    site: String,
    outlet: Outlet,
    #[serde(default)]
    base: String,
    #[serde(default = "yes")]
    enabled: bool,
    #[serde(default)]
    key: Key,
    #[serde(default)]
    pace: Pace,
    #[serde(default)]
    menu: Option<Menu>,
    edition: Vec<EditionRules>,
    #[serde(default)]
    section: Vec<Section>,
    #[serde(default)]
    layout: Vec<Layout>,
    #[serde(default)]
    feed: Option<String>,
    #[serde(default)]
    article: Vec<String>,
    #[serde(default)]
    archive: Vec<Archive>,
    #[serde(default)]
    proxy_credential: Option<String>,
    #[serde(default)]
    allow_private: bool,
    #[serde(default)]
    ignore_robots: bool,
}

const fn yes() -> bool {
    true
}

/// How hard a source may be asked. Times are in the units of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pace {
    /// Seconds between polls.
    pub every_seconds: i64,
    /// Percent more or less.
    pub spread_percent: i64,
    /// Milliseconds between two requests to its host.
    pub gap_ms: u64,
    /// Milliseconds more or less.
    pub gap_spread_ms: u64,
    /// Requests to its host at a time.
    pub parallel: usize,
    /// Seconds until a connection stands.
    pub connect_seconds: u64,
    /// Seconds without a byte.
    pub idle_seconds: u64,
    /// Seconds for a whole answer.
    pub total_seconds: u64,
    /// The largest answer, unpacked.
    pub max_megabytes: u64,
    /// Whether packed answers are asked for.
    pub gzip: bool,
    /// Pages of a list that are walked at most in one poll.
    pub pages: u32,
    /// Articles read in one portion, which is one transaction.
    pub portion: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            every_seconds: 1800,
            spread_percent: 20,
            gap_ms: 2000,
            gap_spread_ms: 500,
            parallel: 3,
            connect_seconds: 30,
            idle_seconds: 60,
            total_seconds: 180,
            max_megabytes: 32,
            gzip: true,
            pages: 20,
            portion: 8,
        }
    }
}

impl Pace {
    /// How often, for the schedule.
    pub const fn every(&self) -> Every {
        Every { seconds: self.every_seconds, spread_percent: self.spread_percent }
    }
}

/// Where a site links its sections.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// The page, `{path}` standing for the edition's.
    pub address: String,
    /// The links.
    pub link: Css,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionRules {
    edition: Edition,
    #[serde(default)]
    path: String,
    #[serde(default)]
    language: Option<String>,
    #[serde(default = "yes")]
    enabled: bool,
}

/// A section that the site's menu does not have to tell.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// Its list, `{path}` standing for the edition's.
    pub address: String,
    /// Whether it lists the newest issue alone: yesterday's is gone from it, and no page leads back.
    #[serde(default)]
    pub issue: bool,
}

/// What a source is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A site with lists and articles.
    Site {
        /// Its menu, if it is read.
        menu: Option<Menu>,
        /// Its sections, if they are listed.
        sections: Vec<Section>,
    },
    /// A feed, by its address. It never lists all there is, so no day is complete by it.
    Feed(String),
}

/// One source: one edition of one site or feed.
#[derive(Debug, Clone)]
pub struct Source {
    /// `kcna-en`.
    pub name: String,
    /// Whose articles it has.
    pub stream: Stream,
    /// What its pages call their language.
    pub language: String,
    /// What it is.
    pub kind: Kind,
    /// How its addresses are told apart.
    pub key: Key,
    /// What the addresses of all its pages begin with ([`canonical`]).
    pub home: String,
    /// Parts of addresses of its articles, where their key does not tell them.
    pub articles: Vec<String>,
    /// Where its past is to be had, in the order they are asked.
    pub archives: Vec<Archive>,
    /// How hard it may be asked.
    pub pace: Pace,
    /// How its pages are read, the newest layout first.
    pub layouts: Vec<Layout>,
    /// The name of a credential with the proxy's address.
    pub proxy_credential: Option<String>,
    /// Whether robots.txt is overridden; each day that it forbids something, that is logged.
    pub ignore_robots: bool,
    /// Whether addresses that are not public may be connected to: for tests and the demonstration alone.
    pub allow_private: bool,
}

impl Source {
    /// What its pages are judged by on a day.
    pub fn rules<'a>(&'a self, refusals: &'a Refusals, today: Day) -> Rules<'a> {
        Rules {
            layouts: &self.layouts,
            refusals,
            key: self.key,
            edition: self.stream.edition,
            language: &self.language,
            today,
        }
    }

    /// Whether an address is one of its pages, whatever the page is.
    pub fn has(&self, url: &str) -> bool {
        !self.home.is_empty() && canonical(url).strip_prefix(&self.home).is_some_and(|rest| rest.starts_with('/'))
    }

    /// What an article of it is known by; `None` for the addresses of other pages.
    pub fn article_key(&self, url: &str) -> Option<String> {
        let told = self.key == Key::NewsId || self.articles.iter().any(|part| url.contains(part.as_str()));
        (told && self.has(url)).then(|| self.key.of(url)).flatten()
    }

    /// The key of what an article is known by.
    pub fn address_key(&self, known_by: &str) -> i64 {
        address_key(&self.stream, known_by)
    }
}

/// Reads a source file; answers its sources that are enabled, their addresses whole.
///
/// # Errors
/// Everything that is wrong with it, a line each.
pub fn parse(toml: &str) -> Result<Vec<Source>, String> {
    let file: File = toml::from_str(toml).map_err(|error| error.to_string())?;
    let faults = faults(&file);
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    let sources = file.edition.iter().filter(|e| file.enabled && e.enabled).map(|edition| source(&file, edition));
    Ok(sources.collect())
}

fn source(file: &File, rules: &EditionRules) -> Source {
    let whole = |address: &str| {
        let address = address.replace("{path}", &rules.path);
        if address.starts_with("http") { address } else { format!("{}{address}", file.base.trim_end_matches('/')) }
    };
    let kind = match &file.feed {
        Some(address) => Kind::Feed(whole(address)),
        None => Kind::Site {
            menu: file.menu.as_ref().map(|menu| Menu { address: whole(&menu.address), ..menu.clone() }),
            sections: file
                .section
                .iter()
                .map(|section| Section { address: whole(&section.address), ..section.clone() })
                .collect(),
        },
    };
    Source {
        name: format!("{}-{}", file.site, rules.edition),
        stream: Stream { outlet: file.outlet.clone(), edition: rules.edition },
        language: rules.language.clone().unwrap_or_else(|| rules.edition.to_string()),
        kind,
        key: file.key,
        home: if file.feed.is_some() { String::new() } else { canonical(&whole(&format!("/{}", rules.path))) },
        articles: file.article.clone(),
        archives: file.archive.iter().map(|archive| archive.of(&rules.path)).collect(),
        pace: file.pace,
        layouts: file.layout.clone(),
        proxy_credential: file.proxy_credential.clone(),
        ignore_robots: file.ignore_robots,
        allow_private: file.allow_private,
    }
}

fn faults(file: &File) -> Vec<String> {
    let mut faults = Vec::new();
    let pace = &file.pace;
    if file.site.is_empty() || !file.site.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        faults.push(format!("site '{}': lower-case letters, digits and hyphens", file.site));
    }
    if file.feed.is_none() {
        if !file.base.starts_with("http://") && !file.base.starts_with("https://") {
            faults.push(format!("base '{}': an address that begins with http:// or https://", file.base));
        }
        if file.menu.is_none() && file.section.is_empty() {
            faults.push("neither a menu nor a section: nothing would be polled".to_owned());
        }
        if file.layout.is_empty() {
            faults.push("no layout: nothing could be read".to_owned());
        }
    }
    if pace.every_seconds < 0 || !(0..=100).contains(&pace.spread_percent) {
        faults.push("pace: every_seconds of at least 0, spread_percent from 0 to 100".to_owned());
    }
    if pace.parallel == 0 || pace.parallel > 3 {
        faults.push("pace: parallel from 1 to 3; more gets a collector banned".to_owned());
    }
    if pace.total_seconds == 0
        || pace.idle_seconds == 0
        || pace.connect_seconds == 0
        || pace.pages == 0
        || pace.portion == 0
    {
        faults.push("pace: the limits are at least 1".to_owned());
    }
    if pace.max_megabytes == 0 || pace.max_megabytes > 512 {
        faults.push("pace: max_megabytes from 1 to 512".to_owned());
    }
    for (i, archive) in file.archive.iter().enumerate() {
        faults.extend(archive.faults());
        if file.archive[..i].iter().any(|other| other.name() == archive.name()) {
            faults.push(format!("archive '{}' is there twice", archive.name()));
        }
    }
    for (i, layout) in file.layout.iter().enumerate() {
        if file.layout[..i].iter().any(|other| other.name == layout.name) {
            faults.push(format!("layout '{}' is there twice", layout.name));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_sources_are_sound() {
        let names: Vec<String> = DEFAULT
            .iter()
            .flat_map(|(name, toml)| parse(toml).unwrap_or_else(|fault| panic!("{name}: {fault}")))
            .map(|source| source.name)
            .collect();
        assert_eq!(
            names,
            ["kcna-en", "kcna-ko", "kcna-zh", "kcna-ru", "kcna-es", "kcna-ja", "rodong-en", "rodong-ko", "rodong-zh"]
        );
    }

    #[test]
    fn all_faults_at_once() {
        let bad = "site='Bad Site'\noutlet='x'\nbase='ftp://x'\n[pace]\nparallel=9\n[[edition]]\nedition='en'\n";
        let told = parse(bad).expect_err("bad");
        for part in ["site", "base", "parallel", "no layout", "neither a menu"] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(
            parse("site='x'\noutlet='x'\nfeed='https://x/'\nsped=1\n[[edition]]\nedition='en'")
                .expect_err("a key")
                .contains("sped")
        );
    }
}
