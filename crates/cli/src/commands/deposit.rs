//! Deposits: received, and after the award returned with their interest, or kept on a ground of the law (保证金).
//!
//! Invariant: whose deposit waits is taken from the proven notice and opening record, never typed.

pub mod received;

use crate::commands::complaint::word;
use crate::commands::contract::{money, send};
use crate::failure::Failure;
use crate::gather::bodies;
use crate::machine::Machine;
use crate::session::Session;
use clap::Subcommand;
use facts::body::contract::{DepositKept, DepositsReturned, KeepGround, Returned};
use facts::body::opening::OpeningRecorded;
use facts::body::tender::TenderNoticed;
use facts::calendar::{Date, start_of};
use facts::id::LotId;
use facts::{AccountId, BidId, Instant, Money, TenderId};
use ledger::ceremony::Proven;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Deposits.
#[derive(Subcommand)]
pub enum Deposit {
    /// Record which deposits arrived, after the opening: the whole list; written again, the last one counts (到账)
    ///
    /// The file is a table (CSV, UTF-8) with the columns bid, lot, amount, `received_at` (China time, as in
    /// 2026-03-02 14:05), form (transfer, cheque, guarantee, cash, other), payer, account, own (yes, no: paid from the
    /// bidder's own basic account). Payer and account stay on this machine: only which rows have one payer goes out.
    Received {
        /// The tender
        tender: TenderId,
        /// The table
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
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
pub fn run(machine: &Machine, command: Deposit) -> Result<(), Failure> {
    let mut session = machine.connect()?;
    match command {
        Deposit::Received { tender, file, key } => {
            let body = received::list(&mut session, &tender, &file)?;
            let what = received::said(&body);
            send(machine, &mut session, &key, &tender, &body, &what)
        }
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
    let mut waiting = asked(&facts);
    waiting.retain(|one| !settled.contains(&(one.bid.clone(), one.lot.clone())));
    let returned = waiting.into_iter().map(|one| Returned {
        amount: one.amount,
        bid: one.bid,
        interest: Money::new(one.amount.currency, 0),
        lot: one.lot,
    });
    Ok(returned.collect())
}

/// A deposit that a lot asks for, of a bid that was opened.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whose.
    pub account: AccountId,
    /// How much.
    pub amount: Money,
    /// For which bid.
    pub bid: BidId,
    /// In which lot.
    pub lot: LotId,
}

/// Each deposit that is asked for, once.
fn asked(facts: &[Proven]) -> Vec<Asked> {
    let (noticed, opened) = (bodies::<TenderNoticed>(facts), bodies::<OpeningRecorded>(facts));
    let (mut asked, mut seen) = (Vec::new(), BTreeSet::new());
    for lot in noticed.iter().flat_map(|(_, notice)| &notice.lots) {
        let Some(amount) = lot.deposit else { continue };
        for bid in opened.iter().flat_map(|(_, record)| &record.bids) {
            let of_lot = bid.parts.iter().any(|part| part.lot == lot.lot);
            if of_lot && seen.insert((bid.bid.clone(), lot.lot.clone())) {
                asked.push(Asked {
                    account: bid.account.clone(),
                    amount,
                    bid: bid.bid.clone(),
                    lot: lot.lot.clone(),
                });
            }
        }
    }
    asked
}

/// The deposits that a tender asks for, by the proven notice and opening record.
pub fn due(session: &mut Session, tender: &TenderId) -> Result<Vec<Asked>, Failure> {
    Ok(asked(&session.proven_tender(tender)?))
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

#[cfg(test)]
mod tests {
    use super::{money, named};
    use facts::Currency;

    #[test]
    fn a_bid_is_named_with_or_without_its_interest() {
        assert_eq!(named("bid-1").unwrap().1, None);
        let (bid, interest) = named("bid-1=41.20").unwrap();
        assert_eq!((bid.as_str(), interest.as_deref()), ("bid-1", Some("41.20")));
        assert!(named("=41").is_err() && named("a b=1").is_err());
        assert!(money("41.205", Currency::CNY).is_err());
    }
}
