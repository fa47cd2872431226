//! The people of a platform under test: a buyer with a published tender, whose key three custodians made.
//!
//! Invariant: all of it comes about through the real client and the real API.

use crate::Trouble;
use crate::platform::Platform;
use cli::Session;
use cli::commands::{account::enrolment, ceremony::call_body};
use cli::custody::Agent;
use facts::body::bid::{BidEntered, Envelope};
use facts::body::ceremony::{Purpose, StageKey};
use facts::body::tender::{
    KeyAssigned, Lot, Method, OpeningRules, Part, PartRole, Regime, Stage, TenderNoticed, TenderRegistered,
};
use facts::id::{LotId, PartId, StageId};
use facts::time::DAY;
use facts::{
    AccountId, BidId, Canonical, CeremonyId, Currency, Hex, Instant, Money, Role, Seen, Stream, TenderId,
};
use ledger::{Hash, message};
use rand_core::{OsRng, RngCore};
use seal::label::NO_LOCK;
use seal::stream::seal_stream;
use seal::{CustodianSeed, Label, Point, SigningKey, Suite};

/// What clients must know of the tender.
#[derive(Clone)]
pub(crate) struct Scene {
    /// The log's name.
    pub(crate) origin: String,
    /// Key of the registrar.
    pub(crate) registrar: SigningKey,
    /// The buyer's account.
    pub(crate) buyer: AccountId,
    /// The buyer's key.
    pub(crate) buyer_key: SigningKey,
    /// The published tender.
    pub(crate) tender: TenderId,
    /// Its one lot.
    pub(crate) lot: LotId,
    /// The letter, at most [`LETTER`] bytes.
    pub(crate) letter: PartId,
    /// A larger file that becomes public.
    pub(crate) technical: PartId,
    /// The one stage.
    pub(crate) stage: StageId,
    /// The custodians' accounts.
    pub(crate) custodians: Vec<AccountId>,
    /// Their seeds.
    pub(crate) seeds: Vec<CustodianSeed>,
    /// Deadline in the labels, milliseconds since 1970.
    pub(crate) closes_at: u64,
    /// Rules hash of the notice.
    pub(crate) rules: Hash,
    /// The opening key's name.
    pub(crate) key_id: Hex<32>,
    /// The opening key.
    pub(crate) y: Point,
    /// A head of the log that was verified.
    pub(crate) seen: Seen,
}

/// Most bytes of a letter.
pub(crate) const LETTER: u64 = 64 << 10;

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// A random number below a limit; 0 if there is none.
pub(crate) fn below(limit: u32) -> u32 {
    OsRng.next_u32().checked_rem(limit).unwrap_or(0)
}

/// Sets the scene on a platform that serves at `url`; blocking.
pub(crate) fn set(platform: &Platform, url: &str) -> Result<Scene, Trouble> {
    let home = platform.dir.path().join("home");
    let mut session = Session::connect(url, &home, None, false)?;
    let origin = session.origin().to_owned();
    let enrol = |session: &mut Session, name: &str, role, seed: Option<&CustodianSeed>| {
        let (account, key) = (AccountId::parse(name)?, SigningKey::generate(&mut OsRng));
        let body = enrolment(&origin, &account, [name, "", ""], vec![role], &key, seed);
        session.act(&platform.registrar, Stream::Account(account.clone()), &body)?;
        Ok::<_, Trouble>((account, key))
    };
    let (buyer, buyer_key) = enrol(&mut session, "buyer", Role::Buyer, None)?;
    let mut seeds = Vec::new();
    let mut custodians = Vec::new();
    for name in ["custodian-1", "custodian-2", "custodian-3"] {
        let seed = CustodianSeed::generate(&mut OsRng);
        custodians.push(enrol(&mut session, name, Role::Custodian, Some(&seed))?.0);
        seeds.push(seed);
    }
    let ceremony = CeremonyId::parse("keys")?;
    let keys = make_keys(&mut session, &ceremony, &buyer_key, &custodians, &seeds, 1)?;
    let key = keys.into_iter().next().ok_or("the ceremony made no key")?;

    let (tender, stage) = (TenderId::parse("works")?, StageId::parse("one")?);
    let stream = Stream::Tender(tender.clone());
    let registered = TenderRegistered {
        agent: None,
        buyer: buyer.clone(),
        regime: Regime::Free,
        tender: tender.clone(),
        title: "A tender under load".to_owned(),
    };
    session.act(&buyer_key, stream.clone(), &registered)?;
    let assigned = KeyAssigned {
        ceremony,
        key_id: key.key_id,
        slot: 0,
        stage: stage.clone(),
        tender: tender.clone(),
    };
    session.act(&buyer_key, stream.clone(), &assigned)?;
    let lot = LotId::parse("all")?;
    let (letter, technical) = (PartId::parse("letter")?, PartId::parse("technical")?);
    let now = session.platform.now;
    let stages = stages(&stage, &letter, &technical, key.key_id);
    let notice = notice(now, &tender, &lot, stages);
    session.act(&buyer_key, stream, &notice)?;
    Ok(Scene {
        origin,
        registrar: platform.registrar.clone(),
        buyer,
        buyer_key,
        tender,
        lot,
        letter,
        technical,
        stage,
        custodians,
        seeds,
        closes_at: u64::try_from(notice.closes_at.0)?,
        rules: message::rules_of_notice(&Canonical::of(&notice)?),
        key_id: key.key_id,
        y: Point::parse(key.public.bytes())?,
        seen: session.kept.trust.kept.ok_or("no head was seen")?,
    })
}

