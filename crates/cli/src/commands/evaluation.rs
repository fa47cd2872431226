//! Panels and experts: appointment, recusal, dossiers, sealed scores.

mod correction;
mod qualification;
pub mod steps;

use crate::commands::report;
use crate::commands::tender::last;
use crate::entropy;
use crate::failure::{self, Failure};
use crate::keyring;
use crate::machine::Machine;
use crate::session::{Session, Zone};
use clap::Subcommand;
use facts::body::evaluation::{PanelAppointed, RecusalDeclared, ScoreCommitted, ScoreRevealed, Sheet};
use facts::body::tender::TenderNoticed;
use facts::id::{CodeId, PartId, SeatId};
use facts::sheet::sheet_fault;
use facts::{AccountId, Canonical, Hex, Stream, TenderId};
use ledger::message;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What to do in an evaluation.
#[derive(Subcommand)]
pub enum Evaluation {
    /// Appoint the panel directly, where the law lets the buyer (buyers, agents); seats are seat-1, seat-2, …
    Appoint {
        /// The tender
        tender: TenderId,
        /// Why the law lets the buyer appoint instead of drawing; needed under a national law
        #[arg(long)]
        reason: Option<String>,
        /// The experts' accounts, in order of seats
        #[arg(long = "expert", required = true, value_delimiter = ',')]
        experts: Vec<AccountId>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Declare conflicts of interest, or none (回避声明)
    Recuse {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// A conflict; without any, you declare that there is none
        #[arg(long = "conflict")]
        conflicts: Vec<String>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// What your seat may see
    Seat {
        /// The tender
        tender: TenderId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Read one file of one anonymous bid
    File {
        /// The tender
        tender: TenderId,
        /// The bid's code
        #[arg(long)]
        code: CodeId,
        /// The part
        #[arg(long)]
        part: PartId,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Where one file of an anonymous bid names its bidder (暗标检查); finding nothing is no proof
    Names {
        /// The tender
        tender: TenderId,
        /// The bid's code
        #[arg(long)]
        code: CodeId,
        /// The part
        #[arg(long)]
        part: PartId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// The steps around the scores
    #[command(flatten)]
    Step(steps::Step),
    /// The report (评标报告): writes the PDF that the members sign; buyers and the public read it with `tender report`
    Report {
        /// The tender
        tender: TenderId,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Sign the report you have read, or refuse to with your reasons (签署评标报告)
    Sign {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// The PDF you have read: what is signed is its digest
        #[arg(long, value_name = "FILE")]
        report: PathBuf,
        /// A dissenting opinion with its reasons (不同意见)
        #[arg(long, conflicts_with = "refuse")]
        dissent: Option<String>,
        /// Why you refuse to sign
        #[arg(long)]
        refuse: Option<String>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// The result, once there is one
    Result {
        /// The tender
        tender: TenderId,
    },
}

/// What to do with scores.
#[derive(Subcommand)]
pub enum Score {
    /// Commit to a sheet: a JSON file {code: {item: hundredths of a point}}
    Commit {
        /// The tender
        tender: TenderId,
        /// Your seat
        #[arg(long)]
        seat: SeatId,
        /// The sheet
        #[arg(long, value_name = "FILE")]
        sheet: PathBuf,
        /// File that keeps sheet and salt until the reveal
        #[arg(long, value_name = "FILE")]
        keep: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Reveal the sheet committed to, when all have committed
    Reveal {
        /// The file kept at the commitment
        #[arg(long, value_name = "FILE")]
        keep: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// What an expert keeps between commitment and reveal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptSheet {
    /// The salt.
    pub salt: Hex<32>,
    /// The seat.
    pub seat: SeatId,
    /// The sheet.
    pub sheet: Sheet,
    /// The tender.
    pub tender: TenderId,
}

impl KeptSheet {
    /// A sheet with a fresh salt.
    #[must_use]
    pub fn new(tender: TenderId, seat: SeatId, sheet: Sheet) -> Self {
        Self {
            salt: Hex(entropy::bytes()),
            seat,
            sheet,
            tender,
        }
    }

    /// The commitment.
    pub fn committed(&self) -> Result<ScoreCommitted, Failure> {
        let sheet = Canonical::of(&self.sheet)
            .map_err(|e| Failure::Input(e.to_string()))?
            .to_bytes();
        let commitment = Hex(message::score(&self.tender, &self.seat, &self.salt.0, &sheet));
        Ok(ScoreCommitted {
            commitment,
            seat: self.seat.clone(),
            tender: self.tender.clone(),
        })
    }

    /// The reveal.
    #[must_use]
    pub fn revealed(&self) -> ScoreRevealed {
        ScoreRevealed {
            salt: self.salt,
            seat: self.seat.clone(),
            sheet: self.sheet.clone(),
            tender: self.tender.clone(),
        }
    }
}

/// Seats for experts in order: seat-1, seat-2, …
pub fn seats(experts: &[AccountId]) -> Result<BTreeMap<SeatId, AccountId>, Failure> {
    let seat =
        |number: usize| SeatId::parse(&format!("seat-{number}")).map_err(|e| Failure::Input(e.to_string()));
    (1..)
        .zip(experts)
        .map(|(number, expert)| Ok((seat(number)?, expert.clone())))
        .collect()
}

/// What a seat's view says that a sheet is checked against.
#[derive(Deserialize)]
struct SeatView {
    codes: Vec<SeatCode>,
}

#[derive(Deserialize)]
struct SeatCode {
    code: CodeId,
}

/// Refuses a sheet that the platform would refuse at the reveal: committed to, it could neither be revealed nor
/// replaced, and the evaluation would stand still. The session is signed in to the evaluation zone.
pub fn check_sheet(session: &mut Session, tender: &TenderId, sheet: &Sheet) -> Result<(), Failure> {
    let view: SeatView = session
        .zone(Zone::Evaluation)
        .get(&format!("/api/evaluations/{tender}"))?;
    if view.codes.is_empty() {
        return Err(Failure::Input(format!(
            "your seat sees no bids of {tender} yet: declare that you have no conflict first"
        )));
    }
    let (_, notice) = last::<TenderNoticed>(session, tender)?
        .ok_or_else(|| Failure::Input(format!("{tender} has no notice")))?;
    let codes: Vec<&CodeId> = view.codes.iter().map(|one| &one.code).collect();
    match sheet_fault(&notice.method, &codes, sheet) {
        Some(fault) => Err(Failure::Input(fault.en)),
        None => Ok(()),
    }
}

fn send<B: facts::record::Body>(
    machine: &Machine,
    key: &Path,
    tender: &TenderId,
    body: &B,
    what: &str,
) -> Result<(), Failure> {
    let key = machine.key(key)?;
    let done = machine
        .connect()?
        .act(&key, Stream::Evaluation(tender.clone()), body)?;
    machine.done(what, &done);
    Ok(())
}

/// Does it.
pub fn run(machine: &Machine, command: Evaluation) -> Result<(), Failure> {
    match command {
        Evaluation::Step(step) => steps::run(machine, step),
        Evaluation::Appoint {
            tender,
            reason,
            experts,
            key,
        } => {
            let body = PanelAppointed {
                reason,
                seats: seats(&experts)?,
                tender: tender.clone(),
            };
            send(machine, &key, &tender, &body, "panel appointed")
        }
        Evaluation::Recuse {
            tender,
            seat,
            conflicts,
            key,
        } => {
            let body = RecusalDeclared {
                conflicts,
                seat,
                tender: tender.clone(),
            };
            send(machine, &key, &tender, &body, "declaration made")
        }
        Evaluation::Seat { tender, key } => {
            let key = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&key, Zone::Evaluation)?;
            let shown: Value = session
                .zone(Zone::Evaluation)
                .get(&format!("/api/evaluations/{tender}"))?;
            machine.show(&shown)
        }
        Evaluation::File {
            tender,
            code,
            part,
            out,
            key,
        } => {
            let key = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&key, Zone::Evaluation)?;
            let bytes = session.read_file(&tender, &code, &part, &out)?;
            machine.say(
                &format!("{}: {bytes} bytes", out.display()),
                &json!({ "file": out, "bytes": bytes }),
            );
            Ok(())
        }
        Evaluation::Names {
            tender,
            code,
            part,
            key,
        } => {
            let key = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&key, Zone::Evaluation)?;
            let path = format!("/api/evaluations/{tender}/files/{code}/{part}/names");
            let shown: Value = session.zone(Zone::Evaluation).get(&path)?;
            machine.show(&shown)
        }
        Evaluation::Report { tender, out, key } => {
            report::run(machine, Zone::Evaluation, &tender, &out, Some(&key))
        }
        Evaluation::Sign {
            tender,
            seat,
            report: paper,
            dissent,
            refuse,
            key,
        } => {
            let signer = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&signer, Zone::Evaluation)?;
            let body = report::signed(&session, &tender, seat, &paper, dissent, refuse)?;
            let what = if body.refused.is_some() {
                "refusal to sign recorded"
            } else {
                "report signed"
            };
            send(machine, &key, &tender, &body, what)
        }
        Evaluation::Result { tender } => {
            let session = machine.connect()?;
            let shown: Value = session
                .zone(Zone::Evaluation)
                .get(&format!("/api/evaluations/{tender}/result"))?;
            machine.show(&shown)
        }
    }
}

/// Commits or reveals.
pub fn score(machine: &Machine, command: Score) -> Result<(), Failure> {
    match command {
        Score::Commit {
            tender,
            seat,
            sheet,
            keep,
            key,
        } => {
            let sheet: Sheet = machine.read_json(&sheet)?;
            let signing = machine.key(&key)?;
            let mut session = machine.connect()?;
            session.sign_in(&signing, Zone::Evaluation)?;
            check_sheet(&mut session, &tender, &sheet)?;
            let kept = KeptSheet::new(tender.clone(), seat, sheet);
            let text = serde_json::to_string_pretty(&kept).map_err(|e| Failure::Input(e.to_string()))?;
            keyring::write_secret(&keep, &text)?;
            let done = session.act(&signing, Stream::Evaluation(tender), &kept.committed()?)?;
            machine.done("sheet committed", &done);
            Ok(())
        }
        Score::Reveal { keep, key } => {
            let text = std::fs::read_to_string(&keep).map_err(failure::file(&keep))?;
            let kept: KeptSheet = serde_json::from_str(&text)
                .map_err(|e| Failure::Input(format!("{}: {e}", keep.display())))?;
            send(machine, &key, &kept.tender, &kept.revealed(), "sheet revealed")
        }
    }
}
