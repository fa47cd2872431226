//! The buyer's review of the qualification (section 8.8): who comes before the panel, and when nobody does.
//!
//! Invariant: who is out is computed from the buyer's votes alone; what the evaluation was told of it is only compared.

use crate::dossier::Dossier;
use crate::shown::Told;
use crate::verdict::Findings;
use facts::BidId;
use facts::body::award::AwardMade;
use facts::body::evaluation::EvaluationOpened;
use facts::body::opening::{OpeningClosed, TenderFailed};
use facts::body::qualification::{QualificationReviewed, Unqualified};
use facts::body::tender::{ReviewItem, Reviewer};
use facts::id::LotId;
use std::collections::{BTreeMap, BTreeSet};

/// A bid in one of its lots, as the letters are kept.
type Place = (BidId, LotId);

/// The word of a tender that fails because too few passed.
const SHORT: &str = "too_few_qualified";

fn items(dossier: &Dossier) -> Vec<&ReviewItem> {
    let declared = dossier.rules().and_then(|rules| rules.notice.method.declared());
    let items = declared.into_iter().flat_map(|declared| &declared.review);
    items.filter(|item| item.by == Reviewer::Buyer).collect()
}

/// The places that are evaluated, of those that were opened.
pub(super) fn evaluated(
    dossier: &Dossier,
    opened: &EvaluationOpened,
    read_out: &BTreeSet<Place>,
    found: &mut Findings,
) -> BTreeSet<Place> {
    let told = dossier.shown.told::<QualificationReviewed>(&dossier.stream());
    if items(dossier).is_empty() {
        if let Some(one) = told.first() {
            found.fault(
                one.seq(),
                "the buyer reviewed, though the method leaves it nothing to review",
                "办法未规定招标人审查资格,却有资格审查",
            );
        }
        if opened.qualification.is_some() || !opened.unqualified.is_empty() {
            found.fault(
                None,
                "the evaluation names a review of the buyer that the method does not know",
                "评标引用了办法未规定的资格审查",
            );
        }
        return read_out.clone();
    }
    if opened.qualification.is_none() || told.len() > 1 {
        found.fault(
            told.get(1).map(Told::seq),
            "the evaluation was opened without the buyer's review, or it was made twice",
            "未经资格审查即开启评标,或重复审查",
        );
    }
    let Some(reviewed) = told.first() else {
        // Shown with the award; without a panel the evaluation itself is shown before.
        if !dossier.shown.told::<AwardMade>(&dossier.stream()).is_empty() {
            found.fault(
                None,
                "the award is made, and the buyer's review is not shown",
                "已定标,资格审查仍未公开",
            );
        }
        return enough(dossier, read_out, &opened.unqualified);
    };
    if opened.qualification != Some(reviewed.seq()) {
        found.fault(
            reviewed.seq(),
            "the evaluation rests on another review",
            "评标所依据的资格审查不符",
        );
    }
    let out = votes(dossier, reviewed, read_out, found);
    if out != opened.unqualified {
        found.fault(
            reviewed.seq(),
            "those who did not pass are not those whom the evaluation names",
            "资格审查不合格者与评标所载不符",
        );
    }
    enough(dossier, read_out, &out)
}

/// Who is out by the votes, ascending by lot and bid.
fn votes(
    dossier: &Dossier,
    reviewed: &Told<'_, QualificationReviewed>,
    read_out: &BTreeSet<Place>,
    found: &mut Findings,
) -> Vec<Unqualified> {
    let items = items(dossier);
    let closed = dossier.shown.told::<OpeningClosed>(&dossier.stream());
    if closed.last().is_none_or(|closed| closed.seq() > reviewed.seq()) {
        found.fault(
            reviewed.seq(),
            "the buyer reviewed before the opening was over",
            "开标结束前进行了资格审查",
        );
    }
    let sorted: BTreeSet<(&LotId, &BidId)> = read_out.iter().map(|(bid, lot)| (lot, bid)).collect();
    let wanted = sorted
        .iter()
        .flat_map(|place| items.iter().map(move |item| (place.0, place.1, &item.item)));
    let votes = &reviewed.body.votes;
    let whole = wanted.eq(votes.iter().map(|vote| (&vote.lot, &vote.bid, &vote.item)));
    if !whole
        || votes
            .iter()
            .any(|vote| vote.passes != vote.reason.trim().is_empty())
    {
        found.fault(
            reviewed.seq(),
            "not every bid that was opened was judged on every item, or a reason is missing",
            "并非每份已开启的投标逐项判定,或缺少理由",
        );
    }
    let mut out: BTreeMap<(&LotId, &BidId), Unqualified> = BTreeMap::new();
    for vote in votes.iter().filter(|vote| !vote.passes) {
        let item = items.iter().find(|item| item.item == vote.item);
        out.entry((&vote.lot, &vote.bid)).or_insert_with(|| Unqualified {
            bid: vote.bid.clone(),
            clause: item.map(|item| item.clause.clone()).unwrap_or_default(),
            item: vote.item.clone(),
            lot: vote.lot.clone(),
            reason: vote.reason.clone(),
        });
    }
    out.into_values().collect()
}

/// Without those who are out, and without the lots in which too few are left.
fn enough(dossier: &Dossier, read_out: &BTreeSet<Place>, out: &[Unqualified]) -> BTreeSet<Place> {
    let passed = |place: &&Place| !out.iter().any(|one| one.bid == place.0 && one.lot == place.1);
    let passed: BTreeSet<&Place> = read_out.iter().filter(passed).collect();
    let least = dossier.rules().map_or(0, |rules| rules.notice.min_bidders);
    let counts = |lot: &LotId| passed.iter().filter(|(_, of)| of == lot).count();
    let enough = |lot: &LotId| counts(lot) >= usize::try_from(least).unwrap_or(usize::MAX);
    passed
        .iter()
        .filter(|(_, lot)| enough(lot))
        .map(|place| (*place).clone())
        .collect()
}

/// Whether the tender failed for this; then it is checked that it had to.
pub(super) fn failed(dossier: &Dossier, read_out: &BTreeSet<Place>) -> Option<Findings> {
    let ends = dossier.shown.told::<TenderFailed>(&dossier.stream());
    let end = ends.iter().find(|end| end.body.cause == SHORT)?;
    let mut found = Findings::new();
    let told = dossier.shown.told::<QualificationReviewed>(&dossier.stream());
    let Some(reviewed) = told.first() else {
        found.fault(
            end.seq(),
            "it failed for too few qualified bidders, and the review is not shown",
            "因合格投标人不足流标,资格审查却未公开",
        );
        return Some(found);
    };
    let out = votes(dossier, reviewed, read_out, &mut found);
    if !enough(dossier, read_out, &out).is_empty() {
        found.fault(
            end.seq(),
            "it failed for too few qualified bidders, though enough passed in a lot",
            "有标段合格投标人足数,却以不足为由流标",
        );
    }
    found.note(
        end.seq(),
        format!("{} did not pass; nothing was evaluated", out.len()),
        format!("资格审查不合格{}项,未评标", out.len()),
    );
    Some(found)
}
