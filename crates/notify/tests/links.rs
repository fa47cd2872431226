//! Every notice leads to a page of the zone in which its reader is signed in.

use kaibiao_notify::what::leads_to;
use kaibiao_notify::{Audience, What, Zone};

/// The routes of all zones, one a line: zone, path.
const PAGES: &str = include_str!("../../../tests/golden/pages.txt");

fn audiences() -> Vec<Audience> {
    let holders = [Zone::Evaluation, Zone::Procurement, Zone::Supervision].map(Audience::Holder);
    let others = [
        Audience::Owner,
        Audience::Bidder,
        Audience::Custodian,
        Audience::Drawer,
        Audience::Expert,
        Audience::Supervisor,
        Audience::Operator,
    ];
    holders.into_iter().chain(others).collect()
}

fn is_page(zone: Zone, path: &str) -> bool {
    PAGES.lines().any(|line| {
        let Some((of, route)) = line.split_once(' ') else {
            return false;
        };
        let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
        let fits = |(part, given): (&&str, &&str)| part == given || (*part == "{tender}" && *given == "T-1");
        of == zone.word() && route.len() == path.len() && route.iter().zip(&path).all(fits)
    })
}

#[test]
fn every_notice_leads_to_a_page_of_the_zone_of_its_reader() {
    let mut seen = 0;
    for what in What::ALL {
        for audience in audiences().into_iter().filter(|audience| what.is_for(*audience)) {
            for tender in [Some("T-1"), None] {
                let path = leads_to(*what, audience.word(), tender);
                assert!(
                    is_page(audience.zone(), &path),
                    "{what:?} to {audience:?}: {path}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 2 * What::ALL.len());
}

#[test]
fn what_is_to_be_done_is_done_on_the_page_it_leads_to() {
    for (what, audience, page) in [
        (What::ObjectionWaiting, "owner", "/buyer/T-1/objections"),
        (What::ExplanationDue, "owner", "/buyer/T-1/objections"),
        (What::OpeningObjected, "owner", "/hall/T-1"),
        (
            What::ComplaintReturned,
            "bidder",
            "/bidder/tenders/T-1/objections",
        ),
        (What::ComplaintDecided, "bidder", "/bidder/tenders/T-1/objections"),
        (
            What::ObjectionAnswered,
            "bidder",
            "/bidder/tenders/T-1/objections",
        ),
        (What::ComplaintFiled, "supervisor", "/complaints"),
        (What::ComplaintMoved, "supervisor", "/complaints"),
        (What::AccessAsked, "supervisor", "/docket/T-1/orders"),
        (What::AccessGranted, "supervisor", "/docket/T-1/orders"),
        (What::CardIssued, "supervisor", "/docket/T-1"),
        (What::CardIssued, "operator", "/tenders/T-1"),
        (What::ReportToSign, "expert", "/seat/T-1/report"),
    ] {
        assert_eq!(leads_to(what, audience, Some("T-1")), page, "{what:?}");
    }
    assert_eq!(leads_to(What::ClockSuspected, "operator", None), "/operator");
}
