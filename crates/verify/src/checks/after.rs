//! Part of 35: what follows the award (record format, 8.9): contracts on the terms of the bids, deposits with one fate;
//! and the deposits that arrived before it.

mod received;

use crate::dossier::Dossier;
use crate::shown::Told;
use crate::verdict::Findings;
use facts::body::award::{Award, AwardMade, TenderTerminated};
use facts::body::bid::Letter;
use facts::body::contract::{
    AwardReported, ContractFiled, ContractPublished, ContractSigned, ContractSupplemented, DepositKept,
    DepositsReturned, KeepGround,
};
use facts::body::opening::{OpenedPart, OpeningRecorded, TenderFailed};
use facts::body::tender::{Regime, TenderNoticed, TenderRegistered};
use facts::calendar::day_of;
use facts::id::LotId;
use facts::{BidId, Body, Instant, Kind, Money};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds that this part looks at.
const KINDS: [Kind; 8] = [
    Kind::ContractSigned,
    Kind::ContractPublished,
    Kind::ContractFiled,
    Kind::ContractSupplemented,
    Kind::AwardReported,
    Kind::DepositsReceived,
    Kind::DepositsReturned,
    Kind::DepositKept,
];

/// Whether there is anything to look at.
pub(super) fn exists(dossier: &Dossier) -> bool {
    let mut facts = dossier.shown.facts();
    facts.any(|fact| KINDS.contains(&fact.record.kind))
}

struct Scene<'a> {
    dossier: &'a Dossier,
    awards: Vec<Told<'a, AwardMade>>,
    records: Vec<Told<'a, OpeningRecorded>>,
    regime: Option<Regime>,
}

/// Looks at all of it.
pub(super) fn look(dossier: &Dossier, found: &mut Findings) {
    let scene = Scene {
        dossier,
        awards: told(dossier),
        records: told(dossier),
        regime: told::<TenderRegistered>(dossier)
            .first()
            .map(|told| told.body.regime),
    };
    let signed = contracts(&scene, found);
    once::<ContractPublished>(&scene, &signed, |body| &body.lot, found);
    once::<ContractFiled>(&scene, &signed, |body| &body.lot, found);
    supplements(&scene, &signed, found);
    for (place, report) in told::<AwardReported>(dossier).iter().enumerate() {
        if place > 0 || !scene.awards.iter().any(|award| award.seq() < report.seq()) {
            found.fault(
                report.seq(),
                "a written report before the award, or a second one",
                "书面报告早于定标,或重复登记",
            );
        }
    }
    let received = received::look(&scene, found);
    let deposits = deposits(&scene, &signed, found);
    found.note(
        None,
        format!(
            "{} contracts, {received} deposits received, {deposits} accounted for",
            signed.len()
        ),
        format!("合同{}份,到账保证金{received}笔,已处理{deposits}笔", signed.len()),
    );
}

fn told<B: Body>(dossier: &Dossier) -> Vec<Told<'_, B>> {
    dossier.shown.told::<B>(&dossier.stream())
}

impl Scene<'_> {
    fn award(&self, lot: &LotId, before: u64) -> Option<(Instant, &Award)> {
        let mut made = self.awards.iter().filter(|told| told.seq() < before);
        made.find_map(|told| {
            let award = told.body.awards.iter().find(|award| award.lot == *lot)?;
            Some((told.fact.record.at, award))
        })
    }

    /// The parts of a bid in a lot that were opened before.
    fn parts<'a>(
        &'a self,
        bid: &'a BidId,
        lot: &'a LotId,
        before: u64,
    ) -> impl Iterator<Item = &'a OpenedPart> {
        let records = self.records.iter().filter(move |told| told.seq() < before);
        let bids = records
            .flat_map(|told| &told.body.bids)
            .filter(move |one| one.bid == *bid);
        bids.flat_map(|one| &one.parts)
            .filter(move |part| part.lot == *lot)
    }

    fn letter<'a>(&'a self, bid: &'a BidId, lot: &'a LotId, before: u64) -> Option<&'a Letter> {
        let letters = self
            .parts(bid, lot, before)
            .filter_map(|part| part.letter.as_ref());
        letters.filter(|letter| letter.price.is_some()).last()
    }

    fn is_bound(&self) -> bool {
        self.regime.is_some_and(|regime| regime != Regime::Free)
    }
}

