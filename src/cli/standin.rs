//! `demo --stand-in DIR`: the stand-in of both sites by itself, for a daemon that is tried out beside it.

use std::path::Path;

use super::Session;
use super::args::DemoArgs;
use super::collect::runtime;
use super::failure::Failure;
use crate::extract::source::{DEFAULT, Pace};
use crate::standin::{Standin, World};

/// A pace that only a site on the same machine can be asked at.
const PACE: Pace = Pace {
    every_seconds: 5,
    spread_percent: 0,
    gap_ms: 0,
    gap_spread_ms: 0,
    parallel: 3,
    connect_seconds: 2,
    idle_seconds: 2,
    total_seconds: 5,
    max_megabytes: 32,
    gzip: true,
    pages: 1000,
    portion: 8,
};
/// Days that the stand-in has published on; the last one is over.
const DAYS: i32 = 30;

pub fn serve(session: &Session<'_>, args: &DemoArgs, folder: &Path) -> Result<u8, Failure> {
    let yesterday = session.today().plus(-1);
    let mut world = World::new(yesterday, DAYS, args.per_day, 2024);
    world.logging = false;
    let articles = world.kcna.len() + world.rodong.len();
    runtime()?.block_on(async {
        let standin =
            Standin::serve(world).await.map_err(|error| Failure::Failed(format!("no port on loopback: {error}")))?;
        write(folder, &standin)?;
        session.note(&format!(
            "{articles} synthetic articles are served at {} and {}; {} collects from there",
            standin.kcna,
            standin.rodong,
            folder.join("sinmun.toml").display()
        ));
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        Ok(0)
    })
}

/// Writes the built-in sources, pointed at the stand-in and in English, and a configuration that names them.
fn write(folder: &Path, standin: &Standin) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::Io(format!("cannot write to {}: {error}", folder.display()));
    let sources = folder.join("sources");
    std::fs::create_dir_all(&sources).map_err(cannot)?;
    for (name, text) in DEFAULT {
        let text = standin.pointed_at(text);
        let mut file: toml::Table = text.parse().map_err(|error| Failure::Failed(format!("{name}: {error}")))?;
        let pace = toml::Value::try_from(PACE).map_err(|error| Failure::Failed(format!("{name}: {error}")))?;
        file.insert("allow_private".to_owned(), true.into());
        file.insert("pace".to_owned(), pace);
        std::fs::write(sources.join(name), file.to_string()).map_err(cannot)?;
    }
    let config = "# Collects from the stand-in alone; nothing that it has was ever published.\n\
                  contact = \"a demonstration\"\nsources = \"sources\"\ncollect = [\"kcna-en\", \"rodong-en\"]\n";
    std::fs::write(folder.join("sinmun.toml"), config).map_err(cannot)
}
