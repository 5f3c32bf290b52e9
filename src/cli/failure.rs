//! How a command fails: a sentence for the user and an exit code for scripts.

use std::fmt;
use std::io;

use crate::config::ConfigError;
use crate::ingest::IngestError;
use crate::store::StoreError;

/// A failure, by its exit code (those of `sysexits.h` where they fit).
#[derive(Debug)]
pub enum Failure {
    /// 1: it was tried and did not work, or a check found something.
    Failed(String),
    /// 2: the command line makes no sense.
    Usage(String),
    /// 65: the input is not what it should be.
    Data(String),
    /// 74: the disk, or its permissions.
    Io(String),
    /// 75: try again later.
    Temporary(String),
    /// 78: the configuration.
    Config(String),
    /// 0: whoever read our output has closed it (`| head`); that is no failure.
    ReaderGone,
}

impl Failure {
    /// The exit code of a wrong use.
    pub const USAGE: u8 = 2;

    /// The exit code.
    pub const fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => Self::USAGE,
            Self::Data(_) => 65,
            Self::Io(_) => 74,
            Self::Temporary(_) => 75,
            Self::Config(_) => 78,
            Self::ReaderGone => 0,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(text)
            | Self::Usage(text)
            | Self::Data(text)
            | Self::Io(text)
            | Self::Temporary(text)
            | Self::Config(text) => f.write_str(text),
            Self::ReaderGone => f.write_str("the reader of the output is gone"),
        }
    }
}

/// An error with all its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let told = error.to_string();
        if !text.contains(&told) {
            text = format!("{text}: {told}");
        }
        cause = error.source();
    }
    text
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let text = chain(&error);
        match error {
            _ if error.is_temporary() => Self::Temporary(text),
            _ if error.is_io() => Self::Io(text),
            StoreError::NotAllowed(_) | StoreError::NoLog(_) => Self::Io(text),
            StoreError::Exists(_) | StoreError::OwnedByAnother { .. } => Self::Usage(text),
            StoreError::Damaged(..) | StoreError::NoStore(_) => Self::Data(text),
            StoreError::OtherMethod { .. } | StoreError::Lexicon(_) | StoreError::Indicator(_) => Self::Config(text),
            _ => Self::Failed(text),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Config(chain(&error))
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Store(error) => error.into(),
            IngestError::Archive(error) => Self::Data(chain(&error)),
            other @ (IngestError::Strict(_) | IngestError::NoSource(_)) => Self::Data(other.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::ReaderGone
        } else {
            Self::Io(format!("cannot write: {error}"))
        }
    }
}
