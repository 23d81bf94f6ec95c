//! Port `Screen`: what the desk shows, without knowing windows. The real one is the app's; tests use a list.

use crate::{
    api::event,
    settings::Language,
    update::UpdatesView,
    views::{AppInfo, CardsView, ListeningView, Painted},
};
use domain::BusinessDay;
use serde_json::json;

/// Where the desk shows things. Calls come in order, from any thread, while the desk holds a lock: an
/// implementation hands over and returns, and must not call the desk back from within.
pub trait Screen: Send + Sync + 'static {
    /// All cards on show; none means that the window is hidden.
    fn cards(&self, view: &CardsView);
    /// The page has drawn the cards up to this revision, and needs this height.
    fn painted(&self, _: Painted) {}
    /// The book of that day changed.
    fn book_changed(&self, day: BusinessDay) {
        self.tell(&["history"], event::BOOK, &json!(day));
    }
    /// The closing that is being made changed, or there is one more.
    fn day_end_changed(&self) {
        self.tell(&["history"], event::DAY_END, &json!(null));
    }
    /// Whether news is heard changed.
    fn listening(&self, view: &ListeningView) {
        let windows = ["history", "settings", "welcome"];
        self.tell(&windows, event::LISTENING, &json!(view));
    }
    /// Language, shop or day changed.
    fn app_info(&self, info: &AppInfo);
    /// The tray's icon and lines changed.
    fn tray(&self, view: &TrayView);
    /// What is known of updates changed.
    fn updates(&self, view: &UpdatesView) {
        self.tell(&["settings"], event::UPDATES, &json!(view));
    }
    /// Something about clerks' phones changed.
    fn terminals_changed(&self) {
        self.tell(&["settings"], event::TERMINALS, &json!(null));
    }
    /// An event for the pages of these windows. A screen without pages shows nothing of it.
    fn tell(&self, _windows: &[&str], _event: &str, _what: &serde_json::Value) {}
}

/// The tray: which icon, and the lines of its menu that tell something, already in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayView {
    /// Which icon.
    pub state: TrayState,
    /// Today's total and count, the last payment, what is not heard and since when. One to four lines.
    pub title_lines: Vec<String>,
    /// The voice is muted: the menu offers to speak again.
    pub muted: bool,
    /// The language of the rest of the menu.
    pub language: Language,
}

/// Windows cuts a tooltip that is longer, in its own units of text.
const TOOLTIP_MAX: usize = 127;

impl TrayView {
    /// The lines as one tooltip, cut at a whole letter where Windows would cut it anywhere.
    pub fn tooltip(&self) -> String {
        let text = self.title_lines.join("\n");
        if text.encode_utf16().count() <= TOOLTIP_MAX {
            return text;
        }
        let mut left = TOOLTIP_MAX - 1;
        let fits = |letter: &char| {
            let rest = left.checked_sub(letter.len_utf16());
            left = rest.unwrap_or(0);
            rest.is_some()
        };
        let mut cut: String = text.chars().take_while(fits).collect();
        cut.push('…');
        cut
    }
}

/// The tray's icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrayState {
    /// All is heard and spoken.
    Listening,
    /// All is heard, the voice is off.
    Muted,
    /// Something that should be heard is not. It wins over `Muted`.
    NotListening,
    /// Nothing is set up yet.
    NoSource,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tooltip_fits_windows_and_is_cut_at_a_whole_letter() {
        for (lines, want) in [
            (
                vec!["Today ¥12.80 · 1 payment", "Listening"],
                "Today ¥12.80 · 1 payment\nListening".to_owned(),
            ),
            (vec![&*"a".repeat(127)], "a".repeat(127)),
            (vec![&*"a".repeat(128)], "a".repeat(126) + "…"),
            // A letter outside the first plane counts twice there, and half of one is no letter.
            (vec![&*("a".repeat(125) + "😀😀")], "a".repeat(125) + "…"),
            (vec![&*("收".repeat(200))], "收".repeat(126) + "…"),
            (vec![], String::new()),
        ] {
            let view = TrayView {
                state: TrayState::Listening,
                title_lines: lines.into_iter().map(str::to_owned).collect(),
                muted: false,
                language: Language::En,
            };
            assert_eq!(view.tooltip(), want);
            assert!(view.tooltip().encode_utf16().count() <= TOOLTIP_MAX);
        }
    }
}
