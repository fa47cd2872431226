//! Every length-prefixed message that somebody signs or commits to, in one place.
//!
//! Invariant: each begins with its own tag `kaibiao/…/v1`, so no signature or hash made for one
//! purpose can serve another. `LP` is [`seal::lp()`].

use crate::hash::{Hash, ZERO, sha256};
use facts::id::{DrawId, SeatId, StageId};
use facts::kind::Visibility;
use facts::{AccountId, BidId, Canonical, Kind, Seen, Stream, TenderId};
use seal::lp;
use serde_json::Value;

/// What the author of an act signs:
/// `LP("kaibiao/act/v1", origin, stream, kind, SHA-256(signed body), nonce, u64be(seen.size), seen.root)`, with the
/// [`signed_body`].
#[must_use]
pub fn act(
    origin: &str,
    stream: &Stream,
    kind: Kind,
    body: &Canonical,
    nonce: &[u8; 16],
    seen: &Seen,
) -> Vec<u8> {
    lp(&[
        b"kaibiao/act/v1",
        origin.as_bytes(),
        stream.to_string().as_bytes(),
        kind.name().as_bytes(),
        &sha256(&signed_body(kind, body)),
        nonce,
        &seen.size.to_be_bytes(),
        seen.root.bytes(),
    ])
}

/// The canonical bytes of a body without the members that its kind withholds.
///
/// A signature over withheld members could be checked by nobody who is not shown them; a public member of the body
/// (`held`, see [`held`]) binds them instead.
#[must_use]
pub fn signed_body(kind: Kind, body: &Canonical) -> Vec<u8> {
    match kind.visibility() {
        Visibility::Public { withheld } if !withheld.is_empty() => {
            let mut members = body.members().clone();
            members.retain(|name, _| !withheld.contains(&name.as_str()));
            // A part of a canonical object is canonical: nothing can be refused here.
            Canonical::new(members).unwrap_or_default().to_bytes()
        }
        Visibility::Public { .. } | Visibility::Confidential => body.to_bytes(),
    }
}

/// The commitment to the withheld members of an enrolment:
/// `SHA-256(LP("kaibiao/held/v1", salt, canonical JSON of {contact, employer, name}))`.
#[must_use]
pub fn held(salt: &[u8; 32], contact: &str, employer: &str, name: &str) -> Hash {
    let named = [("contact", contact), ("employer", employer), ("name", name)];
    let members = named.map(|(name, value)| (name.to_owned(), Value::from(value)));
    // Three texts under ASCII names are canonical: nothing can be refused here.
    let members = Canonical::new(members.into_iter().collect()).unwrap_or_default();
    sha256(&lp(&[b"kaibiao/held/v1", salt, &members.to_bytes()]))
}

/// What the log says of a tracking number: `SHA-256(LP("kaibiao/tracking/v1", number))`; only the number's holder can
/// ask for it.
#[must_use]
pub fn tracking(number: &[u8; 32]) -> Hash {
    sha256(&lp(&[b"kaibiao/tracking/v1", number]))
}

/// What a new account's key signs to prove possession:
/// `LP("kaibiao/enrol/v1", origin, account, key)`.
#[must_use]
pub fn enrol(origin: &str, account: &AccountId, key: &[u8; 32]) -> Vec<u8> {
    lp(&[
        b"kaibiao/enrol/v1",
        origin.as_bytes(),
        account.as_str().as_bytes(),
        key,
    ])
}

/// What ties a bid key to a bid: signed by the bid key as `proof` and by the account key as the
/// letter's `certificate`. `LP("kaibiao/bid-key/v1", origin, tender, bid, key)`.
#[must_use]
pub fn bid_key(origin: &str, tender: &TenderId, bid: &BidId, key: &[u8; 32]) -> Vec<u8> {
    lp(&[
        b"kaibiao/bid-key/v1",
        origin.as_bytes(),
        tender.as_str().as_bytes(),
        bid.as_str().as_bytes(),
        key,
    ])
}

/// What opens a session: `LP("kaibiao/session/v1", origin, zone, challenge)`.
#[must_use]
pub fn session(origin: &str, zone: &str, challenge: &[u8; 32]) -> Vec<u8> {
    lp(&[
        b"kaibiao/session/v1",
        origin.as_bytes(),
        zone.as_bytes(),
        challenge,
    ])
}

