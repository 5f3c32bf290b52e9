//! `check`: is everything a figure rests on in order?

use serde::Serialize;
use serde_json::json;

use super::Session;
use super::args::CheckArgs;
use super::failure::Failure;
use super::output::{Output, Table, counted, head};
use crate::config::ConfigError;
use crate::domain::lexicon::Lexicon;
use crate::domain::message::rules::Rules;
use crate::store::Reader;
use crate::store::StoreError;

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    told: String,
}

pub fn run(session: &Session<'_>, args: &CheckArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let mut findings = Vec::new();
    let mut tell = |what, result: Result<String, String>| {
        let ok = result.is_ok();
        findings.push(Finding { what, ok, told: result.unwrap_or_else(|fault| fault) });
    };
    let path =
        session.loaded.path.as_ref().map_or_else(|| "built-in defaults".to_owned(), |path| path.display().to_string());
    tell("configuration", Ok(path));
    let lexicon = session.loaded.lexicon();
    tell(
        "lexicon",
        match &lexicon {
            Ok(l) => Ok(format!(
                "{} entities, {} aliases, method {}; {} offices",
                l.entities().len(),
                l.aliases().len(),
                l.method(),
                l.offices()
            )),
            Err(error) => Err(error.to_string()),
        },
    );
    lexicon.iter().flat_map(Lexicon::findings).for_each(|finding| tell("lexicon", Err(finding)));
    tell("indicators", session.loaded.indicators().map(|all| format!("{} read", all.len())).map_err(|e| e.to_string()));
    tell(
        "sources",
        session
            .loaded
            .sources()
            .map(|all| {
                let names: Vec<&str> = all.iter().map(|source| source.name.as_str()).collect();
                format!("{} to collect from: {}", all.len(), names.join(", "))
            })
            .map_err(|e| e.to_string()),
    );
    tell(
        "refusals",
        session.loaded.refusals().map(|all| format!("{} read", all.refusal.len())).map_err(|e| e.to_string()),
    );
    let rules = session.loaded.messages();
    tell("messages", messages(&rules, &lexicon));
    match session.reader() {
        Err(failure) => tell("store", Err(failure.to_string())),
        Ok(reader) => {
            tell("store", integrity(reader.integrity(), &session.paths.database()));
            tell("sums by day", sums(reader.wrong_days()));
            let counted = reader.lexicon();
            tell(
                "counted by",
                match (counted, &lexicon) {
                    (Ok(Some(stored)), Ok(ours)) if stored.method() == ours.method() => {
                        Ok(format!("method {}", stored.method()))
                    }
                    (Ok(Some(stored)), Ok(ours)) => Err(format!(
                        "method {}, your lexicon is {} now: run `sinmun recount --dry-run`",
                        stored.method(),
                        ours.method()
                    )),
                    (Ok(Some(stored)), Err(_)) => Ok(format!("method {}", stored.method())),
                    (Ok(None), _) => Ok("nothing yet".to_owned()),
                    (Err(error), _) => Err(error.to_string()),
                },
            );
            tell("marks", marks(&reader));
            tell(
                "messages by",
                match (reader.rules(), &rules) {
                    (Ok(Some(stored)), Ok(ours)) if stored.method() != ours.method() => Err(format!(
                        "method {}, your words are {} now: run `sinmun recount --dry-run`",
                        stored.method(),
                        ours.method()
                    )),
                    (Ok(Some(stored)), _) => Ok(format!("method {}", stored.method())),
                    (Ok(None), _) => Ok("nothing yet".to_owned()),
                    (Err(error), _) => Err(error.to_string()),
                },
            );
            tell(
                "full text",
                match reader.unindexed() {
                    Ok(0) => Ok("up to date".to_owned()),
                    Ok(missing) => Err(format!("{missing} texts are not in the index: `sinmun recount` adds them")),
                    Err(error) => Err(error.to_string()),
                },
            );
        }
    }
    let good = findings.iter().all(|finding| finding.ok);
    output.rows(args.format, &json!({"command": "check"}), "", &["what", "ok", "told"], &findings, |findings| {
        Table {
            head: head(["", "what", "found"]),
            beneath: false,
            rows: findings
                .iter()
                .map(|f| vec![if f.ok { "ok" } else { "FAULT" }.to_owned(), f.what.to_owned(), f.told.clone()])
                .collect(),
            notes: Vec::new(),
        }
    })?;
    Ok(u8::from(!good))
}

/// Marks that say nothing any more are faults: a figure with marks is not what their authors think it is.
fn marks(reader: &Reader) -> Result<String, String> {
    let told = |error: StoreError| error.to_string();
    let (Some(lexicon), Some(rules)) = (reader.lexicon().map_err(told)?, reader.rules().map_err(told)?) else {
        return Ok("nothing counted yet".to_owned());
    };
    let idle = reader.idle_marks(&lexicon, &rules).map_err(told)?;
    if idle.is_empty() {
        let all = reader.marks().map_err(told)?.len();
        return Ok(format!("{}, all that hold have an effect", counted(all, "mark")));
    }
    let why: Vec<String> = idle.iter().map(|idle| format!("{}: {}", idle.mark.thing(), idle.why)).collect();
    Err(format!("{} without effect (`sinmun review list`): {}", counted(idle.len(), "mark"), why.join("; ")))
}

/// The words of messages, which lean on the lexicon for persons and offices.
fn messages(rules: &Result<Rules, ConfigError>, lexicon: &Result<Lexicon, ConfigError>) -> Result<String, String> {
    let rules = rules.as_ref().map_err(ToString::to_string)?;
    match lexicon.as_ref().map(|lexicon| rules.unknown_to(lexicon)) {
        // Who counts other persons needs no words for these.
        Ok(unknown) if !unknown.is_empty() => {
            let (method, unknown) = (rules.method(), unknown.join(", "));
            Ok(format!("words read, method {method}; in the lexicon there is {unknown}: nothing is found by them"))
        }
        _ => Ok(format!("words read, method {}", rules.method())),
    }
}

fn sums(result: Result<Vec<String>, StoreError>) -> Result<String, String> {
    match result {
        Ok(wrong) if wrong.is_empty() => Ok("are what the articles say".to_owned()),
        Ok(wrong) => Err(format!("{}: run `sinmun recount`", wrong.join("; "))),
        Err(error) => Err(error.to_string()),
    }
}

fn integrity(result: Result<Vec<String>, StoreError>, path: &std::path::Path) -> Result<String, String> {
    match result {
        Ok(faults) if faults.is_empty() => Ok(format!("{} is sound", path.display())),
        Ok(faults) => Err(format!("{} is damaged; restore a backup: {}", path.display(), faults.join("; "))),
        Err(error) => Err(error.to_string()),
    }
}
