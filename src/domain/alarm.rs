//! What a person has to know of a source: pure rules from a poll and its history to alarms.
//!
//! Two kinds are not on how collecting stands but on what the texts say: an unusual silence, and its end.

use super::day::Day;
use super::outcome::{Outcome, Weight};
use super::silence::{Odds, Silence};

/// The kinds of alarms; a closed set, for they are labels of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// No layout reads a page, or its fields fail their checks.
    Layout,
    /// The source keeps us out.
    Blocked,
    /// A list yields nothing.
    EmptyList,
    /// No poll has succeeded for too long.
    Silent,
    /// Polls succeed, and nothing new has come for too long.
    NoNews,
    /// Far more or fewer articles on a day than in the four weeks before it.
    Volume,
    /// A list no longer overlapped the one before it.
    Gap,
    /// Articles wait that could not be read again and again.
    Unread,
    /// Many known articles vanished at once.
    MassRemoval,
    /// Somebody who is watched has not been mentioned for unusually long.
    Silence,
    /// Somebody was mentioned again after an unusual silence.
    SilenceEnd,
}

impl Alarm {
    /// Every kind.
    pub const ALL: [Alarm; 11] = [
        Self::Layout,
        Self::Blocked,
        Self::EmptyList,
        Self::Silent,
        Self::NoNews,
        Self::Volume,
        Self::Gap,
        Self::Unread,
        Self::MassRemoval,
        Self::Silence,
        Self::SilenceEnd,
    ];

    /// Its name in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Layout => "layout",
            Self::Blocked => "blocked",
            Self::EmptyList => "empty-list",
            Self::Silent => "silent",
            Self::NoNews => "no-news",
            Self::Volume => "volume",
            Self::Gap => "gap",
            Self::Unread => "unread",
            Self::MassRemoval => "mass-removal",
            Self::Silence => "silence",
            Self::SilenceEnd => "silence-end",
        }
    }
}

/// What is known after a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation<'a> {
    /// Now, in seconds since 1970 UTC.
    pub now: i64,
    /// What came of the poll.
    pub outcome: Outcome,
    /// Why.
    pub why: &'a str,
    /// Seconds between polls, as planned.
    pub every: i64,
    /// The last poll that succeeded, this one among them; the first poll of all where none has.
    pub succeeded_at: i64,
    /// When something new last came; `None` for a source that never had anything.
    pub new_at: Option<i64>,
    /// Articles listed of the last day that is over, and of the 28 days before it.
    pub volume: Option<(u32, &'a [u32])>,
    /// Entries that could not be read in this poll.
    pub failed: u32,
    /// Sections whose lists did not overlap.
    pub gaps: &'a [String],
    /// Known articles looked at again in this poll, and those of them not found.
    pub looks: (u32, u32),
}

/// A source that has been asked in vain for so long is silent.
const SILENT: i64 = 24 * 3600;
/// Both outlets publish every day of the year.
const NO_NEWS: i64 = 3 * 86_400;
/// Days that tell what is usual.
const USUAL: usize = 14;
/// More than this share of looks not found is no single removal.
const MASS_PERCENT: u32 = 5;

/// Whether so many articles vanished at once that a person has to say what it is.
pub const fn is_mass_removal(looked: u32, missed: u32) -> bool {
    missed >= 3 && missed * 100 > looked * MASS_PERCENT
}

