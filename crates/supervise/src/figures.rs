//! Statistics (统计分析): procedures, openings, bids, failures, savings, cards and orders, by whom, by trade, by month.
//!
//! Invariant: every figure is a count or a sum over facts of the public log, cards included: what the rules find and
//! nobody has written down yet is not counted. Each is counted once in every division, so that the rows of a division
//! add up to its total. Bids are counted from opening records alone.

mod events;
pub mod month;

pub use events::{Event, Happened, events};
pub use month::{Listed, Month, MonthReport, Ruled, Stood};

use facts::body::card::{Colour, How};
use facts::{Currency, Instant};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What figures are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// 招标人.
    Buyer,
    /// 招标代理机构.
    Agent,
    /// The trade class of the notice.
    Trade,
    /// The month, in China.
    Month,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Buyer, Self::Agent, Self::Trade, Self::Month];

    /// The word in addresses and in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Agent => "agent",
            Self::Trade => "trade",
            Self::Month => "month",
        }
    }

    /// Finds it by its word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.word() == word)
    }

    /// Where an event belongs; empty where it is not said: no agent, no notice yet.
    fn key(self, event: &Event) -> String {
        match self {
            Self::Buyer => event.buyer.clone(),
            Self::Agent => event.agent.clone(),
            Self::Trade => event.trade.clone(),
            Self::Month => Month::of(event.at).to_string(),
        }
    }
}

/// Sums of one currency, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Saved {
    /// Ceilings of the lots that were awarded and had one (最高投标限价).
    pub ceiling: i64,
    /// Prices of the awards of these lots.
    pub price: i64,
}

impl Saved {
    /// Ceilings less prices.
    #[must_use]
    pub const fn difference(&self) -> i64 {
        self.ceiling.saturating_sub(self.price)
    }

    /// The same in hundredths of a per cent of the ceilings, cut off; `None` without a ceiling.
    #[must_use]
    pub fn share_bp(&self) -> Option<i64> {
        let wide = i128::from(self.difference()).checked_mul(10_000)?;
        i64::try_from(wide.checked_div(i128::from(self.ceiling))?).ok()
    }
}

/// The figures of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Figures {
    /// Lots awarded.
    pub awards: u64,
    /// Bids on the opening records counted in `openings`.
    pub bids: u64,
    /// Complaints decided or refused.
    pub complaints: u64,
    /// Cards that ended because what was due was done, or what was wrong was mended.
    pub cured: u64,
    /// Tenders that failed (流标).
    pub failed: u64,
    /// Cards that ended with their procedure.
    pub lapsed: u64,
    /// Tenders whose first opening record was made.
    pub openings: u64,
    /// Orders of supervision.
    pub orders: u64,
    /// Tenders registered.
    pub procedures: u64,
    /// Red cards issued.
    pub red: u64,
    /// Cards that ended because a later fact replaced what they rested on.
    pub replaced: u64,
    /// Awards against ceilings, by currency.
    #[schema(value_type = BTreeMap<String, Saved>)]
    pub saved: BTreeMap<Currency, Saved>,
    /// Warnings after a yellow card (预警): 24 hours before the limit, and on its day.
    pub warned: u64,
    /// Yellow cards issued; a red one that follows is counted as red besides.
    pub yellow: u64,
}

impl Figures {
    fn take(&mut self, event: &Event) {
        let count = match &event.what {
            Happened::Registered => &mut self.procedures,
            Happened::Opened { bids } => {
                self.bids = self.bids.saturating_add(*bids);
                &mut self.openings
            }
            Happened::Failed => &mut self.failed,
            Happened::Awarded { ceiling, price } => {
                if let Some(ceiling) = ceiling.filter(|ceiling| ceiling.currency == price.currency) {
                    let saved = self.saved.entry(price.currency).or_default();
                    saved.ceiling = saved.ceiling.saturating_add(ceiling.minor);
                    saved.price = saved.price.saturating_add(price.minor);
                }
                &mut self.awards
            }
            Happened::Carded(Colour::Red) => &mut self.red,
            Happened::Carded(Colour::Yellow) => &mut self.yellow,
            Happened::Warned => &mut self.warned,
            Happened::Uncarded(How::Cured) => &mut self.cured,
            Happened::Uncarded(How::Lapsed) => &mut self.lapsed,
            Happened::Uncarded(How::Replaced) => &mut self.replaced,
            Happened::Ordered => &mut self.orders,
            Happened::Complained => &mut self.complaints,
        };
        *count = count.saturating_add(1);
    }

    /// Bids of an opened tender on average, in hundredths, cut off; `None` without an opening.
    #[must_use]
    pub fn bids_each_e2(&self) -> Option<u64> {
        self.bids.saturating_mul(100).checked_div(self.openings)
    }
}

/// One row: a group and its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Row {
    /// The figures.
    pub figures: Figures,
    /// An account, a trade or a month; empty where it is not said.
    pub key: String,
}

/// Figures of a time, divided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Statistics {
    /// What they are divided by.
    pub by: By,
    /// The groups, ascending.
    pub rows: Vec<Row>,
    /// All of them together.
    pub total: Figures,
}

impl Statistics {
    /// The events from an instant on and before another, divided.
    #[must_use]
    pub fn of(events: &[Event], by: By, from: Instant, until: Instant) -> Self {
        let mut total = Figures::default();
        let mut rows: BTreeMap<String, Figures> = BTreeMap::new();
        for event in events.iter().filter(|event| from <= event.at && event.at < until) {
            total.take(event);
            rows.entry(by.key(event)).or_default().take(event);
        }
        let row = |(key, figures)| Row { figures, key };
        Self {
            by,
            rows: rows.into_iter().map(row).collect(),
            total,
        }
    }
}
