//! Barcodes that may stand on a receipt: only such as readers take.

use serde::{Deserialize, Serialize};

/// A barcode whose text its symbology can hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Barcode {
    symbology: Symbology,
    text: String,
}

#[derive(Deserialize)]
struct Parts {
    symbology: Symbology,
    text: String,
}

impl TryFrom<Parts> for Barcode {
    type Error = &'static str;
    fn try_from(parts: Parts) -> Result<Self, Self::Error> {
        Self::new(parts.symbology, &parts.text).ok_or("this barcode cannot hold this text")
    }
}

/// The barcodes that nearly every receipt printer draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Symbology {
    /// Capital letters, digits and a few marks; wide.
    Code39,
    /// Thirteen digits, the last of which checks the others.
    Ean13,
    /// Any visible ASCII; dense for digits. Some cheap printers lack it.
    Code128,
}

impl Barcode {
    /// `None` when the symbology cannot hold the text. Twelve digits for EAN-13 get their thirteenth.
    pub fn new(symbology: Symbology, text: &str) -> Option<Self> {
        let fits = match symbology {
            Symbology::Code39 => {
                (1..=20).contains(&text.len())
                    && text.bytes().all(|b| {
                        b.is_ascii_uppercase() || b.is_ascii_digit() || b" $%+-./".contains(&b)
                    })
            }
            Symbology::Ean13 => return Self::ean13(text),
            Symbology::Code128 => {
                (1..=48).contains(&text.len()) && text.bytes().all(|b| (0x20..0x7f).contains(&b))
            }
        };
        fits.then(|| Self {
            symbology,
            text: text.to_owned(),
        })
    }

    fn ean13(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if !digits || !(12..=13).contains(&text.len()) {
            return None;
        }
        let sum: u32 = text
            .bytes()
            .take(12)
            .enumerate()
            .map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 1 } else { 3 })
            .sum();
        let whole = format!("{}{}", &text[..12], (10 - sum % 10) % 10);
        whole.starts_with(text).then_some(Self {
            symbology: Symbology::Ean13,
            text: whole,
        })
    }

    /// Which barcode it is.
    pub fn symbology(&self) -> Symbology {
        self.symbology
    }

    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many of its thinnest bars fit side by side.
    pub(crate) fn modules(&self) -> usize {
        let characters = self.text.len();
        match self.symbology {
            // Start and stop are characters too; wide bars are up to three thin ones.
            Symbology::Code39 => (characters + 2) * 16,
            Symbology::Ean13 => 95,
            Symbology::Code128 => {
                let digits = self.text.bytes().all(|b| b.is_ascii_digit());
                let codes = match (digits && characters >= 4, characters % 2) {
                    (true, 0) => characters / 2,
                    // One digit in set B, then the change to set C.
                    (true, _) => characters / 2 + 2,
                    (false, _) => characters,
                };
                // Start, check digit, and a stop of thirteen.
                (codes + 2) * 11 + 13
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_readers_take() {
        for (symbology, text, held) in [
            (Symbology::Code39, "A-12", Some("A-12")),
            (Symbology::Code39, "a-12", None),
            (Symbology::Code39, "", None),
            // The numbers on every barcode's example page.
            (Symbology::Ean13, "4006381333931", Some("4006381333931")),
            (Symbology::Ean13, "400638133393", Some("4006381333931")),
            (Symbology::Ean13, "4006381333930", None),
            (Symbology::Ean13, "40063813339", None),
            (Symbology::Ean13, "40063813339x", None),
            (
                Symbology::Code128,
                "4200001234567890123456789012",
                Some("4200001234567890123456789012"),
            ),
            (Symbology::Code128, "订单", None),
            (Symbology::Code128, "a\n", None),
        ] {
            let barcode = Barcode::new(symbology, text);
            assert_eq!(barcode.as_ref().map(Barcode::text), held, "{text:?}");
        }
        // WeChat's numbers have 28 digits: dense enough for narrow paper at two dots a bar.
        let wechat = Barcode::new(Symbology::Code128, "4200001234567890123456789012").unwrap();
        assert_eq!(wechat.modules(), 189);
    }
}
