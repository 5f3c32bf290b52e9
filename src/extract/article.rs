//! An article's page: title, text, day, language.

use std::collections::HashSet;

use scraper::{Html, Selector};
use serde::Serialize;

use super::html::{line, squeeze, text};
use super::rules::{Css, Layout, Title};
use crate::domain::day::Day;
use crate::domain::stamp::day_of_text;

/// An article as its page gives it, before it is compared with its list entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// By which layout.
    pub layout: String,
    /// The title.
    pub title: String,
    /// The paragraphs, a line each.
    pub body: String,
    /// The day, if the page has one.
    pub day: Option<Day>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// The language the page says it is in.
    pub language: Option<String>,
    /// Whether paragraphs stood twice and were taken once.
    pub doubled: bool,
}

/// Reads a page as an article by one layout; `None` if it is none by this layout.
pub fn read(page: &Html, layout: &Layout) -> Option<Draft> {
    let rules = &layout.article;
    page.select(&rules.frame.0).next()?;
    let mut remove: Vec<Selector> = rules.remove.iter().chain(&rules.date).map(|Css(s)| s.clone()).collect();
    let byline_at = rules.byline.as_ref().map(|css| css.0.clone());
    remove.extend(byline_at.clone());
    let mut paragraphs: Vec<String> = page
        .select(&rules.body.0)
        .filter(|p| !remove.iter().any(|selector| selector.matches(p)))
        .map(|p| text(p, &remove))
        .filter(|p| !p.is_empty())
        .collect();
    let doubled = once(&mut paragraphs);
    let title = match &rules.title {
        Title::At(selector) => {
            page.select(selector).map(|e| line(e, &[])).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        }
        Title::FirstOfBody => {
            if paragraphs.is_empty() {
                String::new()
            } else {
                paragraphs.remove(0).replace('\n', " ")
            }
        }
    };
    let mut byline = byline_at.and_then(|s| page.select(&s).next()).map(|e| line(e, &[])).filter(|b| !b.is_empty());
    if byline.is_none() && paragraphs.last().is_some_and(|last| is_byline(last, &rules.byline_ends)) {
        byline = paragraphs.pop();
    }
    let day = rules.date.as_ref().and_then(|css| page.select(&css.0).find_map(|e| day_in(&line(e, &[]))));
    let language = rules
        .language
        .as_ref()
        .and_then(|css| page.select(&css.0).next())
        .and_then(|e| e.attr("lang"))
        .map(str::to_owned);
    if title.is_empty() && paragraphs.is_empty() {
        return None;
    }
    Some(Draft {
        layout: layout.name.clone(),
        title: squeeze(&title),
        body: paragraphs.join("\n"),
        day,
        byline,
        language,
        doubled,
    })
}

/// Some pages hold all their paragraphs twice. A paragraph of some length that stood before is left out; short ones
/// (a cry, a refrain) may stand as often as they do.
fn once(paragraphs: &mut Vec<String>) -> bool {
    const LONG: usize = 60;
    let mut seen = HashSet::new();
    let before = paragraphs.len();
    paragraphs.retain(|p| p.chars().count() < LONG || seen.insert(p.clone()));
    paragraphs.len() < before
}

/// "Political News Team" at the end is who wrote it; a slogan at the end is not.
fn is_byline(paragraph: &str, ends: &[String]) -> bool {
    paragraph.chars().count() <= 40 && ends.iter().any(|end| paragraph.ends_with(end.as_str()))
}

/// A date somewhere in a short text: "www.kcna.kp (2025.12.14.)", "Feb. 19, 2026 Thursday [Photo]".
fn day_in(text: &str) -> Option<Day> {
    let bare = text.split('[').next().unwrap_or(text).trim();
    if let Ok(day) = day_of_text(bare) {
        return Some(day);
    }
    let inner = text.split_once('(')?.1.rsplit_once(')')?.0;
    day_of_text(inner).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_on_pages() {
        let of = |text: &str| day_in(text).map(|d| d.to_string());
        for text in [
            "www.kcna.kp (2025.9.10.)",
            "www.kcna.kp (Juche114.9.10.)",
            "Sept. 10, 2025 Wednesday [Photo]",
            "２０２５년 ９월 １０일",
            "2025.9.10.",
        ] {
            assert_eq!(of(text).as_deref(), Some("2025-09-10"), "{text}");
        }
        assert_eq!(of("Rodong Sinmun"), None);
    }

    #[test]
    fn doubled_paragraphs_are_taken_once() {
        let long = "A sample paragraph that is long enough to be told from a slogan, by far.".to_owned();
        let mut paragraphs = vec![long.clone(), "Long live!".into(), long, "Long live!".into()];
        assert!(once(&mut paragraphs));
        assert_eq!(paragraphs.len(), 3);
        assert!(!once(&mut paragraphs));
    }
}
