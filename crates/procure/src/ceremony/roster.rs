//! Who may hold the shares of a ceremony, and how many of them it takes: numbers as data, one rule a line.

use super::refusals as no;
use facts::body::ceremony::{CeremonyCalled, Member, Purpose};
use facts::{AccountId, Hex, Refusal};
use std::collections::BTreeSet;

/// Fewest members. With two, one absent custodian or one quarrel decides over the opening; three is the
/// smallest roster in which a majority can open without everybody.
pub const MIN_MEMBERS: usize = 3;
/// Most members: each sends every other a share of every key.
pub const MAX_MEMBERS: usize = 16;
/// Members of a ceremony unless somebody says otherwise.
pub const DEFAULT_MEMBERS: u16 = 5;
/// Threshold of a ceremony unless somebody says otherwise.
pub const DEFAULT_THRESHOLD: u16 = 3;
/// Most keys that one ceremony makes.
pub const MAX_KEYS: u16 = 512;
/// Most shares that one member seals in round 2: the message stays below the 4 MiB of an act.
pub const MAX_SHARES: usize = 4_096;

/// A custodian's keys as the log has them enrolled and not revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The account.
    pub account: AccountId,
    /// The static point.
    pub point: Hex<32>,
    /// The signing key.
    pub signer: Hex<32>,
}

/// Refuses a roster that is not one: too small, without majority, with gaps, with a person twice,
/// or with keys that nobody enrolled.
pub(super) fn check(called: &CeremonyCalled, known: &[Enrolled]) -> Result<(), Refusal> {
    let members = &called.members;
    if !(MIN_MEMBERS..=MAX_MEMBERS).contains(&members.len()) {
        return Err(no::members(members.len()));
    }
    let threshold = usize::from(called.k);
    if threshold > members.len() || threshold.saturating_mul(2) <= members.len() {
        return Err(no::threshold(called.k, members.len()));
    }
    if !(1..=MAX_KEYS).contains(&called.keys) {
        return Err(no::keys(called.keys));
    }
    if matches!(called.purpose, Purpose::Tender { .. }) && called.keys != 1 {
        return Err(no::one_key(called.keys));
    }
    let shares = usize::from(called.keys).saturating_mul(members.len().saturating_sub(1));
    if shares > MAX_SHARES {
        return Err(no::too_many(called.keys, members.len()));
    }
    if let Some((at, member)) = (1_u16..).zip(members).find(|(at, member)| member.index != *at) {
        return Err(no::indices(at, member.index));
    }
    distinct(
        members,
        |member| member.account.as_str().to_owned(),
        "account",
        "账户",
    )?;
    distinct(
        members,
        |member| member.point.to_string(),
        "static point",
        "静态公钥",
    )?;
    distinct(
        members,
        |member| member.signer.to_string(),
        "signing key",
        "签名公钥",
    )?;
    let stranger = members
        .iter()
        .find(|member| !known.iter().any(|enrolled| fits(member, enrolled)));
    stranger.map_or(Ok(()), |member| Err(no::not_enrolled(&member.account)))
}

fn fits(member: &Member, enrolled: &Enrolled) -> bool {
    member.account == enrolled.account && member.point == enrolled.point && member.signer == enrolled.signer
}

fn distinct(
    members: &[Member],
    of: impl Fn(&Member) -> String,
    what: &'static str,
    what_zh: &'static str,
) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    let twice = members.iter().find(|member| !seen.insert(of(member)));
    twice.map_or(Ok(()), |member| Err(no::twice(member.index, what, what_zh)))
}
