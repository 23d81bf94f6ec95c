//! What differs between systems, behind one set of names: each file here has all of them.
//!
//! - `prepare`, `display`, `complain`: before there is an app. `message`: a native message, when there is no window.
//! - `dress_card`, `show_card`, `hide_card`: a window that never takes the focus.
//! - `windows_open`: whether the app stands in the dock. `tray_host`: whether trays are shown at all.
//! - `asked_to_end`: the system or a person at a terminal wants the program to end.
//! - `only_ours`: keeps other users out of a folder. `login`: start at login.

#[cfg(target_os = "linux")]
#[path = "platform/linux.rs"]
mod here;
#[cfg(target_os = "macos")]
#[path = "platform/macos.rs"]
mod here;
#[cfg(windows)]
#[path = "platform/windows.rs"]
mod here;

pub(crate) use here::*;
