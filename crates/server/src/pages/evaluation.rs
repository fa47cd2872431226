//! The expert's pages (评标专家): my evaluations, and one seat from the declaration of conflict to the result.
//!
//! Invariant: a page shows an expert what the desk's API shows the same expert: codes and no names, no prices, nothing
//! of other seats but how many are awaited. To everybody else an evaluation does not exist.

mod result;
mod spread;
mod steps;
mod words;

pub(super) use spread::Spreading;

use crate::doors::Doors;
use crate::pages::{Layout, Signed, shown};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use desk::Problem;
use evaluate::desks::PlaceView;
use evaluate::panels::{Called, Place};
use facts::{AccountId, Role, Stream, TenderId};
use result::Lot;

/// The pages; in the evaluation zone.
pub fn routes() -> Router<Doors> {
    Router::new()
        .route("/seat", get(seats))
        .route("/seat/{tender}", get(seat))
        .merge(steps::routes())
}

/// One evaluation in the list.
struct Row {
    place: PlaceView,
    title: String,
    /// What is awaited, in words.
    now: &'static str,
    suspended: bool,
}

#[derive(Template)]
#[template(path = "evaluation/seats.html")]
struct Seats {
    l: Layout,
    account: String,
    /// Calls that wait for an answer.
    calls: Vec<Called>,
    /// The panel waits for this expert.
    due: Vec<Row>,
    /// Under way, nothing to do for now.
    waiting: Vec<Row>,
    /// With a result.
    over: Vec<Row>,
}

impl Seats {
    /// What needs the expert comes first.
    fn groups(&self) -> [(&'static str, &[Row]); 3] {
        let l = &self.l;
        [
            (l.say("等您处理", "Waiting for you"), &self.due),
            (l.say("进行中", "Under way"), &self.waiting),
            (l.say("已完成", "Concluded"), &self.over),
        ]
    }
}

impl SeatPage {
    const TAB: &'static str = "seat";
}

#[derive(Template)]
#[template(path = "evaluation/seat.html")]
struct SeatPage {
    l: Layout,
    /// Whether the seat is declared free of conflict: then the other pages of the evaluation are open to it.
    free: bool,
    account: String,
    /// The log's origin; devices sign it.
    origin: String,
    title: String,
    place: PlaceView,
    now: &'static str,
    suspended: bool,
    /// The result, by lots.
    lots: Vec<Lot>,
    /// Position of the result.
    result: Option<u64>,
}

/// What a seat does now, or what it waits for.
fn now(l: &Layout, place: &Place) -> &'static str {
    let due = place.state.awaits(&place.seat, &place.own);
    let reviewed = place.state.may_commit();
    let (zh, en) = match (place.state.step().word(), due) {
        ("appointing" | "declaring", true) => {
            ("请作出回避声明", "Declare your conflicts of interest, or none")
        }
        ("appointing", false) => ("等待补齐评标委员会", "Waits until the panel is complete"),
        ("declaring", false) => ("等待其他成员的回避声明", "Waits for the declarations of others"),
        ("committing", true) if !reviewed => ("请在初步评审中表决", "Vote in the preliminary review"),
        ("committing", false) if !reviewed => {
            ("等待初步评审结束", "Waits for the end of the preliminary review")
        }
        ("committing", true) => ("请阅读、评分并提交承诺", "Read, score and commit to your sheet"),
        ("committing", false) => ("已承诺,等待其他成员", "Committed; waits for others"),
        ("revealing", true) => ("请公开评分表", "Reveal your sheet"),
        ("revealing", false) => ("已公开,等待其他成员", "Revealed; waits for others"),
        ("concluded", _) => ("评标完成", "Concluded"),
        _ => ("尚未开始", "Not begun"),
    };
    l.say(zh, en)
}

async fn row(doors: &Doors, l: &Layout, place: &Place) -> Result<Row, Problem> {
    let posted = doors.board.look(doors).await?;
    let notice = posted.notices.get(&place.tender);
    Ok(Row {
        now: now(l, place),
        title: notice
            .map(|notice| notice.told.title().to_owned())
            .unwrap_or_default(),
        suspended: notice.is_some_and(|notice| notice.suspended),
        place: PlaceView::of(place),
    })
}

async fn seats(State(doors): State<Doors>, signed: Signed) -> Result<Response, Problem> {
    let expert = signed.caller.must(Role::Expert)?;
    let (mut due, mut waiting, mut over) = (Vec::new(), Vec::new(), Vec::new());
    for place in doors.panels.of(expert).await? {
        let row = row(&doors, &signed.l, &place).await?;
        if row.place.due {
            due.push(row);
        } else if place.state.concluded.is_none() {
            waiting.push(row);
        } else {
            over.push(row);
        }
    }
    let calls = doors.panels.calls(expert).await?;
    let account = expert.to_string();
    let l = signed.l;
    shown(&Seats {
        l,
        account,
        calls,
        due,
        waiting,
        over,
    })
}

/// The seat of whoever asks; to all others the evaluation does not exist.
async fn place(doors: &Doors, expert: &AccountId, tender: &str) -> Result<Place, Problem> {
    let tender = TenderId::parse(tender).map_err(|_| evaluate::desks::no_seat())?;
    let state = doors
        .laws
        .evaluations
        .state(&Stream::Evaluation(tender.clone()))
        .await?;
    let (id, own) = state.seat_of(expert).ok_or_else(evaluate::desks::no_seat)?;
    Ok(Place {
        tender,
        seat: id.clone(),
        own: own.clone(),
        state: state.clone(),
    })
}

async fn seat(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<String>,
) -> Result<Response, Problem> {
    let expert = signed.caller.must(Role::Expert)?.clone();
    let place = place(&doors, &expert, &tender).await?;
    let state = place.state.clone();
    let l = signed.l;
    let Row {
        place: view,
        title,
        now,
        suspended,
    } = row(&doors, &l, &place).await?;
    let concluded = state.concluded.as_ref();
    shown(&SeatPage {
        free: place.own.free,
        account: expert.to_string(),
        origin: doors.about.origin.clone(),
        title,
        now,
        suspended,
        lots: concluded
            .map(|(_, body)| result::lots(&l, body))
            .unwrap_or_default(),
        result: concluded.map(|(seq, _)| *seq),
        place: view,
        l,
    })
}
