//! Bids and opening of the stories.
//!
//! Invariant: three bids, all opened.

use super::{bid, closes, letter, submission};
use crate::story::{Story, id, tender};
use facts::body::bid::{BidSubmitted, Envelope};
use facts::body::opening::*;
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Hex, Kind};

pub(super) fn opening(story: &mut Story) {
    let t = closes();
    for n in 1..=3 {
        let body = BidSubmitted {
            bid: id(&bid(n)),
            envelopes: vec![Envelope {
                blk: Hex([0; 32]),
                body_digest: Hex([9; 32]),
                body_length: 100,
                header: Hex([0; 128]),
                key_id: Hex([1; 32]),
                lot: id("L1"),
                part: id("letter"),
                sig: Hex([0; 64]),
                submission: submission(n),
            }],
            revision: 1,
            rules: Hex([2; 32]),
            tender: tender(),
        };
        story.add(t.plus(-DAY - i64::try_from(n).unwrap() * HOUR * 7), &body);
    }
    story.arrived(Kind::BidSubmitted, 0);
    story.add(
        t.plus(2_000),
        &TenderClosed {
            closes_at: t,
            tender: tender(),
        },
    );
    let listed = |n: usize| Listed {
        bid: id(&bid(n)),
        envelope: Hex([3; 32]),
        seq: 0,
        submission: submission(n),
    };
    story.add(
        t.plus(3_000),
        &ListFrozen {
            envelopes: (1..=3).map(listed).collect(),
            list: Hex([4; 32]),
            stage: id("open"),
            tender: tender(),
            until: t.plus(HOUR),
        },
    );
    story.disclose(t.plus(3_000), false);
    story.add(
        t.plus(HOUR),
        &ListSettled {
            excluded: vec![],
            list: Hex([4; 32]),
            stage: id("open"),
            submissions: (1..=3).map(submission).collect(),
            tender: tender(),
            until: t.plus(2 * HOUR),
        },
    );
    let share = ShareGiven {
        index: 1,
        list: Hex([4; 32]),
        partials: vec![],
        stage: id("open"),
        tender: tender(),
    };
    story.add(t.plus(HOUR + MINUTE), &share);
    let opened = |n: usize| OpenedBid {
        account: id(&format!("c{n}")),
        bid: id(&bid(n)),
        parts: vec![OpenedPart {
            letter: Some(letter(n)),
            lot: id("L1"),
            bytes: Some(100),
            part: id("letter"),
            sha256: Some(Hex([5; 32])),
            submission: submission(n),
            unopened: None,
        }],
    };
    story.add(
        t.plus(HOUR + 2 * MINUTE),
        &OpeningRecorded {
            bids: (1..=3).map(opened).collect(),
            list: Hex([4; 32]),
            panel: None,
            quorum: vec![1],
            stage: id("open"),
            tender: tender(),
            until: t.plus(2 * HOUR),
        },
    );
    for n in 1..=3 {
        let body = OpeningConfirmed {
            bid: id(&bid(n)),
            record: 0,
            stage: id("open"),
            tender: tender(),
        };
        story.add(t.plus(HOUR + 3 * MINUTE), &body);
    }
    story.add(
        t.plus(2 * HOUR + 1),
        &OpeningClosed {
            stage: id("open"),
            tender: tender(),
        },
    );
}
