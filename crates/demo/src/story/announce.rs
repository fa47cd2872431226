//! The notice, a question, an addendum.

use super::{Play, text};
use crate::cast::told;
use crate::tell;
use cli::commands::tender::{rules_in_force, upload_document};
use cli::machine::{Global, Lang, Machine};
use cli::{Failure, Zone};
use facts::body::tender::{
    KeyAssigned, Lot, Method, OpeningRules, Part, PartRole, QuestionAnswered, QuestionAsked, ScoreItem,
    Stage, TenderAmended, TenderNoticed,
};
use facts::id::{ItemId, LotId, PartId, QuestionId};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Canonical, Currency, Hex, Instant, Money};
use ledger::message::rules_of_addendum;

impl Play<'_> {
    pub(super) fn machine(&self) -> Machine {
        Machine::new(Global {
            server: String::new(),
            home: Some(self.buyer.home.clone()),
            policy: None,
            json: true,
            lang: Lang::En,
            passphrase: cli::keyring::PassphraseSource::default(),
        })
    }

    pub(super) fn announce(&mut self) -> Result<Instant, String> {
        tell::section(
            "notice 招标公告: documents, rules, method and deadline, all hashed into every bid's label",
        );
        let file = self.setting.dir.join("招标文件.txt");
        std::fs::write(&file, "某县老城区道路改造工程施工招标文件\n".repeat(400)).map_err(text)?;
        self.buyer.sign_in(Zone::Procurement)?;
        let machine = self.machine();
        let document = upload_document(&machine, &mut self.buyer.session, &file).map_err(told)?;
        let history = self.buyer.session.tender(&self.tender).map_err(told)?;
        let assigned = history
            .records
            .iter()
            .find(|r| r.kind == "key.assigned")
            .ok_or("no key is assigned")?;
        let assigned: KeyAssigned = serde_json::from_value(assigned.body.clone()).map_err(text)?;
        let now = self.setting.now();
        let mut notice = self.notice(now, assigned.key_id)?;
        notice.documents = vec![document];
        let stream = self.stream();
        let mut hasty = notice.clone();
        hasty.closes_at = now.plus(12 * DAY);
        match self.buyer.session.act(&self.buyer.key, stream.clone(), &hasty) {
            Err(Failure::Refused { code, sentence, .. }) => {
                tell::refused(&format!(
                    "a deadline after 12 days is refused ({code}): {sentence}"
                ));
            }
            Err(failure) => return Err(told(failure)),
            Ok(_) => return Err("a deadline after 12 days was accepted".to_owned()),
        }
        self.buyer
            .session
            .act(&self.buyer.key, stream.clone(), &notice)
            .map_err(told)?;
        tell::done(&format!(
            "published; deadline and opening at {}",
            notice.closes_at
        ));
        self.clarify(&notice)
    }

    pub(super) fn notice(&self, now: Instant, key_id: Hex<32>) -> Result<TenderNoticed, String> {
        let cny = |yuan: i64| Money::new(Currency::CNY, yuan.saturating_mul(100));
        let item = |name: &str, title: &str, points: i64| -> Result<ScoreItem, String> {
            let max = points.saturating_mul(100);
            Ok(ScoreItem {
                item: ItemId::parse(name).map_err(text)?,
                max,
                title: title.to_owned(),
            })
        };
        let part = |name: &str, role, max_bytes| -> Result<Part, String> {
            Ok(Part {
                max_bytes,
                part: PartId::parse(name).map_err(text)?,
                role,
            })
        };
        Ok(TenderNoticed {
            closes_at: now.plus(26 * DAY),
            documents: Vec::new(),
            documents_from: now.plus(HOUR),
            documents_until: now.plus(7 * DAY),
            lots: vec![Lot {
                ceiling: Some(cny(10_000_000)),
                deposit: Some(cny(190_000)),
                estimate: cny(9_800_000),
                floor: None,
                lot: LotId::parse("1").map_err(text)?,
                title: "道路、排水及照明".to_owned(),
            }],
            method: Method::Composite {
                above: 200,
                below: 100,
                drop_high: 1,
                drop_low: 1,
                float_bp: 0,
                items: vec![
                    item("construction", "施工组织设计", 25)?,
                    item("quality", "质量与安全措施", 15)?,
                ],
                panel: 5,
                price_points: 6_000,
            },
            min_bidders: 3,
            opening: OpeningRules {
                bidder_lock: true,
                objection_ms: HOUR,
                remedy: "投标人原因未解密的视为撤销投标文件;其他原因的视为撤回(20号令31)。".to_owned(),
                share_ms: 2 * HOUR,
                unlock_ms: 30 * MINUTE,
            },
            procedure: None,
            publicity_days: 3,
            region: "341125".to_owned(),
            stages: vec![Stage {
                invited: false,
                key_id,
                parts: vec![
                    part("letter", PartRole::Letter, 64 * 1024)?,
                    part("technical", PartRole::Panel, 512 * 1024 * 1024)?,
                ],
                stage: self.stage.clone(),
            }],
            tender: self.tender.clone(),
            title: "某县老城区道路改造工程施工".to_owned(),
            trade: "A03".to_owned(),
            validity_days: 90,
        })
    }

    pub(super) fn clarify(&mut self, notice: &TenderNoticed) -> Result<Instant, String> {
        self.pass_to(notice.documents_from.plus(DAY))?;
        let stream = self.stream();
        let question = QuestionId::parse("question-1").map_err(text)?;
        let asked = "路缘石的石材等级以哪份图纸为准?".to_owned();
        let body = QuestionAsked {
            question: question.clone(),
            tender: self.tender.clone(),
            text: asked.clone(),
        };
        let bidder = self.bidders.first_mut().ok_or("no bidder")?;
        bidder
            .session
            .act(&bidder.key, stream.clone(), &body)
            .map_err(told)?;
        self.buyer.sign_in(Zone::Procurement)?;
        let path = format!("/api/tenders/{}/questions", self.tender);
        let shown: serde_json::Value = self.buyer.session.procurement.get(&path).map_err(told)?;
        if !shown.to_string().contains(&asked) || shown.to_string().contains("bidder-01") {
            return Err("the buyer cannot read the question, or sees whose it is".to_owned());
        }
        let answer = "以施工图 S-07 为准。".to_owned();
        let body = QuestionAnswered {
            answer,
            question,
            tender: self.tender.clone(),
            text: asked,
        };
        self.buyer
            .session
            .act(&self.buyer.key, stream.clone(), &body)
            .map_err(told)?;
        tell::done("a question was asked without showing whose, and answered to all");
        let (rules, closes_at) = rules_in_force(&mut self.buyer.session, &self.tender).map_err(told)?;
        let mut body = TenderAmended {
            closes_at: closes_at.plus(DAY),
            documents: Vec::new(),
            number: 1,
            rules,
            substantive: true,
            tender: self.tender.clone(),
            text: "排水管径由 DN600 改为 DN800;投标截止时间顺延一日。".to_owned(),
        };
        let canonical = Canonical::of(&body).map_err(text)?;
        body.rules = Hex(rules_of_addendum(&rules.0, &canonical));
        self.buyer
            .session
            .act(&self.buyer.key, stream, &body)
            .map_err(told)?;
        tell::done(&format!(
            "addendum 1 changes the rules hash; deadline now {}",
            body.closes_at
        ));
        Ok(body.closes_at)
    }
}
