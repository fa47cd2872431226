//! Every sentence with which the law of tenders says no, in files of their own: in general, before the
//! deadline, of methods, after the deadline.
//!
//! Invariant: a sentence names the value, the limit, the article where there is one, and what to do; a code never
//! changes its meaning.

mod after;
mod before;
mod contract;
mod extend;
mod method;
mod qualification;

pub(super) use after::*;
pub(super) use before::*;
pub(super) use contract::*;
pub(super) use extend::*;
pub(super) use method::*;
pub(super) use qualification::*;

use super::Phase;
use crate::limits::TEXT;
use facts::id::OrderId;
use facts::{AccountId, BidId, Hex, Instant, Refusal, Stream};
use std::collections::BTreeSet;

fn no(code: &'static str, en: String, zh: String) -> Refusal {
    Refusal::new(code, en, zh)
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(
        "tender.unknown",
        "There is no such tender; register it first.",
        "没有该招标项目，请先进场登记。",
    )
}

pub(super) fn over(phase: Phase) -> Refusal {
    let word = phase.word();
    no(
        "tender.over",
        format!("The tender is {word}; nothing more can be done in it."),
        format!("该项目已结束（{word}），不能再操作。"),
    )
}

pub(super) fn suspended(orders: &BTreeSet<OrderId>) -> Refusal {
    let named: Vec<_> = orders.iter().map(OrderId::as_str).collect();
    let named = named.join(", ");
    no(
        "tender.suspended",
        format!("The tender is suspended by order {named}; every window is prolonged by the time suspended."),
        format!("该项目已被监督指令 {named} 暂停，各期限将按暂停时间顺延。"),
    )
}

pub(super) fn stream(found: &Stream, named: &Stream) -> Refusal {
    no(
        "act.stream_malformed",
        format!("The act was signed for {found}, but its body speaks of {named}."),
        format!("该操作签署的对象是 {found}，而内容涉及 {named}。"),
    )
}

pub(super) fn not_owner(account: &AccountId) -> Refusal {
    no(
        "owner.not_allowed",
        format!("{account} is neither the buyer nor the agent of this tender."),
        format!("{account} 不是本项目的招标人或招标代理。"),
    )
}

pub(super) fn account_key_wanted() -> Refusal {
    Refusal::new(
        "actor.key_not_allowed",
        "This is signed with the key of an account, not with a custody key or the key of a bid.",
        "此操作须用账户密钥签署，不得用保管密钥或投标密钥。",
    )
}

pub(super) fn bid_key_wanted(bid: &BidId) -> Refusal {
    no(
        "bid.key_not_allowed",
        format!("This is signed with the key with which bid {bid} entered, and with no other."),
        format!("此操作须用投标 {bid} 进场时的投标密钥签署。"),
    )
}

pub(super) fn not_custodian(index: u16) -> Refusal {
    no(
        "custodian.not_allowed",
        format!(
            "Only the custodian with index {index} of the key's roster may do this, with the custody key named there."
        ),
        format!("只有该密钥名册中第 {index} 号保管人可用其保管密钥进行此操作。"),
    )
}

pub(super) fn no_form(what: &str) -> Refusal {
    no(
        "platform.malformed",
        format!("The fact has no canonical form: {what}."),
        format!("该事实没有规范形式：{what}。"),
    )
}

pub(super) fn text_missing(member: &'static str) -> Refusal {
    no(
        "text.invalid",
        format!("`{member}` must not be empty."),
        format!("`{member}` 不得为空。"),
    )
}

pub(super) fn text_long(member: &'static str) -> Refusal {
    no(
        "text.invalid",
        format!("`{member}` must not have more than {TEXT} characters."),
        format!("`{member}` 不得超过 {TEXT} 个字符。"),
    )
}

pub(super) fn twice(thing: &'static str, name: &str) -> Refusal {
    no(
        "name.twice",
        format!("The {thing} name {name:?} is empty or taken already; every {thing} has a name of its own."),
        format!("{thing} 名称 {name:?} 为空或已被使用，不得重复。"),
    )
}

pub(super) fn none(thing: &'static str) -> Refusal {
    no(
        "list.invalid",
        format!("At least one {thing} is needed."),
        format!("至少须有一个 {thing}。"),
    )
}

pub(super) fn qualification_file(submission: &Hex<16>) -> Refusal {
    no(
        "qualification.file_unknown",
        format!("{submission} is no opened file of that bid."),
        format!("{submission} 不是该投标已开启的文件。"),
    )
}

pub(super) fn answered(name: &str) -> Refusal {
    no(
        "answer.given",
        format!("{name} was answered already."),
        format!("{name} 已经答复。"),
    )
}

pub(super) fn window_over(what: &'static str, end: Instant) -> Refusal {
    no(
        "window.over",
        format!("The window for {what} ended at {end}."),
        format!("期限（{what}）已于 {end} 届满。"),
    )
}

pub(super) fn nothing_due() -> Refusal {
    Refusal::new("nothing.due", "Nothing is due.", "目前没有到期事项。")
}

pub(super) fn key_unknown(key_id: &Hex<32>) -> Refusal {
    no(
        "key.unknown",
        format!(
            "No completed ceremony is known to have made key {key_id} at this place; complete the ceremony or name its slot rightly."
        ),
        format!("没有已完成的密钥仪式在此处产生密钥 {key_id}，请先完成仪式或改正序号。"),
    )
}

pub(super) fn order_known(order: &OrderId) -> Refusal {
    no(
        "order.known",
        format!("Order {order} is obeyed already."),
        format!("监督指令 {order} 已经执行。"),
    )
}

pub(super) fn order_unknown(order: &OrderId) -> Refusal {
    no(
        "order.unknown",
        format!("No order {order} is in force."),
        format!("没有生效中的监督指令 {order}。"),
    )
}

pub(super) fn order_obeyed(seq: u64) -> Refusal {
    no(
        "order.known",
        format!("The order at position {seq} is obeyed already."),
        format!("位置 {seq} 的监督指令已经执行。"),
    )
}

pub(super) fn step_not_voidable(seq: u64) -> Refusal {
    no(
        "step.not_voidable",
        format!("The fact {seq} is no reply and no publicity that stands; it cannot be undone."),
        format!("条目 {seq} 不是有效的答复或公示，不能撤销。"),
    )
}

pub(super) fn occasion(against: facts::body::objection::Against) -> Refusal {
    let word = against.word();
    no(
        "objection.occasion_invalid",
        format!(
            "Under the law of this tender nobody objects to the {word} like this; object at the opening or to the candidates."
        ),
        format!("依本项目适用的法律不能以此方式对 {word} 提出异议，请在开标或公示环节提出。"),
    )
}

pub(super) fn step_running() -> Refusal {
    Refusal::new(
        "objection.too_early",
        "The process is objected to from the deadline on; before it, object to the documents or ask a question.",
        "对采购过程的质疑应在投标截止后提出；此前请对采购文件提出质疑或提出询问。",
    )
}
