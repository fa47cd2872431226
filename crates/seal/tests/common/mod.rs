//! What several tests need: the vector files as values, and generators without chance.
#![expect(clippy::arithmetic_side_effects, reason = "test code")]
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses its own part of this module"
)]

pub(crate) mod browser;
pub(crate) mod ceremony;

use kaibiao_seal::{Header, Label, Partial, Point, Scalar, SecretScalar, Suite};
use rand_core::{CryptoRng, RngCore};
use serde_json::Value;

/// A generator that repeats one byte: the vectors' nonces.
pub(crate) struct Repeat(pub(crate) u8);

impl RngCore for Repeat {
    fn next_u32(&mut self) -> u32 {
        u32::from_be_bytes([self.0; 4])
    }
    fn next_u64(&mut self) -> u64 {
        u64::from_be_bytes([self.0; 8])
    }
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        dest.fill(self.0);
    }
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Repeat {}

/// A seeded generator.
pub(crate) fn rng(seed: u8) -> rand_chacha::ChaCha20Rng {
    rand_core::SeedableRng::from_seed([seed; 32])
}

/// Fixed-size bytes of a hexadecimal text.
pub(crate) fn h<const N: usize>(text: &str) -> [u8; N] {
    kaibiao_seal::base16::decode(text).unwrap()
}

/// One vector file of tender-seal/v1.
pub(crate) struct Vector {
    pub(crate) json: Value,
    pub(crate) suite: Suite,
    pub(crate) y: Point,
    pub(crate) label: Label,
    pub(crate) beta: [u8; 32],
    pub(crate) body: Vec<u8>,
    pub(crate) plain: Vec<u8>,
    pub(crate) header: Header,
}

impl Vector {
    pub(crate) fn tree() -> Self {
        let rule = (0..140_000_u64).map(|i| u8::try_from((i * i + 7 * i) % 251).unwrap());
        Self::read(
            include_str!("../../../../tests/vectors/tender-seal-v1-tree64k.json"),
            Some(rule.collect()),
        )
    }

    pub(crate) fn plain() -> Self {
        Self::read(
            include_str!("../../../../tests/vectors/tender-seal-v1.json"),
            None,
        )
    }

    fn read(text: &str, plain: Option<Vec<u8>>) -> Self {
        let json: Value = serde_json::from_str(text).unwrap();
        let field = |name: &str| json["fields"][name].as_str().unwrap().to_owned();
        let point = |name: &str| Point::from_hex(json[name].as_str().unwrap()).unwrap();
        let scalar = |name: &str| Scalar::from_hex(json[name].as_str().unwrap()).unwrap();
        let label = Label {
            tender: field("tender"),
            lot: field("lot"),
            part: field("stage"),
            submission: h(&field("submission")),
            signer: h(&field("signer_key")),
            key_id: h(&field("key_id")),
            closes_at: json["fields"]["closes_at"].as_u64().unwrap(),
            rules: h(&field("rules")),
            blk: h(json["bidder_lock_commitment"].as_str().unwrap()),
        };
        Self {
            suite: Suite::from_name(json["suite"].as_str().unwrap()).unwrap(),
            y: point("Y"),
            label,
            beta: h(json["beta"].as_str().unwrap()),
            body: hex::decode(json["body"].as_str().unwrap()).unwrap(),
            plain: plain.unwrap_or_else(|| hex::decode(json["pt"].as_str().unwrap()).unwrap()),
            header: Header {
                r: point("R"),
                rbar: point("Rbar"),
                e: scalar("e"),
                f: scalar("f"),
            },
            json,
        }
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap()
    }

    pub(crate) fn secret(&self, name: &str) -> SecretScalar {
        SecretScalar::from_hex(self.text(name)).unwrap()
    }

    /// Index, share, public share and expected partial of every custodian.
    pub(crate) fn custodians(&self) -> Vec<(u16, SecretScalar, Point, Partial)> {
        let partials = self.json["partials"].as_array().unwrap();
        let one = |partial: &Value| {
            let index = u16::try_from(partial["i"].as_u64().unwrap()).unwrap();
            let name = index.to_string();
            let share = SecretScalar::from_hex(self.json["shares"][&name].as_str().unwrap()).unwrap();
            let y_i = Point::from_hex(self.json["Yi"][&name].as_str().unwrap()).unwrap();
            let expected = Partial {
                d: Point::from_hex(partial["d"].as_str().unwrap()).unwrap(),
                c: Scalar::from_hex(partial["c"].as_str().unwrap()).unwrap(),
                z: Scalar::from_hex(partial["z"].as_str().unwrap()).unwrap(),
            };
            (index, share, y_i, expected)
        };
        partials.iter().map(one).collect()
    }
}
