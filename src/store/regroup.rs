//! Joining articles when a text arrives that shows they are one.
//!
//! What is one article is decided by `domain::identity` from the set of texts; here the set is gathered (all
//! that a text is tied to by title or address on its day) and the rows are made to say what it decided.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};

use super::StoreError;
use super::record::ID_REUSED;
use super::tally::{TallyKey, measured};
use super::write::Writer;
use crate::domain::article::Content;
use crate::domain::day::Day;
use crate::domain::identity::{self, Node};
use crate::domain::shingle::{Shingles, Sketch};
use crate::domain::stream::Edition;
use crate::domain::text::normalise;

/// A text as the store holds it.
struct Held {
    revision: i64,
    article: i64,
    stream: i64,
    day: Option<i32>,
    /// How its tallies are filed now.
    measured: i64,
    day_from: i64,
    captured: (i64, i64),
    length: u32,
    /// For full texts.
    sketch: Option<Sketch>,
    flags: i64,
    title_key: i64,
    edition: Edition,
    /// The normalised text.
    text: String,
    /// Whether it is held to be cut off.
    cut: bool,
    node: Node,
}

/// Looks again at everything a text is tied to.
pub(super) fn around(writer: &mut Writer, revision: i64) -> Result<(), StoreError> {
    let held = gather(&writer.connection, revision)?;
    let nodes: Vec<Node> = held.iter().map(|h| h.node.clone()).collect();
    let mut taken: BTreeSet<i64> = BTreeSet::new();
    let before: BTreeSet<i64> = held.iter().map(|h| h.article).collect();
    for group in identity::articles(&nodes) {
        let members: Vec<&Held> = group.iter().map(|&i| &held[i]).collect();
        // Articles with a text only ever join, so the numbers of their texts are theirs alone; an item without
        // a body may change sides and must not carry a number along.
        let best = members.iter().map(|h| h.node.content).max().expect("a group has members");
        let own = members.iter().filter(|h| h.node.content == best).map(|h| h.article).min();
        let article = own.expect("one has the best content");
        taken.insert(article);
        write_article(writer, article, &members)?;
    }
    for gone in before.difference(&taken) {
        writer.connection.prepare_cached("DELETE FROM article WHERE id = ?1")?.execute([gone])?;
        writer.connection.prepare_cached("DELETE FROM reprint_pair WHERE a = ?1 OR b = ?1")?.execute([gone])?;
    }
    for article in taken {
        flag_reused(&writer.connection, article)?;
    }
    held.iter().try_for_each(|held| writer.refile_tellings(held.revision))
}

/// Sets or takes back the flag of an article and of all it shares an address with: an address is used again
/// exactly as long as more than one article stands at it.
fn flag_reused(connection: &Connection, article: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE article SET flags = (flags & ~?2) | ?2 * EXISTS (
                 SELECT 1 FROM revision r JOIN appearance p ON p.revision = r.id AND p.address <> 0
                   JOIN appearance q ON q.address = p.address JOIN revision o ON o.id = q.revision
                  WHERE r.article = article.id AND o.article <> article.id)
              WHERE id IN (
                 SELECT ?1 UNION
                 SELECT o.article FROM revision r JOIN appearance p ON p.revision = r.id AND p.address <> 0
                   JOIN appearance q ON q.address = p.address JOIN revision o ON o.id = q.revision
                  WHERE r.article = ?1)",
        )?
        .execute(params![article, ID_REUSED])?;
    Ok(())
}

/// Makes the rows of one article say what its texts say.
fn write_article(writer: &mut Writer, article: i64, members: &[&Held]) -> Result<(), StoreError> {
    let best = members.iter().map(|h| h.node.content).max().expect("a group has members");
    // The order in which texts are measured: the best content; one that is whole before one that was cut off; then the
    // latest.
    let of_best: Vec<&&Held> = members.iter().filter(|h| h.node.content == best).collect();
    let cut = |h: &Held| of_best.iter().any(|other| identity::is_cut_off(&h.text, &other.text, h.edition));
    for held in of_best.iter().filter(|h| cut(h) != h.cut) {
        let sql = "UPDATE revision SET cut = ?2 WHERE id = ?1";
        writer.connection.prepare_cached(sql)?.execute(params![held.revision, !held.cut])?;
    }
    let texts = || of_best.iter().filter(|h| !cut(h));
    let first = texts().min_by_key(|h| (h.captured.0, h.node.hash)).expect("one has the best content");
    let latest = texts().max_by_key(|h| (h.captured.1, h.node.hash)).expect("as above");
    let day_from = members.iter().map(|h| h.day_from).min().expect("as above");
    let flags = members.iter().fold(0, |flags, h| flags | h.flags);
    writer
        .connection
        .prepare_cached(
            "UPDATE article SET content = ?2, first = ?3, latest = ?4, length = ?5, day_from = ?6, flags = ?7, sketch = ?8
              WHERE id = ?1",
        )?
        .execute(params![
            article,
            best.code(),
            first.revision,
            latest.revision,
            latest.length,
            day_from,
            flags,
            latest.sketch.map(Sketch::to_bytes)
        ])?;
    for held in members {
        if held.article != article {
            let sql = "UPDATE revision SET article = ?2 WHERE id = ?1";
            writer.connection.prepare_cached(sql)?.execute([held.revision, article])?;
        }
        let measured = if held.revision == latest.revision { measured(best) } else { 0 };
        refile(writer, held, article, measured)?;
    }
    Ok(())
}

