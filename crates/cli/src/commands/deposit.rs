//! Deposits after the award: returned with their interest, or kept on a ground of the law (保证金).
//!
//! Invariant: whose deposit waits is taken from the proven notice and opening record, never typed.

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
use facts::{BidId, Instant, Money, TenderId};
use std::collections::BTreeSet;
use std::path::PathBuf;

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
pub fn run(machine: &Machine, command: Deposit) -> Result<(), Failure> {
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
