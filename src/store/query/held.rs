//! Every article that is held: what a denominator is made of.

use rusqlite::params;
use serde::Serialize;

use super::Filter;
use super::mentions::ARTICLE_NAME;
use crate::domain::article::Content;
use crate::domain::day::Day;
use crate::store::{Reader, StoreError};

/// One article. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldRow {
    /// Its day.
    pub date: Day,
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: String,
    /// Its name.
    pub article: String,
    /// The hash of its measured text.
    pub revision: String,
    /// Full, headline-only, missing or media.
    pub content: &'static str,
    /// Words or characters.
    pub length: u64,
    /// Whether it is a reprint of another.
    pub reprint: bool,
    /// Its title.
    pub title: String,
    /// One of its addresses; empty without.
    pub url: String,
}

impl HeldRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 10] =
        ["date", "outlet", "edition", "article", "revision", "content", "length", "reprint", "title", "url"];
}

impl Reader {
    /// Every article of the filter's streams and days, whatever it says, in the order of day, outlet, edition, name.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn held(&self, filter: &Filter) -> Result<Vec<HeldRow>, StoreError> {
        let (from, to) = filter.bounds();
        let sql = format!(
            "SELECT a.day, {ARTICLE_NAME}, lower(hex(r.hash)), a.content, a.length, a.reprint_of IS NOT NULL, r.title,
                    (SELECT min(p.url) FROM appearance p JOIN revision o ON o.id = p.revision
                      WHERE o.article = a.id AND p.url <> '')
               FROM article a JOIN stream s ON s.id = a.stream JOIN revision f ON f.id = a.first
               JOIN revision r ON r.id = a.latest
              WHERE a.stream = ?1 AND a.day BETWEEN ?2 AND ?3"
        );
        let mut all = Vec::new();
        for (number, stream) in self.streams(filter)? {
            self.timed(|connection| {
                let mut statement = connection.prepare_cached(&sql)?;
                let mut rows = statement.query(params![number, from, to])?;
                while let Some(row) = rows.next()? {
                    all.push(HeldRow {
                        date: Day::from_epoch_days(row.get(0)?),
                        outlet: stream.outlet.to_string(),
                        edition: stream.edition.to_string(),
                        article: row.get(1)?,
                        revision: row.get(2)?,
                        content: Content::from_code(row.get(3)?).unwrap_or(Content::Missing).as_str(),
                        length: row.get(4)?,
                        reprint: row.get(5)?,
                        title: row.get(6)?,
                        url: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
                    });
                }
                Ok(())
            })?;
        }
        all.sort_by(|a, b| {
            (a.date, &a.outlet, &a.edition, &a.article).cmp(&(b.date, &b.outlet, &b.edition, &b.article))
        });
        Ok(all)
    }
}
