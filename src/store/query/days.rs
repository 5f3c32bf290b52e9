//! What is held of each day and what it says of an entity: from the sums by day, and for days whose sums do not hold
//! from the articles themselves.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, Row, Statement, params};

use super::mentions::json_list;
use super::review::{Effect, Reviewed, StoredText};
use super::series::{Counting, declarations};
use super::{Filter, Version, polled};
use crate::domain::article::Content;
use crate::domain::coverage::DayHolding;
use crate::domain::day::Day;
use crate::domain::series::{EntityDay, StreamDays};
use crate::domain::stream::Stream;
use crate::store::{Reader, StoreError};

/// Picks the measured revision of each article where that is not simply the latest: a table `measured`
/// (article, revision, stream, day, content, length, `reprint_of`) for the rest of the connection.
const MEASURED_FIRST: &str = "CREATE TEMP TABLE measured AS
    SELECT a.id AS article, r.id AS revision, a.stream, a.day, r.content, r.length, a.reprint_of
      FROM article a JOIN revision r ON r.id = a.first";
const MEASURED_AS_OF: &str = "CREATE TEMP TABLE measured AS
    SELECT article, revision, stream, day, content, length, reprint_of FROM (
        SELECT a.id AS article, r.id AS revision, a.stream, a.day, r.content, r.length, a.reprint_of,
               row_number() OVER (PARTITION BY a.id ORDER BY r.content DESC, r.cut, r.captured_to DESC, r.hash DESC) AS place
          FROM article a JOIN revision r ON r.article = a.id WHERE r.held_at <= ?1) WHERE place = 1";

impl Reader {
    /// What is held of each stream and day and what it says of the entities.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn days(
        &self,
        filter: &Filter,
        entities: &[String],
        counting: &Counting,
    ) -> Result<BTreeMap<Stream, StreamDays>, StoreError> {
        let streams = self.streams(filter)?;
        let reviewed = self.reviewed.as_ref();
        self.timed(|connection| {
            // One state of the store for all that follows, whatever is written meanwhile.
            let moment = connection.unchecked_transaction()?;
            prepare(connection, counting.version)?;
            let mut all = BTreeMap::new();
            for (number, stream) in streams {
                let asked = Asked { stream: number, filter, counting, reviewed };
                let raw = Raw::of(connection, &asked)?;
                let mut days = StreamDays { holdings: holdings(connection, &asked, &raw)?, entities: HashMap::new() };
                polled::add(connection, number, filter, &mut days.holdings)?;
                for (span, _) in declarations(connection, number)? {
                    let (from, to) = filter.bounds();
                    for day in span.iter().filter(|d| (from..=to).contains(&d.epoch_days())) {
                        days.holdings.entry(day).or_default().declared = true;
                    }
                }
                for entity in entities {
                    days.entities.insert(entity.clone(), entity_days(connection, &asked, entity, &raw)?);
                }
                all.insert(stream, days);
            }
            moment.finish()?;
            Ok(all)
        })
    }
}

fn prepare(connection: &Connection, version: Version) -> Result<(), StoreError> {
    if version == Version::Latest {
        return Ok(());
    }
    // A temporary table is the reader's own; nothing of the store is written.
    connection.pragma_update(None, "query_only", false)?;
    connection.execute_batch("DROP TABLE IF EXISTS temp.measured")?;
    match version {
        Version::AsOf(at) => connection.execute(MEASURED_AS_OF, [at])?,
        _ => connection.execute(MEASURED_FIRST, [])?,
    };
    connection.execute_batch("CREATE INDEX temp.measured_revision ON measured (revision)")?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(())
}

/// What is asked of one stream.
pub(super) struct Asked<'a> {
    pub stream: i64,
    pub filter: &'a Filter,
    pub counting: &'a Counting,
    pub reviewed: Option<&'a Reviewed>,
}

/// The days whose articles are read: stale ones, those with texts that analysts have marked, and all where another
/// than the latest text is measured.
enum Raw {
    All,
    Some(BTreeSet<i32>),
}

impl Raw {
    fn of(connection: &Connection, asked: &Asked<'_>) -> Result<Self, StoreError> {
        if asked.counting.version != Version::Latest {
            return Ok(Self::All);
        }
        Ok(Self::Some(unsummed(connection, asked)?))
    }

    fn has(&self, day: i32) -> bool {
        match self {
            Self::All => true,
            Self::Some(days) => days.contains(&day),
        }
    }

