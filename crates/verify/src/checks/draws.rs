//! One draw computed again from its facts and the ceremony: request, pool, head, contributions, seed, order.
//!
//! Invariant: nothing is taken from `draw.completed` but to be compared.

use crate::dossier::Dossier;
use crate::keys::Key;
use crate::shown::Told;
use facts::body::draw::{DrawAnswered, DrawCompleted, DrawPinned, DrawRequested, PoolFrozen, Subject};
use facts::body::tender::{Coefficient, Regime, TenderRegistered};
use facts::id::{DrawId, ItemId};
use facts::{Body, Canonical, Hex};
use ledger::message;
use seal::draw::{Draw, Stream, order, pool_hash};
use seal::{Partial, Point};
use std::collections::{BTreeMap, BTreeSet};

/// A complete draw.
pub(super) struct Drawn {
    /// Its name.
    pub(super) draw: DrawId,
    /// What was drawn.
    pub(super) subject: Subject,
    /// Places wanted.
    pub(super) wanted: u64,
    /// The ids in the order drawn.
    pub(super) order: Vec<Hex<32>>,
    /// The seed of its numbers.
    pub(super) seed: [u8; 64],
    /// Position of its completion.
    pub(super) completed: u64,
}

/// Position and both sentences of what is wrong.
pub(super) type Wrong = (Option<u64>, String, String);

fn wrong(seq: u64, en: impl Into<String>, zh: impl Into<String>) -> Wrong {
    (Some(seq), en.into(), zh.into())
}

trait OfDraw: Body {
    fn draw(&self) -> &DrawId;
}

macro_rules! of_draw {
    ($($body:ty),*) => { $(impl OfDraw for $body { fn draw(&self) -> &DrawId { &self.draw } })* };
}
of_draw!(PoolFrozen, DrawPinned, DrawAnswered, DrawCompleted);

fn all<'a, B: OfDraw>(dossier: &'a Dossier, draw: &DrawId) -> Vec<Told<'a, B>> {
    let mut told = dossier.shown.told::<B>(&dossier.evaluation());
    told.retain(|told| told.body.draw() == draw);
    told
}

/// At most one fact of a kind.
fn one<'a, B: OfDraw>(dossier: &'a Dossier, draw: &DrawId) -> Result<Option<Told<'a, B>>, Wrong> {
    let mut told = all::<B>(dossier, draw).into_iter();
    let first = told.next();
    match told.next() {
        Some(second) => Err(wrong(
            second.seq(),
            format!("the draw {draw} has a second {}", B::KIND),
            format!("抽取{draw}出现第二条{}", B::KIND),
        )),
        None => Ok(first),
    }
}

/// Computes a draw; `None` while it is not complete.
pub(super) fn computed(
    dossier: &Dossier,
    requested: &Told<'_, DrawRequested>,
    key: Option<&Key>,
) -> Result<Option<Drawn>, Wrong> {
    let name = &requested.body.draw;
    let frozen = one::<PoolFrozen>(dossier, name)?;
    let Some(frozen) = frozen.filter(|frozen| frozen.seq() > requested.seq()) else {
        return Err(wrong(
            requested.seq(),
            format!("no pool was frozen for the draw {name}"),
            format!("抽取{name}没有冻结名单"),
        ));
    };
    pool(dossier, requested, &frozen)?;
    let (Some(pinned), Some(completed)) = (
        one::<DrawPinned>(dossier, name)?,
        one::<DrawCompleted>(dossier, name)?,
    ) else {
        return Ok(None);
    };
    let size = frozen.seq().saturating_add(1);
    let root = dossier.log.roots(&BTreeSet::from([size])).remove(&size);
    if pinned.body.size != size || root != Some(pinned.body.root.0) {
        return Err(wrong(
            pinned.seq(),
            "the head pinned is not that of the log right after the frozen pool",
            "固定的日志头不是冻结名单之后的日志头",
        ));
    }
    let draw = Draw {
        tender: requested.body.tender.to_string(),
        id: name.to_string(),
        wanted: frozen.body.wanted,
        pool: frozen.body.pool.0,
        rules: frozen.body.rules.0,
        checkpoint: pinned.body.root.0,
    };
    let key = key.filter(|key| key.assigned.key_id == frozen.body.key_id);
    let Some(certificate) = key.and_then(Key::certificate) else {
        return Err(wrong(
            frozen.seq(),
            "the draw is for a key that was not assigned to the draws of this tender",
            "抽取所用密钥并非本项目分配的抽取密钥",
        ));
    };
    let mut given: Vec<(u16, Point)> = Vec::new();
    for told in all::<DrawAnswered>(dossier, name) {
        let index = told.body.index;
        let false_part = || {
            wrong(
                told.seq(),
                format!("the contribution of custodian {index} does not verify"),
                format!("第{index}号保管人的抽取份额未通过校验"),
            )
        };
        let part = Partial::parse(told.body.part.bytes()).map_err(|_| false_part())?;
        let share = certificate.share(index).ok_or_else(false_part)?;
        let called = key.and_then(|key| key.called.as_ref());
        let member = called.and_then(|called| called.members.iter().find(|member| member.index == index));
        if told.fact.key.is_none() || member.map(|member| member.signer.0) != told.fact.key {
            return Err(false_part());
        }
        draw.verify(certificate.y(), index, share, &part)
            .map_err(|_| false_part())?;
        if told.seq() < pinned.seq() || given.iter().any(|(known, _)| *known == index) {
            return Err(wrong(
                told.seq(),
                format!("custodian {index} contributed before the head was pinned, or twice"),
                format!("第{index}号保管人在日志头固定之前提交,或重复提交"),
            ));
        }
        if told.seq() < completed.seq() {
            given.push((index, part.d));
        }
    }
    let k = usize::from(certificate.roster().k());
    given.sort_by_key(|(index, _)| *index);
    let seed = draw.seed(k, &given).ok();
    if seed != Some(completed.body.seed.0) {
        return Err(wrong(
            completed.seq(),
            "the seed does not follow from the contributions",
            "种子与保管人份额不符",
        ));
    }
    let quorum: Vec<u16> = given.iter().map(|(index, _)| *index).take(k).collect();
    if quorum != completed.body.quorum {
        return Err(wrong(
            completed.seq(),
            "the quorum is not that of the first contributors by index",
            "法定份额组合不是按编号最先的保管人",
        ));
    }
    let ids = &frozen.body.ids;
    let places = order(completed.body.seed.0, ids.len()).into_iter();
    Ok(Some(Drawn {
        draw: name.clone(),
        subject: requested.body.subject.clone(),
        wanted: frozen.body.wanted,
        order: places.filter_map(|place| ids.get(place).copied()).collect(),
        seed: completed.body.seed.0,
        completed: completed.seq(),
    }))
}

