//! The command line as clap sees it: the one tree that help, man pages and completions are made from.

mod review;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(super) use review::{AddArgs, ExportMarksArgs, ImportMarksArgs, ListArgs, Review, ReviewArgs};

use crate::domain::count::Form;
use crate::domain::measure::{Measure, RatioOf};
use crate::domain::period::{By, Moment, Span};
use crate::domain::stream::{Edition, Outlet};

/// Counts who North Korea's state media mention, and keeps the evidence.
#[derive(Debug, Parser)]
#[command(name = "sinmun", version, max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of the store [default: $`STATE_DIRECTORY`, else $`XDG_DATA_HOME/sinmun`, else ~/.local/share/sinmun]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Say more about what is done
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say nothing but results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Collect from all sources until told to stop: the daemon
    Run(RunArgs),
    /// Ask sources once, now
    Poll(PollArgs),
    /// Fill the past of a source from its archives: its own lists, the Wayback Machine
    Backfill(BackfillArgs),
    /// Everything to be seen without a network: a stand-in of both sites, collected from and counted
    Demo(DemoArgs),
    /// How each source stands: last success, failures, alarms, next poll
    Status(StatusArgs),
    /// What was edited or removed after it was first read
    Changes(ChangesArgs),
    /// Read the kept pages again, after layouts changed
    Reread(RereadArgs),
    /// Read archive files of articles into the store
    Import(ImportArgs),
    /// Write the captured pages as a web archive (WARC)
    Export(ExportArgs),
    /// Count the stored texts again, after the lexicon or the rules changed
    Recount(RecountArgs),
    /// Mentions over time, with their denominators and coverage
    Series(SeriesArgs),
    /// A published indicator beside our own figures, with a verdict
    Indicator(IndicatorArgs),
    /// Every mention with its sentence
    Mentions(MentionsArgs),
    /// Messages between leaders: who wrote to whom, when, why, and what answers what
    Messages(MessagesArgs),
    /// Since when somebody has not been mentioned, and how unusual that is
    Silence(SilenceArgs),
    /// An analyst's judgement on what was counted: mentions and messages that are false, missed or merged
    Review(ReviewArgs),
    /// What was seen: days by state, articles held
    Coverage(CoverageArgs),
    /// Full text search, also inside Korean words
    Search(SearchArgs),
    /// One article: text, mentions, revisions, appearances
    Show(ShowArgs),
    /// A series as a chart: in the terminal, SVG or PNG
    Plot(PlotArgs),
    /// Read-only SQL on the documented views
    Sql(SqlArgs),
    /// Show the store in a browser, without collecting
    Serve(ServeArgs),
    /// Copy the store into one file, while it is written to, and check the copy
    Backup(BackupArgs),
    /// Make the store of a backup, where there is none
    Restore(RestoreArgs),
    /// Check configuration, lexicon, indicators and store
    Check(CheckArgs),
    /// Print the effective configuration
    Config(ConfigArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them
    Man(ManArgs),
}

/// How a read command answers, and about which part of the store.
#[derive(Debug, Clone, Args)]
pub(super) struct Reading {
    /// How to print [default: table on a terminal, csv otherwise]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// First day, month or year: 2024-08-31, 2024-08 or 2024
    #[arg(long, value_name = "WHEN")]
    pub from: Option<Moment>,
    /// Last day, month or year, included
    #[arg(long, value_name = "WHEN")]
    pub to: Option<Moment>,
    /// Only these outlets
    #[arg(long, value_name = "OUTLET", value_delimiter = ',')]
    pub outlet: Vec<Outlet>,
    /// Only these editions: en, ko, zh, ru, es, ja
    #[arg(long, value_name = "EDITION", value_delimiter = ',')]
    pub edition: Vec<Edition>,
}

/// How output is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// For spreadsheets
    Csv,
    /// For programs: one document of query, method and rows
    Json,
}

