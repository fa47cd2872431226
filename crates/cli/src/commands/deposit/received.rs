//! Deposits that arrived (投标保证金到账): a table of the bank's statement becomes the list that is signed.
//!
//! Invariant: names and numbers of accounts stay on this machine; what goes out is which rows have one payer.

use super::due;
use crate::commands::complaint::word;
use crate::commands::contract::money;
use crate::failure::{self, Failure};
use crate::session::Session;
use facts::body::contract::{DepositForm, DepositsReceived, PaidFrom, Received};
use facts::id::LotId;
use facts::{Instant, TenderId};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Bytes of the largest table: far more than any tender has bids.
const TABLE: u64 = 1 << 20;

/// A row of the table, as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The bid, or the account of the bidder.
    bid: String,
    /// The lot; empty if the bid was for one.
    #[serde(default)]
    lot: String,
    /// As in 98000.00.
    amount: String,
    /// In China time, as in 2026-03-02 14:05.
    received_at: String,
    /// A form.
    form: String,
    /// Name of the account that paid, or of the person.
    #[serde(default)]
    payer: String,
    /// Number of that account.
    #[serde(default)]
    account: String,
    /// Whether it is the bidder's basic account.
    #[serde(default)]
    own: String,
}

/// Who paid, as a bank statement has it; it never leaves this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payer {
    /// Name of the account.
    pub name: String,
    /// Its number; may be empty.
    pub account: String,
}

/// The list that the table says, of bids that the opening has shown.
pub fn list(session: &mut Session, tender: &TenderId, file: &Path) -> Result<DepositsReceived, Failure> {
    let bytes = std::fs::metadata(file).map_err(failure::file(file))?.len();
    if bytes > TABLE {
        return Err(Failure::Input(format!(
            "{} is too large for a table of deposits",
            file.display()
        )));
    }
    let text = std::fs::read(file).map_err(failure::file(file))?;
    let text = String::from_utf8(text).map_err(|_| {
        Failure::Input(format!(
            "{} is not UTF-8; save the table as CSV in UTF-8",
            file.display()
        ))
    })?;
    let rows = read(&text)?;
    let asked = due(session, tender)?;
    let mut named = Vec::new();
    for (place, row) in rows.into_iter().enumerate() {
        let line = place.saturating_add(2);
        let lot = (!row.lot.is_empty())
            .then(|| LotId::parse(&row.lot).ok())
            .flatten();
        let mut own = asked.iter().filter(|one| {
            (one.bid.as_str() == row.bid || one.account.as_str() == row.bid)
                && (row.lot.is_empty() || lot.as_ref() == Some(&one.lot))
        });
        let (Some(one), None) = (own.next(), own.next()) else {
            return Err(Failure::Input(format!(
                "line {line}: {} {} is not one bid and one lot of the opening with a deposit",
                row.bid, row.lot
            )));
        };
        let at_line = |why: Failure| Failure::Input(format!("line {line}: {why}"));
        let amount = money(&row.amount, one.amount.currency).map_err(at_line)?;
        let form = form(&row.form).map_err(at_line)?;
        let received = Received {
            amount,
            bid: one.bid.clone(),
            form,
            from: None,
            lot: one.lot.clone(),
            received_at: time(&row.received_at).map_err(at_line)?,
        };
        let paid = paid(&row, form).map_err(at_line)?;
        named.push((received, paid));
    }
    Ok(DepositsReceived {
        deposits: numbered(named),
        tender: tender.clone(),
    })
}

/// What was signed, in words: how many, and which of them came from one payer.
#[must_use]
pub fn said(body: &DepositsReceived) -> String {
    let mut payers: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for row in &body.deposits {
        if let Some(from) = row.from {
            payers.entry(from.payer).or_default().push(row.bid.as_str());
        }
    }
    let shared = payers.into_values().filter_map(|mut bids| {
        bids.dedup();
        (bids.len() > 1).then(|| format!("; one payer (条例40): {}", bids.join(", ")))
    });
    let shared: String = shared.collect();
    format!("{} deposits recorded as received{shared}", body.deposits.len())
}

