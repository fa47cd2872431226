//! The sentences of the buyer's review of the qualification (资格审查).

use super::no;
use crate::limits::TEXT;
use crate::tender::Phase;
use facts::{BidId, Refusal};

type R = Refusal;

pub(in super::super) fn qualification_early(phase: Phase) -> R {
    let word = phase.word();
    no(
        "qualification.not_due",
        format!(
            "The tender is {word}; the qualification is reviewed after the opening and before the evaluation (87号令44)."
        ),
        format!("项目处于{word};资格审查在开标结束后、评标之前进行(87号令第四十四条)。"),
    )
}

pub(in super::super) fn qualification_none() -> R {
    no(
        "qualification.none",
        "The method leaves no item to the buyer; the panel reviews all of them.".into(),
        "评标办法未规定由招标人审查的项目,资格由评标委员会审查。".into(),
    )
}

pub(in super::super) fn qualification_done() -> R {
    no(
        "qualification.given_already",
        "The qualification was reviewed already; it is reviewed once (87号令44).".into(),
        "资格审查已完成,不得重复进行(87号令第四十四条)。".into(),
    )
}

pub(in super::super) fn qualification_incomplete() -> R {
    no(
        "qualification.votes_invalid",
        "Judge every bid that was read out, in each of its lots, on every item of the buyer's: ascending by lot and bid, then in the order of the method.".into(),
        "请对每一标段每一份已唱标的投标、按办法的次序逐项作出判定,不得遗漏或增加。".into(),
    )
}

pub(in super::super) fn qualification_reason(bid: &BidId, item: &facts::id::ItemId) -> R {
    no(
        "qualification.reason_missing",
        format!(
            "Say in at most {TEXT} characters why bid {bid} fails {item}; leave the reason of a pass empty."
        ),
        format!("投标{bid}的{item}:不合格须说明理由(至多{TEXT}字),合格不填写理由。"),
    )
}
