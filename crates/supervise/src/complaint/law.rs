//! The law of complaints (招标投标法实施条例60 to 62; 政府采购法52 to 57; 94号令): who may ask what, and when.
//!
//! Invariant: whatever is filed is received; whether it is in time, and whether its objection came first, is decided
//! when it is taken up, and a late one is never taken up.

use super::clock::{covers, decision_due, needs_objection, window_end};
use super::{Command, Complaint, Known};
use crate::Signed;
use crate::law::{State, stated};
use facts::body::complaint::{
    ComplaintAccepted, ComplaintContinued, ComplaintDecided, ComplaintFiled, ComplaintPaused,
    ComplaintRefused, ComplaintReturned, ComplaintSupplemented, ComplaintWithdrawn, Outcome,
};
use facts::body::tender::Regime;
use facts::calendar::CHINA;
use facts::id::ComplaintId;
use facts::{Draft, Hex, Instant, Refusal, Role};

/// Complaints of one key in one tender that are not ended, at most.
const OPEN: usize = 10;
/// Pieces of evidence and objections that one act names at most.
const NAMED: usize = 100;

/// Decides on a complaint.
pub fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
    match command {
        Command::File(signed) => file(state, signed, at),
        Command::Return(signed) => send_back(state, signed, at),
        Command::Supplement(signed) => supplement(state, signed, at),
        Command::Accept(signed, regime, known) => accept(state, signed, regime, &known, at),
        Command::Refuse(signed) => refuse(state, signed),
        Command::Pause(signed) => pause(state, signed),
        Command::Continue(signed, regime) => go_on(state, signed, regime, at),
        Command::Decide(signed) => conclude(state, signed),
        Command::Withdraw(signed) => withdraw(state, signed),
    }
}

fn no(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Refusal {
    Refusal::new(code, en.into(), zh.into())
}

fn file(state: &State, signed: Signed<ComplaintFiled>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    match &body.paper {
        None => signed.actor.must(&[Role::Bidder])?,
        Some(paper) => {
            let account = signed.actor.must(&[Role::Supervisor])?;
            if paper.received > at {
                return Err(later("paper.received", paper.received));
            }
            account
        }
    };
    if body.known > at {
        return Err(later("known", body.known));
    }
    if state.complaints.contains_key(&body.complaint) {
        return Err(no(
            "complaint.known",
            format!(
                "There is a complaint {} already; choose another name.",
                body.complaint
            ),
            format!("投诉编号{}已使用,请另选编号。", body.complaint),
        ));
    }
    let open = state
        .complaints
        .values()
        .filter(|known| known.ended.is_none() && known.by == signed.actor.key);
    if body.paper.is_none() && open.count() >= OPEN {
        return Err(no(
            "complaint.too_many",
            format!("{OPEN} complaints of yours about this tender are open; add what is new to one of them."),
            format!("您对本项目已有{OPEN}件未办结的投诉,请在其中补充。"),
        ));
    }
    stated("claims", "投诉事项及事实依据", &body.claims)?;
    stated("requests", "投诉请求", &body.requests)?;
    ascending("evidence", &body.evidence)?;
    ascending("objections", &body.objections)?;
    Ok(vec![signed.draft()])
}

fn later(member: &'static str, found: Instant) -> Refusal {
    no(
        "complaint.time_invalid",
        format!("`{member}` is {found}, which has not come yet."),
        format!("`{member}` 为 {found},尚未到来。"),
    )
}

fn ascending<T: Ord>(member: &'static str, list: &[T]) -> Result<(), Refusal> {
    if list.len() <= NAMED && list.is_sorted_by(|a, b| a < b) {
        return Ok(());
    }
    Err(no(
        "complaint.list_invalid",
        format!("`{member}` names at most {NAMED}, ascending and each once."),
        format!("`{member}` 至多 {NAMED} 项,按升序且不重复。"),
    ))
}

/// A complaint that has not ended.
fn running<'a>(state: &'a State, name: &ComplaintId) -> Result<&'a Complaint, Refusal> {
    let Some(complaint) = state.complaints.get(name) else {
        return Err(no(
            "complaint.unknown",
            format!("There is no complaint {name} about this tender."),
            format!("本项目没有投诉{name}。"),
        ));
    };
    match complaint.ended {
        None => Ok(complaint),
        Some(_) => Err(no(
            "complaint.ended",
            format!(
                "Complaint {name} is {}; nothing more can be done in it.",
                complaint.word()
            ),
            format!("投诉{name}已办结({}),不能再操作。", complaint.word()),
        )),
    }
}

