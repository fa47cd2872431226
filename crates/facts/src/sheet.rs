//! Score sheets (评分表): what a seat must fill in, for the law that takes a sheet and for the expert's machine that
//! commits to it before anybody may look.
//!
//! Invariant: a sheet that passes [`sheet_fault`] has exactly one value in range for every code and every item.

use crate::Refusal;
use crate::body::evaluation::Sheet;
use crate::body::tender::Method;
use crate::id::{CodeId, ItemId};

/// The first thing wrong with a sheet, named; `None` if it is complete and in range.
#[must_use]
pub fn sheet_fault(method: &Method, codes: &[&CodeId], sheet: &Sheet) -> Option<Refusal> {
    let items = method.sheet_items();
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
