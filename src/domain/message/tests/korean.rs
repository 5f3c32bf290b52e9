//! Korean: titles and first sentences in the spelling and order of words of the DPRK's press. Every sentence is
//! synthetic, and half of them are traps.

use proptest::prelude::*;

use super::{RULES, candidates_in};
use crate::domain::message::Candidate;
use crate::domain::stream::Edition;

fn told(title: &str, body: &str) -> Vec<String> {
    let tell = |c: Candidate| {
        let reply = if c.reply { ", reply" } else { "" };
        let day = c.day.map(|day| format!(", on {day}")).unwrap_or_default();
        format!("{} > {}, {} {} {}{reply}{day}", c.sender, c.recipient, c.level, c.kind, c.occasion)
    };
    candidates_in(Edition::Ko, "2024-08-16", title, body).into_iter().map(tell).collect()
}

#[test]
fn sent_and_received() {
    for (body, expected) in [
        (
            "경애하는 김정은동지께서 로씨야련방 대통령 울라지미르 울라지미로비치 뿌찐동지에게 답전을 보내시였다.",
            "kim-jong-un > putin, leader telegram other, reply",
        ),
        (
            "조선민주주의인민공화국 국무위원장 김정은동지께서는 8월 15일 로씨야련방 대통령 뿌찐동지에게 답전을 보내시였다.\n\
             나는 따뜻한 축하를 보내준데 대하여 심심한 사의를 표합니다.",
            "kim-jong-un > putin, leader telegram thanks, reply, on 2024-08-15",
        ),
        (
            "(평양 8월 16일발 조선중앙통신)\n경애하는 김정은동지께서 로씨야련방 대통령 뿌찐동지가 보내온 축전을 13일에 받으시였다.",
            "putin > kim-jong-un, leader telegram congratulation, on 2024-08-13",
        ),
        (
            "경애하는 김정은동지께 로씨야련방 대통령 울라지미르 뿌찐동지가 8월 3일 위문전문을 보내여왔다.",
            "putin > kim-jong-un, leader telegram sympathy, on 2024-08-03",
        ),
        (
            "경애하는 김정은동지께서 중화인민공화국 주석 습근평동지로부터 친서를 받으시였다.",
            "xi-jinping > kim-jong-un, leader letter other",
        ),
        (
            "경애하는 김정은동지께서 로씨야련방 대통령에게서 년하장을 받으시였다.",
            "putin > kim-jong-un, leader card greeting",
        ),
        (
            "중국공산당 중앙위원회 총서기,중화인민공화국 주석이 경애하는 김정은동지께 축전과 꽃바구니를 보내여왔다.",
            "xi-jinping > kim-jong-un, leader telegram congratulation",
        ),
        (
            "경애하는 김정은동지께 중국공산당 중앙위원회가 꽃바구니를 보내여왔다.",
            "cpc > kim-jong-un, party basket other",
        ),
        (
            "경애하는 김정은동지께서는 습근평총서기동지에게 구두친서를 보내시였다.",
            "kim-jong-un > xi-jinping, leader oral other",
        ),
        (
            "김덕훈 내각총리는 중화인민공화국 국무원 총리 리강동지에게 조전을 보냈다.",
            "kim-tok-hun > li-qiang, government telegram condolence",
        ),
        (
            "최선희외무상이 로씨야련방 외무상 라브로브에게 축하편지를 보냈다.",
            "choe-son-hui > lavrov, government letter congratulation",
        ),
        (
            "조선로동당 중앙위원회는 통일로씨야당 총리사회에 보낸 답전에서 감사를 표하였다. 조선로동당 중앙위원회는 8월 14일 통일로씨야당 \
             위원장 메드베제브동지에게 감사전문을 보내였다.",
            "wpk > medvedev, party telegram thanks, on 2024-08-14",
        ),
        (
            "대표단 단장은 뿌찐대통령동지의 따뜻한 인사를 경애하는 김정은동지께 전하였다.",
            "putin > kim-jong-un, leader oral greeting",
        ),
        (
            "로씨야련방 외무상 라브로브동지가 울라지미르 뿌찐동지의 친서를 경애하는 김정은동지께 드리였다.",
            "putin > kim-jong-un, leader letter other",
        ),
        (
            "로씨야대통령이 경애하는 김정은동지께 드리는 선물을 로씨야대사가 전달하였다.",
            "putin > kim-jong-un, leader gift other",
        ),
    ] {
        assert_eq!(told("", body), [expected], "{body}");
    }
}

