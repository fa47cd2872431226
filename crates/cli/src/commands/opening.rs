//! The bidder at the opening: unlock, dispute, object, confirm.

use super::bid::Own;
use crate::bid_folder::{BidFolder, unlock_secret};
use crate::failure::{self, Failure};
use crate::gather::bodies;
use crate::machine::Machine;
use crate::session::{Done, Session};
use crate::{clock, entropy};
use clap::Subcommand;
use facts::body::bid::BidSubmitted;
use facts::body::opening::{
    BidUnlocked, ListDisputed, ListFrozen, OpeningConfirmed, OpeningObjected, OpeningRecorded, TenderClosed,
    Unlock,
};
use facts::id::{ObjectionId, StageId};
use facts::{Hex, Stream};
use seal::SigningKey;
use serde_json::Value;
use std::path::PathBuf;

/// What a bidder does at the opening.
#[derive(Subcommand)]
pub enum Opening {
    /// Unlock your envelopes (投标人解密), where the tender has a bidder lock
    Unlock {
        /// The stage
        #[arg(long)]
        stage: StageId,
        /// The bid
        #[command(flatten)]
        own: Own,
    },
    /// Dispute the frozen list with a receipt
    Dispute {
        /// The stage
        #[arg(long)]
        stage: StageId,
        /// The receipt
        #[arg(long, value_name = "FILE")]
        receipt: PathBuf,
        /// What is wrong
        #[arg(long)]
        text: String,
        /// The bid
        #[command(flatten)]
        own: Own,
    },
    /// Object to the opening on the spot (条例44)
    Object {
        /// The stage
        #[arg(long)]
        stage: StageId,
        /// The text
        #[arg(long)]
        text: String,
        /// The bid
        #[command(flatten)]
        own: Own,
    },
    /// Sign the opening record
    Confirm {
        /// The stage
        #[arg(long)]
        stage: StageId,
        /// The bid
        #[command(flatten)]
        own: Own,
    },
    /// List the envelopes of a stage, after the closing
    Envelopes {
        /// The tender
        tender: facts::TenderId,
        /// The stage
        #[arg(long)]
        stage: StageId,
    },
}

/// Gives the bidder's own secrets for the envelopes of a stage that stand on the frozen list.
///
/// A secret given is given for ever, so it is given only for what the log proves: the deadline has passed by this
/// machine's own clock, the list is in the log, and what it lists of this bid is the revision submitted last.
pub fn unlock(
    session: &mut Session,
    folder: &BidFolder,
    stage: &StageId,
    key: &SigningKey,
) -> Result<Done, Failure> {
    let terms = session.terms(&folder.tender)?;
    // An order may have moved the deadline that the rules name, for an outage even after it had passed.
    let closings = bodies::<TenderClosed>(&terms.facts).into_iter();
    let closes_at = closings.fold(terms.closes_at, |last, (_, closed)| last.max(closed.closes_at));
    if clock::now() < closes_at {
        return Err(Failure::Declined(format!(
            "the deadline is {closes_at}, and by this machine's clock it has not come yet: nobody may ask for a secret now"
        )));
    }
    let list = bodies::<ListFrozen>(&terms.facts)
        .into_iter()
        .find(|(_, list)| list.stage == *stage);
    let (_, list) =
        list.ok_or_else(|| Failure::Input(format!("the list of stage {stage} is not frozen yet")))?;
    let own: Vec<_> = list
        .envelopes
        .iter()
        .filter(|listed| listed.bid == folder.bid)
        .collect();
    for listed in &own {
        let handed_in = terms.facts.iter().find(|fact| fact.record().seq == listed.seq);
        let is_last = handed_in.is_some_and(|fact| {
            let body = fact.record().of::<BidSubmitted>();
            fact.key() == Some(Hex(key.public().to_bytes()))
                && body.is_some_and(|body| {
                    body.revision == folder.revision
                        && body
                            .envelopes
                            .iter()
                            .any(|envelope| envelope.submission == listed.submission)
                })
        });
        if !is_last {
            return Err(Failure::Check(format!(
                "the list names envelope {} of entry {}, which is not of revision {} that was submitted last; do not \
                 unlock, dispute the list with the receipt",
                listed.submission, listed.seq, folder.revision
            )));
        }
    }
    let mine: Vec<Unlock> = own
        .iter()
        .map(|listed| Unlock {
            beta: Hex(unlock_secret(key, &listed.submission.0)),
            submission: listed.submission,
        })
        .collect();
    if mine.is_empty() {
        return Err(Failure::Input(format!(
            "no envelope of {} stands on the list of stage {stage}",
            folder.bid
        )));
    }
    let body = BidUnlocked {
        bid: folder.bid.clone(),
        keys: mine,
        stage: stage.clone(),
        tender: folder.tender.clone(),
    };
    session.act(key, Stream::Tender(folder.tender.clone()), &body)
}

