//! The auctions of the data: rows read, grouped by tender.
//!
//! Invariant: a file with other columns, or a number that is none, is refused whole.

use facts::{Currency, Money};
use kaibiao_screen::prices::{self, Measures, Offer};
use std::collections::BTreeMap;

/// One auction.
#[derive(Default)]
pub(crate) struct Auction {
    pub(crate) date: i64,
    pub(crate) reserve: i64,
    pub(crate) bids: Vec<Bid>,
}

pub(crate) struct Bid {
    pub(crate) firm: String,
    /// Nothing where the bidder handed in no price.
    pub(crate) price: Option<i64>,
    pub(crate) won: bool,
    pub(crate) ring: bool,
    pub(crate) out: bool,
}

impl Auction {
    pub(crate) fn offers(&self) -> Vec<Offer> {
        let offer = |bid: &Bid| {
            Some(Offer {
                bidder: bid.firm.clone(),
                price: Money::new(Currency::JPY, bid.price?),
            })
        };
        self.bids.iter().filter_map(offer).collect()
    }

    pub(crate) fn measures(&self) -> Option<Measures> {
        let prices: Vec<i64> = self.bids.iter().filter_map(|bid| bid.price).collect();
        prices::measures(&prices).filter(|measured| measured.prices >= 3)
    }

    pub(crate) fn winner(&self) -> Option<&Bid> {
        self.bids.iter().find(|bid| bid.won)
    }
}

pub(crate) fn read(path: &str) -> Result<BTreeMap<u64, Auction>, Box<dyn std::error::Error>> {
    let mut rows = csv::Reader::from_path(path)?;
    let header = rows.headers()?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|known| known == name)
            .ok_or(format!("no column {name}"))
    };
    let wanted = [
        "pid",
        "date",
        "bidder_id",
        "reserveprice",
        "bid",
        "winner",
        "is_cartel",
        "belowminprice",
    ];
    let at: Vec<usize> = wanted.into_iter().map(column).collect::<Result<_, _>>()?;
    let mut auctions: BTreeMap<u64, Auction> = BTreeMap::new();
    for row in rows.records() {
        let row = row?;
        let auction = auctions.entry(row[at[0]].parse()?).or_default();
        auction.date = row[at[1]].parse()?;
        auction.reserve = row[at[3]].parse()?;
        auction.bids.push(Bid {
            firm: row[at[2]].to_owned(),
            price: match &row[at[4]] {
                "" => None,
                price => Some(price.parse()?),
            },
            won: &row[at[5]] == "1",
            ring: &row[at[6]] == "1",
            out: &row[at[7]] == "1",
        });
    }
    Ok(auctions)
}
