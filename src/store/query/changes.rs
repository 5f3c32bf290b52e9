//! What was edited or removed after it was first read.

use rusqlite::{Connection, ToSql, params};
use serde::Serialize;

use super::Filter;
use super::mentions::ARTICLE_NAME;
use crate::domain::day::Day;
use crate::domain::stamp::written;
use crate::domain::stream::Stream;
use crate::store::days::edits;
use crate::store::{Reader, StoreError};

/// One change of an article after it was first read. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeRow {
    /// `edited` or `gone`.
    pub change: &'static str,
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: String,
    /// The article's day.
    pub day: Option<Day>,
    /// The article.
    pub article: String,
    /// When it was seen, UTC.
    pub seen: String,
    /// The title, as it is now.
    pub title: String,
    /// The title before, where it was another.
    pub title_before: Option<String>,
    /// The lines that were taken out (`-`) and put in (`+`).
    pub diff: String,
    /// Where it is, or was.
    pub url: String,
}

impl ChangeRow {
    /// The fields, in order.
    pub const COLUMNS: [&str; 10] =
        ["change", "outlet", "edition", "day", "article", "seen", "title", "title_before", "diff", "url"];
}

/// Where a change stands among all: when it was seen, in seconds since 1970 UTC, its article, and the hash of the text
/// that came, or nothing where the article went.
pub type ChangePlace = (i64, String, String);

/// Which page of the changes is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePage {
    /// How many at most.
    pub limit: usize,
    /// The last of the page before.
    pub after: Option<ChangePlace>,
    /// Only what was seen since, in seconds since 1970 UTC.
    pub seen_after: Option<i64>,
}

/// A page of the changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// How many there are on all pages.
    pub count: usize,
    /// Those of the page.
    pub rows: Vec<ChangeRow>,
    /// The last of them, if there are more: what the next page begins behind.
    pub next: Option<ChangePlace>,
}

/// A change before anything is read of its texts.
struct Seen {
    at: i64,
    stream: Stream,
    day: Option<Day>,
    what: What,
}

/// By numbers of revisions.
#[derive(Clone, Copy)]
enum What {
    /// From one text to another.
    Edited(i64, i64),
    /// The last text, and its entry: source and key.
    Gone(i64, (i64, i64)),
}

impl Reader {
    /// What has changed after it was first read: edits with their difference, and articles that are gone; the
    /// newest first.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn changes(&self, filter: &Filter) -> Result<Vec<ChangeRow>, StoreError> {
        let whole = ChangePage { limit: usize::MAX, after: None, seen_after: None };
        Ok(self.change_page(filter, &whole)?.rows)
    }

    /// A page of the same changes in the same order. Of those on other pages only the times are read.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn change_page(&self, filter: &Filter, page: &ChangePage) -> Result<Changes, StoreError> {
        let streams = self.streams(filter)?;
        self.timed(|connection| {
            let moment = connection.unchecked_transaction()?;
            let mut all = Vec::new();
            for (number, stream) in &streams {
                edited(connection, (*number, stream), filter, &mut all)?;
                gone(connection, (*number, stream), filter, &mut all)?;
            }
            all.retain(|seen| page.seen_after.is_none_or(|after| seen.at > after));
            let count = all.len();
            all.retain(|seen| page.after.as_ref().is_none_or(|(at, ..)| seen.at <= *at));
            all.sort_by_key(|seen| std::cmp::Reverse(seen.at));
            let mut changes = Changes { count, ..Changes::default() };
            // What was seen at one time has an order among itself, and with it a place on this page or another.
            for together in all.chunk_by(|a, b| a.at == b.at) {
                let mut placed: Vec<(ChangePlace, &Seen)> = together
                    .iter()
                    .map(|seen| Ok((seen.place(connection)?, seen)))
                    .collect::<Result<_, StoreError>>()?;
                placed.sort_by(|a, b| a.0.cmp(&b.0));
                for (place, seen) in placed {
                    if page.after.as_ref().is_some_and(|after| place.0 == after.0 && place <= *after) {
                        continue;
                    }
                    if changes.rows.len() == page.limit {
                        return Ok(changes);
                    }
                    changes.rows.push(seen.row(connection, &place.1)?);
                    changes.next = Some(place);
                }
            }
            moment.finish()?;
            changes.next = None;
            Ok(changes)
        })
    }
}