/// Signs the record of a stage, as it is in the log.
pub fn confirm(
    session: &mut Session,
    folder: &BidFolder,
    stage: &StageId,
    key: &SigningKey,
) -> Result<Done, Failure> {
    let facts = session.proven_tender(&folder.tender)?;
    let recorded = bodies::<OpeningRecorded>(&facts)
        .into_iter()
        .find(|(_, body)| body.stage == *stage);
    let (record, _) =
        recorded.ok_or_else(|| Failure::Input(format!("stage {stage} has no opening record yet")))?;
    let body = OpeningConfirmed {
        bid: folder.bid.clone(),
        record,
        stage: stage.clone(),
        tender: folder.tender.clone(),
    };
    session.act(key, Stream::Tender(folder.tender.clone()), &body)
}

/// Does it.
pub fn run(machine: &Machine, command: Opening) -> Result<(), Failure> {
    let open = |own: &Own| -> Result<(BidFolder, SigningKey, Session), Failure> {
        let folder = BidFolder::load(&own.folder)?;
        let passphrase = machine.global.passphrase.read("Passphrase of the bid key")?;
        let key = folder.key(&own.folder, &passphrase)?;
        Ok((folder, key, machine.connect()?))
    };
    match command {
        Opening::Unlock { stage, own } => {
            let (folder, key, mut session) = open(&own)?;
            machine.done("unlocked", &unlock(&mut session, &folder, &stage, &key)?);
        }
        Opening::Confirm { stage, own } => {
            let (folder, key, mut session) = open(&own)?;
            machine.done("record confirmed", &confirm(&mut session, &folder, &stage, &key)?);
        }
        Opening::Dispute {
            stage,
            receipt,
            text,
            own,
        } => {
            let (folder, key, mut session) = open(&own)?;
            let receipt = std::fs::read_to_string(&receipt).map_err(failure::file(&receipt))?;
            let tender = folder.tender;
            let body = ListDisputed {
                bid: folder.bid,
                receipt,
                stage,
                tender: tender.clone(),
                text,
            };
            machine.done(
                "list disputed",
                &session.act(&key, Stream::Tender(tender), &body)?,
            );
        }
        Opening::Object { stage, text, own } => {
            let (folder, key, mut session) = open(&own)?;
            let objection =
                ObjectionId::parse(&entropy::name("objection")).map_err(|e| Failure::Input(e.to_string()))?;
            let tender = folder.tender;
            let body = OpeningObjected {
                bid: folder.bid,
                objection: objection.clone(),
                stage,
                tender: tender.clone(),
                text,
            };
            let done = session.act(&key, Stream::Tender(tender), &body)?;
            machine.done_as(
                &format!("{objection} made"),
                &done,
                Some(("objection", objection.as_str())),
            );
        }
        Opening::Envelopes { tender, stage } => {
            let path = format!("/api/tenders/{tender}/envelopes/{stage}");
            let shown: Value = machine.connect()?.procurement.get(&path)?;
            machine.show(&shown)?;
        }
    }
    Ok(())
}
