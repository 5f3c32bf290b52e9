//! Web archives: a small synthetic one in the repository, our own, and those of other tools where they are installed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sinmun::domain::stream::Edition;
use sinmun::extract::source::DEFAULT;
use sinmun::standin::{KcnaLook, RodongEra, Standin};

use crate::collect::Bench;
use crate::harness::{Sinmun, fixture, missing, root, says};

type Articles = BTreeSet<(String, String, String)>;

fn articles(sinmun: &Sinmun) -> Articles {
    let rows = sinmun.rows(&["sql", "SELECT day, day_from, title FROM v_article WHERE content = 'full'"]);
    let text = |row: &Value, name: &str| row[name].as_str().unwrap_or("").to_owned();
    rows.iter().map(|row| (text(row, "day"), text(row, "day_from"), text(row, "title"))).collect()
}

fn set(rows: &[(&str, &str, &str)]) -> Articles {
    rows.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
}

/// The fixture was written by hand (tests/fixtures/make-pages.py): nothing of it was ever published.
#[test]
fn a_web_archive_is_read_by_the_layouts_of_its_day() {
    let sinmun = Sinmun::new();
    let file = fixture("pages.warc");
    let report = sinmun.import(&file, &["--outlet", "kcna", "--edition", "en"]);
    assert_eq!(
        (report["new"].as_u64(), report["rejected"].as_u64(), report["passed_over"].as_u64()),
        (Some(3), Some(3), Some(5)),
        "{report}"
    );
    let held = set(&[
        ("2024-03-09", "page", "Synthetic Message to Xi Jinping"),
        // No date on the page: the list's, where the archive has the list, else the dateline's with the capture's year.
        ("2026-09-08", "list", "Synthetic Story of a Bridge"),
        ("2026-12-31", "dateline", "Synthetic Story of a Kiln"),
    ]);
    assert_eq!(articles(&sinmun), held);
    assert_eq!(sinmun.import(&file, &["--outlet", "kcna", "--edition", "en"])["new"], 0);
    // What could not be read is told, the last record among it: the file is cut off in it.
    let rejects = sinmun.path("rejects.jsonl");
    let path = rejects.display().to_string();
    sinmun.ok(&["import", &file, "--outlet", "kcna", "--edition", "en", "--rejects", &path]);
    let told = std::fs::read_to_string(rejects).expect("the rejects");
    says(&told, &["blocked", "packed as 'br'", "cut off"]);
    // The other outlet's pages in it.
    let rodong = Sinmun::new();
    rodong.import(&file, &["--outlet", "rodong", "--edition", "en"]);
    assert_eq!(articles(&rodong), set(&[("2023-03-13", "page", "Synthetic Story of a Dam")]));
    // An outlet whose pages nobody reads.
    says(&rodong.fails(65, &["import", &file, "--outlet", "minju", "--edition", "ko"]), &["web archive", "minju ko"]);
}

#[test]
fn the_order_of_records_does_not_matter() {
    let text = std::fs::read(fixture("pages.warc")).expect("the fixture");
    let marker = b"WARC/1.0\r\n";
    let mut begins: Vec<usize> = memchr::memmem::find_iter(&text, marker).collect();
    begins.push(text.len());
    let mut records: Vec<&[u8]> = begins.windows(2).map(|w| &text[w[0]..w[1]]).collect();
    records.pop();
    records.reverse();
    let (there, back) = (Sinmun::new(), Sinmun::new());
    there.import(&fixture("pages.warc"), &["--outlet", "kcna", "--edition", "en"]);
    let file = back.write("back.warc", records.concat());
    back.import(&file, &["--outlet", "kcna", "--edition", "en"]);
    assert_eq!(articles(&there), articles(&back));
    let appearances = "SELECT title, content, day, day_from, appearances FROM v_article ORDER BY 1, 2, 3";
    assert_eq!(there.rows(&["sql", appearances]), back.rows(&["sql", appearances]));
}

/// A store that has polled the stand-in in both of KCNA's looks: the store, and what it holds.
async fn collected(look: KcnaLook, today: &str) -> Bench {
    let bench = Bench::on(today.parse().expect("a day"), 12, 2, &[Edition::En]).await;
    {
        let mut world = bench.standin.world();
        world.kcna_look = look;
        world.rodong_era = if look == KcnaLook::Q { RodongEra::B } else { RodongEra::C };
    }
    let collector = bench.collector();
    bench.round(&collector).await;
    bench
}

fn export(bench: &Bench, name: &str, more: &[&str]) -> (std::path::PathBuf, Value) {
    let sinmun = Sinmun::new();
    let out = bench.folder.path().join(name);
    let data = bench.folder.path().display().to_string();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sinmun"));
    command
        .env_remove("STATE_DIRECTORY")
        .env("HOME", sinmun.path(""))
        .args(["--data", &data, "export", "--warc"])
        .arg(&out);
    let done = command.args(["--format", "json"]).args(more).output().expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).expect("json");
    (out, report["rows"][0].clone())
}

/// The built-in sources, pointed at the stand-in, as a configuration.
fn configured(standin: &Standin) -> Sinmun {
    let sinmun = Sinmun::new();
    std::fs::create_dir_all(sinmun.path("sources")).expect("a folder");
    for (name, toml) in DEFAULT {
        std::fs::write(sinmun.path("sources").join(name), standin.pointed_at(toml)).expect("written");
    }
    sinmun.write("sinmun.toml", "sources = 'sources'\n");
    sinmun
}

fn import_into(sinmun: &Sinmun, file: &Path, outlet: &str) -> Value {
    let config = sinmun.path("sinmun.toml").display().to_string();
    let file = file.display().to_string();
    let rows =
        sinmun.rows(&["--config", &config, "import", &file, "--outlet", outlet, "--edition", "en", "--format", "json"]);
    rows.into_iter().next().expect("a report")
}

