//! Real auctions (Tsuchiura 2007 to 2010) through the same platform, each winner compared with the record.
//!
//! All auctions run side by side: their keys come from one ceremony's stock, and one jump of the clock
//! serves all.

use crate::bidding::{self, Offer};
use crate::cast::{Custodian, Person, hold_ceremonies, told};
use crate::platform::Platform;
use crate::setting::Setting;
use crate::tsuchiura::{self, Auction};
use crate::{evaluating, opening, tell, verdict};
use cli::commands::ceremony::call_body;
use cli::commands::tender::candidates;
use facts::body::award::{Award, AwardMade, TenderTerminated};
use facts::body::ceremony::Purpose;
use facts::body::evaluation::EvaluationConcluded;
use facts::body::tender::{
    KeyAssigned, Lot, Method, OpeningRules, Part, PartRole, Regime, Stage, TenderNoticed, TenderRegistered,
};
use facts::id::{LotId, PartId, StageId};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{BidId, CeremonyId, Currency, Hex, Instant, Money, Role, Stream, TenderId};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use seal::SigningKey;
use std::collections::BTreeMap;
use std::path::Path;

fn text(error: impl ToString) -> String {
    error.to_string()
}

fn tender_of(pid: u32) -> Result<TenderId, String> {
    TenderId::parse(&format!("tsuchiura-{pid}")).map_err(text)
}

struct Hall<'a> {
    setting: &'a Setting,
    buyer: Person,
    custodians: Vec<Custodian>,
    bidders: BTreeMap<String, Person>,
    stage: StageId,
    closes_at: Instant,
}

/// Runs the auctions; whether every regular one agrees with the record and every dossier verifies.
pub(crate) fn run(setting: &Setting, platform: &Platform, csv: &Path, count: usize) -> Result<bool, String> {
    let auctions = tsuchiura::choose(tsuchiura::read(csv)?, count);
    tell::section(&format!(
        "{} real auctions of Tsuchiura 2007 to 2010",
        auctions.len()
    ));
    let mut hall = Hall::prepare(setting, &platform.addresses.procurement, &auctions)?;
    hall.announce(&auctions)?;
    let bids = hall.collect(&auctions)?;
    hall.open(&auctions)?;
    hall.report(&auctions, &bids)
}

impl<'a> Hall<'a> {
    fn prepare(setting: &'a Setting, server: &str, auctions: &[Auction]) -> Result<Self, String> {
        let mut registry = Person::with_example_key(setting, server, "registry", "registrar")?;
        let buyer = Person::with_example_key(setting, server, "buyer", "buyer")?;
        registry.enrol(&buyer, "土浦市", Role::Buyer, None)?;
        let custodians: Vec<Custodian> = (1..=5)
            .map(|n| Custodian::example(setting, server, n))
            .collect::<Result<_, _>>()?;
        for custodian in &custodians {
            registry.enrol(
                &custodian.person,
                "custodian",
                Role::Custodian,
                Some(&custodian.seed),
            )?;
        }
        let mut bidders = BTreeMap::new();
        for (who, _) in auctions.iter().flat_map(|auction| &auction.bids) {
            if !bidders.contains_key(who) {
                let seed = seal::hash::sha256(&[b"tsuchiura ", who.as_bytes()]);
                let key = SigningKey::generate(&mut ChaCha20Rng::from_seed(seed));
                let bidder = Person::with_key(setting, server, &format!("firm-{who}"), key)?;
                registry.enrol(&bidder, &format!("firm {who}"), Role::Bidder, None)?;
                bidders.insert(who.clone(), bidder);
            }
        }
        tell::done(&format!(
            "{} firms, 5 custodians and a buyer are enrolled",
            bidders.len()
        ));
        let closes_at = setting.now().plus(DAY);
        let stage = StageId::parse("open").map_err(text)?;
        Ok(Self {
            setting,
            buyer,
            custodians,
            bidders,
            stage,
            closes_at,
        })
    }

