//! Texts for people in one language, read from a locale file that the pages read too.

use std::collections::HashMap;

/// All texts of one language, by their keys.
#[derive(Debug, Clone, Default)]
pub struct Texts(HashMap<String, String>);

impl Texts {
    /// Reads a locale file. The files are part of the program and a test reads them, so an unreadable one never leaves
    /// the build.
    pub fn read(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap_or_default())
    }

    /// The text of a key as it stands in the file.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Every key with its text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, text)| (key.as_str(), text.as_str()))
    }

    /// The text of a key, with each `{name}` replaced by its value. A key that nobody knows is shown as it is, so that
    /// it is found.
    pub fn text(&self, key: &str, values: &[(&str, &str)]) -> String {
        match self.get(key) {
            Some(text) => fill(text, values),
            None => {
                tracing::error!(key, "no text for this key");
                key.to_owned()
            }
        }
    }
}

/// A text with each `{name}` replaced by its value. What stands in a value is never replaced again.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
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
}
