//! A list page: its entries, and how it goes on.

use scraper::{ElementRef, Html, Selector};
use serde::{Deserialize, Serialize};
use url::Url;

use super::html::line;
use super::rules::{Css, Layout, Link, PagerRules};
use super::token;
use crate::domain::day::Day;
use crate::domain::stamp::{day_of_text, split_list_date};

/// How a site's addresses are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// By the whole address.
    #[default]
    Address,
    /// By the article's id in it, which many addresses share.
    NewsId,
}

impl Key {
    /// What an address is known by, as an address itself; `None` for what is no article.
    pub fn of(self, url: &str) -> Option<String> {
        match self {
            Self::Address => Some(url.to_owned()),
            Self::NewsId => {
                let id = token::news_id(url)?;
                let base = url.split_once('?').map_or(url, |(base, _)| base);
                Some(format!("{base}?newsId={id}"))
            }
        }
    }
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Where its article is, as linked.
    pub url: String,
    /// What it is known by ([`Key::of`]).
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its day, from the list or the address.
    pub day: Option<Day>,
    /// Whether the day is from the address.
    pub day_of_url: bool,
    /// Whether it leads to photos or a film.
    pub media: bool,
}

/// How to ask for the next page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NextPage {
    /// By an address.
    Get(String),
    /// By sending a form.
    Post {
        /// Where to.
        url: String,
        /// Its fields, the page's number among them.
        fields: Vec<(String, String)>,
    },
}

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct List {
    /// By which layout.
    pub layout: String,
    /// The section's name, where the page tells it.
    pub heading: Option<String>,
    /// The entries, as listed (newest first, as a rule).
    pub entries: Vec<Entry>,
    /// How many there are on all pages, where the page tells it.
    pub total: Option<u32>,
    /// The next page, where there is one.
    pub next: Option<NextPage>,
}

/// Reads a page as a list by one layout; `None` if it is none by this layout. A list without entries is answered
/// only where the layout's frame stands on the page, with no entries.
pub fn read(page: &Html, raw: &str, layout: &Layout, url: &Url, key: Key, number: u32) -> Option<List> {
    let rules = &layout.list;
    let mut entries: Vec<Entry> = Vec::new();
    for item in page.select(&rules.item.0) {
        if let Some(entry) = entry(item, layout, url, key)
            && !entries.iter().any(|known| known.key == entry.key)
        {
            entries.push(entry);
        }
    }
    let framed = rules.frame.as_ref().is_some_and(|frame| page.select(&frame.0).next().is_some());
    if entries.is_empty() && !framed {
        return None;
    }
    let heading = rules.heading.as_ref().and_then(|css| page.select(&css.0).next()).map(|e| line(e, &[]));
    let told =
        rules.total_in.as_ref().and_then(|css| page.select(&css.0).next()).and_then(|e| last_number(&line(e, &[])));
    let total = rules.total.as_deref().and_then(|mark| number_behind(raw, mark)).or(told);
    let pages = rules.page_count.as_deref().and_then(|mark| number_behind(raw, mark));
    let more = pages.is_none_or(|pages| number < pages) && !entries.is_empty();
    let next = layout.pager.as_ref().filter(|_| more).and_then(|pager| next(page, pager, url, number));
    Some(List { layout: layout.name.clone(), heading: heading.filter(|h| !h.is_empty()), entries, total, next })
}

