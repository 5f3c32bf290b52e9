use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::domain::text::normalise;

/// Letters, marks, blanks and invisible characters of all six languages around a mention.
const AROUND: &str = "[a-z .,é습이는的を\u{a0}\u{200b}\u{3000}’«»《》\n]{0,12}";

/// What a mention's offsets cut out of the stored text is, normalised, the alias it was found by.
#[test]
fn what_is_cut_out_is_the_alias() {
    let lexicon = Lexicon::parse(DEFAULT).expect("the built-in lexicon");
    let day = "2024-09-10".parse().expect("a day");
    let pieces = proptest::collection::vec((AROUND, any::<prop::sample::Index>()), 1..6);
    let editions = prop::sample::select(Edition::ALL.to_vec());
    let law = |(pieces, edition): (Vec<(String, prop::sample::Index)>, Edition)| {
        let own: Vec<&Alias> = lexicon.aliases().iter().filter(|alias| alias.edition == edition).collect();
        // As pages write them: with a blank that does not break, and a mark that is not seen.
        let written = |which: &prop::sample::Index| own[which.index(own.len())].text.replace(' ', "\u{a0}\u{200b}");
        let body: Vec<String> = pieces.iter().map(|(around, which)| format!("{around} {}", written(which))).collect();
        let body = body.concat();
        for mention in count(&lexicon, Some(day), &Text { edition, title: &body, body: &body }) {
            let cut = normalise(&body[mention.range()], edition);
            let alias = &lexicon.alias(mention.alias).text;
            let cut = cut.as_str();
            let begins = |text: &str, word: &str| text.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word));
            let same = if mention.form == Form::Name {
                // Below a full name its surname may stand alone.
                let surname = alias.strip_prefix(cut).is_some_and(|rest| rest.starts_with(' '))
                    || alias.strip_suffix(cut).is_some_and(|rest| rest.ends_with(' '));
                cut.eq_ignore_ascii_case(alias) || surname
            } else {
                // Offices of one holder are cut out together; of a noun that several share, what is this one's alone.
                begins(cut, alias) || normalise(&body, edition).as_str().to_lowercase().contains(&alias.to_lowercase())
            };
            prop_assert!(same, "{cut:?} for {alias:?}");
        }
        Ok(())
    };
    TestRunner::new(Config::with_cases(256)).run(&(pieces, editions), law).expect("the law holds");
}
