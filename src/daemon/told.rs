//! The one line that `systemctl status` shows: which sources answer, since when the others do not.

use crate::domain::outcome::Outcome;
use crate::domain::stamp::written;
use crate::store::sources::Stands;

/// The line, as in "kcna ok 14 min ago; rodong blocked since 02:10 UTC". Editions of a site that stand alike are told
/// of together, with the longest time of any of them; what fails comes first.
pub fn line(all: &[Stands], now: i64) -> String {
    if all.is_empty() {
        return "no source is known yet".to_owned();
    }
    let mut groups: Vec<(bool, &str, String, Vec<&Stands>)> = Vec::new();
    for stands in all {
        let site = site(&stands.name);
        let good = stands.outcome.is_none_or(Outcome::is_good);
        let state = match stands.outcome {
            None => "not polled yet".to_owned(),
            Some(outcome) if outcome.is_good() => "ok".to_owned(),
            Some(outcome) => outcome.as_str().to_owned(),
        };
        match groups.iter_mut().find(|(_, of, told, _)| *of == site && *told == state) {
            Some((.., members)) => members.push(stands),
            None => groups.push((good, site, state, vec![stands])),
        }
    }
    groups.sort_by_key(|(good, ..)| *good);
    let told = groups.iter().map(|(good, of, state, members)| {
        let whole = members.len() == all.iter().filter(|stands| site(&stands.name) == *of).count();
        let names: Vec<&str> = members.iter().map(|stands| stands.name.as_str()).collect();
        let name = if whole { (*of).to_owned() } else { names.join(" and ") };
        let when = if *good {
            members.iter().filter_map(|s| s.succeeded_at).min().map(|at| ago(now - at))
        } else {
            members.iter().filter_map(|s| s.failing_since).min().map(|at| since(at, now))
        };
        [name, state.clone()].into_iter().chain(when).collect::<Vec<_>>().join(" ")
    });
    told.collect::<Vec<_>>().join("; ")
}

/// A source's name without its edition.
fn site(name: &str) -> &str {
    name.rsplit_once('-').map_or(name, |(site, _)| site)
}

fn ago(seconds: i64) -> String {
    match seconds {
        ..60 => "just now".to_owned(),
        s @ 60..7200 => format!("{} min ago", s / 60),
        s @ 7200..172_800 => format!("{} h ago", s / 3600),
        s => format!("{} days ago", s / 86_400),
    }
}

/// The time of a day that is not long gone, else the day.
fn since(at: i64, now: i64) -> String {
    let text = written(at);
    match (now - at, text.get(..10), text.get(11..16)) {
        (..72_000, _, Some(time)) => format!("since {time} UTC"),
        (_, Some(day), _) => format!("since {day}"),
        _ => format!("since {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_788_868_800;

    fn stands(name: &str, outcome: Option<Outcome>, ago: i64) -> Stands {
        let at = Some(NOW - ago);
        let good = outcome.is_none_or(Outcome::is_good);
        Stands {
            name: name.to_owned(),
            outcome,
            succeeded_at: at.filter(|_| good && outcome.is_some()),
            failing_since: at.filter(|_| !good),
        }
    }

    #[test]
    fn sites_are_told_of_together_as_far_as_they_stand_alike() {
        let content = Some(Outcome::Content);
        let blocked = Some(Outcome::Blocked);
        let all =
            [stands("kcna-en", content, 60), stands("kcna-ko", content, 840), stands("rodong-ko", blocked, 35_400)];
        assert_eq!(line(&all, NOW), "rodong blocked since 02:10 UTC; kcna ok 14 min ago");
        let all = [stands("kcna-en", content, 3), stands("kcna-ko", blocked, 400_000), stands("kcna-ru", None, 0)];
        assert_eq!(line(&all, NOW), "kcna-ko blocked since 2026-09-03; kcna-en ok just now; kcna-ru not polled yet");
        assert_eq!(line(&[], NOW), "no source is known yet");
    }
}
