//! Messages as they are told. Every sentence here is synthetic: the agency's turns of phrase with invented floods,
//! festivals and days.

mod korean;

use std::sync::LazyLock;

use proptest::prelude::*;

use super::event::{Event, Telling, gather};
use super::read::read;
use super::rules::{DEFAULT, Rules};
use super::{Candidate, DayFrom, Kind, Level, Occasion};
use crate::domain::count::Text;
use crate::domain::lexicon::{self, Lexicon};
use crate::domain::stream::Edition;
use crate::domain::text::normalise;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(lexicon::DEFAULT).expect("the built-in lexicon"));
static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::parse(DEFAULT).expect("the built-in rules"));

fn candidates(day: &str, title: &str, body: &str) -> Vec<Candidate> {
    candidates_in(Edition::En, day, title, body)
}

fn candidates_in(edition: Edition, day: &str, title: &str, body: &str) -> Vec<Candidate> {
    let text = Text { edition, title, body };
    read(&LEXICON, &RULES, day.parse().expect("a day"), &text, &normalise(body, edition))
}

/// "sender > recipient, level kind occasion[, reply][, on day]".
fn told(day: &str, title: &str, body: &str) -> Vec<String> {
    let tell = |c: Candidate| {
        let reply = if c.reply { ", reply" } else { "" };
        let day = c.day.map(|day| format!(", on {day}")).unwrap_or_default();
        format!("{} > {}, {} {} {}{reply}{day}", c.sender, c.recipient, c.level, c.kind, c.occasion)
    };
    candidates(day, title, body).into_iter().map(tell).collect()
}

fn in_body(day: &str, body: &str) -> Vec<String> {
    told(day, "", body)
}

#[test]
fn received_and_sent() {
    for (body, expected) in [
        (
            "Kim Jong Un, president of the State Affairs of the DPRK, received a message of greeting from V. Putin, \
             president of the Russian Federation, on May 13.\nIn the message, the Russian president extended sample \
             congratulations to Kim Jong Un.",
            "putin > kim-jong-un, leader message greeting, on 2024-05-13",
        ),
        (
            "Pyongyang, May 15 (KCNA) -- Kim Jong Un sent a replay message to Vladimir Vladimirovich Putin, president of \
             the Russian Federation, on May 14.\nThe message said:\nI express deep thanks to you. -0-",
            "kim-jong-un > putin, leader message thanks, reply, on 2024-05-14",
        ),
        (
            "The respected Comrade Kim Jong Un on Tuesday sent a letter of sympathy to Xi Jinping over the invented flood.",
            "kim-jong-un > xi-jinping, leader letter sympathy, on 2024-05-14",
        ),
        (
            "Kim Jong Un, Monday sent a message to the Chinese president in reply to his message of greeting.",
            "kim-jong-un > xi-jinping, leader message other, reply, on 2024-05-13",
        ),
        (
            "Xi Jinping, general secretary of the CPC Central Committee, sent a telegram of condolences to Kim Jong Un.",
            "xi-jinping > kim-jong-un, leader telegram condolence",
        ),
        (
            "The dear respected Kim Jong Un today received a personal letter from Russian President V. Putin.",
            "putin > kim-jong-un, leader letter other, on 2024-05-15",
        ),
        ("Kim Jong Un was presented with a gift by Sergei Lavrov.", "lavrov > kim-jong-un, government gift other"),
        (
            "Kim Jong Un received a floral basket and a congratulatory letter from Xi Jinping.",
            "xi-jinping > kim-jong-un, leader letter congratulation",
        ),
        (
            "Premier Kim Tok Hun on May 12 sent a message of greeting to Li Qiang, premier of the State Council of the PRC.",
            "kim-tok-hun > li-qiang, government message greeting, on 2024-05-12",
        ),
        (
            "Kim Jong Un sent a message to Xi Jinping over the flood that happened on May 2.",
            "kim-jong-un > xi-jinping, leader message other",
        ),
    ] {
        assert_eq!(in_body("2024-05-15", body), [expected], "{body}");
    }
}

