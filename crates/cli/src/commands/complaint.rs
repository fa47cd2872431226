//! Complaints (投诉): filed, taken up, completed, paused, decided, tracked.
//!
//! Invariant: the tracking number of a complaint is made on this machine and kept beside the receipts before the
//! complaint is sent; the log gets its digest alone.

use crate::entropy;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::session::Zone;
use clap::Subcommand;
use facts::body::complaint::{
    ComplaintAccepted, ComplaintContinued, ComplaintDecided, ComplaintFiled, ComplaintPaused,
    ComplaintRefused, ComplaintReturned, ComplaintSupplemented, ComplaintWithdrawn, Grievance, Outcome,
    PauseGround, RefusalCause,
};
use facts::id::{ComplaintId, ObjectionId, OrderId};
use facts::{Body, Hex, Instant, Stream, TenderId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A word of the record, as it stands in JSON.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(Value::String(text.to_owned())).map_err(|error| error.to_string())
}

/// Which complaint, and whose key.
#[derive(clap::Args)]
pub struct Case {
    /// The tender
    tender: TenderId,
    /// The complaint
    complaint: ComplaintId,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Complaints.
#[derive(Subcommand)]
pub enum Complaint {
    /// File one with your account (提交投诉)
    File {
        /// The tender
        tender: TenderId,
        /// `documents`, `opening`, `candidates`, `process`, `result` or `other`
        #[arg(long, value_parser = word::<Grievance>)]
        about: Grievance,
        /// When you knew or should have known, RFC 3339
        #[arg(long, value_parser = crate::clock::parse)]
        known: Instant,
        /// An objection raised before; repeat for several
        #[arg(long = "objection", value_name = "ID")]
        objections: Vec<ObjectionId>,
        /// The facts and the law relied on
        #[arg(long)]
        claims: String,
        /// What you ask for
        #[arg(long)]
        requests: String,
        /// A file of evidence; only its digest is sent
        #[arg(long, value_name = "FILE")]
        evidence: Vec<PathBuf>,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Hand in what was missing (补正)
    Supplement {
        /// Which, and whose key
        #[command(flatten)]
        case: Case,
        /// The text
        #[arg(long)]
        text: String,
        /// A file of evidence; only its digest is sent
        #[arg(long, value_name = "FILE")]
        evidence: Vec<PathBuf>,
    },
    /// Take yours back (撤回)
    Withdraw {
        /// Which, and whose key
        #[command(flatten)]
        case: Case,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Where a complaint stands, by its tracking number; no account is needed (查询)
    Track {
        /// The tender
        tender: TenderId,
        /// The number of 64 hex digits
        #[arg(value_parser = word::<Hex<32>>)]
        number: Hex<32>,
    },
    /// Every complaint, for supervisors
    List {
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// One complaint, for supervisors
    Show {
        /// Which, and whose key
        #[command(flatten)]
        case: Case,
    },
    /// Take it up (受理); supervisors
    Accept {
        /// Which, and whose key
        #[command(flatten)]
        case: Case,
    },
    /// Send it back once to be completed (退回补正); supervisors
    Return {
        /// Which, and whose key
        #[command(flatten)]
        case: Case,
        /// Everything that is missing
        #[arg(long)]
        missing: String,
        /// Until when, RFC 3339
        #[arg(long, value_parser = crate::clock::parse)]
        until: Instant,
    },
    /// Do not take it up (不予受理); supervisors
    Refuse {
        /// Which, and whose key
        #[command(flatten)]
        case: Case,
        /// `no_standing`, `vague`, `unsigned`, `late`, `no_objection`, `decided`, `in_court` or `elsewhere`
        #[arg(long, value_parser = word::<RefusalCause>)]
        cause: RefusalCause,
        /// The legal basis
        #[arg(long)]
        basis: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Stop its clock for an inspection or an opinion (中止期限); supervisors
    Pause {
        /// Which, and whose key
        #[command(flatten)]
        case: Case,
        /// `inspection`, `appraisal` or `expert_review`
        #[arg(long, value_parser = word::<PauseGround>)]
        ground: PauseGround,
        /// By whom, and why it is needed
        #[arg(long)]
        reason: String,
    },
    /// Let its clock go on (恢复期限); supervisors
    Resume {
        /// Which, and whose key
        #[command(flatten)]
        case: Case,
        /// What was found
        #[arg(long)]
        result: String,
    },
    /// Decide it (处理决定); supervisors
    Decide {
        /// Which, and whose key
        #[command(flatten)]
        case: Case,
        /// `upheld`, `rejected` or `fabricated`
        #[arg(long, value_parser = word::<Outcome>)]
        outcome: Outcome,
        /// The legal basis
        #[arg(long)]
        basis: String,
        /// The facts found, and why
        #[arg(long)]
        reason: String,
        /// What is ordered; exactly if it is upheld
        #[arg(long)]
        remedy: Option<String>,
        /// An order given upon it; repeat for several
        #[arg(long = "order", value_name = "ID")]
        orders: Vec<OrderId>,
    },
}

/// SHA-256 of each file, ascending and each once.
fn digests(files: &[PathBuf]) -> Result<Vec<Hex<32>>, Failure> {
    let mut found = Vec::new();
    for path in files {
        found.push(digest(path)?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn digest(path: &Path) -> Result<Hex<32>, Failure> {
    use sha2::{Digest as _, Sha256};
    let unread = |error: std::io::Error| Failure::Input(format!("{}: {error}", path.display()));
    let mut file = File::open(path).map_err(unread)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut piece).map_err(unread)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok(Hex(hasher.finalize().into()));
        };
        hasher.update(bytes);
    }
}

/// Keeps the number of a complaint beside the receipts.
fn keep(machine: &Machine, complaint: &str, tender: &TenderId, number: Hex<32>) -> Result<PathBuf, Failure> {
    let path = machine.home()?.join(format!("{complaint}.json"));
    let text = json!({ "complaint": complaint, "number": number, "tender": tender }).to_string();
    std::fs::write(&path, text).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
    Ok(path)
}

/// What a platform says of the day, as the law compares it.
#[derive(Deserialize)]
struct Counted {
    calendar: String,
    due_if_now: Option<Instant>,
}

fn look<T: DeserializeOwned>(machine: &Machine, key: &Path, path: &str) -> Result<T, Failure> {
    let key = machine.key(key)?;
    let mut session = machine.connect()?;
    session.sign_in(&key, Zone::Supervision)?;
    session.zone(Zone::Supervision).get(path)
}

fn path_of(case: &Case) -> String {
    format!("/api/complaints/{}/{}", case.tender, case.complaint)
}

/// Signs a fact about a complaint that is there.
fn say<B: Body>(machine: &Machine, case: &Case, what: &str, body: &B) -> Result<(), Failure> {
    let key = machine.key(&case.key)?;
    let stream = Stream::Supervision(case.tender.clone());
    let done = machine.connect()?.act(&key, stream, body)?;
    machine.done(&format!("complaint {} {what}", case.complaint), &done);
    Ok(())
}

/// Does it.
pub fn run(machine: &Machine, command: Complaint) -> Result<(), Failure> {
    match command {
        Complaint::Track { tender, number } => {
            let session = machine.connect()?;
            let asked = json!({ "number": number, "tender": tender });
            let shown: Value = session.zone(Zone::Supervision).post("/api/tracking", &asked)?;
            machine.show(&shown)
        }
        Complaint::List { key } => machine.show(&look::<Value>(machine, &key, "/api/complaints")?),
        Complaint::Show { case } => machine.show(&look::<Value>(machine, &case.key, &path_of(&case))?),
        Complaint::File {
            tender,
            about,
            known,
            mut objections,
            claims,
            requests,
            evidence,
            key,
        } => {
            let name = entropy::name("complaint");
            let number: [u8; 32] = entropy::bytes();
            objections.sort_unstable();
            objections.dedup();
            let body = ComplaintFiled {
                claims,
                complaint: ComplaintId::parse(&name).map_err(|e| Failure::Input(e.to_string()))?,
                evidence: digests(&evidence)?,
                grievance: about,
                known,
                objections,
                paper: None,
                requests,
                tender: tender.clone(),
                tracking: Hex(ledger::message::tracking(&number)),
            };
            let kept = keep(machine, &name, &tender, Hex(number))?;
            machine.note(&format!("the tracking number is kept in {}", kept.display()));
            let key = machine.key(&key)?;
            let done = machine.connect()?.act(&key, Stream::Supervision(tender), &body)?;
            let named = Some(("complaint", name.as_str()));
            machine.done_as(&format!("complaint {name} is filed"), &done, named);
            Ok(())
        }
        other => proceed(machine, other),
    }
}

/// What happens to a complaint that is filed.
fn proceed(machine: &Machine, command: Complaint) -> Result<(), Failure> {
    match command {
        Complaint::Supplement { case, text, evidence } => {
            let body = ComplaintSupplemented {
                complaint: case.complaint.clone(),
                evidence: digests(&evidence)?,
                tender: case.tender.clone(),
                text,
            };
            say(machine, &case, "is completed", &body)
        }
        Complaint::Withdraw { case, reason } => {
            let body = ComplaintWithdrawn {
                complaint: case.complaint.clone(),
                reason,
                tender: case.tender.clone(),
            };
            say(machine, &case, "is withdrawn", &body)
        }
        Complaint::Accept { case } => {
            let counted: Counted = look(machine, &case.key, &path_of(&case))?;
            let body = ComplaintAccepted {
                calendar: counted.calendar,
                complaint: case.complaint.clone(),
                due: counted.due_if_now,
                tender: case.tender.clone(),
            };
            say(machine, &case, "is taken up", &body)
        }
        Complaint::Return { case, missing, until } => {
            let body = ComplaintReturned {
                complaint: case.complaint.clone(),
                missing,
                tender: case.tender.clone(),
                until,
            };
            say(machine, &case, "is sent back", &body)
        }
        Complaint::Refuse {
            case,
            cause,
            basis,
            reason,
        } => {
            let body = ComplaintRefused {
                basis,
                cause,
                complaint: case.complaint.clone(),
                reason,
                tender: case.tender.clone(),
            };
            say(machine, &case, "is not taken up", &body)
        }
        Complaint::Pause { case, ground, reason } => {
            let body = ComplaintPaused {
                complaint: case.complaint.clone(),
                ground,
                reason,
                tender: case.tender.clone(),
            };
            say(machine, &case, "waits; its clock stands still", &body)
        }
        Complaint::Resume { case, result } => {
            let counted: Counted = look(machine, &case.key, &path_of(&case))?;
            let body = ComplaintContinued {
                calendar: counted.calendar,
                complaint: case.complaint.clone(),
                due: counted.due_if_now,
                result,
                tender: case.tender.clone(),
            };
            say(machine, &case, "goes on", &body)
        }
        Complaint::Decide {
            case,
            outcome,
            basis,
            reason,
            remedy,
            mut orders,
        } => {
            orders.sort_unstable();
            orders.dedup();
            let body = ComplaintDecided {
                basis,
                complaint: case.complaint.clone(),
                orders,
                outcome,
                reason,
                remedy,
                tender: case.tender.clone(),
            };
            say(machine, &case, "is decided", &body)
        }
        // The rest is done by `run`.
        _ => Ok(()),
    }
}
