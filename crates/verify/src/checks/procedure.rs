//! 39: the notice keeps to the trade method that it names (section 12), and a single source is who it names.

use super::setup::{GRACE, not_noticed};
use crate::dossier::Dossier;
use crate::rules::Rules;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::bid::BidEntered;
use facts::body::opening::{ListFrozen, OpeningClosed, OpeningRecorded};
use facts::body::quotes::{QuotesInvited, Remaining};
use facts::body::tender::{Regime, TenderRegistered};
use facts::calendar::{CHINA, Calendar, KNOWN};
use facts::id::StageId;
use facts::procedures;
use std::collections::BTreeSet;

pub(super) fn kept(dossier: &Dossier) -> Finding {
    let Some(rules) = dossier.rules() else {
        return not_noticed();
    };
    let stream = dossier.stream();
    let registered = dossier.shown.told::<TenderRegistered>(&stream);
    let regime = registered.first().map_or(Regime::Free, |told| told.body.regime);
    let published = rules
        .versions
        .first()
        .map_or(rules.notice.closes_at, |first| first.at);
    // The calendar that the notice was admitted by is not in it: it is at fault only if it is so by every one.
    let by = |calendar: &&'static Calendar| {
        let faults = procedures::faults_by(calendar, &rules.notice, regime, published);
        (*calendar, faults)
    };
    let (calendar, faults) = KNOWN
        .iter()
        .rev()
        .map(by)
        .min_by_key(|(_, faults)| faults.len())
        .unwrap_or((&CHINA, Vec::new()));
    let said = rules.notice.procedure.as_ref();
    if said.is_none() && faults.is_empty() {
        return skipped("the notice names no trade method", "公告未载明交易方式");
    }
    let mut found = Findings::new();
    for fault in faults {
        let (code, en, zh) = (fault.refusal.code, fault.refusal.en, fault.refusal.zh);
        found.fault(
            rules.seq,
            format!("the notice leaves its trade method: {code}: {en}"),
            format!("公告与其交易方式不符:{code}:{zh}"),
        );
    }
    if let Some(supplier) = said.and_then(|said| said.supplier.as_ref()) {
        for told in dossier.shown.told::<BidEntered>(&stream) {
            let who = &told.body.account;
            if who != supplier {
                found.fault(
                    told.seq(),
                    format!("{who} is not the single source"),
                    format!("{who}不是单一来源供应商"),
                );
            }
        }
    }
    invitations(dossier, rules, &mut found);
    found.note(
        rules.seq,
        format!("working days by {}", calendar.version),
        format!("工作日按{}", calendar.version),
    );
    found.into()
}

/// Every invitation to final quotes: in its turn, to a later deadline that was waited for, and nobody passed over.
fn invitations(dossier: &Dossier, rules: &Rules, found: &mut Findings) {
    let stream = dossier.stream();
    let closed = dossier.shown.told::<OpeningClosed>(&stream);
    let frozen = dossier.shown.told::<ListFrozen>(&stream);
    let mut stages = BTreeSet::new();
    for told in dossier.shown.told::<QuotesInvited>(&stream) {
        let (seq, body) = (told.seq(), &told.body);
        let place = rules
            .notice
            .stages
            .iter()
            .position(|one| one.stage == body.stage && one.invited);
        let before = place.and_then(|place| rules.notice.stages.get(place.checked_sub(1)?));
        let Some(before) = before.filter(|_| stages.insert(body.stage.clone())) else {
            found.fault(
                seq,
                format!(
                    "stage {} takes no final quotes, or is invited to twice",
                    body.stage
                ),
                format!("阶段{}不接受最后报价,或重复邀请", body.stage),
            );
            continue;
        };
        let ended = closed
            .iter()
            .find(|one| one.body.stage == before.stage)
            .map(crate::shown::Told::seq);
        if ended.is_none_or(|ended| ended > seq) || body.closes_at <= told.fact.record.at {
            found.fault(
                seq,
                "the invitation came before the opening was over, or sets a deadline that is past",
                "邀请早于前一阶段开启结束,或截止时间已过",
            );
        }
        let left = body.left_out.iter().map(|left| Remaining {
            bid: left.bid.clone(),
            lot: left.lot.clone(),
        });
        let named: Vec<Remaining> = body.invited.iter().cloned().chain(left).collect();
        let distinct: BTreeSet<Remaining> = named.iter().cloned().collect();
        let reasoned = body.left_out.iter().all(|left| !left.reason.trim().is_empty());
        if named.len() != distinct.len() || distinct != opened_whole(dossier, &before.stage) || !reasoned {
            found.fault(
                seq,
                "those invited and those left out with a reason are not exactly the bids that were opened",
                "受邀者与附理由未受邀者并非恰为已开启的响应文件",
            );
        }
        let listed = frozen.iter().find(|one| one.body.stage == body.stage);
        let until = rules.quotes_until(&body.stage);
        if let (Some(listed), Some(until)) = (listed, until)
            && listed.fact.record.at < until.plus(GRACE)
        {
            found.fault(
                listed.seq(),
                format!("the final quotes were listed before their deadline {until} was over"),
                format!("最后报价在截止时间{until}之前即列入清单"),
            );
        }
    }
}

/// Every bid and lot of which all parts were opened in a stage.
fn opened_whole(dossier: &Dossier, stage: &StageId) -> BTreeSet<Remaining> {
    let (mut whole, mut shut) = (BTreeSet::new(), BTreeSet::new());
    for told in dossier.shown.told::<OpeningRecorded>(&dossier.stream()) {
        for opened in told.body.bids.iter().filter(|_| told.body.stage == *stage) {
            for part in &opened.parts {
                let of = if part.unopened.is_some() {
                    &mut shut
                } else {
                    &mut whole
                };
                of.insert(Remaining {
                    bid: opened.bid.clone(),
                    lot: part.lot.clone(),
                });
            }
        }
    }
    whole.difference(&shut).cloned().collect()
}
