//! One day for one article. Where the same text is known with a day that somebody stated (its page, its list, an
//! archive's keeper) and with one that was only inferred (a feed, the address, the dateline), the stated day holds for
//! both, whichever came first: identity compares texts of one day alone.

use std::borrow::Cow;

use rusqlite::params;

use super::StoreError;
use super::record::Item;
use super::tally::{TallyKey, measured};
use super::write::Writer;
use crate::domain::address::title_key;
use crate::domain::article::{Content, DayFrom};
use crate::domain::count::Text;
use crate::domain::day::Day;
use crate::domain::identity::SAME_TITLE;
use crate::domain::method::Said;
use crate::domain::shingle::Shingles;
use crate::domain::stream::{Edition, Stream};
use crate::domain::text::normalise;

/// How many days an inferred day may be wrong. A dateline is of the day before, or of a weekend before.
const NEAR: i32 = 3;

/// A text that may be the same as an item's, under another day.
struct Other {
    article: i64,
    day: Option<Day>,
    stated: bool,
    title: String,
    body: String,
    content: Content,
    /// Whether it stands at the item's address.
    here: bool,
}

impl Writer {
    /// The item as it is to be recorded. One with an inferred day takes the stated one that is known; one with a stated
    /// day gives it to what is known with an inferred one.
    pub(super) fn settle_day<'a>(&mut self, item: &'a Item) -> Result<Cow<'a, Item>, StoreError> {
        if item.content == Content::Media || (item.day_from.is_stated() && !self.has_inferred()?) {
            return Ok(Cow::Borrowed(item));
        }
        let edition = item.stream.edition;
        let title = normalise(&item.title, edition).as_str().trim().to_owned();
        let mut others = self.at_the_address(item)?;
        others.extend(self.by_title(item, &title)?);
        others.retain(|other| other.day != item.day && is_same(item, &title, other));
        if item.day_from.is_stated() {
            for other in others.iter().filter(|other| !other.stated) {
                self.redate(other.article, &item.stream, item.day)?;
            }
            return Ok(Cow::Borrowed(item));
        }
        let from = item.day.or_else(|| item.captured.map(Day::in_korea));
        let away = |day: Day| from.map_or(0, |from| (day.epoch_days() - from.epoch_days()).abs());
        let stated = others.iter().filter(|other| other.stated).filter_map(|other| other.day);
        let Some(day) = stated.min_by_key(|day| (away(*day), *day)) else { return Ok(Cow::Borrowed(item)) };
        let text = Text { edition, title: &item.title, body: &item.body };
        let said = match item.content {
            Content::Full | Content::HeadlineOnly => self.method.read(Some(day), &text),
            Content::Missing | Content::Media => Said::default(),
        };
        let title_key = title_key(&item.stream, Some(day), &title);
        Ok(Cow::Owned(Item { day: Some(day), title_key, said, ..item.clone() }))
    }

    /// Whether there is any text whose day was inferred; most archives have none.
    fn has_inferred(&mut self) -> Result<bool, StoreError> {
        if let Some(known) = self.inferred {
            return Ok(known);
        }
        let there = self.connection.prepare_cached("SELECT 1 FROM revision WHERE day_from > 2 LIMIT 1")?.exists([])?;
        self.inferred = Some(there);
        Ok(there)
    }

    fn at_the_address(&self, item: &Item) -> Result<Vec<Other>, StoreError> {
        if item.address == 0 || !self.seen.may_hold(item.address) {
            return Ok(Vec::new());
        }
        self.others(
            "SELECT DISTINCT a.id, a.day, a.day_from, r.title, r.body, r.content FROM appearance p
               JOIN revision r ON r.id = p.revision JOIN article a ON a.id = r.article WHERE p.address = ?1",
            item.address,
            true,
        )
    }

    fn by_title(&self, item: &Item, title: &str) -> Result<Vec<Other>, StoreError> {
        let Some(day) = item.day else { return Ok(Vec::new()) };
        let mut all = Vec::new();
        for away in (-NEAR..=NEAR).filter(|away| *away != 0) {
            let key = title_key(&item.stream, Some(day.plus(away)), title);
            if self.seen.may_hold(key) {
                all.extend(self.others(
                    "SELECT a.id, a.day, a.day_from, r.title, r.body, r.content FROM revision r
                       JOIN article a ON a.id = r.article WHERE r.title_key = ?1",
                    key,
                    false,
                )?);
            }
        }
        Ok(all)
    }

    fn others(&self, sql: &str, key: i64, here: bool) -> Result<Vec<Other>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([key], |row| {
            Ok(Other {
                article: row.get(0)?,
                day: row.get::<_, Option<i32>>(1)?.map(Day::from_epoch_days),
                stated: DayFrom::from_code(row.get(2)?).is_some_and(DayFrom::is_stated),
                title: row.get(3)?,
                body: row.get(4)?,
                content: Content::from_code(row.get(5)?).unwrap_or(Content::Missing),
                here,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Moves an article to another day, with what its texts say of each entity on that day.
    fn redate(&mut self, article: i64, stream: &Stream, day: Option<Day>) -> Result<(), StoreError> {
        let Some(day) = day else { return Ok(()) };
        let number = self.stream(stream)?;
        let (old, latest): (Option<i32>, i64) = self
            .connection
            .prepare_cached("SELECT day, latest FROM article WHERE id = ?1")?
            .query_row([article], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let texts: Vec<(i64, String, String, Content)> = self
            .connection
            .prepare_cached("SELECT id, title, body, content FROM revision WHERE article = ?1")?
            .query_map([article], |row| {
                let content = Content::from_code(row.get(3)?).unwrap_or(Content::Missing);
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, content))
            })?
            .collect::<Result<_, _>>()?;
        for (revision, title, body, content) in texts {
            if let Some(old) = old {
                self.drop_tallies(number, old, revision)?;
            }
            self.drop_tellings(revision)?;
            let normal = normalise(&title, stream.edition);
            let key = title_key(stream, Some(day), normal.as_str());
            self.connection
                .prepare_cached("UPDATE revision SET title_key = ?2 WHERE id = ?1")?
                .execute(params![revision, key])?;
            self.seen.note(key);
            if matches!(content, Content::Full | Content::HeadlineOnly) {
                let text = Text { edition: stream.edition, title: &title, body: &body };
                let said = self.method.read(Some(day), &text);
                let measured = if revision == latest { measured(content) } else { 0 };
                let key = TallyKey { measured, stream: number, day, revision, article };
                self.put_said(&key, &said)?;
            }
        }
        self.connection
            .prepare_cached("UPDATE article SET day = ?2 WHERE id = ?1")?
            .execute(params![article, day.epoch_days()])?;
        let edition: Edition = stream.edition;
        for touched in old.map(Day::from_epoch_days).into_iter().chain([day]) {
            self.touch(edition.as_str(), touched);
        }
        Ok(())
    }

    fn drop_tallies(&mut self, stream: i64, day: i32, revision: i64) -> Result<(), StoreError> {
        // Those of this transaction still wait to be filed.
        self.waiting.file(&self.connection)?;
        let mut statement = self.connection.prepare_cached(
            "DELETE FROM tally WHERE entity = ?1 AND measured IN (0, 1, 2) AND stream = ?2 AND day = ?3 AND revision = ?4",
        )?;
        for entity in &self.entities {
            statement.execute(params![entity, stream, day, revision])?;
        }
        Ok(())
    }
}

/// Whether a text of another day is the item's, should one of the two days be inferred: by the rules of identity, on
/// days that are near each other (at one address also where there is no day at all).
fn is_same(item: &Item, title: &str, other: &Other) -> bool {
    let near = match (item.day, other.day) {
        (Some(a), Some(b)) => (a.epoch_days() - b.epoch_days()).abs() <= NEAR,
        _ => other.here,
    };
    let edition = item.stream.edition;
    if !near || other.content == Content::Media || normalise(&other.title, edition).as_str().trim() != title {
        return false;
    }
    // Under a title alone, a text is told by its text: some titles come back every day.
    other.here
        || (item.content == Content::Full && other.content == Content::Full && {
            let shingles = |body: &str| Shingles::of(normalise(body, edition).as_str(), edition);
            shingles(&item.body).similarity(&shingles(&other.body)) >= SAME_TITLE
        })
}
