//! The bidder's commands: enter, seal on this machine, submit, replace, withdraw, check.

mod check;

use super::tender::rules_in_force;
use crate::bid_folder::{BidFolder, SealingFor};
use crate::failure::{self, Failure};
use crate::machine::Machine;
use crate::session::{Done, Session, Zone};
use clap::{Args, Subcommand};
use facts::body::bid::{BidConfirmed, BidEntered, BidSubmitted, BidWithdrawn, Letter};
use facts::id::{LotId, PartId};
use facts::{AccountId, Canonical, Currency, Hex, Money, Stream, TenderId};
use ledger::message;
use seal::{Point, SigningKey};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What to do with your bid.
#[derive(Subcommand)]
pub enum Bid {
    /// Enter a tender under a fresh key; makes the bid folder
    Enter {
        /// The tender
        tender: TenderId,
        /// Your account
        #[arg(long)]
        account: AccountId,
        /// Your account's key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Folder for the bid
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
    },
    /// Write an opening letter (投标函), signed by your account
    Letter(LetterOf),
    /// After an addendum: your bid stands as it is
    Confirm(Own),
    /// Withdraw your bid (撤回)
    Withdraw(Own),
    /// Check that what lies on the platform is what this folder sealed
    Check(Own),
    /// Show your own facts of a tender
    Mine {
        /// The tender
        tender: TenderId,
        /// Your account's key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Show who read which file of your bid, once the result is computed
    Readings {
        /// The tender
        tender: TenderId,
        /// Your account's key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// A bid folder.
#[derive(Args)]
pub struct Own {
    /// The bid folder
    #[arg(long, value_name = "DIR")]
    pub folder: PathBuf,
}

/// A letter.
#[derive(Args)]
pub struct LetterOf {
    /// The bid folder
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Your account
    #[arg(long)]
    account: AccountId,
    /// Your account's key file: certifies the bid key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The bidder's name
    #[arg(long)]
    name: String,
    /// The price, e.g. 9850000.00
    #[arg(long)]
    price: Option<String>,
    /// Its currency
    #[arg(long, default_value = "CNY")]
    currency: String,
    /// Construction period or delivery time in days
    #[arg(long, default_value_t = 0)]
    period_days: u32,
    /// Quality promised
    #[arg(long, default_value = "合格")]
    quality: String,
    /// Project manager
    #[arg(long, default_value = "")]
    project_lead: String,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Sealing.
#[derive(Args)]
pub struct Seal {
    /// The file to seal
    file: PathBuf,
    /// The bid folder
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// The lot
    #[arg(long)]
    lot: LotId,
    /// The part
    #[arg(long)]
    part: PartId,
}

/// Submission.
#[derive(Args)]
pub struct Submit {
    /// The bid folder
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Your account's key file (for the upload)
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// The public key of each stage of a tender with a notice, see [`Session::stage_keys`].
pub fn verified_keys(session: &mut Session, tender: &TenderId) -> Result<BTreeMap<Hex<32>, Point>, Failure> {
    let terms = session.terms(tender)?;
    session.stage_keys(&terms)
}

/// Enters a tender: the fact, signed by the account, with the bid key's proof of possession.
pub fn enter(
    session: &mut Session,
    folder: &BidFolder,
    account: &AccountId,
    account_key: &SigningKey,
    bid_key: &SigningKey,
) -> Result<Done, Failure> {
    let public = bid_key.public().to_bytes();
    let proof = bid_key.sign(&message::bid_key(
        session.origin(),
        &folder.tender,
        &folder.bid,
        &public,
    ));
    let body = BidEntered {
        account: account.clone(),
        bid: folder.bid.clone(),
        key: Hex(public),
        proof: Hex(proof.to_bytes()),
        tender: folder.tender.clone(),
    };
    session.act(account_key, Stream::Tender(folder.tender.clone()), &body)
}

/// Signs the account's certificate of the bid key that stands in the letter.
#[must_use]
pub fn certificate(
    origin: &str,
    folder: &BidFolder,
    bid_key: &SigningKey,
    account_key: &SigningKey,
) -> Hex<64> {
    let public = bid_key.public().to_bytes();
    Hex(account_key
        .sign(&message::bid_key(origin, &folder.tender, &folder.bid, &public))
        .to_bytes())
}

/// Uploads every sealed part that the platform does not have and submits the next revision.
pub fn submit_folder(
    session: &mut Session,
    path: &Path,
    folder: &mut BidFolder,
    bid_key: &SigningKey,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Done, Failure> {
    let rules = folder
        .rules
        .ok_or_else(|| Failure::Input("nothing is sealed yet; run kaibiao seal".to_owned()))?;
    for part in &folder.sealed {
        let file = folder.body_path(path, part);
        let name = format!("{}/{}", part.envelope.lot, part.envelope.part);
        let digest = session
            .procurement
            .upload(&file, "body", &mut |done| progress(&name, done))?;
        if digest != part.envelope.body_digest.0 {
            return Err(Failure::Check(format!(
                "{}: the platform received other bytes than were sent",
                file.display()
            )));
        }
    }
    let body = BidSubmitted {
        bid: folder.bid.clone(),
        envelopes: folder.sealed.iter().map(|part| part.envelope.clone()).collect(),
        revision: folder.revision.saturating_add(1),
        rules,
        tender: folder.tender.clone(),
    };
    let done = session.act(bid_key, Stream::Tender(folder.tender.clone()), &body)?;
    folder.revision = body.revision;
    folder.save(path)?;
    Ok(done)
}

fn bid_key(machine: &Machine, path: &Path, folder: &BidFolder) -> Result<SigningKey, Failure> {
    let passphrase = machine.global.passphrase.read("Passphrase of the bid key")?;
    folder.key(path, &passphrase)
}

/// Does it.
pub fn run(machine: &Machine, command: Bid) -> Result<(), Failure> {
    match command {
        Bid::Enter {
            tender,
            account,
            key,
            folder,
        } => {
            let account_key = machine.key(&key)?;
            let passphrase = machine.global.passphrase.read("Passphrase for the new bid key")?;
            let mut session = machine.connect()?;
            let cost = seal::keyfile::KeyFileCost::STANDARD;
            let (made, bid_key) = BidFolder::create(&folder, tender, cost, &passphrase)?;
            let done = enter(&mut session, &made, &account, &account_key, &bid_key)?;
            machine.done(
                &format!("entered as {}; bid folder {}", made.bid, folder.display()),
                &done,
            );
            Ok(())
        }
        Bid::Letter(letter) => write_letter(machine, letter),
        Bid::Confirm(own) => {
            let folder = BidFolder::load(&own.folder)?;
            let key = bid_key(machine, &own.folder, &folder)?;
            let mut session = machine.connect()?;
            let (rules, _) = rules_in_force(&mut session, &folder.tender)?;
            let body = BidConfirmed {
                bid: folder.bid,
                rules,
                tender: folder.tender.clone(),
            };
            let done = session.act(&key, Stream::Tender(folder.tender), &body)?;
            machine.done("bid confirmed under the rules in force", &done);
            Ok(())
        }
        Bid::Withdraw(own) => {
            let folder = BidFolder::load(&own.folder)?;
            let key = bid_key(machine, &own.folder, &folder)?;
            let body = BidWithdrawn {
                bid: folder.bid,
                tender: folder.tender.clone(),
            };
            let done = machine
                .connect()?
                .act(&key, Stream::Tender(folder.tender), &body)?;
            machine.done("bid withdrawn", &done);
            Ok(())
        }
        Bid::Check(own) => check::check(machine, &own.folder),
        Bid::Mine { tender, key } => own(machine, &tender, &key, ""),
        Bid::Readings { tender, key } => own(machine, &tender, &key, "/readings"),
    }
}

/// Shows what the platform tells a bidder alone.
fn own(machine: &Machine, tender: &TenderId, key: &Path, what: &str) -> Result<(), Failure> {
    let key = machine.key(key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Procurement)?;
    let path = format!("/api/tenders/{tender}/bids/mine{what}");
    machine.show(&session.procurement.get::<Value>(&path)?)
}

fn write_letter(machine: &Machine, of: LetterOf) -> Result<(), Failure> {
    let folder = BidFolder::load(&of.folder)?;
    let bid_key = bid_key(machine, &of.folder, &folder)?;
    let account_key = machine.key(&of.key)?;
    let session = machine.connect()?;
    let currency = match of.currency.as_str() {
        "CNY" => Currency::CNY,
        "JPY" => Currency::JPY,
        other => {
            return Err(Failure::Input(format!(
                "{other:?} is no currency known here: CNY or JPY"
            )));
        }
    };
    let price = of
        .price
        .as_deref()
        .map(|text| Money::parse(text, currency))
        .transpose();
    let letter = Letter {
        brand: None,
        account: of.account,
        certificate: certificate(session.origin(), &folder, &bid_key, &account_key),
        deviations: BTreeMap::new(),
        name: of.name,
        period_days: of.period_days,
        price: price.map_err(|e| Failure::Input(e.to_string()))?,
        project_lead: of.project_lead,
        quality: of.quality,
    };
    let bytes = Canonical::of(&letter)
        .map_err(|e| Failure::Input(e.to_string()))?
        .to_bytes();
    std::fs::write(&of.out, bytes).map_err(failure::file(&of.out))?;
    machine.say(
        &format!("letter written to {}", of.out.display()),
        &json!({ "letter": of.out }),
    );
    Ok(())
}

/// Seals one file.
pub fn seal(machine: &Machine, seal: &Seal) -> Result<(), Failure> {
    let mut folder = BidFolder::load(&seal.folder)?;
    let key = bid_key(machine, &seal.folder, &folder)?;
    let mut session = machine.connect()?;
    let terms = session.terms(&folder.tender)?;
    let notice = &terms.notice;
    let stage = notice
        .stages
        .iter()
        .find(|stage| stage.parts.iter().any(|part| part.part == seal.part));
    let stage =
        stage.ok_or_else(|| Failure::Input(format!("the notice asks for no part named {}", seal.part)))?;
    let part = stage.parts.iter().find(|part| part.part == seal.part);
    let (Some(part), true) = (part, notice.lots.iter().any(|lot| lot.lot == seal.lot)) else {
        return Err(Failure::Input(format!(
            "the notice has no lot named {}",
            seal.lot
        )));
    };
    match &terms.round {
        None if stage.invited => {
            return Err(Failure::Input(format!(
                "{} is handed in later, by those invited to final quotes",
                seal.part
            )));
        }
        Some(round) if *round != stage.stage => {
            return Err(Failure::Input(format!(
                "final quotes are invited: only the parts of stage {round} are sealed now"
            )));
        }
        // What was sealed for the round before stays with the platform and is not handed in again.
        Some(_) => folder
            .sealed
            .retain(|sealed| stage.parts.iter().any(|part| part.part == sealed.envelope.part)),
        None => {}
    }
    let keys = session.stage_keys(&terms)?;
    let public = keys.get(&stage.key_id).ok_or_else(|| {
        Failure::Check(format!(
            "the notice names key {}, which no ceremony made",
            stage.key_id
        ))
    })?;
    let target = SealingFor {
        closes_at: terms.closes_at,
        lock: notice.opening.bidder_lock,
        lot: &seal.lot,
        part,
        public: *public,
        rules: terms.rules,
        stage,
    };
    let length = std::fs::metadata(&seal.file)
        .map_err(failure::file(&seal.file))?
        .len();
    let bar = machine.bar("seal", length);
    folder.seal_part(&seal.folder, &key, &target, &seal.file, &mut |done| {
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    machine.say(
        &format!(
            "{} sealed as {}/{}; nothing was sent yet",
            seal.file.display(),
            seal.lot,
            seal.part
        ),
        &json!({ "sealed": true, "lot": seal.lot, "part": seal.part }),
    );
    Ok(())
}

/// Submits.
pub fn submit(machine: &Machine, submit: &Submit) -> Result<(), Failure> {
    let mut folder = BidFolder::load(&submit.folder)?;
    let key = bid_key(machine, &submit.folder, &folder)?;
    let account_key = machine.key(&submit.key)?;
    let mut session = machine.connect()?;
    session.sign_in(&account_key, Zone::Procurement)?;
    let total = folder
        .sealed
        .iter()
        .map(|part| part.envelope.body_length)
        .max()
        .unwrap_or_default();
    let bar = machine.bar("upload", total);
    let done = submit_folder(
        &mut session,
        &submit.folder,
        &mut folder,
        &key,
        &mut |name, done| {
            bar.set_message(name.to_owned());
            bar.set_position(done);
        },
    )?;
    bar.finish_and_clear();
    machine.done(&format!("bid submitted, revision {}", folder.revision), &done);
    Ok(())
}
