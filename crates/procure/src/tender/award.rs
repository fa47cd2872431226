//! 定标 and 终止: the two ends that the buyer brings about.

use super::candidates::opened_price;
use super::span::Window;
use super::{State, closing, gate, refuse};
use crate::said::Said;
use facts::body::award::{Award, AwardMade, CandidatesPublicised, TenderTerminated};
use facts::id::LotId;
use facts::time::DAY;
use facts::{Draft, Instant, Refusal};
use std::collections::BTreeSet;

/// After the publicity, every objection answered, within the validity of the bids; the first candidate unless a
/// legal cause is recorded (条例54、55, 招标投标法57).
pub(super) fn award(state: &State, said: Said<AwardMade>, at: Instant) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    let (Some(publicity), Some(notice)) = (&state.publicity, &state.notice) else {
        return Err(refuse::not_publicised());
    };
    let end = state.pauses.end_of(publicity.window);
    if at < end {
        return Err(refuse::publicity_running(end));
    }
    if let Some((objection, _)) = publicity.objections.iter().find(|(_, answered)| !**answered) {
        return Err(refuse::objection_open(objection));
    }
    let from = state.closed.unwrap_or_default();
    let until = from.plus(i64::from(notice.validity_days).saturating_mul(DAY));
    let until = state.pauses.end_of(Window { from, until });
    if at > until {
        return Err(refuse::bids_expired(until));
    }
    let mut lots = BTreeSet::new();
    for award in &body.awards {
        if !lots.insert(&award.lot) {
            return Err(refuse::twice("lot", award.lot.as_str()));
        }
        one_award(state, &publicity.body, award)?;
    }
    let publicised: BTreeSet<&LotId> = publicity
        .body
        .candidates
        .iter()
        .map(|candidate| &candidate.lot)
        .collect();
    match publicised.difference(&lots).next() {
        Some(lot) => Err(refuse::lot_left_out(lot)),
        None => awarded(state, said),
    }
}

/// The award, and the files of the panel's parts, which nobody judges any more.
fn awarded(state: &State, said: Said<AwardMade>) -> Result<Vec<Draft>, Refusal> {
    let tender = said.body.tender.clone();
    let records = state
        .openings
        .values()
        .filter_map(|opening| opening.recorded.as_ref());
    let withheld = records.filter(|record| record.body.panel.is_some());
    let basis = "招标投标法实施条例54: the award is made, no file is evaluated any more";
    let answers = state.inquiries.values().flat_map(|inquiry| {
        std::iter::once(inquiry.seq).chain(inquiry.answered.as_ref().map(|(seq, _)| *seq))
    });
    let reviewed = state.qualification.as_ref().map(|(seq, _)| *seq);
    let shown = closing::disclose(
        state,
        &tender,
        basis,
        withheld.map(|record| record.seq).chain(answers).chain(reviewed),
    )?;
    Ok(std::iter::once(said.draft(false)).chain(shown).collect())
}

fn one_award(state: &State, publicised: &CandidatesPublicised, award: &Award) -> Result<(), Refusal> {
    let named = publicised
        .candidates
        .iter()
        .find(|known| known.lot == award.lot && known.bid == award.bid);
    let Some(candidate) = named else {
        return Err(refuse::not_candidate(&award.bid, &award.lot));
    };
    let reasoned = award
        .deviation
        .as_ref()
        .is_some_and(|reason| !reason.trim().is_empty());
    if candidate.rank != 1 && !reasoned {
        return Err(refuse::not_first(&award.bid, candidate.rank));
    }
    if candidate.rank == 1 && award.deviation.is_some() {
        return Err(refuse::no_deviation(&award.bid));
    }
    let priced =
        award.price == candidate.price && opened_price(state, &award.bid, &award.lot) == Some(award.price);
    if candidate.account != award.account || !priced {
        return Err(refuse::candidate_price(&award.bid, &award.lot));
    }
    Ok(())
}

/// 终止招标, with the reason made public (条例31).
pub(super) fn terminate(state: &State, said: Said<TenderTerminated>) -> Result<Vec<Draft>, Refusal> {
    let body = &said.body;
    gate::owned(state, &said, &body.tender)?;
    gate::stated("reason", &body.reason)?;
    Ok(vec![said.draft(false)])
}
