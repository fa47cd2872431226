//! The notice and what it stands on: times of documents and bids, publicity of amounts, who ends a tender.
//!
//! Invariant: each function says nothing before the notice is out.

use super::{Case, Table};
use crate::finding::{Finding, Findings, Flaw};
use crate::procedure::Told;
use facts::calendar::day_of;
use facts::{Currency, Instant};

pub(super) const TABLE: Table = &[
    ("documents.period", documents_period),
    ("deadline.after_documents", deadline_after_documents),
    ("notice.amounts", amounts),
    ("notice.needs_tender", needs_tender),
    ("notice.validity", validity),
    ("single_source.shown", single_source_shown),
    ("termination.reason", termination_reason),
    ("tender.often", often),
];

/// N03, N04: documents are given out for at least so long.
fn documents_period(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let from = if case.procedure.regime() == Some(facts::body::tender::Regime::GovernmentProcurement) {
        // 政府采购: from the publication of the notice.
        notice.at
    } else {
        notice.body.documents_from
    };
    if day_of(notice.body.documents_until) >= case.earliest_end(from) {
        found.keep([notice.seq]);
        return;
    }
    let (zh, en) = case.period();
    found.flaw(Flaw::new(
        notice.mark(),
        format!("招标文件提供至{},不足{zh}。", notice.body.documents_until),
        format!(
            "Documents are given out until {}, which is less than {en}.",
            notice.body.documents_until
        ),
    ));
}

/// B01 to B04: so long from the first document given out to the deadline. A deadline on a day of rest is lawful, but
/// not careful (87号令85: what ends on a holiday ends on the next working day).
fn deadline_after_documents(case: &Case<'_>, found: &mut Findings) {
    let (Some(notice), Some(deadline)) = (&case.procedure.noticed, case.procedure.deadline()) else {
        return;
    };
    let from: Instant = notice.body.documents_from.max(notice.at);
    let earliest = case.earliest_end(from);
    if day_of(notice.body.closes_at) < earliest {
        let moved = (case.procedure.amended.iter()).find(|told| day_of(told.body.closes_at) >= earliest);
        let (zh, en) = case.period();
        found.flaw(
            Flaw::new(
                notice.mark(),
                format!("自文件发出至截止不足{zh},最早应为{earliest}。"),
                format!(
                    "Less than {en} from the first documents to the deadline; {earliest} is the earliest day."
                ),
            )
            .cured(moved.map(Told::mark)),
        );
        return;
    }
    let day = day_of(deadline.at);
    if case.calendar.is_working_day(day) {
        found.keep([notice.seq, deadline.seq]);
        return;
    }
    found.flaw(
        Flaw::new(
            notice.mark(),
            format!("投标截止日{day}为非工作日(日历{})。", case.calendar.version),
            format!(
                "The deadline {day} is not a working day (calendar {}).",
                case.calendar.version
            ),
        )
        .about("rest-day")
        .with([deadline.seq])
        .yellow(),
    );
}

/// N20: the budget of every lot is stated.
fn amounts(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let before = found.0.len();
    for lot in notice.body.lots.iter().filter(|lot| lot.estimate.minor <= 0) {
        found.flaw(
            Flaw::new(
                notice.mark(),
                format!("标段{}未公开预算金额。", lot.lot),
                format!("Lot {} does not state its budget.", lot.lot),
            )
            .about(&lot.lot),
        );
    }
    kept_otherwise(found, before, notice.seq);
}

/// Says that the rule is kept where nothing was added since.
pub(super) fn kept_otherwise(found: &mut Findings, before: usize, seq: u64) {
    let added: &[Finding] = found.0.get(before..).unwrap_or(&[]);
    if added.is_empty() {
        found.keep([seq]);
    }
}

/// N30: works of this size are tendered, not compared under rules of one's own (16号令5).
fn needs_tender(case: &Case<'_>, found: &mut Findings) {
    use facts::body::tender::Category;
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    // Trade classes A.. are works (工程建设).
    if !notice.body.trade.starts_with('A') {
        return;
    }
    let category = notice
        .body
        .method
        .declared()
        .map_or(Category::Works, |declared| declared.category);
    // Of 400万 for construction the source gives half for goods and a quarter for services.
    let line = match category {
        Category::Works => case.number(),
        Category::Goods => case.number().div_euclid(2),
        Category::Services => case.number().div_euclid(4),
    };
    let before = found.0.len();
    for lot in &notice.body.lots {
        if lot.estimate.currency == Currency::CNY && lot.estimate.minor >= line {
            found.flaw(
                Flaw::new(
                    notice.mark(),
                    format!(
                        "标段{}估算价{},达到必须招标规模,不得以比选方式进行。",
                        lot.lot, lot.estimate
                    ),
                    format!(
                        "Lot {} is estimated at {}; works of this size must be tendered.",
                        lot.lot, lot.estimate
                    ),
                )
                .about(&lot.lot),
            );
        }
    }
    kept_otherwise(found, before, notice.seq);
}

/// N15: the notice says for how long bids bind.
fn validity(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    if notice.body.validity_days > 0 {
        found.keep([notice.seq]);
    } else {
        found.flaw(Flaw::new(
            notice.mark(),
            "未载明投标有效期。",
            "The notice states no period for which bids bind.",
        ));
    }
}

/// N33, N34: a tender is ended with a reason.
fn termination_reason(case: &Case<'_>, found: &mut Findings) {
    let Some(ended) = &case.procedure.terminated else {
        return;
    };
    if ended.body.reason.trim().is_empty() {
        found.flaw(Flaw::new(
            ended.mark(),
            "终止招标未说明理由。",
            "The tender was ended without a reason.",
        ));
    } else {
        found.keep([ended.seq]);
    }
}

/// K21: a deadline put off again and again.
fn often(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let mut deadline = notice.body.closes_at;
    let mut times = Vec::new();
    for told in &case.procedure.amended {
        if told.body.closes_at > deadline {
            deadline = told.body.closes_at;
            times.push(told);
        }
    }
    let most = usize::try_from(case.number()).unwrap_or(usize::MAX);
    match times.get(most.saturating_sub(1)) {
        Some(last) => found.flaw(
            Flaw::new(
                last.mark(),
                format!("投标截止时间已延期{}次。", times.len()),
                format!("The deadline was put off {} times.", times.len()),
            )
            .with(times.iter().map(|told| told.seq)),
        ),
        None => found.keep([notice.seq]),
    }
}

/// N23: the choice of a single source is shown to the public for so many working days, before the notice.
fn single_source_shown(case: &Case<'_>, found: &mut Findings) {
    let Some(notice) = &case.procedure.noticed else {
        return;
    };
    let shown = notice
        .body
        .procedure
        .as_ref()
        .and_then(|procedure| procedure.shown);
    let long_enough = shown.is_some_and(|shown| {
        day_of(shown.until) >= case.earliest_end(shown.from) && shown.until <= notice.at
    });
    if long_enough {
        found.keep([notice.seq]);
        return;
    }
    let (zh, en) = case.period();
    found.flaw(Flaw::new(
        notice.mark(),
        format!("单一来源采购未在公告前公示满{zh}。"),
        format!("The single source was not shown to the public for {en} before the notice."),
    ));
}
