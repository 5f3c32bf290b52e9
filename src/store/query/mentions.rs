//! Mentions with their sentences, recomputed from the stored texts.
//!
//! The store keeps how often a text mentions an entity; where it does is found again by the very function that
//! counted it, with the lexicon the store was counted by. So a sentence cannot disagree with its figure.

use rusqlite::{Connection, params};
use serde::Serialize;

use super::Filter;
use super::review::{Effect, MarkedText, StoredText};
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

/// Where a mention stands among all: day, outlet, edition, article, field, first byte, the byte past the last, entity
/// (a country and a leader may be named by words that begin at one byte).
pub type Place = (Day, String, String, String, Field, u32, u32, String);

/// The same, of a row that is only looked at.
type PlaceOf<'a> = (Day, &'a str, &'a str, &'a str, Field, u32, u32, &'a str);

/// Which page of the mentions is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionPage {
    /// How many rows at most.
    pub limit: usize,
    /// The last row of the page before.
    pub after: Option<Place>,
    /// Backwards.
    pub newest_first: bool,
    /// Only texts that the store has held since, in seconds since 1970 UTC.
    pub held_after: Option<i64>,
}

fn borrowed(place: &Place) -> PlaceOf<'_> {
    let (day, outlet, edition, article, field, start, end, entity) = place;
    (*day, outlet, edition, article, *field, *start, *end, entity)
}

impl MentionRow {
    fn place(&self) -> PlaceOf<'_> {
        (self.date, &self.outlet, &self.edition, &self.article, self.field, self.start, self.end, &self.entity)
    }

    /// Where it stands: what the page after it begins behind.
    pub fn placed(&self) -> Place {
        let (outlet, edition) = (self.outlet.clone(), self.edition.clone());
        (self.date, outlet, edition, self.article.clone(), self.field, self.start, self.end, self.entity.clone())
    }
}

/// What is looked for in the texts.
struct Question<'a> {
    reader: &'a Reader,
    lexicon: &'a Lexicon,
    entities: &'a [String],
    counting: &'a Counting,
    held_after: Option<i64>,
}

/// How many days with mentions are looked up at once.
const DAYS_AHEAD: usize = 32;

