//! Further acts: objections, replies, candidates, award.

use super::{Bidder, World, buyer, id, tender};
use facts::body::award::{
    Award, AwardMade, Candidate, CandidatesObjected, CandidatesPublicised, CandidatesReplied,
    TenderTerminated,
};
use facts::body::evaluation::{EvaluationConcluded, LotResult, Ranked};
use facts::body::opening::{OpeningConfirmed, OpeningObjected, OpeningReplied};
use facts::id::StageId;
use facts::time::DAY;
use kaibiao_procure::{Command, Concluded};

impl World {
    pub(crate) fn object(&self, bidder: &Bidder, stage: &StageId, name: &str) -> Command {
        let body = OpeningObjected {
            bid: bidder.bid.clone(),
            objection: id(name),
            stage: stage.clone(),
            tender: tender(),
            text: "唱标工期有误".to_owned(),
        };
        Command::Object(self.say(bidder.actor(), body))
    }

    pub(crate) fn reply(&self, name: &str) -> Command {
        let body = OpeningReplied {
            objection: id(name),
            tender: tender(),
            text: "以投标函为准".to_owned(),
        };
        Command::Reply(self.say(buyer(), body))
    }

    pub(crate) fn sign_record(&self, bidder: &Bidder, stage: &StageId, record: u64) -> Command {
        let body = OpeningConfirmed {
            bid: bidder.bid.clone(),
            record,
            stage: stage.clone(),
            tender: tender(),
        };
        Command::ConfirmRecord(self.say(bidder.actor(), body))
    }

    /// Bidders ranked in the order given.
    pub(crate) fn concluded(&self, bidders: &[&Bidder]) -> Concluded {
        let ranked = |(place, bidder): (usize, &&Bidder)| Ranked {
            bid: bidder.bid.clone(),
            code: id(&format!("X{place}")),
            evaluated: bidder.price().minor,
            panel_e4: 0,
            price_e4: 0,
            rank: u32::try_from(place).unwrap() + 1,
            total_e4: 0,
        };
        let ranking: Vec<_> = bidders.iter().enumerate().map(ranked).collect();
        let lot = |lot| LotResult {
            counted: None,
            benchmark_e4: None,
            lot,
            ranking: ranking.clone(),
            rejected: Vec::new(),
        };
        let lots = self.lots().into_iter().map(lot).collect();
        Concluded {
            seq: 500,
            body: EvaluationConcluded {
                lots,
                tender: tender(),
            },
            report: Some(501),
        }
    }

    pub(crate) fn candidates(&self, bidders: &[&Bidder]) -> CandidatesPublicised {
        let candidate = |(place, bidder): (usize, &&Bidder)| Candidate {
            account: bidder.account.clone(),
            bid: bidder.bid.clone(),
            lot: id("L1"),
            price: bidder.price(),
            rank: u32::try_from(place).unwrap() + 1,
        };
        CandidatesPublicised {
            candidates: bidders.iter().enumerate().map(candidate).collect(),
            evaluation: 500,
            tender: tender(),
            until: self.at.plus(3 * DAY),
        }
    }

    pub(crate) fn publicise(&self, body: CandidatesPublicised, concluded: Concluded) -> Command {
        Command::Publicise {
            said: self.say(buyer(), body),
            concluded: Some(concluded),
        }
    }

    pub(crate) fn object_to_candidates(&self, bidder: &Bidder, name: &str) -> Command {
        let body = CandidatesObjected {
            objection: id(name),
            tender: tender(),
            text: "业绩不实".to_owned(),
        };
        Command::ObjectCandidates(self.say(bidder.person(), body))
    }

    pub(crate) fn reply_on_candidates(&self, name: &str) -> Command {
        let body = CandidatesReplied {
            objection: id(name),
            tender: tender(),
            text: "经核实属实".to_owned(),
        };
        Command::ReplyCandidates(self.say(buyer(), body))
    }

    pub(crate) fn award(&self, body: AwardMade) -> Command {
        Command::Award(self.say(buyer(), body))
    }

    pub(crate) fn terminate(&self) -> Command {
        let body = TenderTerminated {
            reason: "项目资金未落实".to_owned(),
            tender: tender(),
        };
        Command::Terminate(self.say(buyer(), body))
    }
}

pub(crate) fn award_to(bidder: &Bidder, deviation: Option<&str>) -> AwardMade {
    let award = Award {
        account: bidder.account.clone(),
        bid: bidder.bid.clone(),
        deviation: deviation.map(str::to_owned),
        lot: id("L1"),
        price: bidder.price(),
    };
    AwardMade {
        awards: vec![award],
        tender: tender(),
    }
}
