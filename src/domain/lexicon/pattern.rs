//! The small language of aliases: `president of [the ]Russia[n Federation]`, `{Chairman|chairman}`.
//!
//! Only choice, no repetition: an alias always stands for a short, finite list of plain texts, so that the
//! automaton stays plain and a reader can see what will match. Regular expressions were rejected for that.

/// How many texts one alias may stand for; more is surely a slip.
const MOST: usize = 256;

/// All texts an alias stands for.
pub fn expand(alias: &str) -> Result<Vec<String>, String> {
    let mut texts = vec![String::new()];
    let mut rest = alias;
    while let Some(at) = rest.find(['[', ']', '{', '}']) {
        let (plain, tail) = rest.split_at(at);
        for text in &mut texts {
            text.push_str(plain);
        }
        let (close, optional) = match tail.as_bytes()[0] {
            b'[' => (']', true),
            b'{' => ('}', false),
            stray => return Err(format!("'{}' closes nothing", char::from(stray))),
        };
        let end = tail
            .find(close)
            .filter(|&end| !tail[1..end].contains(['[', '{']))
            .ok_or_else(|| format!("'{}' is not closed (and cannot be nested)", &tail[..1]))?;
        let mut choices: Vec<&str> = tail[1..end].split('|').collect();
        if optional {
            choices.push("");
        }
        texts =
            texts.iter().flat_map(|text| choices.iter().map(move |choice| [text.as_str(), choice].concat())).collect();
        if texts.len() > MOST {
            return Err(format!("it stands for more than {MOST} texts"));
        }
        rest = &tail[end + 1..];
    }
    for text in &mut texts {
        text.push_str(rest);
    }
    texts.sort();
    texts.dedup();
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn choices() {
        assert_eq!(expand("PRC").as_deref(), Ok(&["PRC".to_owned()][..]));
        assert_eq!(
            expand("{P|p}resident of [the ]PRC").expect("a good alias"),
            ["President of PRC", "President of the PRC", "president of PRC", "president of the PRC"]
        );
        for bad in ["a[b", "a]b", "{a[b]}", "[a|b|c|d][a|b|c|d][a|b|c|d][a|b|c|d]"] {
            assert!(expand(bad).is_err(), "{bad}");
        }
    }
}
