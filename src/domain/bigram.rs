//! Full text search inside words that have no blanks between them.
//!
//! Neither tokenizer of FTS5 finds a two-syllable word inside a Korean compound: one takes whole words only,
//! the other wants three characters, and a tokenizer of our own would need unsafe code. So runs of Hangul, Han
//! and kana are cut into overlapping pairs before they are indexed, and a query into the same pairs in a row.

/// Whether a character belongs to a script without blanks between words (Hangul joins its particles on).
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3131}'..='\u{318e}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The text to be indexed: Latin and Cyrillic as they are, `김정은동지` as `김정 정은 은동 동지 지`. The last
/// character stands alone too, so that every character begins a token and one character can be searched.
pub fn index_form(normalised: &str) -> String {
    let mut out = String::with_capacity(normalised.len() + normalised.len() / 2);
    let mut chars = normalised.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if !is_cjk(c) {
            // A letter of another script glued to a run begins a token of its own.
            if c.is_alphanumeric() && chars.peek().is_some_and(|&next| is_cjk(next)) {
                out.push(' ');
            }
            continue;
        }
        match chars.peek() {
            Some(&next) if is_cjk(next) => {
                out.push(next);
                out.push(' ');
            }
            Some(next) if next.is_alphanumeric() => out.push(' '),
            _ => {}
        }
    }
    out
}

/// What was wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing to look for.
    #[error("the query has no word to look for")]
    Empty,
    /// Only words to leave out.
    #[error("the query only says what to leave out; add a word to look for")]
    OnlyExclusions,
}

/// A user's query as an FTS5 expression: words are joined by AND, `"a phrase"` stays together, `-word` leaves
/// out, `word*` is a beginning. Nothing a user types can be FTS5 syntax.
///
/// # Errors
/// [`QueryError`] if there is nothing to look for.
pub fn query_form(normalised: &str) -> Result<String, QueryError> {
    let mut wanted = Vec::new();
    let mut unwanted = Vec::new();
    for (excluded, quoted, term) in terms(normalised) {
        let prefix = !quoted && term.ends_with('*');
        if let Some(phrase) = phrase(term, prefix) {
            if excluded { &mut unwanted } else { &mut wanted }.push(phrase);
        }
    }
    match (wanted.is_empty(), unwanted.is_empty()) {
        (true, true) => Err(QueryError::Empty),
        (true, false) => Err(QueryError::OnlyExclusions),
        (false, true) => Ok(wanted.join(" AND ")),
        (false, false) => Ok(format!("({}) NOT ({})", wanted.join(" AND "), unwanted.join(" OR "))),
    }
}

/// Splits a query at blanks outside quotation marks: (left out, quoted, text).
fn terms(query: &str) -> Vec<(bool, bool, &str)> {
    let mut terms = Vec::new();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let excluded = rest.starts_with('-');
        rest = rest.strip_prefix('-').unwrap_or(rest);
        if let Some(tail) = rest.strip_prefix('"') {
            let end = tail.find('"').unwrap_or(tail.len());
            terms.push((excluded, true, &tail[..end]));
            rest = tail.get(end + 1..).unwrap_or("").trim_start();
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(rest.len());
            terms.push((excluded, false, &rest[..end]));
            rest = rest[end..].trim_start();
        }
    }
    terms
}

/// The FTS5 string of one term: its tokens in a row, so that "DPRK-China" and a Korean compound stay together.
/// The lone last character that ends an indexed run is left out, since in the text the run may go on.
fn phrase(term: &str, prefix: bool) -> Option<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut single = false;
    for run in runs(term) {
        let chars: Vec<char> = run.chars().collect();
        single = is_cjk(chars[0]) && chars.len() == 1;
        if is_cjk(chars[0]) && !single {
            tokens.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else {
            tokens.push(run.to_owned());
        }
    }
    let star = if single || prefix { "*" } else { "" };
    (!tokens.is_empty()).then(|| format!("\"{}\"{star}", tokens.join(" ")))
}

/// The runs of letters and digits in a text, cut where the kind of script changes.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let first = rest.chars().next()?;
        let end = rest.find(|c: char| !c.is_alphanumeric() || is_cjk(c) != is_cjk(first)).unwrap_or(rest.len());
        let run;
        (run, rest) = rest.split_at(end);
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_become_pairs() {
        assert_eq!(index_form("Kim 김정은동지 met"), "Kim 김정 정은 은동 동지 지 met");
        assert_eq!(index_form("中国PRC로씨야2024"), "中国 国 PRC 로씨 씨야 야 2024");
        assert_eq!(index_form("plain"), "plain");
    }

    #[test]
    fn queries_become_phrases_of_pairs() {
        let query = |q: &str| query_form(q).expect("a query");
        assert_eq!(query("김정은"), "\"김정 정은\"");
        assert_eq!(query("중국"), "\"중국\"");
        assert_eq!(query("중"), "\"중\"*");
        assert_eq!(query("xi jinping"), "\"xi\" AND \"jinping\"");
        assert_eq!(query("\"xi jinping\" -putin"), "(\"xi jinping\") NOT (\"putin\")");
        assert_eq!(query("DPRK-China"), "\"DPRK China\"");
        assert_eq!(query("congrat*"), "\"congrat\"*");
        assert_eq!(query_form(" -x"), Err(QueryError::OnlyExclusions));
        assert_eq!(query_form("\"\" ."), Err(QueryError::Empty));
    }

    proptest! {
        #[test]
        fn no_query_is_fts_syntax(q in "\\PC{0,30}") {
            if let Ok(expression) = query_form(&q) {
                // Quotation marks pair up, and outside of them stand only our own words and signs.
                let outside: String = expression.split('"').step_by(2).collect();
                prop_assert!(expression.matches('"').count() % 2 == 0);
                prop_assert!(outside.split_whitespace().all(|w| w.trim_matches(|c| matches!(c, '(' | ')' | '*')).is_empty()
                    || ["AND", "NOT", "OR", "NOT("].contains(&w.trim_matches(|c| matches!(c, '(' | ')' | '*')))), "{}", expression);
            }
        }
    }
}
