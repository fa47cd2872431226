//! Periods in calendar days and in working days, and the spans that stop their clock.
//!
//! Invariant: a day inside an excluded span is not counted, however many spans cover it.

use super::{Calendar, Date, add_days};

/// Days that do not count (检验、检测、鉴定、专家评审、补正的期间), first and last inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day that does not count.
    pub first: Date,
    /// Last day that does not count; `None` while the span is still open.
    pub last: Option<Date>,
}

impl Span {
    /// Whether the span covers a day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        day >= self.first && self.last.is_none_or(|last| day <= last)
    }
}

fn excluded(day: Date, spans: &[Span]) -> bool {
    spans.iter().any(|span| span.covers(day))
}

impl Calendar {
    /// The last day of a period of `days` calendar days, moved to the next working day if it is a
    /// day of rest (民法典203, 87号令85).
    #[must_use]
    pub fn period_end(&self, begins: Date, days: u32) -> Date {
        self.working_day_from(add_days(begins, days))
    }

    /// The last day of a period of `days` working days; the day it begins on is not counted.
    #[must_use]
    pub fn add_working_days(&self, begins: Date, days: u32) -> Date {
        self.count(begins, days, |day| self.is_working_day(day))
            .unwrap_or(Date::MAX)
    }

    /// As [`Self::add_working_days`], with spans that stop the clock. `None` while an open span
    /// keeps the period from ending at all.
    #[must_use]
    pub fn add_working_days_without(&self, begins: Date, days: u32, spans: &[Span]) -> Option<Date> {
        let counts = |day| self.is_working_day(day) && !excluded(day, spans);
        self.count_bounded(begins, days, spans, counts)
    }

    /// A period of `days` calendar days with spans that stop the clock, moved to the next working
    /// day if it ends on a day of rest. `None` while an open span keeps it from ending at all.
    #[must_use]
    pub fn period_end_without(&self, begins: Date, days: u32, spans: &[Span]) -> Option<Date> {
        let end = self.count_bounded(begins, days, spans, |day| !excluded(day, spans))?;
        Some(self.working_day_from(end))
    }

    /// Working days after `begins` up to and including `until` that count; 0 if `until` is not later.
    #[must_use]
    pub fn working_days_used(&self, begins: Date, until: Date, spans: &[Span]) -> u32 {
        let mut used: u32 = 0;
        let mut day = begins;
        while day < until {
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            if self.is_working_day(day) && !excluded(day, spans) {
                used = used.saturating_add(1);
            }
        }
        used
    }

    fn count_bounded(
        &self,
        begins: Date,
        days: u32,
        spans: &[Span],
        counts: impl Fn(Date) -> bool,
    ) -> Option<Date> {
        let opens = spans
            .iter()
            .filter(|span| span.last.is_none())
            .map(|span| span.first)
            .min();
        let end = self.count(begins, days, |day| {
            opens.is_some_and(|first| day >= first) || counts(day)
        })?;
        // Days from the open span on were only counted to make the walk end.
        if days > 0 && opens.is_some_and(|first| end >= first) {
            None
        } else {
            Some(end)
        }
    }

    #[expect(
        clippy::unused_self,
        reason = "a method so that all ways of counting read alike"
    )]
    fn count(&self, begins: Date, days: u32, counts: impl Fn(Date) -> bool) -> Option<Date> {
        let mut day = begins;
        let mut left = days;
        while left > 0 {
            day = day.tomorrow().ok()?;
            if counts(day) {
                left = left.saturating_sub(1);
            }
        }
        Some(day)
    }
}
