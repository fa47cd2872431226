//! One works tender (公开招标, 资格后审) from the registration to the return of the deposits.

mod announce;
mod bids;
mod decide;
mod fulfil;
mod hall;

use crate::cast::{Custodian, Person, hold_ceremonies, told};
use crate::platform::Platform;
use crate::setting::Setting;
use crate::{Until, opening, tell, verdict};
use cli::Zone;
use cli::commands::ceremony::call_body;
use facts::body::card::RulesAdopted;
use facts::body::ceremony::Purpose;
use facts::body::draw::DRAW_STAGE;
use facts::body::tender::{KeyAssigned, Regime, TenderRegistered};
use facts::id::StageId;
use facts::{CeremonyId, Instant, Role, Stream, TenderId};
use seal::SigningKey;
use std::time::Duration;

/// The tender of the story.
pub(crate) const TENDER: &str = "T2026-001";
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

/// Looks at the head, a quarter of a second apart, after which a log that did not grow has nothing due.
const QUIET: u32 = 6;
/// Looks after which the story goes on in any case.
const QUIET_AT_MOST: u32 = 120;

struct Play<'a> {
    setting: &'a Setting,
    tender: TenderId,
    stage: StageId,
    registry: Person,
    buyer: Person,
    supervisor: Person,
    /// Another supervisor, without whom nothing confidential is read in an emergency.
    colleague: Person,
    custodians: Vec<Custodian>,
    bidders: Vec<Person>,
    experts: Vec<Person>,
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

/// Tells the story, whole or until a point of it; whether the verdict is clean, if there is one.
pub(crate) fn tell(
    setting: &Setting,
    platform: &Platform,
    until: Option<Until>,
    python: bool,
) -> Result<bool, String> {
    let mut play = Play::cast(setting, &platform.addresses.procurement)?;
    play.enrol()?;
    if until == Some(Until::Enrolment) {
        return Ok(true);
    }
    // A story that stops leaves it to whoever goes on from there.
    if until.is_none() {
        play.adopt()?;
    }
    play.make_key()?;
    let closes_at = play.announce()?;
    if until == Some(Until::Bidding) {
        return Ok(true);
    }
    let bids = play.bid(closes_at)?;
    if until == Some(Until::Opening) {
        play.pass_to(closes_at.plus(1_000))?;
        opening::wait_for(&play.supervisor.session, &play.tender, &["listed"])?;
        return Ok(true);
    }
    play.open(bids, closes_at)?;
    if until == Some(Until::Evaluation) {
        return Ok(true);
    }
    play.decide()?;
    if until == Some(Until::Award) {
        return Ok(true);
    }
    play.fulfil()?;
    play.verify(python)
}

impl<'a> Play<'a> {
    /// Lets the clock jump to an instant once the platform has written down what is due by now: weeks pass here between
    /// two breaths, and a card that waits for the next one would come weeks late.
    fn pass_to(&self, at: Instant) -> Result<(), String> {
        let mut before = String::new();
        let mut quiet: u32 = 0;
        for _ in 0..QUIET_AT_MOST {
            let head = self.registry.session.procurement.get_text("/log/checkpoint");
            let head = head.map_err(told)?;
            quiet = if head == before {
                quiet.saturating_add(1)
            } else {
                0
            };
            if quiet == QUIET {
                break;
            }
            before = head;
            std::thread::sleep(Duration::from_millis(250));
        }
        self.setting.advance_to(at)
    }

    fn cast(setting: &'a Setting, server: &str) -> Result<Self, String> {
        let example = |name: &str| Person::with_example_key(setting, server, name, name);
        Ok(Self {
            setting,
            tender: TenderId::parse(TENDER).map_err(text)?,
            stage: StageId::parse("open").map_err(text)?,
            registry: Person::with_example_key(setting, server, "registry", "registrar")?,
            buyer: example("buyer")?,
            supervisor: example("supervisor")?,
            colleague: example("supervisor-2")?,
            custodians: (1..=5)
                .map(|n| Custodian::example(setting, server, n))
                .collect::<Result<_, _>>()?,
            bidders: (1..=12)
                .map(|n| example(&format!("bidder-{n:02}")))
                .collect::<Result<_, _>>()?,
            experts: (1..=9)
                .map(|n| {
                    let name = format!("expert-{n}");
                    if n <= 5 {
                        return example(&name);
                    }
                    let key = SigningKey::from_seed(&cli::entropy::bytes());
                    Person::with_key(setting, server, &name, key)
                })
                .collect::<Result<_, _>>()?,
        })
    }

