//! The members of a compiled release that red flags read; everything else is skipped while parsing.
//!
//! Invariant: borrowed from the text wherever possible, because a hundred thousand releases are read in one go; a member
//! of another type than the standard's makes the release malformed or says nothing, and is not guessed at.

use super::Amount;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A release that is none.
#[derive(Debug)]
pub struct Malformed(serde_json::Error);

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a compiled release: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

type List<T> = Option<Vec<T>>;

/// A string that stays where it stands in the text unless it has escapes.
#[derive(Debug, Default)]
pub(super) struct Text<'a>(Option<Cow<'a, str>>);

impl Text<'_> {
    pub(super) fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_option(Words).map(Self)
    }
}

struct Words;

impl<'de> Visitor<'de> for Words {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string or null")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(text.to_owned())))
    }
}

/// A compiled release.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Compiled<'a> {
    #[serde(borrow)]
    pub(super) ocid: Text<'a>,
    #[serde(borrow)]
    pub(super) buyer: Option<Organization<'a>>,
    #[serde(borrow)]
    pub(super) tender: Option<Tender<'a>>,
    #[serde(borrow)]
    pub(super) bids: Option<Bids<'a>>,
    #[serde(borrow)]
    pub(super) awards: List<Award<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Organization<'a> {
    #[serde(borrow)]
    pub(super) id: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Tender<'a> {
    #[serde(borrow)]
    pub(super) procurement_method: Text<'a>,
    #[serde(borrow)]
    pub(super) procuring_entity: Option<Organization<'a>>,
    #[serde(borrow, rename = "tenderPeriod")]
    pub(super) period: Option<Period<'a>>,
    pub(super) number_of_tenderers: Option<u64>,
    #[serde(borrow)]
    pub(super) award_criteria: Text<'a>,
    #[serde(borrow)]
    pub(super) items: List<Item<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Period<'a> {
    #[serde(borrow)]
    pub(super) start_date: Text<'a>,
    #[serde(borrow)]
    pub(super) end_date: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Item<'a> {
    #[serde(borrow)]
    pub(super) classification: Option<Organization<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Bids<'a> {
    #[serde(borrow)]
    pub(super) details: List<Bid<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Bid<'a> {
    #[serde(borrow)]
    pub(super) status: Text<'a>,
    #[serde(borrow)]
    pub(super) date: Text<'a>,
    #[serde(borrow)]
    pub(super) tenderers: List<Organization<'a>>,
    #[serde(borrow)]
    pub(super) value: Option<Value<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Value<'a> {
    #[serde(borrow)]
    pub(super) amount: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) currency: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Award<'a> {
    #[serde(borrow)]
    pub(super) status: Text<'a>,
    #[serde(borrow)]
    pub(super) suppliers: List<Organization<'a>>,
    #[serde(borrow)]
    pub(super) items: List<Item<'a>>,
}

impl<'a> Compiled<'a> {
    /// Reads one release from its JSON text.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        // A list would be taken for the members in their order.
        if text.trim_start().starts_with('[') {
            return Err(Malformed(Error::custom("a list instead of an object")));
        }
        serde_json::from_str(text).map_err(Malformed)
    }

    /// The identifier of the contracting process.
    #[must_use]
    pub fn ocid(&self) -> Option<&str> {
        self.ocid.as_deref()
    }

    /// Bids that were submitted: pending, valid or disqualified.
    pub(super) fn submitted(&self) -> impl Iterator<Item = &Bid<'a>> {
        let details = self.bids.iter().flat_map(|bids| bids.details.iter().flatten());
        details.filter(|bid| matches!(bid.status.as_deref(), Some("pending" | "valid" | "disqualified")))
    }

    pub(super) fn active(&self) -> impl Iterator<Item = &Award<'a>> {
        let awards = self.awards.iter().flatten();
        awards.filter(|award| award.status.as_deref() == Some("active"))
    }

    /// Whether every award is active, cancelled or unsuccessful.
    pub(super) fn is_final(&self) -> bool {
        let mut awards = self.awards.iter().flatten();
        awards.all(|award| {
            matches!(
                award.status.as_deref(),
                Some("active" | "cancelled" | "unsuccessful")
            )
        })
    }

    /// The one supplier of the one active award, where all awards are final.
    pub(super) fn winner(&self) -> Option<&str> {
        let mut active = self.active();
        let (award, None) = (active.next()?, active.next()) else {
            return None;
        };
        match award.suppliers.as_deref() {
            Some([supplier]) if self.is_final() => supplier.id.as_deref(),
            _ => None,
        }
    }
}

impl Bid<'_> {
    pub(super) fn is(&self, status: &str) -> bool {
        self.status.as_deref() == Some(status)
    }

    pub(super) fn tenderers(&self) -> impl Iterator<Item = &str> {
        self.tenderers
            .iter()
            .flatten()
            .filter_map(|tenderer| tenderer.id.as_deref())
    }

    /// The one tenderer of the bid.
    pub(super) fn tenderer(&self) -> Option<&str> {
        match self.tenderers.as_deref() {
            Some([tenderer]) => tenderer.id.as_deref(),
            _ => None,
        }
    }

    /// Amount and currency.
    pub(super) fn price(&self) -> Option<(Amount, &str)> {
        let value = self.value.as_ref()?;
        Some((Amount::parse(value.amount?.get())?, value.currency.as_deref()?))
    }
}
