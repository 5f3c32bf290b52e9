//! The synthetic articles of the stand-in: a year of them, the same for the same seed. Nothing of them was ever
//! published, and each says so.

use crate::domain::day::Day;
use crate::domain::stream::Edition;

/// One synthetic article.
#[derive(Debug, Clone)]
pub struct Story {
    /// Its id, as KCNA makes them: the same in all languages.
    pub id: String,
    /// Its id, as Rodong Sinmun makes them.
    pub news_id: String,
    /// The Korean day it is published on.
    pub day: Day,
    /// Its number in the world.
    pub number: u32,
    /// Which of the sections it stands in, beside the one with everything.
    pub section: usize,
    /// Whom it speaks of.
    pub theme: Theme,
    /// Words that make it differ from its like.
    words: [usize; 6],
    /// Texts that were changed afterwards have a higher edition.
    pub edits: u32,
}

/// Whom a story speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Nobody of ours.
    Farm,
    /// China's leader by name.
    Xi,
    /// China's leader by office.
    ChineseOffice,
    /// Russia's leader by name.
    Putin,
    /// Russia's leader by office.
    RussianOffice,
    /// China alone.
    China,
    /// Russia alone.
    Russia,
}

/// A small generator: splitmix64.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `below`.
    pub fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(below.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}

const THINGS: [&str; 16] = [
    "tractor",
    "bridge",
    "school",
    "kiln",
    "loom",
    "orchard",
    "dam",
    "library",
    "hospital",
    "harbour",
    "mine",
    "mill",
    "greenhouse",
    "theatre",
    "railway",
    "quarry",
];
const PLACES: [&str; 12] = [
    "Sampleville",
    "Testbury",
    "Mockford",
    "Trialtown",
    "Dummyham",
    "Fakeport",
    "Proofton",
    "Drillmouth",
    "Rehearsal",
    "Exampleton",
    "Placeholder",
    "Specimen",
];
const DEEDS: [&str; 10] =
    ["opened", "rebuilt", "praised", "inspected", "measured", "painted", "finished", "visited", "planned", "cleaned"];
const THINGS_KO: [&str; 16] = [
    "뜨락또르",
    "다리",
    "학교",
    "가마",
    "직기",
    "과수원",
    "언제",
    "도서관",
    "병원",
    "항구",
    "광산",
    "방앗간",
    "온실",
    "극장",
    "철길",
    "채석장",
];

/// Stories of the days from `first` to `last`, `per_day` on each, oldest first.
pub fn stories(first: Day, last: Day, per_day: u32, seed: u64) -> Vec<Story> {
    let mut draw = Draw::new(seed);
    let mut all = Vec::new();
    let mut day = first;
    while day <= last {
        for of_day in 1..=per_day {
            let number = u32::try_from(all.len()).unwrap_or(u32::MAX) + 1;
            let id: String = (0..32).map(|_| char::from(b"0123456789abcdef"[draw.below(16)])).collect();
            let words =
                [draw.below(16), draw.below(12), draw.below(10), draw.below(16), draw.below(12), draw.below(10)];
            let theme = theme(&mut draw, day);
            let news_id = format!("{day}-{of_day:03}");
            all.push(Story { id, news_id, day, number, section: draw.below(5), theme, words, edits: 0 });
        }
        day = day.plus(1);
    }
    all
}

/// China's leader goes unmentioned from May to August, and Russia is spoken of more often: something to be seen.
fn theme(draw: &mut Draw, day: Day) -> Theme {
    let month = day.date().month();
    let silent = (5..=8).contains(&month);
    match draw.below(20) {
        0 if !silent => Theme::Xi,
        1 if !silent && month % 3 == 0 => Theme::ChineseOffice,
        2 | 3 => Theme::Putin,
        4 if month % 2 == 0 => Theme::RussianOffice,
        5 => Theme::China,
        6 | 7 => Theme::Russia,
        _ => Theme::Farm,
    }
}

