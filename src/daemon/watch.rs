//! Whether a poll hangs. Every wait inside of one has an end of its own, so this finds what should not be: a deadlock,
//! a wait that was forgotten, a loop. What hangs is not mended from inside; the daemon stops telling systemd that it
//! lives, is ended with all it holds, and begins anew from whole pieces.

use std::collections::HashMap;
use std::time::Duration;

use crate::extract::source::Pace;

/// Beyond the longest time that an answer may take, for reading a large page and writing it down.
const MARGIN: Duration = Duration::from_mins(1);

/// How long a poll of this pace may stand still: an answer may be followed by another one that takes as long.
pub fn patience(pace: &Pace) -> Duration {
    MARGIN + 2 * Duration::from_secs(pace.total_seconds)
}

/// What was seen of each poll that runs.
#[derive(Debug, Default)]
pub struct Watch {
    seen: HashMap<String, Seen>,
}

#[derive(Debug)]
struct Seen {
    steps: [u64; 2],
    since: Duration,
    told: bool,
}

/// A poll that hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hangs {
    /// For how long.
    pub still: Duration,
    /// Whether this is the first look that finds it so.
    pub new: bool,
}

impl Watch {
    /// A look at a poll, whose steps are so many at this time: does it hang? `now` is any clock that does not jump.
    pub fn look(&mut self, name: &str, steps: [u64; 2], patience: Duration, now: Duration) -> Option<Hangs> {
        let fresh = || Seen { steps, since: now, told: false };
        let seen = self.seen.entry(name.to_owned()).or_insert_with(fresh);
        if seen.steps != steps {
            *seen = fresh();
        }
        let still = now.saturating_sub(seen.since);
        (still > patience).then(|| Hangs { still, new: !std::mem::replace(&mut seen.told, true) })
    }

    /// A poll has ended; the next one of its source begins anew.
    pub fn ended(&mut self, name: &str) {
        self.seen.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_takes_no_step_hangs() {
        let mut watch = Watch::default();
        let seconds = Duration::from_secs;
        let mut look = |name, steps, at| {
            watch.look(name, [steps, 0], seconds(300), seconds(at)).map(|hangs| (hangs.still.as_secs(), hangs.new))
        };
        assert_eq!([look("kcna-en", 7, 0), look("rodong-en", 1, 0)], [None, None]);
        assert_eq!([look("kcna-en", 7, 300), look("rodong-en", 2, 300)], [None, None]);
        assert_eq!(look("kcna-en", 7, 301), Some((301, true)));
        assert_eq!(look("kcna-en", 7, 700), Some((700, false)), "said once");
        assert_eq!(look("rodong-en", 3, 550), None, "another's steps are not its own");
        assert_eq!(look("kcna-en", 8, 710), None);
        watch.ended("rodong-en");
        assert_eq!(watch.look("rodong-en", [3, 0], seconds(300), seconds(2000)), None);
    }

    #[test]
    fn the_longest_answer_is_no_hanging() {
        let pace = Pace::default();
        assert!(patience(&pace) > Duration::from_secs(2 * pace.total_seconds));
    }
}
