//! The command line as clap sees it: the one tree that help, man pages and completions are made from.

mod ask;
mod collect;
mod operate;
mod review;
mod shared;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(super) use ask::{
    ChangesArgs, CoverageArgs, EntitiesArgs, IndicatorArgs, MessagesArgs, PlotArgs, SearchArgs, SeriesArgs, SeriesOf,
    ShowArgs, SqlArgs,
};
pub(super) use collect::{BackfillArgs, DemoArgs, ExportArgs, ImportArgs, PollArgs, RecountArgs, RereadArgs, RunArgs};
pub(super) use operate::{
    BackupArgs, CheckArgs, CompletionsArgs, ConfigArgs, ManArgs, RestoreArgs, ServeArgs, StatusArgs,
};
pub(super) use review::{AddArgs, ExportMarksArgs, ImportMarksArgs, ListArgs, Review, ReviewArgs};
pub(super) use shared::{Format, Log, Logging, Measuring, Reading};

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
    Mentions(EntitiesArgs),
    /// Messages between leaders: who wrote to whom, when, why, and what answers what
    Messages(MessagesArgs),
    /// Since when somebody has not been mentioned, and how unusual that is
    Silence(EntitiesArgs),
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
