//! Prices as sellers write them.

use crate::money::Currency;

/// The price of the ladder that is nearest, within what the site takes; of two equally near the lower.
///
/// Whole units to 19; then those that end in 5 or 9 below 100 (25, 29, 35); those that end in 9
/// below 200 (119, 129); then tens, from 500 on fifties, from 2,000 on hundreds, from 10,000 on
/// thousands. It never turns the order of two prices.
#[must_use]
pub fn as_sellers_do(cents: u32, currency: Currency) -> u32 {
    let (min, max) = currency.price_bounds();
    let (below, above) = neighbours(cents / 100);
    let (below, above) = (below.saturating_mul(100), above.saturating_mul(100));
    let nearest = if cents.saturating_sub(below) <= above.saturating_sub(cents) {
        below
    } else {
        above
    };
    nearest.clamp(min, max)
}

/// The step of the ladder at or below a whole amount, and the next one.
fn neighbours(units: u32) -> (u32, u32) {
    match units {
        0..19 => (units, units + 1),
        19 => (19, 25),
        20..100 => {
            let ten = units / 10 * 10;
            match units % 10 {
                0..5 => (ten - 1, ten + 5),
                5..9 => (ten + 5, ten + 9),
                _ => (ten + 9, if ten == 90 { 109 } else { ten + 15 }),
            }
        }
        100..200 => {
            let ten = units / 10 * 10;
            if units % 10 == 9 {
                (units, if ten == 190 { 210 } else { units + 10 })
            } else {
                (ten - 1, ten + 9)
            }
        }
        200..500 => step(units, 10, 199),
        500..2_000 => step(units, 50, 0),
        2_000..10_000 => step(units, 100, 0),
        _ => step(units, 1_000, 0),
    }
}

/// Multiples of `size`; the first stretch begins below with `first` where the ladder changes.
fn step(units: u32, size: u32, first: u32) -> (u32, u32) {
    let below = units / size * size;
    if first != 0 && below == 200 {
        return (first, 210);
    }
    (below, below.saturating_add(size))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(3_825, 3_900)]
    #[case(6_750, 6_900)]
    #[case(250, 200)]
    #[case(251, 300)]
    #[case(1_949, 1_900)]
    #[case(2_050, 1_900)]
    #[case(2_350, 2_500)]
    #[case(9_950, 9_900)]
    #[case(10_500, 10_900)]
    #[case(12_300, 11_900)]
    #[case(20_400, 19_900)]
    #[case(20_900, 21_000)]
    #[case(43_600, 44_000)]
    #[case(98_000, 100_000)]
    #[case(10, 100)]
    #[case(u32::MAX, 3_000_000)]
    fn prices_end_as_sellers_write_them(#[case] cents: u32, #[case] wanted: u32) {
        assert_eq!(as_sellers_do(cents, Currency::Eur), wanted, "{cents}");
    }

    proptest! {
        #[test]
        fn order_stays_and_a_rounded_price_is_round(a in 0u32..6_000_000, b in 0u32..6_000_000) {
            let round = |cents| as_sellers_do(cents, Currency::Eur);
            prop_assert_eq!(a <= b && round(a) > round(b), false, "{} and {} turn", a, b);
            prop_assert_eq!(round(round(a)), round(a), "{} is not on the ladder", round(a));
        }
    }
}
