//! Ids inside addresses: Rodong Sinmun's tokens, and what an address is keyed by.

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use crate::domain::day::Day;
use crate::domain::stamp::day_of_address;

/// The fields of the token behind an address's question mark: base64 of UTF-8, separated by `@`. Real links have
/// surplus `=`, blanks for `+`, and percent escapes.
pub fn fields(address: &str) -> Option<Vec<String>> {
    let token = address.split_once('?').map_or(address, |(_, token)| token);
    let token = token.split(['#', '&']).next().unwrap_or(token);
    let plain = percent_decoded(token).replace(' ', "+");
    let bare = plain.trim_end_matches('=');
    if bare.len() < 4 || bare.contains('=') {
        return None;
    }
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient).decode(bare).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.contains('@').then(|| text.split('@').map(str::to_owned).collect())
}

/// The token of fields.
pub fn token(fields: &[&str]) -> String {
    base64::engine::general_purpose::STANDARD.encode(fields.join("@"))
}

/// The id of the article an address of Rodong Sinmun leads to: `2026-02-19-003`, `2024-04-01-N025`,
/// `2022-10-18-0002`; `None` for lists, pictures and photo pages.
pub fn news_id(address: &str) -> Option<String> {
    if let Some((_, id)) = address.split_once("newsID=") {
        let id = id.split(['&', '#', '\'']).next().unwrap_or(id);
        return is_news_id(id).then(|| id.to_owned());
    }
    let fields = fields(address)?;
    let kind = fields.first().map(|kind| kind.trim_start_matches('0'));
    let id = fields.get(1)?;
    (matches!(kind, Some("12" | "8")) && is_news_id(id)).then(|| id.clone())
}

/// The category an article's token names.
pub fn category(address: &str) -> Option<String> {
    fields(address)?.get(2).cloned()
}

fn is_news_id(id: &str) -> bool {
    let Some((day, number)) = id.split_at_checked(10) else { return false };
    let number = number.strip_prefix('-').unwrap_or("");
    let digits = number.strip_prefix(['N', 'H']).unwrap_or(number);
    day.parse::<Day>().is_ok() && (3..=5).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// The day an address states, be it inside a token.
pub fn day(address: &str) -> Option<Day> {
    match news_id(address) {
        Some(id) => id.get(..10).and_then(|day| day.parse().ok()),
        None => day_of_address(address),
    }
}

/// `%3D` as `=`; what is no escape stays.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()))
            .flatten();
        plain.push(escape.unwrap_or(bytes[at]));
        at += if escape.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "http://www.rodong.rep.kp/en/index.php?";

    #[test]
    fn real_tokens() {
        let of = |token: &str| fields(&format!("{BASE}{token}")).map(|f| f.join("@"));
        assert_eq!(of("MkBAMkAxQA==").as_deref(), Some("2@@2@1@"));
        assert_eq!(of("MUBAMUAxQEAwQA==").as_deref(), Some("1@@1@1@@0@"));
        assert_eq!(of("MTJAMjAyNi0wMi0xOS0wMDNAMUAxQEAwQDhA==").as_deref(), Some("12@2026-02-19-003@1@1@@0@8@"));
        assert_eq!(of("MTlAQDE5QEDspJHqta1AMQ%3D%3D").as_deref(), Some("19@@19@@중국@1"));
        assert_eq!((of(""), of("strPageID=SF01"), of("====")), (None, None, None));
    }

    #[test]
    fn one_article_under_many_addresses() {
        for fields in [
            ["12", "2026-02-19-003", "1", "1", "", "0", "8", ""],
            ["12", "2026-02-19-003", "4", "2", "", "0", "1", ""],
            ["8", "2026-02-19-003", "19", "", "중국", "3", "", ""],
        ] {
            assert_eq!(news_id(&format!("{BASE}{}==", token(&fields))).as_deref(), Some("2026-02-19-003"));
        }
        assert_eq!(
            news_id(&format!("{BASE}strPageID=SF01_02_01&newsID=2022-10-18-0002")).as_deref(),
            Some("2022-10-18-0002")
        );
        assert_eq!(news_id(&format!("{BASE}strPageID=SF01_02_02&newsID=2022-10-18-0002_photo")), None);
        assert_eq!(
            news_id(&format!("{BASE}{}", token(&["12", "2024-04-01-N025", "1"]))).as_deref(),
            Some("2024-04-01-N025")
        );
        assert_eq!(news_id(&format!("{BASE}{}", token(&["10", "2024-04-01-N025", "1"]))), None);
        let address = format!("{BASE}{}", token(&["12", "2024-04-01-N025", "1"]));
        assert_eq!(day(&address).map(|d| d.to_string()).as_deref(), Some("2024-04-01"));
    }
}
