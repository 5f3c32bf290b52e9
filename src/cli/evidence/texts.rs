//! The cited articles: each as a plain text with its mentions marked, and the bytes as they were given where they are
//! held.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Case, Cite, Cited, Files};
use crate::answer::harmless;
use crate::cli::failure::Failure;
use crate::cli::show::marked;
use crate::domain::count::Field;
use crate::store::query::articles::Article;

pub(super) fn add(case: &Case<'_>, cited: &Cited, files: &mut Files) -> Result<(), Failure> {
    for (name, cites) in &cited.mentions {
        let Some(article) = case.reader.article(case.lexicon, name)? else { continue };
        for capture in article.appearances.iter().filter_map(|place| place.capture.as_ref()) {
            let path = format!("captures/{capture}");
            if !files.contains_key(&path)
                && let Some(bytes) = case.reader.capture(capture)?
            {
                files.insert(path, bytes);
            }
        }
        files.insert(format!("articles/{name}.txt"), text(&article, cites).into_bytes());
    }
    Ok(())
}

/// What is known of an article, then its text.
fn text(article: &Article, cites: &BTreeSet<Cite>) -> String {
    let in_field = |field: Field| cites.iter().filter(move |c| c.field == field).map(|c| (c.start, c.end));
    let mut out = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(out, "{name:<10}{}", harmless(value));
    };
    line("article", &article.article);
    line("outlet", &format!("{} {}", article.outlet, article.edition));
    let day = article.day.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
    line("day", &format!("{day} (from {})", article.day_from));
    line("title", &marked(&article.title, in_field(Field::Title)));
    for revision in article.revisions.iter().filter(|revision| revision.measured) {
        line("sha256", &format!("{} of title, line feed, text", revision.revision));
    }
    if let Some(first) = &article.reprint_of {
        line("reprint", &format!("of {first}"));
    }
    for place in &article.appearances {
        let section = if place.section.is_empty() { String::new() } else { format!("  [{}]", place.section) };
        line("found", &format!("{}{section}  {}:{}", place.url, place.origin, place.line));
        if let Some(capture) = &place.capture {
            line("raw", &format!("captures/{capture}"));
        }
    }
    for cite in cites {
        let whole = if cite.field == Field::Title { &article.title } else { &article.body };
        let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        let words = whole.get(at(cite.start)..at(cite.end)).unwrap_or_default();
        let place = format!("{}:{}-{}", cite.field.as_str(), cite.start, cite.end);
        line("mention", &format!("{} by {} at {place}: {words}", cite.entity, cite.form));
    }
    out.push('\n');
    for paragraph in marked(&article.body, in_field(Field::Body)).split('\n') {
        out.push_str(&harmless(paragraph));
        out.push('\n');
    }
    out
}
