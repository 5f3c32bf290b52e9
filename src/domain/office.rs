//! Who is meant by an office: its holder on the day, another who is named beside it, or nobody.

use std::ops::Range;

use super::count::Form;
use super::day::Day;
use super::lexicon::{AliasIndex, EntityIndex, Layer, Lexicon, OfficeIndex, Surroundings};
use super::matcher::{Hit, Kind, Target, is_hangul, is_syllabic};
use super::sharing::Shared;
use super::stream::Edition;

/// An office found, resolved to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    /// Bytes of the matched text, from the first of joined offices to the last.
    pub range: Range<usize>,
    pub entity: EntityIndex,
    /// The first office's.
    pub alias: AliasIndex,
    /// [`Form::Office`] or [`Form::Embedded`].
    pub form: Form,
}

/// A text in which offices are to be resolved.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub lexicon: &'a Lexicon,
    pub edition: Edition,
    pub day: Day,
    /// The matched text.
    pub text: &'a str,
    /// Headlines put capitals on every word: there a capital is no sign of a name.
    pub headline: bool,
}

/// A run of offices of one person, joined only by "and" and commas.
struct Chain {
    range: Range<usize>,
    /// Where the noun stands, if that is somewhere else.
    noun: Option<Range<usize>>,
    office: OfficeIndex,
    alias: AliasIndex,
    holder: EntityIndex,
    form: Form,
}

impl Chain {
    /// The bytes beside which "former" or a name would stand.
    fn title(&self) -> &Range<usize> {
        self.noun.as_ref().unwrap_or(&self.range)
    }
}

/// Resolves the offices among the hits of a text. `sentence` numbers the sentence that holds a byte.
///
/// An office whose holder is named in its sentence is absorbed by the name; one in apposition to another name is
/// that person's, or nobody's; "former", "vice-" and "-elect" mean nobody.
pub(super) fn resolve(
    scene: &Scene<'_>,
    hits: &[Hit],
    shared: &[Shared],
    sentence: impl Fn(usize) -> usize,
) -> Vec<Resolved> {
    let beside = scene.lexicon.surroundings(scene.edition);
    let names: Vec<(Range<usize>, EntityIndex)> = hits
        .iter()
        .filter(|hit| hit.layer == Layer::Leader)
        .filter_map(|hit| match hit.target {
            Target::Name { entity, .. } => Some((hit.start..hit.end, entity)),
            _ => None,
        })
        .collect();
    let mut chains = chains(scene, hits, beside);
    chains.extend(shared.iter().filter_map(|one| {
        let holder = scene.lexicon.holder(one.office, scene.day)?;
        let (range, noun) = (one.range.clone(), Some(one.noun.clone()));
        Some(Chain { range, noun, office: one.office, alias: one.alias, holder, form: Form::Office })
    }));
    chains
        .into_iter()
        .filter(|chain| {
            let own = sentence(chain.range.start);
            !names.iter().any(|(range, entity)| *entity == chain.holder && sentence(range.start) == own)
        })
        .filter(|chain| {
            // A title that holds an office is another's anyhow: "Ivanov, deputy presidential envoy".
            chain.form == Form::Embedded
                || !is_unheld(scene.text, chain.title(), beside) && !is_anothers(scene, chain.title(), &names, beside)
        })
        .map(|chain| Resolved { range: chain.range, entity: chain.holder, alias: chain.alias, form: chain.form })
        .collect()
}

fn chains(scene: &Scene<'_>, hits: &[Hit], beside: &Surroundings) -> Vec<Chain> {
    let mut chains: Vec<Chain> = Vec::new();
    for hit in hits {
        let (office, alias, form) = match hit.target {
            Target::Office { office, alias } => (office, alias, Form::Office),
            Target::Embedded { office, alias } => (office, alias, Form::Embedded),
            Target::Name { .. } | Target::Nothing => continue,
        };
        let Some(holder) = scene.lexicon.holder(office, scene.day) else { continue };
        let joined = chains.last_mut().filter(|last| {
            (last.holder, last.form) == (holder, form)
                && last.office != office
                && is_joining(&scene.text[last.range.end..hit.start], beside)
        });
        match joined {
            Some(last) => (last.range.end, last.office) = (hit.end, office),
            None => chains.push(Chain { range: hit.start..hit.end, noun: None, office, alias, holder, form }),
        }
    }
    chains
}

