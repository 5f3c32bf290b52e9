//! How many mentions there are, without reading them.

use rusqlite::{Connection, params};

use super::mentions::json_list;
use super::review::MarkedText;
use super::series::Counting;
use super::{Filter, days};
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
        let forms: Vec<i64> = counting.forms.iter().map(|form| form.code()).collect();
        let (forms, names) = (json_list(&forms), json_list(entities));
        let marked: Vec<&MarkedText> = self.reviewed.iter().flat_map(|reviewed| &reviewed.texts).collect();
        let counted_anew = json_list(&marked.iter().map(|text| text.stored.revision).collect::<Vec<_>>());
        let (from, to) = filter.bounds();
        let mut sum = (0, 0);
        for (number, _) in self.streams(filter)? {
            let (mentions, articles): (u64, u64) = self.timed(|connection| {
                if marked.is_empty() {
                    return by_day(connection, number, entities, filter, counting);
                }
                let mut statement = connection.prepare_cached(
                    "SELECT coalesce(sum(CASE t.measured WHEN 1 THEN t.mentions ELSE t.in_title END), 0), count(DISTINCT t.article)
                       FROM entity e JOIN tally t ON t.entity = e.id AND t.measured IN (1, 2) AND t.stream = ?2
                            AND t.day BETWEEN ?3 AND ?4
                      WHERE e.name IN (SELECT value FROM json_each(?1)) AND t.form IN (SELECT value FROM json_each(?5))
                        AND (?6 OR NOT EXISTS (SELECT 1 FROM article a WHERE a.id = t.article AND a.reprint_of IS NOT NULL))
                        AND t.revision NOT IN (SELECT value FROM json_each(?7))",
                )?;
                let asked = params![names, number, from, to, forms, counting.reprints, counted_anew];
                Ok(statement.query_row(asked, |row| Ok((row.get(0)?, row.get(1)?)))?)
            })?;
            sum = (sum.0 + mentions, sum.1 + articles);
            for MarkedText { stored, tallies, struck, added } in &marked {
                let within = stored.stream == number && (from..=to).contains(&stored.day.epoch_days());
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

/// The same of one stream from the sums by day, where no marks are to be looked at.
fn by_day(
    connection: &Connection,
    stream: i64,
    entities: &[String],
    filter: &Filter,
    counting: &Counting,
) -> Result<(u64, u64), StoreError> {
    let mut sum = (0, 0);
    for entity in entities {
        let of_one = days::mentions(connection, (stream, entity), filter, counting)?;
        sum = (sum.0 + of_one.0, sum.1 + of_one.1);
    }
    // An article that mentions several is one article.
    if entities.len() > 1 {
        sum.1 = with_any(connection, stream, entities, filter, counting)?;
    }
    Ok(sum)
}

/// How many articles of a stream mention any of some entities. Their tallies lie in the order of days and texts, so
/// they are merged and need no sorting.
fn with_any(
    connection: &Connection,
    stream: i64,
    entities: &[String],
    filter: &Filter,
    counting: &Counting,
) -> Result<u64, StoreError> {
    let mut numbers =
        connection.prepare_cached("SELECT id FROM entity WHERE name IN (SELECT value FROM json_each(?1))")?;
    let numbers: Vec<i64> = numbers.query_map([json_list(entities)], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let of_one = |entity: &i64, measured: i64| {
        format!(
            "SELECT day, revision FROM tally t WHERE entity = {entity} AND measured = {measured} AND stream = ?1
                AND day BETWEEN ?2 AND ?3 AND 1 << form & ?4
                AND (?5 OR NOT EXISTS (SELECT 1 FROM article a WHERE a.id = t.article AND a.reprint_of IS NOT NULL))"
        )
    };
    let all: Vec<String> = numbers.iter().flat_map(|entity| [1, 2].map(|measured| of_one(entity, measured))).collect();
    if all.is_empty() {
        return Ok(0);
    }
    let (from, to) = filter.bounds();
    let forms = counting.forms.iter().fold(0, |set, form| set | 1_i64 << form.code());
    let sql = format!("SELECT count(*) FROM ({} ORDER BY 1, 2)", all.join(" UNION "));
    Ok(connection.query_row(&sql, params![stream, from, to, forms, counting.reprints], |row| row.get(0))?)
}
