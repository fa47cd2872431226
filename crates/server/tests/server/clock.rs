//! A clock that jumps: nothing is written while it lags the log, and when it is right again the log says so.

use crate::people::{enrolment, key, land, send};
use crate::platform::{Platform, on_both};
use crate::web::{get, until};
use facts::Role;
use facts::time::MINUTE;

/// The entries of the log that record a lag of the clock, with the lag.
fn suspicions(base: &str) -> Vec<i64> {
    let size = get(base, "/health").json()["size"].as_u64().unwrap();
    let mut lags = Vec::new();
    for seq in 0..size {
        let view = get(base, &format!("/log/entry/{seq}")).json();
        let entry: serde_json::Value = serde_json::from_str(view["entry"].as_str().unwrap()).unwrap();
        if entry["kind"] == "clock.suspected" {
            let slots = view["payload"]["slots"].as_array().unwrap();
            let lag = slots.iter().find(|slot| slot["name"] == "lag").unwrap();
            lags.push(lag["value"].as_i64().unwrap());
        }
    }
    lags
}

#[test]
fn ten_minutes_back_and_forward_again() {
    on_both(|database| {
        let platform = Platform::start(database);
        let base = platform.procurement();
        land(base, &enrolment("buyer", &key("buyer"), Role::Buyer));
        assert!(suspicions(base).is_empty());

        platform.set_clock(-10 * MINUTE);
        let act = enrolment("expert-1", &key("expert-1"), Role::Expert);
        let refused = send(base, &act);
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (503, "clock.behind"),
            "{}",
            database.name
        );
        // The housekeeper looks ten times a second, and must not write now.
        std::thread::sleep(std::time::Duration::from_millis(500));
        let size = get(base, "/health").json()["size"].clone();
        assert_eq!(size, 2);

        platform.set_clock(0);
        let lags = until("clock.suspected", || {
            Some(suspicions(base)).filter(|lags| !lags.is_empty())
        });
        assert_eq!(lags.len(), 1, "one jump, one fact: {lags:?}");
        assert!((9 * MINUTE..=10 * MINUTE).contains(&lags[0]), "{lags:?}");
        land(base, &act);
        assert_eq!(suspicions(base).len(), 1);
    });
}

#[test]
fn ten_minutes_forward_and_back_again() {
    on_both(|database| {
        let platform = Platform::start(database);
        let base = platform.procurement();
        platform.set_clock(10 * MINUTE);
        land(base, &enrolment("buyer", &key("buyer"), Role::Buyer));
        // What was written by the fast clock stands; the right clock lags it until it has caught up.
        platform.set_clock(0);
        let refused = send(base, &enrolment("expert-1", &key("expert-1"), Role::Expert));
        assert_eq!(refused.code(), "clock.behind", "{}", database.name);
        assert!(suspicions(base).is_empty());
        std::thread::sleep(std::time::Duration::from_millis(300));
        platform.set_clock(10 * MINUTE);
        let lags = until("clock.suspected", || {
            Some(suspicions(base)).filter(|lags| !lags.is_empty())
        });
        assert!((9 * MINUTE..=10 * MINUTE).contains(&lags[0]), "{lags:?}");
        land(base, &enrolment("expert-1", &key("expert-1"), Role::Expert));
    });
}

#[test]
fn a_small_lag_is_tolerated() {
    let platform = Platform::start(&crate::platform::Database::sqlite());
    let base = platform.procurement();
    land(base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    platform.set_clock(-1_000);
    land(base, &enrolment("expert-1", &key("expert-1"), Role::Expert));
    platform.set_clock(0);
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert!(suspicions(base).is_empty());
}
