//! From where bids are handed in (投标递交的网络地址): the address is kept beside the log until the opening.
//!
//! Invariant: nothing here is ever shown, logged or written down in the log; and whether an address can be kept or not,
//! the hand-in stands.

use crate::doors::Doors;
use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::request::Parts;
use desk::{Admitted, Landed};
use facts::body::bid::BidSubmitted;
use facts::{Kind, Stream, TenderId};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// How long a hand-in waits for its address to be kept.
const PATIENCE: Duration = Duration::from_secs(2);

/// The network that a request comes from; `None` where it says nothing of who is behind it.
pub(crate) struct Origin(Option<IpAddr>);

impl<S> FromRequestParts<S> for Origin
where
    Doors: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let doors = Doors::from_ref(state);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(peer.and_then(|ConnectInfo(peer)| {
            doors.rates.origin(*peer, &parts.headers)
        })))
    }
}

/// Keeps the address of a hand-in that landed; of one that is sent again too, in case the first was cut off between.
pub(crate) async fn keep(doors: &Doors, admitted: &Admitted, landed: &[Landed], Origin(address): Origin) {
    let (Kind::BidSubmitted, Stream::Tender(tender)) = (admitted.act.kind, &admitted.act.stream) else {
        return;
    };
    let (Some(address), Ok(body)) = (address, admitted.act.body.read::<BidSubmitted>()) else {
        return;
    };
    let Some(seq) = landed.iter().find(|one| one.record.kind == Kind::BidSubmitted) else {
        return;
    };
    let kept = keep_one(doors, tender, &body, seq.seq, address);
    match tokio::time::timeout(PATIENCE, kept).await {
        Ok(Ok(())) => {}
        // Of the tender nothing is said: a line at the time of a hand-in would tell that there was one.
        Ok(Err(outage)) => tracing::warn!(%outage, "an address could not be kept"),
        Err(_) => tracing::warn!("an address was not kept in time"),
    }
}

async fn keep_one(
    doors: &Doors,
    tender: &TenderId,
    body: &BidSubmitted,
    seq: u64,
    address: IpAddr,
) -> Result<(), desk::Outage> {
    let state = doors.laws.tenders.state(&Stream::Tender(tender.clone())).await?;
    // Final quotes come after the opening of the bids, which are compared then and not again.
    if state.closed.is_some() {
        return Ok(());
    }
    doors.origins.keep(tender, &body.bid, seq, address).await
}
