//! The docket follows the public facts of a tender from its registration to its award.

mod later;

use later::awarded;

use super::*;
use facts::body::award::*;
use facts::body::contract::{AwardReported, ContractSigned};
use facts::body::evaluation::{CodesDrawn, EvaluationConcluded, EvaluationOpened};
use facts::body::opening::*;
use facts::body::supervision::{OrderResumed, OrderSuspended};
use facts::body::tender::*;
use facts::calendar::{Date, day_of, end_of, start_of};
use facts::id::{ObjectionId, OrderId, StageId};
use facts::time::{DAY, HOUR};
use facts::{AccountId, Body, Draft, Hex, Instant};
use proptest::prelude::*;

fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

fn order(name: &str) -> OrderId {
    OrderId::parse(name).unwrap()
}

fn stage() -> StageId {
    StageId::parse("open").unwrap()
}

fn objection() -> ObjectionId {
    ObjectionId::parse("E1").unwrap()
}

/// 2026-03-02 09:00 in China.
fn start() -> Instant {
    start_of(Date::constant(2026, 3, 2)).plus(9 * HOUR)
}

fn closes() -> Instant {
    start_of(Date::constant(2026, 3, 23)).plus(9 * HOUR)
}

#[derive(Default)]
struct Log {
    docket: Docket,
    records: Vec<Record>,
}

impl Log {
    fn add<B: Body>(&mut self, stream: Stream, at: Instant, body: &B) -> &Matter {
        let draft = Draft::platform(stream, body).unwrap();
        let record = draft.record(self.docket.next(), at);
        self.docket.observe(&record);
        self.records.push(record);
        self.matter()
    }

    fn tell<B: Body>(&mut self, at: Instant, body: &B) -> &Matter {
        self.add(Stream::Tender(tender()), at, body)
    }

    fn matter(&self) -> &Matter {
        self.docket.matter(&tender()).unwrap()
    }

    fn clock(&self, name: &str) -> Option<Instant> {
        self.matter().clocks.get(name).map(|clock| clock.at)
    }
}

fn registered() -> TenderRegistered {
    TenderRegistered {
        agent: None,
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Works,
        tender: tender(),
        title: "Bridge".into(),
    }
}

fn notice() -> TenderNoticed {
    TenderNoticed {
        closes_at: closes(),
        documents: vec![],
        documents_from: start(),
        documents_until: start().plus(6 * DAY),
        lots: vec![],
        method: Method::LowestEvaluated {
            adjustments: vec![],
            must_pass: vec![],
            panel: 5,
        },
        min_bidders: 3,
        opening: OpeningRules {
            bidder_lock: true,
            objection_ms: 0,
            remedy: String::new(),
            share_ms: 0,
            unlock_ms: 0,
        },
        procedure: None,
        publicity_days: 3,
        region: "510000".into(),
        stages: vec![],
        tender: tender(),
        title: "Bridge over the river".into(),
        trade: "A01".into(),
        validity_days: 90,
    }
}

fn frozen(until: Instant) -> ListFrozen {
    ListFrozen {
        envelopes: vec![],
        list: Hex::default(),
        stage: stage(),
        tender: tender(),
        until,
    }
}

fn evaluation() -> EvaluationOpened {
    EvaluationOpened {
        bids: vec![],
        method: notice().method,
        opening: 9,
        tender: tender(),
        way: None,
        qualification: None,
        unqualified: Vec::new(),
    }
}

fn concluded(log: &mut Log, at: Instant) {
    let concluded = EvaluationConcluded {
        lots: vec![],
        tender: tender(),
    };
    let matter = log.add(Stream::Evaluation(tender()), at, &concluded);
    assert_eq!(matter.phase, Phase::Evaluated);
}

