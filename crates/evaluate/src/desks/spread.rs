//! How far the members' scores are apart (打分偏离), and which were changed, as the panel sees it after the reveal.
//!
//! Invariant: nothing here exists before the last sheet is revealed; a changed score shows its old and its new value.

use crate::deviation::{self, Apart};
use crate::law::State;
use crate::method::Ratio;
use facts::Instant;
use facts::body::evaluation::ChangeGround;
use facts::id::{CodeId, ItemId, SeatId};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A value farther from the median than this share of the item's maximum is told (V06 of the supervision rules), in
/// basis points.
pub const FAR_BP: i64 = 3_000;

/// Deviations and changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScoresView {
    /// The changes, in order.
    pub changes: Vec<ChangeView>,
    /// Whether this seat may still change a score: after the result, before the report is closed.
    pub changeable: bool,
    /// Every item of every bid, ascending by code and item.
    pub items: Vec<SpreadView>,
    /// Every seat over all items, ascending.
    pub seats: Vec<SeatSpreadView>,
}

/// The scores of one item of one bid; figures in hundredths of a point, means in ten-thousandths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SpreadView {
    /// The bid.
    #[schema(value_type = String)]
    pub code: CodeId,
    /// The item.
    #[schema(value_type = String)]
    pub item: ItemId,
    /// Highest value: 1 where an item is passed or failed.
    pub max: i64,
    /// The mean.
    pub mean_e4: i64,
    /// The median.
    pub median_e4: i64,
    /// One for every seat, ascending.
    pub seats: Vec<ApartView>,
    /// What is judged, in words.
    pub title: Option<String>,
}

/// One seat's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ApartView {
    /// Whether it is farther from the median than a declared share of the maximum.
    pub far: bool,
    /// Value minus mean.
    pub from_mean_e4: i64,
    /// The seat.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// The value in force.
    pub value: i64,
    /// Standard deviations from the mean, in hundredths, cut off; absent where all values are equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub z_e2: Option<i64>,
}

/// One seat over all items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeatSpreadView {
    /// How many of its values are far from the median.
    pub far: u32,
    /// Sum of its distances from the means.
    pub from_mean_e4: i64,
    /// How many values it gave.
    pub of: usize,
    /// The seat.
    #[schema(value_type = String)]
    pub seat: SeatId,
}

/// One changed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChangeView {
    /// When, milliseconds since 1970 UTC.
    #[schema(value_type = i64)]
    pub at: Instant,
    /// The bid.
    #[schema(value_type = String)]
    pub code: CodeId,
    /// The value before.
    pub from: i64,
    /// The ground of 87号令64, as the record names it.
    #[schema(value_type = String)]
    pub ground: ChangeGround,
    /// The item.
    #[schema(value_type = String)]
    pub item: ItemId,
    /// Highest value: 1 where an item is passed or failed.
    pub max: i64,
    /// The reason in words.
    pub reason: String,
    /// The seat.
    #[schema(value_type = String)]
    pub seat: SeatId,
    /// Position in the log.
    pub seq: u64,
    /// The value since.
    pub to: i64,
}

impl ScoresView {
    /// `None` until every sheet is revealed, and where the figures are beyond the range of the arithmetic.
    pub(super) fn of(seat: &SeatId, state: &State) -> Option<Self> {
        let mut told = Self::for_oversight(state)?;
        told.changeable = state.concluded.is_some()
            && state
                .report
                .as_ref()
                .is_none_or(|report| report.completed.is_none())
            && state.seats.contains_key(seat);
        Some(told)
    }

    /// The same for somebody without a seat, who changes nothing.
    #[must_use]
    pub fn for_oversight(state: &State) -> Option<Self> {
        let opened = state.opened.as_ref()?;
        let revealed = state.seats.values().all(|seat| seat.sheet.is_some());
        if state.seats.is_empty() || !revealed {
            return None;
        }
        let maxima = opened.method.sheet_items();
        let titles: BTreeMap<ItemId, Option<String>> = (super::views::items(&opened.method).into_iter())
            .map(|view| (view.item, view.title))
            .collect();
        let spreads = deviation::spreads(&state.sheets())?;
        let seats = deviation::seats(&spreads, &maxima, FAR_BP)?;
        let items: Option<Vec<SpreadView>> = spreads
            .iter()
            .map(|spread| {
                let max = maxima.get(&spread.item).copied().unwrap_or(0);
                let apart = (spread.seats.iter()).map(|(seat, apart)| apart_view(seat, apart, max));
                Some(SpreadView {
                    code: spread.code.clone(),
                    item: spread.item.clone(),
                    max,
                    mean_e4: e4(spread.mean)?,
                    median_e4: spread.median_doubled.checked_mul(50)?,
                    seats: apart.collect::<Option<_>>()?,
                    title: titles.get(&spread.item).cloned().flatten(),
                })
            })
            .collect();
        let changes = state.steps.changes.iter().flat_map(|changed| {
            changed.body.changes.iter().map(|change| ChangeView {
                at: changed.at,
                code: change.code.clone(),
                from: change.from,
                ground: changed.body.ground,
                item: change.item.clone(),
                max: maxima.get(&change.item).copied().unwrap_or(0),
                reason: changed.body.reason.clone(),
                seat: changed.body.seat.clone(),
                seq: changed.seq,
                to: change.to,
            })
        });
        Some(Self {
            changes: changes.collect(),
            changeable: false,
            items: items?,
            seats: seats
                .into_iter()
                .map(|seat| {
                    Some(SeatSpreadView {
                        far: seat.far,
                        from_mean_e4: e4(seat.from_mean)?,
                        of: spreads.len(),
                        seat: seat.seat,
                    })
                })
                .collect::<Option<_>>()?,
        })
    }
}

fn apart_view(seat: &SeatId, apart: &Apart, max: i64) -> Option<ApartView> {
    let sign = apart.from_mean.num.signum();
    let z_e2 = match apart.z_squared {
        None => None,
        Some(squared) => {
            let root = squared.times(10_000)?.floor()?.isqrt();
            Some(i64::try_from(root.checked_mul(sign)?).ok()?)
        }
    };
    Some(ApartView {
        far: deviation::is_far(apart, max, FAR_BP)?,
        from_mean_e4: e4(apart.from_mean)?,
        seat: seat.clone(),
        value: apart.value,
        z_e2,
    })
}

/// Hundredths of a point as ten-thousandths, half up.
fn e4(hundredths: Ratio) -> Option<i64> {
    i64::try_from(hundredths.times(100)?.half_up()?).ok()
}