#[test]
fn levels_are_kept_apart() {
    let chairman = "Kim Jong Un, general secretary of the Workers' Party of Korea, received a letter of sympathy from Dmitri \
                    Medvedev, president of the United Russia Party.";
    assert_eq!(in_body("2024-05-15", chairman), ["medvedev > kim-jong-un, party letter sympathy"]);
    let council = "The Central Committee of the Workers' Party of Korea sent a reply message to the General Council of the \
                   United Russia Party on May 7.\nThe WPK Central Committee in the message extended gratitude to Dmitri \
                   Medvedev, president of the United Russia Party, for sending the message of greeting to Kim Jong Un.";
    assert_eq!(in_body("2024-05-15", council), ["wpk > united-russia, party message thanks, reply, on 2024-05-07"]);
    let basket = "Kim Jong Un received a floral basket from the Central Committee of the Communist Party of China upon his \
                  sample election.\nThe floral basket was handed to an official on Monday.";
    assert_eq!(in_body("2024-05-15", basket), ["cpc > kim-jong-un, party basket other, on 2024-05-13"]);
    // Whoever is elected president writes as one.
    let elect = "Kim Jong Un sent a congratulatory message to Vladimir Putin, president-elect of Russia.";
    assert_eq!(in_body("2012-03-06", elect), ["kim-jong-un > putin, leader message congratulation"]);
    let minister = "Kim Jong Un received a letter of thanks from V. Putin, prime minister of the Russian Federation.";
    assert_eq!(in_body("2012-03-06", minister), ["putin > kim-jong-un, government letter thanks"]);
    let presidium = "Kim Yong Nam, president of the Presidium of the DPRK Supreme People's Assembly, on Tuesday sent a \
                     condolatory message to Russian President Dmitri Anatoliyevich Medvedev.";
    assert_eq!(
        in_body("2012-04-05", presidium),
        ["kim-yong-nam > medvedev, government message condolence, on 2012-04-03"]
    );
}

#[test]
fn lists_of_counterparts() {
    let sent = "Kim Jong Un sent New Year's cards to foreign state leaders.,  They included the president of China who \
                doubles as the general secretary of the C.C., the Communist Party of China, the president of Laos, and the \
                head of a department of the C.C., the Communist Party of China.\nHe also sent cards to Sergei Lavrov.";
    assert_eq!(
        in_body("2012-02-06", sent),
        ["kim-jong-un > hu-jintao, leader card greeting", "kim-jong-un > lavrov, government card greeting"]
    );
    let replies = "Kim Jong Un sent messages to heads of state in reply to their messages of sample condolences.,  They were \
                   the Russian president, the Cuban president and the envoy of Hu Jintao.";
    assert_eq!(in_body("2012-01-29", replies), ["kim-jong-un > medvedev, leader message other, reply"]);
    let two = "Kim Jong Un received messages of greeting from Xi Jinping, general secretary of the CPC Central Committee, and \
               Vladimir Putin on May 3.";
    assert_eq!(in_body("2024-05-15", two).len(), 2);
}

#[test]
fn other_turns_of_phrase() {
    for (title, body, expected) in [
        (
            "",
            "DPRK Premier Choe Yong Rim in a message on Wednesday congratulated Dmitri Medvedev on a sample appointment.",
            "choe-yong-rim > medvedev, government message congratulation, on 2024-05-15",
        ),
        (
            "",
            "The head of the delegation courteously conveyed the warm greetings of Vladimir Putin to the DPRK leader.",
            "putin > kim-jong-un, leader oral greeting",
        ),
        (
            "",
            "The envoy conveyed a personal letter from Xi Jinping to Kim Jong Un on May 8.",
            "xi-jinping > kim-jong-un, leader letter other, on 2024-05-08",
        ),
        (
            "",
            "A message of greeting was sent to Kim Jong Un by Vladimir Putin.",
            "putin > kim-jong-un, leader message greeting",
        ),
        ("Letter of Thanks to Kim Jong Un from Russian President", "", "putin > kim-jong-un, leader letter thanks"),
        ("Kim Jong Un Greets Xi Jinping", "", "kim-jong-un > xi-jinping, leader message greeting"),
        ("Kim Jong Un's Message of Thanks to Putin", "", "kim-jong-un > putin, leader message thanks"),
        (
            "Respected Comrade Kim Jong Un Sends Greetings to General Secretary of C.C., CPC",
            "A body that tells nothing.",
            "kim-jong-un > xi-jinping, leader message greeting",
        ),
    ] {
        assert_eq!(told("2024-05-15", title, body), [expected], "{title} {body}");
    }
    let both = "Kim Jong Un and Xi Jinping exchanged messages of greeting on May 1.";
    assert_eq!(
        in_body("2024-05-15", both),
        [
            "kim-jong-un > xi-jinping, leader message greeting, on 2024-05-01",
            "xi-jinping > kim-jong-un, leader message greeting, on 2024-05-01"
        ]
    );
}