fn up_to_publicity() -> Log {
    let mut log = Log::default();
    let mut at = start();
    assert_eq!(log.tell(at, &registered()).phase, Phase::Registered);
    assert_eq!(log.tell(at, &notice()).phase, Phase::Noticed);
    assert_eq!(log.clock("deadline"), Some(closes()));
    assert!(log.matter().clocks["deadline"].working_day);
    assert_eq!(
        log.clock("validity"),
        Some(end_of(Date::constant(2026, 6, 21)).plus(-1))
    );
    at = closes();
    assert_eq!(
        log.tell(
            at,
            &TenderClosed {
                closes_at: closes(),
                tender: tender()
            }
        )
        .phase,
        Phase::Closed
    );
    assert_eq!((log.clock("deadline"), log.clock("documents")), (None, None));
    assert_eq!(log.tell(at, &frozen(at.plus(HOUR))).phase, Phase::Listed);
    assert_eq!(
        (log.clock("unlock"), log.matter().stage.clone()),
        (Some(at.plus(HOUR)), Some(stage()))
    );
    let settled = ListSettled {
        excluded: vec![],
        list: Hex::default(),
        stage: stage(),
        submissions: vec![],
        tender: tender(),
        until: at.plus(2 * HOUR),
    };
    assert_eq!(log.tell(at, &settled).phase, Phase::Settled);
    assert_eq!(
        (log.clock("unlock"), log.clock("shares")),
        (None, Some(at.plus(2 * HOUR)))
    );
    let record = OpeningRecorded {
        bids: vec![],
        list: Hex::default(),
        panel: None,
        quorum: vec![],
        stage: stage(),
        tender: tender(),
        until: at.plus(3 * HOUR),
    };
    assert_eq!(log.tell(at, &record).phase, Phase::Opened);
    assert_eq!(
        (log.clock("shares"), log.clock("opening_objections")),
        (None, Some(at.plus(3 * HOUR)))
    );
    let objected = OpeningObjected {
        bid: facts::BidId::parse("b").unwrap(),
        objection: objection(),
        stage: stage(),
        tender: tender(),
        text: "the seal".into(),
    };
    let raised = Raised {
        at,
        due: Some(at.plus(3 * HOUR)),
    };
    assert_eq!(log.tell(at, &objected).objections, [(objection(), raised)].into());
    assert_eq!(log.clock("objection_reply"), raised.due);
    let replied = OpeningReplied {
        objection: objection(),
        tender: tender(),
        text: "sound".into(),
    };
    assert!(log.tell(at, &replied).objections.is_empty());
    assert_eq!(log.clock("objection_reply"), None);
    let closed = OpeningClosed {
        stage: stage(),
        tender: tender(),
    };
    assert_eq!(log.tell(at, &closed).phase, Phase::OpeningClosed);
    let opened = evaluation();
    // Sealed until its result: what is opened is not seen before it is disclosed.
    assert_eq!(
        log.add(Stream::Evaluation(tender()), at, &opened).phase,
        Phase::OpeningClosed
    );
    concluded(&mut log, at);
    let candidates = CandidatesPublicised {
        candidates: vec![],
        evaluation: 12,
        tender: tender(),
        until: at.plus(3 * DAY),
    };
    assert_eq!(log.tell(at, &candidates).phase, Phase::Publicised);
    log
}

#[test]
fn from_registration_to_award() {
    let mut log = up_to_publicity();
    assert_eq!(log.matter().title, "Bridge over the river");
    assert_eq!(log.clock("publicity"), Some(closes().plus(3 * DAY)));
    // Award on Thursday 2026-04-09: fifteen days end on Friday 04-24, thirty on Saturday 05-09, which is worked.
    let at = start_of(Date::constant(2026, 4, 9)).plus(10 * HOUR);
    log.tell(
        at,
        &AwardMade {
            awards: vec![awarded("L1"), awarded("L2")],
            tender: tender(),
        },
    );
    assert_eq!(log.matter().phase, Phase::Awarded);
    let ends: Vec<_> = log
        .matter()
        .clocks
        .iter()
        .map(|(name, clock)| (*name, day_of(clock.at)))
        .collect();
    assert_eq!(
        ends,
        [
            ("contract", Date::constant(2026, 5, 9)),
            ("report", Date::constant(2026, 4, 24))
        ]
    );
    assert_eq!(log.matter().facts.len(), 12);
    assert_eq!(log.matter().last.as_ref().unwrap().seq, 12);
    let json = serde_json::to_value(log.matter()).unwrap();
    assert_eq!(
        (&json["phase"], &json["regime"]),
        (&"awarded".into(), &"works".into())
    );
    assert_eq!(json["last"]["kind"], "award.made");
    assert!(log.matter().without_facts().facts.is_empty());
}

