//! What differs between systems, behind one set of names: each system's file has all of them.
//!
//! - `builder`, `prepare`, `display`, `complain`: before there is an app. `message`, `tell`: native messages.
//! - `dress_card`, `show_card`, `hide_card`: a window that never takes the focus. `show_card` tells whether it is seen.
//!   `show_customer`: the same for one that fills its monitor, which nothing keeps away.
//! - `can_draw`: whether windows can be drawn at all. `tray_host`: whether trays are shown at all.
//! - `windows_open`: whether the app stands in the dock. `heard`: what only this system's event loop says.
//! - `introduce`: what the system must know of us. `Awake`, `watch`: sleep, and what the system says unasked.
//! - `asked_to_end`: the system or a person at a terminal wants the program to end.
//! - `only_ours`: keeps other users out of a folder. `login`: start at login.
//!
//! `bundle`: how this program is replaced by a newer one. `folder`: asks a person for one.
//!
//! `started` calls them once the desk is there; `lacking` says what the system lacks, `failing` why
//! there is no start. The rules that are mere numbers
//! and texts are in `desk::system`, tested on every system.

pub(crate) mod bundle;
mod failing;
mod folder;
mod lacking;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as here;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as here;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
use self::windows as here;

pub(crate) use failing::fail;
pub(crate) use folder::folder;
pub(crate) use here::{
    TEMPLATE_ICONS, asked_to_end, builder, can_draw, complain, display, dress_card, heard,
    hide_card, login, only_ours, prepare, show_card, show_customer, tray_host, windows_open,
};
pub(crate) use lacking::drawable;

use crate::windows as ours;
use desk::{Desk, missing::Missing, system::Sign, vault::VaultKind};
use std::{path::Path, time::Duration};
use tauri::{AppHandle, Runtime};
use tokio::sync::mpsc;

/// Signs that wait: more than a few at once say nothing new.
const SIGNS_MAX: usize = 16;
/// Where the system tells of nothing, so often it is asked whether it runs on mains.
const ASK_EVERY: Duration = Duration::from_secs(60);
/// So long after a change of monitors all is where it stays.
const SETTLED: Duration = Duration::from_secs(2);

/// Once the desk is there: tells the system of us, says what it lacks, and hears it until the program ends.
pub(crate) fn started<R: Runtime>(app: &AppHandle<R>, desk: &Desk, folder: &Path) {
    here::introduce(folder);
    login::repair();
    desk.misses(
        Missing::Keychain,
        desk::vault::kept_in(folder) == Some(VaultKind::File),
    );
    lacking::look(app, desk);
    let (tell, signs) = mpsc::channel(SIGNS_MAX);
    here::watch(app, tell);
    tauri::async_runtime::spawn(hear(app.clone(), desk.clone(), signs));
}

/// Acts on what the system says.
async fn hear<R: Runtime>(app: AppHandle<R>, desk: Desk, mut signs: mpsc::Receiver<Sign>) {
    let mut awake = here::Awake::default();
    awake.keep(desk.followed().borrow().settings.awake);
    let mut settings = desk.followed();
    let mut told = true;
    loop {
        tokio::select! {
            sign = signs.recv(), if told => match sign {
                Some(Sign::Woke) => desk.woke(),
                Some(Sign::Screens) => {
                    ours::place_anew(&app);
                    look_again(app.clone());
                }
                Some(Sign::Power) => {}
                // Nobody tells here, or no more; the setting is still followed.
                None => told = false,
            },
            () = tokio::time::sleep(ASK_EVERY), if !told => {}
            Ok(()) = settings.changed() => ours::place_anew(&app),
        }
        awake.keep(settings.borrow_and_update().settings.awake);
    }
}

/// Systems tell of monitors in several steps, and some move windows about after they told: a second look, later.
fn look_again<R: Runtime>(app: AppHandle<R>) {
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SETTLED).await;
        ours::place_anew(&app);
    });
}
