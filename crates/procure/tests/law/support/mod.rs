//! A world for tests of the law: a buyer, bidders, custodians with real shares, and a clock that we hold.
//!
//! Invariant: every command goes through the law; what it decides is folded and nothing else is.

pub(crate) mod acts;
pub(crate) mod bidder;
pub(crate) mod custody;
pub(crate) mod texts;

pub(crate) use bidder::Bidder;
pub(crate) use custody::Dealt;

use desk::Actor;
use desk::actor::KeyUse;
use facts::body::platform::FactsDisclosed;
use facts::body::tender::{Method, Regime, TenderNoticed};
use facts::id::{LotId, OrderId, PartId, StageId};
use facts::time::{DAY, HOUR, MINUTE};
use facts::{
    AccountId, Act, BidId, Body, Canonical, CeremonyId, Decider, Draft, Hex, Instant, Kind, Record, Refusal,
    Role, Seen, Stream, TenderId,
};
use kaibiao_procure::{Cards, Command, Said, State, Tenders};
use rand_chacha::ChaCha20Rng;
use rand_core::{RngCore, SeedableRng};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const ORIGIN: &str = "test.kaibiao.example/log";
/// Monday 2026-03-02, 09:00 in China.
pub(crate) const START: Instant = Instant(1_772_413_200_000);

pub(crate) fn id<T: std::str::FromStr<Err = facts::id::IdError>>(text: &str) -> T {
    text.parse().unwrap()
}

/// What the notice of a world looks like.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) regime: Regime,
    pub(crate) lots: Vec<&'static str>,
    /// Stage → its parts; a part called `letter…` is a letter, `public…` public, every other for the panel.
    pub(crate) stages: Vec<(&'static str, Vec<&'static str>)>,
    pub(crate) lock: bool,
    pub(crate) min_bidders: u32,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            regime: Regime::Works,
            lots: vec!["L1"],
            stages: vec![("open", vec!["letter", "technical"])],
            lock: false,
            min_bidders: 3,
        }
    }
}

impl Layout {
    pub(crate) fn two_envelopes() -> Self {
        let stages = vec![("tech", vec!["technical"]), ("price", vec!["letter"])];
        Self {
            stages,
            ..Self::default()
        }
    }

    pub(crate) fn small() -> Self {
        Self {
            stages: vec![("open", vec!["letter"])],
            ..Self::default()
        }
    }
}

pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) log: Vec<Record>,
    pub(crate) at: Instant,
    pub(crate) rng: ChaCha20Rng,
    pub(crate) layout: Layout,
    pub(crate) keys: BTreeMap<StageId, Dealt>,
    /// Sealed bodies by digest: the vault.
    pub(crate) vault: BTreeMap<Hex<32>, Vec<u8>>,
}

