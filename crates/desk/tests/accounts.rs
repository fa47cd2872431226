//! The law of accounts, and the proofs that an enrolment must bring.
#![expect(clippy::unwrap_used, reason = "test code")]

mod support;

use desk::account::{Accounts, Command, Erasure, conflict};
use desk::{Actor, KeyUse, enrolment};
use facts::body::account::{AccountEnrolled, AccountRevoked, Custody};
use facts::body::platform::{ClockSuspected, FactErased, PlatformFounded, Registrar};
use facts::{AccountId, Act, Body, Canonical, Given, Hex, Role, Seen, Stream};
use kaibiao_desk as desk;
use std::collections::BTreeSet;
use support::{House, ORIGIN, START, code, custodian, enrolment, key, public};

fn registrar() -> Actor {
    Actor {
        account: Some(AccountId::parse("registrar").unwrap()),
        roles: BTreeSet::from([Role::Registrar]),
        key: desk::account::fingerprint(&public(1)),
        means: KeyUse::Account,
    }
}

fn act<B: Body>(stream: &Stream, body: &B) -> Box<Act> {
    let seen = Seen {
        root: Hex([0; 32]),
        size: 0,
    };
    let body = Canonical::of(body).unwrap();
    Box::new(ledger::act::sign(
        ORIGIN,
        stream.clone(),
        B::KIND,
        body,
        [0; 16],
        seen,
        &key(1),
    ))
}

fn account(name: &str) -> Stream {
    Stream::Account(AccountId::parse(name).unwrap())
}

fn enrol(body: &AccountEnrolled) -> Command {
    Command::Enrol {
        by: registrar(),
        act: act(&Stream::Account(body.account.clone()), body),
    }
}

fn revoke(name: &str, founder: bool) -> Command {
    let body = AccountRevoked {
        account: AccountId::parse(name).unwrap(),
        reason: "left".to_owned(),
    };
    Command::Revoke {
        by: registrar(),
        act: act(&account(name), &body),
        founder,
    }
}

fn refused(given: &Given<Accounts>, command: Command) -> String {
    given.when(command, START).unwrap_err().code.into_owned()
}

#[test]
fn an_account_is_enrolled_once_and_revoked_once() {
    let given = Given::<Accounts>::nothing();
    assert_eq!(refused(&given, revoke("a", false)), "account.unknown");
    let given = given
        .and(enrol(&enrolment("a", 2, &[Role::Buyer])), START)
        .unwrap();
    let known = given.state().account.as_ref().unwrap();
    assert_eq!((known.key, known.roles.len(), known.since), (public(2), 1, START));
    assert_eq!(
        refused(&given, enrol(&enrolment("a", 3, &[Role::Buyer]))),
        "account.exists"
    );
    let given = given.and(revoke("a", false), START.plus(1)).unwrap();
    assert_eq!(
        given.state().account.as_ref().unwrap().revoked,
        Some(START.plus(1))
    );
    assert_eq!(refused(&given, revoke("a", false)), "account.revoked");
}

#[test]
fn an_account_is_enrolled_for_a_time_that_lies_ahead() {
    let given = Given::<Accounts>::nothing();
    let mut body = enrolment("a", 2, &[Role::Buyer]);
    body.until = Some(START);
    assert_eq!(refused(&given, enrol(&body)), "account.until_invalid");
    body.until = Some(START.plus(1));
    let given = given.and(enrol(&body), START).unwrap();
    assert_eq!(given.state().account.as_ref().unwrap().until, body.until);
}

#[test]
fn a_registrar_of_the_founding_can_be_revoked_by_another_only() {
    let given = Given::<Accounts>::nothing();
    assert_eq!(refused(&given, revoke("registrar", true)), "account.own");
    let given = given.and(revoke("other", true), START).unwrap();
    assert_eq!(given.state().revoked, Some(START));
}

