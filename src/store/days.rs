//! Adding up what is held, said and edited by day, in the transaction that changes it. Which days those are the schema's
//! triggers and the writer note; what a stale day says is asked of its articles (`query::days`), so that the sums may
//! wait for the end of a bulk, and after a small one for the next writer.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::StoreError;
use crate::domain::day::Day;

/// More stale days than these are most of a store: everything is added up then, in one pass over each table.
const MANY: usize = 1000;

/// What `held_day` is, of the articles that fit a condition.
fn held(condition: &str) -> String {
    format!(
        "SELECT stream, day, content, reprint_of IS NOT NULL AS reprint, count(*) AS articles, sum(length) AS length FROM article
          WHERE {condition} GROUP BY 1, 2, 3, 4"
    )
}

/// What `said_day` is, of the tallies that fit a condition. An article has one text that is measured, and in the order
/// of texts tallies lie.
fn said(condition: &str) -> String {
    // In SQLite `|` and `<<` bind alike.
    let set = |column: &str| -> String {
        let of = |form: i64| format!("(max(t.form = {form} AND t.{column} > 0) << {form})");
        (0..3).map(of).collect::<Vec<_>>().join(" | ")
    };
    let forms = (0..3).map(|form| format!("(max(t.form = {form}) << {form})")).collect::<Vec<_>>().join(" | ");
    let sums = |column: &str, name: &str| -> String {
        let of = |form: i64| format!("sum(CASE t.form WHEN {form} THEN t.{column} ELSE 0 END) AS {name}{form}");
        (0..3).map(of).collect::<Vec<_>>().join(", ")
    };
    format!(
        "SELECT entity, stream, day, measured, reprint, forms, titles, leads, count(*), sum(m0), sum(m1), sum(m2),
                sum(t0), sum(t1), sum(t2), sum(l0), sum(l1), sum(l2)
           FROM (SELECT t.entity, t.stream, t.day, t.measured, a.reprint_of IS NOT NULL AS reprint,
                        {forms} AS forms,
                        {titles} AS titles, {leads} AS leads, {mentions}, {in_titles}, {in_leads}
                   FROM tally t JOIN article a ON a.id = t.article
                  WHERE {condition} AND t.measured IN (1, 2)
                  GROUP BY t.entity, t.measured, t.stream, t.day, t.revision)
          GROUP BY 1, 2, 3, 4, 5, 6, 7, 8",
        titles = set("in_title"),
        leads = set("in_lead"),
        mentions = sums("mentions", "m"),
        in_titles = sums("in_title", "t"),
        in_leads = sums("in_lead", "l"),
    )
}

/// What `edit` is, of the articles that fit a condition. Only one whose first and latest text differ has several.
pub(super) fn edits(condition: &str) -> String {
    format!(
        "SELECT stream, day, newer, older, article, at FROM (
             SELECT a.stream, a.day, r.id AS newer, a.id AS article, r.captured_from AS at,
                    lag(r.id) OVER (PARTITION BY a.id ORDER BY r.captured_from, r.hash) AS older
               FROM article a CROSS JOIN revision r ON r.article = a.id
              WHERE a.first <> a.latest AND {condition} AND r.captured_from > 0 AND r.content = 3)
          WHERE older IS NOT NULL"
    )
}

/// Takes all sums back, and makes every day stale: for who changes tallies and no article.
pub(super) fn doubt(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "DELETE FROM held_day; DELETE FROM said_day; DELETE FROM edit;
         INSERT OR IGNORE INTO stale_day SELECT DISTINCT stream, day FROM article WHERE day IS NOT NULL",
    )?;
    Ok(())
}

/// Notes days whose articles have changed.
pub(super) fn note(connection: &Connection, days: &mut BTreeSet<(i64, Day)>) -> Result<(), StoreError> {
    let mut note = connection.prepare_cached("INSERT OR IGNORE INTO stale_day VALUES (?1, ?2)")?;
    while let Some((stream, day)) = days.pop_first() {
        note.execute(params![stream, day.epoch_days()])?;
    }
    Ok(())
}

