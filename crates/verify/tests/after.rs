//! After the award: an honest contract and honest deposits pass every verifier, and each departure is found by check 35.
#![allow(
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::similar_names,
    clippy::struct_field_names,
    clippy::wildcard_imports,
    dead_code,
    reason = "test code, helpers included"
)]

mod support;

use facts::Kind;
use facts::body::contract::DepositsReceived;
use kaibiao_verify::Report;
use kaibiao_verify::mutate::Draft;
use serde_json::{Value, json};
use support::World;
use support::broken::{rewritten, strangers, text};
use support::evaluation::scored;

fn fulfilled(seed: u8) -> World {
    let mut world = scored(seed);
    let folder = tempfile::tempdir().unwrap();
    let dossier = world.dossier(folder.path());
    let records: Vec<_> = dossier.shown.facts().map(|fact| fact.record.clone()).collect();
    world.fulfil(&records);
    world
}

/// A kind, the member that is changed, how, and what check 35 says then.
type Departure = (Kind, &'static str, fn(&mut Value), &'static str);

const DEPARTURES: &[Departure] = &[
    (
        Kind::ContractSigned,
        "price",
        |v| v["minor"] = json!(1),
        "another price",
    ),
    (
        Kind::ContractSigned,
        "account",
        |v| *v = json!("BIDDER-9"),
        "not with the winner",
    ),
    (
        Kind::ContractSigned,
        "quality",
        |v| *v = json!("anything"),
        "another quality",
    ),
    (
        Kind::ContractSigned,
        "period_days",
        |v| *v = json!(9_999),
        "another quality",
    ),
    (
        Kind::ContractSigned,
        "signed_at",
        |v| *v = json!(v.as_i64().unwrap() - 30 * support::DAY),
        "signed before",
    ),
    (
        Kind::ContractSigned,
        "bond",
        |v| v["minor"] = json!(v["minor"].as_i64().unwrap() + 1),
        "above a tenth",
    ),
    (
        Kind::ContractSigned,
        "lot",
        |v| *v = json!("L7"),
        "not awarded before",
    ),
    (
        Kind::ContractPublished,
        "lot",
        |v| *v = json!("L7"),
        "has no contract yet",
    ),
    (
        Kind::ContractFiled,
        "lot",
        |v| *v = json!("L7"),
        "has no contract yet",
    ),
    (
        Kind::ContractSupplemented,
        "change",
        |v| v["minor"] = json!(-1),
        "supplement of lot",
    ),
    (
        Kind::DepositsReceived,
        "deposits",
        |v| v[0]["bid"] = json!("B-77"),
        "of no bid shown before",
    ),
    (
        Kind::DepositsReceived,
        "deposits",
        |v| {
            v[1] = v[0].clone();
            v[2]["from"]["payer"] = json!(2);
        },
        "named twice",
    ),
    (
        Kind::DepositsReceived,
        "deposits",
        |v| v[0]["amount"]["minor"] = json!(0),
        "impossible sum",
    ),
    (
        Kind::DepositsReceived,
        "deposits",
        |v| v[0]["received_at"] = json!(1),
        "impossible sum or time",
    ),
    (
        Kind::DepositsReceived,
        "deposits",
        |v| v[1]["from"]["payer"] = json!(622),
        "not numbered as the list asks",
    ),
    (
        Kind::DepositsReceived,
        "deposits",
        |v| v[0]["form"] = json!("guarantee"),
        "not numbered as the list asks",
    ),
    (
        Kind::DepositsReturned,
        "returned",
        |v| v[0]["bid"] = json!("B-77"),
        "of no bid shown before",
    ),
    (
        Kind::DepositsReturned,
        "returned",
        |v| v[0] = v[1].clone(),
        "settled twice",
    ),
    (
        Kind::DepositsReturned,
        "returned",
        |v| v[0]["amount"]["minor"] = json!(1_000_000_000_000_i64),
        "another sum",
    ),
    (
        Kind::DepositsReturned,
        "returned",
        |v| v[0]["interest"]["minor"] = json!(-1),
        "another sum",
    ),
    (
        Kind::DepositsReturned,
        "returned",
        |v| *v = json!([]),
        "without names after an opening",
    ),
    (
        Kind::DepositsReturned,
        "paid_at",
        |v| *v = json!(1),
        "impossible time",
    ),
    (
        Kind::DepositKept,
        "ground",
        |v| *v = json!("revoked"),
        "the record contradicts",
    ),
    (
        Kind::DepositKept,
        "ground",
        |v| *v = json!("no_bond"),
        "the record contradicts",
    ),
];

#[test]
fn what_follows_an_award_honestly_passes_and_every_departure_is_found() {
    let (world, folder) = (fulfilled(61), tempfile::tempdir().unwrap());
    let sound = world.dossier(folder.path());
    let report = Report::of(&sound);
    assert_eq!(report.failed().collect::<Vec<u8>>(), [0; 0], "{}", text(&report));
    assert!(text(&report).contains("1 contracts"), "{}", text(&report));
    for (program, failed) in strangers(&world, &folder.path().join("dossier")) {
        assert_eq!(failed, [0; 0], "{program}");
    }
    for (number, (kind, member, change, reason)) in DEPARTURES.iter().enumerate() {
        let mut draft = Draft::of(&sound);
        let mut facts = sound.shown.facts();
        let seq = facts.find(|fact| fact.record.kind == *kind).unwrap().record.seq;
        draft.change(seq, member, change).unwrap();
        let out = folder.path().join(format!("broken-{number}"));
        let report = rewritten(&world, &mut draft, &out);
        let failed: Vec<u8> = report.failed().collect();
        assert_eq!(failed, [35], "{kind} {member}\n{}", text(&report));
        assert!(
            text(&report).contains(reason),
            "{kind} {member}: {reason}\n{}",
            text(&report)
        );
        for (program, failed) in strangers(&world, &out) {
            assert_eq!(failed, [35], "{program}: {kind} {member}");
        }
    }
}

/// Deposits are listed while no contract is signed; a list that comes later is found by every verifier.
#[test]
fn a_list_of_deposits_after_the_contract_is_found() {
    let (mut world, folder) = (fulfilled(62), tempfile::tempdir().unwrap());
    let sound = world.dossier(&folder.path().join("sound"));
    let mut facts = sound.shown.facts();
    let list: DepositsReceived = facts.find_map(|fact| fact.record.of()).unwrap();
    let stream = world.stream();
    world.act("BUYER", &stream, &list);
    world.keep();
    let out = folder.path().join("late");
    let report = Report::of(&world.dossier(&out));
    assert_eq!(report.failed().collect::<Vec<u8>>(), [35], "{}", text(&report));
    assert!(text(&report).contains("after a contract"), "{}", text(&report));
    for (program, failed) in strangers(&world, &out.join("dossier")) {
        assert_eq!(failed, [35], "{program}");
    }
}
