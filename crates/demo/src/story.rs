//! One works tender (公开招标, 资格后审) from the registration to the award.

use crate::bidding::{self, Bid, Offer};
use crate::cast::{Custodian, Person, hold_ceremonies, told};
use crate::platform::Platform;
use crate::setting::Setting;
use crate::{evaluating, opening, tell, verdict};
use cli::commands::ceremony::call_body;
use cli::commands::tender::{candidates, publicity_end, rules_in_force, upload_document};
use cli::machine::{Global, Lang, Machine};
use cli::{Failure, Zone};
use facts::body::award::{Award, AwardMade};
use facts::body::bid::{BidSubmitted, BidWithdrawn};
use facts::body::ceremony::Purpose;
use facts::body::opening::{OpeningObjected, OpeningRecorded, OpeningReplied};
use facts::body::supervision::{OrderResumed, OrderSuspended};
use facts::body::tender::{
    KeyAssigned, Lot, Method, OpeningRules, Part, PartRole, QuestionAnswered, QuestionAsked, Regime, ScoreItem,
    Stage, TenderAmended, TenderNoticed, TenderRegistered,
};
use facts::id::{ItemId, LotId, ObjectionId, OrderId, PartId, QuestionId, StageId};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Canonical, CeremonyId, Currency, Hex, Instant, Money, Role, Stream, TenderId};
use ledger::message::rules_of_addendum;
use std::collections::BTreeMap;

/// Bidder who replaces the bid.
const REPLACES: usize = 3;
/// Bidder who withdraws.
const WITHDRAWS: usize = 7;
/// Bidder who does not unlock.
const FORGETS: usize = 9;
/// Bidder who comes late.
const LATE: usize = 11;
/// Bidder whose first bid is malformed.
const MALFORMED: usize = 12;

struct Play<'a> {
    setting: &'a Setting,
    tender: TenderId,
    stage: StageId,
    registry: Person,
    buyer: Person,
    supervisor: Person,
    custodians: Vec<Custodian>,
    bidders: Vec<Person>,
    experts: Vec<Person>,
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

/// Tells the whole story; whether the verdict is clean.
pub(crate) fn tell(setting: &Setting, platform: &Platform, python: bool) -> Result<bool, String> {
    let mut play = Play::cast(setting, &platform.addresses.procurement)?;
    play.enrol()?;
    play.make_key()?;
    let closes_at = play.announce()?;
    let bids = play.bid(closes_at)?;
    play.open(bids, closes_at)?;
    play.decide()?;
    play.verify(python)
}

impl<'a> Play<'a> {
    fn cast(setting: &'a Setting, server: &str) -> Result<Self, String> {
        let example = |name: &str| Person::with_example_key(setting, server, name, name);
        Ok(Self {
            setting,
            tender: TenderId::parse("T2026-001").map_err(text)?,
            stage: StageId::parse("open").map_err(text)?,
            registry: Person::with_example_key(setting, server, "registry", "registrar")?,
            buyer: example("buyer")?,
            supervisor: example("supervisor")?,
            custodians: (1..=5).map(|n| Custodian::example(setting, server, n)).collect::<Result<_, _>>()?,
            bidders: (1..=12).map(|n| example(&format!("bidder-{n:02}"))).collect::<Result<_, _>>()?,
            experts: (1..=5).map(|n| example(&format!("expert-{n}"))).collect::<Result<_, _>>()?,
        })
    }

    fn stream(&self) -> Stream {
        Stream::Tender(self.tender.clone())
    }

    fn enrol(&mut self) -> Result<(), String> {
        tell::section("enrolment 注册: a registrar enrols everybody, each with proof of possession");
        let registry = &mut self.registry;
        registry.enrol(&self.buyer, "某县城市建设局", Role::Buyer, None)?;
        registry.enrol(&self.supervisor, "某县公共资源交易监督管理局", Role::Supervisor, None)?;
        for custodian in &self.custodians {
            let name = custodian.person.account.to_string();
            registry.enrol(&custodian.person, &name, Role::Custodian, Some(&custodian.seed))?;
        }
        for bidder in &self.bidders {
            registry.enrol(bidder, bidder.account.as_str(), Role::Bidder, None)?;
        }
        for expert in &self.experts {
            registry.enrol(expert, expert.account.as_str(), Role::Expert, None)?;
        }
        tell::done("1 buyer, 5 custodians, 12 bidders, 5 experts, 1 supervisor; names stay out of the public log");
        Ok(())
    }

