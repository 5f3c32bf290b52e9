//! The only door to the network: politeness, limits, the guard against private addresses, sessions.
//!
//! What is fetched comes back as an [`Answer`] whatever its status, or as a [`Fault`] with the outcome's name; what
//! an answer is worth is judged elsewhere (`extract::judge`).

pub mod gate;
pub mod guard;

use std::error::Error as _;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::{self, HeaderValue};
use reqwest::redirect::Policy;
use url::{Host, Url};

use crate::domain::outcome::Outcome;
use crate::extract::answer::Answer;
use crate::extract::source::Pace;
use gate::{Gap, Gates, Place, Progress};
use guard::{Guard, NoResolver, NotPublic, is_public};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Fault {
    /// By its name.
    pub outcome: Outcome,
    /// For a person.
    pub why: String,
}

impl Fault {
    fn new(outcome: Outcome, why: impl Into<String>) -> Self {
        Self { outcome, why: why.into() }
    }
}

/// What to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The address.
    pub url: String,
    /// Fields of a form, for a POST.
    pub form: Option<Vec<(String, String)>>,
    /// `If-None-Match`.
    pub etag: Option<String>,
    /// `If-Modified-Since`.
    pub modified: Option<String>,
}

impl Request {
    /// An unconditional GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }
}

/// How a source is fetched from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `User-Agent`: the project and whom to write to.
    pub user_agent: String,
    /// Times and limits.
    pub pace: Pace,
    /// The proxy's address, if one is used.
    pub proxy: Option<String>,
    /// Whether private addresses may be connected to.
    pub allow_private: bool,
}

/// Hops that are followed on one host.
const HOPS: usize = 5;

/// One source's way to the network, with its cookies: the language of KCNA's answers follows the session.
#[derive(Debug)]
pub struct Session {
    client: reqwest::Client,
    cookies: Arc<Cookies>,
    gates: Arc<Gates>,
    settings: Settings,
    /// How far its requests, and what is made of their answers, have come.
    pub progress: Progress,
}

impl Session {
    /// Makes a session; `gates` are shared by all sources.
    ///
    /// # Errors
    /// If the proxy's address is none.
    pub fn new(settings: Settings, gates: Arc<Gates>) -> Result<Self, Fault> {
        // The first call in a process decides; a later one finds it decided.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let cookies = Arc::new(Cookies::default());
        let pace = settings.pace;
        let mut proxy_host = None;
        let mut builder = reqwest::Client::builder()
            .user_agent(&settings.user_agent)
            .http1_only()
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(Duration::from_secs(pace.connect_seconds))
            .read_timeout(Duration::from_secs(pace.idle_seconds))
            .timeout(Duration::from_secs(pace.total_seconds))
            .gzip(pace.gzip)
            .cookie_provider(Arc::clone(&cookies))
            // The server drops connections it has kept; a new one costs less than a poll that fails.
            .pool_max_idle_per_host(if pace.gap_ms == 0 { 3 } else { 0 });
        if let Some(address) = &settings.proxy {
            // The address may hold a password: it is not repeated in the message.
            let bad = || {
                Fault::new(Outcome::Proxy, "the proxy's address cannot be read; it begins with http:// or socks5://")
            };
            proxy_host = Url::parse(address).map_err(|_| bad())?.host_str().map(str::to_owned);
            builder = builder.proxy(reqwest::Proxy::all(address).map_err(|_| bad())?);
        }
        let guard = Guard { allow_private: settings.allow_private, proxy: proxy_host };
        let client = builder.dns_resolver(guard).build().map_err(|error| {
            let why = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            Fault::new(Outcome::Protocol, format!("no HTTP client: {why}; are the system's certificates there?"))
        })?;
        Ok(Self { client, cookies, gates, settings, progress: Progress::default() })
    }

    /// How it fetches.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Forgets the cookies: the next request begins a new session.
    pub fn renew(&self) {
        self.cookies.clear();
    }

