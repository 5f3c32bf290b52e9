//! What kind of thing was collected, how long it is, and where its day is from.

use std::ops::Range;

use serde::Serialize;

use super::bytes::each_word;
use super::shingle::Sketch;
use super::stream::Edition;

/// How much of an article is held. The order is from worst to best: what is known of one article from
/// several places is as good as the best of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// A photo or video item: no article, in no denominator.
    Media,
    /// Title only, from a list, a feed or an archive of headlines: measured by `headline` alone.
    HeadlineOnly,
    /// A text item whose body could not be read: in no denominator, and it makes its day partial.
    Missing,
    /// Title and text.
    Full,
}

impl Content {
    /// Every kind, from the worst to the best.
    pub const ALL: [Content; 4] = [Self::Media, Self::HeadlineOnly, Self::Missing, Self::Full];

    /// Its name in the store and in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Media => "media",
            Self::HeadlineOnly => "headline-only",
            Self::Missing => "missing",
            Self::Full => "full",
        }
    }

    /// Its number in the store; never renumbered.
    pub const fn code(self) -> i64 {
        self as i64
    }

    /// The kind a number in the store stands for.
    pub fn from_code(code: i64) -> Option<Self> {
        usize::try_from(code).ok().and_then(|i| Self::ALL.get(i).copied())
    }

    /// The kind of an item without a body, seen from its address and section.
    pub fn of_bodiless(url: Option<&str>, section: Option<&str>, body_expected: bool) -> Self {
        let in_url = url.is_some_and(|url| {
            ["/media/photo/", "/media/video/", "/gallery/detail/", "/video/detail/"]
                .iter()
                .any(|part| url.contains(part))
        });
        let in_section = section.is_some_and(|s| matches!(s.trim().to_lowercase().as_str(), "photo" | "video"));
        if in_url || in_section {
            Self::Media
        } else if body_expected {
            Self::Missing
        } else {
            Self::HeadlineOnly
        }
    }
}

/// Where an article's day was taken from, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayFrom {
    /// The page or record itself.
    Page,
    /// The list it stood in.
    List,
    /// The column of an imported archive.
    Archive,
    /// A feed's date of publication.
    Feed,
    /// The address or site id.
    Url,
    /// The dateline and the year of capture; often not the day of publication.
    Dateline,
    /// A date was there but cannot be true; the article is in no series.
    Implausible,
    /// No date anywhere; the article is in no series.
    None,
}

impl DayFrom {
    /// Every source, best first.
    pub const ALL: [DayFrom; 8] =
        [Self::Page, Self::List, Self::Archive, Self::Feed, Self::Url, Self::Dateline, Self::Implausible, Self::None];

    /// Its name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::List => "list",
            Self::Archive => "archive",
            Self::Feed => "feed",
            Self::Url => "url",
            Self::Dateline => "dateline",
            Self::Implausible => "implausible",
            Self::None => "none",
        }
    }

    /// Whether somebody stated the day of publication: the page, its list, or whoever kept the archive. The other
    /// sources let it be inferred, and give way where one of these tells another day of the same text.
    pub const fn is_stated(self) -> bool {
        matches!(self, Self::Page | Self::List | Self::Archive)
    }

    /// Its number in the store; never renumbered.
    pub const fn code(self) -> i64 {
        self as i64
    }

    /// The source a number in the store stands for.
    pub fn from_code(code: i64) -> Option<Self> {
        usize::try_from(code).ok().and_then(|i| Self::ALL.get(i).copied())
    }
}

/// The length of a normalised text in the unit its edition is measured by: words, or characters (blanks left
/// out) in Korean, Chinese and Japanese.
pub fn length(normalised: &str, edition: Edition) -> u32 {
    let count =
        if edition.is_cjk() { normalised.chars().filter(|c| !c.is_whitespace()).count() } else { words(normalised) };
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// [`length`] and [`Sketch::of`] of one text, in one pass over its words.
pub fn length_and_sketch(normalised: &str, edition: Edition) -> (u32, Sketch) {
    if edition.is_cjk() {
        return (length(normalised, edition), Sketch::of(normalised, edition));
    }
    let mut count = 0;
    let sketch = Sketch::beside(normalised, edition, |run| count += u32::from(begins_word(normalised, run)));
    (count, sketch)
}

/// Words: runs between blanks that hold a letter or digit.
fn words(text: &str) -> usize {
    let mut count = 0;
    each_word(text.as_bytes(), |run| count += usize::from(begins_word(text, &run)));
    count
}

/// Whether a run of letters is the first of its word: "two's" and "three-four" are one each.
#[inline]
fn begins_word(text: &str, run: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    // As nearly all do.
    let plainly = run.start > 0 && is_blank(bytes[run.start - 1]) && bytes[run.start].is_ascii();
    plainly || begins_behind_punctuation(text, run)
}

fn begins_behind_punctuation(text: &str, run: &Range<usize>) -> bool {
    // A dash or a quotation mark beyond ASCII looks like a letter until it is decoded.
    if !text.as_bytes()[run.start].is_ascii() && !text[run.clone()].contains(char::is_alphanumeric) {
        return false;
    }
    // It is if only punctuation stands between it and the blank.
    let before = &text.as_bytes()[..run.start];
    let before = before.iter().rev().find(|&&b| is_blank(b) || b.is_ascii_alphanumeric() || !b.is_ascii());
    before.is_none_or(|&b| is_blank(b))
}

const fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\n'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_lead_back() {
        for content in Content::ALL {
            assert_eq!(Content::from_code(content.code()), Some(content));
        }
        for from in DayFrom::ALL {
            assert_eq!(DayFrom::from_code(from.code()), Some(from));
        }
        assert_eq!(Content::from_code(9), None);
    }

    #[test]
    fn lengths() {
        assert_eq!(length("One -- two's three-four 5.", Edition::En), 4);
        assert_eq!(length("Россия — «друг» Китая, 5.", Edition::Ru), 4);
        assert_eq!(length("¡Viva Rusia! – ¿Y China?", Edition::Es), 4);
        assert_eq!(length("시험 문장", Edition::Ko), 4);
        assert_eq!(length("朝中 友谊。", Edition::Zh), 5);
        assert_eq!(length("ロシア 連邦", Edition::Ja), 5);
        assert_eq!(length("", Edition::En), 0);
    }

    proptest! {
        #[test]
        fn length_and_sketch_together_are_both(text in "[a-z ,.'–é-]{0,60}[가-힣 ]{0,9}") {
            for edition in Edition::ALL {
                let apart = (length(&text, edition), Sketch::of(&text, edition));
                prop_assert_eq!(length_and_sketch(&text, edition), apart);
            }
        }
    }

    #[test]
    fn bodiless_items() {
        let of = Content::of_bodiless;
        assert_eq!(of(Some("http://x/en/media/photo/q/1"), None, true), Content::Media);
        assert_eq!(of(None, Some("Video"), true), Content::Media);
        assert_eq!(of(Some("http://x/en/article/q/1"), Some("Top News"), true), Content::Missing);
        assert_eq!(of(Some("http://x/01.htm#2"), None, false), Content::HeadlineOnly);
    }
}
