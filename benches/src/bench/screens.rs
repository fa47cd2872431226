//! Red flags over a hundred thousand compiled releases, and the price screens over as many tenders.
//!
//! Invariant: the releases are texts as they come from a file; parsing them is part of what is measured.

use super::process::now;
use super::table::{Line, Table};
use crate::Trouble;
use facts::{Currency, Money};
use screen::ocds::{Compiled, LIMITS, RedFlags};
use screen::prices::{self, Offer};
use std::fmt::Write as _;
use std::time::Duration;

const AIM: Duration = Duration::from_secs(3);
const RELEASES: u32 = 100_000;

/// Numbers without pattern, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.checked_rem(below).unwrap_or_default()
    }
}

/// A release of about two kilobytes: a tender with two items, three to six bids, one award.
fn release(index: u32, numbers: &mut Numbers) -> Result<String, Trouble> {
    let mut text = String::with_capacity(2_400);
    let (buyer, base) = (
        numbers.next(900),
        numbers.next(9_000_000).saturating_add(1_000_000),
    );
    write!(
        text,
        r#"{{"ocid":"ocds-bench-{index:06}","id":"{index}","date":"2026-03-30T00:00:00Z","language":"zh","tag":["compiled"],
"initiationType":"tender","parties":[{{"id":"buyer-{buyer}","name":"采购人{buyer}","roles":["buyer","procuringEntity"],
"address":{{"locality":"示例市","countryName":"中国"}}}}],"buyer":{{"id":"buyer-{buyer}","name":"采购人{buyer}"}},
"tender":{{"id":"{index}","title":"道路养护工程第{index}标段","status":"complete","procurementMethod":"open",
"awardCriteria":"priceOnly","procuringEntity":{{"id":"buyer-{buyer}"}},"value":{{"amount":{base}.00,"currency":"CNY"}},
"tenderPeriod":{{"startDate":"2026-03-01T00:00:00Z","endDate":"2026-03-{:02}T09:00:00+08:00"}},"items":[
{{"id":"1","classification":{{"scheme":"CPV","id":"{:02}233130"}},"quantity":8}},
{{"id":"2","classification":{{"scheme":"CPV","id":"45100000"}},"quantity":1}}]}},"bids":{{"details":["#,
        numbers.next(15).saturating_add(10),
        numbers.next(12).saturating_add(30),
    )?;
    let bids = numbers.next(4).saturating_add(3);
    let mut winner = 0;
    let mut lowest = u64::MAX;
    for bid in 0..bids {
        let tenderer = numbers.next(4_000);
        let price = base.saturating_sub(numbers.next((base >> 3).saturating_add(1)));
        let status = if numbers.next(12) == 0 {
            "disqualified"
        } else {
            "valid"
        };
        if status == "valid" && price < lowest {
            (winner, lowest) = (tenderer, price);
        }
        let comma = if bid == 0 { "" } else { "," };
        write!(
            text,
            r#"{comma}{{"id":"{bid}","date":"2026-03-09T0{bid}:00:00+08:00","status":"{status}",
"tenderers":[{{"id":"firm-{tenderer}","name":"投标人{tenderer}"}}],"value":{{"amount":{price}.50,"currency":"CNY"}}}}"#
        )?;
    }
    write!(
        text,
        r#"]}},"awards":[{{"id":"1","status":"active","date":"2026-03-29T00:00:00Z","suppliers":[{{"id":"firm-{winner}"}}],
"value":{{"amount":{lowest},"currency":"CNY"}}}}]}}"#
    )?;
    Ok(text)
}

fn offers(numbers: &mut Numbers) -> Result<Vec<Offer>, Trouble> {
    let mut offers = Vec::new();
    for bidder in 0..numbers.next(4).saturating_add(3) {
        let minor = i64::try_from(numbers.next(100_000_000).saturating_add(900_000_000))?;
        offers.push(Offer {
            bidder: format!("firm-{bidder}"),
            price: Money::new(Currency::CNY, minor),
        });
    }
    Ok(offers)
}

pub(super) fn bench(table: &mut Table, quick: bool) -> Result<(), Trouble> {
    table.part(
        "Screens of collusion and risk",
        "Invented releases of about two kilobytes, on one core: parsed from text, eleven red flags, fences of outliers. \
         Beside it the screens of prices over as many lots. Best of several runs.",
    );
    let many = if quick { RELEASES / 10 } else { RELEASES };
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let releases: Vec<String> = (0..many)
        .map(|index| release(index, &mut numbers))
        .collect::<Result<_, _>>()?;
    let bytes: usize = releases.iter().map(String::len).sum();
    let (mut best, mut raised) = (Duration::MAX, 0);
    for _ in 0..if quick { 1 } else { 3 } {
        let begun = now();
        let mut flags = RedFlags::new(LIMITS, None);
        for release in &releases {
            flags.take(&Compiled::parse(release)?);
        }
        raised = flags.finish().len();
        best = best.min(begun.elapsed());
    }
    if raised == 0 {
        return Err("no flag was raised at all".into());
    }
    let megabytes = bytes / 1_000_000;
    table.line(Line {
        what: format!("red flags over {many} releases, {megabytes} MB"),
        figure: format!("{:.2} s, {raised} flags", best.as_secs_f64()),
        aim: (!quick).then(|| ("under 3 s".to_owned(), best < AIM)),
        ..Line::default()
    });
    let lots: Vec<Vec<Offer>> = (0..many)
        .map(|_| offers(&mut numbers))
        .collect::<Result<_, _>>()?;
    let begun = now();
    let signs: usize = lots
        .iter()
        .map(|lot| prices::signs(lot, &prices::LIMITS).len())
        .sum();
    table.line(Line {
        what: format!("price screens over {many} lots"),
        figure: format!("{:.2} s, {signs} signs", begun.elapsed().as_secs_f64()),
        ..Line::default()
    });
    Ok(())
}
