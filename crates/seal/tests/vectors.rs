//! Both vector files of the protocol, reproduced byte for byte: label, lock, encapsulation, body, header, partials,
//! combination, opening.
#![cfg(test)]
mod common;

use common::{Repeat, Vector, h};
use kaibiao_seal::cob256::Sealer;
use kaibiao_seal::hash::sha256;
use kaibiao_seal::kem::encapsulate;
use kaibiao_seal::oracle::gbar;
use kaibiao_seal::{
    Opening, Point, Suite, Target, blk, body_digest, combine, derive_key, partial_open, verify_partial,
};

fn reproduce(vector: &Vector) {
    let suite = vector.suite;
    assert_eq!(gbar(suite).hex(), vector.text("gbar"));
    assert_eq!(vector.y.hex(), vector.json["commitments"][0].as_str().unwrap());

    assert_eq!(
        blk(suite, &vector.label.submission, &vector.beta),
        vector.label.blk
    );
    assert_eq!(hex::encode(vector.label.message()), vector.text("label_msg"));
    let label = vector.label.digest(suite);
    assert_eq!(hex::encode(label), vector.text("label"));

    let kem = encapsulate(suite, &label, &vector.y, Some(&vector.beta), vector.secret("r"));
    assert_eq!(kem.r().hex(), vector.text("R"));
    assert_eq!(hex::encode(&kem.key()[..]), vector.text("dem_key"));

    let salt: [u8; 24] = vector.body[..24].try_into().unwrap();
    let (mut sealer, prefix) = Sealer::with_salt(kem.key(), &salt, &label);
    let mut body = prefix.to_vec();
    sealer.update(&vector.plain, &mut body).unwrap();
    sealer.finish(&mut body).unwrap();
    assert_eq!(body, vector.body);
    assert_eq!(hex::encode(sha256(&[&vector.plain])), vector.text("pt_sha256"));

    let digest = body_digest(suite, &body);
    if suite == Suite::Tree64k {
        assert_eq!(hex::encode(digest), vector.text("body_digest"));
    }
    let header = kem.prove(&digest, &mut Repeat(1));
    assert_eq!(header.rbar.hex(), vector.text("Rbar"));
    assert_eq!(header.e.hex(), vector.text("e"));
    assert_eq!(header.f.hex(), vector.text("f"));
    assert_eq!(header, vector.header);
    header.verify(suite, &label, &digest, &vector.y).unwrap();

    let target = Target {
        suite,
        y: &vector.y,
        label_digest: &label,
        body_digest: &digest,
        header: &header,
    };
    for (index, share, y_i, expected) in vector.custodians() {
        assert_eq!(share.public(), y_i);
        let partial = partial_open(&target, index, &share, &mut Repeat(9)).unwrap();
        assert_eq!(partial.d, expected.d, "custodian {index}");
        verify_partial(&target, index, &y_i, &partial).unwrap();
        // The nonces behind the proofs in the file are not those the protocol's text names; the proofs hold.
        verify_partial(&target, index, &y_i, &expected).unwrap();
    }

    for quorum in [[1, 2, 3], [5, 3, 1], [2, 4, 5]] {
        let given: Vec<(u16, Point)> = vector
            .custodians()
            .into_iter()
            .filter(|(index, ..)| quorum.contains(index))
            .map(|(index, _, _, partial)| (index, partial.d))
            .collect();
        let z = combine(3, &given).unwrap();
        assert_eq!(z.hex(), vector.text("Z"));
        let key = derive_key(suite, &z, &header.r, &vector.y, Some(&vector.beta), &label);
        assert_eq!(hex::encode(&key[..]), vector.text("dem_key"));
        let opening = Opening {
            suite,
            label: &vector.label,
            header: &header,
            y: &vector.y,
            z: &z,
            beta: Some(&vector.beta),
        };
        assert_eq!(opening.open(&body).unwrap(), vector.plain);
    }
}

#[test]
fn the_tree_suite() {
    reproduce(&Vector::tree());
}

#[test]
fn the_plain_suite() {
    reproduce(&Vector::plain());
}

#[test]
fn the_key_id_of_the_vector_files_is_the_hash_of_the_commitments() {
    for vector in [Vector::tree(), Vector::plain()] {
        let all: Vec<u8> = vector.json["commitments"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|point| h::<32>(point.as_str().unwrap()))
            .collect();
        assert_eq!(sha256(&[&all]), vector.label.key_id);
    }
}
