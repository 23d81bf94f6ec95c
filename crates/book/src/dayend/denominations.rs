//! Which notes and coins there are, by currency.

use domain::Currency;

/// What the notes and coins of a currency are worth in minor units, the largest first; empty where we do not know them:
/// the drawer is then counted as one sum.
pub fn denominations(currency: Currency) -> &'static [i64] {
    match currency.code() {
        "CNY" => &[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 10],
        "HKD" => &[
            100_000, 50_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10,
        ],
        "MOP" => &[
            100_000, 50_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10,
        ],
        "TWD" => &[
            200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 100, 50,
        ],
        "USD" => &[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25, 10, 5, 1],
        "EUR" => &[
            50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1,
        ],
        "GBP" => &[5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
        "JPY" => &[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 1],
        "KRW" => &[50_000, 10_000, 5_000, 1_000, 500, 100, 50, 10],
        "BRL" => &[
            20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25, 10, 5,
        ],
        "INR" => &[50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100],
        "MXN" => &[
            100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50,
        ],
        "SGD" => &[10_000, 5_000, 1_000, 500, 200, 100, 50, 20, 10, 5],
        "MYR" => &[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 20, 10, 5],
        "THB" => &[
            100_000, 50_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25,
        ],
        "VND" => &[
            500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000,
        ],
        "IDR" => &[
            10_000_000, 5_000_000, 2_000_000, 1_000_000, 500_000, 200_000, 100_000, 50_000, 20_000,
            10_000,
        ],
        "PHP" => &[
            100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 100, 25, 5, 1,
        ],
        "AUD" => &[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5],
        "CAD" => &[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 25, 10, 5],
        "NZD" => &[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10],
        "CHF" => &[
            100_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5,
        ],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worths_fall_and_are_what_a_purse_knows() {
        for code in [
            "CNY", "HKD", "MOP", "TWD", "USD", "EUR", "GBP", "JPY", "KRW", "BRL", "INR", "MXN",
            "SGD", "MYR", "THB", "VND", "IDR", "PHP", "AUD", "CAD", "NZD", "CHF",
        ] {
            let currency = Currency::new(code).unwrap();
            let worths = denominations(currency);
            assert!(worths.len() >= 8, "{code}");
            assert!(worths.windows(2).all(|two| two[0] > two[1]), "{code}");
            let unit = 10_i64.pow(currency.exponent());
            for worth in worths {
                // 1, 2, 5 or 25 and noughts; no shop gives change in anything else.
                let mut digits = *worth;
                while digits % 10 == 0 {
                    digits /= 10;
                }
                assert!([1, 2, 5, 25].contains(&digits), "{code} {worth}");
                assert!(*worth <= 500_000 * unit, "{code} {worth}");
            }
        }
        assert!(denominations(Currency::new("XXX").unwrap()).is_empty());
    }
}
