//! The panel: its size and make-up, how it came about, conflicts, replacements, secrecy until the result.
//!
//! Invariant: who sat is read from what the award disclosed; before that only sizes and draws are judged.

use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use crate::procedure::Told;
use facts::body::tender::Category;
use facts::calendar::day_of;
use facts::id::SeatId;
use facts::{Currency, Role};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const TABLE: Table = &[
    ("panel.size", size),
    ("panel.size_large", size_large),
    ("panel.size_above", size_above),
    ("panel.experts", experts),
    ("panel.drawn", drawn),
    ("panel.filters", filters),
    ("panel.conflicts", conflicts),
    ("panel.supervisor", supervisor),
    ("panel.secret", secret),
    ("panel.replaced", replaced),
    ("panel.chair", chair),
    ("panel.draw_early", draw_early),
    ("panel.draw_traced", draw_traced),
    ("panel.present", present),
];

fn wrong_size(case: &Case<'_>, least: i64, found: &mut Findings) {
    let (Some(notice), Some(method)) = (&case.procedure.noticed, case.procedure.method()) else {
        return;
    };
    let members = i64::from(method.panel());
    if members >= least && members.rem_euclid(2) == 1 {
        found.keep([notice.seq]);
        return;
    }
    found.flaw(Flaw::new(
        notice.mark(),
        format!("评审成员{members}人,应为{least}人以上单数。"),
        format!("The panel has {members} members; an odd number of at least {least} is due."),
    ));
}

/// P01, P04: an odd number, at least so many.
fn size(case: &Case<'_>, found: &mut Findings) {
    wrong_size(case, case.number(), found);
}

/// P03: seven from a budget of ten million.
fn size_large(case: &Case<'_>, found: &mut Findings) {
    /// 1000万元 in fen.
    const LARGE: i64 = 1_000_000_000;
    let lots = case.procedure.lots().iter();
    let budget = lots
        .filter(|lot| lot.estimate.currency == Currency::CNY)
        .fold(0_i64, |sum, lot| sum.saturating_add(lot.estimate.minor));
    if budget >= LARGE {
        wrong_size(case, case.number(), found);
    }
}

/// P04: five from the threshold of open tendering on (74号令7).
fn size_above(case: &Case<'_>, found: &mut Findings) {
    let notice = case.procedure.noticed.as_ref();
    if notice.is_some_and(|notice| facts::procedures::above_threshold(&notice.body)) {
        wrong_size(case, 5, found);
    }
}

/// P02: experts are at least two thirds.
fn experts(case: &Case<'_>, found: &mut Findings) {
    let seats = case.procedure.panel();
    let Some(last) = case.procedure.panel_shown else {
        return;
    };
    let own: BTreeSet<&SeatId> = (case.procedure.representatives.iter())
        .flat_map(|told| told.body.seats.keys())
        .collect();
    let experts = seats.keys().filter(|seat| !own.contains(seat)).count();
    if experts.saturating_mul(3) >= seats.len().saturating_mul(2) {
        found.keep(case.procedure.panel_facts());
    } else {
        found.flaw(
            Flaw::new(
                last,
                format!("成员{}人中专家{experts}人,不足三分之二。", seats.len()),
                format!(
                    "{experts} of {} members are experts, less than two thirds.",
                    seats.len()
                ),
            )
            .with(case.procedure.panel_facts()),
        );
    }
}

/// P05: experts are drawn; a panel appointed otherwise has its reason.
fn drawn(case: &Case<'_>, found: &mut Findings) {
    if let Some(appointed) = &case.procedure.appointed {
        let reasoned = appointed
            .body
            .reason
            .as_ref()
            .is_some_and(|reason| !reason.trim().is_empty());
        if reasoned {
            found.flaw(
                Flaw::new(
                    appointed.mark(),
                    "评审专家系直接确定而非随机抽取,请核查理由与审批。",
                    "Experts were appointed, not drawn; look at the reason and its approval.",
                )
                .yellow(),
            );
        } else {
            found.flaw(Flaw::new(
                appointed.mark(),
                "评审专家未经随机抽取,亦无理由。",
                "Experts were appointed and not drawn, without a reason.",
            ));
        }
        return;
    }
    let draws: Vec<u64> = case.procedure.expert_draws().map(|told| told.seq).collect();
    if !draws.is_empty() {
        found.keep(draws);
    }
}

