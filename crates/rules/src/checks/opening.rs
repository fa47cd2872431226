//! The opening: its instant, its numbers, what is read out, what stays closed, objections on the spot.
//!
//! Invariant: each check waits for the public fact that it judges; before the list is frozen none of them knows how
//! many bids there are.

use super::notice::kept_otherwise;
use super::{Case, Table};
use crate::finding::{Clock, Findings, Flaw};
use crate::procedure::Told;
use facts::body::tender::{PartRole, Way};
use facts::{BidId, Hex};
use std::collections::BTreeSet;

pub(super) const TABLE: Table = &[
    ("opening.instant", instant),
    ("opening.enough_bidders", enough_bidders),
    ("opening.complete", complete),
    ("opening.read_out", read_out),
    ("opening.attributed", attributed),
    ("opening.objections", objections),
    ("opening.confirmed", confirmed),
    ("opening.as_received", as_received),
    ("opening.coefficient", coefficient),
    ("opening.fault", fault),
];

/// O01: the opening begins at the deadline.
fn instant(case: &Case<'_>, found: &mut Findings) {
    let Some(deadline) = case.procedure.deadline() else {
        return;
    };
    let closed = case.procedure.closed.as_ref();
    if let Some(early) = closed.filter(|closed| closed.at < closed.body.closes_at) {
        found.flaw(Flaw::new(
            early.mark(),
            "未到截止时间即开标。",
            "The opening began before the deadline.",
        ));
        return;
    }
    let lost = case
        .procedure
        .standstill(deadline.at, closed.map_or(deadline.at, |closed| closed.at));
    let due = case.due(deadline.at).plus(lost);
    found.clock(
        Clock::new(
            deadline,
            due,
            closed.map(Told::mark),
            "截止时间已到,应即时开标。",
            "The deadline is there: the opening has to begin at once.",
        )
        .by_platform(),
    );
}

/// O02: fewer than so many bidders, and nothing is opened.
fn enough_bidders(case: &Case<'_>, found: &mut Findings) {
    let Some(list) = case.procedure.frozen.first() else {
        return;
    };
    // Two suppliers, or one, suffice on a ground of the law that the notice states (财库〔2015〕124号, 政府采购法31).
    let procedure = case
        .procedure
        .noticed
        .as_ref()
        .and_then(|told| told.body.procedure.as_ref());
    if procedure.is_some_and(|procedure| procedure.ground.is_some() || procedure.way == Way::SingleSource) {
        found.keep([list.seq]);
        return;
    }
    let bids: BTreeSet<&BidId> = list.body.envelopes.iter().map(|listed| &listed.bid).collect();
    if i64::try_from(bids.len()).unwrap_or(i64::MAX) >= case.number() {
        found.keep([list.seq]);
        return;
    }
    let opened = case.procedure.shares.first().copied();
    if let Some(opened) = opened {
        found.flaw(
            Flaw::new(
                opened,
                format!("投标人{}个,少于{}个,仍予开标。", bids.len(), case.number()),
                format!(
                    "There are {} bidders, fewer than {}, and bids are opened all the same.",
                    bids.len(),
                    case.number()
                ),
            )
            .with([list.seq]),
        );
    }
}

