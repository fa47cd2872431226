//! From all zones to a bidder: who was given which file of its bid to read, and when (查阅记录),
//! and which of its own facts two supervisors read in an emergency (应急查阅).
//!
//! Invariant: a bidder learns of its own alone; of the panel nothing before the result is computed or the tender is over, and no name before
//! the panel is public, until then a reader is a seat; of supervision what is public, after the opening.

use crate::doors::Doors;
use desk::Problem;
use desk::account::fingerprint;
use facts::body::supervision::{AccessGranted, AccessRequested, AccessUsed};
use facts::id::{AccessId, CodeId, LotId, PartId, SeatId};
use facts::{AccountId, BidId, Hex, Instant, Stream, TenderId};
use serde::Serialize;
use utoipa::ToSchema;

/// As what somebody was given a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReadingRole)]
pub enum As {
    /// The buyer's agent, for the review of the qualification.
    Agent,
    /// The buyer, for the review of the qualification.
    Buyer,
    /// A member of the panel.
    Expert,
}

impl As {
    /// The word in Chinese and in English.
    #[must_use]
    pub const fn word(self) -> (&'static str, &'static str) {
        match self {
            Self::Agent => ("代理机构(资格审查)", "agent, qualification"),
            Self::Buyer => ("招标人(资格审查)", "buyer, qualification"),
            Self::Expert => ("评标委员会", "panel"),
        }
    }
}

/// One reading of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reading {
    /// When the file was given out.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Who read; of the panel, absent before it is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub by: Option<AccountId>,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: LotId,
    /// The part.
    #[schema(value_type = String)]
    pub part: PartId,
    /// As what.
    pub role: As,
    /// The seat of the panel.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub seat: Option<SeatId>,
    /// Position in the log of the fact that says so: `document.opened` or `qualification.read`.
    pub seq: u64,
}

/// Who read what of one's own bid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readings {
    /// Whether the result is computed or the tender over, so that readings of the panel are shown too.
    pub shown: bool,
    /// Every file given out, in order.
    pub readings: Vec<Reading>,
    /// Accesses of supervision in an emergency to facts of one's own, disclosed after the opening.
    pub emergencies: Vec<Emergency>,
}

/// Facts of one's own that two supervisors had the right to read in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Emergency {
    /// The access.
    #[schema(value_type = String)]
    pub access: AccessId,
    /// Its basis in law.
    pub basis: String,
    /// Why the other supervisor granted it; absent while nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted: Option<String>,
    /// Every reading.
    pub read: Vec<Read>,
    /// Why nothing less would do.
    pub reason: String,
    /// Positions of one's own facts among those that it names.
    pub seqs: Vec<u64>,
}

/// One reading by a supervisor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Read {
    /// When.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The supervisor.
    #[schema(value_type = String)]
    pub by: AccountId,
    /// Position of the fact `access.used` in the log.
    pub seq: u64,
}

/// What was read of an account's own: files of its bid by buyer, agent and panel, facts by supervision.
pub async fn of(doors: &Doors, tender: &TenderId, account: &AccountId) -> Result<Readings, Problem> {
    let mut told = of_files(doors, tender, account).await?;
    told.emergencies = emergencies(doors, tender, account).await?;
    Ok(told)
}

