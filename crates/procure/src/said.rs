//! What a person said: an admitted act with its body read.
//!
//! Invariant: the body is exactly what was signed. A body that reads as the same values but is written
//! differently (a member `null` instead of absent) is refused, so that one fact has one byte string.

use desk::Actor;
use facts::{Act, Body, Canonical, Draft, Instant, Refusal};

/// An act that passed the front door, with its typed body.
#[derive(Debug, Clone, PartialEq)]
pub struct Said<B> {
    /// Who signed.
    pub actor: Actor,
    /// The act as signed.
    pub act: Act,
    /// Its body, read.
    pub body: B,
    /// When the act was received in full, with everything it speaks of durably stored.
    pub arrived: Instant,
}

impl<B: Body> Said<B> {
    /// Reads the body of an act, refusing another kind and any shape but the one the body is written in.
    pub fn read(actor: Actor, act: Act, arrived: Instant) -> Result<Self, Refusal> {
        if act.kind != B::KIND {
            return Err(Refusal::new(
                "act.kind_malformed",
                format!("This act is {}, but {} was expected here.", act.kind, B::KIND),
                format!("此处应为 {}，收到的是 {}。", B::KIND, act.kind),
            ));
        }
        let body: B = act
            .body
            .read()
            .map_err(|error| malformed(B::KIND, &error.to_string()))?;
        let again = Canonical::of(&body).map_err(|error| malformed(B::KIND, &error.to_string()))?;
        if again != act.body {
            return Err(malformed(
                B::KIND,
                "leave optional members out instead of writing null or an empty value",
            ));
        }
        Ok(Self {
            actor,
            act,
            body,
            arrived,
        })
    }
}

impl<B> Said<B> {
    /// The fact that this act asks for; with the instant of its arrival where that instant counts.
    #[must_use]
    pub fn draft(self, arrived: bool) -> Draft {
        Draft::acted(self.act, arrived.then_some(self.arrived))
    }
}

fn malformed(kind: facts::Kind, what: &str) -> Refusal {
    Refusal::new(
        "act.body_malformed",
        format!("The body of {kind} is not as it must be: {what}."),
        format!("{kind} 的内容格式不符：{what}。"),
    )
}
