//! Pages that were no content, and what a person has to know.

use rusqlite::{OptionalExtension, params};

use super::StoreError;
use super::sources::SourceId;
use super::write::Writer;
use crate::domain::outcome::Outcome;

/// What kind of page was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// A site's menu.
    Menu = 0,
    /// A list.
    List = 1,
    /// An article.
    Article = 2,
    /// A feed.
    Feed = 3,
}

/// A page that was no content.
#[derive(Debug, Clone, Copy)]
pub struct RefusedPage<'a> {
    /// What was asked for.
    pub kind: PageKind,
    /// Where.
    pub url: &'a str,
    /// The section's name, for a list.
    pub section: &'a str,
    /// When.
    pub at: i64,
    /// What it was taken for.
    pub outcome: Outcome,
    /// Why.
    pub why: &'a str,
    /// The page, without inline pictures.
    pub bytes: &'a [u8],
}

/// A kept page, to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPage {
    /// Its number.
    pub id: i64,
    /// Of which source.
    pub source: String,
    /// 0 a menu, 1 a list, 2 an article, 3 a feed.
    pub kind: i64,
    /// Where it was.
    pub url: String,
    /// The section's name.
    pub section: String,
    /// When it was captured.
    pub at: i64,
    /// The page.
    pub bytes: Vec<u8>,
}

/// How long refused pages are kept, in seconds.
const KEPT: i64 = 30 * 86_400;

/// A change of an alarm that nobody has been told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    /// Its number.
    pub id: i64,
    /// Of which source.
    pub source: String,
    /// Which.
    pub kind: String,
    /// On which entity; empty where it is on the source itself.
    pub subject: String,
    /// Since when.
    pub since: i64,
    /// Until when, once it is over.
    pub until: Option<i64>,
    /// What happened.
    pub detail: String,
}

