//! The custodian's page of draws (随机抽取): those of tenders whose draw key the custodian holds a share of; in the
//! evaluation zone, which alone takes acts of an evaluation.
//!
//! Invariant: the page names what is public of a draw; the browser proves every fact of it against the log before the
//! share touches anything, and the seed never leaves it.

use crate::doors::Doors;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use facts::body::draw::{DRAW_STAGE, Subject};
use facts::id::StageId;
use facts::{AccountId, Role, Stream, TenderId};

/// The page; in the evaluation zone.
pub fn routes() -> Router<Doors> {
    Router::new().route("/draws", get(draws))
}

/// A draw that concerns the custodian.
struct Due {
    tender: TenderId,
    title: String,
    draw: String,
    /// What is drawn, in words.
    what: String,
    /// How many commitments were frozen.
    pool: usize,
    /// Contributions so far, and those needed.
    given: usize,
    k: u16,
    /// Whether the custodian gave the own one.
    gave: bool,
    is_done: bool,
    /// Whether the head is pinned, so that it can be answered.
    is_pinned: bool,
    /// Positions of the public facts of the key ceremony, by commas.
    ceremony: String,
}

#[derive(Template)]
#[template(path = "draws/draws.html")]
struct DrawsPage {
    l: Layout,
    account: String,
    /// The key with which the custodian signs, as it is enrolled.
    signer: String,
    waiting: Vec<Due>,
    others: Vec<Due>,
}

impl DrawsPage {
    fn state(&self, due: &Due) -> &'static str {
        let (zh, en) = match (due.is_done, due.gave, due.is_pinned) {
            (true, ..) => ("已完成", "complete"),
            (_, true, _) => ("您已答复,等待其他保管人", "you answered; waits for others"),
            (_, _, true) => ("等待您的答复", "waits for your answer"),
            _ => ("正在固定日志头", "the head of the log is being pinned"),
        };
        self.l.say(zh, en)
    }
}

fn words(l: &Layout, subject: &Subject) -> String {
    match subject {
        Subject::Experts { pool, seats, .. } if l.is_zh() => format!("从专家库 {pool} 抽取 {seats} 名专家"),
        Subject::Experts { pool, seats, .. } => format!("{seats} experts of the pool {pool}"),
        Subject::Coefficients {} => l.say("评标办法的系数", "coefficients of the method").to_owned(),
        Subject::Order {} => l.say("并列时的次序", "the order for ties").to_owned(),
    }
}

/// The draws of one tender, if the account holds a share of its draw key.
async fn of_tender(
    doors: &Doors,
    l: &Layout,
    account: &AccountId,
    tender: &TenderId,
    title: &str,
) -> Result<Vec<Due>, Problem> {
    let evaluation = doors
        .laws
        .evaluations
        .state(&Stream::Evaluation(tender.clone()))
        .await?;
    if evaluation.draws.is_empty() {
        return Ok(Vec::new());
    }
    let state = doors.tender(tender).await?;
    let assigned = StageId::parse(DRAW_STAGE).ok();
    let Some(assigned) = assigned.and_then(|name| state.keys.get(&name)) else {
        return Ok(Vec::new());
    };
    let card = doors.card(&assigned.ceremony, &assigned.key_id).await?;
    let own = card.as_ref().and_then(|card| {
        let member = card.members.iter().find(|member| member.account == *account)?;
        Some((member.index, card.k))
    });
    let Some((index, k)) = own else {
        return Ok(Vec::new());
    };
    let records = doors
        .public_history(&Stream::Ceremony(assigned.ceremony.clone()))
        .await?;
    let ceremony: Vec<String> = records.iter().map(|record| record.seq.to_string()).collect();
    let ceremony = ceremony.join(",");
    let due = evaluation.draws.values().map(|drawing| Due {
        tender: tender.clone(),
        title: title.to_owned(),
        draw: drawing.requested.draw.to_string(),
        what: words(l, &drawing.requested.subject),
        pool: drawing.frozen.as_ref().map_or(0, |frozen| frozen.1.ids.len()),
        given: drawing.parts.len(),
        k,
        gave: drawing.parts.contains_key(&index),
        is_done: drawing.seed.is_some(),
        is_pinned: drawing.pinned.is_some(),
        ceremony: ceremony.clone(),
    });
    Ok(due.collect())
}

async fn draws(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Custodian)?.clone();
    let l = signed.l;
    let known = doors.front.directory.account(&account).await?;
    let custody = known.and_then(|known| known.custody);
    let (mut waiting, mut others) = (Vec::new(), Vec::new());
    for notice in &doors.board.look(&doors).await?.newest {
        for due in of_tender(&doors, &l, &account, &notice.tender, notice.told.title()).await? {
            if due.is_pinned && !due.is_done && !due.gave {
                waiting.push(due);
            } else {
                others.push(due);
            }
        }
    }
    shown(&DrawsPage {
        account: account.to_string(),
        signer: custody
            .map(|custody| custody.signer.to_string())
            .unwrap_or_default(),
        waiting,
        others,
        l,
    })
}
