//! The phase of a tender (阶段), in words that stay the same for programs.

use super::State;
use facts::Instant;
use serde::Serialize;

/// Where a tender stands. A suspension is told apart, by [`super::span::Pauses::now`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing is known of it.
    Unknown,
    /// 进场登记: keys are made and assigned.
    Registered,
    /// 公告: documents are out, bids come in.
    Noticed,
    /// 投标截止: the deadline has passed, the list is not yet frozen.
    Closed,
    /// The list is frozen; disputes and unlocking.
    Listed,
    /// The list is settled; custodians give their shares.
    Sharing,
    /// 开标记录 is read out; objections.
    Recorded,
    /// 开标 is over; evaluation.
    Opened,
    /// 中标候选人公示.
    Publicised,
    /// 中标.
    Awarded,
    /// 流标.
    Failed,
    /// 终止.
    Terminated,
}

impl Phase {
    /// The word of the API and of the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Registered => "registered",
            Self::Noticed => "noticed",
            Self::Closed => "closed",
            Self::Listed => "listed",
            Self::Sharing => "sharing",
            Self::Recorded => "recorded",
            Self::Opened => "opened",
            Self::Publicised => "publicised",
            Self::Awarded => "awarded",
            Self::Failed => "failed",
            Self::Terminated => "terminated",
        }
    }
}

impl State {
    /// Where the tender stands.
    #[must_use]
    pub fn phase(&self) -> Phase {
        use super::state::Ended;
        match &self.ended {
            Some(Ended::Failed(_)) => return Phase::Failed,
            Some(Ended::Terminated(_)) => return Phase::Terminated,
            None => {}
        }
        if self.award.is_some() {
            return Phase::Awarded;
        }
        if self.publicity.is_some() {
            return Phase::Publicised;
        }
        if let Some((stage, opening)) = self.current() {
            let last = self.notice.as_ref().and_then(|notice| notice.stages.last());
            return match (&opening.settled, &opening.recorded, opening.closed) {
                (_, _, Some(_)) if last.is_some_and(|last| last.stage == *stage) => Phase::Opened,
                (_, _, Some(_)) => Phase::Closed,
                (_, Some(_), None) => Phase::Recorded,
                (Some(_), None, None) => Phase::Sharing,
                (None, None, None) => Phase::Listed,
            };
        }
        if self.closed.is_some() {
            return Phase::Closed;
        }
        match (&self.registered, &self.notice) {
            (_, Some(_)) => Phase::Noticed,
            (Some(_), None) => Phase::Registered,
            (None, None) => Phase::Unknown,
        }
    }

    /// The next instant at which a tick can bring something about; at or before `at` means now.
    ///
    /// `None` while the tender waits for people: suspended, over, an objection unanswered, the evaluation.
    #[must_use]
    pub fn due(&self, at: Instant) -> Option<Instant> {
        if super::challenge::is_due(self) {
            return Some(at);
        }
        if self.is_over() {
            return None;
        }
        if self.pauses.now() {
            return super::suspension::next_lapse(self);
        }
        self.notice.as_ref()?;
        if self.closed.is_none() {
            return Some(self.deadline()?.plus(crate::limits::GRACE));
        }
        let Some((_, opening)) = self.current() else {
            return Some(self.held().unwrap_or(at));
        };
        if opening.closed.is_some() {
            return (self.phase() == Phase::Closed || self.falls_short()).then_some(at);
        }
        if let Some(recorded) = &opening.recorded {
            let answered = opening.objections.values().all(|answered| *answered);
            return answered.then(|| self.pauses.end_of(recorded.window));
        }
        let window = opening
            .settled
            .as_ref()
            .map_or(opening.disputing, |(_, window)| *window);
        Some(self.pauses.end_of(window))
    }
}
