//! The analyst's window on the store: pages for a browser, the same rows as JSON and CSV, a feed, and what a
//! monitor asks. Read-only, and without a login: who may see it is decided by where it listens.
//!
//! ```text
//! request ─► guard (Host, Origin, headers) ─► ENDPOINTS ─► asked (parameters) ─► readers (store::query)
//!                                                │                                   │
//!                                                ├─► page  (HTML, SVG of chart) ◄────┤
//!                                                └─► rows  (JSON, CSV) ◄─────────────┘
//! ```
//!
//! `endpoints::ENDPOINTS` is the one list of what there is: routes, menu, known parameters and the `OpenAPI` document
//! are made from it.

mod asked;
mod asset;
mod columns;
mod endpoints;
mod feed;
mod guard;
mod health;
mod layout;
mod openapi;
mod pages;
mod parts;
mod readers;
mod reply;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::chart;
use crate::domain::indicator::Indicator;
use crate::domain::lexicon::Lexicon;
use crate::domain::message::rules::Rules;
use crate::store::Paths;
use crate::telemetry::Telemetry;
use asked::Asked;
use endpoints::{ENDPOINTS, Endpoint};
use readers::{Lent, Readers};
use reply::{Form, Refusal};

/// The time, in seconds since 1970 UTC.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What the pages are made from beside the store.
pub struct Settings {
    /// Where the store is.
    pub paths: Paths,
    /// What the configuration says; another takes its place when it is read anew.
    pub configured: watch::Receiver<Arc<Configured>>,
    /// What the collector in this process counts, if there is one.
    pub telemetry: Option<Arc<Telemetry>>,
    /// The time.
    pub clock: Clock,
}

/// What the configuration says of the pages.
#[derive(Debug, Clone)]
pub struct Configured {
    /// How long one query may take.
    pub limit: Duration,
    /// What an empty store would be counted with.
    pub lexicon: Lexicon,
    /// The words messages are told in, for a store that was never read for them.
    pub rules: Rules,
    /// What was published.
    pub indicators: Vec<Indicator>,
    /// Whose silence is looked at.
    pub watch: Vec<String>,
    /// Names beside numbers and `localhost` under which a browser may ask.
    pub hosts: Vec<String>,
}

/// What every request shares.
struct Web {
    settings: Settings,
    readers: Readers,
}

/// Answers requests until `shutdown` is done; then those that run are answered, and no new ones.
///
/// # Errors
/// The listener's.
pub async fn serve(
    listener: TcpListener,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(settings)).with_graceful_shutdown(shutdown).await
}

/// All routes, guarded.
pub fn router(settings: Settings) -> Router {
    let readers = Readers::new(settings.paths.clone());
    let web = Arc::new(Web { settings, readers });
    let mut routes = Router::new()
        .route("/articles/{article}", get(article_page))
        .route("/api/v1/articles/{article}", get(article_json))
        .route("/api/v1/openapi.json", get(openapi))
        .route("/api/v1/series.svg", get(svg))
        .route("/api/v1/series.png", get(png))
        .route("/feed.atom", get(feed))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/assets/{hash}/{name}", get(asset::serve))
        .fallback(reply::nothing_there);
    for endpoint in ENDPOINTS {
        let page = move |web: State<Arc<Web>>, query: RawQuery, headers: HeaderMap| {
            answer(web, endpoint, Form::Page, query, headers)
        };
        let json = move |web: State<Arc<Web>>, query: RawQuery, headers: HeaderMap| {
            answer(web, endpoint, Form::Json, query, headers)
        };
        let csv = move |web: State<Arc<Web>>, query: RawQuery, headers: HeaderMap| {
            answer(web, endpoint, Form::Csv, query, headers)
        };
        routes = routes
            .route(endpoint.path, get(page))
            .route(&format!("/api/v1/{}", endpoint.name), get(json))
            .route(&format!("/api/v1/{}.csv", endpoint.name), get(csv));
    }
    let guarded = axum::middleware::from_fn_with_state(Arc::clone(&web), guard::guard);
    routes.with_state(web).layer(guarded)
}

/// Answers one endpoint in one form.
async fn answer(
    State(web): State<Arc<Web>>,
    endpoint: &'static Endpoint,
    form: Form,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let now = (web.settings.clock)();
    let result = match Asked::parse(query.as_deref().unwrap_or_default(), endpoint.params) {
        Err(refusal) => Err(refusal),
        Ok(asked) => {
            let figures = asked.figures();
            let make = move |view: &View<'_>| match form {
                Form::Page => (endpoint.page)(view, &asked).map(|page| reply::page(&page, 200)),
                Form::Json => (endpoint.rows)(view, &asked).and_then(|rows| reply::json(&rows, &asked)),
                Form::Csv => (endpoint.rows)(view, &asked).and_then(|rows| reply::csv(endpoint, &rows, &asked)),
            };
            web.ask(make, figures, now).await
        }
    };
    reply::conditional(result.unwrap_or_else(|refusal| refusal.reply(form)), &headers)
}

