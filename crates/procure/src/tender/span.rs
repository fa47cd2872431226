//! Windows and the pauses that stretch them.
//!
//! Invariant: a suspension never takes time away from anybody: a window that was running when it began ends later
//! by exactly the time suspended, and one that had ended stays ended. Pauses are kept as spans, not as one sum.

use facts::Instant;
use facts::id::OrderId;
use std::collections::BTreeSet;

/// A window as the fact that opened it fixed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// When it began.
    pub from: Instant,
    /// Its end, had nothing been suspended.
    pub until: Instant,
}

/// The suspensions of a tender (暂停), past and present.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pauses {
    past: Vec<(Instant, Instant)>,
    since: Option<Instant>,
    orders: BTreeSet<OrderId>,
}

impl Pauses {
    /// Whether an order of suspension is in force.
    #[must_use]
    pub const fn now(&self) -> bool {
        self.since.is_some()
    }

    /// The orders in force.
    #[must_use]
    pub const fn orders(&self) -> &BTreeSet<OrderId> {
        &self.orders
    }

    /// Spans that are over, oldest first: first and last instant.
    #[must_use]
    pub fn past(&self) -> &[(Instant, Instant)] {
        &self.past
    }

    /// An order of suspension took effect; a second one changes nothing but must be lifted too.
    pub fn begin(&mut self, order: OrderId, at: Instant) {
        self.orders.insert(order);
        self.since.get_or_insert(at);
    }

    /// An order was lifted; the suspension ends with the last one.
    pub fn end(&mut self, order: &OrderId, at: Instant) {
        self.orders.remove(order);
        if self.orders.is_empty()
            && let Some(since) = self.since.take()
        {
            self.past.push((since, at));
        }
    }

    /// When the window really ends, as far as the pauses that are over tell.
    ///
    /// While a suspension lasts nothing is decided, so the answer matters only after it.
    #[must_use]
    pub fn end_of(&self, window: Window) -> Instant {
        self.past.iter().fold(window.until, |end, (began, ended)| {
            let began = (*began).max(window.from);
            if began < end && began < *ended {
                end.plus(ended.since(began))
            } else {
                end
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(name: &str) -> OrderId {
        OrderId::parse(name).unwrap()
    }

    const WINDOW: Window = Window {
        from: Instant(100),
        until: Instant(200),
    };

    #[test]
    fn time_suspended_is_given_back_once() {
        let mut pauses = Pauses::default();
        assert_eq!(pauses.end_of(WINDOW), Instant(200));
        pauses.begin(order("a"), Instant(150));
        pauses.begin(order("b"), Instant(160));
        assert!(pauses.now());
        pauses.end(&order("a"), Instant(170));
        assert!(pauses.now(), "b is still in force");
        pauses.end(&order("b"), Instant(180));
        assert!(!pauses.now());
        assert_eq!(pauses.end_of(WINDOW), Instant(230));
        // Within the prolonged window a further pause counts.
        pauses.begin(order("c"), Instant(220));
        pauses.end(&order("c"), Instant(225));
        assert_eq!(pauses.end_of(WINDOW), Instant(235));
    }

    #[test]
    fn pauses_before_and_after_a_window_do_not_touch_it() {
        let mut pauses = Pauses::default();
        pauses.begin(order("a"), Instant(10));
        pauses.end(&order("a"), Instant(90));
        pauses.begin(order("b"), Instant(200));
        pauses.end(&order("b"), Instant(300));
        assert_eq!(pauses.end_of(WINDOW), Instant(200));
        // One that began before the window gives back only what it took from the window.
        let late = Window {
            from: Instant(50),
            until: Instant(200),
        };
        assert_eq!(
            pauses.end_of(late),
            Instant(240 + 100),
            "40 of a, and then b began inside the longer window"
        );
    }
}
