//! `status` and `changes`: how the sources stand, and what they changed afterwards.

use serde_json::json;

use super::Session;
use super::args::{ChangesArgs, StatusArgs};
use super::failure::Failure;
use super::output::{Output, Table, head};
use super::series::filter;
use crate::store::query::changes::ChangeRow;
use crate::store::query::sources::SourceRow;
use crate::store::query::told;

/// No figure stands in these rows.
const NO_METHOD: &str = "";

pub fn status(session: &Session<'_>, args: &StatusArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let rows = session.reader()?.sources(&filter(&args.reading)?)?;
    let now = session.now;
    let bad = rows.iter().any(|row| !row.alarms.is_empty() || row.failing_since.is_some());
    output.rows(args.reading.format, &json!({"command": "status"}), NO_METHOD, &SourceRow::COLUMNS, &rows, |rows| {
        let mut notes: Vec<String> = Vec::new();
        if rows.is_empty() {
            notes.push("no source has been polled yet: `sinmun run` or `sinmun poll` begins".to_owned());
        }
        for row in rows {
            notes.extend(row.alarms.iter().map(|alarm| format!("ALARM {}: {alarm}", row.source)));
            notes.extend(row.silences.iter().map(|told| format!("NEWS {}: {told}", row.source)));
        }
        Table {
            head: head([
                "source",
                "state",
                "last success",
                "last new",
                "failing since",
                ">failures",
                "next poll",
                ">waiting",
                ">gone",
                "why",
            ]),
            beneath: false,
            rows: rows
                .iter()
                .map(|row| {
                    vec![
                        row.source.clone(),
                        row.state.to_owned(),
                        seen(row.last_success.as_deref(), now),
                        seen(row.last_new.as_deref(), now),
                        row.failing_since.as_deref().map_or_else(String::new, |at| seen(Some(at), now)),
                        row.failures.to_string(),
                        seen(Some(&row.next_poll), now),
                        row.waiting.to_string(),
                        row.gone.to_string(),
                        row.why.clone(),
                    ]
                })
                .collect(),
            notes,
        }
    })?;
    Ok(u8::from(bad))
}

/// "14 min ago", "in 5 min"; "never" for what has not been.
fn seen(at: Option<&str>, now: i64) -> String {
    let Some(at) = at.and_then(crate::domain::stamp::instant_of_text) else { return "never".to_owned() };
    let (ago, ahead) = (now - at, at > now);
    let length = match ago.abs() {
        s @ 0..120 => format!("{s} s"),
        s @ 120..7200 => format!("{} min", s / 60),
        s @ 7200..172_800 => format!("{} h", s / 3600),
        s => format!("{} days", s / 86_400),
    };
    if ahead { format!("in {length}") } else { format!("{length} ago") }
}

pub fn changes(session: &Session<'_>, args: &ChangesArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let filter = filter(&args.reading)?;
    if let Some(name) = &args.accept_gone {
        drop(session.reader()?);
        let mut writer = session.writer(&session.method()?, false)?;
        let source = writer
            .find_source(name)?
            .ok_or_else(|| Failure::Usage(format!("there is no source '{name}'; `sinmun status` shows them")))?;
        let marked = writer.accept_gone(source, session.now)?;
        session.note(&format!("{marked} articles of {name} are marked as gone; their texts are kept"));
    }
    let rows = session.reader()?.changes(&filter)?;
    let query = told("changes", json!({}), &filter);
    output.rows(args.reading.format, &query, NO_METHOD, &ChangeRow::COLUMNS, &rows, |rows| Table {
        head: head(["change", "outlet", "ed", "day", "article", "seen", "title and difference"]),
        beneath: true,
        rows: rows
            .iter()
            .map(|row| {
                let before = row.title_before.as_ref().map(|b| format!(" (before: {b})")).unwrap_or_default();
                let lines = row.diff.replace('\n', "  ");
                vec![
                    row.change.to_owned(),
                    row.outlet.clone(),
                    row.edition.clone(),
                    row.day.map_or_else(|| "-".to_owned(), |day| day.to_string()),
                    row.article.clone(),
                    row.seen.clone(),
                    format!("{}{before}  {lines}", row.title),
                ]
            })
            .collect(),
        notes: vec![format!("{} changes; what is gone is kept here, with its text", rows.len())],
    })?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::seen;

    #[test]
    fn times_are_told_from_now() {
        let now = crate::domain::stamp::instant_of_text("2026-09-08T12:00:00Z").expect("an instant");
        assert_eq!(seen(Some("2026-09-08T11:46:00Z"), now), "14 min ago");
        assert_eq!(seen(Some("2026-09-08T12:05:00Z"), now), "in 5 min");
        assert_eq!(seen(Some("2026-09-01T12:00:00Z"), now), "7 days ago");
        assert_eq!(seen(None, now), "never");
    }
}
