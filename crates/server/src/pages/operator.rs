//! The operator's page (平台运行): health, version, storage, age of the log, chores; and what an operator cannot do.
//!
//! Invariant: it shows what `/api/operator` tells, and nothing of tenders, accounts or bids.

use crate::doors::Doors;
use crate::machine::MachineView;
use crate::pages::{Layout, Signed, shown};
use crate::zones::operator::look;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::Role;
use store::Tally;

/// The page, of every zone: each may be a process of its own.
pub fn routes() -> Router<Doors> {
    Router::new().route("/operator", get(operator))
}

/// What an operator cannot do, each in Chinese and English.
const CANNOT: [(&str, &str); 5] = [
    (
        "不能开启任何投标:开启需要达到门限数的保管人,平台没有其份额。",
        "Open a bid: that takes the threshold of custodians, and the platform has none of their shares.",
    ),
    (
        "不能更改或删去日志中的记录:任何改动都会被保存过检查点的人发现。",
        "Change or drop an entry of the log: whoever kept a checkpoint finds it out.",
    ),
    (
        "不能代他人签名:密钥只在各人手中。",
        "Sign for anybody: everybody's key is theirs alone.",
    ),
    (
        "不能删除内容:删除由登记员签名责令,平台随后自动执行,操作本身留在日志中。",
        "Erase content: a registrar orders it with a signature, the platform carries it out by itself, and the order stays in the log.",
    ),
    (
        "不能暂停或恢复项目:那是监督人员的指令。",
        "Stop a tender or let it go on: those are orders of a supervisor.",
    ),
];

#[derive(Template)]
#[template(path = "operator/operator.html")]
struct Operator {
    l: Layout,
    view: MachineView,
    tally: Tally,
}

impl Operator {
    /// A number rounded down to tens: an exact one, read before and after an addendum, would count bidders.
    fn tens(&self, number: u64) -> String {
        let (l, tens) = (&self.l, number.div_euclid(10).saturating_mul(10));
        match tens {
            0 if number == 0 => l.say("无", "none").to_owned(),
            0 => l.say("不足 10", "fewer than 10").to_owned(),
            _ if l.is_zh() => format!("{tens} 余"),
            _ => format!("{tens} or more"),
        }
    }

    /// Whether mail or webhooks, how many receivers, and how many of them fail, if any do.
    fn receivers(&self) -> Vec<(bool, String, Option<String>)> {
        let told = self.tally.receivers.iter().map(|(channel, all, failing)| {
            let failing = (*failing > 0).then(|| self.tens(*failing));
            (channel == "mail", self.tens(*all), failing)
        });
        told.collect()
    }

    /// Messages that were taken.
    fn delivered(&self) -> String {
        self.tens(self.tally.delivered)
    }

    /// Messages that wait.
    fn waiting(&self) -> String {
        self.tens(self.tally.waiting)
    }

    /// Seconds since the newest entry.
    fn age(&self) -> Option<i64> {
        let last = self.view.last?;
        Some(self.view.now.since(last).max(0).div_euclid(1_000))
    }
}

async fn operator(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    signed.caller.must(Role::Operator)?;
    let view = look(&doors).await?;
    let tally = doors.receivers.tally(doors.gate.zone.word()).await?;
    shown(&Operator {
        l: signed.l,
        view,
        tally,
    })
}
