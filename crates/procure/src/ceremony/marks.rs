//! What a ceremony leaves behind for other streams: its keys, and its session, which is never used twice.

use desk::Mark;
use desk::mark::KEY;
use facts::body::ceremony::{CeremonyCalled, CeremonyCompleted};
use facts::{Kind, Record};

/// Session id of a ceremony (hex) → ceremony. Custodians derive their polynomials from the session:
/// under one session there is one ceremony.
pub const SESSION: &str = "ceremony-session";

/// The marks that a fact of a ceremony leaves: `key` of each finished key → `ceremony/slot`, and the session.
#[must_use]
pub fn marks(record: &Record) -> Vec<Mark> {
    match record.kind {
        Kind::CeremonyCalled => record.of::<CeremonyCalled>().map_or_else(Vec::new, |called| {
            let (key, value) = (called.session.to_string(), called.ceremony.to_string());
            vec![Mark {
                name: SESSION,
                key,
                value,
            }]
        }),
        Kind::CeremonyCompleted => record
            .of::<CeremonyCompleted>()
            .map_or_else(Vec::new, |completed| {
                let ceremony = &completed.ceremony;
                let keys = completed.keys.iter().enumerate();
                keys.map(|(slot, key)| Mark {
                    name: KEY,
                    key: key.key_id.to_string(),
                    value: format!("{ceremony}/{slot}"),
                })
                .collect()
            }),
        _ => Vec::new(),
    }
}
