//! Signing in the platform's name: checkpoints and refusals, as C2SP signed notes.
//!
//! Invariant: the pen and the front door ask for signatures through this port and never hold a key, so the keys may
//! live in another process or device; only these two statements can be asked for, never a text of one's choice.

use crate::Outage;
use async_trait::async_trait;
use ledger::{Checkpoint, NoteSigner, RefusalNote};

/// Signs the platform's statements.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The signed note of a checkpoint.
    async fn checkpoint(&self, checkpoint: &Checkpoint) -> Result<String, Outage>;

    /// The signed note of a refusal.
    async fn refusal(&self, refusal: &RefusalNote) -> Result<String, Outage>;
}

/// Both keys in this process.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Signs checkpoints; its name is the log's origin.
    pub log: NoteSigner,
    /// Signs refusals; see `ledger::refusal_note::signer`.
    pub refusals: NoteSigner,
}

#[async_trait]
impl Signer for Keys {
    async fn checkpoint(&self, checkpoint: &Checkpoint) -> Result<String, Outage> {
        checkpoint
            .sign(&self.log)
            .map_err(|error| Outage::new("signing a checkpoint", error))
    }

    async fn refusal(&self, refusal: &RefusalNote) -> Result<String, Outage> {
        refusal
            .sign(&self.refusals)
            .map_err(|error| Outage::new("signing a refusal", error))
    }
}