/// Texts of one article that were captured, each with the one before it.
fn edited(
    connection: &Connection,
    (number, stream): (i64, &Stream),
    filter: &Filter,
    all: &mut Vec<Seen>,
) -> Result<(), StoreError> {
    let (from, to) = filter.bounds();
    let mut add = |sql: &str, asked: &[&dyn ToSql]| -> Result<(), StoreError> {
        let mut statement = connection.prepare_cached(sql)?;
        let mut rows = statement.query(asked)?;
        while let Some(row) = rows.next()? {
            let day = row.get::<_, Option<i32>>("day")?.map(Day::from_epoch_days);
            let what = What::Edited(row.get("older")?, row.get("newer")?);
            all.push(Seen { at: row.get("at")?, stream: stream.clone(), day, what });
        }
        Ok(())
    };
    add(
        "SELECT day, newer, older, at FROM edit e WHERE stream = ?1 AND day BETWEEN ?2 AND ?3
            AND NOT EXISTS (SELECT 1 FROM stale_day s WHERE s.stream = e.stream AND s.day = e.day)",
        &[&number, &from, &to],
    )?;
    // Without a day, and of days that were not added up yet, the articles are asked.
    add(&edits("a.stream = ?1 AND a.day IS NULL"), &[&number])?;
    let mut stale =
        connection.prepare_cached("SELECT day FROM stale_day WHERE stream = ?1 AND day BETWEEN ?2 AND ?3")?;
    for day in stale.query_map(params![number, from, to], |row| row.get::<_, i32>(0))? {
        add(&edits("a.stream = ?1 AND a.day = ?2"), &[&number, &day?])?;
    }
    Ok(())
}

/// Articles that are gone.
fn gone(
    connection: &Connection,
    (number, stream): (i64, &Stream),
    filter: &Filter,
    all: &mut Vec<Seen>,
) -> Result<(), StoreError> {
    let (from, to) = filter.bounds();
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(e.missed_since, 0), a.day, e.revision, e.source, e.key
           FROM source o CROSS JOIN entry e ON e.source = o.id AND e.state = 3
           JOIN revision r ON r.id = e.revision
           JOIN article a ON a.id = r.article
          WHERE a.stream = ?1 AND o.stream = ?1 AND coalesce(a.day, ?2) BETWEEN ?2 AND ?3",
    )?;
    let mut rows = statement.query(params![number, from, to])?;
    while let Some(row) = rows.next()? {
        let day = row.get::<_, Option<i32>>(1)?.map(Day::from_epoch_days);
        let what = What::Gone(row.get(2)?, (row.get(3)?, row.get(4)?));
        all.push(Seen { at: row.get(0)?, stream: stream.clone(), day, what });
    }
    Ok(())
}

impl Seen {
    fn place(&self, connection: &Connection) -> Result<ChangePlace, StoreError> {
        let (What::Edited(_, text) | What::Gone(text, _)) = self.what;
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {ARTICLE_NAME}, lower(hex(r.hash)) FROM revision r JOIN article a ON a.id = r.article
               JOIN revision f ON f.id = a.first JOIN stream s ON s.id = a.stream WHERE r.id = ?1"
        ))?;
        let (article, hash) = statement.query_row([text], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((self.at, article, if matches!(self.what, What::Gone(..)) { String::new() } else { hash }))
    }

    /// The change with its texts.
    fn row(&self, connection: &Connection, article: &str) -> Result<ChangeRow, StoreError> {
        let (change, title, title_before, diff, url) = match self.what {
            What::Gone(text, (source, key)) => {
                let mut statement = connection.prepare_cached(
                    "SELECT r.title, e.url FROM revision r, entry e WHERE r.id = ?1 AND e.source = ?2 AND e.key = ?3",
                )?;
                let (title, url) = statement.query_row([text, source, key], |row| Ok((row.get(0)?, row.get(1)?)))?;
                ("gone", title, None, String::new(), url)
            }
            What::Edited(older, newer) => {
                let mut statement = connection.prepare_cached(
                    "SELECT r.title, r.body,
                            coalesce((SELECT p.url FROM appearance p WHERE p.revision = r.id ORDER BY p.url LIMIT 1), '')
                       FROM revision r WHERE r.id = ?1",
                )?;
                let mut read = |text: i64| {
                    statement.query_row([text], |row| {
                        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
                    })
                };
                let ((title_before, body_before, _), (title, body, url)) = (read(older)?, read(newer)?);
                let renamed = (title_before != title).then_some(title_before);
                ("edited", title, renamed, difference(&body_before, &body), url)
            }
        };
        Ok(ChangeRow {
            change,
            outlet: self.stream.outlet.to_string(),
            edition: self.stream.edition.to_string(),
            day: self.day,
            article: article.to_owned(),
            seen: written(self.at),
            title,
            title_before,
            diff,
            url,
        })
    }
}

/// The lines that differ, without those that do not.
pub(super) fn difference(before: &str, after: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    let mut text = String::new();
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            similar::ChangeTag::Delete => '-',
            similar::ChangeTag::Insert => '+',
            similar::ChangeTag::Equal => continue,
        };
        text.push(sign);
        text.push_str(change.value().trim_end());
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}