/// So many articles of stale days are asked in some thirty milliseconds, every time a page wants all of them. Adding
/// fewer up would cost an import a third of its time, for pages that are not slow.
const MUCH: i64 = 50_000;

/// Adds up anew what is stale, if that is much.
pub(super) fn add_up_much(connection: &Connection) -> Result<(), StoreError> {
    // A store of fewer articles has no more of them on its stale days, and need not count.
    let most: i64 = connection.query_row("SELECT coalesce(max(id), 0) FROM article", [], |row| row.get(0))?;
    if most <= MUCH {
        return Ok(());
    }
    let sql = "SELECT count(*) FROM stale_day s JOIN article a ON a.stream = s.stream AND a.day = s.day";
    let articles: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    if articles > MUCH { add_up(connection) } else { Ok(()) }
}

/// Adds up anew what is stale.
pub(super) fn add_up(connection: &Connection) -> Result<(), StoreError> {
    let stale: Vec<(i64, i32)> = connection
        .prepare_cached("SELECT stream, day FROM stale_day")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    if stale.len() > MANY {
        connection.execute_batch("DELETE FROM held_day; DELETE FROM said_day; DELETE FROM edit")?;
        connection.execute(&format!("INSERT INTO held_day {}", held("day IS NOT NULL")), [])?;
        connection.execute(&format!("INSERT INTO said_day {}", said("true")), [])?;
        connection.execute(&format!("INSERT INTO edit {}", edits("a.day IS NOT NULL")), [])?;
    } else {
        let of_day = "t.entity IN (SELECT id FROM entity) AND t.stream = ?1 AND t.day = ?2";
        let statements = [
            "DELETE FROM held_day WHERE stream = ?1 AND day = ?2",
            "DELETE FROM said_day WHERE entity IN (SELECT id FROM entity) AND stream = ?1 AND day = ?2",
            "DELETE FROM edit WHERE stream = ?1 AND day = ?2",
            &format!("INSERT INTO held_day {}", held("stream = ?1 AND day = ?2")),
            &format!("INSERT INTO said_day {}", said(of_day)),
            &format!("INSERT INTO edit {}", edits("a.stream = ?1 AND a.day = ?2")),
        ];
        for sql in statements {
            let mut statement = connection.prepare_cached(sql)?;
            for (stream, day) in &stale {
                statement.execute(params![stream, day])?;
            }
        }
    }
    if !stale.is_empty() {
        connection.execute("DELETE FROM stale_day", [])?;
    }
    Ok(())
}

/// Days of which the sums are not those of their articles and tallies, apart from stale ones; at most `most`.
pub(super) fn wrong(connection: &Connection, most: u32) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    for (table, what, derived) in [
        ("held_day", "what is held", held("day IS NOT NULL")),
        ("said_day", "what is said of an entity", said("true")),
        ("edit", "what was edited", edits("a.day IS NOT NULL")),
    ] {
        // The order of columns is that of the tables; a row too many is as wrong as one that lacks.
        let sql = format!(
            "WITH derived AS ({derived}), differs AS (
                 SELECT * FROM (SELECT * FROM {table} EXCEPT SELECT * FROM derived)
                 UNION ALL SELECT * FROM (SELECT * FROM derived EXCEPT SELECT * FROM {table}))
             SELECT DISTINCT s.outlet || '-' || s.edition || ' ' || date(d.day * 86400, 'unixepoch')
               FROM differs d JOIN stream s ON s.id = d.stream
              WHERE NOT EXISTS (SELECT 1 FROM stale_day x WHERE x.stream = d.stream AND x.day = d.day)
              ORDER BY 1 LIMIT ?1"
        );
        let mut statement = connection.prepare(&sql)?;
        for day in statement.query_map([most], |row| row.get::<_, String>(0))? {
            faults.push(format!("{}: {what} is not what its articles say", day?));
        }
    }
    Ok(faults)
}
