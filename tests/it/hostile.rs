//! Titles that a spreadsheet, a terminal or a page would obey.

use crate::harness::{Sinmun, says};

#[test]
fn formulas_are_cells_of_text_in_csv() {
    let sinmun = Sinmun::with_fixtures();
    let title = "SELECT title FROM v_article WHERE title LIKE '=%'";
    let csv = sinmun.ok(&["sql", title]);
    assert!(csv.lines().any(|line| line.starts_with("\"'=HYPERLINK")), "{csv}");
    // JSON is for programs: it stays as it was published.
    assert!(sinmun.rows(&["sql", title])[0]["title"].as_str().expect("a title").starts_with("=HYPERLINK"));
    for command in [&["mentions", "russia"][..], &["search", "spreadsheet"]] {
        let text = sinmun.ok(command);
        assert!(text.contains("'=HYPERLINK"), "{text}");
        for record in csv::Reader::from_reader(text.as_bytes()).records() {
            for cell in &record.expect("a record") {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            }
        }
    }
}

#[test]
fn a_terminal_is_given_nothing_to_obey() {
    let sinmun = Sinmun::with_fixtures();
    let name = sinmun.rows(&["search", "terminal"])[0]["article"].as_str().expect("a name").to_owned();
    for command in
        [&["mentions", "china"][..], &["search", "terminal"], &["show", &name], &["sql", "SELECT title FROM v_article"]]
    {
        let mut all = command.to_vec();
        all.extend(["--format", "table"]);
        let text = sinmun.ok(&all);
        let obeyed = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(obeyed), "{command:?}: {text:?}");
        says(&text, &["␛[31mRed"]);
    }
}

#[test]
fn markup_in_a_chart_is_text() {
    let sinmun = Sinmun::with_fixtures();
    let path = sinmun.path("a.svg").display().to_string();
    sinmun.ok(&["plot", "china", "--title", "<script>alert('x')</script> & Co", "--out", &path]);
    let text = std::fs::read_to_string(path).expect("a picture");
    let svg = roxmltree::Document::parse(&text).expect("XML");
    assert!(!svg.descendants().any(|node| node.has_tag_name("script")), "{text}");
    says(&text, &["&lt;script&gt;"]);
}