async fn emergencies(
    doors: &Doors,
    tender: &TenderId,
    account: &AccountId,
) -> Result<Vec<Emergency>, Problem> {
    let disclosed = doors.public_history(&Stream::Supervision(tender.clone())).await?;
    let requested = disclosed
        .iter()
        .filter_map(|record| record.of::<AccessRequested>());
    // Read here: a stream over the records would not live across the waits below.
    let requested: Vec<AccessRequested> = requested.collect();
    if requested.is_empty() {
        return Ok(Vec::new());
    }
    let state = doors.tender(tender).await?;
    let bid = state.entrants.get(account).and_then(|bid| state.bids.get(bid));
    let known = doors.front.directory.account(account).await?;
    let key = known.map(|known| fingerprint(&known.key));
    let mut found = Vec::new();
    for body in requested {
        let mut seqs = Vec::new();
        for seq in body.seqs {
            let is_of_bid = bid.is_some_and(|bid| bid.facts.contains(&seq));
            if is_of_bid || (key.is_some() && signer(doors, tender, seq).await? == key) {
                seqs.push(seq);
            }
        }
        if seqs.is_empty() {
            continue;
        }
        let granted = disclosed.iter().find_map(|record| {
            let granted = record.of::<AccessGranted>()?;
            (granted.access == body.access).then_some(granted.reason)
        });
        let read = disclosed.iter().filter_map(|record| {
            let used = record.of::<AccessUsed>()?;
            (used.access == body.access).then_some(Read {
                at: record.at,
                by: used.by,
                seq: record.seq,
            })
        });
        found.push(Emergency {
            read: read.collect(),
            granted,
            access: body.access,
            basis: body.basis,
            reason: body.reason,
            seqs,
        });
    }
    Ok(found)
}

/// Whose key signed a fact of a tender.
async fn signer(doors: &Doors, tender: &TenderId, seq: u64) -> Result<Option<Hex<32>>, Problem> {
    let records = doors.log.records(seq, 1).await?;
    let of_tender = |stream: &Stream| match stream {
        Stream::Tender(of) | Stream::Evaluation(of) | Stream::Supervision(of) => of == tender,
        _ => false,
    };
    let found = records
        .iter()
        .find(|record| record.seq == seq && of_tender(&record.stream));
    Ok(found.and_then(|record| record.actor))
}

/// The files of an account's bid that were given out; none where it has no bid.
async fn of_files(doors: &Doors, tender: &TenderId, account: &AccountId) -> Result<Readings, Problem> {
    let state = doors.tender(tender).await?;
    let Some(bid) = state.entrants.get(account) else {
        return Ok(Readings::default());
    };
    let stream = Stream::Evaluation(tender.clone());
    let evaluation = doors.laws.evaluations.state(&stream).await?;
    let opened = state.openings.values().any(|opening| opening.recorded.is_some());
    let shown = evaluation.concluded.is_some() || (opened && state.is_over());
    let mut readings = for_qualification(&state, bid);
    if shown {
        readings.extend(by_panel(&evaluation, bid));
    }
    readings.sort_by_key(|reading| reading.seq);
    Ok(Readings {
        shown,
        readings,
        emergencies: Vec::new(),
    })
}

fn for_qualification(state: &procure::State, bid: &BidId) -> Vec<Reading> {
    let buyer = state.registered.as_ref().map(|registered| &registered.buyer);
    let own = state.handed.iter().filter(|handed| handed.body.bid == *bid);
    own.map(|handed| Reading {
        at: handed.at,
        by: Some(handed.body.by.clone()),
        lot: handed.body.lot.clone(),
        part: handed.body.part.clone(),
        role: if buyer == Some(&handed.body.by) {
            As::Buyer
        } else {
            As::Agent
        },
        seat: None,
        seq: handed.seq,
    })
    .collect()
}

fn by_panel(evaluation: &evaluate::State, bid: &BidId) -> Vec<Reading> {
    let Some(opened) = &evaluation.opened else {
        return Vec::new();
    };
    let public = evaluation.secret.is_empty();
    let lot = |code: &CodeId| {
        let one = opened.bids.iter().find(|one| one.code == *code);
        one.map(|one| &one.lot)
    };
    let readings = evaluation.room.read.iter().filter_map(|reading| {
        let own = evaluation.codes.get(&reading.code) == Some(bid);
        let lot = lot(&reading.code).filter(|_| own)?;
        Some(Reading {
            at: reading.at,
            by: reading.expert.clone().filter(|_| public),
            lot: lot.clone(),
            part: reading.part.clone(),
            role: As::Expert,
            seat: Some(reading.seat.clone()),
            seq: reading.seq,
        })
    });
    readings.collect()
}