impl Question<'_> {
    /// The next days with a tally, in the order asked for; every one of them has a text to read.
    fn next_days(
        &self,
        connection: &Connection,
        streams: &[(i64, Stream)],
        (from, to): (i32, i32),
        newest_first: bool,
    ) -> Result<Vec<i32>, StoreError> {
        let order = if newest_first { "DESC" } else { "ASC" };
        let recent = "SELECT DISTINCT a.day FROM revision r JOIN article a ON a.id = r.article
                       WHERE r.held_at > ?6 AND a.stream = ?3 AND a.day BETWEEN ?4 AND ?5 AND ?1 + ?2 > 0";
        let tallied = "SELECT DISTINCT day FROM tally
                        WHERE entity = ?1 AND measured = ?2 AND stream = ?3 AND day BETWEEN ?4 AND ?5 AND ?6 IS NULL";
        let source = if self.held_after.is_some() { recent } else { tallied };
        let mut statement = connection.prepare_cached(&format!("{source} ORDER BY 1 {order} LIMIT {DAYS_AHEAD}"))?;
        let mut numbers =
            connection.prepare_cached("SELECT id FROM entity WHERE name IN (SELECT value FROM json_each(?1))")?;
        let numbers: Vec<i64> =
            numbers.query_map([json_list(self.entities)], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut days = std::collections::BTreeSet::new();
        for entity in numbers {
            for measured in [1, 2] {
                for (stream, _) in streams {
                    let asked = params![entity, measured, stream, from, to, self.held_after];
                    for day in statement.query_map(asked, |row| row.get::<_, i32>(0))? {
                        days.insert(day?);
                    }
                }
            }
        }
        // What the marks alone put there has no tally.
        let streams = streams.iter().map(|(number, _)| *number).collect::<Vec<_>>();
        days.extend(self.missed(&streams, (from, to)).map(|(text, _)| text.stored.day.epoch_days()));
        let mut days: Vec<i32> = days.into_iter().collect();
        if newest_first {
            days.reverse();
        }
        days.truncate(DAYS_AHEAD);
        Ok(days)
    }

    /// Finds the mentions in a stream's texts of some days.
    fn gather(
        &self,
        connection: &Connection,
        (number, stream): (i64, &Stream),
        (from, to): (i32, i32),
        rows: &mut Vec<MentionRow>,
    ) -> Result<(), StoreError> {
        let Self { reader, lexicon, entities, counting, held_after } = *self;
        let wanted: Vec<_> = entities.iter().filter_map(|id| lexicon.find(id)).collect();
        let sql = format!(
            "SELECT DISTINCT {ARTICLE_NAME}, lower(hex(r.hash)), a.day, r.title, r.body, a.content,
                    (SELECT min(p.url) FROM appearance p WHERE p.revision = r.id AND p.url <> '')
               FROM entity e JOIN tally t ON t.entity = e.id
               JOIN article a ON a.id = t.article JOIN revision r ON r.id = t.revision
               JOIN revision f ON f.id = a.first JOIN stream s ON s.id = a.stream
              WHERE e.name IN (SELECT value FROM json_each(?1)) AND t.measured IN (1, 2) AND t.stream = ?2
                AND t.day BETWEEN ?3 AND ?4 AND (?5 OR a.reprint_of IS NULL) AND (?6 IS NULL OR r.held_at > ?6)
              ORDER BY a.day, 1"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let asked = params![json_list(entities), number, from, to, counting.reprints, held_after];
        let mut found = statement.query(asked)?;
        while let Some(row) = found.next()? {
            let day = Day::from_epoch_days(row.get(2)?);
            let (title, body): (String, String) = (row.get(3)?, row.get(4)?);
            let text = Text { edition: stream.edition, title: &title, body: &body };
            let (article, revision): (String, String) = (row.get(0)?, row.get(1)?);
            for mention in count(lexicon, Some(day), &text) {
                if !wanted.contains(&mention.entity) || !counting.forms.contains(&mention.form) {
                    continue;
                }
                if reader.is_struck(&article, &revision, &mention, &lexicon.entity(mention.entity).id) {
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
        rows.extend(self.missed(&[number], (from, to)).map(|(text, effect)| {
            reader.note_mark(effect);
            missed_row(stream, &text.stored, effect)
        }));
        Ok(())
    }

    /// The mentions that analysts put into the measured texts of some streams and days.
    fn missed(&self, streams: &[i64], (from, to): (i32, i32)) -> impl Iterator<Item = (&MarkedText, &Effect)> {
        let Self { reader, entities, counting, held_after, .. } = *self;
        let asked = move |text: &&MarkedText| {
            let stored = &text.stored;
            streams.contains(&stored.stream)
                && stored.latest
                && (from..=to).contains(&stored.day.epoch_days())
                && (counting.reprints || !stored.reprint)
                && held_after.is_none_or(|at| stored.held > at)
        };
        let wanted =
            move |effect: &&Effect| entities.contains(&effect.place.entity) && counting.forms.contains(&effect.form);
        let texts = reader.reviewed.iter().flat_map(|reviewed| &reviewed.texts).filter(asked);
        texts.flat_map(move |text| text.added.iter().filter(wanted).map(move |effect| (text, effect)))
    }
}

pub(super) fn json_list<T: Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).unwrap_or_default()
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
        let question = Question { reader: self, lexicon, entities, counting, held_after: None };
        let mut rows = Vec::new();
        for (number, stream) in self.streams(filter)? {
            self.timed(|connection| question.gather(connection, (number, &stream), filter.bounds(), &mut rows))?;
        }
        rows.sort_by(|a, b| a.place().cmp(&b.place()));
        Ok(rows)
    }

    /// A page of the same mentions in the same order, or in that order backwards, without reading the others: whole
    /// days are read until the page is full.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn mention_page(
        &self,
        lexicon: &Lexicon,
        entities: &[String],
        filter: &Filter,
        counting: &Counting,
        page: &MentionPage,
    ) -> Result<Vec<MentionRow>, StoreError> {
        let question = Question { reader: self, lexicon, entities, counting, held_after: page.held_after };
        let streams = self.streams(filter)?;
        let (mut from, mut to) = filter.bounds();
        if let Some((day, ..)) = &page.after {
            if page.newest_first {
                to = to.min(day.epoch_days());
            } else {
                from = from.max(day.epoch_days());
            }
        }
        let mut rows: Vec<MentionRow> = Vec::new();
        self.timed(|connection| {
            while rows.len() < page.limit && from <= to {
                let days = question.next_days(connection, &streams, (from, to), page.newest_first)?;
                for &day in &days {
                    let mut of_day = Vec::new();
                    for (number, stream) in &streams {
                        question.gather(connection, (*number, stream), (day, day), &mut of_day)?;
                    }
                    of_day.sort_by(|a, b| a.place().cmp(&b.place()));
                    if page.newest_first {
                        of_day.reverse();
                    }
                    if let Some(after) = &page.after {
                        let beyond = |row: &MentionRow| row.place().cmp(&borrowed(after));
                        let wanted =
                            if page.newest_first { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater };
                        of_day.retain(|row| beyond(row) == wanted);
                    }
                    rows.append(&mut of_day);
                    if rows.len() >= page.limit {
                        break;
                    }
                }
                match (days.last(), page.newest_first) {
                    (None, _) => break,
                    (Some(last), true) => to = last - 1,
                    (Some(last), false) => from = last + 1,
                }
            }
            Ok(())
        })?;
        rows.truncate(page.limit);
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

    pub(super) fn note_mark(&self, effect: &Effect) {
        if let Some(reviewed) = &self.reviewed {
            reviewed.note([effect.mark]);
        }
    }

    /// The edition and content behind a stored row, for callers that count by themselves.
    pub(super) fn kind(edition: &str, content: i64) -> (Edition, Content) {
        (edition.parse().unwrap_or(Edition::En), Content::from_code(content).unwrap_or(Content::Missing))
    }
}

/// The row of a mention that an analyst put in.
fn missed_row(stream: &Stream, stored: &StoredText, Effect { place, form, .. }: &Effect) -> MentionRow {
    let words = stored.cut(place).unwrap_or_default();
    let whole = stored.field(place.field);
    let start = usize::try_from(place.start).unwrap_or_default();
    let range = start..start + words.len();
    let sentence = match place.field {
        Field::Title => 0..whole.len(),
        Field::Body => sentence::around(whole, range.clone()),
    };
    MentionRow {
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
    }
}
