//! One article with all that is known of it.

use rusqlite::{OptionalExtension, params};
use serde::Serialize;

use super::Filter;
use super::changes::difference;
use super::mentions::ARTICLE_NAME;
use crate::domain::address::address_key;
use crate::domain::article::DayFrom;
use crate::domain::count::{Field, Text, count};
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::review::Place;
use crate::domain::section::Sections;
use crate::store::{Reader, StoreError};

/// An article. The order of fields is the order of output.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Article {
    /// Its name.
    pub article: String,
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: String,
    /// Its day, if known.
    pub day: Option<Day>,
    /// Where the day is from.
    pub day_from: &'static str,
    /// Full, headline-only, missing or media.
    pub content: &'static str,
    /// Words or characters.
    pub length: u64,
    /// An address of it was used again for another article.
    pub id_reused: bool,
    /// The earlier article it is a reprint of.
    pub reprint_of: Option<String>,
    /// Later articles that reprint it.
    pub reprints: Vec<String>,
    /// The measured text's title.
    pub title: String,
    /// The measured text.
    pub body: String,
    /// Every text it has had, in order, the measured one last.
    pub revisions: Vec<Revision>,
    /// Everywhere it was found.
    pub appearances: Vec<Appearance>,
    /// What the measured text mentions.
    pub mentions: Vec<ArticleMention>,
}

/// One text of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Revision {
    /// SHA-256 of title, line feed, body.
    pub revision: String,
    /// Its title.
    pub title: String,
    /// Words or characters.
    pub length: u64,
    /// When it was first captured, if the source says, in seconds since 1970 UTC.
    pub captured: Option<i64>,
    /// When the store first held it, in seconds since 1970 UTC.
    pub held: i64,
    /// Whether it is the one that is measured.
    pub measured: bool,
    /// The lines that differ from the text before: taken out (`-`) and put in (`+`); empty for the first.
    pub diff: String,
}

/// One place an article was found at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Appearance {
    /// The address; empty without.
    pub url: String,
    /// The section as it was called there; empty without.
    pub section: String,
    /// Its id, one over layouts and editions; none for a section that is not known.
    pub section_id: Option<String>,
    /// The text found there.
    pub revision: String,
    /// The file or poll it is from.
    pub origin: String,
    /// SHA-256 of that file.
    pub origin_sha256: Option<String>,
    /// The line in that file.
    pub line: u64,
    /// When it was captured there, if the source says, in seconds since 1970 UTC.
    pub captured: Option<i64>,
    /// SHA-256 of the bytes as given, where they are kept because the stored text differs.
    pub capture: Option<String>,
}

/// One mention in the measured text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleMention {
    /// The entity's id.
    pub entity: String,
    /// Name, office or embedded.
    pub form: &'static str,
    /// Title or body.
    pub field: Field,
    /// First byte.
    pub start: u32,
    /// Past the last byte.
    pub end: u32,
}

impl Reader {
    /// Finds an article by its name, the start of its name's hash or of any of its texts' hashes (at least six
    /// digits), or one of its addresses. `None` if there is no such article.
    ///
    /// # Errors
    /// `SQLite`'s; [`StoreError::Refused`] if several articles fit.
    pub fn article(&self, lexicon: &Lexicon, wanted: &str) -> Result<Option<Article>, StoreError> {
        let numbers = self.article_numbers(wanted)?;
        match numbers.as_slice() {
            [] => Ok(None),
            [number] => self.article_by_number(lexicon, *number).map(Some),
            several => {
                let names = several.iter().map(|n| self.article_name(*n)).collect::<Result<Vec<_>, _>>()?;
                Err(StoreError::Refused(format!("'{wanted}' fits several articles: {}", names.join(", "))))
            }
        }
    }

