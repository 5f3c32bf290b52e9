//! `judge(answer, expectation) -> Judged`: what an answer is worth. Pure: no error ever becomes content, and every
//! way of being no content has its own name.

use scraper::{Html, Selector};
use url::Url;

use super::answer::Answer;
use super::archive::{self, Index};
use super::article::{self, Draft};
use super::charset;
use super::feed::{self, FeedItem};
use super::language;
use super::list::{self, Key, List};
use super::refusal::Refusals;
use super::rules::Layout;
use super::token;
use crate::domain::day::Day;
use crate::domain::outcome::Outcome;
use crate::domain::shingle::Shingles;
use crate::domain::stream::Edition;
use crate::domain::text::normalise;

/// An answer, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged<T> {
    /// What it is.
    pub outcome: Outcome,
    /// Why, for a person; empty for content.
    pub why: String,
    /// What was read, if it is content.
    pub content: Option<T>,
}

impl<T> Judged<T> {
    fn content(content: T) -> Self {
        Self { outcome: Outcome::Content, why: String::new(), content: Some(content) }
    }

    fn not(outcome: Outcome, why: impl Into<String>) -> Self {
        Self { outcome, why: why.into(), content: None }
    }
}

/// What holds for every page of a source.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Its layouts, the newest first.
    pub layouts: &'a [Layout],
    /// Pages that are no content.
    pub refusals: &'a Refusals,
    /// What its addresses are told apart by.
    pub key: Key,
    /// The edition.
    pub edition: Edition,
    /// What its pages call that language in `lang`.
    pub language: &'a str,
    /// The Korean day of the capture.
    pub today: Day,
}

/// What an article's page is expected to be.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The title on the list; `None` where no list told of it, as in archives.
    pub title: Option<&'a str>,
    /// The day on the list.
    pub day: Option<Day>,
    /// The text that is held, if it was read before: an article whose title has changed is known by it.
    pub held: Option<&'a str>,
}

struct Page {
    raw: String,
    html: Html,
}

/// Everything that can be said before the page is read: by its status and its first look.
fn open<T>(answer: &Answer, refusals: &Refusals) -> Result<Page, Judged<T>> {
    let decoded = charset::decode(&answer.body, charset::of_content_type(&answer.content_type));
    let refused = || refusals.find(&decoded.text).map(|(outcome, why)| Judged::not(outcome, why));
    let status = answer.status;
    match status {
        200 => {}
        304 => return Err(Judged::not(Outcome::Unchanged, "")),
        404 | 410 => return Err(Judged::not(Outcome::NotFound, format!("status {status}"))),
        429 => return Err(Judged::not(Outcome::RateLimited, "status 429")),
        401 | 403 | 407 | 451 => return Err(Judged::not(Outcome::Blocked, format!("status {status}"))),
        503 if answer.retry_after.is_some() => {
            return Err(Judged::not(Outcome::RateLimited, "status 503 with a time to come back"));
        }
        500..=599 => {
            let other = || Judged::not(Outcome::ServerError, format!("status {status}"));
            return Err(refused().filter(|j| j.outcome == Outcome::Maintenance).unwrap_or_else(other));
        }
        _ => return Err(refused().unwrap_or_else(|| Judged::not(Outcome::Refused, format!("status {status}")))),
    }
    let kind = answer.content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if ["image/", "video/", "audio/", "application/pdf", "application/zip"].iter().any(|other| kind.starts_with(other))
    {
        return Err(Judged::not(Outcome::Refused, format!("an answer of type {kind}")));
    }
    if decoded.garbled {
        let why = format!("more than 1 % of the characters cannot be read as {}", decoded.encoding);
        return Err(Judged::not(Outcome::Suspect, why));
    }
    let html = Html::parse_document(&decoded.text);
    Ok(Page { raw: decoded.text, html })
}

/// Judges a site's menu: the sections it links.
pub fn menu(answer: &Answer, rules: Rules<'_>, link: &Selector) -> Judged<Vec<(String, String)>> {
    let page = match open(answer, rules.refusals) {
        Ok(page) => page,
        Err(judged) => return judged,
    };
    let Ok(url) = Url::parse(&answer.url) else { return Judged::not(Outcome::Refused, "an address that is none") };
    let sections = list::menu(&page.html, link, &url);
    if sections.is_empty() {
        return unread(&page, rules, "the menu links no section");
    }
    Judged::content(sections)
}

