//! Reports, as a panel signs them; and an evaluation that is done again by order.

use super::evaluation::{five, rank};
use super::opening::Trouble;
use super::tender::Plan;
use super::{DAY, World};
use facts::body::award::CandidatesRevoked;
use facts::body::evaluation::{
    CodedBid, CodesDrawn, EvaluationConcluded, EvaluationOpened, EvaluationReopened, ReportAssembled,
    ReportCompleted, ReportSigned,
};
use facts::body::supervision::{OrderReevaluated, Panel};
use facts::body::tender::Method;
use facts::id::{CodeId, OrderId, SeatId};
use facts::{Currency, Hex, Money, Stream};
use std::collections::BTreeMap;

impl World {
    /// The report: of five members the second disagrees, the fourth refuses, the fifth says nothing in time.
    ///
    /// `change` may change the digest, and says whether the report is completed. Gives the signatures, which stay
    /// secret.
    pub fn report(
        &mut self,
        stream: &Stream,
        concluded: u64,
        round: u32,
        panel: &[(SeatId, String)],
        mut change: impl FnMut(&mut [u8; 32]) -> bool,
    ) -> Vec<u64> {
        let folder = tempfile::tempdir().unwrap();
        let digest = kaibiao_verify::checks::report_digest(&self.dossier(folder.path()), concluded);
        let mut digest = digest.unwrap();
        let completes = change(&mut digest);
        let (document, pdf, tender) = (Hex(digest), Hex([0x50; 32]), self.tender.clone());
        let assembled = ReportAssembled {
            concluded,
            document,
            pages: 3,
            pdf,
            round,
            tender: tender.clone(),
            until: self.now.plus(DAY),
        };
        self.platform(stream, &assembled);
        let mut signed = Vec::new();
        for (n, (seat, expert)) in (1..).zip(panel.iter().take(4)) {
            let body = ReportSigned {
                dissent: (n == 2).then(|| "the scale is too generous".to_owned()),
                document,
                pdf,
                refused: (n == 4).then(|| "I was not heard".to_owned()),
                seat: seat.clone(),
                tender: tender.clone(),
            };
            signed.push(self.act(expert, stream, &body));
        }
        self.wait(DAY);
        let named = |numbers: &[usize]| {
            let seats = numbers.iter().filter_map(|n| panel.get(n - 1));
            seats.map(|(seat, _)| seat.clone()).collect()
        };
        let completed = ReportCompleted {
            dissenting: named(&[2]),
            document,
            refused: named(&[4]),
            signed: named(&[1, 2, 3]),
            silent: panel.iter().skip(4).map(|(seat, _)| seat.clone()).collect(),
            tender,
        };
        if completes {
            self.platform(stream, &completed);
        }
        signed
    }
}

/// A tender whose candidates were public when supervision had the same panel judge again.
pub fn reevaluated(seed: u8) -> World {
    let mut world = World::new(seed, "T5");
    let keys = world.ceremony(2);
    let noticed = world.notice(Plan::scored(), &keys);
    let mut bids: Vec<_> = (1..=4).map(|n| world.enter(n)).collect();
    for (bid, price) in bids.iter_mut().zip([940_000, 990_000, 970_000, 910_000]) {
        world.submit(&noticed, bid, price, false);
    }
    world.close(&noticed);
    let opening = world.open(&noticed, &keys, 0, &bids, &Trouble::default());
    let bids: Vec<_> = bids.iter().collect();
    let (tender, stream) = (world.tender.clone(), Stream::Evaluation(world.tender.clone()));
    let lot = &noticed.notice.lots[0];
    let code = |n: usize| CodeId::parse(&format!("C{}", n + 1)).unwrap();
    let opened = EvaluationOpened {
        bids: bids
            .iter()
            .enumerate()
            .map(|(n, bid)| CodedBid {
                brand: None,
                ceiling: lot.ceiling,
                code: code(n),
                deviations: BTreeMap::new(),
                floor: lot.floor,
                lot: lot.lot.clone(),
                price: Money::new(Currency::CNY, bid.price),
            })
            .collect(),
        method: noticed.plan.method.clone(),
        opening,
        tender: tender.clone(),
        way: noticed.notice.procedure.as_ref().map(|said| said.way),
        qualification: None,
        unqualified: Vec::new(),
    };
    let codes: BTreeMap<_, _> = bids
        .iter()
        .enumerate()
        .map(|(n, bid)| (code(n), bid.bid.clone()))
        .collect();
    let drawn = CodesDrawn {
        codes: codes.clone(),
        tender: tender.clone(),
    };
    let Method::Composite { items, .. } = &noticed.plan.method else {
        panic!("a scored tender has items")
    };
    let items: Vec<_> = items.iter().map(|item| (item.item.clone(), item.max)).collect();
    let mut hidden = vec![world.platform(&stream, &opened), world.platform(&stream, &drawn)];
    let sheets = world.panel(&stream, &codes, &items, &mut hidden);
    let result = |sheets| EvaluationConcluded {
        lots: vec![rank(&opened, &codes, sheets)],
        tender: tender.clone(),
    };
    let first = result(&sheets);
    let concluded = world.platform(&stream, &first);
    world.disclose(std::mem::take(&mut hidden));
    let signed = world.report(&stream, concluded, 1, &five(), |_| true);
    world.publicise(concluded, &first.lots[0], &bids);

    let order = OrderReevaluated {
        basis: "招标投标法实施条例71".to_owned(),
        order: OrderId::parse("O1").unwrap(),
        panel: Panel::Same,
        reason: "one sheet was added up wrongly".to_owned(),
        tender: tender.clone(),
    };
    let seq = world.act("SUP", &Stream::Supervision(tender.clone()), &order);
    let revoked = CandidatesRevoked {
        order: order.order.clone(),
        panel: order.panel,
        reason: order.reason.clone(),
        seq,
        tender: tender.clone(),
    };
    let seq = world.platform(&world.stream(), &revoked);
    let reopened = EvaluationReopened {
        order: order.order,
        panel: order.panel,
        reason: order.reason,
        round: 2,
        seq,
        tender: tender.clone(),
    };
    world.platform(&stream, &reopened);
    let sheets = world.sheets(&stream, &codes, &items, &mut hidden);
    let second = result(&sheets);
    let concluded = world.platform(&stream, &second);
    // The report of the new round repeats what was said of the first.
    world.disclose(hidden.into_iter().chain(signed));
    let again = world.report(&stream, concluded, 2, &five(), |_| true);
    world.veiled.extend(again);
    world.award(concluded, &second.lots[0], &bids);
    world
}
