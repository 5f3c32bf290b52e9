//! Alarms to a webhook: at least once, a bounded number at a time, and never in the way of polling. The queue is the
//! alarms' own rows in the store, so it outlives a restart and does not grow.

use serde_json::json;

use super::Collector;
use crate::store::StoreError;
use crate::telemetry;

/// Alarms sent in one round.
const ROUND: u32 = 20;

/// Sends what nobody has been told of. What the webhook does not take stays for the next round.
///
/// # Errors
/// The store's.
pub async fn tell(collector: &Collector, client: &reqwest::Client, url: &str) -> Result<u32, StoreError> {
    let untold = collector.books().writer.untold(ROUND)?;
    let mut told = 0;
    for alarm in untold {
        let body = json!({
            "source": alarm.source,
            "alarm": alarm.kind,
            "subject": alarm.subject,
            "state": if alarm.until.is_some() { "over" } else { "raised" },
            "since": alarm.since,
            "until": alarm.until,
            "detail": alarm.detail,
        });
        let sent = client
            .post(url)
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.to_string())
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        match sent {
            Ok(_) => {
                collector.books().writer.note_told(&alarm)?;
                told += 1;
            }
            Err(error) => {
                // The address may hold a token: it is not logged.
                telemetry::webhook_failed(&error.without_url().to_string());
                break;
            }
        }
    }
    Ok(told)
}
