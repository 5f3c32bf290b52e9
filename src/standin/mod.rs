//! A stand-in of kcna.kp and rodong.rep.kp on loopback: the true layouts, sessions, forms and quirks, with synthetic
//! articles. `demo` shows sinmun with it where there is no network, and the tests try every fault on it.

#![expect(clippy::format_push_string, clippy::format_collect, reason = "pages are put together; nothing is hot")]

pub mod archive;
mod fault;
mod kcna;
mod rodong;
pub mod stories;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, header};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use crate::domain::day::Day;
use crate::domain::stream::Edition;
use crate::extract::source::{self, Pace, Source};
pub use fault::Fault;
use fault::{Half, new_look};
use stories::Story;

/// How KCNA looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KcnaLook {
    /// Until 2026.
    Q,
    /// Since then.
    Detail,
}

/// How Rodong Sinmun looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RodongEra {
    /// Until November 2022.
    A,
    /// Until 2025.
    B,
    /// Since then.
    C,
}

/// A request as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Milliseconds since the stand-in began.
    pub at_ms: u64,
    /// `GET` or `POST`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Whether the request had conditions.
    pub conditional: bool,
    /// The status it was answered with.
    pub status: u16,
    /// Requests being answered when it came, itself among them.
    pub at_a_time: usize,
    /// `User-Agent`.
    pub agent: String,
}

/// Everything that is to be seen at the stand-in.
#[derive(Debug)]
pub struct World {
    /// KCNA's articles, oldest first.
    pub kcna: Vec<Story>,
    /// Rodong Sinmun's.
    pub rodong: Vec<Story>,
    /// How KCNA looks.
    pub kcna_look: KcnaLook,
    /// How Rodong Sinmun looks.
    pub rodong_era: RodongEra,
    /// Articles after this day are not published yet.
    pub today: Day,
    /// What goes wrong at addresses that contain the key; the empty key is all of them.
    pub faults: BTreeMap<String, Fault>,
    /// Articles that were removed, by id.
    pub removed: Vec<String>,
    /// What was asked.
    pub log: Vec<Logged>,
    /// Whether requests are logged at all.
    pub logging: bool,
    /// What the archive has.
    captures: archive::Captures,
    /// What goes wrong at every so-manieth request to the archive; it can be mended by removing it.
    pub archive_faults: Vec<(u64, Fault)>,
    /// Requests to the archive so far.
    pub archive_requests: u64,
    /// What the log's times are told by instead of the machine, in milliseconds.
    pub clock: Option<Arc<AtomicU64>>,
    sessions: BTreeMap<String, kcna::Session>,
    busy: usize,
    begun: std::time::Instant,
}

impl World {
    /// A world of `days` days before and with `today`.
    pub fn new(today: Day, days: i32, per_day: u32, seed: u64) -> Self {
        let first = today.plus(1 - days);
        Self {
            kcna: stories::stories(first, today, per_day, seed),
            rodong: stories::stories(first, today, per_day, seed ^ 0x5eed),
            kcna_look: KcnaLook::Detail,
            rodong_era: RodongEra::C,
            today,
            faults: BTreeMap::new(),
            removed: Vec::new(),
            log: Vec::new(),
            logging: true,
            captures: BTreeMap::new(),
            archive_faults: Vec::new(),
            archive_requests: 0,
            clock: None,
            sessions: BTreeMap::new(),
            busy: 0,
            begun: std::time::Instant::now(),
        }
    }

    fn visible<'a>(&'a self, stories: &'a [Story]) -> impl DoubleEndedIterator<Item = &'a Story> {
        stories.iter().filter(|s| s.day <= self.today && !self.removed.contains(&s.id))
    }

    fn fault(&mut self, site: Site, path: &str) -> Option<Fault> {
        if site == Site::Archive {
            self.archive_requests += 1;
            let number = self.archive_requests;
            if let Some((_, fault)) = self.archive_faults.iter().find(|(every, _)| number.is_multiple_of(*every)) {
                return Some(fault.clone());
            }
        }
        self.faults.iter().find(|(part, _)| path.contains(part.as_str())).map(|(_, fault)| fault.clone())
    }

    fn milliseconds(&self) -> u64 {
        match &self.clock {
            Some(clock) => clock.load(Ordering::SeqCst),
            None => u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(0),
        }
    }
}

