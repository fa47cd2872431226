//! The expert pool (专家库): its law over one stream `pool/POOL`, and who of it may be drawn for a tender.
//!
//! Invariant: who may be drawn follows from the pool's facts, the rules asked for and the organisations to keep away
//! from, at one instant; nothing else is looked at, and the filters applied are named.

mod eligible;

pub use eligible::{Avoid, Wanted, eligible, filters};

use crate::Signed;
use desk::Admitted;
use facts::body::pool::{ExpertListed, ExpertReinstated, ExpertSuspended};
use facts::id::PoolId;
use facts::{AccountId, Body, Decider, Draft, Instant, Kind, Record, Refusal, Role, Stream};
use std::collections::BTreeMap;

/// Most entries of one list in a listing, and most characters of each.
const LISTS: (usize, usize) = (64, 200);

/// The law.
#[derive(Debug, Clone, Copy)]
pub struct Pools;

/// One pool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// The experts.
    pub experts: BTreeMap<AccountId, Entry>,
}

/// One expert of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the pool says of the expert.
    pub listed: ExpertListed,
    /// The suspension in force or to come.
    pub suspended: Option<ExpertSuspended>,
}

/// A wish of a registrar, already admitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Takes an expert in, or writes the entry anew.
    List {
        /// The act.
        signed: Signed<ExpertListed>,
        /// Whether the account is enrolled as an expert and not revoked.
        is_expert: bool,
    },
    /// Suspends an expert.
    Suspend(Signed<ExpertSuspended>),
    /// Lifts a suspension.
    Reinstate(Signed<ExpertReinstated>),
}

impl Decider for Pools {
    type State = State;
    type Command = Command;

    fn evolve(state: &mut State, record: &Record) {
        match record.kind {
            Kind::ExpertListed => {
                let Some(listed) = record.of::<ExpertListed>() else {
                    return;
                };
                let before = state.experts.remove(&listed.account);
                let entry = Entry {
                    suspended: before.and_then(|entry| entry.suspended),
                    listed,
                };
                state.experts.insert(entry.listed.account.clone(), entry);
            }
            Kind::ExpertSuspended => {
                let Some(body) = record.of::<ExpertSuspended>() else {
                    return;
                };
                if let Some(entry) = state.experts.get_mut(&body.account) {
                    entry.suspended = Some(body);
                }
            }
            Kind::ExpertReinstated => {
                let Some(body) = record.of::<ExpertReinstated>() else {
                    return;
                };
                if let Some(entry) = state.experts.get_mut(&body.account) {
                    entry.suspended = None;
                }
            }
            _ => {}
        }
    }

    fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
        match command {
            Command::List { signed, is_expert } => list(signed, is_expert, at),
            Command::Suspend(signed) => suspend(state, signed),
            Command::Reinstate(signed) => reinstate(state, signed),
        }
    }
}

impl Entry {
    /// Whether the expert is suspended at an instant.
    #[must_use]
    pub fn is_suspended(&self, at: Instant) -> bool {
        self.suspended
            .as_ref()
            .is_some_and(|body| body.from <= at && body.until.is_none_or(|until| at < until))
    }
}

fn list(signed: Signed<ExpertListed>, is_expert: bool, at: Instant) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Registrar])?;
    let body = &signed.body;
    if !is_expert {
        return Err(Refusal::new(
            "expert.unknown",
            format!(
                "{} is not enrolled as an expert, or was revoked; enrol the account first.",
                body.account
            ),
            format!("{} 未注册为专家或已注销,请先办理注册。", body.account),
        ));
    }
    let (most, longest) = LISTS;
    if !is_fine(body) {
        return Err(Refusal::new(
            "expert.malformed",
            format!(
                "An entry names an employer, at least one speciality, and in each list at most {most} texts of 1 to \
                 {longest} characters."
            ),
            format!("条目须写明工作单位和至少一个专业,每一列表最多 {most} 项,每项 1 至 {longest} 字。"),
        ));
    }
    if body.since > at {
        return Err(Refusal::new(
            "expert.since_invalid",
            "The start of work in the field lies in the future.",
            "从事相关领域的起始时间晚于当前时间。",
        ));
    }
    Ok(vec![signed.draft()])
}

