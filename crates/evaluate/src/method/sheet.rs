//! Score sheets: what a seat must fill in, and what the sheets of a panel amount to.
//!
//! Invariant: a sheet that passes [`facts::sheet::sheet_fault`] has exactly one value in range for every code
//! and every item.

use super::Sheets;
use super::exact::{Ratio, bounded};
use facts::body::evaluation::Sheet;
use facts::body::tender::{Method, ScoreItem};
use facts::id::{CodeId, ItemId};
use std::collections::BTreeMap;

/// Members of the panel that the method asks for.
#[must_use]
pub const fn panel(method: &Method) -> u32 {
    method.panel()
}

/// The items of a sheet with the highest value of each: hundredths of a point, or 1 for an item
/// that is passed or failed.
#[must_use]
pub fn items(method: &Method) -> BTreeMap<&ItemId, i64> {
    method.sheet_items()
}

/// Whether strictly more than half of the seats let the code pass the item.
pub(super) fn passes(sheets: &Sheets, code: &CodeId, item: &ItemId) -> bool {
    let value = |sheet: &Sheet| sheet.get(code).and_then(|values| values.get(item)).copied();
    let passed = sheets.values().filter(|sheet| value(sheet) == Some(1)).count();
    // Without a panel there is nobody to fail a bid; the law admits that only where no item must be passed.
    sheets.is_empty() || passed > sheets.len().saturating_sub(passed)
}

/// Mean over the seats of the sums of their values, in ten-thousandths of a point, half up.
pub(super) fn panel_e4(sheets: &Sheets, code: &CodeId, items: &[ScoreItem]) -> Option<i64> {
    if sheets.is_empty() {
        return Some(0);
    }
    let mut sum: i128 = 0;
    for sheet in sheets.values() {
        for scored in items {
            let value = sheet
                .get(code)
                .and_then(|values| values.get(&scored.item))
                .copied()
                .unwrap_or(0);
            sum = sum.checked_add(i128::from(value))?;
        }
    }
    let seats = i128::try_from(sheets.len()).ok()?;
    Ratio::new(sum.checked_mul(100)?, seats)?.half_up().map(bounded)
}
