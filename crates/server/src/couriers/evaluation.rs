//! From procurement to evaluation: opens an evaluation with anonymous bids, and lets its seats read files.
//!
//! Invariant: what goes over is codes, lots, prices and deviations; who stands behind a code goes over
//! only as a commitment that is disclosed with the result.

use crate::doors::Doors;
use crate::opening::opened_name;
use async_trait::async_trait;
use desk::{Failure, Outage};
use evaluate::blind::{self, Place};
use evaluate::dossiers::{Content, DossierFile, Dossiers};
use evaluate::{Answer, Command, Ground};
use facts::body::evaluation::{CodedBid, CodesDrawn, EvaluationOpened};
use facts::body::inquiry::InquiryPut;
use facts::id::{CodeId, PartId};
use facts::{Hex, Instant, Stream, TenderId};
use futures_util::StreamExt;
use procure::{Phase, State};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::Arc;
use tokio_util::io::ReaderStream;

/// Opens the evaluation of a tender whose opening is over, and shows what was secret when it is concluded.
pub async fn carry(doors: &Doors, tender: &TenderId, state: &Arc<State>) -> Result<bool, Failure> {
    let stream = Stream::Evaluation(tender.clone());
    let evaluation = doors.laws.evaluations.state(&stream).await?;
    if let Some(ground) = ground(state).filter(|_| evaluation.awaits_disclosure()) {
        doors
            .laws
            .evaluations
            .submit(stream, Command::Disclose(ground))
            .await?;
        return Ok(true);
    }
    if evaluation.opened.is_some() && carry_steps(doors, tender, state, &evaluation).await? {
        return Ok(true);
    }
    if state.phase() != Phase::Opened || state.pauses.now() || evaluation.opened.is_some() {
        return Ok(false);
    }
    let Some((opened, codes)) = drawn(doors, tender, state) else {
        return Ok(false);
    };
    doors
        .laws
        .evaluations
        .submit(stream, Command::Open { opened, codes })
        .await?;
    Ok(true)
}

/// Questions over, answers back, and what the platform owes once a time has passed.
async fn carry_steps(
    doors: &Doors,
    tender: &TenderId,
    state: &Arc<State>,
    evaluation: &evaluate::State,
) -> Result<bool, Failure> {
    if state.pauses.now() || state.is_over() {
        return Ok(false);
    }
    let (stream, now) = (Stream::Evaluation(tender.clone()), doors.clock.now());
    for (clarification, question) in &evaluation.steps.questions {
        if question.returned.is_some() || evaluation.concluded.is_some() {
            continue;
        }
        let inquiry = state.inquiries.get(clarification);
        let answer = inquiry
            .and_then(|inquiry| inquiry.answered.as_ref())
            .map(|(seq, body)| Answer {
                seq: *seq,
                confirms: body.confirms,
                text: body.text.clone(),
            });
        if answer.is_some() || now >= question.asked.until {
            let command = Command::Return {
                clarification: clarification.clone(),
                answer,
            };
            return done(doors.laws.evaluations.submit(stream, command).await);
        }
        let bid = evaluation.codes.get(&question.asked.code);
        if let Some(bid) = bid.filter(|_| inquiry.is_none()) {
            let put = InquiryPut {
                bid: bid.clone(),
                clarification: clarification.clone(),
                price: question.asked.price,
                tender: tender.clone(),
                text: question.asked.text.clone(),
                until: question.asked.until,
            };
            let command = procure::Command::PutInquiry(put);
            return done(
                doors
                    .laws
                    .tenders
                    .submit(Stream::Tender(tender.clone()), command)
                    .await,
            );
        }
    }
    if evaluation.awaits_conclusion() {
        return done(doors.laws.evaluations.submit(stream, Command::Conclude).await);
    }
    Ok(false)
}

