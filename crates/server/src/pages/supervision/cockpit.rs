//! The cockpit (监督驾驶舱): a supervisor's first page. What waits now, every live procedure, openings, evaluations.
//!
//! Invariant: it shows what `/api/cockpit` answers, and of an evaluation numbers of seats and the step alone.

use super::words;
use crate::doors::Doors;
use crate::pages::{Layout, home, shown};
use ::rules::Colour;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desk::Problem;
use facts::Role;
use supervise::cockpit::{Cockpit, Live, Need, What};
use supervise::docket::HallView;

/// Things that wait shown on the page; the rest is behind its links.
const SHOWN: usize = 25;

/// One thing that waits, in words.
struct Waits {
    what: &'static str,
    said: String,
    href: String,
    need: Need,
}

#[derive(Template)]
#[template(path = "supervision/cockpit.html")]
struct CockpitPage {
    l: Layout,
    /// What waits, at most [`SHOWN`].
    waits: Vec<Waits>,
    /// How many of each kind wait: orders, objections, cards, red ones among them, signs, complaints.
    counts: [usize; 6],
    cockpit: Cockpit,
}

#[expect(
    clippy::unused_self,
    clippy::trivially_copy_pass_by_ref,
    reason = "templates call methods, and hand arguments over by reference"
)]
impl CockpitPage {
    fn phase(&self, live: &Live) -> &'static str {
        words::phase(live.phase).of(&self.l)
    }

    fn clock(&self, name: &&'static str) -> &'static str {
        words::clock(name).of(&self.l)
    }

    fn step(&self, step: &supervise::docket::Step) -> &'static str {
        words::step(*step).of(&self.l)
    }

    /// Where the hall is: the zone of procurement shows it to everybody.
    fn hall(&self, live: &Live) -> String {
        format!("{}/hall/{}", self.l.zones.procurement, live.tender)
    }

    fn openings(&self) -> Vec<(&Live, &HallView)> {
        let live = self.cockpit.live.iter();
        live.filter_map(|live| Some((live, live.hall.as_ref()?)))
            .collect()
    }

    fn evaluations(&self) -> Vec<(&Live, &supervise::docket::ProcessView)> {
        let live = self.cockpit.live.iter();
        live.filter_map(|live| Some((live, live.evaluation.as_ref()?)))
            .collect()
    }

    /// So many of the seats of a panel; where the notice names no number, the number alone.
    fn of(&self, count: &u32, seats: &u32) -> String {
        if *seats == 0 {
            count.to_string()
        } else {
            format!("{count} / {seats}")
        }
    }
}

fn waits(l: &Layout, need: Need) -> Waits {
    let tender = &need.tender;
    let (what, href) = match need.what {
        What::Order => (
            l.say("指令尚未执行", "Order not obeyed yet"),
            format!("/docket/{tender}"),
        ),
        What::Objection => (
            l.say("异议待答复", "Objection unanswered"),
            format!("/docket/{tender}"),
        ),
        What::Complaint => (
            l.say("投诉待处理", "Complaint not decided"),
            format!("/docket/{tender}"),
        ),
        What::Card => (
            match need.colour {
                Some(Colour::Red) => l.say("红牌", "Red card"),
                _ => l.say("黄牌", "Yellow card"),
            },
            format!("/rules/{}", need.about),
        ),
        What::Sign => (
            l.say("线索待研判", "Signs not judged"),
            format!("/screens/{tender}"),
        ),
    };
    let said = l.say(&need.zh, &need.en).to_owned();
    Waits {
        what,
        said,
        href,
        need,
    }
}

/// `GET /` of the zone: the cockpit for a supervisor, and for others what the zone is for.
pub(super) async fn front(State(doors): State<Doors>, l: Layout) -> Result<Response, Problem> {
    let is_his = l
        .caller
        .as_ref()
        .is_some_and(|caller| caller.must(Role::Supervisor).is_ok());
    if !is_his {
        return home::front(l);
    }
    let mut cockpit = doors.oversight.cockpit(l.now).await?;
    let needs = std::mem::take(&mut cockpit.needs);
    let count = |fits: &dyn Fn(&Need) -> bool| needs.iter().filter(|need| fits(need)).count();
    let counts = [
        count(&|need| need.what == What::Order),
        count(&|need| need.what == What::Objection),
        count(&|need| need.what == What::Card),
        count(&|need| need.colour == Some(Colour::Red)),
        count(&|need| need.what == What::Sign),
        count(&|need| need.what == What::Complaint),
    ];
    shown(&CockpitPage {
        waits: needs
            .into_iter()
            .take(SHOWN)
            .map(|need| waits(&l, need))
            .collect(),
        counts,
        cockpit,
        l,
    })
}