#[test]
fn only_a_registrar_with_the_accounts_key_enrols() {
    let given = Given::<Accounts>::nothing();
    let body = enrolment("a", 2, &[Role::Buyer]);
    let by = |by: Actor| Command::Enrol {
        by,
        act: act(&account("a"), &body),
    };
    let buyer = Actor {
        roles: BTreeSet::from([Role::Buyer]),
        ..registrar()
    };
    assert_eq!(refused(&given, by(buyer)), "role.missing");
    let custody = Actor {
        means: KeyUse::Custody,
        ..registrar()
    };
    assert_eq!(refused(&given, by(custody)), "actor.not_allowed");
    let astray = Command::Enrol {
        by: registrar(),
        act: act(&account("b"), &body),
    };
    assert_eq!(refused(&given, astray), "act.stream_malformed");
    let other = FactErased {
        basis: "x".to_owned(),
        reason: "y".to_owned(),
        seq: 0,
    };
    let astray = Command::Enrol {
        by: registrar(),
        act: act(&account("a"), &other),
    };
    assert_eq!(refused(&given, astray), "act.kind_malformed");
}

#[test]
fn roles_that_must_not_meet_do_not_meet() {
    let given = Given::<Accounts>::nothing();
    let with = |roles: &[Role]| refused(&given, enrol(&enrolment("a", 2, roles)));
    for other in Role::ALL.into_iter().filter(|role| *role != Role::Bidder) {
        assert_eq!(
            with(&[Role::Bidder, other]),
            "account.roles_conflict",
            "{other:?}"
        );
    }
    for other in [Role::Buyer, Role::Agent, Role::Expert, Role::Operator] {
        assert_eq!(
            with(&[other, Role::Supervisor]),
            "account.roles_conflict",
            "{other:?}"
        );
    }
    assert_eq!(
        conflict(&BTreeSet::from([
            Role::Supervisor,
            Role::Custodian,
            Role::Registrar
        ])),
        None
    );
    assert_eq!(with(&[]), "account.roles_malformed");
    assert_eq!(with(&[Role::Buyer, Role::Buyer]), "account.roles_malformed");
    assert_eq!(with(&[Role::Custodian]), "account.custody_malformed");
}

#[test]
fn a_custodian_brings_the_keys_of_custody() {
    let given = Given::<Accounts>::nothing();
    let body = custodian();
    enrolment::check(ORIGIN, &body).unwrap();
    let given_after = Given::<Accounts>::nothing().and(enrol(&body), START).unwrap();
    assert_eq!(
        given_after.state().account.as_ref().unwrap().custody,
        body.custody
    );

    let without_role = AccountEnrolled {
        roles: vec![Role::Buyer],
        ..body.clone()
    };
    assert_eq!(refused(&given, enrol(&without_role)), "account.custody_malformed");
    let mut same_key = body;
    same_key.custody.as_mut().unwrap().signer = same_key.key;
    assert_eq!(refused(&given, enrol(&same_key)), "account.custody_malformed");
}

#[test]
fn every_proof_of_an_enrolment_is_checked() {
    let code = |body: &AccountEnrolled, origin| enrolment::check(origin, body).unwrap_err().code.into_owned();
    let fine = custodian();
    assert_eq!(code(&fine, "another.test/log"), "account.proof_malformed");
    let other_account = AccountEnrolled {
        account: AccountId::parse("b").unwrap(),
        ..fine.clone()
    };
    assert_eq!(code(&other_account, ORIGIN), "account.proof_malformed");
    let mut order_one = [0; 32];
    order_one[0] = 1;
    let weak = AccountEnrolled {
        key: Hex(order_one),
        ..fine.clone()
    };
    assert_eq!(code(&weak, ORIGIN), "account.key_malformed");
    for change in [
        |body: &mut AccountEnrolled| body.name.push('某'),
        |body: &mut AccountEnrolled| body.contact.clear(),
        |body: &mut AccountEnrolled| body.employer.clear(),
        |body: &mut AccountEnrolled| body.salt.0[0] ^= 1,
        |body: &mut AccountEnrolled| body.held.0[31] ^= 1,
    ] {
        let mut body = fine.clone();
        change(&mut body);
        assert_eq!(code(&body, ORIGIN), "account.held_malformed");
    }
    let with = |change: fn(&mut Custody)| {
        let mut body = fine.clone();
        change(body.custody.as_mut().unwrap());
        enrolment::check(ORIGIN, &body).unwrap_err()
    };
    let signer = with(|custody| custody.signer_proof.0[3] ^= 1);
    assert!(signer.en.contains("custody.signer"), "{signer}");
    let point = with(|custody| custody.point = Hex([0; 32]));
    assert!(point.en.contains("custody.point "), "{point}");
    let proof = with(|custody| custody.point_proof.0[95] ^= 1);
    assert!(proof.en.contains("custody.point_proof"), "{proof}");
}

