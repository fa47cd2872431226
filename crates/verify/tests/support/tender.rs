//! Registration, keys, notice, addendum, question.

use super::ceremony::Keys;
use super::{DAY, HOUR, World, account};
use facts::body::draw::DRAW_STAGE;
use facts::body::tender::{
    Document, KeyAssigned, Lot, Method, OpeningRules, Part, PartRole, Procedure, QuestionAnswered,
    QuestionAsked, Regime, ScoreItem, Stage, TenderAmended, TenderNoticed, TenderRegistered, Way,
};
use facts::id::{ItemId, LotId, PartId, QuestionId, StageId};
use facts::{Canonical, Currency, Hex, Instant, Money};
use kaibiao_verify::bundle::Content;
use ledger::message::{rules_of_addendum, rules_of_notice};

/// What a tender is like.
#[derive(Debug, Clone)]
pub struct Plan {
    pub stages: Vec<(&'static str, Vec<(&'static str, PartRole)>)>,
    pub lots: Vec<&'static str>,
    pub lock: bool,
    pub procedure: Option<Procedure>,
    pub method: Method,
}

impl Plan {
    /// One stage, a bidder lock, a panel of five and a benchmark price.
    pub fn scored() -> Self {
        let item = |name: &str, max| ScoreItem {
            item: ItemId::parse(name).unwrap(),
            max,
            title: name.to_owned(),
        };
        Self {
            stages: vec![(
                "open",
                vec![
                    ("letter", PartRole::Letter),
                    ("technical", PartRole::Panel),
                    ("bill", PartRole::Public),
                ],
            )],
            lots: vec!["L1"],
            lock: true,
            procedure: Some(Procedure {
                approval: None,
                flow: None,
                ground: None,
                shown: None,
                supplier: None,
                way: Way::Tendering,
            }),
            method: Method::Composite {
                above: 100,
                below: 50,
                drop_high: 0,
                drop_low: 0,
                float_bp: 0,
                items: vec![item("design", 3_000), item("staff", 1_000)],
                panel: 5,
                price_points: 6_000,
            },
        }
    }

    /// Two envelopes, no lock, the lowest price wins without a panel.
    pub fn lowest() -> Self {
        Self {
            stages: vec![
                (
                    "first",
                    vec![("cover", PartRole::Letter), ("technical", PartRole::Panel)],
                ),
                ("second", vec![("price", PartRole::Letter)]),
            ],
            lots: vec!["L1"],
            lock: false,
            procedure: None,
            method: Method::LowestEvaluated {
                adjustments: Vec::new(),
                must_pass: Vec::new(),
                panel: 0,
            },
        }
    }
}

/// The tender as far as it is needed later.
pub struct Noticed {
    pub plan: Plan,
    pub notice: TenderNoticed,
    pub rules: Vec<(Hex<32>, Instant)>,
    /// The stage whose final quotes are handed in.
    pub round: Option<StageId>,
}