#[test]
fn orders_show_whether_they_are_obeyed_and_windows_get_their_time_back() {
    let mut log = up_to_publicity();
    let until = log.clock("publicity").unwrap();
    let at = closes().plus(DAY);
    let suspended = OrderSuspended {
        basis: "条例62".into(),
        order: order("O1"),
        reason: "complaint".into(),
        tender: tender(),
        complaint: None,
        until: None,
    };
    let matter = log.add(Stream::Supervision(tender()), at, &suspended);
    assert!(!matter.suspended.as_ref().unwrap().obeyed);
    let matter = log.tell(
        at.plus(HOUR),
        &TenderSuspended {
            order: order("O1"),
            seq: 13,
            tender: tender(),
            until: None,
        },
    );
    assert!(matter.suspended.as_ref().unwrap().obeyed);
    let resumed = OrderResumed {
        order: order("O1"),
        reason: "unfounded".into(),
        tender: tender(),
    };
    assert_eq!(
        log.add(Stream::Supervision(tender()), at.plus(9 * HOUR), &resumed)
            .suspended,
        None
    );
    assert_eq!(
        log.clock("publicity"),
        Some(until),
        "procurement stands still until it obeys"
    );
    log.tell(
        at.plus(11 * HOUR),
        &TenderResumed {
            order: order("O1"),
            seq: 15,
            tender: tender(),
        },
    );
    assert_eq!(log.clock("publicity"), Some(until.plus(10 * HOUR)));
}

#[test]
fn failure_and_termination_stop_every_clock() {
    let mut log = Log::default();
    log.tell(start(), &notice());
    log.tell(
        closes(),
        &TenderTerminated {
            reason: "budget".into(),
            tender: tender(),
        },
    );
    assert_eq!(
        (log.matter().phase, log.matter().clocks.len()),
        (Phase::Terminated, 0)
    );
    let failed = TenderFailed {
        basis: "条例44".into(),
        cause: "too_few_bidders".into(),
        tender: tender(),
    };
    assert_eq!(log.tell(closes(), &failed).phase, Phase::Failed);
}

#[test]
fn confidential_facts_leave_no_trace() {
    let mut log = Log::default();
    log.tell(start(), &notice());
    let before = log.docket.clone();
    for kind in Kind::ALL.iter().filter(|kind| kind.is_confidential()) {
        let mut draft = Draft::platform(Stream::Tender(tender()), &registered()).unwrap();
        draft.kind = *kind;
        log.docket
            .observe(&draft.record(log.docket.next(), start().plus(DAY)));
    }
    let codes = CodesDrawn {
        codes: BTreeMap::new(),
        tender: TenderId::parse("T2").unwrap(),
    };
    log.add(
        Stream::Evaluation(TenderId::parse("T2").unwrap()),
        start(),
        &codes,
    );
    assert_eq!(log.docket.matters, before.matters);
    assert!(log.docket.next() > before.next());
}

proptest! {
    /// Reading in other pieces, or a piece twice, gives the same docket; erased bodies break nothing.
    #[test]
    fn the_docket_depends_on_the_records_alone(again in prop::collection::vec(0_usize..20, 0..10), erase in 0_usize..13) {
        let log = up_to_publicity();
        let mut docket = Docket::default();
        for record in &log.records {
            docket.observe(record);
            for back in &again {
                if let Some(old) = log.records.get(*back).filter(|old| old.seq < docket.next()) {
                    docket.observe(old);
                }
            }
        }
        prop_assert_eq!(&docket, &log.docket);
        let mut erased = Docket::default();
        for record in &log.records {
            let mut record = record.clone();
            if record.seq == u64::try_from(erase).unwrap() {
                record.body = facts::Canonical::default();
            }
            erased.observe(&record);
        }
        prop_assert_eq!(erased.matter(&tender()).unwrap().last.clone(), log.matter().last.clone());
    }
}
