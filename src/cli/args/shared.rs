//! What several commands take alike: how to answer, of which part of the store, counted how.

use clap::{Args, ValueEnum};

use crate::domain::count::Form;
use crate::domain::period::{By, Moment};
use crate::domain::stream::{Edition, Outlet};

/// How a read command answers, and about which part of the store.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Reading {
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
pub(in crate::cli) enum Format {
    /// For people
    Table,
    /// For spreadsheets
    Csv,
    /// For programs: one document of query, method and rows
    Json,
}

/// Which texts are measured.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Measuring {
    /// Only these forms of mention: name, office, embedded [default: name,office]
    #[arg(long, value_name = "FORM", value_delimiter = ',')]
    pub form: Vec<Form>,
    /// Leave reprints out
    #[arg(long)]
    pub no_reprints: bool,
}

/// Whose judgement a figure is given by.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct Judging {
    /// Give figures with the analysts' marks (see `sinmun review`)
    #[arg(long)]
    pub reviewed: bool,
}

/// Length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Period {
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

/// Where events go.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct Logging {
    /// How events are told [default: to the journal under systemd, else text on standard error]
    #[arg(long, value_enum, value_name = "FORM")]
    pub log: Option<Log>,
}

/// The form of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Log {
    /// For people, on standard error
    Text,
    /// A JSON object on each line of standard error
    Json,
    /// To the journal, with a field of its own for each value
    Journal,
}
