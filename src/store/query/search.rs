//! Full text search over the measured texts.

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;

use super::Filter;
use super::mentions::ARTICLE_NAME;
use crate::domain::bigram::{is_cjk, query_form};
use crate::domain::day::Day;
use crate::domain::stream::Edition;
use crate::domain::text::normalise;
use crate::store::{Reader, StoreError};

/// One article found. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SearchRow {
    /// Its day, if known.
    pub date: Option<Day>,
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: String,
    /// Its name.
    pub article: String,
    /// Its title.
    pub title: String,
    /// The text around the first place found, with the words found in « ».
    pub snippet: String,
}

impl SearchRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 6] = ["date", "outlet", "edition", "article", "title", "snippet"];
}

impl Reader {
    /// Articles that fit a query, best first; ties in the order of day and name.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a query without a word or a store without an index.
    pub fn search(&self, query: &str, filter: &Filter, limit: u32) -> Result<Vec<SearchRow>, StoreError> {
        if !self.has_search() {
            return Err(StoreError::Refused(
                "this store has no full-text index; `sinmun recount` builds it".to_owned(),
            ));
        }
        // The edition decides only about Spanish accents, which the index folds by itself.
        let normal = normalise(query, Edition::En).as_str().to_owned();
        let expression = query_form(&normal).map_err(|error| StoreError::Refused(error.to_string()))?;
        let words = words_of(&normal);
        let streams: Vec<i64> = self.streams(filter)?.into_iter().map(|(number, _)| number).collect();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.timed(|connection| {
            let mut all: Vec<(i64, SearchRow)> = Vec::new();
            for alike in ranked(connection, &expression)?.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
                let mut rows = Vec::new();
                for &(_, text) in alike {
                    if is_wanted(connection, text, &streams, filter)? {
                        rows.push((text, row(connection, text)?));
                    }
                }
                rows.sort_by(|(_, a), (_, b)| (a.date, &a.article).cmp(&(b.date, &b.article)));
                all.append(&mut rows);
                if all.len() >= limit {
                    break;
                }
            }
            all.truncate(limit);
            let mut body = connection.prepare_cached("SELECT body FROM revision WHERE id = ?1")?;
            let with_snippet = |(text, row): (i64, SearchRow)| {
                let body: String = body.query_row([text], |row| row.get(0))?;
                let snippet = snippet(if body.is_empty() { &row.title } else { &body }, &words);
                Ok(SearchRow { snippet, ..row })
            };
            all.into_iter().map(with_snippet).collect()
        })
    }
}

/// The texts found, best first, by the index alone: of thousands only those that may be among the best are read.
fn ranked(connection: &Connection, expression: &str) -> Result<Vec<(f64, i64)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT round(bm25(words, 4.0, 1.0), 6), rowid FROM search.words WHERE words MATCH ?1")?;
    let rows = statement.query_map([expression], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut found: Vec<(f64, i64)> = rows.collect::<Result<_, _>>()?;
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(found)
}

/// Whether a text is the measured one of an article that is asked for.
fn is_wanted(connection: &Connection, text: i64, streams: &[i64], filter: &Filter) -> Result<bool, StoreError> {
    let (from, to) = filter.bounds();
    let mut statement = connection.prepare_cached("SELECT stream, day FROM article WHERE latest = ?1")?;
    let article: Option<(i64, Option<i32>)> =
        statement.query_row([text], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(article.is_some_and(|(stream, day)| {
        streams.contains(&stream) && day.map_or(filter.is_unbounded(), |day| (from..=to).contains(&day))
    }))
}

/// The row of an article by its measured text, without the snippet.
fn row(connection: &Connection, text: i64) -> Result<SearchRow, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT a.day, s.outlet, s.edition, {ARTICLE_NAME}, r.title
           FROM revision r JOIN article a ON a.latest = r.id JOIN revision f ON f.id = a.first
           JOIN stream s ON s.id = a.stream WHERE r.id = ?1"
    ))?;
    Ok(statement.query_row([text], |row| {
        Ok(SearchRow {
            date: row.get::<_, Option<i32>>(0)?.map(Day::from_epoch_days),
            outlet: row.get(1)?,
            edition: row.get(2)?,
            article: row.get(3)?,
            title: row.get(4)?,
            snippet: String::new(),
        })
    })?)
}

/// The words of a query that are to be marked.
fn words_of(query: &str) -> Vec<String> {
    query
        .split_whitespace()
        .filter(|word| !word.starts_with('-'))
        .flat_map(|word| word.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Characters of context on either side.
const CONTEXT: usize = 70;

/// The text around the first word found, blanks squeezed, found words in « ».
fn snippet(text: &str, words: &[String]) -> String {
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let hits = marks(&flat, words);
    let first = hits.first().map_or(0, |hit| hit.0);
    let start = flat[..first].char_indices().rev().nth(CONTEXT).map_or(0, |(i, _)| i);
    let end = flat[first..].char_indices().nth(CONTEXT * 2).map_or(flat.len(), |(i, _)| first + i);
    let mut out = String::new();
    if start > 0 {
        out.push('…');
    }
    let mut at = start;
    for &(from, to) in hits.iter().filter(|(from, to)| *from >= start && *to <= end) {
        out.push_str(&flat[at..from]);
        out.push('«');
        out.push_str(&flat[from..to]);
        out.push('»');
        at = to;
    }
    out.push_str(&flat[at..end]);
    if end < flat.len() {
        out.push('…');
    }
    out
}

/// Where words stand, without overlap; Latin ones at the start of a word only.
fn marks(text: &str, words: &[String]) -> Vec<(usize, usize)> {
    let mut hits = Vec::new();
    for (at, _) in text.char_indices() {
        if hits.last().is_some_and(|&(_, end)| at < end) {
            continue;
        }
        let inside = text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() && !is_cjk(c));
        let longest = words
            .iter()
            .filter(|word| !inside || word.chars().all(is_cjk))
            .filter_map(|word| prefix_length(&text[at..], word))
            .max();
        if let Some(length) = longest {
            hits.push((at, at + length));
        }
    }
    hits
}

/// How many bytes of a text's beginning a word covers, in any case.
fn prefix_length(text: &str, word: &str) -> Option<usize> {
    let mut length = 0;
    let mut chars = text.chars();
    for wanted in word.chars() {
        let c = chars.next()?;
        if !c.to_lowercase().eq(std::iter::once(wanted)) && c != wanted {
            return None;
        }
        length += c.len_utf8();
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_mark_what_was_found() {
        let words = words_of("putin 김정은 -china");
        assert_eq!(
            snippet("To  President Putin, putinesque 경애하는 김정은동지", &words),
            "To President «Putin», «putin»esque 경애하는 «김정은»동지"
        );
        let long = format!("{} Putin {}", "x ".repeat(200), "y ".repeat(200));
        let cut = snippet(&long, &words);
        assert!(cut.starts_with('…') && cut.ends_with('…') && cut.contains("«Putin»"), "{cut}");
    }
}
