//! 39: the notice keeps to the trade method that it names (section 12), and a single source is who it names.

use super::setup::not_noticed;
use crate::dossier::Dossier;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::bid::BidEntered;
use facts::body::tender::{Regime, TenderRegistered};
use facts::calendar::CHINA;
use facts::procedures;

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
    let faults = procedures::faults(&rules.notice, regime, published);
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
    found.note(
        rules.seq,
        format!("working days by {}", CHINA.version),
        format!("工作日按{}", CHINA.version),
    );
    found.into()
}
