//! Mentions with their sentences, recomputed from the stored texts.
//!
//! The store keeps how often a text mentions an entity; where it does is found again by the very function that
//! counted it, with the lexicon the store was counted by. So a sentence cannot disagree with its figure.

use rusqlite::params;
use serde::Serialize;

use super::Filter;
use super::review::{Effect, MarkedText};
use super::series::Counting;
use crate::domain::article::Content;
use crate::domain::count::{Field, Mention, Text, count};
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::sentence;
use crate::domain::stream::{Edition, Stream};
use crate::store::{Reader, StoreError};

/// One mention. The order of fields is the order of columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MentionRow {
    /// The entity's id.
    pub entity: String,
    /// The article's day.
    pub date: Day,
    /// The outlet.
    pub outlet: String,
    /// The edition.
    pub edition: String,
    /// The article's name: outlet, edition, day and the start of its first text's hash.
    pub article: String,
    /// The hash of the text the offsets point into.
    pub revision: String,
    /// The article's title.
    pub title: String,
    /// One of its addresses; empty without.
    pub url: String,
    /// Name, office or embedded.
    pub form: &'static str,
    /// The alias that matched.
    pub alias: String,
    /// Title or body.
    pub field: Field,
    /// First byte of the mention in the field's stored UTF-8 text.
    pub start: u32,
    /// Past its last byte.
    pub end: u32,
    /// The sentence it stands in, as stored.
    pub sentence: String,
    /// Where the mention begins in the sentence, in bytes; tables mark it, files leave it out.
    #[serde(skip)]
    pub at: (usize, usize),
}

impl MentionRow {
    /// The fields, in order: the header of the CSV and the keys of the JSON.
    pub const COLUMNS: [&str; 14] = [
        "entity", "date", "outlet", "edition", "article", "revision", "title", "url", "form", "alias", "field",
        "start", "end", "sentence",
    ];
}

/// The article's public name, from its stream, day and first text.
pub(in crate::store) const ARTICLE_NAME: &str = "s.outlet || '-' || s.edition || '-' || coalesce(strftime('%Y%m%d', a.day * 86400, 'unixepoch'), 'undated') || '-' || lower(hex(substr(f.hash, 1, 4)))";