/// Files a text's tallies under its article and whether it is the measured one.
fn refile(writer: &mut Writer, held: &Held, article: i64, measured: i64) -> Result<(), StoreError> {
    let Some(day) = held.day.map(Day::from_epoch_days) else { return Ok(()) };
    if (held.article, held.measured) == (article, measured) {
        return Ok(());
    }
    let Held { stream, revision, .. } = *held;
    let from = TallyKey { measured: held.measured, stream, day, revision, article: held.article };
    writer.refile(&from, &TallyKey { measured, article, ..from })
}

/// All texts tied to one by a chain of shared titles and addresses on its day.
fn gather(connection: &Connection, seed: i64) -> Result<Vec<Held>, StoreError> {
    let mut found: BTreeMap<i64, Held> = BTreeMap::new();
    let mut waiting = vec![seed];
    while let Some(revision) = waiting.pop() {
        if found.contains_key(&revision) {
            continue;
        }
        let held = load(connection, revision)?;
        if let Some(first) = found.values().next()
            && (first.stream, first.day) != (held.stream, held.day)
        {
            continue;
        }
        let numbers = |sql: &str, key: i64| -> Result<Vec<i64>, StoreError> {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([key], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        waiting.extend(numbers("SELECT id FROM revision WHERE title_key = ?1", held.title_key)?);
        for &address in &held.node.addresses {
            waiting.extend(numbers("SELECT revision FROM appearance WHERE address = ?1", address.cast_signed())?);
        }
        found.insert(revision, held);
    }
    Ok(found.into_values().collect())
}

fn load(connection: &Connection, revision: i64) -> Result<Held, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT DISTINCT address FROM appearance WHERE revision = ?1 AND address <> 0")?;
    let addresses: Vec<u64> =
        statement.query_map([revision], |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))?.collect::<Result<_, _>>()?;
    let mut statement = connection.prepare_cached(
        "SELECT r.article, a.stream, a.day, r.day_from, r.captured_from, r.captured_to, r.length, a.flags, r.title_key,
                r.title, r.body, r.content, r.hash, s.edition, a.content, a.latest = r.id, r.cut
           FROM revision r JOIN article a ON a.id = r.article JOIN stream s ON s.id = a.stream WHERE r.id = ?1",
    )?;
    Ok(statement.query_row([revision], |row| {
        let edition: Edition = row.get::<_, String>(13)?.parse().unwrap_or(Edition::En);
        let (title, body): (String, String) = (row.get(9)?, row.get(10)?);
        let content = Content::from_code(row.get(11)?).unwrap_or(Content::Missing);
        let text = normalise(&body, edition).as_str().to_owned();
        let (shingles, sketch) = if content == Content::Full {
            (Shingles::of(&text, edition), Some(Sketch::of(&text, edition)))
        } else {
            (Shingles::default(), None)
        };
        let of_article = Content::from_code(row.get(14)?).unwrap_or(Content::Missing);
        Ok(Held {
            measured: if row.get(15)? { measured(of_article) } else { 0 },
            revision,
            article: row.get(0)?,
            stream: row.get(1)?,
            day: row.get(2)?,
            day_from: row.get(3)?,
            captured: (row.get(4)?, row.get(5)?),
            length: row.get(6)?,
            sketch,
            flags: row.get(7)?,
            title_key: row.get(8)?,
            edition,
            text,
            cut: row.get(16)?,
            node: Node {
                title: normalise(&title, edition).as_str().trim().to_owned(),
                content,
                shingles,
                addresses,
                hash: row.get(12)?,
            },
        })
    })?)
}
