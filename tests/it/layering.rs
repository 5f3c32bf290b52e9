//! The rules of import that `src/lib.rs` and `src/domain/mod.rs` state, kept by reading the source.

use std::path::Path;

use crate::harness::root;

/// Which other modules of the crate a module may name. What is not listed here may not exist.
const MAY_NAME: [(&str, &[&str]); 16] = [
    ("answer", &[]),
    ("domain", &[]),
    ("warc", &[]),
    ("archive", &[]),
    ("chart", &[]),
    ("extract", &["domain"]),
    ("fetch", &["domain", "extract"]),
    ("standin", &["domain", "extract"]),
    ("store", &["domain"]),
    ("config", &["domain", "extract"]),
    ("ingest", &["archive", "domain", "extract", "store", "warc"]),
    ("telemetry", &["domain", "store"]),
    ("plot", &["chart", "domain"]),
    ("web", &["answer", "chart", "domain", "plot", "store", "telemetry"]),
    ("daemon", &["domain", "extract", "fetch", "ingest", "store", "telemetry"]),
    (
        "cli",
        &[
            "answer",
            "archive",
            "chart",
            "config",
            "daemon",
            "domain",
            "extract",
            "fetch",
            "ingest",
            "plot",
            "standin",
            "store",
            "telemetry",
            "warc",
            "web",
        ],
    ),
];

/// What the pure core may not touch, with or without `std::` in front where that is enough to be sure.
const IMPURE: [&str; 19] = [
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::time",
    "std::thread",
    "std::process",
    "std::sync",
    "rusqlite",
    "tokio",
    "async fn",
    ".await",
    "Timestamp::now",
    "Zoned::now",
    "SystemTime",
    "Instant",
    "println!",
    "eprintln!",
    "std::path",
];

/// What reads the clock.
const CLOCKS: [&str; 4] = ["Timestamp::now", "Zoned::now", "SystemTime::now", "Instant::now"];

/// Files that read a clock, with the reason.
const CLOCK_READERS: [(&str, &str); 5] = [
    ("daemon/lifecycle.rs", "how long a poll has stood still is about the machine: it may not jump with the clock"),
    ("fetch/gate.rs", "a gap between requests is about the machine's time, not about the data's"),
    ("standin/world.rs", "its log tells how far apart requests came"),
    ("main.rs", "the one place where the outside world comes in"),
    ("store/open.rs", "the time limit of a query is about the machine, not about the data"),
];

/// The code of a file: without comments, and without what stands behind its `#[cfg(test)]` modules.
fn code(source: &str) -> String {
    let own = source.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or(source);
    own.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

/// Whether a name stands in the code as a whole word: `Instant` does not stand in `Instantly`.
fn stands(code: &str, name: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    code.match_indices(name).any(|(at, _)| {
        let cut_before = part(name.chars().next()) && part(code[..at].chars().next_back());
        let cut_after = part(name.chars().next_back()) && part(code[at + name.len()..].chars().next());
        !cut_before && !cut_after
    })
}

/// What stands under an impure name and is pure: a value made when it is first asked for is the same whenever that is.
const PURE: &str = "std::sync::OnceLock";

/// The modules of the crate that a file names by `crate::` or, from another file of the root, `super::`.
fn named(code: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            // `use crate::{a::b, c}`: the first word behind each comma at the outer level.
            Some(list) => outer_names(list),
            None => vec![rest],
        };
        for name in names {
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            all.push(name[..end].to_owned());
        }
    }
    all
}

