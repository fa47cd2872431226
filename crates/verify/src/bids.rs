//! The bids of the tender, as far as they are disclosed.
//!
//! Invariant: facts stand in the order of the log; nothing is left out because it looks wrong.

use crate::dossier::Dossier;
use crate::rules::Rules;
use facts::body::bid::{BidConfirmed, BidEntered, BidSubmitted, BidWithdrawn, Envelope};
use facts::body::tender::Stage;
use facts::id::StageId;
use facts::{BidId, Instant};
use ledger::Hash;
use seal::{Header, Label, Suite};
use std::collections::BTreeMap;

/// All bids by name.
pub type Bids = BTreeMap<BidId, Bid>;

/// One bid.
#[derive(Debug, Clone, Default)]
pub struct Bid {
    /// Entries into the tender; there must be one.
    pub entered: Vec<(u64, BidEntered)>,
    /// What was handed in, in order.
    pub submitted: Vec<Submitted>,
    /// Confirmations: position and rules hash.
    pub confirmed: Vec<(u64, Hash)>,
    /// Positions of withdrawals.
    pub withdrawn: Vec<u64>,
}

/// One revision.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// Position of its fact.
    pub seq: u64,
    /// When it arrived.
    pub arrived: Option<Instant>,
    /// The key that signed it.
    pub key: [u8; 32],
    /// The stage for whose final quotes it was handed in; `None` for a bid as a whole.
    pub stage: Option<StageId>,
    /// Its body.
    pub body: BidSubmitted,
}

pub(crate) fn of(dossier: &Dossier) -> Bids {
    let (stream, shown) = (dossier.stream(), &dossier.shown);
    let mut bids = Bids::new();
    for told in shown.told::<BidEntered>(&stream) {
        let seq = told.seq();
        bids.entry(told.body.bid.clone())
            .or_default()
            .entered
            .push((seq, told.body));
    }
    for told in shown.told::<BidSubmitted>(&stream) {
        let submitted = Submitted {
            seq: told.seq(),
            arrived: told.fact.record.arrived,
            key: told.fact.key.unwrap_or_default(),
            stage: dossier
                .rules()
                .and_then(|rules| rules.version(&told.body.rules.0)?.stage.clone()),
            body: told.body,
        };
        bids.entry(submitted.body.bid.clone())
            .or_default()
            .submitted
            .push(submitted);
    }
    for told in shown.told::<BidConfirmed>(&stream) {
        let seq = told.seq();
        bids.entry(told.body.bid)
            .or_default()
            .confirmed
            .push((seq, told.body.rules.0));
    }
    for told in shown.told::<BidWithdrawn>(&stream) {
        let seq = told.seq();
        bids.entry(told.body.bid).or_default().withdrawn.push(seq);
    }
    bids
}

impl Bid {
    /// The last revision, unless the bid was withdrawn after it.
    #[must_use]
    pub fn standing(&self) -> Option<&Submitted> {
        let last = self.submitted.iter().rfind(|one| one.stage.is_none())?;
        if self.withdrawn.iter().any(|seq| *seq > last.seq) {
            None
        } else {
            Some(last)
        }
    }

    /// The last final quote for a stage.
    #[must_use]
    pub fn quote(&self, stage: &StageId) -> Option<&Submitted> {
        self.submitted
            .iter()
            .rfind(|one| one.stage.as_ref() == Some(stage))
    }

    /// What belongs on the list of a stage.
    #[must_use]
    pub fn listed(&self, stage: &Stage) -> Option<&Submitted> {
        if stage.invited {
            self.quote(&stage.stage)
        } else {
            self.standing()
        }
    }

    /// The last rules acknowledged, by handing in or by confirming.
    #[must_use]
    pub fn acknowledged(&self) -> Option<Hash> {
        let confirmed = self.confirmed.iter().copied();
        let submitted = self.submitted.iter().map(|one| (one.seq, one.body.rules.0));
        confirmed
            .chain(submitted)
            .max_by_key(|(seq, _)| *seq)
            .map(|(_, rules)| rules)
    }

    /// The key of the bid: of its entry, or of what was handed in while the entry is not disclosed.
    #[must_use]
    pub fn key(&self) -> Option<[u8; 32]> {
        let entered = self.entered.first().map(|(_, body)| body.key.0);
        entered.or_else(|| self.submitted.first().map(|one| one.key))
    }
}

impl Submitted {
    /// The label of one of its envelopes, recomputed from the log.
    #[must_use]
    pub fn label(&self, rules: &Rules, envelope: &Envelope) -> Option<Label> {
        let version = rules.version(&self.body.rules.0)?;
        Some(Label {
            tender: self.body.tender.to_string(),
            lot: envelope.lot.to_string(),
            part: envelope.part.to_string(),
            submission: envelope.submission.0,
            signer: seal::hash::sha256(&[&self.key]),
            key_id: envelope.key_id.0,
            closes_at: u64::try_from(version.closes_at.0).ok()?,
            rules: self.body.rules.0,
            blk: envelope.blk.0,
        })
    }

    /// The hash of one of its envelopes, recomputed.
    #[must_use]
    pub fn envelope_hash(&self, rules: &Rules, envelope: &Envelope) -> Option<Hash> {
        let header = Header::parse(envelope.header.bytes()).ok()?;
        let label = self.label(rules, envelope)?;
        Some(seal::envelope_hash(
            Suite::Tree64k,
            &label,
            &header,
            envelope.body_digest.bytes(),
        ))
    }
}
