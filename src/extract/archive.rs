//! Where a source's past is to be had, as its file states it, and what the Wayback Machine's index answers.
//!
//! An address is only ever taken from a capture's own `original`: the index's keys are in lower case, and Rodong
//! Sinmun's tokens are not.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::domain::day::Day;

/// An archive of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "kebab-case")]
pub enum Archive {
    /// The site's own lists, walked back page by page.
    Lists {
        /// Its name.
        name: String,
        /// Pages of one list that are walked at most.
        pages: u32,
    },
    /// Captures by others, found by an index.
    Wayback(Wayback),
}

/// An archive that answers as the Wayback Machine does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wayback {
    /// Its name.
    pub name: String,
    /// The index of captures (a CDX server).
    pub index: String,
    /// A capture as it came, `{timestamp}` and `{original}` standing for its own.
    pub capture: String,
    /// What addresses of articles begin with, without a scheme; `{path}` stands for the edition's.
    pub prefixes: Vec<String>,
    /// Requests to the index in a minute.
    pub index_a_minute: u32,
    /// Captures read in a minute.
    pub captures_a_minute: u32,
    /// Lines of the index in one answer.
    pub lines: u32,
    /// Days after the last one that is asked for, within which its articles may have been captured.
    pub late_days: i32,
    /// Failures in a row after which it is left for another run.
    pub give_up_after: u32,
    /// Whether its robots.txt is overridden; each day that it forbids something, that is logged.
    #[serde(default)]
    pub ignore_robots: bool,
}

impl Archive {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Lists { name, .. } | Self::Wayback(Wayback { name, .. }) => name,
        }
    }

    /// The same for one edition.
    pub(super) fn of(&self, path: &str) -> Self {
        let mut archive = self.clone();
        if let Self::Wayback(wayback) = &mut archive {
            for prefix in &mut wayback.prefixes {
                *prefix = prefix.replace("{path}", path);
            }
        }
        archive
    }

    /// What is wrong with it.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let name = self.name();
        let mut must = |holds: bool, told: &str| {
            if !holds {
                faults.push(format!("archive '{name}': {told}"));
            }
        };
        must(!name.is_empty(), "a name");
        match self {
            Self::Lists { pages, .. } => must(*pages > 0, "pages: at least 1"),
            Self::Wayback(wayback) => {
                must(Url::parse(&wayback.index).is_ok(), "index: an address");
                let (stamp, original) = ("{timestamp}", "{original}");
                must(
                    wayback.capture.contains(stamp) && wayback.capture.contains(original),
                    "capture: an address with {timestamp} and {original}",
                );
                must(!wayback.prefixes.is_empty(), "prefixes: at least one");
                must(
                    wayback.index_a_minute > 0 && wayback.captures_a_minute > 0 && wayback.lines > 0,
                    "index_a_minute, captures_a_minute and lines: at least 1",
                );
                must(wayback.late_days >= 0 && wayback.give_up_after > 0, "late_days from 0, give_up_after from 1");
            }
        }
        faults
    }
}

impl Wayback {
    /// The address that asks the index for captures under a prefix from one day to another, from `resume` on.
    pub fn index_address(&self, prefix: &str, from: Day, to: Day, resume: Option<&str>) -> String {
        let digits = |day: Day| day.to_string().replace('-', "");
        let Ok(mut url) = Url::parse(&self.index) else { return self.index.clone() };
        url.query_pairs_mut()
            .append_pair("url", prefix)
            .append_pair("matchType", "prefix")
            .append_pair("from", &digits(from))
            .append_pair("to", &digits(to))
            .append_pair("filter", "statuscode:200")
            .append_pair("fl", "timestamp,original,digest")
            .append_pair("limit", &self.lines.to_string())
            .append_pair("showResumeKey", "true");
        if let Some(key) = resume {
            url.query_pairs_mut().append_pair("resumeKey", key);
        }
        url.to_string()
    }

    /// The address of a capture as it came.
    pub fn capture_address(&self, stamp: &str, original: &str) -> String {
        self.capture.replace("{timestamp}", stamp).replace("{original}", original)
    }
}

/// One capture, as the index lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Its time as the archive writes it: fourteen digits, UTC.
    pub stamp: String,
    /// The same in seconds since 1970 UTC.
    pub at: i64,
    /// The address that was captured.
    pub original: String,
    /// The hash of what came.
    pub digest: String,
}

/// An answer of the index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Index {
    /// Its lines.
    pub captures: Vec<Capture>,
    /// What to ask for next with; `None` at the end.
    pub resume: Option<String>,
}

