//! The opening record, its disclosures, its confirmation and the end of the opening.

use super::bidding::Bid;
use super::opening::Trouble;
use super::tender::Noticed;
use super::{HOUR, World, account};
use facts::Hex;
use facts::body::bid::Envelope;
use facts::body::opening::{
    BidOrigin, Cause, ListSettled, OpenedBid, OpenedPart, OpeningClosed, OpeningConfirmed, OpeningRecorded,
    OriginsCompared, PanelFile, Unopened,
};
use facts::body::tender::{PartRole, Stage};
use kaibiao_verify::bundle::Content;

impl World {
    #[expect(clippy::too_many_arguments, reason = "a test's scene")]
    pub fn record(
        &mut self,
        noticed: &Noticed,
        stage: &Stage,
        all: &[Bid],
        standing: &[(usize, &Bid)],
        settled: &ListSettled,
        quorum: Vec<u16>,
        trouble: &Trouble,
    ) -> u64 {
        let mut bids: Vec<OpenedBid> = Vec::new();
        for (place, bid) in standing {
            let mut parts = Vec::new();
            for envelope in &bid.last.as_ref().unwrap().envelopes {
                let Some(part) = stage.parts.iter().find(|part| part.part == envelope.part) else {
                    continue;
                };
                if trouble.closed_lots.contains(&envelope.lot.as_str()) {
                    continue;
                }
                let garbled = trouble.garbled.contains(place) && part.role == PartRole::Letter;
                parts.push(self.part(bid, envelope, part.role, settled, garbled));
            }
            parts.sort_by(|one, other| (&one.lot, &one.part).cmp(&(&other.lot, &other.part)));
            bids.push(OpenedBid {
                account: account(&bid.account),
                bid: bid.bid.clone(),
                parts,
            });
        }
        bids.sort_by(|one, other| one.bid.cmp(&other.bid));
        let mut panel = Vec::new();
        for part in bids.iter_mut().flat_map(|bid| &mut bid.parts) {
            let role = stage.parts.iter().find(|known| known.part == part.part);
            if role.unwrap().role == PartRole::Panel && part.unopened.is_none() {
                panel.push(PanelFile {
                    bytes: part.bytes.take().unwrap(),
                    sha256: part.sha256.take().unwrap(),
                    submission: part.submission,
                });
            }
        }
        panel.sort_by_key(|file| file.submission);
        let record = OpeningRecorded {
            bids,
            list: settled.list,
            panel: Some(panel).filter(|panel| !panel.is_empty()),
            quorum,
            stage: stage.stage.clone(),
            tender: self.tender.clone(),
            until: self.now.plus(noticed.notice.opening.objection_ms),
        };
        let seq = self.platform(&self.stream(), &record);
        if record.panel.is_some() {
            self.veiled.push(seq);
        }
        let shown = all.iter().filter(|bid| {
            bid.last.is_none() || bid.lots.iter().any(|lot| !trouble.closed_lots.contains(lot))
        });
        self.disclose(
            shown
                .flat_map(|bid| bid.facts.iter().copied())
                .collect::<Vec<_>>(),
        );
        self.absent(stage, trouble);
        if *stage == noticed.notice.stages[0] {
            self.origins(&record, seq);
        }
        self.keep();
        let first = standing[0].1;
        let confirmed = OpeningConfirmed {
            bid: first.bid.clone(),
            record: seq,
            stage: stage.stage.clone(),
            tender: self.tender.clone(),
        };
        self.act(&first.key, &self.stream(), &confirmed);
        self.wait(HOUR);
        self.platform(
            &self.stream(),
            &OpeningClosed {
                stage: stage.stage.clone(),
                tender: self.tender.clone(),
            },
        )
    }

    /// The first two bids came from one address, that of the third is unknown, every other has its own.
    fn origins(&mut self, record: &OpeningRecorded, seq: u64) {
        let origin = |(place, opened): (usize, &OpenedBid)| BidOrigin {
            address: match place {
                0 | 1 => Some(1),
                2 => None,
                other => Some(u32::try_from(other).unwrap() - 1),
            },
            bid: opened.bid.clone(),
        };
        let body = OriginsCompared {
            bids: record.bids.iter().enumerate().map(origin).collect(),
            record: seq,
            tender: self.tender.clone(),
        };
        self.platform(&self.stream(), &body);
    }

    fn part(
        &mut self,
        bid: &Bid,
        envelope: &Envelope,
        role: PartRole,
        settled: &ListSettled,
        garbled: bool,
    ) -> OpenedPart {
        let submission = envelope.submission;
        let excluded = settled
            .excluded
            .iter()
            .find(|one| one.submission == submission)
            .cloned();
        let bad = garbled.then(|| Unopened {
            cause: Cause::BidderBadEnvelope,
            evidence: "it opens to no letter".into(),
            submission,
        });
        let is_out = excluded.is_some();
        let unopened = excluded.or(bad);
        if role != PartRole::Panel && !is_out {
            let body: Content = self.vault[&submission].clone();
            self.files.insert(format!("bodies/{submission}"), body);
        }
        let plain = &bid.plain[&submission];
        let is_open = unopened.is_none();
        OpenedPart {
            letter: bid.letters.get(&submission).filter(|_| is_open).cloned(),
            lot: envelope.lot.clone(),
            bytes: is_open.then_some(plain.len() as u64),
            part: envelope.part.clone(),
            sha256: is_open.then(|| Hex(seal::hash::sha256(&[plain]))),
            submission,
            unopened,
        }
    }
}