/// A stand-in that is being served. It ends when this is dropped.
#[derive(Debug)]
pub struct Standin {
    /// KCNA's base address.
    pub kcna: String,
    /// Rodong Sinmun's.
    pub rodong: String,
    /// That of an archive of both.
    pub archive: String,
    world: Arc<Mutex<World>>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Site {
    Kcna,
    Rodong,
    Archive,
}

impl Standin {
    /// Serves a world on three free ports of the loopback interface.
    ///
    /// # Errors
    /// If no port is to be had.
    pub async fn serve(world: World) -> std::io::Result<Self> {
        let world = Arc::new(Mutex::new(world));
        let mut tasks = Vec::new();
        let mut addresses = Vec::new();
        for site in [Site::Kcna, Site::Rodong, Site::Archive] {
            let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
            addresses.push(format!("http://{}", listener.local_addr()?));
            tasks.push(serve(listener, &world, site));
        }
        let [kcna, rodong, archive] = <[String; 3]>::try_from(addresses).unwrap_or_default();
        Ok(Self { kcna, rodong, archive, world, tasks })
    }

    /// Lets the archive refuse all connections.
    pub async fn stop_archive(&mut self) {
        if let Some(task) = self.tasks.pop() {
            task.abort();
            // Its port is closed once it has ended.
            let _ = task.await;
        }
    }

    /// Lets it answer again, where it was.
    ///
    /// # Errors
    /// If its port was taken meanwhile.
    pub async fn start_archive(&mut self) -> std::io::Result<()> {
        let listener = TcpListener::bind(self.archive.trim_start_matches("http://")).await?;
        self.tasks.push(serve(listener, &self.world, Site::Archive));
        Ok(())
    }

    /// A source file with the true sites' and archive's addresses replaced by the stand-in's.
    pub fn pointed_at(&self, toml: &str) -> String {
        let host = |address: &str| address.trim_start_matches("http://").to_owned();
        toml.replace("http://www.kcna.kp", &self.kcna)
            .replace("http://www.rodong.rep.kp", &self.rodong)
            .replace("\"kcna.kp/", &format!("\"{}/", host(&self.kcna)))
            .replace("\"rodong.rep.kp/", &format!("\"{}/", host(&self.rodong)))
            .replace("https://web.archive.org", &self.archive)
    }

    /// The built-in sources, pointed at the stand-in: their own layouts, another pace, and some of their editions.
    pub fn sources(&self, pace: Pace, editions: &[Edition]) -> Vec<Source> {
        let mut all = Vec::new();
        for (_, toml) in source::DEFAULT {
            all.extend(source::parse(&self.pointed_at(toml)).unwrap_or_default());
        }
        all.retain(|source| editions.contains(&source.stream.edition));
        for source in &mut all {
            source.pace = pace;
            source.allow_private = true;
        }
        all
    }

    /// The world, to look at or to change.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn serve(listener: TcpListener, world: &Arc<Mutex<World>>, site: Site) -> tokio::task::JoinHandle<()> {
    let router = Router::new().fallback(answer).with_state((Arc::clone(world), site));
    tokio::spawn(async move {
        let _ = axum::serve(listener, router).await;
    })
}

impl Drop for Standin {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// A page before it is sent.
struct Page {
    status: u16,
    body: String,
    cookies: Vec<String>,
    location: Option<String>,
    /// What the page's `ETag` is made of: forms hold a new token in every answer.
    steady: Option<String>,
}

impl Page {
    fn html(body: String) -> Self {
        Self { status: 200, body, cookies: Vec::new(), location: None, steady: None }
    }

    fn to(location: String) -> Self {
        Self { status: 302, location: Some(location), ..Self::html(String::new()) }
    }

    fn not_found() -> Self {
        Self { status: 404, ..Self::html("<html><body>404</body></html>".to_owned()) }
    }
}

/// One request, answered and logged.
async fn answer(State((world, site)): State<(Arc<Mutex<World>>, Site)>, request: Request) -> Response<Body> {
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

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// The edition of a site's path.
fn edition_of(path: &str) -> Option<Edition> {
    Some(match path {
        "en" => Edition::En,
        "kp" | "ko" => Edition::Ko,
        "cn" => Edition::Zh,
        "ru" => Edition::Ru,
        "es" => Edition::Es,
        "jp" => Edition::Ja,
        _ => return None,
    })
}

/// Text as it stands in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
