//! Finds where a JSON value ends, without reading it.
//!
//! The scanner knows strings, braces and brackets, no more. It also notices what can only be a
//! record that was cut off and runs into the next one, so that a broken line does not swallow the
//! good lines after it. All else that is wrong is left to the JSON reader, which says it better.

/// How deep the scanner keeps track; the JSON reader gives up at the same depth.
const DEPTH: u32 = 128;

/// Why a value cannot go on as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Break {
    /// A newline within a string: JSON writes it `\n`, so that a quote is missing.
    OpenString,
    /// An object or list begins where JSON allows none, as after a line that was cut off.
    Misplaced,
    /// A brace is closed by a bracket or the reverse.
    Mismatch,
    /// Nested deeper than the JSON reader would follow.
    TooDeep,
    /// A line ends, and the value was broken before.
    LineEnd,
}

impl Break {
    /// What is wrong, in words.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::OpenString => "a string is not closed before the end of its line",
            Self::Misplaced => "a value begins where none can stand",
            Self::Mismatch => "braces and brackets do not match",
            Self::TooDeep => "nested more than 128 deep",
            Self::LineEnd => "the record is not closed before the end of its line",
        }
    }
}

/// What the scanner found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value ends after so many of the bytes given.
    End(usize),
    /// The value is broken; the byte that shows it is the one before this position. Scanning can
    /// go on from here, now without a look at what may stand where, up to the next newline.
    Broken(usize, Break),
    /// All bytes given belong to the value, and it goes on.
    More,
}

/// The state between two stretches of one value.
pub(super) struct Scan {
    depth: u32,
    /// Which of the open levels are objects, the innermost in the lowest bit.
    objects: u128,
    in_string: bool,
    escaped: bool,
    /// The last byte that is no blank, outside of strings.
    last: u8,
    loose: bool,
}

impl Scan {
    /// For a value that begins with `{`, `[` or `"`.
    pub(super) fn new() -> Self {
        Self { depth: 0, objects: 0, in_string: false, escaped: false, last: b'[', loose: false }
    }

    /// From now on, only counts the depth, and stops at the next newline. For a value known to be
    /// broken or too long.
    pub(super) fn loosen(&mut self) {
        self.loose = true;
    }

    /// Goes on with the next bytes of the value.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Step {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                match self.string(bytes, &mut at) {
                    Some(step) => return step,
                    None => continue,
                }
            }
            let byte = bytes[at];
            at += 1;
            let broken = match byte {
                b'"' => {
                    self.in_string = true;
                    None
                }
                b'{' | b'[' => self.open(byte),
                b'}' | b']' => {
                    let broken = self.close(byte);
                    if self.depth == 0 {
                        return Step::End(at);
                    }
                    broken
                }
                b'\n' if self.loose => Some(Break::LineEnd),
                b' ' | b'\t' | b'\r' | b'\n' => continue,
                _ => None,
            };
            self.last = byte;
            if let Some(broken) = broken {
                return Step::Broken(at, broken);
            }
        }
        Step::More
    }

    /// Goes on within a string, up to its end or the end of the bytes.
    fn string(&mut self, bytes: &[u8], at: &mut usize) -> Option<Step> {
        if self.escaped && bytes[*at] != b'\n' {
            self.escaped = false;
            *at += 1;
            return None;
        }
        let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', &bytes[*at..]) else {
            *at = bytes.len();
            return None;
        };
        *at += found + 1;
        match bytes[*at - 1] {
            b'\\' => self.escaped = true,
            b'"' => {
                self.in_string = false;
                if self.depth == 0 {
                    return Some(Step::End(*at));
                }
            }
            _ => return Some(Step::Broken(*at, Break::OpenString)),
        }
        None
    }

    fn open(&mut self, byte: u8) -> Option<Break> {
        let in_object = self.depth > 0 && self.objects & 1 == 1;
        let may_stand = match self.last {
            b':' => in_object,
            b'[' => true,
            b',' => !in_object,
            _ => false,
        };
        self.depth = self.depth.saturating_add(1);
        self.objects = self.objects << 1 | u128::from(byte == b'{');
        if self.loose {
            None
        } else if self.depth > DEPTH {
            Some(Break::TooDeep)
        } else {
            (!may_stand).then_some(Break::Misplaced)
        }
    }

    fn close(&mut self, byte: u8) -> Option<Break> {
        let in_object = self.objects & 1 == 1;
        self.depth -= 1;
        self.objects >>= 1;
        (!self.loose && in_object != (byte == b'}')).then_some(Break::Mismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Step {
        let whole = Scan::new().advance(text.as_bytes());
        // A byte at a time must come to the same.
        let mut scan = Scan::new();
        let mut bytewise = Step::More;
        for (at, byte) in text.bytes().enumerate() {
            bytewise = match scan.advance(&[byte]) {
                Step::More => continue,
                Step::End(count) => Step::End(at + count),
                Step::Broken(count, broken) => Step::Broken(at + count, broken),
            };
            break;
        }
        assert_eq!(whole, bytewise, "{text}");
        whole
    }

    #[test]
    fn the_end_is_where_the_braces_close() {
        for text in [
            "{}",
            r#"{"a": {"b": [1, {"c": "}"}]}}"#,
            r#"{"a": "\"}\\"}"#,
            "{\n\"a\"\n:\n[\n{\n}\n,\n{\n}\n]\n}",
            "[[], {}, \"]\"]",
            r#""a\"b""#,
        ] {
            assert_eq!(scan(text), Step::End(text.len()), "{text}");
            assert_eq!(scan(&format!("{text} {{}}")), Step::End(text.len()));
            assert_eq!(scan(&text[..text.len() - 1]), Step::More, "{text}");
        }
    }

    #[test]
    fn what_cannot_go_on_is_broken() {
        for (text, broken) in [
            ("{\"a\": \"x\n", Break::OpenString),
            ("{\"a\": \"x\\\n", Break::OpenString),
            ("{\"a\": \"x\"\n{", Break::Misplaced),
            ("{\"a\": \"x\",\n{", Break::Misplaced),
            ("{\"a\": [1\n{", Break::Misplaced),
            ("{\"a\": [}", Break::Mismatch),
            ("{\"a\": {]", Break::Mismatch),
        ] {
            assert_eq!(scan(text), Step::Broken(text.len(), broken), "{text}");
        }
        let deep = "[".repeat(200);
        assert_eq!(scan(&deep), Step::Broken(129, Break::TooDeep));
        assert_eq!(scan("{]"), Step::End(2));
    }

    #[test]
    fn loose_scanning_counts_only() {
        let mut scan = Scan::new();
        assert!(matches!(scan.advance(b"{\"a\":1,{"), Step::Broken(8, Break::Misplaced)));
        scan.loosen();
        assert_eq!(scan.advance(b"[{]}}}x"), Step::End(6));
        let mut scan = Scan::new();
        scan.loosen();
        assert_eq!(scan.advance(b"{\"a\"\n"), Step::Broken(5, Break::LineEnd));
    }
}
