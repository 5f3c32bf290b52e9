//! What polls have seen of the days: spans of whole lists, articles that wait, and what came of each poll.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::Filter;
use crate::domain::coverage::DayHolding;
use crate::domain::day::Day;
use crate::domain::outcome::Outcome;
use crate::store::StoreError;

/// Adds it to the days that are held; days without an article come in.
pub(super) fn add(
    connection: &Connection,
    stream: i64,
    filter: &Filter,
    days: &mut BTreeMap<Day, DayHolding>,
) -> Result<(), StoreError> {
    let (from, to) = filter.bounds();
    let mut statement = connection.prepare_cached(
        "SELECT p.day, p.outcome FROM polled_day p JOIN source s ON s.id = p.source
          WHERE s.stream = ?1 AND p.day BETWEEN ?2 AND ?3",
    )?;
    let mut rows = statement.query(params![stream, from, to])?;
    while let Some(row) = rows.next()? {
        if let Some(outcome) = Outcome::from_code(row.get(1)?) {
            days.entry(Day::from_epoch_days(row.get(0)?)).or_default().polled.add(outcome);
        }
    }
    let mut statement = connection.prepare_cached(
        "SELECT p.first_day, p.last_at FROM span p JOIN source s ON s.id = p.source WHERE s.stream = ?1 AND s.lists_all",
    )?;
    let mut rows = statement.query([stream])?;
    while let Some(row) = rows.next()? {
        // The last day that had ended when its last lists were asked for.
        let last = Day::in_korea(row.get(1)?).plus(-1).epoch_days().min(to);
        let first: i32 = row.get(0)?;
        for day in first.max(from)..=last {
            days.entry(Day::from_epoch_days(day)).or_default().polled.listed_whole = true;
        }
    }
    let mut statement = connection.prepare_cached(
        "SELECT e.day, count(*) FROM source s CROSS JOIN entry e ON e.source = s.id
          WHERE s.stream = ?1 AND e.revision IS NULL AND e.state = 0 AND e.day BETWEEN ?2 AND ?3 GROUP BY e.day",
    )?;
    let mut rows = statement.query(params![stream, from, to])?;
    while let Some(row) = rows.next()? {
        days.entry(Day::from_epoch_days(row.get(0)?)).or_default().polled.waiting = row.get(1)?;
    }
    drop(rows);
    known(connection, stream, filter, days)
}

/// Days of which every list was walked through: what is held, and what is listed besides.
fn known(
    connection: &Connection,
    stream: i64,
    filter: &Filter,
    days: &mut BTreeMap<Day, DayHolding>,
) -> Result<(), StoreError> {
    let (from, to) = filter.bounds();
    let mut statement = connection.prepare_cached(
        "SELECT l.first_day, l.last_day FROM listed_days l JOIN source s ON s.id = l.source
          WHERE s.stream = ?1 AND s.lists_all AND l.first_day <= ?3 AND l.last_day >= ?2",
    )?;
    let mut rows = statement.query(params![stream, from, to])?;
    let mut walked: Option<(i32, i32)> = None;
    while let Some(row) = rows.next()? {
        let (first, last) = (row.get::<_, i32>(0)?.max(from), row.get::<_, i32>(1)?.min(to));
        for day in first..=last {
            let holding = days.entry(Day::from_epoch_days(day)).or_default();
            holding.known = Some(holding.articles);
        }
        walked = Some(walked.map_or((first, last), |(f, l)| (f.min(first), l.max(last))));
    }
    let Some((from, to)) = walked else { return Ok(()) };
    // What an entry was read as is held; of the others the address may be, from an archive.
    let mut statement = connection.prepare_cached(
        "SELECT e.day, count(*) FROM source s CROSS JOIN entry e ON e.source = s.id
          WHERE s.stream = ?1 AND e.revision IS NULL AND e.state IN (0, 1, 3) AND e.day BETWEEN ?2 AND ?3
            AND NOT EXISTS (SELECT 1 FROM appearance p JOIN revision r ON r.id = p.revision
                             WHERE p.address = e.key AND r.content = 3) GROUP BY e.day",
    )?;
    let mut rows = statement.query(params![stream, from, to])?;
    while let Some(row) = rows.next()? {
        if let Some(known) = days.get_mut(&Day::from_epoch_days(row.get(0)?)).and_then(|day| day.known.as_mut()) {
            *known += row.get::<_, u32>(1)?;
        }
    }
    Ok(())
}