#[test]
fn only_the_enrolment_of_a_revoked_account_is_erased() {
    let given = Given::<Accounts>::nothing();
    let body = FactErased {
        basis: "PIPL 47".to_owned(),
        reason: "left".to_owned(),
        seq: 4,
    };
    let erase = |target| Command::Erase {
        by: registrar(),
        act: act(&Stream::Platform, &body),
        target,
    };
    let target = |kind, revoked| Some(Erasure { kind, revoked });
    assert_eq!(refused(&given, erase(None)), "fact.unknown");
    assert_eq!(
        refused(&given, erase(target(facts::Kind::AccountEnrolled, false))),
        "fact.kept"
    );
    assert_eq!(
        refused(&given, erase(target(facts::Kind::BidSubmitted, true))),
        "fact.kept"
    );
    assert!(
        given
            .when(erase(target(facts::Kind::AccountEnrolled, true)), START)
            .is_ok()
    );
}

#[test]
fn a_log_is_founded_once() {
    let founded = |registrars| PlatformFounded {
        calendar: "2026".to_owned(),
        demo: true,
        log_key: "k".to_owned(),
        origin: ORIGIN.to_owned(),
        registrars,
        refusal_key: "r".to_owned(),
    };
    let found = |registrars| Command::Found(Box::new(founded(registrars)));
    let named = vec![Registrar {
        account: AccountId::parse("registrar").unwrap(),
        key: public(1),
    }];
    let given = Given::<Accounts>::nothing();
    assert_eq!(refused(&given, found(Vec::new())), "platform.malformed");
    let given = given.and(found(named.clone()), START).unwrap();
    assert_eq!(given.state().registrar_key(&named[0].account), Some(public(1)));
    assert_eq!(refused(&given, found(named)), "platform.founded");
    assert_eq!(
        given
            .when(Command::SuspectClock(ClockSuspected { lag: 3_000 }), START)
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn names_and_keys_are_taken_once_in_the_whole_log() {
    let house = House::founded().await;
    house.enrol("a", 2, &[Role::Buyer]).await.unwrap();
    assert_eq!(
        code(house.enrol("b", 2, &[Role::Buyer]).await),
        "taken.account-key"
    );
    assert_eq!(
        code(house.enrol("registrar", 3, &[Role::Registrar]).await),
        "taken.account"
    );
    assert_eq!(
        code(house.enrol("c", 1, &[Role::Registrar]).await),
        "taken.account-key"
    );
}

#[tokio::test]
async fn a_custodian_acts_by_the_custody_key_and_what_is_erased_is_gone() {
    let house = House::founded().await;
    let body = custodian();
    let stream = Stream::Account(body.account.clone());
    let bytes = house.act(
        stream.clone(),
        facts::Kind::AccountEnrolled,
        Canonical::of(&body).unwrap(),
        1,
        1,
    );
    let seq = house.perform(&bytes).await.unwrap()[0].seq;
    let signer = body.custody.as_ref().unwrap().signer;
    let directory = &house.front.directory;
    let actor = directory
        .actor(&signer, facts::kind::Author::Custodian)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (actor.account.as_ref(), &actor.means),
        (Some(&body.account), &KeyUse::Custody)
    );
    let as_account = directory
        .actor(&signer, facts::kind::Author::Roles(&[]))
        .await
        .unwrap();
    assert_eq!(as_account.unwrap_err().code, "actor.key_not_allowed");

    let erased = FactErased {
        basis: "PIPL 47".to_owned(),
        reason: "left".to_owned(),
        seq,
    };
    let erase = |nonce| {
        house.act(
            Stream::Platform,
            facts::Kind::FactErased,
            Canonical::of(&erased).unwrap(),
            nonce,
            1,
        )
    };
    assert_eq!(code(house.perform(&erase(2)).await), "fact.kept");
    let revoked = AccountRevoked {
        account: body.account.clone(),
        reason: "left".to_owned(),
    };
    let bytes = house.act(
        stream,
        facts::Kind::AccountRevoked,
        Canonical::of(&revoked).unwrap(),
        3,
        1,
    );
    house.perform(&bytes).await.unwrap();
    house.perform(&erase(4)).await.unwrap();
}
