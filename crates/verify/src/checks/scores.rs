//! 31 to 33: scores sealed before any is shown, shown as sealed, and the ranking that follows.

use super::panel::{no_panel, seats, still_secret, void};
use super::{qualification, steps};
use crate::arithmetic;
use crate::dossier::Dossier;
use crate::shown::Told;
use crate::verdict::{Finding, Findings, skipped};
use facts::body::bid::Letter;
use facts::body::evaluation::{
    CodedBid, CodesDrawn, EvaluationConcluded, EvaluationOpened, ScoreCommitted, ScoreRevealed, Sheet,
};
use facts::body::opening::{OpeningClosed, OpeningRecorded};
use facts::body::tender::Way;
use facts::canonical::Canonical;
use facts::id::{ItemId, LotId, SeatId};
use facts::procedures::{self, Price};
use facts::{BidId, Money};
use std::collections::{BTreeMap, BTreeSet};

/// Those that no replacement made void.
fn in_force<'a, B>(
    dossier: &Dossier,
    told: Vec<Told<'a, B>>,
    seat: impl Fn(&B) -> &SeatId,
) -> Vec<Told<'a, B>> {
    let stands = |one: &Told<'a, B>| one.seq() > void(dossier, seat(&one.body));
    told.into_iter().filter(stands).collect()
}

pub(super) fn order(dossier: &Dossier) -> Finding {
    if let Some(none) = no_panel(dossier) {
        return none;
    }
    let mut found = Findings::new();
    let committed = in_force(dossier, dossier.round::<ScoreCommitted>(), |body| &body.seat);
    let revealed = in_force(dossier, dossier.round::<ScoreRevealed>(), |body| &body.seat);
    let first = revealed.first().map_or(u64::MAX, Told::seq);
    for seat in seats(dossier).keys() {
        let own: Vec<u64> = committed
            .iter()
            .filter(|told| told.body.seat == *seat)
            .map(Told::seq)
            .collect();
        match own.as_slice() {
            [] => found.fault(
                None,
                format!("the seat {seat} committed to no scores"),
                format!("席位{seat}未提交评分承诺"),
            ),
            [seq] if *seq < first => {}
            [seq] => found.fault(
                *seq,
                format!("the seat {seat} committed only after scores were revealed at {first}"),
                format!("席位{seat}在评分公开(条目{first})之后才提交承诺"),
            ),
            [_, again, ..] => found.fault(
                *again,
                format!("the seat {seat} committed twice"),
                format!("席位{seat}重复提交评分承诺"),
            ),
        }
    }
    found.note(
        None,
        format!(
            "{} commitments, the first reveal at entry {first}",
            committed.len()
        ),
        format!("{}份承诺,首次公开在条目{first}", committed.len()),
    );
    found.into()
}

pub(super) fn reveals(dossier: &Dossier) -> Finding {
    if let Some(none) = no_panel(dossier) {
        return none;
    }
    let mut found = Findings::new();
    let committed = in_force(dossier, dossier.round::<ScoreCommitted>(), |body| &body.seat);
    let revealed = in_force(dossier, dossier.round::<ScoreRevealed>(), |body| &body.seat);
    let mut done = BTreeSet::new();
    for told in &revealed {
        let (seq, seat) = (told.seq(), &told.body.seat);
        if !done.insert(seat) {
            found.fault(
                seq,
                format!("the seat {seat} revealed twice"),
                format!("席位{seat}重复公开评分"),
            );
        }
        let sheet = Canonical::of(&told.body.sheet)
            .map(|sheet| sheet.to_bytes())
            .unwrap_or_default();
        let opened = seal::hash::sha256(&[&seal::lp(&[
            b"kaibiao/score/v1",
            dossier.tender.as_str().as_bytes(),
            seat.as_str().as_bytes(),
            told.body.salt.bytes(),
            &sheet,
        ])]);
        let own = committed.iter().find(|one| one.body.seat == *seat);
        if own.is_none_or(|own| own.body.commitment.0 != opened) {
            found.fault(
                seq,
                format!("the sheet of the seat {seat} is not the one committed to"),
                format!("席位{seat}公开的评分与承诺不符"),
            );
        }
        if let Some((en, zh)) = incomplete(dossier, &told.body.sheet) {
            found.fault(
                seq,
                format!("the sheet of the seat {seat} {en}"),
                format!("席位{seat}的评分表{zh}"),
            );
        }
    }
    for seat in seats(dossier).keys().filter(|seat| !done.contains(seat)) {
        found.fault(
            None,
            format!("the seat {seat} revealed nothing"),
            format!("席位{seat}未公开评分"),
        );
    }
    found.note(
        None,
        format!("{} sheets", revealed.len()),
        format!("共{}份评分表", revealed.len()),
    );
    found.into()
}

