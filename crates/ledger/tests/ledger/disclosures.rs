//! Disclosure: what is shown was committed to, what is withheld cannot be guessed.

use crate::fixture::{Log, ORIGIN, START, disclosed, enrolled, key, rng, withdrawn, withheld};
use facts::{Canonical, Hex, Kind, Seen};
use ledger::record::record_of;
use ledger::{Fields, OpenError, OpenedPayload, Payload, PayloadError, RecordError, act, act_of, message};
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::{Value, json};

fn opened() -> (OpenedPayload, [u8; 32]) {
    let mut log = Log::new();
    let linked = log.push(enrolled(), START);
    (
        linked.payload.opened(withheld(Kind::AccountEnrolled)),
        linked.entry.commit,
    )
}

fn tampered(change: impl FnOnce(&mut Vec<Value>)) -> Result<(), OpenError> {
    let (opened, commit) = opened();
    let mut value = opened.to_value();
    change(value["slots"].as_array_mut().unwrap());
    OpenedPayload::of_value(&value)?.verify(&commit)
}

fn stored_key(payload: &Payload) -> [u8; 32] {
    payload.to_bytes()[1..33].try_into().unwrap()
}

fn place(slots: &[Value], name: &str) -> usize {
    slots.iter().position(|slot| slot["name"] == name).unwrap()
}

#[test]
fn withheld_fields_and_decoys_look_alike() {
    let (opened, commit) = opened();
    opened.verify(&commit).unwrap();
    assert!(opened.slots().len().is_power_of_two());
    for name in ["contact", "employer", "name", "salt"] {
        assert_eq!(opened.field(name), None, "{name}");
    }
    assert_eq!(opened.value("account"), Some(json!("zhang")));
    assert_eq!(OpenedPayload::parse(&opened.to_bytes()).unwrap(), opened);
    let text = String::from_utf8(opened.to_bytes()).unwrap();
    assert!(!text.contains("张三") && text.contains("{\"leaf\":\""));
}

#[test]
fn the_signature_is_checked_without_the_withheld_members_and_binds_them() {
    let mut log = Log::new();
    let linked = log.push(enrolled(), START);
    let public = linked.payload.opened(withheld(Kind::AccountEnrolled));
    let seen = act_of(&linked.entry, &public).unwrap().unwrap();
    let whole = act_of(&linked.entry, &linked.payload).unwrap().unwrap();
    for act in [&seen, &whole] {
        let by = act::verify(ORIGIN, act).unwrap();
        assert_eq!(by.to_bytes(), key(3).public().to_bytes());
    }
    assert_eq!(act::digest(ORIGIN, &seen), act::digest(ORIGIN, &whole));

    // The signature covers the commitment, and the commitment the name and a salt that nobody is shown.
    let held = |name: &str| Hex(message::held(&[7; 32], "13800000000", "北京某公司", name));
    assert_eq!(public.value("held"), Some(json!(held("张三"))));
    assert_eq!(public.value("salt"), None);
    let mut other = seen.clone();
    let mut members = seen.body.members().clone();
    members.insert("held".to_owned(), json!(held("李四")));
    other.body = Canonical::new(members).unwrap();
    assert_eq!(act::verify(ORIGIN, &other), Err(act::ActError::Signature));
}

#[test]
fn an_altered_salt_is_refused() {
    let altered = tampered(|slots| {
        let at = place(slots, "account");
        slots[at]["salt"] = json!("00".repeat(32));
    });
    assert_eq!(altered, Err(OpenError::Commitment));
}

#[test]
fn an_altered_value_is_refused() {
    let altered = tampered(|slots| {
        let at = place(slots, "account");
        slots[at]["value"] = json!("wang");
    });
    assert_eq!(altered, Err(OpenError::Commitment));
}

#[test]
fn a_renamed_field_is_refused() {
    let renamed = tampered(|slots| {
        let at = place(slots, "account");
        slots[at]["name"] = json!("accounu");
    });
    assert_eq!(renamed, Err(OpenError::Commitment));
}

#[test]
fn a_dropped_field_is_refused() {
    let dropped = tampered(|slots| {
        let at = place(slots, "account");
        slots.remove(at);
    });
    assert!(matches!(dropped, Err(OpenError::Slots(n)) if !n.is_power_of_two()));
    let halved = tampered(|slots| slots.truncate(slots.len() / 2));
    assert_eq!(halved, Err(OpenError::Commitment));
}