/// Whether a gap between two offices holds nothing but words that join.
fn is_joining(gap: &str, beside: &Surroundings) -> bool {
    let mut rest = gap.trim();
    while !rest.is_empty() {
        let words = beside.joining.iter().chain(&beside.articles);
        let Some(after) = words.filter_map(|word| behind_word(rest, word)).min_by_key(|after| after.len()) else {
            return false;
        };
        rest = after.trim_start();
    }
    true
}

/// Whether a word beside the office says that it is not held.
fn is_unheld(text: &str, office: &Range<usize>, beside: &Surroundings) -> bool {
    // As far back as any of the words reaches, its article, and what shows that it begins there.
    let reach = 8 + beside.before.iter().chain(&beside.except).map(|word| word.chars().count()).max().unwrap_or(0);
    let from = text[..office.start].char_indices().rev().take(reach).last().map_or(office.start, |(at, _)| at);
    let lower = text[from..office.start].to_lowercase();
    let mut before = lower.trim_end();
    // "election as the new president"
    while let Some(left) = beside.articles.iter().find_map(|article| before_word(before, article)) {
        before = left.trim_end();
    }
    let unheld = beside.before.iter().any(|word| before_word(before, word).is_some())
        // Whatever word this is the end of: "가기 전", "日前".
        && !beside.except.iter().any(|word| before.ends_with(word.as_str()));
    let after = text[office.end..].trim_start();
    unheld || beside.after.iter().any(|word| behind_word(after, word).is_some())
}

/// Whether the office stands in apposition to a name: "President Hu Jintao", "Boris Yeltsin, president of Russia".
fn is_anothers(
    scene: &Scene<'_>,
    office: &Range<usize>,
    names: &[(Range<usize>, EntityIndex)],
    beside: &Surroundings,
) -> bool {
    let text = scene.text;
    let close = |gap: &str| gap.len() <= 24 && (gap.trim().is_empty() || is_joining(gap, beside));
    let next = names.iter().find(|(name, _)| name.start >= office.end);
    if next.is_some_and(|(name, _)| close(&text[office.end..name.start])) {
        return true;
    }
    let last = names.iter().rev().find(|(name, _)| name.end <= office.start);
    if last.is_some_and(|(name, _)| text[name.end..office.start].trim() == ",") {
        return true;
    }
    if last.is_some_and(|(name, _)| is_appended(&text[name.end..office.start], beside)) {
        return true;
    }
    if scene.edition.is_cjk() {
        let known = next.map_or(text.len(), |(name, _)| name.start);
        return is_addressed_behind(&text[office.end..known], beside);
    }
    if scene.headline {
        return false;
    }
    // A name that the lexicon does not know shows by its capital.
    let mut behind = text[office.end..].chars();
    let named_behind = behind.next() == Some(' ') && behind.next().is_some_and(char::is_uppercase);
    let named_before = text[office.start..].chars().next().is_some_and(char::is_lowercase)
        && text[..office.start].strip_suffix(", ").is_some_and(|before| {
            let word = before.rsplit(' ').next().unwrap_or("");
            word.chars().next().is_some_and(char::is_uppercase)
        });
    named_behind || named_before
}

/// Whether what stands between a name and an office is the beginning of an apposition that the office ends:
/// "Zhou Enlai, then premier of the Central Government and foreign minister of China". A clause with a verb would
/// begin otherwise; whoever has a name there begins with a capital.
fn is_appended(gap: &str, beside: &Surroundings) -> bool {
    let Some(inner) = gap.strip_prefix(", ") else { return false };
    let inner = beside.articles.iter().find_map(|article| before_word(inner.trim_end(), article)).unwrap_or(inner);
    let joined = beside.and.iter().any(|and| before_word(inner.trim_end(), and).is_some());
    let first = inner.split(' ').next().unwrap_or("");
    joined
        && inner.split(' ').count() <= 10
        && first.starts_with(char::is_lowercase)
        && !inner.contains([',', ';', '.', ':'])
        && !beside.relatives.iter().chain(&beside.and).any(|word| word == first)
}

