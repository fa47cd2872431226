//! The law of tenders: which command is decided where.
//!
//! Invariant: deciding is pure; the rules stand in the files of their family, the sentences in `refuse`.

use super::{Command, State};
use super::{
    amend, award, bid, candidates, challenge, contract, deposit, evolve, inquiry, keys, notice, objection,
    orders, origins, qualification, question, quotes, record, register, share, suspension, tick, unlock,
};
use facts::{Decider, Draft, Instant, Record, Refusal};

/// The law over streams `tender/…`.
#[derive(Debug, Clone, Copy)]
pub struct Tenders;

impl Decider for Tenders {
    type State = State;
    type Command = Command;

    fn evolve(state: &mut State, record: &Record) {
        evolve::evolve(state, record);
    }

    fn decide(state: &State, command: Command, at: Instant) -> Result<Vec<Draft>, Refusal> {
        match command {
            Command::Register(said) => register::register(state, said),
            Command::AssignKey { said, card } => keys::assign(state, said, card.as_ref()),
            Command::Notice(said) => notice::notice(state, said, at),
            Command::Amend(said) => amend::amend(state, said, at),
            Command::InviteQuotes(said) => quotes::invite(state, said, at),
            Command::ProveKey { said, card, verdict } => keys::prove(state, said, &card, verdict, at),
            Command::Ask(said) => question::ask(state, said, at),
            Command::Answer(said) => question::answer(state, said, at),
            Command::Enter { said, verdict } => bid::enter(state, said, verdict, at),
            Command::Submit {
                said,
                verdict,
                missing_bodies,
            } => bid::submit(state, said, verdict, &missing_bodies, at),
            Command::ConfirmBid(said) => bid::confirm(state, said, at),
            Command::Withdraw(said) => bid::withdraw(state, said, at),
            Command::Dispute(said) => unlock::dispute(state, said, at),
            Command::Unlock { said, verdict } => unlock::unlock(state, said, verdict, at),
            Command::GiveShare { said, card } => share::give(state, said, &card, at),
            Command::Object(said) => objection::object(state, said, at),
            Command::Reply(said) => objection::reply(state, said),
            Command::ConfirmRecord(said) => objection::confirm(state, said),
            Command::ReadQualification(body) => qualification::read(state, &body),
            Command::Qualify(said) => qualification::review(state, said),
            Command::Publicise { said, concluded } => {
                candidates::publicise(state, said, concluded.as_ref(), at)
            }
            Command::ObjectCandidates(said) => candidates::object(state, said, at),
            Command::ReplyCandidates(said) => candidates::reply(state, said),
            Command::Award(said) => award::award(state, said, at),
            Command::Terminate(said) => award::terminate(state, said),
            Command::SignContract(said) => contract::sign(state, said, at),
            Command::PublishContract(said) => contract::publish(state, said),
            Command::FileContract(said) => contract::file(state, said),
            Command::SupplementContract(said) => contract::supplement(state, said),
            Command::ReportAward(said) => contract::report(state, said),
            Command::ReceiveDeposits(said) => deposit::receive(state, said, at),
            Command::ReturnDeposits(said) => deposit::give_back(state, said, at),
            Command::KeepDeposit(said) => deposit::keep(state, said),
            Command::Raise(said) => challenge::raise(state, said, at),
            Command::ReplyRaised(said) => challenge::reply(state, said),
            Command::Explain(said) => orders::explain(state, said),
            Command::CallExplanation(body) => orders::call(state, &body),
            Command::Extend(body) => orders::extend(state, &body, at),
            Command::Void(body) => orders::void(state, &body),
            Command::GiveBack(body) => orders::give_back(state, &body),
            Command::Tick { cards } => tick::tick(state, &cards, at),
            Command::Fault {
                stage,
                index,
                submission,
                reason,
            } => share::fault(state, stage, index, submission, reason),
            Command::Record { opened, card } => record::record(state, opened, &card, at),
            Command::CompareOrigins(addresses) => origins::compare(state, &addresses),
            Command::PutInquiry(body) => inquiry::put(state, &body, at),
            Command::AnswerInquiry(said) => inquiry::answer(state, said, at),
            Command::Suspend { order, seq, until } => suspension::suspend(state, order, seq, until),
            Command::Revoke(revoked) => suspension::revoke(state, &revoked),
            Command::Resume { order, seq } => suspension::resume(state, order, seq),
        }
    }
}
