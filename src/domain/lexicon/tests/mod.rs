//! The built-in lexicon in each language: what must be found, and beside it what looks alike and must not be.
//!
//! All sentences are synthetic.

mod es;
mod ja;
mod ko;
mod offsets;
mod ru;
mod zh;

use super::*;
use crate::domain::count::{Form, Text, count};

#[test]
fn the_default_lexicon_is_sound() {
    let lexicon = Lexicon::parse(DEFAULT).expect("the built-in lexicon");
    for id in ["xi-jinping", "putin", "medvedev", "china", "russia", "kim-jong-un"] {
        assert!(lexicon.find(id).is_some(), "{id}");
    }
    assert_eq!(Lexicon::parse(&lexicon.to_toml()).expect("its own TOML").method(), lexicon.method());
}

#[test]
fn comments_do_not_change_the_method_and_aliases_do() {
    let base = "[[country]]\nid = 'x'\nname = 'X'\nnames.en = ['Xland']\n";
    let method = |toml: &str| Lexicon::parse(toml).expect("a lexicon").method().to_owned();
    assert_eq!(method(base), method(&format!("# a remark\n{base}")));
    assert_ne!(method(base), method(&base.replace("Xland", "Xlandia")));
}

#[test]
fn faults_are_told_all_at_once() {
    let toml = "
        [[country]]
        id = 'a'
        name = 'A'
        names.en = ['Same', '']
        [[person]]
        id = 'a'
        name = 'B'
        names.en = ['Un[closed']
        [[country]]
        id = 'c'
        name = 'C'
        names.en = ['Same']
        [[office]]
        id = 'o'
        country = 'nowhere'
        holder = [{ person = 'nobody', from = '2020-01-01', to = '2019-01-01', source = 's' }]";
    let LexiconError(faults) = Lexicon::parse(toml).expect_err("many faults");
    let all = faults.join("\n");
    for part in
        ["'a' is used twice", "an empty alias", "Un[closed", "'Same'", "nowhere", "nobody", "ends before it begins"]
    {
        assert!(all.contains(part), "{part} is missing in:\n{all}");
    }
    let unknown = Lexicon::parse("[[country]]\nid='x'\nname='X'\nalias=[]").expect_err("an unknown key");
    assert!(unknown.to_string().contains("alias"), "{unknown}");
}

/// Counts each text as the body of an article of the day and compares what was found, as `entity=words` for a name,
/// `entity:words` for an office, `entity~words` for an embedded one, in any order. All that differs is told at once.
fn holds(edition: Edition, day: &str, table: &[(&str, &[&str])]) {
    let lexicon = Lexicon::parse(DEFAULT).expect("the built-in lexicon");
    let day = day.parse().expect("a day");
    let mut wrong = Vec::new();
    for (body, expected) in table {
        let mentions = count(&lexicon, Some(day), &Text { edition, title: "", body });
        let mut found: Vec<String> = mentions
            .iter()
            .map(|m| {
                let sign = match m.form {
                    Form::Name => '=',
                    Form::Office => ':',
                    Form::Embedded => '~',
                };
                format!("{}{sign}{}", lexicon.entity(m.entity).id, &body[m.range()])
            })
            .collect();
        found.sort();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        if found != expected {
            wrong.push(format!("{body}\n    found    {found:?}\n    expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{edition}, {} of {}:\n{}", wrong.len(), table.len(), wrong.join("\n"));
}

/// Nothing at all is found.
fn silent(edition: Edition, texts: &[&str]) {
    holds(edition, "2024-09-10", &texts.iter().map(|text| (*text, &[][..])).collect::<Vec<_>>());
}
