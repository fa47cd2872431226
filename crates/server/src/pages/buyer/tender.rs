//! One tender of a buyer: what can be done in its phase.
//!
//! Invariant: forms are offered by phase; the law decides again when they are signed.

use super::check::not_yours;
use super::{owns, waits};
use crate::doors::Doors;
use crate::pages::public::board::Notice;
use crate::pages::public::told::Told;
use crate::pages::public::words;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::{Outage, Problem};
use facts::body::award::{Candidate, CandidatesObjected, CandidatesPublicised};
use facts::body::evaluation::EvaluationConcluded;
use facts::body::opening::{OpeningObjected, OpeningRecorded};
use facts::body::quotes::Remaining;
use facts::body::tender::Regime;
use facts::{AccountId, Instant, Kind, Role, Stream, TenderId};
use procure::Phase;
use procure::limits;
use std::sync::Arc;

pub(super) fn routes() -> Router<Doors> {
    Router::new().route("/buyer/{tender}", get(tender))
}

/// An objection that waits for its reply.
struct Objection {
    id: String,
    text: String,
    kind: &'static str,
}

/// A key that serves a stage.
struct Key {
    stage: String,
    id: String,
    ceremony: String,
}

/// A bid and lot of the talks, and whose it is.
struct Talk {
    account: String,
    place: Remaining,
}

/// The stage that waits for its invitation (最后报价), and between whom the talks were.
struct Quotes {
    stage: String,
    talks: Vec<Talk>,
}

#[derive(Template)]
#[template(path = "buyer/tender.html")]
struct TenderPage {
    l: Layout,
    account: String,
    tender: TenderId,
    title: String,
    phase: &'static str,
    word: Phase,
    waits: &'static str,
    closes_at: Option<Instant>,
    keys: Vec<Key>,
    /// Completed ceremonies to take keys from.
    ceremonies: Vec<String>,
    tendering_days: u32,
    documents_days: u32,
    min_bidders: u32,
    publicity_days: u32,
    panel: u32,
    publicity: Option<Instant>,
    objections: Vec<Objection>,
    /// What is to be invited to, once and only while it is.
    quotes: Option<Quotes>,
    /// The body to sign so that candidates are publicised, as JSON.
    candidates: Option<String>,
    /// The candidates among whom the award is made, as JSON.
    award: Option<String>,
    regime: Regime,
    /// Whether the method leaves items of the qualification to the buyer, and the opening is over.
    qualifies: bool,
    /// What is public of it by now.
    public: Option<Arc<Notice>>,
    custodians: Vec<Ready>,
}

impl TenderPage {
    /// The law that applies, as the form's script names it.
    const fn regime_word(&self) -> &'static str {
        match self.regime {
            Regime::Works => "works",
            Regime::GovernmentProcurement => "government_procurement",
            Regime::Free => "free",
        }
    }

    /// Whether the opening is on.
    fn is_opening(&self) -> bool {
        matches!(
            self.word,
            Phase::Closed | Phase::Listed | Phase::Sharing | Phase::Recorded
        )
    }
}

/// Who can open a stage, and whether their shares were shown to be alive.
struct Ready {
    stage: String,
    k: u16,
    /// Accounts, each with the day of the last proof.
    members: Vec<(String, Option<String>)>,
}

/// What the invitation has to name; `None` unless the state awaits one.
fn quotes(state: &procure::State) -> Option<Quotes> {
    let awaited = state.awaits_quotes().filter(|_| !state.is_over())?;
    let owner = |place: &Remaining| state.bids.get(&place.bid).map(|bid| bid.account.to_string());
    let talks = state.in_talks().into_iter().map(|place| Talk {
        account: owner(&place).unwrap_or_default(),
        place,
    });
    Some(Quotes {
        stage: awaited.stage.to_string(),
        talks: talks.collect(),
    })
}

