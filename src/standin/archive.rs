//! The stand-in's archive of the web: an index of captures with resume keys, and the captures as they came. It has what
//! real ones have: one page many times, one article under many addresses, block pages with status 200, and articles
//! of which it has nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::stories::{Draw, Story};
use super::{KcnaLook, Page, RodongEra, World, hex, kcna, rodong};
use crate::domain::address::canonical;
use crate::domain::day::Day;
use crate::domain::stream::Edition;
use crate::extract::archive::{instant, stamp_in};

/// How a captured page looks, which tells whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// KCNA's.
    Kcna(KcnaLook),
    /// Rodong Sinmun's.
    Rodong(RodongEra),
}

/// Which captures are to be made of a site's stories.
#[derive(Debug, Clone, Copy)]
pub struct Shots<'a> {
    /// How the pages look.
    pub look: Look,
    /// Their edition.
    pub edition: Edition,
    /// The site's own address.
    pub base: &'a str,
    /// No capture is older.
    pub not_before: Day,
    /// Of a hundred articles so many have no capture but block pages.
    pub lost: usize,
    /// Decides the times, the addresses and the block pages.
    pub seed: u64,
}

/// What a capture shows.
#[derive(Debug, Clone)]
pub(super) enum Shot {
    Article(Box<Story>, Look, Edition),
    Refusal(usize),
}

/// By the key of the index, the time and the address.
pub(super) type Captures = BTreeMap<(String, String, String), (Shot, String)>;

/// Pages that come with status 200 and are no content.
const REFUSALS: [&str; 4] = [
    "<html><head><meta name=\"KCSC\" content=\"Blocking\"></head><body>Blocked.</body></html>",
    "<html><body lang=\"ko\"><main></main></body></html>",
    "<html><body>Site under maintenance</body></html>",
    "<html><body><p>Something else altogether.</p></body></html>",
];

/// An address as indexes order by it: in lower case.
fn urlkey(original: &str) -> String {
    canonical(original).to_lowercase()
}

fn digits(at: i64) -> String {
    crate::domain::stamp::written(at).chars().filter(char::is_ascii_digit).take(14).collect()
}

impl World {
    /// Lets the archive capture a site's stories; answers how many captures it has now.
    pub fn capture(&mut self, shots: &Shots<'_>) -> usize {
        let mut draw = Draw::new(shots.seed);
        let stories = match shots.look {
            Look::Kcna(_) => &self.kcna,
            Look::Rodong(_) => &self.rodong,
        };
        for story in stories {
            let lost = draw.below(100) < shots.lost;
            let first = i64::from(story.day.max(shots.not_before).epoch_days()) * 86_400 + 12 * 3600;
            for original in originals(story, shots, &mut draw) {
                // A story that is lost shows nothing at any address; another one is captured once at least.
                let pages = if lost { 0 } else { 1 + draw.below(3) };
                let refusals = if lost { 1 + draw.below(2) } else { draw.below(3) / 2 };
                for place in 0..pages + refusals {
                    let late = i64::try_from(place * 3 + draw.below(3)).unwrap_or(0) * 86_400;
                    let at = first + late + i64::try_from(draw.below(40_000)).unwrap_or(0);
                    // The refusals come before the page, as after a redesign or a ban.
                    let shot = if place < refusals {
                        Shot::Refusal(draw.below(REFUSALS.len()))
                    } else {
                        Shot::Article(Box::new(story.clone()), shots.look, shots.edition)
                    };
                    let digest = match &shot {
                        Shot::Article(..) => hex(&format!("{} {:?} {}", story.id, shots.look, story.edits)),
                        Shot::Refusal(number) => hex(REFUSALS[*number]),
                    };
                    self.captures.insert((urlkey(&original), digits(at), original.clone()), (shot, digest));
                }
            }
        }
        self.captures.len()
    }

    /// The ids of the stories that the archive shows, somewhere.
    pub fn captured(&self) -> BTreeSet<String> {
        let shown = self.captures.values().filter_map(|(shot, _)| match shot {
            Shot::Article(story, ..) => Some(story.id.clone()),
            Shot::Refusal(_) => None,
        });
        shown.collect()
    }
}

