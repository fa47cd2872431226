//! Notices to persons in the configuration: whether webhooks are sent, and where to.
//!
//! Invariant: without a word of the operator no request goes to an address that is not public.

use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv6Addr};

/// How notices leave the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NoticesConfig {
    /// Discreet notices leave for receivers only at instants that lie so many seconds apart: whoever sees a message go
    /// does not learn which fact of the public log it follows. At least 1.
    pub discreet_seconds: u32,
    /// Seconds between two rounds of webhooks, and before a failed one is tried again; each further failure doubles it,
    /// up to an hour.
    pub every_seconds: u32,
    /// Networks that webhooks may reach although they are not public, e.g. `10.1.0.0/16`; with `127.0.0.0/8` in it a
    /// webhook on this machine may be spoken to in clear.
    pub networks: Vec<String>,
    /// Whether people may have webhooks.
    pub webhooks: bool,
}

impl Default for NoticesConfig {
    fn default() -> Self {
        Self {
            discreet_seconds: 900,
            every_seconds: 5,
            networks: Vec::new(),
            webhooks: true,
        }
    }
}

/// A block of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: u128,
    bits: u32,
    is_v4: bool,
}

fn number(address: IpAddr) -> (u128, bool) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, true),
        IpAddr::V6(v6) => (v6.to_bits(), false),
    }
}

/// The bits of a number that a prefix of this length keeps.
fn kept(number: u128, bits: u32) -> u128 {
    number.checked_shr(128_u32.saturating_sub(bits)).unwrap_or(0)
}

impl Network {
    /// Reads `address/bits`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let (first, is_v4) = number(address.parse().ok()?);
        let bits = bits.parse().ok()?;
        (bits <= if is_v4 { 32 } else { 128 }).then_some(Self { first, bits, is_v4 })
    }

    /// Whether an address lies in it.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> bool {
        let (number, is_v4) = number(plain(address));
        is_v4 == self.is_v4 && kept(number, self.bits) == kept(self.first, self.bits)
    }
}

/// An IPv4 address written as one of IPv6 is that IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Whether an address is reached over the public internet, by the registries of special addresses (RFC 6890).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    const SPECIAL: [&str; 14] = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    ];
    // Of IPv6 only global unicast, without protocol assignments, documentation and tunnels that hold an IPv4 address.
    const TUNNELS: [&str; 4] = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];
    let lies_in = |blocks: &[&str]| {
        blocks
            .iter()
            .filter_map(|block| Network::parse(block))
            .any(|block| block.has(address))
    };
    match plain(address) {
        IpAddr::V4(_) => !lies_in(&SPECIAL),
        IpAddr::V6(v6) => is_global(v6) && !lies_in(&TUNNELS),
    }
}

const fn is_global(v6: Ipv6Addr) -> bool {
    v6.segments()[0] >> 13 == 1
}

impl NoticesConfig {
    /// What is wrong with it, if anything is.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        if self.every_seconds == 0 {
            return Some("notices.every_seconds is at least 1");
        }
        if self.discreet_seconds == 0 {
            return Some("notices.discreet_seconds is at least 1");
        }
        if self
            .networks
            .iter()
            .any(|network| Network::parse(network).is_none())
        {
            return Some("notices.networks are written as address/bits, e.g. 10.1.0.0/16");
        }
        None
    }

    /// The networks that the operator allows.
    #[must_use]
    pub fn allowed(&self) -> Vec<Network> {
        self.networks
            .iter()
            .filter_map(|network| Network::parse(network))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "172.15.0.1",
            "172.32.0.1",
            "223.5.5.5",
            "2400:3200::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
            "100::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn networks_are_blocks_of_addresses() {
        let network = Network::parse("10.1.0.0/16").unwrap();
        assert!(
            network.has("10.1.255.255".parse().unwrap()) && network.has("::ffff:10.1.0.1".parse().unwrap())
        );
        assert!(!network.has("10.2.0.0".parse().unwrap()) && !network.has("::a01:0".parse().unwrap()));
        assert!(Network::parse("::1/128").unwrap().has("::1".parse().unwrap()));
        assert!(
            Network::parse("0.0.0.0/0")
                .unwrap()
                .has("9.9.9.9".parse().unwrap())
        );
        for wrong in ["10.0.0.0", "10.0.0.0/33", "x/8", "10.0.0.0/-1", "::/129"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
        let faulty = NoticesConfig {
            networks: vec!["here".to_owned()],
            ..NoticesConfig::default()
        };
        assert!(faulty.fault().is_some() && NoticesConfig::default().fault().is_none());
    }
}