#[test]
fn a_decoy_claimed_as_a_field_is_refused() {
    let mut log = Log::new();
    let linked = log.push(disclosed(&[1, 2]), START);
    let first = linked.payload.fields().len();
    let mut value = linked.payload.opened(&[]).to_value();
    let slots = value["slots"].as_array_mut().unwrap();
    assert_eq!(slots.len(), first, "two fields need no decoy");
    slots.push(json!({"leaf": "00".repeat(32)}));
    assert_eq!(OpenedPayload::of_value(&value), Err(OpenError::Slots(3)));

    // Three fields and one decoy: its own salt, shown under a name, is no field.
    let payload = Payload::draw(
        ["a", "b", "c"]
            .map(|name| (name.to_owned(), b"1".to_vec()))
            .to_vec(),
        &mut rng(4),
    )
    .unwrap();
    let mut salts = [[0; 32]; 4];
    ChaCha20Rng::from_seed(stored_key(&payload)).fill_bytes(salts.as_flattened_mut());
    let shown: Vec<_> = payload.fields().iter().map(|field| field.salt).collect();
    assert_eq!(shown, salts[..3]);
    let salt = Hex(salts[3]);
    let mut value = payload.opened(&[]).to_value();
    value["slots"][3] = json!({"name": "decoy", "salt": salt, "value": 1});
    let claimed = OpenedPayload::of_value(&value).unwrap();
    assert_eq!(claimed.verify(&payload.commit()), Err(OpenError::Commitment));
}

#[test]
fn fields_out_of_order_or_repeated_are_refused() {
    let swapped = tampered(|slots| {
        let (a, b) = (place(slots, "account"), place(slots, "held"));
        slots.swap(a, b);
    });
    assert_eq!(swapped, Err(OpenError::Order("account".to_owned())));
    let twice = Payload::draw(
        vec![("a".to_owned(), b"1".to_vec()), ("a".to_owned(), b"2".to_vec())],
        &mut rng(1),
    );
    assert_eq!(twice, Err(PayloadError::Order("a".to_owned())));
}

#[test]
fn other_shapes_are_refused() {
    let (opened, _) = opened();
    let bytes = opened.to_bytes();
    let mut spaced = bytes.clone();
    spaced.push(b' ');
    assert!(matches!(OpenedPayload::parse(&spaced), Err(OpenError::Form(_))));
    for value in [
        json!([]),
        json!({}),
        json!({"slots": [], "x": 1}),
        json!({"slots": [{"leaf": "00"}]}),
    ] {
        assert!(
            matches!(OpenedPayload::of_value(&value), Err(OpenError::Form(_))),
            "{value}"
        );
    }
    assert_eq!(
        OpenedPayload::of_value(&json!({"slots": []})),
        Err(OpenError::Slots(0))
    );
    let many: Vec<Value> = (0..2_048).map(|_| json!({"leaf": "00".repeat(32)})).collect();
    assert_eq!(
        OpenedPayload::of_value(&json!({"slots": many})),
        Err(OpenError::Slots(2_048))
    );
    let float = json!({"slots": [{"name": "a", "salt": "00".repeat(32), "value": 1.5}]});
    assert!(matches!(OpenedPayload::of_value(&float), Err(OpenError::Form(_))));
}

#[test]
fn a_confidential_fact_is_read_only_from_its_own_fields() {
    let mut log = Log::new();
    let hidden = log.push(withdrawn(), START).clone();
    let public = log.push(enrolled(), START).clone();
    let partly = hidden.payload.opened(&["@kind"]);
    assert_eq!(
        record_of(&hidden.entry, &partly),
        Err(RecordError::Missing("@kind"))
    );
    let crossed = record_of(&public.entry, &hidden.payload);
    assert!(
        matches!(crossed, Err(RecordError::Contradiction(_))),
        "{crossed:?}"
    );
    let crossed = record_of(&hidden.entry, &public.payload);
    assert_eq!(crossed, Err(RecordError::Missing("@kind")));
}

#[test]
fn another_persons_key_is_a_contradiction() {
    let mut log = Log::new();
    let linked = log.push(enrolled(), START).clone();
    let mut entry = linked.entry;
    entry.actor = ledger::Actor::Key([7; 32]);
    assert!(matches!(
        record_of(&entry, &linked.payload),
        Err(RecordError::Contradiction(_))
    ));
}

#[test]
fn nothing_secret_is_printed() {
    let mut log = Log::new();
    let linked = log.push(withdrawn(), START);
    assert_eq!(format!("{:?}", linked.payload), "Payload(10 fields, 6 decoys)");
}

