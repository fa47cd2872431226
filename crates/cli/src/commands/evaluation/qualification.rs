//! 资格审查 from the buyer's machine: the files that prove who is qualified, and the review signed at once.
//!
//! Invariant: every bid that was read out is judged on every item, those not named as failing as passing; a file is kept
//! only if it is the one of the opening record.

use crate::failure::{self, Failure};
use crate::machine::Machine;
use crate::session::{Session, Zone};
use clap::Args;
use facts::body::qualification::{QualificationReviewed, Qualified};
use facts::id::{ItemId, LotId};
use facts::{BidId, Hex, Stream, TenderId};
use ledger::hash::sha256;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What is to be reviewed, shown or fetched.
#[derive(Args)]
pub struct Look {
    /// The tender
    pub tender: TenderId,
    /// Fetch the files into this new or empty folder, as BID-LOT-PART
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// The review.
#[derive(Args)]
pub struct Qualify {
    /// The tender
    pub tender: TenderId,
    /// A bid that fails an item and why, in all its lots or in one; may be repeated. Whoever is not named passes
    #[arg(long = "fail", value_name = "BID[/LOT]:ITEM=REASON", value_parser = failing)]
    pub failing: Vec<Failing>,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// A bid that fails, as the command line names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// The bid.
    pub bid: BidId,
    /// The item.
    pub item: ItemId,
    /// The lot; all lots of the bid if there is none.
    pub lot: Option<LotId>,
    /// Why.
    pub reason: String,
}

/// Reads `BID:ITEM=REASON` or `BID/LOT:ITEM=REASON`; the reason may hold further signs.
fn failing(text: &str) -> Result<Failing, String> {
    let wrong = || format!("{text:?} is not BID:ITEM=REASON or BID/LOT:ITEM=REASON");
    let (what, reason) = text.split_once('=').ok_or_else(wrong)?;
    let (place, item) = what.split_once(':').ok_or_else(wrong)?;
    let (bid, lot) = match place.split_once('/') {
        Some((bid, lot)) => (bid, Some(lot)),
        None => (place, None),
    };
    if reason.trim().is_empty() {
        return Err(format!("{place} fails {item} without a reason"));
    }
    Ok(Failing {
        bid: BidId::parse(bid).map_err(|e| e.to_string())?,
        item: ItemId::parse(item).map_err(|e| e.to_string())?,
        lot: lot.map(LotId::parse).transpose().map_err(|e| e.to_string())?,
        reason: reason.trim().to_owned(),
    })
}

#[derive(Debug, Deserialize)]
struct Shown {
    bids: Vec<ShownBid>,
    due: bool,
    items: Vec<ShownItem>,
}

#[derive(Debug, Deserialize)]
struct ShownBid {
    bid: BidId,
    files: Vec<ShownFile>,
    lot: LotId,
}

#[derive(Debug, Deserialize)]
struct ShownItem {
    item: ItemId,
}

#[derive(Debug, Deserialize)]
struct ShownFile {
    part: String,
    sha256: String,
    submission: Hex<16>,
}

fn shown(session: &Session, tender: &TenderId) -> Result<(Value, Shown), Failure> {
    let view: Value = session
        .zone(Zone::Procurement)
        .get(&format!("/api/tenders/{tender}/qualification"))?;
    let shown = serde_json::from_value(view.clone()).map_err(|e| Failure::Input(e.to_string()))?;
    Ok((view, shown))
}

/// Shows what is to be reviewed; fetches the files.
pub(super) fn look(machine: &Machine, look: &Look) -> Result<(), Failure> {
    let key = machine.key(&look.key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Procurement)?;
    let (view, shown) = shown(&session, &look.tender)?;
    let Some(folder) = &look.into else {
        return machine.show(&view);
    };
    std::fs::create_dir_all(folder).map_err(failure::file(folder))?;
    let mut fetched = Vec::new();
    for bid in &shown.bids {
        for file in &bid.files {
            fetched.push(one(&session, &look.tender, bid, file, folder)?);
        }
    }
    let count = fetched.len();
    machine.say(
        &format!("{count} files in {}", folder.display()),
        &json!({ "files": fetched }),
    );
    Ok(())
}

/// One file, compared with the digest of the opening record.
fn one(
    session: &Session,
    tender: &TenderId,
    bid: &ShownBid,
    file: &ShownFile,
    folder: &Path,
) -> Result<PathBuf, Failure> {
    let path = folder.join(format!("{}-{}-{}", bid.bid, bid.lot, file.part));
    let from = format!("/api/tenders/{tender}/qualification/{}", file.submission);
    session.zone(Zone::Procurement).download(&from, &path)?;
    let bytes = std::fs::read(&path).map_err(failure::file(&path))?;
    if Hex(sha256(&bytes)).to_string() == file.sha256 {
        return Ok(path);
    }
    Err(Failure::Check(format!(
        "{} is not the file of the opening record (SHA-256 {}); tell the supervisor",
        path.display(),
        file.sha256
    )))
}

/// Signs the review.
pub(super) fn qualify(machine: &Machine, review: &Qualify) -> Result<(), Failure> {
    let key = machine.key(&review.key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Procurement)?;
    let (_, shown) = shown(&session, &review.tender)?;
    if !shown.due {
        return Err(Failure::Input(format!(
            "{}: there is no qualification to review now: the opening is not over, it was reviewed, or the panel does",
            review.tender
        )));
    }
    let body = QualificationReviewed {
        tender: review.tender.clone(),
        votes: votes(&shown, &review.failing)?,
    };
    let out = body.votes.iter().filter(|vote| !vote.passes).count();
    let done = session.act(&key, Stream::Tender(review.tender.clone()), &body)?;
    machine.done(
        &format!("{}: qualification reviewed, {out} failures named", review.tender),
        &done,
    );
    Ok(())
}

/// One vote for every bid and item, in the order shown; a failure that fits nothing is a slip of the pen.
fn votes(shown: &Shown, failing: &[Failing]) -> Result<Vec<Qualified>, Failure> {
    let fits = |one: &Failing, bid: &ShownBid, item: &ItemId| {
        one.bid == bid.bid && one.item == *item && one.lot.as_ref().is_none_or(|lot| *lot == bid.lot)
    };
    let known = |one: &&Failing| {
        let mut all = shown
            .bids
            .iter()
            .flat_map(|bid| shown.items.iter().map(move |item| (bid, item)));
        !all.any(|(bid, item)| fits(one, bid, &item.item))
    };
    if let Some(stray) = failing.iter().find(known) {
        return Err(Failure::Input(format!(
            "bid {} and item {} are not among those to be reviewed",
            stray.bid, stray.item
        )));
    }
    let all = shown.bids.iter().flat_map(|bid| {
        shown.items.iter().map(move |ShownItem { item }| {
            let reason = failing
                .iter()
                .find(|one| fits(one, bid, item))
                .map(|one| one.reason.clone());
            Qualified {
                bid: bid.bid.clone(),
                item: item.clone(),
                lot: bid.lot.clone(),
                passes: reason.is_none(),
                reason: reason.unwrap_or_default(),
            }
        })
    });
    Ok(all.collect())
}

#[cfg(test)]
mod tests {
    use super::{Shown, failing, votes};
    use serde_json::json;