    /// The same as spans without a gap.
    fn spans(&self, filter: &Filter) -> Vec<(i32, i32)> {
        match self {
            Self::All => vec![filter.bounds()],
            Self::Some(days) => spans(days),
        }
    }
}

/// Stale days, and those with texts that analysts have marked.
fn unsummed(connection: &Connection, asked: &Asked<'_>) -> Result<BTreeSet<i32>, StoreError> {
    let (from, to) = asked.filter.bounds();
    let mut statement =
        connection.prepare_cached("SELECT day FROM stale_day WHERE stream = ?1 AND day BETWEEN ?2 AND ?3")?;
    let stale = statement.query_map(params![asked.stream, from, to], |row| row.get(0))?;
    let mut days: BTreeSet<i32> = stale.collect::<Result<_, _>>()?;
    let marked = asked.reviewed.iter().flat_map(|reviewed| &reviewed.texts).map(|text| &text.stored);
    let marked = marked.filter(|stored| stored.stream == asked.stream).map(|stored| stored.day.epoch_days());
    days.extend(marked.filter(|day| (from..=to).contains(day)));
    Ok(days)
}

/// Days as spans without a gap.
fn spans(days: &BTreeSet<i32>) -> Vec<(i32, i32)> {
    let mut spans: Vec<(i32, i32)> = Vec::new();
    for &day in days {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == day => *last = day,
            _ => spans.push((day, day)),
        }
    }
    spans
}

fn holdings(connection: &Connection, asked: &Asked<'_>, raw: &Raw) -> Result<BTreeMap<Day, DayHolding>, StoreError> {
    let Asked { stream, filter, counting, .. } = *asked;
    let mut days: BTreeMap<Day, DayHolding> = BTreeMap::new();
    let mut add = |row: &Row<'_>| -> Result<(), StoreError> {
        let holding = days.entry(Day::from_epoch_days(row.get(0)?)).or_default();
        let count: u32 = row.get(2)?;
        match Content::from_code(row.get(1)?) {
            Some(Content::Full) => {
                holding.articles += count;
                holding.length += row.get::<_, u64>(3)?;
            }
            Some(Content::HeadlineOnly) => holding.headline_only += count,
            Some(Content::Media) => holding.media += count,
            _ => holding.missing += count,
        }
        Ok(())
    };
    if let Raw::Some(_) = raw {
        let (from, to) = filter.bounds();
        let mut statement = connection.prepare_cached(
            "SELECT day, content, articles, length FROM held_day
              WHERE stream = ?1 AND day BETWEEN ?2 AND ?3 AND (?4 OR reprint = 0)",
        )?;
        let mut rows = statement.query(params![stream, from, to, counting.reprints])?;
        while let Some(row) = rows.next()? {
            if !raw.has(row.get(0)?) {
                add(row)?;
            }
        }
    }
    let table = if counting.version == Version::Latest { "article" } else { "measured" };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT day, content, count(*), sum(length) FROM {table}
          WHERE stream = ?1 AND day BETWEEN ?2 AND ?3 AND (?4 OR reprint_of IS NULL) GROUP BY day, content"
    ))?;
    for (from, to) in raw.spans(filter) {
        let mut rows = statement.query(params![stream, from, to, counting.reprints])?;
        while let Some(row) = rows.next()? {
            add(row)?;
        }
    }
    Ok(days)
}

/// The days of one entity in one stream.
fn entity_days(
    connection: &Connection,
    asked: &Asked<'_>,
    entity: &str,
    raw: &Raw,
) -> Result<BTreeMap<Day, EntityDay>, StoreError> {
    use rusqlite::OptionalExtension as _;
    let mut statement = connection.prepare_cached("SELECT id FROM entity WHERE name = ?1")?;
    let number: Option<i64> = statement.query_row([entity], |row| row.get(0)).optional()?;
    let Some(number) = number else { return Ok(BTreeMap::new()) };
    let mut days = match raw {
        Raw::All => BTreeMap::new(),
        Raw::Some(_) => summed(connection, asked, number, raw)?,
    };
    let mut articles = Articles::new();
    counted(connection, asked, number, raw, &mut articles)?;
    if let Some(reviewed) = asked.reviewed {
        add_judged(connection, asked, entity, reviewed, &mut articles)?;
    }
    for ((day, _, measured), (mentions, in_title, in_lead)) in articles {
        let full = measured == 1;
        days.entry(day).or_default().add(&EntityDay {
            mentions: if full { mentions } else { 0 },
            articles: u64::from(full),
            in_titles: in_title,
            titles: u64::from(in_title > 0),
            in_leads: if full { in_lead } else { 0 },
            leads: u64::from(full && in_lead > 0),
        });
    }
    Ok(days)
}

