//! What a method asks of a bid beside its price, and the numbers of a trial as they are typed.
//!
//! Invariant: every column is one that the method's arithmetic reads; a number is read exactly or not at all.

use super::form::Typed;
use facts::body::tender::Method;
use facts::id::ItemId;

/// What a column takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Points up to a maximum, in hundredths.
    Points(i64),
    /// Passed or failed.
    Verdict,
    /// A whole number that the letter declares.
    Number,
}

/// One column beside the price.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) id: ItemId,
    pub(super) title: String,
    pub(super) takes: Takes,
}

impl Column {
    /// The name of its field in a row.
    pub(super) fn field(&self, row: usize) -> String {
        format!("value-{row}-{}", self.id)
    }

    /// The greatest value, as it is typed.
    pub(super) fn most(&self) -> String {
        match self.takes {
            Takes::Points(max) => decimal(max),
            Takes::Verdict | Takes::Number => String::new(),
        }
    }

    /// What an empty field stands for: no points, nothing declared, but passed.
    pub(super) const fn blank(&self) -> i64 {
        if self.is_verdict() { 1 } else { 0 }
    }

    pub(super) const fn is_verdict(&self) -> bool {
        matches!(self.takes, Takes::Verdict)
    }

    pub(super) const fn is_number(&self) -> bool {
        matches!(self.takes, Takes::Number)
    }
}

/// A coefficient that the method leaves to a draw, and the value tried.
pub(super) struct Coefficient {
    pub(super) id: ItemId,
    pub(super) range: String,
    pub(super) text: String,
    /// `None` if it cannot be read.
    pub(super) value: Option<i64>,
}

impl Column {
    pub(super) fn read(&self, text: &str) -> Option<i64> {
        match self.takes {
            Takes::Points(max) => hundredths(text).filter(|points| (0..=max).contains(points)),
            Takes::Verdict => text.parse().ok().filter(|value| (0..=1).contains(value)),
            Takes::Number => text.parse().ok().filter(|value| *value >= 0),
        }
    }
}

/// What a method asks of a bid beside its price: what the panel judges, then what the letter declares.
pub(super) fn columns(method: &Method) -> Vec<Column> {
    let column = |id: &ItemId, title: &str, takes: Takes| Column {
        id: id.clone(),
        title: title.to_owned(),
        takes,
    };
    match method {
        Method::LowestEvaluated {
            must_pass,
            adjustments,
            ..
        } => {
            let judged = must_pass.iter().map(|item| column(item, "", Takes::Verdict));
            let declared = adjustments
                .iter()
                .map(|one| column(&one.item, &one.unit, Takes::Number));
            judged.chain(declared).collect()
        }
        Method::Composite { items, .. } => {
            let scored = items.iter();
            scored
                .map(|one| column(&one.item, &one.title, Takes::Points(one.max)))
                .collect()
        }
        Method::Declared(declared) => {
            let (judged, objective): (Vec<_>, Vec<_>) =
                declared.items.iter().partition(|one| one.steps.is_empty());
            let judged = judged
                .into_iter()
                .map(|one| column(&one.item, &one.title, Takes::Points(one.max)));
            let objective = objective
                .into_iter()
                .map(|one| column(&one.item, &one.title, Takes::Number));
            let adjusted = declared
                .adjustments
                .iter()
                .map(|one| column(&one.item, &one.unit, Takes::Number));
            let claimed = declared
                .deductions
                .iter()
                .map(|one| column(&one.item, &one.basis, Takes::Number));
            judged.chain(objective).chain(adjusted).chain(claimed).collect()
        }
    }
}

/// The coefficients that a method leaves to a draw, with what was typed for each, or else the least.
pub(super) fn coefficients(method: &Method, typed: &Typed) -> Vec<Coefficient> {
    let Some(declared) = method.declared() else {
        return Vec::new();
    };
    let one = |drawn: &facts::body::tender::Coefficient| {
        let text = typed.field(&format!("drawn-{}", drawn.name));
        let text = if text.is_empty() {
            decimal(drawn.from)
        } else {
            text
        };
        Coefficient {
            id: drawn.name.clone(),
            range: format!(
                "{} – {} / {}",
                decimal(drawn.from),
                decimal(drawn.to),
                decimal(drawn.step)
            ),
            value: hundredths(&text),
            text,
        }
    };
    declared.drawn.iter().map(one).collect()
}

/// Hundredths of a number with at most two decimals: `12.5` is 1250; separators of thousands are read over.
pub(super) fn hundredths(text: &str) -> Option<i64> {
    let plain: String = text.chars().filter(|c| *c != ',' && *c != '\u{ff0c}').collect();
    let (sign, plain) = match plain.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, plain.as_str()),
    };
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 13 || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    whole.checked_mul(100)?.checked_add(part)?.checked_mul(sign)
}

/// Hundredths as a number, without needless decimals.
fn decimal(value: i64) -> String {
    let (whole, part) = (value / 100, value.unsigned_abs() % 100);
    let sign = if value < 0 && whole == 0 { "-" } else { "" };
    match part {
        0 => format!("{sign}{whole}"),
        part if part.is_multiple_of(10) => format!("{sign}{whole}.{}", part / 10),
        part => format!("{sign}{whole}.{part:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were_typed() {
        for text in ["0", "12", "12.5", "0.05", "-0.5", "-3", "9650000"] {
            assert_eq!(decimal(hundredths(text).unwrap()), text);
        }
        assert_eq!(hundredths("1,234.50"), Some(123_450));
        for wrong in ["", "-", "1.234", ".5", "1e3", "12 3", "99999999999999"] {
            assert_eq!(hundredths(wrong), None, "{wrong}");
        }
    }
}
