//! How many mentions there are, without reading them.

use rusqlite::params;

use super::Filter;
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
        let forms: Vec<i64> = counting.forms.iter().map(|form| form.code()).collect();
        let (forms, names) = (json_list(&forms), json_list(entities));
        let marked: Vec<&MarkedText> = self.reviewed.iter().flat_map(|reviewed| &reviewed.texts).collect();
        let counted_anew = json_list(&marked.iter().map(|text| text.stored.revision).collect::<Vec<_>>());
        let (from, to) = filter.bounds();
        let mut sum = (0, 0);
        for (number, _) in self.streams(filter)? {
            let (mentions, articles): (u64, u64) = self.timed(|connection| {
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
