//! A stand-in of kcna.kp and rodong.rep.kp on loopback: the true layouts, sessions, forms and quirks, with synthetic
//! articles. `demo` shows sinmun with it where there is no network, and the tests try every fault on it.

#![expect(clippy::format_push_string, clippy::format_collect, reason = "pages are put together; nothing is hot")]

mod answer;
pub mod archive;
mod fault;
mod kcna;
mod rodong;
pub mod stories;
mod world;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::TcpListener;

use crate::domain::stream::Edition;
use crate::extract::source::{self, Pace, Source};
use answer::{Page, answer, hex};
pub use fault::Fault;
pub use world::{KcnaLook, Logged, RodongEra, World};

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
