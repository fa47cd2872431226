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

/// A file that differs between bidders: every third a text, the others PDF files of one page.
fn technical_file(path: &Path, name: &str, length: usize) -> Result<(), String> {
    let sum = name
        .bytes()
        .fold(0_u32, |sum, byte| sum.saturating_add(u32::from(byte)));
    let bytes = if sum.is_multiple_of(3) {
        text_file(name, length)
    } else {
        pdf_file(name, length)
    };
    std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}

fn text_file(name: &str, length: usize) -> Vec<u8> {
    let mut text = String::from("技术文件\n\n施工组织设计\n");
    let mut word = seal::hash::sha256(&[name.as_bytes()]);
    while text.len() < length.min(200_000) {
        word = seal::hash::sha256(&[&word]);
        text.push_str(&hex::encode(word));
        text.push('\n');
    }
    text.into_bytes()
}

/// One page with a heading and a bar for each of sixteen bytes that follow from the name, filled up to the length by a
/// stream that nothing refers to.
fn pdf_file(name: &str, length: usize) -> Vec<u8> {
    use std::fmt::Write as _;
    let mut word = seal::hash::sha256(&[name.as_bytes()]);
    let mut page = String::from("BT /F1 24 Tf 72 770 Td (Technical proposal) Tj ET\n0.2 0.4 0.7 rg\n");
    for (place, byte) in (0_u32..).zip(word.iter().take(16)) {
        let height = 680_u32.saturating_sub(place.saturating_mul(36));
        // Writing to a String cannot fail.
        let _infallible = writeln!(
            page,
            "72 {height} {} 22 re f",
            u32::from(*byte).saturating_add(40)
        );
    }
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    let mut add = |bytes: &mut Vec<u8>, number: u32, object: &[u8]| {
        places.push(bytes.len());
        bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    };
    add(&mut bytes, 1, b"<< /Type /Catalog /Pages 2 0 R >>");
    add(&mut bytes, 2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    add(
        &mut bytes,
        3,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
          /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
    );
    let content = format!("<< /Length {} >>\nstream\n{page}endstream", page.len());
    add(&mut bytes, 4, content.as_bytes());
    let mut rest = Vec::new();
    while bytes.len().saturating_add(rest.len()) < length {
        word = seal::hash::sha256(&[&word]);
        rest.extend_from_slice(&word);
    }
    let mut filling = format!("<< /Length {} >>\nstream\n", rest.len()).into_bytes();
    filling.extend_from_slice(&rest);
    filling.extend_from_slice(b"\nendstream");
    add(&mut bytes, 5, &filling);
    let table = bytes.len();
    let mut end = format!(
        "xref\n0 {}\n0000000000 65535 f \n",
        places.len().saturating_add(1)
    );
    for place in &places {
        let _infallible = writeln!(end, "{place:010} 00000 n ");
    }
    let _infallible = write!(
        end,
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        places.len().saturating_add(1)
    );
    bytes.extend_from_slice(end.as_bytes());
    bytes
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