#[test]
fn titles() {
    for (title, expected) in [
        ("로씨야련방 대통령에게 답전", "kim-jong-un > putin, leader telegram other, reply"),
        (
            "중국공산당 중앙위원회 총서기,중화인민공화국 주석에게 답전",
            "kim-jong-un > xi-jinping, leader telegram other, reply",
        ),
        ("경애하는 김정은동지께 로씨야련방 대통령이 축전", "putin > kim-jong-un, leader telegram congratulation"),
        (
            "경애하는 총비서동지께서 중국공산당 중앙위원회 총서기에게 축전을 보내시였다",
            "kim-jong-un > xi-jinping, leader telegram congratulation",
        ),
        ("경애하는 김정은동지께 습근평동지의 축하서한", "xi-jinping > kim-jong-un, leader letter congratulation"),
        (
            "경애하는 김정은동지께서 로씨야련방 대통령이 보내여온 위문전문을 받으시였다",
            "putin > kim-jong-un, leader telegram sympathy",
        ),
    ] {
        assert_eq!(told(title, ""), [expected], "{title}");
    }
}

#[test]
fn both_ways_and_several_at_once() {
    let exchanged = "경애하는 김정은동지께서 중국공산당 중앙위원회 총서기이며 중화인민공화국 주석인 습근평동지와 1월 1일 새해축전을 교환하시였다. \
                     경애하는 김정은동지께서 습근평동지와 축전을 교환하시였다.";
    assert_eq!(
        told("", exchanged),
        [
            "kim-jong-un > xi-jinping, leader telegram congratulation",
            "xi-jinping > kim-jong-un, leader telegram congratulation"
        ]
    );
    let two = "경애하는 김정은동지께서 습근평동지와 뿌찐동지에게 년하장을 보내시였다.";
    assert_eq!(
        told("", two),
        ["kim-jong-un > xi-jinping, leader card greeting", "kim-jong-un > putin, leader card greeting"]
    );
    let list = "경애하는 김정은동지께서 여러 나라 국가수반들에게 년하장을 보내시였다. 여기에는 로씨야련방 대통령, 중화인민공화국 주석, 꾸바의 \
                대통령과 라브로브동지의 특사가 있다.";
    assert_eq!(
        told("", list),
        ["kim-jong-un > putin, leader card greeting", "kim-jong-un > xi-jinping, leader card greeting"]
    );
}

#[test]
fn days() {
    for (when, expected) in [
        ("8월 13일 ", ", on 2024-08-13"),
        ("13일 ", ", on 2024-08-13"),
        ("20일 ", ", on 2024-07-20"),
        ("8월13일에 ", ", on 2024-08-13"),
        ("오늘 ", ", on 2024-08-16"),
        ("8월 13일 조국해방 79돐에 즈음하여 ", ", on 2024-08-13"),
        ("8월 15일에 즈음하여 ", ""),
        ("8월 2일에 발생한 큰물피해와 관련하여 ", ""),
        ("3일간의 방문을 계기로 ", ""),
        ("8월 10일부터 ", ""),
        ("1월 13일 ", ""),
        ("10월 99일 ", ""),
    ] {
        let body = format!("경애하는 김정은동지께서는 {when}뿌찐동지에게 전문을 보내시였다.");
        assert_eq!(told("", &body), [format!("kim-jong-un > putin, leader telegram other{expected}")], "{body}");
    }
}

