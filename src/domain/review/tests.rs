use proptest::prelude::*;

use super::*;
use crate::domain::message::DayFrom;
use crate::domain::message::event::Event;

const REVISION: &str = "ab12cd34ab12cd34ab12cd34ab12cd34ab12cd34ab12cd34ab12cd34ab12cd34";

fn place(text: &str) -> Place {
    format!("kcna-en-20240801-e5690586@{REVISION}:{text}").parse().expect("a place")
}

fn mark(verdict: Verdict) -> Mark {
    Mark {
        at: 1_725_192_000,
        by: "A. Sample".to_owned(),
        why: "a reason".to_owned(),
        verdict,
        mention: None,
        message: None,
        into: None,
        form: None,
        told: None,
    }
}

fn on_message(verdict: Verdict, message: &str, into: Option<&str>) -> Mark {
    Mark { message: Some(message.to_owned()), into: into.map(str::to_owned), ..mark(verdict) }
}

#[test]
fn a_mark_is_one_line_of_json() {
    let mark = Mark { mention: Some(place("body:41-55:putin")), ..mark(Verdict::False) };
    let line = mark.line();
    assert_eq!(
        line,
        format!(
            "{{\"at\":\"2024-09-01T12:00:00Z\",\"by\":\"A. Sample\",\"why\":\"a reason\",\"verdict\":\"false\",\"mention\":{{\
             \"article\":\"kcna-en-20240801-e5690586\",\"revision\":\"{REVISION}\",\"field\":\"body\",\"start\":41,\
             \"end\":55,\"entity\":\"putin\"}}}}"
        )
    );
    assert_eq!(Mark::parse(&line), Ok(mark));
}

#[test]
fn what_a_line_lacks_is_told() {
    let told = |line: &str| Mark::parse(line).expect_err("a fault");
    let base = "\"at\":\"2024-09-01T12:00:00Z\",\"by\":\"A\",\"why\":\"w\"";
    let message = "\"message\":\"20240813-putin-to-kim-jong-un\"";
    for (rest, part) in [
        ("\"verdict\":\"wrong\"".to_owned(), "unknown variant `wrong`"),
        ("\"verdict\":\"false\"".to_owned(), "one mention or on one message"),
        (format!("\"verdict\":\"merged\",{message}"), "names in 'into'"),
        (format!("\"verdict\":\"missed\",{message}"), "says in 'told'"),
        (format!("\"verdict\":\"false\",{message},\"colour\":1"), "unknown field `colour`"),
        (format!("\"verdict\":\"merged\",{message},\"into\":\"20240813-putin-to-kim-jong-un\""), "into itself"),
        ("\"verdict\":\"false\",\"message\":\"yesterday\"".to_owned(), "does not name a message"),
        (format!("\"verdict\":\"false\",\"form\":\"name\",{message}"), "for a missed mention"),
    ] {
        let fault = told(&format!("{{{base},{rest}}}"));
        assert!(fault.contains(part), "{rest}: {fault}");
    }
    assert!(told("{}").contains("missing field `at`"));
    assert!(
        told(&format!("{{{},\"verdict\":\"false\",{message}}}", base.replace("2024-09-01T12:00:00Z", "now")))
            .contains("no time")
    );
    assert!(
        told(&format!("{{{},\"verdict\":\"false\",{message}}}", base.replace("\"w\"", "\" \""))).contains("reason")
    );
    let short = Mark {
        mention: Some("kcna-en-20240801-e5690586:body:1-2:xi".parse().expect("written so")),
        ..mark(Verdict::False)
    };
    assert!(short.check().expect_err("no revision").contains("hash of a text"));
}

#[test]
fn places_and_names_are_read_as_they_are_written() {
    let place = place("body:41-55:putin");
    assert_eq!(place.to_string().parse(), Ok(place));
    for bad in ["", "putin", "a:b:c", "kcna-en-20240801-e5690586:foot:1-2:putin", "a:body:1:putin", "a:body:1-x:putin"]
    {
        assert!(bad.parse::<Place>().expect_err("bad").contains("does not name a mention"), "{bad}");
    }
    let (stream, day) = Place::stream_and_day("kcna-watch-en-20240801-e5690586").expect("a name");
    assert_eq!((stream.to_string().contains("kcna-watch"), day.to_string().as_str()), (true, "2024-08-01"));
    assert_eq!(Place::stream_and_day("kcna-en-undated-e5690586"), None);
    let told = |name| messages::parties(name).map(|(day, from, to)| format!("{day} {from} {to}"));
    assert_eq!(told("20240813-kim-jong-un-to-putin").as_deref(), Ok("2024-08-13 kim-jong-un putin"));
    assert_eq!(told("20240813-putin-to-kim-jong-un-2").as_deref(), Ok("2024-08-13 putin kim-jong-un"));
    for bad in ["2024-putin-to-xi", "20240813-putin", "20241313-putin-to-xi", "20240813--to-xi"] {
        assert!(told(bad).is_err(), "{bad}");
    }
}

fn event(id: &str) -> Event {
    let (day, sender, recipient) = messages::parties(id).expect("a name");
    Event {
        id: id.to_owned(),
        day,
        day_from: DayFrom::Article,
        published: day,
        sender: sender.to_owned(),
        recipient: recipient.to_owned(),
        level: Level::Leader,
        kind: Kind::Letter,
        occasion: Occasion::Other,
        reply: false,
        in_reply_to: None,
        articles: vec![format!("kcna-en-{}-00000000", day.to_string().replace('-', ""))],
    }
}