/// The rows in the order of lots and bids, payers numbered by their first row: the order of the statement is not told.
#[must_use]
pub fn numbered(mut rows: Vec<(Received, Option<(Payer, bool)>)>) -> Vec<Received> {
    rows.sort_by(|(a, _), (b, _)| (&a.lot, &a.bid).cmp(&(&b.lot, &b.bid)));
    let payers: Vec<Payer> = rows
        .iter()
        .filter_map(|(_, paid)| Some(paid.as_ref()?.0.clone()))
        .collect();
    let mut numbers = labels(&payers).into_iter();
    let number = |(mut row, paid): (Received, Option<(Payer, bool)>)| {
        row.from = paid.and_then(|(_, own)| {
            Some(PaidFrom {
                own,
                payer: numbers.next()?,
            })
        });
        row
    };
    rows.into_iter().map(number).collect()
}

/// One number for one payer, from 1 in the order given: rows with the same name or the same account are one payer.
#[must_use]
pub fn labels(payers: &[Payer]) -> Vec<u32> {
    let mut groups: Vec<usize> = Vec::new();
    let mut seen: BTreeMap<(bool, String), usize> = BTreeMap::new();
    for payer in payers {
        let keys = [(true, plain(&payer.name)), (false, plain(&payer.account))];
        let keys = keys.into_iter().filter(|(_, text)| !text.is_empty());
        let mut known: Vec<usize> = keys
            .clone()
            .filter_map(|key| Some(*groups.get(*seen.get(&key)?)?))
            .collect();
        known.sort_unstable();
        let place = groups.len();
        let group = known.first().copied().unwrap_or(place);
        // A row that ties two payers together makes one of them.
        for other in &mut groups {
            if known.contains(other) {
                *other = group;
            }
        }
        groups.push(group);
        for key in keys {
            seen.entry(key).or_insert(place);
        }
    }
    let mut numbers: BTreeMap<usize, u32> = BTreeMap::new();
    let number = |group: usize| {
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX).saturating_add(1);
        *numbers.entry(group).or_insert(next)
    };
    groups.into_iter().map(number).collect()
}

/// As it is compared: full-width signs as the plain ones, without spaces, in lower case.
fn plain(text: &str) -> String {
    let narrow = |sign: char| match sign {
        '！'..='～' => u32::from(sign)
            .checked_sub(0xfee0)
            .and_then(char::from_u32)
            .unwrap_or(sign),
        _ => sign,
    };
    let signs = text
        .chars()
        .map(narrow)
        .filter(|sign| !sign.is_whitespace() && *sign != '\u{feff}');
    signs.flat_map(char::to_lowercase).collect()
}

fn read(text: &str) -> Result<Vec<Row>, Failure> {
    let text = text.trim_start_matches('\u{feff}');
    let mut table = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let rows: Result<Vec<Row>, csv::Error> = table.deserialize().collect();
    rows.map_err(|why| {
        Failure::Input(format!(
            "the table has the columns bid, lot, amount, received_at, form, payer, account, own: {why}"
        ))
    })
}

fn form(text: &str) -> Result<DepositForm, Failure> {
    match text {
        "转账" | "电汇" => Ok(DepositForm::Transfer),
        "支票" => Ok(DepositForm::Cheque),
        "保函" => Ok(DepositForm::Guarantee),
        "现金" | "现钞" => Ok(DepositForm::Cash),
        "其他" | "汇票" | "本票" => Ok(DepositForm::Other),
        _ => word::<DepositForm>(text).map_err(Failure::Input),
    }
}

/// Who paid, and whether from the basic account; nobody did where the form is a guarantee.
fn paid(row: &Row, form: DepositForm) -> Result<Option<(Payer, bool)>, Failure> {
    let payer = Payer {
        name: row.payer.clone(),
        account: row.account.clone(),
    };
    let is_named = !plain(&payer.name).is_empty();
    match form {
        DepositForm::Guarantee if is_named || !row.account.is_empty() => Err(Failure::Input(
            "a guarantee has no payer; leave payer and account empty".to_owned(),
        )),
        DepositForm::Guarantee => Ok(None),
        _ if !is_named => Err(Failure::Input(
            "payer is empty: the name of the account that paid".to_owned(),
        )),
        _ => match row.own.as_str() {
            "yes" | "true" | "是" => Ok(Some((payer, true))),
            "no" | "false" | "否" => Ok(Some((payer, false))),
            other => Err(Failure::Input(format!(
                "own is {other:?} and not yes or no (是/否)"
            ))),
        },
    }
}