/// Whether a part is at most a tenth of the whole.
fn within(part: Money, whole: Money) -> bool {
    part.currency == whole.currency && i128::from(part.minor).saturating_mul(10) <= i128::from(whole.minor)
}

fn contracts<'a>(scene: &Scene<'a>, found: &mut Findings) -> BTreeMap<LotId, Told<'a, ContractSigned>> {
    let mut signed = BTreeMap::new();
    for told in told::<ContractSigned>(scene.dossier) {
        if let Some((en, zh)) = departs(scene, &told) {
            found.fault(
                told.seq(),
                format!("the contract of lot {}: {en}", told.body.lot),
                format!("标段{}的合同:{zh}", told.body.lot),
            );
        }
        match signed.entry(told.body.lot.clone()) {
            Entry::Vacant(place) => {
                place.insert(told);
            }
            Entry::Occupied(known) => found.fault(
                told.seq(),
                format!("lot {} has a second contract", known.key()),
                format!("标段{}重复登记合同", known.key()),
            ),
        }
    }
    signed
}

/// In what a contract is not that of the award and of the bid; English and Chinese.
fn departs(scene: &Scene<'_>, told: &Told<'_, ContractSigned>) -> Option<(&'static str, &'static str)> {
    let (body, at) = (&told.body, told.fact.record.at);
    let Some((awarded, award)) = scene.award(&body.lot, told.seq()) else {
        return Some(("it was not awarded before", "此前未定标"));
    };
    if award.bid != body.bid || award.account != body.account {
        return Some(("not with the winner", "相对方不是中标人"));
    }
    if award.price != body.price {
        return Some((
            "another price than the award's (招标投标法46)",
            "价款与中标价不一致(招标投标法46)",
        ));
    }
    let letter = scene.letter(&body.bid, &body.lot, told.seq());
    if letter.is_none_or(|letter| letter.period_days != body.period_days || letter.quality != body.quality) {
        return Some((
            "another quality or time than the bid's",
            "质量或履行期限与投标不一致",
        ));
    }
    if body.signed_at > at || day_of(body.signed_at) < day_of(awarded) {
        return Some((
            "signed before the award or after its record",
            "签订时间早于定标或晚于登记",
        ));
    }
    let bond = body.bond.is_none_or(|bond| {
        bond.minor > 0
            && bond.currency == body.price.currency
            && (!scene.is_bound() || within(bond, body.price))
    });
    (!bond).then_some((
        "its bond is above a tenth of it (条例58)",
        "履约保证金超过百分之十(条例58)",
    ))
}

/// What happens to a contract once, after it was signed.
fn once<B: Body>(
    scene: &Scene<'_>,
    signed: &BTreeMap<LotId, Told<'_, ContractSigned>>,
    lot: fn(&B) -> &LotId,
    found: &mut Findings,
) {
    let mut seen = BTreeSet::new();
    for told in told::<B>(scene.dossier) {
        let lot = lot(&told.body);
        let known = signed
            .get(lot)
            .is_some_and(|contract| contract.seq() < told.seq());
        if !known || !seen.insert(lot.clone()) {
            found.fault(
                told.seq(),
                format!("lot {lot} has no contract yet, or this is said of it twice"),
                format!("标段{lot}尚无合同,或重复登记"),
            );
        }
    }
}

fn supplements(scene: &Scene<'_>, signed: &BTreeMap<LotId, Told<'_, ContractSigned>>, found: &mut Findings) {
    let mut sums: BTreeMap<LotId, i64> = BTreeMap::new();
    for told in told::<ContractSupplemented>(scene.dossier) {
        let (lot, change) = (&told.body.lot, told.body.change);
        let sum = sums.entry(lot.clone()).or_default();
        *sum = sum.saturating_add(change.minor);
        let all = Money::new(change.currency, *sum);
        let fits = signed
            .get(lot)
            .filter(|contract| contract.seq() < told.seq())
            .is_some_and(|contract| {
                let price = contract.body.price;
                let free = scene.regime != Some(Regime::GovernmentProcurement);
                change.minor > 0 && change.currency == price.currency && (free || within(all, price))
            });
        if !fits {
            found.fault(
                told.seq(),
                format!(
                    "the supplement of lot {lot} has no contract, or is above a tenth of it (政府采购法49)"
                ),
                format!("标段{lot}补充合同无原合同,或累计超过百分之十(政府采购法49)"),
            );
        }
    }
}

