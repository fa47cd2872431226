//! Addenda and answers before the deadline.
//!
//! Invariant: an addendum is measured against the deadline it sets itself, and mended only by a later addendum.

use super::{Case, Table};
use crate::finding::{Findings, Flaw};
use facts::calendar::day_of;

pub(super) const TABLE: Table = &[
    ("addendum.time", addendum_time),
    ("addendum.after_closing", addendum_after_closing),
];

/// C01, C03, C04: what may change a bid leaves so much time, or the deadline moves.
fn addendum_time(case: &Case<'_>, found: &mut Findings) {
    for told in case.procedure.amended.iter().filter(|told| told.body.substantive) {
        let earliest = case.earliest_end(told.at);
        if day_of(told.body.closes_at) >= earliest {
            found.keep([told.seq]);
            continue;
        }
        let later = case
            .procedure
            .amended
            .iter()
            .find(|later| later.seq > told.seq && day_of(later.body.closes_at) >= earliest);
        let (zh, en) = case.period();
        found.flaw(
            Flaw::new(
                told.mark(),
                format!(
                    "第{}号澄清、修改距截止不足{zh},截止应顺延至{earliest}以后。",
                    told.body.number
                ),
                format!(
                    "Addendum {} leaves less than {en}; the deadline has to move to {earliest} or later.",
                    told.body.number
                ),
            )
            .about(&told.body.number)
            .cured(later.map(crate::procedure::Told::mark)),
        );
    }
}

/// C09: nothing of the documents changes once the deadline is past.
fn addendum_after_closing(case: &Case<'_>, found: &mut Findings) {
    let Some(closed) = &case.procedure.closed else {
        return;
    };
    let late = case.procedure.amended.iter().find(|told| told.seq > closed.seq);
    match late {
        Some(told) => found.flaw(Flaw::new(
            told.mark(),
            "投标截止后仍修改招标文件。",
            "The documents were changed after the deadline.",
        )),
        None => found.keep([closed.seq]),
    }
}
