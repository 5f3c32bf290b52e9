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

#[test]
fn the_default_lexicon_has_no_findings() {
    let lexicon = Lexicon::parse(DEFAULT).expect("the built-in lexicon");
    assert_eq!(lexicon.findings(), Vec::<String>::new());
}

#[test]
fn findings_name_the_row_and_the_key() {
    let toml = "
        [[country]]
        id = 'land'
        name = 'Land'
        names.en = ['Land']
        [[country]]
        id = 'old-land'
        name = 'Old Land'
        names.en = ['Old Land']
        [[country]]
        id = 'mute'
        name = 'Mute'
        [[person]]
        id = 'ann'
        name = 'Ann'
        names.en = ['Ann']
        names.ko = ['앤']
        [[office]]
        id = 'chair'
        country = 'land'
        titles.en = ['chair of Land']
        holder = [{ person = 'ann', from = '2020-01-01', source = ' ' }]
        [[exclusion]]
        layer = 'country'
        reason = 'not lands'
        names.en = ['Landing', 'Land of Cockaigne']
        [[unheld]]
        reason = 'no longer'
        before.en = ['Former']";
    let found = Lexicon::parse(toml).expect("a lexicon").findings();
    let expected = [
        "'mute': names: no word in any edition, so it is never found",
        "office 'chair': titles.ko: none, though its holder 'ann' has names there",
        "office 'chair': holder: the tenure of 'ann' from 2020-01-01 has no source",
        "unheld: before.en 'Former': compared in lower case, so it never matches",
        "'land': 'Land' in en is lost inside 'Old Land' of 'old-land'",
        "exclusion (not lands): names.en 'Landing': no country stands in it, so it keeps nothing out",
    ];
    assert_eq!(found, expected);
}

#[test]
fn words_without_an_edition_and_tenures_that_overlap_are_faults() {
    let fault = |toml: &str| Lexicon::parse(toml).expect_err("a fault").to_string();
    let country = "[[country]]\nid = 'a'\nname = 'A'\n";
    let bare = fault(&format!("{country}names = ['A']"));
    assert!(bare.contains("line 4") && bare.contains("a map"), "{bare}");
    let unknown = fault(&format!("{country}names.fr = ['A']"));
    assert!(unknown.contains("line 4") && unknown.contains("fr"), "{unknown}");
    let office =
        "[[person]]\nid = 'p'\nname = 'P'\n[[person]]\nid = 'q'\nname = 'Q'\n[[office]]\nid = 'o'\ncountry = 'a'\n";
    let both = "holder = [{ person = 'p', from = '2020-01-01', to = '2021-01-02', source = 's' },
        { person = 'q', from = '2021-01-01', source = 's' }]";
    let overlap = fault(&format!("{country}{office}{both}"));
    assert!(overlap.contains("'o': 'p' still holds it when 'q' begins on 2021-01-01"), "{overlap}");
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
