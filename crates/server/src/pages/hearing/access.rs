//! Further orders of a supervisor (责令说明、顺延、撤销、应急查阅), and the page on which two supervisors read in an emergency.
//!
//! Invariant: what is confidential is on no page; the browser fetches it after the log says that it was read.

use crate::doors::Doors;
use crate::pages::public::words as fact_words;
use crate::pages::{Layout, Signed, shown};
use ::desk::Problem;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use facts::id::AccessId;
use facts::{Instant, Role, Stream, TenderId};
use supervise::docket::{Matter, Phase};
use supervise::further::{Access, Standing};

/// A step that an order may undo.
struct Voidable {
    seq: u64,
    at: Instant,
    name: &'static str,
}

/// A deadline that the platform was down over.
struct Movable {
    deadline: Instant,
    /// Until when an order can move it.
    last: Instant,
}

#[derive(Template)]
#[template(path = "hearing/orders.html")]
struct Orders {
    l: Layout,
    account: String,
    tender: TenderId,
    title: String,
    /// The deadline, while it can be moved.
    deadline: Option<Instant>,
    /// The deadline that has passed over an outage, while it can be moved.
    movable: Option<Movable>,
    /// Whether a deadline has passed and stays.
    begun: bool,
    voidable: Vec<Voidable>,
    accesses: Vec<(AccessId, Access, bool)>,
}

impl Orders {
    fn is_lapsed(&self, access: &Access) -> bool {
        access.is_lapsed(self.l.now)
    }
}

pub(super) async fn orders(
    State(doors): State<Doors>,
    signed: Signed,
    Path(tender): Path<TenderId>,
) -> Result<Response, Problem> {
    let account = signed.caller.must(Role::Supervisor)?.to_string();
    let key = super::key_of(&doors, &signed.caller).await?;
    let l = signed.l;
    let matter: Option<Matter> = doors
        .oversight
        .with_docket(|docket| docket.matter(&tender).cloned())
        .await?;
    let matter = matter.ok_or_else(|| {
        Problem::unknown(
            "There is no such tender in the docket.",
            "监督台账中没有该招标项目。",
        )
    })?;
    let standing = Standing::of(&matter);
    let steps = matter
        .facts
        .iter()
        .filter(|fact| standing.voidable.contains(&fact.seq));
    let voidable = steps.map(|fact| {
        let (zh, en) = fact_words::kind(fact.kind);
        Voidable {
            seq: fact.seq,
            at: fact.at,
            name: l.say(zh, en),
        }
    });
    let voidable = voidable.collect();
    let state = doors
        .laws
        .orders
        .state(&Stream::Supervision(tender.clone()))
        .await?;
    let accesses = state.accesses.iter().map(|(name, access)| {
        let own = key == Some(access.by);
        (name.clone(), access.clone(), own)
    });
    let movable = standing.passed.and_then(|passed| {
        let last = passed.held().filter(|last| *last >= l.now)?;
        Some(Movable {
            deadline: passed.deadline,
            last,
        })
    });
    shown(&Orders {
        account,
        begun: standing.phase > Phase::Noticed && standing.phase < Phase::Evaluating,
        movable,
        title: matter.title,
        deadline: standing.deadline.filter(|deadline| *deadline > l.now),
        voidable,
        accesses: accesses.collect(),
        tender,
        l,
    })
}

#[derive(Template)]
#[template(path = "hearing/access.html")]
struct Read {
    l: Layout,
    tender: TenderId,
    access: AccessId,
}

pub(super) async fn read(
    signed: Signed,
    Path((tender, access)): Path<(TenderId, AccessId)>,
) -> Result<Response, Problem> {
    signed.caller.must(Role::Supervisor)?;
    shown(&Read {
        l: signed.l,
        tender,
        access,
    })
}