#[test]
fn what_is_no_message() {
    for (title, body) in [
        // Nobody wrote: talks, visits, envoys, experts, festivals, museums.
        ("", "경애하는 김정은동지께서 뿌찐동지와 회담을 진행하시였다."),
        ("", "경애하는 김정은동지께서 로씨야련방 국방상을 접견하시였다."),
        ("", "로씨야전문가가 김정은동지께 의견을 보내왔다."),
        ("", "김정은동지께서 로씨야 전문가들을 뿌찐동지에게 보내시였다."),
        ("", "뿌찐동지가 4월의 봄 친선예술축전에 축하단을 보내왔다."),
        ("", "김정은동지께서 뿌찐동지에게 명예칭호를 수여하시였다."),
        ("경애하는 김정은동지의 답전에 로씨야가 크게 감동", ""),
        ("뿌찐동지의 선물이 국제친선전람관에 진렬되였다", ""),
        // Between others.
        ("", "습근평동지가 뿌찐동지에게 축전을 보내였다."),
        ("", "로씨야련방 대통령 뿌찐이 벨라루씨대통령 루까쉔꼬에게 조전을 보냈다."),
        ("", "김정은동지께서 윁남공산당 중앙위원회 총비서에게 축전을 보내시였다."),
        ("", "김정은동지께서 라오스 국가주석에게 답전을 보내시였다."),
        ("윁남공산당 중앙위원회 총비서에게 답전", ""),
        ("김정은동지께서 최선희동지에게 축전을 보내시였다", ""),
        // Not from or to him, but from or to his people.
        ("", "김정은동지께서 뿌찐동지의 특사로부터 선물을 받으시였다."),
        ("", "로씨야대통령공보관이 김정은동지께 편지를 보내왔다."),
        ("", "김정은동지께서 로씨야련방 대통령의 녀사에게 선물을 보내시였다."),
        ("", "재중조선인총련합회가 김정은동지께 축전을 보내여왔다."),
        // One side only, or nothing that was sent.
        ("", "뿌찐동지가 위문전문을 보내여왔다."),
        ("", "김정은동지께서 답전을 보내시였다."),
        ("로씨야련방 대통령에게 명예박사칭호 수여", ""),
        ("로씨야련방 외무상에게 답전", ""),
        ("로씨야련방 대통령의 축전", ""),
        // An analyst's or another paper's words about it.
        ("", "로씨야신문은 김정은동지께서 보내신 답전에 대하여 보도하였다."),
        ("", "김정은동지의 축전은 뿌찐동지에게 커다란 감동을 주었다."),
    ] {
        assert_eq!(told(title, body), [""; 0], "{title} {body}");
    }
}

#[test]
fn a_headline_without_a_sender_means_the_leader_of_its_day() {
    let on = |day: &str| {
        let told = candidates_in(Edition::Ko, day, "로씨야련방 대통령에게 답전", "");
        told.into_iter().map(|c| c.sender).collect::<Vec<_>>()
    };
    assert_eq!(on("2024-08-16"), ["kim-jong-un"]);
    assert_eq!(on("2011-06-01"), [""; 0], "who that was is not in the rules");
}

proptest! {
    /// Whatever stands in a text, reading it ends and finds only parties of two sides.
    #[test]
    fn any_text_can_be_read(words in proptest::collection::vec(
        "(김정은|뿌찐|습근평|동지|각하|께서|에게|가|의|와|로부터|축전|답전|꽃바구니|을|를| |,|\\.|보내시였다|받으시였다|교환하시였다|전하였다|보내온|8월 13일|일|99일|월|오늘|여기에는|로씨야련방 대통령|에서|x|é)", 0..25)) {
        let text = words.concat();
        for candidate in candidates_in(Edition::Ko, "2024-08-16", &text, &text) {
            prop_assert!(RULES.is_home(&candidate.sender) != RULES.is_home(&candidate.recipient), "{candidate:?}");
        }
    }
}
