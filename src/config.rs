//! What the configuration file says, checked. Everything has a default: without a file, the bare binary works.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::indicator::Indicator;
use crate::domain::lexicon::{self, Lexicon};
use crate::domain::message::rules::{self, Rules};
use crate::extract::refusal::{self, Refusals};
use crate::extract::source::{self, Source};

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
    /// Words of messages in place of the built-in ones.
    pub messages: Option<PathBuf>,
    /// How long one query may take, in seconds.
    pub query_seconds: u64,
    /// A folder of sources; a file there takes the place of the built-in one with its name.
    pub sources: Option<PathBuf>,
    /// Signatures of pages that are no content, in place of the built-in ones.
    pub refusals: Option<PathBuf>,
    /// Whom a site's owner can write to: an address of mail or of a page, told in every request.
    pub contact: String,
    /// Sources to collect from, by name; all that are enabled where it is empty.
    pub collect: Vec<String>,
    /// Entities whose unusual silence, and its end, is an alarm.
    pub watch: Vec<String>,
    /// Where the dashboard of `run` and `serve` listens, or `off`. It has no login: beyond this machine only behind
    /// something that has.
    pub listen: String,
    /// Names, beside numbers and `localhost`, under which a browser may ask for it.
    pub hosts: Vec<String>,
    /// The name of a credential that holds the address alarms are sent to.
    pub webhook_credential: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: None,
            lexicon: None,
            indicators: None,
            messages: None,
            query_seconds: 30,
            sources: None,
            refusals: None,
            contact: String::new(),
            collect: Vec::new(),
            watch: vec!["xi-jinping".to_owned(), "putin".to_owned()],
            listen: "127.0.0.1:8417".to_owned(),
            hosts: Vec::new(),
            webhook_credential: None,
        }
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
        let Config { data, lexicon, indicators, messages, sources, refusals, .. } = &mut config;
        for file in [data, lexicon, indicators, messages, sources, refusals].into_iter().flatten() {
            *file = base.join(&*file);
        }
        if config.query_seconds == 0 {
            return Err(fault(&path, &"query_seconds: at least 1"));
        }
        if config.listen != "off" && config.listen.parse::<std::net::SocketAddr>().is_err() {
            return Err(fault(&path, &"listen: a number and a port, as in \"127.0.0.1:8417\", or \"off\""));
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

    /// The entities whose silence is an alarm.
    ///
    /// # Errors
    /// [`ConfigError`] for one that the lexicon does not have.
    pub fn watch(&self, lexicon: &Lexicon) -> Result<Vec<String>, ConfigError> {
        match self.config.watch.iter().find(|id| lexicon.find(id).is_none()) {
            None => Ok(self.config.watch.clone()),
            Some(unknown) => {
                let path = self.path.as_deref().unwrap_or(Path::new("configuration"));
                let known = "`sinmun config --lexicon` shows those it has";
                Err(fault(path, &format!("watch: the lexicon has no entity '{unknown}'; {known}")))
            }
        }
    }

    /// The words messages between leaders are told in.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that is wrong with them.
    pub fn messages(&self) -> Result<Rules, ConfigError> {
        let (path, text) = match &self.config.messages {
            None => (Path::new("built-in words of messages"), rules::DEFAULT.to_owned()),
            Some(path) => (path.as_path(), read(path)?),
        };
        Rules::parse(&text).map_err(|faults| fault(path, &faults.join("\n  ")))
    }

    /// All indicators, the built-in ones first, those of the user's folder in the order of their names.
    ///
    /// # Errors
    /// [`ConfigError`] for the first file that is wrong, with all its faults.
    pub fn indicators(&self) -> Result<Vec<Indicator>, ConfigError> {
        let texts = overridden(&INDICATORS, self.config.indicators.as_deref())?;
        texts
            .into_iter()
            .map(|(path, text)| {
                Indicator::parse(&text).map_err(|faults| ConfigError { path, fault: faults.join("\n  ") })
            })
            .collect()
    }

    /// The sources to collect from, the built-in files first, those of the user's folder in the order of their names.
    ///
    /// # Errors
    /// [`ConfigError`] for the first file that is wrong, with all its faults, or for a source to collect from that
    /// there is not.
    pub fn sources(&self) -> Result<Vec<Source>, ConfigError> {
        let mut all = self.all_sources()?;
        let wanted = &self.config.collect;
        if let Some(unknown) = wanted.iter().find(|name| !all.iter().any(|source| source.name == **name)) {
            let names: Vec<&str> = all.iter().map(|source| source.name.as_str()).collect();
            let path = self.path.as_deref().unwrap_or(Path::new("configuration"));
            return Err(fault(
                path,
                &format!("collect: there is no source '{unknown}'; there are {}", names.join(", ")),
            ));
        }
        all.retain(|source| wanted.is_empty() || wanted.contains(&source.name));
        Ok(all)
    }

    /// All sources, whether they are collected from or not: archives hold pages of any.
    ///
    /// # Errors
    /// [`ConfigError`] for the first file that is wrong, with all its faults.
    pub fn all_sources(&self) -> Result<Vec<Source>, ConfigError> {
        let mut all: Vec<Source> = Vec::new();
        for (path, text) in overridden(&source::DEFAULT, self.config.sources.as_deref())? {
            let sources = source::parse(&text).map_err(|fault| ConfigError { path: path.clone(), fault })?;
            for source in sources {
                if all.iter().any(|known| known.name == source.name) {
                    let fault = format!("the source '{}' is there already, in another file", source.name);
                    return Err(ConfigError { path, fault });
                }
                all.push(source);
            }
        }
        Ok(all)
    }

    /// Pages that are no content.
    ///
    /// # Errors
    /// [`ConfigError`] with the fault.
    pub fn refusals(&self) -> Result<Refusals, ConfigError> {
        match &self.config.refusals {
            None => Refusals::parse(refusal::DEFAULT).map_err(|error| fault(Path::new("built-in refusals"), &error)),
            Some(path) => Refusals::parse(&read(path)?).map_err(|error| fault(path, &error)),
        }
    }

    /// What requests call themselves: the project, and whom to write to.
    pub fn user_agent(&self) -> String {
        let version = env!("CARGO_PKG_VERSION");
        match self.config.contact.trim() {
            "" => format!("sinmun/{version} (research; no contact configured)"),
            contact => format!("sinmun/{version} (+{contact})"),
        }
    }

    /// The effective configuration as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(&self.config).unwrap_or_default()
    }
}

/// Built-in files with those of a user's folder: of one name, the user's holds.
fn overridden(built_in: &[(&str, &str)], folder: Option<&Path>) -> Result<Vec<(String, String)>, ConfigError> {
    let mut texts: Vec<(String, String)> =
        built_in.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let Some(folder) = folder else { return Ok(texts) };
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
    Ok(texts)
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
        loaded.messages().expect("the built-in words of messages");
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