    fn announce(&mut self, auctions: &[Auction]) -> Result<(), String> {
        let ceremony = CeremonyId::parse("stock-001").map_err(text)?;
        let accounts: Vec<_> = self.custodians.iter().map(|c| c.person.account.clone()).collect();
        let keys = u16::try_from(auctions.len()).map_err(text)?;
        let call = call_body(
            &mut self.buyer.session,
            ceremony.clone(),
            &accounts,
            3,
            keys,
            Purpose::Stock,
        );
        let call = call.map_err(told)?;
        self.buyer
            .session
            .act(&self.buyer.key, Stream::Ceremony(ceremony.clone()), &call)
            .map_err(told)?;
        hold_ceremonies(&mut self.custodians)?;
        let witnessed = self.buyer.session.witnessed(&ceremony).map_err(told)?;
        let stock = witnessed
            .completed()
            .map(|c| c.keys.clone())
            .ok_or("no keys were made")?;
        tell::done(&format!(
            "one ceremony made a stock of {} keys (密钥库存)",
            stock.len()
        ));
        for (slot, (auction, key)) in (0_u16..).zip(auctions.iter().zip(&stock)) {
            let tender = tender_of(auction.pid)?;
            let stream = Stream::Tender(tender.clone());
            let body = TenderRegistered {
                agent: None,
                buyer: self.buyer.account.clone(),
                regime: Regime::Free,
                tender: tender.clone(),
                title: format!("Tsuchiura auction {}", auction.pid),
            };
            self.buyer
                .session
                .act(&self.buyer.key, stream.clone(), &body)
                .map_err(told)?;
            let body = KeyAssigned {
                ceremony: ceremony.clone(),
                key_id: key.key_id,
                slot,
                stage: self.stage.clone(),
                tender: tender.clone(),
            };
            self.buyer
                .session
                .act(&self.buyer.key, stream.clone(), &body)
                .map_err(told)?;
            let notice = self.notice(auction, tender, key.key_id)?;
            self.buyer
                .session
                .act(&self.buyer.key, stream, &notice)
                .map_err(told)?;
        }
        tell::done("every auction has its own key, reserve price and, where there was one, minimum price");
        Ok(())
    }

    fn notice(&self, auction: &Auction, tender: TenderId, key_id: Hex<32>) -> Result<TenderNoticed, String> {
        let yen = |amount: i64| Money::new(Currency::JPY, amount);
        let part = Part {
            max_bytes: 64 * 1024,
            part: PartId::parse("letter").map_err(text)?,
            role: PartRole::Letter,
        };
        let now = self.setting.now();
        Ok(TenderNoticed {
            closes_at: self.closes_at,
            documents: Vec::new(),
            documents_from: now,
            documents_until: now.plus(HOUR),
            lots: vec![Lot {
                ceiling: Some(yen(auction.reserve)),
                deposit: None,
                estimate: yen(auction.reserve),
                floor: auction.minimum.map(yen),
                lot: LotId::parse("1").map_err(text)?,
                title: format!("auction {}", auction.pid),
            }],
            method: Method::LowestEvaluated {
                adjustments: Vec::new(),
                must_pass: Vec::new(),
                panel: 0,
            },
            min_bidders: 1,
            opening: OpeningRules {
                bidder_lock: false,
                objection_ms: MINUTE,
                remedy: "none".to_owned(),
                share_ms: 6 * HOUR,
                unlock_ms: MINUTE,
            },
            procedure: None,
            publicity_days: 0,
            region: "341125".to_owned(),
            stages: vec![Stage {
                invited: false,
                key_id,
                parts: vec![part],
                stage: self.stage.clone(),
            }],
            tender,
            title: format!("Tsuchiura auction {}", auction.pid),
            trade: "A02".to_owned(),
            validity_days: 90,
        })
    }

    /// Every firm seals and submits its real bid; which bid is whose.
    fn collect(&mut self, auctions: &[Auction]) -> Result<BTreeMap<BidId, String>, String> {
        let mut owners = BTreeMap::new();
        for auction in auctions {
            let tender = tender_of(auction.pid)?;
            for (who, yen) in &auction.bids {
                let bidder = self.bidders.get_mut(who).ok_or("no such firm")?;
                let terms = bidding::terms(bidder, &tender)?;
                let mut bid = bidding::enter_tender(bidder, &tender)?;
                let offer = Offer {
                    name: format!("firm {who}"),
                    price: Money::new(Currency::JPY, *yen),
                    period_days: 0,
                    project_lead: String::new(),
                    deviations: BTreeMap::new(),
                    technical: 0,
                };
                bidding::seal_offer(bidder, &mut bid, &terms, &offer)?;
                bidding::submit(bidder, &mut bid).map_err(told)?;
                owners.insert(bid.folder.bid.clone(), who.clone());
            }
        }
        tell::done(&format!("{} sealed bids are in", owners.len()));
        Ok(owners)
    }

    fn open(&mut self, auctions: &[Auction]) -> Result<(), String> {
        self.setting.advance_to(self.closes_at.plus(5_000))?;
        self.wait(auctions, &["listed", "failed"])?;
        self.setting.advance_to(self.setting.now().plus(2 * MINUTE))?;
        self.wait(auctions, &["sharing", "failed"])?;
        for custodian in self.custodians.iter_mut().take(3) {
            let mut agent = custodian.agent();
            for answer in agent.asked().map_err(told)? {
                let answer = answer.map_err(|event| format!("a custodian stopped: {event:?}"))?;
                agent.give(&answer).map_err(told)?;
            }
        }
        self.wait(auctions, &["recorded", "failed"])?;
        tell::done("three custodians gave their shares for every auction; all bids are open");
        self.setting.advance_to(self.setting.now().plus(2 * MINUTE))?;
        self.wait(auctions, &["opened", "failed"])
    }

