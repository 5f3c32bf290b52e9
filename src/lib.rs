//! sinmun collects North Korea's state media and counts who is mentioned, with the evidence.
//!
//! ```text
//!  archive files --> archive ----------------+
//!  web archives <--> warc --> extract --------+                           +--> cli   (table, CSV, JSON, chart)
//!                                            +--> ingest --> store --> store::query
//!                                            |      |          |          +--> web   (pages, JSON, CSV, feed)
//!  live sites --> fetch --> extract (judge) -+      |    search index
//!  and archives     ^                               v
//!      ^            |                  domain: normalise, match, count, identity,
//!      |         daemon: polls,        days, series, verdicts, schedule, alarms
//!  standin       queue, lifecycle,
//!  (loopback)    backfill
//! ```
//!
//! Data flows one way and so do imports: `domain` and `warc` know nobody; `extract`, `archive`, `chart` and `store` know
//! at most `domain` and never each other; `ingest` and `daemon` join them; `web` reads the store, `cli` is on top.
//! `tests/it/layering.rs` keeps it so. What both `cli` and `web` give out, they give by `answer` (rows) and `plot`
//! (charts).

pub mod answer;
pub mod archive;
pub mod chart;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod domain;
pub mod extract;
pub mod fetch;
pub mod ingest;
pub mod plot;
pub mod standin;
pub mod store;
pub mod telemetry;
pub mod warc;
pub mod web;