/// Reads an answer of the index, in the fields that [`Wayback::index_address`] asks for.
///
/// # Errors
/// In a sentence, if it is none: also an error page that comes with status 200.
pub fn read_index(text: &str) -> Result<Index, String> {
    let mut index = Index::default();
    let mut lines = text.lines();
    for line in lines.by_ref() {
        if line.trim().is_empty() {
            break;
        }
        index.captures.push(capture(line).ok_or_else(|| {
            format!("the index answers '{}', which is no line of captures", line.chars().take(60).collect::<String>())
        })?);
    }
    let rest: Vec<&str> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
    match rest.as_slice() {
        [] => {}
        [key] if !key.contains(char::is_whitespace) && !key.contains('<') => index.resume = Some((*key).to_owned()),
        _ => return Err("the index answers more behind its resume key".to_owned()),
    }
    Ok(index)
}

fn capture(line: &str) -> Option<Capture> {
    let mut fields = line.split(' ');
    let (stamp, original, digest) = (fields.next()?, fields.next()?, fields.next()?);
    let whole = fields.next().is_none() && Url::parse(original).is_ok_and(|u| u.has_host());
    let at = instant(stamp).filter(|_| whole)?;
    Some(Capture { stamp: stamp.to_owned(), at, original: original.to_owned(), digest: digest.to_owned() })
}

/// The instant of an archive's fourteen digits, in seconds since 1970 UTC.
pub fn instant(stamp: &str) -> Option<i64> {
    if stamp.len() != 14 || !stamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| stamp[from..to].parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let day = Day::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?)?;
    let (hour, minute, second) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
    (hour < 24 && minute < 60 && second < 60)
        .then(|| i64::from(day.epoch_days()) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// The fourteen digits in the address of a capture: where an archive leads to a neighbouring capture, its time counts.
pub fn stamp_in(address: &str) -> Option<&str> {
    let mut parts = address.split('/').filter_map(|part| part.strip_suffix("id_").or(Some(part)));
    parts.find(|part| instant(part).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_answer_with_and_without_more() {
        let text = "20230314010203 http://www.rodong.rep.kp/en/index.php?MTJA ABCD\n\
                    20230315000000 http://rodong.rep.kp:80/en/index.php?MTJB EFGH\n\nkp%2Crep%2Crodong%29%2Fen+20230315\n";
        let index = read_index(text).expect("an answer");
        assert_eq!(index.captures.len(), 2);
        assert_eq!(index.captures[0].original, "http://www.rodong.rep.kp/en/index.php?MTJA");
        assert_eq!(crate::domain::stamp::written(index.captures[0].at), "2023-03-14T01:02:03Z");
        assert_eq!(index.resume.as_deref(), Some("kp%2Crep%2Crodong%29%2Fen+20230315"));
        assert_eq!(read_index("").expect("nothing"), Index::default());
    }

    #[test]
    fn error_pages_are_no_answers() {
        for text in [
            "<html><body>Error</body></html>",
            "org.archive.wayback.exception.ResourceNotInArchiveException",
            "20231314010203 http://a.example/ X",
            "20230314010203 /relative X",
            "20230314010203 http://a.example/ X\n\n<html>\n",
            "20230314010203 http://a.example/ X extra",
        ] {
            assert!(read_index(text).is_err(), "{text}");
        }
    }

    #[test]
    fn addresses() {
        let wayback = Wayback {
            name: "wayback".to_owned(),
            index: "https://archive.example/cdx".to_owned(),
            capture: "https://archive.example/web/{timestamp}id_/{original}".to_owned(),
            prefixes: vec!["kcna.kp/en/".to_owned()],
            index_a_minute: 20,
            captures_a_minute: 10,
            lines: 100,
            late_days: 30,
            give_up_after: 8,
            ignore_robots: false,
        };
        let day = |text: &str| text.parse().expect("a day");
        let address = wayback.index_address("kcna.kp/en/", day("2024-03-01"), day("2024-03-31"), Some("a+b%20"));
        assert!(address.contains("url=kcna.kp%2Fen%2F") && address.contains("from=20240301"), "{address}");
        assert!(address.ends_with("resumeKey=a%2Bb%2520"), "{address}");
        let capture = wayback.capture_address("20240301000000", "http://www.rodong.rep.kp/en/index.php?MTJA==");
        assert_eq!(
            capture,
            "https://archive.example/web/20240301000000id_/http://www.rodong.rep.kp/en/index.php?MTJA=="
        );
        assert_eq!(stamp_in(&capture), Some("20240301000000"));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,200}", digits in "[0-9]{14}") {
            let _ = read_index(&text);
            let _ = read_index(&format!("{digits} http://a.example/ X\n\n{text}"));
            prop_assert!(instant(&digits).is_none_or(|at| at < 300_000_000_000));
        }
    }
}