    fn stream(&self) -> Stream {
        Stream::Tender(self.tender.clone())
    }

    fn enrol(&mut self) -> Result<(), String> {
        tell::section("enrolment 注册: a registrar enrols everybody, each with proof of possession");
        let registry = &mut self.registry;
        registry.enrol(&self.buyer, "某县城市建设局", Role::Buyer, None)?;
        for supervisor in [&self.supervisor, &self.colleague] {
            registry.enrol(supervisor, "某县公共资源交易监督管理局", Role::Supervisor, None)?;
        }
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
        tell::done(
            "1 buyer, 5 custodians, 12 bidders, 9 experts, 2 supervisors; names stay out of the public log",
        );
        Ok(())
    }

    /// From now on the rules find what they find, and every card stands in the log.
    fn adopt(&mut self) -> Result<(), String> {
        tell::section("rules 监察规则: the supervisor adopts the rules; cards follow from the log alone");
        let supervisor = &mut self.supervisor;
        supervisor.sign_in(Zone::Supervision)?;
        let body: RulesAdopted = supervisor
            .session
            .zone(Zone::Supervision)
            .get("/api/rules/adoption")
            .map_err(told)?;
        supervisor
            .session
            .act(&supervisor.key, Stream::Rules, &body)
            .map_err(told)?;
        tell::done(&format!("version {} of {} is in force", body.version, body.name));
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
        self.buyer
            .session
            .act(&self.buyer.key, stream.clone(), &body)
            .map_err(told)?;
        let ceremony = CeremonyId::parse("ceremony-001").map_err(text)?;
        let accounts: Vec<_> = self.custodians.iter().map(|c| c.person.account.clone()).collect();
        let call = call_body(
            &mut self.buyer.session,
            ceremony.clone(),
            &accounts,
            3,
            2,
            Purpose::Stock,
        )
        .map_err(told)?;
        self.buyer
            .session
            .act(&self.buyer.key, Stream::Ceremony(ceremony.clone()), &call)
            .map_err(told)?;
        let steps = hold_ceremonies(&mut self.custodians)?;
        let witnessed = self.buyer.session.witnessed(&ceremony).map_err(told)?;
        let keys = witnessed
            .completed()
            .map(|c| c.keys.clone())
            .ok_or("no key was made")?;
        tell::done(&format!(
            "{steps} signed steps; every custodian certified {} keys",
            keys.len()
        ));
        let stages = [self.stage.clone(), StageId::parse(DRAW_STAGE).map_err(text)?];
        for (slot, (key, stage)) in (0_u16..).zip(keys.into_iter().zip(stages)) {
            let body = KeyAssigned {
                ceremony: ceremony.clone(),
                key_id: key.key_id,
                slot,
                stage,
                tender: self.tender.clone(),
            };
            self.buyer
                .session
                .act(&self.buyer.key, stream.clone(), &body)
                .map_err(told)?;
        }
        tell::done(
            "one key opens the one stage of this tender, the other draws for it; neither can do anything else",
        );
        Ok(())
    }

    fn verify(&mut self, python: bool) -> Result<bool, String> {
        tell::section("verification 验证: a stranger checks everything offline, from the dossier alone");
        // What is disclosed with the award lands a moment after it.
        std::thread::sleep(std::time::Duration::from_millis(500));
        let dossier = verdict::dossier(self.setting, &self.buyer, &self.tender)?;
        let policy = verdict::policy(self.setting, &self.buyer)?;
        tell::note(&format!(
            "kaibiao-verify {} --policy {}",
            dossier.display(),
            policy.display()
        ));
        let mut clean = verdict::verify(self.setting, &dossier, &policy)?;
        if python {
            tell::section("the same by the Python verifier, written from docs/record-format.md alone");
            clean &= verdict::verify_in_python(&dossier, &policy)?;
        }
        Ok(clean)
    }
}
