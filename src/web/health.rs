//! What a monitor asks: alive, collecting, and how much.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::reply::Form;
use super::{Figures, Web};
use crate::domain::stamp::instant_of_text;
use crate::store::query::Filter;
use crate::telemetry;

/// A collector that has had no success for so long does not collect, in seconds.
const STALE: i64 = 86_400;

/// The process answers. The store is not asked: one that is slow is no reason to start the process anew.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// Something is collected: a source has answered within a day.
pub(super) async fn ready(State(web): State<Arc<Web>>) -> Response {
    let now = (web.settings.clock)();
    let sources = web.ask(|view| Ok(view.reader.sources(&Filter::default())?), Figures::Counted, now).await;
    let (status, told) = match sources {
        Err(refusal) => return refusal.reply(Form::Json),
        Ok(sources) if sources.is_empty() => {
            (StatusCode::SERVICE_UNAVAILABLE, "not collecting: no source has been polled yet\n".to_owned())
        }
        Ok(sources) => {
            let last = sources.iter().filter_map(|s| instant_of_text(s.last_success.as_deref()?)).max();
            let failing = sources.iter().filter(|source| source.failing_since.is_some()).count();
            match last {
                Some(last) if now - last <= STALE => {
                    (StatusCode::OK, format!("collecting: {failing} of {} sources fail\n", sources.len()))
                }
                _ => (StatusCode::SERVICE_UNAVAILABLE, "not collecting: no source has answered for a day\n".to_owned()),
            }
        }
    };
    (status, [(header::CACHE_CONTROL, "no-store")], told).into_response()
}

/// What the store says and, in the process that collects, what it counts.
pub(super) async fn metrics(State(web): State<Arc<Web>>) -> Response {
    let now = (web.settings.clock)();
    let of = Arc::clone(&web);
    let made = web.ask(
        move |view| {
            let health = view.reader.health(&of.settings.paths)?;
            Ok(telemetry::prometheus(&health, of.settings.telemetry.as_deref()))
        },
        Figures::Counted,
        now,
    );
    match made.await {
        Ok(text) => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
        }
        Err(refusal) => refusal.reply(Form::Json),
    }
}
