//! Linux: GTK on X11, also under Wayland, where a program may not place its own windows.
#![allow(clippy::float_arithmetic, reason = "pixels, never money")]

use desk::place::Rect;
use gtk::{gdk, gio, glib, prelude::*};
use std::{io::Write, path::Path, process::ExitCode, time::Duration};
use tauri::{AppHandle, Runtime, WebviewWindow};
use tokio::signal::unix::{SignalKind, signal};

/// Tray icons keep their colours here.
pub(crate) const TEMPLATE_ICONS: bool = false;

/// Settings that GTK and WebKit read from the environment once.
pub(crate) fn prepare(safe_graphics: bool) {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("WAYLAND_DISPLAY") && is_set("DISPLAY") && !is_set("GDK_BACKEND") {
        set("GDK_BACKEND", "x11");
    }
    if safe_graphics {
        set("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        set("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
    }
}

#[allow(
    unsafe_code,
    reason = "the environment is written before any thread is started, which is when it is sound"
)]
fn set(name: &str, value: &str) {
    // SAFETY: called by `prepare` only, first thing in `run`, while this is the only thread.
    unsafe { std::env::set_var(name, value) }
}

/// Whether there is a display.
pub(crate) fn display() -> Result<(), String> {
    gtk::init().map_err(|error| error.to_string())
}

/// Says what is wrong where the program was started.
pub(crate) fn complain(text: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{text}");
    ExitCode::FAILURE
}

/// A native message. On the main thread; returns when it was read.
pub(crate) fn message(title: &str, text: &str) {
    let dialog = gtk::MessageDialog::new(
        None::<&gtk::Window>,
        gtk::DialogFlags::MODAL,
        gtk::MessageType::Error,
        gtk::ButtonsType::Close,
        title,
    );
    dialog.set_title("Tillbell");
    dialog.set_secondary_text(Some(text));
    dialog.run();
    dialog.close();
}

/// What makes a window a card, before it is shown for the first time.
pub(crate) fn dress_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_gtk(window, |card| {
        card.set_accept_focus(false);
        card.set_focus_on_map(false);
        card.set_type_hint(gdk::WindowTypeHint::Notification);
        card.set_keep_above(true);
        card.stick();
    });
}

/// Puts the card where it belongs and shows it, without the focus.
pub(crate) fn show_card<R: Runtime>(window: &WebviewWindow<R>, place: Rect, scale: f64) {
    let css = move |pixels: f64| (pixels / scale).round() as i32;
    on_gtk(window, move |card| {
        let (width, height) = (css(place.width.into()), css(place.height.into()));
        // A window that people cannot resize has the size it asks for.
        card.set_size_request(width, height);
        card.resize(width, height);
        card.move_(css(place.x.into()), css(place.y.into()));
        if !card.is_visible() {
            card.show_all();
            // Some window managers forget where a window was while it was hidden.
            card.move_(css(place.x.into()), css(place.y.into()));
        }
    });
}

/// Hides the card.
pub(crate) fn hide_card<R: Runtime>(window: &WebviewWindow<R>) {
    on_gtk(window, |card| card.hide());
}

fn on_gtk<R: Runtime>(
    window: &WebviewWindow<R>,
    run: impl FnOnce(&gtk::ApplicationWindow) + Send + 'static,
) {
    let shown = window.clone();
    let handed = window.run_on_main_thread(move || {
        if let Ok(gtk) = shown.gtk_window() {
            run(&gtk);
        }
    });
    if let Err(error) = handed {
        tracing::debug!(%error, "the app is ending and shows no card");
    }
}

/// There is no dock to stand in or to leave.
pub(crate) fn windows_open<R: Runtime>(_: &AppHandle<R>, _: bool) {}

