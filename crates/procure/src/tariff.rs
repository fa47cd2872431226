//! Service fees of a tender by bands (差额定率累进): each band of the amount at its own rate.
//!
//! Invariant: a tariff is a default with a version, not law; 计价格〔2002〕1980号 was repealed, but contracts still
//! cite it. Exact in integers, rounded half up to the minor unit once.

/// What is bought; each kind has its own rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bought {
    /// 货物.
    Goods,
    /// 服务.
    Services,
    /// 工程.
    Works,
}

/// One band: up to and including this amount, in minor units, at these rates in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Rate for goods, in millionths of the amount.
    pub goods: i64,
    /// Rate for services.
    pub services: i64,
    /// Upper end in fen.
    pub up_to: i64,
    /// Rate for works.
    pub works: i64,
}

/// A tariff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tariff {
    /// Ascending; the last one has no end.
    pub bands: &'static [Band],
    /// Where it stands.
    pub version: &'static str,
}

const fn band(up_to_millions: i64, goods: i64, services: i64, works: i64) -> Band {
    Band {
        goods,
        services,
        up_to: up_to_millions.saturating_mul(100_000_000),
        works,
    }
}

/// The table of 2002 in the form in which it is most often used.
pub const TARIFF_2002: Tariff = Tariff {
    bands: &[
        band(1, 15_000, 15_000, 10_000),
        band(5, 11_000, 8_000, 7_000),
        band(10, 8_000, 4_500, 5_500),
        band(50, 5_000, 2_500, 3_500),
        band(100, 2_500, 1_000, 2_000),
        Band {
            goods: 500,
            services: 500,
            up_to: i64::MAX,
            works: 500,
        },
    ],
    version: "计价格〔2002〕1980号",
};

/// The fee for an amount in fen; `None` for a negative amount.
#[must_use]
pub fn fee(tariff: &Tariff, bought: Bought, amount: i64) -> Option<i64> {
    if amount < 0 {
        return None;
    }
    let (mut from, mut millionths) = (0_i64, 0_i128);
    for band in tariff.bands {
        let rate = match bought {
            Bought::Goods => band.goods,
            Bought::Services => band.services,
            Bought::Works => band.works,
        };
        let within = amount.min(band.up_to).checked_sub(from)?.max(0);
        millionths = millionths.checked_add(i128::from(within).checked_mul(i128::from(rate))?)?;
        from = band.up_to;
        if amount <= band.up_to {
            break;
        }
    }
    i64::try_from(millionths.checked_add(500_000)?.checked_div_euclid(1_000_000)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t19_fees_by_bands() {
        let of = |bought, fen| fee(&TARIFF_2002, bought, fen).unwrap();
        assert_eq!(of(Bought::Works, 9_323_518_114), 29_197_036);
        assert_eq!(of(Bought::Works, 6_000_000_000), 22_550_000);
        assert_eq!(of(Bought::Works, 100_000_000), 1_000_000);
        assert_eq!(of(Bought::Works, 100_010_000), 1_000_070);
        assert_eq!(of(Bought::Goods, 800_000_000), 8_300_000);
        assert_eq!(of(Bought::Services, 800_000_000), 6_050_000);
        assert_eq!(of(Bought::Works, 800_000_000), 5_450_000);
        assert_eq!(fee(&TARIFF_2002, Bought::Goods, -1), None);
    }
}
