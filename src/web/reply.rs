//! Answers: pages, JSON, CSV, the feed, and refusals that say what to do.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::asked::Asked;
use super::endpoints::Endpoint;
use super::layout;
use crate::answer;
use crate::store::StoreError;

/// In which form something is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Page,
    Json,
    Csv,
}

/// Rows with what they answer: what a page shows, JSON and CSV hold.
#[expect(clippy::struct_field_names, reason = "the document's own name for them")]
pub(super) struct Rows {
    pub query: Value,
    pub method: String,
    pub columns: &'static [&'static str],
    pub rows: Vec<Map<String, Value>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

impl Rows {
    pub fn new<T: Serialize>(
        query: Value,
        method: &str,
        columns: &'static [&'static str],
        rows: &[T],
    ) -> Result<Self, Refusal> {
        let rows = rows.iter().map(answer::object).collect::<Result<_, _>>().map_err(|_| Refusal::Broken)?;
        Ok(Self { query, method: method.to_owned(), columns, rows, next: None })
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The question makes no sense.
    Asked(String),
    /// There is no such thing.
    Missing(String),
    /// Asked under a name that is not ours: which header, what it said.
    Foreign(&'static str, String),
    /// Too many ask at once.
    Busy,
    /// The store's.
    Store(StoreError),
    /// A fault of ours.
    Broken,
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Refusal {
    fn told(&self) -> (StatusCode, &'static str, String) {
        let (status, title, told) = match self {
            Self::Asked(told) | Self::Store(StoreError::Refused(told)) => {
                (StatusCode::BAD_REQUEST, "That cannot be asked", told.clone())
            }
            Self::Missing(told) => (StatusCode::NOT_FOUND, "There is no such page", told.clone()),
            Self::Foreign(header, said) => (
                StatusCode::FORBIDDEN,
                "Not under this name",
                format!(
                    "The request names '{said}' as its {header}. The dashboard answers to numbers, to localhost, and to the names in `hosts` of sinmun.toml."
                ),
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many questions at once",
                "Others are being answered, and this one has waited for ten seconds. Try again.".to_owned(),
            ),
            Self::Store(StoreError::TimedOut(seconds)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "The question takes too long",
                format!(
                    "It was stopped after {seconds} seconds, so that collecting is not held up. Ask for fewer days, or longer periods; or raise query_seconds in sinmun.toml."
                ),
            ),
            Self::Store(error @ (StoreError::Missing(_) | StoreError::Newer(_) | StoreError::Locked(_))) => {
                (StatusCode::SERVICE_UNAVAILABLE, "There is nothing to show yet", error.to_string())
            }
            Self::Store(error) if error.is_temporary() => {
                (StatusCode::SERVICE_UNAVAILABLE, "The store is busy", error.to_string())
            }
            Self::Store(error) => (StatusCode::INTERNAL_SERVER_ERROR, "The store cannot be read", error.to_string()),
            Self::Broken => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "This is a fault of sinmun's",
                "The page could not be made. The log says more; nothing was changed.".to_owned(),
            ),
        };
        (status, title, told)
    }

    /// The refusal in the form that was asked for.
    pub fn reply(self, form: Form) -> Response {
        let (status, title, told) = self.told();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            crate::telemetry::page_failed(&told);
        }
        match form {
            Form::Page => {
                let body = html! {
                    header class="head" { h1 { (title) } p class="lead" { (super::parts::text(&told)) } }
                    p { a href="/" { "To the overview" } }
                };
                page(&layout::shell(title, "", &body), status.as_u16())
            }
            Form::Json | Form::Csv => {
                let body = json!({"title": title, "status": status.as_u16(), "detail": told}).to_string();
                with("application/problem+json", body.into_bytes(), status)
            }
        }
    }
}

fn with(kind: &'static str, body: Vec<u8>, status: StatusCode) -> Response {
    let tag = (status == StatusCode::OK).then(|| tag(&body));
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Some(tag) = tag {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// The hash of what is sent: the same tag, the same bytes.
fn tag(body: &[u8]) -> HeaderValue {
    let hash = Sha256::digest(body);
    let text = hash[..12].iter().fold(String::from("\""), |tag, byte| format!("{tag}{byte:02x}")) + "\"";
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("\"\""))
}

/// A page.
pub(super) fn page(markup: &Markup, status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    with("text/html; charset=utf-8", markup.0.clone().into_bytes(), status)
}

/// A picture.
pub(super) fn picture(kind: &'static str, bytes: Vec<u8>) -> Response {
    with(kind, bytes, StatusCode::OK)
}

/// The feed.
pub(super) fn atom(text: String) -> Response {
    with("application/atom+xml; charset=utf-8", text.into_bytes(), StatusCode::OK)
}

/// One JSON document.
pub(super) fn document(document: &Value) -> Result<Response, Refusal> {
    let body = serde_json::to_vec(document).map_err(|_| Refusal::Broken)?;
    Ok(with("application/json", body, StatusCode::OK))
}

/// Rows as the command line's document, with where the next page begins.
pub(super) fn json(rows: &Rows, asked: &Asked) -> Result<Response, Refusal> {
    let mut body = answer::document(&rows.query, &rows.method, &rows.rows).map_err(|_| Refusal::Broken)?;
    body.insert("next".to_owned(), json!(rows.next));
    let mut response = document(&Value::Object(body))?;
    link(&mut response, rows, asked);
    Ok(response)
}

/// Rows as the command line's CSV; where the next page begins stands in the `Link` header.
pub(super) fn csv(endpoint: &Endpoint, rows: &Rows, asked: &Asked) -> Result<Response, Refusal> {
    let mut body = Vec::new();
    answer::csv(&mut body, rows.columns, &rows.rows).map_err(|_| Refusal::Broken)?;
    let mut response = with("text/csv; charset=utf-8", body, StatusCode::OK);
    let name = format!("inline; filename=\"sinmun-{}.csv\"", endpoint.name);
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    link(&mut response, rows, asked);
    Ok(response)
}

fn link(response: &mut Response, rows: &Rows, asked: &Asked) {
    let Some(next) = &rows.next else { return };
    if let Ok(value) = HeaderValue::from_str(&format!("<{}>; rel=\"next\"", asked.with("cursor", next))) {
        response.headers_mut().insert(header::LINK, value);
    }
}

/// "Not modified" for who has the same already.
pub(super) fn conditional(response: Response, headers: &HeaderMap) -> Response {
    let tag = response.headers().get(header::ETAG).cloned();
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(tag) = tag.filter(|tag| {
        tag.to_str().is_ok_and(|tag| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag))
    }) else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.insert(header::ETAG, tag);
    Response::from_parts(parts, Body::empty())
}

/// A path that leads nowhere.
pub(super) async fn nothing_there(request: Request) -> Response {
    let path = request.uri().path();
    let form = if path.starts_with("/api/") { Form::Json } else { Form::Page };
    Refusal::Missing(format!(
        "Nothing is at {path}. The menu leads to every page; /api/v1/openapi.json lists the data."
    ))
    .reply(form)
}