/// The alarms that hold, with what to tell, and those that are over. What a failed poll cannot know is in neither.
pub fn judge(situation: &Situation<'_>) -> Vec<(Alarm, Option<String>)> {
    let s = situation;
    let good = s.outcome.is_good();
    let mut all = Vec::new();
    let mut set = |alarm, holds: bool, detail: &dyn Fn() -> String| all.push((alarm, holds.then(detail)));
    let named = || format!("{}: {}", s.outcome.as_str(), s.why);
    if good || matches!(s.outcome, Outcome::LayoutBroken | Outcome::Suspect) {
        set(Alarm::Layout, !good, &named);
    }
    if good || s.outcome.weight() == Weight::Refusing {
        set(Alarm::Blocked, !good, &named);
    }
    if good || s.outcome == Outcome::EmptyList {
        set(Alarm::EmptyList, !good, &named);
    }
    let asked_in_vain = s.now - s.succeeded_at;
    set(Alarm::Silent, asked_in_vain > SILENT.max(6 * s.every), &|| {
        format!(
            "no poll has succeeded for {} hours; the last came to {}: {}",
            asked_in_vain / 3600,
            s.outcome.as_str(),
            s.why
        )
    });
    if good {
        if let Some(at) = s.new_at {
            set(Alarm::NoNews, s.now - at > NO_NEWS.max(6 * s.every), &|| {
                format!("polls succeed, but nothing new has come for {} days", (s.now - at) / 86_400)
            });
        }
        if let Some((day, usual)) = s.volume
            && usual.len() >= USUAL
        {
            let (low, high) = band(usual);
            set(Alarm::Volume, f64::from(day) < low || f64::from(day) > high, &|| {
                format!("{day} articles on the last day; from {low:.0} to {high:.0} is usual")
            });
        }
        set(Alarm::Gap, !s.gaps.is_empty(), &|| format!("entries may have been missed in {}", s.gaps.join(", ")));
        set(Alarm::Unread, s.failed > 0, &|| format!("{} articles could not be read; they are tried again", s.failed));
    }
    let (looked, missed) = s.looks;
    if looked > 0 {
        set(Alarm::MassRemoval, is_mass_removal(looked, missed), &|| {
            format!(
                "{missed} of {looked} known articles were not found at once; none is marked as gone until that ends"
            )
        });
    }
    all
}

/// One of those who are watched, after a poll.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch<'a> {
    /// The entity's id.
    pub entity: &'a str,
    /// The last day with a mention.
    pub last: Option<Day>,
    /// The article with it.
    pub article: &'a str,
    /// Observed days since.
    pub observed: u32,
    /// How unusual they are.
    pub odds: &'a Odds,
    /// The longest run that a mention ended in the last few days.
    pub ended: Option<&'a Silence>,
}

/// The alarms on a silence: what is told of it whether or not it holds, so that its end is told with its reason.
pub fn judge_silence(watch: &Watch<'_>) -> [(Alarm, bool, String); 2] {
    let Watch { entity, last: day, article, observed, odds, ended } = *watch;
    let last = day.map_or_else(|| "no day".to_owned(), |day| day.to_string());
    let unusual = odds.is_unusual();
    let told = if unusual {
        format!(
            "{entity} has not been mentioned since {last} ({article}), for {}; p {}",
            observed_days(observed),
            odds.p.unwrap_or_default()
        )
    } else {
        format!("{entity} was mentioned on {last} ({article})")
    };
    let broken = ended.filter(|ended| ended.odds.is_unusual());
    let told_end = broken.zip(broken.and_then(|ended| ended.run)).map_or_else(String::new, |(ended, run)| {
        format!(
            "{entity} was mentioned again on {}, after {} without; p {}; last in {article}",
            run.to.plus(1),
            observed_days(ended.observed),
            ended.odds.p.unwrap_or_default()
        )
    });
    [(Alarm::Silence, unusual, told), (Alarm::SilenceEnd, broken.is_some(), told_end)]
}

fn observed_days(days: u32) -> String {
    if days == 1 { "1 observed day".to_owned() } else { format!("{days} observed days") }
}

