//! Typed identifiers: one alphabet, one length limit, so that an id is always safe in a path,
//! a stream name and a hash.

use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// The longest identifier, in characters.
pub const MAX_ID: usize = 64;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not an identifier: 1 to 64 characters from A-Z a-z 0-9 . _ -, starting with a letter or digit"
)]
pub struct IdError(pub String);

fn check(text: &str) -> Result<(), IdError> {
    let fine = (1..=MAX_ID).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    if fine {
        Ok(())
    } else {
        Err(IdError(text.chars().take(80).collect()))
    }
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier, refusing any character outside the alphabet.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                check(text).map(|()| Self(text.to_owned()))
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                Self::parse(&text).map_err(de::Error::custom)
            }
        }
    )*};
}

identifiers! {
    /// A person or organisation that may act (账户).
    AccountId
    /// One tender project (招标项目).
    TenderId
    /// One lot of a tender (标段).
    LotId
    /// One part of a bid, sealed on its own (投标文件的组成部分).
    PartId
    /// The stage at which parts are opened together, under one key (开启阶段).
    StageId
    /// One bidder's bid in one tender, under a name that says nothing of the bidder (投标).
    BidId
    /// One key ceremony (密钥仪式).
    CeremonyId
    /// One question of a bidder (询问).
    QuestionId
    /// The seat of an expert on a panel (评委席位).
    SeatId
    /// The random name under which a bid is evaluated (盲评编号).
    CodeId
    /// One item of the scoring sheet (评分项).
    ItemId
    /// One objection (异议).
    ObjectionId
    /// One question of a panel to a bidder (澄清).
    ClarificationId
    /// One pool of experts (专家库).
    PoolId
    /// One draw of a tender (抽取).
    DrawId
    /// One order of a supervisor (监督指令).
    OrderId
    /// One complaint to the supervision (投诉).
    ComplaintId
    /// One access to confidential facts in an emergency (应急查阅).
    AccessId
}
