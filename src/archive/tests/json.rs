//! JSON lines, and what holds for JSON of either kind.

use std::io::Read;

use super::*;

#[test]
fn one_object_a_line() {
    let text = "\u{feff}{\"title\":\"a\",\"body\":\"b\",\"date\":\"2024-08-01\"}\r\n\r\n\
                {\"Headline\":\"c\",\"Story-Text\":null,\"date\":1703376000000}\n\
                {\"other\":[{\"title\":\"no\"}],\"headline\":\"d\"}";
    assert_eq!(lines_of(text), ["1:a|b|2024-08-01", "3:c|-|#1703376000000", "4:d|no column|-"]);
}

#[test]
fn all_roles_are_filled() {
    let text = "{\"title\":\"t\",\"body\":\"b\",\"date\":1,\"url\":\"u\",\"section\":\"s\",\
                \"lang\":\"ko\",\"captured_at\":1.7036e12}";
    let mut reader = Reader::open(text.as_bytes(), Fields::well_known(), Limits::default()).expect("it opens");
    let Ok(Some(Next::Row(row))) = reader.next() else {
        panic!("a row");
    };
    assert_eq!(row.raw, text.as_bytes());
    assert_eq!(row.url.as_deref(), Some("u"));
    assert_eq!(row.section.as_deref(), Some("s"));
    assert_eq!(row.language.as_deref(), Some("ko"));
    assert_eq!(row.captured, Some(Stamp::Number(1_703_600_000_000)));
    assert!(matches!(row.body, Some(Cow::Borrowed("b"))));
}

#[test]
fn objects_may_share_lines_or_be_spread_over_them() {
    let text = "{\"title\":\"a\"} {\"title\":\"b\"}{\n  \"title\": \"c\",\n  \"x\": [\n    {\n    }\n  ]\n}\n{\"title\":\"d\"}\n";
    assert_eq!(lines_of(text), ["1:a|no column|-", "1:b|no column|-", "1:c|no column|-", "8:d|no column|-"]);
}

#[test]
fn strings_hide_braces_and_quotes() {
    let text = r#"[{"title":"}{\"]\\","body":"\u0022}\u001f"},{"title":"[ \\\" {"}]"#;
    assert_eq!(lines_of(text), ["1:}{\"]\\|\"}\u{1f}|-", "1:[ \\\" {|no column|-"]);
}

