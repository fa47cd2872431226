//! The cockpit as a page: a supervisor's first page in both languages; whoever is none sees what the zone is for.

use crate::overseen::{opens, platform, tender};
use crate::pages::assert_page;
use facts::body::complaint::{ComplaintFiled, Grievance};
use facts::body::evaluation::{CodedBid, EvaluationOpened, ScoreRevealed};
use facts::body::opening::{ListFrozen, ListSettled};
use facts::body::tender::Method;
use facts::id::{CodeId, ComplaintId, ItemId, LotId, SeatId, StageId};
use facts::money::Currency;
use facts::{Draft, Hex, Instant, Money, Stream};
use std::collections::BTreeMap;

/// A list settled long ago, and an evaluation with a price under a code and a revealed sheet.
fn story() -> Vec<Draft> {
    let stage = || StageId::parse("open").unwrap();
    let list = ListFrozen {
        envelopes: vec![],
        list: Hex([0; 32]),
        stage: stage(),
        tender: tender(),
        until: Instant(0),
    };
    let settled = ListSettled {
        excluded: vec![],
        list: Hex([0; 32]),
        stage: stage(),
        submissions: vec![],
        tender: tender(),
        until: Instant(0),
    };
    let opened = EvaluationOpened {
        bids: vec![CodedBid {
            brand: None,
            ceiling: None,
            code: CodeId::parse("K7Q9ZX").unwrap(),
            deviations: BTreeMap::new(),
            floor: None,
            lot: LotId::parse("lot-1").unwrap(),
            price: Money::new(Currency::CNY, 987_654_321),
        }],
        method: Method::LowestEvaluated {
            adjustments: vec![],
            must_pass: vec![],
            panel: 5,
        },
        opening: 1,
        tender: tender(),
        way: None,
        qualification: None,
        unqualified: Vec::new(),
    };
    let items = BTreeMap::from([(ItemId::parse("craft").unwrap(), 7_654)]);
    let sheet = ScoreRevealed {
        salt: Hex([0xcd; 32]),
        seat: SeatId::parse("seat-1").unwrap(),
        sheet: BTreeMap::from([(CodeId::parse("K7Q9ZX").unwrap(), items)]),
        tender: tender(),
    };
    let complaint = ComplaintFiled {
        claims: "claims-of-somebody".into(),
        complaint: ComplaintId::parse("C1").unwrap(),
        evidence: vec![],
        grievance: Grievance::Process,
        known: Instant(0),
        objections: vec![],
        paper: None,
        requests: String::new(),
        tender: tender(),
        tracking: Hex([3; 32]),
    };
    let (procured, evaluation) = (Stream::Tender(tender()), Stream::Evaluation(tender()));
    vec![
        Draft::platform(Stream::Supervision(tender()), &complaint).unwrap(),
        Draft::platform(procured.clone(), &list).unwrap(),
        Draft::platform(procured, &settled).unwrap(),
        Draft::platform(evaluation.clone(), &opened).unwrap(),
        Draft::platform(evaluation, &sheet).unwrap(),
    ]
}

#[test]
fn the_first_page_of_a_supervisor_is_the_cockpit_and_shows_no_content_of_an_evaluation() {
    let mut platform = platform();
    platform.write(story());
    let zone = platform.addresses().supervision.clone();
    let procurement = platform.addresses().procurement.clone();
    for language in ["zh", "en"] {
        let page = opens(&zone, "supervisor", "/", language);
        assert_eq!(page.status, 200, "{}", page.text());
        assert_page(&page, language, "/");
        let html = page.text();
        let hall = format!("{procurement}/hall/T1");
        for part in [
            "/rules/O07",
            "/docket/T1",
            "/complaints/T1/C1",
            "/?what=red#now",
            &hall,
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        for secret in [
            "K7Q9ZX",
            "9876543",
            "9,876,543",
            "7654",
            "craft",
            "claims-of",
            "<script>alert",
        ] {
            assert!(!html.contains(secret), "{secret}: {html}");
        }
        // Whoever is no supervisor sees what the zone is for, and nothing of a tender.
        let other = opens(&zone, "bidder-04", "/", language);
        assert_eq!(other.status, 200);
        for secret in [">T1<", "/T1", "O07"] {
            assert!(!other.text().contains(secret), "{secret}: {}", other.text());
        }
    }
    // What the address asks for is what is shown, and an address that was cut short still shows something.
    let found = opens(&zone, "supervisor", "/?q=nothing-like-it&what=complaint", "en").text();
    assert!(
        found.contains("Nothing of that kind waits.") && !found.contains("/complaints/T1/C1"),
        "{found}"
    );
    let complaints = opens(&zone, "supervisor", "/?what=complaint&page=7", "en").text();
    assert!(
        complaints.contains("/complaints/T1/C1") && !complaints.contains("/rules/O07\""),
        "{complaints}"
    );
    assert_eq!(opens(&zone, "supervisor", "/?page=x", "en").status, 200);
    let page = opens(&zone, "supervisor", "/", "en").text();
    assert!(
        page.contains("What needs me now") && page.contains("Sheets are revealed"),
        "{page}"
    );
}
