//! Disclosure (公开): a payload as far as it is shown, checked against its commitment.
//!
//! Invariant: an opened payload that verifies shows only values that were committed to, each under
//! its own name; what is not shown is a bare leaf and may be a withheld field or a decoy.

use crate::hash::{Hash, push_hex, root_of};
use crate::payload::{MAX_FIELDS, field_leaf, push_field, read_field};
use crate::record::Fields;
use facts::{Canonical, Hex};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

/// One place of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// A field that is shown.
    Field {
        /// Its name.
        name: String,
        /// The canonical JSON of its value.
        value: Vec<u8>,
        /// Its salt.
        salt: [u8; 32],
    },
    /// Something that is not shown: a withheld field or a decoy.
    Leaf(Hash),
}

/// A payload as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedPayload {
    slots: Vec<Slot>,
}

/// Why an opened payload is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not the JSON form of an opened payload.
    #[error("opened payload: {0}")]
    Form(String),
    /// The number of slots is not a power of two up to 1,024.
    #[error("opened payload: {0} slots, but the number must be a power of two up to 1024")]
    Slots(usize),
    /// Two fields of one name, or fields out of order.
    #[error("opened payload: the field {0:?} is repeated or out of order")]
    Order(String),
    /// The leaves do not hash to the commitment.
    #[error("opened payload: its root is not the entry's commitment")]
    Commitment,
}

impl OpenedPayload {
    pub(crate) const fn from_slots(slots: Vec<Slot>) -> Self {
        Self { slots }
    }

    /// The slots in the order of the leaves.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// Checks shape, order and root.
    pub fn verify(&self, commit: &Hash) -> Result<(), OpenError> {
        self.check()?;
        let leaves: Vec<Hash> = self
            .slots
            .iter()
            .map(|slot| match slot {
                Slot::Field { name, value, salt } => field_leaf(name, value, salt),
                Slot::Leaf(leaf) => *leaf,
            })
            .collect();
        if root_of(&leaves) == *commit {
            Ok(())
        } else {
            Err(OpenError::Commitment)
        }
    }

    fn check(&self) -> Result<(), OpenError> {
        if !self.slots.len().is_power_of_two() || self.slots.len() > MAX_FIELDS {
            return Err(OpenError::Slots(self.slots.len()));
        }
        let mut last: Option<&str> = None;
        for (name, _) in self.each() {
            if last.is_some_and(|last| last.as_bytes() >= name.as_bytes()) {
                return Err(OpenError::Order(name.to_owned()));
            }
            last = Some(name);
        }
        Ok(())
    }

    /// The value of a field, if it is shown.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<Value> {
        serde_json::from_slice(self.field(name)?).ok()
    }

    /// The members of the body that are shown.
    pub fn body(&self) -> Result<Canonical, crate::RecordError> {
        crate::record::body_of(self)
    }

    /// The same with more fields withheld.
    #[must_use]
    pub fn withholding(&self, withheld: &[&str]) -> Self {
        let slots = self.slots.iter().map(|slot| match slot {
            Slot::Field { name, value, salt } if withheld.contains(&name.as_str()) => {
                Slot::Leaf(field_leaf(name, value, salt))
            }
            other => other.clone(),
        });
        Self {
            slots: slots.collect(),
        }
    }

    /// The canonical JSON: `{"slots":[{"name","salt","value"} | {"leaf"}…]}`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1_024);
        out.extend_from_slice(b"{\"slots\":[");
        for (i, slot) in self.slots.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            match slot {
                Slot::Field { name, value, salt } => push_field(&mut out, name, salt, value),
                Slot::Leaf(leaf) => {
                    out.extend_from_slice(b"{\"leaf\":\"");
                    push_hex(&mut out, leaf);
                    out.extend_from_slice(b"\"}");
                }
            }
        }
        out.extend_from_slice(b"]}");
        out
    }

    /// Reads the canonical JSON.
    pub fn parse(bytes: &[u8]) -> Result<Self, OpenError> {
        let value: Value = serde_json::from_slice(bytes).map_err(|e| OpenError::Form(e.to_string()))?;
        let opened = Self::of_value(&value)?;
        if opened.to_bytes() != bytes {
            return Err(OpenError::Form("not in canonical form".to_owned()));
        }
        Ok(opened)
    }

    /// The JSON value of the same shape.
    #[must_use]
    pub fn to_value(&self) -> Value {
        serde_json::from_slice(&self.to_bytes()).unwrap_or(Value::Null)
    }

    /// Reads a JSON value of that shape.
    pub fn of_value(value: &Value) -> Result<Self, OpenError> {
        let slots = value
            .as_object()
            .filter(|o| o.len() == 1)
            .and_then(|o| o.get("slots"))
            .and_then(Value::as_array)
            .ok_or_else(|| OpenError::Form("expected an object with the one member slots".to_owned()))?;
        if slots.len() > MAX_FIELDS {
            return Err(OpenError::Slots(slots.len()));
        }
        let slots: Vec<Slot> = slots
            .iter()
            .enumerate()
            .map(|(i, slot)| {
                read_slot(slot).ok_or_else(|| {
                    OpenError::Form(format!("slot {i} is neither {{name, salt, value}} nor {{leaf}}"))
                })
            })
            .collect::<Result<_, _>>()?;
        let opened = Self { slots };
        opened.check()?;
        Ok(opened)
    }
}

fn read_slot(value: &Value) -> Option<Slot> {
    let object = value.as_object()?;
    if let Some(leaf) = object.get("leaf").filter(|_| object.len() == 1) {
        return Some(Slot::Leaf(Hex::parse(leaf.as_str()?).ok()?.0));
    }
    let field = read_field(value)?;
    Some(Slot::Field {
        name: field.name,
        value: field.value,
        salt: field.salt,
    })
}

impl Fields for OpenedPayload {
    fn each(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.slots.iter().filter_map(|slot| match slot {
            Slot::Field { name, value, .. } => Some((name.as_str(), value.as_slice())),
            Slot::Leaf(_) => None,
        })
    }
}

impl Serialize for OpenedPayload {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(s)
    }
}

impl<'de> Deserialize<'de> for OpenedPayload {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::of_value(&Value::deserialize(d)?).map_err(de::Error::custom)
    }
}
