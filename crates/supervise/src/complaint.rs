//! Complaints (投诉) over one tender: what their history amounts to.
//!
//! Invariant: a complaint ends once, by a refusal, a decision or a withdrawal, and only then is anything of it disclosed.

pub mod clock;
pub mod law;

use crate::Signed;
use facts::body::complaint::{
    ComplaintAccepted, ComplaintContinued, ComplaintDecided, ComplaintFiled, ComplaintPaused,
    ComplaintRefused, ComplaintReturned, ComplaintSupplemented, ComplaintWithdrawn, Grievance, PauseGround,
};
use facts::body::tender::Regime;
use facts::id::{ComplaintId, ObjectionId};
use facts::{Hex, Instant, Kind, Record};
use std::collections::BTreeMap;

/// One complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// As it was filed.
    pub filed: ComplaintFiled,
    /// Fingerprint of the key that filed it.
    pub by: Hex<32>,
    /// When the supervision had it: the paper's day, or that of the fact.
    pub received: Instant,
    /// When it was sent back, until when, and what is missing.
    pub returned: Option<(Instant, ComplaintReturned)>,
    /// When it was completed, and with what.
    pub supplemented: Option<(Instant, ComplaintSupplemented)>,
    /// When it was taken up.
    pub accepted: Option<(Instant, ComplaintAccepted)>,
    /// Stops of its clock.
    pub pauses: Vec<Pause>,
    /// When a decision is late, as stated last.
    pub due: Option<Instant>,
    /// How and when it ended.
    pub ended: Option<(Instant, End)>,
    /// Positions of its confidential facts.
    pub facts: Vec<u64>,
    /// Whether they are disclosed.
    pub shown: bool,
}

/// One stop of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// For what.
    pub ground: PauseGround,
    /// In words.
    pub reason: String,
    /// When it began.
    pub from: Instant,
    /// When the clock went on.
    pub until: Option<Instant>,
}

/// The end of a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// 不予受理.
    Refused(ComplaintRefused),
    /// 处理决定.
    Decided(ComplaintDecided),
    /// 撤回.
    Withdrawn(String),
}

impl Complaint {
    /// Where it stands, in a word that never changes its meaning.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match &self.ended {
            Some((_, End::Refused(_))) => return "refused",
            Some((_, End::Decided(_))) => return "decided",
            Some((_, End::Withdrawn(_))) => return "withdrawn",
            None => {}
        }
        if self.is_paused() {
            "paused"
        } else if self.accepted.is_some() {
            "accepted"
        } else if self.returned.is_some() && self.supplemented.is_none() {
            "returned"
        } else {
            "filed"
        }
    }

    /// Whether its clock stands still for an inspection or the like.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.until.is_none())
    }
}

/// An objection named by a complaint, as procurement knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its name.
    pub objection: ObjectionId,
    /// What it was about.
    pub grievance: Grievance,
    /// Whether the complainant raised it; of a complaint on paper this is not known, and taken as so.
    pub own: bool,
    /// When it was raised.
    pub raised: Instant,
    /// When it was replied to.
    pub replied: Option<Instant>,
    /// When the reply was due.
    pub due: Option<Instant>,
}

/// What is asked of a complaint, already admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// 提交.
    File(Signed<ComplaintFiled>),
    /// 补正通知.
    Return(Signed<ComplaintReturned>),
    /// 补正.
    Supplement(Signed<ComplaintSupplemented>),
    /// 受理; with the law of the tender and the objections that the complaint names.
    Accept(Signed<ComplaintAccepted>, Option<Regime>, Vec<Known>),
    /// 不予受理.
    Refuse(Signed<ComplaintRefused>),
    /// The clock stops.
    Pause(Signed<ComplaintPaused>),
    /// The clock goes on; with the law of the tender.
    Continue(Signed<ComplaintContinued>, Option<Regime>),
    /// 处理决定.
    Decide(Signed<ComplaintDecided>),
    /// 撤回.
    Withdraw(Signed<ComplaintWithdrawn>),
}

/// Folds one record into the complaints of a tender.
pub fn fold(complaints: &mut BTreeMap<ComplaintId, Complaint>, record: &Record) {
    let _read = match record.kind {
        Kind::ComplaintFiled => record.of().map(|filed: ComplaintFiled| {
            let received = filed.paper.map_or(record.at, |paper| paper.received);
            let complaint = Complaint {
                by: record.actor.unwrap_or_default(),
                received,
                returned: None,
                supplemented: None,
                accepted: None,
                pauses: Vec::new(),
                due: None,
                ended: None,
                facts: vec![record.seq],
                shown: false,
                filed,
            };
            complaints.insert(complaint.filed.complaint.clone(), complaint);
        }),
        Kind::ComplaintReturned => record.of().and_then(|body: ComplaintReturned| {
            let complaint = sealed(complaints, &body.complaint, record)?;
            complaint.returned = Some((record.at, body));
            Some(())
        }),
        Kind::ComplaintSupplemented => record.of().and_then(|body: ComplaintSupplemented| {
            let complaint = sealed(complaints, &body.complaint, record)?;
            complaint.supplemented = Some((record.at, body));
            Some(())
        }),
        Kind::ComplaintAccepted => record.of().and_then(|body: ComplaintAccepted| {
            let complaint = sealed(complaints, &body.complaint, record)?;
            complaint.due = body.due;
            complaint.accepted = Some((record.at, body));
            Some(())
        }),
        Kind::ComplaintPaused => record.of().and_then(|body: ComplaintPaused| {
            let complaint = sealed(complaints, &body.complaint, record)?;
            complaint.pauses.push(Pause {
                ground: body.ground,
                reason: body.reason,
                from: record.at,
                until: None,
            });
            Some(())
        }),
        Kind::ComplaintContinued => record.of().and_then(|body: ComplaintContinued| {
            let complaint = sealed(complaints, &body.complaint, record)?;
            complaint.due = body.due;
            complaint.pauses.last_mut()?.until = Some(record.at);
            Some(())
        }),
        Kind::ComplaintWithdrawn => record.of().and_then(|body: ComplaintWithdrawn| {
            let complaint = sealed(complaints, &body.complaint, record)?;
            complaint.ended = Some((record.at, End::Withdrawn(body.reason)));
            Some(())
        }),
        Kind::ComplaintRefused => record.of().and_then(|body: ComplaintRefused| {
            let complaint = complaints.get_mut(&body.complaint)?;
            complaint.ended = Some((record.at, End::Refused(body)));
            Some(())
        }),
        Kind::ComplaintDecided => record.of().and_then(|body: ComplaintDecided| {
            let complaint = complaints.get_mut(&body.complaint)?;
            complaint.ended = Some((record.at, End::Decided(body)));
            Some(())
        }),
        _ => None,
    };
}

/// A complaint to which a confidential fact is added.
fn sealed<'a>(
    complaints: &'a mut BTreeMap<ComplaintId, Complaint>,
    name: &ComplaintId,
    record: &Record,
) -> Option<&'a mut Complaint> {
    let complaint = complaints.get_mut(name)?;
    complaint.facts.push(record.seq);
    Some(complaint)
}
