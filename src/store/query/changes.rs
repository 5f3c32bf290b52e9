//! What was edited or removed after it was first read.

use rusqlite::{Connection, params};
use serde::Serialize;

use super::Filter;
use super::mentions::ARTICLE_NAME;
use crate::domain::day::Day;
use crate::domain::stamp::written;
use crate::domain::stream::Stream;
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

/// Which page of the changes is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePage {
    /// How many at most.
    pub limit: usize,
    /// The last of the page before: when it was seen, in seconds since 1970 UTC, and its article.
    pub after: Option<(i64, String)>,
    /// Only what was seen since, in seconds since 1970 UTC.
    pub seen_after: Option<i64>,
}

/// A change before its texts are read.
struct Seen {
    at: i64,
    article: String,
    stream: Stream,
    day: Option<Day>,
    what: What,
}

enum What {
    /// From one text to another, by their numbers.
    Edited(i64, i64),
    /// The last title, and where it was.
    Gone(String, String),
}

impl Reader {
    /// What has changed after it was first read: edits with their difference, and articles that are gone; the
    /// newest first.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn changes(&self, filter: &Filter) -> Result<Vec<ChangeRow>, StoreError> {
        let whole = ChangePage { limit: usize::MAX, after: None, seen_after: None };
        Ok(self.change_page(filter, &whole)?.1)
    }

    /// A page of the same changes in the same order, and how many there are on all pages. Only the texts of the page
    /// are read.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn change_page(&self, filter: &Filter, page: &ChangePage) -> Result<(usize, Vec<ChangeRow>), StoreError> {
        let streams = self.streams(filter)?;
        self.timed(|connection| {
            let mut all = edited(connection, &streams, filter)?;
            all.append(&mut gone(connection, &streams, filter)?);
            all.retain(|seen| page.seen_after.is_none_or(|after| seen.at > after));
            all.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.article.cmp(&b.article)));
            let count = all.len();
            let beyond = |seen: &Seen| {
                let Some((at, article)) = &page.after else { return true };
                (std::cmp::Reverse(seen.at), &seen.article) > (std::cmp::Reverse(*at), article)
            };
            let shown = all.into_iter().filter(beyond).take(page.limit);
            let rows = shown.map(|seen| seen.row(connection)).collect::<Result<_, _>>()?;
            Ok((count, rows))
        })
    }
}

/// Texts of one article that were captured, each with the one before it.
fn edited(connection: &Connection, streams: &[(i64, Stream)], filter: &Filter) -> Result<Vec<Seen>, StoreError> {
    let (from, to) = filter.bounds();
    // Only an article with a first and another latest text has more than one, and an index holds just these.
    let sql = format!(
        "SELECT a.stream, a.day, {ARTICLE_NAME}, r.captured_from, a.id, r.id
           FROM article a
           JOIN revision r ON r.article = a.id
           JOIN stream s ON s.id = a.stream
           JOIN revision f ON f.id = a.first
          WHERE a.first <> a.latest AND coalesce(a.day, ?1) BETWEEN ?1 AND ?2
            AND r.captured_from > 0 AND r.content = 3
          ORDER BY a.id, r.captured_from, r.hash"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![from, to])?;
    let (mut all, mut before) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let (number, article, text): (i64, i64, i64) = (row.get(0)?, row.get(4)?, row.get(5)?);
        let older = before.replace((article, text)).filter(|(of, _)| *of == article);
        let stream = streams.iter().find(|(id, _)| *id == number).map(|(_, stream)| stream.clone());
        if let (Some(stream), Some((_, older))) = (stream, older) {
            let day = row.get::<_, Option<i32>>(1)?.map(Day::from_epoch_days);
            all.push(Seen { at: row.get(3)?, article: row.get(2)?, stream, day, what: What::Edited(older, text) });
        }
    }
    Ok(all)
}

/// Articles that are gone.
fn gone(connection: &Connection, streams: &[(i64, Stream)], filter: &Filter) -> Result<Vec<Seen>, StoreError> {
    let (from, to) = filter.bounds();
    let sql = format!(
        "SELECT a.stream, a.day, {ARTICLE_NAME}, coalesce(e.missed_since, 0), r.title, e.url
           FROM entry e
           JOIN revision r ON r.id = e.revision
           JOIN article a ON a.id = r.article
           JOIN stream s ON s.id = a.stream
           JOIN revision f ON f.id = a.first
          WHERE e.state = 3 AND coalesce(a.day, ?1) BETWEEN ?1 AND ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![from, to])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let Some((_, stream)) = streams.iter().find(|(id, _)| *id == number) else { continue };
        let day = row.get::<_, Option<i32>>(1)?.map(Day::from_epoch_days);
        let what = What::Gone(row.get(4)?, row.get(5)?);
        all.push(Seen { at: row.get(3)?, article: row.get(2)?, stream: stream.clone(), day, what });
    }
    Ok(all)
}

impl Seen {
    /// The change with its texts.
    fn row(self, connection: &Connection) -> Result<ChangeRow, StoreError> {
        let (change, title, title_before, diff, url) = match self.what {
            What::Gone(title, url) => ("gone", title, None, String::new(), url),
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
            article: self.article,
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
