//! The periods of [`facts::hearing`] for a complaint as supervision knows it.
//!
//! Invariant: nothing is counted here; days are those of this build's calendar; only the complainant's own objections are handed on.

use super::{Complaint, Known};
use facts::Instant;
use facts::body::tender::Regime;
use facts::calendar::CHINA;
use facts::hearing::{self, Course, Raised};
pub use facts::hearing::{covers, needs_objection};

impl Complaint {
    fn course(&self) -> Course {
        let pauses = self.pauses.iter().map(|pause| (pause.from, pause.until));
        Course {
            received: self.received,
            returned: self.returned.as_ref().map(|(at, body)| (*at, body.until)),
            supplemented: self.supplemented.as_ref().map(|(at, _)| *at),
            pauses: pauses.collect(),
        }
    }
}

/// The first instant at which a complaint comes too late; `None` if nothing ends its window yet.
#[must_use]
pub fn window_end(regime: Option<Regime>, known: Instant, objections: &[Known]) -> Option<Instant> {
    let own = objections.iter().filter(|objection| objection.own);
    let raised = own.map(|objection| Raised {
        grievance: objection.grievance,
        raised: objection.raised,
        replied: objection.replied,
        due: objection.due,
    });
    hearing::window_end(&CHINA, regime, known, raised)
}

/// The first instant at which taking it up, or not, is late.
#[must_use]
pub fn admission_due(regime: Option<Regime>, complaint: &Complaint) -> Option<Instant> {
    hearing::admission_due(&CHINA, regime, &complaint.course())
}

/// The first instant at which a decision is late; `at` ends a pause that is still open.
#[must_use]
pub fn decision_due(
    regime: Option<Regime>,
    complaint: &Complaint,
    accepted: Instant,
    at: Instant,
) -> Option<Instant> {
    hearing::decision_due(&CHINA, regime, &complaint.course(), accepted, at)
}
