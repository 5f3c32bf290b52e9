//! Real texts, where they lie beside the checkout: what an independent count found, and what they must not do.

use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::harness::{Sinmun, cut_out_mentions, root};
use crate::order::figures;

const KCNA: [&str; 4] = ["--outlet", "kcna", "--edition", "en"];
const ALL: [&str; 22] = [
    "china",
    "russia",
    "xi-jinping",
    "hu-jintao",
    "jiang-zemin",
    "li-qiang",
    "li-keqiang",
    "wen-jiabao",
    "zhao-leji",
    "wang-huning",
    "wang-yi",
    "putin",
    "medvedev",
    "mishustin",
    "lavrov",
    "shoigu",
    "matviyenko",
    "volodin",
    "matsegora",
    "kim-jong-un",
    "kim-jong-il",
    "kim-il-sung",
];

/// A file of the real data, or none with a word about it that a reader of the test's output cannot miss.
pub fn real(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SINMUN_REAL_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if path.is_file() {
        return Some(path);
    }
    // Past the capture of the test harness, which would hide it.
    let told =
        format!("\nSKIPPED: {} is not there; set SINMUN_REAL_DATA to the folder that holds it\n", path.display());
    std::io::stderr().write_all(told.as_bytes()).expect("told");
    None
}

fn import(sinmun: &Sinmun, path: &std::path::Path) -> Value {
    sinmun.import(&path.display().to_string(), &KCNA)
}

fn counts(report: &Value, fields: &[&str]) -> Vec<u64> {
    fields.iter().map(|field| report[field].as_u64().expect("a count")).collect()
}

#[test]
fn the_table_of_2024_comes_out() {
    let Some(path) = real("kcna-en-2024-01-to-08.json") else { return };
    let sinmun = Sinmun::new();
    let report = import(&sinmun, &path);
    assert_eq!(counts(&report, &["read", "new", "rejected"]), [753, 429, 0]);
    let rows = sinmun.rows(&["series", "xi-jinping", "putin", "medvedev", "china", "russia", "--form", "name"]);
    // Articles, then for each entity mentions and articles with one.
    let table = [
        ("2023-12", 1, [(0, 0), (0, 0), (0, 0), (1, 1), (0, 0)]),
        ("2024-01", 20, [(0, 0), (0, 0), (0, 0), (4, 2), (7, 2)]),
        ("2024-02", 14, [(2, 1), (0, 0), (0, 0), (16, 2), (0, 0)]),
        ("2024-03", 5, [(0, 0), (0, 0), (0, 0), (1, 1), (1, 1)]),
        ("2024-04", 8, [(0, 0), (0, 0), (0, 0), (6, 1), (0, 0)]),
        ("2024-05", 14, [(0, 0), (0, 0), (0, 0), (1, 1), (0, 0)]),
        ("2024-06", 17, [(0, 0), (0, 0), (0, 0), (1, 1), (32, 4)]),
        ("2024-07", 71, [(0, 0), (1, 1), (0, 0), (29, 6), (33, 7)]),
        ("2024-08", 279, [(0, 0), (6, 3), (5, 3), (17, 10), (110, 34)]),
    ];
    assert_eq!(rows.len(), table.len() * 5);
    for (chunk, (month, articles, entities)) in rows.chunks(5).zip(table) {
        for (row, (mentions, with)) in chunk.iter().zip(entities) {
            assert_eq!(row["period"], month);
            assert_eq!(counts(row, &["articles", "mentions", "articles_with"]), [articles, mentions, with], "{row}");
        }
    }
    let kims = sinmun.rows(&["series", "kim-jong-un", "kim-jong-il", "kim-il-sung", "--form", "name"]);
    let sum = |entity: &str| -> u64 {
        kims.iter().filter(|r| r["entity"] == entity).map(|r| r["mentions"].as_u64().expect("n")).sum()
    };
    assert_eq!(["kim-jong-un", "kim-jong-il", "kim-il-sung"].map(sum), [418, 47, 100]);
    let xi = &sinmun.rows(&["indicator", "nkpro-2024"])[0];
    assert!(xi["verdict"] == "too thin" || xi["verdict"] == "partly", "{xi}");
    let titles = sinmun.rows(&["sql", "SELECT title FROM v_article WHERE title LIKE '%[Juche%'"]);
    assert_eq!(titles, Vec::<Value>::new(), "list dates are taken off");
    assert!(cut_out_mentions(&sinmun, &ALL) > 500);
    let before = figures(&sinmun.data());
    assert_eq!(counts(&import(&sinmun, &path), &["read", "known", "new", "merged", "revised"]), [753, 753, 0, 0, 0]);
    assert!(figures(&sinmun.data()) == before, "a second import changed the figures");
}