/// The ceremony: every custodian takes its three steps.
fn make_keys(
    session: &mut Session,
    ceremony: &CeremonyId,
    buyer: &SigningKey,
    custodians: &[AccountId],
    seeds: &[CustodianSeed],
    count: u16,
) -> Result<Vec<StageKey>, Trouble> {
    let called = call_body(session, ceremony.clone(), custodians, 2, count, Purpose::Stock)?;
    session.act(buyer, Stream::Ceremony(ceremony.clone()), &called)?;
    for _ in 0..3 {
        for seed in seeds {
            Agent { session, seed }.ceremonies()?;
        }
    }
    let seed = seeds.first().ok_or("no custodian")?;
    let completed = Agent { session, seed }.completed(ceremony)?;
    Ok(completed.ok_or("the ceremony made no key")?.keys)
}

/// Publishes more tenders of the same buyer, each under a key of its own, with the titles given; blocking.
pub(crate) fn more_tenders(session: &mut Session, scene: &Scene, titles: &[String]) -> Result<(), Trouble> {
    let ceremony = CeremonyId::parse("more-keys")?;
    let (count, now) = (u16::try_from(titles.len())?, session.platform.now);
    let keys = make_keys(
        session,
        &ceremony,
        &scene.buyer_key,
        &scene.custodians,
        &scene.seeds,
        count,
    )?;
    for ((slot, title), key) in (0_u16..).zip(titles).zip(keys) {
        let tender = TenderId::parse(&format!("works-{slot}"))?;
        let stream = Stream::Tender(tender.clone());
        let registered = TenderRegistered {
            agent: None,
            buyer: scene.buyer.clone(),
            regime: Regime::Free,
            tender: tender.clone(),
            title: title.clone(),
        };
        session.act(&scene.buyer_key, stream.clone(), &registered)?;
        let assigned = KeyAssigned {
            ceremony: ceremony.clone(),
            key_id: key.key_id,
            slot,
            stage: scene.stage.clone(),
            tender: tender.clone(),
        };
        session.act(&scene.buyer_key, stream.clone(), &assigned)?;
        let stages = stages(&scene.stage, &scene.letter, &scene.technical, key.key_id);
        let notice = TenderNoticed {
            title: title.clone(),
            ..notice(now, &tender, &scene.lot, stages)
        };
        session.act(&scene.buyer_key, stream, &notice)?;
    }
    Ok(())
}

fn stages(stage: &StageId, letter: &PartId, technical: &PartId, key_id: Hex<32>) -> Vec<Stage> {
    vec![Stage {
        invited: false,
        key_id,
        parts: vec![
            Part {
                max_bytes: LETTER,
                part: letter.clone(),
                role: PartRole::Letter,
            },
            Part {
                max_bytes: 1 << 30,
                part: technical.clone(),
                role: PartRole::Public,
            },
        ],
        stage: stage.clone(),
    }]
}

fn notice(now: Instant, tender: &TenderId, lot: &LotId, stages: Vec<Stage>) -> TenderNoticed {
    TenderNoticed {
        closes_at: now.plus(30 * DAY),
        documents: Vec::new(),
        documents_from: now,
        documents_until: now.plus(20 * DAY),
        lots: vec![Lot {
            ceiling: None,
            deposit: None,
            estimate: Money::new(Currency::CNY, 100_000_000),
            floor: None,
            lot: lot.clone(),
            title: "Everything".to_owned(),
        }],
        method: Method::LowestEvaluated {
            adjustments: Vec::new(),
            must_pass: Vec::new(),
            panel: 0,
        },
        min_bidders: 1,
        opening: OpeningRules {
            bidder_lock: false,
            objection_ms: 1_000,
            remedy: String::new(),
            share_ms: 60_000,
            unlock_ms: 1_000,
        },
        procedure: None,
        publicity_days: 3,
        region: "440300".to_owned(),
        stages,
        tender: tender.clone(),
        title: "A tender under load".to_owned(),
        trade: "A01".to_owned(),
        validity_days: 90,
    }
}

/// Seals one part of a bid into `body`.
pub(crate) fn seal(
    scene: &Scene,
    bid_key: &SigningKey,
    part: &PartId,
    plain: &[u8],
    body: &mut Vec<u8>,
) -> Result<Envelope, Trouble> {
    let label = Label {
        tender: scene.tender.to_string(),
        lot: scene.lot.to_string(),
        part: part.to_string(),
        submission: random(),
        signer: bid_key.public().fingerprint(),
        key_id: scene.key_id.0,
        closes_at: scene.closes_at,
        rules: scene.rules,
        blk: NO_LOCK,
    };
    let (submission, length, mut plain) = (label.submission, plain.len() as u64, plain);
    let suite = Suite::Tree64k;
    let sealed = seal_stream(
        suite,
        label,
        &scene.y,
        None,
        length,
        &mut plain,
        body,
        &mut OsRng,
        &mut |_| {},
    )?;
    Ok(Envelope {
        blk: Hex(NO_LOCK),
        body_digest: Hex(sealed.body_digest),
        body_length: body.len() as u64,
        header: Hex(sealed.header.to_bytes()),
        key_id: scene.key_id,
        lot: scene.lot.clone(),
        part: part.clone(),
        sig: Hex(bid_key.sign(&sealed.envelope_hash).to_bytes()),
        submission: Hex(submission),
    })
}

/// The act body that enters a bid.
pub(crate) fn entry(scene: &Scene, account: &AccountId, bid: &BidId, bid_key: &SigningKey) -> BidEntered {
    let key = bid_key.public().to_bytes();
    let proof = bid_key.sign(&message::bid_key(&scene.origin, &scene.tender, bid, &key));
    BidEntered {
        account: account.clone(),
        bid: bid.clone(),
        key: Hex(key),
        proof: Hex(proof.to_bytes()),
        tender: scene.tender.clone(),
    }
}
