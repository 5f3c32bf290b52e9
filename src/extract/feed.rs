//! Feeds: RSS, Atom and JSON Feed as lists, some with the articles' texts in them.

use scraper::Html;

use super::html::text;
use crate::domain::day::Day;

/// One item of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedItem {
    /// Its link: the key. Ids are not used: some feeds have none, and some change them.
    pub url: String,
    /// Its title, as text.
    pub title: String,
    /// Its text, if the feed carries more than a teaser.
    pub body: Option<String>,
    /// When it says it was published, in seconds since 1970 UTC.
    pub published: Option<i64>,
}

impl FeedItem {
    /// The Korean day it was published on.
    pub fn day(&self) -> Option<Day> {
        self.published.map(Day::in_korea)
    }
}

/// A text shorter than this is a teaser.
const TEASER: usize = 400;

/// Reads a feed.
///
/// # Errors
/// In a sentence: what the bytes are instead.
pub fn read(bytes: &[u8], base: &str) -> Result<Vec<FeedItem>, String> {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf)).unwrap_or(0);
    let head = String::from_utf8_lossy(&bytes[start..bytes.len().min(start + 64)]).to_ascii_lowercase();
    if head.starts_with("<!doctype html") || head.starts_with("<html") {
        return Err("not a feed: the answer is an HTML page".to_owned());
    }
    if depth(bytes) > DEEPEST {
        return Err(format!("not a feed: elements are nested more than {DEEPEST} deep"));
    }
    let parser = feed_rs::parser::Builder::new()
        .base_uri(Some(base))
        // The default makes up a random id; ours is the link, so any constant will do.
        .id_generator(|_, _, _| String::new())
        .build();
    let feed = parser.parse(bytes).map_err(|error| format!("not a feed: {error}"))?;
    let items = feed.entries.into_iter().filter_map(|entry| {
        let link =
            entry.links.iter().find(|l| l.rel.as_deref().is_none_or(|r| r == "alternate")).or(entry.links.first());
        let url = link.map(|l| l.href.trim().to_owned()).filter(|u| u.starts_with("http"))?;
        let title = entry.title.map(|t| plain(&t.content).replace('\n', " ")).unwrap_or_default();
        let given = entry.content.and_then(|c| c.body).or(entry.summary.map(|s| s.content));
        let body =
            given.map(|html| plain(&html)).filter(|body| body.chars().count() >= TEASER || body.ends_with("-0-"));
        let published = entry.published.or(entry.updated).map(|at| at.timestamp());
        (!title.is_empty() || body.is_some()).then_some(FeedItem { url, title, body, published })
    });
    Ok(items.collect())
}

/// The parser counts levels in sixteen bits; a page that is nested deeper than any feed is not given to it.
const DEEPEST: usize = 200;

/// How deep elements are nested at most, roughly: texts in CDATA and comments are passed over.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        at += found + 1;
        let rest = &bytes[at..];
        let behind = |mark: &[u8]| memchr::memmem::find(rest, mark).map_or(rest.len(), |end| end + mark.len());
        match rest.first() {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!') if rest.starts_with(b"![CDATA[") => at += behind(b"]]>"),
            Some(b'!') if rest.starts_with(b"!--") => at += behind(b"-->"),
            Some(b'!' | b'?') | None => {}
            Some(_) => {
                let end = behind(b">");
                at += end;
                if end < 2 || rest.get(end - 2) != Some(&b'/') {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
            }
        }
    }
    deepest
}

fn plain(html: &str) -> String {
    text(Html::parse_fragment(html).root_element(), &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSS: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>Sample</title>
<item><title>Sample &lt;b&gt;Title&lt;/b&gt;</title><description>&lt;p&gt;Pyongyang, September 10 (KCNA) -- Sample &lt;b&gt;Kim Jong Un&lt;/b&gt; text. -0-&lt;/p&gt;</description>
<link>http://www.kcna.kp/en/article/q/0123.kcmsf</link><pubDate>Tue, 09 Sep 2025 15:00:00 GMT</pubDate></item>
<item><title>Teaser</title><description>Short.</description><link>http://www.kcna.kp/en/article/q/4567.kcmsf</link></item>
</channel></rss>"#;

    #[test]
    fn rss_with_a_text_and_a_teaser() {
        let items = read(RSS.as_bytes(), "http://example.org/feed").expect("a feed");
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].title, "Sample Title");
        assert_eq!(items[0].body.as_deref(), Some("Pyongyang, September 10 (KCNA) -- Sample Kim Jong Un text. -0-"));
        // 15:00 UTC is midnight in Korea: the next day.
        assert_eq!(items[0].day().map(|d| d.to_string()).as_deref(), Some("2025-09-10"));
        assert_eq!((items[1].body.as_deref(), items[1].day()), (None, None));
    }

    #[test]
    fn atom_and_json() {
        let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title><id>x</id><updated>2025-09-09T15:00:00Z</updated><entry><title>T</title><id>1</id><updated>2025-09-09T15:00:00Z</updated><link href="http://example.org/1"/></entry></feed>"#;
        let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"S","items":[{"id":"1","url":"http://example.org/1","title":"T","content_text":"x","date_published":"2025-09-09T15:00:00Z"}]}"#;
        for feed in [atom, json] {
            let items = read(feed.as_bytes(), "http://example.org/").expect("a feed");
            assert_eq!((items.len(), items[0].url.as_str(), items[0].title.as_str()), (1, "http://example.org/1", "T"));
        }
    }

    #[test]
    fn what_is_no_feed_is_refused_quickly() {
        assert!(read(b"<!DOCTYPE html><html></html>", "http://x/").expect_err("html").contains("HTML"));
        assert!(read(b"<rss><channel><item a=b></channel>", "http://x/").is_err());
        let bomb = format!("<rss version='2.0'><channel>{}</channel></rss>", "<x>".repeat(100_000));
        assert!(read(bomb.as_bytes(), "http://x/").expect_err("deep").contains("nested"));
        assert_eq!((depth(b"<a><b/><c></c><![CDATA[<x><y>]]></a>"), depth(b"<!-- <a> --><?x?><a")), (2, 1));
        let attributes = (0..100_000).fold(String::new(), |all, i| all + &format!("a{i}='' "));
        let wide = format!("<rss version='2.0' {attributes}><channel/></rss>");
        let _ = read(wide.as_bytes(), "http://x/");
    }
}