fn is_fine(body: &ExpertListed) -> bool {
    let (most, longest) = LISTS;
    let lists = [&body.specialities, &body.regions, &body.kin];
    let counts = lists
        .map(Vec::len)
        .into_iter()
        .chain([body.past.len(), body.credentials.len()]);
    let titles = body.credentials.iter().map(|credential| &credential.title);
    let past = body.past.iter().map(|employment| &employment.employer);
    let texts = lists
        .into_iter()
        .flatten()
        .chain(titles)
        .chain(past)
        .chain([&body.employer]);
    let fine = |text: &String| !text.trim().is_empty() && text.chars().count() <= longest;
    !body.specialities.is_empty() && { counts }.all(|count| count <= most) && { texts }.all(fine)
}

fn suspend(state: &State, signed: Signed<ExpertSuspended>) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Registrar])?;
    let body = &signed.body;
    known(state, &body.account)?;
    reason(&body.reason)?;
    if body.until.is_some_and(|until| until <= body.from) {
        return Err(Refusal::new(
            "expert.suspension_invalid",
            "The suspension ends before it begins; give an end after its beginning, or none.",
            "暂停的截止时间早于起始时间,请更正,或不填截止时间。",
        ));
    }
    Ok(vec![signed.draft()])
}

fn reinstate(state: &State, signed: Signed<ExpertReinstated>) -> Result<Vec<Draft>, Refusal> {
    signed.actor.must(&[Role::Registrar])?;
    let body = &signed.body;
    reason(&body.reason)?;
    if known(state, &body.account)?.suspended.is_none() {
        return Err(Refusal::new(
            "expert.not_suspended",
            format!("{} is not suspended.", body.account),
            format!("{} 未被暂停。", body.account),
        ));
    }
    Ok(vec![signed.draft()])
}

fn known<'a>(state: &'a State, account: &AccountId) -> Result<&'a Entry, Refusal> {
    state.experts.get(account).ok_or_else(|| {
        Refusal::new(
            "expert.not_listed",
            format!("{account} is not in this pool."),
            format!("{account} 不在该专家库中。"),
        )
    })
}

fn reason(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() || text.chars().count() > 500 {
        return Err(Refusal::new(
            "expert.reason_malformed",
            "Say why, in 1 to 500 characters.",
            "请说明理由,1 至 500 字。",
        ));
    }
    Ok(())
}

/// Whom to look up for an act of a pool: the expert it would take in.
#[must_use]
pub fn expert_named(act: &facts::Act) -> Option<AccountId> {
    (act.kind == Kind::ExpertListed)
        .then(|| act.body.read::<ExpertListed>().ok())
        .flatten()
        .map(|body| body.account)
}

/// The command that an admitted act of a pool asks for.
pub fn command(admitted: &Admitted, is_expert: bool) -> Result<Command, Refusal> {
    match admitted.act.kind {
        Kind::ExpertListed => Ok(Command::List {
            signed: signed(admitted, |body: &ExpertListed| &body.pool)?,
            is_expert,
        }),
        Kind::ExpertSuspended => Ok(Command::Suspend(signed(admitted, |body: &ExpertSuspended| {
            &body.pool
        })?)),
        Kind::ExpertReinstated => Ok(Command::Reinstate(signed(
            admitted,
            |body: &ExpertReinstated| &body.pool,
        )?)),
        other => Err(Refusal::new(
            "act.stream_invalid",
            format!("{other} does not belong to a pool."),
            format!("{other} 不属于专家库。"),
        )),
    }
}

fn signed<B: Body>(admitted: &Admitted, pool: fn(&B) -> &PoolId) -> Result<Signed<B>, Refusal> {
    Signed::read(admitted, |body| Stream::Pool(pool(body).clone()))
}
