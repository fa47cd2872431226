//! A payload (载荷): the fields of a fact with the salts that hide them behind one commitment.
//!
//! Invariant: fields stand in strictly ascending byte order of their names, decoys follow, and
//! together they are a power of two; so the commitment tells nothing of values and little of
//! their number. All salts come from one random key that is never shown; whoever has the key has
//! the salts, so it is stored with the values and erased with them.

use crate::disclosure::{OpenedPayload, Slot};
use crate::hash::{Hash, leaf_hash, push_hex, root_of};
use crate::record::Fields;
use facts::Hex;
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, RngCore, SeedableRng};
use serde_json::Value;

/// The most fields of one fact.
pub const MAX_FIELDS: usize = 1_024;

/// The name under which an act's nonce is committed.
pub(crate) const NONCE: &str = "@nonce";

/// First byte of the stored form.
const VERSION: u8 = 1;

/// One field: a name, the canonical JSON of its value, a salt.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// The member's name, or one of the ledger's own that begin with `@`.
    pub name: String,
    /// The canonical JSON of the value.
    pub value: Vec<u8>,
    /// Thirty-two bytes that nobody can tell from random ones.
    pub salt: [u8; 32],
}

/// All fields of one fact.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
    key: [u8; 32],
    fields: Vec<Field>,
    decoys: Vec<[u8; 32]>,
}

/// Why a payload cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Two fields of one name, or fields out of order.
    #[error("payload: the field {0:?} is repeated or out of order")]
    Order(String),
    /// More than [`MAX_FIELDS`].
    #[error("payload: {0} fields, but at most 1024 are allowed")]
    Many(usize),
    /// Not the stored form of a payload.
    #[error("payload, byte {at}: {what}")]
    Form {
        /// Offset in bytes.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// A value has no canonical JSON.
    #[error("payload: the value of {name:?}: {why}")]
    Value {
        /// Name of the field.
        name: String,
        /// What is wrong with its value.
        why: String,
    },
}

/// `SHA-256(00 ‖ LP(salt, name, value))`.
#[must_use]
pub fn field_leaf(name: &str, value: &[u8], salt: &[u8; 32]) -> Hash {
    leaf_hash(&seal::lp(&[salt, name.as_bytes(), value]))
}

/// `SHA-256(00 ‖ LP("decoy", salt))`: never a field, for its first part has five bytes and not 32.
#[must_use]
pub fn decoy_leaf(salt: &[u8; 32]) -> Hash {
    leaf_hash(&seal::lp(&[b"decoy", salt]))
}

fn check_order<'a>(mut names: impl Iterator<Item = &'a str>) -> Result<(), PayloadError> {
    let Some(mut last) = names.next() else {
        return Ok(());
    };
    for name in names {
        if last.as_bytes() >= name.as_bytes() {
            return Err(PayloadError::Order(name.to_owned()));
        }
        last = name;
    }
    Ok(())
}

impl Payload {
    /// Salts fields and adds decoys. Takes 32 random bytes: the payload's key.
    pub fn draw(
        mut named: Vec<(String, Vec<u8>)>,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<Self, PayloadError> {
        named.sort_unstable_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        Self::salted(key, named)
    }

    /// The salts of a key are the ChaCha20 keystream under it (RFC 8439, nonce and counter zero), 32
    /// bytes for each slot in the order of the leaves: known salts tell nothing of the others.
    fn salted(key: [u8; 32], named: Vec<(String, Vec<u8>)>) -> Result<Self, PayloadError> {
        if named.len() > MAX_FIELDS {
            return Err(PayloadError::Many(named.len()));
        }
        check_order(named.iter().map(|(name, _)| name.as_str()))?;
        let mut salts = vec![[0_u8; 32]; named.len().next_power_of_two()];
        ChaCha20Rng::from_seed(key).fill_bytes(salts.as_flattened_mut());
        let decoys = salts.split_off(named.len());
        let fields = named
            .into_iter()
            .zip(salts)
            .map(|((name, value), salt)| Field { name, value, salt })
            .collect();
        Ok(Self { key, fields, decoys })
    }

    /// The fields in order.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The root over all leaves: the `commit` of the entry.
    #[must_use]
    pub fn commit(&self) -> Hash {
        root_of(&self.leaves())
    }

    fn leaves(&self) -> Vec<Hash> {
        let fields = self.fields.iter().map(|f| field_leaf(&f.name, &f.value, &f.salt));
        fields.chain(self.decoys.iter().map(decoy_leaf)).collect()
    }

    /// The public form, with the named fields withheld.
    #[must_use]
    pub fn opened(&self, withheld: &[&str]) -> OpenedPayload {
        let slot = |f: &Field| {
            if withheld.contains(&f.name.as_str()) {
                Slot::Leaf(field_leaf(&f.name, &f.value, &f.salt))
            } else {
                Slot::Field {
                    name: f.name.clone(),
                    value: f.value.clone(),
                    salt: f.salt,
                }
            }
        };
        let decoys = self.decoys.iter().map(|salt| Slot::Leaf(decoy_leaf(salt)));
        OpenedPayload::from_slots(self.fields.iter().map(slot).chain(decoys).collect())
    }

    /// Bytes for the store: `01`, the key, the number of fields, then each name and value after its
    /// length. Numbers are in base 128, the least significant seven bits first, each byte but the
    /// last with its high bit set.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let length = |f: &Field| f.name.len().saturating_add(f.value.len()).saturating_add(4);
        let fields = self.fields.iter().map(length).fold(36, usize::saturating_add);
        let mut out = Vec::with_capacity(fields);
        out.push(VERSION);
        out.extend_from_slice(&self.key);
        push_count(&mut out, self.fields.len());
        for field in &self.fields {
            push_count(&mut out, field.name.len());
            out.extend_from_slice(field.name.as_bytes());
            push_count(&mut out, field.value.len());
            out.extend_from_slice(&field.value);
        }
        out
    }

