//! CSV.

use std::io::Read;

use super::*;

#[test]
fn the_separator_is_that_of_the_header() {
    for (separator, extra) in [(",", "\"a;b;c;d\""), (";", "a,b"), ("\t", "\"a,b;c\"")] {
        let text = ["date", "title", "body", extra, "\n2024-08-01", "t", "\"b\"", "x\n"]
            .join(separator)
            .replace(&format!("{separator}\n"), "\n");
        assert_eq!(lines_of(text), ["2:t|b|2024-08-01"]);
    }
    assert_eq!(lines_of("title\na\nb"), ["2:a|no column|-", "3:b|no column|-"]);
}

#[test]
fn quotes_newlines_and_byte_order_marks() {
    let text = "\u{feff}\"Title\",body,date\r\n\r\n\"a \"\"b\"\"\",\"one\r\ntwo\n\nthree\",1\r\nc,,\r\n";
    assert_eq!(lines_of(text), ["3:a \"b\"|one\r\ntwo\n\nthree|1", "7:c|-|-"]);
    let (all, _) = read(text.as_bytes(), 1000).expect("it opens");
    let Got::Row(_, raw) = &all[0] else {
        panic!("a row");
    };
    assert_eq!(raw, b"\"a \"\"b\"\"\",\"one\r\ntwo\n\nthree\",1");
}

#[test]
fn the_better_known_column_wins_if_its_cell_holds_something() {
    let text = "headline,title,text,content\nh,t,,c\nh,,x,c\n";
    assert_eq!(lines_of(text), ["2:t|c|-", "3:h|x|-"]);
}

#[test]
fn another_number_of_columns_is_rejected() {
    let many = ",".repeat(100_000);
    let text = format!("title,body\na\nb,c\nd,e,f\n{many}\ng,h\ni");
    assert_eq!(
        lines_of(text),
        [
            "2! 1 columns where the header has 2",
            "3:b|c|-",
            "4! 3 columns where the header has 2",
            "5! 100001 columns where the header has 2",
            "6:g|h|-",
            "7! the file ends in the middle of this record: it may have been cut off",
        ]
    );
}

#[test]
fn a_quote_left_open_costs_one_line() {
    let open = "a quote is opened and not closed: reading goes on with the next line";
    // Closed by the next quote of the file, which was to open a cell.
    let text = "title,body\n\"a,b\nc,d\ne,\"f, g\"\nh,i\n";
    assert_eq!(lines_of(text), [&format!("2! {open}"), "3:c|d|-", "4:e|f, g|-", "5:h|i|-"]);
    // Never closed.
    let text = "title,body\n\"a,b\nc,d\ne,f";
    assert_eq!(lines_of(text), [&format!("2! {open}"), "3:c|d|-", "4:e|f|-"]);
    // Not closed within the limit.
    let text = format!("title,body\n\"a,b\n{}", "c,d\n".repeat(100));
    let all = limited(text, 50);
    assert_eq!(all[..2], [format!("2! {open}"), "3:c|d|-".to_owned()]);
    assert_eq!(all.len(), 101);
    // At the end of the file.
    let text = "title,body\nc,d\n\"a,b";
    assert_eq!(lines_of(text)[1], "3! the file ends in the middle of this record: it may have been cut off");
    // A quote within a cell is a character like others.
    assert_eq!(lines_of("title,body\n6\" gun,x\n")[0], "2:6\" gun|x|-");
}

#[test]
fn long_records_are_passed_over() {
    let long = "x".repeat(95);
    let message = "longer than the limit of 99 bytes for one record";
    for newline in ["\n", "\r\n"] {
        let text = ["title,body", &format!("{long},123"), &format!("{long},1234"), "a,b", ""];
        let all = limited(text.join(newline), 99);
        assert_eq!(all[0], format!("2:{long}|123|-"));
        assert_eq!(all[1..], [format!("3! {message}"), "4:a|b|-".to_owned()]);
    }
    assert_eq!(limited(format!("title,body\n{long},123"), 99).len(), 1);
    let all = limited(format!("title,body\n{long},1234"), 99);
    assert_eq!(all, [format!("2! {message}")]);
}

#[test]
fn a_line_of_100_megabytes_is_refused() {
    let input = (&b"title,body\n"[..]).chain(std::io::repeat(b'x').take(100 << 20)).chain(&b",\na,b\n"[..]);
    let (all, _) = read(input, 1 << 16).expect("it can be read");
    let [Got::Reject(reject), Got::Row(row, _)] = &all[..] else {
        panic!("a reject and a row");
    };
    assert_eq!((reject.line, reject.raw.len()), (2, 64 * 1024));
    assert_eq!(row, "3:a|b|-");
}

#[test]
fn invalid_utf8_costs_one_record() {
    let all = lines_of(b"title,x,body\na,\xff,b\nc,\"\xc3\",\xa9\nd,\xc3,\xa9\ne,,f\n");
    assert!(all[0].starts_with("2! not UTF-8 at byte 15 "), "{all:?}");
    assert!(all[1].starts_with("3! not UTF-8 at byte 22 "), "{all:?}");
    assert!(all[2].starts_with("4! not UTF-8 at byte 29 "), "{all:?}");
    assert_eq!(all[3], "5:e|f|-");
}
