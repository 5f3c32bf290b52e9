//! What the bytes of a CSV file say about its separator, its quotes and its line ends.

/// The separator that the header uses most, outside of quotes.
pub(super) fn delimiter(header: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in header {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some((_, count)) = counts.iter_mut().find(|(d, _)| *d == byte) {
            *count += 1;
        }
    }
    // Of equals the first: a header with one column has no separator, and may get the comma.
    let most = counts.iter().map(|&(_, count)| count).max();
    counts.iter().find(|&&(_, count)| Some(count) == most).map_or(b',', |&(delimiter, _)| delimiter)
}

/// Whether a quoted cell is not closed, or is closed in the middle of a text. The latter is how it
/// looks when a quote was left open lines before and closed by one that was to open a cell.
///
/// csv-core takes both without a word.
pub(super) fn quote_left_open(record: &[u8], delimiter: u8) -> bool {
    let mut rest = record;
    loop {
        if let Some(quoted) = rest.strip_prefix(b"\"") {
            let mut from = 0;
            let after = loop {
                match memchr::memchr(b'"', &quoted[from..]) {
                    None => return true,
                    Some(at) if quoted.get(from + at + 1) == Some(&b'"') => from += at + 2,
                    Some(at) => break from + at + 1,
                }
            };
            match quoted.get(after) {
                None | Some(b'\r' | b'\n') => return false,
                Some(&byte) if byte == delimiter => rest = &quoted[after + 1..],
                Some(_) => return true,
            }
        } else {
            match memchr::memchr3(delimiter, b'\r', b'\n', rest) {
                Some(at) if rest[at] == delimiter => rest = &rest[at + 1..],
                _ => return false,
            }
        }
    }
}

/// The record without the end of its last line.
pub(super) fn trim_newline(mut record: &[u8]) -> &[u8] {
    while let [rest @ .., b'\r' | b'\n'] = record {
        record = rest;
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_used_separator_counts_outside_of_quotes() {
        for (header, found) in [
            ("title", b','),
            ("a,b;c", b','),
            ("a;b;c,d", b';'),
            ("a\tb\tc,d", b'\t'),
            ("\"a,b,c\";d", b';'),
            ("", b','),
        ] {
            assert_eq!(delimiter(header.as_bytes()), found, "{header}");
        }
    }

    #[test]
    fn quotes_left_open_are_told_from_others() {
        for (record, open) in [
            ("a,b", false),
            ("\"a\",\"\"", false),
            ("\"a\"\"b\",\"c,\nd\"", false),
            ("6\" gun,b", false),
            ("\"a\"\r\n", false),
            ("\"a", true),
            ("a,\"", true),
            ("\"a\"\"", true),
            ("\"a,b\nc,\"d, e\"", true),
        ] {
            assert_eq!(quote_left_open(record.as_bytes(), b','), open, "{record}");
        }
    }
}
