//! Prices: series, equal prices, measures.

use crate::{codes, of};
use facts::{Currency, Money};
use kaibiao_screen::prices::{LIMITS, Limits, Offer, measures, signs};
use kaibiao_screen::{Code, Nature, Strength};

fn offers(minors: &[i64]) -> Vec<Offer> {
    let offer = |(index, minor): (usize, &i64)| Offer {
        bidder: format!("bidder-{index}"),
        price: Money::new(Currency::CNY, *minor),
    };
    minors.iter().enumerate().map(offer).collect()
}

/// Measures never flag with these.
const NEVER: Limits = Limits {
    variation: -1,
    distance: i64::MAX,
    normalized: i64::MAX,
    skew: i64::MIN,
};

#[test]
fn four_prices_in_equal_steps_are_a_strong_sign() {
    let found = signs(
        &offers(&[960_000_000, 950_000_000, 965_000_000, 955_000_000]),
        &NEVER,
    );
    assert_eq!(codes(&found), ["K13"]);
    let sign = &found[0];
    assert_eq!((sign.strength, sign.nature), (Strength::Strong, Nature::Exact));
    assert_eq!(sign.basis, "条例40(四);87号令37(四)");
    assert_eq!(sign.subjects.len(), 4);
    let prices: Vec<&str> = sign.evidence[0]
        .cells
        .iter()
        .map(|cell| cell.value.as_str())
        .collect();
    assert_eq!(
        prices,
        [
            "9500000.00 CNY",
            "9550000.00 CNY",
            "9600000.00 CNY",
            "9650000.00 CNY"
        ]
    );
    assert_eq!(sign.evidence[1].cells[0].value, "50000.00 CNY");
}

#[test]
fn prices_in_equal_ratios_are_a_sign_even_when_rounded_to_the_fen() {
    for (minors, ratio) in [
        ([900_000_000, 909_000_000, 918_090_000, 927_270_900], "1.010000"),
        ([123_456_789, 124_999_999, 126_562_499, 128_144_530], "1.012500"),
    ] {
        let found = signs(&offers(&minors), &NEVER);
        assert_eq!(codes(&found), ["K13"]);
        assert_eq!(found[0].subjects.len(), 4);
        assert_eq!(found[0].evidence[1].cells[0].value, ratio);
    }
}

#[test]
fn prices_without_a_rule_are_no_series() {
    assert!(
        signs(
            &offers(&[950_000_000, 955_000_000, 961_000_000, 963_000_000]),
            &NEVER
        )
        .is_empty()
    );
    // Two prices always have one difference.
    assert!(signs(&offers(&[100, 200]), &NEVER).is_empty());
}

#[test]
fn a_step_among_many_prices_is_weak() {
    let found = signs(&offers(&[100_000, 110_000, 120_000, 135_500, 171_300]), &NEVER);
    assert_eq!(codes(&found), ["K13"]);
    assert_eq!(found[0].strength, Strength::Weak);
    assert_eq!(found[0].subjects, ["bidder-0", "bidder-1", "bidder-2"]);
}

#[test]
fn equal_prices_of_different_bidders_are_seen() {
    let found = signs(&offers(&[500, 700, 500]), &NEVER);
    assert_eq!(codes(&found), ["R028"]);
    assert_eq!(found[0].subjects, ["bidder-0", "bidder-2"]);
    let mut one_bidder = offers(&[500, 500]);
    one_bidder[1].bidder = "bidder-0".to_owned();
    assert!(signs(&one_bidder, &NEVER).is_empty());
}

#[test]
fn measures_are_those_of_the_formulas() {
    // Mean 100, deviations −10, 0, 10: s = 10, CV = 0.1; gap 10, losers 100 and 110 with s = 7.071.
    let measured = measures(&[9_000, 10_000, 11_000]).unwrap();
    assert_eq!(measured.variation, 100_000);
    assert_eq!(measured.spread, 222_222);
    assert_eq!(measured.two_lowest, 111_111);
    assert_eq!(measured.normalized, Some(1_000_000));
    assert_eq!(measured.alternative, Some(1_000_000));
    assert_eq!(measured.skew, Some(0));
    let distance = measured.distance.unwrap();
    assert!((distance - 1_414_213).abs() <= 2, "{distance}");
    // Skewness of 1, 1, 4: mean 2, s = √3, G1 = 3/2 · (−1 −1 + 8) / 3√3 = √3.
    let skew = measures(&[1, 1, 4]).unwrap().skew.unwrap();
    assert!((skew - 1_732_050).abs() <= 5, "{skew}");
}

#[test]
fn bunched_losing_bids_far_from_the_winner_are_notable() {
    let found = signs(&offers(&[9_500_000, 9_798_000, 9_800_000, 9_801_000]), &LIMITS);
    let words = codes(&found);
    assert_eq!(words, ["S01", "S02", "S03", "S04"]);
    assert!(found.iter().all(|sign| sign.nature == Nature::Statistical));
    assert_eq!(of(&found, Code::S02)[0].strength, Strength::Notable);
    // Prices spread as competition spreads them.
    assert!(signs(&offers(&[8_000_000, 8_500_000, 9_600_000, 11_900_000]), &LIMITS).is_empty());
}

#[test]
fn degenerate_prices_are_measured_or_passed_over() {
    assert_eq!(measures(&[]), None);
    assert_eq!(measures(&[5]), None);
    assert_eq!(measures(&[0, 5]), None);
    assert_eq!(measures(&[5, i64::MAX]), None);
    let same = measures(&[7, 7, 7]).unwrap();
    assert_eq!(
        (same.variation, same.distance, same.normalized, same.skew),
        (0, None, None, None)
    );
    let mut mixed = offers(&[100, 200, 300]);
    mixed[1].price.currency = Currency::JPY;
    assert!(
        signs(&mixed, &NEVER).is_empty(),
        "another currency is no member of a series"
    );
    assert!(signs(&[], &LIMITS).is_empty());
}
