//! Clocks after the award, and clocks that an addendum moves.

use super::*;

#[test]
fn the_last_contract_ends_the_clock_of_contracts_and_the_report_its_own() {
    let mut log = Log::default();
    let registered = TenderRegistered {
        agent: None,
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Works,
        tender: tender(),
        title: "桥梁".into(),
    };
    log.tell(start(), &registered);
    let made = AwardMade {
        awards: vec![awarded("L1"), awarded("L2")],
        tender: tender(),
    };
    log.tell(closes(), &made);
    assert_eq!(
        log.tell(closes().plus(DAY), &contract("L1")).phase,
        Phase::Awarded
    );
    assert!(log.clock("contract").is_some());
    let report = AwardReported {
        office: "市住建局".into(),
        report: document(),
        tender: tender(),
    };
    assert!(
        log.tell(closes().plus(DAY), &report)
            .clocks
            .contains_key("contract")
    );
    assert_eq!(log.clock("report"), None);
    assert_eq!(
        log.tell(closes().plus(2 * DAY), &contract("L2")).phase,
        Phase::Contracted
    );
    assert_eq!(log.clock("contract"), None);
}

fn document() -> Document {
    Document {
        bytes: 1,
        name: "合同.pdf".into(),
        sha256: Hex([9; 32]),
    }
}

pub(super) fn awarded(lot: &str) -> Award {
    Award {
        account: AccountId::parse("bidder").unwrap(),
        bid: facts::BidId::parse("b1").unwrap(),
        deviation: None,
        lot: facts::id::LotId::parse(lot).unwrap(),
        price: facts::Money::new(facts::Currency::CNY, 100),
    }
}

fn contract(lot: &str) -> ContractSigned {
    let award = awarded(lot);
    ContractSigned {
        account: award.account,
        added: None,
        bid: award.bid,
        bond: None,
        contract: document(),
        differs: None,
        lot: award.lot,
        period_days: 1,
        price: award.price,
        quality: "合格".into(),
        signed_at: closes(),
        tender: tender(),
    }
}

#[test]
fn an_addendum_moves_the_deadline_and_the_validity_with_it() {
    let mut log = Log::default();
    log.tell(start(), &notice());
    let amended = TenderAmended {
        closes_at: closes().plus(5 * DAY),
        documents: vec![],
        number: 1,
        rules: Hex::default(),
        substantive: true,
        tender: tender(),
        text: String::new(),
    };
    log.tell(start().plus(DAY), &amended);
    assert_eq!(log.clock("deadline"), Some(closes().plus(5 * DAY)));
    assert!(
        !log.matter().clocks["deadline"].working_day,
        "2026-03-28 is a Saturday"
    );
    assert_eq!(
        log.clock("validity"),
        Some(end_of(Date::constant(2026, 6, 26)).plus(-1))
    );
}
