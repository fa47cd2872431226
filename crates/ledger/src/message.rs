//! Every length-prefixed message that somebody signs or commits to, in one place.
//!
//! Invariant: each begins with its own tag `kaibiao/…/v1`, so no signature or hash made for one
//! purpose can serve another. `LP` is [`seal::lp()`].

use crate::hash::{Hash, ZERO, sha256};
use facts::id::{SeatId, StageId};
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
