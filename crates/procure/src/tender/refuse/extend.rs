//! Why procurement gives an order back that would move a deadline after it has passed.
//!
//! Invariant: as of all sentences of refusal.

use super::no;
use facts::outage::{Passed, Stays};
use facts::{Instant, Refusal};

type R = Refusal;

pub(in super::super) fn opening_begun(deadline: Instant) -> R {
    no(
        "extend.opening_begun",
        format!(
            "The deadline {deadline} has passed and the list of bids is out: nothing moves the deadline any more."
        ),
        format!("投标截止时间 {deadline} 已过，投标名单已形成，不得再顺延。"),
    )
}

pub(in super::super) fn deadline_stays(passed: Passed, why: Stays) -> R {
    let deadline = passed.deadline;
    let (en, zh) = match why {
        Stays::InTime => (
            "the platform closed in time".to_owned(),
            "平台按时截标".to_owned(),
        ),
        Stays::Unstated => (
            "the order names no outage".to_owned(),
            "指令未写明停机时段".to_owned(),
        ),
        Stays::Unfit => (
            "the outage is no period that is over".to_owned(),
            "停机时段不成立或尚未结束".to_owned(),
        ),
        Stays::Elsewhere => (
            "the outage does not cover it".to_owned(),
            "停机时段不包含截止时间".to_owned(),
        ),
        Stays::Late(last) => (
            format!("such an order was possible until {last}"),
            format!("此类指令应于 {last} 前作出"),
        ),
        Stays::Short(earliest) => (
            format!("the new deadline must be {earliest} or later"),
            format!("新的截止时间不得早于 {earliest}"),
        ),
    };
    no(
        "extend.outage_unfit",
        format!("The deadline {deadline} has passed and stays: {en}."),
        format!("投标截止时间 {deadline} 已过，不予顺延：{zh}。"),
    )
}