#[test]
fn the_better_known_name_wins_if_it_holds_something() {
    for (text, row) in [
        (r#"{"headline":"h","title":"t"}"#, "1:t|no column|-"),
        (r#"{"title":null,"headline":"h"}"#, "1:h|no column|-"),
        (r#"{"headline":"h","title":""}"#, "1:h|no column|-"),
        (r#"{"title":"a","title":"b"}"#, "1:b|no column|-"),
        (r#"{"title":"a","title":null}"#, "1:a|no column|-"),
        (r#"{"content":{"x":1},"body":"b"}"#, "1:-|b|-"),
        (r#"{"body":""}"#, "1:-|-|-"),
        (r#"{"t\u0069tle":"a"}"#, "1:a|no column|-"),
        ("{}", "1:-|no column|-"),
    ] {
        assert_eq!(lines_of(text), [row], "{text}");
    }
}

#[test]
fn wrong_types_name_the_field() {
    for (text, message) in [
        (r#"{"headline":5}"#, "1! the field `headline`, read as title, must be a text or null, this is a number"),
        (r#"{"category":["a"]}"#, "1! the field `category`, read as section, must be a text or null, this is a list"),
        (
            r#"{"date":1.5}"#,
            "1! the field `date`, read as date, must be a text, a whole number or null, this is a number with a fraction",
        ),
        (
            r#"{"date":18446744073709551615}"#,
            "1! the field `date`, read as date, must be a text, a whole number or null, this is a number of more than 63 bits",
        ),
        (
            r#"{"captured":false}"#,
            "1! the field `captured`, read as captured, must be a text, a whole number or null, this is true or false",
        ),
        (r#"{"body":{"a":[]}}"#, "1! the field `body`, read as body, must be a text or null, this is an object"),
    ] {
        assert_eq!(lines_of(text), [message], "{text}");
    }
    assert_eq!(lines_of(r#"{"date":-2.0}"#), ["1:-|no column|#-2"]);
}

#[test]
fn broken_lines_do_not_swallow_good_ones() {
    // Each in the place of X: what comes before and after must be read.
    for (broken, message) in [
        (r#"{"title":"a","body":"cut o"#, "a string is not closed before the end of its line (line 2, column 27)"),
        (r#"{"title":"a","#, "a value begins where none can stand (line 3, column 1)"),
        (r#"{"title":"a""#, "a value begins where none can stand (line 3, column 1)"),
        (r#"{"title":"#, "a value begins where none can stand (line 4, column 1)"),
        (r#"{"title":"a","x":["#, "a value begins where none can stand (line 4, column 1)"),
        (r#"{"title":"a "quoted" word"}"#, "expected `,` or `}` (line 2, column 14)"),
        (r#"{"title":"a 6" gun"}"#, "a string is not closed before the end of its line (line 2, column 21)"),
        (r#"{"title":"a",}"#, "trailing comma (line 2, column 14)"),
        (r#"{"title":NaN}"#, "expected value (line 2, column 10)"),
        (r"<html>", "expected value (line 2, column 1)"),
        (r#"{"title":"a"]"#, "expected `,` or `}` (line 2, column 13)"),
        (r#"{"title":"\ud800"}"#, "unexpected end of hex escape (line 2, column 17)"),
        (r#"{"title":"\udc00x"}"#, "lone leading surrogate in hex escape (line 2, column 16)"),
    ] {
        let text = format!("{{\"title\":\"1\"}}\n{broken}\n{{\"title\":\"3\"}}\n{{\"title\":\"4\"}}\n");
        assert_eq!(
            lines_of(&text),
            ["1:1|no column|-", &format!("2! not JSON: {message}"), "3:3|no column|-", "4:4|no column|-"],
            "{broken}"
        );
        assert_eq!(rejects(&text)[0].raw, broken.as_bytes());
    }
}

#[test]
fn a_broken_record_of_many_lines_is_one_reject() {
    let text = "{\n  \"title\": \"a\n  \"x\": [\n    {\"title\": \"nested\"}\n  ]\n}\n{\n  \"title\": \"b\"\n}\n";
    assert_eq!(
        lines_of(text),
        ["1! not JSON: a string is not closed before the end of its line (line 2, column 14)", "7:b|no column|-"]
    );
}

#[test]
fn what_is_no_object_says_what_it_is() {
    let text = "{}\n5\n\"x\"\nnull\ntrue\n";
    let objects: Vec<_> = rejects(text).into_iter().map(|r| (r.line, r.reason)).collect();
    let found = |found| Reason::NotAnObject { found };
    assert_eq!(
        objects,
        [(2, found("a number")), (3, found("a text")), (4, found("null")), (5, found("true or false"))]
    );
}

#[test]
fn a_file_cut_off_says_so() {
    let cut = "the file ends in the middle of this record: it may have been cut off";
    for end in ["{", "{\"title\":\"b", "{\"title\":\"b\\", "{\n  \"x\": [\n    {\"title\": \"no\"},\n"] {
        let text = format!("{{\"title\":\"a\"}}\n{end}");
        assert_eq!(lines_of(text), ["1:a|no column|-", &format!("2! {cut}")], "{end}");
    }
    assert_eq!(
        lines_of("{\"title\":\"a\"}\n{\"title\":\"b\",\n{\"title\":\"c\"}\n"),
        ["1:a|no column|-", "2! not JSON: a value begins where none can stand (line 3, column 1)", "3:c|no column|-"]
    );
    assert_eq!(
        lines_of("{\"title\":\n{\"title\":\"b\"}\n"),
        ["1! not JSON: the record is never closed (line 1, column 1)", "2:b|no column|-"]
    );
}

#[test]
fn invalid_utf8_costs_one_record() {
    let text = b"{\"title\":\"a\"}\n{\"title\":\"\xc3\"}\n{\"title\":\"c\"}\n\xff\n";
    let all = lines_of(text);
    assert!(all[1].starts_with("2! not UTF-8 at byte 24 "), "{all:?}");
    assert_eq!(all[2], "3:c|no column|-");
    assert!(all[3].starts_with("4! not UTF-8 at byte 42 "), "{all:?}");
}

#[test]
fn nesting_is_bounded() {
    let deep = "[".repeat(100_000);
    let text = format!("{{\"x\":{deep}\n{{\"title\":\"b\"}}\n{{\"title\":1,\"x\":{deep}}}\n");
    assert_eq!(
        lines_of(&text)[..2],
        ["1! not JSON: nested more than 128 deep (line 1, column 133)", "2:b|no column|-"]
    );
    let closed = format!("{{\"title\":{}{}}}", "[".repeat(126), "]".repeat(126));
    assert!(lines_of(closed)[0].contains("this is a list"));
}

#[test]
fn long_records_are_passed_over() {
    let long = "x".repeat(1000);
    let title = format!("{{\"title\":\"{long}\"}}");
    assert_eq!(title.len(), 1012);
    assert_eq!(limited(&title, 1012).len(), 1);
    let good = "{\"title\":\"g\"}";
    let message = "1! longer than the limit of 100 bytes for one record";
    for (text, line) in [
        (format!("{title}\n{good}"), 2),
        (format!("{title} {good}"), 1),
        (format!("[{title},{good}]"), 1),
        (format!("{{\"title\":\"{long}\n{good}"), 2),
        (format!("{{\"a\":\"b\",\n\"title\":\"{long}\"}}\n{good}"), 3),
        (format!("{{\"a\":{{\"b\":{long}\n  {good}\n{good}"), 3),
        (format!("[{long},{good}]"), 1),
    ] {
        let all = limited(&text, 100);
        assert_eq!(all, [message, &format!("{line}:g|no column|-")], "{text}");
    }
    let line = format!("{good}\n{long}\n{good}");
    assert_eq!(limited(line, 100)[1], message.replacen('1', "2", 1));
}

#[test]
fn a_line_of_100_megabytes_is_refused_with_flat_memory() {
    let input = (&b"{\"title\":\"a\"}\n{\"title\":\""[..])
        .chain(std::io::repeat(b'x').take(100 << 20))
        .chain(&b"\"}\n{\"title\":\"c\"}\n"[..]);
    let (all, _) = read(input, 1 << 20).expect("it can be read");
    let [Got::Row(first, _), Got::Reject(reject), Got::Row(last, _)] = &all[..] else {
        panic!("a row, a reject, a row");
    };
    assert_eq!(first, "1:a|no column|-");
    assert_eq!((reject.line, reject.raw.len()), (2, 64 * 1024));
    assert_eq!(reject.reason, Reason::TooLong { limit: 1 << 20 });
    assert_eq!(last, "3:c|no column|-");
}

#[test]
fn the_users_names_are_used() {
    let fields = Fields::well_known().with("title", "제목").expect("a role");
    let text = "{\"제목\":\"이름\",\"title\":\"name\"}";
    let mut reader = Reader::open(text.as_bytes(), fields, Limits::default()).expect("it opens");
    let Ok(Some(Next::Row(row))) = reader.next() else {
        panic!("a row");
    };
    assert_eq!(row.title.as_deref(), Some("이름"));
}
