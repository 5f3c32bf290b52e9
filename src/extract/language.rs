//! Whether a text is in an edition's language: by its letters, and for the two Latin editions by their commonest
//! words. A check against answers in another language, no recogniser: in doubt it lets through.

use crate::domain::stream::Edition;

/// Fewer letters say nothing.
const ENOUGH: usize = 40;

/// Whether a text may be in the language of an edition.
pub fn may_be(text: &str, edition: Edition) -> bool {
    let (mut latin, mut cyrillic, mut hangul, mut han, mut kana) = (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for c in text.chars().take(4000) {
        match c {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => latin += 1,
            '\u{400}'..='\u{4ff}' => cyrillic += 1,
            '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}' => hangul += 1,
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{4e00}'..='\u{9fff}' => han += 1,
            _ => {}
        }
    }
    let all = latin + cyrillic + hangul + han + kana;
    if all < ENOUGH {
        return true;
    }
    let most = |part: usize| part * 2 > all;
    match edition {
        Edition::Ko => most(hangul),
        Edition::Ru => most(cyrillic),
        Edition::Ja => most(kana + han) && kana * 20 > all,
        Edition::Zh => most(han) && kana * 20 <= all,
        Edition::En => most(latin) && !is_spanish(text),
        Edition::Es => most(latin) && !is_english(text),
    }
}

fn words(text: &str, listed: &[&str]) -> usize {
    text.split(|c: char| !c.is_alphabetic()).take(800).filter(|w| listed.contains(&w.to_lowercase().as_str())).count()
}

const ENGLISH: [&str; 6] = ["the", "of", "and", "was", "to", "which"];
const SPANISH: [&str; 7] = ["el", "la", "los", "de", "del", "que", "y"];

fn is_spanish(text: &str) -> bool {
    words(text, &SPANISH) > 5 + 3 * words(text, &ENGLISH)
}

fn is_english(text: &str) -> bool {
    words(text, &ENGLISH) > 5 + 3 * words(text, &SPANISH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_edition_knows_its_own() {
        let samples = [
            (
                Edition::En,
                "The sample delegation of the ministry visited the farm and was told of the machines which went to the fields of the county.",
            ),
            (
                Edition::Es,
                "La delegacion de muestra del ministerio visito la granja y los campos de la comarca, de que hablo el director de la fabrica del lugar.",
            ),
            (
                Edition::Ko,
                "시험대표단이 어제 농장을 방문하였다. 시험문장은 이렇게 여러개의 글자로 이루어져있으며 충분히 길어야 한다. 시험문장이다.",
            ),
            (
                Edition::Zh,
                "这是一个用来检验语言的示例句子,代表团昨天访问了农场,并参观了机器和田地,随后听取了有关情况的介绍,句子应当足够长才行。",
            ),
            (
                Edition::Ja,
                "これは言語を確かめるための見本の文章であり、代表団は昨日農場を訪問して機械と畑を見学した。文章は十分に長くなければならない。",
            ),
            (
                Edition::Ru,
                "Это образцовое предложение для проверки языка: делегация вчера посетила ферму и осмотрела машины и поля.",
            ),
        ];
        for (own, text) in samples {
            for edition in Edition::ALL {
                assert_eq!(may_be(text, edition), own == edition, "{own} as {edition}");
            }
        }
        assert!(may_be("Kim", Edition::Ko), "too little to tell");
    }
}
