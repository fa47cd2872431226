//! What a running tender still needs: the enrolments of those who take part in it.
//!
//! Invariant: no enrolment is erased without which a tender under way could not be opened, awarded or checked. The
//! letter of a bid is checked with its account's key, and a share with the custodian's.

use crate::doors::Doors;
use desk::{Failure, Outage};
use facts::body::account::AccountEnrolled;
use facts::body::platform::FactErased;
use facts::{AccountId, Act, Record, Refusal};

/// Streams read in one page.
const PAGE: u32 = 500;

/// Refuses an order to erase what a running tender still needs.
pub async fn check(doors: &Doors, act: &Act) -> Result<(), Failure> {
    let Ok(order) = act.body.read::<FactErased>() else {
        return Ok(());
    };
    let found = doors.log.records(order.seq, 1).await?;
    let Some(enrolled) = found.first().and_then(Record::of::<AccountEnrolled>) else {
        return Ok(());
    };
    if is_needed(doors, &enrolled.account).await? {
        return Err(needed(&enrolled.account).into());
    }
    Ok(())
}

/// Whether the account takes part in a tender that is not over.
async fn is_needed(doors: &Doors, account: &AccountId) -> Result<bool, Outage> {
    let mut after: Option<String> = None;
    loop {
        let streams = doors.log.streams("tender/", after.as_deref(), PAGE).await?;
        let Some(last) = streams.last() else {
            return Ok(false);
        };
        after = Some(last.to_string());
        for stream in streams {
            let state = doors.laws.tenders.state(&stream).await?;
            if !state.is_over() && takes_part(doors, &state, account).await? {
                return Ok(true);
            }
        }
    }
}

async fn takes_part(doors: &Doors, state: &procure::State, account: &AccountId) -> Result<bool, Outage> {
    let owns = state
        .registered
        .as_ref()
        .is_some_and(|body| body.buyer == *account || body.agent.as_ref() == Some(account));
    if owns || state.entrants.contains_key(account) {
        return Ok(true);
    }
    let cards = doors.cards_of(state).await?;
    let mut members = cards.values().flat_map(|card| &card.members);
    Ok(members.any(|member| member.account == *account))
}

/// Told to a registrar, who may not know who takes part in what: no tender is named, here or in a line of the journal.
fn needed(account: &AccountId) -> Refusal {
    Refusal::new(
        "fact.needed",
        format!(
            "The enrolment of {account} is needed by a tender under way; it may be erased when that is over."
        ),
        format!("账户 {account} 的注册内容尚为进行中的招标项目所需,待其结束后方可删除。"),
    )
}
