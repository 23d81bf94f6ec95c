//! What a platform answers in place of a bill, as XML or JSON.

use super::NoBill;

/// An answer is short.
const LONGEST: usize = 8 * 1024;

/// Words of answers. Those of the newer interfaces come from one source and are not verified.
const ANSWERS: &[(&str, NoBill)] = &[
    ("no bill exist", NoBill::NoTrade),
    ("no_bill_exist", NoBill::NoTrade),
    ("no_statement_exist", NoBill::NoTrade),
    ("bill_not_exist", NoBill::NoTrade),
    ("bill_creating", NoBill::NotYet),
    ("bill creating", NoBill::NotYet),
    ("statement_creating", NoBill::NotYet),
];

/// Whether the file is such an answer.
pub(super) fn looks(bytes: &[u8]) -> Option<NoBill> {
    if bytes.len() > LONGEST {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    let xml = text.starts_with('<') && text.contains("<xml>") && text.contains("return_code");
    let json = text.starts_with('{') && text.ends_with('}');
    if !xml && !json {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let known = ANSWERS.iter().find(|(words, _)| lower.contains(words));
    if let Some((_, answer)) = known {
        return Some(*answer);
    }
    // Any other refusal: of WeChat's old interface, its new one, and Alipay's.
    let refusal = xml && lower.contains("fail")
        || json
            && serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| {
                let has = |name: &str| value.get(name).is_some();
                (has("code") && has("message"))
                    || value.as_object().is_some_and(|object| {
                        object.values().any(|inner| inner.get("sub_code").is_some())
                    })
            });
    refusal.then_some(NoBill::Refused)
}
