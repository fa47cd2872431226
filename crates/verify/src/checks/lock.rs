//! 25: bidders opened their own locks before any share existed, and with the secrets they had committed to.

use super::lists::not_frozen;
use crate::dossier::Dossier;
use crate::opened;
use crate::verdict::{Finding, Findings, skipped};
use facts::Hex;
use facts::body::opening::{BidUnlocked, Cause, ListSettled};
use seal::{Suite, blk};
use std::collections::BTreeSet;

pub(super) fn unlocked(dossier: &Dossier) -> Finding {
    let Some(rules) = dossier.rules() else {
        return super::setup::not_noticed();
    };
    if !rules.notice.opening.bidder_lock {
        return skipped("the tender has no bidder lock", "本项目不设投标人锁");
    }
    let settled = dossier.shown.told::<ListSettled>(&dossier.stream());
    if settled.is_empty() {
        return not_frozen();
    }
    let mut found = Findings::new();
    let unlocks = dossier.shown.told::<BidUnlocked>(&dossier.stream());
    for told in &settled {
        let own = unlocks
            .iter()
            .filter(|unlock| unlock.body.stage == told.body.stage);
        let mut opened = BTreeSet::new();
        for unlock in own {
            for key in &unlock.body.keys {
                let sealed = opened::envelope(dossier, key.submission);
                let fits = sealed.is_some_and(|sealed| {
                    *sealed.bid == unlock.body.bid
                        && blk(Suite::Tree64k, key.submission.bytes(), key.beta.bytes())
                            == sealed.envelope.blk.0
                });
                if !fits {
                    found.fault(
                        unlock.seq(),
                        format!(
                            "the secret for the envelope {} is not the one committed to",
                            key.submission
                        ),
                        format!("信封{}的解锁密钥与承诺不符", key.submission),
                    );
                } else if unlock.seq() > told.seq() {
                    found.fault(
                        unlock.seq(),
                        format!(
                            "the envelope {} was unlocked after the list was settled",
                            key.submission
                        ),
                        format!("信封{}在清单确定之后才解锁", key.submission),
                    );
                } else {
                    opened.insert(key.submission);
                }
            }
        }
        one_list(&told.body, told.seq(), &opened, &mut found);
    }
    found.into()
}

fn one_list(settled: &ListSettled, seq: u64, opened: &BTreeSet<Hex<16>>, found: &mut Findings) {
    for submission in settled
        .submissions
        .iter()
        .filter(|submission| !opened.contains(*submission))
    {
        found.fault(
            seq,
            format!("the envelope {submission} stayed on the list without being unlocked"),
            format!("信封{submission}未解锁却保留在清单中"),
        );
    }
    for one in settled
        .excluded
        .iter()
        .filter(|one| one.cause == Cause::BidderNoUnlock)
    {
        if opened.contains(&one.submission) {
            found.fault(
                seq,
                format!(
                    "the envelope {} was unlocked in time, yet it is excluded for lack of it",
                    one.submission
                ),
                format!("信封{}已按时解锁,却以未解锁为由被排除", one.submission),
            );
        }
    }
    found.note(
        seq,
        format!("stage {}: {} envelopes unlocked", settled.stage, opened.len()),
        format!("阶段{}:解锁{}个信封", settled.stage, opened.len()),
    );
}