    /// Reads what [`Payload::to_bytes`] wrote, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PayloadError> {
        let mut rest = Rest { bytes, at: 0 };
        if rest.take(1)? != [VERSION] {
            return Err(PayloadError::Form {
                at: 0,
                what: "not a stored payload of version 1",
            });
        }
        let mut key = [0; 32];
        key.copy_from_slice(rest.take(32)?);
        let count = rest.count()?;
        if count > MAX_FIELDS {
            return Err(PayloadError::Many(count));
        }
        let mut named = Vec::with_capacity(count);
        for _ in 0..count {
            let at = rest.at;
            let length = rest.count()?;
            let name = std::str::from_utf8(rest.take(length)?).unwrap_or_default();
            if name.is_empty() || !name.is_ascii() {
                let what = "a name is empty or not ASCII";
                return Err(PayloadError::Form { at, what });
            }
            let length = rest.count()?;
            let value = rest.take(length)?;
            check_value(name, value)?;
            named.push((name.to_owned(), value.to_vec()));
        }
        if rest.at != bytes.len() {
            return Err(rest.wrong("bytes follow the last field"));
        }
        Self::salted(key, named)
    }
}

fn check_value(name: &str, value: &[u8]) -> Result<(), PayloadError> {
    let wrong = |why: String| PayloadError::Value {
        name: name.to_owned(),
        why,
    };
    let read: Value = serde_json::from_slice(value).map_err(|e| wrong(e.to_string()))?;
    let again = facts::canonical::value_bytes(&read).map_err(|e| wrong(e.to_string()))?;
    if again == value {
        Ok(())
    } else {
        Err(wrong("not in canonical form".to_owned()))
    }
}

/// Appends a number in base 128 (LEB128).
fn push_count(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        // Masked to seven bits, so nothing is cut off.
        out.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
}

/// What is left of stored bytes.
struct Rest<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Rest<'a> {
    const fn wrong(&self, what: &'static str) -> PayloadError {
        PayloadError::Form { at: self.at, what }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], PayloadError> {
        let end = self.at.checked_add(length);
        let found = end.and_then(|end| self.bytes.get(self.at..end));
        let found = found.ok_or_else(|| self.wrong("it ends too early"))?;
        self.at = self.at.saturating_add(length);
        Ok(found)
    }

    /// Reads a number below 2^28 in its shortest form.
    fn count(&mut self) -> Result<usize, PayloadError> {
        let mut number = 0_usize;
        for shift in [0, 7, 14, 21] {
            let byte = self.take(1)?.first().copied().unwrap_or_default();
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err(self.wrong("a number is not in its shortest form"));
                }
                return Ok(number);
            }
        }
        Err(self.wrong("a number is 2^28 or more"))
    }
}

/// Appends `{"name":…,"salt":…,"value":…}`.
pub(crate) fn push_field(out: &mut Vec<u8>, name: &str, salt: &[u8; 32], value: &[u8]) {
    out.extend_from_slice(b"{\"name\":");
    push_string(out, name);
    out.extend_from_slice(b",\"salt\":\"");
    push_hex(out, salt);
    out.extend_from_slice(b"\",\"value\":");
    out.extend_from_slice(value);
    out.push(b'}');
}

/// Appends a text as a JSON string in canonical form.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str) {
    // A string always has a JSON form and a vector takes every byte: nothing can fail.
    let _infallible = serde_json::to_writer(out, text);
}

pub(crate) fn read_field(value: &Value) -> Option<Field> {
    let object = value.as_object().filter(|o| o.len() == 3)?;
    let name = object
        .get("name")?
        .as_str()
        .filter(|name| name.is_ascii() && !name.is_empty())?;
    let Hex(salt) = Hex::parse(object.get("salt")?.as_str()?).ok()?;
    let value = facts::canonical::value_bytes(object.get("value")?).ok()?;
    Some(Field {
        name: name.to_owned(),
        value,
        salt,
    })
}

impl Fields for Payload {
    fn each(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields.iter().map(|f| (f.name.as_str(), f.value.as_slice()))
    }
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Values may be secret until an opening: only their number is shown.
        write!(
            f,
            "Payload({} fields, {} decoys)",
            self.fields.len(),
            self.decoys.len()
        )
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Field({})", self.name)
    }
}
