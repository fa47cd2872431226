//! What is learnt of types, beside the types.

use super::*;
use facts::Hex;
use facts::body::account::AccountEnrolled;
use facts::body::bid::BidSubmitted;
use facts::body::tender::TenderNoticed;

#[test]
fn members_and_their_forms_are_learnt_from_the_code() {
    let schema = schema::<BidSubmitted>();
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["properties"]["rules"]["pattern"], "^[0-9a-f]{64}$");
    assert_eq!(schema["properties"]["revision"]["minimum"], 0);
    let envelope = &schema["properties"]["envelopes"]["items"];
    assert_eq!(envelope["properties"]["header"]["pattern"], "^[0-9a-f]{256}$");
    assert_eq!(envelope["properties"]["body_length"]["type"], "integer");
    let required: Vec<&str> = envelope["required"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert_eq!(
        schema["properties"]["bid"]["pattern"],
        "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
    );
    assert!(
        required.contains(&"sig") && required.contains(&"submission"),
        "{required:?}"
    );
}

#[test]
fn what_may_be_left_out_is_not_required() {
    let schema = schema::<AccountEnrolled>();
    let required = schema["required"].as_array().unwrap();
    assert!(!required.contains(&"custody".into()) && required.contains(&"proof".into()));
    let custody = &schema["properties"]["custody"]["properties"];
    assert_eq!(custody["point_proof"]["pattern"], "^[0-9a-f]{192}$");
    let roles = &schema["properties"]["roles"]["items"];
    assert!(
        roles["enum"]
            .as_array()
            .is_some_and(|words| words.contains(&"bidder".into())),
        "{roles}"
    );
}

#[test]
fn what_cannot_be_learnt_is_left_open() {
    let schema = schema::<TenderNoticed>();
    assert_eq!(schema["properties"]["method"], json!({ "type": "object" }));
    assert_eq!(schema["properties"]["closes_at"]["type"], "integer");
    assert_eq!(
        schema["properties"]["stages"]["items"]["properties"]["parts"]["type"],
        "array"
    );
}

#[test]
fn plain_types() {
    assert_eq!(super::schema::<bool>(), json!({ "type": "boolean" }));
    assert_eq!(super::schema::<String>(), json!({ "type": "string" }));
    assert_eq!(super::schema::<Vec<u16>>()["items"]["maximum"], 65_535);
    assert_eq!(
        super::schema::<Vec<Hex<2>>>()["items"]["pattern"],
        "^[0-9a-f]{4}$"
    );
}