/// Judges a page of a list. `number` is the page that was asked for, from 1.
pub fn list(answer: &Answer, rules: Rules<'_>, number: u32) -> Judged<List> {
    let page = match open(answer, rules.refusals) {
        Ok(page) => page,
        Err(judged) => return judged,
    };
    let Ok(url) = Url::parse(&answer.url) else { return Judged::not(Outcome::Refused, "an address that is none") };
    if let Some(judged) = other_language(&page, rules) {
        return judged;
    }
    let read = |layout: &&Layout| list::read(&page.html, &page.raw, layout, &url, rules.key, number);
    let Some(list) = rules.layouts.iter().filter(|l| l.holds_on(rules.today)).find_map(|l| read(&l)) else {
        if is_empty_frame(&page.html) {
            return Judged::not(
                Outcome::EmptyList,
                "a page with nothing in it: the session has ended, or the site is at fault",
            );
        }
        return unread(&page, rules, "no layout finds an entry");
    };
    if list.entries.is_empty() && number == 1 && list.total != Some(0) {
        // Behind the last page there is a list without entries; a first page without any says so itself, or its
        // entries look otherwise by now.
        return unread(&page, rules, "the list is there, but no layout finds an entry in it");
    }
    if let Some(why) = suspect_list(&list, rules.today) {
        return Judged::not(Outcome::Suspect, why);
    }
    if let Some(shown) = shown_page(&page.raw).filter(|shown| *shown != number) {
        return Judged::not(Outcome::WrongPage, format!("page {shown} of the list came for page {number}"));
    }
    Judged::content(list)
}

/// The page of a list an answer says it is, where it does: for those who did not ask for it.
pub fn page_told(answer: &Answer) -> Option<u32> {
    shown_page(&charset::decode(&answer.body, charset::of_content_type(&answer.content_type)).text)
}

/// Judges an article's page.
pub fn article(answer: &Answer, rules: Rules<'_>, expected: Expected<'_>) -> Judged<Draft> {
    let page = match open(answer, rules.refusals) {
        Ok(page) => page,
        Err(judged) => return judged,
    };
    let layouts = || rules.layouts.iter().filter(|l| l.holds_on(rules.today));
    let missing = |layout: &Layout| {
        page.raw.len() < 64 << 10 && layout.article.not_found.iter().any(|text| page.raw.contains(text.as_str()))
    };
    let Some((layout, draft)) = layouts().find_map(|l| article::read(&page.html, l).map(|draft| (l, draft))) else {
        if layouts().any(missing) {
            return Judged::not(Outcome::NotFound, "the site's page for what it does not have");
        }
        if is_empty_frame(&page.html) {
            return Judged::not(Outcome::EmptyList, "a page with nothing in it");
        }
        return unread(&page, rules, "no layout reads the article");
    };
    if draft.language.as_deref().is_some_and(|language| !same_language(language, rules.language))
        || !language::may_be(&draft.body, rules.edition)
    {
        let told = draft.language.unwrap_or_else(|| "another".to_owned());
        return Judged::not(Outcome::WrongLanguage, format!("a page in language '{told}'"));
    }
    if draft.title.is_empty() {
        return unread(&page, rules, "no layout finds a title");
    }
    if let Some(why) = misfit(&draft, layout, answer, rules.edition, expected) {
        return Judged::not(Outcome::WrongArticle, why);
    }
    if draft.body.is_empty() {
        return Judged::not(Outcome::LayoutBroken, format!("layout {} finds a title and no text", layout.name));
    }
    Judged::content(draft)
}

/// Judges an answer of an archive's index.
pub fn index(answer: &Answer, refusals: &Refusals) -> Judged<Index> {
    match open(answer, refusals) {
        Err(judged) => judged,
        Ok(page) => match archive::read_index(&page.raw) {
            Ok(index) => Judged::content(index),
            Err(why) => Judged::not(Outcome::Suspect, why),
        },
    }
}

/// Judges a feed.
pub fn feed(answer: &Answer, refusals: &Refusals) -> Judged<Vec<FeedItem>> {
    if answer.status != 200 {
        return match open(answer, refusals) {
            Err(judged) => judged,
            Ok(_) => Judged::not(Outcome::Refused, format!("status {}", answer.status)),
        };
    }
    match feed::read(&answer.body, &answer.url) {
        Ok(items) if items.is_empty() => Judged::not(Outcome::EmptyList, "a feed without items"),
        Ok(items) => Judged::content(items),
        Err(why) => match refusals.find(&String::from_utf8_lossy(&answer.body[..answer.body.len().min(20_000)])) {
            Some((outcome, why)) => Judged::not(outcome, why),
            None => Judged::not(Outcome::LayoutBroken, why),
        },
    }
}

/// A page no layout reads: a refusal, if it is a known one, else a broken layout.
fn unread<T>(page: &Page, rules: Rules<'_>, why: &str) -> Judged<T> {
    match rules.refusals.find(&page.raw) {
        Some((outcome, why)) => Judged::not(outcome, why),
        None if page.raw.trim().is_empty() => Judged::not(Outcome::EmptyList, "an empty answer"),
        None => Judged::not(Outcome::LayoutBroken, why),
    }
}