async fn custodians(doors: &Doors, told: &Told) -> Result<Vec<Ready>, Problem> {
    let mut found = Vec::with_capacity(told.keys.len());
    for fact in &told.keys {
        let Some(card) = doors.card(&fact.body.ceremony, &fact.body.key_id).await? else {
            continue;
        };
        let day = |index: u16| {
            told.proved
                .get(&(fact.body.key_id, index))
                .map(|(day, _)| day.clone())
        };
        let members = card.members.iter();
        found.push(Ready {
            stage: fact.body.stage.to_string(),
            k: card.k,
            members: members
                .map(|member| (member.account.to_string(), day(member.index)))
                .collect(),
        });
    }
    Ok(found)
}

async fn ceremonies(doors: &Doors) -> Result<Vec<String>, Problem> {
    let mut ids = Vec::new();
    for stream in doors.log.streams("ceremony/", None, 200).await? {
        let state = doors.laws.ceremonies.state(&stream).await?;
        let complete = state.phase() == Some(procure::ceremony::Phase::Completed);
        if let (true, Stream::Ceremony(id)) = (complete, &stream) {
            ids.push(id.to_string());
        }
    }
    Ok(ids)
}

/// Objections made and not yet answered, with the kind of fact that answers them.
async fn objections(doors: &Doors, tender: &TenderId) -> Result<Vec<Objection>, Problem> {
    let records = doors.public_history(&Stream::Tender(tender.clone())).await?;
    let answered: std::collections::BTreeSet<String> = records
        .iter()
        .filter_map(|record| {
            let opening = record.of::<facts::body::opening::OpeningReplied>();
            let candidates = record.of::<facts::body::award::CandidatesReplied>();
            opening
                .map(|body| body.objection.to_string())
                .or_else(|| candidates.map(|body| body.objection.to_string()))
        })
        .collect();
    let made = records.iter().filter_map(|record| {
        let opening = record.of::<OpeningObjected>().map(|body| Objection {
            id: body.objection.to_string(),
            text: body.text,
            kind: "opening.replied",
        });
        opening.or_else(|| {
            record.of::<CandidatesObjected>().map(|body| Objection {
                id: body.objection.to_string(),
                text: body.text,
                kind: "candidates.replied",
            })
        })
    });
    Ok(made
        .filter(|objection| !answered.contains(&objection.id))
        .collect())
}

/// The candidates that follow from the result of the evaluation: the first of each lot, with the opened prices.
async fn candidates(
    doors: &Doors,
    state: &procure::State,
    tender: &TenderId,
    now: Instant,
) -> Result<Option<CandidatesPublicised>, Problem> {
    let days = state.notice.as_ref().map_or(0, |notice| notice.publicity_days);
    let results = doors.public_history(&Stream::Evaluation(tender.clone())).await?;
    let Some((seq, concluded)) = results
        .iter()
        .rev()
        .find_map(|record| Some((record.seq, record.of::<EvaluationConcluded>()?)))
    else {
        return Ok(None);
    };
    // Candidates wait for the report of their result, and those of a revoked one come no more.
    let is_reported = results
        .iter()
        .any(|record| record.seq > seq && record.kind == Kind::ReportCompleted);
    let is_revoked = state.revocations.last().is_some_and(|(at, _)| *at > seq);
    if !is_reported || is_revoked {
        return Ok(None);
    }
    let records = doors.public_history(&Stream::Tender(tender.clone())).await?;
    let opened: Vec<_> = records
        .iter()
        .filter_map(|record| record.of::<OpeningRecorded>())
        .flat_map(|body| body.bids)
        .collect();
    let mut found = Vec::new();
    for lot in concluded.lots {
        for ranked in lot.ranking.into_iter().take(limits::CANDIDATES) {
            let priced = opened
                .iter()
                .filter(|bid| bid.bid == ranked.bid)
                .flat_map(|bid| bid.parts.iter().map(move |part| (bid, part)))
                .filter(|(_, part)| part.lot == lot.lot)
                .find_map(|(bid, part)| Some((bid, part.letter.as_ref()?.price?)));
            if let Some((bid, price)) = priced {
                found.push(Candidate {
                    account: bid.account.clone(),
                    bid: ranked.bid,
                    lot: lot.lot.clone(),
                    price,
                    rank: ranked.rank,
                });
            }
        }
    }
    Ok(Some(CandidatesPublicised {
        candidates: found,
        evaluation: seq,
        tender: tender.clone(),
        until: publicity_end(now, days),
    }))
}