fn taken_up<'a>(state: &'a State, name: &ComplaintId) -> Result<(&'a Complaint, Instant), Refusal> {
    let complaint = running(state, name)?;
    match &complaint.accepted {
        Some((at, _)) => Ok((complaint, *at)),
        None => Err(no(
            "complaint.not_accepted",
            format!("Complaint {name} is not taken up yet; take it up first, or refuse it."),
            format!("投诉{name}尚未受理,请先受理或决定不予受理。"),
        )),
    }
}

fn waiting<'a>(state: &'a State, name: &ComplaintId) -> Result<&'a Complaint, Refusal> {
    let complaint = running(state, name)?;
    if complaint.accepted.is_none() {
        return Ok(complaint);
    }
    Err(no(
        "complaint.accepted",
        format!("Complaint {name} is taken up already; it is decided now."),
        format!("投诉{name}已受理,应作出处理决定。"),
    ))
}

/// Who filed it; or a supervisor, for what came on paper.
fn complainant<B>(complaint: &Complaint, signed: &Signed<B>, key: &Hex<32>) -> Result<(), Refusal> {
    let own = complaint.filed.paper.is_none() && complaint.by == *key && signed.actor.is(Role::Bidder);
    let paper = complaint.filed.paper.is_some() && signed.actor.is(Role::Supervisor);
    if own || paper {
        return Ok(());
    }
    Err(no(
        "complaint.not_yours",
        "Only who filed this complaint does this; for one on paper, a supervisor enters it.",
        "此操作须由投诉人进行;书面投诉由监督人员代为录入。",
    ))
}

fn send_back(state: &State, signed: Signed<ComplaintReturned>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    let complaint = waiting(state, &body.complaint)?;
    if complaint.returned.is_some() {
        return Err(no(
            "complaint.returned",
            "It was sent back once, and only once may it be (94号令21: 一次性告知).",
            "已告知补正一次,依94号令21应一次性告知。",
        ));
    }
    if body.until <= at {
        return Err(no(
            "complaint.until_invalid",
            "Leave time to complete it: `until` has passed.",
            "补正期限`until`已过,请留出补正时间。",
        ));
    }
    stated("missing", "需补正的事项", &body.missing)?;
    Ok(vec![signed.draft()])
}

fn supplement(
    state: &State,
    signed: Signed<ComplaintSupplemented>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    signed.actor.must(&[Role::Bidder, Role::Supervisor])?;
    let complaint = waiting(state, &body.complaint)?;
    complainant(complaint, &signed, &signed.actor.key)?;
    let (Some((_, returned)), None) = (&complaint.returned, &complaint.supplemented) else {
        return Err(no(
            "complaint.not_returned",
            "Nothing is to be completed; it was not sent back, or is completed.",
            "无需补正:未要求补正,或已补正。",
        ));
    };
    if at >= returned.until {
        return Err(no(
            "complaint.supplement_late",
            format!("It was to be completed before {}.", returned.until),
            format!("补正期限已于{}届满。", returned.until),
        ));
    }
    stated("text", "补正内容", &body.text)?;
    ascending("evidence", &body.evidence)?;
    Ok(vec![signed.draft()])
}

fn accept(
    state: &State,
    signed: Signed<ComplaintAccepted>,
    regime: Option<Regime>,
    known: &[Known],
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    let complaint = waiting(state, &body.complaint)?;
    let grievance = complaint.filed.grievance;
    let fitting: Vec<Known> = known
        .iter()
        .filter(|objection| objection.own && covers(objection.grievance, grievance))
        .cloned()
        .collect();
    if needs_objection(regime, grievance) {
        if fitting.is_empty() {
            return Err(no(
                "complaint.no_objection",
                "The law wants an objection of the complainant about the same matter first (招标投标法实施条例60; 94号令17); refuse the complaint with this cause.",
                "依招标投标法实施条例60、94号令17应先就同一事项提出异议或质疑,请以此为由不予受理。",
            ));
        }
        let early = |objection: &Known| {
            objection.replied.is_none() && objection.due.is_some_and(|due| complaint.received < due)
        };
        if regime == Some(Regime::GovernmentProcurement) && fitting.iter().all(early) {
            return Err(no(
                "complaint.early",
                "The reply to the 质疑 is neither given nor overdue; a complaint follows it (政府采购法55).",
                "质疑尚未答复且未逾期,依政府采购法55应在答复后或逾期后投诉。",
            ));
        }
    }
    if let Some(end) = window_end(regime, complaint.filed.known, &fitting)
        && complaint.received >= end
    {
        return Err(no(
            "complaint.late",
            format!(
                "Its window ended at {end}; refuse the complaint with this cause (招标投标法实施条例60; 政府采购法55)."
            ),
            format!("投诉期限已于{end}届满,请以超过时效为由不予受理(招标投标法实施条例60;政府采购法55)。"),
        ));
    }
    due_is(&body.calendar, body.due, decision_due(regime, complaint, at, at))?;
    Ok(vec![signed.draft()])
}