    fn wait(&self, auctions: &[Auction], phases: &[&str]) -> Result<(), String> {
        auctions.iter().try_for_each(|auction| {
            opening::wait_for(&self.buyer.session, &tender_of(auction.pid)?, phases).map(drop)
        })
    }

    fn report(&mut self, auctions: &[Auction], owners: &BTreeMap<BidId, String>) -> Result<bool, String> {
        tell::section("winners compared with the record");
        let mut clean = true;
        let (mut agreed, mut odd) = (0_usize, 0_usize);
        for auction in auctions {
            let tender = tender_of(auction.pid)?;
            let concluded = evaluating::result(&self.buyer, &tender)?;
            let best = best(&concluded, owners);
            self.decide(&tender, &concluded, auction, owners)?;
            let is_same = match &auction.winner {
                Some(winner) => best.contains(winner),
                None => best.is_empty(),
            };
            let ours = if best.is_empty() {
                "nobody".to_owned()
            } else {
                best.join(" = ")
            };
            let theirs = auction.winner.clone().unwrap_or_else(|| "nobody".to_owned());
            let line = format!(
                "auction {:<4} {:>2} bids  ours: {ours:<12} record: {theirs:<8}",
                auction.pid,
                auction.bids.len()
            );
            match (is_same, tsuchiura::odd(auction.pid)) {
                (true, None) => {
                    agreed = agreed.saturating_add(1);
                    let tie = if best.len() > 1 {
                        "  a tie, which the record decided"
                    } else {
                        ""
                    };
                    tell::done(&format!("{line}{tie}"));
                }
                (_, Some(reason)) => {
                    odd = odd.saturating_add(1);
                    tell::refused(&format!("{line}  odd: {reason}"));
                }
                (false, None) => {
                    clean = false;
                    tell::refused(&format!("{line}  DISAGREES"));
                }
            }
            auction.remarks.iter().for_each(|remark| tell::note(remark));
        }
        tell::done(&format!(
            "{agreed} agree with the record; {odd} are odd in the data and reported above"
        ));
        Ok(self.verify(auctions)? && clean)
    }

    /// Publicises and awards, or ends the tender where no bid is within the limits.
    fn decide(
        &mut self,
        tender: &TenderId,
        concluded: &EvaluationConcluded,
        auction: &Auction,
        owners: &BTreeMap<BidId, String>,
    ) -> Result<(), String> {
        let stream = Stream::Tender(tender.clone());
        let buyer = &mut self.buyer;
        if concluded.lots.iter().all(|lot| lot.ranking.is_empty()) {
            let reason = "no bid between the minimum and the reserve price".to_owned();
            let body = TenderTerminated {
                reason,
                tender: tender.clone(),
            };
            return buyer
                .session
                .act(&buyer.key, stream, &body)
                .map(drop)
                .map_err(told);
        }
        let until = self.setting.now().plus(2_000);
        let body = candidates(&mut buyer.session, tender, until).map_err(told)?;
        buyer
            .session
            .act(&buyer.key, stream.clone(), &body)
            .map_err(told)?;
        self.setting.advance_to(until.plus(1_000))?;
        // Among equals the record's winner is taken, as the city decided the tie then.
        let recorded = |bid: &BidId| auction.winner.is_some() && owners.get(bid) == auction.winner.as_ref();
        let first = body.candidates.iter().filter(|c| c.rank == 1);
        let chosen = first
            .clone()
            .find(|c| recorded(&c.bid))
            .or_else(|| first.clone().next());
        let chosen = chosen.cloned().ok_or("no first candidate")?;
        let award = Award {
            account: chosen.account,
            bid: chosen.bid,
            deviation: None,
            lot: chosen.lot,
            price: chosen.price,
        };
        let body = AwardMade {
            awards: vec![award],
            tender: tender.clone(),
        };
        buyer
            .session
            .act(&buyer.key, stream, &body)
            .map(drop)
            .map_err(told)
    }

    fn verify(&self, auctions: &[Auction]) -> Result<bool, String> {
        tell::section("verification of every dossier");
        std::thread::sleep(std::time::Duration::from_millis(500));
        let policy = verdict::policy(self.setting, &self.buyer)?;
        let mut sound = 0_usize;
        for auction in auctions {
            let dossier = verdict::dossier(self.setting, &self.buyer, &tender_of(auction.pid)?)?;
            if verdict::verify_quietly(self.setting, &dossier, &policy)? {
                sound = sound.saturating_add(1);
            }
        }
        tell::done(&format!("{sound} of {} dossiers verify", auctions.len()));
        Ok(sound == auctions.len())
    }
}

/// The firms of rank 1.
fn best(concluded: &EvaluationConcluded, owners: &BTreeMap<BidId, String>) -> Vec<String> {
    let ranked = concluded
        .lots
        .iter()
        .flat_map(|lot| &lot.ranking)
        .filter(|ranked| ranked.rank == 1);
    ranked
        .filter_map(|ranked| owners.get(&ranked.bid).cloned())
        .collect()
}
