//! The README's examples of loading a series by its address, run as they stand there.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::harness::{Sinmun, fixture, missing, root};
use crate::serving::Serving;

/// Four months that were declared complete.
fn store() -> Sinmun {
    let sinmun = Sinmun::new();
    let whole = ["--outlet", "kcna", "--edition", "en", "--complete", "2024-05..2024-08"];
    sinmun.import(&fixture("archive.json"), &whole);
    sinmun.import_fixture("archive-rodong.csv", "rodong", "en");
    sinmun
}

/// The README's example in a language, asking our own dashboard, with a line more that writes what it has made as CSV.
fn example(language: &str, base: &str, more: &str) -> String {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let (_, rest) = readme.split_once(&format!("```{language}\n")).expect("an example");
    let (code, _) = rest.split_once("```").expect("its end");
    assert!(code.contains("http://127.0.0.1:8417/"), "{code}");
    format!("{}{more}\n", code.replace("http://127.0.0.1:8417", base))
}

/// The cells after a line that says where they begin: of each month, Putin's share and Xi Jinping's.
fn run(program: &str, arguments: &[&str], file: &Path) -> String {
    let done = Command::new(program).args(arguments).arg(file).output().expect("it starts");
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{out}{err}");
    out.split_once("-- values --").unwrap_or_else(|| panic!("nothing was written: {out}{err}")).1.to_owned()
}

/// The same shares, by the command line: month, entity, share.
fn shares(sinmun: &Sinmun) -> Vec<(String, String, f64)> {
    let asked = ["series", "putin", "xi-jinping", "--measure", "share", "--outlet", "kcna", "--from", "2024-05"];
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let rows = sinmun.rows(&asked);
    rows.iter().map(|row| (text(&row["period"]), text(&row["entity"]), row["share"].as_f64().expect("seen"))).collect()
}

#[track_caller]
fn same(written: &str, sinmun: &Sinmun) {
    let expected = shares(sinmun);
    assert_eq!(expected.len(), 8);
    assert!(expected.iter().any(|(.., share)| *share > 0.0));
    let mut cells: Vec<(String, String, f64)> = Vec::new();
    for line in written.lines().filter(|line| line.contains("2024-")) {
        let fields: Vec<&str> = line.split(',').map(|field| field.trim_matches('"')).collect();
        let [month, entity, share] = fields[..] else { panic!("{line}") };
        cells.push((month.to_owned(), entity.to_owned(), share.parse().unwrap_or_else(|_| panic!("{line}"))));
    }
    cells.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    assert_eq!(cells.len(), expected.len(), "{written}");
    for (cell, row) in cells.iter().zip(&expected) {
        assert_eq!((&cell.0, &cell.1), (&row.0, &row.1));
        assert!((cell.2 - row.2).abs() < 1e-6, "{cell:?} {row:?}");
    }
}

#[test]
fn in_python() {
    let python = std::env::var("SINMUN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !Command::new(&python).args(["-c", "import pandas"]).output().is_ok_and(|done| done.status.success()) {
        missing::<()>("pandas (pip install pandas, SINMUN_PYTHON names its python)");
        return;
    }
    let sinmun = store();
    let serving = Serving::start(&sinmun);
    let more = "print('-- values --')\n\
                for (outlet, edition, entity), column in by_month.items():\n\
                \x20   for month, share in column.items():\n\
                \x20       print(f'{month:%Y-%m},{entity},{share}')";
    let file = sinmun.write("example.py", example("python", &serving.base, more));
    same(&run(&python, &[], Path::new(&file)), &sinmun);
}

#[test]
fn in_r() {
    if !Command::new("Rscript").arg("--version").output().is_ok_and(|done| done.status.success()) {
        missing::<()>("Rscript (apt-get install --no-install-recommends r-base-core)");
        return;
    }
    let sinmun = store();
    let serving = Serving::start(&sinmun);
    let more = "cat('-- values --\\n')\nwrite.csv(as.data.frame(by_month), row.names = FALSE)";
    let file = sinmun.write("example.R", example("r", &serving.base, more));
    same(&run("Rscript", &["--vanilla"], Path::new(&file)), &sinmun);
}
