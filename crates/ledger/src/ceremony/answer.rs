//! Giving shares (部分解密): everything a custodian's machine verifies before it multiplies anything.
//!
//! Invariant: [`answer`] first checks the whole settled list and only then touches the share, so a custodian is an
//! oracle for nobody: one bad envelope, and nothing is answered. What is checked is what stands in the log, proven;
//! the platform's statements are not.

use super::check::signed_certificate;
use super::custodian::share_of;
use super::opening::Opening;
use super::proven::{Proven, Witnessed};
use super::wont_answer::WontAnswer;
use facts::body::bid::{BidSubmitted, BidWithdrawn, Envelope};
use facts::body::opening::{BidUnlocked, Listed, ShareGiven};
use facts::id::StageId;
use facts::{BidId, Hex, Instant, TenderId};
use rand_core::{CryptoRng, RngCore};
use seal::dkg::Certificate;
use seal::label::NO_LOCK;
use seal::{
    CustodianSeed, Header, Label, Point, PublicKey, Signature, Suite, Target, envelope_hash, partial_open,
};
use std::collections::{BTreeMap, BTreeSet};

const SUITE: Suite = Suite::Tree64k;

/// What a custodian is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The tender.
    pub tender: &'a TenderId,
    /// The stage to open.
    pub stage: &'a StageId,
    /// Every public or disclosed fact of the tender's stream, in any order: notice, addenda, closing, lists,
    /// unlockings, the bids listed, suspensions, closings of earlier stages. What is not shown is not believed.
    pub facts: &'a [Proven],
    /// The ceremony that made the key of the stage.
    pub ceremony: &'a Witnessed,
    /// Its slot.
    pub slot: u16,
    /// The time by the custodian's own clock, not the platform's.
    pub now: Instant,
}

/// One envelope that passed every check.
struct Checked {
    label: [u8; 64],
    body_digest: [u8; 32],
    header: Header,
}

/// Checks everything, then answers the settled list as a whole: the body that the custodian signs.
///
/// Not checked, because it cannot be from here: whether the platform shows this custodian an addendum less than the
/// log has. Such a log convicts the platform, since the addendum stands in it beside the early closing.
pub fn answer(
    seed: &CustodianSeed,
    question: &Question<'_>,
    rng: &mut (impl CryptoRng + RngCore),
) -> Result<ShareGiven, WontAnswer> {
    let opening = Opening::new(question.tender, question.stage, question.facts)?;
    if question.now < opening.closes_at {
        return Err(WontAnswer::TooEarly {
            now: question.now,
            closes_at: opening.closes_at,
        });
    }
    let certificate = signed_certificate(question.ceremony.view(), question.slot)?;
    let index = certificate.roster().index_of(seed).ok_or(WontAnswer::NotMember)?;
    let ours = Hex(certificate.key_id());
    if opening.stage.key_id != ours {
        return Err(WontAnswer::ForeignKey {
            named: opening.stage.key_id,
            ours,
        });
    }
    let checked = check_all(&opening, question, &certificate)?;

    let share = share_of(seed, question.ceremony, question.slot)?;
    let mut partials = Vec::with_capacity(checked.len());
    for Checked {
        label,
        body_digest,
        header,
    } in &checked
    {
        let target = Target {
            suite: SUITE,
            y: certificate.y(),
            label_digest: label,
            body_digest,
            header,
        };
        partials.push(Hex(partial_open(&target, index, &share, rng)?.to_bytes()));
    }
    Ok(ShareGiven {
        index,
        list: opening.settled.list,
        partials,
        stage: opening.stage.stage,
        tender: question.tender.clone(),
    })
}

fn check_all(
    opening: &Opening<'_>,
    question: &Question<'_>,
    certificate: &Certificate,
) -> Result<Vec<Checked>, WontAnswer> {
    let betas = unlocked(opening);
    let latest = latest_bids(opening);
    let mut points: BTreeSet<Point> = BTreeSet::new();
    let mut checked = Vec::with_capacity(opening.listed.len());
    for listed in &opening.listed {
        let submission = listed.submission;
        let bid = bid_of(opening, listed)?;
        if latest.get(&listed.bid).is_some_and(|seq| *seq > listed.seq) {
            return Err(WontAnswer::Superseded(submission));
        }
        let label = label(opening, question.tender, &bid)?;
        let envelope = &bid.envelope;
        let header = Header::parse(&envelope.header.0);
        let header = header.map_err(|why| WontAnswer::Header { submission, why })?;
        if !points.insert(header.r) {
            return Err(WontAnswer::DuplicatePoint(submission));
        }
        let (digest, body_digest) = (label.digest(SUITE), envelope.body_digest.0);
        header
            .verify(SUITE, &digest, &body_digest, certificate.y())
            .map_err(|why| WontAnswer::Header { submission, why })?;
        let hash = envelope_hash(SUITE, &label, &header, &body_digest);
        if hash != listed.envelope.0 {
            return Err(WontAnswer::EnvelopeHash(submission));
        }
        let signed = bid.key.verify(&hash, &Signature(envelope.sig.0));
        signed.map_err(|_| WontAnswer::Signature(submission))?;
        check_lock(
            opening,
            &label,
            betas.get(&(submission, Hex(bid.key.to_bytes()))),
            submission,
        )?;
        checked.push(Checked {
            label: digest,
            body_digest,
            header,
        });
    }
    Ok(checked)
}

