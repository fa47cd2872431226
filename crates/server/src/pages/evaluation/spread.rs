//! How far scores are apart, as a page shows it (打分偏离): the same for a seat of the panel and for supervision.
//!
//! Invariant: what is shown is the view that the evaluation gives after the reveal; nothing is computed here.

use super::words;
use crate::pages::Layout;
use evaluate::desks::spread::{FAR_BP, ScoresView, SpreadView};
use facts::body::evaluation::ChangeGround;
use facts::id::SeatId;

/// The spreads of one bid, and how many of its values are far from the others.
pub(in crate::pages) struct Bid<'a> {
    pub(in crate::pages) code: &'a str,
    pub(in crate::pages) far: usize,
    pub(in crate::pages) items: Vec<&'a SpreadView>,
}

/// What `evaluation/spread.html` asks of the page that includes it.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "templates hand fields on by reference, and call what they say as methods of the page"
)]
pub(in crate::pages) trait Spreading {
    /// The frame.
    fn layout(&self) -> &Layout;

    /// The seat of whoever looks, if they sit on the panel.
    fn seat(&self) -> Option<&SeatId>;

    fn is_own(&self, seat: &SeatId) -> bool {
        self.seat() == Some(seat)
    }

    fn ground(&self, ground: &ChangeGround) -> &'static str {
        words::ground(self.layout(), *ground)
    }

    fn points(&self, e4: &i64) -> String {
        words::points_e4(*e4)
    }

    fn value(&self, hundredths: &i64, max: &i64) -> String {
        words::value(self.layout(), *hundredths, *max)
    }

    /// Standard deviations: hundredths with two decimals.
    fn deviations(&self, z_e2: &i64) -> String {
        let whole = words::points_e4(z_e2.saturating_mul(100));
        whole.strip_suffix("00").unwrap_or(&whole).to_owned()
    }

    /// The share of the maximum from which on a value counts as far.
    fn far(&self) -> String {
        words::percent(FAR_BP)
    }

    fn bids<'a>(&self, scores: &'a ScoresView) -> Vec<Bid<'a>> {
        let mut bids: Vec<Bid<'a>> = Vec::new();
        for item in &scores.items {
            let far = item.seats.iter().filter(|apart| apart.far).count();
            match bids.last_mut().filter(|bid| bid.code == item.code.as_str()) {
                Some(bid) => {
                    bid.far = bid.far.saturating_add(far);
                    bid.items.push(item);
                }
                None => bids.push(Bid {
                    code: item.code.as_str(),
                    far,
                    items: vec![item],
                }),
            }
        }
        bids
    }
}
