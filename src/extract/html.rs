//! Text out of HTML: inline elements add no blank, blocks and `<br>` do, scripts and pictures are nothing.

use std::fmt::Write as _;
use std::ops::Deref;

use scraper::{ElementRef, Node, Selector};
use sha2::{Digest, Sha256};

/// Elements after and before which a line ends.
const BLOCKS: [&str; 29] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "dd",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "section",
    "table",
    "tr",
    "ul",
];
/// Elements whose text is not for readers.
const SILENT: [&str; 6] = ["script", "style", "noscript", "template", "head", "iframe"];

/// The text of an element, without the parts a layout takes out. Lines end where blocks do; blanks inside a line
/// are squeezed. Joining text node by node and stripping each is what made `ComradeKim Jong Unmet` of archives.
pub fn text(element: ElementRef<'_>, remove: &[Selector]) -> String {
    let mut raw = String::new();
    gather(element, remove, &mut raw);
    squeeze(&raw)
}

/// A node of the tree (its crate is the parser's affair).
type NodeOf<'a> = <ElementRef<'a> as Deref>::Target;

fn gather(element: ElementRef<'_>, remove: &[Selector], raw: &mut String) {
    // An explicit stack: a hostile page may nest deeper than ours goes.
    enum Step<'a> {
        Enter(NodeOf<'a>),
        Line,
    }
    let mut stack = vec![Step::Enter(*element)];
    while let Some(step) = stack.pop() {
        let node = match step {
            Step::Line => {
                raw.push('\n');
                continue;
            }
            Step::Enter(node) => node,
        };
        match node.value() {
            Node::Text(text) => raw.push_str(text),
            Node::Element(tag) => {
                let name = tag.name();
                if SILENT.contains(&name) {
                    continue;
                }
                if name == "br" {
                    raw.push('\n');
                    continue;
                }
                if let Some(inner) = ElementRef::wrap(node)
                    && node.id() != element.id()
                    && remove.iter().any(|selector| selector.matches(&inner))
                {
                    raw.push(' ');
                    continue;
                }
                if BLOCKS.contains(&name) {
                    raw.push('\n');
                    stack.push(Step::Line);
                } else if matches!(name, "td" | "th") {
                    raw.push(' ');
                }
                stack.extend(node.children().rev().map(Step::Enter));
            }
            _ => stack.extend(node.children().rev().map(Step::Enter)),
        }
    }
}

/// Blanks to one, lines trimmed, no empty lines. A no-break space is a blank here as everywhere.
pub fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        let mut words = line.split(|c: char| c.is_whitespace() || c == '\u{a0}').filter(|word| !word.is_empty());
        if let Some(first) = words.next() {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(first);
            for word in words {
                out.push(' ');
                out.push_str(word);
            }
        }
    }
    out
}

/// In one line, as titles are.
pub fn line(element: ElementRef<'_>, remove: &[Selector]) -> String {
    text(element, remove).replace('\n', " ")
}

/// Shorter inline data is not worth replacing.
const INLINE: usize = 256;

/// Replaces inline `data:` pictures by their hash and length, so that a page of 16 MB is kept as the 40 kB that
/// can be read.
pub fn without_pictures(page: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(page.len().min(1 << 20));
    let mut rest = page;
    while let Some(at) = memchr::memmem::find(rest, b"data:") {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let end =
            from.iter().position(|b| matches!(b, b'"' | b'\'' | b')' | b'>' | b' ' | b'\n')).unwrap_or(from.len());
        let (data, after) = from.split_at(end);
        match memchr::memmem::find(&data[..data.len().min(128)], b";base64,") {
            Some(mark) if data.len() >= INLINE => {
                out.extend_from_slice(&data[..mark]);
                let mut told = String::from(";sha256=");
                for byte in Sha256::digest(&data[mark + 8..]) {
                    let _ = write!(told, "{byte:02x}");
                }
                let _ = write!(told, ";length={}", data.len() - mark - 8);
                out.extend_from_slice(told.as_bytes());
            }
            _ => out.extend_from_slice(data),
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// Whether [`without_pictures`] has replaced anything in a page.
pub fn has_replaced_pictures(page: &[u8]) -> bool {
    memchr::memmem::find_iter(page, b";sha256=").any(|at| {
        let hash = page.get(at + 8..at + 72).unwrap_or(&[]);
        let data = memchr::memmem::rfind(&page[at.saturating_sub(128)..at], b"data:").is_some();
        data && hash.len() == 64 && hash.iter().all(u8::is_ascii_hexdigit) && page[at + 72..].starts_with(b";length=")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    fn of(html: &str) -> String {
        text(Html::parse_fragment(html).root_element(), &[])
    }

    #[test]
    fn inline_elements_add_no_blank_and_blocks_do() {
        assert_eq!(
            of("<p>Comrade <nobr><august_name>Kim Jong Un</august_name></nobr> met</p>"),
            "Comrade Kim Jong Un met"
        );
        assert_eq!(of("<p>경애하는 <nobr><b>김정은</b></nobr>동지께서</p>"), "경애하는 김정은동지께서");
        assert_eq!(of("<p>One</p><p>two<br>three</p>\n four"), "One\ntwo\nthree\nfour");
        assert_eq!(of("a&nbsp;\u{3000}b<script>var x</script><style>p{}</style>c"), "a bc");
        assert_eq!(of("<table><tr><td>a</td><td>b</td></tr></table>"), "a b");
    }

    #[test]
    fn a_deep_page_does_not_overflow() {
        let deep = "<b>".repeat(50_000);
        assert_eq!(of(&format!("{deep}x")), "x");
    }

    #[test]
    fn pictures_become_their_hash() {
        let data = "A".repeat(5_000);
        let page = format!("<img src=\"data:image/png;base64,{data}\"><img src='data:;base64,AAAA'>data: x");
        let kept = String::from_utf8(without_pictures(page.as_bytes())).expect("text");
        assert!(kept.len() < 250, "{kept}");
        assert!(kept.contains("data:image/png;sha256=") && kept.contains(";length=5000\""), "{kept}");
        assert!(kept.ends_with("<img src='data:;base64,AAAA'>data: x"), "{kept}");
        assert_eq!(without_pictures(kept.as_bytes()), kept.as_bytes());
        assert!(has_replaced_pictures(kept.as_bytes()) && !has_replaced_pictures(page.as_bytes()));
        assert!(!has_replaced_pictures(b"data:x;sha256=0;length=1 ;sha256="));
    }
}
