//! Orders that move the deadline for all (责令顺延): before it passes for any fault of the platform, after it for one alone.
//!
//! Invariant: a deadline that has passed moves only while nothing of the opening has begun, for a stated outage over it.

use super::{Standing, no};
use crate::Signed;
use crate::docket::Phase;
use crate::law::{State, fresh, stated};
use facts::body::supervision::OrderExtended;
use facts::outage::{Passed, Stays};
use facts::{Draft, Instant, Refusal, Role};

pub(super) fn extend(
    state: &State,
    signed: Signed<OrderExtended>,
    standing: &Standing,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    fresh(state, &body.order)?;
    stated("basis", "法律依据", &body.basis)?;
    stated("reason", "理由", &body.reason)?;
    if let Some(passed) = standing.passed {
        passed
            .moves(body.down, at, body.closes_at, 0)
            .map_err(|why| stays(passed, why))?;
        return Ok(vec![signed.draft()]);
    }
    match standing.deadline {
        _ if standing.phase > Phase::Noticed => Err(no(
            "order.deadline_passed",
            "The opening has begun or the tender is over: who bid, or how many did, is known or can be known, and a deadline \
             moved now would not be the same for all. Suspend the tender, or order a step void, and have it tendered anew.",
            "开标程序已经开始或者项目已结束,投标情况已经或者可能为人所知,此时顺延对各方不公平;请责令暂停或撤销有关步骤,重新组织。",
        )),
        Some(deadline) if deadline <= at => Err(no(
            "order.deadline_passed",
            format!(
                "The deadline {deadline} has passed, and the platform has not written down the closing yet. If it was \
                 down over the deadline, give the order again in a moment."
            ),
            format!("投标截止时间{deadline}已过,平台尚未记入截标;如停机跨越截止时间,请稍后重新作出指令。"),
        )),
        Some(deadline) if standing.phase == Phase::Noticed && body.closes_at > deadline => {
            if body.down.is_some_and(|down| !down.is_over(at)) {
                return Err(unfit());
            }
            Ok(vec![signed.draft()])
        }
        Some(deadline) if standing.phase == Phase::Noticed => Err(no(
            "order.deadline_invalid",
            format!("The deadline is {deadline}; an order only ever moves it later."),
            format!("投标截止时间为{deadline},指令只能顺延。"),
        )),
        _ => Err(no(
            "order.not_noticed",
            "No deadline of this tender is running; there is nothing to move.",
            "本项目没有进行中的投标截止期限,无从顺延。",
        )),
    }
}

fn unfit() -> Refusal {
    no(
        "order.down_invalid",
        "Say from when until when the platform was down: `until` comes after `from` and is not in the future.",
        "请写明平台停机的起止时间:`until`应晚于`from`,且不得晚于现在。",
    )
}

/// Why a deadline that has passed is not moved.
fn stays(passed: Passed, why: Stays) -> Refusal {
    let deadline = passed.deadline;
    match why {
        Stays::InTime => no(
            "order.deadline_passed",
            format!(
                "The platform wrote down the closing at {}, right after the deadline {deadline}: it ran then, and bidders \
                 were not shut out over the deadline.",
                passed.closed
            ),
            format!(
                "平台在投标截止时间{deadline}后随即({})记入截标,当时运行正常,不构成停机跨越截止时间。",
                passed.closed
            ),
        ),
        Stays::Unstated => no(
            "order.down_missing",
            format!(
                "The deadline {deadline} has passed; it is moved only for an outage. Say in `down` from when until when."
            ),
            format!("投标截止时间{deadline}已过,仅因平台停机方可顺延,请在`down`中写明停机起止时间。"),
        ),
        Stays::Unfit => unfit(),
        Stays::Elsewhere => no(
            "order.down_invalid",
            format!(
                "The outage must cover the deadline {deadline}; one before or after it kept nobody from handing in in time."
            ),
            format!("停机时段应包含投标截止时间{deadline};截止前已恢复或截止后才发生的停机不影响按时递交。"),
        ),
        Stays::Late(last) => no(
            "order.too_late",
            format!(
                "Such an order was possible until {last}, 24 hours after the platform wrote down the closing."
            ),
            format!("此类指令应在平台记入截标后24小时内({last}前)作出,现已逾期。"),
        ),
        Stays::Short(earliest) => no(
            "order.deadline_short",
            format!(
                "Leave everybody as long as the outage lasted, and two hours at least: the new deadline is {earliest} or later."
            ),
            format!("新的截止时间应给各方留出不短于停机时长且不少于两小时的时间,即不早于{earliest}。"),
        ),
    }
}