    fn article_numbers(&self, wanted: &str) -> Result<Vec<i64>, StoreError> {
        // A whole name says the stream and the day, where few articles are to be looked through.
        if let Some((stream, day)) = Place::stream_and_day(wanted) {
            let sql = format!(
                "SELECT a.id FROM article a JOIN revision f ON f.id = a.first JOIN stream s ON s.id = a.stream
                  WHERE s.outlet = ?1 AND s.edition = ?2 AND a.day = ?3 AND {ARTICLE_NAME} = ?4"
            );
            let values = params![stream.outlet.as_str(), stream.edition.as_str(), day.epoch_days(), wanted];
            let named: Option<i64> =
                self.connection.prepare_cached(&sql)?.query_row(values, |row| row.get(0)).optional()?;
            if let Some(number) = named {
                return Ok(vec![number]);
            }
        }
        let hash = wanted.rsplit('-').next().unwrap_or(wanted).to_ascii_lowercase();
        let is_hash = hash.len() >= 6 && hash.len() <= 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        if is_hash {
            // Hashes that begin with these digits lie between the two that continue with 0 and with f.
            let (low, high) =
                (hash.clone() + &"0".repeat(64 - hash.len()), hash.clone() + &"f".repeat(64 - hash.len()));
            return self.timed(|connection| {
                let mut statement = connection.prepare_cached(
                    "SELECT DISTINCT article FROM revision WHERE hash BETWEEN unhex(?1) AND unhex(?2) LIMIT 5",
                )?;
                Ok(statement.query_map([low, high], |row| row.get(0))?.collect::<Result<_, _>>()?)
            });
        }
        let keys: Vec<i64> =
            self.streams(&Filter::default())?.iter().map(|(_, stream)| address_key(stream, wanted)).collect();
        self.timed(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT DISTINCT r.article FROM appearance p JOIN revision r ON r.id = p.revision
                  WHERE p.address IN (SELECT value FROM json_each(?1)) LIMIT 5",
            )?;
            let keys = serde_json::to_string(&keys).unwrap_or_default();
            let found: Vec<i64> = statement.query_map([keys], |row| row.get(0))?.collect::<Result<_, _>>()?;
            if !found.is_empty() {
                return Ok(found);
            }
            // A site that knows its pages by a number has keys of its own: these addresses are looked for one by one.
            let mut statement = connection.prepare_cached(
                "SELECT DISTINCT r.article FROM appearance p JOIN revision r ON r.id = p.revision WHERE p.url = ?1 LIMIT 5",
            )?;
            Ok(statement.query_map([wanted], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
    }

    fn reprints(&self, number: i64) -> Result<Vec<String>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT id FROM article WHERE reprint_of = ?1 ORDER BY day, id")?;
        let numbers: Vec<i64> = statement.query_map([number], |row| row.get(0))?.collect::<Result<_, _>>()?;
        numbers.into_iter().map(|number| self.article_name(number)).collect()
    }

    fn article_name(&self, number: i64) -> Result<String, StoreError> {
        let sql = format!(
            "SELECT {ARTICLE_NAME} FROM article a JOIN revision f ON f.id = a.first JOIN stream s ON s.id = a.stream WHERE a.id = ?1"
        );
        Ok(self.connection.query_row(&sql, [number], |row| row.get(0))?)
    }

    fn article_by_number(&self, lexicon: &Lexicon, number: i64) -> Result<Article, StoreError> {
        let sql = format!(
            "SELECT {ARTICLE_NAME}, s.outlet, s.edition, a.day, a.day_from, a.content, a.length, a.flags & 1, a.reprint_of,
                    r.title, r.body
               FROM article a JOIN revision f ON f.id = a.first JOIN revision r ON r.id = a.latest
               JOIN stream s ON s.id = a.stream WHERE a.id = ?1"
        );
        let (mut article, content, reprint_of) = self.connection.query_row(&sql, [number], |row| {
            let article = Article {
                article: row.get(0)?,
                outlet: row.get(1)?,
                edition: row.get(2)?,
                day: row.get::<_, Option<i32>>(3)?.map(Day::from_epoch_days),
                day_from: DayFrom::from_code(row.get(4)?).map_or("none", DayFrom::as_str),
                content: "",
                length: row.get(6)?,
                id_reused: row.get(7)?,
                reprint_of: None,
                reprints: Vec::new(),
                title: row.get(9)?,
                body: row.get(10)?,
                revisions: Vec::new(),
                appearances: Vec::new(),
                mentions: Vec::new(),
            };
            Ok((article, row.get::<_, i64>(5)?, row.get::<_, Option<i64>>(8)?))
        })?;
        let (edition, content) = Self::kind(&article.edition, content);
        article.content = content.as_str();
        article.reprint_of = reprint_of.map(|first| self.article_name(first)).transpose()?;
        article.reprints = self.reprints(number)?;
        article.revisions = self.revisions(number)?;
        article.appearances = self.appearances(number)?;
        let text = Text { edition, title: &article.title, body: &article.body };
        article.mentions = count(lexicon, article.day, &text)
            .into_iter()
            .map(|m| ArticleMention {
                entity: lexicon.entity(m.entity).id.clone(),
                form: m.form.as_str(),
                field: m.field,
                start: m.start,
                end: m.end,
            })
            .collect();
        Ok(article)
    }

    fn revisions(&self, number: i64) -> Result<Vec<Revision>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT lower(hex(r.hash)), r.title, r.length, r.captured_from, r.held_at, a.latest = r.id, r.body
               FROM revision r JOIN article a ON a.id = r.article
              WHERE r.article = ?1 AND r.content = a.content ORDER BY r.cut DESC, r.captured_to, r.hash",
        )?;
        let mut before: Option<String> = None;
        let rows = statement.query_map([number], |row| {
            let body: String = row.get(6)?;
            let diff = before.as_deref().map(|before| difference(before, &body)).unwrap_or_default();
            before = Some(body);
            Ok(Revision {
                revision: row.get(0)?,
                title: row.get(1)?,
                length: row.get(2)?,
                captured: Some(row.get(3)?).filter(|&at| at != 0),
                held: row.get(4)?,
                measured: row.get(5)?,
                diff,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn appearances(&self, number: i64) -> Result<Vec<Appearance>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT p.url, p.section, lower(hex(r.hash)), o.name, o.sha256, p.line, lower(hex(c.sha256)),
                    (SELECT s.address FROM section s WHERE s.name = p.section LIMIT 1), p.captured
               FROM revision r JOIN appearance p ON p.revision = r.id JOIN origin o ON o.id = p.origin
               LEFT JOIN capture c ON c.id = p.capture
              WHERE r.article = ?1 ORDER BY p.url, p.section, r.hash",
        )?;
        let sections = Sections::built_in();
        let rows = statement.query_map([number], |row| {
            let section: String = row.get(1)?;
            let address: Option<String> = row.get(7)?;
            Ok(Appearance {
                url: row.get(0)?,
                section_id: sections.id(&section, address.as_deref()).map(str::to_owned),
                section,
                revision: row.get(2)?,
                origin: row.get(3)?,
                origin_sha256: row.get(4)?,
                line: row.get(5)?,
                captured: Some(row.get(8)?).filter(|&at| at != 0),
                capture: row.get::<_, Option<String>>(6)?.filter(|hash| !hash.is_empty()),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The bytes as given, by the start of their SHA-256.
    ///
    /// # Errors
    /// `SQLite`'s, or a capture that cannot be unpacked.
    pub fn capture(&self, sha256: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT zstd, bytes FROM capture WHERE hex(sha256) LIKE upper(?1) || '%' LIMIT 1";
        let packed: Option<(Vec<u8>, usize)> =
            self.connection.query_row(sql, [sha256], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        packed
            .map(|(zstd, bytes)| {
                zstd::bulk::decompress(&zstd, bytes)
                    .map_err(|source| StoreError::Io { path: "a raw capture".into(), source })
            })
            .transpose()
    }
}
