//! The buyer's texts: registration, key assignment, notice, addenda.

use super::{World, buyer, ceremony, id, lowest, tender};
use facts::body::tender::{
    Document, KeyAssigned, Lot, OpeningRules, Part, PartRole, Stage, TenderAmended, TenderNoticed,
    TenderRegistered,
};
use facts::id::StageId;
use facts::time::DAY;
use facts::{Canonical, Currency, Hex, Instant, Money};
use kaibiao_procure::limits::LETTER;
use kaibiao_procure::{Command, formats};

pub(crate) fn yuan(amount: i64) -> Money {
    Money::new(Currency::CNY, amount * 100)
}

impl World {
    pub(crate) fn registration(&self) -> TenderRegistered {
        TenderRegistered {
            agent: None,
            buyer: id("buyer"),
            regime: self.layout.regime,
            tender: tender(),
            title: "东大街改造工程".to_owned(),
        }
    }

    pub(crate) fn assignment(&self, stage: &StageId) -> KeyAssigned {
        let card = &self.keys[stage].card;
        KeyAssigned {
            ceremony: ceremony(),
            key_id: card.key.key_id,
            slot: card.slot,
            stage: stage.clone(),
            tender: tender(),
        }
    }

    pub(crate) fn assign(&self, stage: &StageId) -> Command {
        let said = self.say(buyer(), self.assignment(stage));
        Command::AssignKey {
            said,
            card: Some(self.keys[stage].card.clone()),
        }
    }

    pub(crate) fn notice_body(&self) -> TenderNoticed {
        let lot = |lot: &&str| Lot {
            ceiling: Some(yuan(10_000_000)),
            deposit: Some(yuan(200_000)),
            estimate: yuan(10_000_000),
            floor: None,
            lot: id(lot),
            title: format!("Lot {lot}"),
        };
        let role = |part: &str| match part {
            part if part.starts_with("letter") => PartRole::Letter,
            part if part.starts_with("public") => PartRole::Public,
            _ => PartRole::Panel,
        };
        let stage = |(stage, parts): &(&str, Vec<&str>)| Stage {
            invited: stage.starts_with("final"),
            key_id: self.keys[&id::<StageId>(stage)].card.key.key_id,
            parts: parts
                .iter()
                .map(|part| Part {
                    max_bytes: if role(part) == PartRole::Letter {
                        LETTER
                    } else {
                        1_000_000
                    },
                    part: id(part),
                    role: role(part),
                })
                .collect(),
            stage: id(stage),
        };
        TenderNoticed {
            closes_at: self.at.plus(super::TENDERING),
            documents: vec![Document {
                bytes: 3,
                name: "招标文件.pdf".to_owned(),
                sha256: Hex([9; 32]),
            }],
            documents_from: self.at,
            documents_until: self.at.plus(5 * DAY),
            lots: self.layout.lots.iter().map(lot).collect(),
            method: lowest(),
            min_bidders: self.layout.min_bidders,
            opening: OpeningRules {
                bidder_lock: self.layout.lock,
                objection_ms: super::OBJECTION,
                remedy: "20号令31".to_owned(),
                share_ms: super::SHARE,
                unlock_ms: super::UNLOCK,
            },
            procedure: None,
            publicity_days: 3,
            region: "440300".to_owned(),
            stages: self.layout.stages.iter().map(stage).collect(),
            tender: tender(),
            title: "东大街改造工程施工".to_owned(),
            trade: "A01".to_owned(),
            validity_days: 90,
        }
    }

    /// The notice with something changed, as a command.
    pub(crate) fn notice(&self, change: impl FnOnce(&mut TenderNoticed)) -> Command {
        let mut body = self.notice_body();
        change(&mut body);
        Command::Notice(self.say(buyer(), body))
    }

    /// The next addendum with the right hash.
    pub(crate) fn amendment(&self, substantive: bool, closes_at: Instant) -> TenderAmended {
        let mut body = TenderAmended {
            closes_at,
            documents: Vec::new(),
            number: u32::try_from(self.state.versions.len()).unwrap(),
            rules: Hex([0; 32]),
            substantive,
            tender: tender(),
            text: "第一号修改".to_owned(),
        };
        let before = self.state.rules().unwrap().rules;
        body.rules = formats::rules_of_addendum(&before, &Canonical::of(&body).unwrap());
        body
    }

    pub(crate) fn amend(&self, substantive: bool, closes_at: Instant) -> Command {
        Command::Amend(self.say(buyer(), self.amendment(substantive, closes_at)))
    }
}
