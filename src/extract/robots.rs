//! robots.txt, as RFC 9309 says: the group of our name or of all, the longest rule that matches, and what its absence
//! means.

/// What we are called in robots.txt.
const NAME: &str = "sinmun";
/// Bytes that are read of it.
const LONGEST: usize = 500 << 10;

/// The rules that hold for us.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Robots {
    /// Path patterns, and whether they allow.
    rules: Vec<(String, bool)>,
}

impl Robots {
    /// From an answer: its status and body. No file allows everything, a server that fails forbids everything.
    pub fn of(status: u16, body: &[u8]) -> Self {
        match status {
            200..=299 => Self::parse(&String::from_utf8_lossy(&body[..body.len().min(LONGEST)])),
            500..=599 => Self { rules: vec![("/".to_owned(), false)] },
            _ => Self::default(),
        }
    }

    /// Reads the file. An HTML page in its place says nothing.
    pub fn parse(text: &str) -> Self {
        let (mut own, mut all) = (Vec::new(), Vec::new());
        let mut named: Vec<String> = Vec::new();
        let (mut in_rules, mut own_group) = (false, false);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let line = line.split('#').next().unwrap_or("");
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "user-agent" => {
                    if std::mem::take(&mut in_rules) {
                        named.clear();
                    }
                    named.push(value.to_ascii_lowercase());
                    own_group |= value.eq_ignore_ascii_case(NAME);
                }
                "allow" | "disallow" => {
                    in_rules = true;
                    if value.is_empty() {
                        continue;
                    }
                    let rule = (value.to_owned(), key == "allow");
                    if named.iter().any(|name| name == NAME) {
                        own.push(rule.clone());
                    }
                    if named.iter().any(|name| name == "*") {
                        all.push(rule);
                    }
                }
                _ => {}
            }
        }
        // A group of our own, be it without rules, stands in place of the one for all.
        Self { rules: if own_group { own } else { all } }
    }

    /// Whether a path (with its query) may be asked for.
    pub fn allows(&self, path: &str) -> bool {
        if path == "/robots.txt" {
            return true;
        }
        let longest = self
            .rules
            .iter()
            .filter(|(pattern, _)| matches(pattern, path))
            // Of two rules of one length the one that allows holds.
            .max_by_key(|(pattern, allows)| (pattern.len(), *allows));
        longest.is_none_or(|(_, allows)| *allows)
    }
}

/// `*` is anything, `$` at the end is the end; otherwise a pattern is a beginning.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = pattern.strip_suffix('$').map_or((pattern, false), |p| (p, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| path.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return !whole || rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    if whole { rest.ends_with(last) } else { rest.contains(last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_lengths_and_wildcards() {
        let robots = Robots::parse(
            "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-Agent: Sinmun # ours\nDisallow: /en/private\nAllow: /en/private/open\nDisallow: /*.kcmsf$\n",
        );
        for (path, allowed) in [
            ("/en", true),
            ("/en/private", false),
            ("/en/private/open/x", true),
            ("/en/a.kcmsf", false),
            ("/en/a.kcmsf?page=2", true),
            ("/robots.txt", true),
        ] {
            assert_eq!(robots.allows(path), allowed, "{path}");
        }
        assert!(!Robots::parse("user-agent: *\ndisallow: /").allows("/en"));
        assert!(Robots::parse("user-agent: *\ndisallow:").allows("/en"));
        assert!(Robots::parse("<html>not found</html>").allows("/en"));
    }

    #[test]
    fn what_its_absence_means() {
        assert!(Robots::of(404, b"").allows("/en"));
        assert!(Robots::of(403, b"").allows("/en"));
        assert!(!Robots::of(503, b"").allows("/en"));
        assert!(!Robots::of(200, b"user-agent: *\ndisallow: /en").allows("/en"));
    }
}