/// KCNA's answer to a form without a session: a page whose `<main>` is empty.
fn is_empty_frame(page: &Html) -> bool {
    let Ok(main) = Selector::parse("main") else { return false };
    page.select(&main)
        .next()
        .is_some_and(|main| main.child_elements().next().is_none() && main.text().all(|t| t.trim().is_empty()))
}

/// The page's own `lang`, where it is another than the edition's.
fn other_language<T>(page: &Page, rules: Rules<'_>) -> Option<Judged<T>> {
    let body = Selector::parse("body[lang]").ok()?;
    let told = page.html.select(&body).next()?.attr("lang")?;
    // An empty page in the wrong language is the answer to a session that has ended; that is the better name for it.
    (!same_language(told, rules.language) && !is_empty_frame(&page.html))
        .then(|| Judged::not(Outcome::WrongLanguage, format!("a page in language '{told}'")))
}

/// `ko`, `ko-KP` and the site's own path `kp` are one language.
fn same_language(told: &str, ours: &str) -> bool {
    let plain = |code: &str| -> String {
        match code.split(['-', '_']).next().unwrap_or(code).to_ascii_lowercase().as_str() {
            "kp" | "kor" => "ko".to_owned(),
            "cn" | "chn" => "zh".to_owned(),
            "jp" | "jpn" => "ja".to_owned(),
            "eng" => "en".to_owned(),
            "spn" | "sp" => "es".to_owned(),
            "rus" => "ru".to_owned(),
            other => other.to_owned(),
        }
    };
    plain(told) == plain(ours)
}

/// `var cur_page = 2;`
fn shown_page(raw: &str) -> Option<u32> {
    let at = raw.find("var cur_page = ")? + "var cur_page = ".len();
    raw[at..].chars().take_while(char::is_ascii_digit).take(9).collect::<String>().parse().ok()
}

/// Fields that cannot be right although they were found.
fn suspect_list(list: &List, today: Day) -> Option<String> {
    let count = list.entries.len();
    let same = |first: &str| list.entries.iter().filter(|e| e.title == first).count();
    if count >= 5 {
        if let Some(first) = list.entries.first()
            && same(&first.title) == count
        {
            return Some(format!("all {count} entries have one title: '{}'", short(&first.title)));
        }
        let brief = list.entries.iter().filter(|e| e.title.chars().count() < 4).count();
        if brief * 2 > count {
            return Some(format!(
                "{brief} of {count} titles have fewer than four characters: a menu is read as a list"
            ));
        }
    }
    let absurd = list.entries.iter().filter(|e| e.day.is_some_and(|d| !d.is_plausible(today))).count();
    if absurd > 0 && absurd * 2 > count {
        return Some(format!("{absurd} of {count} days cannot be true"));
    }
    None
}

/// Why a page is not the article that was asked for.
fn misfit(draft: &Draft, layout: &Layout, answer: &Answer, edition: Edition, expected: Expected<'_>) -> Option<String> {
    let told = token::day(&answer.url);
    if layout.article.date_must_match
        && let (Some(shown), Some(told)) = (draft.day, told)
        && shown != told
    {
        return Some(format!("the page is of {shown}, its address of {told}"));
    }
    if let (Some(shown), Some(listed)) = (draft.day, expected.day)
        && shown != listed
    {
        return Some(format!("the page is of {shown}, the list said {listed}"));
    }
    let title = expected.title?;
    if same_title(&draft.title, title, edition) {
        return None;
    }
    let kept = expected.held.is_some_and(|held| {
        let shingles = |text: &str| Shingles::of(normalise(text, edition).as_str(), edition);
        shingles(held).similarity(&shingles(&draft.body)) >= 0.5
    });
    (!kept).then(|| format!("the page's title is '{}', the list's '{}'", short(&draft.title), short(title)))
}

/// Lists shorten titles and leave out line breaks; half of the words in common is the same title.
fn same_title(a: &str, b: &str, edition: Edition) -> bool {
    let letters = |text: &str| -> Vec<char> {
        normalise(text, edition).as_str().chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (a, b) = (letters(a), letters(b));
    if a.is_empty() || b.is_empty() {
        return a.is_empty() && b.is_empty();
    }
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if long.windows(short.len()).any(|w| w == short.as_slice()) {
        return short.len() * 3 >= long.len();
    }
    let pairs =
        |text: &[char]| -> std::collections::BTreeSet<(char, char)> { text.windows(2).map(|w| (w[0], w[1])).collect() };
    let (a, b) = (pairs(&a), pairs(&b));
    let common = a.intersection(&b).count();
    common * 10 >= 7 * a.len().max(b.len())
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}
