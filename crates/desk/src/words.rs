//! Texts for people, from the locale files that the pages read too.

use crate::settings::Language;
use std::{collections::HashMap, sync::LazyLock};

type Texts = HashMap<String, String>;

static EN: LazyLock<Texts> =
    LazyLock::new(|| read(include_str!("../../../ui/src/locales/en.json")));
static ZH_CN: LazyLock<Texts> =
    LazyLock::new(|| read(include_str!("../../../ui/src/locales/zh-CN.json")));

/// The text of a key, with each `{name}` replaced by its value. What stands in a value is never replaced again. A
/// language that lacks the key speaks English; a key that nobody knows is shown as it is, so that it is found.
pub fn text(language: Language, key: &str, values: &[(&str, &str)]) -> String {
    let own = match language {
        Language::ZhCn => ZH_CN.get(key),
        Language::En => None,
    };
    match own.or_else(|| EN.get(key)) {
        Some(text) => fill(text, values),
        None => {
            tracing::error!(key, "no text for this key");
            key.to_owned()
        }
    }
}

/// Whether the locale files have a text for the key, for texts that are optional (`platform.<name>`).
pub fn has(key: &str) -> bool {
    EN.contains_key(key)
}

/// The files are part of the program; a test reads them, so an unreadable one never leaves the build.
fn read(json: &str) -> Texts {
    serde_json::from_str(json).unwrap_or_default()
}

fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, from_open) = rest.split_at(open);
        filled.push_str(before);
        let value = from_open[1..].split_once('}').and_then(|(name, after)| {
            values
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value, after))
        });
        match value {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = &from_open[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name)
            .collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let (en, zh) = (&*EN, &*ZH_CN);
        assert!(en.contains_key("tray.quit"), "the file was not read");
        let keys = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(keys(en), keys(zh));
        for (key, text) in en {
            assert_eq!(placeholders(text), placeholders(&zh[key]), "{key}");
            assert!(
                !text.trim().is_empty() && !zh[key].trim().is_empty(),
                "{key} is empty"
            );
        }
    }

    #[test]
    fn fills_placeholders_once() {
        for (text, values, filled) in [
            ("{a} and {b}", &[("a", "{b}"), ("b", "2")][..], "{b} and 2"),
            ("{unknown} {a", &[("a", "1")], "{unknown} {a"),
            ("{{a}", &[("a", "1")], "{1"),
            ("} {}", &[], "} {}"),
            ("¥{a}元", &[("a", "三")], "¥三元"),
        ] {
            assert_eq!(fill(text, values), filled, "{text}");
        }
    }

    #[test]
    fn finds_a_text_in_both_languages() {
        assert_eq!(
            text(Language::En, "tray.muted", &[("clock", "14:30")]),
            "Voice off until 14:30"
        );
        assert_eq!(
            text(Language::ZhCn, "tray.muted", &[("clock", "14:30")]),
            "14:30 前不播报"
        );
        assert_eq!(text(Language::ZhCn, "no.such_key", &[]), "no.such_key");
    }
}
