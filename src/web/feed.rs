//! New mentions of leaders as an Atom feed.

use std::fmt::Write as _;

use super::View;
use super::parts;
use super::reply::Refusal;
use crate::answer::harmless;
use crate::domain::day::Day;
use crate::store::query::Filter;
use crate::store::query::mentions::{MentionPage, MentionRow};
use crate::store::query::series::Counting;

/// How many mentions the feed goes back.
const ENTRIES: usize = 60;

/// The feed, with addresses under the name it was asked by.
pub(super) fn atom(view: &View<'_>, host: &str) -> Result<String, Refusal> {
    // Leaders are persons of a country; countries are mentioned every day.
    let leaders: Vec<String> = view
        .lexicon
        .entities()
        .iter()
        .filter(|entity| {
            let index = view.lexicon.find(&entity.id);
            index.and_then(|index| view.lexicon.country_of(index)).is_some_and(|country| country != entity.id)
        })
        .map(|entity| entity.id.clone())
        .collect();
    let page = MentionPage { limit: ENTRIES, after: None, newest_first: true, held_after: None };
    let rows = view.reader.mention_page(view.lexicon, &leaders, &Filter::default(), &Counting::default(), &page)?;
    let base = format!("http://{}", escape(host));
    let updated = rows.first().map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |row| midnight(row.date));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <id>urn:sinmun:mentions</id>\n<title>sinmun: new mentions of leaders</title>\n<updated>{updated}</updated>\n\
         <author><name>sinmun</name></author>\n<link rel=\"self\" href=\"{base}/feed.atom\"/>\n<link href=\"{base}/mentions\"/>\n"
    );
    for row in &rows {
        entry(&mut out, view, row, &base);
    }
    out.push_str("</feed>\n");
    Ok(out)
}

fn entry(out: &mut String, view: &View<'_>, row: &MentionRow, base: &str) {
    let _ = write!(
        out,
        "<entry>\n<id>urn:sinmun:mention:{article}:{field}:{start}:{entity}</id>\n<title>{name}: {title}</title>\n\
         <updated>{updated}</updated>\n<link href=\"{base}/articles/{article}#{anchor}\"/>\n\
         <category term=\"{entity}\"/>\n<content type=\"text\">{sentence}</content>\n</entry>\n",
        article = escape(&row.article),
        anchor = escape(&parts::anchor(&row.entity, row.field, row.start)),
        field = row.field.as_str(),
        start = row.start,
        entity = escape(&row.entity),
        name = escape(&parts::name(view, &row.entity)),
        title = escape(&row.title),
        updated = midnight(row.date),
        sentence = escape(&row.sentence),
    );
}

/// The beginning of a day in Korea.
fn midnight(day: Day) -> String {
    format!("{day}T00:00:00+09:00")
}

/// Text for XML, which knows no control characters at all.
fn escape(text: &str) -> String {
    harmless(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