/// The commitment to a score sheet:
/// `SHA-256(LP("kaibiao/score/v1", tender, seat, salt, canonical sheet))`.
#[must_use]
pub fn score(tender: &TenderId, seat: &SeatId, salt: &[u8; 32], sheet: &[u8]) -> Hash {
    sha256(&lp(&[
        b"kaibiao/score/v1",
        tender.as_str().as_bytes(),
        seat.as_str().as_bytes(),
        salt,
        sheet,
    ]))
}

/// The commitment under which an expert, or a bid, stands in a draw:
/// `SHA-256(LP("kaibiao/drawn/v1", tender, draw, name, salt))`.
#[must_use]
pub fn drawn(tender: &TenderId, draw: &DrawId, name: &str, salt: &[u8; 32]) -> Hash {
    sha256(&lp(&[
        b"kaibiao/drawn/v1",
        tender.as_str().as_bytes(),
        draw.as_str().as_bytes(),
        name.as_bytes(),
        salt,
    ]))
}

/// The salt of such a commitment: `SHA-256(LP("kaibiao/drawn-salt/v1", key, name))`.
#[must_use]
pub fn drawn_salt(key: &[u8; 32], name: &str) -> Hash {
    sha256(&lp(&[b"kaibiao/drawn-salt/v1", key, name.as_bytes()]))
}

/// Who may be drawn, as a hash: `SHA-256(LP("kaibiao/eligibility/v1", canonical subject, filter_1, …))`.
#[must_use]
pub fn eligibility(subject: &[u8], filters: &[String]) -> Hash {
    let mut fields: Vec<&[u8]> = vec![b"kaibiao/eligibility/v1", subject];
    fields.extend(filters.iter().map(String::as_bytes));
    sha256(&lp(&fields))
}

/// What the key of an expert's device signs on entering:
/// `LP("kaibiao/device/v1", origin, tender, seat)`.
#[must_use]
pub fn device(origin: &str, tender: &TenderId, seat: &SeatId) -> Vec<u8> {
    lp(&[
        b"kaibiao/device/v1",
        origin.as_bytes(),
        tender.as_str().as_bytes(),
        seat.as_str().as_bytes(),
    ])
}

/// What that key signs with every request for a file:
/// `LP("kaibiao/device-request/v1", origin, path, u64be(milliseconds since 1970))`.
#[must_use]
pub fn device_request(origin: &str, path: &str, at: u64) -> Vec<u8> {
    lp(&[
        b"kaibiao/device-request/v1",
        origin.as_bytes(),
        path.as_bytes(),
        &at.to_be_bytes(),
    ])
}

/// One link of the rules (招标文件及其澄清、修改): `SHA-256(LP("kaibiao/rules/v1", before, body))`.
///
/// The first link has 32 zeros before it and the notice as its body; each addendum follows with
/// its body without the member `rules`. See [`rules_of_notice`] and [`rules_of_addendum`].
#[must_use]
pub fn rules_hash(before: &Hash, body: &[u8]) -> Hash {
    sha256(&lp(&[b"kaibiao/rules/v1", before, body]))
}

/// The rules hash of a notice.
#[must_use]
pub fn rules_of_notice(notice: &Canonical) -> Hash {
    rules_hash(&ZERO, &notice.to_bytes())
}

/// The rules hash after an addendum; its own member `rules` is left out, for it holds the result.
#[must_use]
pub fn rules_of_addendum(before: &Hash, addendum: &Canonical) -> Hash {
    let mut members = addendum.members().clone();
    members.remove("rules");
    // A part of a canonical object is canonical: nothing can be refused here.
    let body = Canonical::new(members).unwrap_or_default().to_bytes();
    rules_hash(before, &body)
}

/// The hash of a list of envelopes (F when frozen, F' when settled):
/// `SHA-256(LP("kaibiao/list/v1", tender, stage, submission_1, hash_1, …))`, submissions ascending.
#[must_use]
pub fn list_hash(tender: &TenderId, stage: &StageId, envelopes: &[([u8; 16], Hash)]) -> Hash {
    let mut sorted = envelopes.to_vec();
    sorted.sort_unstable();
    let mut fields: Vec<&[u8]> = vec![
        b"kaibiao/list/v1",
        tender.as_str().as_bytes(),
        stage.as_str().as_bytes(),
    ];
    for (submission, hash) in &sorted {
        fields.extend([submission.as_slice(), hash.as_slice()]);
    }
    sha256(&lp(&fields))
}
