//! A tender made ready for bids, and sealed bids for it.

use crate::people::{Custodian, Person, hold_ceremonies, id};
use crate::platform::Platform;
use cli::bid_folder::SealingFor;
use cli::commands::bid::{certificate, enter, submit_folder, verified_keys};
use cli::commands::ceremony::call_body;
use cli::commands::tender::{last, rules_in_force};
use cli::{BidFolder, Zone};
use facts::body::bid::Letter;
use facts::body::ceremony::Purpose;
use facts::body::tender::{KeyAssigned, Method, PartRole, Regime, TenderNoticed, TenderRegistered};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{Canonical, CeremonyId, Currency, Money, Stream, TenderId};
use seal::SigningKey;
use seal::keyfile::KeyFileCost;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A tender and the ceremony of its key.
#[derive(Debug, Clone)]
pub(crate) struct Tender {
    pub(crate) id: TenderId,
    pub(crate) ceremony: CeremonyId,
    pub(crate) notice: TenderNoticed,
}

impl Tender {
    /// Its stream.
    pub(crate) fn stream(&self) -> Stream {
        Stream::Tender(self.id.clone())
    }
}

/// Registers a tender, holds its key ceremony, assigns the key and publishes the notice: prices alone decide, the
/// deadline is in two days.
pub(crate) fn announce(
    platform: &Platform,
    buyer: &mut Person,
    custodians: &mut [Custodian],
    name: &str,
) -> Tender {
    let (tender, ceremony) = (
        id::<TenderId>(name),
        id::<CeremonyId>(&format!("ceremony-{name}")),
    );
    let stream = Stream::Tender(tender.clone());
    let registered = TenderRegistered {
        agent: None,
        buyer: buyer.account.clone(),
        regime: Regime::Free,
        tender: tender.clone(),
        title: "办公楼修缮比选".to_owned(),
    };
    buyer.act(stream.clone(), &registered);
    let accounts: Vec<_> = custodians.iter().map(|c| c.person.account.clone()).collect();
    let purpose = Purpose::Tender {
        stage: id("open"),
        tender: tender.clone(),
    };
    let k = u16::try_from(accounts.len() / 2 + 1).unwrap();
    let called = call_body(&mut buyer.session, ceremony.clone(), &accounts, k, 1, purpose).unwrap();
    buyer.act(Stream::Ceremony(ceremony.clone()), &called);
    hold_ceremonies(custodians);
    let witnessed = buyer.session.witnessed(&ceremony).unwrap();
    let key_id = witnessed.completed().unwrap().keys[0].key_id;
    let assigned = KeyAssigned {
        ceremony: ceremony.clone(),
        key_id,
        slot: 0,
        stage: id("open"),
        tender: tender.clone(),
    };
    buyer.act(stream.clone(), &assigned);
    let now = platform.now();
    let mut notice = cli::template::notice(now).unwrap();
    notice.tender = tender.clone();
    notice.title = registered.title;
    notice.closes_at = now.plus(2 * DAY);
    notice.documents_from = now;
    notice.documents_until = now.plus(DAY);
    notice.method = Method::LowestEvaluated {
        adjustments: Vec::new(),
        must_pass: Vec::new(),
        panel: 0,
    };
    notice.opening.objection_ms = HOUR;
    notice.opening.unlock_ms = 30 * MINUTE;
    notice.stages[0].key_id = key_id;
    buyer.act(stream, &notice);
    Tender {
        id: tender,
        ceremony,
        notice,
    }
}

/// A bid on its bidder's machine.
pub(crate) struct Bid {
    pub(crate) path: PathBuf,
    pub(crate) folder: BidFolder,
    pub(crate) key: SigningKey,
}

/// What stands in every bidder's technical file, to look for where it must not be.
pub(crate) const PLAINTEXT: &str = "冬季混凝土养护专项方案-SECRET-METHOD";

/// The price of bidder `n`, in yuan: digits that occur nowhere else.
pub(crate) fn price(n: usize) -> i64 {
    7_351_904 + i64::try_from(n).unwrap() * 10_111
}

/// The name that bidder `n` writes into the letter.
pub(crate) fn name(n: usize) -> String {
    format!("青川第{n}建设集团")
}

/// Enters a tender and seals every part that the notice asks for.
pub(crate) fn seal_bid(platform: &Platform, bidder: &mut Person, tender: &Tender, n: usize) -> Bid {
    let path = platform
        .dir
        .path()
        .join(format!("bid-{}-{}", bidder.account, tender.id));
    let cost = KeyFileCost::rounds(1_000).unwrap();
    let (mut folder, key) = BidFolder::create(&path, tender.id.clone(), cost, "a passphrase").unwrap();
    enter(&mut bidder.session, &folder, &bidder.account, &bidder.key, &key).unwrap();
    let (_, notice) = last::<TenderNoticed>(&mut bidder.session, &tender.id)
        .unwrap()
        .unwrap();
    let (rules, closes_at) = rules_in_force(&mut bidder.session, &tender.id).unwrap();
    let keys = verified_keys(&mut bidder.session, &tender.id).unwrap();
    let letter = Letter {
        brand: None,
        account: bidder.account.clone(),
        certificate: certificate(bidder.session.origin(), &folder, &key, &bidder.key),
        deviations: BTreeMap::new(),
        name: name(n),
        period_days: 60,
        price: Some(Money::new(Currency::CNY, price(n) * 100)),
        project_lead: "王工".to_owned(),
        quality: "合格".to_owned(),
    };
    std::fs::write(
        path.join("letter.json"),
        Canonical::of(&letter).unwrap().to_bytes(),
    )
    .unwrap();
    std::fs::write(path.join("technical.txt"), PLAINTEXT.repeat(100)).unwrap();
    for stage in &notice.stages {
        for part in &stage.parts {
            let target = SealingFor {
                closes_at,
                lock: notice.opening.bidder_lock,
                lot: &notice.lots[0].lot,
                part,
                public: keys[&stage.key_id],
                rules,
                stage,
            };
            let file = if part.role == PartRole::Letter {
                "letter.json"
            } else {
                "technical.txt"
            };
            folder
                .seal_part(&path, &key, &target, &path.join(file), &mut |_| {})
                .unwrap();
        }
    }
    Bid { path, folder, key }
}

/// Uploads and submits a sealed bid; the position of the fact.
pub(crate) fn submit_bid(bidder: &mut Person, bid: &mut Bid) -> u64 {
    bidder.session.sign_in(&bidder.key, Zone::Procurement).unwrap();
    let done = submit_folder(
        &mut bidder.session,
        &bid.path,
        &mut bid.folder,
        &bid.key,
        &mut |_, _| {},
    );
    done.unwrap().accepted.seq
}
