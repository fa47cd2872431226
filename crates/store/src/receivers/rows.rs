//! Rows of receivers and of their messages, as both databases give them.
//!
//! Invariant: a number that cannot be one is an outage, never a guess.

use super::{Delivery, Receiver};
use crate::log::count;
use crate::notices;
use desk::Outage;
use facts::Instant;

pub(super) type Row = (
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    i64,
    i64,
    String,
    i64,
    i64,
    i64,
);
pub(super) type Sent = (
    String,
    i64,
    String,
    i64,
    String,
    i64,
    String,
    String,
    Option<i64>,
    i64,
    i64,
    Option<i64>,
    String,
    i64,
);

pub(super) fn read(row: Row) -> Result<Receiver, Outage> {
    let (id, account, zone, channel, target, secret, language, asked, wanted, declined, last, failures, next) =
        row;
    Ok(Receiver {
        id,
        account,
        zone,
        channel,
        target,
        secret,
        language,
        asked: Instant(asked),
        is_wanted: wanted == 1,
        declined,
        last: count(last)?,
        failures: count(failures)?,
        next: Instant(next),
    })
}

pub(super) fn sent(row: Sent) -> Result<Delivery, Outage> {
    let (
        receiver,
        number,
        zone,
        seq,
        what,
        at,
        tender,
        audience,
        until,
        discreet,
        attempts,
        tried,
        answer,
        done,
    ) = row;
    let notice = (
        String::new(),
        zone,
        seq,
        what,
        at,
        tender,
        audience,
        until,
        discreet,
        0,
    );
    Ok(Delivery {
        receiver,
        number: count(number)?,
        notice: notices::read(notice)?,
        attempts: count(attempts)?,
        tried: tried.map(Instant),
        answer,
        is_done: done == 1,
    })
}
