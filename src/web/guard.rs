//! What every request must be and every answer says: asked under a name of ours, and harmless in a browser.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Web;
use super::reply::{Form, Refusal};

/// Nothing but our own files, no script or style in a page, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Where a link leads is not told whence.
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Refuses what is asked under a foreign name, and puts the headers on every answer.
pub(super) async fn guard(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let named = host(headers).or_else(|| request.uri().authority().map(axum::http::uri::Authority::as_str));
    let form = if request.uri().path().starts_with("/api/") { Form::Json } else { Form::Page };
    let configured = web.configured();
    let hosts = &configured.hosts;
    let mut response = if !named.is_some_and(|host| is_ours(host, hosts)) {
        Refusal::Foreign("Host", named.unwrap_or_default().to_owned()).reply(form)
    } else if let Some(origin) = foreign_origin(headers, hosts) {
        Refusal::Foreign("Origin", origin).reply(form)
    } else {
        next.run(request).await
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The `Host` header.
pub(super) fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST).and_then(|value| value.to_str().ok())
}

/// Whether a host is one of ours. A foreign page can make a browser ask here by a name that it points at this
/// machine (DNS rebinding), but then the browser says that name: numbers and `localhost` cannot be pointed anywhere.
fn is_ours(host: &str, hosts: &[String]) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || hosts.iter().any(|own| own.eq_ignore_ascii_case(name))
}

/// An `Origin` that is not ours. `null` is a page without an origin: a file, or one in a sandbox.
fn foreign_origin(headers: &HeaderMap, hosts: &[String]) -> Option<String> {
    let origin = headers.get(header::ORIGIN)?.to_str().unwrap_or("?");
    let host = origin.split_once("://").map(|(_, host)| host);
    (!host.is_some_and(|host| is_ours(host, hosts))).then(|| origin.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_anybody_can_point_here_are_foreign() {
        let own = ["stats.example.org".to_owned()];
        for host in ["localhost:8417", "127.0.0.1:8417", "[::1]:8417", "10.0.0.7", "LOCALHOST", "stats.example.org:80"]
        {
            assert!(is_ours(host, &own), "{host}");
        }
        for host in ["rebound.example", "rebound.example:8417", "127.0.0.1.example", "", "localhost.example", "::"] {
            assert!(!is_ours(host, &own), "{host}");
        }
    }
}
