//! What the history of one ceremony amounts to: its view, its phase and the clock of that phase.

use desk::ledger::ceremony::{End, View};
use facts::body::ceremony::{CeremonyCalled, CeremonyComplained};
use facts::{Instant, Record};

/// Milliseconds in which every member must take the step of the current round: seven days, so that
/// a custodian on leave does not wreck a ceremony.
pub const CEREMONY_STEP_MS: i64 = 7 * facts::time::DAY;

/// Milliseconds in which an accused member must answer: one day. A complaint blocks all others.
pub const CEREMONY_ANSWER_MS: i64 = facts::time::DAY;

/// Where a ceremony stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waits for round 1 of every member.
    Called,
    /// Round 1 is complete; waits for round 2 of every member.
    Committed,
    /// Round 2 is complete; every member checks its shares, then signs the certificates.
    Shared,
    /// Some members signed the certificates.
    Certifying,
    /// A complaint waits for its answer; everything else rests.
    Disputed,
    /// The keys exist.
    Completed,
    /// The ceremony ended without keys.
    Failed,
}

impl Phase {
    /// The word of the API.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Called => "called",
            Self::Committed => "committed",
            Self::Shared => "shared",
            Self::Certifying => "certifying",
            Self::Disputed => "disputed",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The word on a Chinese page.
    #[must_use]
    pub const fn word_zh(self) -> &'static str {
        match self {
            Self::Called => "等待第一轮",
            Self::Committed => "等待第二轮",
            Self::Shared => "等待签署证书",
            Self::Certifying => "签署证书中",
            Self::Disputed => "等待答复投诉",
            Self::Completed => "已完成",
            Self::Failed => "已失败",
        }
    }
}

/// The state of one ceremony stream.
#[derive(Debug, Clone, Default)]
pub struct State {
    running: Option<Running>,
}

#[derive(Debug, Clone)]
struct Running {
    view: View,
    since: Instant,
}

impl State {
    /// The facts so far; `None` before the call.
    #[must_use]
    pub fn view(&self) -> Option<&View> {
        self.running.as_ref().map(|running| &running.view)
    }

    /// Where the ceremony stands; `None` before the call.
    #[must_use]
    pub fn phase(&self) -> Option<Phase> {
        self.view().map(phase_of)
    }

    /// The complaint that waits for an answer.
    #[must_use]
    pub fn dispute(&self) -> Option<&CeremonyComplained> {
        self.view().and_then(View::dispute)
    }

    /// The instant from which a step of the current phase comes too late and the housekeeper's tick
    /// ends the ceremony; `None` when nothing is awaited any more.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let running = self.running.as_ref()?;
        match phase_of(&running.view) {
            Phase::Completed | Phase::Failed => None,
            Phase::Disputed => Some(running.since.plus(CEREMONY_ANSWER_MS)),
            Phase::Called | Phase::Committed | Phase::Shared | Phase::Certifying => {
                Some(running.since.plus(CEREMONY_STEP_MS))
            }
        }
    }

    /// The member of lowest index whose step is awaited in the current phase.
    #[must_use]
    pub fn awaited(&self) -> Option<u16> {
        let view = self.view()?;
        let mut members = view.called.members.iter().map(|member| member.index);
        match phase_of(view) {
            Phase::Called => members.find(|index| !view.committed.contains_key(index)),
            Phase::Committed => members.find(|index| !view.shared.contains_key(index)),
            Phase::Shared | Phase::Certifying => members.find(|index| !view.certified.contains_key(index)),
            Phase::Disputed => view.dispute().map(|complaint| complaint.against),
            Phase::Completed | Phase::Failed => None,
        }
    }

    /// Adds a fact; the clock of a phase starts with the fact that begins it.
    pub(super) fn add(&mut self, record: &Record) {
        let Some(running) = &mut self.running else {
            let called = record.of::<CeremonyCalled>();
            self.running = called.map(|called| Running {
                view: View::new(called),
                since: record.at,
            });
            return;
        };
        let before = stage(phase_of(&running.view));
        running.view.add(record);
        if stage(phase_of(&running.view)) != before {
            running.since = record.at;
        }
    }
}

/// Signing by one member does not give the others more time: both phases share a clock.
const fn stage(phase: Phase) -> Phase {
    match phase {
        Phase::Certifying => Phase::Shared,
        other => other,
    }
}

fn phase_of(view: &View) -> Phase {
    match &view.end {
        Some(End::Completed(_)) => return Phase::Completed,
        Some(End::Failed(_)) => return Phase::Failed,
        None => {}
    }
    if view.dispute().is_some() {
        Phase::Disputed
    } else if !view.all_committed() {
        Phase::Called
    } else if !view.all_shared() {
        Phase::Committed
    } else if view.certified.is_empty() {
        Phase::Shared
    } else {
        Phase::Certifying
    }
}
