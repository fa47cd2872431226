//! The buyer's and agent's commands, and looking at tenders.

mod documents;
mod invite;
mod options;

pub use invite::{Invite, Out};
pub use options::{Amend, AssignKey, AwardTo, Notice, Register, Reply, Tender};

use crate::commands::report;
use crate::failure::{self, Failure};
use crate::gather::bodies;
use crate::machine::Machine;
use crate::session::{Session, Zone};
use crate::terms::Terms;
use crate::{entropy, template};
use facts::body::award::{
    Award, AwardMade, Candidate, CandidatesObjected, CandidatesPublicised, CandidatesReplied,
    TenderTerminated,
};
use facts::body::evaluation::EvaluationConcluded;
use facts::body::opening::{OpeningRecorded, OpeningReplied};
use facts::body::tender::{
    Document, KeyAssigned, QuestionAnswered, QuestionAsked, Regime, TenderAmended, TenderNoticed,
    TenderRegistered,
};
use facts::id::{LotId, ObjectionId, QuestionId};
use facts::{Canonical, Hex, Instant, Stream, TenderId};
use ledger::message::rules_of_addendum;
use serde_json::{Value, json};
use std::path::Path;

/// Uploads a document and says what a notice must say of it.
pub fn upload_document(machine: &Machine, session: &mut Session, file: &Path) -> Result<Document, Failure> {
    let bytes = std::fs::metadata(file).map_err(failure::file(file))?.len();
    let bar = machine.bar("upload", bytes);
    let digest = session
        .procurement
        .upload(file, "document", &mut |done| bar.set_position(done))?;
    bar.finish_and_clear();
    let name = file
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(Document {
        bytes,
        name,
        sha256: Hex(digest),
    })
}

/// The last body of a kind among a tender's public facts, proven.
pub fn last<B: facts::record::Body>(
    session: &mut Session,
    tender: &TenderId,
) -> Result<Option<(u64, B)>, Failure> {
    Ok(bodies::<B>(&session.proven_tender(tender)?).pop())
}

/// The rules hash and the deadline in force, proven.
pub fn rules_in_force(session: &mut Session, tender: &TenderId) -> Result<(Hex<32>, Instant), Failure> {
    let terms = session.terms(tender)?;
    Ok((terms.rules, terms.closes_at))
}

/// Prints a template, or publishes a notice.
pub fn notice(machine: &Machine, notice: &Notice) -> Result<(), Failure> {
    let (Some(file), Some(key)) = (&notice.file, &notice.key) else {
        let now = crate::clock::now();
        let blank = notice
            .way
            .map_or_else(|| template::notice(now), |way| template::of(way, now));
        return machine.show(&blank);
    };
    let body: TenderNoticed = machine.read_json(file)?;
    let key = machine.key(key)?;
    let done = machine
        .connect()?
        .act(&key, Stream::Tender(body.tender.clone()), &body)?;
    machine.done(&format!("notice of {} is published", body.tender), &done);
    Ok(())
}

/// Candidates publicised for one lot at most (条例53).
const CANDIDATES: usize = 3;

/// The candidates that follow from the evaluation: the first three ranked bids of each lot, with the opened prices.
/// The platform says where the result stands in the log; what it is, is proven.
pub fn candidates(
    session: &mut Session,
    tender: &TenderId,
    until: Instant,
) -> Result<CandidatesPublicised, Failure> {
    let shown: Value = session
        .zone(Zone::Evaluation)
        .get(&format!("/api/evaluations/{tender}/result"))?;
    let seq = shown.get("seq").and_then(Value::as_u64).unwrap_or_default();
    let stream = Stream::Evaluation(tender.clone());
    let result = session
        .proven(&[seq])?
        .into_iter()
        .find_map(|fact| fact.of::<EvaluationConcluded>(&stream));
    let concluded = result.ok_or_else(|| {
        Failure::Check(format!(
            "entry {seq} is not the result of the evaluation of {tender}"
        ))
    })?;
    let facts = session.proven_tender(tender)?;
    let opened: Vec<_> = bodies::<OpeningRecorded>(&facts)
        .into_iter()
        .flat_map(|(_, body)| body.bids)
        .collect();
    let mut candidates = Vec::new();
    for lot in concluded.lots {
        for ranked in lot.ranking.into_iter().take(CANDIDATES) {
            let bid = opened.iter().filter(|bid| bid.bid == ranked.bid);
            let parts = bid.flat_map(|bid| bid.parts.iter().map(move |part| (bid, part)));
            let priced = parts
                .filter(|(_, part)| part.lot == lot.lot)
                .find_map(|(bid, part)| Some((bid, part.letter.as_ref()?.price?)));
            let (bid, price) = priced
                .ok_or_else(|| Failure::Check(format!("{} is ranked but has no opened price", ranked.bid)))?;
            candidates.push(Candidate {
                account: bid.account.clone(),
                bid: ranked.bid,
                lot: lot.lot.clone(),
                price,
                rank: ranked.rank,
            });
        }
    }
    Ok(CandidatesPublicised {
        candidates,
        evaluation: seq,
        tender: tender.clone(),
        until,
    })
}