    fn make_key(&mut self) -> Result<(), String> {
        tell::section("key ceremony 密钥仪式: five custodians make a key that nobody holds; three can open");
        let body = TenderRegistered {
            agent: None,
            buyer: self.buyer.account.clone(),
            regime: Regime::Works,
            tender: self.tender.clone(),
            title: "某县老城区道路改造工程施工".to_owned(),
        };
        let stream = self.stream();
        self.buyer.session.act(&self.buyer.key, stream.clone(), &body).map_err(told)?;
        let ceremony = CeremonyId::parse("ceremony-001").map_err(text)?;
        let accounts: Vec<_> = self.custodians.iter().map(|c| c.person.account.clone()).collect();
        let purpose = Purpose::Tender { stage: self.stage.clone(), tender: self.tender.clone() };
        let call =
            call_body(&self.buyer.session, ceremony.clone(), &accounts, 3, 1, purpose).map_err(told)?;
        self.buyer.session.act(&self.buyer.key, Stream::Ceremony(ceremony.clone()), &call).map_err(told)?;
        let steps = hold_ceremonies(&mut self.custodians)?;
        let witnessed = self.buyer.session.witnessed(&ceremony).map_err(told)?;
        let key = witnessed.completed().and_then(|c| c.keys.first().cloned()).ok_or("no key was made")?;
        tell::done(&format!("{steps} signed steps; every custodian certified key {}", key.key_id));
        let body = KeyAssigned {
            ceremony,
            key_id: key.key_id,
            slot: 0,
            stage: self.stage.clone(),
            tender: self.tender.clone(),
        };
        self.buyer.session.act(&self.buyer.key, stream, &body).map_err(told)?;
        tell::done("the key serves the one stage of this tender and can never serve another");
        Ok(())
    }

    fn machine(&self) -> Machine {
        Machine::new(Global {
            server: String::new(),
            home: Some(self.buyer.home.clone()),
            policy: None,
            json: true,
            lang: Lang::En,
            passphrase: cli::keyring::PassphraseSource::default(),
        })
    }

    fn announce(&mut self) -> Result<Instant, String> {
        tell::section("notice 招标公告: documents, rules, method and deadline, all hashed into every bid's label");
        let file = self.setting.dir.join("招标文件.txt");
        std::fs::write(&file, "某县老城区道路改造工程施工招标文件\n".repeat(400)).map_err(text)?;
        self.buyer.sign_in(Zone::Procurement)?;
        let machine = self.machine();
        let document = upload_document(&machine, &mut self.buyer.session, &file).map_err(told)?;
        let history = self.buyer.session.tender(&self.tender).map_err(told)?;
        let assigned = history.records.iter().find(|r| r.kind == "key.assigned").ok_or("no key is assigned")?;
        let assigned: KeyAssigned = serde_json::from_value(assigned.body.clone()).map_err(text)?;
        let now = self.setting.now();
        let mut notice = self.notice(now, assigned.key_id)?;
        notice.documents = vec![document];
        let stream = self.stream();
        let mut hasty = notice.clone();
        hasty.closes_at = now.plus(12 * DAY);
        match self.buyer.session.act(&self.buyer.key, stream.clone(), &hasty) {
            Err(Failure::Refused { code, sentence, .. }) => {
                tell::refused(&format!("a deadline after 12 days is refused ({code}): {sentence}"));
            }
            Err(failure) => return Err(told(failure)),
            Ok(_) => return Err("a deadline after 12 days was accepted".to_owned()),
        }
        self.buyer.session.act(&self.buyer.key, stream.clone(), &notice).map_err(told)?;
        tell::done(&format!("published; deadline and opening at {}", notice.closes_at));
        self.clarify(&notice)
    }

