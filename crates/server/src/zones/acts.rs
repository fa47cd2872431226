//! `POST /api/acts`: the one way in for everything a person does.
//!
//! Invariant: an act is admitted by the front door, turned into the command of exactly one law, and
//! answered with a receipt or a signed refusal.

use crate::doors::Doors;
use crate::origins::{self, Origin};
use crate::zones::{complaints, panel_acts};
use crate::{needed, sweep};
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use desk::front::{Accepted, MAX_ACT};
use desk::mark::{ACCOUNT_KEY, CUSTODY_KEY};
use desk::ports::Content;
use desk::{Admitted, Failure, Landed, Outage, enrolment};
use facts::body::bid::{BidEntered, BidSubmitted};
use facts::body::ceremony::KeyProved;
use facts::body::tender::{Document, KeyAssigned, TenderAmended, TenderNoticed};
use facts::record::Body;
use facts::{Context, Hex, Kind, Refusal, Stream, TenderId};
use procure::{Command, Concluded, Said, ceremony, front};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// The route.
pub fn routes() -> OpenApiRouter<Doors> {
    OpenApiRouter::new().routes(routes!(act).layer(DefaultBodyLimit::max(MAX_ACT)))
}

/// Send a signed act
///
/// One act brings about exactly one fact of the same kind with the same body. The body is the canonical JSON of the
/// act, at most 4 MiB. An act that was sent before is answered with its first receipt.
///
/// 提交一项签名操作:一项操作产生一条同名、同内容的事实;重复提交返回首次的回执。
#[utoipa::path(
    post, path = "/api/acts", tag = "acts", operation_id = "act",
    request_body(content = Object, content_type = "application/json", description = "The act; see the schema `Act`"),
    responses(
        (status = 201, description = "The fact is in the log", body = Accepted),
        (status = 200, description = "It was there already", body = Accepted),
    )
)]
async fn act(State(doors): State<Doors>, origin: Origin, bytes: Bytes) -> Response {
    let admitted = match doors.front.admit(&bytes).await {
        Ok(admitted) => admitted,
        Err(rejected) => return doors.front.turn_away(rejected.digest, rejected.failure).await,
    };
    // An act sent twice is answered twice, whatever has happened since.
    let landed = match doors.front.earlier(&admitted).await {
        Ok(Some(landed)) => Ok(vec![landed]),
        Ok(None) => {
            if let Err((wait, refusal)) = doors.rates.act_of(&admitted.act.key) {
                let refused = doors.front.answer(admitted.digest, Err(refusal.into())).await;
                return wait.tell(refused);
            }
            // What it names is here until it has landed.
            let _sheltered = doors.shelter.read().await;
            enact(&doors, &admitted).await
        }
        Err(failure) => Err(failure),
    };
    if let Ok(landed) = &landed {
        sweep::named(&doors, &admitted.act.body);
        origins::keep(&doors, &admitted, landed, origin).await;
    }
    doors.front.answer(admitted.digest, landed).await
}

async fn enact(doors: &Doors, admitted: &Admitted) -> Result<Vec<Landed>, Failure> {
    let laws = &doors.laws;
    match (admitted.act.kind.context(), &admitted.act.stream) {
        (Context::Platform, _) => {
            let origin = &doors.about.origin;
            if admitted.act.kind == Kind::FactErased {
                needed::check(doors, &admitted.act).await?;
            }
            let command =
                enrolment::command(origin, admitted, &doors.front.directory, doors.log.as_ref()).await?;
            laws.accounts.enact(admitted, command).await
        }
        (Context::Procure, Stream::Ceremony(_)) => {
            let state = laws.ceremonies.state(&admitted.act.stream).await?;
            let mut known = Vec::new();
            for account in ceremony::front::named(&admitted.act).into_iter().take(LOOKED_UP) {
                let found = doors.front.directory.account(&account).await?;
                known.extend(found.as_ref().and_then(ceremony::Enrolled::of));
            }
            let (actor, act, arrived) = (admitted.actor.clone(), admitted.act.clone(), admitted.arrived);
            let checked = move || ceremony::front::command(&state, actor, act, arrived, known);
            let command = beside(checked).await??;
            laws.ceremonies.enact(admitted, command).await
        }
        (Context::Procure, Stream::Tender(tender)) => {
            let command = tender_command(doors, admitted, tender).await?;
            laws.tenders.enact(admitted, command).await
        }
        (Context::Evaluate, Stream::Pool(_)) => {
            let command = panel_acts::pool_command(doors, admitted).await?;
            laws.pools.enact(admitted, command).await
        }
        (Context::Evaluate, Stream::Evaluation(tender)) => {
            let command = panel_acts::evaluation_command(doors, admitted, tender).await?;
            laws.evaluations.enact(admitted, command).await
        }
        (Context::Supervise, Stream::Supervision(tender)) => {
            let known = complaints::known(doors, admitted, tender).await?;
            let command = doors.oversight.command(admitted, known).await?;
            laws.orders.enact(admitted, command).await
        }
        (Context::Supervise, Stream::Rules) => {
            let command = doors.oversight.adoption(admitted)?;
            laws.adoptions.enact(admitted, command).await
        }
        _ => Err(Failure::Refused(Refusal::new(
            "act.stream_invalid",
            format!(
                "{} does not belong to the stream {}.",
                admitted.act.kind, admitted.act.stream
            ),
            format!("{} 不属于 {}。", admitted.act.kind, admitted.act.stream),
        ))),
    }
}

