//! From a row of an archive, or a page of a site, to an item of the store: which edition, which day, what content, which text.
//!
//! Pure: the same row gives the same item. Nothing is guessed; what cannot be read is refused with its reason.

use crate::archive::{Row, Stamp};
use crate::domain::address::{address_key, canonical, text_hash, title_key};
use crate::domain::article::{Content, DayFrom, length, length_and_sketch};
use crate::domain::count::Text;
use crate::domain::day::Day;
use crate::domain::frame::unframe;
use crate::domain::method::{Method, Said};
use crate::domain::repair::unglue;
use crate::domain::stamp;
use crate::domain::stream::{Edition, Outlet, Stream};
use crate::domain::text::normalise;
use crate::store::Item;

/// What holds for all rows of a file.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// The outlet the file is of.
    pub outlet: Outlet,
    /// The edition of rows that do not name their own.
    pub edition: Edition,
    /// Today in Korea: later days are implausible.
    pub today: Day,
    /// How texts are counted and read.
    pub method: &'a Method,
}

/// An item and what was done to make it.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// For the store.
    pub item: Item,
    /// Blanks put back around glued names.
    pub blanks: u32,
}

/// Makes an item of a row.
///
/// # Errors
/// In a sentence: neither title nor body, an unreadable date or language.
pub fn prepare(row: &Row<'_>, frame: &Frame<'_>) -> Result<Prepared, String> {
    let edition = match row.language.as_deref() {
        Some(language) => language.parse::<Edition>().map_err(|reason| format!("the language: {reason}"))?,
        None => frame.edition,
    };
    let stream = Stream { outlet: frame.outlet.clone(), edition };
    let given_title = row.title.as_deref().unwrap_or("").trim();
    let (bare_title, list_day) = stamp::split_list_date(given_title);
    let given_body = row.body.as_deref().unwrap_or("");
    if given_body.trim().is_empty() && bare_title.is_empty() {
        return Err("neither a title nor a body".to_owned());
    }
    let title = unglue(bare_title);
    let body = unglue(if given_body.trim().is_empty() { "" } else { given_body });
    let blanks = title.blanks + body.blanks;
    let changed = blanks > 0 || bare_title.len() != given_title.len();
    let (title, body) = (title.text.into_owned(), body.text.into_owned());
    let url = row.url.as_deref().unwrap_or("").trim();
    let section = row.section.as_deref().unwrap_or("").trim();
    let content =
        if body.is_empty() { Content::of_bodiless(Some(url), Some(section), row.body_column) } else { Content::Full };
    let captured = captured(row)?;

    let (day, day_from) = match &row.date {
        Some(date) => (Some(read_date(date)?), DayFrom::Archive),
        None => {
            match list_day.map(|day| (day, DayFrom::List)).or_else(|| Some((stamp::day_of_address(url)?, DayFrom::Url)))
            {
                Some((day, from)) => (Some(day), from),
                None => (None, DayFrom::None),
            }
        }
    };
    let found = Found {
        stream,
        title,
        body,
        content,
        day,
        day_from,
        url: url.to_owned(),
        key: None,
        section: section.to_owned(),
        captured,
        line: row.line,
        layout: String::new(),
        raw: changed.then(|| row.raw.to_vec()),
    };
    Ok(Prepared { item: item(found, frame.today, frame.method), blanks })
}

/// A text as it was found at one place, its frame off and its day still to be judged.
#[derive(Debug, Clone)]
pub struct Found {
    /// Whose.
    pub stream: Stream,
    /// Its title.
    pub title: String,
    /// Its text; empty unless the content is full.
    pub body: String,
    /// What kind of thing.
    pub content: Content,
    /// Its day, if a page, list, archive, feed or address tells one.
    pub day: Option<Day>,
    /// Which of them did.
    pub day_from: DayFrom,
    /// Where it was found.
    pub url: String,
    /// What that address is known by, if not by itself.
    pub key: Option<i64>,
    /// The section.
    pub section: String,
    /// When it was captured, in seconds since 1970 UTC.
    pub captured: Option<i64>,
    /// Line of a file, or place in a list.
    pub line: u64,
    /// By which layout it was read.
    pub layout: String,
    /// The bytes as given, if they are to be kept.
    pub raw: Option<Vec<u8>>,
}

/// Makes an item of what was found, the same for an archive's row and a site's page: normalised, dated at last by
/// its dateline, counted, hashed.
pub fn item(found: Found, today: Day, method: &Method) -> Item {
    let Found { stream, title, body, content, url, section, .. } = found;
    let edition = stream.edition;
    let (normal_title, normal_body) = (normalise(&title, edition), normalise(&body, edition));
    let dated = match found.day {
        Some(day) => (Some(day), found.day_from),
        None => match found.day_from {
            DayFrom::None => day_of_dateline(normal_body.as_str(), edition, found.captured),
            from => (None, from),
        },
    };
    let (day, day_from) = match dated {
        (Some(day), _) if !day.is_plausible(today) => (None, DayFrom::Implausible),
        dated => dated,
    };
    let text = Text { edition, title: &title, body: &body };
    let said = match content {
        Content::Full | Content::HeadlineOnly => method.read_normalised(day, &text, &normal_title, &normal_body),
        Content::Missing | Content::Media => Said::default(),
    };
    let title_key = title_key(&stream, day, normal_title.as_str());
    // Of what kind an item without a body is depends on where it was found: each kind is a node of its own, which
    // identity joins to the best of them. Under one hash, whichever came first would decide.
    let hash = if body.is_empty() {
        text_hash(&title, &format!("{} {}", content.as_str(), canonical(&url)))
    } else {
        text_hash(&title, &body)
    };
    let (body_length, sketch) = match content {
        Content::Full => {
            let (length, sketch) = length_and_sketch(normal_body.as_str(), edition);
            (length, Some(sketch))
        }
        Content::HeadlineOnly | Content::Missing | Content::Media => (0, None),
    };
    let length = length(normal_title.as_str(), edition) + body_length;
    let address = found.key.unwrap_or_else(|| if url.is_empty() { 0 } else { address_key(&stream, &url) });
    drop((normal_title, normal_body));
    Item {
        stream,
        day,
        day_from,
        content,
        title,
        body,
        title_key,
        hash,
        length,
        sketch,
        address,
        url,
        section,
        captured: found.captured,
        line: found.line,
        said,
        layout: found.layout,
        raw: found.raw,
    }
}

/// The dateline's day with the year of capture.
fn day_of_dateline(body: &str, edition: Edition, captured: Option<i64>) -> (Option<Day>, DayFrom) {
    let day = captured.and_then(|at| unframe(body, edition).dateline?.day_before(Day::in_korea(at)));
    (day, if day.is_some() { DayFrom::Dateline } else { DayFrom::None })
}

fn read_date(date: &Stamp<'_>) -> Result<Day, String> {
    match date {
        Stamp::Number(number) => Ok(stamp::day_of_number(*number)),
        Stamp::Text(text) => stamp::day_of_text(text).map_err(|error| error.to_string()),
    }
}

fn captured(row: &Row<'_>) -> Result<Option<i64>, String> {
    match &row.captured {
        None => Ok(None),
        Some(Stamp::Number(number)) => Ok(Some(stamp::epoch_seconds(*number))),
        Some(Stamp::Text(text)) => stamp::instant_of_text(text).map(Some).ok_or_else(|| {
            format!(
                "the time of capture '{}' is not a time with its offset, like 2024-08-31T12:00:00Z",
                text.chars().take(40).collect::<String>()
            )
        }),
    }
}
