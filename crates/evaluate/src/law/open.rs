//! Opening an evaluation: coded bids in, and, where prices alone decide, the result at once.

use super::{State, conclude, platform, refusals, review};
use crate::method;
use crate::method::Sheets;
use facts::body::evaluation::{CodesDrawn, EvaluationOpened};
use facts::{Draft, Refusal, Stream};
use std::collections::BTreeSet;

/// Every code stands for exactly one bid of one lot, and the method can be computed.
pub(super) fn open(
    state: &State,
    opened: &EvaluationOpened,
    codes: &CodesDrawn,
) -> Result<Vec<Draft>, Refusal> {
    if state.opened.is_some() {
        return Err(refusals::open_already(&opened.tender));
    }
    if codes.tender != opened.tender {
        return Err(refusals::codes(
            "the codes are those of another tender",
            "编号属于另一招标项目",
        ));
    }
    method::check(&opened.method, &opened.bids)?;
    if !opened.bids.iter().map(|bid| &bid.code).eq(codes.codes.keys()) {
        return Err(refusals::codes(
            "the codes drawn are not those of the bids",
            "抽取的编号与投标编号不一致",
        ));
    }
    let lots = opened.bids.iter().map(|bid| &bid.lot);
    let once: BTreeSet<_> = lots.zip(codes.codes.values()).collect();
    if once.len() != opened.bids.len() {
        return Err(refusals::codes(
            "a bid stands twice in one lot",
            "同一投标在同一标段出现两次",
        ));
    }
    let stream = Stream::Evaluation(opened.tender.clone());
    let mut drafts = vec![platform(&stream, opened)?, platform(&stream, codes)?];
    let waits = opened
        .method
        .declared()
        .is_some_and(|declared| !declared.drawn.is_empty() || conclude::leaves_ties(declared));
    if method::panel(&opened.method) == 0 && !waits && review::reviewed(&opened.method).is_none() {
        let concluded = method::conclude(opened, &codes.codes, &Sheets::new());
        drafts.push(platform(
            &stream,
            &concluded.map_err(|error| refusals::no_result(&error))?,
        )?);
    }
    Ok(drafts)
}
