//! What counts, what does not, and that every mention can be cut out of the stored text.

use super::*;
use crate::domain::lexicon::DEFAULT;
use proptest::prelude::*;
use std::sync::LazyLock;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::parse(DEFAULT).expect("the built-in lexicon"));

fn found(title: &str, body: &str) -> Vec<String> {
    let text = Text { edition: Edition::En, title, body };
    count(&LEXICON, None, &text)
        .into_iter()
        .map(|m| {
            let field = if m.field == Field::Title { title } else { body };
            format!("{}={}", LEXICON.entity(m.entity).id, &field[m.range()])
        })
        .collect()
}

#[test]
fn the_longest_name_at_the_leftmost_place() {
    assert_eq!(
        found("", "the People's Republic of China (PRC)"),
        ["china=the People's Republic of China", "china=PRC"]
    );
    assert_eq!(found("", "Vladimir Vladimirovich Putin, president"), ["putin=Vladimir Vladimirovich Putin"]);
    assert_eq!(found("", "President V. V. Putin"), ["putin=Putin"]);
    assert_eq!(found("", "Sino-Japanese Wars"), ["china=Sino-"]);
    assert_eq!(found("", "Chinese President Xi Jinping"), ["china=Chinese", "xi-jinping=Xi Jinping"]);
    assert_eq!(found("", "DPRK-China and Sino-DPRK ties, china's"), ["china=China", "china=Sino-", "china=china"]);
}

#[test]
fn false_friends() {
    for text in [
        "machine teaching watching Indochina, the South China Sea",
        "Brunei Darussalam, Belarus, Byelorussian, Prussia",
        "taxi Benxi Xi'an Xiaohaerbaling",
        "Rasputin",
        "Chinatown",
        "Sino-Japanese War",
        "Russo-Japanese War",
        "Li Qiangmin",
        "CPC (M-L)",
        "Talks between delegations of WPK and CPC (M-l)",
        "Greetings to the 5th Congress of CPC",
        "the Communist Party of Cuba (CPC)",
        "the CPV and CPCJ",
        "white chinaware, bone china and a china-ware shop",
        "Metal work \"Sabina Chinensis for Longevity\"",
        "a sinister casino in Brussels",
        "Belarus, Belorussian, Belarussian and Prussian",
        "Wang Yilin, Li Xiaoming, Dong Junhui",
        "Order of Ushakov",
        "Arkady Lavrov",
        "People's Republic of Bangladesh",
        "he long knew that, and the lix inping",
        "Karlov Square and Mironov's shop",
    ] {
        assert_eq!(found(text, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn true_mentions_that_look_like_false_friends() {
    for (text, told) in [
        ("South China's Guangxi", "china=China"),
        ("Koreans in china", "china=china"),
        ("Greetings to 15th National Congress of CPC", "china=CPC"),
        ("CPV, the Chinese People's Volunteers", "china=Chinese"),
        ("Foreign Minister Lavrov", "lavrov=Lavrov"),
        ("mensaje de putin", "putin=putin"),
        ("XI JINPING ARRIVES", "xi-jinping=XI JINPING"),
        ("a letter toPutin", ""),
        ("V.V.Putin", "putin=Putin"),
        ("\u{fffd}Putin\u{fffd}", "putin=Putin"),
        ("‹Putin› \u{200b}said", "putin=Putin"),
        ("Putin\u{c2}\u{81}@said", "putin=Putin"),
        ("â€œPutinâ€\u{9d}", "putin=Putin"),
        ("ÂPutin", ""),
        ("Oleg Nikolayevich Kozhemyako, governor", "kozhemyako=Oleg Nikolayevich Kozhemyako"),
        ("Li Xi, secretary", "li-xi=Li Xi"),
        ("anti-Russia", "russia=Russia"),
        ("Russo-U.S. friction", "russia=Russo-"),
        ("the Communist Party of the Russian Federation", "russia=Russian Federation"),
    ] {
        let told: Vec<&str> = Some(told).into_iter().filter(|told| !told.is_empty()).collect();
        assert_eq!(found("", text), told, "{text}");
    }
}

#[test]
fn the_frame_is_not_counted_and_the_lead_is_told() {
    let body =
        "Moscow, Russia, August 4 (KCNA) -- One. Two of Xi\u{a0}Jinping. Three of Putin. -0-\nwww.kcna.kp (2024.8.4.)";
    let text = Text { edition: Edition::En, title: "Putin", body };
    let mentions = count(&LEXICON, None, &text);
    let told: Vec<_> = mentions.iter().map(|m| (LEXICON.entity(m.entity).id.as_str(), m.field, m.lead)).collect();
    assert_eq!(told, [("putin", Field::Title, true), ("xi-jinping", Field::Body, true), ("putin", Field::Body, false)]);
    assert_eq!(&body[mentions[1].range()], "Xi\u{a0}Jinping");
    let tallies = tally(&mentions);
    assert_eq!(tallies.len(), 2);
    let putin = tallies.iter().find(|t| LEXICON.entity(t.entity).id == "putin").expect("Putin");
    assert_eq!((putin.mentions, putin.in_title, putin.in_lead), (2, 1, 1));
}

proptest! {
    /// Wherever a name is put between blanks, it is found there, and whatever is found can be cut out.
    #[test]
    fn offsets_cut_out_the_mention(before in "[a-z .,é습\u{a0}\u{200b}\n]{0,20}", after in "[a-z .,é습\u{a0}’\n]{0,20}") {
        let body = format!("{before} Xi\u{a0}Jinping {after}");
        let hits = found("", &body);
        prop_assert!(hits.contains(&"xi-jinping=Xi\u{a0}Jinping".to_owned()), "{:?}", hits);
    }

    /// The automaton and a plain search word by word agree.
    #[test]
    fn agrees_with_a_naive_search(words in proptest::collection::vec("(China|Chinese|china|machina|Putin|Putins|Xi Jinping|South China Sea|x|-|\\.)", 0..12)) {
        let body = words.join(" ");
        let naive = |name: &str, fold: bool| {
            let hay = if fold { body.to_lowercase() } else { body.clone() };
            let hay = hay.replace("south china sea", "").replace("South China Sea", "");
            let needle = if fold { name.to_lowercase() } else { name.to_owned() };
            hay.match_indices(&needle).filter(|(i, _)| {
                let edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
                edge(hay[..*i].chars().next_back()) && edge(hay[i + needle.len()..].chars().next())
            }).count()
        };
        let hits = found("", &body);
        let ours = |id: &str| hits.iter().filter(|h| h.starts_with(&format!("{id}="))).count();
        prop_assert_eq!(ours("china"), naive("China", true) + naive("Chinese", true));
        prop_assert_eq!(ours("putin"), naive("Putin", false));
        prop_assert_eq!(ours("xi-jinping"), naive("Xi Jinping", false));
    }
}
