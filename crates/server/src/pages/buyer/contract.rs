//! Contract and deposits (合同与保证金): which deposits arrived, what is due after a tender until when, and the forms that
//! sign it: the list of deposits, contract, publication, filing, supplements, the written report, returns.
//!
//! Invariant: nobody is named whom the opening record does not name; the law decides again when a form is signed.

use super::check::not_yours;
use super::owns;
use crate::doors::Doors;
use crate::pages::public::told::Told;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::body::award::Award;
use facts::body::bid::Letter;
use facts::body::contract::{ContractSigned, DepositForm, DepositsReceived, Received};
use facts::{Instant, Money, Role, Stream, TenderId};
use procure::Phase;
use procure::tender::duties::{self, Deposit, Due, Duty};

pub(super) fn routes() -> Router<Doors> {
    Router::new().route("/buyer/{tender}/contract", get(page))
}

/// A lot that was awarded.
struct Lot {
    award: Award,
    winner: String,
    /// What was opened: quality and time of the contract.
    letter: Option<Letter>,
    contract: Option<ContractSigned>,
    is_published: bool,
    is_filed: bool,
}

#[derive(Template)]
#[template(path = "buyer/contract.html")]
struct ContractPage {
    l: Layout,
    account: String,
    tender: TenderId,
    phase: Phase,
    noticed: Instant,
    dues: Vec<Due>,
    lots: Vec<Lot>,
    deposits: Vec<(Deposit, String)>,
    is_reported: bool,
    /// The list of deposits that arrived, if there is one.
    received: Option<DepositsReceived>,
    /// Whether it may be written: bids are opened, and no contract is signed.
    may_list: bool,
    /// Whether all deposits may be returned in one word, because nothing was opened.
    may_return_all: bool,
}

impl ContractPage {
    fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Awarded | Phase::Failed | Phase::Terminated)
    }

    fn waits(&self) -> bool {
        self.deposits.iter().any(|(deposit, _)| !deposit.is_settled)
    }

    /// What the list says of a deposit.
    fn known(&self, deposit: &Deposit) -> Option<Received> {
        let mut rows = self.received.iter().flat_map(|list| &list.deposits);
        rows.find(|row| row.bid == deposit.bid && row.lot == deposit.lot)
            .cloned()
    }

    /// The forms of a deposit: its word and how it is called.
    fn forms(&self) -> [(&'static str, &'static str); 5] {
        let say = |zh, en| self.l.say(zh, en);
        [
            ("transfer", say("转账、电汇", "transfer")),
            ("cheque", say("支票", "cheque")),
            ("guarantee", say("保函(无付款人)", "guarantee (no payer)")),
            ("cash", say("现金", "cash")),
            ("other", say("其他", "other")),
        ]
    }

    #[expect(clippy::unused_self, clippy::ref_option, reason = "templates call methods")]
    fn is_form(&self, known: &Option<Received>, word: &str) -> bool {
        let form = match known.as_ref().map_or(DepositForm::Transfer, |row| row.form) {
            DepositForm::Transfer => "transfer",
            DepositForm::Cheque => "cheque",
            DepositForm::Guarantee => "guarantee",
            DepositForm::Cash => "cash",
            DepositForm::Other => "other",
        };
        form == word
    }

    #[expect(clippy::unused_self, clippy::ref_option, reason = "templates call methods")]
    fn is_own(&self, known: &Option<Received>) -> bool {
        known
            .as_ref()
            .and_then(|row| row.from)
            .is_some_and(|from| from.own)
    }

    /// The code of a currency, for scripts.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn currency(&self, money: &Money) -> String {
        format!("{:?}", money.currency)
    }

    /// An amount as a person types it.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn plain(&self, money: &Money) -> String {
        let text = money.to_string();
        text.split(' ').next().unwrap_or_default().to_owned()
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    fn duty(&self, duty: &Duty) -> (&'static str, &'static str) {
        let (zh, en, article) = match duty {
            Duty::Report => ("提交书面报告", "Hand in the written report", "招标投标法47"),
            Duty::Contract => ("订立书面合同", "Sign the contract", "招标投标法46 / 政府采购法46"),
            Duty::Publish => ("公告合同", "Publish the contract", "政府采购法实施条例50"),
            Duty::File => ("合同备案", "File the contract", "政府采购法47"),
            Duty::Deposits => ("退还保证金", "Return deposits", "招标投标法实施条例57 / 87号令38"),
            Duty::WinnersDeposit => ("退还中标人保证金", "Return the winner's deposit", "87号令38"),
        };
        (self.l.say(zh, en), article)
    }
}

async fn page(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let account = signed.caller.must_any(&[Role::Buyer, Role::Agent])?.clone();
    let state = doors.tender(&tender).await?;
    if !owns(&state, &account) {
        return Err(not_yours(&tender));
    }
    let records = doors.public_history(&Stream::Tender(tender.clone())).await?;
    let told = Told::of(&records);
    let made = state.award.iter().flat_map(|(_, made)| &made.awards);
    let lots = made
        .map(|award| {
            let contract = state.fulfilment.contracts.get(&award.lot);
            Lot {
                winner: told.name(&award.account).to_owned(),
                letter: letter(&state, award),
                contract: contract.map(|known| known.body.clone()),
                is_published: contract.is_some_and(|known| known.is_published),
                is_filed: contract.is_some_and(|known| known.is_filed),
                award: award.clone(),
            }
        })
        .collect();
    let deposits: Vec<(Deposit, String)> = duties::deposits(&state)
        .into_iter()
        .map(|deposit| {
            let name = told.name(&deposit.account).to_owned();
            (deposit, name)
        })
        .collect();
    let dues = duties::dues(&state);
    let whole = dues.iter().any(|due| due.duty == Duty::Deposits && !due.is_done);
    shown(&ContractPage {
        account: account.to_string(),
        phase: state.phase(),
        noticed: state.versions.first().map_or(Instant(0), |version| version.at),
        may_return_all: state.ended.is_some() && deposits.is_empty() && whole,
        is_reported: state.fulfilment.is_reported,
        may_list: !deposits.is_empty() && state.fulfilment.contracts.is_empty(),
        received: state.fulfilment.received.clone(),
        dues,
        lots,
        deposits,
        tender,
        l: signed.l,
    })
}

/// The letter with the price, as it was opened.
fn letter(state: &procure::State, award: &Award) -> Option<Letter> {
    let records = state.openings.values().filter_map(|one| one.recorded.as_ref());
    let bids = records
        .flat_map(|one| &one.body.bids)
        .filter(|one| one.bid == award.bid);
    let parts = bids
        .flat_map(|one| &one.parts)
        .filter(|part| part.lot == award.lot);
    let mut letters = parts.filter_map(|part| part.letter.as_ref());
    letters.rfind(|letter| letter.price.is_some()).cloned()
}
