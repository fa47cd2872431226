//! 30: the panel was complete and free of conflicts before anybody scored.

use crate::dossier::Dossier;
use crate::shown::Told;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::award::AwardMade;
use facts::body::evaluation::{
    EvaluationConcluded, EvaluationOpened, PanelAppointed, RecusalDeclared, ScoreCommitted,
};
use facts::id::SeatId;
use facts::{AccountId, Role};
use std::collections::{BTreeMap, BTreeSet};

/// Why there is no panel to look at.
pub(super) fn no_panel(dossier: &Dossier) -> Option<Finding> {
    let concluded = dossier.shown.told::<EvaluationConcluded>(&dossier.evaluation());
    if concluded.is_empty() {
        return Some(skipped("the evaluation is not concluded yet", "评标尚未结束"));
    }
    if let Some(secret) = still_secret(dossier) {
        return Some(secret);
    }
    if members(dossier) == 0 {
        return Some(skipped(
            "the method has no panel: prices alone decide",
            "评标办法不设评委会,仅以价格决定",
        ));
    }
    None
}

/// Whether what was secret in the evaluation may still be: it is shown with the award (招标投标法37), where a
/// panel has to be protected until then.
pub(super) fn still_secret(dossier: &Dossier) -> Option<Finding> {
    let shown = !dossier
        .shown
        .told::<EvaluationOpened>(&dossier.evaluation())
        .is_empty();
    let awarded = !dossier.shown.told::<AwardMade>(&dossier.stream()).is_empty();
    if shown || awarded || members(dossier) == 0 {
        return None;
    }
    Some(skipped(
        "codes, panel and sheets stay secret until the award",
        "编号、评委名单与评分表在定标前保密",
    ))
}

/// Members of the panel that the notice asks for.
pub(super) fn members(dossier: &Dossier) -> usize {
    let members = dossier.rules().map_or(0, |rules| rules.notice.method.panel());
    usize::try_from(members).unwrap_or(usize::MAX)
}

/// Who holds which seat in the end.
pub(super) fn seats(dossier: &Dossier) -> BTreeMap<SeatId, AccountId> {
    let appointed = dossier.shown.told::<PanelAppointed>(&dossier.evaluation());
    appointed.into_iter().flat_map(|told| told.body.seats).collect()
}

pub(super) fn recusals(dossier: &Dossier) -> Finding {
    if let Some(none) = no_panel(dossier) {
        return none;
    }
    let (stream, mut found) = (dossier.evaluation(), Findings::new());
    let appointed = dossier.shown.told::<PanelAppointed>(&stream);
    let declared = dossier.shown.told::<RecusalDeclared>(&stream);
    let first = dossier
        .shown
        .told::<ScoreCommitted>(&stream)
        .first()
        .map_or(u64::MAX, Told::seq);
    let people = dossier.people();
    let seats = seats(dossier);
    if seats.len() != members(dossier) {
        found.fault(
            None,
            format!(
                "{} seats are filled where {} are due",
                seats.len(),
                members(dossier)
            ),
            format!("评委席位{}个,应为{}个", seats.len(), members(dossier)),
        );
    }
    if seats.values().collect::<BTreeSet<_>>().len() != seats.len() {
        found.fault(None, "one expert holds two seats", "一名专家占两个席位");
    }
    for (seat, expert) in &seats {
        let since = appointed
            .iter()
            .rfind(|told| told.body.seats.contains_key(seat))
            .map_or(0, Told::seq);
        let is_expert = people
            .account(expert)
            .is_some_and(|account| account.body.roles.contains(&Role::Expert));
        if !is_expert {
            found.fault(
                since,
                format!("{expert} on the seat {seat} is not enrolled as an expert"),
                format!("席位{seat}的{expert}未注册为专家"),
            );
        }
        let own: Vec<_> = declared
            .iter()
            .filter(|told| told.body.seat == *seat && told.seq() > since)
            .collect();
        match own.first() {
            None => found.fault(
                since,
                format!("{expert} on the seat {seat} declared nothing about conflicts"),
                format!("席位{seat}的{expert}未作回避声明"),
            ),
            Some(told) if told.seq() > first => found.fault(
                told.seq(),
                format!("the seat {seat} declared only after scores were committed at {first}"),
                format!("席位{seat}在评分承诺(条目{first})之后才作回避声明"),
            ),
            Some(told) if !told.body.conflicts.is_empty() => found.fault(
                told.seq(),
                format!("the seat {seat} declared a conflict and was not replaced"),
                format!("席位{seat}申报了利害关系却未更换"),
            ),
            Some(_) => {}
        }
        if since > first {
            found.fault(
                since,
                format!("the seat {seat} was filled after scores were committed at {first}"),
                format!("席位{seat}在评分承诺(条目{first})之后才任命"),
            );
        }
    }
    found.note(
        None,
        format!("{} seats, {} declarations", seats.len(), declared.len()),
        format!("{}个席位,{}份声明", seats.len(), declared.len()),
    );
    found.into()
}
