//! The days behind a series.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::review::{Effect, Reviewed, StoredText};
use super::{Filter, Version, polled};
use crate::domain::article::Content;
use crate::domain::count::Form;
use crate::domain::coverage::{DayHolding, Declaration};
use crate::domain::day::Day;
use crate::domain::lexicon::Lexicon;
use crate::domain::measure::{Measure, RatioOf};
use crate::domain::period::{By, Span};
use crate::domain::series::{EntityDay, Request, SeriesRow, StreamDays, build};
use crate::domain::stream::{Edition, Stream};
use crate::store::{Reader, StoreError};

/// What of the texts is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// Forms of mention.
    pub forms: Vec<Form>,
    /// Which revision.
    pub version: Version,
    /// Whether reprints count.
    pub reprints: bool,
}

impl Default for Counting {
    fn default() -> Self {
        Self { forms: Form::DEFAULT.to_vec(), version: Version::Latest, reprints: true }
    }
}

/// A question for a series: what `series` and `plot`, the page and its JSON ask alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesQuery {
    /// Entity ids, in the order of rows.
    pub entities: Vec<String>,
    /// What is measured.
    pub measure: Measure,
    /// For a ratio, and only for one: the entity below the line.
    pub over: Option<String>,
    /// For a ratio: what is compared.
    pub of: RatioOf,
    /// Length of a period.
    pub by: By,
    /// Whether the outlets of an edition are added up.
    pub sum_outlets: bool,
    /// Which part of the store.
    pub filter: Filter,
    /// Which texts and forms.
    pub counting: Counting,
}

impl SeriesQuery {
    /// The question as it stands beside its answer.
    pub fn told(&self) -> Value {
        let Self { filter, counting, .. } = self;
        json!({
            "command": "series", "entities": self.entities, "measure": self.measure, "over": self.over,
            "of": self.over.as_ref().map(|_| self.of), "by": self.by, "from": filter.from, "to": filter.to,
            "outlet": filter.outlet, "edition": filter.edition, "form": counting.forms, "reprints": counting.reprints,
            "version": counting.version, "sum": self.sum_outlets.then_some("outlets"),
        })
    }

    /// All entities the question names.
    pub fn named(&self) -> impl Iterator<Item = &String> {
        self.entities.iter().chain(&self.over)
    }

    fn speaks(&self, lexicon: &Lexicon, entity: &str, edition: Edition) -> bool {
        self.over.iter().map(String::as_str).chain([entity]).all(|id| lexicon.has_words(id, edition))
    }
}

/// A series, and what it is silent about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SeriesAnswer {
    /// The rows.
    pub rows: Vec<SeriesRow>,
    /// Streams in which the lexicon has no words for some of the entities, with these: they have no rows there.
    pub wordless: Vec<(Stream, Vec<String>)>,
}

