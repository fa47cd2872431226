//! From the evaluation and supervision to a bidder: who was given which file of its bid to read, and when (查阅记录),
//! and which of its own facts two supervisors read in an emergency (应急查阅).
//!
//! Invariant: a bidder learns of its own alone; of the panel nothing before the result is computed and no name before
//! the panel is public, until then a reader is a seat; of supervision what is public, after the opening.

use crate::doors::Doors;
use desk::Problem;
use desk::account::fingerprint;
use facts::body::supervision::{AccessGranted, AccessRequested, AccessUsed};
use facts::id::{AccessId, CodeId, LotId, PartId, SeatId};
use facts::{AccountId, Hex, Instant, Stream, TenderId};
use serde::Serialize;
use utoipa::ToSchema;

/// One reading of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reading {
    /// When the file was given out.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// Who sat there then; absent before the panel is public.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub expert: Option<AccountId>,
    /// The lot.
    #[schema(value_type = String)]
    pub lot: LotId,
    /// The part.
    #[schema(value_type = String)]
    pub part: PartId,
    /// The seat of the panel.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// Position of the fact `document.opened` in the log.
    pub seq: u64,
}

/// Who read what of one's own bid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Readings {
    /// Whether the result is computed, so that readings are shown.
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
    /// Who has read, and when first.
    pub read: Vec<Read>,
    /// Why nothing less would do.
    pub reason: String,
    /// Positions of one's own facts among those that it names.
    pub seqs: Vec<u64>,
}

/// One reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Read {
    /// When first.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The supervisor.
    #[schema(value_type = String)]
    pub by: AccountId,
    /// Position of the fact `access.used` in the log.
    pub seq: u64,
}

/// What was read of an account's own: files of its bid by the panel, facts by supervision.
pub async fn of(doors: &Doors, tender: &TenderId, account: &AccountId) -> Result<Readings, Problem> {
    let mut told = by_seats(doors, tender, account).await?;
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

/// The readings of the bid of an account by seats of the panel; none where it has no bid.
async fn by_seats(doors: &Doors, tender: &TenderId, account: &AccountId) -> Result<Readings, Problem> {
    let state = doors.tender(tender).await?;
    let stream = Stream::Evaluation(tender.clone());
    let evaluation = doors.laws.evaluations.state(&stream).await?;
    let (Some(bid), Some(opened), Some(_)) = (
        state.entrants.get(account),
        evaluation.opened.as_ref(),
        evaluation.concluded.as_ref(),
    ) else {
        return Ok(Readings::default());
    };
    let public = evaluation.secret.is_empty();
    let lot = |code: &CodeId| {
        opened
            .bids
            .iter()
            .find(|one| one.code == *code)
            .map(|one| &one.lot)
    };
    let readings = evaluation.room.read.iter().filter_map(|reading| {
        let own = evaluation.codes.get(&reading.code) == Some(bid);
        let lot = lot(&reading.code).filter(|_| own)?;
        Some(Reading {
            at: reading.at,
            expert: reading.expert.clone().filter(|_| public),
            lot: lot.clone(),
            part: reading.part.clone(),
            seat: reading.seat.clone(),
            seq: reading.seq,
        })
    });
    Ok(Readings {
        shown: true,
        readings: readings.collect(),
        emergencies: Vec::new(),
    })
}
