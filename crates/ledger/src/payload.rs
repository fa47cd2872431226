//! A payload (载荷): the fields of a fact with the salts that hide them behind one commitment.
//!
//! Invariant: fields stand in strictly ascending byte order of their names, decoys follow, and
//! together they are a power of two; so the commitment tells nothing of values and little of
//! their number.

use crate::disclosure::{OpenedPayload, Slot};
use crate::hash::{Hash, leaf_hash, push_hex, root_of};
use crate::record::Fields;
use facts::Hex;
use rand_core::{CryptoRng, RngCore};
use serde_json::Value;

/// The most fields of one fact.
pub const MAX_FIELDS: usize = 1_024;

/// The name under which an act's nonce is committed.
pub(crate) const NONCE: &str = "@nonce";

/// One field: a name, the canonical JSON of its value, a salt.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// The member's name, or one of the ledger's own that begin with `@`.
    pub name: String,
    /// The canonical JSON of the value.
    pub value: Vec<u8>,
    /// Thirty-two random bytes.
    pub salt: [u8; 32],
}

/// All fields of one fact.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload {
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
    /// The number of decoys does not fill up to a power of two.
    #[error("payload: {fields} fields and {decoys} decoys are not the next power of two")]
    Padding {
        /// Fields found.
        fields: usize,
        /// Decoys found.
        decoys: usize,
    },
    /// Not the stored form of a payload.
    #[error("payload: {0}")]
    Form(String),
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

fn decoys_for(fields: usize) -> usize {
    fields.next_power_of_two().saturating_sub(fields)
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
    /// Salts fields and adds decoys.
    pub fn draw(
        mut named: Vec<(String, Vec<u8>)>,
        rng: &mut (impl CryptoRng + RngCore),
    ) -> Result<Self, PayloadError> {
        if named.len() > MAX_FIELDS {
            return Err(PayloadError::Many(named.len()));
        }
        named.sort_unstable_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
        check_order(named.iter().map(|(name, _)| name.as_str()))?;
        let decoys = decoys_for(named.len());
        // One draw for all salts: generators answer long requests faster than many short ones.
        let mut salts = vec![[0_u8; 32]; named.len().saturating_add(decoys)];
        rng.fill_bytes(salts.as_flattened_mut());
        let decoys = salts.split_off(named.len());
        let fields = named
            .into_iter()
            .zip(salts)
            .map(|((name, value), salt)| Field { name, value, salt })
            .collect();
        Ok(Self { fields, decoys })
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
    ///
    /// When anything is withheld, an act's nonce is withheld with it: the signature in the entry
    /// covers the whole body, and whoever knew every other part of what was signed could try
    /// values for a withheld name until the signature verifies.
    #[must_use]
    pub fn opened(&self, withheld: &[&str]) -> OpenedPayload {
        let any = self.fields.iter().any(|f| withheld.contains(&f.name.as_str()));
        let slot = |f: &Field| {
            if withheld.contains(&f.name.as_str()) || (any && f.name == NONCE) {
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

    /// Bytes for the store: `{"decoys":[hex…],"fields":[{"name","salt","value"}…]}`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1_024);
        out.extend_from_slice(b"{\"decoys\":[");
        for (i, salt) in self.decoys.iter().enumerate() {
            out.extend_from_slice(if i == 0 { b"\"" } else { b",\"" });
            push_hex(&mut out, salt);
            out.push(b'"');
        }
        out.extend_from_slice(b"],\"fields\":[");
        for (i, field) in self.fields.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            push_field(&mut out, &field.name, &field.salt, &field.value);
        }
        out.extend_from_slice(b"]}");
        out
    }

    /// Reads what [`Payload::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PayloadError> {
        let form = |what: &str| PayloadError::Form(what.to_owned());
        let value: Value = serde_json::from_slice(bytes).map_err(|e| PayloadError::Form(e.to_string()))?;
        let list = |name: &str| value.get(name).and_then(Value::as_array);
        let (Some(decoys), Some(fields)) = (list("decoys"), list("fields")) else {
            return Err(form("expected the lists decoys and fields"));
        };
        let decoys: Vec<[u8; 32]> = decoys
            .iter()
            .map(|salt| {
                salt.as_str()
                    .and_then(|s| Hex::parse(s).ok())
                    .map(|Hex(salt)| salt)
            })
            .collect::<Option<_>>()
            .ok_or_else(|| form("a decoy is not 32 bytes in hexadecimal"))?;
        let fields: Vec<Field> = fields
            .iter()
            .map(read_field)
            .collect::<Option<_>>()
            .ok_or_else(|| form("a field has no name, no value or no salt of 32 bytes"))?;
        check_order(fields.iter().map(|f| f.name.as_str()))?;
        if fields.len() > MAX_FIELDS {
            return Err(PayloadError::Many(fields.len()));
        }
        if decoys.len() != decoys_for(fields.len()) {
            return Err(PayloadError::Padding {
                fields: fields.len(),
                decoys: decoys.len(),
            });
        }
        let payload = Self { fields, decoys };
        if payload.to_bytes() != bytes {
            return Err(form("not in canonical form"));
        }
        Ok(payload)
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
