//! What an operator relies on: backups that come back, upgrades that lose nothing, a configuration and alert rules
//! that are true, events in a form that programs read.

use std::collections::BTreeSet;

use rusqlite::Connection;
use sinmun::store::query::health::Health;
use sinmun::store::{Paths, silent, upgrade};
use sinmun::telemetry::{Telemetry, prometheus};

use crate::harness::{Sinmun, root, says};

const DAILY: &str = "SELECT outlet, edition, day, entity, form, mentions, articles FROM v_daily ORDER BY 1, 2, 3, 4, 5";

#[test]
fn a_backup_comes_back_as_it_was() {
    let sinmun = Sinmun::with_fixtures();
    let file = sinmun.path("backup.db").display().to_string();
    let row = sinmun.rows(&["backup", &file]).remove(0);
    assert_eq!(row["articles"], sinmun.rows(&["sql", "SELECT count(*) AS n FROM v_article"])[0]["n"]);
    says(&sinmun.fails(2, &["backup", &file]), &["backup.db", "never overwritten"]);
    // Any SQLite reads it, from a folder that may not be written to: there is no log beside it.
    let copy = Connection::open(&file).expect("a backup");
    let mode: String = copy.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("a mode");
    assert_eq!(mode, "delete");
    drop(copy);
    let (daily, found) = (sinmun.ok(&["sql", DAILY]), sinmun.ok(&["search", "sample"]));
    says(&sinmun.fails(2, &["restore", &file]), &["sinmun.db", "never overwritten"]);
    let aside = sinmun.path("aside");
    std::fs::rename(sinmun.data(), &aside).expect("moved away");
    assert_eq!(sinmun.rows(&["restore", &file])[0]["rows"], row["rows"]);
    assert_eq!(sinmun.ok(&["sql", DAILY]), daily);
    assert_eq!(sinmun.ok(&["search", "sample"]), found, "the full-text index was made anew");
    sinmun.ok(&["check"]);
}

#[test]
fn a_log_without_its_store_is_not_put_beside_another() {
    let sinmun = Sinmun::with_fixtures();
    let file = sinmun.path("backup.db").display().to_string();
    sinmun.ok(&["backup", &file]);
    std::fs::remove_file(sinmun.data().join("sinmun.db")).expect("deleted");
    says(&sinmun.fails(2, &["restore", &file]), &["sinmun.db-wal", "move it away"]);
}

#[test]
fn what_is_no_whole_backup_is_refused_and_leaves_nothing() {
    let sinmun = Sinmun::with_fixtures();
    let file = sinmun.path("backup.db").display().to_string();
    sinmun.ok(&["backup", &file]);
    std::fs::remove_dir_all(sinmun.data()).expect("deleted");
    let good = std::fs::read(&file).expect("a backup");
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        sinmun.write("changed.db", bytes)
    };
    // A page in the middle is of noise; the end is missing; the schema is of a time to come; it is another program's.
    let noise = changed(&|bytes| {
        let middle = bytes.len() / 2 / 16_384 * 16_384;
        bytes[middle..middle + 16_384].fill(0x5a);
    });
    says(&sinmun.fails(65, &["restore", &noise]), &["changed.db", "damaged"]);
    let short = changed(&|bytes| bytes.truncate(bytes.len() / 2));
    says(&sinmun.fails(65, &["restore", &short]), &["changed.db"]);
    let newer = changed(&|bytes| bytes[60..64].copy_from_slice(&99_u32.to_be_bytes()));
    says(&sinmun.fails(1, &["restore", &newer]), &["changed.db", "newer sinmun"]);
    let text = sinmun.write("changed.db", "no database at all, only words that somebody wrote");
    says(&sinmun.fails(65, &["restore", &text]), &["changed.db", "no store of sinmun"]);
    let other = sinmun.path("other.db").display().to_string();
    Connection::open(&other)
        .expect("a file")
        .execute_batch("CREATE TABLE t (x); PRAGMA user_version = 1")
        .expect("made");
    says(&sinmun.fails(65, &["restore", &other]), &["other.db", "no store of sinmun"]);
    says(&sinmun.fails(74, &["restore", &sinmun.path("none.db").display().to_string()]), &["none.db"]);
    assert!(!sinmun.data().join("sinmun.db").exists());
    sinmun.ok(&["restore", &file]);
}

