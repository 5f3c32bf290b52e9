//! After a poll: has somebody who is watched fallen silent for unusually long, or been mentioned again?
//!
//! Asked of the same query that `sinmun silence` prints, through a reader of its own, so that an alarm cannot disagree
//! with the command. It is asked where the answer may have changed: at the first good poll after a start, when a text
//! came, and on a new day.

use std::sync::PoisonError;
use std::time::Duration;

use super::{Collector, Watched};
use crate::domain::alarm::{Watch, judge_silence};
use crate::domain::day::Day;
use crate::extract::source::Kind;
use crate::store::query::Filter;
use crate::store::query::series::Counting;
use crate::store::query::silence::{SilenceQuery, SilenceRow};
use crate::store::sources::PollRow;
use crate::store::{Reader, StoreError};
use crate::telemetry;

/// How long the question may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Raises and lifts the alarms on silences in a source's texts. A feed leaves out what nobody knows, so its silence
/// says nothing.
pub(super) fn judge(collector: &Collector, watched: &Watched, row: &PollRow) -> Result<(), StoreError> {
    let today = Day::in_korea(row.ended);
    if !is_due(watched, row, today) {
        return Ok(());
    }
    let source = &watched.source;
    let method = std::sync::Arc::clone(&collector.books().method);
    let query = SilenceQuery {
        entities: watched.watch.clone(),
        until: today,
        filter: Filter {
            outlet: vec![source.stream.outlet.clone()],
            edition: vec![source.stream.edition],
            ..Filter::default()
        },
        counting: Counting::default(),
    };
    let reader = Reader::open(&collector.paths, LIMIT)?;
    let silences = reader.silences(method.lexicon(), &query)?;
    drop(reader);
    let mut changed = Vec::new();
    collector.books().piece(&source.name, row.ended, |writer| {
        let (id, _) = writer.source(&source.name, &source.stream, true, row.ended)?;
        for silence in &silences {
            for (alarm, holds, detail) in judge_silence(&watch(silence)) {
                let news = if holds {
                    writer.raise_on(id, alarm.as_str(), &silence.entity, &detail, row.ended)?
                } else {
                    writer.lift_on(id, alarm.as_str(), &silence.entity, &detail, row.ended)?
                };
                if news {
                    changed.push((alarm, silence.entity.clone(), detail));
                }
            }
        }
        Ok(())
    })?;
    for (alarm, entity, detail) in changed {
        telemetry::silence_told(&source.name, alarm.as_str(), &entity, &detail);
    }
    *watched.judged.lock().unwrap_or_else(PoisonError::into_inner) = Some(today);
    Ok(())
}

fn watch(row: &SilenceRow) -> Watch<'_> {
    Watch {
        entity: &row.entity,
        last: row.last_mention,
        article: row.last_article.as_deref().unwrap_or("no article"),
        observed: row.days_observed,
        odds: &row.odds,
        ended: row.ended.as_ref(),
    }
}

fn is_due(watched: &Watched, row: &PollRow, today: Day) -> bool {
    let judged = *watched.judged.lock().unwrap_or_else(PoisonError::into_inner);
    let news = row.read + row.revised > 0 || judged != Some(today);
    row.outcome.is_good() && news && !watched.watch.is_empty() && matches!(watched.source.kind, Kind::Site { .. })
}