/// Does it.
#[expect(clippy::too_many_lines, reason = "one arm for each command")]
pub fn run(machine: &Machine, command: Tender) -> Result<(), Failure> {
    match command {
        Tender::List => {
            let shown: Value = machine.connect()?.procurement.get("/api/tenders")?;
            machine.show(&shown)
        }
        Tender::Show { tender } => machine.show(&machine.connect()?.tender(&tender)?),
        Tender::Dossier { tender, out } => {
            let session = machine.connect()?;
            let bytes = session
                .procurement
                .download(&format!("/api/tenders/{tender}/dossier"), &out)?;
            machine.say(
                &format!("{}: {bytes} bytes; check it with kaibiao-verify", out.display()),
                &json!({ "dossier": out, "bytes": bytes }),
            );
            Ok(())
        }
        Tender::Upload { file, key } => {
            let key = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&key, Zone::Procurement)?;
            let document = upload_document(machine, &mut session, &file)?;
            machine.show(&document)
        }
        Tender::Register(register) => {
            let regime = match register.regime.as_str() {
                "works" => Regime::Works,
                "government_procurement" => Regime::GovernmentProcurement,
                "free" => Regime::Free,
                other => {
                    return Err(Failure::Input(format!(
                        "{other:?} is no regime: works, government_procurement or free"
                    )));
                }
            };
            let body = TenderRegistered {
                agent: register.agent,
                buyer: register.buyer,
                regime,
                tender: register.tender,
                title: register.title,
            };
            let tender = body.tender.clone();
            send(machine, &register.key, &tender, &body, "registered")
        }
        Tender::Report { tender, out, key } => {
            report::run(machine, Zone::Procurement, &tender, &out, key.as_deref())
        }
        Tender::Documents { tender, out } => documents::download(machine, &tender, &out),
        Tender::AssignKey(assign) => assign_key(machine, assign),
        Tender::Amend(amend) => run_amend(machine, amend),
        Tender::Invite(invite) => invite::run(machine, invite),
        Tender::Ask { tender, text, key } => {
            let question =
                QuestionId::parse(&entropy::name("question")).map_err(|e| Failure::Input(e.to_string()))?;
            let body = QuestionAsked {
                question: question.clone(),
                tender: tender.clone(),
                text,
            };
            send_as(
                machine,
                &key,
                &tender,
                &body,
                "question asked",
                Some(("question", question.as_str())),
            )
        }
        Tender::Questions { tender, key } => {
            let key = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&key, Zone::Procurement)?;
            let shown: Value = session
                .procurement
                .get(&format!("/api/tenders/{tender}/questions"))?;
            machine.show(&shown)
        }
        Tender::Answer {
            tender,
            question,
            text,
            answer,
            key,
        } => {
            let body = QuestionAnswered {
                answer,
                question,
                tender: tender.clone(),
                text,
            };
            send(machine, &key, &tender, &body, "question answered")
        }
        Tender::Reply(reply) => {
            let body = OpeningReplied {
                objection: reply.objection,
                tender: reply.tender.clone(),
                text: reply.text,
            };
            send(machine, &reply.key, &reply.tender, &body, "objection answered")
        }
        Tender::ReplyCandidates(reply) => {
            let body = CandidatesReplied {
                objection: reply.objection,
                tender: reply.tender.clone(),
                text: reply.text,
            };
            send(machine, &reply.key, &reply.tender, &body, "objection answered")
        }
        Tender::Object { tender, text, key } => {
            let objection =
                ObjectionId::parse(&entropy::name("objection")).map_err(|e| Failure::Input(e.to_string()))?;
            let body = CandidatesObjected {
                objection: objection.clone(),
                tender: tender.clone(),
                text,
            };
            send_as(
                machine,
                &key,
                &tender,
                &body,
                "objection made",
                Some(("objection", objection.as_str())),
            )
        }
        Tender::Publicise { tender, key } => {
            let key = machine.key(&key)?;
            let mut session = machine.connect()?;
            let (_, notice) = last::<TenderNoticed>(&mut session, &tender)?
                .ok_or_else(|| Failure::Input(format!("{tender} has no notice")))?;
            let until = publicity_end(crate::clock::now(), notice.publicity_days);
            let body = candidates(&mut session, &tender, until)?;
            let done = session.act(&key, Stream::Tender(tender.clone()), &body)?;
            machine.done("candidates are public", &done);
            Ok(())
        }
        Tender::Award(award) => run_award(machine, &award),
        Tender::Terminate { tender, reason, key } => {
            let body = TenderTerminated {
                reason,
                tender: tender.clone(),
            };
            send(machine, &key, &tender, &body, "terminated")
        }
    }
}

