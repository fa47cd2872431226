//! Draws: asked for once, frozen in the same batch, pinned to a tree head, answered by custodians, done.
//!
//! Invariant: what a draw depends on is complete in the log before its first contribution, and the contribution that
//! completes the quorum brings the numbers and their consequences in one batch: nobody can look and then withhold.

use super::call;
use super::chance::{self, Range};
use super::drawing::Drawing;
use super::panel::running;
use super::refuse;
use super::state::State;
use super::{method, platform};
use crate::Signed;
use crate::pool::{self, Avoid, Wanted};
use desk::KeyUse;
use desk::account::fingerprint;
use facts::body::ceremony::Member;
use facts::body::draw::{
    CoefficientDrawn, DrawAnswered, DrawCompleted, DrawPinned, DrawRequested, PoolFrozen, Subject, TieDrawn,
};
use facts::body::evaluation::EvaluationOpened;
use facts::body::tender::{Basis, Coefficient, Method, Regime};
use facts::{AccountId, Canonical, Draft, Hex, Instant, Refusal, Role, Stream};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Longest name of a draw, so that its seats have names too.
const NAME: usize = 40;
/// Minutes for an answer, at least and at most.
const MINUTES: (u32, u32) = (10, 4_320);
/// Most texts in one list of a request, and most characters of each.
const LISTS: (usize, usize) = (64, 200);
/// Most experts in one frozen pool.
const LARGEST: usize = 100_000;
/// Budget in fen from which government procurement asks for seven members (87号令47).
const LARGE_BUDGET: i64 = 1_000_000_000;

/// What the law must know of other streams when a draw is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DrawCircumstances {
    /// The buyer of the tender and its agent.
    pub owners: BTreeSet<AccountId>,
    /// Which law the tender follows; `None` if there is no such tender.
    pub regime: Option<Regime>,
    /// The estimate of all lots in minor units.
    pub budget: i64,
    /// The key assigned to the tender's draws.
    pub key: Option<DrawKey>,
    /// Whom experts must have nothing to do with, as the platform knows it from the bids.
    pub avoid: Avoid,
    /// The pool asked for, if it exists.
    pub pool: Option<Arc<pool::State>>,
    /// Thirty-two random bytes that all salts come from.
    pub secret: Hex<32>,
}

/// The key of a tender's draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawKey {
    /// Its id.
    pub key_id: Hex<32>,
    /// Contributions needed.
    pub k: u16,
    /// The joint public key.
    pub public: Hex<32>,
    /// The public shares, by index from 1.
    pub shares: Vec<Hex<32>>,
    /// The custodians.
    pub members: Vec<Member>,
}

/// The smallest panel of a law; it must be odd too, except where no law speaks.
#[must_use]
pub const fn smallest(regime: Regime, negotiated: bool, budget: i64) -> Option<usize> {
    match regime {
        // 87号令47; 74号令7 for negotiation and inquiry.
        Regime::GovernmentProcurement if negotiated => Some(3),
        Regime::GovernmentProcurement if budget >= LARGE_BUDGET => Some(7),
        // 招标投标法37, 87号令47.
        Regime::Works | Regime::GovernmentProcurement => Some(5),
        Regime::Free => None,
    }
}

pub(super) fn check_size(opened: &EvaluationOpened, regime: Regime, budget: i64) -> Result<usize, Refusal> {
    let panel = usize::try_from(method::panel(&opened.method)).unwrap_or(usize::MAX);
    let negotiated = matches!(&opened.method, Method::Declared(declared)
        if matches!(declared.basis, Basis::Negotiation | Basis::Consultation));
    let Some(least) = smallest(regime, negotiated, budget) else {
        return Ok(panel);
    };
    if panel < least || panel.is_multiple_of(2) {
        return Err(refuse::smallest(panel, least));
    }
    Ok(panel)
}

pub(super) fn request(
    state: &State,
    signed: Signed<DrawRequested>,
    circumstances: &DrawCircumstances,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    let owner = signed.actor.must(&[Role::Buyer, Role::Agent])?;
    let Some(regime) = circumstances
        .regime
        .filter(|_| circumstances.owners.contains(owner))
    else {
        return Err(refuse::not_owner(&body.tender));
    };
    if state.draws.contains_key(&body.draw) {
        return Err(refuse::draw_exists(&body.draw));
    }
    if body.draw.as_str().len() > NAME {
        return Err(refuse::wrong_draw(
            "the name of a draw has at most 40 characters",
            "抽取名称最多40个字符",
        ));
    }
    let key = circumstances.key.as_ref().ok_or_else(refuse::no_key)?;
    let same = |other: &Drawing| other.requested.subject == body.subject;
    if let Some(other) = state.draws.values().find(|other| same(other))
        && !matches!(body.subject, Subject::Experts { .. })
    {
        return Err(refuse::draw_exists(&other.requested.draw));
    }
    let frozen = match &body.subject {
        Subject::Experts { .. } => experts(state, opened, body, circumstances, regime, key, at)?,
        Subject::Coefficients {} => {
            let ranges = ranges(opened);
            if ranges.is_empty() {
                return Err(refuse::wrong_draw(
                    "the method leaves nothing to a draw",
                    "评标办法没有需抽取的系数",
                ));
            }
            Frozen {
                ids: Vec::new(),
                members: Vec::new(),
                filters: Vec::new(),
                secret: None,
                wanted: ranges.len() as u64,
            }
        }
        Subject::Order {} => Frozen {
            ids: codes(state, body).into_iter().map(|(id, _)| id).collect(),
            members: Vec::new(),
            filters: Vec::new(),
            secret: None,
            wanted: state.codes.len() as u64,
        },
    };
    let frozen = frozen.fact(body, key)?;
    let stream = Stream::Evaluation(body.tender.clone());
    Ok(vec![signed.draft(), platform(&stream, &frozen)?])
}