impl Writer {
    /// Keeps a page that was no content. One page for each address, kind and outcome is enough for a day; the same
    /// bytes are kept once.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn keep_page(&mut self, source: SourceId, page: &RefusedPage<'_>) -> Result<(), StoreError> {
        let again = self
            .connection
            .prepare_cached(
                "SELECT 1 FROM page WHERE source = ?1 AND at > ?2 - 86400 AND url = ?3 AND outcome = ?4 AND reread = 0",
            )?
            .exists(params![source.0, page.at, page.url, page.outcome.code()])?;
        if again {
            return Ok(());
        }
        let capture = self.capture(page.bytes)?;
        self.connection
            .prepare_cached(
                "INSERT INTO page (source, kind, url, section, at, outcome, why, capture)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                source.0,
                page.kind as i64,
                page.url,
                page.section,
                page.at,
                page.outcome.code(),
                page.why,
                capture
            ])?;
        Ok(())
    }

    /// Lets go of refused pages that are older than 30 days and were not read since.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn drop_old_pages(&mut self, now: i64) -> Result<usize, StoreError> {
        let old = self.connection.execute("DELETE FROM page WHERE at < ?1", [now - KEPT])?;
        if old > 0 {
            self.connection.execute(
                "DELETE FROM capture WHERE id NOT IN (SELECT capture FROM page)
                    AND id NOT IN (SELECT capture FROM appearance WHERE capture IS NOT NULL)",
                [],
            )?;
        }
        Ok(old)
    }

    /// The kept pages that no rules have read yet, the oldest first.
    ///
    /// # Errors
    /// `SQLite`'s, or a page that cannot be unpacked.
    pub fn kept_pages(&self) -> Result<Vec<KeptPage>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT p.id, s.name, p.kind, p.url, p.section, p.at, c.zstd, c.bytes
               FROM page p JOIN source s ON s.id = p.source JOIN capture c ON c.id = p.capture
              WHERE p.reread = 0 ORDER BY p.at, p.id",
        )?;
        let rows = statement.query_map([], |row| {
            let page = KeptPage {
                id: row.get(0)?,
                source: row.get(1)?,
                kind: row.get(2)?,
                url: row.get(3)?,
                section: row.get(4)?,
                at: row.get(5)?,
                bytes: row.get(6)?,
            };
            Ok((page, row.get::<_, usize>(7)?))
        })?;
        rows.map(|row| {
            let (mut page, length) = row?;
            page.bytes = zstd::bulk::decompress(&page.bytes, length)
                .map_err(|source| StoreError::Io { path: format!("the kept page {}", page.url).into(), source })?;
            Ok(page)
        })
        .collect()
    }

    /// Notes that a kept page was read by later rules.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_reread(&mut self, id: i64) -> Result<(), StoreError> {
        self.connection.execute("UPDATE page SET reread = 1 WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Raises an alarm, or says that it lasts; answers whether it is new.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn raise(&mut self, source: SourceId, kind: &str, detail: &str, now: i64) -> Result<bool, StoreError> {
        self.raise_on(source, kind, "", detail, now)
    }

    /// [`Writer::raise`] for an alarm on an entity: each has its own.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn raise_on(
        &mut self,
        source: SourceId,
        kind: &str,
        subject: &str,
        detail: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let open: Option<i64> = self
            .connection
            .prepare_cached("SELECT id FROM alarm WHERE source = ?1 AND kind = ?2 AND subject = ?3 AND until IS NULL")?
            .query_row(params![source.0, kind, subject], |row| row.get(0))
            .optional()?;
        if let Some(id) = open {
            self.connection
                .prepare_cached("UPDATE alarm SET last = ?2, detail = ?3 WHERE id = ?1")?
                .execute(params![id, now, detail])?;
            return Ok(false);
        }
        self.connection.execute(
            "INSERT INTO alarm (source, kind, subject, since, last, detail) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
            params![source.0, kind, subject, now, detail],
        )?;
        Ok(true)
    }

    /// Ends an alarm; answers whether it was there.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn lift(&mut self, source: SourceId, kind: &str, now: i64) -> Result<bool, StoreError> {
        let sql = "UPDATE alarm SET until = ?3, told = 0 WHERE source = ?1 AND kind = ?2 AND until IS NULL";
        Ok(self.connection.prepare_cached(sql)?.execute(params![source.0, kind, now])? > 0)
    }

    /// Ends an alarm on an entity, saying why; answers whether it was there.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn lift_on(
        &mut self,
        source: SourceId,
        kind: &str,
        subject: &str,
        detail: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE alarm SET until = ?4, told = 0, detail = CASE ?5 WHEN '' THEN detail ELSE ?5 END
                    WHERE source = ?1 AND kind = ?2 AND subject = ?3 AND until IS NULL";
        Ok(self.connection.prepare_cached(sql)?.execute(params![source.0, kind, subject, now, detail])? > 0)
    }

    /// A person says that what vanished at once is gone indeed; answers how many articles are marked.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn accept_gone(&mut self, source: SourceId, now: i64) -> Result<usize, StoreError> {
        let marked = self.connection.execute(
            "UPDATE entry SET state = 3, next_at = NULL, missed_since = coalesce(missed_since, ?3)
              WHERE source = ?1 AND state = 1 AND outcome = ?2",
            params![source.0, Outcome::NotFound.code(), now],
        )?;
        self.lift(source, "mass-removal", now)?;
        Ok(marked)
    }

    /// Alarms that began or ended and that nobody has been told of, a bounded number, the oldest first.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn untold(&self, most: u32) -> Result<Vec<Untold>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT a.id, s.name, a.kind, a.subject, a.since, a.until, a.detail FROM alarm a JOIN source s ON s.id = a.source
              WHERE a.told = 0 ORDER BY a.id LIMIT ?1",
        )?;
        let rows = statement.query_map([most], |row| {
            Ok(Untold {
                id: row.get(0)?,
                source: row.get(1)?,
                kind: row.get(2)?,
                subject: row.get(3)?,
                since: row.get(4)?,
                until: row.get(5)?,
                detail: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that an alarm's change was told, if it has not changed again since.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn note_told(&mut self, untold: &Untold) -> Result<(), StoreError> {
        self.connection
            .execute("UPDATE alarm SET told = 1 WHERE id = ?1 AND until IS ?2", params![untold.id, untold.until])?;
        Ok(())
    }
}
