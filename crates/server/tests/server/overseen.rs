//! A tender as supervision sees it: a platform with a buyer, a supervisor, an operator and one tender registered.

use crate::people::{enrolment, key, land, sign, sign_in};
use crate::platform::{Database, Platform};
use crate::web::{Answer, ask};
use facts::body::tender::{Regime, TenderRegistered};
use facts::{AccountId, Role, Stream, TenderId};

const TITLE: &str = "<script>alert(1)</script> '桥梁'";

pub(crate) fn tender() -> TenderId {
    TenderId::parse("T1").unwrap()
}

pub(crate) fn platform() -> Platform {
    let platform = Platform::start(&Database::sqlite());
    let base = platform.procurement().to_owned();
    land(&base, &enrolment("buyer", &key("buyer"), Role::Buyer));
    land(
        &base,
        &enrolment("supervisor", &key("supervisor"), Role::Supervisor),
    );
    land(&base, &enrolment("keeper", &key("bidder-04"), Role::Operator));
    let body = TenderRegistered {
        agent: None,
        buyer: AccountId::parse("buyer").unwrap(),
        regime: Regime::Free,
        tender: tender(),
        title: TITLE.to_owned(),
    };
    land(&base, &sign(&key("buyer"), Stream::Tender(tender()), &body));
    platform
}

/// A page or an answer of the supervision zone, as somebody signed in there opens it.
pub(crate) fn opens(base: &str, name: &str, path: &str, language: &str) -> Answer {
    let token = sign_in(base, "supervision", &key(name));
    let cookie = format!("kaibiao-supervision={token}");
    let accept = if path.starts_with("/api/") {
        "application/json"
    } else {
        "text/html,*/*;q=0.8"
    };
    let headers = [
        ("accept", accept),
        ("accept-language", language),
        ("cookie", cookie.as_str()),
    ];
    ask(base, "GET", path, &headers, b"")
}
