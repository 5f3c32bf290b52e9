//! The arguments of the commands that ask.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::shared::{Format, Judging, Measuring, Period, Reading};
use crate::domain::measure::{Measure, RatioOf};

/// What a series is of.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct SeriesOf {
    /// Entities of the lexicon: xi-jinping, putin, china, russia, …
    #[arg(required = true, value_name = "ENTITY")]
    pub entities: Vec<String>,
    /// Length of a period
    #[arg(long, value_enum, default_value = "month")]
    pub by: Period,
    /// mentions, articles, share, `per_1000`, headline, lead or ratio
    #[arg(long, default_value = "mentions")]
    pub measure: Measure,
    /// Measure the first text of each article, not the latest
    #[arg(long, conflicts_with = "as_of")]
    pub as_first_published: bool,
    /// Answer from what was held at this time: 2024-09-01T00:00:00Z, or the end of a day in Korea
    #[arg(long, value_name = "TIME")]
    pub as_of: Option<String>,
    /// Add the outlets of an edition up
    #[arg(long, value_enum, value_name = "WHAT")]
    pub sum: Option<Sum>,
    /// For --measure ratio: the entity below the line
    #[arg(long, value_name = "ENTITY")]
    pub over: Option<String>,
    /// For --measure ratio: compare mentions or articles
    #[arg(long, value_name = "WHAT", default_value = "mentions")]
    pub of: RatioOf,
    #[command(flatten)]
    pub measuring: Measuring,
    #[command(flatten)]
    pub judging: Judging,
}

/// What is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Sum {
    /// The outlets of each edition; editions never are
    Outlets,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SeriesArgs {
    #[command(flatten)]
    pub of: SeriesOf,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PlotArgs {
    #[command(flatten)]
    pub of: SeriesOf,
    #[command(flatten)]
    pub reading: Reading,
    /// Write a picture (.svg or .png) instead of drawing in the terminal
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// The picture's title
    #[arg(long)]
    pub title: Option<String>,
    /// Light letters on dark ground
    #[arg(long)]
    pub dark: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct IndicatorArgs {
    /// Its name [default: nkpro-2024]
    pub name: Option<String>,
    /// List all indicators
    #[arg(long)]
    pub all: bool,
    /// Also write what one would cite into this new or empty folder: figures, sentences, texts, captures, method
    #[arg(long, value_name = "DIR", conflicts_with = "all")]
    pub evidence: Option<PathBuf>,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub reading: Reading,
}

// Of `mentions` and `silence`.
#[derive(Debug, Args)]
pub(in crate::cli) struct EntitiesArgs {
    /// Entities of the lexicon
    #[arg(required = true, value_name = "ENTITY")]
    pub entities: Vec<String>,
    #[command(flatten)]
    pub measuring: Measuring,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct MessagesArgs {
    /// Persons, parties or governments; or countries, for all of theirs
    #[arg(long, required = true, value_name = "ENTITY", value_delimiter = ',')]
    pub with: Vec<String>,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CoverageArgs {
    /// Length of a period
    #[arg(long, value_enum, default_value = "month")]
    pub by: Period,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ChangesArgs {
    /// Say that the articles a source lost at once (its alarm `mass-removal`) are gone indeed; not beside a daemon
    #[arg(long, value_name = "SOURCE")]
    pub accept_gone: Option<String>,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SearchArgs {
    /// All these words; quoted as one argument also '"a phrase" -without begin*'
    #[arg(required = true, value_name = "WORD")]
    pub query: Vec<String>,
    /// How many articles at most
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// An article's name, the hash of one of its texts, or its address
    pub article: String,
    /// Print the bytes of its first kept raw capture instead
    #[arg(long)]
    pub raw: bool,
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SqlArgs {
    /// One SELECT on `v_article`, `v_mention`, `v_daily`, `v_coverage`, `v_poll`, `v_mark`
    pub statement: String,
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}