#[test]
fn a_folder_of_backups_keeps_the_newest() {
    let sinmun = Sinmun::with_fixtures();
    let folder = sinmun.path("backups");
    std::fs::create_dir(&folder).expect("a folder");
    let old = folder.join("sinmun-20200101T000000Z.db");
    std::fs::write(&old, "an old one").expect("written");
    let folder = folder.display().to_string();
    let file = sinmun.rows(&["backup", &folder, "--keep", "1"]).remove(0);
    assert!(!old.exists());
    let left: Vec<_> = std::fs::read_dir(&folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    assert_eq!(left, [std::path::PathBuf::from(file["file"].as_str().expect("a name"))]);
    says(&sinmun.fails(2, &["backup", "x.db", "--keep", "1"]), &["--keep", "x.db"]);
}

/// Each schema that was released, as SQL: read by this sinmun, its figures are what they were.
#[test]
fn every_released_schema_is_brought_up_to_date() {
    let now = sinmun::store::upgrade::schema();
    let mut seen = 0;
    for version in 2..=now {
        let dump = root().join(format!("tests/fixtures/schemas/{version}.sql"));
        let Ok(sql) = std::fs::read_to_string(&dump) else { continue };
        seen += 1;
        let sinmun = Sinmun::new();
        std::fs::create_dir(sinmun.data()).expect("a folder");
        let database = sinmun.data().join("sinmun.db");
        Connection::open(&database).expect("a file").execute_batch(&sql).expect("the dump");
        if version < now {
            says(&sinmun.fails(1, &["sql", DAILY]), &["older sinmun"]);
        }
        let before = upgrade(&Paths::new(sinmun.data()), &silent()).expect("brought up to date");
        assert_eq!(before, (version < now).then_some(version));
        let daily = std::fs::read_to_string(dump.with_extension("csv")).expect("its figures");
        assert_eq!(sinmun.ok(&["sql", DAILY]), daily, "schema {version}");
        let faults = Connection::open(&database)
            .and_then(|c| c.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)))
            .expect("a check");
        assert_eq!(faults, "ok");
        assert!(!sinmun.ok(&["search", "sample", "--format", "csv"]).trim().is_empty());
        let kept = sinmun.data().join(format!("sinmun-schema-{version}.db"));
        assert_eq!(kept.exists(), version < now, "what it was before is kept beside it");
        if kept.exists() {
            let count = |path: &std::path::Path| -> i64 {
                let connection = Connection::open(path).expect("a store");
                connection.query_row("SELECT count(*) FROM revision", [], |row| row.get(0)).expect("a count")
            };
            assert_eq!(count(&kept), count(&database));
        }
    }
    assert!(seen > 0, "no released schema was found");
}

