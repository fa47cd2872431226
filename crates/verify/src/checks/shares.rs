//! 26: the shares of the custodians, each against the public share recomputed from the ceremony.

use crate::dossier::Dossier;
use crate::keys::Key;
use crate::shown::Told;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::opening::{
    CustodianAbsent, ListSettled, OpeningFailed, OpeningRecorded, ShareFaulted, ShareGiven,
};
use std::collections::BTreeSet;

pub(super) fn shares(dossier: &Dossier) -> Finding {
    let settled = dossier.shown.told::<ListSettled>(&dossier.stream());
    if settled.is_empty() {
        return skipped("no list is settled yet", "尚未确定开启清单");
    }
    let mut found = Findings::new();
    let given = dossier.shown.told::<ShareGiven>(&dossier.stream());
    for told in &given {
        if !settled
            .iter()
            .any(|one| one.body.stage == told.body.stage && one.seq() < told.seq())
        {
            found.fault(
                told.seq(),
                format!(
                    "a share for stage {} before its list was settled",
                    told.body.stage
                ),
                format!("阶段{}的清单确定之前即有份额", told.body.stage),
            );
        }
    }
    for one in &settled {
        let batches: Vec<_> = given
            .iter()
            .filter(|told| told.body.stage == one.body.stage)
            .collect();
        stage(dossier, one, &batches, &mut found);
    }
    found.into()
}

fn stage(
    dossier: &Dossier,
    settled: &Told<'_, ListSettled>,
    given: &[&Told<'_, ShareGiven>],
    found: &mut Findings,
) {
    let stage = &settled.body.stage;
    let faults = dossier.shown.told::<ShareFaulted>(&dossier.stream());
    let (mut custodians, mut valid) = (BTreeSet::new(), BTreeSet::new());
    for told in given {
        let (seq, index) = (told.seq(), told.body.index);
        if !custodians.insert(index) {
            found.fault(
                seq,
                format!("custodian {index} gave shares twice"),
                format!("第{index}号保管人重复提交份额"),
            );
        }
        if told.body.list != settled.body.list {
            found.fault(
                seq,
                format!("custodian {index} answered another list"),
                format!("第{index}号保管人回应的不是此清单"),
            );
            continue;
        }
        let fault = faults.iter().find(|fault| fault.body.seq == seq);
        match (dossier.batch(seq), fault) {
            (Ok(_), None) => {
                valid.insert(index);
            }
            (Ok(_), Some(fault)) => found.fault(
                fault.seq(),
                format!("the batch of custodian {index} is called false, but every proof holds"),
                format!("第{index}号保管人的份额被指无效,而其证明全部成立"),
            ),
            // The platform checks no more batches than it needs; whether it used this one is asked below.
            (Err((_, why)), None) => found.note(
                seq,
                format!("the batch of custodian {index} is false and was not named: {why}"),
                format!("第{index}号保管人的份额无效,未被指出:{why}"),
            ),
            (Err((submission, why)), Some(fault)) => {
                if submission.is_some_and(|submission| submission != fault.body.submission)
                    || fault.body.index != index
                {
                    found.fault(
                        fault.seq(),
                        format!("the fault names another envelope or custodian than the one at fault: {why}"),
                        format!("所指信封或保管人与实际有误者不同:{why}"),
                    );
                }
            }
        }
    }
    for fault in faults.iter().filter(|fault| fault.body.stage == *stage) {
        if !given.iter().any(|told| told.seq() == fault.body.seq) {
            found.fault(
                fault.seq(),
                "a fault is named in a batch that does not exist",
                "所指无效份额并不存在",
            );
        }
    }
    claims(dossier, settled, &custodians, &valid, found);
    found.note(
        settled.seq(),
        format!("stage {stage}: valid shares of custodians {valid:?}"),
        format!("阶段{stage}:有效份额来自保管人{valid:?}"),
    );
}

/// What the platform says of the shares: who was absent, who opened, whether it failed.
fn claims(
    dossier: &Dossier,
    settled: &Told<'_, ListSettled>,
    custodians: &BTreeSet<u16>,
    valid: &BTreeSet<u16>,
    found: &mut Findings,
) {
    let stage = &settled.body.stage;
    let absent = dossier.shown.told::<CustodianAbsent>(&dossier.stream());
    for one in absent
        .iter()
        .filter(|one| one.body.stage == *stage && custodians.contains(&one.body.index))
    {
        found.fault(
            one.seq(),
            format!("custodian {} is called absent, but gave shares", one.body.index),
            format!("第{}号保管人已提交份额,却被记为缺席", one.body.index),
        );
    }
    let k = dossier
        .keys()
        .get(stage)
        .and_then(Key::certificate)
        .map_or(usize::MAX, |made| usize::from(made.roster().k()));
    for record in dossier
        .shown
        .told::<OpeningRecorded>(&dossier.stream())
        .iter()
        .filter(|told| told.body.stage == *stage)
    {
        let quorum: BTreeSet<u16> = record.body.quorum.iter().copied().collect();
        if record.body.list != settled.body.list {
            found.fault(
                record.seq(),
                "the record is of another list",
                "开标记录所依清单不同",
            );
        }
        if quorum.len() != record.body.quorum.len() || quorum.len() < k {
            found.fault(
                record.seq(),
                format!(
                    "{} different custodians opened where {k} are needed",
                    quorum.len()
                ),
                format!("仅{}名保管人参与开启,应有{k}名", quorum.len()),
            );
        }
        for index in quorum.difference(valid) {
            found.fault(
                record.seq(),
                format!("custodian {index} is said to have opened, but gave no valid shares"),
                format!("记载第{index}号保管人参与开启,但其无有效份额"),
            );
        }
    }
    for failed in dossier
        .shown
        .told::<OpeningFailed>(&dossier.stream())
        .iter()
        .filter(|told| told.body.stage == *stage)
    {
        if valid.len() >= k {
            found.fault(
                failed.seq(),
                "the opening failed though enough custodians answered",
                "份额已足,却记为开启失败",
            );
        }
    }
}