/// O05: whatever was listed is opened, or it is said why not.
fn complete(case: &Case<'_>, found: &mut Findings) {
    for record in &case.procedure.recorded {
        let Some(list) = (case.procedure.frozen.iter()).find(|list| list.body.stage == record.body.stage)
        else {
            continue;
        };
        let listed: BTreeSet<Hex<16>> = list
            .body
            .envelopes
            .iter()
            .map(|listed| listed.submission)
            .collect();
        let parts = record.body.bids.iter().flat_map(|bid| &bid.parts);
        let mut read: BTreeSet<Hex<16>> = parts.map(|part| part.submission).collect();
        let settled = case
            .procedure
            .settled
            .iter()
            .filter(|told| told.body.stage == record.body.stage);
        read.extend(settled.flat_map(|told| told.body.excluded.iter().map(|out| out.submission)));
        let left = listed.difference(&read).count();
        if left == 0 {
            found.keep([list.seq, record.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                record.mark(),
                format!("{left}份已列入清单的文件既未开启,也未说明原因。"),
                format!("{left} listed envelopes are neither opened nor explained."),
            )
            .about(&record.body.stage)
            .with([list.seq]),
        );
    }
}

/// O06: names and prices are read out.
fn read_out(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let stages = &notice.body.stages;
    let has_letter = |stage: &facts::id::StageId| {
        let of = stages.iter().find(|known| known.stage == *stage);
        of.is_some_and(|of| of.parts.iter().any(|part| part.role == PartRole::Letter))
    };
    let last = stages
        .iter()
        .rfind(|stage| has_letter(&stage.stage))
        .map(|stage| &stage.stage);
    for record in case
        .procedure
        .recorded
        .iter()
        .filter(|record| has_letter(&record.body.stage))
    {
        let before = found.0.len();
        for bid in &record.body.bids {
            let letters = bid.parts.iter().filter_map(|part| part.letter.as_ref());
            let priced = Some(&record.body.stage) == last;
            for letter in letters {
                if letter.name.trim().is_empty() || (priced && letter.price.is_none()) {
                    found.flaw(
                        Flaw::new(
                            record.mark(),
                            format!("开标记录中投标{}缺名称或价格。", bid.bid),
                            format!("The record reads out no name or no price of bid {}.", bid.bid),
                        )
                        .about(&bid.bid),
                    );
                }
            }
        }
        kept_otherwise(found, before, record.seq);
    }
}

/// O08: what stays closed has its cause, and the evidence.
fn attributed(case: &Case<'_>, found: &mut Findings) {
    for record in &case.procedure.recorded {
        let before = found.0.len();
        for (bid, part) in record
            .body
            .bids
            .iter()
            .flat_map(|bid| bid.parts.iter().map(move |part| (bid, part)))
        {
            let Some(out) = &part.unopened else { continue };
            if out.evidence.trim().is_empty() {
                found.flaw(
                    Flaw::new(
                        record.mark(),
                        format!("投标{}未解密,但未记载依据。", bid.bid),
                        format!("Bid {} stays closed without evidence of the cause.", bid.bid),
                    )
                    .about(&bid.bid),
                );
            }
        }
        kept_otherwise(found, before, record.seq);
    }
}

/// O09: an objection is answered while the opening lasts.
fn objections(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.opening_objections {
        let Some(record) =
            (case.procedure.recorded.iter()).find(|record| record.body.stage == told.body.stage)
        else {
            continue;
        };
        let reply =
            (case.procedure.opening_replies.iter()).find(|reply| reply.body.objection == told.body.objection);
        let until = record
            .body
            .until
            .plus(case.procedure.standstill(record.at, record.body.until));
        found.clock(
            Clock::new(
                told.mark(),
                until.max(told.at),
                reply.map(Told::mark),
                "开标异议应当场答复并记录。",
                "An objection at the opening is answered on the spot.",
            )
            .about(&told.body.objection),
        );
    }
}

/// O11: bidders sign the record; who does not has not said no, so this is a sign and no breach.
fn confirmed(case: &Case<'_>, found: &mut Findings) {
    for closed in &case.procedure.opening_closed {
        let Some(record) =
            (case.procedure.recorded.iter()).find(|record| record.body.stage == closed.body.stage)
        else {
            continue;
        };
        let signed: BTreeSet<&BidId> = (case.procedure.confirmed.iter())
            .filter(|told| told.body.stage == closed.body.stage)
            .map(|told| &told.body.bid)
            .collect();
        let all = record.body.bids.len();
        let missing = record
            .body
            .bids
            .iter()
            .filter(|bid| !signed.contains(&bid.bid))
            .count();
        if missing == 0 {
            found.keep([record.seq, closed.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                closed.mark(),
                format!("{all}个投标人中{missing}个未签署开标记录(未参加的视同认可)。"),
                format!("{missing} of {all} bidders did not sign the record; who stayed away is taken to accept it."),
            )
            .about(&closed.body.stage)
            .with([record.seq]),
        );
    }
}

/// O12: the list of the opening is of what was handed in.
fn as_received(case: &Case<'_>, found: &mut Findings) {
    for list in &case.procedure.frozen {
        let before = found.0.len();
        for listed in &list.body.envelopes {
            let Some(bid) = case
                .procedure
                .submitted
                .iter()
                .find(|told| told.seq == listed.seq)
            else {
                continue;
            };
            let same = bid.body.bid == listed.bid
                && bid
                    .body
                    .envelopes
                    .iter()
                    .any(|envelope| envelope.submission == listed.submission);
            if !same {
                found.flaw(
                    Flaw::new(
                        list.mark(),
                        format!("清单中投标{}与其递交记录不符。", listed.bid),
                        format!("What is listed of bid {} is not what was handed in.", listed.bid),
                    )
                    .about(&listed.bid)
                    .with([bid.seq]),
                );
            }
        }
        kept_otherwise(found, before, list.seq);
    }
}

/// O14: a coefficient drawn is one that the notice announced, within its range and step.
fn coefficient(case: &Case<'_>, found: &mut Findings) {
    let (Some(notice), Some(declared)) = (
        &case.procedure.noticed,
        case.procedure.method().and_then(|method| method.declared()),
    ) else {
        return;
    };
    for told in &case.procedure.coefficients {
        let before = found.0.len();
        for (name, value) in &told.body.values {
            let announced = declared.drawn.iter().any(|drawn| {
                drawn.name == *name
                    && (drawn.from..=drawn.to).contains(value)
                    && value.saturating_sub(drawn.from).checked_rem_euclid(drawn.step) == Some(0)
            });
            if !announced {
                found.flaw(
                    Flaw::new(
                        told.mark(),
                        format!("抽取的系数{name}={value}不在招标文件载明的范围、步长内。"),
                        format!(
                            "The drawn coefficient {name} = {value} is not one that the notice announced."
                        ),
                    )
                    .about(name)
                    .with([notice.seq]),
                );
            }
        }
        kept_otherwise(found, before, told.seq);
    }
}

/// O13: an opening that failed for the platform's or the custodians' cause is stopped and reported.
fn fault(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.unopened {
        let stopped = case.procedure.suspended.iter().find(|stop| stop.at >= told.at);
        found.flaw(
            Flaw::new(
                told.mark(),
                format!("阶段{}非因投标人原因未能开启,应中止、公告并报监督部门。", told.body.stage),
                format!("Stage {} could not be opened for a cause that is not the bidders'; stop, announce, report.", told.body.stage),
            )
            .about(&told.body.stage)
            .cured(stopped.map(Told::mark)),
        );
    }
}