/// Where there are no capitals, a name that the lexicon does not know shows by the form of address behind it: at
/// most three words ("대통령 이완 이와노브동지") or four letters of Han ("总统某某某同志") after the office, none of
/// them a particle, up to the form of address.
fn is_addressed_behind(rest: &str, beside: &Surroundings) -> bool {
    let of = |kind: Kind| beside.following.iter().filter(move |word| word.kind == kind);
    let clause =
        rest.split(|c: char| !(c.is_alphanumeric() || matches!(c, ' ' | '·' | '・' | 'ー'))).next().unwrap_or("");
    let Some(at) = of(Kind::Honorific).filter_map(|word| clause.find(word.text.as_str())).min() else { return false };
    let name = &clause[..at];
    if name.starts_with(' ') {
        let particle = |word: &str| of(Kind::Particle).any(|p| word.ends_with(p.text.as_str()));
        let words: Vec<&str> = name.split_whitespace().collect();
        let (last, others) = words.split_last().map_or(("", &[][..]), |(last, others)| (*last, others));
        !last.is_empty() && words.len() <= 3 && !others.iter().any(|word| particle(word) || is_joining(word, beside))
    } else {
        let most = if name.contains(['·', '・']) { 16 } else { 4 };
        (2..=most).contains(&name.chars().count()) && !of(Kind::Particle).any(|p| name.starts_with(p.text.as_str()))
    }
}

/// What stands before a word at the end of a text, if it stands there as a word of its own. Han and kana have no
/// sign of where a word begins.
fn before_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let left = text.strip_suffix(word)?;
    let joined = |c: char| c.is_alphanumeric() && (!is_syllabic(c) || is_hangul(c));
    let inside = word.chars().next().is_some_and(joined) && left.chars().next_back().is_some_and(char::is_alphanumeric);
    (!inside).then_some(left)
}

/// What stands behind a word at the beginning of a text, if the word ends there. In scripts that join words it may.
fn behind_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let right = text.strip_prefix(word)?;
    let joined = |c: char| c.is_alphanumeric() && !is_syllabic(c);
    let inside =
        word.chars().next_back().is_some_and(joined) && right.chars().next().is_some_and(char::is_alphanumeric);
    (!inside).then_some(right)
}