/// Whether the desktop shows tray icons. At login the tray may come later than we do.
pub(crate) async fn tray_host() -> bool {
    for _ in 0..10 {
        if tokio::task::spawn_blocking(has_tray_host)
            .await
            .unwrap_or(false)
        {
            return true;
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    false
}

fn has_tray_host() -> bool {
    let ask = || -> Result<bool, glib::Error> {
        let watcher = "org.kde.StatusNotifierWatcher";
        let answer = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE)?.call_sync(
            Some(watcher),
            "/StatusNotifierWatcher",
            "org.freedesktop.DBus.Properties",
            "Get",
            Some(&(watcher, "IsStatusNotifierHostRegistered").to_variant()),
            None,
            gio::DBusCallFlags::NO_AUTO_START,
            2_000,
            gio::Cancellable::NONE,
        )?;
        Ok(answer
            .child_value(0)
            .as_variant()
            .and_then(|value| value.get())
            .unwrap_or(false))
    };
    ask().unwrap_or(false)
}

/// Returns when the program shall end.
pub(crate) async fn asked_to_end() {
    let hear =
        |kind| signal(kind).inspect_err(|error| tracing::warn!(%error, "a signal cannot be heard"));
    let (Ok(mut term), Ok(mut int), Ok(mut hup)) = (
        hear(SignalKind::terminate()),
        hear(SignalKind::interrupt()),
        hear(SignalKind::hangup()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
        _ = hup.recv() => {}
    }
}

/// Only this user may look into the folder.
pub(crate) fn only_ours(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

/// Start at login: a desktop entry in the autostart folder.
pub(crate) mod login {
    use std::{
        env,
        io::{Error, ErrorKind, Result},
        path::PathBuf,
    };

    fn file() -> Result<PathBuf> {
        let config = env::var_os("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|dir| dir.is_absolute());
        let config =
            config.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")));
        let config =
            config.ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no home folder"))?;
        Ok(config.join("autostart").join("tillbell.desktop"))
    }

    /// An AppImage runs from a folder that is gone at the next login; its own file stays.
    fn program() -> Result<PathBuf> {
        env::var_os("APPIMAGE").map_or_else(env::current_exe, |image| Ok(PathBuf::from(image)))
    }

    fn entry() -> Result<String> {
        let program = program()?;
        let program = program
            .to_str()
            .ok_or_else(|| Error::new(ErrorKind::InvalidData, "the program's path is no text"))?;
        Ok(format!(
            "[Desktop Entry]\nType=Application\nName=Tillbell\nExec={} --hidden\nTerminal=false\n\
             X-GNOME-Autostart-enabled=true\n",
            quoted(program)
        ))
    }

    /// Twice: once for the argument, once for the file's own text.
    fn quoted(argument: &str) -> String {
        let mut text = String::from("\"");
        for letter in argument.chars() {
            match letter {
                '"' | '`' | '$' => text.extend(["\\\\", letter.encode_utf8(&mut [0; 4])]),
                '\\' => text.push_str("\\\\\\\\"),
                '%' => text.push_str("%%"),
                _ => text.push(letter),
            }
        }
        text + "\""
    }

    fn written() -> Result<Option<String>> {
        match std::fs::read_to_string(file()?) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The person, or a desktop's own settings, may have switched the entry off without deleting it.
    fn says_yes(entry: &str) -> bool {
        !entry.lines().any(|line| {
            let line = line.replace(' ', "").to_ascii_lowercase();
            line == "hidden=true" || line == "x-gnome-autostart-enabled=false"
        })
    }

    /// Whether the app starts at login.
    pub(crate) fn is_on() -> Result<bool> {
        Ok(written()?.is_some_and(|entry| says_yes(&entry)))
    }

    /// Starts it at login, or not.
    pub(crate) fn set(on: bool) -> Result<()> {
        let file = file()?;
        if on {
            file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            return std::fs::write(file, entry()?);
        }
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// After an update the program may lie elsewhere: an entry that is on is made to name it.
    pub(crate) fn repair() {
        let repaired = || -> Result<()> {
            match written()? {
                Some(entry) if says_yes(&entry) && entry != self::entry()? => set(true),
                _ => Ok(()),
            }
        };
        if let Err(error) = repaired() {
            tracing::warn!(%error, "start at login could not be checked");
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_path_survives_the_desktop_entry() {
            for (path, want) in [
                ("/usr/bin/tillbell", "\"/usr/bin/tillbell\""),
                (
                    "/home/王 芳/Till Bell/tillbell",
                    "\"/home/王 芳/Till Bell/tillbell\"",
                ),
                ("/opt/100%/a$b", r#""/opt/100%%/a\\$b""#),
                (r#"/opt/a"b\c`d"#, r#""/opt/a\\"b\\\\c\\`d""#),
            ] {
                assert_eq!(quoted(path), want);
            }
        }

        #[test]
        fn an_entry_that_was_switched_off_is_off() {
            assert!(says_yes("[Desktop Entry]\nExec=x\n"));
            assert!(!says_yes("[Desktop Entry]\nHidden = true\n"));
            assert!(!says_yes(
                "[Desktop Entry]\nX-GNOME-Autostart-enabled=false\n"
            ));
        }
    }
}
