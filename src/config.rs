//! What the configuration file says, checked. Everything has a default: without a file, the bare binary works.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::indicator::Indicator;
use crate::domain::lexicon::{self, Lexicon};

/// The indicators compiled into the binary: name of the file and content.
const INDICATORS: [(&str, &str); 1] = [("nkpro-2024.toml", include_str!("../config/indicators/nkpro-2024.toml"))];

/// The configuration file. Unknown keys are errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the store is; `--data` goes first.
    pub data: Option<PathBuf>,
    /// A lexicon in place of the built-in one.
    pub lexicon: Option<PathBuf>,
    /// A folder of indicators; a file there takes the place of the built-in one with its name.
    pub indicators: Option<PathBuf>,
    /// How long one query may take, in seconds.
    pub query_seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self { data: None, lexicon: None, indicators: None, query_seconds: 30 }
    }
}

/// What is wrong with the configuration, or with a file it names.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct ConfigError {
    /// Which file.
    pub path: String,
    /// What is wrong, with its place.
    pub fault: String,
}

/// The configuration with the file it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// What it says.
    pub config: Config,
    /// The file, if there is one.
    pub path: Option<PathBuf>,
}

impl Loaded {
    /// Reads a configuration file, or the defaults where `path` is `None`. Relative paths in it are taken from
    /// its own folder.
    ///
    /// # Errors
    /// [`ConfigError`] if the file cannot be read, is no TOML or holds an unknown key.
    pub fn read(path: Option<PathBuf>) -> Result<Self, ConfigError> {
        let Some(path) = path else { return Ok(Self { config: Config::default(), path: None }) };
        let text = read(&path)?;
        let mut config: Config = toml::from_str(&text).map_err(|error| fault(&path, &error))?;
        let base = path.parent().map(Path::to_owned).unwrap_or_default();
        for file in [&mut config.data, &mut config.lexicon, &mut config.indicators].into_iter().flatten() {
            *file = base.join(&*file);
        }
        if config.query_seconds == 0 {
            return Err(fault(&path, &"query_seconds: at least 1"));
        }
        Ok(Self { config, path: Some(path) })
    }

    /// The lexicon to count with.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that is wrong with it.
    pub fn lexicon(&self) -> Result<Lexicon, ConfigError> {
        match &self.config.lexicon {
            None => Lexicon::parse(lexicon::DEFAULT).map_err(|error| fault(Path::new("built-in lexicon"), &error)),
            Some(path) => Lexicon::parse(&read(path)?).map_err(|error| fault(path, &error)),
        }
    }

    /// All indicators, the built-in ones first, those of the user's folder in the order of their names.
    ///
    /// # Errors
    /// [`ConfigError`] for the first file that is wrong, with all its faults.
    pub fn indicators(&self) -> Result<Vec<Indicator>, ConfigError> {
        let mut texts: Vec<(String, String)> =
            INDICATORS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        if let Some(folder) = &self.config.indicators {
            let entries = std::fs::read_dir(folder).map_err(|error| fault(folder, &error))?;
            let mut paths: Vec<PathBuf> = entries
                .map(|entry| entry.map(|e| e.path()).map_err(|error| fault(folder, &error)))
                .collect::<Result<_, _>>()?;
            paths.retain(|path| path.extension().is_some_and(|e| e == "toml"));
            paths.sort();
            for path in paths {
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                texts.retain(|(built_in, _)| *built_in != name);
                texts.push((path.display().to_string(), read(&path)?));
            }
        }
        texts
            .into_iter()
            .map(|(path, text)| {
                Indicator::parse(&text).map_err(|faults| ConfigError { path, fault: faults.join("\n  ") })
            })
            .collect()
    }

    /// The effective configuration as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(&self.config).unwrap_or_default()
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|error| fault(path, &error))
}

fn fault(path: &Path, fault: &dyn std::fmt::Display) -> ConfigError {
    ConfigError { path: path.display().to_string(), fault: fault.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_is_sound() {
        let loaded = Loaded::read(None).expect("the defaults");
        let lexicon = loaded.lexicon().expect("the built-in lexicon");
        for indicator in loaded.indicators().expect("the built-in indicators") {
            for claim in &indicator.row {
                for entity in claim.entities.iter().chain(&claim.over) {
                    assert!(lexicon.find(entity).is_some(), "{}: {entity}", claim.id);
                }
            }
        }
    }

    #[test]
    fn faults_name_the_file_and_the_key() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("sinmun.toml");
        std::fs::write(&path, "datta = 'x'\n").expect("written");
        let error = Loaded::read(Some(path.clone())).expect_err("an unknown key").to_string();
        assert!(error.contains("sinmun.toml") && error.contains("datta") && error.contains("line 1"), "{error}");
        std::fs::write(&path, "lexicon = 'mine.toml'\n").expect("written");
        let loaded = Loaded::read(Some(path)).expect("a good file");
        assert_eq!(loaded.config.lexicon, Some(dir.path().join("mine.toml")));
        assert!(loaded.lexicon().expect_err("no such file").to_string().contains("mine.toml"));
    }
}