/// The deposits that the lots ask for.
fn asked<'a>(noticed: &'a [Told<'_, TenderNoticed>]) -> BTreeMap<&'a LotId, Money> {
    let lots = noticed.iter().flat_map(|told| &told.body.lots);
    lots.filter_map(|lot| Some((&lot.lot, lot.deposit?))).collect()
}

fn deposits(
    scene: &Scene<'_>,
    signed: &BTreeMap<LotId, Told<'_, ContractSigned>>,
    found: &mut Findings,
) -> usize {
    let noticed = told::<TenderNoticed>(scene.dossier);
    let asked = asked(&noticed);
    let mut seen: BTreeSet<(BidId, LotId)> = BTreeSet::new();
    let mut settle = |seq: u64, bid: &BidId, lot: &LotId, sum: (Money, bool), found: &mut Findings| {
        let first = seen.insert((bid.clone(), lot.clone()));
        let known = scene.parts(bid, lot, seq).next().is_some() || withdrawn(scene, bid, lot, seq);
        let (sum, sound) = sum;
        let fits = asked.get(lot).is_some_and(|most| {
            sound && sum.currency == most.currency && (0..=most.minor).contains(&sum.minor)
        });
        if !first || !known || !fits {
            found.fault(
                seq,
                format!(
                    "the deposit of {bid} in lot {lot}: settled twice, of no bid shown before, or another sum"
                ),
                format!("标段{lot}投标{bid}的保证金:重复处理、此前未公开该投标,或金额不符"),
            );
        }
    };
    let mut whole = 0_usize;
    for told in told::<DepositsReturned>(scene.dossier) {
        let begun = noticed.first().map(|notice| notice.fact.record.at);
        let timely =
            begun.is_some_and(|begun| begun <= told.body.paid_at) && told.body.paid_at <= told.fact.record.at;
        if !timely || (told.body.returned.is_empty() && !may_be_bare(scene, told.seq(), whole)) {
            found.fault(
                told.seq(),
                "deposits paid back at an impossible time, or without names after an opening",
                "保证金退还时间有误,或开标后未列明投标",
            );
        }
        whole = whole.saturating_add(usize::from(told.body.returned.is_empty()));
        for one in &told.body.returned {
            let interest = one.interest.minor >= 0 && one.interest.currency == one.amount.currency;
            settle(told.seq(), &one.bid, &one.lot, (one.amount, interest), found);
        }
    }
    for told in told::<DepositKept>(scene.dossier) {
        let body = &told.body;
        settle(told.seq(), &body.bid, &body.lot, (body.amount, true), found);
        let contract = signed
            .get(&body.lot)
            .is_some_and(|contract| contract.seq() < told.seq());
        let ground = match body.ground {
            KeepGround::Revoked => scene
                .parts(&body.bid, &body.lot, told.seq())
                .any(|part| (part.unopened.as_ref()).is_some_and(|one| one.cause.is_bidders())),
            KeepGround::Fraud => true,
            KeepGround::NoContract | KeepGround::Conditions | KeepGround::NoBond => {
                let award = scene.award(&body.lot, told.seq());
                !contract && award.is_some_and(|(_, award)| award.bid == body.bid)
            }
        };
        if !ground || body.amount.minor <= 0 {
            found.fault(
                told.seq(),
                format!(
                    "the deposit of {} is kept on a ground that the record contradicts",
                    body.bid
                ),
                format!("不退还投标{}保证金的理由与记录不符", body.bid),
            );
        }
    }
    seen.len()
}

/// All deposits at once, without names: once, after an end without any opening.
fn may_be_bare(scene: &Scene<'_>, seq: u64, already: usize) -> bool {
    let failed = told::<TenderFailed>(scene.dossier)
        .iter()
        .any(|told| told.seq() < seq);
    let ended = told::<TenderTerminated>(scene.dossier)
        .iter()
        .any(|told| told.seq() < seq);
    (failed || ended) && already == 0 && !scene.records.iter().any(|told| told.seq() < seq)
}

/// A bid whose withdrawal is shown, and whose last revision was for the lot.
fn withdrawn(scene: &Scene<'_>, bid: &BidId, lot: &LotId, before: u64) -> bool {
    let known = scene.dossier.bids().get(bid);
    known.is_some_and(|known| {
        let gone = known.withdrawn.iter().any(|seq| *seq < before);
        let last = known.submitted.last();
        gone && last.is_some_and(|last| last.body.envelopes.iter().any(|envelope| envelope.lot == *lot))
    })
}