#[test]
fn what_is_no_message() {
    for (title, body) in [
        ("", "Kim Jong Un received a delegation of the Russian Federation led by Sergei Lavrov."),
        ("", "Kim Jong Un received a gift from the special envoy of Vladimir Putin."),
        ("", "Kim Jong Un received a letter from the family of Xi Jinping."),
        (
            "",
            "Kim Jong Un received a letter from the sample corps. They were conveyed to an official by Sergei Lavrov, Russian foreign minister.",
        ),
        ("", "Xi Jinping sent a message of greeting to Vladimir Putin."),
        ("", "Vladimir Putin sent a letter of sympathy over the flood."),
        ("", "Laid before the statue was a floral basket in the name of Hu Jintao, said a message to nobody."),
        ("", "Kim Jong Un sent a message to the Korean people. Vladimir Putin visited a museum."),
        ("", "Kim Jong Un congratulated Vladimir Putin at the airport."),
        ("Kim Jong Un Greets Putin at Airport", ""),
        ("Greetings to Russian President", ""),
        ("Chinese Paper Dedicates Article to Kim Jong Un's Message to Xi Jinping", ""),
        ("Message from Putin Is Important to People of China, Says Wang Yi", ""),
        ("", "Kim Jong Un received messages from the chairperson of a sample party of Russia."),
    ] {
        assert_eq!(told("2024-05-15", title, body), [""; 0], "{title} {body}");
    }
    let late = "One. Two. Three. Four. Five. Six. Kim Jong Un sent a message to Vladimir Putin.";
    assert_eq!(in_body("2024-05-15", late), [""; 0], "only first sentences tell news");
}

#[test]
fn digests_are_read_whole_and_marked() {
    let body = "Following are sample news:\n- A.\n- B.\n- C.\n- D.\n- E.\n- F.\n- Kim Jong Un received a letter of sympathy from \
                the president of the United Russia Party.";
    let found = candidates("2024-05-15", "Press Review", body);
    assert_eq!(found.len(), 1);
    assert!(found[0].digest && found[0].sender == "medvedev" && found[0].level == Level::Party);
}

fn telling(published: &str, article: &str, parties: (&str, &str), day: Option<&str>, more: &str) -> Telling {
    let occasion = |word: &str, occasion| if more.contains(word) { Some(occasion) } else { None };
    let candidate = Candidate {
        sender: parties.0.to_owned(),
        recipient: parties.1.to_owned(),
        level: Level::Leader,
        kind: Kind::Message,
        occasion: occasion("greeting", Occasion::Greeting)
            .or(occasion("congratulation", Occasion::Congratulation))
            .or(occasion("sympathy", Occasion::Sympathy))
            .or(occasion("thanks", Occasion::Thanks))
            .unwrap_or(Occasion::Other),
        reply: more.contains("reply"),
        day: day.map(|day| day.parse().expect("a day")),
        digest: more.contains("digest"),
    };
    Telling { published: published.parse().expect("a day"), article: article.to_owned(), candidate }
}

const IN: (&str, &str) = ("putin", "kim-jong-un");
const OUT: (&str, &str) = ("kim-jong-un", "putin");