    fn notice(&self, now: Instant, key_id: Hex<32>) -> Result<TenderNoticed, String> {
        let cny = |yuan: i64| Money::new(Currency::CNY, yuan.saturating_mul(100));
        let item = |name: &str, title: &str, points: i64| -> Result<ScoreItem, String> {
            let max = points.saturating_mul(100);
            Ok(ScoreItem { item: ItemId::parse(name).map_err(text)?, max, title: title.to_owned() })
        };
        let part = |name: &str, role, max_bytes| -> Result<Part, String> {
            Ok(Part { max_bytes, part: PartId::parse(name).map_err(text)?, role })
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
            publicity_days: 3,
            region: "341125".to_owned(),
            stages: vec![Stage {
                key_id,
                parts: vec![
                    part("letter", PartRole::Letter, 1024 * 1024)?,
                    part("technical", PartRole::Panel, 64 * 1024 * 1024)?,
                ],
                stage: self.stage.clone(),
            }],
            tender: self.tender.clone(),
            title: "某县老城区道路改造工程施工".to_owned(),
            trade: "A03".to_owned(),
            validity_days: 90,
        })
    }

    fn clarify(&mut self, notice: &TenderNoticed) -> Result<Instant, String> {
        self.setting.advance_to(notice.documents_from.plus(DAY))?;
        let stream = self.stream();
        let question = QuestionId::parse("question-1").map_err(text)?;
        let asked = "路缘石的石材等级以哪份图纸为准?".to_owned();
        let body = QuestionAsked { question: question.clone(), tender: self.tender.clone(), text: asked.clone() };
        let bidder = self.bidders.first_mut().ok_or("no bidder")?;
        bidder.session.act(&bidder.key, stream.clone(), &body).map_err(told)?;
        let answer = "以施工图 S-07 为准。".to_owned();
        let body = QuestionAnswered { answer, question, tender: self.tender.clone(), text: asked };
        self.buyer.session.act(&self.buyer.key, stream.clone(), &body).map_err(told)?;
        tell::done("a question was asked without showing whose, and answered to all");
        let (rules, closes_at) = rules_in_force(&self.buyer.session, &self.tender).map_err(told)?;
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
        self.buyer.session.act(&self.buyer.key, stream, &body).map_err(told)?;
        tell::done(&format!("addendum 1 changes the rules hash; deadline now {}", body.closes_at));
        Ok(body.closes_at)
    }

    fn offer(number: usize, factor: i64) -> Offer {
        let step = i64::try_from(number).unwrap_or(0);
        let yuan = 9_400_000_i64.saturating_add(step.saturating_mul(41_500)).saturating_sub(factor);
        Offer {
            name: format!("第{number}建筑工程有限公司"),
            price: Money::new(Currency::CNY, yuan.saturating_mul(100)),
            period_days: 180,
            project_lead: format!("项目经理{number}"),
            deviations: BTreeMap::new(),
            technical: 3_000_000_usize.saturating_add(number.saturating_mul(170_000)),
        }
    }

    fn bid(&mut self, closes_at: Instant) -> Result<BTreeMap<usize, Bid>, String> {
        tell::section("bids 投标: sealed on the bidders' own machines, two parts each; only ciphertext is sent");
        self.setting.advance_to(closes_at.plus(-8 * DAY))?;
        let mut bids = BTreeMap::new();
        let mut receipts = 0_usize;
        for number in 1..=12_usize {
            let bidder = self.bidders.get_mut(number.saturating_sub(1)).ok_or("no such bidder")?;
            let terms = bidding::terms(bidder, &self.tender)?;
            let mut bid = bidding::enter_tender(bidder, &self.tender)?;
            bidding::seal_offer(bidder, &mut bid, &terms, &Self::offer(number, 0))?;
            if number == MALFORMED {
                malformed(bidder, &mut bid)?;
                bidding::seal_offer(bidder, &mut bid, &terms, &Self::offer(number, 0))?;
            }
            if number != LATE {
                bidding::submit(bidder, &mut bid).map_err(told)?;
                receipts = receipts.saturating_add(1);
            }
            if number == REPLACES {
                bidding::seal_offer(bidder, &mut bid, &terms, &Self::offer(number, 35_000))?;
                bidding::submit(bidder, &mut bid).map_err(told)?;
                receipts = receipts.saturating_add(1);
                tell::done("bidder-03 replaced its bid; the earlier one will never be opened");
            }
            if number == WITHDRAWS {
                let body = BidWithdrawn { bid: bid.folder.bid.clone(), tender: self.tender.clone() };
                bidder.session.act(&bid.key, Stream::Tender(self.tender.clone()), &body).map_err(told)?;
                tell::done("bidder-07 withdrew its bid (撤回)");
            }
            bids.insert(number, bid);
        }
        tell::done(&format!("{receipts} submissions, each with a verified receipt in the bidder's own folder"));
        self.prove_readiness(closes_at)?;
        self.look_as_public()?;
        Ok(bids)
    }

    fn prove_readiness(&mut self, closes_at: Instant) -> Result<(), String> {
        for before in [7 * DAY, DAY, HOUR] {
            self.setting.advance_to(closes_at.plus(-before))?;
            let date: String = self.setting.now().to_string().chars().take(10).collect();
            for custodian in &mut self.custodians {
                custodian.agent().readiness(&date).map_err(told)?;
            }
        }
        tell::done("custodians proved that their shares are alive, seven days, one day and one hour before");
        Ok(())
    }

    /// The public history must not tell who or how many.
    fn look_as_public(&self) -> Result<(), String> {
        let history = self.supervisor.session.tender(&self.tender).map_err(told)?;
        let told_of = history.records.iter().filter(|r| r.kind.starts_with("bid.")).count();
        if told_of > 0 {
            return Err(format!("{told_of} facts of bids are public before the opening"));
        }
        tell::done("the public history shows no bidder, no bid and no number of bids");
        Ok(())
    }

    fn open(&mut self, mut bids: BTreeMap<usize, Bid>, closes_at: Instant) -> Result<(), String> {
        tell::section("opening 开标: at the deadline, by the custodians, all or nothing");
        self.custodian_refuses_early()?;
        self.setting.advance_to(closes_at.plus(1_000))?;
        let bidder = self.bidders.get_mut(LATE.saturating_sub(1)).ok_or("no such bidder")?;
        let bid = bids.get_mut(&LATE).ok_or("no such bid")?;
        match bidding::submit(bidder, bid) {
            Err(Failure::Refused { code, sentence, statement }) => {
                tell::refused(&format!("bidder-11 came one second late ({code}): {sentence}"));
                let signed = statement.ok_or("the refusal is not signed")?;
                let key = ledger::VerifierKey::parse(&bidder.session.platform.refusal_key).map_err(text)?;
                ledger::RefusalNote::open(&signed, bidder.session.origin(), &key).map_err(text)?;
                tell::note("the refusal itself is signed by the platform, and the signature holds");
            }
            Err(failure) => return Err(told(failure)),
            Ok(_) => return Err("a late bid was accepted".to_owned()),
        }
        opening::wait_for(&self.supervisor.session, &self.tender, &["listed"])?;
        self.unlock(&bids)?;
        self.share()?;
        self.read_out()?;
        self.object_and_confirm(&bids)
    }

    fn custodian_refuses_early(&mut self) -> Result<(), String> {
        let custodian = self.custodians.first_mut().ok_or("no custodian")?;
        match custodian.agent().asked_for(&self.tender, &self.stage) {
            Err(failure) => {
                tell::refused(&format!("an hour before, custodian-1's software gives nothing: {failure}"));
                Ok(())
            }
            Ok(_) => Err("a custodian's software answered before the deadline".to_owned()),
        }
    }

    fn unlock(&mut self, bids: &BTreeMap<usize, Bid>) -> Result<(), String> {
        for (number, bid) in bids {
            if [WITHDRAWS, FORGETS, LATE].contains(number) {
                continue;
            }
            let bidder = self.bidders.get_mut(number.saturating_sub(1)).ok_or("no such bidder")?;
            cli::commands::opening::unlock(&mut bidder.session, &bid.folder, &self.stage, &bid.key)
                .map_err(told)?;
        }
        tell::done("bidders unlocked (投标人解密) before any share exists; bidder-09 let the window pass");
        self.setting.advance_to(self.setting.now().plus(31 * MINUTE))?;
        opening::wait_for(&self.supervisor.session, &self.tender, &["sharing"])?;
        Ok(())
    }

    fn share(&mut self) -> Result<(), String> {
        for number in [4, 0, 1] {
            let custodian = self.custodians.get_mut(number).ok_or("no such custodian")?;
            if number == 4 {
                opening::give_wrong(custodian, &self.tender, &self.stage)?;
                tell::refused("custodian-5 sent a wrong share");
            } else {
                let envelopes = opening::give(custodian, &self.tender, &self.stage)?;
                tell::done(&format!(
                    "{} checked closing, list, headers, signatures and locks of {envelopes} envelopes, and gave its share",
                    custodian.person.account
                ));
            }
        }
        let two = opening::phase(&self.supervisor.session, &self.tender)?;
        if two != "sharing" {
            return Err(format!("two good shares led to phase {two}"));
        }
        tell::note("two good shares open nothing");
        let custodian = self.custodians.get_mut(2).ok_or("no such custodian")?;
        opening::give(custodian, &self.tender, &self.stage)?;
        opening::wait_for(&self.supervisor.session, &self.tender, &["recorded"])?;
        tell::done("the third good share opened all; custodian-4 was absent");
        Ok(())
    }

    fn record(&self) -> Result<(u64, OpeningRecorded), String> {
        let recorded =
            cli::commands::tender::last::<OpeningRecorded>(&self.supervisor.session, &self.tender).map_err(told)?;
        recorded.ok_or_else(|| "there is no opening record".to_owned())
    }

    fn read_out(&self) -> Result<(), String> {
        let (seq, record) = self.record()?;
        tell::done(&format!("opening record 开标记录, entry {seq}: all names and prices in one fact"));
        for bid in &record.bids {
            let letter = bid.parts.iter().find_map(|part| part.letter.as_ref());
            let unopened = bid.parts.iter().find_map(|part| part.unopened.as_ref());
            match (letter, unopened) {
                (Some(letter), _) => {
                    let price = letter.price.map(|p| p.to_string()).unwrap_or_default();
                    tell::note(&format!("{:<24} {price:>18}  {} 天", letter.name, letter.period_days));
                }
                (None, Some(unopened)) => {
                    let whose = if unopened.cause.is_bidders() { "视为撤销" } else { "视为撤回" };
                    tell::note(&format!("{:<24} not opened: {:?}, {whose}", bid.account.to_string(), unopened.cause));
                }
                (None, None) => {}
            }
        }
        Ok(())
    }

    fn object_and_confirm(&mut self, bids: &BTreeMap<usize, Bid>) -> Result<(), String> {
        let stream = self.stream();
        let objection = ObjectionId::parse("objection-1").map_err(text)?;
        let bid = bids.get(&2).ok_or("no such bid")?;
        let bidder = self.bidders.get_mut(1).ok_or("no such bidder")?;
        let body = OpeningObjected {
            bid: bid.folder.bid.clone(),
            objection: objection.clone(),
            stage: self.stage.clone(),
            tender: self.tender.clone(),
            text: "请核对第九家投标人未解密的原因。".to_owned(),
        };
        bidder.session.act(&bid.key, stream.clone(), &body).map_err(told)?;
        let body = OpeningReplied {
            objection,
            tender: self.tender.clone(),
            text: "解密窗口内未收到其解密数据,见日志。".to_owned(),
        };
        self.buyer.session.act(&self.buyer.key, stream, &body).map_err(told)?;
        tell::done("an objection on the spot (条例44) was answered on the spot");
        let mut confirmed = 0_usize;
        for number in [1, 2, 3, 4, 5] {
            let bid = bids.get(&number).ok_or("no such bid")?;
            let bidder = self.bidders.get_mut(number.saturating_sub(1)).ok_or("no such bidder")?;
            cli::commands::opening::confirm(&mut bidder.session, &bid.folder, &self.stage, &bid.key)
                .map_err(told)?;
            confirmed = confirmed.saturating_add(1);
        }
        tell::done(&format!("{confirmed} bidders signed the record"));
        self.setting.advance_to(self.setting.now().plus(61 * MINUTE))?;
        opening::wait_for(&self.supervisor.session, &self.tender, &["opened"])?;
        Ok(())
    }

    fn decide(&mut self) -> Result<(), String> {
        tell::section("evaluation 评标: anonymous dossiers, scores committed before any is revealed");
        let concluded = evaluating::evaluate(&mut self.buyer, &mut self.experts, &self.tender)?;
        for lot in &concluded.lots {
            for ranked in lot.ranking.iter().take(4) {
                tell::note(&format!(
                    "{}. {}  price {:.2}  panel {:.2}  total {:.2}",
                    ranked.rank,
                    ranked.code,
                    hundredths(ranked.price_e4),
                    hundredths(ranked.panel_e4),
                    hundredths(ranked.total_e4),
                ));
            }
        }
        tell::section("publicity and award 公示、定标");
        let until = publicity_end(self.setting.now(), 3);
        let body = candidates(&self.buyer.session, &self.tender, until).map_err(told)?;
        let stream = self.stream();
        self.buyer.session.act(&self.buyer.key, stream.clone(), &body).map_err(told)?;
        tell::done(&format!("candidates are public until {until}"));
        let first = body.candidates.first().cloned().ok_or("no candidate")?;
        let award = AwardMade {
            awards: vec![Award {
                account: first.account,
                bid: first.bid,
                deviation: None,
                lot: first.lot,
                price: first.price,
            }],
            tender: self.tender.clone(),
        };
        self.suspend_and_resume(&award)?;
        self.setting.advance_to(until.plus(HOUR))?;
        self.buyer.session.act(&self.buyer.key, stream, &award).map_err(told)?;
        opening::wait_for(&self.supervisor.session, &self.tender, &["awarded"])?;
        tell::done(&format!("awarded to {} at {}", award_name(&award), award_price(&award)));
        Ok(())
    }

    fn suspend_and_resume(&mut self, award: &AwardMade) -> Result<(), String> {
        let order = OrderId::parse("order-1").map_err(text)?;
        let stream = Stream::Supervision(self.tender.clone());
        let body = OrderSuspended {
            basis: "招标投标法实施条例61".to_owned(),
            order: order.clone(),
            reason: "核查一项投诉线索".to_owned(),
            tender: self.tender.clone(),
        };
        let supervisor = &mut self.supervisor;
        supervisor.session.act(&supervisor.key, stream.clone(), &body).map_err(told)?;
        for _ in 0..200 {
            let history = supervisor.session.tender(&self.tender).map_err(told)?;
            if history.state.get("suspended").and_then(serde_json::Value::as_bool) == Some(true) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        match self.buyer.session.act(&self.buyer.key, Stream::Tender(self.tender.clone()), award) {
            Err(Failure::Refused { code, sentence, .. }) => {
                tell::refused(&format!("the supervisor suspended; the award is refused ({code}): {sentence}"));
            }
            Err(failure) => return Err(told(failure)),
            Ok(_) => return Err("an award during a suspension was accepted".to_owned()),
        }
        let body = OrderResumed { order, reason: "线索不成立".to_owned(), tender: self.tender.clone() };
        supervisor.session.act(&supervisor.key, stream, &body).map_err(told)?;
        tell::done("the supervisor let the tender go on; the publicity is longer by the time lost");
        Ok(())
    }

    fn verify(&mut self, python: bool) -> Result<bool, String> {
        tell::section("verification 验证: a stranger checks everything offline, from the dossier alone");
        // What is disclosed with the award lands a moment after it.
        std::thread::sleep(std::time::Duration::from_millis(500));
        let dossier = verdict::dossier(self.setting, &self.buyer, &self.tender)?;
        let policy = verdict::policy(self.setting, &self.buyer)?;
        tell::note(&format!("kaibiao-verify {} --policy {}", dossier.display(), policy.display()));
        let mut clean = verdict::verify(self.setting, &dossier, &policy)?;
        if python {
            tell::section("the same by the Python verifier, written from docs/record-format.md alone");
            clean &= verdict::verify_in_python(&dossier, &policy)?;
        }
        Ok(clean)
    }
}

