//! The arguments of the commands that fill the store, from the sites or from files, and read it again.

use std::path::PathBuf;

use clap::Args;

use super::shared::{Format, Logging, Reading};
use crate::domain::period::{Moment, Span};
use crate::domain::stream::{Edition, Outlet};

#[derive(Debug, Args)]
pub(in crate::cli) struct RunArgs {
    /// Where the dashboard listens, or `off` [default: `listen` in sinmun.toml, 127.0.0.1:8417]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    #[command(flatten)]
    pub logging: Logging,
    /// Never end a poll of this source: to see what becomes of a daemon that hangs
    #[arg(long, hide = true, value_name = "SOURCE")]
    pub hang: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct PollArgs {
    #[command(flatten)]
    pub logging: Logging,
    /// Sources by name, as `status` shows them [default: all that are configured]
    pub source: Vec<String>,
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct BackfillArgs {
    /// The source, as `status` and `poll` name it: kcna-en, rodong-ko, …
    pub source: String,
    /// First day, month or year: 2022, 2022-11 or 2022-11-02
    #[arg(long, value_name = "WHEN")]
    pub from: Moment,
    /// Last day, month or year, included
    #[arg(long, value_name = "WHEN")]
    pub to: Moment,
    /// Only these archives of the source's file, as in lists,wayback [default: all, in their order]
    #[arg(long, value_name = "ARCHIVE", value_delimiter = ',')]
    pub archive: Vec<String>,
    /// Poll all sources meanwhile when they are due, as the daemon does, which cannot run beside it
    #[arg(long)]
    pub poll: bool,
    /// Try again what no capture could be read of, after layouts were mended
    #[arg(long)]
    pub retry: bool,
    /// How to print the report
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DemoArgs {
    /// Keep the store in this folder
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Only serve the stand-in until told to stop; write a configuration that collects from it into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "keep")]
    pub stand_in: Option<PathBuf>,
    /// Articles of each site on each day
    #[arg(long, value_name = "NUMBER", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub per_day: u32,
    /// Then show all of it in a browser, at this address, until told to stop
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:8417")]
    pub serve: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    /// JSON, JSON lines, CSV or WARC, each also .gz or .zst; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// The outlet the files are of: kcna, rodong, …
    #[arg(long)]
    pub outlet: Outlet,
    /// The edition of rows that do not name their own language
    #[arg(long)]
    pub edition: Edition,
    /// How a column is named, as in title=headline (title, body, date, url, section, language, captured)
    #[arg(long, value_name = "ROLE=COLUMN")]
    pub field: Vec<String>,
    /// Declare that the files hold all there was on these days: your own claim, recorded and shown
    #[arg(long, value_name = "FROM..TO")]
    pub complete: Option<Span>,
    /// Write refused rows with line and reason to this file, as JSON lines
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Stop at the first refused row
    #[arg(long)]
    pub strict: bool,
    /// Leave the full-text index for later
    #[arg(long)]
    pub no_search: bool,
    /// How to print the report
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    /// The file to write; packed, a record at a time, if its name ends in .gz
    #[arg(long, value_name = "FILE")]
    pub warc: PathBuf,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RecountArgs {
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to print the changes
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RereadArgs {
    /// Only say what would be read
    #[arg(long)]
    pub dry_run: bool,
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}
