//! The README is true: its terminal sessions are run, in order, on one store.
//!
//! `SINMUN_BLESS=1 cargo test readme` writes what the sessions print now into the README, to be read before it is
//! committed.

use sinmun::cli::{Surroundings, run};

/// A fixed time after the archive's last article.
const NOW: i64 = 1_725_148_800;

fn root() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a command line prints on a terminal of 100 columns.
fn printed(command: &str, data: &std::path::Path) -> String {
    let mut arguments = words(command);
    for argument in &mut arguments {
        if argument.starts_with("tests/") {
            *argument = root().join(&argument).display().to_string();
        }
    }
    if command == "sinmun --help" {
        // Help is printed by clap itself, past our writer.
        use clap::CommandFactory as _;
        return sinmun::cli::Cli::command().term_width(100).render_help().to_string();
    }
    arguments.insert(1, format!("--data={}", data.display()));
    arguments.insert(2, "--quiet".to_owned());
    let mut out = Vec::new();
    let mut surroundings = Surroundings {
        now: NOW,
        clock: std::sync::Arc::new(|| NOW),
        variable: &|_| None,
        out: &mut out,
        terminal: true,
        width: 100,
    };
    let code = run(arguments.into_iter().map(Into::into), &mut surroundings);
    assert_eq!(code, 0, "{command}\n{}", String::from_utf8_lossy(&out));
    String::from_utf8(out).expect("text")
}

/// Splits as a shell does, as far as the README needs it.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in command.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("never empty").push(c),
        }
    }
    words
}

#[test]
fn the_sessions_print_what_the_readme_shows() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("the README");
    let data = tempfile::tempdir().expect("a folder");
    let mut now = String::new();
    let mut session = false;
    for line in readme.lines() {
        match line {
            "```console" => session = true,
            "```" if session => session = false,
            _ if session && !line.starts_with("$ ") => continue,
            _ => {}
        }
        now.push_str(line);
        now.push('\n');
        if let Some(command) = line.strip_prefix("$ ").filter(|_| session) {
            let text = printed(command, data.path());
            now.extend(text.lines().flat_map(|line| [line.trim_end(), "\n"]));
        }
    }
    if std::env::var_os("SINMUN_BLESS").is_some() {
        std::fs::write(&path, &now).expect("written");
        return;
    }
    let difference = readme.lines().zip(now.lines()).position(|(shown, printed)| shown != printed);
    if let Some(at) = difference {
        panic!(
            "README.md line {}: it shows\n  {}\nbut the program prints\n  {}\n(SINMUN_BLESS=1 cargo test readme rewrites it)",
            at + 1,
            readme.lines().nth(at).unwrap_or_default(),
            now.lines().nth(at).unwrap_or_default()
        );
    }
    assert_eq!(readme.len(), now.len(), "README.md and the sessions differ at the end");
}

#[test]
fn every_command_is_described() {
    use clap::CommandFactory as _;
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    for command in sinmun::cli::Cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(readme.contains(name), "README.md does not speak of `sinmun {name}`");
        assert!(command.get_about().is_some(), "`sinmun {name}` says nothing of itself");
    }
}
