//! Keeping the clusters of reprints up to date.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{BuildHasherDefault, Hasher};

use rusqlite::{Connection, OptionalExtension, Rows, params};

use super::StoreError;
use crate::domain::article::Content;
use crate::domain::day::Day;
use crate::domain::period::Span;
use crate::domain::reprint::{Candidate, DAYS, SIMILARITY, clusters, may_be_reprints, shortest, telling};
use crate::domain::shingle::{SKETCH, Shingles, Sketch};
use crate::domain::stream::Edition;
use crate::domain::text::normalise;

/// Finds the pairs in which an article of the days written takes part, and files the clusters.
pub(super) fn update(connection: &Connection) -> Result<(), StoreError> {
    for edition in Edition::ALL {
        let days = |row: &rusqlite::Row<'_>| {
            Ok(Span { from: Day::from_epoch_days(row.get(0)?), to: Day::from_epoch_days(row.get(1)?) })
        };
        let sql = "SELECT first, last FROM unsearched WHERE edition = ?1";
        if let Some(span) = connection.query_row(sql, [edition.as_str()], days).optional()? {
            update_edition(connection, edition, span)?;
        }
    }
    // Where nothing was written there is no other pair than before.
    if connection.execute("DELETE FROM unsearched", [])? == 0 {
        return Ok(());
    }
    file_clusters(connection)
}

