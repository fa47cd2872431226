//! After the award: contract, publication, filing, supplements, the written report (合同).
//!
//! Invariant: the terms of a contract are taken from the proven award and opening record, never typed; a file stays on
//! this machine, only its digest goes out.

use crate::failure::{self, Failure};
use crate::gather::bodies;
use crate::machine::Machine;
use crate::session::Session;
use clap::Subcommand;
use facts::body::award::AwardMade;
use facts::body::bid::Letter;
use facts::body::contract::{
    AwardReported, ContractFiled, ContractPublished, ContractSigned, ContractSupplemented,
};
use facts::body::opening::OpeningRecorded;
use facts::body::tender::Document;
use facts::calendar::{Date, start_of};
use facts::id::LotId;
use facts::{Currency, Hex, Instant, Money, Stream, TenderId};
use sha2::{Digest as _, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Contracts.
#[derive(Subcommand)]
pub enum Contract {
    /// Record that the contract of a lot is signed; price, quality and time are those of the bid that won (合同)
    Sign {
        /// The tender
        tender: TenderId,
        /// The lot; may be left out if one was awarded
        #[arg(long)]
        lot: Option<LotId>,
        /// The file that both have signed; only its digest is sent
        #[arg(long)]
        file: PathBuf,
        /// Day of signing, YYYY-MM-DD; today if left out
        #[arg(long, value_name = "DATE")]
        day: Option<Date>,
        /// Performance bond, as in 98000.00
        #[arg(long)]
        bond: Option<String>,
        /// In what it departs from documents and bid; supervision sees it
        #[arg(long)]
        differs: Option<String>,
        /// Conditions added when it was made; supervision sees them
        #[arg(long)]
        added: Option<String>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Record its publication (合同公告)
    Publish {
        /// The tender
        tender: TenderId,
        /// The lot; may be left out if one was awarded
        #[arg(long)]
        lot: Option<LotId>,
        /// The medium
        #[arg(long)]
        medium: String,
        /// The address there
        #[arg(long)]
        url: String,
        /// The text published; only its digest is sent
        #[arg(long)]
        file: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Record that a copy was filed (合同备案)
    File {
        /// The tender
        tender: TenderId,
        /// The lot; may be left out if one was awarded
        #[arg(long)]
        lot: Option<LotId>,
        /// With whom
        #[arg(long)]
        office: String,
        /// The number of the receipt
        #[arg(long)]
        receipt: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Record a supplement (补充合同)
    Supplement {
        /// The tender
        tender: TenderId,
        /// The lot; may be left out if one was awarded
        #[arg(long)]
        lot: Option<LotId>,
        /// By how much the price grows, as in 12000.00
        #[arg(long)]
        change: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// The file that both have signed; only its digest is sent
        #[arg(long)]
        file: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Record the written report to the authority (书面报告)
    Report {
        /// The tender
        tender: TenderId,
        /// To whom
        #[arg(long)]
        office: String,
        /// The report; only its digest is sent
        #[arg(long)]
        file: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Does it.
pub fn run(machine: &Machine, command: Contract) -> Result<(), Failure> {
    let mut session = machine.connect()?;
    match command {
        Contract::Sign {
            tender,
            lot,
            file,
            day,
            bond,
            differs,
            added,
            key,
        } => {
            let signed_at = day.map_or_else(crate::clock::now, start_of);
            let mut body = terms(&mut session, &tender, lot.as_ref(), digested(&file)?, signed_at)?;
            body.bond = bond.map(|text| money(&text, body.price.currency)).transpose()?;
            (body.differs, body.added) = (differs, added);
            send(machine, &mut session, &key, &tender, &body, "contract recorded")
        }
        Contract::Publish {
            tender,
            lot,
            medium,
            url,
            file,
            key,
        } => {
            let body = ContractPublished {
                lot: awarded(&mut session, &tender, lot.as_ref())?,
                medium,
                sha256: digested(&file)?.sha256,
                tender: tender.clone(),
                url,
            };
            send(
                machine,
                &mut session,
                &key,
                &tender,
                &body,
                "publication recorded",
            )
        }
        Contract::File {
            tender,
            lot,
            office,
            receipt,
            key,
        } => {
            let body = ContractFiled {
                lot: awarded(&mut session, &tender, lot.as_ref())?,
                office,
                receipt,
                tender: tender.clone(),
            };
            send(machine, &mut session, &key, &tender, &body, "filing recorded")
        }
        Contract::Supplement {
            tender,
            lot,
            change,
            reason,
            file,
            key,
        } => {
            let lot = awarded(&mut session, &tender, lot.as_ref())?;
            let facts = session.proven_tender(&tender)?;
            let mut signed = bodies::<ContractSigned>(&facts).into_iter();
            let signed = signed.find(|(_, body)| body.lot == lot);
            let (_, contract) =
                signed.ok_or_else(|| Failure::Input(format!("lot {lot} of {tender} has no contract")))?;
            let body = ContractSupplemented {
                change: money(&change, contract.price.currency)?,
                lot,
                reason,
                supplement: digested(&file)?,
                tender: tender.clone(),
            };
            send(machine, &mut session, &key, &tender, &body, "supplement recorded")
        }
        Contract::Report {
            tender,
            office,
            file,
            key,
        } => {
            let body = AwardReported {
                office,
                report: digested(&file)?,
                tender: tender.clone(),
            };
            send(machine, &mut session, &key, &tender, &body, "report recorded")
        }
    }
}

/// The contract of a lot on the terms of award and bid, both proven.
pub fn terms(
    session: &mut Session,
    tender: &TenderId,
    lot: Option<&LotId>,
    contract: Document,
    signed_at: Instant,
) -> Result<ContractSigned, Failure> {
    let lot = awarded(session, tender, lot)?;
    let facts = session.proven_tender(tender)?;
    let made = bodies::<AwardMade>(&facts)
        .into_iter()
        .flat_map(|(_, made)| made.awards);
    let award = made.into_iter().find(|award| award.lot == lot);
    let award = award.ok_or_else(|| Failure::Input(format!("lot {lot} of {tender} is not awarded")))?;
    let opened = bodies::<OpeningRecorded>(&facts);
    let bids = opened.iter().flat_map(|(_, record)| &record.bids);
    let parts = bids.filter(|one| one.bid == award.bid).flat_map(|one| &one.parts);
    let mut letters = parts
        .filter(|part| part.lot == lot)
        .filter_map(|part| part.letter.as_ref());
    let letter: Option<&Letter> = letters.rfind(|letter| letter.price.is_some());
    let letter = letter.ok_or_else(|| Failure::Check(format!("{} has no opened letter", award.bid)))?;
    Ok(ContractSigned {
        account: award.account,
        added: None,
        bid: award.bid,
        bond: None,
        contract,
        differs: None,
        lot,
        period_days: letter.period_days,
        price: award.price,
        quality: letter.quality.clone(),
        signed_at,
        tender: tender.clone(),
    })
}

/// The lot meant: the one named, or the only one awarded.
fn awarded(session: &mut Session, tender: &TenderId, lot: Option<&LotId>) -> Result<LotId, Failure> {
    let facts = session.proven_tender(tender)?;
    let made = bodies::<AwardMade>(&facts)
        .into_iter()
        .flat_map(|(_, made)| made.awards);
    let lots: Vec<LotId> = made.map(|award| award.lot).collect();
    match (lot, lots.as_slice()) {
        (Some(lot), _) => Ok(lot.clone()),
        (None, [only]) => Ok(only.clone()),
        (None, []) => Err(Failure::Input(format!("{tender} is not awarded"))),
        (None, _) => Err(Failure::Input(format!(
            "{tender} has several lots; name one with --lot"
        ))),
    }
}

pub(super) fn money(text: &str, currency: Currency) -> Result<Money, Failure> {
    Money::parse(text, currency).map_err(|why| Failure::Input(why.to_string()))
}

/// Name, length and digest of a file that stays here.
fn digested(file: &Path) -> Result<Document, Failure> {
    let mut open = std::fs::File::open(file).map_err(failure::file(file))?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; 65_536]);
    loop {
        let read = open.read(&mut buffer).map_err(failure::file(file))?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else {
            break;
        };
        hash.update(part);
        bytes = bytes.saturating_add(u64::try_from(read).unwrap_or_default());
    }
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Document {
        bytes,
        name: name.unwrap_or_default(),
        sha256: Hex(hash.finalize().into()),
    })
}

pub(super) fn send<B: facts::record::Body>(
    machine: &Machine,
    session: &mut Session,
    key: &Path,
    tender: &TenderId,
    body: &B,
    what: &str,
) -> Result<(), Failure> {
    let key = machine.key(key)?;
    let done = session.act(&key, Stream::Tender(tender.clone()), body)?;
    machine.done(&format!("{tender}: {what}"), &done);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::digested;

    #[test]
    fn a_file_is_named_by_its_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("合同.txt");
        std::fs::write(&path, b"abc").unwrap();
        let document = digested(&path).unwrap();
        assert_eq!((document.bytes, document.name.as_str()), (3, "合同.txt"));
        assert!(document.sha256.to_string().starts_with("ba7816bf"));
        assert!(digested(&folder.path().join("none")).is_err());
    }
}