const ONE: &str = "20240801-putin-to-kim-jong-un";
const TWO: &str = "20240802-putin-to-kim-jong-un";
const THREE: &str = "20240803-putin-to-kim-jong-un";

/// The messages that are left of three, each with how many articles it has; and how many marks were applied.
fn left(marks: &[Mark]) -> (Vec<(String, usize)>, usize) {
    let mut events = vec![event(ONE), event(TWO), event(THREE)];
    let applied = messages::apply(&mut events, marks, |_| true);
    (events.into_iter().map(|event| (event.id, event.articles.len())).collect(), applied.len())
}

#[test]
fn messages_are_taken_out_put_in_and_joined() {
    let all = |list: &[(&str, usize)]| list.iter().map(|(id, n)| ((*id).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(left(&[]), (all(&[(ONE, 1), (TWO, 1), (THREE, 1)]), 0));
    assert_eq!(left(&[on_message(Verdict::False, TWO, None)]), (all(&[(ONE, 1), (THREE, 1)]), 1));
    assert_eq!(left(&[on_message(Verdict::Merged, TWO, Some(ONE))]), (all(&[(ONE, 2), (THREE, 1)]), 1));
    // What is merged into what is merged ends where that does; and what ends in something false is false.
    let chain = [on_message(Verdict::Merged, TWO, Some(ONE)), on_message(Verdict::Merged, ONE, Some(THREE))];
    assert_eq!(left(&chain), (all(&[(THREE, 3)]), 2));
    let gone = [on_message(Verdict::False, ONE, None), on_message(Verdict::Merged, TWO, Some(ONE))];
    assert_eq!(left(&gone), (all(&[(THREE, 1)]), 2));
    // A circle says nothing, and what is not there cannot be taken out.
    let circle = [on_message(Verdict::Merged, TWO, Some(ONE)), on_message(Verdict::Merged, ONE, Some(TWO))];
    assert_eq!((left(&circle).1, void(&circle).len()), (0, 2));
    assert_eq!(left(&[on_message(Verdict::False, "20240809-xi-jinping-to-kim-jong-un", None)]).1, 0);
    let told = Told {
        article: "kcna-en-20240805-00000001".to_owned(),
        level: Level::Leader,
        form: Kind::Telegram,
        occasion: Occasion::Greeting,
        reply: false,
    };
    let missed = Mark { told: Some(told), ..on_message(Verdict::Missed, "20240804-xi-jinping-to-kim-jong-un", None) };
    let (list, applied) = left(std::slice::from_ref(&missed));
    assert_eq!((list.len(), list[3].0.as_str(), applied), (4, "20240804-xi-jinping-to-kim-jong-un", 1));
    let mut none = Vec::new();
    assert!(
        messages::apply(&mut none, &[missed], |event| event.published != event.day && event.recipient == "x")
            .is_empty()
    );
}

#[test]
fn replies_follow_what_they_answer() {
    let answered = |mark: Mark| {
        let mut events = vec![event(ONE), event(TWO), Event { in_reply_to: Some(TWO.to_owned()), ..event(THREE) }];
        messages::apply(&mut events, &[mark], |_| true);
        events.pop().and_then(|reply| reply.in_reply_to)
    };
    assert_eq!(answered(on_message(Verdict::Merged, TWO, Some(ONE))).as_deref(), Some(ONE));
    assert_eq!(answered(on_message(Verdict::False, TWO, None)), None);
    assert_eq!(answered(on_message(Verdict::False, ONE, None)).as_deref(), Some(TWO));
    // A message that is the same as its reply answers nothing.
    assert_eq!(answered(on_message(Verdict::Merged, TWO, Some(THREE))), None);
}

#[test]
fn a_missed_mention_is_put_in_once() {
    let missed = |text: &str| Mark { mention: Some(place(text)), ..mark(Verdict::Missed) };
    let marks = [missed("body:10-20:xi"), missed("body:15-30:xi"), missed("body:20-30:xi"), missed("body:15-30:putin")];
    assert_eq!(void(&marks).into_keys().collect::<Vec<_>>(), [1]);
}

proptest! {
    /// The last mark of a thing holds, in whatever order marks are read.
    #[test]
    fn the_last_holds_in_any_order(times in proptest::collection::vec((0i64..50, 0usize..3, 0usize..3), 1..20), seed in any::<u64>()) {
        let things = [ONE, TWO, THREE];
        let mut marks: Vec<Mark> = times
            .iter()
            .map(|&(at, thing, verdict)| {
                let verdict = [Verdict::False, Verdict::Stands, Verdict::Merged][verdict];
                let into = (verdict == Verdict::Merged).then_some("20240809-putin-to-kim-jong-un");
                Mark { at, ..on_message(verdict, things[thing], into) }
            })
            .collect();
        let held = holding(marks.clone());
        for mark in &held {
            let newest = marks.iter().filter(|other| other.thing() == mark.thing()).map(|other| other.at).max();
            prop_assert_eq!(Some(mark.at), newest);
        }
        let length = marks.len();
        for place in 0..length {
            let other = usize::try_from((seed.rotate_left(u32::try_from(place).unwrap_or(0))) % 97).unwrap_or(0) % length;
            marks.swap(place, other);
        }
        prop_assert_eq!(&holding(marks.iter().cloned()), &held);
        // Told twice is told once.
        prop_assert_eq!(holding(marks.iter().chain(&marks).cloned()), held);
    }
}
