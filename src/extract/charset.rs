//! Bytes to text: what a byte-order mark says goes before the page's own word, that before the header's, and all
//! before a guess; a page that declares one charset and is written in another is the rule, not the exception.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_KR, Encoding, UTF_8};

/// A page as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The encoding it was read in.
    pub encoding: &'static str,
    /// Whether more than one character in a hundred could not be read.
    pub garbled: bool,
}

/// How far into a page its own declaration may stand.
const META_REACH: usize = 2048;

/// Decodes a page. `header` is the charset of the `Content-Type`, if it named one.
pub fn decode(bytes: &[u8], header: Option<&str>) -> Decoded {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return read(&bytes[length..], encoding);
    }
    let declared = meta(bytes).or_else(|| header.and_then(label));
    match declared {
        // UTF-8 proves itself: what is valid in it and has more than ASCII is it, whatever the page declares.
        Some(encoding) if encoding != UTF_8 && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() => {
            read(bytes, UTF_8)
        }
        Some(encoding) => {
            let decoded = read(bytes, encoding);
            // What is not written as declared is in another encoding of the region, or broken. The Western ones read
            // any bytes at all: to take them would make letters of noise.
            let other = decoded.garbled.then(|| guess(bytes)).filter(|other| !other.is_single_byte());
            other.map(|other| read(bytes, other)).filter(|other| !other.garbled).unwrap_or(decoded)
        }
        None => read(bytes, guess(bytes)),
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(Some(b"kp"), Utf8Detection::Allow)
}

fn read(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let lost = text.matches('\u{fffd}').count();
    let garbled = lost * 100 > text.chars().count();
    Decoded { text: text.into_owned(), encoding: encoding.name(), garbled }
}

/// `utf8`, `ks_c_5601-1987`, `cp949`, as they are written.
fn label(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().trim_matches(['"', '\'']);
    if name.eq_ignore_ascii_case("cp949") || name.eq_ignore_ascii_case("ms949") || name.eq_ignore_ascii_case("uhc") {
        // The web's euc-kr is code page 949.
        return Some(EUC_KR);
    }
    Encoding::for_label(name.as_bytes())
}

/// What `<meta charset=…>` or `<?xml encoding=…?>` says.
fn meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(META_REACH)]).to_ascii_lowercase();
    for key in ["charset=", "encoding="] {
        if let Some(at) = head.find(key) {
            let value = head[at + key.len()..].trim_start_matches(['"', '\'', ' ']);
            let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c))).unwrap_or(value.len());
            if let Some(encoding) = label(&value[..end]) {
                return Some(encoding);
            }
        }
    }
    None
}

/// The charset a `Content-Type` names.
pub fn of_content_type(content_type: &str) -> Option<&str> {
    let at = content_type.to_ascii_lowercase().find("charset=")?;
    content_type[at + 8..].split([';', ',', ' ']).next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_belief() {
        let korean = "<p>조선중앙통신 시험문장이다.</p>";
        let (euc, _, _) = EUC_KR.encode(korean);
        assert_eq!(decode(&euc, Some("euc-kr")).text, korean);
        assert_eq!(decode(&euc, Some("CP949")).text, korean);
        assert_eq!(decode(&euc, None).text, korean);
        assert_eq!(decode(korean.as_bytes(), Some("EUC-KR")).text, korean, "UTF-8 proves itself");
        assert_eq!(decode(korean.as_bytes(), Some("utf8")).text, korean);
        let meta = format!("<meta charset=utf-8>{korean}");
        assert_eq!(decode(meta.as_bytes(), Some("euc-kr")).text, meta);
        let bom = [b"\xef\xbb\xbf", korean.as_bytes()].concat();
        assert_eq!(decode(&bom, Some("euc-kr")).text, korean);
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(korean.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&wide, None).text, korean);
    }

    #[test]
    fn what_cannot_be_read_is_said_to_be_garbled() {
        let noise: Vec<u8> = b"<meta charset=utf-8>"
            .iter()
            .copied()
            .chain((0..4000).map(|i| if i % 2 == 0 { 0xff } else { 0x81 }))
            .collect();
        assert!(decode(&noise, Some("utf-8")).garbled);
        assert!(!decode(b"plain", None).garbled);
        assert_eq!(of_content_type("text/html; Charset=utf-8"), Some("utf-8"));
        assert_eq!(of_content_type("text/html"), None);
    }
}
