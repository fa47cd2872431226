//! The rules of the tender: the notice, its addenda, the hash after each, the deadline in force.
//!
//! Invariant: hashes are recomputed from the bodies; what an addendum says of its own hash is left
//! to check 11.

use crate::dossier::Dossier;
use crate::shown::Told;
use facts::body::award::{TenderResumed, TenderSuspended};
use facts::body::obeyed::DeadlineExtended;
use facts::body::quotes::QuotesInvited;
use facts::body::tender::{Part, PartRole, Stage, TenderAmended, TenderNoticed};
use facts::id::{LotId, OrderId, PartId, StageId};
use facts::{Canonical, Instant, Outage};
use ledger::{Hash, ZERO};
use std::collections::BTreeSet;

/// One version of the rules.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its hash, recomputed.
    pub hash: Hash,
    /// The deadline it sets.
    pub closes_at: Instant,
    /// Whether bids made before must be confirmed or replaced.
    pub substantive: bool,
    /// Position of its fact.
    pub seq: u64,
    /// When it was published.
    pub at: Instant,
    /// The stage for whose final quotes it is an invitation.
    pub stage: Option<StageId>,
}

/// An order that moved the deadline.
#[derive(Debug, Clone, Copy)]
pub struct Extension {
    /// Position of the fact that obeys it.
    pub seq: u64,
    /// When.
    pub at: Instant,
    /// The deadline from then on.
    pub closes_at: Instant,
    /// When the platform was down, if it says so.
    pub down: Option<Outage>,
}

/// The rules of a tender.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The first notice.
    pub notice: TenderNoticed,
    /// Its position.
    pub seq: u64,
    /// Positions of further notices, of which there must be none.
    pub further: Vec<u64>,
    /// The notice, then each addendum.
    pub versions: Vec<Version>,
    /// Orders that moved the deadline, as procurement obeyed them.
    pub extensions: Vec<Extension>,
    /// The spans in which the tender stood still, as far as they are over.
    pub pauses: Vec<(Instant, Instant)>,
}

pub(crate) fn of(dossier: &Dossier) -> Option<Rules> {
    let stream = dossier.stream();
    let notices = dossier.shown.told::<TenderNoticed>(&stream);
    let (first, further) = notices.split_first()?;
    let mut versions = vec![Version {
        hash: link(&ZERO, &first.fact.record.body),
        closes_at: first.body.closes_at,
        substantive: false,
        seq: first.seq(),
        at: first.fact.record.at,
        stage: None,
    }];
    for told in dossier.shown.told::<TenderAmended>(&stream) {
        let before = versions.last().map_or(ZERO, |version| version.hash);
        versions.push(Version {
            hash: link(&before, &without_hash(&told.fact.record.body)),
            closes_at: told.body.closes_at,
            substantive: told.body.substantive,
            seq: told.seq(),
            at: told.fact.record.at,
            stage: None,
        });
    }
    for told in dossier.shown.told::<QuotesInvited>(&stream) {
        let before = versions.last().map_or(ZERO, |version| version.hash);
        versions.push(Version {
            hash: link(&before, &without_hash(&told.fact.record.body)),
            closes_at: told.body.closes_at,
            substantive: false,
            seq: told.seq(),
            at: told.fact.record.at,
            stage: Some(told.body.stage.clone()),
        });
    }
    Some(Rules {
        notice: first.body.clone(),
        seq: first.seq(),
        further: further.iter().map(Told::seq).collect(),
        versions,
        extensions: dossier
            .shown
            .told::<DeadlineExtended>(&stream)
            .iter()
            .map(|told| Extension {
                seq: told.seq(),
                at: told.fact.record.at,
                closes_at: told.body.closes_at,
                down: told.body.down,
            })
            .collect(),
        pauses: pauses(dossier),
    })
}

/// `SHA-256(LP("kaibiao/rules/v1", before, body))`.
fn link(before: &Hash, body: &Canonical) -> Hash {
    seal::hash::sha256(&[&seal::lp(&[b"kaibiao/rules/v1", before, &body.to_bytes()])])
}

fn without_hash(body: &Canonical) -> Canonical {
    let mut members = body.members().clone();
    members.remove("rules");
    Canonical::new(members).unwrap_or_default()
}

