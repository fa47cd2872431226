//! The port through which a seat reads the bids (盲评文件).
//!
//! Invariant: what comes through it stands under a code and is meant for the panel: never a letter,
//! never a price, never a name that the platform knows.

use crate::blind::Place;
use async_trait::async_trait;
use bytes::Bytes;
use desk::Outage;
use facts::TenderId;
use facts::id::{CodeId, PartId};
use futures_util::stream::BoxStream;
use std::collections::BTreeSet;

/// One file of a bid that the panel reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierFile {
    /// Length in bytes.
    pub bytes: u64,
    /// The part of the bid; of role `panel` in the notice.
    pub part: PartId,
}

/// The bytes of a file, read as they are sent.
pub type Content = BoxStream<'static, Result<Bytes, std::io::Error>>;

/// What a seat may read.
#[async_trait]
pub trait Dossiers: Send + Sync {
    /// The files under a code that the panel may read, ascending by part; none if the code is unknown.
    async fn files(&self, tender: &TenderId, code: &CodeId) -> Result<Vec<DossierFile>, Outage>;

    /// The bytes of one of those files.
    async fn content(
        &self,
        tender: &TenderId,
        code: &CodeId,
        part: &PartId,
    ) -> Result<Option<Content>, Outage>;

    /// Where one of those files names its bidder (暗标); places, never the name. `None` if there is no such file.
    async fn named(
        &self,
        tender: &TenderId,
        code: &CodeId,
        part: &PartId,
    ) -> Result<Option<BTreeSet<Place>>, Outage>;
}
