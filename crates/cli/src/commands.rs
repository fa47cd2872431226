//! The commands, one file per role or thing.

pub mod account;
pub mod act;
pub mod bid;
pub mod ceremony;
pub mod complaint;
pub mod contract;
pub mod custodian;
pub mod deposit;
pub mod draw;
pub mod evaluation;
pub mod expert;
pub mod key;
pub mod log;
pub mod objection;
pub mod opening;
pub mod order;
pub mod receipt;
pub mod report;
pub mod seat;
pub mod supervision;
pub mod tender;
pub mod watch;

use crate::failure::Failure;
use crate::machine::Machine;
use clap::Subcommand;

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Make and look at key files and custodians' seeds
    #[command(subcommand)]
    Key(key::Key),
    /// Ask for enrolment, enrol, revoke, look at accounts
    #[command(subcommand)]
    Account(account::Account),
    /// Register, announce, amend and end tenders; look at them
    #[command(subcommand)]
    Tender(tender::Tender),
    /// Print a notice template, or publish a notice (招标公告)
    Notice(tender::Notice),
    /// Call key ceremonies and look at them
    #[command(subcommand)]
    Ceremony(ceremony::Ceremony),
    /// A custodian's whole work: ceremonies, readiness, shares
    #[command(subcommand)]
    Custodian(custodian::Custodian),
    /// Give this custodian's share for one stage of one tender
    Share(custodian::Share),
    /// Enter a tender and manage your bid
    #[command(subcommand)]
    Bid(bid::Bid),
    /// Seal one file as one part of your bid, on this machine
    Seal(bid::Seal),
    /// Upload the sealed parts and submit or replace the bid
    Submit(bid::Submit),
    /// Take part in the opening: unlock, dispute, object, confirm
    #[command(subcommand)]
    Opening(opening::Opening),
    /// Pools of experts, and calls to a panel
    #[command(subcommand)]
    Expert(expert::Expert),
    /// Draw experts, coefficients, the order for ties
    #[command(subcommand)]
    Draw(draw::Draw),
    /// The evaluation room: hours, presence, chair, words, replacements
    #[command(subcommand)]
    Seat(seat::Seat),
    /// Panels, recusal, dossiers
    #[command(subcommand)]
    Evaluation(evaluation::Evaluation),
    /// Commit to a score sheet, and reveal it when all have committed
    #[command(subcommand)]
    Score(evaluation::Score),
    /// After the award: contract, its publication and filing, supplements, the written report (合同)
    #[command(subcommand)]
    Contract(contract::Contract),
    /// Deposits that went back or are kept (保证金)
    #[command(subcommand)]
    Deposit(deposit::Deposit),
    /// Object to documents, process or result; answer objections (异议、质疑)
    #[command(subcommand)]
    Objection(objection::Objection),
    /// Complain to the supervision, take complaints up and decide them, track one (投诉)
    #[command(subcommand)]
    Complaint(complaint::Complaint),
    /// Orders of supervision: stop, go on, explain, undo a step, move a deadline, evaluate again (监督指令)
    #[command(subcommand)]
    Order(order::Order),
    /// The supervisor's docket and audit of the chain
    #[command(subcommand)]
    Supervision(supervision::Supervision),
    /// Read and check receipts
    #[command(subcommand)]
    Receipt(receipt::Receipt),
    /// Show chosen fields of your own confidential fact to somebody, provably
    Disclose(receipt::Disclose),
    /// Check a receipt, a disclosure or a refusal offline
    Verify(receipt::Verify),
    /// The public log: head, entries, proofs
    #[command(subcommand)]
    Log(log::Log),
    /// A monitor: follow the log, keep checkpoints, raise an alarm when something does not check out
    Watch(watch::Watch),
    /// Sign and send any fact from a JSON body
    Act(act::Act),
}

/// Does it.
pub fn run(machine: &Machine, command: Command) -> Result<(), Failure> {
    match command {
        Command::Key(command) => key::run(machine, command),
        Command::Account(command) => account::run(machine, command),
        Command::Tender(command) => tender::run(machine, command),
        Command::Notice(command) => tender::notice(machine, &command),
        Command::Ceremony(command) => ceremony::run(machine, command),
        Command::Custodian(command) => custodian::run(machine, command),
        Command::Share(command) => custodian::share(machine, &command),
        Command::Bid(command) => bid::run(machine, command),
        Command::Seal(command) => bid::seal(machine, &command),
        Command::Submit(command) => bid::submit(machine, &command),
        Command::Opening(command) => opening::run(machine, command),
        Command::Expert(command) => expert::run(machine, command),
        Command::Draw(command) => draw::run(machine, command),
        Command::Seat(command) => seat::run(machine, command),
        Command::Evaluation(command) => evaluation::run(machine, command),
        Command::Score(command) => evaluation::score(machine, command),
        Command::Contract(command) => contract::run(machine, command),
        Command::Deposit(command) => deposit::run(machine, command),
        Command::Objection(command) => objection::run(machine, command),
        Command::Complaint(command) => complaint::run(machine, command),
        Command::Order(command) => order::run(machine, command),
        Command::Supervision(command) => supervision::run(machine, command),
        Command::Receipt(command) => receipt::run(machine, command),
        Command::Disclose(command) => receipt::disclose(machine, &command),
        Command::Verify(command) => receipt::verify(machine, &command),
        Command::Log(command) => log::run(machine, &command),
        Command::Watch(command) => watch::run(machine, &command),
        Command::Act(command) => act::run(machine, &command),
    }
}