impl Story {
    /// Its title in an edition.
    pub fn title(&self, edition: Edition) -> String {
        let number = self.number;
        if edition == Edition::Ko {
            let thing = THINGS_KO[self.words[0]];
            return match self.theme {
                Theme::Xi => format!("습근평주석에게 보낸 {number}번째 시험축전"),
                Theme::Putin => format!("뿌찐대통령에게 보낸 {number}번째 시험축전"),
                _ => format!("{number}번째 시험소식 {thing}"),
            };
        }
        let (thing, place) = (THINGS[self.words[0]], PLACES[self.words[1]]);
        match self.theme {
            Theme::Xi => format!("Synthetic Message No. {number} to Xi Jinping"),
            Theme::Putin => format!("Synthetic Message No. {number} to Putin"),
            _ => format!("Synthetic Story No. {number} of the {thing} of {place}"),
        }
    }

    /// Its paragraphs in an edition, dateline and end mark included.
    pub fn paragraphs(&self, edition: Edition, agency: bool) -> Vec<String> {
        let date = self.day.date();
        let mut all = if edition == Edition::Ko { self.korean() } else { self.english() };
        for edit in 1..=self.edits {
            all.push(if edition == Edition::Ko {
                format!("{edit}번째로 고친 시험문장이다.")
            } else {
                format!("This sentence was put in by change number {edit}.")
            });
        }
        if agency {
            if edition == Edition::Ko {
                all.insert(0, format!("(평양 {}월 {}일발 조선중앙통신)", date.month(), date.day()));
            } else if let Some(first) = all.first_mut() {
                let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0)];
                *first = format!("Pyongyang, {month} {} (KCNA) -- {first}", date.day());
            }
            if let Some(last) = all.last_mut() {
                last.push_str(if edition == Edition::Ko { "(끝)" } else { " -0-" });
            }
        }
        all
    }

    fn english(&self) -> Vec<String> {
        let [thing, place, deed, other_thing, other_place, other_deed] = self.words;
        let about = match self.theme {
            Theme::Farm => format!("Nobody abroad was named beside the {}.", THINGS[other_thing]),
            Theme::Xi => {
                "Comrade Kim Jong Un sent a synthetic message to Xi Jinping, so the Chinese friends were told."
                    .to_owned()
            }
            Theme::ChineseOffice => {
                "The president of the People's Republic of China was greeted in a synthetic sentence.".to_owned()
            }
            Theme::Putin => {
                "Comrade Kim Jong Un sent a synthetic message to Vladimir Putin of the Russian Federation.".to_owned()
            }
            Theme::RussianOffice => {
                "The president of the Russian Federation was greeted in a synthetic sentence.".to_owned()
            }
            Theme::China => "A Chinese delegation looked on.".to_owned(),
            Theme::Russia => "A Russian delegation looked on.".to_owned(),
        };
        vec![
            format!(
                "This is synthetic article number {}, made up for trying out sinmun and never published.",
                self.number
            ),
            format!(
                "The {} of {} was {} and the {} of {} was {}.",
                THINGS[thing], PLACES[place], DEEDS[deed], THINGS[other_thing], PLACES[other_place], DEEDS[other_deed]
            ),
            about,
        ]
    }

    fn korean(&self) -> Vec<String> {
        let [a, .., d, _, _] = self.words;
        let about = match self.theme {
            Theme::Farm | Theme::China | Theme::Russia => format!("{}옆에 사람들이 서있었다.", THINGS_KO[d]),
            Theme::Xi | Theme::ChineseOffice => "습근평주석에게 시험축전을 보내시였다.".to_owned(),
            Theme::Putin | Theme::RussianOffice => "뿌찐대통령에게 시험축전을 보내시였다.".to_owned(),
        };
        vec![
            format!("이것은 {}번째 시험문장으로서 어디에도 발표된적이 없다.", self.number),
            format!("{}과 {}이 새로 꾸려졌다.", THINGS_KO[a], THINGS_KO[d]),
            about,
        ]
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
