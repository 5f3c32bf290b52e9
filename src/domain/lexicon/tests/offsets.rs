use proptest::prelude::*;

use super::*;
use crate::domain::text::normalise;

/// Letters, marks, blanks and invisible characters of all six languages around a mention.
const AROUND: &str = "[a-z .,é습이는的を\u{a0}\u{200b}\u{3000}’«»《》\n]{0,12}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// What a mention's offsets cut out of the stored text is, normalised, the alias it was found by.
    #[test]
    fn what_is_cut_out_is_the_alias(
        pieces in proptest::collection::vec((AROUND, any::<prop::sample::Index>()), 1..6),
        edition in prop::sample::select(Edition::ALL.to_vec()),
    ) {
        let lexicon = Lexicon::parse(DEFAULT).expect("the built-in lexicon");
        let own: Vec<&Alias> = lexicon.aliases().iter().filter(|alias| alias.edition == edition).collect();
        // As pages write them: with a blank that does not break, in full width, with a mark that is not seen.
        let body: String = pieces
            .iter()
            .map(|(around, which)| format!("{around} {}", own[which.index(own.len())].text.replace(' ', "\u{a0}\u{200b}")))
            .collect();
        let text = Text { edition, title: &body, body: &body };
        for mention in count(&lexicon, Some("2024-09-10".parse().expect("a day")), &text) {
            let cut = normalise(&body[mention.range()], edition);
            let alias = &lexicon.alias(mention.alias).text;
            let same = if mention.form == Form::Name {
                cut.as_str().eq_ignore_ascii_case(alias)
            } else {
                // Offices of one holder are cut out together.
                cut.as_str().starts_with(alias.as_str())
            };
            prop_assert!(same, "{:?} for {alias:?}", cut.as_str());
        }
    }
}
