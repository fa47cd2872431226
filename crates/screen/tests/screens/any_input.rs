//! What holds for every input: no panic, and the order changes nothing.

use facts::{Currency, Instant, Money};
use kaibiao_screen::ocds::{Compiled, LIMITS, RedFlags};
use kaibiao_screen::origins::{Attribute, Trace};
use kaibiao_screen::prices::Offer;
use kaibiao_screen::{cobidding, course, origins, prices, scores, texts, timing};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn shuffled<T: Clone + std::fmt::Debug + 'static>(
    one: impl Strategy<Value = T> + 'static,
    most: usize,
) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    prop::collection::vec(one, 0..most)
        .prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle()))
}

fn name() -> impl Strategy<Value = String> {
    "[a-d]"
}

prop_compose! {
    fn offer()(bidder in name(), minor in prop_oneof![any::<i64>(), 1..2_000_i64], yen in any::<bool>()) -> Offer {
        Offer { bidder, price: Money::new(if yen { Currency::JPY } else { Currency::CNY }, minor) }
    }
}

prop_compose! {
    fn trace()(bidder in name(), value in "[ aA一]{0,3}", licence in any::<bool>()) -> Trace {
        let attribute = if licence { Attribute::Licence } else { Attribute::Author };
        Trace { attribute, bidder, place: "file".to_owned(), value }
    }
}

prop_compose! {
    fn past()(at in any::<i64>(), tender in "[a-z]{3}", bidders in prop::collection::btree_set(name(), 0..4),
              winner in prop::option::of(name())) -> cobidding::Past {
        cobidding::Past { at: Instant(at), tender, bidders, winner }
    }
}

proptest! {
    #[test]
    fn prices((one, other) in shuffled(offer(), 12)) {
        prop_assert_eq!(prices::signs(&one, &prices::LIMITS), prices::signs(&other, &prices::LIMITS));
    }

    #[test]
    fn uploads((one, other) in shuffled((any::<i64>(), name()), 12), closed in any::<i64>()) {
        let uploads = |all: Vec<(i64, String)>| -> Vec<timing::Upload> {
            all.into_iter().map(|(at, bidder)| timing::Upload { at: Instant(at), bidder }).collect()
        };
        let signs = |all| timing::signs(&uploads(all), Instant(closed), &timing::LIMITS);
        prop_assert_eq!(signs(one), signs(other));
    }

    #[test]
    fn traces((one, other) in shuffled(trace(), 12)) {
        prop_assert_eq!(origins::signs(&one), origins::signs(&other));
    }

    #[test]
    fn histories((one, other) in shuffled(past(), 30)) {
        let among: BTreeSet<String> = ["a", "b", "c", "d"].map(str::to_owned).into();
        let limits = cobidding::Limits { together: 2, bids: 2, expected: 500_000, ..cobidding::LIMITS };
        prop_assert_eq!(cobidding::signs(&one, &among, &limits), cobidding::signs(&other, &among, &limits));
    }

    #[test]
    fn sheets((one, other) in shuffled((name(), name(), any::<i64>()), 20)) {
        let scored = |all: Vec<(String, String, i64)>| -> Vec<scores::Scored> {
            all.into_iter().map(|(expert, bid, points)| scores::Scored { expert, bid, points }).collect()
        };
        prop_assert_eq!(scores::signs(&scored(one), &scores::LIMITS), scores::signs(&scored(other), &scores::LIMITS));
    }

    #[test]
    fn texts((one, other) in shuffled((name(), "[a-d]", "\\PC{0,60}"), 5), given in "\\PC{0,40}") {
        let documents = |all: Vec<(String, String, String)>| -> Vec<texts::Document> {
            all.into_iter().map(|(bidder, name, text)| texts::Document { bidder, name, text }).collect()
        };
        let names = BTreeMap::from([("a".to_owned(), vec!["甲乙丙丁".to_owned(), given.clone()])]);
        let signs = |all| texts::signs(&documents(all), &[&given], &names, &texts::LIMITS);
        prop_assert_eq!(signs(one), signs(other));
    }

    #[test]
    fn courses(extensions in any::<usize>(), failures in any::<usize>(), taken in any::<Option<usize>>(), bids in any::<usize>()) {
        let course = course::Course { extensions, failures, taken, bids, given_up: Vec::new() };
        let signs = course::signs(&course, &course::LIMITS);
        prop_assert_eq!(signs.iter().any(|sign| sign.code == kaibiao_screen::Code::K21), extensions >= 2 || failures >= 2);
    }

    #[test]
    fn releases(text in "\\PC{0,80}", amount in "[0-9eE.+-]{0,12}") {
        let typed = format!(
            r#"{{"ocid":"A","tender":{{"procurementMethod":"open","tenderPeriod":{{"startDate":{text:?},"endDate":{text:?}}}}},
            "bids":{{"details":[{{"status":"valid","tenderers":[{{"id":"x"}}],"value":{{"amount":{amount},"currency":"CNY"}}}}]}}}}"#
        );
        let mut flags = RedFlags::new(LIMITS, None);
        for text in [text.as_str(), typed.as_str()] {
            if let Ok(release) = Compiled::parse(text) {
                flags.take(&release);
            }
        }
        prop_assert!(flags.finish().len() <= 3);
    }
}
