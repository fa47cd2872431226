//! Score sheets: what a seat must fill in, and what the sheets of a panel amount to.
//!
//! Invariant: a sheet that passes [`sheet_fault`] has exactly one value in range for every code
//! and every item.

use super::Sheets;
use super::exact::{Ratio, bounded};
use facts::Refusal;
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

/// The first thing wrong with a sheet, named; `None` if it is complete and in range.
#[must_use]
pub fn sheet_fault(method: &Method, codes: &[&CodeId], sheet: &Sheet) -> Option<Refusal> {
    let items = items(method);
    for (code, values) in sheet {
        if !codes.contains(&code) {
            return Some(unknown_code(code));
        }
        if let Some(item) = values.keys().find(|item| !items.contains_key(item)) {
            return Some(unknown_item(code, item));
        }
    }
    for code in codes {
        for (item, max) in &items {
            match sheet.get(*code).and_then(|values| values.get(*item)) {
                None => return Some(missing(code, item)),
                Some(value) if !(0..=*max).contains(value) => return Some(range(code, item, *value, *max)),
                Some(_) => {}
            }
        }
        // A sheet without items still names every code, so that one judgement has one byte string.
        if items.is_empty() && !sheet.contains_key(*code) {
            return Some(unnamed(code));
        }
    }
    None
}

fn unknown_code(code: &CodeId) -> Refusal {
    Refusal::new(
        "score.code_invalid",
        format!("The sheet names the code {code}, which is not in this evaluation; leave it out."),
        format!("评分表中的编号{code}不属于本次评标,请删除。"),
    )
}

fn unknown_item(code: &CodeId, item: &ItemId) -> Refusal {
    Refusal::new(
        "score.item_invalid",
        format!("Under the code {code} the sheet names the item {item}, which the notice does not know."),
        format!("编号{code}下的评分项{item}不在招标公告的评标办法中。"),
    )
}

fn unnamed(code: &CodeId) -> Refusal {
    Refusal::new(
        "score.missing_invalid",
        format!("The sheet does not name the code {code}; every code must be there."),
        format!("评分表缺少编号{code},每个编号均须列出。"),
    )
}

fn missing(code: &CodeId, item: &ItemId) -> Refusal {
    Refusal::new(
        "score.missing_invalid",
        format!("Item {item} of code {code} has no value; every item of every code must be judged."),
        format!("编号{code}的评分项{item}没有评分,每个编号的每一项均须评定。"),
    )
}

fn range(code: &CodeId, item: &ItemId, value: i64, max: i64) -> Refusal {
    Refusal::new(
        "score.range_invalid",
        format!("Item {item} of code {code} is {value}; it must be from 0 to {max}."),
        format!("编号{code}的评分项{item}为{value},应在0至{max}之间。"),
    )
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
