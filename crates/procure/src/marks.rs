//! What tenders leave behind across streams: keys, points and ids that must never come twice.

use desk::account::fingerprint;
use desk::{Mark, mark};
use facts::body::bid::{BidEntered, BidSubmitted, Envelope};
use facts::body::tender::KeyAssigned;
use facts::{Hex, Kind, Record};

/// The marks of one record; nothing for facts that are not of tenders.
#[must_use]
pub fn marks(record: &Record) -> Vec<Mark> {
    match record.kind {
        Kind::KeyAssigned => record.of::<KeyAssigned>().map_or_else(Vec::new, |body| {
            let value = format!("{}/{}", body.tender, body.stage);
            vec![Mark {
                name: mark::KEY_USED,
                key: body.key_id.to_string(),
                value,
            }]
        }),
        Kind::BidEntered => record
            .of::<BidEntered>()
            .map_or_else(Vec::new, |body| entered(&body)),
        Kind::BidSubmitted => record.of::<BidSubmitted>().map_or_else(Vec::new, |body| {
            let value = format!("{}/{}", body.tender, body.bid);
            body.envelopes
                .iter()
                .flat_map(|envelope| sealed(envelope, &value))
                .collect()
        }),
        _ => Vec::new(),
    }
}

fn entered(body: &BidEntered) -> Vec<Mark> {
    vec![
        Mark {
            name: mark::BID_KEY,
            key: fingerprint(&body.key).to_string(),
            value: format!("{}/{}", body.tender, body.bid),
        },
        Mark {
            name: mark::BID_OF,
            key: format!("{}/{}", body.tender, body.account),
            value: body.bid.to_string(),
        },
    ]
}

/// A replaced bid is sealed afresh as a whole: neither R nor the id of an envelope nor its body ever comes back.
///
/// The body too: whoever could name another's body in an envelope of their own would have the platform show it to
/// everybody as a bad envelope, and with the partial openings that are public then anyone could read a panel part.
fn sealed(envelope: &Envelope, value: &str) -> [Mark; 3] {
    let point = envelope
        .header
        .bytes()
        .first_chunk::<32>()
        .copied()
        .unwrap_or_default();
    [
        Mark {
            name: mark::POINT,
            key: Hex(point).to_string(),
            value: value.to_owned(),
        },
        Mark {
            name: mark::SUBMISSION,
            key: envelope.submission.to_string(),
            value: value.to_owned(),
        },
        Mark {
            name: mark::BODY,
            key: envelope.body_digest.to_string(),
            value: value.to_owned(),
        },
    ]
}