/// A sheet has one value in range for every code of the evaluation and every item, and nothing else.
fn incomplete(dossier: &Dossier, sheet: &Sheet) -> Option<(&'static str, &'static str)> {
    let opened = dossier.shown.told::<EvaluationOpened>(&dossier.evaluation());
    let opened = &opened.first()?.body;
    let items: BTreeMap<&ItemId, i64> = opened.method.sheet_items();
    let codes: BTreeSet<_> = opened.bids.iter().map(|bid| &bid.code).collect();
    if sheet.keys().collect::<BTreeSet<_>>() != codes {
        return Some(("does not name every code, or names others", "编号不全或有多余"));
    }
    let fits = |values: &BTreeMap<ItemId, i64>| {
        values.keys().collect::<BTreeSet<_>>() == items.keys().copied().collect()
            && values
                .iter()
                .all(|(item, value)| items.get(item).is_some_and(|max| (0..=*max).contains(value)))
    };
    if sheet.values().all(fits) {
        None
    } else {
        Some((
            "lacks an item, or has a value out of range",
            "缺少评分项或分值越界",
        ))
    }
}

pub(super) fn ranking(dossier: &Dossier) -> Finding {
    let stream = dossier.evaluation();
    let concluded = dossier.round::<EvaluationConcluded>();
    let opened = dossier.shown.told::<EvaluationOpened>(&stream);
    let drawn = dossier.shown.told::<CodesDrawn>(&stream);
    if let Some(failed) = qualification::failed(dossier, &letters(dossier).into_keys().collect()) {
        return failed.into();
    }
    let Some(result) = concluded.first() else {
        return skipped("the evaluation is not concluded yet", "评标尚未结束");
    };
    if let Some(secret) = still_secret(dossier) {
        return secret;
    }
    let mut found = Findings::new();
    let (Some(opened), Some(drawn)) = (opened.first(), drawn.first()) else {
        found.fault(
            result.seq(),
            "there is a result without an opened evaluation and disclosed codes",
            "有评标结果,却无评标开启事实或编号公开",
        );
        return found.into();
    };
    ground(dossier, opened.seq(), &opened.body, &drawn.body, &mut found);
    steps::extensions(dossier, &seats(dossier), &mut found);
    for result in &concluded {
        recompute(dossier, &opened.body, &drawn.body, result, &mut found);
    }
    found.into()
}

/// One result, from what stood in the log before it.
fn recompute(
    dossier: &Dossier,
    opened: &EvaluationOpened,
    drawn: &CodesDrawn,
    result: &Told<'_, EvaluationConcluded>,
    found: &mut Findings,
) {
    let mut sheets: BTreeMap<_, Sheet> = BTreeMap::new();
    let revealed = dossier.round_until::<ScoreRevealed>(result.seq());
    for told in in_force(dossier, revealed, |body| &body.seat) {
        sheets.entry(told.body.seat.clone()).or_insert(told.body.sheet);
    }
    steps::changed(dossier, opened, &mut sheets, result.seq(), found);
    let given = steps::given(dossier, opened, sheets.len(), result.seq(), found);
    let sheets: Vec<Sheet> = sheets.into_values().collect();
    let expected = arithmetic::conclude(&opened.method, &opened.bids, &drawn.codes, &sheets, &given);
    match expected {
        None => found.fault(
            result.seq(),
            "a code stands for no bid, or the numbers are out of range",
            "编号无对应投标,或数值超出范围",
        ),
        Some(expected) if expected.len() != result.body.lots.len() => {
            found.fault(
                result.seq(),
                format!(
                    "{} lots are ranked instead of {}",
                    result.body.lots.len(),
                    expected.len()
                ),
                format!("排名标段{}个,应为{}个", result.body.lots.len(), expected.len()),
            );
        }
        Some(expected) => {
            for (stated, expected) in result.body.lots.iter().zip(&expected) {
                if stated != expected {
                    let (en, zh) = first_difference(stated, expected);
                    found.fault(result.seq(), en, zh);
                }
            }
        }
    }
    found.note(
        result.seq(),
        format!(
            "{} lots, {} sheets, recomputed exactly",
            result.body.lots.len(),
            sheets.len()
        ),
        format!(
            "{}个标段、{}份评分表,重算一致",
            result.body.lots.len(),
            sheets.len()
        ),
    );
}