/// China time, as a bank statement has it.
fn time(text: &str) -> Result<Instant, Failure> {
    let wanted = || Failure::Input(format!("{text:?} is not a time as in 2026-03-02 14:05 (China)"));
    let civil: jiff::civil::DateTime = text.replace('/', "-").parse().map_err(|_| wanted())?;
    let zoned = civil
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(8)))
        .map_err(|_| wanted())?;
    Ok(Instant(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payer(name: &str, account: &str) -> Payer {
        Payer {
            name: name.to_owned(),
            account: account.to_owned(),
        }
    }

    #[test]
    fn one_payer_has_one_number_however_it_is_typed() {
        let payers = [
            payer("甲建设(集团)有限公司", "6222 0210"),
            payer("乙公司", "1"),
            payer("甲建设（集团） 有限公司 ", ""),
            payer("ＡＢＣ Ltd", ""),
            payer("abc ltd", "９"),
            payer("王某", "62220210"),
        ];
        assert_eq!(labels(&payers), [1, 2, 1, 3, 3, 1]);
        assert_eq!(labels(&[]), [0; 0]);
        // The third row shows that the first two are one payer.
        let tied = [
            payer("甲", "1"),
            payer("乙", "2"),
            payer("甲", "2"),
            payer("丙", "3"),
        ];
        assert_eq!(labels(&tied), [1, 1, 1, 2]);
        // A name is not compared with a number.
        assert_eq!(labels(&[payer("7", ""), payer("8", "7")]), [1, 2]);
    }

    #[test]
    fn numbers_follow_the_list_and_not_the_statement() {
        let row = |bid: &str, name: Option<&str>| {
            let received = Received {
                amount: facts::Money::new(facts::Currency::CNY, 1),
                bid: facts::BidId::parse(bid).unwrap(),
                form: DepositForm::Transfer,
                from: None,
                lot: LotId::parse("L1").unwrap(),
                received_at: Instant(1),
            };
            (received, name.map(|name| (payer(name, ""), true)))
        };
        let rows = numbered(vec![
            row("b3", Some("丙")),
            row("b1", Some("甲")),
            row("b4", None),
            row("b2", Some("丙")),
        ]);
        let told: Vec<(&str, Option<u32>)> = rows
            .iter()
            .map(|row| (row.bid.as_str(), row.from.map(|from| from.payer)))
            .collect();
        assert_eq!(
            told,
            [("b1", Some(1)), ("b2", Some(2)), ("b3", Some(2)), ("b4", None)]
        );
    }

    #[test]
    fn a_table_is_read_as_a_spreadsheet_writes_it() {
        let text = "\u{feff}bid,amount,received_at,form,payer,own\nb1,200000.00,2026/03/02 14:05,转账,\"甲, 有限公司\",是\n";
        let rows = read(text).unwrap();
        assert_eq!(
            (rows[0].payer.as_str(), rows[0].lot.as_str()),
            ("甲, 有限公司", "")
        );
        let form = form(&rows[0].form).unwrap();
        assert_eq!(form, DepositForm::Transfer);
        assert!(paid(&rows[0], form).unwrap().unwrap().1);
        // 2026-03-02 06:05 UTC.
        assert_eq!(time(&rows[0].received_at).unwrap(), Instant(1_772_431_500_000));
        assert!(time("yesterday").is_err() && super::form("gold").is_err());
        assert!(read("bid,account_name\nb1,x\n").is_err());
    }

    #[test]
    fn a_guarantee_has_no_payer_and_everything_else_has_one() {
        let row = |payer: &str, own: &str| Row {
            payer: payer.to_owned(),
            own: own.to_owned(),
            ..Row::default()
        };
        assert_eq!(paid(&row("", ""), DepositForm::Guarantee).unwrap(), None);
        assert!(paid(&row("甲", ""), DepositForm::Guarantee).is_err());
        assert!(paid(&row(" ", "no"), DepositForm::Cheque).is_err());
        assert!(paid(&row("甲", "perhaps"), DepositForm::Cheque).is_err());
        assert!(!paid(&row("甲", "否"), DepositForm::Cash).unwrap().unwrap().1);
    }
}
