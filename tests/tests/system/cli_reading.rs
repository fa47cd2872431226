//! The same tender seen by its bidders afterwards: who read which of their files.

use crate::cli_story::{BIDDERS, Story};
use serde_json::Value;
use std::collections::BTreeSet;

impl Story {
    /// Who read the bid of a bidder, as the bidder is told.
    pub(crate) fn readings(&self, n: usize) -> Value {
        self.bidders[n - 1].ok(&["bid", "readings", "T1", "--key", &Self::bidder_key(n)])
    }

    /// Every expert took the file of one and the same bid: its bidder sees five readings, the others none.
    pub(crate) fn read_by(&self, names: bool) {
        let told: Vec<Value> = (1..BIDDERS).map(|n| self.readings(n)).collect();
        let lists = told.iter().map(|one| {
            assert_eq!(one["shown"], true, "{one}");
            one["readings"].as_array().unwrap()
        });
        let read: Vec<_> = lists.filter(|list| !list.is_empty()).collect();
        let [one] = read.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(one.len(), 5, "{told:?}");
        let seats: BTreeSet<_> = one.iter().map(|read| read["seat"].as_str()).collect();
        assert_eq!(seats.len(), 5, "{told:?}");
        for read in *one {
            assert_eq!(read["part"], "design", "{read}");
            assert_eq!(read["expert"].is_string(), names, "{read}");
        }
    }
}
