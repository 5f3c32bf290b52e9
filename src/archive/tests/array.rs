//! JSON arrays.

use super::*;

#[test]
fn arrays_with_bad_elements_between() {
    let text = "[\n{\"title\":\"a\"}, 5, \"x, ]\", [{\"title\":\"no\"}, [2]],\n{\"title\":tru}, {\"title\":\"b\"},\n\
                nonsense,\n{\"title\":1,{\"title\":2}},\n{\"title\":\"c\",\n{\"title\":\"d\"},\n{\"title\":\"e\"}\n]\n";
    assert_eq!(
        lines_of(text),
        [
            "2:a|no column|-",
            "2! a record must be an object like {\"title\": …}, this is a number",
            "2! a record must be an object like {\"title\": …}, this is a text",
            "2! a record must be an object like {\"title\": …}, this is a list",
            "3! not JSON: expected ident (line 3, column 13)",
            "3:b|no column|-",
            "4! not JSON: expected ident (line 4, column 2)",
            "5! not JSON: key must be a string (line 5, column 12)",
            "6! not JSON: a value begins where none can stand (line 7, column 1)",
            "7:d|no column|-",
            "8:e|no column|-",
        ]
    );
    assert_eq!(lines_of("[]"), [""; 0]);
    assert_eq!(lines_of("[{\"title\":\"a\"}]\n[{\"title\":\"b\"}]\n"), ["1:a|no column|-", "2:b|no column|-"]);
}

#[test]
fn the_first_line_of_an_array_says_nothing_about_indentation() {
    let text = "[{\"title\":\"a},\n    {\"title\":\"b\"},\n    {\"title\":\"c\"}]";
    assert_eq!(lines_of(text)[1..], ["2:b|no column|-", "3:c|no column|-"]);
}

#[test]
fn an_array_cut_off_says_so() {
    let cut = "the file ends in the middle of this record: it may have been cut off";
    let open = "the file ends without the `]` that closes its array: it may have been cut off";
    assert_eq!(lines_of("[\n{\"title\":\"a\"},\n"), ["2:a|no column|-", &format!("3! {open}")]);
    assert_eq!(
        lines_of("[\n{\"title\":\"a\"},\n{\"ti"),
        ["2:a|no column|-", &format!("3! {cut}"), &format!("3! {open}")]
    );
}
