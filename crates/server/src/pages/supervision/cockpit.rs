//! The cockpit (监督驾驶舱): a supervisor's first page. What waits now, live procedures, openings, evaluations.
//!
//! Invariant: it shows what `/api/cockpit` answers to the same query, and of an evaluation numbers of seats and the
//! step alone.

use super::words;
use crate::doors::Doors;
use crate::pages::query::written;
use crate::pages::unsure::unsure;
use crate::pages::{Layout, home, shown};
use ::rules::Colour;
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use desk::Problem;
use facts::Role;
use supervise::cockpit::{Asked, Cockpit, Live, Need, Pick, What};
use supervise::docket::{HallView, ProcessView};

/// One thing that waits, in words.
struct Waits {
    what: &'static str,
    about: String,
    said: String,
    href: String,
    need: Need,
}

/// A kind of thing that waits, how many there are, and the address that shows them alone.
struct Count {
    name: &'static str,
    many: usize,
    href: String,
    is_chosen: bool,
    is_pressing: bool,
}

#[derive(Template)]
#[template(path = "supervision/cockpit.html")]
struct CockpitPage {
    l: Layout,
    asked: Asked,
    waits: Vec<Waits>,
    counts: Vec<Count>,
    /// What is said of limits on the page whose year is not arranged yet.
    unsure: Vec<String>,
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
        let live = self.cockpit.openings.iter();
        live.filter_map(|live| Some((live, live.hall.as_ref()?)))
            .collect()
    }

    fn evaluations(&self) -> Vec<(&Live, &ProcessView)> {
        let live = self.cockpit.evaluations.iter();
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

    fn q(&self) -> &str {
        self.asked.q.as_deref().unwrap_or_default()
    }

    /// Another page of what waits.
    fn needs_link(&self, page: usize) -> String {
        address(&self.asked, self.asked.what, page, self.cockpit.page, "now")
    }

    /// Another page of live procedures.
    fn live_link(&self, page: usize) -> String {
        address(
            &self.asked,
            self.asked.what,
            self.cockpit.needs_page,
            page,
            "live",
        )
    }
}

fn address(asked: &Asked, what: Option<Pick>, needs_page: usize, page: usize, part: &str) -> String {
    let (needs_page, page) = (needs_page.to_string(), page.to_string());
    let all = [
        ("q", asked.q.as_deref().unwrap_or_default()),
        ("what", what.map_or("", Pick::word)),
        ("needs_page", if needs_page == "1" { "" } else { &needs_page }),
        ("page", if page == "1" { "" } else { &page }),
    ];
    let said: Vec<(&str, &str)> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = written(&said);
    if query.is_empty() {
        format!("/#{part}")
    } else {
        format!("/?{query}#{part}")
    }
}

fn waits(l: &Layout, need: Need) -> Waits {
    let tender = &need.tender;
    let (what, href) = match need.what {
        What::Order => (
            l.say("指令未获答复", "Order without an answer"),
            format!("/docket/{tender}/orders"),
        ),
        What::Explanation => (
            l.say("未作说明", "Explanation not given"),
            format!("/docket/{tender}/orders"),
        ),
        What::Objection => (
            l.say("异议待答复", "Objection unanswered"),
            format!("/docket/{tender}"),
        ),
        What::Complaint => (
            l.say("投诉待处理", "Complaint not decided"),
            format!("/complaints/{tender}/{}", need.about),
        ),
        What::Access => (
            l.say("应急查阅待第二人批准", "Access awaits a second supervisor"),
            format!("/docket/{tender}/orders"),
        ),
        What::Limit => (l.say("期限已过", "Limit passed"), format!("/docket/{tender}")),
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
    let about = match need.what {
        What::Limit => {
            words::clock_of(&need.about).map_or_else(|| need.about.clone(), |name| name.of(l).to_owned())
        }
        _ => need.about.clone(),
    };
    Waits {
        what,
        about,
        said: l.say(&need.zh, &need.en).to_owned(),
        href,
        need,
    }
}

fn counts(l: &Layout, asked: &Asked, cockpit: &Cockpit) -> Vec<Count> {
    let counts = &cockpit.counts;
    let all = [
        (Pick::Overdue, l.say("已逾期", "Overdue"), counts.overdue),
        (Pick::Red, l.say("红牌", "Red cards"), counts.red),
        (Pick::Card, l.say("未结的牌", "Open cards"), counts.cards),
        (
            Pick::Order,
            l.say("指令未获答复", "Orders without an answer"),
            counts.orders,
        ),
        (
            Pick::Explanation,
            l.say("未作说明", "Explanations not given"),
            counts.explanations,
        ),
        (
            Pick::Objection,
            l.say("异议待答复", "Objections unanswered"),
            counts.objections,
        ),
        (
            Pick::Complaint,
            l.say("投诉待处理", "Complaints not decided"),
            counts.complaints,
        ),
        (
            Pick::Access,
            l.say("应急查阅待批准", "Accesses to be granted"),
            counts.accesses,
        ),
        (Pick::Limit, l.say("期限已过", "Limits passed"), counts.limits),
        (
            Pick::Sign,
            l.say("线索待研判的项目", "Tenders with signs not judged"),
            counts.signs,
        ),
    ];
    let count = |(pick, name, many)| {
        let is_chosen = asked.what == Some(pick);
        Count {
            name,
            many,
            href: address(asked, (!is_chosen).then_some(pick), 1, cockpit.page, "now"),
            is_chosen,
            is_pressing: many > 0 && matches!(pick, Pick::Overdue | Pick::Red),
        }
    };
    all.into_iter().map(count).collect()
}

/// `GET /` of the zone: the cockpit for a supervisor, and for others what the zone is for.
pub(super) async fn front(
    State(doors): State<Doors>,
    l: Layout,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let is_his = l
        .caller
        .as_ref()
        .is_some_and(|caller| caller.must(Role::Supervisor).is_ok());
    if !is_his {
        return home::front(l);
    }
    // A form sends empty fields, and an address that was cut short is no reason to show nothing.
    let mut asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    asked.q = asked.q.filter(|q| !q.trim().is_empty());
    let mut cockpit = doors.oversight.cockpit(&asked, l.now).await?;
    let limits = cockpit.needs.iter().filter_map(|need| need.due);
    let clocks = cockpit
        .live
        .iter()
        .flat_map(|live| live.late.iter().chain(&live.next));
    let unsure = unsure(&l, limits.chain(clocks.map(|next| next.at)));
    let needs = std::mem::take(&mut cockpit.needs);
    shown(&CockpitPage {
        waits: needs.into_iter().map(|need| waits(&l, need)).collect(),
        counts: counts(&l, &asked, &cockpit),
        unsure,
        asked,
        cockpit,
        l,
    })
}
