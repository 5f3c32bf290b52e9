//! The arguments of the commands that keep it running.

use std::path::PathBuf;

use clap::Args;

use super::shared::{Format, Logging, Reading};

#[derive(Debug, Args)]
pub(in crate::cli) struct StatusArgs {
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ServeArgs {
    /// Where to listen [default: `listen` in sinmun.toml, 127.0.0.1:8417]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    #[command(flatten)]
    pub logging: Logging,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct BackupArgs {
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
pub(in crate::cli) struct RestoreArgs {
    /// The backup
    pub file: PathBuf,
    /// How to print what the store holds
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArgs {
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ConfigArgs {
    /// Print the lexicon in use instead
    #[arg(long)]
    pub lexicon: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ManArgs {
    /// Write a page per command into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
