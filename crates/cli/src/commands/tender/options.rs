//! What the buyer's and agent's commands take from the command line.

use super::invite::Invite;
use clap::{Args, Subcommand};
use facts::body::tender::Way;
use facts::id::{ObjectionId, QuestionId, StageId};
use facts::procedures::TABLE;
use facts::{AccountId, BidId, CeremonyId, TenderId};
use std::path::PathBuf;

/// What to do with tenders.
#[derive(Subcommand)]
pub enum Tender {
    /// List tenders
    List,
    /// Show a tender with its public facts
    Show {
        /// The tender
        tender: TenderId,
    },
    /// Register a tender project (进场登记)
    Register(Register),
    /// Take a key of a completed ceremony for a stage
    AssignKey(AssignKey),
    /// Upload a document; prints what the notice must say of it
    Upload {
        /// The file
        file: PathBuf,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Download the tender documents (招标文件), each checked against the hash in the log
    Documents {
        /// The tender
        tender: TenderId,
        /// Folder to write them to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// The evaluation report (评标报告) as PDF: for its buyer once it is complete, for everybody after the award
    Report {
        /// The tender
        tender: TenderId,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Your key file; not needed after the award
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
    /// Issue a clarification or addendum (澄清、修改)
    Amend(Amend),
    /// Invite to final quotes after the talks (最后报价): everybody who was opened, but those left out
    Invite(Invite),
    /// Ask a question (询问); nobody learns whose
    Ask {
        /// The tender
        tender: TenderId,
        /// The question
        text: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Read the questions asked (buyers, agents); nobody learns whose they are
    Questions {
        /// The tender
        tender: TenderId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Answer a question, to all
    Answer {
        /// The tender
        tender: TenderId,
        /// The question's id
        question: QuestionId,
        /// The question, repeated without its author
        #[arg(long)]
        text: String,
        /// The answer
        #[arg(long)]
        answer: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Answer an objection made at the opening
    Reply(Reply),
    /// Publicise the candidates that follow from the evaluation (中标候选人公示)
    Publicise {
        /// The tender
        tender: TenderId,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Object to the candidates (异议)
    Object {
        /// The tender
        tender: TenderId,
        /// The text
        text: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Answer an objection to the candidates
    ReplyCandidates(Reply),
    /// Award the lots to the first candidates (中标)
    Award(AwardTo),
    /// End the tender (终止招标)
    Terminate {
        /// The tender
        tender: TenderId,
        /// Why
        #[arg(long)]
        reason: String,
        /// Your key file
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
    /// Download the dossier for offline verification with kaibiao-verify
    Dossier {
        /// The tender
        tender: TenderId,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// A registration.
#[derive(Args)]
pub struct Register {
    /// The tender's id
    pub tender: TenderId,
    /// Its title
    #[arg(long)]
    pub title: String,
    /// The buyer's account
    #[arg(long)]
    pub buyer: AccountId,
    /// The agent's account, if there is one
    #[arg(long)]
    pub agent: Option<AccountId>,
    /// `works` (招标投标法) or `free` (no national law)
    #[arg(long, default_value = "works")]
    pub regime: String,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// An assignment.
#[derive(Args)]
pub struct AssignKey {
    /// The tender
    pub tender: TenderId,
    /// The stage the key will serve
    #[arg(long)]
    pub stage: StageId,
    /// The ceremony that made it
    #[arg(long)]
    pub ceremony: CeremonyId,
    /// The slot of the ceremony
    #[arg(long, default_value_t = 0)]
    pub slot: u16,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// An addendum.
#[derive(Args)]
pub struct Amend {
    /// The tender
    pub tender: TenderId,
    /// The text
    #[arg(long)]
    pub text: String,
    /// It may affect the making of bids: 15 days must remain
    #[arg(long)]
    pub substantive: bool,
    /// A later deadline, in milliseconds since 1970 (unchanged if not given)
    #[arg(long)]
    pub closes_at: Option<i64>,
    /// A document to add or replace; uploaded first
    #[arg(long = "document", value_name = "FILE")]
    pub documents: Vec<PathBuf>,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// A reply.
#[derive(Args)]
pub struct Reply {
    /// The tender
    pub tender: TenderId,
    /// The objection
    pub objection: ObjectionId,
    /// The text
    #[arg(long)]
    pub text: String,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// An award.
#[derive(Args)]
pub struct AwardTo {
    /// The tender
    pub tender: TenderId,
    /// Award this bid instead of the first candidate of its lot; needs a reason
    #[arg(long, requires = "reason")]
    pub bid: Option<BidId>,
    /// The legal cause for passing over the first candidate (条例55)
    #[arg(long)]
    pub reason: Option<String>,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// A notice.
#[derive(Args)]
pub struct Notice {
    /// The notice as a JSON file; without it, a template with every member is printed
    pub file: Option<PathBuf>,
    /// The trade method of the template, by its name in the record
    #[arg(long, value_parser = way, conflicts_with = "file")]
    pub way: Option<Way>,
    /// Your key file
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}

/// Reads a trade method by its name in the record.
fn way(text: &str) -> Result<Way, String> {
    let known = || TABLE.map(|row| name(row.way)).join(", ");
    serde_json::from_value(serde_json::Value::from(text))
        .map_err(|_| format!("{text:?} is none of {}", known()))
}

fn name(way: Way) -> String {
    let value = serde_json::to_value(way).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Notice, way};
    use clap::Parser;
    use facts::body::tender::Way;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        notice: Notice,
    }

    #[test]
    fn a_template_is_asked_for_by_the_name_of_its_trade_method() {
        let Line { notice } = Line::try_parse_from(["notice", "--way", "single_source"]).unwrap();
        assert_eq!(notice.way, Some(Way::SingleSource));
        assert!(way("auction").unwrap_err().contains("inquiry"));
        assert!(Line::try_parse_from(["notice", "--way", "inquiry", "notice.json"]).is_err());
    }
}
