//! Deciding is pure: `decide(state, command, at)` and `evolve(state, fact)` see no clock, no
//! randomness and no I/O, so that a replay, a test and an outside verifier agree.

use crate::{Draft, Instant, Record, Refusal};

/// One consistent law over one kind of stream.
pub trait Decider {
    /// What the history of one stream amounts to.
    type State: Default + Clone + Send + 'static;
    /// A wish, already parsed and authenticated.
    type Command: Send + 'static;

    /// What a fact changes. Facts that this law does not know change nothing.
    fn evolve(state: &mut Self::State, record: &Record);

    /// The facts that follow from a command at an instant, or the refusal.
    fn decide(state: &Self::State, command: Self::Command, at: Instant) -> Result<Vec<Draft>, Refusal>;
}

/// Given a history: a small builder for tests of a law in the words given / when / then.
#[derive(Debug)]
pub struct Given<D: Decider> {
    state: D::State,
    records: Vec<Record>,
}

impl<D: Decider> Default for Given<D> {
    fn default() -> Self {
        Self {
            state: D::State::default(),
            records: Vec::new(),
        }
    }
}

impl<D: Decider> Given<D> {
    /// Nothing has happened yet.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// A command was accepted at `at`; its facts are history now.
    pub fn and(mut self, command: D::Command, at: Instant) -> Result<Self, Refusal> {
        let drafts = D::decide(&self.state, command, at)?;
        for draft in drafts {
            self = self.fact(draft, at);
        }
        Ok(self)
    }

    /// A draft is history, whoever made it.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a given reads as what is handed over"
    )]
    pub fn fact(mut self, draft: Draft, at: Instant) -> Self {
        let seq = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
        let record = draft.record(seq, at);
        D::evolve(&mut self.state, &record);
        self.records.push(record);
        self
    }

    /// What a command leads to, with history unchanged.
    pub fn when(&self, command: D::Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
        D::decide(&self.state, command, at)
    }

    /// The history so far.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// The state reached.
    #[must_use]
    pub const fn state(&self) -> &D::State {
        &self.state
    }
}