/// From the mean less 1.5 standard deviations to the mean and 2 of them.
fn band(usual: &[u32]) -> (f64, f64) {
    let count = f64::from(u32::try_from(usual.len()).unwrap_or(u32::MAX));
    let mean = usual.iter().copied().map(f64::from).sum::<f64>() / count;
    let variance = usual.iter().map(|n| (f64::from(*n) - mean).powi(2)).sum::<f64>() / count;
    let deviation = variance.sqrt().max(1.0);
    (mean - 1.5 * deviation, mean + 2.0 * deviation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn situation(outcome: Outcome) -> Situation<'static> {
        Situation {
            now: 1_000_000,
            outcome,
            why: "a sample",
            every: 1800,
            succeeded_at: 1_000_000,
            new_at: Some(1_000_000),
            volume: None,
            failed: 0,
            gaps: &[],
            looks: (0, 0),
        }
    }

    fn raised(situation: &Situation<'_>) -> Vec<Alarm> {
        judge(situation).into_iter().filter(|(_, detail)| detail.is_some()).map(|(alarm, _)| alarm).collect()
    }

    #[test]
    fn one_poll_is_enough_for_what_is_broken() {
        assert_eq!(raised(&situation(Outcome::Content)), []);
        assert_eq!(raised(&situation(Outcome::LayoutBroken)), [Alarm::Layout]);
        assert_eq!(raised(&situation(Outcome::Blocked)), [Alarm::Blocked]);
        assert_eq!(raised(&situation(Outcome::EmptyList)), [Alarm::EmptyList]);
        // One answer that is late is no alarm; a day of them is.
        assert_eq!(raised(&situation(Outcome::TimedOut)), []);
        assert_eq!(raised(&Situation { succeeded_at: 900_000, ..situation(Outcome::TimedOut) }), [Alarm::Silent]);
    }

    #[test]
    fn a_good_poll_ends_alarms_and_a_failed_one_ends_none_it_cannot_judge() {
        let over: Vec<Alarm> = judge(&situation(Outcome::Content)).into_iter().map(|(alarm, _)| alarm).collect();
        assert!([Alarm::Layout, Alarm::Blocked, Alarm::EmptyList, Alarm::Gap].iter().all(|a| over.contains(a)));
        let judged: Vec<Alarm> = judge(&situation(Outcome::TimedOut)).into_iter().map(|(alarm, _)| alarm).collect();
        assert_eq!(judged, [Alarm::Silent]);
    }

    /// Mentioned on every second day of a year, then silent, all of it observed, up to a day.
    fn watched(silent: i32, mentioned_again: bool, later: i32) -> Vec<(Alarm, String)> {
        use crate::domain::period::Span;
        use crate::domain::silence::{ended, silence};
        let day = Day::from_epoch_days;
        let again = 361 + silent;
        let span = Span { from: day(1), to: day(again - 1 + i32::from(mentioned_again) + later) };
        let observed = span.iter().collect();
        let mut mentioned: std::collections::BTreeSet<Day> = (1..=360).filter(|d| d % 2 == 0).map(day).collect();
        mentioned.extend(mentioned_again.then(|| day(again)));
        let (now, ended) = (silence(span, &observed, &mentioned), ended(span, &observed, &mentioned));
        let Silence { last, observed, odds, .. } = &now;
        let ended = ended.as_ref();
        let watch = Watch { entity: "xi", last: *last, article: "an-article", observed: *observed, odds, ended };
        let holds = judge_silence(&watch).into_iter().filter(|(_, holds, _)| *holds);
        holds.map(|(alarm, _, detail)| (alarm, detail)).collect()
    }

    #[test]
    fn an_unusual_silence_and_its_end_are_told() {
        assert_eq!(watched(1, false, 0), [], "as on every second day");
        let raised = watched(5, false, 0);
        assert_eq!(raised[0].0, Alarm::Silence);
        assert_eq!(raised[0].1, "xi has not been mentioned since 1970-12-27 (an-article), for 5 observed days; p 0");
        let over = watched(5, true, 0);
        assert_eq!(over.len(), 1);
        assert_eq!(over[0].0, Alarm::SilenceEnd);
        assert_eq!(
            over[0].1,
            "xi was mentioned again on 1971-01-02, after 5 observed days without; p 0; last in an-article"
        );
        assert_eq!(watched(1, true, 0), [], "nothing unusual ended");
        // Its end is news for three days; by then the next silence of this one is unusual.
        assert_eq!(watched(5, true, 4).iter().map(|(alarm, _)| *alarm).collect::<Vec<_>>(), [Alarm::Silence]);
    }

    #[test]
    fn volume_news_and_removals() {
        let usual = [20; 28];
        let volume = |day| raised(&Situation { volume: Some((day, &usual)), ..situation(Outcome::Content) });
        assert_eq!((volume(20), volume(2), volume(60)), (vec![], vec![Alarm::Volume], vec![Alarm::Volume]));
        assert_eq!(raised(&Situation { volume: Some((0, &usual[..5])), ..situation(Outcome::Content) }), []);
        assert_eq!(raised(&Situation { new_at: Some(1), ..situation(Outcome::Unchanged) }), [Alarm::NoNews]);
        let looks = |looks| raised(&Situation { looks, ..situation(Outcome::Content) });
        assert_eq!((looks((100, 2)), looks((100, 5)), looks((100, 6))), (vec![], vec![], vec![Alarm::MassRemoval]));
    }
}