/// End of a publicity that begins now: whole days in China Standard Time after the day it begins, a
/// minute for the way to the platform.
#[must_use]
pub fn publicity_end(now: Instant, days: u32) -> Instant {
    use facts::time::{CHINA_OFFSET, DAY};
    let local = now.0.saturating_add(CHINA_OFFSET);
    let start_of_day = local.saturating_sub(local.rem_euclid(DAY));
    let days = i64::from(days).saturating_add(1).saturating_mul(DAY);
    Instant(start_of_day.saturating_add(days).saturating_sub(CHINA_OFFSET))
}

fn send<B: facts::record::Body>(
    machine: &Machine,
    key: &Path,
    tender: &TenderId,
    body: &B,
    what: &str,
) -> Result<(), Failure> {
    send_as(machine, key, tender, body, what, None)
}

fn send_as<B: facts::record::Body>(
    machine: &Machine,
    key: &Path,
    tender: &TenderId,
    body: &B,
    what: &str,
    named: Option<(&str, &str)>,
) -> Result<(), Failure> {
    let key = machine.key(key)?;
    let done = machine
        .connect()?
        .act(&key, Stream::Tender(tender.clone()), body)?;
    machine.done_as(&format!("{tender}: {what}"), &done, named);
    Ok(())
}

fn assign_key(machine: &Machine, assign: AssignKey) -> Result<(), Failure> {
    let key = machine.key(&assign.key)?;
    let mut session = machine.connect()?;
    let witnessed = session.witnessed(&assign.ceremony)?;
    let completed = witnessed
        .completed()
        .and_then(|completed| completed.keys.get(usize::from(assign.slot)).cloned())
        .ok_or_else(|| Failure::Input(format!("{} has no key in slot {}", assign.ceremony, assign.slot)))?;
    let body = KeyAssigned {
        ceremony: assign.ceremony,
        key_id: completed.key_id,
        slot: assign.slot,
        stage: assign.stage,
        tender: assign.tender.clone(),
    };
    let done = session.act(&key, Stream::Tender(assign.tender.clone()), &body)?;
    machine.done(&format!("key {} serves {}", body.key_id, body.stage), &done);
    Ok(())
}

fn run_amend(machine: &Machine, amend: Amend) -> Result<(), Failure> {
    let key = machine.key(&amend.key)?;
    let mut session = machine.connect()?;
    if !amend.documents.is_empty() {
        session.sign_in(&key, Zone::Procurement)?;
    }
    let mut documents = Vec::with_capacity(amend.documents.len());
    for file in &amend.documents {
        documents.push(upload_document(machine, &mut session, file)?);
    }
    let Terms {
        rules,
        closes_at,
        addenda: number,
        ..
    } = session.terms(&amend.tender)?;
    let mut body = TenderAmended {
        closes_at: amend.closes_at.map_or(closes_at, Instant),
        documents,
        number: number.saturating_add(1),
        rules,
        substantive: amend.substantive,
        tender: amend.tender.clone(),
        text: amend.text,
    };
    let canonical = Canonical::of(&body).map_err(|e| Failure::Input(e.to_string()))?;
    body.rules = Hex(rules_of_addendum(&rules.0, &canonical));
    let done = session.act(&key, Stream::Tender(amend.tender.clone()), &body)?;
    machine.done(&format!("addendum {} of {}", body.number, amend.tender), &done);
    Ok(())
}

fn run_award(machine: &Machine, award: &AwardTo) -> Result<(), Failure> {
    let key = machine.key(&award.key)?;
    let mut session = machine.connect()?;
    let (_, publicised) = last::<CandidatesPublicised>(&mut session, &award.tender)?
        .ok_or_else(|| Failure::Input(format!("{} has no publicised candidates", award.tender)))?;
    let mut lots: Vec<LotId> = publicised.candidates.iter().map(|c| c.lot.clone()).collect();
    lots.sort();
    lots.dedup();
    let mut awards = Vec::with_capacity(lots.len());
    for lot in lots {
        let mut own = publicised.candidates.iter().filter(|c| c.lot == lot);
        let chosen = own.clone().find(|c| Some(&c.bid) == award.bid.as_ref());
        let deviation = chosen.and_then(|_| award.reason.clone());
        if let Some(c) = chosen.or_else(|| own.find(|c| c.rank == 1)) {
            awards.push(Award {
                account: c.account.clone(),
                bid: c.bid.clone(),
                deviation,
                lot: c.lot.clone(),
                price: c.price,
            });
        }
    }
    let body = AwardMade {
        awards,
        tender: award.tender.clone(),
    };
    let done = session.act(&key, Stream::Tender(award.tender.clone()), &body)?;
    machine.done(&format!("{} is awarded", award.tender), &done);
    Ok(())
}
