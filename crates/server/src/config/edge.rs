//! The edges of a server in its configuration: TLS, rates, what is kept of uploads.
//!
//! Invariant: what is not configured has a value that suits a public platform; nothing here can be set to zero.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// TLS by the server itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM file of the certificate chain, the server's own first.
    pub certificate: PathBuf,
    /// PEM file of its private key, readable by the server alone.
    pub key: PathBuf,
}

/// A rate: so many at once, and then so many a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// At once, after a quiet while.
    pub burst: NonZeroU32,
    /// Every second from then on.
    pub per_second: NonZeroU32,
}

impl Rate {
    const fn of(burst: u32, per_second: u32) -> Self {
        Self {
            burst: at_least_one(burst),
            per_second: at_least_one(per_second),
        }
    }
}

const fn at_least_one(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

/// How often the same address, account or key may come. Many people of one office share an address, so the rates of
/// addresses are generous.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RatesConfig {
    /// Acts of one address: each costs the check of a signature.
    pub acts: Rate,
    /// Acts of one key, counted when the signature was found good.
    pub acts_of_key: Rate,
    /// Whether rates are limited at all.
    pub limited: bool,
    /// Addresses of proxies in front of the server: of their requests the address counts that the last of them put
    /// into `X-Forwarded-For`.
    pub proxies: Vec<IpAddr>,
    /// Requests of one address that only read.
    pub reads: Rate,
    /// Challenges and sign-ins of one address.
    pub sign_ins: Rate,
    /// Uploads begun by one account.
    pub uploads: Rate,
    /// All other requests of one address, parts of uploads among them.
    pub writes: Rate,
}

impl Default for RatesConfig {
    fn default() -> Self {
        Self {
            acts: Rate::of(2_000, 200),
            acts_of_key: Rate::of(300, 20),
            limited: true,
            proxies: Vec::new(),
            reads: Rate::of(5_000, 1_000),
            sign_ins: Rate::of(300, 10),
            uploads: Rate::of(200, 2),
            writes: Rate::of(2_000, 400),
        }
    }
}

/// How much of uploads is kept, and how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UploadsConfig {
    /// Bytes that the unfinished uploads of one account may announce together.
    pub unfinished_bytes: u64,
    /// An unfinished upload on which nothing arrives for so many seconds is removed.
    pub unfinished_seconds: u64,
    /// Unfinished uploads of one account.
    pub unfinished_uploads: usize,
    /// Bytes of one account's finished uploads that no fact names yet, together.
    pub unreferenced_bytes: u64,
    /// A finished upload that no fact names after so many seconds is removed.
    pub unreferenced_seconds: u64,
    /// Finished uploads of one account that no fact names yet.
    pub unreferenced_uploads: usize,
}

impl Default for UploadsConfig {
    fn default() -> Self {
        const DAY: u64 = 24 * 60 * 60;
        Self {
            unfinished_bytes: 64 << 30,
            unfinished_seconds: 7 * DAY,
            unfinished_uploads: 64,
            unreferenced_bytes: 256 << 30,
            unreferenced_seconds: 60 * DAY,
            unreferenced_uploads: 4_096,
        }
    }
}

impl UploadsConfig {
    /// How long an unfinished upload waits for more.
    #[must_use]
    pub const fn unfinished(&self) -> Duration {
        Duration::from_secs(self.unfinished_seconds)
    }

    /// How long a finished upload waits to be named.
    #[must_use]
    pub const fn unreferenced(&self) -> Duration {
        Duration::from_secs(self.unreferenced_seconds)
    }
}
