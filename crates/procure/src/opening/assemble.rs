//! The opening record of a stage from the outcomes of all its envelopes.

use super::{Bidder, Outcome, Plan, read_letter};
use crate::tender::listing;
use crate::tender::{OpenedStage, State};
use facts::body::opening::{Cause, OpenedBid, OpenedPart, Unopened};
use facts::body::tender::PartRole;
use facts::id::{LotId, PartId};
use facts::{AccountId, BidId, Hex};
use std::collections::BTreeMap;

/// Why there is no record yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssembleError {
    /// The stage is not settled.
    #[error("the list is not settled")]
    NotSettled,
    /// An envelope has no outcome: unknown is not a state that an opening may end in.
    #[error("envelope {0} has no outcome yet")]
    Missing(Hex<16>),
    /// An opened letter was not kept.
    #[error("the letter in envelope {0} is not at hand")]
    NoLetter(Hex<16>),
    /// The key of an account is not at hand.
    #[error("the key of account {0} is not at hand")]
    NoBidder(AccountId),
}

/// Puts the record together: every listed envelope, opened or with its cause.
///
/// `outcomes` holds one outcome per task of the plan, `letters` the files of opened letters, both by submission id;
/// `bidders` the accounts of the bids. A letter that is none makes its envelope a bad one of the bidder's.
pub fn assemble(
    state: &State,
    origin: &str,
    plan: &Plan,
    outcomes: &BTreeMap<Hex<16>, Outcome>,
    letters: &BTreeMap<Hex<16>, Vec<u8>>,
    bidders: &BTreeMap<AccountId, Bidder>,
) -> Result<OpenedStage, AssembleError> {
    let settled = state
        .openings
        .get(&plan.stage)
        .and_then(|opening| opening.settled.as_ref());
    let (settled, _) = settled.ok_or(AssembleError::NotSettled)?;
    let mut bids: BTreeMap<&BidId, OpenedBid> = BTreeMap::new();
    for entry in listing::frozen(state, &plan.stage) {
        let submission = entry.envelope.submission;
        let blank = OpenedPart {
            letter: None,
            lot: entry.envelope.lot.clone(),
            bytes: None,
            part: entry.envelope.part.clone(),
            sha256: None,
            submission,
            unopened: None,
        };
        let excluded = settled
            .excluded
            .iter()
            .find(|unopened| unopened.submission == submission);
        let part = match (excluded, outcomes.get(&submission)) {
            (Some(unopened), _) => OpenedPart {
                unopened: Some(unopened.clone()),
                ..blank
            },
            (None, None) => return Err(AssembleError::Missing(submission)),
            (None, Some(Outcome::Closed { cause, evidence })) => closed(blank, *cause, evidence.clone()),
            (None, Some(Outcome::Opened { sha256, bytes })) => {
                let open = OpenedPart {
                    sha256: Some(*sha256),
                    bytes: Some(*bytes),
                    ..blank.clone()
                };
                let role = state.part(&entry.envelope.part).map(|(_, part)| part.role);
                if role == Some(PartRole::Letter) {
                    let file = letters
                        .get(&submission)
                        .ok_or(AssembleError::NoLetter(submission))?;
                    let account = &entry.owner.account;
                    let bidder = bidders
                        .get(account)
                        .ok_or_else(|| AssembleError::NoBidder(account.clone()))?;
                    let place = (entry.bid, &entry.envelope.lot, &plan.stage);
                    match read_letter(state, origin, place, bidder, file) {
                        Ok(letter) => OpenedPart {
                            letter: Some(letter),
                            ..open
                        },
                        Err(fault) => closed(blank, Cause::BidderBadEnvelope, fault.to_string()),
                    }
                } else {
                    open
                }
            }
        };
        let fresh = || OpenedBid {
            account: entry.owner.account.clone(),
            bid: entry.bid.clone(),
            parts: Vec::new(),
        };
        bids.entry(entry.bid).or_insert_with(fresh).parts.push(part);
    }
    for opened in bids.values_mut() {
        opened.parts.sort_by(|one, other| place(one).cmp(&place(other)));
    }
    Ok(OpenedStage {
        stage: plan.stage.clone(),
        quorum: plan.quorum.clone(),
        bids: bids.into_values().collect(),
    })
}

/// The order of parts in a record.
pub(crate) fn place(part: &OpenedPart) -> (&LotId, &PartId, &Hex<16>) {
    (&part.lot, &part.part, &part.submission)
}

fn closed(part: OpenedPart, cause: Cause, evidence: String) -> OpenedPart {
    let submission = part.submission;
    OpenedPart {
        unopened: Some(Unopened {
            cause,
            evidence,
            submission,
        }),
        ..part
    }
}