/// P06, P08: what is drawn from was filtered as the law says.
fn filters(case: &Case<'_>, found: &mut Findings) {
    let wanted: &[&str] = match case.rule.id.as_str() {
        "P06" => &["qualified"],
        _ => &["employer", "past", "kin"],
    };
    for draw in case.procedure.expert_draws() {
        let Some(pool) = (case.procedure.pools.iter()).find(|pool| pool.body.draw == draw.body.draw) else {
            continue;
        };
        let lacks = wanted
            .iter()
            .find(|want| !pool.body.filters.iter().any(|filter| filter == *want));
        match lacks {
            None => found.keep([draw.seq, pool.seq]),
            Some(filter) => found.flaw(
                Flaw::new(
                    pool.mark(),
                    format!("抽取{}未按“{filter}”筛选。", draw.body.draw),
                    format!("Draw {} was not filtered by “{filter}”.", draw.body.draw),
                )
                .about(&draw.body.draw)
                .with([draw.seq]),
            ),
        }
    }
}

/// P07: whoever declared a conflict scores nothing.
fn conflicts(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.recusals {
        if told.body.conflicts.is_empty() {
            found.keep([told.seq]);
            continue;
        }
        // The seat may have a new holder, who declared anew.
        let next = (case.procedure.recusals.iter())
            .find(|later| later.seq > told.seq && later.body.seat == told.body.seat);
        let until = next.map_or(u64::MAX, |later| later.seq);
        let judged = (case.procedure.committed.iter())
            .find(|score| score.body.seat == told.body.seat && (told.seq..until).contains(&score.seq));
        match judged {
            None => found.keep([told.seq]),
            Some(score) => found.flaw(
                Flaw::new(
                    score.mark(),
                    format!("席位{}申报了利害关系仍参加评审。", told.body.seat),
                    format!(
                        "Seat {} declared a conflict and scored all the same.",
                        told.body.seat
                    ),
                )
                .about(&told.body.seat)
                .with([told.seq]),
            ),
        }
    }
}

/// P09: nobody who supervises sits on a panel.
fn supervisor(case: &Case<'_>, found: &mut Findings) {
    let seats = case.procedure.panel();
    let Some(last) = case.procedure.panel_shown else {
        return;
    };
    let sits = seats
        .iter()
        .find(|(_, account)| case.people.holds(account, Role::Supervisor));
    match sits {
        None => found.keep(case.procedure.panel_facts()),
        Some((seat, _)) => found.flaw(
            Flaw::new(
                last,
                format!("席位{seat}由行政监督人员担任。"),
                format!("Seat {seat} is held by a supervisor."),
            )
            .about(seat)
            .with(case.procedure.panel_facts()),
        ),
    }
}

/// P10: the panel is not shown before the winner is decided.
fn secret(case: &Case<'_>, found: &mut Findings) {
    let Some(shown) = case.procedure.panel_shown else {
        return;
    };
    // A tender that fails after its evaluation is decided too.
    let decided = (case.procedure.awarded.as_ref().map(Told::mark)).or_else(|| case.procedure.ended());
    match decided.filter(|decided| decided.seq <= shown.seq) {
        Some(decided) => found.keep([decided.seq, shown.seq]),
        None => found.flaw(
            Flaw::new(
                shown,
                "中标结果确定前公开了评标委员会。",
                "The panel was shown before the winner was decided.",
            )
            .with(case.procedure.panel_facts()),
        ),
    }
}

