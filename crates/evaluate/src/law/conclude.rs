//! The result, as soon as everything it depends on is in the log.
//!
//! Invariant: nobody chooses when the result is computed: it follows in the batch of the last fact it waited for, or at
//! the courier's next look.

use super::review::reviewed;
use super::{State, platform, refusals};
use crate::method::{self, Settled, Sheets};
use facts::body::evaluation::{EvaluationConcluded, EvaluationOpened};
use facts::body::tender::{Declared, TieBreak};
use facts::{Draft, Refusal, Stream};

impl State {
    /// What people settled so far: who is out and under which clause, which prices are corrected, what was drawn.
    #[must_use]
    pub fn settled(&self) -> Settled {
        let steps = &self.steps;
        let mut settled = Settled {
            drawn: steps.drawn.clone(),
            order: steps.order.clone(),
            ..Settled::default()
        };
        for (code, judged) in &steps.judged {
            let against = judged.values().filter(|reasonable| !**reasonable).count();
            if against > judged.len().saturating_sub(against) {
                settled.rejected.insert(code.clone(), "low_price".to_owned());
            }
        }
        for (code, corrected) in &steps.corrections {
            let returned = steps
                .questions
                .get(&corrected.clarification)
                .and_then(|question| question.returned.as_ref());
            let confirmed = returned.and_then(|returned| returned.confirms) == Some(true);
            match corrected.corrections.last().filter(|_| confirmed) {
                Some(step) => drop(settled.corrected.insert(code.clone(), step.after)),
                None => drop(
                    settled
                        .rejected
                        .insert(code.clone(), "price_unconfirmed".to_owned()),
                ),
            }
        }
        for out in steps.closed.iter().flat_map(|closed| &closed.rejected) {
            settled
                .rejected
                .insert(out.code.clone(), format!("review:{}", out.item));
        }
        settled
    }

    /// Whether all but the sheets is in the log that the result depends on.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let Some(declared) = self.opened.as_ref().and_then(|opened| opened.method.declared()) else {
            return true;
        };
        let steps = &self.steps;
        let method = self.opened.as_ref().map(|opened| &opened.method);
        if method.and_then(reviewed).is_some() && steps.closed.is_none() {
            return false;
        }
        let judged = |hit: &facts::body::evaluation::LowPriceHit| {
            steps
                .judged
                .get(&hit.code)
                .is_some_and(|judged| self.seats.keys().all(|seat| judged.contains_key(seat)))
        };
        let returned = steps
            .questions
            .values()
            .all(|question| question.returned.is_some());
        let drawn = facts::methods::drawn_fault(declared, &steps.drawn).is_none();
        let ordered = !leaves_ties(declared) || steps.order.len() == self.codes.len();
        returned && drawn && ordered && steps.closed.iter().flat_map(|closed| &closed.flagged).all(judged)
    }

    /// Whether the result can be computed and is not there yet.
    #[must_use]
    pub fn awaits_conclusion(&self) -> bool {
        let panel = self.opened.as_ref().map(|opened| method::panel(&opened.method));
        let sheets = panel == Some(0)
            || (!self.seats.is_empty() && self.seats.values().all(|seat| seat.sheet.is_some()));
        panel.is_some() && self.concluded.is_none() && sheets && self.is_settled()
    }
}

/// Whether the method leaves ties to a draw: its order must stand before the result, so that it favours nobody.
pub(super) fn leaves_ties(declared: &Declared) -> bool {
    declared.ties.contains(&TieBreak::Drawn)
}

/// The platform concludes what had to wait for something else than the last sheet.
pub(super) fn conclude(state: &State) -> Result<Vec<Draft>, Refusal> {
    let Some(opened) = state.opened.as_ref().filter(|_| state.awaits_conclusion()) else {
        return Err(refusals::nothing_due());
    };
    let body = body(state, opened, &state.sheets())?;
    Ok(vec![platform(&Stream::Evaluation(opened.tender.clone()), &body)?])
}

pub(super) fn body(
    state: &State,
    opened: &EvaluationOpened,
    sheets: &Sheets,
) -> Result<EvaluationConcluded, Refusal> {
    method::conclude_settled(opened, &state.codes, sheets, &state.settled())
        .map_err(|error| refusals::no_result(&error))
}
