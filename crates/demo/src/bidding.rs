//! Bidders at work: entering, sealing on their own machine, uploading, submitting.

use crate::cast::{Person, told};
use cli::bid_folder::SealingFor;
use cli::commands::bid::{certificate, enter, submit_folder};
use cli::{BidFolder, Done, Failure, Zone};
use facts::body::bid::Letter;
use facts::body::tender::{PartRole, TenderNoticed};
use facts::id::ItemId;
use facts::{Canonical, Hex, Instant, Money, TenderId};
use seal::keyfile::KeyFileCost;
use seal::{Point, SigningKey};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a bidder offers.
pub(crate) struct Offer {
    /// The bidder's name as it will be read out.
    pub name: String,
    /// The price.
    pub price: Money,
    /// Days.
    pub period_days: u32,
    /// Project manager.
    pub project_lead: String,
    /// Declared deviations.
    pub deviations: BTreeMap<ItemId, i64>,
    /// Bytes of the technical file; 0 for tenders without one.
    pub technical: usize,
}

/// A bidder's bid on the bidder's machine.
pub(crate) struct Bid {
    /// The folder.
    pub path: PathBuf,
    /// What it holds.
    pub folder: BidFolder,
    /// The bid key.
    pub key: SigningKey,
}

/// What every bidder learns of a tender, checked once on the bidder's machine.
pub(crate) struct Terms {
    /// The notice.
    pub notice: TenderNoticed,
    /// Rules in force.
    pub rules: Hex<32>,
    /// Deadline in force.
    pub closes_at: Instant,
    /// Opening keys, every step of their ceremonies verified.
    pub keys: BTreeMap<Hex<32>, Point>,
}

/// Reads the terms and verifies the opening keys.
pub(crate) fn terms(person: &mut Person, tender: &TenderId) -> Result<Terms, String> {
    let terms = person.session.terms(tender).map_err(told)?;
    let keys = person.session.stage_keys(&terms).map_err(told)?;
    Ok(Terms {
        notice: terms.notice,
        rules: terms.rules,
        closes_at: terms.closes_at,
        keys,
    })
}

/// Enters a tender with a fresh key.
pub(crate) fn enter_tender(person: &mut Person, tender: &TenderId) -> Result<Bid, String> {
    let path = person.home.join(format!("bid-{tender}"));
    let cost = KeyFileCost::rounds(1_000).ok_or("no such cost")?;
    let (folder, key) =
        BidFolder::create(&path, tender.clone(), cost, crate::keys::PASSPHRASE).map_err(told)?;
    enter(&mut person.session, &folder, &person.account, &person.key, &key).map_err(told)?;
    Ok(Bid { path, folder, key })
}

/// Bytes that look like a file and differ between bidders.
fn technical_file(path: &Path, name: &str, length: usize) -> Result<(), String> {
    let mut bytes = format!("技术文件 {name}\n").into_bytes();
    let mut word = seal::hash::sha256(&[name.as_bytes()]);
    while bytes.len() < length {
        word = seal::hash::sha256(&[&word]);
        bytes.extend_from_slice(&word);
    }
    bytes.truncate(length);
    std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}

/// Seals every part that the notice asks for.
pub(crate) fn seal_offer(person: &Person, bid: &mut Bid, terms: &Terms, offer: &Offer) -> Result<(), String> {
    let letter = Letter {
        brand: None,
        account: person.account.clone(),
        certificate: certificate(person.session.origin(), &bid.folder, &bid.key, &person.key),
        deviations: offer.deviations.clone(),
        name: offer.name.clone(),
        period_days: offer.period_days,
        price: Some(offer.price),
        project_lead: offer.project_lead.clone(),
        quality: "合格".to_owned(),
    };
    let letter = Canonical::of(&letter).map_err(|e| e.to_string())?.to_bytes();
    let letter_file = bid.path.join("letter.json");
    std::fs::write(&letter_file, letter).map_err(|e| e.to_string())?;
    let technical = bid.path.join("technical.bin");
    if offer.technical > 0 {
        technical_file(&technical, &offer.name, offer.technical)?;
    }
    for stage in &terms.notice.stages {
        let public = terms
            .keys
            .get(&stage.key_id)
            .ok_or("the notice names a key that no ceremony made")?;
        for part in &stage.parts {
            for lot in &terms.notice.lots {
                let target = SealingFor {
                    closes_at: terms.closes_at,
                    lock: terms.notice.opening.bidder_lock,
                    lot: &lot.lot,
                    part,
                    public: *public,
                    rules: terms.rules,
                    stage,
                };
                let file = if part.role == PartRole::Letter {
                    &letter_file
                } else {
                    &technical
                };
                bid.folder
                    .seal_part(&bid.path, &bid.key, &target, file, &mut |_| {})
                    .map_err(told)?;
            }
        }
    }
    Ok(())
}

/// Uploads and submits; the failure is handed on, because some are part of the story.
pub(crate) fn submit(person: &mut Person, bid: &mut Bid) -> Result<Done, Failure> {
    person.session.sign_in(&person.key, Zone::Procurement)?;
    submit_folder(
        &mut person.session,
        &bid.path,
        &mut bid.folder,
        &bid.key,
        &mut |_, _| {},
    )
}
