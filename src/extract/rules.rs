//! The rules of a layout, as a source file states them, checked once when they are read.

use scraper::Selector;
use serde::{Deserialize, Deserializer};

use crate::domain::day::Day;

/// A CSS selector that was checked.
#[derive(Debug, Clone)]
pub struct Css(pub Selector);

impl<'de> Deserialize<'de> for Css {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match Selector::parse(&text) {
            Ok(selector) => Ok(Self(selector)),
            Err(error) => Err(serde::de::Error::custom(format!("'{text}' is no CSS selector: {error}"))),
        }
    }
}

/// One way a site has looked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Its name, stored with every article it read.
    pub name: String,
    /// The first day of capture it can be met on.
    #[serde(default)]
    pub from: Option<Day>,
    /// The last.
    #[serde(default)]
    pub to: Option<Day>,
    /// How a list is read.
    pub list: ListRules,
    /// How a list goes on.
    #[serde(default)]
    pub pager: Option<PagerRules>,
    /// How an article is read.
    pub article: ArticleRules,
}

impl Layout {
    /// Whether a page captured on a day can have this layout.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// Where an entry's link is.
#[derive(Debug, Clone)]
pub enum Link {
    /// The item itself.
    Own,
    /// The first such element in the item.
    In(Selector),
}

impl<'de> Deserialize<'de> for Link {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "self" {
            return Ok(Self::Own);
        }
        Selector::parse(&text)
            .map(Self::In)
            .map_err(|error| serde::de::Error::custom(format!("'{text}' is no CSS selector: {error}")))
    }
}

/// How a list is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListRules {
    /// One element for each entry.
    pub item: Css,
    /// Its link: a selector within the item, or `self`.
    pub link: Link,
    /// Elements that may hold the day; the first whose text is a date counts.
    #[serde(default)]
    pub date: Option<Css>,
    /// Stands on every list of this layout, also on one that is rightly empty.
    #[serde(default)]
    pub frame: Option<Css>,
    /// The section's name.
    #[serde(default)]
    pub heading: Option<Css>,
    /// What is no part of a title, beside the date.
    #[serde(default)]
    pub remove: Vec<Css>,
    /// A title's last bracket goes if it ends in one of these: `[1면]`.
    #[serde(default)]
    pub title_marks: Vec<String>,
    /// Addresses with one of these parts lead to photos or films.
    #[serde(default)]
    pub media: Vec<String>,
    /// Tokens of these categories are no articles.
    #[serde(default)]
    pub skip_category: Vec<String>,
    /// The link is a call of this script function with the address in quotes.
    #[serde(default)]
    pub call: Option<String>,
    /// In a script, before the number of entries.
    #[serde(default)]
    pub total: Option<String>,
    /// The element whose last number is that of the entries.
    #[serde(default)]
    pub total_in: Option<Css>,
    /// In a script, before the number of pages.
    #[serde(default)]
    pub page_count: Option<String>,
}

/// How a list goes on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "lowercase")]
pub enum PagerRules {
    /// A form that is sent back with the number of the page.
    Form {
        /// The form.
        form: Css,
        /// The field of the page's number.
        page: String,
    },
    /// A parameter of the address.
    Query {
        /// Its name.
        page: String,
    },
    /// Links, in order; the page's own number stands in their text.
    Link {
        /// The links.
        link: Css,
    },
}

/// Where an article's title is.
#[derive(Debug, Clone)]
pub enum Title {
    /// The first paragraph of the body that has a text.
    FirstOfBody,
    /// All such elements, joined.
    At(Selector),
}

impl<'de> Deserialize<'de> for Title {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "first-of-body" {
            return Ok(Self::FirstOfBody);
        }
        Selector::parse(&text)
            .map(Self::At)
            .map_err(|error| serde::de::Error::custom(format!("'{text}' is no CSS selector: {error}")))
    }
}

/// How an article is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArticleRules {
    /// Stands on every article of this layout: by it the layout is known.
    pub frame: Css,
    /// The title: a selector, or `first-of-body`.
    pub title: Title,
    /// Its paragraphs.
    pub body: Css,
    /// The day.
    #[serde(default)]
    pub date: Option<Css>,
    /// Whether the day on the page must be that of the address.
    #[serde(default)]
    pub date_must_match: bool,
    /// Who wrote it; no part of the text.
    #[serde(default)]
    pub byline: Option<Css>,
    /// A last paragraph that is short and ends so is a byline.
    #[serde(default)]
    pub byline_ends: Vec<String>,
    /// What is no part of the text.
    #[serde(default)]
    pub remove: Vec<Css>,
    /// The element whose `lang` says the page's language.
    #[serde(default)]
    pub language: Option<Css>,
    /// Texts of the page that stands for "not found" with status 200.
    #[serde(default)]
    pub not_found: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_selectors_and_unknown_keys_are_refused() {
        let good = "name='x'\n[list]\nitem='li'\nlink='self'\n[article]\nframe='main'\ntitle='h1'\nbody='p'\n";
        assert!(toml::from_str::<Layout>(good).is_ok());
        for (bad, told) in [
            (good.replace("'li'", "'li['"), "is no CSS selector"),
            (good.replace("'h1'", "'h1 >'"), "is no CSS selector"),
            (good.replace("body='p'", "body='p'\nboddy='q'"), "boddy"),
            (good.replace("[article]", "[pager]\nkind='magic'\n[article]"), "magic"),
        ] {
            let error = toml::from_str::<Layout>(&bad).expect_err(told).to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
