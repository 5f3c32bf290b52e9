//! How many mentions there are, without reading them.

use rusqlite::{Connection, params};

use super::Filter;
use super::days::{self, Asked};
use super::mentions::json_list;
use super::review::MarkedText;
use super::series::Counting;
use crate::domain::article::Content;
use crate::store::{Reader, StoreError};

impl Reader {
    /// How many mentions there are, and in how many articles, headline-only items among them; with the analysts' marks
    /// if the reader is [`Reader::reviewed`].
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn mention_count(
        &self,
        entities: &[String],
        filter: &Filter,
        counting: &Counting,
    ) -> Result<(u64, u64), StoreError> {
        let marked: Vec<&MarkedText> = self.reviewed.iter().flat_map(|reviewed| &reviewed.texts).collect();
        let revisions = json_list(&marked.iter().map(|text| text.stored.revision).collect::<Vec<_>>());
        let (from, to) = filter.bounds();
        let mut sum = (0, 0);
        for (stream, _) in self.streams(filter)? {
            let (mentions, articles) = self.timed(|connection| {
                // Which days are summed must not change while they are read.
                let moment = connection.unchecked_transaction()?;
                let asked = Asked { stream, filter, counting, reviewed: self.reviewed.as_ref() };
                let counted = unmarked(connection, &asked, entities, &revisions)?;
                moment.finish()?;
                Ok(counted)
            })?;
            sum = (sum.0 + mentions, sum.1 + articles);
            for MarkedText { stored, tallies, struck, added } in &marked {
                let within = stored.stream == stream && (from..=to).contains(&stored.day.epoch_days());
                if !within || !stored.latest || (stored.reprint && !counting.reprints) {
                    continue;
                }
                let asked = |entity: &String, form| entities.contains(entity) && counting.forms.contains(&form);
                let said = tallies.iter().filter(|tally| asked(&tally.entity, tally.form));
                let said: u64 = match stored.content {
                    Content::Full => said.map(|tally| tally.mentions).sum(),
                    Content::HeadlineOnly => said.map(|tally| tally.in_title).sum(),
                    Content::Missing | Content::Media => 0,
                };
                sum = (sum.0 + said, sum.1 + u64::from(said > 0));
                let effects = struck.iter().chain(added);
                effects
                    .filter(|effect| asked(&effect.place.entity, effect.form))
                    .for_each(|effect| self.note_mark(effect));
            }
        }
        Ok(sum)
    }
}

/// The same of the texts of one stream that have no marks.
fn unmarked(
    connection: &Connection,
    asked: &Asked<'_>,
    entities: &[String],
    marked: &str,
) -> Result<(u64, u64), StoreError> {
    let mut sum = (0, 0);
    for entity in entities {
        let of_one = days::mentions(connection, asked, entity, marked)?;
        sum = (sum.0 + of_one.0, sum.1 + of_one.1);
    }
    // An article that mentions several is one article.
    if entities.len() > 1 {
        sum.1 = with_any(connection, asked, entities, marked)?;
    }
    Ok(sum)
}

/// How many articles of a stream mention any of some entities. Their tallies lie in the order of days and texts, so
/// they are merged and need no sorting.
fn with_any(connection: &Connection, asked: &Asked<'_>, entities: &[String], marked: &str) -> Result<u64, StoreError> {
    let Asked { stream, filter, counting, .. } = *asked;
    let mut numbers =
        connection.prepare_cached("SELECT id FROM entity WHERE name IN (SELECT value FROM json_each(?1))")?;
    let numbers: Vec<i64> = numbers.query_map([json_list(entities)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let of_one = |entity: &i64, measured: i64| {
        format!(
            "SELECT day, revision FROM tally t WHERE entity = {entity} AND measured = {measured} AND stream = ?1
                AND day BETWEEN ?2 AND ?3 AND 1 << form & ?4 AND revision NOT IN (SELECT value FROM json_each(?6))
                AND (?5 OR NOT EXISTS (SELECT 1 FROM article a WHERE a.id = t.article AND a.reprint_of IS NOT NULL))"
        )
    };
    let all: Vec<String> = numbers.iter().flat_map(|entity| [1, 2].map(|measured| of_one(entity, measured))).collect();
    if all.is_empty() {
        return Ok(0);
    }
    let (from, to) = filter.bounds();
    let sql = format!("SELECT count(*) FROM ({} ORDER BY 1, 2)", all.join(" UNION "));
    Ok(connection.query_row(
        &sql,
        params![stream, from, to, counting.form_set(), counting.reprints, marked],
        |row| row.get(0),
    )?)
}
