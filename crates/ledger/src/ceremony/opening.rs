//! What a custodian is asked to open, put together from proven facts of the tender and nothing else.
//!
//! Invariant: an [`Opening`] exists only if notice, addenda, closing, frozen and settled list are in the log, in
//! this order, contradict one another nowhere, and account for every envelope.

use super::closing::Closing;
use super::proven::Proven;
use super::wont_answer::WontAnswer;
use crate::message::{list_hash, rules_of_addendum, rules_of_notice};
use facts::body::award::{TenderResumed, TenderSuspended};
use facts::body::opening::{ListFrozen, ListSettled, Listed, OpeningClosed};
use facts::body::quotes::QuotesInvited;
use facts::body::tender::{Stage, TenderAmended, TenderNoticed};
use facts::id::StageId;
use facts::{Body, Hex, Instant, Kind, Stream, TenderId};
use std::collections::{BTreeMap, BTreeSet};

/// The opening of one stage.
pub(super) struct Opening<'a> {
    pub(super) notice: TenderNoticed,
    pub(super) stage: Stage,
    /// Deadline that each version of the rules set; labels are bound to the one they acknowledge.
    pub(super) deadlines: BTreeMap<[u8; 32], Instant>,
    pub(super) closes_at: Instant,
    /// Spans in which bids were shut out.
    pub(super) shut: Vec<(Instant, Instant)>,
    pub(super) closed_seq: u64,
    pub(super) settled: ListSettled,
    pub(super) settled_seq: u64,
    /// The settled envelopes, ascending.
    pub(super) listed: Vec<Listed>,
    pub(super) facts: Facts<'a>,
}

/// The facts of one tender, ascending and without repetition.
pub(super) struct Facts<'a> {
    tender: &'a TenderId,
    stream: Stream,
    own: Vec<&'a Proven>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(tender: &'a TenderId, facts: &'a [Proven]) -> Self {
        let stream = Stream::Tender(tender.clone());
        let mut own: Vec<&Proven> = facts
            .iter()
            .filter(|fact| fact.record().stream == stream)
            .collect();
        own.sort_by_key(|fact| fact.record().seq);
        own.dedup_by_key(|fact| fact.record().seq);
        Self { tender, stream, own }
    }

    /// The facts of one kind with their bodies.
    pub(super) fn each<B: Body>(&self) -> impl Iterator<Item = (&'a Proven, B)> + '_ {
        self.own
            .iter()
            .filter_map(|fact| fact.of::<B>(&self.stream).map(|body| (*fact, body)))
    }

    pub(super) fn at(&self, seq: u64) -> Option<&'a Proven> {
        let place = self
            .own
            .binary_search_by_key(&seq, |fact| fact.record().seq)
            .ok()?;
        self.own.get(place).copied()
    }

    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }

    fn one<B: Body>(&self, fits: impl Fn(&B) -> bool) -> Result<(&'a Proven, B), WontAnswer> {
        let mut found = self.each::<B>().filter(|(_, body)| fits(body));
        let tender = || self.tender.clone();
        let first = found.next().ok_or_else(|| WontAnswer::Missing {
            kind: B::KIND,
            tender: tender(),
        })?;
        if found.next().is_some() {
            return Err(WontAnswer::Ambiguous {
                kind: B::KIND,
                tender: tender(),
            });
        }
        Ok(first)
    }

    /// The spans in which the tender stood still, oldest first, and whether it stands still now. Several orders
    /// may be in force at once; the tender goes on when the last of them is lifted.
    fn pauses(&self) -> (Vec<(Instant, Instant)>, bool) {
        let (mut orders, mut past) = (BTreeSet::new(), Vec::new());
        let mut since = None;
        for fact in &self.own {
            let at = fact.record().at;
            if let Some(body) = fact.of::<TenderSuspended>(&self.stream) {
                orders.insert(body.order);
                since.get_or_insert(at);
            } else if let Some(body) = fact.of::<TenderResumed>(&self.stream) {
                orders.remove(&body.order);
                if orders.is_empty()
                    && let Some(begun) = since.take()
                {
                    past.push((begun, at));
                }
            }
        }
        (past, since.is_some())
    }
}