/// P11: a member is replaced for a reason, and the seat judges anew.
fn replaced(case: &Case<'_>, found: &mut Findings) {
    for told in &case.procedure.vacated {
        if !told.body.reason.trim().is_empty() {
            found.keep([told.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                told.mark(),
                format!("更换席位{}的成员未说明理由。", told.body.seat),
                format!(
                    "The member of seat {} was replaced without a reason.",
                    told.body.seat
                ),
            )
            .about(&told.body.seat),
        );
    }
}

/// P12: the chair does not sit for the buyer.
fn chair(case: &Case<'_>, found: &mut Findings) {
    let Some(named) = &case.procedure.representatives else {
        return;
    };
    let mut votes: BTreeMap<&SeatId, &SeatId> = BTreeMap::new();
    for vote in &case.procedure.chair_votes {
        votes.insert(&vote.body.seat, &vote.body.candidate);
    }
    let seats = case.procedure.panel().len();
    let Some(last) = case.procedure.chair_votes.last() else {
        return;
    };
    let own = named.body.seats.keys().find(|seat| {
        let for_it = votes.values().filter(|candidate| *candidate == seat).count();
        for_it.saturating_mul(2) > seats
    });
    match own {
        None => found.keep([named.seq, last.seq]),
        Some(seat) => found.flaw(
            Flaw::new(
                last.mark(),
                format!("采购人代表(席位{seat})担任评审组长。"),
                format!("The chair, seat {seat}, sits for the buyer."),
            )
            .about(seat)
            .with([named.seq]),
        ),
    }
}

/// P13: experts are not drawn earlier than so many working days before the evaluation.
fn draw_early(case: &Case<'_>, found: &mut Findings) {
    let begins = case
        .procedure
        .hours
        .as_ref()
        .map(|hours| (hours.body.from, hours.seq));
    let entered = case.procedure.entered.first().map(|told| (told.at, told.seq));
    let Some((begins, seq)) = begins.or(entered) else {
        return;
    };
    for draw in case.procedure.expert_draws() {
        let latest = case.calendar.add_working_days(day_of(draw.at), case.days());
        if latest >= day_of(begins) {
            found.keep([draw.seq, seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                draw.mark(),
                format!("抽取{}早于评审前{}个工作日。", draw.body.draw, case.number()),
                format!(
                    "Draw {} was more than {} working days before the evaluation.",
                    draw.body.draw,
                    case.number()
                ),
            )
            .about(&draw.body.draw)
            .with([seq]),
        );
    }
}

/// P14: a draw leaves its whole trace: what was drawn from, the head pinned, the numbers.
fn draw_traced(case: &Case<'_>, found: &mut Findings) {
    let Some(concluded) = &case.procedure.concluded else {
        return;
    };
    for draw in &case.procedure.draws {
        let name = &draw.body.draw;
        let pool = case
            .procedure
            .pools
            .iter()
            .find(|told| told.body.draw == *name)
            .map(|told| told.seq);
        let pinned = case
            .procedure
            .pinned
            .iter()
            .find(|told| told.body.draw == *name)
            .map(|told| told.seq);
        let done = case
            .procedure
            .drawn
            .iter()
            .find(|told| told.body.draw == *name)
            .map(|told| told.seq);
        let trace = [pool, pinned, done];
        if trace.iter().all(Option::is_some) {
            found.keep(trace.into_iter().flatten().chain([draw.seq]));
            continue;
        }
        found.flaw(
            Flaw::new(
                concluded.mark(),
                format!("抽取{name}未留全程记录。"),
                format!("Draw {name} left no whole trace."),
            )
            .about(name)
            .with([draw.seq]),
        );
    }
}

/// P15: whoever scores had come in to a seat.
fn present(case: &Case<'_>, found: &mut Findings) {
    let entered: BTreeSet<&SeatId> = case
        .procedure
        .entered
        .iter()
        .map(|told| &told.body.seat)
        .collect();
    for score in &case.procedure.committed {
        if entered.contains(&score.body.seat) {
            found.keep([score.seq]);
            continue;
        }
        found.flaw(
            Flaw::new(
                score.mark(),
                format!("席位{}无入席记录即评分。", score.body.seat),
                format!("Seat {} scored without having come in.", score.body.seat),
            )
            .about(&score.body.seat),
        );
    }
}

/// Whether services are bought, where the notice says so.
pub(super) fn category(case: &Case<'_>) -> Option<Category> {
    let declared = case.procedure.method().and_then(|method| method.declared());
    declared.map(|declared| declared.category)
}
