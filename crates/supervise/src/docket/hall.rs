//! The opening hall as an observer sees it (开标旁观): what happened of one opening so far.
//!
//! Invariant: public facts alone, so nothing stands here before the list is frozen.

use facts::body::opening::{BidUnlocked, ListFrozen, OpeningConfirmed, ShareFaulted, ShareGiven};
use facts::id::StageId;
use facts::{BidId, Instant, Kind, Record};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// One opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hall {
    stage: StageId,
    since: Instant,
    listed: BTreeSet<BidId>,
    unlocked: BTreeSet<BidId>,
    shares: BTreeSet<u16>,
    confirmed: BTreeSet<BidId>,
    recorded: Option<Instant>,
    is_over: bool,
}

/// The same as numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HallView {
    /// Bidders who signed the record.
    pub confirmed: usize,
    /// Bids on the frozen list.
    pub listed: usize,
    /// When the record was read out.
    #[schema(value_type = Option<i64>)]
    pub recorded: Option<Instant>,
    /// Custodians whose shares are in and not faulted.
    pub shares: usize,
    /// When the list was frozen.
    #[schema(value_type = i64)]
    pub since: Instant,
    /// The stage that is opened.
    #[schema(value_type = String)]
    pub stage: StageId,
    /// Bidders who gave their own secret.
    pub unlocked: usize,
}

impl Hall {
    /// Takes in a public fact of a tender.
    pub(super) fn observe(hall: &mut Option<Self>, record: &Record) {
        if let Some(body) = record.of::<ListFrozen>() {
            *hall = Some(Self {
                stage: body.stage,
                since: record.at,
                listed: body.envelopes.into_iter().map(|listed| listed.bid).collect(),
                unlocked: BTreeSet::new(),
                shares: BTreeSet::new(),
                confirmed: BTreeSet::new(),
                recorded: None,
                is_over: false,
            });
        }
        let Some(hall) = hall else { return };
        hall.unlocked
            .extend(record.of().map(|body: BidUnlocked| body.bid));
        hall.shares.extend(record.of().map(|body: ShareGiven| body.index));
        hall.confirmed
            .extend(record.of().map(|body: OpeningConfirmed| body.bid));
        if let Some(body) = record.of::<ShareFaulted>() {
            hall.shares.remove(&body.index);
        }
        match record.kind {
            Kind::OpeningRecorded => hall.recorded = Some(record.at),
            Kind::OpeningClosed | Kind::OpeningFailed | Kind::TenderFailed | Kind::TenderTerminated => {
                hall.is_over = true;
            }
            _ => {}
        }
    }

    /// As numbers; `None` once the opening is over.
    #[must_use]
    pub fn view(&self) -> Option<HallView> {
        (!self.is_over).then(|| HallView {
            confirmed: self.confirmed.len(),
            listed: self.listed.len(),
            recorded: self.recorded,
            shares: self.shares.len(),
            since: self.since,
            stage: self.stage.clone(),
            unlocked: self.unlocked.len(),
        })
    }
}