/// A listed envelope in the bid that holds it.
struct Found {
    envelope: Envelope,
    rules: Hex<32>,
    key: PublicKey,
}

fn bid_of(opening: &Opening<'_>, listed: &Listed) -> Result<Found, WontAnswer> {
    let Listed {
        bid, seq, submission, ..
    } = listed;
    let (seq, submission) = (*seq, *submission);
    let fact = opening
        .facts
        .at(seq)
        .ok_or(WontAnswer::NotInLog { seq, submission })?;
    let not_there = || WontAnswer::NotThere {
        seq,
        submission,
        bid: bid.clone(),
    };
    let body: BidSubmitted = fact.of(opening.facts.stream()).ok_or_else(not_there)?;
    if body.bid != *bid || body.tender != opening.notice.tender {
        return Err(not_there());
    }
    let mut own = body
        .envelopes
        .into_iter()
        .filter(|envelope| envelope.submission == submission);
    let (Some(envelope), None) = (own.next(), own.next()) else {
        return Err(not_there());
    };
    let arrived = fact.record().arrived.ok_or(WontAnswer::Late(submission))?;
    let shut_out = |(from, until): &(Instant, Instant)| (*from..*until).contains(&arrived);
    if arrived >= opening.closes_at || opening.shut.iter().any(shut_out) || seq > opening.closed_seq {
        return Err(WontAnswer::Late(submission));
    }
    if envelope.key_id != opening.stage.key_id {
        return Err(WontAnswer::ForeignEnvelope {
            submission,
            key_id: envelope.key_id,
        });
    }
    if !opening.stage.parts.iter().any(|part| part.part == envelope.part) {
        return Err(WontAnswer::ForeignPart {
            submission,
            part: envelope.part,
        });
    }
    let key = fact.key().and_then(|key| PublicKey::parse(key.bytes()).ok());
    let key = key.ok_or(WontAnswer::Signature(submission))?;
    Ok(Found {
        envelope,
        rules: body.rules,
        key,
    })
}

/// The label from its fields, as the notice and the log have them: never from what the bidder or the platform
/// says the label is.
fn label(opening: &Opening<'_>, tender: &TenderId, bid: &Found) -> Result<Label, WontAnswer> {
    let envelope = &bid.envelope;
    let foreign = || WontAnswer::ForeignRules(envelope.submission);
    let closes_at = opening.deadlines.get(bid.rules.bytes()).ok_or_else(foreign)?;
    Ok(Label {
        tender: tender.to_string(),
        lot: envelope.lot.to_string(),
        part: envelope.part.to_string(),
        submission: envelope.submission.0,
        signer: bid.key.fingerprint(),
        key_id: envelope.key_id.0,
        closes_at: u64::try_from(closes_at.0).map_err(|_| foreign())?,
        rules: bid.rules.0,
        blk: envelope.blk.0,
    })
}

/// Secrets shown before the list was settled, by envelope and by the bid key that signed for them.
fn unlocked(opening: &Opening<'_>) -> BTreeMap<(Hex<16>, Hex<32>), [u8; 32]> {
    let mut betas = BTreeMap::new();
    for (fact, body) in opening.facts.each::<BidUnlocked>() {
        let in_time = fact.record().seq < opening.settled_seq && body.stage == opening.stage.stage;
        let Some(key) = fact.key().filter(|_| in_time) else {
            continue;
        };
        for unlock in body.keys {
            betas.entry((unlock.submission, key)).or_insert(unlock.beta.0);
        }
    }
    betas
}

/// Where each bid was last handed in or withdrawn, as far as that was disclosed.
fn latest_bids(opening: &Opening<'_>) -> BTreeMap<BidId, u64> {
    let submitted = opening
        .facts
        .each::<BidSubmitted>()
        .map(|(fact, body)| (body.bid, fact.record().seq));
    let withdrawn = opening
        .facts
        .each::<BidWithdrawn>()
        .map(|(fact, body)| (body.bid, fact.record().seq));
    let mut latest = BTreeMap::new();
    for (bid, seq) in submitted
        .chain(withdrawn)
        .filter(|(_, seq)| *seq < opening.closed_seq)
    {
        let last = latest.entry(bid).or_insert(seq);
        *last = seq.max(*last);
    }
    latest
}

fn check_lock(
    opening: &Opening<'_>,
    label: &Label,
    beta: Option<&[u8; 32]>,
    submission: Hex<16>,
) -> Result<(), WontAnswer> {
    if (label.blk != NO_LOCK) != opening.notice.opening.bidder_lock {
        return Err(WontAnswer::Lock(submission));
    }
    if opening.notice.opening.bidder_lock && !label.fits(SUITE, beta) {
        return Err(WontAnswer::NotUnlocked(submission));
    }
    Ok(())
}