/// End of a publicity that begins now: whole days in China Standard Time after the day on which it begins.
fn publicity_end(now: Instant, days: u32) -> Instant {
    use facts::time::{CHINA_OFFSET, DAY};
    let local = now.0.saturating_add(CHINA_OFFSET);
    let start_of_day = local.saturating_sub(local.rem_euclid(DAY));
    let days = i64::from(days).saturating_add(1).saturating_mul(DAY);
    Instant(start_of_day.saturating_add(days).saturating_sub(CHINA_OFFSET))
}

fn json(body: &impl serde::Serialize) -> Result<String, Problem> {
    serde_json::to_string(body).map_err(|e| Outage::new("writing a page", e).into())
}

async fn tender(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let account: AccountId = signed.caller.must_any(&[Role::Buyer, Role::Agent])?.clone();
    let l = signed.l;
    let state: Arc<procure::State> = doors.tender(&tender).await?;
    if !owns(&state, &account) {
        return Err(not_yours(&tender));
    }
    let word = state.phase();
    let (zh, en) = words::phase(word);
    let quotes = quotes(&state);
    let (waits_zh, waits_en) = match quotes {
        None if state.awaits_qualification() => (
            "审查投标人资格,之后方可评标",
            "Review who is qualified; the evaluation waits for it",
        ),
        Some(_) => (
            "磋商、谈判结束后邀请最后报价",
            "Invite to final quotes when the talks are over",
        ),
        None => waits(word),
    };
    let registered = state.registered.as_ref();
    let limits = registered.map_or_else(|| limits::of(Regime::Works), |body| limits::of(body.regime));
    let keys = state.keys.iter().map(|(stage, assigned)| Key {
        stage: stage.to_string(),
        id: assigned.key_id.to_string(),
        ceremony: assigned.ceremony.to_string(),
    });
    let ceremonies = if word == Phase::Registered {
        ceremonies(&doors).await?
    } else {
        Vec::new()
    };
    let candidates = if word == Phase::Opened {
        candidates(&doors, &state, &tender, l.now).await?
    } else {
        None
    };
    let publicity = state.publicity.as_ref().filter(|_| word == Phase::Publicised);
    let award = publicity.map(|publicity| publicity.body.candidates.clone());
    let public = doors.board.look(&doors).await?.notices.get(&tender).cloned();
    let custodians = match &public {
        Some(notice) => custodians(&doors, &notice.told).await?,
        None => Vec::new(),
    };
    shown(&TenderPage {
        regime: registered.map_or(Regime::Works, |body| body.regime),
        public,
        custodians,
        candidates: candidates.as_ref().map(json).transpose()?,
        award: award.as_ref().map(json).transpose()?,
        account: account.to_string(),
        title: registered.map(|body| body.title.clone()).unwrap_or_default(),
        phase: l.say(zh, en),
        word,
        waits: l.say(waits_zh, waits_en),
        closes_at: state.deadline(),
        keys: keys.collect(),
        ceremonies,
        tendering_days: limits.tendering.number,
        documents_days: limits.documents.number,
        min_bidders: limits.bidders.number,
        publicity_days: limits.publicity.number,
        panel: limits.panel.number,
        publicity: state.publicity.as_ref().map(|publicity| publicity.window.until),
        objections: objections(&doors, &tender).await?,
        quotes,
        qualifies: word == Phase::Opened && state.buyers_items().next().is_some(),
        tender,
        l,
    })
}
