//! `show`: one article with all that is known of it.

use serde_json::{Value, json};

use super::Session;
use super::args::{Format, ShowArgs};
use super::failure::Failure;
use super::output::Output;
use crate::domain::count::Field;
use crate::store::query::articles::Article;

pub fn run(session: &Session<'_>, args: &ShowArgs, mut output: Output<'_>) -> Result<u8, Failure> {
    let (reader, lexicon) = session.counted()?;
    let article = reader.article(&lexicon, &args.article)?.ok_or_else(|| {
        Failure::Failed(format!(
            "there is no article '{}'; give the name that `mentions` or `search` shows, the hash of a text, or an address",
            args.article
        ))
    })?;
    if args.raw {
        let capture = article.appearances.iter().find_map(|a| a.capture.as_deref()).ok_or_else(|| {
            Failure::Failed("no raw capture is kept: the stored text is literally what the source gave".to_owned())
        })?;
        let bytes = reader.capture(capture)?.unwrap_or_default();
        output.raw(&bytes)?;
        return Ok(0);
    }
    match output.format(args.format) {
        Format::Json => {
            let article = serde_json::to_value(&article).map_err(|e| Failure::Failed(e.to_string()))?;
            output.json(&json!({"query": {"command": "show", "article": args.article}, "method": lexicon.method(), "rows": [article]}))?;
        }
        Format::Csv => {
            let Ok(Value::Object(mut row)) = serde_json::to_value(&article) else {
                return Err(Failure::Failed("the article cannot be written".to_owned()));
            };
            for list in ["revisions", "appearances", "mentions"] {
                let count = row[list].as_array().map_or(0, Vec::len);
                row[list] = count.into();
            }
            let columns: Vec<String> = row.keys().cloned().collect();
            output.csv(&columns.iter().map(String::as_str).collect::<Vec<_>>(), &[row])?;
        }
        Format::Table => page(&article, &mut output)?,
    }
    Ok(0)
}

fn page(article: &Article, output: &mut Output<'_>) -> Result<(), Failure> {
    let marked = |text: &str, field: Field| {
        let mut out = String::new();
        let mut at = 0;
        for mention in article.mentions.iter().filter(|m| m.field == field) {
            let at_of = |offset: u32| usize::try_from(offset).unwrap_or(text.len());
            let (start, end) = (at_of(mention.start), at_of(mention.end));
            // A country's word inside a longer mention of a leader is marked once.
            if start >= at {
                out.extend([&text[at..start], "«", &text[start..end], "»"]);
                at = end;
            }
        }
        out.push_str(&text[at..]);
        out
    };
    output.line(&marked(&article.title, Field::Title))?;
    let day = article.day.map_or_else(|| "no day".to_owned(), |day| day.to_string());
    output.line(&format!(
        "{}   {} {}   {day} (from {})   {}   length {}",
        article.article, article.outlet, article.edition, article.day_from, article.content, article.length
    ))?;
    if let Some(first) = &article.reprint_of {
        output.line(&format!("a reprint of {first}"))?;
    }
    if article.id_reused {
        output.line("an address of this article was used again for another one")?;
    }
    output.line("")?;
    for paragraph in marked(&article.body, Field::Body).lines() {
        output.line(paragraph)?;
    }
    output.line("")?;
    for revision in &article.revisions {
        let measured = if revision.measured { "   measured" } else { "" };
        output.line(&format!("text  {}   length {}{measured}", &revision.revision[..16], revision.length))?;
    }
    for place in &article.appearances {
        let capture = place.capture.as_deref().map(|hash| format!("   raw {}", &hash[..16])).unwrap_or_default();
        let section = match &place.section_id {
            Some(id) => format!("{}: {id}", place.section),
            None => place.section.clone(),
        };
        output.line(&format!("found {}   [{section}]   {}:{}{capture}", place.url, place.origin, place.line))?;
    }
    Ok(())
}
