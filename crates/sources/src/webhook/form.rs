//! `application/x-www-form-urlencoded` bodies whose fields are signed sorted by name.

use crate::Refusal;
use std::borrow::Cow;

/// No platform sends half as many.
const FIELDS_MAX: usize = 128;

/// The fields, percent-decoded to bytes and sorted by name. Which text the bytes are is the platform's charset;
/// the signature is over the bytes.
pub(super) struct Form(Vec<(Vec<u8>, Vec<u8>)>);

impl Form {
    /// Splits and decodes a body. A name that comes twice is refused: who signs may mean the one, who reads the other.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields = Vec::new();
        for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            if fields.len() == FIELDS_MAX {
                return Err(Refusal::Malformed("too many fields"));
            }
            let equals = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            fields.push((
                decoded(&pair[..equals]),
                decoded(pair.get(equals + 1..).unwrap_or_default()),
            ));
        }
        fields.sort();
        if fields.windows(2).any(|two| two[0].0 == two[1].0) {
            return Err(Refusal::Malformed("a field comes twice"));
        }
        Ok(Self(fields))
    }

    /// A field's bytes; `None` when it is absent or empty.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        let at = self
            .0
            .binary_search_by(|(n, _)| n.as_slice().cmp(name.as_bytes()))
            .ok()?;
        Some(self.0[at].1.as_slice()).filter(|value| !value.is_empty())
    }

    /// A field as text, for those that are plain ASCII or UTF-8; `None` when it is absent, empty or neither.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.bytes(name)?).ok()
    }

    /// A field as text in a charset, with replacement characters where it is none.
    pub(super) fn decoded(
        &self,
        name: &str,
        charset: &'static encoding_rs::Encoding,
    ) -> Option<Cow<'_, str>> {
        Some(charset.decode_without_bom_handling(self.bytes(name)?).0)
    }

    /// Whether any field is empty.
    pub(super) fn has_empty(&self) -> bool {
        self.0.iter().any(|(_, value)| value.is_empty())
    }

    /// Whether a value holds what would be one of these fields if the signed text were split elsewhere. The text that
    /// is signed knows no escaping, so a customer's own words could be made a field by whoever sends it again.
    pub(super) fn hides(&self, names: &[&str]) -> bool {
        let held = |value: &[u8], name: &str| {
            let field = format!("&{name}=");
            value
                .windows(field.len())
                .any(|part| part == field.as_bytes())
        };
        self.0
            .iter()
            .any(|(_, value)| names.iter().any(|name| held(value, name)))
    }

    /// `name=value` joined by `&` in order of name, of those fields that `take` says.
    pub(super) fn joined(&self, take: impl Fn(&[u8], &[u8]) -> bool) -> Vec<u8> {
        let mut joined = Vec::new();
        for (name, value) in self.0.iter().filter(|(name, value)| take(name, value)) {
            if !joined.is_empty() {
                joined.push(b'&');
            }
            joined.extend_from_slice(name);
            joined.push(b'=');
            joined.extend_from_slice(value);
        }
        joined
    }
}

#[cfg(test)]
#[test]
fn a_customers_words_cannot_be_made_a_field() {
    for (body, hides) in [
        ("subject=tea+A%26B+50%25&total_amount=0.01", false),
        (
            "subject=A%26total_amount%3D999.00%26tp%3Dx&total_amount=0.01",
            true,
        ),
        (
            "subject=A&tp=x%26total_amount%3D0.01&total_amount=999.00",
            true,
        ),
        ("subject=total_amount%3D5", false),
    ] {
        let form = Form::parse(body.as_bytes()).unwrap_or_else(|_| panic!("{body}"));
        assert_eq!(form.hides(&["total_amount"]), hides, "{body}");
    }
}

fn decoded(raw: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = raw
        .iter()
        .map(|b| if *b == b'+' { b' ' } else { *b })
        .collect();
    percent_encoding::percent_decode(&spaced).collect()
}
