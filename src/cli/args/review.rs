//! The arguments of `review`.

use clap::{Args, Subcommand};
use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer;

use super::Format;
use crate::domain::count::Form;
use crate::domain::message::{Kind, Level, Occasion};
use crate::domain::review::Verdict;

#[derive(Debug, Args)]
pub(in crate::cli) struct ReviewArgs {
    #[command(subcommand)]
    pub what: Review,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Review {
    /// Mark a mention or a message
    Add(AddArgs),
    /// Every mark, with those that hold
    List(ListArgs),
    /// Write all marks as JSON lines
    Export(ExportMarksArgs),
    /// Read marks from JSON lines
    Import(ImportMarksArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AddArgs {
    /// false (it is none), missed (it is one), merged (it is the same as another), stands (an earlier mark is withdrawn)
    pub verdict: Verdict,
    /// A mention as ARTICLE:FIELD:START-END:ENTITY (see `mentions --format json`; of another text than the measured one
    /// ARTICLE@REVISION:…), or as ARTICLE:ENTITY with --words; or a message by its name
    pub thing: String,
    /// Who judges
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why
    #[arg(long, value_name = "REASON")]
    pub why: String,
    /// For merged: the mention or message it is the same as
    #[arg(long, value_name = "THING")]
    pub into: Option<String>,
    /// The words of the mention, in place of its bytes; they must stand in the article once
    #[arg(long)]
    pub words: Option<String>,
    /// For a missed mention: name, office or embedded [default: name]
    #[arg(long)]
    pub form: Option<Form>,
    /// For a missed message: the article that tells of it
    #[arg(long)]
    pub article: Option<String>,
    /// For a missed message: leader, party or government
    #[arg(long, default_value = "leader", value_parser = word::<Level>)]
    pub level: Level,
    /// For a missed message: letter, telegram, message, card, announcement, oral, basket or gift
    #[arg(long, default_value = "message", value_parser = word::<Kind>)]
    pub kind: Kind,
    /// For a missed message: greeting, congratulation, sympathy, condolence, thanks or other
    #[arg(long, default_value = "other", value_parser = word::<Occasion>)]
    pub occasion: Occasion,
    /// For a missed message: it is a reply
    #[arg(long)]
    pub reply: bool,
    /// How to print the mark
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    /// How to print
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportMarksArgs {
    /// The file; `-` is standard output
    pub file: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportMarksArgs {
    /// The file; `-` is standard input
    pub file: String,
    /// How to print the report
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// One of the words that the outputs use for a kind of thing; the error lists them.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    T::deserialize(IntoDeserializer::<serde::de::value::Error>::into_deserializer(text))
        .map_err(|error| error.to_string())
}
