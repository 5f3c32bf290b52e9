//! Which addresses may be connected to: public ones alone, checked on what a name resolves to, at the moment of
//! connecting. A check before that would leave time for the name to resolve to something else.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// The name resolves to nothing that may be connected to.
#[derive(Debug)]
pub struct NotPublic(pub String);

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a public address; nothing is fetched from there", self.0)
    }
}

impl std::error::Error for NotPublic {}

/// Our own resolver does not answer: that says nothing about the source.
#[derive(Debug)]
pub struct NoResolver(String);

impl fmt::Display for NoResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "names cannot be resolved: {}", self.0)
    }
}

impl std::error::Error for NoResolver {}

/// Resolves by the system and lets only public addresses through.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Private addresses too: for tests and the demonstration.
    pub allow_private: bool,
    /// The host of the configured proxy, which may be anywhere.
    pub proxy: Option<String>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let open = self.allow_private || self.proxy.as_deref() == Some(name.as_str());
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|error| {
                let text = error.to_string();
                // "Temporary failure": no resolver was reached. A name that does not exist is the source's affair.
                let ours = text.contains("emporary failure") || text.contains("ry again");
                if ours {
                    Box::new(NoResolver(text)) as Box<dyn std::error::Error + Send + Sync>
                } else {
                    Box::new(error)
                }
            })?;
            let all: Vec<SocketAddr> = found.collect();
            let good: Vec<SocketAddr> = all.iter().copied().filter(|a| open || is_public(a.ip())).collect();
            if good.is_empty() {
                let told = all.first().map_or_else(|| name.clone(), |a| format!("{name} ({})", a.ip()));
                return Err(Box::new(NotPublic(told)) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0                                   // this network
        || a == 10
        || a == 127
        || (a == 100 && b & 0xc0 == 64)        // carriers' own
        || (a == 169 && b == 254)              // link-local, cloud metadata
        || (a == 172 && b & 0xf0 == 16)
        || (a == 192 && b == 168)
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)    // relays of 6to4
        || (a == 198 && b & 0xfe == 18)        // benchmarks
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || a >= 224) // multicast, reserved, broadcast
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let embedded = |high: u16, low: u16| is_public_v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match address.segments() {
        // Addresses that hold an old one: what counts is that.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => embedded(high, low),
        // Global unicast is 2000::/3; what is outside of it is nobody's or somebody's own.
        [first, second, ..] => {
            first & 0xe000 == 0x2000
                && !(first == 0x2001 && second < 0x0200) // Teredo, benchmarks, ORCHID
                && !(first == 0x2001 && second == 0x0db8) // documentation
                && !(first == 0x3fff && second < 0x1000)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        for bad in [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::10.0.0.1",
        ] {
            assert!(!is_public(bad.parse().expect("an address")), "{bad}");
        }
        for good in [
            "175.45.176.71",
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1",
            "::ffff:1.1.1.1",
            "2002:101:101::",
        ] {
            assert!(is_public(good.parse().expect("an address")), "{good}");
        }
    }
}