/// What a supervisor states of the day is what the calendar says.
fn due_is(calendar: &str, found: Option<Instant>, wanted: Option<Instant>) -> Result<(), Refusal> {
    if calendar == CHINA.version && found == wanted {
        return Ok(());
    }
    let day = wanted.map_or_else(|| "-".to_owned(), |wanted| wanted.0.to_string());
    Err(no(
        "complaint.due_invalid",
        format!(
            "By the calendar {} a decision is late from {day} on (milliseconds; - is no day); state exactly this.",
            CHINA.version
        ),
        format!(
            "依日历{},逾期自{day}起(毫秒;-为无期限),请照此填写。",
            CHINA.version
        ),
    ))
}

fn refuse(state: &State, signed: Signed<ComplaintRefused>) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    waiting(state, &body.complaint)?;
    stated("basis", "法律依据", &body.basis)?;
    stated("reason", "理由", &body.reason)?;
    Ok(vec![signed.draft()])
}

fn pause(state: &State, signed: Signed<ComplaintPaused>) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    let (complaint, _) = taken_up(state, &body.complaint)?;
    if complaint.is_paused() {
        return Err(no(
            "complaint.paused",
            "Its clock stands still already; let it go on first.",
            "办理期限已中止,请先恢复计算。",
        ));
    }
    stated("reason", "理由", &body.reason)?;
    Ok(vec![signed.draft()])
}

fn go_on(
    state: &State,
    signed: Signed<ComplaintContinued>,
    regime: Option<Regime>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    let (complaint, accepted) = taken_up(state, &body.complaint)?;
    if !complaint.is_paused() {
        return Err(no(
            "complaint.not_paused",
            "Its clock does not stand still.",
            "办理期限未中止。",
        ));
    }
    stated("result", "结果", &body.result)?;
    due_is(
        &body.calendar,
        body.due,
        decision_due(regime, complaint, accepted, at),
    )?;
    Ok(vec![signed.draft()])
}

fn conclude(state: &State, signed: Signed<ComplaintDecided>) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    let (complaint, _) = taken_up(state, &body.complaint)?;
    if complaint.is_paused() {
        return Err(no(
            "complaint.paused",
            "Its clock stands still; say what was found and let it go on, then decide.",
            "办理期限中止中,请先录入结果并恢复计算,再作处理决定。",
        ));
    }
    stated("basis", "法律依据", &body.basis)?;
    stated("reason", "查明的事实和理由", &body.reason)?;
    let ordered = body
        .remedy
        .as_deref()
        .is_some_and(|remedy| !remedy.trim().is_empty());
    if ordered != (body.outcome == Outcome::Upheld) || body.remedy.is_some() != ordered {
        return Err(no(
            "complaint.remedy_invalid",
            "What is ordered is said exactly if the complaint is upheld.",
            "投诉成立的应写明处理措施;驳回的不得填写。",
        ));
    }
    if let Some(remedy) = &body.remedy {
        stated("remedy", "处理措施", remedy)?;
    }
    ascending("orders", &body.orders)?;
    if let Some(order) = body.orders.iter().find(|order| !state.known.contains(order)) {
        return Err(no(
            "order.unknown",
            format!("No order {order} was given over this tender; give it first, then name it."),
            format!("本项目没有监督指令{order},请先发出再引用。"),
        ));
    }
    Ok(vec![signed.draft()])
}

fn withdraw(state: &State, signed: Signed<ComplaintWithdrawn>) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    signed.actor.must(&[Role::Bidder, Role::Supervisor])?;
    let complaint = running(state, &body.complaint)?;
    complainant(complaint, &signed, &signed.actor.key)?;
    stated("reason", "理由", &body.reason)?;
    Ok(vec![signed.draft()])
}
