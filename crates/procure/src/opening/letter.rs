//! 投标函: the opening letter inside an opened envelope.
//!
//! Invariant: a letter counts only if it is canonical and the account behind the bid certified the bid's key in it:
//! then, and not before, is it known whose bid it is.

use crate::formats::bid_key_message;
use crate::tender::State;
use facts::body::bid::Letter;
use facts::id::{LotId, StageId};
use facts::{BidId, Canonical, Currency, Hex};
use seal::{PublicKey, Signature};

/// The account behind a bid, as the log knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bidder {
    /// The account's Ed25519 public key.
    pub key: Hex<32>,
}

/// Why a file is not the letter of its bid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterFault {
    /// Not a letter in canonical form.
    #[error("the file is not a letter: {0}")]
    Form(String),
    /// It speaks for another account than the one that entered.
    #[error("the letter names account {found}, the bid was entered by {entered}")]
    Account {
        /// In the letter.
        found: String,
        /// In the log.
        entered: String,
    },
    /// The account did not certify the bid's key.
    #[error("the certificate in the letter is not by the account's key over the bid's key")]
    Certificate,
    /// A price where it may not yet be known, or none where it must be.
    #[error("{}", if *.0 { "the letter names no price" } else { "the letter names a price, which this stage must not read" })]
    Price(bool),
    /// A negative price, or one in another currency.
    #[error("the price must not be negative and be in {0:?}")]
    Amount(Currency),
    /// The bid or the stage is not of this tender.
    #[error("the bid is not of this tender")]
    Stranger,
}

/// Reads the letter of a bid for a lot, opened in a stage.
pub fn read_letter(
    state: &State,
    origin: &str,
    place: (&BidId, &LotId, &StageId),
    bidder: &Bidder,
    file: &[u8],
) -> Result<Letter, LetterFault> {
    let (bid, lot, stage) = place;
    let form = |error: facts::canonical::CanonicalError| LetterFault::Form(error.to_string());
    let canonical = Canonical::parse(file).map_err(form)?;
    let letter: Letter = canonical.read().map_err(form)?;
    // Optional members are left out, not null: one letter has one file.
    if Canonical::of(&letter).map_err(form)? != canonical {
        return Err(LetterFault::Form(
            "optional members are left out, not written empty".to_owned(),
        ));
    }
    let (Some(tender), Some(entered), Some(notice)) = (state.tender(), state.bids.get(bid), &state.notice)
    else {
        return Err(LetterFault::Stranger);
    };
    if letter.account != entered.account {
        let (found, entered) = (letter.account.to_string(), entered.account.to_string());
        return Err(LetterFault::Account { found, entered });
    }
    let message = bid_key_message(origin, tender, bid, &entered.key);
    let certified = PublicKey::parse(bidder.key.bytes())
        .is_ok_and(|key| key.verify(&message, &Signature(letter.certificate.0)).is_ok());
    if !certified {
        return Err(LetterFault::Certificate);
    }
    let last = notice.stages.last().is_some_and(|last| last.stage == *stage);
    if letter.price.is_some() != last {
        return Err(LetterFault::Price(last));
    }
    let currency = state.lot(lot).ok_or(LetterFault::Stranger)?.estimate.currency;
    if letter
        .price
        .is_some_and(|price| price.currency != currency || price.minor < 0)
    {
        return Err(LetterFault::Amount(currency));
    }
    Ok(letter)
}