/// One pass over the days in order, holding no more than a week of sketches.
fn update_edition(connection: &Connection, edition: Edition, span: Span) -> Result<(), StoreError> {
    let (from, to) = (span.from.plus(-DAYS).epoch_days(), span.to.plus(DAYS).epoch_days());
    let streams: Vec<i64> = connection
        .prepare("SELECT id FROM stream WHERE edition = ?1")?
        .query_map([edition.as_str()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    // Each stream's articles lie in the order of their days; all of them together would have to be sorted, sketches too.
    let sql = "SELECT id, stream, day, sketch FROM article
                WHERE stream = ?1 AND day BETWEEN ?2 AND ?3 AND content = ?4 AND length >= ?5 ORDER BY day";
    let least = shortest(edition.is_cjk());
    let mut statements = streams.iter().map(|_| connection.prepare(sql)).collect::<Result<Vec<_>, _>>()?;
    let mut articles = Vec::new();
    for (statement, stream) in statements.iter_mut().zip(streams) {
        let mut rows = statement.query(params![stream, from, to, Content::Full.code(), least])?;
        let first = next_candidate(&mut rows)?;
        articles.push((first, rows));
    }
    let mut window = Window::default();
    let mut found: HashSet<(i64, i64)> = HashSet::new();
    while let Some((next, rows)) = articles
        .iter_mut()
        .filter(|(next, _)| next.is_some())
        .min_by_key(|(next, _)| next.map(|candidate| (candidate.day, candidate.stream)))
    {
        let Some(candidate) = std::mem::replace(next, next_candidate(rows)?) else { break };
        let worth: Vec<Candidate> = window
            .take(candidate)
            .into_iter()
            .filter(|other| span.contains(other.day) || span.contains(candidate.day))
            .collect();
        if !worth.is_empty() {
            let own = window.text(connection, edition, candidate.article)?.clone();
            for other in worth {
                let text = window.text(connection, edition, other.article)?;
                let elsewhere = other.stream != candidate.stream || text.title != own.title;
                if elsewhere && text.shingles.similarity(&own.shingles) >= SIMILARITY {
                    found.insert((other.article.min(candidate.article), other.article.max(candidate.article)));
                }
            }
        }
    }
    // Pairs of before that touch these days hold only if they were found again: a text may have been revised.
    connection.execute(
        "DELETE FROM reprint_pair WHERE EXISTS (SELECT 1 FROM article a JOIN stream s ON s.id = a.stream
           WHERE a.id IN (reprint_pair.a, reprint_pair.b) AND s.edition = ?1 AND a.day BETWEEN ?2 AND ?3)",
        params![edition.as_str(), span.from.epoch_days(), span.to.epoch_days()],
    )?;
    let mut insert = connection.prepare("INSERT OR IGNORE INTO reprint_pair (a, b) VALUES (?1, ?2)")?;
    for (a, b) in found {
        insert.execute([a, b])?;
    }
    Ok(())
}

/// The next article of a stream that has a sketch.
fn next_candidate(rows: &mut Rows<'_>) -> Result<Option<Candidate>, StoreError> {
    while let Some(row) = rows.next()? {
        if let Some(sketch) = row.get_ref(3)?.as_blob().ok().and_then(Sketch::from_bytes) {
            let day = Day::from_epoch_days(row.get(2)?);
            return Ok(Some(Candidate { article: row.get(0)?, stream: row.get(1)?, day, sketch }));
        }
    }
    Ok(None)
}

/// The values of sketches are hashes already.
#[derive(Default)]
struct AlreadyHash(u64);

impl Hasher for AlreadyHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only u64 are put in");
    }

    fn write_u64(&mut self, value: u64) {
        // The table looks at the highest bits too, and the place alone stands there.
        self.0 = value.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// The candidates of the last week, found by what their sketches share.
#[derive(Default)]
struct Window {
    /// Each with the number of the last before it that had its value, place by place.
    recent: VecDeque<(Candidate, [Option<usize>; SKETCH])>,
    /// The number of the last that had a value.
    by_value: HashMap<u64, usize, BuildHasherDefault<AlreadyHash>>,
    /// How many have left at the front: turns a number given on arrival into a place.
    gone: usize,
    /// Those that were compared: formulaic texts are compared with many others.
    compared: HashMap<i64, Compared>,
}

/// What only a comparison needs of a text, and few are compared.
#[derive(Clone)]
struct Compared {
    /// Normalised.
    title: String,
    shingles: Shingles,
}

impl Window {
    /// Takes a candidate in and answers those before it that are worth comparing with it.
    fn take(&mut self, candidate: Candidate) -> Vec<Candidate> {
        while self.recent.front().is_some_and(|(c, _)| candidate.day.epoch_days() - c.day.epoch_days() > DAYS) {
            let (old, _) = self.recent.pop_front().expect("there is a front");
            for value in telling(&old.sketch) {
                if let Entry::Occupied(last) = self.by_value.entry(value)
                    && *last.get() == self.gone
                {
                    last.remove();
                }
            }
            self.compared.remove(&old.article);
            self.gone += 1;
        }
        let number = self.gone + self.recent.len();
        let mut before = [None; SKETCH];
        let mut numbers = Vec::new();
        for value in telling(&candidate.sketch) {
            let place = Sketch::place(value);
            before[place] = self.by_value.insert(value, number);
            let mut last = before[place];
            while let Some(other) = last.filter(|&other| other >= self.gone) {
                numbers.push(other);
                last = self.recent[other - self.gone].1[place];
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        let worth = numbers
            .into_iter()
            .map(|number| self.recent[number - self.gone].0)
            .filter(|other| may_be_reprints(other, &candidate))
            .collect();
        self.recent.push_back((candidate, before));
        worth
    }

    /// The text of an article of the window.
    fn text(&mut self, connection: &Connection, edition: Edition, article: i64) -> Result<&Compared, StoreError> {
        match self.compared.entry(article) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => Ok(entry.insert(text(connection, edition, article)?)),
        }
    }
}

fn text(connection: &Connection, edition: Edition, article: i64) -> Result<Compared, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT r.title, r.body FROM article a JOIN revision r ON r.id = a.latest WHERE a.id = ?1")?;
    let (title, body): (String, String) = statement.query_row([article], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Compared {
        title: normalise(&title, edition).as_str().trim().to_owned(),
        shingles: Shingles::of(normalise(&body, edition).as_str(), edition),
    })
}

/// Marks all members of each cluster but the first: the earliest by day, outlet and hash.
fn file_clusters(connection: &Connection) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT a, b FROM reprint_pair ORDER BY a, b")?;
    let pairs: Vec<(i64, i64)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut marks: HashMap<i64, i64> = HashMap::new();
    let mut rank = connection.prepare(
        "SELECT a.day, s.outlet, r.hash FROM article a JOIN stream s ON s.id = a.stream JOIN revision r ON r.id = a.first
          WHERE a.id = ?1",
    )?;
    for cluster in clusters(&pairs) {
        let mut ranked = Vec::new();
        for article in cluster {
            let key: (i64, String, [u8; 32]) =
                rank.query_row([article], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            ranked.push((key, article));
        }
        ranked.sort();
        let first = ranked[0].1;
        marks.extend(ranked[1..].iter().map(|(_, article)| (*article, first)));
    }
    let mut statement = connection.prepare("SELECT id, reprint_of FROM article WHERE reprint_of IS NOT NULL")?;
    let marked: HashMap<i64, i64> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    let mut update = connection.prepare("UPDATE article SET reprint_of = ?2 WHERE id = ?1")?;
    for article in marked.keys().filter(|article| !marks.contains_key(article)) {
        update.execute(params![article, None::<i64>])?;
    }
    for (article, first) in marks.iter().filter(|(article, first)| marked.get(article) != Some(first)) {
        update.execute(params![article, first])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open::{Paths, open_store};

    #[test]
    fn sketches_of_an_older_store_are_those_of_the_latest_texts() {
        let dir = tempfile::tempdir().expect("a folder");
        let paths = Paths::new(dir.path());
        let old = Connection::open(paths.database()).expect("a file");
        for sql in [include_str!("../../migrations/0001_store.sql"), include_str!("../../migrations/0002_polls.sql")] {
            old.execute_batch(sql).expect("the schema of then");
        }
        let text = "INSERT INTO revision VALUES (?1, 1, 3, 0, x'00', 0, 0, 0, 0, 99, ?2, 'T', 'a text')";
        old.execute_batch(
            "INSERT INTO stream VALUES (1, 'kcna', 'en');
             INSERT INTO article VALUES (1, 1, 0, 0, 3, 1, 2, 99, 0, NULL);
             PRAGMA user_version = 2",
        )
        .expect("an article");
        let sketches = [Sketch([1; SKETCH]), Sketch([2; SKETCH])];
        for (revision, sketch) in (1..).zip(sketches) {
            old.execute(text, params![revision, sketch.to_bytes()]).expect("a text");
        }
        drop(old);
        let now = open_store(&paths, &crate::store::silent()).expect("brought up to date");
        let held: Vec<u8> = now.query_row("SELECT sketch FROM article", [], |row| row.get(0)).expect("one article");
        assert_eq!(Sketch::from_bytes(&held), Some(sketches[1]));
    }
}