async fn article_page(State(web): State<Arc<Web>>, Path(article): Path<String>, headers: HeaderMap) -> Response {
    let now = (web.settings.clock)();
    let result = web
        .ask(
            move |view| pages::article::page(view, &article).map(|page| reply::page(&page, 200)),
            Figures::Counted,
            now,
        )
        .await;
    reply::conditional(result.unwrap_or_else(|refusal| refusal.reply(Form::Page)), &headers)
}

async fn article_json(State(web): State<Arc<Web>>, Path(article): Path<String>, headers: HeaderMap) -> Response {
    let now = (web.settings.clock)();
    let none = Asked::default();
    let result =
        web.ask(move |view| reply::json(&pages::article::rows(view, &article)?, &none), Figures::Counted, now).await;
    reply::conditional(result.unwrap_or_else(|refusal| refusal.reply(Form::Json)), &headers)
}

async fn svg(State(web): State<Arc<Web>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    picture(web, query, &headers, |svg| Ok(reply::picture("image/svg+xml", svg.into_bytes()))).await
}

async fn png(State(web): State<Arc<Web>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let draw = |svg: String| {
        let bytes = chart::png(&svg, 2.0).map_err(|_| Refusal::Broken)?;
        Ok(reply::picture("image/png", bytes))
    };
    picture(web, query, &headers, draw).await
}

/// A series as a picture for a report, on white paper.
async fn picture(
    web: Arc<Web>,
    query: Option<String>,
    headers: &HeaderMap,
    draw: impl FnOnce(String) -> Result<Response, Refusal> + Send + 'static,
) -> Response {
    let now = (web.settings.clock)();
    let result = match Asked::parse(query.as_deref().unwrap_or_default(), endpoints::SERIES) {
        Err(refusal) => Err(refusal),
        Ok(asked) => {
            let figures = asked.figures();
            let make = move |view: &View<'_>| {
                let chart = pages::series::chart(view, &asked)?;
                draw(chart::svg(&chart, chart::Theme::Light, chart::Size::default()))
            };
            web.ask(make, figures, now).await
        }
    };
    reply::conditional(result.unwrap_or_else(|refusal| refusal.reply(Form::Page)), headers)
}

async fn openapi(State(web): State<Arc<Web>>, headers: HeaderMap) -> Response {
    let now = (web.settings.clock)();
    let result =
        web.ask(|view| reply::document(&openapi::document(view.lexicon, view.configured)), Figures::Counted, now).await;
    reply::conditional(result.unwrap_or_else(|refusal| refusal.reply(Form::Json)), &headers)
}

async fn feed(State(web): State<Arc<Web>>, headers: HeaderMap) -> Response {
    let now = (web.settings.clock)();
    let host = guard::host(&headers).unwrap_or("localhost").to_owned();
    let result = web.ask(move |view| feed::atom(view, &host).map(reply::atom), Figures::Counted, now).await;
    reply::conditional(result.unwrap_or_else(|refusal| refusal.reply(Form::Page)), &headers)
}

/// What a page is made from: the store, what it was counted with, and the time.
struct View<'a> {
    reader: &'a crate::store::Reader,
    lexicon: &'a Lexicon,
    rules: &'a Rules,
    configured: &'a Configured,
    now: i64,
}

/// Whose judgement figures are given by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figures {
    /// The counter's alone.
    Counted,
    /// The counter's with the analysts' marks.
    Reviewed,
}

impl Web {
    /// What the configuration says now.
    fn configured(&self) -> Arc<Configured> {
        Arc::clone(&self.settings.configured.borrow())
    }

    /// Makes something from the store, on a thread that may wait for it.
    async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        make: impl FnOnce(&View<'_>) -> Result<T, Refusal> + Send + 'static,
        figures: Figures,
        now: i64,
    ) -> Result<T, Refusal> {
        let place = self.readers.place().await?;
        let web = Arc::clone(self);
        let running = tokio::task::spawn_blocking(move || {
            let _place = place;
            let configured = web.configured();
            web.readers.with(&configured, figures, |Lent { reader, lexicon, rules }| {
                make(&View { reader, lexicon, rules, configured: &configured, now })
            })
        });
        running.await.unwrap_or(Err(Refusal::Broken))
    }
}