/// The streams in which a lexicon has no words for some entities, with these.
pub fn wordless(
    lexicon: &Lexicon,
    entities: &[String],
    streams: impl IntoIterator<Item = Stream>,
) -> Vec<(Stream, Vec<String>)> {
    let dumb = |stream: &Stream| -> Vec<String> {
        entities.iter().filter(|id| !lexicon.has_words(id, stream.edition)).cloned().collect()
    };
    streams
        .into_iter()
        .map(|stream| (dumb(&stream), stream))
        .filter(|(d, _)| !d.is_empty())
        .map(|(d, s)| (s, d))
        .collect()
}

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
    /// A series over the filter's days, or over all that are held.
    ///
    /// # Errors
    /// `SQLite`'s, or the time limit.
    pub fn series(&self, lexicon: &Lexicon, query: &SeriesQuery) -> Result<SeriesAnswer, StoreError> {
        let Some(span) = self.extent(&query.filter)? else { return Ok(SeriesAnswer::default()) };
        let request = Request {
            entities: query.entities.clone(),
            measure: query.measure,
            over: query.over.clone().map(|over| (over, query.of)),
            by: query.by,
            span,
            sum_outlets: query.sum_outlets,
        };
        let asked: Vec<String> = query.named().cloned().collect();
        let days = self.days(&query.filter, &asked, &query.counting)?;
        let wordless = wordless(lexicon, &asked, days.keys().cloned());
        let rows = build(&request, &days, |id, edition| query.speaks(lexicon, id, edition));
        Ok(SeriesAnswer { rows, wordless })
    }

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
            prepare(connection, counting.version)?;
            let mut all = BTreeMap::new();
            for (number, stream) in streams {
                let mut days =
                    StreamDays { holdings: holdings(connection, number, filter, counting)?, entities: HashMap::new() };
                polled::add(connection, number, filter, &mut days.holdings)?;
                for (span, _) in declarations(connection, number)? {
                    let (from, to) = filter.bounds();
                    for day in span.iter().filter(|d| (from..=to).contains(&d.epoch_days())) {
                        days.holdings.entry(day).or_default().declared = true;
                    }
                }
                for entity in entities {
                    let asked = Asked { stream: number, entity, filter, counting, reviewed };
                    days.entities.insert(entity.clone(), entity_days(connection, &asked)?);
                }
                all.insert(stream, days);
            }
            Ok(all)
        })
    }

    /// What users have declared complete.
    ///
    /// # Errors
    /// `SQLite`'s.
    pub fn declared(&self, filter: &Filter) -> Result<Vec<(Stream, Declaration)>, StoreError> {
        let mut all = Vec::new();
        for (number, stream) in self.streams(filter)? {
            for (span, file) in declarations(&self.connection, number)? {
                all.push((stream.clone(), Declaration { span, file }));
            }
        }
        Ok(all)
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

fn declarations(connection: &Connection, stream: i64) -> Result<Vec<(Span, String)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT d.first, d.last, o.name FROM declaration d JOIN origin o ON o.id = d.origin WHERE d.stream = ?1
          ORDER BY d.first, d.last",
    )?;
    let rows = statement.query_map([stream], |row| {
        let (from, to) = (Day::from_epoch_days(row.get(0)?), Day::from_epoch_days(row.get(1)?));
        Ok((Span { from, to }, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn holdings(
    connection: &Connection,
    stream: i64,
    filter: &Filter,
    counting: &Counting,
) -> Result<BTreeMap<Day, DayHolding>, StoreError> {
    let table = if counting.version == Version::Latest { "article" } else { "measured" };
    let sql = format!(
        "SELECT day, content, count(*), sum(length) FROM {table}
          WHERE stream = ?1 AND day BETWEEN ?2 AND ?3 AND (?4 OR reprint_of IS NULL) GROUP BY day, content"
    );
    let (from, to) = filter.bounds();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![stream, from, to, counting.reprints])?;
    let mut days: BTreeMap<Day, DayHolding> = BTreeMap::new();
    while let Some(row) = rows.next()? {
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
    }
    Ok(days)
}

/// The days of one entity in one stream.
struct Asked<'a> {
    stream: i64,
    entity: &'a str,
    filter: &'a Filter,
    counting: &'a Counting,
    reviewed: Option<&'a Reviewed>,
}

/// Sums of one article, full or a headline, on its day: mentions, those in the title, those in the lead.
type Articles = BTreeMap<(Day, i64, i64), (u64, u64, u64)>;

fn entity_days(connection: &Connection, asked: &Asked<'_>) -> Result<BTreeMap<Day, EntityDay>, StoreError> {
    let Asked { stream, entity, filter, counting, reviewed } = *asked;
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
    let number: Option<i64> = {
        use rusqlite::OptionalExtension as _;
        let mut statement = connection.prepare_cached("SELECT id FROM entity WHERE name = ?1")?;
        statement.query_row([entity], |row| row.get(0)).optional()?
    };
    let Some(number) = number else { return Ok(BTreeMap::new()) };
    let (from, to) = filter.bounds();
    let mut statement = connection.prepare_cached(source)?;
    let mut rows = statement.query(params![number, stream, from, to, counting.reprints])?;
    // One article may be counted in several forms; it is one article all the same.
    let mut articles = Articles::new();
    let codes: Vec<i64> = counting.forms.iter().map(|form| form.code()).collect();
    let judged: BTreeSet<i64> = reviewed.iter().flat_map(|r| &r.texts).map(|text| text.stored.revision).collect();
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
    if let Some(reviewed) = reviewed {
        add_judged(connection, asked, reviewed, &mut articles)?;
    }
    let mut days: BTreeMap<Day, EntityDay> = BTreeMap::new();
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

/// Adds the texts with marks, as they are counted with them.
fn add_judged(
    connection: &Connection,
    asked: &Asked<'_>,
    reviewed: &Reviewed,
    articles: &mut Articles,
) -> Result<(), StoreError> {
    let Asked { stream, entity, filter, counting, .. } = *asked;
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