/// Whether something was done; the law's instant may lie a little behind this clock.
fn done<T>(submitted: Result<T, Failure>) -> Result<bool, Failure> {
    match submitted {
        Ok(_) => Ok(true),
        Err(Failure::Refused(refusal)) if refusal.code == "nothing.due" => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// The next instant at which a question's time is over, or a report is closed without the rest.
pub async fn due(doors: &Doors, tender: &TenderId) -> Result<Option<Instant>, Failure> {
    let evaluation = doors
        .laws
        .evaluations
        .state(&Stream::Evaluation(tender.clone()))
        .await?;
    Ok(evaluation.due())
}

/// Why what was secret in an evaluation may be shown: the list of the panel stays secret until the result is
/// decided (招标投标法37); without a panel there is nobody to protect.
fn ground(state: &State) -> Option<Ground> {
    if let Some((seq, _)) = &state.award {
        return Some(Ground::Awarded(*seq));
    }
    let method = &state.notice.as_ref()?.method;
    (method.panel() == 0).then_some(Ground::Concluded)
}

fn drawn(doors: &Doors, tender: &TenderId, state: &State) -> Option<(EvaluationOpened, CodesDrawn)> {
    let notice = state.notice.as_ref()?;
    let (_, opening) = state.current()?;
    // Where the buyer reviews, nobody is evaluated before, and those who fail never.
    if state.awaits_qualification() || state.evaluated().is_empty() {
        return None;
    }
    let mut bids = BTreeMap::new();
    let mut codes = BTreeMap::new();
    for ((lot, bid), (letter, price)) in state.evaluated() {
        let limits = state.lot(&lot)?;
        let mut random = [0; 8];
        doors.entropy.fill(&mut random);
        let code = CodeId::parse(&format!("code-{}", Hex(random))).ok()?;
        codes.insert(code.clone(), bid);
        let one = CodedBid {
            brand: letter.brand.clone(),
            ceiling: limits.ceiling,
            code: code.clone(),
            deviations: letter.deviations.clone(),
            floor: limits.floor,
            lot,
            price,
        };
        bids.insert(code, one);
    }
    let opened = EvaluationOpened {
        bids: bids.into_values().collect(),
        method: notice.method.clone(),
        opening: opening.closed?,
        qualification: state.qualification.as_ref().map(|(seq, _)| *seq),
        tender: tender.clone(),
        way: notice.procedure.as_ref().map(|said| said.way),
        unqualified: state.unqualified(),
    };
    Some((
        opened,
        CodesDrawn {
            codes,
            tender: tender.clone(),
        },
    ))
}

/// The files of opened bids, for the seats of a panel.
pub struct OpenedFiles {
    /// What they are read through.
    pub doors: Doors,
}

struct Found {
    part: PartId,
    bytes: u64,
    submission: Hex<16>,
}

impl OpenedFiles {
    async fn of(&self, tender: &TenderId, code: &CodeId) -> Result<Vec<Found>, Outage> {
        let evaluation = self
            .doors
            .laws
            .evaluations
            .state(&Stream::Evaluation(tender.clone()))
            .await?;
        let lot = evaluation
            .opened
            .as_ref()
            .and_then(|opened| opened.bids.iter().find(|bid| bid.code == *code));
        let (Some(bid), Some(coded)) = (evaluation.codes.get(code), lot) else {
            return Ok(Vec::new());
        };
        let state = self
            .doors
            .laws
            .tenders
            .state(&Stream::Tender(tender.clone()))
            .await?;
        let mut files = Vec::new();
        for recorded in state
            .openings
            .values()
            .filter_map(|opening| opening.recorded.as_ref())
        {
            let own = recorded.body.bids.iter().filter(|opened| opened.bid == *bid);
            for part in own
                .flat_map(|opened| &opened.parts)
                .filter(|part| part.lot == coded.lot)
            {
                // The record keeps lengths of panel parts apart, withheld from everybody else until the award.
                let mut kept = recorded.body.panel.iter().flatten();
                if let Some(file) = kept.find(|file| file.submission == part.submission) {
                    files.push(Found {
                        part: part.part.clone(),
                        bytes: file.bytes,
                        submission: part.submission,
                    });
                }
            }
        }
        files.sort_by(|a, b| a.part.cmp(&b.part));
        Ok(files)
    }
}

#[async_trait]
impl Dossiers for OpenedFiles {
    async fn files(&self, tender: &TenderId, code: &CodeId) -> Result<Vec<DossierFile>, Outage> {
        let found = self.of(tender, code).await?;
        Ok(found
            .into_iter()
            .map(|file| DossierFile {
                bytes: file.bytes,
                part: file.part,
            })
            .collect())
    }

    async fn content(
        &self,
        tender: &TenderId,
        code: &CodeId,
        part: &PartId,
    ) -> Result<Option<Content>, Outage> {
        let found = self.of(tender, code).await?;
        let Some(file) = found.into_iter().find(|file| file.part == *part) else {
            return Ok(None);
        };
        let path = self.doors.vault.opened(&opened_name(&file.submission)).await?;
        let file = tokio::fs::File::open(path)
            .await
            .map_err(|e| Outage::new("reading an opened part", e))?;
        Ok(Some(ReaderStream::with_capacity(file, 256 * 1024).boxed()))
    }

    async fn named(
        &self,
        tender: &TenderId,
        code: &CodeId,
        part: &PartId,
    ) -> Result<Option<BTreeSet<Place>>, Outage> {
        let found = self.of(tender, code).await?;
        let Some(file) = found.into_iter().find(|file| file.part == *part) else {
            return Ok(None);
        };
        let names = self.names(tender, code).await?;
        let path = self.doors.vault.opened(&opened_name(&file.submission)).await?;
        let search = move || {
            let mut bytes = Vec::new();
            let limit = u64::try_from(blind::SEARCHED).unwrap_or(u64::MAX);
            std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
            Ok::<_, std::io::Error>(blind::places(&bytes, &names))
        };
        let searched = tokio::task::spawn_blocking(search).await;
        let searched = searched.map_err(|e| Outage::new("searching an opened part", e))?;
        searched
            .map(Some)
            .map_err(|e| Outage::new("searching an opened part", e))
    }
}

impl OpenedFiles {
    /// What the platform knows the bidder under a code by: account, name, contact, employer, and what the letters say.
    async fn names(&self, tender: &TenderId, code: &CodeId) -> Result<blind::Names, Outage> {
        let laws = &self.doors.laws;
        let evaluation = laws
            .evaluations
            .state(&Stream::Evaluation(tender.clone()))
            .await?;
        let state = laws.tenders.state(&Stream::Tender(tender.clone())).await?;
        let Some(bid) = evaluation.codes.get(code) else {
            return Ok(blind::Names::default());
        };
        let mut names = Vec::new();
        let recorded = state
            .openings
            .values()
            .filter_map(|opening| opening.recorded.as_ref());
        for opened in recorded
            .flat_map(|recorded| &recorded.body.bids)
            .filter(|opened| opened.bid == *bid)
        {
            names.push(opened.account.to_string());
            if let Some(known) = self.doors.front.directory.account(&opened.account).await? {
                names.extend([known.name, known.contact, known.employer]);
            }
            let letters = opened.parts.iter().filter_map(|part| part.letter.as_ref());
            names.extend(letters.flat_map(|letter| [letter.name.clone(), letter.project_lead.clone()]));
        }
        Ok(blind::Names::new(names))
    }
}