fn entry(item: ElementRef<'_>, layout: &Layout, url: &Url, key: Key) -> Option<Entry> {
    let rules = &layout.list;
    let link = match &rules.link {
        Link::Own => item,
        Link::In(selector) => item.select(selector).next()?,
    };
    let href = link.attr("href")?;
    let href = match &rules.call {
        Some(call) => quoted(href.split_once(call.as_str())?.1)?,
        None => href,
    };
    let address = url.join(href).ok().filter(|u| matches!(u.scheme(), "http" | "https"))?.to_string();
    if !rules.skip_category.is_empty()
        && token::category(&address).is_some_and(|category| rules.skip_category.contains(&category))
    {
        return None;
    }
    let media = rules.media.iter().any(|part| address.contains(part.as_str()));
    let key = key.of(&address)?;
    let dated = rules.date.as_ref().and_then(|css| {
        item.select(&css.0).find_map(|e| {
            let text = line(e, &[]);
            day_of_text(&text).ok()
        })
    });
    let mut remove: Vec<Selector> = rules.remove.iter().map(|Css(selector)| selector.clone()).collect();
    // The element of the date may stand inside the link, and elements of its kind may hold names: only the one that
    // is a date goes, and `split_list_date` takes it off the end.
    remove.retain(|selector| !selector.matches(&link));
    let title = line(link, &remove);
    let (bare, glued) = split_list_date(&title);
    let title = without_mark(bare, &rules.title_marks).to_owned();
    if title.is_empty() {
        return None;
    }
    let listed = dated.or(glued);
    let day = listed.or_else(|| token::day(&address));
    Some(Entry { url: address, key, title, day, day_of_url: listed.is_none() && day.is_some(), media })
}

/// `Title [1면]` without the page's mark.
fn without_mark<'a>(title: &'a str, marks: &[String]) -> &'a str {
    let marked = title.rfind('[').filter(|_| marks.iter().any(|mark| title.ends_with(mark.as_str())));
    marked.map_or(title, |at| title[..at].trim_end())
}

/// What stands between the first pair of quotes.
fn quoted(text: &str) -> Option<&str> {
    let at = text.find(['\'', '"'])?;
    let quote = text[at..].chars().next()?;
    let rest = &text[at + 1..];
    rest.find(quote).map(|end| &rest[..end])
}

/// The number behind a mark in a script.
fn number_behind(raw: &str, mark: &str) -> Option<u32> {
    let at = raw.find(mark)? + mark.len();
    let digits: String = raw[at..].chars().take_while(char::is_ascii_digit).take(9).collect();
    digits.parse().ok()
}

/// The last number in a text: "홈 > 혁명활동소식 > 2건".
fn last_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).rfind(|digits| !digits.is_empty())?.parse().ok()
}

fn next(page: &Html, pager: &PagerRules, url: &Url, number: u32) -> Option<NextPage> {
    match pager {
        PagerRules::Query { page: name } => {
            let mut next = url.clone();
            let others: Vec<(String, String)> =
                url.query_pairs().filter(|(n, _)| n != name).map(|(n, v)| (n.into_owned(), v.into_owned())).collect();
            next.query_pairs_mut().clear().extend_pairs(others).append_pair(name, &(number + 1).to_string());
            Some(NextPage::Get(next.to_string()))
        }
        PagerRules::Link { link } => {
            let wanted = (number + 1).to_string();
            page.select(&link.0)
                .find(|e| line(*e, &[]) == wanted)
                .and_then(|e| e.attr("href"))
                .and_then(|href| url.join(href).ok())
                .map(|next| NextPage::Get(next.to_string()))
        }
        PagerRules::Form { form, page: name } => {
            let form = page.select(&form.0).next()?;
            let target = form
                .attr("action")
                .filter(|a| !a.is_empty())
                .map_or_else(|| Some(url.clone()), |a| url.join(a).ok())?;
            let mut fields: Vec<(String, String)> = form
                .descendent_elements()
                .filter(|e| e.value().name() == "input")
                .filter_map(|e| Some((e.attr("name")?.to_owned(), e.attr("value").unwrap_or("").to_owned())))
                .filter(|(n, _)| n != name)
                .collect();
            fields.push((name.clone(), (number + 1).to_string()));
            Some(NextPage::Post { url: target.to_string(), fields })
        }
    }
}

/// The links of a site's menu: address and text, each once, in order.
pub fn menu(page: &Html, link: &Selector, url: &Url) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    for element in page.select(link) {
        let Some(address) = element.attr("href").and_then(|href| url.join(href).ok()) else { continue };
        if address.host_str() != url.host_str() {
            continue;
        }
        let (address, name) = (address.to_string(), line(element, &[]));
        match sections.iter_mut().find(|(known, _)| *known == address) {
            // The tiles of the menu repeat links without a text.
            Some((_, known)) if known.is_empty() => *known = name,
            Some(_) => {}
            None => sections.push((address, name)),
        }
    }
    sections
}
