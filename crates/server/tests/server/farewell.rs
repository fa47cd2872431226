//! Stopping under load: what was acknowledged is in the log, and what was not is not answered with a failure.

use crate::people::{enrolment, land};
use crate::platform::{Platform, on_both};
use crate::web::{get, try_ask};
use facts::Role;
use rand_core::OsRng;
use seal::SigningKey;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[test]
fn stopping_under_load_loses_nothing_that_was_acknowledged() {
    on_both(|database| {
        let mut platform = Platform::start(database);
        let base = platform.procurement().to_owned();
        let acknowledged = Mutex::new(BTreeSet::new());
        let (next, ended) = (AtomicUsize::new(0), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    while !ended.load(Ordering::Relaxed) {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        let name = format!("person-{n}");
                        let act = enrolment(&name, &SigningKey::generate(&mut OsRng), Role::Buyer);
                        let body = ledger::act::write(&act).unwrap();
                        match try_ask(&base, "POST", "/api/acts", &[], &body) {
                            Ok(answer) => {
                                assert_eq!(answer.status, 201, "{}", answer.text());
                                acknowledged.lock().unwrap().insert(name);
                            }
                            // Not connected any more, or cut off before the request was read.
                            Err(_) => return,
                        }
                    }
                });
            }
            while acknowledged.lock().unwrap().len() < 100 {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            platform.stop();
            ended.store(true, Ordering::Relaxed);
        });
        platform.restart();
        let base = platform.procurement();
        for name in acknowledged.into_inner().unwrap() {
            let account = get(base, &format!("/api/accounts/{name}"));
            assert_eq!(
                account.status,
                200,
                "{name} on {}: {}",
                database.name,
                account.text()
            );
        }
        land(
            base,
            &enrolment("after", &SigningKey::generate(&mut OsRng), Role::Buyer),
        );
    });
}
