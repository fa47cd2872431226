//! 11, 12 and 20: the rules of the tender, its deadline, and the moment of closing.

use super::reopening;
use crate::dossier::Dossier;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::opening::{ShareGiven, TenderClosed};
use facts::body::quotes::QuotesInvited;
use facts::body::tender::{Regime, TenderAmended, TenderRegistered};
use facts::calendar::{Calendar, KNOWN, day_of, days_between};
use ledger::Checkpoint;

/// Milliseconds between the arrival of a bid and its entry, at most.
pub(super) const GRACE: i64 = 2_000;
/// Days from a substantive addendum to the deadline (招标投标法23).
const ADDENDUM_DAYS: i64 = 15;

pub(super) fn not_noticed() -> Finding {
    skipped("the tender is not noticed yet", "尚未发布公告")
}

pub(super) fn not_closed() -> Finding {
    skipped("the deadline has not passed yet", "尚未截标")
}

pub(super) fn rules(dossier: &Dossier) -> Finding {
    let Some(rules) = dossier.rules() else {
        return not_noticed();
    };
    let mut found = Findings::new();
    let amended = dossier.shown.told::<TenderAmended>(&dossier.stream());
    for ((number, told), version) in (1_u32..).zip(&amended).zip(rules.versions.iter().skip(1)) {
        if told.body.number != number {
            found.fault(
                told.seq(),
                format!(
                    "the addendum is numbered {} instead of {number}",
                    told.body.number
                ),
                format!("澄清修改编号为{},应为{number}", told.body.number),
            );
        }
        if told.body.rules.0 != version.hash {
            found.fault(
                told.seq(),
                format!("addendum {number} states a rules hash that does not follow from its text"),
                format!("第{number}号澄清修改所载规则哈希与其内容不符"),
            );
        }
    }
    let invited = dossier.shown.told::<QuotesInvited>(&dossier.stream());
    for (told, version) in invited
        .iter()
        .zip(rules.versions.iter().filter(|one| one.stage.is_some()))
    {
        if told.body.rules.0 != version.hash {
            found.fault(
                told.seq(),
                "the invitation states a rules hash that does not follow from its text",
                "邀请所载规则哈希与其内容不符",
            );
        }
    }
    found.note(
        rules.seq,
        format!("the notice and {} addenda", amended.len()),
        format!("公告及{}份澄清修改", amended.len()),
    );
    found.into()
}

pub(super) fn deadline(dossier: &Dossier) -> Finding {
    let Some(rules) = dossier.rules() else {
        return not_noticed();
    };
    let mut found = Findings::new();
    for seq in &rules.further {
        found.fault(*seq, "the tender is noticed a second time", "公告重复发布");
    }
    let registered = dossier.shown.told::<TenderRegistered>(&dossier.stream());
    let bound = registered
        .first()
        .is_some_and(|told| told.body.regime != Regime::Free);
    let mut before = rules.notice.closes_at;
    for version in rules.versions.iter().skip(1).filter(|one| one.stage.is_none()) {
        let in_force = rules.deadline_before(version.seq);
        if version.closes_at < before {
            found.fault(
                version.seq,
                format!(
                    "the deadline was moved forward from {before} to {}",
                    version.closes_at
                ),
                format!("截止时间由{before}提前至{}", version.closes_at),
            );
        }
        if version.at >= in_force {
            found.fault(
                version.seq,
                format!("the addendum came after the deadline {in_force}"),
                format!("澄清修改发布于截止时间{in_force}之后"),
            );
        }
        let days = days_between(day_of(version.at), day_of(version.closes_at));
        if let Some(due) = facts::procedures::addendum(&rules.notice) {
            // By the calendar that asks for the least: the one it was admitted by is not in it.
            let fits = |calendar: &&Calendar| due.fits_by(calendar, version.at, version.closes_at);
            if version.substantive && !KNOWN.iter().any(fits) {
                let (day, article) = (due.reached(version.at), due.article);
                found.fault(
                    version.seq,
                    format!("a substantive addendum moves the deadline to {day} or later ({article})"),
                    format!("实质性澄清修改应将截止时间顺延至{day}或以后({article})"),
                );
            }
        } else if bound && version.substantive && days < ADDENDUM_DAYS {
            found.fault(
                version.seq,
                format!(
                    "a substantive addendum leaves {days} days to the deadline; 15 are due (招标投标法23)"
                ),
                format!("实质性澄清修改距截止仅{days}日,应不少于15日(招标投标法23)"),
            );
        }
        before = version.closes_at;
    }
    for told in dossier.shown.told::<TenderClosed>(&dossier.stream()) {
        let deadline = rules.deadline_before(told.seq());
        if told.body.closes_at != deadline {
            found.fault(
                told.seq(),
                format!(
                    "closed on the deadline {}, but {deadline} was in force",
                    told.body.closes_at
                ),
                format!("按{}截标,而有效截止时间为{deadline}", told.body.closes_at),
            );
        }
    }
    reopening::reopened(dossier, rules, &mut found);
    found.note(
        rules.seq,
        format!("the deadline is {}", rules.deadline()),
        format!("截止时间为{}", rules.deadline()),
    );
    found.into()
}

pub(super) fn closing(dossier: &Dossier) -> Finding {
    let Some(rules) = dossier.rules() else {
        return not_noticed();
    };
    let closings = dossier.shown.told::<TenderClosed>(&dossier.stream());
    let Some(closed) = closings.last() else {
        return not_closed();
    };
    let mut found = Findings::new();
    for (before, again) in closings.iter().zip(closings.iter().skip(1)) {
        let between = before.seq()..again.seq();
        // An order for an outage over the deadline undoes a closing; whether it could is check 12's.
        if !rules.extensions.iter().any(|one| between.contains(&one.seq)) {
            found.fault(again.seq(), "the tender is closed a second time", "重复截标");
        }
    }
    for told in &closings {
        let (at, deadline) = (told.fact.record.at, rules.deadline_before(told.seq()));
        if at < deadline.plus(GRACE) {
            found.fault(
                told.seq(),
                format!(
                    "closed at {at}, before the deadline {deadline} and its 2 seconds of grace were over"
                ),
                format!("于{at}截标,早于截止时间{deadline}加2秒"),
            );
        }
    }
    let deadline = rules.deadline();
    let policy = &dossier.policy;
    let is_after = |checkpoint: &Checkpoint| {
        let last = checkpoint
            .size
            .checked_sub(1)
            .and_then(|last| dossier.log.entry(last));
        last.is_some_and(|last| last.ts >= deadline)
    };
    let kept = dossier.earlier.iter().filter(|earlier| earlier.named.is_some());
    let kept =
        kept.filter_map(|earlier| Checkpoint::open(&earlier.note, &policy.origin, &policy.log_key).ok());
    let first = kept.filter(is_after).map(|checkpoint| checkpoint.size).min();
    let shares = dossier.shown.told::<ShareGiven>(&dossier.stream());
    match (first, shares.first()) {
        (None, _) => found.fault(
            closed.seq(),
            "no closing checkpoint is kept in the dossier",
            "卷宗未保存截标检查点",
        ),
        (Some(size), Some(share)) if size > share.seq() => found.fault(
            share.seq(),
            format!("a share was given before the first closing checkpoint, of size {size}"),
            format!("份额早于规模为{size}的截标检查点"),
        ),
        (Some(size), _) => found.note(
            closed.seq(),
            format!(
                "closing checkpoint of size {size}; cosignatures and time stamps are not part of this version"
            ),
            format!("截标检查点规模{size};本版本不含见证签名与时间戳"),
        ),
    }
    found.into()
}