struct Frozen {
    ids: Vec<Hex<32>>,
    members: Vec<AccountId>,
    filters: Vec<String>,
    secret: Option<Hex<32>>,
    wanted: u64,
}

impl Frozen {
    fn fact(self, body: &DrawRequested, key: &DrawKey) -> Result<PoolFrozen, Refusal> {
        let subject = Canonical::of(&body.subject).map_err(|error| super::refusals::not_canonical(&error))?;
        Ok(PoolFrozen {
            draw: body.draw.clone(),
            key: self.secret,
            key_id: key.key_id,
            pool: desk::draw::pool_hash(&self.ids),
            rules: Hex(desk::digest::eligibility(&subject.to_bytes(), &self.filters)),
            filters: self.filters,
            ids: self.ids,
            members: self.members,
            tender: body.tender.clone(),
            wanted: self.wanted,
        })
    }
}

fn experts(
    state: &State,
    opened: &EvaluationOpened,
    body: &DrawRequested,
    circumstances: &DrawCircumstances,
    regime: Regime,
    key: &DrawKey,
    at: Instant,
) -> Result<Frozen, Refusal> {
    let Subject::Experts {
        after,
        answer_minutes,
        consultants,
        regions,
        seats,
        specialities,
        ..
    } = &body.subject
    else {
        return Err(refuse::draw_unknown(&body.draw));
    };
    let _ = key;
    check_size(opened, regime, circumstances.budget)?;
    let (least, most) = MINUTES;
    if !(least..=most).contains(answer_minutes) {
        return Err(refuse::wrong_draw(
            "an expert has between 10 minutes and 3 days for an answer",
            "专家答复时间须为10分钟至3日",
        ));
    }
    let (many, long) = LISTS;
    let fine = |list: &Vec<String>| {
        let text = |text: &String| !text.trim().is_empty() && text.chars().count() <= long;
        list.len() <= many && list.iter().all(text)
    };
    if specialities.is_empty() || ![consultants, regions, specialities].into_iter().all(fine) {
        return Err(refuse::wrong_draw(
            "name at least one speciality; lists have at most 64 texts of 1 to 200 characters",
            "须至少写明一个专业;每一列表最多64项,每项1至200字",
        ));
    }
    let lacking = match after {
        Some(used) => state.stranded(used).ok_or_else(|| refuse::not_used_up(used))?,
        None => state.lacking(),
    };
    let wanted = usize::try_from(*seats).unwrap_or(usize::MAX);
    if wanted == 0 || wanted > lacking {
        return Err(refuse::seats_taken(lacking));
    }
    let Some(pool) = &circumstances.pool else {
        return Err(refuse::wrong_draw(
            "there is no such pool of experts",
            "没有该专家库",
        ));
    };
    let mut avoid = circumstances.avoid.clone();
    avoid.accounts.extend(circumstances.owners.iter().cloned());
    avoid.accounts.extend(state.recused.iter().cloned());
    avoid
        .accounts
        .extend(state.seats.values().filter_map(|seat| seat.expert.clone()));
    let called = state.draws.values().flat_map(|drawing| &drawing.calls);
    avoid.accounts.extend(called.map(|call| call.expert.clone()));
    let asked = Wanted {
        specialities,
        regions,
        consultants,
    };
    let eligible = pool::eligible(pool, &asked, &avoid, regime, at);
    if eligible.len() < wanted {
        return Err(refuse::pool_small(eligible.len(), *seats));
    }
    if eligible.len() > LARGEST {
        return Err(refuse::wrong_draw(
            "more than 100000 experts pass the filters; narrow them",
            "通过筛选的专家超过100000人,请收窄条件",
        ));
    }
    let mut both: Vec<(Hex<32>, AccountId)> = eligible
        .into_iter()
        .map(|account| (identity(body, &circumstances.secret, &account), account))
        .collect();
    both.sort();
    let (ids, members) = both.into_iter().unzip();
    Ok(Frozen {
        ids,
        members,
        filters: pool::filters(regime),
        secret: Some(circumstances.secret),
        wanted: u64::from(*seats),
    })
}