impl World {
    /// Registers, assigns one key per stage and notices.
    pub fn notice(&mut self, plan: Plan, keys: &Keys) -> Noticed {
        let stream = self.stream();
        let registered = TenderRegistered {
            agent: None,
            buyer: account("BUYER"),
            regime: plan
                .procedure
                .as_ref()
                .map_or(Regime::Works, |named| facts::procedures::of(named.way).regime),
            tender: self.tender.clone(),
            title: "A bridge".into(),
        };
        self.act("BUYER", &stream, &registered);
        let declared = plan.method.declared();
        let draws = declared
            .is_some_and(|declared| !declared.drawn.is_empty())
            .then_some(DRAW_STAGE);
        let stages = plan.stages.iter().map(|(stage, _)| *stage).chain(draws);
        for (slot, stage) in (0_u16..).zip(stages) {
            let assigned = KeyAssigned {
                ceremony: keys.ceremony.clone(),
                key_id: keys.keys[usize::from(slot)].key_id,
                slot,
                stage: StageId::parse(stage).unwrap(),
                tender: self.tender.clone(),
            };
            self.act("BUYER", &stream, &assigned);
        }
        let money = |minor| Money::new(Currency::CNY, minor);
        let ways = |among: &[Way]| (plan.procedure.as_ref()).is_some_and(|named| among.contains(&named.way));
        let talks = ways(&[Way::Consultation, Way::Negotiation]);
        let invited = talks.then(|| plan.stages.last().unwrap().0.to_owned());
        let bounded = talks || ways(&[Way::Inquiry]);
        let stages = plan
            .stages
            .iter()
            .zip(&keys.keys)
            .map(|((stage, parts), key)| Stage {
                invited: invited.as_deref() == Some(*stage),
                key_id: key.key_id,
                parts: parts
                    .iter()
                    .map(|(part, role)| Part {
                        max_bytes: 1 << 20,
                        part: PartId::parse(part).unwrap(),
                        role: *role,
                    })
                    .collect(),
                stage: StageId::parse(stage).unwrap(),
            });
        let notice = TenderNoticed {
            closes_at: self.now.plus(25 * DAY),
            documents: vec![self.document("terms.pdf", b"the terms of the tender")],
            documents_from: self.now,
            documents_until: self.now.plus(if bounded { 8 } else { 6 } * DAY),
            lots: plan
                .lots
                .iter()
                .map(|lot| Lot {
                    ceiling: Some(money(if bounded { 900_000_000 } else { 1_000_000_000 })),
                    deposit: Some(money(1_000_000)),
                    estimate: money(900_000_000),
                    floor: None,
                    lot: LotId::parse(lot).unwrap(),
                    title: "A bridge".into(),
                })
                .collect(),
            method: plan.method.clone(),
            min_bidders: 3,
            opening: OpeningRules {
                bidder_lock: plan.lock,
                objection_ms: HOUR,
                remedy: "none".into(),
                share_ms: HOUR,
                unlock_ms: HOUR,
            },
            procedure: plan.procedure.clone(),
            publicity_days: 3,
            region: "510000".into(),
            stages: stages.collect(),
            tender: self.tender.clone(),
            title: "A bridge".into(),
            trade: "A01".into(),
            validity_days: 90,
        };
        self.act("BUYER", &stream, &notice);
        let rules = Hex(rules_of_notice(&Canonical::of(&notice).unwrap()));
        Noticed {
            plan,
            rules: vec![(rules, notice.closes_at)],
            round: None,
            notice,
        }
    }

    fn document(&mut self, name: &str, bytes: &[u8]) -> Document {
        let sha256 = Hex(seal::hash::sha256(&[bytes]));
        self.files
            .insert(format!("documents/{sha256}"), Content::Bytes(bytes.to_vec()));
        Document {
            bytes: bytes.len() as u64,
            name: name.into(),
            sha256,
        }
    }

    /// An addendum that gives one more day.
    pub fn amend(&mut self, noticed: &mut Noticed, substantive: bool) {
        let (before, closes_at) = *noticed.rules.last().unwrap();
        let mut body = TenderAmended {
            closes_at: closes_at.plus(DAY),
            documents: vec![self.document("addendum.pdf", b"one more day")],
            number: u32::try_from(noticed.rules.len()).unwrap(),
            rules: Hex([0; 32]),
            substantive,
            tender: self.tender.clone(),
            text: "One more day.".into(),
        };
        body.rules = Hex(rules_of_addendum(before.bytes(), &Canonical::of(&body).unwrap()));
        self.act("BUYER", &self.stream(), &body);
        noticed.rules.push((body.rules, body.closes_at));
    }

    /// A question that stays confidential, and its public answer.
    pub fn question(&mut self) {
        let (stream, question) = (self.stream(), QuestionId::parse("Q1").unwrap());
        let asked = QuestionAsked {
            question: question.clone(),
            tender: self.tender.clone(),
            text: "Why?".into(),
        };
        self.act("BID1", &stream, &asked);
        let answered = QuestionAnswered {
            answer: "Because.".into(),
            question,
            tender: self.tender.clone(),
            text: "Why?".into(),
        };
        self.act("BUYER", &stream, &answered);
    }
}