#[test]
fn a_stored_payload_has_one_spelling() {
    let payload = Payload::draw(vec![("a".to_owned(), b"1".to_vec())], &mut rng(1)).unwrap();
    let bytes = payload.to_bytes();
    assert_eq!(Payload::from_bytes(&bytes).unwrap(), payload);
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = bytes.clone();
        change(&mut bytes);
        Payload::from_bytes(&bytes).unwrap_err()
    };
    let form = |at, what| PayloadError::Form { at, what };
    assert_eq!(
        refused(&|b| b[0] = 2),
        form(0, "not a stored payload of version 1")
    );
    assert_eq!(refused(&|b| b.push(0)), form(38, "bytes follow the last field"));
    assert_eq!(refused(&|b| b.truncate(37)), form(37, "it ends too early"));
    assert_eq!(refused(&Vec::clear), form(0, "it ends too early"));
    assert_eq!(
        refused(&|b| b[35] = b'\x80'),
        form(34, "a name is empty or not ASCII")
    );
    // The number of fields, 1, written with a byte more than it needs.
    let long = form(35, "a number is not in its shortest form");
    assert_eq!(refused(&|b| drop(b.splice(33..34, [0x81, 0]))), long);
    let huge = form(37, "a number is 2^28 or more");
    assert_eq!(refused(&|b| drop(b.splice(33..34, [0xff; 4]))), huge);
    for value in [&b" 1"[..], b"1.0", b"01", b"{", b"1 "] {
        let refused = refused(&|b| {
            let length = u8::try_from(value.len()).unwrap();
            drop(b.splice(36.., [&[length], value].concat()));
        });
        assert!(matches!(refused, PayloadError::Value { .. }), "{refused:?}");
    }
    let twice = [&bytes[..33], &[2], &bytes[34..], &bytes[34..]].concat();
    assert_eq!(
        Payload::from_bytes(&twice),
        Err(PayloadError::Order("a".to_owned()))
    );
    let many = (0..1_025).map(|n| (format!("{n:04}"), b"1".to_vec())).collect();
    assert_eq!(Payload::draw(many, &mut rng(1)), Err(PayloadError::Many(1_025)));
}

#[test]
fn salts_are_the_keystream_of_rfc_8439() {
    // Appendix A.1, test vector 1: key, nonce and counter zero.
    let payload = Payload::from_bytes(&[&[1], &[0; 32][..], &[1, 1, b'a', 1, b'1']].concat()).unwrap();
    assert_eq!(stored_key(&payload), [0; 32]);
    let salt = Hex(payload.fields()[0].salt).to_string();
    assert_eq!(
        salt,
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
    );
}

#[test]
fn every_payload_has_a_key_of_its_own() {
    let mut rng = rng(5);
    let mut one = || Payload::draw(vec![("a".to_owned(), b"1".to_vec())], &mut rng).unwrap();
    let (first, second) = (one(), one());
    assert_ne!(stored_key(&first), stored_key(&second));
    assert_ne!(first.commit(), second.commit());
}

proptest! {
    #[test]
    fn any_fields_open_under_any_withholding(
        names in proptest::collection::btree_set("[a-z@]{1,12}", 0..40),
        hide in proptest::collection::vec(any::<bool>(), 40),
    ) {
        let named: Vec<_> = names.iter().map(|n| (n.clone(), format!("\"{n}\"").into_bytes())).collect();
        let payload = Payload::draw(named, &mut rng(9)).unwrap();
        let hidden: Vec<&str> = names.iter().zip(&hide).filter(|(_, h)| **h).map(|(n, _)| n.as_str()).collect();
        let opened = payload.opened(&hidden);
        prop_assert!(opened.verify(&payload.commit()).is_ok());
        prop_assert_eq!(OpenedPayload::parse(&opened.to_bytes()).unwrap(), opened);
        prop_assert_eq!(Payload::from_bytes(&payload.to_bytes()).unwrap(), payload);
    }
}

#[test]
fn seen_and_nonce_are_what_was_signed() {
    let mut log = Log::new();
    let linked = log.push(withdrawn(), START);
    let act = act_of(&linked.entry, &linked.payload).unwrap().unwrap();
    assert_eq!(
        act.seen,
        Seen {
            root: Hex([9; 32]),
            size: 41
        }
    );
    assert_eq!(act.nonce, Hex([2; 16]));
    assert!(act.body != Canonical::default());
}