/// The coefficients of a method out of a seed, in the order of the method, from one stream.
pub(super) fn values(seed: [u8; 64], wanted: &[Coefficient]) -> BTreeMap<ItemId, i64> {
    let mut numbers = Stream::new(seed);
    let mut below = |count: i64| {
        let drawn = numbers.below(u64::try_from(count).unwrap_or(1));
        i64::try_from(drawn).unwrap_or(0)
    };
    let mut values = BTreeMap::new();
    for one in wanted {
        let value = if one.by_digits {
            let (mut low, mut high) = (one.from, one.to.max(one.from));
            for scale in [100, 10, 1] {
                let first = low.div_euclid(scale);
                let count = high.div_euclid(scale).saturating_sub(first).saturating_add(1);
                let start = first.saturating_add(below(count)).saturating_mul(scale);
                low = low.max(start);
                high = high.min(start.saturating_add(scale).saturating_sub(1));
            }
            low
        } else {
            let step = one.step.max(1);
            let steps = one
                .to
                .saturating_sub(one.from)
                .max(0)
                .checked_div(step)
                .unwrap_or(0);
            one.from
                .saturating_add(below(steps.saturating_add(1)).saturating_mul(step))
        };
        values.insert(one.name.clone(), value);
    }
    values
}

fn pool(
    dossier: &Dossier,
    requested: &Told<'_, DrawRequested>,
    frozen: &Told<'_, PoolFrozen>,
) -> Result<(), Wrong> {
    let method = dossier.rules().map(|rules| &rules.notice.method);
    let left = method
        .and_then(|method| method.declared())
        .map_or(0, |declared| declared.drawn.len());
    let (wanted, filters) = match &requested.body.subject {
        Subject::Experts { seats, .. } => (u64::from(*seats), filters(dossier)),
        Subject::Coefficients {} => (left as u64, Vec::new()),
        Subject::Order {} => (frozen.body.ids.len() as u64, Vec::new()),
    };
    let empty = matches!(requested.body.subject, Subject::Coefficients {}) && !frozen.body.ids.is_empty();
    if frozen.body.wanted != wanted || frozen.body.filters != filters || empty {
        return Err(wrong(
            frozen.seq(),
            "the frozen pool is not for what was asked for, or not filtered as the law asks",
            "冻结名单与申请不符,或未按法定条件筛选",
        ));
    }
    let ids: Vec<&[u8]> = frozen.body.ids.iter().map(|id| id.bytes().as_slice()).collect();
    if !ids.is_sorted_by(|one, next| one < next) || pool_hash(&ids) != frozen.body.pool.0 {
        return Err(wrong(
            frozen.seq(),
            "the frozen pool is not in order, or not what its hash says",
            "冻结名单未按序排列,或与其哈希不符",
        ));
    }
    let subject = Canonical::of(&requested.body.subject).unwrap_or_default();
    if message::eligibility(&subject.to_bytes(), &frozen.body.filters) != frozen.body.rules.0 {
        return Err(wrong(
            frozen.seq(),
            "the hash of the eligibility rules is not that of the request",
            "资格条件的哈希与申请不符",
        ));
    }
    Ok(())
}

/// The filters that every draw of experts applies, in order; eight years and a senior title in works (招标投标法37).
fn filters(dossier: &Dossier) -> Vec<String> {
    let registered = dossier.shown.told::<TenderRegistered>(&dossier.stream());
    let regime = registered.first().map(|told| told.body.regime);
    let qualified = (regime == Some(Regime::Works)).then_some("qualified");
    let first = ["suspended", "speciality", "region"].into_iter();
    let last = ["party", "employer", "past", "kin", "consultant"];
    let all = first.chain(qualified).chain(last);
    all.map(str::to_owned).collect()
}