/// The end of a period that began at `from` and was to end at `until`, later by the time the tender stood still.
pub(super) fn prolonged(past: &[(Instant, Instant)], from: Instant, until: Instant) -> Instant {
    past.iter().fold(until, |end, (begun, ended)| {
        let begun = (*begun).max(from);
        if begun < end && begun < *ended {
            end.plus(ended.since(begun))
        } else {
            end
        }
    })
}

impl<'a> Opening<'a> {
    pub(super) fn new(
        tender: &'a TenderId,
        stage: &StageId,
        facts: &'a [Proven],
    ) -> Result<Self, WontAnswer> {
        let facts = Facts::new(tender, facts);
        let (past, suspended) = facts.pauses();
        if suspended {
            return Err(WontAnswer::Suspended(tender.clone()));
        }
        let (noticed, notice) = facts.one::<TenderNoticed>(|body| body.tender == *tender)?;
        let deadlines = rules(&facts, noticed, &notice)?;
        let Closing {
            closes_at,
            fact: closed,
            shut,
        } = Closing::new(tender, &facts, &past)?;
        let stage = stage_of(&facts, tender, &notice, stage)?;
        let (frozen, list) =
            facts.one::<ListFrozen>(|body| body.tender == *tender && body.stage == stage.stage)?;
        let (settling, settled) =
            facts.one::<ListSettled>(|body| body.tender == *tender && body.stage == stage.stage)?;
        ordered(closed, frozen)?;
        ordered(frozen, settling)?;
        let (closes_at, closed_seq) = match deadlines.quotes(&stage, &past)? {
            // Final quotes come in until their own deadline, and what is listed then is the last quote of each.
            Some(until) if frozen.record().at < until => {
                return Err(WontAnswer::Closing {
                    named: until,
                    at: frozen.record().at,
                    closes_at: until,
                });
            }
            Some(until) => (until, frozen.record().seq),
            None => (closes_at, closed.record().seq),
        };
        let deadlines = deadlines.named;
        let listed = settled_envelopes(tender, &stage.stage, &list, &settled)?;
        Ok(Self {
            notice,
            stage,
            deadlines,
            closes_at,
            shut,
            closed_seq,
            settled,
            settled_seq: settling.record().seq,
            listed,
            facts,
        })
    }
}

/// The deadlines that the versions of a tender's rules name.
struct Deadlines {
    /// The deadline that each version names, by its hash.
    named: BTreeMap<[u8; 32], Instant>,
    /// From when until when those invited hand in final quotes, by stage.
    invited: BTreeMap<StageId, (Instant, Instant)>,
}

impl Deadlines {
    /// The deadline of the final quotes, if the stage takes them.
    fn quotes(&self, stage: &Stage, past: &[(Instant, Instant)]) -> Result<Option<Instant>, WontAnswer> {
        if !stage.invited {
            return Ok(None);
        }
        let (from, until) = self.invited.get(&stage.stage).ok_or(WontAnswer::Invitation)?;
        Ok(Some(prolonged(past, *from, *until)))
    }
}

/// The chain of rules; no addendum brings the deadline forward.
fn rules(facts: &Facts<'_>, noticed: &Proven, notice: &TenderNoticed) -> Result<Deadlines, WontAnswer> {
    let mut hash = rules_of_notice(noticed.body());
    let mut closes_at = notice.closes_at;
    let mut named = BTreeMap::from([(hash, closes_at)]);
    let mut invited = BTreeMap::new();
    for (number, (fact, addendum)) in (1_u32..).zip(facts.each::<TenderAmended>()) {
        hash = rules_of_addendum(&hash, fact.body());
        if addendum.number != number || addendum.rules.0 != hash || addendum.closes_at < closes_at {
            return Err(WontAnswer::Rules(addendum.number));
        }
        closes_at = addendum.closes_at;
        named.insert(hash, closes_at);
    }
    for (fact, invitation) in facts.each::<QuotesInvited>() {
        hash = rules_of_addendum(&hash, fact.body());
        let window = (fact.record().at, invitation.closes_at);
        if invitation.rules.0 != hash || invited.insert(invitation.stage, window).is_some() {
            return Err(WontAnswer::Invitation);
        }
        named.insert(hash, invitation.closes_at);
    }
    Ok(Deadlines { named, invited })
}

