//! Erasure: after `fact.erased` the payload is gone everywhere, and the log is as sound as before.

use crate::people::{enrolment, erasure, key, land, revocation, send, sign_in};
use crate::platform::{Database, Platform, on_both};
use crate::web::{ask, get, until};
use desk::{AppendLog as _, ReadLog as _};
use facts::Role;

fn audit(platform: &Platform) -> serde_json::Value {
    let base = &platform.addresses().supervision;
    let token = sign_in(base, "supervision", &key("supervisor"));
    let bearer = format!("Bearer {token}");
    let answer = ask(
        base,
        "GET",
        "/api/audit?payloads=true",
        &[("authorization", &bearer)],
        b"",
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn is_gone(platform: &Platform, seq: u64) -> bool {
    get(platform.procurement(), &format!("/log/entry/{seq}")).json()["payload"].is_null()
}

/// The account is enrolled, revoked, and its enrolment erased; the position of the enrolment.
fn erased(platform: &Platform) -> u64 {
    let base = platform.procurement();
    land(
        base,
        &enrolment("supervisor", &key("supervisor"), Role::Supervisor),
    );
    let act = enrolment("leaver", &key("bidder-01"), Role::Bidder);
    let seq = land(base, &act);
    let refused = send(base, &erasure(seq));
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (409, "fact.kept"),
        "an account that acts is kept"
    );
    land(base, &revocation("leaver"));
    let entry = get(base, &format!("/log/entry/{seq}")).json();
    let proof = get(base, &format!("/log/proof/{seq}")).text();
    assert!(proof.contains("extra "), "{proof}");
    land(base, &erasure(seq));
    until("the erasure", || is_gone(platform, seq).then_some(()));
    let after = get(base, &format!("/log/entry/{seq}")).json();
    assert_eq!(after["entry"], entry["entry"], "the entry stays as it was");
    let proof = get(base, &format!("/log/proof/{seq}")).text();
    assert!(proof.starts_with("c2sp.org/tlog-proof@v1\nindex "), "{proof}");
    assert!(
        !proof.contains("extra "),
        "nothing of the payload is shown any more: {proof}"
    );
    // Neither the author nor the account page gets anything of it back.
    let again = send(base, &act);
    assert_eq!((again.status, again.code().as_str()), (410, "fact.erased_gone"));
    assert_account_is_gone(platform);
    let twice = send(base, &erasure(seq));
    assert_eq!((twice.status, twice.code().as_str()), (404, "fact.unknown"));
    seq
}

fn assert_account_is_gone(platform: &Platform) {
    let account = get(platform.procurement(), "/api/accounts/leaver");
    assert_eq!(
        (account.status, account.code().as_str()),
        (410, "account.erased_gone")
    );
}

#[test]
fn an_erased_payload_is_gone_and_the_log_is_sound() {
    on_both(|database: &Database| {
        let mut platform = Platform::start(database);
        let seq = erased(&platform);
        let found = audit(&platform);
        assert_eq!(found["sound"], true, "{}: {found}", database.name);
        assert_eq!(found["erased"], serde_json::json!([seq]));
        let size = get(platform.procurement(), "/health").json()["size"]
            .as_u64()
            .unwrap();
        let checkpoint = get(platform.procurement(), "/log/checkpoint").text();

        platform.restart();
        assert!(is_gone(&platform, seq), "{}", database.name);
        assert_account_is_gone(&platform);
        let reused = send(
            platform.procurement(),
            &enrolment("leaver", &key("bidder-02"), Role::Bidder),
        );
        assert_eq!(reused.code(), "account.exists", "the name stays taken");
        assert_eq!(
            get(platform.procurement(), "/health").json()["size"],
            size,
            "a restart appends nothing"
        );
        assert_eq!(get(platform.procurement(), "/log/checkpoint").text(), checkpoint);
        assert_eq!(audit(&platform)["sound"], true);
    });
}

#[test]
fn an_erasure_that_a_crash_interrupted_is_done_at_the_next_start() {
    on_both(|database: &Database| {
        let mut platform = Platform::start(database);
        let base = platform.procurement().to_owned();
        let seq = land(&base, &enrolment("leaver", &key("bidder-01"), Role::Bidder));
        land(&base, &revocation("leaver"));
        // The fact lands while nobody keeps house: the evaluation zone's process shares the log, not the chores.
        platform.stop();
        let order = platform.block_on(append_unseen(&platform, seq));
        let log = platform.block_on(store::Log::open(platform.database())).unwrap();
        assert!(platform.block_on(log.payload(seq)).unwrap().is_some());
        assert!(platform.block_on(log.courier("erasure")).unwrap() <= order);
        platform.block_on(log.close());

        platform.restart();
        until("the erasure that was left over", || {
            is_gone(&platform, seq).then_some(())
        });
        platform.stop();
        let log = platform.block_on(store::Log::open(platform.database())).unwrap();
        until("the courier's move", || {
            (platform.block_on(log.courier("erasure")).unwrap() > order).then_some(())
        });
        // Once more: idempotent.
        platform.block_on(log.erase(seq)).unwrap();
        assert!(platform.block_on(log.payload(seq)).unwrap().is_none());
        platform.block_on(log.close());
    });
}

/// Appends the order to erase through a pen, with nobody there to carry it out; its position.
async fn append_unseen(platform: &Platform, seq: u64) -> u64 {
    use desk::memory::SeededEntropy;
    use desk::{Accounts, Directory, Front, Keys, Pen, Reader, Scribe, Tools, Zone};
    use std::sync::Arc;
    let log = Arc::new(store::Log::open(platform.database()).await.unwrap());
    let origin = crate::platform::ORIGIN;
    let keys = Keys {
        log: ledger::NoteSigner::new(origin, key("log-key")).unwrap(),
        refusals: ledger::refusal_note::signer(origin, key("refusal-key")).unwrap(),
    };
    let clock = Arc::new(kaibiao_server::clock::MachineClock);
    let (pen, writer) = Pen::start(Tools {
        log: log.clone(),
        clock: clock.clone(),
        entropy: Arc::new(SeededEntropy::new(7)),
        signer: Arc::new(keys.clone()),
        origin: origin.to_owned(),
        sole: true,
    })
    .await
    .unwrap();
    let accounts: Scribe<Accounts> = Scribe::new(&pen, desk::account::marks);
    let directory = Directory::new(log.clone(), Reader::new(log.clone()));
    let front = Front {
        zone: Zone::Procurement,
        pen: pen.clone(),
        directory: directory.clone(),
        signer: Arc::new(keys),
        clock,
    };
    let admitted = front
        .admit(&ledger::act::write(&erasure(seq)).unwrap())
        .await
        .unwrap();
    let command = desk::enrolment::command(origin, &admitted, &directory, log.as_ref())
        .await
        .unwrap();
    let landed = accounts.enact(&admitted, command).await.unwrap();
    pen.stop().await;
    writer.await.unwrap();
    log.close().await;
    landed[0].seq
}
