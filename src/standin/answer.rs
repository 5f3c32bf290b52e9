//! One request answered: the page of its site, spoilt by what goes wrong at its address.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, header};
use sha2::{Digest, Sha256};

use super::fault::{Half, new_look};
use super::world::{Logged, World};
use super::{Fault, Site, archive, kcna, rodong};

/// A page before it is sent.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) body: String,
    pub(super) cookies: Vec<String>,
    pub(super) location: Option<String>,
    /// What the page's `ETag` is made of: forms hold a new token in every answer.
    pub(super) steady: Option<String>,
}

impl Page {
    pub(super) fn html(body: String) -> Self {
        Self { status: 200, body, cookies: Vec::new(), location: None, steady: None }
    }

    pub(super) fn to(location: String) -> Self {
        Self { status: 302, location: Some(location), ..Self::html(String::new()) }
    }

    pub(super) fn not_found() -> Self {
        Self { status: 404, ..Self::html("<html><body>404</body></html>".to_owned()) }
    }
}

/// One request, answered and logged.
pub(super) async fn answer(State((world, site)): State<(Arc<Mutex<World>>, Site)>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let form = axum::body::to_bytes(body, 1 << 20).await.unwrap_or_default();
    let lock = || world.lock().unwrap_or_else(PoisonError::into_inner);
    let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let (fault, at_a_time, at_ms) = {
        let mut world = lock();
        world.busy += 1;
        (world.fault(site, &path), world.busy, world.milliseconds())
    };
    if fault == Some(Fault::Silence) {
        // Whoever asked gives up; the request is dropped with its connection.
        lock().busy -= 1;
        std::future::pending::<()>().await;
    }
    let response = {
        let mut world = lock();
        respond(&mut world, site, &parts.method, &path, &parts.headers, &form, fault.as_ref())
    };
    let text =
        |name: header::HeaderName| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let mut world = lock();
    world.busy -= 1;
    if world.logging {
        world.log.push(Logged {
            at_ms,
            method: parts.method.to_string(),
            path,
            conditional: parts.headers.contains_key(header::IF_NONE_MATCH),
            status: response.status().as_u16(),
            at_a_time,
            agent: text(header::USER_AGENT),
        });
    }
    response
}

fn respond(
    world: &mut World,
    site: Site,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    form: &Bytes,
    fault: Option<&Fault>,
) -> Response<Body> {
    let plain = |status: u16, body: String| {
        Response::builder()
            .status(StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
            .header(header::CONTENT_TYPE, "text/html; charset=UTF-8")
            .body(Body::from(body))
            .unwrap_or_default()
    };
    match fault {
        Some(Fault::Status(status, after)) => {
            let mut response = plain(*status, format!("<html><body>{status}</body></html>"));
            if let Some(after) = after.as_deref().and_then(|a| a.parse().ok()) {
                response.headers_mut().insert(header::RETRY_AFTER, after);
            }
            return response;
        }
        Some(Fault::Page(page)) => return plain(200, page.clone()),
        Some(Fault::Redirect(to)) => {
            let mut response = plain(302, String::new());
            if let Ok(to) = to.parse() {
                response.headers_mut().insert(header::LOCATION, to);
            }
            return response;
        }
        Some(Fault::Endless(bytes)) => return plain(200, "x".repeat(*bytes)),
        Some(Fault::NotModified) if headers.contains_key(header::IF_NONE_MATCH) => return plain(304, String::new()),
        _ => {}
    }
    let page = match site {
        Site::Kcna => kcna::page(world, method, path, headers, form, fault),
        Site::Rodong => rodong::page(world, path, fault),
        Site::Archive => archive::page(world, path),
    };
    let page = match fault {
        Some(Fault::NewLook) => Page { body: new_look(&page.body), ..page },
        _ => page,
    };
    let tag = format!("\"{}\"", hex(page.steady.as_deref().unwrap_or(&page.body)));
    let matched = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()) == Some(tag.as_str());
    if matched && page.status == 200 {
        return plain(304, String::new());
    }
    let length = page.body.len();
    let mut response = plain(page.status, String::new());
    if let Ok(tag) = tag.parse() {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if let Some(location) = page.location.as_deref().and_then(|to| to.parse().ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    for cookie in &page.cookies {
        if let Ok(cookie) = cookie.parse() {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    if fault == Some(&Fault::CutOff) {
        // The length that was promised, half of it sent, and then an error: the connection ends.
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        let half = page.body.as_bytes()[..length / 2].to_vec();
        *response.body_mut() = Body::new(Half(Some(Bytes::from(half))));
    } else {
        *response.body_mut() = Body::from(page.body);
    }
    response
}

pub(super) fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
