//! sinmun collects North Korea's state media and counts who is mentioned, with the evidence.
//!
//! ```text
//!  archive files --> archive --+
//!                              |                                     +--> cli   (table, CSV, JSON, chart)
//!                              +--> ingest --> store --> store::query +
//!                              |      |          |                   +--> web   (to come)
//!  live sites -----> fetch ----+      |       search index
//!   (to come)                         v
//!                          domain: normalise, match, count,
//!                          identity, days, series, verdicts
//! ```
//!
//! Data flows one way and so do imports: `domain` knows nobody; `archive`, `chart` and `store` know at most
//! `domain` and never each other; `ingest` joins them; `cli` is on top. `tests/it/layering.rs` keeps it so.

pub mod archive;
pub mod chart;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod domain;
pub mod extract;
pub mod fetch;
pub mod ingest;
pub mod standin;
pub mod store;
pub mod telemetry;
