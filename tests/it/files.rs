//! Files as they come: packed, piped, marked, mapped, in part broken; and the same file twice.

use std::io::Write as _;

use serde_json::Value;

use crate::harness::{Sinmun, fixture, keys, says};

const KCNA: [&str; 4] = ["--outlet", "kcna", "--edition", "en"];

fn everything(sinmun: &Sinmun) -> Vec<Value> {
    let mut rows =
        sinmun.rows(&["sql", "SELECT article, title, body, content, appearances FROM v_article ORDER BY 1, 2"]);
    rows.extend(sinmun.rows(&["series", "putin", "china", "russia", "--by", "day"]));
    rows
}

#[test]
fn a_second_import_adds_nothing() {
    let sinmun = Sinmun::new();
    let first = sinmun.import(&fixture("archive.json"), &KCNA);
    let fields = [
        "read",
        "new",
        "merged",
        "revised",
        "headline_only",
        "missing",
        "media",
        "known",
        "rejected",
        "repairs",
        "repaired_rows",
        "undated",
        "passed_over",
    ];
    assert_eq!(keys(&first), fields);
    let told = |row: &Value| ["read", "new", "merged", "revised", "missing", "media", "known"].map(|f| row[f].as_u64());
    assert_eq!(told(&first), [56, 32, 18, 1, 1, 4, 0].map(Some));
    let before = everything(&sinmun);
    assert_eq!(told(&sinmun.import(&fixture("archive.json"), &KCNA)), [56, 0, 0, 0, 0, 0, 56].map(Some));
    assert_eq!(everything(&sinmun), before);
    assert_eq!(sinmun.rows(&["sql", "SELECT count(*) AS n FROM origin"])[0]["n"], 1);
}

#[test]
fn packed_piped_and_marked_files_are_the_same() {
    let plain = std::fs::read(fixture("archive.json")).expect("the fixture");
    let reference = Sinmun::new();
    reference.import(&fixture("archive.json"), &KCNA);
    let expected = everything(&reference);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).expect("packed");
    let marked = [b"\xef\xbb\xbf", plain.as_slice()].concat();
    for (name, bytes) in [
        ("a.json.gz", gzip.finish().expect("packed")),
        ("a.json.zst", zstd::encode_all(plain.as_slice(), 1).expect("packed")),
        // The first bytes tell, not the name.
        ("marked.csv", marked),
    ] {
        let sinmun = Sinmun::new();
        let path = sinmun.write(name, bytes);
        sinmun.import(&path, &KCNA);
        assert_eq!(everything(&sinmun), expected, "{name}");
    }
    let sinmun = Sinmun::new();
    let run = sinmun.run_with_input(&["import", "-", "--outlet", "kcna", "--edition", "en"], &plain);
    assert_eq!(run.status, Some(0), "{run}");
    assert_eq!(everything(&sinmun), expected, "standard input");
}

#[test]
fn columns_are_named_by_the_user() {
    let sinmun = Sinmun::new();
    let file = sinmun.write("a.csv", "kopf;inhalt;tag\nSample;\"A synthetic text; on\nRussia.\";2024-08-01\n");
    says(&sinmun.fails(65, &["import", &file, "--outlet", "kcna", "--edition", "en"]), &["a.csv", "kopf", "--field"]);
    let named = ["--field", "title=kopf", "--field", "body=inhalt", "--field", "date=tag"];
    assert_eq!(sinmun.import(&file, &[&KCNA[..], &named].concat())["new"], 1);
    assert_eq!(sinmun.rows(&["series", "russia"])[0]["mentions"], 1);
    for wrong in ["kopf", "head=kopf", "title="] {
        sinmun.fails(2, &["import", &file, "--outlet", "kcna", "--edition", "en", "--field", wrong]);
    }
}

#[test]
fn what_cannot_be_used_is_refused_with_its_line_and_the_rest_goes_in() {
    let sinmun = Sinmun::new();
    let good = |n: u8| format!("{{\"title\":\"Sample {n}\",\"date\":\"2024-08-0{n}\",\"body\":\"Synthetic.\"}}\n");
    let mut bytes = good(1).into_bytes();
    bytes.extend(b"{\"date\":\"2024-08-01\",\"url\":\"http://x/1\"}\n");
    bytes.extend(b"{\"title\":\"When\",\"date\":\"13/04/2024\",\"body\":\"Synthetic.\"}\n");
    bytes.extend(b"{\"title\":7,\"date\":\"2024-08-01\",\"body\":\"Synthetic.\"}\n");
    bytes.extend(b"{\"title\":\"B\xffd\",\"date\":\"2024-08-01\",\"body\":\"Synthetic.\"}\n");
    bytes.extend(good(2).into_bytes());
    bytes.extend(b"{\"title\":\"Cut off\",\"date\":\"2024-0");
    let file = sinmun.write("bad.jsonl", &bytes);
    let rejects = sinmun.path("rejects.jsonl").display().to_string();
    let report = sinmun.import(&file, &[&KCNA[..], &["--rejects", &rejects]].concat());
    assert_eq!((&report["read"], &report["new"], &report["rejected"]), (&7.into(), &2.into(), &5.into()));
    let kept: Vec<Value> = std::fs::read_to_string(&rejects)
        .expect("the rejects")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let lines: Vec<u64> = kept.iter().map(|row| row["line"].as_u64().expect("a line")).collect();
    assert_eq!(lines, [2, 3, 4, 5, 7]);
    for (row, reason) in kept.iter().zip(["neither a title nor a body", "13/04/2024", "title", "UTF-8", "cut off"]) {
        assert_eq!(keys(row), ["file", "line", "reason", "raw"]);
        says(row["reason"].as_str().expect("a reason"), &[reason]);
    }
    says(kept[1]["raw"].as_str().expect("the row"), &["{\"title\":\"When\"", "Synthetic"]);
    let strict = Sinmun::new();
    let told = strict.fails(65, &["import", &file, "--outlet", "kcna", "--edition", "en", "--strict"]);
    says(&told, &["bad.jsonl", "line 2", "neither a title nor a body"]);
    let none = strict.write("none.jsonl", "{\"date\":\"2024-08-01\"}\n");
    let run = strict.run(&["import", &none, "--outlet", "kcna", "--edition", "en"]);
    assert_eq!(run.status, Some(65), "{run}");
    says(&run.stderr, &["none of the 1 rows", "--rejects"]);
}
