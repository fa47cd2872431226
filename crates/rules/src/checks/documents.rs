//! What tender documents ask and say: deposits, price limits, texts that single somebody out.
//!
//! Invariant: a text is only ever a sign; what it means is for a person to judge.

use super::notice::kept_otherwise;
use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use crate::rule::Unit;
use facts::Currency;
use facts::body::tender::{Category, PriceRule, TieBreak};

pub(super) const TABLE: Table = &[
    ("deposit.share", deposit_share),
    ("deposit.cap", deposit_cap),
    ("price.floor", floor),
    ("criteria.qualification", qualification),
    ("criteria.local", local),
    ("method.lot_chooses", lot_chooses),
];

/// N16, N17: a deposit of at most so much of the estimate.
fn deposit_share(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let before = found.0.len();
    for lot in &notice.body.lots {
        let Some(deposit) = lot.deposit else { continue };
        let most = i128::from(lot.estimate.minor).saturating_mul(i128::from(case.number()));
        if i128::from(deposit.minor).saturating_mul(10_000) > most {
            found.flaw(
                Flaw::new(
                    notice.mark(),
                    format!("标段{}投标保证金{deposit}超过{}的2%。", lot.lot, lot.estimate),
                    format!(
                        "The deposit of lot {}, {deposit}, is more than 2 % of {}.",
                        lot.lot, lot.estimate
                    ),
                )
                .about(&lot.lot),
            );
        }
    }
    kept_otherwise(found, before, notice.seq);
}

/// N18: a deposit never above an amount, for construction and goods.
fn deposit_cap(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let services = notice
        .body
        .method
        .declared()
        .is_some_and(|declared| declared.category == Category::Services);
    if services || case.unit() != Unit::Fen {
        return;
    }
    let before = found.0.len();
    for lot in &notice.body.lots {
        let Some(deposit) = lot.deposit else { continue };
        if deposit.currency == Currency::CNY && deposit.minor > case.number() {
            found.flaw(
                Flaw::new(
                    notice.mark(),
                    format!("标段{}投标保证金{deposit}超过80万元。", lot.lot),
                    format!("The deposit of lot {}, {deposit}, is above 800,000 CNY.", lot.lot),
                )
                .about(&lot.lot),
            );
        }
    }
    kept_otherwise(found, before, notice.seq);
}

/// N19: no lowest price.
fn floor(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let before = found.0.len();
    for lot in &notice.body.lots {
        if let Some(floor) = lot.floor {
            found.flaw(
                Flaw::new(
                    notice.mark(),
                    format!("标段{}规定了最低投标限价{floor}。", lot.lot),
                    format!("Lot {} sets a lowest price, {floor}.", lot.lot),
                )
                .about(&lot.lot),
            );
        }
    }
    kept_otherwise(found, before, notice.seq);
}

/// N27: what qualifies is not scored as well.
fn qualification(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let Some(declared) = notice.body.method.declared() else {
        return;
    };
    let before = found.0.len();
    for scored in &declared.items {
        let twice = declared
            .review
            .iter()
            .any(|item| item.title.trim() == scored.title.trim());
        let size = ["注册资本", "资产总额", "营业收入", "从业人员", "利润", "纳税额"]
            .iter()
            .any(|word| scored.title.contains(word));
        if twice || size {
            let flaw = Flaw::new(
                notice.mark(),
                format!(
                    "评分项“{}”{}。",
                    scored.title,
                    if twice {
                        "同时为资格、审查条件"
                    } else {
                        "涉及企业规模条件"
                    }
                ),
                format!(
                    "The scored item “{}” {}.",
                    scored.title,
                    if twice {
                        "is a condition of the review as well"
                    } else {
                        "looks like a condition of size"
                    }
                ),
            )
            .about(&scored.item);
            found.flaw(if twice { flaw } else { flaw.yellow() });
        }
    }
    kept_otherwise(found, before, notice.seq);
}

/// Words that tie a score to a place or a trade.
const LOCAL: [&str; 12] = [
    "本市",
    "本省",
    "本县",
    "本区",
    "本地",
    "当地",
    "本行政区",
    "本行业",
    "省级奖",
    "市级奖",
    "本系统",
    "区域内",
];

/// N28: no points for works or prizes of one region or trade. Words are a sign, no proof.
fn local(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let Some(declared) = notice.body.method.declared() else {
        return;
    };
    let titles = declared.items.iter().map(|item| (&item.item, &item.title));
    let reviewed = declared.review.iter().map(|item| (&item.item, &item.title));
    let before = found.0.len();
    for (item, title) in titles.chain(reviewed) {
        if let Some(word) = LOCAL.iter().find(|word| title.contains(**word)) {
            found.flaw(
                Flaw::new(
                    notice.mark(),
                    format!("“{title}”含“{word}”,疑以特定行政区域或行业的业绩、奖项为条件,请人工核查。"),
                    format!("“{title}” has the word “{word}”, which may favour a region or trade; a person has to look."),
                )
                .about(item)
                .yellow(),
            );
        }
    }
    kept_otherwise(found, before, notice.seq);
}

/// N29: nobody wins by lot: where neither price nor score is compared, the drawn order would decide.
fn lot_chooses(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let by_lot = notice.body.method.declared().is_some_and(|declared| {
        declared.price.rule == PriceRule::Ignored
            && declared.items.is_empty()
            && declared.ties.contains(&TieBreak::Drawn)
    });
    if by_lot {
        found.flaw(Flaw::new(
            notice.mark(),
            "价格与评分均不比较,只以随机抽取排序,等于以抽签确定中标人。",
            "Neither prices nor scores are compared, so the drawn order would choose the winner.",
        ));
    } else {
        found.keep([notice.seq]);
    }
}
