//! Exit codes, and messages that say what happened, to which thing, and what to do.

use std::process::Stdio;

use crate::harness::{Sinmun, fixture, says};

#[test]
fn wrong_use_is_2() {
    let sinmun = Sinmun::with_fixtures();
    says(&sinmun.fails(2, &["series", "nobody"]), &["'nobody'", "xi-jinping"]);
    says(&sinmun.fails(2, &["series", "putin", "--from", "2024-09", "--to", "2024-08"]), &["--from", "--to"]);
    says(&sinmun.fails(2, &["series", "putin", "--from", "August"]), &["'August'", "2024-08-31"]);
    says(&sinmun.fails(2, &["series", "putin", "--measure", "fame"]), &["per_1000"]);
    says(&sinmun.fails(2, &["indicator", "nothing"]), &["nkpro-2024"]);
    says(&sinmun.fails(2, &["indicator", "--from", "2024"]), &["series"]);
    says(&sinmun.fails(2, &["coverage", "--edition", "kp"]), &["'kp'", "ko"]);
    sinmun.fails(2, &["frobnicate"]);
    sinmun.fails(2, &[]);
}

#[test]
fn a_missing_store_is_explained_and_not_made() {
    let sinmun = Sinmun::new();
    for command in [&["series", "putin"][..], &["coverage"], &["search", "x"], &["sql", "SELECT 1"], &["recount"]] {
        says(&sinmun.fails(1, command), &["no store", "sinmun import"]);
    }
    assert_eq!(sinmun.run(&["check"]).status, Some(1));
    assert!(!sinmun.data().exists());
}

#[test]
fn bad_input_is_65() {
    let sinmun = Sinmun::new();
    for (name, bytes, told) in [
        ("empty.json", &b""[..], "empty"),
        ("wide.json", b"\xff\xfe[\0", "UTF-16"),
        ("cut.json.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab", "cut off"),
        ("other.csv", b"a,b\n1,2\n", "--field"),
    ] {
        let path = sinmun.write(name, bytes);
        says(&sinmun.fails(65, &["import", &path, "--outlet", "kcna", "--edition", "en"]), &[name, told]);
    }
}

#[test]
fn disk_trouble_is_74() {
    let sinmun = Sinmun::new();
    let nowhere = sinmun.path("nowhere.json").display().to_string();
    says(&sinmun.fails(74, &["import", &nowhere, "--outlet", "kcna", "--edition", "en"]), &["nowhere.json"]);
    let sinmun = Sinmun::with_fixtures();
    let nowhere = sinmun.path("no/such/a.svg").display().to_string();
    says(&sinmun.fails(74, &["plot", "putin", "--out", &nowhere]), &["a.svg"]);
    let broken = Sinmun::new();
    std::fs::create_dir(broken.data()).expect("a folder");
    std::fs::write(broken.data().join("sinmun.db"), "this is no database, only a synthetic text").expect("written");
    broken.fails(74, &["series", "putin"]);
}

#[test]
fn a_second_writer_is_75_and_readers_go_on() {
    let sinmun = Sinmun::with_fixtures();
    let lock = std::fs::OpenOptions::new().write(true).open(sinmun.data().join("sinmun.lock")).expect("the lock");
    lock.lock().expect("locked");
    let archive = fixture("archive.json");
    let told = sinmun.fails(75, &["import", &archive, "--outlet", "kcna", "--edition", "en"]);
    says(&told, &["another sinmun", "sinmun.db", "try again"]);
    sinmun.fails(75, &["recount", "--dry-run"]);
    sinmun.ok(&["series", "putin"]);
    lock.unlock().expect("unlocked");
    sinmun.ok(&["import", &archive, "--outlet", "kcna", "--edition", "en"]);
}

#[test]
fn a_bad_configuration_is_78() {
    let sinmun = Sinmun::new();
    for (text, told) in [
        ("datta = 'x'\n", &["sinmun.toml", "datta", "line 1"][..]),
        ("query_seconds = 0\n", &["query_seconds"]),
        ("query_seconds = \n", &["sinmun.toml", "line 1"]),
    ] {
        let config = sinmun.write("sinmun.toml", text);
        says(&sinmun.fails(78, &["--config", &config, "config"]), told);
    }
    says(&sinmun.fails(78, &["--config", "no-such.toml", "config"]), &["no-such.toml"]);
    sinmun.write("lexicon.toml", "[[person]]\nid = \"a\"\nname = \"A\"\nnames.en = [\"{a|b\"]\n");
    let config = sinmun.write("sinmun.toml", "lexicon = 'lexicon.toml'\n");
    let archive = fixture("archive.json");
    let told = sinmun.fails(78, &["--config", &config, "import", &archive, "--outlet", "kcna", "--edition", "en"]);
    says(&told, &["lexicon.toml"]);
    assert!(!sinmun.data().exists(), "a bad lexicon made a store");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let sinmun = Sinmun::with_fixtures();
    // Far more than a pipe holds, so that the program must notice that nobody reads.
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n";
    let mut command = sinmun.command(&["sql", endless]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut first = [0; 2];
    std::io::Read::read_exact(child.stdout.as_mut().expect("a pipe"), &mut first).expect("a beginning");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}