/// One article's addresses, in the spellings that archives have.
fn originals(story: &Story, shots: &Shots<'_>, draw: &mut Draw) -> Vec<String> {
    let path = match (shots.look, shots.edition) {
        (Look::Kcna(_), Edition::Ko) => "kp",
        (_, Edition::Zh) => "cn",
        (_, edition) => edition.as_str(),
    };
    let base = match draw.below(3) {
        0 if !shots.base.trim_start_matches("http://").contains(':') => format!("{}:80", shots.base),
        1 => shots.base.replace("http://", "https://"),
        _ => shots.base.to_owned(),
    };
    let many = 1 + draw.below(4) / 3;
    let mut all: Vec<String> = (0..many)
        .map(|i| match shots.look {
            Look::Kcna(KcnaLook::Q) => format!("{base}/{path}/article/q/{}{i:032x}.kcmsf", story.id),
            Look::Kcna(KcnaLook::Detail) => format!("{base}/{path}/article/detail/{}", story.id),
            Look::Rodong(era) => format!("{base}/{path}/{}", rodong::address(story, era, i + 1)),
        })
        .collect();
    all.dedup();
    all
}

pub(super) fn page(world: &World, path: &str) -> Page {
    match path.split_once('?') {
        Some(("/cdx/search/cdx", query)) => index(world, query),
        _ => capture(world, path),
    }
}

/// The index: captures under a prefix between two days, so many lines, and a key to go on with.
fn index(world: &World, query: &str) -> Page {
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str());
    let (from, to) = (field("from").to_owned(), format!("{}99", field("to")));
    let limit = field("limit").parse().unwrap_or(1000);
    // As the real one's, the key must be sent back as it was given.
    let resume: Vec<String> =
        url::form_urlencoded::parse(field("resumeKey").as_bytes()).map(|(n, _)| n.into_owned()).collect();
    let after = resume.first().and_then(|key| {
        let mut parts = key.splitn(3, ' ').map(str::to_owned);
        Some((parts.next()?, parts.next()?, parts.next()?))
    });
    let prefix = field("url").to_lowercase();
    let begin = after.clone().unwrap_or_else(|| (prefix.clone(), String::new(), String::new()));
    let mut body = String::new();
    let mut last = None;
    for (count, ((key, stamp, original), (_, digest))) in world
        .captures
        .range(begin..)
        .filter(|(place, _)| after.as_ref() != Some(place))
        .take_while(|((key, ..), _)| key.starts_with(&prefix))
        .filter(|((_, stamp, _), _)| *stamp >= from && *stamp <= to)
        .enumerate()
    {
        if count == limit {
            if let Some((key, stamp, original)) = last {
                let key: String =
                    url::form_urlencoded::byte_serialize(format!("{key} {stamp} {original}").as_bytes()).collect();
                body.push_str(&format!("\n{key}\n"));
            }
            break;
        }
        body.push_str(&format!("{stamp} {original} {digest}\n"));
        last = Some((key, stamp, original));
    }
    Page::html(body)
}

/// A capture as it came. For a time that it has not, it leads to the next one that it has.
fn capture(world: &World, path: &str) -> Page {
    let Some((head, original)) = path.split_once("id_/") else { return Page::not_found() };
    let Some(stamp) = stamp_in(head).filter(|stamp| instant(stamp).is_some()) else { return Page::not_found() };
    let key = urlkey(original);
    let Some((shot, _)) = world.captures.get(&(key.clone(), stamp.to_owned(), original.to_owned())) else {
        let near = world.captures.range((key.clone(), String::new(), String::new())..).next();
        return match near {
            Some(((found, stamp, original), _)) if *found == key => Page::to(format!("/web/{stamp}id_/{original}")),
            _ => Page::not_found(),
        };
    };
    Page::html(match shot {
        Shot::Refusal(number) => REFUSALS[*number].to_owned(),
        Shot::Article(story, Look::Kcna(KcnaLook::Q), edition) => kcna::q_article(story, *edition),
        Shot::Article(story, Look::Kcna(KcnaLook::Detail), edition) => kcna::detail(story, *edition),
        Shot::Article(story, Look::Rodong(era), edition) => rodong::render(story, *era, *edition),
    })
}