    fn shown() -> Shown {
        let bid = |bid: &str, lot: &str| json!({ "bid": bid, "lot": lot, "files": [] });
        let view = json!({
            "bids": [bid("A", "L1"), bid("B", "L1"), bid("A", "L2")],
            "due": true,
            "items": [{ "item": "licence" }, { "item": "tax" }],
        });
        serde_json::from_value(view).unwrap()
    }

    #[test]
    fn a_failure_has_bid_item_and_reason() {
        let one = failing("A/L1:licence=no seal: none at all = out").unwrap();
        assert_eq!(one.lot.unwrap().as_str(), "L1");
        assert_eq!(one.reason, "no seal: none at all = out");
        for wrong in ["A", "A:licence", "A=why", "A:licence= ", "a b:licence=why"] {
            assert!(failing(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn whoever_is_not_named_passes_every_item() {
        let out = [
            failing("A:tax=late").unwrap(),
            failing("B/L1:licence=none").unwrap(),
        ];
        let votes = votes(&shown(), &out).unwrap();
        let told: Vec<_> = votes
            .iter()
            .map(|vote| format!("{}/{}/{} {}", vote.lot, vote.bid, vote.item, vote.reason))
            .collect();
        assert_eq!(
            told,
            [
                "L1/A/licence ",
                "L1/A/tax late",
                "L1/B/licence none",
                "L1/B/tax ",
                "L2/A/licence ",
                "L2/A/tax late"
            ]
        );
        assert!(votes.iter().all(|vote| vote.passes == vote.reason.is_empty()));
    }

    #[test]
    fn a_failure_of_nobody_is_a_slip_of_the_pen() {
        for stray in ["C:tax=late", "A:other=late", "B/L2:tax=late"] {
            assert!(votes(&shown(), &[failing(stray).unwrap()]).is_err(), "{stray}");
        }
    }
}
