//! What stood before a result (section 8.4): review, clarification, correction, low prices, changed scores, report.
//!
//! Invariant: everything that the platform said of it is computed again from the acts of people; what follows for the
//! arithmetic comes from here and from nowhere else.

use crate::arithmetic::Given;
use crate::dossier::Dossier;
use crate::shown::Told;
use crate::verdict::Findings;
use facts::body::draw::{CoefficientDrawn, TieDrawn};
use facts::body::evaluation::{
    ClarificationAsked, ClarificationReturned, CodedBid, EvaluationExtended, EvaluationOpened,
    ExtensionAsked, LowPriceHit, LowPriceJudged, LowPriceTest, PriceCorrected, Rejection, ReviewClosed,
    ReviewVoted, ScoreChanged, ScoreCommitted, Sheet, Vote,
};
use facts::body::inquiry::InquiryAnswered;
use facts::body::tender::{Declared, LowPrice, ReviewItem, Reviewer};
use facts::id::{CodeId, ItemId, SeatId};
use std::collections::{BTreeMap, BTreeSet};

/// Told facts of one kind before a point of the log.
fn before<B: facts::Body>(dossier: &Dossier, end: u64) -> Vec<Told<'_, B>> {
    dossier.round_until(end)
}

/// What the steps before `end` give to the arithmetic; what is wrong with them goes into `found`.
pub(super) fn given(
    dossier: &Dossier,
    opened: &EvaluationOpened,
    seats: usize,
    end: u64,
    found: &mut Findings,
) -> Given {
    let mut given = Given::default();
    let Some(method) = opened.method.declared() else {
        return given;
    };
    for told in before::<CoefficientDrawn>(dossier, end) {
        given.drawn.extend(told.body.values);
    }
    for told in before::<TieDrawn>(dossier, end) {
        given.order = told.body.order;
    }
    let closed = before::<ReviewClosed>(dossier, end);
    if let Some(closed) = closed.last() {
        review(dossier, opened, method, closed, found);
    } else if items(method).next().is_some() || method.low_price.is_some() {
        found.fault(
            None,
            "there is a result, but the review was never closed",
            "有评标结果,但初步评审未结束",
        );
    }
    let flagged: Vec<&LowPriceHit> = closed.last().iter().flat_map(|told| &told.body.flagged).collect();
    low_prices(dossier, &flagged, seats, end, &mut given, found);
    corrections(dossier, opened, end, &mut given, found);
    for out in closed.last().iter().flat_map(|told| &told.body.rejected) {
        given
            .rejected
            .insert(out.code.clone(), format!("review:{}", out.item));
    }
    let first = before::<ScoreCommitted>(dossier, end).first().map(Told::seq);
    if let (Some(first), Some(closed)) = (first, closed.first())
        && first < closed.seq()
    {
        found.fault(
            first,
            "scores were committed before the review was closed",
            "初步评审结束前已提交评分承诺",
        );
    }
    given
}

/// What the panel votes on; the buyer's items were settled before the evaluation was opened.
fn items(method: &Declared) -> impl Iterator<Item = &ReviewItem> {
    let own = method.review.iter();
    own.filter(|item| item.by == Reviewer::Panel)
}

fn review(
    dossier: &Dossier,
    opened: &EvaluationOpened,
    method: &Declared,
    closed: &Told<'_, ReviewClosed>,
    found: &mut Findings,
) {
    let mut panel: BTreeMap<SeatId, Vec<Vote>> = BTreeMap::new();
    for told in before::<ReviewVoted>(dossier, closed.seq()) {
        panel.insert(told.body.seat, told.body.votes);
    }
    let mut expected = Vec::new();
    for bid in &opened.bids {
        expected.extend(items(method).find_map(|item| {
            let fails = |votes: &Vec<Vote>| {
                votes
                    .iter()
                    .any(|vote| !vote.passes && vote.code == bid.code && vote.item == item.item)
            };
            let (against, of) = (panel.values().filter(|votes| fails(votes)).count(), panel.len());
            (against.saturating_mul(2) > of).then(|| Rejection {
                against: u32::try_from(against).unwrap_or(u32::MAX),
                clause: item.clause.clone(),
                code: bid.code.clone(),
                item: item.item.clone(),
                of: u32::try_from(of).unwrap_or(u32::MAX),
            })
        }));
    }
    if expected != closed.body.rejected {
        found.fault(
            closed.seq(),
            "the bids put out by the review are not those that the votes put out",
            "初步评审否决的投标与表决结果不符",
        );
    }
    let out: BTreeSet<&CodeId> = expected.iter().map(|one| &one.code).collect();
    let passed: Vec<&CodedBid> = (opened.bids.iter())
        .filter(|bid| {
            !out.contains(&bid.code)
                && bid.ceiling.is_none_or(|ceiling| bid.price.minor <= ceiling.minor)
                && bid.floor.is_none_or(|floor| bid.price.minor >= floor.minor)
        })
        .collect();
    if method.low_price.map(|low| hits(low, &passed)).unwrap_or_default() != closed.body.flagged {
        found.fault(
            closed.seq(),
            "the prices looked into are not those below the declared lines",
            "异常低价审查的启动与公告载明的标准不符",
        );
    }
    let items: BTreeSet<&ItemId> = items(method).map(|item| &item.item).collect();
    if panel.values().flatten().any(|vote| !items.contains(&vote.item)) {
        found.fault(
            closed.seq(),
            "a vote is about an item that the notice does not declare",
            "表决涉及公告未载明的评审项",
        );
    }
}