fn first_difference(
    stated: &facts::body::evaluation::LotResult,
    expected: &facts::body::evaluation::LotResult,
) -> (String, String) {
    let lot = &expected.lot;
    let wrong = stated
        .ranking
        .iter()
        .zip(&expected.ranking)
        .find(|(stated, expected)| stated != expected);
    if let Some((stated, expected)) = wrong {
        return (
            format!(
                "lot {lot}: {} stands at rank {} with {}, but {} belongs there at rank {} with {}",
                stated.bid, stated.rank, stated.total_e4, expected.bid, expected.rank, expected.total_e4
            ),
            format!(
                "标段{lot}:所载{}第{}名({}),应为{}第{}名({})",
                stated.bid, stated.rank, stated.total_e4, expected.bid, expected.rank, expected.total_e4
            ),
        );
    }
    (
        format!("lot {lot}: the benchmark, the rejections or the number of ranked bids differ"),
        format!("标段{lot}:基准价、否决或排名数目不符"),
    )
}

fn way(dossier: &Dossier) -> Option<Way> {
    let notice = &dossier.rules()?.notice;
    notice.procedure.as_ref().map(|said| said.way)
}

/// Whether the notice names a trade method in which nobody may change a price.
pub(super) fn is_price_fixed(dossier: &Dossier) -> bool {
    way(dossier).is_some_and(|way| procedures::of(way).price.0 == Price::Unchangeable)
}

/// The evaluation worked on what was opened: the notice's method, the record's prices, one code each.
fn ground(dossier: &Dossier, seq: u64, opened: &EvaluationOpened, drawn: &CodesDrawn, found: &mut Findings) {
    let Some(rules) = dossier.rules() else { return };
    if opened.method != rules.notice.method {
        found.fault(
            seq,
            "the evaluation was opened with another method than the notice's",
            "评标办法与公告不符",
        );
    }
    if opened.way.is_some() && opened.way != way(dossier) {
        found.fault(
            seq,
            "the evaluation was opened with another trade method than the notice's",
            "评标所依交易方式与公告不符",
        );
    }
    let last = dossier
        .shown
        .told::<OpeningClosed>(&dossier.stream())
        .last()
        .map(Told::seq);
    if last != Some(opened.opening) {
        found.fault(
            seq,
            "the evaluation does not refer to the end of the opening",
            "评标未以开标结束为依据",
        );
    }
    let used: BTreeSet<_> = opened.bids.iter().map(|bid| &bid.code).collect();
    if used.len() != opened.bids.len() || drawn.codes.keys().collect::<BTreeSet<_>>() != used {
        found.fault(
            seq,
            "the codes drawn are not those of the evaluation, each once",
            "盲评编号与评标所用不一致",
        );
    }
    let mut letters = letters(dossier);
    let due = qualification::evaluated(dossier, opened, &letters.keys().cloned().collect(), found);
    letters.retain(|place, _| due.contains(place));
    let mut seen = BTreeSet::new();
    for coded in &opened.bids {
        let place = drawn
            .codes
            .get(&coded.code)
            .map(|bid| (bid.clone(), coded.lot.clone()));
        let letter = place.as_ref().and_then(|place| letters.get(place));
        if !letter.is_some_and(|letter| fits(dossier, coded, letter)) {
            found.fault(
                seq,
                format!("the coded bid {} is not what was opened", coded.code),
                format!("编号{}的内容与开标记录不符", coded.code),
            );
        }
        seen.extend(place);
    }
    for (bid, lot) in letters.keys().filter(|place| !seen.contains(*place)) {
        found.fault(
            seq,
            format!("the bid {bid} was opened for lot {lot}, but not evaluated"),
            format!("投标{bid}标段{lot}已开启却未参与评标"),
        );
    }
}

/// The letters with a price, of bids of which nothing stayed closed for that lot.
fn letters(dossier: &Dossier) -> BTreeMap<(BidId, LotId), Letter> {
    let recorded = dossier.shown.told::<OpeningRecorded>(&dossier.stream());
    let (mut letters, mut closed) = (BTreeMap::new(), BTreeSet::new());
    for told in recorded {
        for bid in told.body.bids {
            for part in bid.parts {
                let place = (bid.bid.clone(), part.lot);
                if part.unopened.is_some() {
                    closed.insert(place);
                } else if let Some(letter) = part.letter.filter(|letter| letter.price.is_some()) {
                    letters.insert(place, letter);
                }
            }
        }
    }
    letters.retain(|place, _| !closed.contains(place));
    letters
}

fn fits(dossier: &Dossier, coded: &CodedBid, letter: &Letter) -> bool {
    let lot = dossier
        .rules()
        .and_then(|rules| rules.notice.lots.iter().find(|lot| lot.lot == coded.lot));
    let limits: Option<(Option<Money>, Option<Money>)> = lot.map(|lot| (lot.ceiling, lot.floor));
    letter.price == Some(coded.price)
        && letter.deviations == coded.deviations
        && letter.brand == coded.brand
        && limits == Some((coded.ceiling, coded.floor))
}