/// Keys that the configuration knows, by its own words for one that it does not.
fn known_keys(sinmun: &Sinmun) -> BTreeSet<String> {
    let file = sinmun.write("wrong.toml", "no-such-key = 1\n");
    let told = sinmun.fails(78, &["--config", &file, "config"]);
    let (_, list) = told.split_once("expected one of").expect("the list of keys");
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_packaged_configuration_has_every_key_and_is_read() {
    let sinmun = Sinmun::new();
    let path = root().join("systemd/sinmun.toml");
    let text = std::fs::read_to_string(&path).expect("the configuration");
    sinmun.ok(&["--config", &path.display().to_string(), "config"]);
    // With every example in force it is still no error: no key is misspelt, no value of another kind.
    let key = |line: &str| line.split_once(" = ").map(|(key, _)| key.trim_start_matches("# ").to_owned());
    let is_key = |key: &String| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let in_force: Vec<&str> = text
        .lines()
        .filter(|line| key(line).as_ref().is_some_and(is_key))
        .map(|line| line.trim_start_matches("# "))
        .collect();
    let all = sinmun.write("all.toml", in_force.join("\n"));
    sinmun.ok(&["--config", &all, "config"]);
    let documented: BTreeSet<String> = in_force.iter().filter_map(|line| key(line)).collect();
    assert_eq!(documented, known_keys(&sinmun));
}

#[test]
fn alert_rules_speak_of_metrics_that_there_are() {
    let rules = std::fs::read_to_string(root().join("systemd/alerts.yml")).expect("the rules");
    let telemetry = Telemetry::default();
    let page = prometheus(&Health::default(), Some(&telemetry));
    let metrics: BTreeSet<&str> =
        page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let mut spoken_of = 0;
    for rule in rules.split("- alert: ").skip(1) {
        let name = rule.lines().next().expect("a name");
        let expr = rule.lines().find_map(|line| line.trim().strip_prefix("expr: ")).expect("an expression");
        let named: Vec<&str> =
            expr.split(|c: char| !c.is_ascii_lowercase() && c != '_').filter(|w| w.starts_with("sinmun_")).collect();
        assert!(!named.is_empty(), "{name} is about nothing of ours");
        for metric in &named {
            assert!(metrics.contains(metric), "{name}: there is no {metric}");
        }
        spoken_of += named.len();
        for part in ["severity: ", "summary: ", "description: "] {
            assert!(rule.contains(part), "{name} has no {part}");
        }
    }
    assert!(spoken_of > 8);
}

#[test]
fn events_are_json_where_that_is_asked_for() {
    let sinmun = Sinmun::new();
    let sources = sinmun.path("sources");
    std::fs::create_dir(&sources).expect("a folder");
    // Nobody listens at port 9 of this machine.
    let feed = "site = 'none'\noutlet = 'kcna'\nfeed = 'http://127.0.0.1:9/'\nallow_private = true\n[[edition]]\nedition = 'en'\n";
    std::fs::write(sources.join("none.toml"), feed).expect("written");
    let config = sinmun.write("sinmun.toml", "sources = 'sources'\ncollect = ['none-en']\n");
    let run = sinmun.run(&["--config", &config, "poll", "--log", "json"]);
    let line = run.stderr.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{run}"));
    let event: serde_json::Value = serde_json::from_str(line).expect("JSON");
    assert_eq!((&event["source"], &event["level"]), (&"none-en".into(), &"WARN".into()), "{line}");
    assert_eq!(event["message_id"], sinmun::telemetry::id::POLL_FAILED);
    let run = sinmun.run(&["--config", &config, "poll", "--log", "text"]);
    assert!(run.stderr.contains("source=\"none-en\"") && !run.stderr.contains("message_id"), "{run}");
}

#[test]
fn readers_need_no_right_to_write() {
    let sinmun = Sinmun::with_fixtures();
    let before = sinmun.ok(&["sql", DAILY]);
    // The files that SQLite reads a log by stay when the last writer has ended; without them only an owner could read.
    for name in ["sinmun.db", "sinmun.db-wal", "sinmun.db-shm", "search.db-wal", "search.db-shm"] {
        assert!(sinmun.data().join(name).exists(), "{name}");
    }
    assert_eq!(
        std::fs::metadata(sinmun.data().join("sinmun.db-wal")).expect("a log").len(),
        0,
        "all is in the database"
    );
    for _ in 0..2 {
        assert_eq!(sinmun.ok(&["sql", DAILY]), before);
    }
    assert!(sinmun.data().join("sinmun.db-shm").exists(), "a reader takes nothing away");
}
