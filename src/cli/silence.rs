//! `silence`: since when somebody has not been mentioned, and how unusual that is.

use super::Session;
use super::args::EntitiesArgs;
use super::failure::Failure;
use super::output::{Output, Table, head};
use super::review::footnote;
use super::series::{counting, filter, known, note_wordless};
use crate::domain::silence::{LEAST_MENTION_DAYS, USUAL_DAYS};
use crate::store::query::series::wordless;
use crate::store::query::silence::{SilenceQuery, SilenceRow};

pub fn run(session: &Session<'_>, args: &EntitiesArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let (reader, lexicon) = session.judged(args.judging.reviewed)?;
    known(&lexicon, &args.entities)?;
    let (filter, counting) = (filter(&args.reading)?, counting(&args.measuring));
    let until = filter.to.unwrap_or_else(|| session.today());
    if filter.from.is_some_and(|from| from > until) {
        return Err(Failure::Usage(format!("--from lies after {until}, the last day asked")));
    }
    let query = SilenceQuery { entities: args.entities.clone(), until, filter, counting };
    let rows = reader.silences(&lexicon, &query)?;
    for (stream, dumb) in wordless(&lexicon, &query.entities, reader.known_streams(&query.filter)?) {
        note_wordless(session, &stream, &dumb);
    }
    let mut query = query.told();
    reader.note_marks(&mut query);
    output.rows(args.reading.format, &query, lexicon.method(), &SilenceRow::COLUMNS, &rows, |rows| {
        let mut table = table(rows, lexicon.method());
        table.notes.extend(footnote(&reader));
        table
    })?;
    Ok(0)
}

fn table(rows: &[SilenceRow], method: &str) -> Table {
    if rows.is_empty() {
        return Table { notes: vec!["The store holds nothing of that.".to_owned()], ..Table::default() };
    }
    let share = |p: Option<f64>| p.map_or_else(|| "–".to_owned(), |p| format!("{p:.3}"));
    let cells = rows
        .iter()
        .map(|row| {
            vec![
                row.outlet.clone(),
                row.edition.to_owned(),
                row.entity.clone(),
                row.last_mention.map_or_else(|| "never".to_owned(), |day| day.to_string()),
                row.days.to_string(),
                row.days_observed.to_string(),
                row.days_unobserved.to_string(),
                share(row.odds.p),
                share(row.odds.p_geometric),
            ]
        })
        .collect();
    let mut notes = vec![String::new()];
    notes.extend(rows.iter().map(explain));
    notes.push(String::new());
    notes.push(format!(
        "days: since the last mention; a day that was not observed neither ends nor lengthens a silence. p: share of the windows of as many observed days, in the {USUAL_DAYS} days before the run, that had no mention; geometric: the same if every day were like any other. Below {LEAST_MENTION_DAYS} days with a mention there is no p. It speaks of this one run, not of silences in general; method {method}"
    ));
    Table {
        head: head(["outlet", "ed", "entity", "last mention", ">days", ">observed", ">unobserved", ">p", ">geometric"]),
        beneath: false,
        rows: cells,
        notes,
    }
}

/// The run with its dates, and what its p rests on.
fn explain(row: &SilenceRow) -> String {
    let name = format!("{} {} {}", row.outlet, row.edition, row.entity);
    let article = row.last_article.as_ref().map(|article| format!(", last in {article}")).unwrap_or_default();
    let (Some(from), Some(to)) = (row.run_from, row.run_to) else {
        return format!("{name}: mentioned on the last day asked{article}");
    };
    let odds = &row.odds;
    let rests = match (odds.p, odds.usual_from.zip(odds.usual_to)) {
        (Some(_), Some((first, last))) => format!(
            "{} of {} windows without a mention; {} of {} observed days from {first} to {last} have one",
            odds.windows_silent, odds.windows, odds.usual_with, odds.usual_observed
        ),
        _ => format!("no p: {}", odds.no_p),
    };
    let longest = row.earlier.first().map(|run| format!("; longest before it: {run}")).unwrap_or_default();
    format!("{name}: silent from {from} to {to}{article}; {rests}{longest}")
}
