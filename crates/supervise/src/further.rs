//! Orders beyond stopping and going on: explain, undo a step, move the deadline for all; and access to confidential
//! facts in an emergency, by two supervisors.
//!
//! Invariant: nobody reads what was sealed unless two different supervisors have signed for it, with the reason; every
//! reading is a fact, and once the opening is recorded or the tender is over everybody sees it. What was asked for is
//! shown no sooner than it was read or has lapsed: whoever is looked into is not warned.

mod extend;

use crate::Signed;
use crate::docket::{Matter, Phase};
use crate::law::{State, fresh, stated};
use facts::body::supervision::{
    AccessGranted, AccessRequested, AccessUsed, OrderExtended, OrderInquired, OrderVoided,
};
use facts::id::AccessId;
use facts::outage::Passed;
use facts::time::DAY;
use facts::{AccountId, Draft, Hex, Instant, Kind, Record, Refusal, Role, Stream, TenderId};
use std::collections::{BTreeMap, BTreeSet};

/// Facts that one access names at most.
const SEQS: usize = 200;
/// How long a request waits for its grant, and how long what is granted can be read, in milliseconds; then it has lapsed.
pub const LASTS: i64 = 7 * DAY;

/// What such an order is checked against, from the docket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where the tender stands.
    pub phase: Phase,
    /// Its deadline in force, while it runs.
    pub deadline: Option<Instant>,
    /// Its deadline that has passed, while nothing of the opening has begun.
    pub passed: Option<Passed>,
    /// Positions of public facts that an order may undo.
    pub voidable: BTreeSet<u64>,
}

impl Standing {
    /// Of a tender as the docket has it.
    #[must_use]
    pub fn of(matter: &Matter) -> Self {
        let undone = [
            Kind::CandidatesPublicised,
            Kind::CandidatesReplied,
            Kind::ObjectionReplied,
        ];
        Self {
            phase: matter.phase,
            deadline: matter.clocks.get("deadline").map(|clock| clock.at),
            passed: matter.passed,
            voidable: matter
                .facts
                .iter()
                .filter(|fact| undone.contains(&fact.kind))
                .map(|fact| fact.seq)
                .collect(),
        }
    }
}

/// What is asked, already admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// 责令说明.
    Inquire(Signed<OrderInquired>),
    /// 责令撤销.
    Void(Signed<OrderVoided>, Standing),
    /// 责令顺延.
    Extend(Signed<OrderExtended>, Standing),
    /// 应急查阅申请.
    Request(Signed<AccessRequested>),
    /// Granted by another.
    Grant(Signed<AccessGranted>),
    /// One of the two reads.
    Use {
        /// The tender.
        tender: TenderId,
        /// The access.
        access: AccessId,
        /// Who reads.
        by: AccountId,
        /// Fingerprint of the reader's key.
        key: Hex<32>,
    },
}

/// One access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// What was asked.
    pub requested: AccessRequested,
    /// Fingerprint of the key that asked.
    pub by: Hex<32>,
    /// Fingerprint of the key that granted.
    pub granted: Option<Hex<32>>,
    /// When it was asked for, or granted since.
    pub since: Instant,
    /// Every reading, in order.
    pub used: Vec<Use>,
    /// Positions of its confidential facts that are not disclosed.
    pub hidden: Vec<u64>,
}

/// One reading under an access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// When.
    pub at: Instant,
    /// Who read.
    pub by: AccountId,
    /// Position of `access.used`.
    pub seq: u64,
}

impl Access {
    /// From when on it can neither be granted nor read any more.
    #[must_use]
    pub const fn lapses(&self) -> Instant {
        self.since.plus(LASTS)
    }

    /// Whether it has lapsed.
    #[must_use]
    pub fn is_lapsed(&self, at: Instant) -> bool {
        self.lapses() <= at
    }
}

/// Decides on one.
pub fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
    match command {
        Command::Inquire(signed) => inquire(state, signed, at),
        Command::Void(signed, standing) => void(state, signed, &standing),
        Command::Extend(signed, standing) => extend::extend(state, signed, &standing, at),
        Command::Request(signed) => request(state, signed),
        Command::Grant(signed) => grant(state, signed, at),
        Command::Use {
            tender,
            access,
            by,
            key,
        } => use_it(state, &tender, access, (by, &key), at),
    }
}