/// Those of which the sums hold.
fn summed(
    connection: &Connection,
    asked: &Asked<'_>,
    entity: i64,
    raw: &Raw,
) -> Result<BTreeMap<Day, EntityDay>, StoreError> {
    let Asked { stream, filter, counting, .. } = *asked;
    let forms = counting.form_set();
    let (from, to) = filter.bounds();
    let mut statement = connection.prepare_cached(
        "SELECT day, measured, articles, titles, leads, names, offices, embedded, title_names, title_offices,
                title_embedded, lead_names, lead_offices, lead_embedded FROM said_day
          WHERE entity = ?1 AND stream = ?2 AND day BETWEEN ?3 AND ?4 AND (?5 OR reprint = 0) AND forms & ?6",
    )?;
    let mut rows = statement.query(params![entity, stream, from, to, counting.reprints, forms])?;
    let mut days: BTreeMap<Day, EntityDay> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let day: i32 = row.get(0)?;
        if raw.has(day) {
            continue;
        }
        let full = row.get::<_, i64>(1)? == 1;
        let articles: u64 = row.get(2)?;
        let those = |some: bool| if some { articles } else { 0 };
        // Three columns, one for each form, beginning at a place.
        let sum = |first: usize| -> rusqlite::Result<u64> {
            let mut sum = 0;
            for form in &counting.forms {
                sum += row.get::<_, u64>(first + *form as usize)?;
            }
            Ok(sum)
        };
        let (titles, leads) = (row.get::<_, i64>(3)? & forms, row.get::<_, i64>(4)? & forms);
        days.entry(Day::from_epoch_days(day)).or_default().add(&EntityDay {
            mentions: if full { sum(5)? } else { 0 },
            articles: those(full),
            in_titles: sum(8)?,
            titles: those(titles != 0),
            in_leads: if full { sum(11)? } else { 0 },
            leads: those(full && leads != 0),
        });
    }
    Ok(days)
}

/// Mentions of one entity in a stream's measured texts and headlines, and articles with any; those with marks, given as
/// a list, are left out.
pub(super) fn mentions(
    connection: &Connection,
    asked: &Asked<'_>,
    entity: &str,
    marked: &str,
) -> Result<(u64, u64), StoreError> {
    let Asked { stream, filter, counting, .. } = *asked;
    let unsummed = unsummed(connection, asked)?;
    let forms = counting.form_set();
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(sum(CASE d.measured
                    WHEN 1 THEN d.names * (?6 & 1) + d.offices * (?6 >> 1 & 1) + d.embedded * (?6 >> 2 & 1)
                    ELSE d.title_names * (?6 & 1) + d.title_offices * (?6 >> 1 & 1) + d.title_embedded * (?6 >> 2 & 1)
                    END), 0), coalesce(sum(d.articles), 0)
           FROM entity e JOIN said_day d ON d.entity = e.id
          WHERE e.name = ?1 AND d.stream = ?2 AND d.day BETWEEN ?3 AND ?4 AND (?5 OR d.reprint = 0) AND d.forms & ?6
            AND d.day NOT IN (SELECT value FROM json_each(?7))",
    )?;
    let mut of_articles = connection.prepare_cached(
        "SELECT coalesce(sum(CASE t.measured WHEN 1 THEN t.mentions ELSE t.in_title END), 0), count(DISTINCT t.article)
           FROM entity e JOIN tally t ON t.entity = e.id AND t.measured IN (1, 2) AND t.stream = ?2
                AND t.day BETWEEN ?3 AND ?4
          WHERE e.name = ?1 AND 1 << t.form & ?6 AND t.revision NOT IN (SELECT value FROM json_each(?7))
            AND (?5 OR NOT EXISTS (SELECT 1 FROM article a WHERE a.id = t.article AND a.reprint_of IS NOT NULL))",
    )?;
    let mut sum = (0, 0);
    let mut add = |statement: &mut Statement<'_>, (from, to): (i32, i32), without: &str| -> Result<(), StoreError> {
        let asked = params![entity, stream, from, to, counting.reprints, forms, without];
        let (mentions, articles): (u64, u64) = statement.query_row(asked, |row| Ok((row.get(0)?, row.get(1)?)))?;
        sum = (sum.0 + mentions, sum.1 + articles);
        Ok(())
    };
    add(&mut statement, filter.bounds(), &json_list(&unsummed.iter().collect::<Vec<_>>()))?;
    spans(&unsummed).into_iter().try_for_each(|span| add(&mut of_articles, span, marked))?;
    Ok(sum)
}

