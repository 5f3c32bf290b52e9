//! What came of asking a source: one closed set of words for the store, the schedule, the log and the metrics.

use serde::Serialize;

/// What an answer was, or why there was none. Only [`Outcome::Content`] and [`Outcome::Unchanged`] are good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// What was asked for.
    Content,
    /// The same as last time: by a 304, or by the hash of the body.
    Unchanged,
    /// A list without entries: KCNA answers so, with status 200, where a session has ended. Never "no news".
    EmptyList,
    /// A block page, a ban, a bot check.
    Blocked,
    /// The site says that it is being worked on.
    Maintenance,
    /// An article, but another one than the list promised.
    WrongArticle,
    /// A page in another language than the edition's.
    WrongLanguage,
    /// Another page of a list than was asked for.
    WrongPage,
    /// More bytes than the source may send.
    TooLarge,
    /// The body ended before its time.
    CutOff,
    /// No layout reads the page.
    LayoutBroken,
    /// Read, but the fields fail their checks: one date for all, menu words as titles, unreadable characters.
    Suspect,
    /// 404, 410, or the site's own page for it.
    NotFound,
    /// 429, or 503 with a time to come back.
    RateLimited,
    /// 5xx.
    ServerError,
    /// Another status that is no content.
    Refused,
    /// A redirect to another host, in a circle, or to where nothing may be fetched from.
    Redirected,
    /// The address, or what its name resolves to, is not a public one.
    Forbidden,
    /// robots.txt says no.
    Robots,
    /// No answer in time.
    TimedOut,
    /// No connection to this source.
    Unreachable,
    /// The proxy failed, not the source.
    Proxy,
    /// No connection to anything: our own network.
    Offline,
    /// The answer is not HTTP.
    Protocol,
    /// We were stopped in the middle.
    Aborted,
}

/// How the schedule and the alarms take an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// All is well.
    Good,
    /// It answers, but a person has to look at it: asking more often or more seldom changes nothing.
    Broken,
    /// It may work next time.
    Passing,
    /// It does not want to be asked.
    Refusing,
    /// It says nothing about the source.
    Ours,
}

impl Outcome {
    /// Every outcome, in the order of their numbers.
    pub const ALL: [Outcome; 25] = [
        Self::Content,
        Self::Unchanged,
        Self::EmptyList,
        Self::Blocked,
        Self::Maintenance,
        Self::WrongArticle,
        Self::WrongLanguage,
        Self::WrongPage,
        Self::TooLarge,
        Self::CutOff,
        Self::LayoutBroken,
        Self::Suspect,
        Self::NotFound,
        Self::RateLimited,
        Self::ServerError,
        Self::Refused,
        Self::Redirected,
        Self::Forbidden,
        Self::Robots,
        Self::TimedOut,
        Self::Unreachable,
        Self::Proxy,
        Self::Offline,
        Self::Protocol,
        Self::Aborted,
    ];

    /// Its name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Unchanged => "unchanged",
            Self::EmptyList => "empty-list",
            Self::Blocked => "blocked",
            Self::Maintenance => "maintenance",
            Self::WrongArticle => "wrong-article",
            Self::WrongLanguage => "wrong-language",
            Self::WrongPage => "wrong-page",
            Self::TooLarge => "too-large",
            Self::CutOff => "cut-off",
            Self::LayoutBroken => "layout-broken",
            Self::Suspect => "suspect",
            Self::NotFound => "not-found",
            Self::RateLimited => "rate-limited",
            Self::ServerError => "server-error",
            Self::Refused => "refused",
            Self::Redirected => "redirected",
            Self::Forbidden => "forbidden",
            Self::Robots => "robots",
            Self::TimedOut => "timed-out",
            Self::Unreachable => "unreachable",
            Self::Proxy => "proxy",
            Self::Offline => "offline",
            Self::Protocol => "protocol",
            Self::Aborted => "aborted",
        }
    }

    /// Its number in the store; never renumbered.
    pub const fn code(self) -> i64 {
        self as i64
    }

    /// The outcome a number in the store stands for.
    pub fn from_code(code: i64) -> Option<Self> {
        usize::try_from(code).ok().and_then(|i| Self::ALL.get(i).copied())
    }

    /// Whether the source answered with what was asked for.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Content | Self::Unchanged)
    }

    /// How it is to be taken.
    pub const fn weight(self) -> Weight {
        match self {
            Self::Content | Self::Unchanged => Weight::Good,
            Self::LayoutBroken | Self::Suspect | Self::TooLarge | Self::Forbidden | Self::Redirected => Weight::Broken,
            Self::Blocked | Self::RateLimited | Self::Refused | Self::Robots => Weight::Refusing,
            Self::Offline | Self::Aborted | Self::Proxy => Weight::Ours,
            _ => Weight::Passing,
        }
    }

    /// Whether a page with this outcome is worth keeping: better rules may read it, or a person wants to see it.
    pub const fn keeps_page(self) -> bool {
        matches!(
            self,
            Self::EmptyList
                | Self::Blocked
                | Self::Maintenance
                | Self::WrongArticle
                | Self::WrongLanguage
                | Self::WrongPage
                | Self::LayoutBroken
                | Self::Suspect
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_one_to_one() {
        let mut names: Vec<_> = Outcome::ALL.iter().map(|o| o.as_str()).collect();
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_code(outcome.code()), Some(outcome));
            assert_eq!(outcome.is_good(), outcome.weight() == Weight::Good);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Outcome::ALL.len());
        // The documented view spells the same names.
        let view = include_str!("../../migrations/store.sql");
        for outcome in Outcome::ALL {
            assert!(view.contains(&format!("WHEN {} THEN '{}'", outcome.code(), outcome.as_str())), "{outcome:?}");
        }
        assert_eq!(Outcome::from_code(99), None);
    }
}