impl Reader {
    /// The mentions of entities in the measured texts, in the order of day, outlet, edition, article, place.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn mentions(
        &self,
        lexicon: &Lexicon,
        entities: &[String],
        filter: &Filter,
        counting: &Counting,
    ) -> Result<Vec<MentionRow>, StoreError> {
        let wanted: Vec<_> = entities.iter().filter_map(|id| lexicon.find(id)).collect();
        let (from, to) = filter.bounds();
        let streams = self.streams(filter)?;
        let mut rows = Vec::new();
        for (number, stream) in streams {
            let sql = format!(
                "SELECT DISTINCT {ARTICLE_NAME}, lower(hex(r.hash)), a.day, r.title, r.body, a.content,
                        (SELECT min(p.url) FROM appearance p WHERE p.revision = r.id AND p.url <> '')
                   FROM entity e JOIN tally t ON t.entity = e.id
                   JOIN article a ON a.id = t.article JOIN revision r ON r.id = t.revision
                   JOIN revision f ON f.id = a.first JOIN stream s ON s.id = a.stream
                  WHERE e.name IN (SELECT value FROM json_each(?1)) AND t.measured IN (1, 2) AND t.stream = ?2
                    AND t.day BETWEEN ?3 AND ?4 AND (?5 OR a.reprint_of IS NULL)
                  ORDER BY a.day, 1"
            );
            let names = serde_json::to_string(entities).unwrap_or_default();
            self.timed(|connection| {
                let mut statement = connection.prepare_cached(&sql)?;
                let mut found = statement.query(params![names, number, from, to, counting.reprints])?;
                while let Some(row) = found.next()? {
                    let day = Day::from_epoch_days(row.get(2)?);
                    let (title, body): (String, String) = (row.get(3)?, row.get(4)?);
                    let text = Text { edition: stream.edition, title: &title, body: &body };
                    let (article, revision): (String, String) = (row.get(0)?, row.get(1)?);
                    for mention in count(lexicon, Some(day), &text) {
                        if !wanted.contains(&mention.entity) || !counting.forms.contains(&mention.form) {
                            continue;
                        }
                        if self.is_struck(&article, &revision, &mention, &lexicon.entity(mention.entity).id) {
                            continue;
                        }
                        let whole = if mention.field == Field::Title { &title } else { &body };
                        let range = mention.range();
                        let sentence = match mention.field {
                            Field::Title => 0..whole.len(),
                            Field::Body => sentence::around(whole, range.clone()),
                        };
                        rows.push(MentionRow {
                            entity: lexicon.entity(mention.entity).id.clone(),
                            date: day,
                            outlet: stream.outlet.to_string(),
                            edition: stream.edition.to_string(),
                            article: article.clone(),
                            revision: revision.clone(),
                            title: title.clone(),
                            url: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
                            form: mention.form.as_str(),
                            alias: lexicon.alias(mention.alias).text.clone(),
                            field: mention.field,
                            start: mention.start,
                            end: mention.end,
                            at: (range.start - sentence.start, range.end - sentence.start),
                            sentence: whole[sentence].to_owned(),
                        });
                    }
                }
                Ok(())
            })?;
            rows.extend(self.missed_mentions(number, &stream, entities, filter, counting));
        }
        rows.sort_by(|a, b| {
            (a.date, &a.outlet, &a.edition, &a.article, a.field, a.start)
                .cmp(&(b.date, &b.outlet, &b.edition, &b.article, b.field, b.start))
        });
        Ok(rows)
    }

    /// Whether an analyst took a mention out.
    fn is_struck(&self, article: &str, revision: &str, mention: &Mention, entity: &str) -> bool {
        let Some(reviewed) = &self.reviewed else { return false };
        let texts = reviewed.texts.iter().filter(|text| text.stored.name == article && text.stored.hash == revision);
        let at = (mention.field, mention.start, mention.end, entity);
        let struck = texts
            .flat_map(|text| &text.struck)
            .find(|Effect { place, .. }| (place.field, place.start, place.end, place.entity.as_str()) == at);
        reviewed.note(struck.map(|effect| effect.mark));
        struck.is_some()
    }

    /// The mentions that analysts put into the measured texts of a stream.
    fn missed_mentions(
        &self,
        number: i64,
        stream: &Stream,
        entities: &[String],
        filter: &Filter,
        counting: &Counting,
    ) -> Vec<MentionRow> {
        let Some(reviewed) = &self.reviewed else { return Vec::new() };
        let (from, to) = filter.bounds();
        let mut rows = Vec::new();
        for MarkedText { stored, added, .. } in &reviewed.texts {
            let asked = stored.stream == number
                && stored.latest
                && (from..=to).contains(&stored.day.epoch_days())
                && (counting.reprints || !stored.reprint);
            let wanted =
                |effect: &&Effect| entities.contains(&effect.place.entity) && counting.forms.contains(&effect.form);
            for Effect { mark, place, form } in added.iter().filter(wanted).filter(|_| asked) {
                reviewed.note([*mark]);
                let words = stored.cut(place).unwrap_or_default();
                let whole = stored.field(place.field);
                let start = usize::try_from(place.start).unwrap_or_default();
                let range = start..start + words.len();
                let sentence = match place.field {
                    Field::Title => 0..whole.len(),
                    Field::Body => sentence::around(whole, range.clone()),
                };
                rows.push(MentionRow {
                    entity: place.entity.clone(),
                    date: stored.day,
                    outlet: stream.outlet.to_string(),
                    edition: stream.edition.to_string(),
                    article: stored.name.clone(),
                    revision: stored.hash.clone(),
                    title: stored.title.clone(),
                    url: stored.url.clone(),
                    form: form.as_str(),
                    // No alias found it: the words themselves stand for one.
                    alias: words.to_owned(),
                    field: place.field,
                    start: place.start,
                    end: place.end,
                    at: (range.start - sentence.start, range.end - sentence.start),
                    sentence: whole[sentence].to_owned(),
                });
            }
        }
        rows
    }

    /// The edition and content behind a stored row, for callers that count by themselves.
    pub(super) fn kind(edition: &str, content: i64) -> (Edition, Content) {
        (edition.parse().unwrap_or(Edition::En), Content::from_code(content).unwrap_or(Content::Missing))
    }
}
