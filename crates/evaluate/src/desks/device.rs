//! One device for each seat: every request for a file is signed by the key with which the seat came in.
//!
//! Invariant: a token alone reads nothing of a bid; the device's key, which never leaves it, must sign path and time.

use crate::law::{Presence, Room};
use axum::http::HeaderMap;
use desk::{Problem, ledger};
use facts::id::SeatId;
use facts::{Hex, Instant, Refusal};

/// The header: `milliseconds.signature`, the signature over
/// `LP("kaibiao/device-request/v1", origin, path, u64be(milliseconds))`.
pub(super) const HEADER: &str = "kaibiao-device";
/// The device's time may be so far from the platform's, in milliseconds.
const SKEW: i64 = 60_000;

/// Refuses a request that the seat's device did not sign now.
pub(super) fn check(
    room: &Room,
    seat: &SeatId,
    origin: &str,
    path: &str,
    headers: &HeaderMap,
    now: Instant,
) -> Result<(), Problem> {
    let presence = present(room, seat, now)?;
    let signed = headers.get(HEADER).and_then(|value| value.to_str().ok());
    let (at, sig) = signed.and_then(read).ok_or_else(unsigned)?;
    let fresh = now.since(Instant(i64::try_from(at).unwrap_or(i64::MAX))).abs() <= SKEW;
    let message = ledger::message::device_request(origin, path, at);
    if fresh && desk::draw::device_signed(&presence.device, &message, &sig) {
        Ok(())
    } else {
        Err(unsigned())
    }
}

/// The seat in the room; refused outside of its hours, and to a seat that did not come in.
pub(super) fn present<'a>(room: &'a Room, seat: &SeatId, now: Instant) -> Result<&'a Presence, Problem> {
    if !room.is_open(now) {
        return Err(refusal(
            "room.closed",
            "The evaluation room is closed now; it is open in the hours the buyer set.",
            "评标区目前未开放,请在招标人设定的时间内进入。",
        ));
    }
    room.present.get(seat).ok_or_else(|| {
        refusal(
            "room.absent",
            "Your seat is not in the room; come in with seat.entered first.",
            "您的席位不在评标区内,请先进入。",
        )
    })
}

fn read(value: &str) -> Option<(u64, Hex<64>)> {
    let (at, sig) = value.split_once('.')?;
    Some((at.parse().ok()?, Hex::parse(sig).ok()?))
}

fn unsigned() -> Problem {
    refusal(
        "room.device_not_allowed",
        "This request is not signed by the device with which your seat came in, or its time is off by more than a \
         minute.",
        "该请求未由您进入评标区时所用设备签名,或时间相差超过一分钟。",
    )
}

fn refusal(code: &'static str, en: &'static str, zh: &'static str) -> Problem {
    Refusal::new(code, en, zh).into()
}
