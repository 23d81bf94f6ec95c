//! Field 86: what is told of a booking. In Germany numbered sub-fields with SEPA's marks in them, in the Netherlands words
//! between strokes, elsewhere free text.

use crate::bank;

/// A line is wrapped at so many characters, in the middle of words.
const LINE: usize = 65;
/// A sub-field is cut at so many, and goes on in the next.
const SEPA_MARKS: [&str; 14] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "ABWE+", "COAM+", "OAMT+",
    "IBAN+", "BIC+", "PURP+", "RREF+",
];
const DUTCH_WORDS: [&str; 17] = [
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "KREF", "MARF", "CSID", "ORDP", "BENM", "ISDT",
    "RTRN", "SVCL", "PREF", "TRCD", "ADDR",
];

/// What a field 86 tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    /// The customer's reference.
    pub(super) order: Option<String>,
    pub(super) party: String,
    pub(super) text: String,
}

impl Details {
    pub(super) fn of(field: &str) -> Self {
        let joined = joined(field);
        german(&joined)
            .or_else(|| dutch(&joined))
            .unwrap_or_else(|| Self {
                text: joined,
                ..Self::default()
            })
    }
}

/// The lines as one text: a full line goes on in the next without a blank.
fn joined(field: &str) -> String {
    let mut joined = String::new();
    let mut full = true;
    for line in field.lines() {
        if !full {
            joined.push(' ');
        }
        joined.push_str(line);
        full = line.chars().count() >= LINE;
    }
    joined
}

/// `166?00GUTSCHRIFT?20EREF+…?32NAME`.
fn german(text: &str) -> Option<Details> {
    let code = text.get(..3)?;
    let mark = text[3..]
        .chars()
        .next()
        .filter(|c| !c.is_alphanumeric() && !c.is_whitespace())?;
    let is_field = |part: &str| part.len() >= 2 && part.bytes().take(2).all(|b| b.is_ascii_digit());
    let rest = text[3..].strip_prefix(mark)?;
    if !code.bytes().all(|b| b.is_ascii_digit()) || !is_field(rest) {
        return None;
    }
    let (mut purpose, mut party, mut head) = (String::new(), String::new(), String::new());
    let mut into_purpose = false;
    for part in rest.split(mark) {
        if !is_field(part) {
            // The mark stood in the text itself.
            if into_purpose {
                purpose.push(mark);
                purpose.push_str(part);
            }
            continue;
        }
        let (number, value) = part.split_at(2);
        // A wrapped line left a blank before the mark.
        let value = value.trim_start_matches('\n');
        into_purpose = number.starts_with('2') || matches!(number, "60" | "61" | "62" | "63");
        match number {
            "00" => head = value.to_owned(),
            "32" | "33" => party.push_str(value),
            _ if into_purpose => purpose.push_str(value),
            _ => {}
        }
    }
    let marked = parts(&purpose, &SEPA_MARKS.map(str::to_owned));
    let value = |mark: &str| {
        let found = marked.iter().find(|(name, _)| name == mark);
        found.map(|(_, value)| value.trim())
    };
    let order = ["EREF+", "KREF+"]
        .iter()
        .find_map(|mark| bank::reference(value(mark)?));
    let text = value("SVWZ+").unwrap_or(if marked.is_empty() { &purpose } else { "" });
    let text = if text.is_empty() { &head } else { text };
    Some(Details {
        order,
        party: value("ABWA+").map_or(party, str::to_owned),
        text: text.to_owned(),
    })
}

/// `/TRTP/SEPA OVERBOEKING/IBAN/…/NAME/…/REMI/…/EREF/…`.
fn dutch(text: &str) -> Option<Details> {
    let marks: Vec<String> = DUTCH_WORDS.iter().map(|word| format!("/{word}/")).collect();
    let marked = parts(text, &marks);
    if !text.starts_with('/') || marked.is_empty() {
        return None;
    }
    let value = |mark: &str| {
        let found = marked.iter().find(|(name, _)| name == mark);
        found.map_or("", |(_, value)| value.trim_matches(['/', ' ']))
    };
    let remittance = value("/REMI/");
    let remittance = remittance.strip_prefix("USTD").unwrap_or(remittance);
    Some(Details {
        order: bank::reference(value("/EREF/")),
        party: value("/NAME/").to_owned(),
        text: remittance.trim_start_matches('/').to_owned(),
    })
}

/// A text at its marks: each with what follows it up to the next.
fn parts<'t>(text: &'t str, marks: &[String]) -> Vec<(String, &'t str)> {
    let mut places: Vec<(usize, &String)> = marks
        .iter()
        .filter_map(|mark| text.find(mark.as_str()).map(|at| (at, mark)))
        .collect();
    places.sort_unstable();
    // `/IBAN/BIC/` share a stroke: the later mark begins within the earlier, which then is empty.
    let ends = places.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let ends: Vec<usize> = ends.collect();
    places
        .iter()
        .zip(ends)
        .map(|((at, mark), end)| {
            let from = (at + mark.len()).min(text.len());
            ((*mark).clone(), text.get(from..end).unwrap_or(""))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_banks_tell() {
        for (field, order, party, text) in [
            (
                "166?00GUTSCHRIFT?20EREF+ORDER-77?21SVWZ+Tee?32MUSTERMANN",
                Some("ORDER-77"),
                "MUSTERMANN",
                "Tee",
            ),
            (
                "166?00GUTSCHRIFT?20EREF+NOTPROVIDED?21KREF+K1?22SVWZ+two par?23ts?32MUSTER?33MANN",
                Some("K1"),
                "MUSTERMANN",
                "two parts",
            ),
            ("166?00GUTSCHRIFT?20plain text?32A", None, "A", "plain text"),
            ("177?00ONLY A HEAD", None, "", "ONLY A HEAD"),
            ("166?20SVWZ+why? because?32A", None, "A", "why? because"),
            (
                "/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/J JANSEN/REMI/Order 77/EREF/ORDER-77",
                Some("ORDER-77"),
                "J JANSEN",
                "Order 77",
            ),
            ("/EREF/NOTPROVIDED/REMI/USTD//thee", None, "", "thee"),
            ("free text, of a bank", None, "", "free text, of a bank"),
            ("two\nlines", None, "", "two lines"),
            ("", None, "", ""),
            ("1ü", None, "", "1ü"),
            ("166", None, "", "166"),
        ] {
            let found = Details::of(field);
            assert_eq!(
                (
                    found.order.as_deref(),
                    found.party.as_str(),
                    found.text.as_str()
                ),
                (order, party, text),
                "{field}"
            );
        }
        let full = format!("{}\ncut", "a".repeat(LINE));
        assert!(Details::of(&full).text.ends_with("acut"));
    }
}