/// Accounts looked up for one act at most: more than any roster or panel has, so a longer list is refused anyway.
pub(super) const LOOKED_UP: usize = 256;

/// Checks beside the async threads: a ceremony for hundreds of keys takes a second of arithmetic.
async fn beside<T: Send + 'static>(check: impl FnOnce() -> T + Send + 'static) -> Result<T, Outage> {
    tokio::task::spawn_blocking(check)
        .await
        .map_err(|e| Outage::new("checking an act", e))
}

fn said<B: Body>(admitted: &Admitted) -> Result<Said<B>, Refusal> {
    Said::read(admitted.actor.clone(), admitted.act.clone(), admitted.arrived)
}

#[expect(
    clippy::too_many_lines,
    reason = "one arm for each kind of act, none of them long"
)]
async fn tender_command(doors: &Doors, admitted: &Admitted, tender: &TenderId) -> Result<Command, Failure> {
    let state = doors.laws.tenders.state(&admitted.act.stream).await?;
    Ok(match admitted.act.kind {
        Kind::TenderRegistered => Command::Register(said(admitted)?),
        Kind::KeyAssigned => {
            let said = said::<KeyAssigned>(admitted)?;
            let card = doors.card(&said.body.ceremony, &said.body.key_id).await?;
            Command::AssignKey { said, card }
        }
        Kind::TenderNoticed => {
            let said = said::<TenderNoticed>(admitted)?;
            documents_are_here(doors, &said.body.documents).await?;
            Command::Notice(said)
        }
        Kind::TenderAmended => {
            let said = said::<TenderAmended>(admitted)?;
            documents_are_here(doors, &said.body.documents).await?;
            Command::Amend(said)
        }
        Kind::QuotesInvited => Command::InviteQuotes(said(admitted)?),
        Kind::KeyProved => {
            let said = said::<KeyProved>(admitted)?;
            let key_id = said.body.key_id;
            let ceremony = state
                .key_ids()
                .into_iter()
                .find(|(_, id)| *id == key_id)
                .map(|(c, _)| c.clone());
            let card = match &ceremony {
                Some(ceremony) => doors.card(ceremony, &key_id).await?,
                None => None,
            };
            let card = card.ok_or_else(|| no_key(tender, &key_id))?;
            let verdict = front::check_beat(&card, &said.body);
            Command::ProveKey { said, card, verdict }
        }
        Kind::QuestionAsked => Command::Ask(said(admitted)?),
        Kind::QuestionAnswered => Command::Answer(said(admitted)?),
        Kind::BidEntered => {
            let said = said::<BidEntered>(admitted)?;
            let key = desk::account::fingerprint(&said.body.key).to_string();
            let known = doors.log.mark(ACCOUNT_KEY, &key).await?.is_some()
                || doors.log.mark(CUSTODY_KEY, &key).await?.is_some();
            let verdict = front::check_entry(&doors.about.origin, &said.body, known);
            Command::Enter { said, verdict }
        }
        Kind::BidSubmitted => {
            let said = said::<BidSubmitted>(admitted)?;
            let cards = doors.cards_of(&state).await?;
            let checked = move || (front::check_submission(&state, &cards, &said.body), said);
            let (verdict, said) = beside(checked).await?;
            let mut missing_bodies = Vec::new();
            // Only of what stood the checks: that is no more envelopes than the notice has lots and parts.
            for envelope in said.body.envelopes.iter().filter(|_| verdict.is_ok()) {
                let held = doors.vault.length(Content::Body, envelope.body_digest.0).await?;
                if held != Some(envelope.body_length) {
                    missing_bodies.push(envelope.body_digest);
                }
            }
            Command::Submit {
                said,
                verdict,
                missing_bodies,
            }
        }
        Kind::BidConfirmed => Command::ConfirmBid(said(admitted)?),
        Kind::BidWithdrawn => Command::Withdraw(said(admitted)?),
        Kind::ListDisputed => Command::Dispute(said(admitted)?),
        Kind::BidUnlocked => {
            let said = said(admitted)?;
            let verdict = front::check_unlock(&state, &said.body);
            Command::Unlock { said, verdict }
        }
        Kind::ShareGiven => {
            let said = said::<facts::body::opening::ShareGiven>(admitted)?;
            let assigned = state.keys.get(&said.body.stage);
            let card = match assigned {
                Some(assigned) => doors.card(&assigned.ceremony, &assigned.key_id).await?,
                None => None,
            };
            let card = card.ok_or_else(|| no_key(tender, &Hex::default()))?;
            Command::GiveShare { said, card }
        }
        Kind::QualificationReviewed => Command::Qualify(said(admitted)?),
        Kind::InquiryAnswered => Command::AnswerInquiry(said(admitted)?),
        Kind::OpeningObjected => Command::Object(said(admitted)?),
        Kind::OpeningReplied => Command::Reply(said(admitted)?),
        Kind::OpeningConfirmed => Command::ConfirmRecord(said(admitted)?),
        Kind::CandidatesPublicised => {
            let evaluation = doors
                .laws
                .evaluations
                .state(&Stream::Evaluation(tender.clone()))
                .await?;
            let concluded = evaluation.concluded.clone().map(|(seq, body)| Concluded {
                seq,
                body,
                report: evaluation.report.as_ref().and_then(|report| report.completed),
            });
            Command::Publicise {
                said: said(admitted)?,
                concluded,
            }
        }
        Kind::CandidatesObjected => Command::ObjectCandidates(said(admitted)?),
        Kind::CandidatesReplied => Command::ReplyCandidates(said(admitted)?),
        Kind::AwardMade => Command::Award(said(admitted)?),
        Kind::TenderTerminated => Command::Terminate(said(admitted)?),
        Kind::ContractSigned => Command::SignContract(said(admitted)?),
        Kind::ContractPublished => Command::PublishContract(said(admitted)?),
        Kind::ContractFiled => Command::FileContract(said(admitted)?),
        Kind::ContractSupplemented => Command::SupplementContract(said(admitted)?),
        Kind::AwardReported => Command::ReportAward(said(admitted)?),
        Kind::DepositsReceived => Command::ReceiveDeposits(said(admitted)?),
        Kind::DepositsReturned => Command::ReturnDeposits(said(admitted)?),
        Kind::DepositKept => Command::KeepDeposit(said(admitted)?),
        Kind::ObjectionRaised => Command::Raise(said(admitted)?),
        Kind::ObjectionReplied => Command::ReplyRaised(said(admitted)?),
        Kind::ExplanationGiven => Command::Explain(said(admitted)?),
        other => return Err(Failure::Refused(not_an_act(other))),
    })
}

fn no_key(tender: &TenderId, key_id: &Hex<32>) -> Refusal {
    Refusal::new(
        "key.unknown",
        format!("{tender} uses no such key ({key_id})."),
        format!("招标项目 {tender} 未使用该密钥({key_id})。"),
    )
}

fn not_an_act(kind: Kind) -> Refusal {
    Refusal::new(
        "act.platform_not_allowed",
        format!("{kind} is a fact of the platform's own; nobody signs it."),
        format!("{kind} 由平台依规则形成,不接受任何人提交。"),
    )
}

async fn documents_are_here(doors: &Doors, documents: &[Document]) -> Result<(), Failure> {
    for document in documents {
        let held = doors.vault.length(Content::Document, document.sha256.0).await?;
        if held != Some(document.bytes) {
            return Err(Failure::Refused(Refusal::new(
                "document.unknown",
                format!(
                    "{} (SHA-256 {}, {} bytes) was not uploaded; upload it first, then send this again.",
                    document.name, document.sha256, document.bytes
                ),
                format!(
                    "文件 {}(SHA-256 {},{} 字节)尚未上传,请先上传再提交。",
                    document.name, document.sha256, document.bytes
                ),
            )));
        }
    }
    Ok(())
}