    /// Asks, at the host's gate, and follows redirects that stay on the host. `seed` decides the gap.
    ///
    /// # Errors
    /// [`Fault`] if no whole answer came.
    pub async fn fetch(&self, request: &Request, seed: u64) -> Result<Answer, Fault> {
        let mut url = self.checked(&request.url)?;
        let mut form = request.form.as_deref();
        let mut visited = Vec::new();
        for hop in 0..=HOPS {
            let (response, place) = self.once(&url, form, request, hop == 0, seed.wrapping_add(hop as u64)).await?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                let answer = self.read(url, response).await;
                // The place is held until the body is read: a page of 16 MB is a request all that time.
                drop(place);
                return answer;
            }
            let told = response.headers().get(header::LOCATION).and_then(|l| l.to_str().ok()).unwrap_or("").to_owned();
            let next = url
                .join(&told)
                .map_err(|_| Fault::new(Outcome::Redirected, format!("a redirect to '{told}', which is no address")))?;
            let next = self.checked(next.as_str())?;
            if bare(next.host_str()) != bare(url.host_str()) {
                // A block page, or somebody's: never content, and the configured address stays what it is.
                return Err(Fault::new(Outcome::Redirected, format!("a redirect to another host: {next}")));
            }
            if matches!(response.status().as_u16(), 301..=303) {
                form = None;
            }
            visited.push(url);
            if visited.contains(&next) && form.is_none() {
                return Err(Fault::new(Outcome::Redirected, format!("a redirect in a circle at {next}")));
            }
            url = next;
        }
        Err(Fault::new(Outcome::Redirected, format!("more than {HOPS} redirects from {}", request.url)))
    }

    /// An address that may be asked at all. A host that is written as a number never comes by the resolver.
    fn checked(&self, url: &str) -> Result<Url, Fault> {
        let url = Url::parse(url)
            .map_err(|error| Fault::new(Outcome::Forbidden, format!("'{url}' is no address: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Fault::new(Outcome::Forbidden, format!("{}: only http and https are fetched", url.scheme())));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(v4)) => Some(v4.into()),
            Some(Host::Ipv6(v6)) => Some(v6.into()),
            Some(Host::Domain(_)) => None,
            None => return Err(Fault::new(Outcome::Forbidden, "an address without a host")),
        };
        match literal {
            Some(address) if !self.settings.allow_private && !is_public(address) => {
                Err(Fault::new(Outcome::Forbidden, NotPublic(address.to_string()).to_string()))
            }
            _ => Ok(url),
        }
    }

    async fn once(
        &self,
        url: &Url,
        form: Option<&[(String, String)]>,
        request: &Request,
        first: bool,
        seed: u64,
    ) -> Result<(reqwest::Response, Place), Fault> {
        let pace = self.settings.pace;
        let gap = Gap { ms: pace.gap_ms, spread_ms: pace.gap_spread_ms, parallel: pace.parallel };
        let admitted = self.gates.enter(url.authority(), gap, seed, &self.progress).await;
        let mut outgoing = match form {
            Some(fields) => {
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                self.client
                    .post(url.clone())
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(body)
            }
            None => self.client.get(url.clone()),
        };
        if first {
            let conditions = [(header::IF_NONE_MATCH, &request.etag), (header::IF_MODIFIED_SINCE, &request.modified)];
            for (name, value) in conditions {
                if let Some(value) = value.as_deref().and_then(|v| HeaderValue::from_str(v).ok()) {
                    outgoing = outgoing.header(name, value);
                }
            }
        }
        let response = outgoing.send().await.map_err(|error| self.fault(&error))?;
        Ok((response, admitted))
    }

    /// Reads a body up to its limit.
    async fn read(&self, url: Url, mut response: reqwest::Response) -> Result<Answer, Fault> {
        let most = usize::try_from(self.settings.pace.max_megabytes << 20).unwrap_or(usize::MAX);
        let status = response.status().as_u16();
        let told = |name: header::HeaderName| -> Option<String> {
            response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned)
        };
        let mut answer = Answer {
            url: url.to_string(),
            status,
            content_type: told(header::CONTENT_TYPE).unwrap_or_default(),
            etag: told(header::ETAG),
            modified: told(header::LAST_MODIFIED),
            retry_after: told(header::RETRY_AFTER),
            body: Vec::new(),
        };
        while let Some(chunk) = response.chunk().await.map_err(|error| self.fault(&error))? {
            if answer.body.len() + chunk.len() > most {
                let why = format!("more than {} MB; reading stopped there", self.settings.pace.max_megabytes);
                return Err(Fault::new(Outcome::TooLarge, why));
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }

    /// The name of an error of the library's.
    fn fault(&self, error: &reqwest::Error) -> Fault {
        let mut ours = false;
        let mut all = error.to_string();
        let mut innermost = all.clone();
        let mut cause = error.source();
        while let Some(inner) = cause {
            if let Some(guard) = inner.downcast_ref::<NotPublic>() {
                return Fault::new(Outcome::Forbidden, guard.to_string());
            }
            ours |= inner.is::<NoResolver>();
            if let Some(io) = inner.downcast_ref::<std::io::Error>() {
                ours |= matches!(io.kind(), std::io::ErrorKind::NetworkUnreachable | std::io::ErrorKind::NetworkDown);
            }
            innermost = inner.to_string();
            all = format!("{all}: {innermost}");
            cause = inner.source();
        }
        let (outcome, told) = if ours {
            (Outcome::Offline, "our own network is away")
        } else if self.settings.proxy.is_some() && error.is_connect() {
            (Outcome::Proxy, "no connection by the proxy")
        } else if error.is_timeout() {
            (Outcome::TimedOut, "no answer in time")
        } else if error.is_connect() {
            (Outcome::Unreachable, "no connection")
        } else if ["incomplete", "before message completed", "reset"].iter().any(|part| all.contains(part))
            || ((error.is_body() || error.is_decode()) && !all.contains("invalid"))
        {
            (Outcome::CutOff, "the answer broke off")
        } else {
            (Outcome::Protocol, "the answer is not HTTP")
        };
        // The library's own sentence repeats the address; the innermost cause is what happened.
        Fault::new(outcome, format!("{told}: {innermost}"))
    }
}

/// A host without its `www.`: the two are one site.
fn bare(host: Option<&str>) -> &str {
    let host = host.unwrap_or("");
    host.strip_prefix("www.").unwrap_or(host)
}

/// A jar that can be emptied.
#[derive(Debug, Default)]
struct Cookies(RwLock<Arc<Jar>>);

impl Cookies {
    fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::default();
    }

    fn jar(&self) -> Arc<Jar> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl CookieStore for Cookies {
    fn set_cookies(&self, headers: &mut dyn Iterator<Item = &HeaderValue>, url: &Url) {
        self.jar().set_cookies(headers, url);
    }

    fn cookies(&self, url: &Url) -> Option<HeaderValue> {
        self.jar().cookies(url)
    }
}