fn titles(bench: &Bench, outlet: &str) -> BTreeSet<(String, String)> {
    let all = bench.articles().into_iter().filter(|(of, ..)| of == outlet);
    all.map(|(_, _, day, title)| (day, title)).collect()
}

fn held(sinmun: &Sinmun) -> BTreeSet<(String, String)> {
    articles(sinmun).into_iter().map(|(day, _, title)| (day, title)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_imported_and_other_tools_read_it() {
    // In the old look a story stands under two addresses; Rodong Sinmun's newer pages come with pictures, which were
    // replaced.
    for (look, today, pages, conversions) in
        [(KcnaLook::Q, "2024-03-10", 72, 0), (KcnaLook::Detail, "2026-09-08", 48, 24)]
    {
        let bench = collected(look, today).await;
        for name in ["all.warc", "all.warc.gz"] {
            let (file, report) = export(&bench, name, &[]);
            assert_eq!((report["pages"].as_u64(), report["conversions"].as_u64()), (Some(pages), Some(conversions)));
            let records = usize::try_from(pages).expect("few") + 1;
            let sinmun = configured(&bench.standin);
            import_into(&sinmun, &file, "kcna");
            assert_eq!(held(&sinmun), titles(&bench, "kcna"));
            let sinmun = configured(&bench.standin);
            import_into(&sinmun, &file, "rodong");
            assert_eq!(held(&sinmun), titles(&bench, "rodong"));
            if let Some(python) = python() {
                let mut check = Command::new(&python);
                let checked = check.args(["-m", "warcio.cli", "check", "-v"]).arg(&file).output().expect("it runs");
                let told = String::from_utf8_lossy(&checked.stdout).into_owned();
                assert!(checked.status.success(), "{told}{}", String::from_utf8_lossy(&checked.stderr));
                assert_eq!(told.matches("digest pass").count(), records, "{told}");
                assert!(!told.contains("failed") && !told.contains("exception"), "{told}");
                // Its index finds every record at its place: a packed one has a member of its own.
                let mut index = Command::new(&python);
                let index = index.args(["-m", "warcio.cli", "index", "-f", "warc-type,offset"]).arg(&file);
                let index = index.output().expect("it runs");
                let lines = String::from_utf8_lossy(&index.stdout).into_owned();
                assert_eq!(lines.lines().count(), records, "{lines}{}", String::from_utf8_lossy(&index.stderr));
            }
        }
        // The same store gives the same file, and nothing is written over.
        let bytes = |path: &Path| std::fs::read(path).expect("a file");
        let (one, _) = export(&bench, "one.warc", &["--outlet", "kcna"]);
        let moved = bench.folder.path().join("moved.warc");
        std::fs::rename(&one, &moved).expect("moved");
        let (two, _) = export(&bench, "one.warc", &["--outlet", "kcna"]);
        assert_eq!(bytes(&moved), bytes(&two));
    }
}

/// Python with warcio, by `SINMUN_PYTHON` or the one on the path. Where there is none, that is said; in `.ci/run`, where
/// it is installed, it is a failure.
fn python() -> Option<String> {
    let python = std::env::var("SINMUN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import warcio"]).output().is_ok_and(|done| done.status.success());
    there.then_some(python).or_else(|| missing("warcio (pip install warcio, SINMUN_PYTHON names its python)"))
}

/// The addresses of all articles of the stand-in, and of a list and something else.
fn pages(bench: &Bench) -> Vec<String> {
    let world = bench.standin.world();
    let kcna = world.kcna.iter().map(|s| format!("{}/en/article/detail/{}", bench.standin.kcna, s.id));
    let list = format!("{}/en/article/list/a666dda1282180e0ee1b4427b0574ae7", bench.standin.kcna);
    kcna.chain([list, format!("{}/en", bench.standin.kcna)]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_by_wget() {
    if !Command::new("wget").arg("--version").output().is_ok_and(|done| done.status.success()) {
        missing::<()>("wget");
        return;
    }
    let bench = Bench::new(6, 2, &[Edition::En]).await;
    let folder = bench.folder.path();
    let mut command = Command::new("wget");
    command.current_dir(folder).args(["-q", "--warc-file=site", "-O", "pages.html"]).args(pages(&bench));
    let mut running = command.spawn().expect("it starts");
    let done = tokio::task::spawn_blocking(move || running.wait()).await.expect("joined").expect("it runs");
    assert!(done.success(), "{done}");
    let sinmun = configured(&bench.standin);
    let report = import_into(&sinmun, &folder.join("site.warc.gz"), "kcna");
    // Its captures are of the machine's today, so the datelines take that year; the list's days hold all the same.
    let served: BTreeSet<_> =
        bench.served().into_iter().filter(|(o, ..)| o == "kcna").map(|(_, _, d, t)| (d, t)).collect();
    assert_eq!(held(&sinmun), served, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_by_warcio() {
    let Some(python) = python() else { return };
    let bench = Bench::new(6, 2, &[Edition::En]).await;
    let file = bench.folder.path().join("site.warc.gz");
    let mut command = Command::new(python);
    command.arg(root().join("tests/fixtures/fetch-by-warcio.py")).arg(&file).args(pages(&bench));
    let done = tokio::task::spawn_blocking(move || command.output()).await.expect("joined").expect("it runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let sinmun = configured(&bench.standin);
    let report = import_into(&sinmun, &file, "kcna");
    let served: BTreeSet<_> =
        bench.served().into_iter().filter(|(o, ..)| o == "kcna").map(|(_, _, d, t)| (d, t)).collect();
    assert_eq!(held(&sinmun), served, "{report}");
}
