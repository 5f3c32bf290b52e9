//! A store in a temporary folder and the built program; what goes wrong is shown with its whole command.

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with a store of its own, thrown away at the end.
pub struct Sinmun {
    folder: TempDir,
}

/// What one run of the program did.
pub struct Run {
    command: String,
    /// The exit code; `None` if a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: Vec<u8>,
    /// Standard error.
    pub stderr: String,
}

/// The path of a fixture.
pub fn fixture(name: &str) -> String {
    root().join("tests/fixtures").join(name).display().to_string()
}

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Sinmun {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    /// A store that holds the three fixtures.
    pub fn with_fixtures() -> Self {
        let sinmun = Self::new();
        sinmun.import_fixture("archive.json", "kcna", "en");
        sinmun.import_fixture("archive-rodong.csv", "rodong", "en");
        sinmun.import_fixture("archive-ko.jsonl", "kcna", "ko");
        sinmun
    }

    pub fn import_fixture(&self, name: &str, outlet: &str, edition: &str) -> Value {
        self.import(&fixture(name), &["--outlet", outlet, "--edition", edition])
    }

    /// Imports a file; answers the one row of the report.
    pub fn import(&self, file: &str, more: &[&str]) -> Value {
        let mut arguments = vec!["import", file, "--format", "json"];
        arguments.extend(more);
        self.rows(&arguments).into_iter().next().expect("a report")
    }

    /// A file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the folder; answers its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    }

    /// The folder of the store.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The program on this store, in surroundings that know nothing of the machine.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
        for name in ["STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "COLUMNS"] {
            command.env_remove(name);
        }
        command.env("HOME", self.folder.path()).arg("--data").arg(self.data()).args(arguments);
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        let output = command.output().expect("the program starts");
        Run {
            command: format!("{command:?}"),
            status: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // The inputs are shorter than a pipe holds, so that writing first cannot lock up.
        child.stdin.take().expect("a pipe").write_all(input).expect("written");
        let output = child.wait_with_output().expect("it ends");
        Run {
            command: format!("{command:?}"),
            status: output.status.code(),
            stdout: output.stdout,
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Standard output of a run that must succeed.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.status, Some(0), "{run}");
        run.text()
    }

    /// The rows of a JSON answer, whose form is checked.
    #[track_caller]
    pub fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        let document = self.document(arguments);
        document["rows"].as_array().expect("rows").clone()
    }

    /// A JSON answer: one document of query, method and rows, in this order.
    #[track_caller]
    pub fn document(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        if !all.contains(&"--format") {
            all.extend(["--format", "json"]);
        }
        let text = self.ok(&all);
        let document: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{all:?}: {e}\n{text}"));
        assert_eq!(keys(&document), ["query", "method", "rows"], "{all:?}");
        document
    }

    /// Standard error of a run that must end with this exit code and say nothing on standard output.
    #[track_caller]
    pub fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!(run.status, Some(code), "{run}");
        run.stderr
    }
}

impl Run {
    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap_or_else(|_| panic!("standard output is no UTF-8\n{self}"))
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\n$ {}\nexit code: {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.command,
            self.status,
            String::from_utf8_lossy(&self.stdout),
            self.stderr
        )
    }
}

/// Says that a test cannot be run because a tool is not there; where it has to be, that is a failure.
#[track_caller]
pub fn missing<T>(tool: &str) -> Option<T> {
    assert!(std::env::var_os("SINMUN_NEED_TOOLS").is_none(), "{tool} is not there");
    eprintln!("SKIPPED: {tool} is not there");
    None
}

/// The keys of an object, in their order.
pub fn keys(object: &Value) -> Vec<&str> {
    object.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// Asserts that a message holds all of some words.
#[track_caller]
pub fn says(message: &str, words: &[&str]) {
    for word in words {
        assert!(message.contains(word), "'{word}' is not in: {message}");
    }
}

/// Every mention that `mentions` gives, cut out of the stored text by its offsets, must read like its alias.
/// Answers how many there were.
#[track_caller]
pub fn cut_out_mentions(sinmun: &Sinmun, entities: &[&str]) -> usize {
    let texts = sinmun.rows(&["sql", "SELECT article, title, body FROM v_article"]);
    let texts: std::collections::HashMap<&str, (&str, &str)> = texts
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().expect("text");
            (text("article"), (text("title"), text("body")))
        })
        .collect();
    let mut arguments = vec!["mentions"];
    arguments.extend(entities);
    let rows = sinmun.rows(&arguments);
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    for row in &rows {
        let (title, body) = texts[row["article"].as_str().expect("a name")];
        let field = if row["field"] == "title" { title } else { body };
        let at = |name: &str| usize::try_from(row[name].as_u64().expect("an offset")).expect("small");
        let cut = field.get(at("start")..at("end")).unwrap_or_else(|| panic!("offsets outside of the text: {row}"));
        let (cut_out, alias) = (squeezed(cut), squeezed(row["alias"].as_str().expect("an alias")));
        // Joined offices of one holder are cut out together; the alias is the first one's.
        // Of a noun that several share ("presidents of Russia, Syria ..."), the mention is this country alone.
        let shared = || squeezed(row["sentence"].as_str().expect("a sentence")).contains(&alias);
        let joined = row["form"] == "office" && (cut_out.starts_with(&alias) || shared());
        // A surname alone stands for the full name that the article gave before.
        let surname = row["form"] == "name" && alias.split(' ').any(|part| part == cut_out);
        assert!(joined || surname || cut_out == alias, "{row}");
        assert!(row["sentence"].as_str().expect("a sentence").contains(cut), "{row}");
    }
    rows.len()
}