impl World {
    /// Nothing has happened; keys are dealt.
    pub(crate) fn new(layout: Layout) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        let deal = |(place, (stage, _)): (usize, &(&str, Vec<&str>))| {
            (
                id(stage),
                Dealt::new(3, 5, u16::try_from(place).unwrap(), &mut rng),
            )
        };
        let keys = layout.stages.iter().enumerate().map(deal).collect();
        let rng = ChaCha20Rng::seed_from_u64(8);
        Self {
            state: State::default(),
            log: Vec::new(),
            at: START,
            rng,
            layout,
            keys,
            vault: BTreeMap::new(),
        }
    }

    /// Registered, keys assigned.
    pub(crate) fn registered(layout: Layout) -> Self {
        let mut world = Self::new(layout);
        let body = world.registration();
        let register = Command::Register(world.say(buyer(), body));
        world.ok(register);
        for stage in world.stages() {
            let command = world.assign(&stage);
            world.ok(command);
        }
        world
    }

    /// Noticed; documents are out; the deadline is 21 days away.
    pub(crate) fn noticed(layout: Layout) -> Self {
        let mut world = Self::registered(layout);
        let notice = world.notice_body();
        let command = Command::Notice(world.say(buyer(), notice));
        world.ok(command);
        world
    }

    /// Noticed, with so many bidders that have handed in.
    pub(crate) fn with_bids(layout: Layout, count: usize) -> (Self, Vec<Bidder>) {
        let mut world = Self::noticed(layout);
        let bidders = (1..=count).map(|number| world.bidder(number)).collect();
        (world, bidders)
    }

    /// A bidder that entered and handed in a first revision.
    pub(crate) fn bidder(&mut self, number: usize) -> Bidder {
        let mut bidder = Bidder::new(number, &mut self.rng);
        self.ok(bidder.enter(self));
        let submit = bidder.submit(self);
        self.ok(submit);
        bidder
    }

    pub(crate) fn stages(&self) -> Vec<StageId> {
        self.layout.stages.iter().map(|(stage, _)| id(stage)).collect()
    }

    pub(crate) fn lots(&self) -> Vec<LotId> {
        self.layout.lots.iter().map(|lot| id(lot)).collect()
    }

    pub(crate) fn parts(&self) -> Vec<(StageId, PartId)> {
        let stages = self.layout.stages.iter();
        stages
            .flat_map(|(stage, parts)| parts.iter().map(|part| (id(stage), id(part))))
            .collect()
    }

    /// The parts that are handed in now: with the bid, or as final quotes of those invited.
    pub(crate) fn due_parts(&self) -> Vec<PartId> {
        let invited = self.state.invitation().map(|one| one.body.stage.clone());
        let parts = self.parts().into_iter();
        let due = |stage: &StageId| match &invited {
            Some(invited) => stage == invited,
            None => !stage.as_str().starts_with("final"),
        };
        parts
            .filter(|(stage, _)| due(stage))
            .map(|(_, part)| part)
            .collect()
    }

    pub(crate) fn cards(&self) -> Cards {
        self.keys
            .values()
            .map(|dealt| (dealt.card.key.key_id, dealt.card.clone()))
            .collect()
    }

    pub(crate) fn tick(&self) -> Command {
        Command::Tick { cards: self.cards() }
    }

    /// An act of somebody, arriving now.
    pub(crate) fn say<B: Body>(&self, actor: Actor, body: B) -> Said<B> {
        self.say_on(tender(), actor, &body)
    }

    pub(crate) fn say_on<B: Body>(&self, tender: TenderId, actor: Actor, body: &B) -> Said<B> {
        let act = Act {
            stream: Stream::Tender(tender),
            kind: B::KIND,
            body: Canonical::of(body).unwrap(),
            nonce: Hex([0; 16]),
            seen: Seen {
                root: Hex([0; 32]),
                size: 0,
            },
            // Not the key itself: what matters here is that every actor has another.
            key: actor.key,
            sig: Hex([0; 64]),
        };
        Said::read(actor, act, self.at).unwrap()
    }

    /// Decides and folds.
    pub(crate) fn run(&mut self, command: Command) -> Result<Vec<Draft>, Refusal> {
        let drafts = Tenders::decide(&self.state, command, self.at)?;
        for draft in &drafts {
            let actor = draft.act.as_ref().map(|act| desk::account::fingerprint(&act.key));
            let record = facts::Record {
                actor,
                ..draft.record(self.log.len() as u64, self.at)
            };
            Tenders::evolve(&mut self.state, &record);
            self.log.push(record);
        }
        Ok(drafts)
    }

    /// Accepted: the kinds of the facts that followed.
    pub(crate) fn ok(&mut self, command: Command) -> Vec<Kind> {
        let drafts = self
            .run(command)
            .unwrap_or_else(|refusal| panic!("{}: {}", refusal.code, refusal.en));
        drafts.into_iter().map(|draft| draft.kind).collect()
    }

    /// Refused: the code. The sentences must be whole in both languages.
    pub(crate) fn no(&self, command: Command) -> String {
        let refusal = match Tenders::decide(&self.state, command, self.at) {
            Err(refusal) => refusal,
            Ok(drafts) => panic!(
                "accepted: {:?}",
                drafts.iter().map(|d| d.kind).collect::<Vec<_>>()
            ),
        };
        assert!(
            refusal.en.ends_with('.') && refusal.zh.ends_with('。'),
            "{refusal:?}"
        );
        refusal.code.into_owned()
    }

    /// Time passes.
    pub(crate) fn wait(&mut self, millis: i64) {
        self.at = self.at.plus(millis);
    }

    /// Past the deadline and the grace, and ticked: the list of the first stage is frozen, or the tender failed.
    pub(crate) fn close(&mut self) -> Vec<Kind> {
        self.at = self
            .state
            .deadline()
            .unwrap()
            .plus(kaibiao_procure::limits::GRACE);
        let tick = self.tick();
        self.ok(tick)
    }

    /// Past the window for disputes, and ticked.
    pub(crate) fn settle(&mut self) -> Vec<Kind> {
        self.wait(UNLOCK);
        let tick = self.tick();
        self.ok(tick)
    }

    /// The first `k` custodians of the running stage answer truthfully.
    pub(crate) fn shares(&mut self, stage: &StageId, indices: &[u16]) {
        for index in indices {
            let command = self.share(stage, *index);
            self.ok(command);
        }
    }

    /// Opens the running stage for real and records it.
    pub(crate) fn read_out(&mut self, stage: &StageId, bidders: &[Bidder]) -> Vec<Kind> {
        let opened = self.opened(stage, bidders);
        let card = self.keys[stage].card.clone();
        self.ok(Command::Record { opened, card })
    }

    /// Everything from the deadline to the end of the opening of all stages, by custodians 1, 3 and 5.
    pub(crate) fn open_all(&mut self, bidders: &[Bidder]) {
        self.close();
        for stage in self.stages() {
            self.settle();
            self.shares(&stage, &[1, 3, 5]);
            self.read_out(&stage, bidders);
            self.wait(OBJECTION);
            let tick = self.tick();
            self.ok(tick);
        }
    }

    pub(crate) fn disclosed(&self) -> BTreeSet<u64> {
        self.log
            .iter()
            .filter_map(Record::of::<FactsDisclosed>)
            .flat_map(|body| body.seqs)
            .collect()
    }

    pub(crate) fn last<B: Body>(&self) -> B {
        self.log.iter().rev().find_map(Record::of).unwrap()
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }
}

pub(crate) const UNLOCK: i64 = 30 * MINUTE;
pub(crate) const SHARE: i64 = 2 * HOUR;
pub(crate) const OBJECTION: i64 = HOUR;
pub(crate) const TENDERING: i64 = 21 * DAY;

pub(crate) fn tender() -> TenderId {
    id("T1")
}

pub(crate) fn account(account: &str, roles: &[Role]) -> Actor {
    Actor {
        account: Some(id::<AccountId>(account)),
        roles: roles.iter().copied().collect(),
        key: Hex([1; 32]),
        means: KeyUse::Account,
    }
}

pub(crate) fn buyer() -> Actor {
    account("buyer", &[Role::Buyer])
}

pub(crate) fn order(name: &str) -> OrderId {
    id(name)
}

pub(crate) fn ceremony() -> CeremonyId {
    id("C1")
}

pub(crate) fn bid(number: usize) -> BidId {
    id(&format!("B{number}"))
}

pub(crate) fn lowest() -> Method {
    Method::LowestEvaluated {
        adjustments: Vec::new(),
        must_pass: vec![id("quality")],
        panel: 5,
    }
}

pub(crate) fn notice_of(world: &World) -> &TenderNoticed {
    world.state.notice.as_ref().unwrap()
}