/// Sums of one article, full or a headline, on its day: mentions, those in the title, those in the lead.
type Articles = BTreeMap<(Day, i64, i64), (u64, u64, u64)>;

/// Those of which the articles are read. Texts with marks are left out: they are counted with them.
fn counted(
    connection: &Connection,
    asked: &Asked<'_>,
    entity: i64,
    raw: &Raw,
    articles: &mut Articles,
) -> Result<(), StoreError> {
    let Asked { stream, filter, counting, reviewed } = *asked;
    // The measured texts' tallies lie together in the key of the table; other versions are picked by revision.
    let source = if counting.version == Version::Latest {
        "SELECT t.day, t.article, t.measured, t.form, t.mentions, t.in_title, t.in_lead, t.revision FROM tally t
          WHERE t.entity = ?1 AND t.measured IN (1, 2) AND t.stream = ?2 AND t.day BETWEEN ?3 AND ?4
            AND (?5 OR NOT EXISTS (SELECT 1 FROM article a WHERE a.id = t.article AND a.reprint_of IS NOT NULL))"
    } else {
        "SELECT t.day, m.article, CASE m.content WHEN 3 THEN 1 ELSE 2 END, t.form, t.mentions, t.in_title, t.in_lead,
                t.revision
           FROM tally t JOIN measured m ON m.revision = t.revision
          WHERE t.entity = ?1 AND t.measured IN (0, 1, 2) AND t.stream = ?2 AND t.day BETWEEN ?3 AND ?4
            AND m.content IN (1, 3) AND (?5 OR m.reprint_of IS NULL)"
    };
    let mut statement = connection.prepare_cached(source)?;
    // One article may be counted in several forms; it is one article all the same.
    let codes: Vec<i64> = counting.forms.iter().map(|form| form.code()).collect();
    let judged: BTreeSet<i64> = reviewed.iter().flat_map(|r| &r.texts).map(|text| text.stored.revision).collect();
    for (from, to) in raw.spans(filter) {
        let mut rows = statement.query(params![entity, stream, from, to, counting.reprints])?;
        while let Some(row) = rows.next()? {
            if !codes.contains(&row.get::<_, i64>(3)?) || judged.contains(&row.get(7)?) {
                continue;
            }
            let key = (Day::from_epoch_days(row.get(0)?), row.get(1)?, row.get(2)?);
            let sums = articles.entry(key).or_default();
            sums.0 += row.get::<_, u64>(4)?;
            sums.1 += row.get::<_, u64>(5)?;
            sums.2 += row.get::<_, u64>(6)?;
        }
    }
    Ok(())
}

/// Adds the texts with marks, as they are counted with them.
fn add_judged(
    connection: &Connection,
    asked: &Asked<'_>,
    entity: &str,
    reviewed: &Reviewed,
    articles: &mut Articles,
) -> Result<(), StoreError> {
    let Asked { stream, filter, counting, .. } = *asked;
    let (from, to) = filter.bounds();
    for text in &reviewed.texts {
        let stored = &text.stored;
        let within = stored.stream == stream && (from..=to).contains(&stored.day.epoch_days());
        if !within || (stored.reprint && !counting.reprints) || !is_measured(connection, counting.version, stored)? {
            continue;
        }
        let measured = match stored.content {
            Content::Full => 1,
            Content::HeadlineOnly => 2,
            Content::Missing | Content::Media => continue,
        };
        for tally in text.tallies.iter().filter(|t| t.entity == entity && counting.forms.contains(&t.form)) {
            let sums = articles.entry((stored.day, stored.article, measured)).or_default();
            sums.0 += tally.mentions;
            sums.1 += tally.in_title;
            sums.2 += tally.in_lead;
        }
        let effects = text.struck.iter().chain(&text.added);
        let on_this = |effect: &&Effect| effect.place.entity == entity && counting.forms.contains(&effect.form);
        reviewed.note(effects.filter(on_this).map(|effect| effect.mark));
    }
    Ok(())
}

/// Whether a text is the one its article is measured by.
fn is_measured(connection: &Connection, version: Version, stored: &StoredText) -> Result<bool, StoreError> {
    if version == Version::Latest {
        return Ok(stored.latest);
    }
    Ok(connection.prepare_cached("SELECT 1 FROM temp.measured WHERE revision = ?1")?.exists([stored.revision])?)
}
