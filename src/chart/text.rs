//! Text on its way into a picture: cleaned, escaped, measured, cut to fit.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text as it may be shown: one line, without characters that are invisible or change the order
/// of what follows them (a headline with a bidi override could make a caption lie).
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Invisible, or turning the order; the last row are no characters at all, and
            // U+FFFE and U+FFFF are not even allowed in XML.
            '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{061C}'
            | '\u{FEFF}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FFFE}'
            | '\u{FFFF}'
            | '\u{FDD0}'..='\u{FDEF}' => {}
            c if c.is_whitespace() => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// Cleaned text as XML character data or attribute value.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Advance widths of the embedded regular font for U+0020..=U+007E, in thousandths of an em.
///
/// A table and not a font parser: layout needs widths to within a few per cent only (on a web
/// page another font may be in use anyway), and a test holds the table against the font.
const ASCII: [u16; 95] = [
    281, 278, 403, 631, 638, 812, 639, 222, 362, 362, 500, 659, 280, 460, 276, 357, 625, 464, 605, 636, 642, 608, 624,
    571, 616, 624, 276, 280, 659, 659, 659, 507, 936, 676, 651, 727, 719, 598, 587, 743, 740, 264, 543, 652, 562, 889,
    753, 761, 635, 761, 639, 638, 642, 741, 676, 949, 642, 665, 625, 362, 357, 362, 469, 452, 497, 564, 621, 558, 621,
    582, 361, 609, 591, 237, 237, 544, 237, 869, 585, 597, 609, 609, 372, 523, 364, 581, 557, 812, 540, 557, 541, 362,
    327, 362, 659,
];

/// The width of cleaned text set in the regular font at `size`; the semi-bold one is 5 % wider.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let thousandths: u32 = text
        .chars()
        .map(|c| {
            let ascii = u32::from(c).checked_sub(0x20).and_then(|i| {
                let i = usize::try_from(i).ok()?;
                ASCII.get(i).copied()
            });
            match (ascii, c.width()) {
                (Some(w), _) => u32::from(w),
                (None, Some(0) | None) => 0,
                (None, Some(1)) => 640,
                (None, Some(_)) => 1000,
            }
        })
        .sum();
    f64::from(thousandths) * size / 1000.0
}

/// The width of cleaned text in terminal columns.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Cuts text to a measured width, ending in an ellipsis if something had to go.
pub(super) fn fit(text: &str, room: f64, measure: impl Fn(&str) -> f64) -> Cow<'_, str> {
    if measure(text) <= room {
        return Cow::Borrowed(text);
    }
    let ends: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
    // The longest prefix that fits: widths grow with length, so the search can halve.
    let fitting = ends.partition_point(|end| {
        let cut = format!("{}…", text[..*end].trim_end());
        measure(&cut) <= room
    });
    match fitting.checked_sub(1).and_then(|i| ends.get(i)) {
        Some(end) => Cow::Owned(format!("{}…", text[..*end].trim_end())),
        None => Cow::Borrowed(""),
    }
}

/// Breaks text at blanks into lines of a measured width, at most `most` of them; what does not
/// fit ends in an ellipsis. A word wider than a line is cut.
pub(super) fn wrap(text: &str, room: f64, most: usize, measure: impl Fn(&str) -> f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = text.split(' ').filter(|w| !w.is_empty()).peekable();
    while let Some(word) = words.next() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if line.is_empty() || measure(&longer) <= room {
            line = longer;
            continue;
        }
        if lines.len() + 1 >= most {
            // The last line takes the rest and is cut by `fit`.
            line = longer;
            for rest in words.by_ref() {
                line.push(' ');
                line.push_str(rest);
            }
            break;
        }
        lines.push(std::mem::replace(&mut line, word.to_owned()));
    }
    if !line.is_empty() && most > 0 {
        lines.push(line);
    }
    lines.iter().map(|line| fit(line, room, &measure).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_unsafe_gets_through() {
        assert_eq!(
            escape("a<b>&\"c\"'\u{0}\u{1b}[31m\u{202e}evil\u{2066}\n\tx\u{FFFF}"),
            "a&lt;b&gt;&amp;&quot;c&quot;&#39;[31mevil  x"
        );
        assert_eq!(clean("  시진핑 习近平 \u{feff}"), "시진핑 习近平");
    }

    #[test]
    fn cutting_keeps_within_the_room() {
        let columns = |s: &str| crate::chart::scale::to_f64(columns(s));
        assert_eq!(fit("abcdef", 4.0, columns), "abc…");
        assert_eq!(fit("abcd", 4.0, columns), "abcd");
        assert_eq!(fit("시진핑", 4.0, columns), "시…");
        assert_eq!(fit("abc", 0.0, columns), "");
        assert_eq!(wrap("one two three four", 9.0, 2, columns), ["one two", "three fo…"]);
        assert!(wrap("one", 9.0, 0, columns).is_empty());
    }
}