fn hits(low: LowPrice, passed: &[&CodedBid]) -> Vec<LowPriceHit> {
    let mut found = Vec::new();
    for bid in passed {
        let mut prices: Vec<i128> = passed
            .iter()
            .filter(|one| one.lot == bid.lot)
            .map(|one| i128::from(one.price.minor))
            .collect();
        prices.sort_unstable();
        let count = i128::try_from(prices.len()).unwrap_or(1);
        let own = i128::from(bid.price.minor).saturating_mul(10_000);
        let line = |bp: i64, of: i128| i128::from(bp).saturating_mul(of);
        let sum = prices.iter().copied().fold(0_i128, i128::saturating_add);
        let tests = [
            (
                LowPriceTest::Ceiling,
                bid.ceiling
                    .is_some_and(|ceiling| own < line(low.ceiling_bp, ceiling.minor.into())),
            ),
            (
                LowPriceTest::Mean,
                own.saturating_mul(count) < line(low.mean_bp, sum),
            ),
            (
                LowPriceTest::Second,
                prices
                    .get(1)
                    .is_some_and(|second| own < line(low.second_bp, *second)),
            ),
        ];
        found.extend(
            tests
                .into_iter()
                .filter(|(_, hit)| *hit)
                .map(|(test, _)| LowPriceHit {
                    code: bid.code.clone(),
                    test,
                }),
        );
    }
    found
}

fn low_prices(
    dossier: &Dossier,
    flagged: &[&LowPriceHit],
    seats: usize,
    end: u64,
    given: &mut Given,
    found: &mut Findings,
) {
    let returned: BTreeMap<_, u64> = before::<ClarificationReturned>(dossier, end)
        .into_iter()
        .map(|told| (told.body.clarification.clone(), told.seq()))
        .collect();
    let asked = before::<ClarificationAsked>(dossier, end);
    let mut judged: BTreeMap<CodeId, BTreeMap<SeatId, bool>> = BTreeMap::new();
    for told in before::<LowPriceJudged>(dossier, end) {
        let heard = asked.iter().any(|one| {
            one.body.code == told.body.code
                && returned
                    .get(&one.body.clarification)
                    .is_some_and(|seq| *seq < told.seq())
        });
        if !heard || !flagged.iter().any(|hit| hit.code == told.body.code) {
            found.fault(
                told.seq(),
                "a low price was judged that was not looked into, or not yet explained",
                "对未启动审查或未经说明的报价作出认定",
            );
        }
        judged
            .entry(told.body.code)
            .or_default()
            .insert(told.body.seat, told.body.reasonable);
    }
    for hit in flagged {
        let votes = judged.get(&hit.code);
        if votes.map_or(0, BTreeMap::len) != seats {
            found.fault(
                None,
                format!("the low price of {} was not judged by every seat", hit.code),
                format!("编号{}的异常低价未经全体成员认定", hit.code),
            );
        }
        let against = votes.map_or(0, |votes| {
            votes.values().filter(|reasonable| !**reasonable).count()
        });
        if against.saturating_mul(2) > seats {
            given.rejected.insert(hit.code.clone(), "low_price".to_owned());
        }
    }
}