/// Which texts are measured.
#[derive(Debug, Clone, Args)]
pub(super) struct Measuring {
    /// Only these forms of mention: name, office, embedded [default: name,office]
    #[arg(long, value_name = "FORM", value_delimiter = ',')]
    pub form: Vec<Form>,
    /// Leave reprints out
    #[arg(long)]
    pub no_reprints: bool,
}

/// Whose judgement a figure is given by.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Judging {
    /// Give figures with the analysts' marks (see `sinmun review`)
    #[arg(long)]
    pub reviewed: bool,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
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
pub(super) struct BackfillArgs {
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
pub(super) struct ExportArgs {
    /// The file to write; packed, a record at a time, if its name ends in .gz
    #[arg(long, value_name = "FILE")]
    pub warc: PathBuf,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct RecountArgs {
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to print the changes
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// What a series is of.
#[derive(Debug, Clone, Args)]
pub(super) struct SeriesOf {
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

/// Length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Period {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl From<Period> for By {
    fn from(period: Period) -> Self {
        match period {
            Period::Day => Self::Day,
            Period::Week => Self::Week,
            Period::Month => Self::Month,
            Period::Quarter => Self::Quarter,
            Period::Year => Self::Year,
        }
    }
}

/// What is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Sum {
    /// The outlets of each edition; editions never are
    Outlets,
}

#[derive(Debug, Args)]
pub(super) struct SeriesArgs {
    #[command(flatten)]
    pub of: SeriesOf,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct PlotArgs {
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
pub(super) struct IndicatorArgs {
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

#[derive(Debug, Args)]
pub(super) struct MentionsArgs {
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
pub(super) struct SilenceArgs {
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
pub(super) struct MessagesArgs {
    /// Persons, parties or governments; or countries, for all of theirs
    #[arg(long, required = true, value_name = "ENTITY", value_delimiter = ',')]
    pub with: Vec<String>,
    #[command(flatten)]
    pub judging: Judging,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct CoverageArgs {
    /// Length of a period
    #[arg(long, value_enum, default_value = "month")]
    pub by: Period,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
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
pub(super) struct ShowArgs {
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
pub(super) struct SqlArgs {
    /// One SELECT on `v_article`, `v_mention`, `v_daily`, `v_coverage`, `v_poll`, `v_mark`
    pub statement: String,
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
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
pub(super) struct ServeArgs {
    /// Where to listen [default: `listen` in sinmun.toml, 127.0.0.1:8417]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    #[command(flatten)]
    pub logging: Logging,
}

/// Where events go.
#[derive(Debug, Clone, Args)]
pub(super) struct Logging {
    /// How events are told [default: to the journal under systemd, else text on standard error]
    #[arg(long, value_enum, value_name = "FORM")]
    pub log: Option<Log>,
}

/// The form of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Log {
    /// For people, on standard error
    Text,
    /// A JSON object on each line of standard error
    Json,
    /// To the journal, with a field of its own for each value
    Journal,
}

#[derive(Debug, Args)]
pub(super) struct PollArgs {
    #[command(flatten)]
    pub logging: Logging,
    /// Sources by name, as `status` shows them [default: all that are configured]
    pub source: Vec<String>,
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
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
pub(super) struct StatusArgs {
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct ChangesArgs {
    /// Say that the articles a source lost at once (its alarm `mass-removal`) are gone indeed; not beside a daemon
    #[arg(long, value_name = "SOURCE")]
    pub accept_gone: Option<String>,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct RereadArgs {
    /// Only say what would be read
    #[arg(long)]
    pub dry_run: bool,
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// The file to make, or a folder: the name is then sinmun-20261124T021500Z.db, by the time in UTC
    pub file: PathBuf,
    /// In a folder, keep so many backups and delete older ones
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub keep: Option<u32>,
    /// How to print what the backup holds
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The backup
    pub file: PathBuf,
    /// How to print what the store holds
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// Print the lexicon in use instead
    #[arg(long)]
    pub lexicon: bool,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write a page per command into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
