//! Port `Screen`: what the desk shows, without knowing windows. The real one is the app's; tests use a list.

use crate::{
    settings::Language,
    views::{AppInfo, CardsView, ListeningView},
};
use domain::BusinessDay;

/// Where the desk shows things. Calls come in order, from any thread, while the desk holds a lock: an
/// implementation hands over and returns, and must not call the desk back from within.
pub trait Screen: Send + Sync + 'static {
    /// All cards on show; none means that the window is hidden.
    fn cards(&self, view: &CardsView);
    /// The book of that day changed.
    fn book_changed(&self, day: BusinessDay);
    /// Whether news is heard changed.
    fn listening(&self, view: &ListeningView);
    /// Language, shop or day changed.
    fn app_info(&self, info: &AppInfo);
    /// The tray's icon and lines changed.
    fn tray(&self, view: &TrayView);
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
