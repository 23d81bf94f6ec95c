//! ISO 4217 currencies: code, number of decimals, sign.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A currency by its ISO 4217 code. Any three upper-case letters are taken, so that a platform's new currency is
/// not refused; those that do not have two decimals are listed in [`Currency::exponent`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(as = "String"))]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// Chinese yuan.
    pub const CNY: Self = Self(*b"CNY");
    /// US dollar.
    pub const USD: Self = Self(*b"USD");
    /// Brazilian real.
    pub const BRL: Self = Self(*b"BRL");
    /// Indian rupee.
    pub const INR: Self = Self(*b"INR");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");

    /// From a code in either case; `None` unless it is three ASCII letters.
    pub fn new(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        bytes
            .iter()
            .all(u8::is_ascii_alphabetic)
            .then(|| Self(bytes.map(|b| b.to_ascii_uppercase())))
    }

    /// The upper-case code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimals the minor unit has: 2, but 0 and 3 for the currencies that ISO 4217 lists so.
    pub fn exponent(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// The sign that people know (`¥`, `$`, `R$` …), or the code where there is no sign of its own.
    pub fn sign(&self) -> &str {
        match &self.0 {
            b"CNY" | b"JPY" => "¥",
            b"USD" => "$",
            b"EUR" => "€",
            b"GBP" => "£",
            b"BRL" => "R$",
            b"INR" => "₹",
            b"HKD" => "HK$",
            b"TWD" => "NT$",
            b"MOP" => "MOP$",
            b"SGD" => "S$",
            b"MXN" => "MX$",
            b"KRW" => "₩",
            b"VND" => "₫",
            b"THB" => "฿",
            b"MYR" => "RM",
            b"IDR" => "Rp",
            b"PHP" => "₱",
            b"BDT" => "৳",
            _ => self.code(),
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Currency {
    type Error = &'static str;
    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::new(&code).ok_or("a currency is three letters, as in ISO 4217")
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_exponents_and_signs() {
        for (code, exponent, sign) in [
            ("CNY", 2, "¥"),
            ("jpy", 0, "¥"),
            ("KWD", 3, "KWD"),
            ("BRL", 2, "R$"),
            ("IDR", 2, "Rp"),
            ("VND", 0, "₫"),
        ] {
            let currency = Currency::new(code).expect(code);
            assert_eq!(
                (currency.exponent(), currency.sign()),
                (exponent, sign),
                "{code}"
            );
        }
        for bad in ["", "CN", "CNYY", "C1Y", "元"] {
            assert_eq!(Currency::new(bad), None, "{bad:?}");
        }
    }
}
