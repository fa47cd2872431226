//! Contributing to a draw (随机抽取): everything a custodian's machine checks before its share touches anything.
//!
//! Invariant: a custodian answers one request as it stands in the log, over the pool frozen for it and the tree head
//! right after it; the value it gives belongs to that draw alone and says nothing of any bid.

use super::check::signed_certificate;
use super::custodian::share_of;
use super::fault::Fault;
use super::proven::{Proven, Witnessed};
use crate::message;
use facts::body::draw::{DrawAnswered, DrawPinned, DrawRequested, PoolFrozen};
use facts::id::DrawId;
use facts::{Canonical, Hex, Seen, Stream, TenderId};
use rand_core::{CryptoRng, RngCore};
use seal::CustodianSeed;
use seal::draw::{Draw, pool_hash};

/// What a custodian is asked.
#[derive(Debug, Clone, Copy)]
pub struct DrawQuestion<'a> {
    /// The tender.
    pub tender: &'a TenderId,
    /// The draw.
    pub draw: &'a DrawId,
    /// The public facts of the draw, proven.
    pub facts: &'a [Proven],
    /// The ceremony that made the draw key.
    pub ceremony: &'a Witnessed,
    /// Its slot.
    pub slot: u16,
}

/// Why a custodian does not contribute.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WontDraw {
    /// A fact is missing, or there twice.
    #[error("the draw has {found} facts {kind} where there must be one")]
    NotOne {
        /// The kind.
        kind: facts::Kind,
        /// How many there are.
        found: usize,
    },
    /// The pool is not what its hash says, or not in order.
    #[error("the frozen pool is not in ascending order, or is not what its hash says")]
    Pool,
    /// The rules are not those of the request.
    #[error("the hash of the eligibility rules is not that of the request")]
    Rules,
    /// The head pinned is not the one right after the frozen pool.
    #[error("the head pinned is not that of the log right after the frozen pool")]
    Head,
    /// The pool was frozen for another key.
    #[error("the draw is for key {0}, of which this is no share")]
    ForeignKey(Hex<32>),
    /// These keys are not in the roster.
    #[error("these keys are not in the roster of the ceremony")]
    NotMember,
    /// The ceremony does not stand.
    #[error(transparent)]
    Fault(#[from] Fault),
}

fn one<B: facts::Body>(question: &DrawQuestion<'_>) -> Result<(u64, B), WontDraw> {
    let stream = Stream::Evaluation(question.tender.clone());
    let mut found: Vec<(u64, B)> = question
        .facts
        .iter()
        .filter(|fact| {
            let named = fact
                .body()
                .members()
                .get("draw")
                .and_then(serde_json::Value::as_str);
            named == Some(question.draw.as_str())
        })
        .filter_map(|fact| Some((fact.record().seq, fact.of::<B>(&stream)?)))
        .collect();
    let count = found.len();
    match (found.pop(), count) {
        (Some(only), 1) => Ok(only),
        _ => Err(WontDraw::NotOne {
            kind: B::KIND,
            found: count,
        }),
    }
}

/// The draw as everybody hashes it, after all its facts were checked against each other, with the head it names:
/// whether that head is the log's is for the caller to prove.
pub fn draw_of(question: &DrawQuestion<'_>) -> Result<(Draw, Hex<32>, Seen), WontDraw> {
    let (asked, requested) = one::<DrawRequested>(question)?;
    let (at, frozen) = one::<PoolFrozen>(question)?;
    let (_, pinned) = one::<DrawPinned>(question)?;
    let ids: Vec<&[u8]> = frozen.ids.iter().map(|id| id.bytes().as_slice()).collect();
    if !ids.is_sorted_by(|one, next| one < next) || pool_hash(&ids) != frozen.pool.0 {
        return Err(WontDraw::Pool);
    }
    let subject = Canonical::of(&requested.subject).map_err(|_| WontDraw::Rules)?;
    if message::eligibility(&subject.to_bytes(), &frozen.filters) != frozen.rules.0 {
        return Err(WontDraw::Rules);
    }
    if asked >= at || Some(pinned.size) != at.checked_add(1) {
        return Err(WontDraw::Head);
    }
    let draw = Draw {
        tender: question.tender.to_string(),
        id: question.draw.to_string(),
        wanted: frozen.wanted,
        pool: frozen.pool.0,
        rules: frozen.rules.0,
        checkpoint: pinned.root.0,
    };
    let head = Seen {
        root: pinned.root,
        size: pinned.size,
    };
    Ok((draw, frozen.key_id, head))
}

/// Checks everything, then contributes: the body that the custodian signs, and the head that must be proven to be
/// the log's before it is sent.
pub fn contribute(
    seed: &CustodianSeed,
    question: &DrawQuestion<'_>,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<(DrawAnswered, Seen), WontDraw> {
    let (draw, key_id, head) = draw_of(question)?;
    let certificate = signed_certificate(question.ceremony.view(), question.slot)?;
    let index = certificate.roster().index_of(seed).ok_or(WontDraw::NotMember)?;
    if key_id.0 != certificate.key_id() {
        return Err(WontDraw::ForeignKey(key_id));
    }
    let share = share_of(seed, question.ceremony, question.slot)?;
    let part = draw.contribute(certificate.y(), index, &share, rng);
    let body = DrawAnswered {
        draw: question.draw.clone(),
        index,
        part: Hex(part.to_bytes()),
        tender: question.tender.clone(),
    };
    Ok((body, head))
}
