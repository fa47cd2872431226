//! 30: the panel was lawfully made up, complete and free of conflicts before anybody read or scored.

use crate::dossier::Dossier;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::award::AwardMade;
use facts::body::draw::{CallAnswered, ExpertCalled};
use facts::body::evaluation::{
    EvaluationConcluded, EvaluationOpened, EvaluationReopened, PanelAppointed, RecusalDeclared,
    ScoreCommitted, ScoreRevealed,
};
use facts::body::seat::{DocumentOpened, RepresentativesNamed, SeatVacated};
use facts::body::supervision::Panel;
use facts::body::tender::{Basis, Regime, TenderRegistered};
use facts::id::SeatId;
use facts::{AccountId, Currency, Role};
use std::collections::{BTreeMap, BTreeSet};

/// Budget in fen from which government procurement asks for seven members (87号令47).
const LARGE: i64 = 1_000_000_000;

/// Why there is no panel to look at.
pub(super) fn no_panel(dossier: &Dossier) -> Option<Finding> {
    let concluded = dossier.round::<EvaluationConcluded>();
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

/// What changes the panel, or may only follow when it stands.
enum Event {
    Filled(SeatId, AccountId, Filling),
    Declared(SeatId, bool),
    Vacated(SeatId),
    Read(SeatId),
    Committed,
    Revealed,
    Again,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filling {
    Appointed,
    Represents,
    Drawn,
}

struct Held {
    expert: AccountId,
    since: u64,
    filling: Filling,
    free: bool,
}

fn events(dossier: &Dossier) -> Vec<(u64, Event)> {
    let (shown, stream) = (&dossier.shown, dossier.evaluation());
    let mut events = Vec::new();
    for told in shown.told::<PanelAppointed>(&stream) {
        let seq = told.seq();
        let filled = told.body.seats.into_iter();
        events.extend(filled.map(|(seat, who)| (seq, Event::Filled(seat, who, Filling::Appointed))));
    }
    for told in shown.told::<RepresentativesNamed>(&stream) {
        let seq = told.seq();
        let filled = told.body.seats.into_iter();
        events.extend(filled.map(|(seat, who)| (seq, Event::Filled(seat, who, Filling::Represents))));
    }
    let called = shown.told::<ExpertCalled>(&stream);
    for told in shown.told::<CallAnswered>(&stream) {
        let own = called
            .iter()
            .find(|call| call.body.draw == told.body.draw && call.body.place == told.body.place);
        if let Some(call) = own.filter(|_| told.body.accept) {
            let (seat, expert) = (call.body.seat.clone(), call.body.expert.clone());
            events.push((told.seq(), Event::Filled(seat, expert, Filling::Drawn)));
        }
    }
    let declared = shown.told::<RecusalDeclared>(&stream).into_iter();
    events.extend(declared.map(|told| {
        let free = told.body.conflicts.is_empty();
        (told.seq(), Event::Declared(told.body.seat, free))
    }));
    let vacated = shown.told::<SeatVacated>(&stream).into_iter();
    events.extend(vacated.map(|told| (told.seq(), Event::Vacated(told.body.seat))));
    // Others judge from here on: whoever sat leaves.
    let filled: Vec<(u64, SeatId)> = events
        .iter()
        .filter_map(|(seq, event)| match event {
            Event::Filled(seat, ..) => Some((*seq, seat.clone())),
            _ => None,
        })
        .collect();
    for told in shown.told::<EvaluationReopened>(&stream) {
        let own = filled
            .iter()
            .filter(|(seq, _)| told.body.panel == Panel::New && *seq < told.seq());
        events.extend(own.map(|(_, seat)| (told.seq(), Event::Vacated(seat.clone()))));
        events.push((told.seq(), Event::Again));
    }
    let read = shown.told::<DocumentOpened>(&stream).into_iter();
    events.extend(read.map(|told| (told.seq(), Event::Read(told.body.seat))));
    let committed = shown.told::<ScoreCommitted>(&stream);
    events.extend(committed.iter().map(|told| (told.seq(), Event::Committed)));
    let revealed = shown.told::<ScoreRevealed>(&stream);
    events.extend(revealed.iter().map(|told| (told.seq(), Event::Revealed)));
    events.sort_by_key(|(seq, _)| *seq);
    events
}

/// Who holds which seat in the end.
pub(super) fn seats(dossier: &Dossier) -> BTreeMap<SeatId, AccountId> {
    let mut seats = BTreeMap::new();
    for (_, event) in events(dossier) {
        match event {
            Event::Filled(seat, expert, _) => drop(seats.insert(seat, expert)),
            Event::Declared(seat, false) | Event::Vacated(seat) => drop(seats.remove(&seat)),
            _ => {}
        }
    }
    seats
}

/// The seats that were filled at a point of the log, ascending.
pub(super) fn seated(dossier: &Dossier, at: u64) -> BTreeSet<SeatId> {
    let mut seats = BTreeSet::new();
    for (_, event) in events(dossier).into_iter().filter(|(seq, _)| *seq < at) {
        match event {
            Event::Filled(seat, ..) => drop(seats.insert(seat)),
            Event::Declared(seat, false) | Event::Vacated(seat) => drop(seats.remove(&seat)),
            _ => {}
        }
    }
    seats
}

/// Who filled a seat last before a point of the log.
pub(crate) fn holder(dossier: &Dossier, seat: &SeatId, before: u64) -> Option<AccountId> {
    let filled = |(seq, event)| match event {
        Event::Filled(known, expert, _) if known == *seat && seq < before => Some(expert),
        _ => None,
    };
    events(dossier).into_iter().filter_map(filled).next_back()
}

/// Position up to which commitments and reveals of a seat are void, because its member was replaced, or a member was
/// after the first reveal, which makes everybody judge again (条例48).
pub(super) fn void(dossier: &Dossier, seat: &SeatId) -> u64 {
    let (mut void, mut revealed) = (0, false);
    for (seq, event) in events(dossier) {
        match event {
            Event::Revealed => revealed = true,
            Event::Again => revealed = false,
            Event::Vacated(gone) | Event::Declared(gone, false) if revealed || gone == *seat => {
                void = seq;
                revealed = false;
            }
            _ => {}
        }
    }
    void
}

/// Walks through the panel's history; the state at its end.
fn walk(dossier: &Dossier, found: &mut Findings) -> BTreeMap<SeatId, Held> {
    let events = events(dossier);
    let late = |seat: &SeatId, after: u64| {
        let mut rest = events.iter().filter(|(seq, _)| *seq > after);
        rest.any(|(_, event)| matches!(event, Event::Declared(known, true) if known == seat))
    };
    let mut seats: BTreeMap<SeatId, Held> = BTreeMap::new();
    let mut said = BTreeSet::new();
    for (seq, event) in &events {
        match event {
            Event::Filled(seat, expert, filling) => {
                let held = Held {
                    expert: expert.clone(),
                    since: *seq,
                    filling: *filling,
                    free: false,
                };
                seats.insert(seat.clone(), held);
            }
            Event::Declared(seat, true) => {
                if let Some(held) = seats.get_mut(seat) {
                    held.free = true;
                }
            }
            Event::Declared(seat, false) | Event::Vacated(seat) => drop(seats.remove(seat)),
            Event::Read(seat) => {
                if seats.get(seat).is_none_or(|held| !held.free) {
                    found.fault(
                        *seq,
                        format!(
                            "the seat {seat} read a bid before its holder declared to be free of conflict"
                        ),
                        format!("席位{seat}在作出回避声明之前查阅了投标文件"),
                    );
                }
            }
            Event::Committed => {
                for (seat, held) in seats.iter().filter(|(_, held)| !held.free) {
                    if said.insert(seat.clone()) && late(seat, *seq) {
                        found.fault(
                            held.since,
                            format!("the seat {seat} declared only after scores were committed at {seq}"),
                            format!("席位{seat}在评分承诺(条目{seq})之后才作回避声明"),
                        );
                    }
                }
                if seats.len() != members(dossier) {
                    found.fault(
                        *seq,
                        format!("scores were committed while {} seats were filled", seats.len()),
                        format!("提交评分承诺时仅有{}个席位到位", seats.len()),
                    );
                }
            }
            Event::Revealed | Event::Again => {}
        }
    }
    seats
}

/// The smallest panel (招标投标法37; 87号令47: seven from ten million yuan; 74号令7: three in talks and inquiries).
fn smallest(dossier: &Dossier, regime: Regime) -> usize {
    let Some(notice) = dossier.rules().map(|rules| &rules.notice) else {
        return 0;
    };
    let talks = notice
        .method
        .declared()
        .is_some_and(|declared| matches!(declared.basis, Basis::Negotiation | Basis::Consultation));
    let yuan = notice
        .lots
        .iter()
        .filter(|lot| lot.estimate.currency == Currency::CNY);
    let budget = yuan.fold(0_i64, |sum, lot| sum.saturating_add(lot.estimate.minor));
    match regime {
        Regime::Free => 0,
        Regime::GovernmentProcurement if talks => 3,
        Regime::GovernmentProcurement if budget >= LARGE => 7,
        Regime::Works | Regime::GovernmentProcurement => 5,
    }
}

/// Two thirds are experts, and whoever was not drawn under a national law was appointed for a stated reason.
fn composition(dossier: &Dossier, seats: &BTreeMap<SeatId, Held>, found: &mut Findings) {
    let represents = seats
        .values()
        .filter(|held| held.filling == Filling::Represents)
        .count();
    if represents.saturating_mul(3) > members(dossier) {
        found.fault(
            None,
            format!("{represents} members sit for the buyer: fewer than two thirds are experts"),
            format!("招标人代表{represents}人,专家不足三分之二"),
        );
    }
    let registered = dossier.shown.told::<TenderRegistered>(&dossier.stream());
    let regime = registered.first().map_or(Regime::Free, |told| told.body.regime);
    let is_free = regime == Regime::Free;
    let (size, least) = (members(dossier), smallest(dossier, regime));
    if !is_free && (size < least || size.is_multiple_of(2)) {
        found.fault(
            None,
            format!("the panel has {size} members; the law asks for an odd number of at least {least}"),
            format!("评标委员会{size}人,法定为{least}人以上单数"),
        );
    }
    for told in dossier
        .shown
        .told::<PanelAppointed>(&dossier.evaluation())
        .first()
        .iter()
        .filter(|_| !is_free)
    {
        if told
            .body
            .reason
            .as_ref()
            .is_none_or(|reason| reason.trim().is_empty())
        {
            found.fault(
                told.seq(),
                "the buyer appointed the panel without a draw and without saying why",
                "招标人未经抽取直接确定评委,且未说明理由",
            );
        }
    }
}

pub(super) fn recusals(dossier: &Dossier) -> Finding {
    if let Some(none) = no_panel(dossier) {
        return none;
    }
    let mut found = Findings::new();
    let seats = walk(dossier, &mut found);
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
    let experts: BTreeSet<_> = seats.values().map(|held| &held.expert).collect();
    if experts.len() != seats.len() {
        found.fault(None, "one expert holds two seats", "一名专家占两个席位");
    }
    let people = dossier.people();
    for (seat, held) in &seats {
        let (expert, since) = (&held.expert, held.since);
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
        if !held.free {
            found.fault(
                since,
                format!("{expert} on the seat {seat} declared nothing about conflicts"),
                format!("席位{seat}的{expert}未作回避声明"),
            );
        }
    }
    composition(dossier, &seats, &mut found);
    found.note(
        None,
        format!("{} seats, all declared", seats.len()),
        format!("{}个席位,均已声明", seats.len()),
    );
    found.into()
}