fn outer_names(list: &str) -> Vec<&str> {
    let (mut names, mut depth, mut begin) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(list[begin..at].trim());
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(list[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Every rule a file breaks. `path` is relative to `src`, with `/`.
fn faults(path: &str, source: &str) -> Vec<String> {
    // Tests in files of their own, as those behind `#[cfg(test)] mod tests {`.
    if path.ends_with("/tests.rs") || path.contains("/tests/") {
        return Vec::new();
    }
    let code = code(source);
    let module = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
    let mut faults = Vec::new();
    if !matches!(module, "main" | "lib") {
        match MAY_NAME.iter().find(|(name, _)| *name == module) {
            None => faults.push(format!("{path}: the module '{module}' has no rule in tests/it/layering.rs")),
            Some((_, allowed)) => {
                for name in named(&code) {
                    if name != module && !allowed.contains(&name.as_str()) {
                        faults.push(format!("{path}: {module} may not name crate::{name}"));
                    }
                }
            }
        }
    }
    if matches!(module, "domain" | "extract") {
        let code = code.replace(PURE, "");
        faults.extend(
            IMPURE.iter().filter(|name| stands(&code, name)).map(|name| format!("{path}: {module} is pure, no {name}")),
        );
    }
    if module != "store" && (stands(&code, "rusqlite") || stands(&code, "rusqlite_migration")) {
        faults.push(format!("{path}: only the store speaks to SQLite"));
    }
    if !CLOCK_READERS.iter().any(|(reader, _)| *reader == path) {
        faults.extend(
            CLOCKS
                .iter()
                .filter(|clock| stands(&code, clock))
                .map(|clock| format!("{path}: time comes in, no {clock}")),
        );
    }
    faults
}

fn files(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(root().join("src")).expect("inside").display().to_string().replace('\\', "/");
            found.push((name, std::fs::read_to_string(&path).expect("text")));
        }
    }
}

#[test]
fn imports_point_one_way() {
    let mut sources = Vec::new();
    files(&root().join("src"), &mut sources);
    assert!(sources.len() > 50, "only {} files were found", sources.len());
    let faults: Vec<String> = sources.iter().flat_map(|(path, source)| faults(path, source)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for (reader, why) in CLOCK_READERS {
        let (_, source) = sources.iter().find(|(path, _)| path == reader).expect("it is listed");
        assert!(CLOCKS.iter().any(|clock| stands(&code(source), clock)), "{reader} needs no exception ({why})");
    }
}

#[test]
fn a_broken_rule_is_found() {
    for (path, source, fault) in [
        ("domain/day.rs", "use crate::store::Reader;", "may not name crate::store"),
        ("domain/day.rs", "fn f() { std::fs::read(\"x\"); }", "no std::fs"),
        ("domain/day.rs", "use std::time::Duration;", "no std::time"),
        ("domain/day.rs", "use std::sync::{Mutex, OnceLock};", "no std::sync"),
        ("domain/deep/er.rs", "let now = jiff::Timestamp::now();", "no Timestamp::now"),
        ("archive/csv.rs", "use crate::domain::day::Day;", "may not name crate::domain"),
        ("chart/mod.rs", "use crate::{chart::key, cli};", "may not name crate::cli"),
        ("store/write.rs", "use crate::{domain::{day, count}, ingest};", "may not name crate::ingest"),
        ("store/write.rs", "let at = SystemTime::now();", "no SystemTime::now"),
        ("config.rs", "fn f(r: crate::store::Reader) {}", "may not name crate::store"),
        ("ingest/mod.rs", "use crate::cli::Failure;", "may not name crate::cli"),
        ("cli/ask.rs", "use rusqlite::Connection;", "only the store"),
        ("web/mod.rs", "use crate::cli::Failure;", "may not name crate::cli"),
        ("other/mod.rs", "", "has no rule"),
    ] {
        let found = faults(path, source).join("\n");
        assert!(found.contains(fault), "{path} with `{source}`: {found:?}");
    }
}

#[test]
fn what_keeps_the_rules_is_let_through() {
    for (path, source) in [
        ("domain/day.rs", "// std::fs is not for us\nuse crate::domain::period::By;\nstruct Instantly;"),
        ("domain/day.rs", "fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}"),
        ("domain/lexicon/mod.rs", "use std::sync::OnceLock;\nstruct Lexicon;"),
        ("store/open.rs", "use rusqlite::Connection;\nlet end = Instant::now();"),
        ("cli/mod.rs", "use crate::{archive::Fields, config::Loaded, domain::day, ingest, store::Paths};"),
        ("main.rs", "use sinmun::cli::run;\nlet now = jiff::Timestamp::now();"),
    ] {
        assert_eq!(faults(path, source), Vec::<String>::new(), "{path} with `{source}`");
    }
}