fn stage_of(
    facts: &Facts<'_>,
    tender: &TenderId,
    notice: &TenderNoticed,
    wanted: &StageId,
) -> Result<Stage, WontAnswer> {
    let place = notice.stages.iter().position(|stage| stage.stage == *wanted);
    let unknown = || WontAnswer::Stage {
        tender: tender.clone(),
        stage: wanted.clone(),
    };
    let place = place.ok_or_else(unknown)?;
    let stage = notice.stages.get(place).cloned().ok_or_else(unknown)?;
    let twin = notice
        .stages
        .iter()
        .find(|other| other.stage != *wanted && other.key_id == stage.key_id);
    if let Some(twin) = twin {
        return Err(WontAnswer::SharedKey(twin.stage.clone()));
    }
    let closed: BTreeSet<StageId> = facts
        .each::<OpeningClosed>()
        .map(|(_, body)| body.stage)
        .collect();
    let open = notice
        .stages
        .iter()
        .take(place)
        .find(|earlier| !closed.contains(&earlier.stage));
    open.map_or(Ok(stage), |earlier| {
        Err(WontAnswer::StageOrder(earlier.stage.clone()))
    })
}

fn ordered(earlier: &Proven, later: &Proven) -> Result<(), WontAnswer> {
    let (earlier, later) = (earlier.record(), later.record());
    if earlier.seq < later.seq {
        return Ok(());
    }
    Err(WontAnswer::Order {
        earlier: earlier.kind,
        later: later.kind,
    })
}

/// The frozen list minus the excluded envelopes is the settled list, nothing else, and both hashes are right.
fn settled_envelopes(
    tender: &TenderId,
    stage: &StageId,
    frozen: &ListFrozen,
    settled: &ListSettled,
) -> Result<Vec<Listed>, WontAnswer> {
    ascending(frozen.envelopes.iter().map(|listed| listed.submission))?;
    ascending(settled.submissions.iter().copied())?;
    if hash_of(tender, stage, &frozen.envelopes) != frozen.list.0 {
        return Err(WontAnswer::ListHash(Kind::ListFrozen));
    }
    let out: BTreeSet<Hex<16>> = settled
        .excluded
        .iter()
        .map(|unopened| unopened.submission)
        .collect();
    let known: BTreeSet<Hex<16>> = frozen.envelopes.iter().map(|listed| listed.submission).collect();
    let named = settled.submissions.iter().chain(&out);
    if let Some(stranger) = named.into_iter().find(|submission| !known.contains(*submission)) {
        return Err(WontAnswer::Unaccounted(*stranger));
    }
    let mut remaining = Vec::new();
    for listed in &frozen.envelopes {
        let is_in = settled.submissions.binary_search(&listed.submission).is_ok();
        if is_in == out.contains(&listed.submission) {
            return Err(WontAnswer::Unaccounted(listed.submission));
        }
        if is_in {
            remaining.push(listed.clone());
        }
    }
    if hash_of(tender, stage, &remaining) != settled.list.0 {
        return Err(WontAnswer::ListHash(Kind::ListSettled));
    }
    if remaining.is_empty() {
        Err(WontAnswer::Empty)
    } else {
        Ok(remaining)
    }
}

fn ascending(submissions: impl Iterator<Item = Hex<16>>) -> Result<(), WontAnswer> {
    let mut last: Option<Hex<16>> = None;
    for submission in submissions {
        if last.is_some_and(|last| last >= submission) {
            return Err(WontAnswer::Listing(submission));
        }
        last = Some(submission);
    }
    Ok(())
}

fn hash_of(tender: &TenderId, stage: &StageId, envelopes: &[Listed]) -> [u8; 32] {
    let pairs: Vec<_> = envelopes
        .iter()
        .map(|listed| (listed.submission.0, listed.envelope.0))
        .collect();
    list_hash(tender, stage, &pairs)
}