fn corrections(
    dossier: &Dossier,
    opened: &EvaluationOpened,
    end: u64,
    given: &mut Given,
    found: &mut Findings,
) {
    let asked = before::<ClarificationAsked>(dossier, end);
    let returned = before::<ClarificationReturned>(dossier, end);
    if super::scores::is_price_fixed(dossier) {
        let priced = asked.iter().filter(|one| one.body.price.is_some()).map(Told::seq);
        let corrected = before::<PriceCorrected>(dossier, end);
        for seq in priced.chain(corrected.iter().map(Told::seq)) {
            found.fault(
                seq,
                "a price was corrected in an inquiry, where nobody may change it (政府采购法40(三))",
                "询价采购中修正了不得更改的报价（政府采购法40（三））",
            );
        }
    }
    let answers = dossier.shown.told::<InquiryAnswered>(&dossier.stream());
    for told in &returned {
        let Some(seq) = told.body.answered else { continue };
        let own = answers.iter().find(|answer| answer.seq() == seq);
        let same = own.is_some_and(|answer| {
            answer.body.clarification == told.body.clarification
                && answer.body.confirms == told.body.confirms
                && answer.body.text == told.body.text
        });
        if !same {
            found.fault(
                told.seq(),
                "an answer came back that the bidder did not sign",
                "返回的澄清与投标人签署的答复不符",
            );
        }
    }
    for told in before::<PriceCorrected>(dossier, end) {
        let body = &told.body;
        let mut price = opened
            .bids
            .iter()
            .find(|bid| bid.code == body.code)
            .map(|bid| bid.price.minor);
        let mut last = None;
        for step in &body.corrections {
            if price != Some(step.before) || last > Some(step.rule) {
                price = None;
                break;
            }
            (price, last) = (Some(step.after), Some(step.rule));
        }
        let question = asked
            .iter()
            .find(|one| one.body.clarification == body.clarification && one.body.code == body.code);
        if price.is_none() || question.is_none_or(|one| one.body.price != price) {
            found.fault(
                told.seq(),
                "a correction does not lead from the opened price to the one that was asked about",
                "修正未从开标价格依次推得所询价格",
            );
        }
        let answer = returned
            .iter()
            .find(|one| one.body.clarification == body.clarification);
        match price.filter(|_| answer.is_some_and(|one| one.body.confirms == Some(true))) {
            Some(price) => drop(given.corrected.insert(body.code.clone(), price)),
            None => drop(
                given
                    .rejected
                    .insert(body.code.clone(), "price_unconfirmed".to_owned()),
            ),
        }
    }
}

/// The sheets as they stand at a result: revealed, with the changes before it.
pub(super) fn changed(
    dossier: &Dossier,
    opened: &EvaluationOpened,
    sheets: &mut BTreeMap<SeatId, Sheet>,
    end: u64,
    found: &mut Findings,
) {
    let items = opened.method.sheet_items();
    for told in before::<ScoreChanged>(dossier, end) {
        for change in &told.body.changes {
            let value = sheets
                .get_mut(&told.body.seat)
                .and_then(|sheet| sheet.get_mut(&change.code)?.get_mut(&change.item));
            let max = items.get(&change.item).copied().unwrap_or(-1);
            match value {
                Some(value) if *value == change.from && (0..=max).contains(&change.to) => *value = change.to,
                _ => found.fault(
                    told.seq(),
                    format!(
                        "the change of {} of {} does not start from the value in force, or is out of range",
                        change.item, change.code
                    ),
                    format!("编号{}评分项{}的更改与现值不符或越界", change.code, change.item),
                ),
            }
        }
    }
}

/// Extensions.
pub(super) fn extensions(
    dossier: &Dossier,
    opened_at: &BTreeMap<SeatId, facts::AccountId>,
    found: &mut Findings,
) {
    let stream = dossier.evaluation();
    let mut from = 0;
    for told in dossier.shown.told::<EvaluationExtended>(&stream) {
        let asked: BTreeMap<SeatId, i64> = (before::<ExtensionAsked>(dossier, told.seq()).into_iter())
            .filter(|one| one.seq() > from)
            .map(|one| (one.body.seat, one.body.ms))
            .collect();
        let named: Vec<SeatId> = asked.keys().cloned().collect();
        let enough = named.len().saturating_mul(3) > opened_at.len();
        if !enough || named != told.body.seats || asked.values().min() != Some(&told.body.ms) {
            found.fault(
                told.seq(),
                "the time was extended though not more than a third asked for it",
                "延长评标时间未达三分之一以上成员要求",
            );
        }
        from = told.seq();
    }
}
