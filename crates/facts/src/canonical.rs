//! The canonical form of JSON that is hashed and signed: a subset of RFC 8785 (JCS).
//!
//! Objects with ASCII keys in byte order, strings, booleans, `null`, arrays and integers of
//! magnitude at most 2^53 − 1; no floats, no insignificant white space. A text is accepted only
//! if it *is* the canonical form of what it says, so one value has one byte string.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The largest integer magnitude that every JSON reader represents exactly (RFC 8785, 3.2.2.3).
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// Nesting deeper than this is refused before it is read.
pub const MAX_DEPTH: usize = 32;

/// Why a text or value has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// Not JSON at all.
    #[error("not JSON: {0}")]
    Syntax(String),
    /// JSON, but not in the canonical spelling.
    #[error("not canonical: the first difference from the canonical form is at byte {0}")]
    Spelling(usize),
    /// A number with a fraction, an exponent, or beyond 2^53 − 1.
    #[error("at {0}: only integers up to 9007199254740991 are allowed")]
    Number(String),
    /// A key that is not ASCII.
    #[error("at {0}: keys must be ASCII")]
    Key(String),
    /// Nested too deeply.
    #[error("nested more than {MAX_DEPTH} levels deep")]
    Depth,
    /// The value is canonical but not of the shape wanted.
    #[error("{0}")]
    Shape(String),
}

/// A JSON object in canonical form; never changed, so copies share it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Canonical(Arc<Map<String, Value>>);

impl Canonical {
    /// Takes an object whose every part is allowed.
    pub fn new(object: Map<String, Value>) -> Result<Self, CanonicalError> {
        for (key, value) in &object {
            check(key, key, value, 1)?;
        }
        Ok(Self(Arc::new(object)))
    }

    /// The canonical object of a typed body.
    pub fn of<T: Serialize>(body: &T) -> Result<Self, CanonicalError> {
        match serde_json::to_value(body).map_err(|e| CanonicalError::Shape(e.to_string()))? {
            Value::Object(object) => Self::new(object),
            other => Err(CanonicalError::Shape(format!(
                "expected an object, found {}",
                name(&other)
            ))),
        }
    }

    /// Reads bytes that must already be canonical.
    pub fn parse(bytes: &[u8]) -> Result<Self, CanonicalError> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|e| CanonicalError::Syntax(e.to_string()))?;
        let Value::Object(object) = value else {
            return Err(CanonicalError::Shape(format!(
                "expected an object, found {}",
                name(&value)
            )));
        };
        let canonical = Self::new(object)?;
        let again = canonical.to_bytes();
        if again != bytes {
            let at = again.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            return Err(CanonicalError::Spelling(at));
        }
        Ok(canonical)
    }

    /// The typed body, refusing unknown shapes with the field named.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, CanonicalError> {
        T::deserialize(&*self.0).map_err(|e| CanonicalError::Shape(e.to_string()))
    }

    /// The canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        text(&self.0).into_bytes()
    }

    /// The members in byte order of their names.
    #[must_use]
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Gives the members away.
    #[must_use]
    pub fn into_members(self) -> Map<String, Value> {
        Arc::unwrap_or_clone(self.0)
    }
}

/// The canonical spelling of any allowed value.
pub fn value_bytes(value: &Value) -> Result<Vec<u8>, CanonicalError> {
    check("value", "value", value, 1)?;
    serde_json::to_vec(value).map_err(|e| CanonicalError::Shape(e.to_string()))
}

fn text(object: &Map<String, Value>) -> String {
    // serde_json without `preserve_order` keeps members in byte order and writes no white space.
    serde_json::to_string(object).unwrap_or_default()
}

fn name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn check(path: &str, key: &str, value: &Value, depth: usize) -> Result<(), CanonicalError> {
    if depth > MAX_DEPTH {
        return Err(CanonicalError::Depth);
    }
    if !key.is_ascii() {
        return Err(CanonicalError::Key(path.to_owned()));
    }
    match value {
        Value::Number(n) => match n.as_i64() {
            Some(i) if (-MAX_INTEGER..=MAX_INTEGER).contains(&i) => Ok(()),
            _ => Err(CanonicalError::Number(path.to_owned())),
        },
        Value::Array(items) => items.iter().enumerate().try_for_each(|(i, item)| {
            if is_plain(item) {
                return Ok(());
            }
            check(&format!("{path}[{i}]"), "", item, depth.saturating_add(1))
        }),
        Value::Object(members) => members.iter().try_for_each(|(k, v)| {
            if k.is_ascii() && is_plain(v) {
                return Ok(());
            }
            check(&format!("{path}.{k}"), k, v, depth.saturating_add(1))
        }),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}

const fn is_plain(value: &Value) -> bool {
    matches!(value, Value::Null | Value::Bool(_) | Value::String(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_text_is_accepted_as_it_stands() {
        let bytes = "{\"a\":1,\"b\":[true,null],\"c\":{\"d\":\"开标\\n\"}}".as_bytes();
        assert_eq!(Canonical::parse(bytes).unwrap().to_bytes(), bytes);
    }

    #[test]
    fn every_other_spelling_is_refused() {
        let spelling = [
            "{\"b\":1,\"a\":2}",
            "{\"a\": 1}",
            "{\"a\":1,\"a\":1}",
            "{\"a\":\"\\u0041\"}",
            "{\"a\":1}\n",
            "{\"a\":\"\\/\"}",
            "{\"a\":-0}",
        ];
        for text in spelling {
            let refused = Canonical::parse(text.as_bytes()).unwrap_err();
            assert!(
                matches!(refused, CanonicalError::Spelling(_) | CanonicalError::Number(_)),
                "{text}: {refused:?}"
            );
        }
        for text in ["{\"a\":1.0}", "{\"a\":1e3}", "{\"a\":9007199254740992}"] {
            assert_eq!(
                Canonical::parse(text.as_bytes()),
                Err(CanonicalError::Number("a".into())),
                "{text}"
            );
        }
        assert!(matches!(Canonical::parse(b"[1]"), Err(CanonicalError::Shape(_))));
        assert!(matches!(
            Canonical::parse(b"{\"a\":}"),
            Err(CanonicalError::Syntax(_))
        ));
        assert!(matches!(
            Canonical::parse("{\"价\":1}".as_bytes()),
            Err(CanonicalError::Key(_))
        ));
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(40), "]".repeat(40));
        assert_eq!(Canonical::parse(deep.as_bytes()), Err(CanonicalError::Depth));
    }
}
