//! What this system lacks that Tillbell would use. Each is said to the person once, in words that tell what to do, and
//! everything else goes on: a bell that cannot draw still rings.

use crate::{
    Desk,
    settings::{Language, Theme},
    words,
};
use serde::{Deserialize, Serialize};

/// What may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// What draws windows and cards (on Windows the WebView2 Runtime). The system's notices stand in for cards.
    WebView,
    /// The system's own notices, which stand in for cards.
    Notices,
    /// The tray: the window must be opened by starting the program again.
    Tray,
    /// The keychain: the key to the stored secrets is kept in a file.
    Keychain,
}

impl Missing {
    /// Each there is.
    pub const ALL: [Self; 4] = [Self::WebView, Self::Notices, Self::Tray, Self::Keychain];

    fn name(self) -> &'static str {
        match self {
            Self::WebView => "web_view",
            Self::Notices => "notices",
            Self::Tray => "tray",
            Self::Keychain => "keychain",
        }
    }

    /// The headline.
    pub fn title(self, language: Language) -> String {
        words::text(language, &format!("missing.{}", self.name()), &[])
    }

    /// What it means and what to do about it, on this system (`windows`, `macos`, `linux`).
    pub fn help(self, language: Language, system: &str) -> String {
        let plain = format!("missing.{}_help", self.name());
        let own = format!("{plain}_{system}");
        let key = if words::has(&own) { own } else { plain };
        words::text(language, &key, &[])
    }

    /// Whether the tray tells of it. It must be where nothing else can; a key in a file is told in the settings only.
    fn in_tray(self) -> bool {
        matches!(self, Self::WebView | Self::Notices)
    }
}

/// The tray's lines about what is missing.
pub(crate) fn tray_lines(missing: &[Missing], language: Language) -> Vec<String> {
    let told = missing.iter().filter(|missing| missing.in_tray());
    told.map(|missing| missing.title(language)).collect()
}

impl Desk {
    /// The system lacks this, or has it after all. Told to pages and tray when it is new.
    pub fn misses(&self, what: Missing, lacks: bool) {
        {
            let mut state = self.inner.state();
            let before = state.missing.len();
            state.missing.retain(|missing| *missing != what);
            if lacks {
                state.missing.push(what);
                state.missing.sort_unstable();
            }
            if before == state.missing.len() {
                return;
            }
        }
        if lacks {
            tracing::warn!(?what, "this system lacks something; the rest goes on");
        }
        self.inner.show_info();
    }

    /// The settings that hold, as they change.
    pub fn followed(&self) -> tokio::sync::watch::Receiver<crate::announcer::Voice> {
        self.inner.voice.subscribe()
    }

    /// Light or dark, by the settings that hold.
    pub fn theme(&self) -> Theme {
        self.inner.voice.borrow().settings.theme
    }

    /// The system woke from sleep, or its clock was set: whatever link and displays look like, connect again at
    /// once.
    pub fn woke(&self) {
        tracing::info!("the system woke; connecting again");
        self.inner.link.reconnect();
        self.inner.displays.woke();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_may_be_missing_has_words_on_every_system() {
        for what in Missing::ALL {
            for language in [Language::En, Language::ZhCn] {
                for system in ["windows", "macos", "linux"] {
                    for text in [what.title(language), what.help(language, system)] {
                        assert!(
                            text.len() > 10 && !text.contains("missing."),
                            "{what:?} on {system} in {language:?}: {text}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_windows_pc_is_told_where_to_get_what_draws() {
        let help = Missing::WebView.help(Language::ZhCn, "windows");
        assert!(
            help.contains("WebView2") && help.contains("https://"),
            "{help}"
        );
    }

    #[test]
    fn the_tray_tells_only_of_what_nothing_else_can_tell() {
        assert_eq!(tray_lines(&Missing::ALL, Language::En).len(), 2);
        assert!(tray_lines(&[Missing::Keychain], Language::En).is_empty());
    }
}
