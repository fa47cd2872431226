//! The draw's vector file: base, contributions, seed and call order.
#![cfg(test)]

mod common;

use common::{Vector, h, rng};
use kaibiao_seal::draw::{Draw, order, pool_hash};
use kaibiao_seal::{CombineError, Partial, PartialError, Point, Scalar, combine};
use serde_json::Value;

fn vector() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/tender-draw-v1.json")).unwrap()
}

fn request(vector: &Value, pool: [u8; 32]) -> Draw {
    let alpha = hex::decode(vector["alpha"].as_str().unwrap()).unwrap();
    let mut fields = kaibiao_seal::lp::Reader::new(&alpha);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let draw = Draw {
        tender: text(fields.next_field().unwrap()),
        id: text(fields.next_field().unwrap()),
        wanted: u64::from_be_bytes(fields.fixed().unwrap()),
        pool: fields.fixed().unwrap(),
        rules: fields.fixed().unwrap(),
        checkpoint: fields.fixed().unwrap(),
    };
    fields.end().unwrap();
    assert_eq!(draw.alpha(), alpha);
    assert_eq!(draw.pool, pool);
    draw
}

#[test]
fn the_vector_file_is_reproduced() {
    let vector = vector();
    let names: Vec<String> = (1..=117).map(|i| format!("expert-{i:03}")).collect();
    let pool: Vec<&[u8]> = names.iter().map(String::as_bytes).collect();
    let draw = request(&vector, pool_hash(&pool));
    let y = Point::from_hex(vector["Y"].as_str().unwrap()).unwrap();
    assert_eq!(draw.base(&y).hex(), vector["H"].as_str().unwrap());

    let mut given = Vec::new();
    for ((index, share, y_i, _), expected) in Vector::plain()
        .custodians()
        .into_iter()
        .zip(vector["partials"].as_array().unwrap())
    {
        let part = |name: &str| expected[name].as_str().unwrap();
        let expected = Partial {
            d: Point::from_hex(part("d")).unwrap(),
            c: Scalar::from_hex(part("c")).unwrap(),
            z: Scalar::from_hex(part("z")).unwrap(),
        };
        draw.verify(&y, index, &y_i, &expected).unwrap();
        assert_eq!(
            draw.verify(&y, index % 5 + 1, &y_i, &expected),
            Err(PartialError::Proof(index % 5 + 1))
        );
        let ours = draw.contribute(&y, index, &share, &mut rng(1));
        assert_eq!(ours.d, expected.d);
        draw.verify(&y, index, &y_i, &ours).unwrap();
        let other = Draw {
            id: "draw-2".to_owned(),
            ..draw.clone()
        };
        assert_eq!(
            other.verify(&y, index, &y_i, &ours),
            Err(PartialError::Proof(index))
        );
        given.push((index, ours.d));
    }
    assert_eq!(combine(3, &given).unwrap().hex(), vector["V"].as_str().unwrap());
    let seed: [u8; 64] = h(vector["seed"].as_str().unwrap());
    assert_eq!(draw.seed(3, &given).unwrap(), seed);
    given.reverse();
    assert_eq!(
        draw.seed(3, &given).unwrap(),
        seed,
        "every quorum gives the same seed"
    );
    assert_eq!(
        draw.seed(3, &given[..2]),
        Err(CombineError::TooFew { need: 3, have: 2 })
    );

    let drawn: Vec<&str> = order(seed, names.len())
        .into_iter()
        .take(7)
        .map(|place| names[place].as_str())
        .collect();
    let expected: Vec<&str> = vector["drawn"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect();
    assert_eq!(drawn, expected);
}
