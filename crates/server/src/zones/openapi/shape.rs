//! The shape of a type, learnt from its own `Deserialize`: the code that reads bodies is the source of their
//! description.
//!
//! Invariant: nothing is described that the type would not ask for. What cannot be learnt this way (an enum that is
//! told apart by a member) is described as an object without more.
//!
//! How: the type is asked to read itself from a deserializer that has nothing to give. It says which kind of value it
//! wants; then it is asked again, one level deeper.

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::fmt::Display;

/// Levels looked into; no body is deeper.
const DEPTH: usize = 12;

/// The JSON schema of a type.
pub(super) fn schema<T: DeserializeOwned>() -> Value {
    look(&|asked| drop(T::deserialize(asked)), &[])
}

/// What a type asked for.
#[derive(Debug, Clone)]
enum Wish {
    Any,
    Bool,
    Int { least: Option<i64>, most: Option<u64> },
    Text,
    One(&'static [&'static str]),
    List,
    Map,
    Option,
    Inner,
    Members(&'static [&'static str]),
}

/// A step deeper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Member(&'static str),
    Element,
    Value,
    Inner,
}

type Ask<'a> = &'a dyn Fn(Asked<'_>);

fn look(ask: Ask<'_>, path: &[Step]) -> Value {
    let wish = wish(ask, path);
    let deeper = |step| {
        let mut path = path.to_vec();
        path.push(step);
        if path.len() > DEPTH {
            json!({})
        } else {
            look(ask, &path)
        }
    };
    match wish {
        Wish::Any => json!({ "type": "object" }),
        Wish::Bool => json!({ "type": "boolean" }),
        Wish::Int { least, most } => {
            let mut int = json!({ "type": "integer" });
            if let Some(int) = int.as_object_mut() {
                int.extend(least.map(|least| ("minimum".to_owned(), least.into())));
                int.extend(most.map(|most| ("maximum".to_owned(), most.into())));
            }
            int
        }
        Wish::Text => text(ask, path),
        Wish::One(names) => json!({ "type": "string", "enum": names }),
        Wish::List => json!({ "type": "array", "items": deeper(Step::Element) }),
        Wish::Map => json!({ "type": "object", "additionalProperties": deeper(Step::Value) }),
        Wish::Option | Wish::Inner => deeper(Step::Inner),
        Wish::Members(names) => {
            let mut members = Map::new();
            let mut required = Vec::new();
            for name in names {
                let mut inner = path.to_vec();
                inner.push(Step::Member(name));
                // Maps are left out when they are empty, options when there is nothing.
                if !matches!(self::wish(ask, &inner), Wish::Option | Wish::Map) {
                    required.push(*name);
                }
                members.insert((*name).to_owned(), deeper(Step::Member(name)));
            }
            json!({ "type": "object", "properties": members, "required": required, "additionalProperties": false })
        }
    }
}

/// A text: any, or one of the forms that its reader names when it refuses another.
fn text(ask: Ask<'_>, path: &[Step]) -> Value {
    let seen = Seen {
        given: Some("?"),
        wish: RefCell::default(),
        said: RefCell::default(),
    };
    ask(Asked {
        seen: &seen,
        rest: path,
    });
    let said = seen.said.into_inner().unwrap_or_default();
    let digits = said
        .strip_prefix("expected ")
        .and_then(|rest| rest.split_once(" hexadecimal digits"));
    match digits {
        Some((digits, _)) => json!({ "type": "string", "pattern": format!("^[0-9a-f]{{{digits}}}$") }),
        None if said.contains("is not an identifier: 1 to 64 characters") => {
            json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$" })
        }
        None if said.contains("digits 0-9 and a-f") => {
            json!({ "type": "string", "pattern": "^([0-9a-f]{2})*$" })
        }
        None if said.is_empty() => json!({ "type": "string" }),
        None => {
            json!({ "type": "string", "description": format!("A name of its own form; of another is said: {said}") })
        }
    }
}

fn wish(ask: Ask<'_>, path: &[Step]) -> Wish {
    let seen = Seen {
        given: None,
        wish: RefCell::default(),
        said: RefCell::default(),
    };
    ask(Asked {
        seen: &seen,
        rest: path,
    });
    seen.wish.into_inner().unwrap_or(Wish::Any)
}

struct Seen {
    /// The text to give at the end of the path, instead of only noting what is asked for.
    given: Option<&'static str>,
    wish: RefCell<Option<Wish>>,
    /// What was said of the text; nothing if it was taken.
    said: RefCell<Option<String>>,
}

/// The deserializer that has nothing to give.
#[derive(Clone, Copy)]
struct Asked<'a> {
    seen: &'a Seen,
    rest: &'a [Step],
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Nothing(String);

impl de::Error for Nothing {
    fn custom<T: Display>(said: T) -> Self {
        Self(said.to_string())
    }
}

impl Asked<'_> {
    fn note<T>(self, wish: Wish) -> Result<T, Nothing> {
        if self.rest.is_empty() {
            *self.seen.wish.borrow_mut() = Some(wish);
        }
        Err(Nothing("noted".to_owned()))
    }

    fn step(self) -> Option<(Step, Self)> {
        let (step, rest) = self.rest.split_first()?;
        Some((*step, Self { rest, ..self }))
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Nothing> {
        match self.seen.given.filter(|_| self.rest.is_empty()) {
            Some(given) => visitor.visit_str(given),
            None => self.note(Wish::Text),
        }
    }
}

macro_rules! numbers {
    ($($method:ident: $least:expr, $most:expr;)*) => { $(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Nothing> {
            self.note(Wish::Int { least: $least, most: $most })
        }
    )* };
}

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = Nothing;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Nothing> {
        self.note(Wish::Any)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Nothing> {
        self.note(Wish::Bool)
    }

    numbers! {
        deserialize_i8: Some(i8::MIN.into()), Some(127);
        deserialize_i16: Some(i16::MIN.into()), Some(32_767);
        deserialize_i32: Some(i32::MIN.into()), Some(2_147_483_647);
        deserialize_i64: None, None;
        deserialize_u8: Some(0), Some(u8::MAX.into());
        deserialize_u16: Some(0), Some(u16::MAX.into());
        deserialize_u32: Some(0), Some(u32::MAX.into());
        deserialize_u64: Some(0), None;
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Nothing> {
        self.text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Nothing> {
        self.text(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Nothing> {
        match self.step() {
            Some((Step::Inner, inner)) => visitor.visit_some(inner),
            _ => self.note(Wish::Option),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Nothing> {
        match self.step() {
            Some((Step::Inner, inner)) => visitor.visit_newtype_struct(inner),
            _ => self.note(Wish::Inner),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Nothing> {
        match self.step() {
            Some((Step::Element, inner)) => visitor.visit_seq(Only {
                key: None,
                inner: Some(inner),
            }),
            _ => self.note(Wish::List),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Nothing> {
        match self.step() {
            Some((Step::Value, inner)) => visitor.visit_map(Only {
                key: Some("a"),
                inner: Some(inner),
            }),
            _ => self.note(Wish::Map),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Nothing> {
        match self.step() {
            Some((Step::Member(key), inner)) => visitor.visit_map(Only {
                key: Some(key),
                inner: Some(inner),
            }),
            _ => self.note(Wish::Members(fields)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Nothing> {
        self.note(Wish::One(variants))
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

/// A list or map with one element, which has nothing to give.
struct Only<'a> {
    key: Option<&'static str>,
    inner: Option<Asked<'a>>,
}

impl Only<'_> {
    /// Has the element read, and keeps what the innermost reader says of the text that it was given.
    fn read<'de, T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Nothing> {
        let Some(inner) = self.inner.take() else {
            return Ok(None);
        };
        let read = seed.deserialize(inner);
        if inner.seen.given.is_some() {
            let said = read.as_ref().err().map(ToString::to_string).unwrap_or_default();
            inner.seen.said.borrow_mut().get_or_insert(said);
        }
        read.map(Some)
    }
}

impl<'de> SeqAccess<'de> for Only<'_> {
    type Error = Nothing;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Nothing> {
        self.read(seed)
    }
}

impl<'de> MapAccess<'de> for Only<'_> {
    type Error = Nothing;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Nothing> {
        let Some(key) = self.key.take() else {
            return Ok(None);
        };
        let key: StrDeserializer<'_, Nothing> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Nothing> {
        self.read(seed)?
            .ok_or_else(|| Nothing("there is one element only".to_owned()))
    }
}

#[cfg(test)]
mod tests;
