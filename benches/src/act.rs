//! Signed acts ready to be sent, and receipts opened.
//!
//! Invariant: an `Act` kept here is the very bytes that were sent, so sending again is sending the same.

use crate::Trouble;
use crate::http::request;
use crate::people::random;
use facts::record::Body;
use facts::{Canonical, Hex, Seen, Stream};
use ledger::receipt::OpenedReceipt;
use ledger::{Receipt, VerifierKey, act};
use seal::SigningKey;
use serde::Deserialize;

/// An act with its bytes.
#[derive(Clone)]
pub(crate) struct Prepared {
    /// The act.
    pub(crate) act: facts::Act,
    /// The whole HTTP request.
    pub(crate) request: Vec<u8>,
}

/// The answer to an accepted act.
#[derive(Debug, Deserialize)]
pub(crate) struct Accepted {
    /// Position.
    pub(crate) seq: u64,
    /// The receipt.
    pub(crate) receipt: String,
}

/// Signs an act.
pub(crate) fn prepare<B: Body>(
    origin: &str,
    stream: Stream,
    body: &B,
    seen: Seen,
    key: &SigningKey,
) -> Result<Prepared, Trouble> {
    let act = act::sign(origin, stream, B::KIND, Canonical::of(body)?, random(), seen, key);
    let wire = act::write(&act)?;
    let request = request(
        "POST",
        "/api/acts",
        &[("content-type", "application/json")],
        &wire,
    );
    Ok(Prepared { act, request })
}

/// Opens a receipt for exactly this act.
pub(crate) fn opened(
    receipt: &str,
    origin: &str,
    log_key: &VerifierKey,
    act: &facts::Act,
) -> Result<(Receipt, OpenedReceipt), String> {
    let receipt = Receipt::parse(receipt).map_err(|e| format!("a receipt that is none: {e}"))?;
    let opened = receipt
        .open(origin, log_key)
        .map_err(|e| format!("a receipt that proves nothing: {e}"))?;
    if opened.act.as_ref() != Some(act) {
        return Err(format!(
            "entry {} is for another act than the one sent",
            receipt.index
        ));
    }
    Ok((receipt, opened))
}

/// The head that a receipt shows.
pub(crate) fn seen(opened: &OpenedReceipt) -> Seen {
    Seen {
        root: Hex(opened.checkpoint.root),
        size: opened.checkpoint.size,
    }
}
