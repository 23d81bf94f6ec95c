//! What is read of an update's description: it comes from outside, so every size is bounded and every text is cleaned.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A description of all systems' packages is a few kilobytes, of which the notes are most.
pub(crate) const MANIFEST_MAX: u64 = 256 * 1024;
/// The offline installer for Windows holds the whole web view: about 140 MB.
pub(crate) const PACKAGE_MAX: u64 = 300 * 1024 * 1024;
/// So many characters of the notes are shown …
const NOTES_MAX: usize = 4_000;
/// … in so many lines.
const LINES_MAX: usize = 80;
/// A version is shown in the tray too.
const VERSION_MAX: usize = 40;

/// An update as the app's bundle reads it from the description: one that is newer than this program and fits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Its version.
    pub version: String,
    /// Where its package lies.
    pub url: String,
    /// What is new in it, by whoever made it.
    pub notes: String,
}

/// What the desk remembers of updates over a restart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Kept {
    /// When was looked, successfully, the last time.
    pub(crate) checked_at: Option<domain::Timestamp>,
    /// The description that was found.
    pub(crate) manifest: Option<Value>,
    /// The owner does not want this version.
    pub(crate) skipped: Option<String>,
    /// The owner wants this version when it is quiet.
    pub(crate) wanted: Option<String>,
}

/// A description, if it is one: an object of a bounded size.
pub(crate) fn manifest(bytes: &[u8]) -> Option<Value> {
    let short = u64::try_from(bytes.len()).is_ok_and(|size| size <= MANIFEST_MAX);
    short
        .then(|| serde_json::from_slice::<Value>(bytes).ok())
        .flatten()
        .filter(Value::is_object)
}

/// An offer with nothing hidden in its texts; `None` when its version is not one that can be shown.
pub(crate) fn clean(offered: Offered) -> Option<Offered> {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-+".contains(c);
    let version = offered.version;
    let fits = !version.is_empty() && version.len() <= VERSION_MAX && version.chars().all(plain);
    fits.then(|| Offered {
        notes: notes(&offered.notes),
        version,
        url: offered.url,
    })
}

/// Notes as plain text: lines of visible characters, bounded. Markup is not removed, since pages show text as text.
fn notes(text: &str) -> String {
    let visible: String = text
        .chars()
        .take(NOTES_MAX)
        .filter(|c| !domain::payment::is_hidden(*c))
        .collect();
    let mut clean = Vec::new();
    for line in visible.lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        // One empty line parts two paragraphs; more are waste.
        let empty_again = line.is_empty() && clean.last().is_none_or(String::is_empty);
        if !empty_again && clean.len() < LINES_MAX {
            clean.push(line);
        }
    }
    clean.join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_plain_bounded_lines() {
        for (raw, shown) in [
            ("", ""),
            ("One line", "One line"),
            ("\r\n\n - a \r\n\n\n\n - b\t c\n\n", "- a\n\n- b c"),
            ("a\u{202e}b\u{7}\u{200b}c", "abc"),
            // Shown as it stands: pages put it in a text node.
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("新版本\n修正了播报", "新版本\n修正了播报"),
        ] {
            assert_eq!(notes(raw), shown, "{raw:?}");
        }
        let long = notes(&"多".repeat(100_000));
        assert!(
            long.chars().count() <= NOTES_MAX,
            "{}",
            long.chars().count()
        );
        let many = notes(&"x\n".repeat(100_000));
        assert_eq!(many.lines().count(), LINES_MAX);
    }

    #[test]
    fn a_version_that_cannot_be_shown_is_no_offer() {
        let offered = |version: &str| Offered {
            version: version.to_owned(),
            url: String::new(),
            notes: String::new(),
        };
        for good in ["0.2.0", "1.0.0-beta.2", "2.0.0+build.7"] {
            assert!(clean(offered(good)).is_some(), "{good}");
        }
        for bad in ["", "1.0 <b>", "1.0\n2.0", "一", &"1".repeat(41)] {
            assert!(clean(offered(bad)).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_description_is_an_object_of_a_bounded_size() {
        assert!(manifest(br#"{"version":"1.0.0"}"#).is_some());
        let too_large = format!(r#"{{"notes":"{}"}}"#, "x".repeat(256 * 1024));
        for bad in ["", "[]", "3", "{", "<html>", &too_large] {
            assert_eq!(manifest(bad.as_bytes()), None, "{:.20}", bad);
        }
        // Nested deeper than any parser should follow.
        assert_eq!(manifest("[".repeat(100_000).as_bytes()), None);
    }
}