/// The spans in which at least one order of suspension was in force, as far as they are over.
fn pauses(dossier: &Dossier) -> Vec<(Instant, Instant)> {
    let stream = dossier.stream();
    let begun = dossier.shown.told::<TenderSuspended>(&stream);
    let ended = dossier.shown.told::<TenderResumed>(&stream);
    let begun = begun
        .iter()
        .map(|told| (told.seq(), told.fact.record.at, &told.body.order, true));
    let ended = ended
        .iter()
        .map(|told| (told.seq(), told.fact.record.at, &told.body.order, false));
    let mut turns: Vec<_> = begun.chain(ended).collect();
    turns.sort_by_key(|(seq, ..)| *seq);
    let (mut orders, mut since, mut spans) = (BTreeSet::<&OrderId>::new(), None, Vec::new());
    for (_, at, order, begins) in turns {
        if begins {
            orders.insert(order);
            since.get_or_insert(at);
        } else {
            orders.remove(order);
            if orders.is_empty()
                && let Some(since) = since.take()
            {
                spans.push((since, at));
            }
        }
    }
    spans
}

impl Rules {
    /// The deadline in force at last: of the last version or of a later order, later by the time suspended since.
    #[must_use]
    pub fn deadline(&self) -> Instant {
        self.deadline_before(u64::MAX)
    }

    /// The deadline in force when the log had `seq` entries.
    #[must_use]
    pub fn deadline_before(&self, seq: u64) -> Instant {
        let mut versions = self.versions.iter();
        let Some(version) = versions.rfind(|version| version.seq < seq && version.stage.is_none()) else {
            return self.notice.closes_at;
        };
        let moved = self
            .extensions
            .iter()
            .filter(|one| one.seq < seq && one.seq > version.seq)
            .map(|one| self.end_of(one.at, one.closes_at));
        moved.fold(self.end_of(version.at, version.closes_at), Instant::max)
    }

    /// Spans in which bids were shut out: from a deadline to the order that moved it after it had passed.
    #[must_use]
    pub fn shut(&self) -> Vec<(Instant, Instant)> {
        let spans = self
            .extensions
            .iter()
            .map(|one| (self.deadline_before(one.seq), one.at));
        spans.filter(|(deadline, moved)| deadline <= moved).collect()
    }

    /// The end of a window that was opened at `from`, later by the time suspended within it.
    fn end_of(&self, from: Instant, until: Instant) -> Instant {
        self.pauses.iter().fold(until, |end, (began, ended)| {
            let began = (*began).max(from);
            if began < end && began < *ended {
                end.plus(ended.since(began))
            } else {
                end
            }
        })
    }

    /// The deadline of an invitation to final quotes, later by the time suspended since.
    #[must_use]
    pub fn quotes_until(&self, stage: &StageId) -> Option<Instant> {
        let invitation = self
            .versions
            .iter()
            .find(|version| version.stage.as_ref() == Some(stage))?;
        Some(self.end_of(invitation.at, invitation.closes_at))
    }

    /// The version with that hash.
    #[must_use]
    pub fn version(&self, hash: &Hash) -> Option<&Version> {
        self.versions.iter().find(|version| version.hash == *hash)
    }

    /// Whether rules acknowledged miss a substantive addendum.
    #[must_use]
    pub fn is_outdated(&self, acknowledged: &Hash) -> bool {
        let known = self
            .versions
            .iter()
            .position(|version| version.hash == *acknowledged);
        let later = known.map_or(0, |at| at.saturating_add(1));
        self.versions
            .iter()
            .skip(later)
            .any(|version| version.substantive)
    }

    /// The stage of a part, and the part.
    #[must_use]
    pub fn part(&self, part: &PartId) -> Option<(&Stage, &Part)> {
        let stages = self.notice.stages.iter();
        stages
            .flat_map(|stage| stage.parts.iter().map(move |one| (stage, one)))
            .find(|(_, one)| one.part == *part)
    }

    /// Whether the notice has that lot.
    #[must_use]
    pub fn has_lot(&self, lot: &LotId) -> bool {
        self.notice.lots.iter().any(|known| known.lot == *lot)
    }

    /// Whether outsiders are shown what a part holds.
    #[must_use]
    pub fn is_public(&self, part: &PartId) -> bool {
        self.part(part)
            .is_some_and(|(_, part)| matches!(part.role, PartRole::Letter | PartRole::Public))
    }
}