#[cfg(test)]
mod tests {
    use crate::domain::count::{Form, Text, count};
    use crate::domain::lexicon::{DEFAULT, Lexicon};
    use crate::domain::stream::Edition;
    use std::sync::LazyLock;

    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(DEFAULT).expect("the built-in lexicon"));

    /// The leaders mentioned in a body on a day: who, in what form, by which words.
    fn leaders(day: &str, title: &str, body: &str) -> Vec<String> {
        let text = Text { edition: Edition::En, title, body };
        count(&LEXICON, Some(day.parse().expect("a day")), &text)
            .into_iter()
            .filter(|mention| !["china", "russia"].contains(&LEXICON.entity(mention.entity).id.as_str()))
            .map(|mention| {
                let field = if mention.range().end <= title.len() && body.is_empty() { title } else { body };
                format!("{} {} {}", LEXICON.entity(mention.entity).id, mention.form, &field[mention.range()])
            })
            .collect()
    }

    fn in_body(day: &str, body: &str) -> Vec<String> {
        leaders(day, "", body)
    }

    #[test]
    fn the_holder_on_the_day() {
        let president = "A message came from the Chinese president yesterday.";
        for (day, holder) in [("2002-01-01", "jiang-zemin"), ("2012-02-01", "hu-jintao"), ("2013-03-14", "xi-jinping")]
        {
            assert_eq!(in_body(day, president), [format!("{holder} office Chinese president")]);
        }
        let russian = "He met the president of the Russian Federation.";
        assert_eq!(in_body("2012-05-06", russian), ["medvedev office president of the Russian Federation"]);
        assert_eq!(in_body("2012-05-07", russian), ["putin office president of the Russian Federation"]);
        assert_eq!(leaders("2024-08-16", "Reply to Russian President", ""), ["putin office Russian President"]);
        assert_eq!(
            in_body("2024-09-10", "A greeting to the general secretary of the C.C., CPC arrived."),
            ["xi-jinping office general secretary of the C.C., CPC"]
        );
    }

    #[test]
    fn a_named_holder_absorbs_his_offices() {
        for body in [
            "Xi Jinping, general secretary of the Central Committee of the Communist Party of China (CPC) and president of the People's Republic of China (PRC), sent it.",
            "President of the PRC Xi Jinping sent it.",
            "The Chinese president thanked him and Xi Jinping left.",
        ] {
            let found = in_body("2024-09-10", body);
            assert_eq!(found, ["xi-jinping name Xi Jinping"], "{body}");
        }
        let two = "Xi Jinping sent it. The Chinese president is well.";
        assert_eq!(in_body("2024-09-10", two), ["xi-jinping name Xi Jinping", "xi-jinping office Chinese president"]);
    }

    #[test]
    fn offices_of_one_holder_are_one_mention() {
        let body = "To the general secretary of the CPC Central Committee and president of the PRC it was sent.";
        assert_eq!(
            in_body("2026-09-10", body),
            ["xi-jinping office general secretary of the CPC Central Committee and president of the PRC"]
        );
        let both = "The Chinese president and the Russian president met.";
        assert_eq!(
            in_body("2024-09-10", both),
            ["xi-jinping office Chinese president", "putin office Russian president"]
        );
    }

    #[test]
    fn nobody_is_meant() {
        for body in [
            "The former Chinese president came.",
            "The vice-president of the PRC and the Vice President of the PRC came.",
            "The Russian president-elect came.",
            "A message on your election as president of the Russian Federation.",
            "He was elected president of the Russian Federation.",
            "Comrade General Secretary, the President and the premier came.",
            "The president of the People's Republic of Bangladesh came.",
            "The president of the State Affairs of the DPRK came.",
            "The president of Russia Today came.",
            "The general secretary of the CPV Central Committee came.",
            "Russian President Boris Ivanovich came.",
            "Boris Ivanov, president of the Russian Federation, came.",
            "Your election as the new president of the Russian Federation.",
            "The Chinese leader and Chinese leaders came.",
            "The deputy speaker of the State Duma, the chairman of the State Duma's Committee came.",
        ] {
            assert_eq!(in_body("2012-03-10", body), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn an_office_beside_a_name_is_that_persons() {
        assert_eq!(in_body("2015-01-01", "Chinese President Hu Jintao had come."), ["hu-jintao name Hu Jintao"]);
        assert_eq!(
            in_body("2012-03-10", "Greetings to Vladimir Putin, president of the Russian Federation, went out."),
            ["putin name Vladimir Putin"]
        );
    }

    #[test]
    fn whoever_is_told_of_behind_a_comma_may_still_be_another() {
        let then = "Zhou Enlai, then premier of the Central Government and foreign minister of China, wrote it.";
        assert_eq!(in_body("2012-03-10", then), ["zhou-enlai name Zhou Enlai"]);
        let who = "Boris Ivanov, who was here, and the Russian president left.";
        assert_eq!(in_body("2012-03-10", who), ["medvedev office Russian president"]);
        let lower = "the president of russia sent it";
        assert_eq!(in_body("2012-03-10", lower), ["medvedev office president of russia"]);
    }

    #[test]
    fn an_office_in_anothers_title_is_embedded() {
        let found = in_body("2024-01-10", "The Russian presidential envoy came.");
        assert_eq!(found, ["putin embedded Russian presidential"]);
        let deputy =
            "Boris Ivanov, deputy presidential envoy to the Far East Region of the Russian Federation, said so.";
        let words = "presidential envoy to the Far East Region of the Russian Federation";
        assert_eq!(in_body("2012-03-10", deputy), [format!("medvedev embedded {words}")]);
        assert!(!Form::DEFAULT.contains(&Form::Embedded));
    }

    #[test]
    fn without_a_day_nobody_holds_an_office() {
        let text = Text { edition: Edition::En, title: "", body: "The Chinese president came." };
        assert!(count(&LEXICON, None, &text).iter().all(|mention| mention.form == Form::Name));
    }
}
