//! Calling a ceremony: which rosters are rosters.

use crate::log::{called, ceremony};
use crate::world::{World, code};
use desk::{Account, mark};
use facts::body::account::Custody;
use facts::body::ceremony::{CeremonyCalled, Purpose};
use facts::id::StageId;
use facts::{AccountId, Hex, Instant, Kind, Role, TenderId};
use kaibiao_procure::ceremony::{
    DEFAULT_MEMBERS, DEFAULT_THRESHOLD, Enrolled, MAX_KEYS, Phase, SESSION, front, marks,
};

#[test]
fn five_of_whom_three_open_may_be_called() {
    let mut world = World::new(5);
    assert_eq!((DEFAULT_MEMBERS, DEFAULT_THRESHOLD), (5, 3));
    world
        .call(&called("K1", &world.seeds.clone(), 3, MAX_KEYS, 1))
        .unwrap();
    assert_eq!(world.phase(), Phase::Called);
    assert_eq!(world.kinds(), [Kind::CeremonyCalled]);
    let left = marks(&world.records[0]);
    assert_eq!(
        (left[0].name, left[0].key.as_str(), left[0].value.as_str()),
        (SESSION, &*"01".repeat(32), "K1")
    );
    assert_eq!(
        code(world.call(&called("K1", &world.seeds.clone(), 3, 1, 2))),
        "ceremony.called_already"
    );
}

/// Makes a good call a bad one.
type Crooked = fn(&mut CeremonyCalled);

#[test]
fn what_is_no_roster_is_refused() {
    let cases: [(&str, Crooked); 15] = [
        ("ceremony.members_invalid", |body| body.members.truncate(2)),
        ("ceremony.threshold_invalid", |body| body.k = 2),
        ("ceremony.threshold_invalid", |body| body.k = 6),
        ("ceremony.threshold_invalid", |body| body.k = 0),
        ("ceremony.keys_invalid", |body| body.keys = 0),
        ("ceremony.keys_invalid", |body| body.keys = MAX_KEYS + 1),
        ("ceremony.indices_invalid", |body| body.members[2].index = 4),
        ("ceremony.indices_invalid", |body| body.members.reverse()),
        ("ceremony.indices_invalid", |body| {
            body.members.iter_mut().for_each(|member| member.index -= 1);
        }),
        ("ceremony.twice_invalid", |body| {
            body.members[1].account = body.members[0].account.clone();
        }),
        ("ceremony.twice_invalid", |body| {
            body.members[1].point = body.members[0].point;
        }),
        ("ceremony.twice_invalid", |body| {
            body.members[1].signer = body.members[0].signer;
        }),
        ("ceremony.not_enrolled_invalid", |body| {
            body.members[4].signer = Hex([4; 32]);
        }),
        ("ceremony.not_enrolled_invalid", |body| {
            let (one, other) = (body.members[0].point, body.members[1].point);
            body.members[0].point = other;
            body.members[1].point = one;
        }),
        ("ceremony.one_key_invalid", |body| {
            body.purpose = Purpose::Tender {
                stage: StageId::parse("price").unwrap(),
                tender: TenderId::parse("T1").unwrap(),
            };
        }),
    ];
    for (wanted, crooked) in cases {
        let mut world = World::new(5);
        let mut body = called("K1", &world.seeds, 3, 2, 1);
        crooked(&mut body);
        assert_eq!(code(world.call(&body)), wanted);
        assert!(world.records.is_empty());
    }
}

#[test]
fn more_shares_than_a_message_holds_are_refused() {
    let mut world = World::new(16);
    let body = called("K1", &world.seeds, 9, 300, 1);
    assert_eq!(code(world.call(&body)), "ceremony.shares_invalid");
    let body = called("K1", &world.seeds, 9, 273, 1);
    world.call(&body).unwrap();
    let mut world = World::new(17);
    let body = called("K1", &world.seeds, 9, 1, 1);
    assert_eq!(code(world.call(&body)), "ceremony.members_invalid");
}

#[test]
fn the_act_must_be_for_the_stream_it_speaks_of() {
    let mut world = World::called(3, 2, 1);
    let crate::ledger::ceremony::custodian::Step::Commit(mut body) = world.next(1) else {
        unreachable!()
    };
    body.ceremony = ceremony("K2");
    assert_eq!(code(world.say(1, &body)), "ceremony.stream_malformed");
}

#[test]
fn only_custodians_that_are_not_revoked_count_as_enrolled() {
    let mut account = Account {
        id: AccountId::parse("custodian-1").unwrap(),
        key: Hex([1; 32]),
        fingerprint: Hex([2; 32]),
        roles: [Role::Custodian].into(),
        custody: Some(Custody {
            point: Hex([3; 32]),
            point_proof: Hex([0; 96]),
            signer: Hex([4; 32]),
            signer_proof: Hex([0; 64]),
        }),
        name: String::new(),
        employer: String::new(),
        contact: String::new(),
        seq: 7,
        since: Instant(0),
        revoked: None,
        until: None,
    };
    let enrolled = Enrolled::of(&account).unwrap();
    assert_eq!((enrolled.point, enrolled.signer), (Hex([3; 32]), Hex([4; 32])));
    account.revoked = Some(Instant(1));
    assert_eq!(Enrolled::of(&account), None);
    account.revoked = None;
    account.roles = [Role::Buyer].into();
    assert_eq!(Enrolled::of(&account), None);
}

#[test]
fn finished_keys_are_marked_with_their_slots_and_the_front_names_whom_to_look_up() {
    let mut world = World::called(3, 2, 2);
    for _ in 0..3 {
        world.round();
    }
    let keys = world.completed().keys;
    let left = marks(world.records.last().unwrap());
    let found: Vec<_> = left
        .iter()
        .map(|m| (m.name, m.key.clone(), m.value.as_str()))
        .collect();
    assert_eq!(found[0], (mark::KEY, keys[0].key_id.to_string(), "K1/0"));
    assert_eq!(found[1], (mark::KEY, keys[1].key_id.to_string(), "K1/1"));

    let body = called("K2", &world.seeds, 2, 1, 2);
    let act = world
        .log
        .act(crate::log::stream("K2"), &body, &crate::log::caller());
    let named: Vec<_> = front::named(&act).iter().map(ToString::to_string).collect();
    assert_eq!(named, ["custodian-1", "custodian-2", "custodian-3"]);
    let mut other = act;
    other.kind = Kind::CeremonyShared;
    assert!(front::named(&other).is_empty());
}
