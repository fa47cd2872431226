//! After the award: contract, publication, filing, supplements, the written report, deposits (合同、保证金).
//!
//! Invariant: the terms of a contract are taken from the proven award and opening record, never typed; a file stays on
//! this machine, only its digest goes out.

use crate::commands::complaint::word;
use crate::failure::{self, Failure};
use crate::gather::bodies;
use crate::machine::Machine;
use crate::session::Session;
use clap::Subcommand;
use facts::body::award::AwardMade;
use facts::body::bid::Letter;
use facts::body::contract::{
    AwardReported, ContractFiled, ContractPublished, ContractSigned, ContractSupplemented, DepositKept,
    DepositsReturned, KeepGround, Returned,
};
use facts::body::opening::OpeningRecorded;
use facts::body::tender::{Document, TenderNoticed};
use facts::calendar::{Date, start_of};
use facts::id::LotId;
use facts::{BidId, Currency, Hex, Instant, Money, Stream, TenderId};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
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

/// Deposits.
#[derive(Subcommand)]
pub enum Deposit {
    /// Record that deposits went back: of the bids named, or of all that wait (退还保证金)
    Return {
        /// The tender
        tender: TenderId,
        /// A bid and its interest, as in bid-1=41.20; left out: every bid that waits, without interest
        #[arg(long = "bid", value_name = "BID[=INTEREST]")]
        bids: Vec<String>,
        /// Day of payment, YYYY-MM-DD; today if left out
        #[arg(long, value_name = "DATE")]
        day: Option<Date>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Record that a deposit is kept (不予退还)
    Keep {
        /// The tender
        tender: TenderId,
        /// The bid
        bid: BidId,
        /// The lot; may be left out if the bid was for one
        #[arg(long)]
        lot: Option<LotId>,
        /// `revoked`, `no_contract`, `conditions`, `no_bond` or `fraud`
        #[arg(long, value_parser = word::<KeepGround>)]
        ground: KeepGround,
        /// What happened; public
        #[arg(long)]
        reason: String,
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

/// Does it.
pub fn deposit(machine: &Machine, command: Deposit) -> Result<(), Failure> {
    let mut session = machine.connect()?;
    match command {
        Deposit::Return {
            tender,
            bids,
            day,
            key,
        } => {
            let interests = bids
                .iter()
                .map(|text| named(text))
                .collect::<Result<Vec<_>, _>>()?;
            let paid_at = day.map_or_else(crate::clock::now, start_of);
            let body = returned(&mut session, &tender, &interests, paid_at)?;
            send(
                machine,
                &mut session,
                &key,
                &tender,
                &body,
                "return of deposits recorded",
            )
        }
        Deposit::Keep {
            tender,
            bid,
            lot,
            ground,
            reason,
            key,
        } => {
            let waiting = waiting(&mut session, &tender)?;
            let mut own = waiting.into_iter().filter(|one| one.bid == bid);
            let chosen = own.find(|one| lot.as_ref().is_none_or(|lot| one.lot == *lot));
            let one = chosen.ok_or_else(|| Failure::Input(format!("no deposit of {bid} waits")))?;
            let body = DepositKept {
                amount: one.amount,
                bid,
                ground,
                lot: one.lot,
                reason,
                tender: tender.clone(),
            };
            send(
                machine,
                &mut session,
                &key,
                &tender,
                &body,
                "deposit recorded as kept",
            )
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

/// Deposits of opened bids that were neither returned nor kept, each in full and without interest.
pub fn waiting(session: &mut Session, tender: &TenderId) -> Result<Vec<Returned>, Failure> {
    let facts = session.proven_tender(tender)?;
    let mut settled: BTreeSet<(BidId, LotId)> = BTreeSet::new();
    for (_, body) in bodies::<DepositsReturned>(&facts) {
        settled.extend(body.returned.into_iter().map(|one| (one.bid, one.lot)));
    }
    settled.extend(
        bodies::<DepositKept>(&facts)
            .into_iter()
            .map(|(_, body)| (body.bid, body.lot)),
    );
    let opened = bodies::<OpeningRecorded>(&facts);
    let mut waiting = Vec::new();
    let noticed = bodies::<TenderNoticed>(&facts);
    for lot in noticed.iter().flat_map(|(_, notice)| &notice.lots) {
        let Some(amount) = lot.deposit else { continue };
        for bid in opened.iter().flat_map(|(_, record)| &record.bids) {
            let of_lot = bid.parts.iter().any(|part| part.lot == lot.lot);
            if of_lot && settled.insert((bid.bid.clone(), lot.lot.clone())) {
                waiting.push(Returned {
                    amount,
                    bid: bid.bid.clone(),
                    interest: Money::new(amount.currency, 0),
                    lot: lot.lot.clone(),
                });
            }
        }
    }
    Ok(waiting)
}

/// The batch of deposits of the bids named, with their interest, or of all that wait.
pub fn returned(
    session: &mut Session,
    tender: &TenderId,
    named: &[(BidId, Option<String>)],
    paid_at: Instant,
) -> Result<DepositsReturned, Failure> {
    let mut returned = waiting(session, tender)?;
    if !named.is_empty() {
        returned.retain(|one| named.iter().any(|(bid, _)| *bid == one.bid));
        if let Some((bid, _)) = named
            .iter()
            .find(|(bid, _)| returned.iter().all(|one| one.bid != *bid))
        {
            return Err(Failure::Input(format!("no deposit of {bid} waits")));
        }
        for one in &mut returned {
            let interest = named
                .iter()
                .find(|(bid, _)| *bid == one.bid)
                .and_then(|(_, text)| text.as_ref());
            if let Some(text) = interest {
                one.interest = money(text, one.amount.currency)?;
            }
        }
    }
    Ok(DepositsReturned {
        paid_at,
        returned,
        tender: tender.clone(),
    })
}

/// `BID` or `BID=INTEREST`.
fn named(text: &str) -> Result<(BidId, Option<String>), Failure> {
    let (bid, interest) = match text.split_once('=') {
        Some((bid, interest)) => (bid, Some(interest.to_owned())),
        None => (text, None),
    };
    let bid = BidId::parse(bid).map_err(|why| Failure::Input(format!("{bid}: {why}")))?;
    Ok((bid, interest))
}

fn money(text: &str, currency: Currency) -> Result<Money, Failure> {
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

fn send<B: facts::record::Body>(
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
    use super::{digested, money, named};
    use facts::Currency;

    #[test]
    fn a_bid_is_named_with_or_without_its_interest() {
        assert_eq!(named("bid-1").unwrap().1, None);
        let (bid, interest) = named("bid-1=41.20").unwrap();
        assert_eq!((bid.as_str(), interest.as_deref()), ("bid-1", Some("41.20")));
        assert!(named("=41").is_err() && named("a b=1").is_err());
        assert!(money("41.205", Currency::CNY).is_err());
    }

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