fn identity(body: &DrawRequested, secret: &Hex<32>, account: &AccountId) -> Hex<32> {
    let salt = desk::digest::drawn_salt(secret.bytes(), account.as_str());
    Hex(desk::digest::drawn(
        &body.tender,
        &body.draw,
        account.as_str(),
        &salt,
    ))
}

/// The codes with the ids under which they are drawn, ascending by id; they hide nobody, so the salt is zero.
fn codes(state: &State, body: &DrawRequested) -> Vec<(Hex<32>, facts::id::CodeId)> {
    let id =
        |code: &facts::id::CodeId| desk::digest::drawn(&body.tender, &body.draw, code.as_str(), &[0; 32]);
    let mut codes: Vec<_> = state
        .codes
        .keys()
        .map(|code| (Hex(id(code)), code.clone()))
        .collect();
    codes.sort();
    codes
}

/// The coefficients that the method leaves to a draw.
pub(super) fn ranges(opened: &EvaluationOpened) -> Vec<Range> {
    let Method::Declared(declared) = &opened.method else {
        return Vec::new();
    };
    let range = |coefficient: &Coefficient| Range {
        name: coefficient.name.clone(),
        from: coefficient.from,
        to: coefficient.to,
        step: coefficient.step,
        by_digits: coefficient.by_digits,
    };
    declared.drawn.iter().map(range).collect()
}

pub(super) fn pin(state: &State, pinned: &DrawPinned) -> Result<Vec<Draft>, Refusal> {
    running(state, &pinned.tender)?;
    let drawing = state.draws.get(&pinned.draw);
    let waits = drawing.is_some_and(|drawing| {
        drawing.pinned.is_none()
            && drawing
                .frozen
                .as_ref()
                .is_some_and(|frozen| frozen.0.saturating_add(1) == pinned.size)
    });
    if !waits {
        return Err(super::refusals::nothing_due());
    }
    let stream = Stream::Evaluation(pinned.tender.clone());
    Ok(vec![platform(&stream, pinned)?])
}

pub(super) fn contribute(
    state: &State,
    signed: Signed<DrawAnswered>,
    key: Option<&DrawKey>,
    at: Instant,
) -> Result<Vec<Draft>, Refusal> {
    let body = &signed.body;
    let opened = running(state, &body.tender)?;
    let key = key.ok_or_else(refuse::no_key)?;
    let unknown = || refuse::draw_unknown(&body.draw);
    let drawing = state
        .draws
        .get(&body.draw)
        .filter(|drawing| drawing.seed.is_none());
    let drawing = drawing.ok_or_else(unknown)?;
    let asked = drawing.asked().ok_or_else(unknown)?;
    if drawing
        .frozen
        .as_ref()
        .is_none_or(|frozen| frozen.1.key_id != key.key_id)
    {
        return Err(unknown());
    }
    let index = body.index;
    let actor = &signed.actor;
    let is_own = |member: &&Member| {
        member.index == index
            && actor.means == KeyUse::Custody
            && actor.key == fingerprint(&member.signer)
            && actor.account.as_ref() == Some(&member.account)
    };
    let share = usize::from(index)
        .checked_sub(1)
        .and_then(|at| key.shares.get(at));
    let Some(share) = share.filter(|_| key.members.iter().any(|member| is_own(&member))) else {
        return Err(refuse::not_custodian(index));
    };
    if drawing.parts.contains_key(&index) {
        return Err(refuse::given_already(index));
    }
    asked
        .verify(&key.public, index, share, &body.part)
        .map_err(|_| refuse::part_false(index))?;
    let mut parts = drawing.parts.clone();
    parts.insert(index, body.part);
    let stream = Stream::Evaluation(body.tender.clone());
    let (tender, draw) = (body.tender.clone(), body.draw.clone());
    let mut drafts = vec![signed.draft()];
    if parts.len() < usize::from(key.k) {
        return Ok(drafts);
    }
    let seed = asked.seed(key.k, &parts).map_err(|_| refuse::part_false(index))?;
    let completed = DrawCompleted {
        draw: draw.clone(),
        quorum: parts.keys().copied().take(usize::from(key.k)).collect(),
        seed,
        tender: tender.clone(),
    };
    drafts.push(platform(&stream, &completed)?);
    match &drawing.requested.subject {
        Subject::Experts { .. } => drafts.extend(call::first(state, drawing, &seed, at)?),
        Subject::Coefficients {} => {
            let values = chance::values(&seed, &ranges(opened));
            drafts.push(platform(&stream, &CoefficientDrawn { draw, tender, values })?);
        }
        Subject::Order {} => {
            let sorted = codes(state, &drawing.requested);
            let order = desk::draw::order(&seed, sorted.len()).into_iter();
            let order = order.filter_map(|place| Some(sorted.get(usize::try_from(place).ok()?)?.1.clone()));
            let order = order.collect();
            drafts.push(platform(&stream, &TieDrawn { draw, order, tender })?);
        }
    }
    Ok(drafts)
}
