//! The pure core: what is measured and how. Values in, values out.
//!
//! The rule of this folder: no file, no network, no database, no clock, no thread, no async. Time comes in as
//! an argument, and everything can be tested by calling it. `tests/it/layering.rs` keeps the rule.

pub mod address;
pub mod alarm;
pub mod article;
pub mod bigram;
mod bytes;
pub mod count;
pub mod coverage;
pub mod day;
pub mod frame;
pub mod identity;
pub mod indicator;
pub mod lexicon;
pub mod matcher;
pub mod measure;
pub mod message;
pub mod method;
mod office;
pub mod outcome;
pub mod period;
pub mod repair;
pub mod reprint;
pub mod review;
pub mod schedule;
pub mod section;
pub mod sentence;
pub mod series;
mod sharing;
pub mod shingle;
pub mod silence;
pub mod stamp;
pub mod stream;
mod surname;
pub mod text;
pub mod verdict;
pub mod wilson;