#[expect(clippy::cast_precision_loss, reason = "for showing only")]
fn hundredths(e4: i64) -> f64 {
    e4 as f64 / 10_000.0
}

fn award_name(award: &AwardMade) -> String {
    award.awards.first().map(|a| a.account.to_string()).unwrap_or_default()
}

fn award_price(award: &AwardMade) -> String {
    award.awards.first().map(|a| a.price.to_string()).unwrap_or_default()
}

/// A bid whose envelope was damaged on the way: refused at once, with the reason, while it can be mended.
fn malformed(bidder: &mut Person, bid: &mut Bid) -> Result<(), String> {
    bidder.sign_in(Zone::Procurement)?;
    for part in &bid.folder.sealed {
        let file = bid.folder.body_path(&bid.path, part);
        bidder.session.procurement.upload(&file, "body", &mut |_| {}).map_err(told)?;
    }
    let mut envelopes: Vec<_> = bid.folder.sealed.iter().map(|part| part.envelope.clone()).collect();
    if let Some(byte) = envelopes.first_mut().and_then(|envelope| envelope.header.0.get_mut(70)) {
        *byte ^= 1;
    }
    let body = BidSubmitted {
        bid: bid.folder.bid.clone(),
        envelopes,
        revision: 1,
        rules: bid.folder.rules.ok_or("nothing is sealed")?,
        tender: bid.folder.tender.clone(),
    };
    match bidder.session.act(&bid.key, Stream::Tender(bid.folder.tender.clone()), &body) {
        Err(Failure::Refused { code, sentence, .. }) => {
            tell::refused(&format!("bidder-12's envelope is malformed ({code}): {sentence}"));
            tell::note("found without any secret, while the bidder can still mend it (20号令26)");
            Ok(())
        }
        Err(failure) => Err(told(failure)),
        Ok(_) => Err("a malformed envelope was accepted".to_owned()),
    }
}
