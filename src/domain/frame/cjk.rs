//! Datelines of the editions that write place, month, day and agency as one word or one bracket.

use super::{Dateline, checked};
use crate::domain::stream::Edition;

/// How long a dateline may be, in bytes: a place, a date and the agency.
const REACH: usize = 120;

/// The dateline and where the text behind it begins.
pub(super) fn dateline(body: &str, edition: Edition) -> Option<(Dateline, usize)> {
    let text = body.trim_start();
    let before = body.len() - text.len();
    let reach = &text[..text.floor_char_boundary(text.len().min(REACH))];
    let (inside, length) = match edition {
        // (평양 9월 15일발 조선중앙통신)
        Edition::Ko => bracketed(reach, &['('], &[')'], "조선중앙통신")?,
        // 【平壌11月21日発朝鮮中央通信】
        Edition::Ja => bracketed(reach, &['【', '('], &['】', ')'], "朝鮮中央通信")?,
        // 朝中社平壤12月11日电
        _ => {
            let begins = reach.trim_start_matches(['(', '【']).strip_prefix("朝中社")?;
            let (inside, behind) = begins.split_once(['电', '電'])?;
            (inside, reach.len() - behind.trim_start_matches([')', '】']).len())
        }
    };
    let date = match edition {
        Edition::Ko => date(inside, '월', "일발"),
        Edition::Ja => date(inside, '月', "日発"),
        _ => date(inside, '月', "日"),
    }?;
    let behind = text[length..].trim_start_matches([' ', ':', '-', '–', '—', '、']);
    Some((date, before + text.len() - behind.len()))
}

/// What stands in the bracket that opens a text and ends with the agency's name; and the length of it all.
fn bracketed<'a>(text: &'a str, open: &[char], close: &[char], agency: &str) -> Option<(&'a str, usize)> {
    let inside = text.strip_prefix(open)?;
    let end = inside.find(close)?;
    let length = text.len() - inside.len() + end + inside[end..].chars().next().map_or(0, char::len_utf8);
    Some((inside[..end].trim_end().strip_suffix(agency)?.trim_end(), length))
}

/// "평양 9월 15일발": a place without marks of punctuation, then month and day to the end.
fn date(inside: &str, month_sign: char, day_sign: &str) -> Option<Dateline> {
    let (before, day) = inside.strip_suffix(day_sign)?.split_once(month_sign)?;
    let place = before.trim_end_matches(|c: char| c.is_ascii_digit());
    if place.trim().is_empty() || place.contains([',', '.', '。', '、', '《']) {
        return None;
    }
    checked(before[place.len()..].parse().ok()?, day.trim().parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::super::tests::inner;
    use super::*;

    #[test]
    fn korean_frames() {
        let ko = |body| inner(body, Edition::Ko);
        assert_eq!(ko("(평양 9월 15일발 조선중앙통신) 시험이다.(끝)"), ("시험이다.", Some((9, 15)), true));
        assert_eq!(ko("(모스크바 9월 10일발 조선중앙통신)시험이다. (끝)"), ("시험이다.", Some((9, 10)), true));
        assert_eq!(ko("(울란 바따르 12월 1일발 조선중앙통신) 시험이다."), ("시험이다.", Some((12, 1)), false));
    }

    #[test]
    fn chinese_frames() {
        let zh = |body| inner(body, Edition::Zh);
        assert_eq!(zh("朝中社平壤12月11日电 这是试验。(完)"), ("这是试验。", Some((12, 11)), true));
        assert_eq!(zh("(朝中社莫斯科9月10日电)这是试验。"), ("这是试验。", Some((9, 10)), false));
    }

    #[test]
    fn japanese_frames() {
        let ja = |body| inner(body, Edition::Ja);
        assert_eq!(
            ja("【平壌11月21日発朝鮮中央通信】これは試験である。---"),
            ("これは試験である。", Some((11, 21)), true)
        );
        assert_eq!(ja("【北京 9月2日発 朝鮮中央通信】試験。‐‐‐"), ("試験。", Some((9, 2)), true));
    }

    #[test]
    fn a_text_about_the_agency_is_no_dateline() {
        for (body, edition) in [
            ("(중국의 조선중앙통신)", Edition::Ko),
            ("(9월 15일발 조선중앙통신)", Edition::Ko),
            ("로씨야에서 9월 15일발 조선중앙통신", Edition::Ko),
            ("朝中社报道,中国12月11日来电。", Edition::Zh),
            ("朝中社平壤13月11日电 x", Edition::Zh),
            ("【中国】朝鮮中央通信", Edition::Ja),
            ("", Edition::Ja),
        ] {
            assert_eq!(dateline(body, edition), None, "{body}");
        }
    }
}
