//! What the evaluation and its test share: texts, labels, the draw, and the score.
//!
//! ```text
//! data folder --> corpus --> sample (which sentences to read)
//!                    |
//! tests/gold --> gold --> score (what is right, wrong, missed) --> table
//! ```

pub mod corpus;
pub mod gold;
pub mod sample;
pub mod score;
mod split;
pub mod table;
