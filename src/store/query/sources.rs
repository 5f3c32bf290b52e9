//! How the sources stand, and what has changed afterwards.

use rusqlite::params;
use serde::Serialize;

use super::Filter;
use super::mentions::ARTICLE_NAME;
use crate::domain::day::Day;
use crate::domain::outcome::Outcome;
use crate::domain::stamp::written;
use crate::store::{Reader, StoreError};

/// One source. The order of fields is the order of columns; instants are UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceRow {
    /// Its name.
    pub source: String,
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: String,
    /// What came of the last poll; empty before the first.
    pub state: &'static str,
    /// Why.
    pub why: String,
    /// The last poll.
    pub polled: Option<String>,
    /// The last poll that succeeded.
    pub last_success: Option<String>,
    /// Since when it fails.
    pub failing_since: Option<String>,
    /// Polls in a row that failed.
    pub failures: u32,
    /// When something new last came.
    pub last_new: Option<String>,
    /// When it is polled next.
    pub next_poll: String,
    /// Articles that wait to be read.
    pub waiting: u32,
    /// Articles that are gone.
    pub gone: u32,
    /// Alarms on its collecting that hold, with their details.
    pub alarms: Vec<String>,
    /// Unusual silences in its texts, and their ends, with their details: news, and no fault of the source.
    pub silences: Vec<String>,
}

impl SourceRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 15] = [
        "source",
        "outlet",
        "edition",
        "state",
        "why",
        "polled",
        "last_success",
        "failing_since",
        "failures",
        "last_new",
        "next_poll",
        "waiting",
        "gone",
        "alarms",
        "silences",
    ];
}

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

impl Reader {
    /// How the sources stand.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn sources(&self, filter: &Filter) -> Result<Vec<SourceRow>, StoreError> {
        let streams = self.streams(filter)?;
        self.timed(|connection| {
            let mut alarms = connection.prepare_cached(
                "SELECT kind || ': ' || detail FROM alarm
                  WHERE source = ?1 AND until IS NULL AND (subject <> '') = ?2 ORDER BY kind, subject",
            )?;
            let mut holding = |source: i64, on_entity: bool| -> Result<Vec<String>, StoreError> {
                let told = alarms.query_map(params![source, on_entity], |row| row.get(0))?;
                Ok(told.collect::<Result<_, _>>()?)
            };
            let mut statement = connection.prepare_cached(
                "SELECT s.id, s.name, s.stream, s.outcome, s.why, s.polled_at, s.succeeded_at, s.failing_since, s.failures,
                        s.new_at, s.next_at,
                        (SELECT count(*) FROM entry e WHERE e.source = s.id AND e.state = 0),
                        (SELECT count(*) FROM entry e WHERE e.source = s.id AND e.state = 3)
                   FROM source s ORDER BY s.name",
            )?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let number: i64 = row.get(2)?;
                let Some((_, stream)) = streams.iter().find(|(id, _)| *id == number) else { continue };
                let id: i64 = row.get(0)?;
                let time = |i| -> rusqlite::Result<Option<String>> { Ok(row.get::<_, Option<i64>>(i)?.map(written)) };
                let outcome = row.get::<_, Option<i64>>(3)?.and_then(Outcome::from_code);
                all.push(SourceRow {
                    source: row.get(1)?,
                    outlet: stream.outlet.to_string(),
                    edition: stream.edition.to_string(),
                    state: outcome.map_or("", Outcome::as_str),
                    why: row.get(4)?,
                    polled: time(5)?,
                    last_success: time(6)?,
                    failing_since: time(7)?,
                    failures: row.get(8)?,
                    last_new: time(9)?,
                    next_poll: written(row.get(10)?),
                    waiting: row.get(11)?,
                    gone: row.get(12)?,
                    alarms: holding(id, false)?,
                    silences: holding(id, true)?,
                });
            }
            Ok(all)
        })
    }

    /// What has changed after it was first read: edits with their difference, and articles that are gone; the
    /// newest first.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn changes(&self, filter: &Filter) -> Result<Vec<ChangeRow>, StoreError> {
        let streams = self.streams(filter)?;
        let (from, to) = filter.bounds();
        let mut all: Vec<(i64, ChangeRow)> = Vec::new();
        self.timed(|connection| {
            // Texts of one article that were captured, each beside the one before it.
            let sql = format!(
                "SELECT a.stream, a.day, {ARTICLE_NAME}, r.captured_from, r.title, r.body, a.id,
                        coalesce((SELECT p.url FROM appearance p WHERE p.revision = r.id ORDER BY p.url LIMIT 1), '')
                   FROM revision r
                   JOIN article a ON a.id = r.article
                   JOIN stream s ON s.id = a.stream
                   JOIN revision f ON f.id = a.first
                  WHERE r.captured_from > 0 AND r.content = 3 AND coalesce(a.day, ?1) BETWEEN ?1 AND ?2
                    AND (SELECT count(*) FROM revision o WHERE o.article = a.id AND o.content = 3) > 1
                  ORDER BY a.id, r.captured_from, r.hash"
            );
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query(params![from, to])?;
            let mut before: Option<(i64, String, String)> = None;
            while let Some(row) = rows.next()? {
                let (article, title, body): (i64, String, String) = (row.get(6)?, row.get(4)?, row.get(5)?);
                let number: i64 = row.get(0)?;
                if let Some((_, stream)) = streams.iter().find(|(id, _)| *id == number)
                    && let Some((_, old_title, old_body)) = before.as_ref().filter(|(old, ..)| *old == article)
                {
                    let at: i64 = row.get(3)?;
                    all.push((
                        at,
                        ChangeRow {
                            change: "edited",
                            outlet: stream.outlet.to_string(),
                            edition: stream.edition.to_string(),
                            day: row.get::<_, Option<i32>>(1)?.map(Day::from_epoch_days),
                            article: row.get(2)?,
                            seen: written(at),
                            title: title.clone(),
                            title_before: (*old_title != title).then(|| old_title.clone()),
                            diff: difference(old_body, &body),
                            url: row.get(7)?,
                        },
                    ));
                }
                before = Some((article, title, body));
            }
            let sql = format!(
                "SELECT a.stream, a.day, {ARTICLE_NAME}, e.missed_since, r.title, e.url
                   FROM entry e
                   JOIN revision r ON r.id = e.revision
                   JOIN article a ON a.id = r.article
                   JOIN stream s ON s.id = a.stream
                   JOIN revision f ON f.id = a.first
                  WHERE e.state = 3 AND coalesce(a.day, ?1) BETWEEN ?1 AND ?2"
            );
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query(params![from, to])?;
            while let Some(row) = rows.next()? {
                let number: i64 = row.get(0)?;
                let Some((_, stream)) = streams.iter().find(|(id, _)| *id == number) else { continue };
                let at: i64 = row.get::<_, Option<i64>>(3)?.unwrap_or(0);
                all.push((
                    at,
                    ChangeRow {
                        change: "gone",
                        outlet: stream.outlet.to_string(),
                        edition: stream.edition.to_string(),
                        day: row.get::<_, Option<i32>>(1)?.map(Day::from_epoch_days),
                        article: row.get(2)?,
                        seen: written(at),
                        title: row.get(4)?,
                        title_before: None,
                        diff: String::new(),
                        url: row.get(5)?,
                    },
                ));
            }
            Ok(())
        })?;
        all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.article.cmp(&b.1.article)));
        Ok(all.into_iter().map(|(_, row)| row).collect())
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
