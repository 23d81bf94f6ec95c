//! What changes while the desk runs.

use super::now;
use crate::{
    listening::Hearing,
    screen::TrayView,
    settings::Settings,
    views::{AppInfo, ListeningView},
};
use domain::{Timestamp, wire::Shop};

/// What changes while the desk runs.
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) settings_lost: bool,
    pub(crate) shop: Option<Shop>,
    pub(crate) muted_until: Option<Timestamp>,
    pub(crate) hearing: Hearing,
    /// What this system lacks, in order.
    pub(crate) missing: Vec<crate::missing::Missing>,
    pub(super) shown_info: Option<AppInfo>,
    pub(super) shown_listening: Option<ListeningView>,
    pub(super) shown_tray: Option<TrayView>,
}

impl State {
    /// As it is before anything was heard or shown.
    pub(super) fn begun(
        settings: Settings,
        settings_lost: bool,
        shop: Option<Shop>,
        muted_until: Option<Timestamp>,
    ) -> Self {
        Self {
            settings,
            settings_lost,
            shop,
            muted_until,
            hearing: Hearing::new(now(), 0),
            missing: Vec::new(),
            shown_info: None,
            shown_listening: None,
            shown_tray: None,
        }
    }
}
