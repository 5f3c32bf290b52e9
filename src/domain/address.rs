//! Addresses as keys: the same page under `http://www.kcna.kp:80/…` and `https://kcna.kp/…` is one address.

use sha2::{Digest, Sha256};

use super::day::Day;
use super::stream::Stream;

/// What is left of a URL when two spellings of one address are to be equal: no scheme, no `www.`, no default
/// port, host in lower case, no trailing slash. The fragment stays: on the pages of 1997 to 2008 it is all that
/// tells one story of a day from another. Path and query keep their case (Rodong's tokens are base64).
pub fn canonical(url: &str) -> String {
    let url = url.trim();
    let rest = url
        .split_once("://")
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        .map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let host = host.strip_suffix(":80").or_else(|| host.strip_suffix(":443")).unwrap_or(host);
    format!("{host}{}", path.strip_suffix('/').unwrap_or(path))
}

/// The key of an address within a stream: 63 bits of a SHA-256, never 0.
pub fn address_key(stream: &Stream, url: &str) -> i64 {
    key(&["address", stream.outlet.as_str(), stream.edition.as_str(), &canonical(url)])
}

/// The key of a title on a day within a stream; titles are compared normalised.
pub fn title_key(stream: &Stream, day: Option<Day>, normalised_title: &str) -> i64 {
    let day = day.map_or_else(String::new, |day| day.epoch_days().to_string());
    key(&["title", stream.outlet.as_str(), stream.edition.as_str(), &day, normalised_title.trim()])
}

fn key(parts: &[&str]) -> i64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    (i64::from_be_bytes(first) & i64::MAX).max(1)
}

/// The hash that names a text: SHA-256 of the title, a line feed and the body as they are stored. For an item
/// without a body its kind and address take the body's place, since the title alone does not tell two such items
/// apart.
pub fn text_hash(title: &str, body_or_address: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(title.as_bytes());
    hash.update(b"\n");
    hash.update(body_or_address.as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address() {
        for url in ["http://www.kcna.kp/en/x", "https://kcna.kp/en/x/", " HTTP://WWW.KCNA.KP:80/en/x", "kcna.kp/en/x"] {
            assert_eq!(canonical(url), "kcna.kp/en/x", "{url}");
        }
        assert_ne!(canonical("http://a/x#1"), canonical("http://a/x#2"));
        assert_ne!(canonical("http://a/?AbC="), canonical("http://a/?abc="));
    }

    #[test]
    fn keys_keep_streams_and_days_apart() {
        let stream = |edition: &str| Stream {
            outlet: "kcna".parse().expect("a name"),
            edition: edition.parse().expect("an edition"),
        };
        assert_ne!(address_key(&stream("en"), "http://a/x"), address_key(&stream("es"), "http://a/x"));
        let day = Day::new(2024, 8, 1);
        assert_ne!(title_key(&stream("en"), day, "T"), title_key(&stream("en"), None, "T"));
        assert_eq!(title_key(&stream("en"), day, "T "), title_key(&stream("en"), day, "T"));
    }
}