fn sample() -> Vec<Telling> {
    vec![
        telling("2024-05-04", "a", IN, None, "sympathy"),
        telling("2024-05-05", "b", IN, None, "digest sympathy"),
        telling("2024-05-16", "c", IN, Some("2024-05-13"), "greeting"),
        telling("2024-05-17", "d", IN, Some("2024-05-13"), "congratulation"),
        telling("2024-05-16", "e", IN, None, ""),
        telling("2024-05-16", "f", OUT, Some("2024-05-15"), "thanks reply"),
        telling("2024-05-16", "g", OUT, None, "digest"),
        telling("2024-05-30", "h", IN, None, "digest"),
        telling("2024-05-15", "i", OUT, Some("2024-05-15"), "greeting"),
        telling("2024-05-25", "j", ("medvedev", "kim-jong-un"), None, "greeting"),
        telling("2024-05-27", "k", ("wpk", "united-russia"), None, "thanks reply"),
    ]
}

fn shown(events: &[Event]) -> Vec<String> {
    let show = |e: &Event| {
        let reply = e.in_reply_to.as_deref().map(|id| format!(" re {id}")).unwrap_or_default();
        format!("{} {} {} {}{reply}", e.id, e.day_from, e.occasion, e.articles.join("+"))
    };
    events.iter().map(show).collect()
}

#[test]
fn many_articles_tell_of_one_message() {
    assert_eq!(
        shown(&gather(&RULES, sample())),
        [
            "20240504-putin-to-kim-jong-un article sympathy a+b",
            "20240513-putin-to-kim-jong-un text greeting c+e+d",
            "20240515-kim-jong-un-to-putin text greeting i",
            "20240515-kim-jong-un-to-putin-2 text thanks f+g re 20240513-putin-to-kim-jong-un",
            "20240525-medvedev-to-kim-jong-un article greeting j",
            "20240527-wpk-to-united-russia article thanks k re 20240525-medvedev-to-kim-jong-un",
        ]
    );
    let events = gather(&RULES, sample());
    assert!(events.iter().all(|event| event.articles.len() < 4), "{events:?}");
    assert_eq!(events[0].day_from, DayFrom::Article);
    assert_eq!((events[1].published.to_string(), events[1].kind), ("2024-05-16".to_owned(), Kind::Message));
    let exchanges: std::collections::BTreeSet<&str> = events.iter().map(Event::exchange).collect();
    assert_eq!(exchanges.len(), 4);
}

proptest! {
    #[test]
    fn the_order_never_matters(tellings in Just(sample()).prop_shuffle(), twice in 0usize..11) {
        let mut more = tellings.clone();
        more.push(tellings[twice].clone());
        prop_assert_eq!(gather(&RULES, more), gather(&RULES, sample()));
    }

    /// Whatever stands in a text, reading it ends and finds only parties of two sides.
    #[test]
    fn any_text_can_be_read(words in proptest::collection::vec(
        "(Kim Jong Un|Putin|sent|received|a|message|letter|to|from|of|the|They were|greeted|exchanged|conveyed|was|by|on May 5|,|\\.|'s|Xi Jinping|V\\.|習)", 0..25)) {
        let text = words.join(" ");
        for candidate in candidates("2024-05-15", &text, &text) {
            prop_assert!(RULES.is_home(&candidate.sender) != RULES.is_home(&candidate.recipient));
        }
    }
}

#[test]
fn what_is_recalled_of_other_years_is_no_news() {
    let gifts = "Kim Jong Un received a gift from Xi Jinping.";
    let told = ["xi-jinping > kim-jong-un, leader gift other"];
    assert_eq!(in_body("2024-05-15", &format!("In Beijing {gifts}")), told);
    assert_eq!(in_body("2024-05-15", &format!("In May 2024 {gifts}")), told);
    for when in ["In June 2019", "In June 2019,", "In 2019", "In March 2018, when he went to China,"] {
        assert_eq!(in_body("2024-05-15", &format!("{when} {gifts}")), Vec::<String>::new(), "{when}");
    }
}
