//! The trade methods of the law as one table (交易方式): who may use them, steps, times, bidders, price rounds, panels.
//!
//! Invariant: a row is data with its articles; the law of tenders, the pages and the verifiers read the same rows, and
//! a notice that passes [`faults`] keeps to its row.

mod check;
mod table;

pub use check::{Fault, MUST_TENDER, OPEN_TENDERING_FEN, above_threshold, faults, faults_by};
pub use table::{Bidders, Days, Doer, Panel, Price, Row, Rule, STEPS, Step, TABLE, Unit};

use crate::Instant;
use crate::body::tender::{Flow, Procedure, TenderNoticed, Way};
use crate::calendar::{CHINA, Calendar, Date, add_days, day_of};

/// The row of a trade method.
#[must_use]
pub const fn of(way: Way) -> &'static Row {
    let [
        tendering,
        open,
        consultation,
        negotiation,
        inquiry,
        single,
        comparison,
    ] = &TABLE;
    match way {
        Way::Tendering => tendering,
        Way::OpenTendering => open,
        Way::Consultation => consultation,
        Way::Negotiation => negotiation,
        Way::Inquiry => inquiry,
        Way::SingleSource => single,
        Way::Comparison => comparison,
    }
}

impl Days {
    /// The first day on which a period begun on the China day of `from` is over; the day it begins on is not counted.
    #[must_use]
    pub fn reached(&self, from: Instant) -> Date {
        self.reached_by(&CHINA, from)
    }

    /// The same by a calendar.
    #[must_use]
    pub fn reached_by(&self, calendar: &Calendar, from: Instant) -> Date {
        match self.unit {
            Unit::Calendar => add_days(day_of(from), self.number),
            Unit::Working => calendar.add_working_days(day_of(from), self.number),
        }
    }

    /// Whether the period lies within the two instants, its last day counted (87号令86).
    #[must_use]
    pub fn fits(&self, from: Instant, until: Instant) -> bool {
        self.fits_by(&CHINA, from, until)
    }

    /// The same by a calendar.
    #[must_use]
    pub fn fits_by(&self, calendar: &Calendar, from: Instant, until: Instant) -> bool {
        self.reached_by(calendar, from) <= day_of(until)
    }
}

/// What a row says once the notice has spoken: the flow of a 比选 sets its own days.
impl Row {
    /// Days for which documents are given out.
    #[must_use]
    pub fn documents(&self, said: &Procedure) -> Days {
        self.days(self.documents, said, |flow| flow.documents_days)
    }

    /// Days from the documents to the deadline.
    #[must_use]
    pub fn tendering(&self, said: &Procedure) -> Days {
        self.days(self.tendering, said, |flow| flow.tendering_days)
    }

    /// Days from a substantive addendum to the deadline.
    #[must_use]
    pub fn addendum(&self, said: &Procedure) -> Days {
        self.days(self.addendum, said, |flow| flow.addendum_days)
    }

    /// Days of publicity of the candidates.
    #[must_use]
    pub fn publicity(&self, said: &Procedure) -> Days {
        self.days(self.publicity, said, |flow| flow.publicity_days)
    }

    fn days(&self, row: Days, said: &Procedure, of_flow: impl Fn(&Flow) -> u32) -> Days {
        match (self.way, &said.flow) {
            (Way::Comparison, Some(flow)) => Days {
                number: of_flow(flow).min(MOST_DAYS),
                ..row
            },
            _ => row,
        }
    }
}

/// Longest period that a flow may set, in days.
const MOST_DAYS: u32 = 366;

/// The days that a substantive addendum must leave before the deadline, where the notice names its trade method.
#[must_use]
pub fn addendum(notice: &TenderNoticed) -> Option<Days> {
    let said = notice.procedure.as_ref()?;
    Some(of(said.way).addendum(said))
}

#[cfg(test)]
mod tests;