fn no(code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Refusal {
    Refusal::new(code, en.into(), zh.into())
}

fn inquire(state: &State, signed: Signed<OrderInquired>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    fresh(state, &body.order)?;
    stated("basis", "法律依据", &body.basis)?;
    stated("question", "需说明的事项", &body.question)?;
    if body.until <= at {
        return Err(no(
            "order.until_invalid",
            "Leave time to explain: `until` has passed.",
            "说明期限`until`已过,请留出说明时间。",
        ));
    }
    match &body.complaint {
        Some(complaint) if !state.complaints.contains_key(complaint) => Err(no(
            "complaint.unknown",
            format!("There is no complaint {complaint} about this tender."),
            format!("本项目没有投诉{complaint}。"),
        )),
        _ => Ok(vec![signed.draft()]),
    }
}

fn void(state: &State, signed: Signed<OrderVoided>, standing: &Standing) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    fresh(state, &body.order)?;
    stated("basis", "法律依据", &body.basis)?;
    stated("reason", "理由", &body.reason)?;
    let ended = matches!(
        standing.phase,
        Phase::Awarded | Phase::Contracted | Phase::Failed | Phase::Terminated
    );
    if ended || !standing.voidable.contains(&body.step) {
        return Err(no(
            "order.step_invalid",
            format!(
                "Fact {} is no reply and no publicity of candidates of this tender, or the tender is over; only those are undone by an order.",
                body.step
            ),
            format!(
                "条目{}不是本项目的答复或候选人公示,或项目已结束;指令只能撤销此类步骤。",
                body.step
            ),
        ));
    }
    Ok(vec![signed.draft()])
}

fn request(state: &State, signed: Signed<AccessRequested>) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    if state.accesses.contains_key(&body.access) {
        return Err(no(
            "access.known",
            format!("There is an access {} already; choose another name.", body.access),
            format!("应急查阅{}已存在,请另选编号。", body.access),
        ));
    }
    stated("basis", "法律依据", &body.basis)?;
    stated("reason", "理由", &body.reason)?;
    if body.seqs.is_empty() || body.seqs.len() > SEQS || !body.seqs.is_sorted_by(|a, b| a < b) {
        return Err(no(
            "access.list_invalid",
            format!("Name 1 to {SEQS} facts by their positions, ascending and each once."),
            format!("请按升序列明1至{SEQS}个条目序号,不得重复。"),
        ));
    }
    Ok(vec![signed.draft()])
}

fn grant(state: &State, signed: Signed<AccessGranted>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Supervisor])?;
    let body = &signed.body;
    let access = known(state, &body.access)?;
    if access.granted.is_some() {
        return Err(no("access.granted", "It is granted already.", "该查阅已获批准。"));
    }
    if access.by == signed.actor.key {
        return Err(no(
            "access.same_person",
            "Who asked cannot grant: another supervisor must.",
            "申请人不得自行批准,须由另一名监督人员批准。",
        ));
    }
    lives(access, at)?;
    stated("reason", "理由", &body.reason)?;
    Ok(vec![signed.draft()])
}

fn known<'a>(state: &'a State, access: &AccessId) -> Result<&'a Access, Refusal> {
    state.accesses.get(access).ok_or_else(|| {
        no(
            "access.unknown",
            format!("There is no access {access} to this tender."),
            format!("本项目没有应急查阅{access}。"),
        )
    })
}

fn lives(access: &Access, at: Instant) -> Result<(), Refusal> {
    if access.is_lapsed(at) {
        let days = LASTS / DAY;
        return Err(no(
            "access.lapsed",
            format!("It lapsed {days} days after it was asked for or granted; ask anew, under another name."),
            format!("该查阅自申请或批准之日起满{days}日已失效,如仍需要请另行申请。"),
        ));
    }
    Ok(())
}

/// Whether the holder of a key is one of the two.
#[must_use]
pub fn is_party(access: &Access, key: &Hex<32>) -> bool {
    access.by == *key || access.granted.as_ref() == Some(key)
}

fn use_it(
    state: &State,
    tender: &TenderId,
    access: AccessId,
    (by, key): (AccountId, &Hex<32>),
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let held = known(state, &access)?;
    if held.granted.is_none() || !is_party(held, key) {
        return Err(no(
            "access.not_granted",
            "Only the two supervisors who asked and granted read this.",
            "仅申请和批准的两名监督人员可查阅。",
        ));
    }
    lives(held, at)?;
    let used = AccessUsed {
        access,
        by,
        tender: tender.clone(),
    };
    Draft::platform(Stream::Supervision(tender.clone()), &used)
        .map(|draft| vec![draft])
        .map_err(|error| {
            no(
                "platform.malformed",
                format!("The fact has no canonical form: {error}."),
                format!("该事实没有规范形式:{error}。"),
            )
        })
}

/// Folds one record into the accesses of a tender.
pub fn fold(accesses: &mut BTreeMap<AccessId, Access>, record: &Record) {
    if let Some(requested) = record.of::<AccessRequested>() {
        let access = Access {
            by: record.actor.unwrap_or_default(),
            granted: None,
            since: record.at,
            used: Vec::new(),
            hidden: vec![record.seq],
            requested,
        };
        accesses.insert(access.requested.access.clone(), access);
    }
    if let Some(body) = record.of::<AccessGranted>()
        && let Some(access) = accesses.get_mut(&body.access)
    {
        access.granted = Some(record.actor.unwrap_or_default());
        access.since = record.at;
        access.hidden.push(record.seq);
    }
    if let Some(body) = record.of::<AccessUsed>()
        && let Some(access) = accesses.get_mut(&body.access)
    {
        access.used.push(Use {
            at: record.at,
            by: body.by,
            seq: record.seq,
        });
        access.hidden.push(record.seq);
    }
}
