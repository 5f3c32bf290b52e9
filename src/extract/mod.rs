//! PURE: bytes to list entries and article drafts, by the rules of a layout, with a judgement of what came.
//!
//! Like `domain`, this folder has no file, no network, no clock and no async in it: an answer goes in, a value comes
//! out. What changes with the sites is data (`config/sources/*.toml`, `config/refusals.toml`).

pub mod answer;
pub mod archive;
pub mod article;
pub mod charset;
pub mod feed;
pub mod html;
pub mod judge;
pub mod language;
pub mod list;
pub mod refusal;
pub mod robots;
pub mod rules;
pub mod source;
pub mod token;