#[test]
fn the_file_of_2024_in_other_orders() {
    let Some(path) = real("kcna-en-2024-01-to-08.json") else { return };
    let rows: Vec<Value> = serde_json::from_slice(&std::fs::read(path).expect("read")).expect("JSON");
    let stored = |portions: Vec<Vec<&Value>>| {
        let sinmun = Sinmun::new();
        for portion in portions {
            let file = sinmun.write("part.json", serde_json::to_vec(&portion).expect("JSON"));
            sinmun.import(&file, &[&KCNA[..], &["--no-search"]].concat());
        }
        figures(&sinmun.data())
    };
    let whole = stored(vec![rows.iter().collect()]);
    assert!(stored(vec![rows.iter().rev().collect()]) == whole, "reversed");
    // Every seventh, then every seventh of the rest: neighbours end up in different portions.
    let strided = (0..7).map(|first| rows.iter().skip(first).step_by(7).collect()).rev().collect();
    assert!(stored(strided) == whole, "in seven interleaved portions");
}

#[test]
fn doubles_of_2012_are_one_and_namesakes_are_not() {
    let Some(path) = real("kcna-2012-01-to-06.jsonl") else { return };
    let sinmun = Sinmun::new();
    let report = import(&sinmun, &path);
    let [read, new, merged, revised, known] =
        ["read", "new", "merged", "revised", "known"].map(|field| report[field].as_u64().expect("a count"));
    assert_eq!((read, report["rejected"].as_u64()), (5927, Some(0)), "{report}");
    // 5,911 distinct texts: each is an article, or the revision of one.
    assert_eq!((new + revised, merged + known), (5911, 16), "{report}");
    let messages = sinmun.rows(&[
        "sql",
        "SELECT body FROM v_article WHERE day = '2012-01-05' AND edition = 'en'
        AND title = 'Condolatory Messages from Foreign Party Leaders'",
    ]);
    assert_eq!(messages.len(), 4);
    assert!(cut_out_mentions(&sinmun, &ALL) > 5000);
    let again = import(&sinmun, &path);
    assert_eq!(counts(&again, &["read", "known", "new", "merged", "revised"]), [5927, 5927, 0, 0, 0]);
}

/// Read by hand: every place where these texts name a president or premier by the office alone.
#[test]
fn offices_of_2012_belong_to_those_who_held_them() {
    let Some(path) = real("kcna-2012-01-to-06.jsonl") else { return };
    let sinmun = Sinmun::new();
    import(&sinmun, &path);
    let days = |entity: &str| -> Vec<String> {
        let rows = sinmun.rows(&["mentions", entity, "--form", "office", "--edition", "en"]);
        rows.iter().map(|row| row["date"].as_str().expect("a day").to_owned()).collect()
    };
    // "The president of China who doubles as the general secretary" is one mention of one man.
    assert_eq!(days("hu-jintao"), ["2012-02-06", "2012-04-24"]);
    // On 5 and 24 March in lists ("presidents of Russia, Syria", "the president and personages of Russia"), on 27 May as
    // the ruling party's leader.
    let medvedev =
        ["01-29", "02-16", "02-24", "03-03", "03-05", "03-24", "04-05", "04-16", "04-24", "05-09", "05-27", "06-12"]
            .map(|day| format!("2012-{day}"));
    assert_eq!(days("medvedev"), medvedev);
    // Prime minister until May, president since.
    assert_eq!(days("putin"), ["2012-03-15", "2012-03-26", "2012-06-12"]);
    assert_eq!(days("xi-jinping"), [""; 0]);
}

#[test]
fn headlines_are_in_no_full_text_figure() {
    let Some(path) = real("kcna-headlines-1997-to-2005.csv") else { return };
    let sinmun = Sinmun::new();
    let path = path.display().to_string();
    let report = sinmun.import(&path, &[&KCNA[..], &["--no-search"]].concat());
    assert_eq!(counts(&report, &["read", "new", "missing", "media", "revised"]), [40197, 0, 0, 0, 0], "{report}");
    let kinds = sinmun.rows(&["sql", "SELECT content, count(*) AS n FROM v_article GROUP BY content"]);
    assert_eq!((kinds.len(), &kinds[0]["content"]), (1, &Value::from("headline-only")));
    let mentions = sinmun.rows(&["series", "china", "--by", "year"]);
    assert!(mentions.iter().all(|row| row["articles"] == 0 && row["mentions"] == 0), "{mentions:?}");
    let headlines = sinmun.rows(&["series", "china", "--by", "year", "--measure", "headline"]);
    assert!(headlines.iter().all(|row| row["articles"].as_u64() > Some(3000)), "{headlines:?}");
    // 81 addresses that carry 173 headlines.
    let reused = sinmun.rows(&["sql", "SELECT count(*) AS n FROM v_article WHERE id_reused"]);
    assert_eq!(reused[0]["n"], 173);
    let again = sinmun.import(&path, &[&KCNA[..], &["--no-search"]].concat());
    assert_eq!(again["known"], 40197);
}
