//! What stands of a bid and of an opening (有效投标与有效份额).
//!
//! Invariant: nothing is remembered; it follows from the parts of the state.

use super::{Bid, Opening, Submission};
use facts::BidId;
use facts::id::StageId;
use std::collections::BTreeSet;

impl Bid {
    /// The revision that stands, if the bid was not withdrawn.
    #[must_use]
    pub fn standing(&self) -> Option<&Submission> {
        let whole = |submission: &&Submission| submission.stage.is_none();
        if self.live {
            self.submissions.iter().rev().find(whole)
        } else {
            None
        }
    }

    /// The last final quote for a stage.
    #[must_use]
    pub fn quote(&self, stage: &StageId) -> Option<&Submission> {
        let quotes = self.submissions.iter().rev();
        quotes
            .into_iter()
            .find(|submission| submission.stage.as_ref() == Some(stage))
    }

    /// What stands: the last revision of the bid, and the last final quote of each stage that takes them.
    pub fn held(&self) -> impl Iterator<Item = &Submission> {
        let stages: BTreeSet<&StageId> = self
            .submissions
            .iter()
            .filter_map(|one| one.stage.as_ref())
            .collect();
        let quotes = stages.into_iter().filter_map(|stage| self.quote(stage));
        self.standing().into_iter().chain(quotes)
    }

    /// The number of the last revision, 0 before the first.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.submissions
            .last()
            .map_or(0, |submission| submission.body.revision)
    }
}

impl Opening {
    /// Indices of custodians whose batches are not known to be false.
    pub fn good(&self) -> impl Iterator<Item = u16> + '_ {
        self.shares
            .iter()
            .filter(|(_, batch)| batch.faulted.is_none())
            .map(|(index, _)| *index)
    }

    /// Whether the bid has an envelope on the frozen list.
    #[must_use]
    pub fn lists(&self, bid: &BidId) -> bool {
        self.frozen.envelopes.iter().any(|listed| listed.bid == *bid)
    }
}
