//! 28, in part: from where the opened bids were handed in (section 7.6).
//!
//! Invariant: what only the platform saw, the addresses, is taken for no proof; what can be known is computed: when it was
//! compared, of which bids, and that the numbers tell nothing but equality.

use crate::dossier::Dossier;
use crate::shown::Told;
use crate::verdict::Findings;
use facts::BidId;
use facts::body::opening::{OpeningRecorded, OriginsCompared};

/// Whether anything was compared at all.
pub(super) fn any(dossier: &Dossier) -> bool {
    !dossier
        .shown
        .told::<OriginsCompared>(&dossier.stream())
        .is_empty()
}

pub(super) fn compared(dossier: &Dossier, recorded: &[Told<'_, OpeningRecorded>], found: &mut Findings) {
    let told = dossier.shown.told::<OriginsCompared>(&dossier.stream());
    for again in told.iter().skip(1) {
        found.fault(
            again.seq(),
            "from where the bids were handed in is compared twice",
            "递交网络地址重复比对",
        );
    }
    for one in &told {
        let opened = recorded.first().filter(|record| record.seq() < one.seq());
        let Some(record) = opened.filter(|record| record.seq() == one.body.record) else {
            found.fault(
                one.seq(),
                "it does not name the first opening record before it",
                "未指明其前的首份开标记录",
            );
            continue;
        };
        let named = one.body.bids.iter().map(|origin| &origin.bid);
        let read: Vec<&BidId> = record.body.bids.iter().map(|opened| &opened.bid).collect();
        if !named.eq(read) {
            found.fault(
                one.seq(),
                "the bids compared are not those of the opening record, in its order",
                "比对的投标与开标记录不一致",
            );
        }
        let mut last = 0_u32;
        for address in one.body.bids.iter().filter_map(|origin| origin.address) {
            if address == 0 || address > last.saturating_add(1) {
                found.fault(
                    one.seq(),
                    format!("the number {address} of an address is not counted from 1 as they first occur"),
                    format!("地址编号 {address} 未按首次出现的次序自 1 起编"),
                );
                break;
            }
            last = last.max(address);
        }
    }
}
