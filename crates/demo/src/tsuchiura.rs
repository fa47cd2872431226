//! The Tsuchiura auctions as a file: read strictly, with what is odd in them named.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

/// One auction.
#[derive(Debug, Clone)]
pub(crate) struct Auction {
    /// Its number.
    pub(crate) pid: u32,
    /// Reserve price in yen (最高投标限价).
    pub(crate) reserve: i64,
    /// Minimum price in yen, where one was set.
    pub(crate) minimum: Option<i64>,
    /// Bids in yen by bidder, in the order of the file.
    pub(crate) bids: Vec<(String, i64)>,
    /// The bidder that the record names as winner.
    pub(crate) winner: Option<String>,
    /// Rows of the file that could not be taken as they stand.
    pub(crate) remarks: Vec<String>,
}

/// Auctions that the data's own README names as odd, with the reason.
pub(crate) fn odd(pid: u32) -> Option<&'static str> {
    match pid {
        192 | 246 | 647 | 923 => {
            Some("the record names no winner, although there are bids within the limits")
        }
        273 | 423 | 577 | 570 | 874 | 848 => {
            Some("the record names a winner that is not the lowest bid within the limits, and gives no cause")
        }
        _ => None,
    }
}

/// Auctions with a tie for the lowest bid.
const TIES: [u32; 6] = [222, 246, 410, 441, 652, 698];

fn number(text: &str, what: &str, line: usize) -> Result<i64, String> {
    text.parse()
        .map_err(|_| format!("line {line}: {what} {text:?} is no whole number of yen"))
}

/// Reads all auctions of the file, in its order.
pub(crate) fn read(path: &Path) -> Result<Vec<Auction>, String> {
    let mut reader = csv::Reader::from_path(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let headers = reader.headers().map_err(|e| e.to_string())?.clone();
    let column = |name: &str| {
        headers
            .iter()
            .position(|h| h == name)
            .ok_or_else(|| format!("no column {name}"))
    };
    let (pid, bidder) = (column("pid")?, column("bidder_id")?);
    let (reserve, minimum) = (column("reserveprice")?, column("minprice")?);
    let (bid, winner) = (column("bid")?, column("winner")?);
    let mut order = Vec::new();
    let mut auctions: BTreeMap<u32, Auction> = BTreeMap::new();
    for (line, row) in (2_usize..).zip(reader.records()) {
        let row = row.map_err(|e| format!("line {line}: {e}"))?;
        let field = |at: usize| row.get(at).unwrap_or_default();
        let id: u32 = field(pid)
            .parse()
            .map_err(|_| format!("line {line}: no auction number"))?;
        if let Entry::Vacant(place) = auctions.entry(id) {
            order.push(id);
            let limit = if field(minimum).is_empty() {
                None
            } else {
                Some(number(field(minimum), "minimum price", line)?)
            };
            let auction = Auction {
                pid: id,
                reserve: number(field(reserve), "reserve price", line)?,
                minimum: limit,
                bids: Vec::new(),
                winner: None,
                remarks: Vec::new(),
            };
            place.insert(auction);
        }
        let Some(auction) = auctions.get_mut(&id) else {
            continue;
        };
        let who = field(bidder).to_owned();
        if field(bid).is_empty() {
            auction
                .remarks
                .push(format!("bidder {who} is listed without a bid"));
            continue;
        }
        auction.take(who, number(field(bid), "bid", line)?, field(winner) == "1");
    }
    Ok(order.into_iter().filter_map(|id| auctions.remove(&id)).collect())
}

impl Auction {
    fn take(&mut self, who: String, yen: i64, wins: bool) {
        if wins {
            self.winner = Some(who.clone());
        }
        match self.bids.iter_mut().find(|(known, _)| *known == who) {
            None => self.bids.push((who, yen)),
            Some((_, known)) => {
                // The file lists some firms twice in one auction; a bidder has one bid here.
                self.remarks
                    .push(format!("bidder {who} is listed twice; the lower bid is taken"));
                *known = yen.min(*known);
            }
        }
    }
}

/// Auctions with a rejected bid that are taken beside the odd ones and the ties.
const BELOW: usize = 6;

/// `count` auctions: the odd ones first, then ties, then some with a bid under the minimum price, then the
/// file's order.
pub(crate) fn choose(auctions: Vec<Auction>, count: usize) -> Vec<Auction> {
    let (mut first, rest): (Vec<_>, Vec<_>) = auctions.into_iter().partition(|a| odd(a.pid).is_some());
    let (ties, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|a| TIES.contains(&a.pid));
    let below = |a: &Auction| {
        a.minimum
            .is_some_and(|minimum| a.bids.iter().any(|(_, yen)| *yen < minimum))
    };
    let (mut limited, mut rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(below);
    rest.extend(limited.split_off(limited.len().min(BELOW)));
    first.extend(ties);
    first.extend(limited);
    first.extend(rest);
    first.truncate(count);
    first
}
