//! The tray: an icon for the state, and a menu that holds everything, since trays on Linux have nothing else. What
//! the menu says and does is the desk's.

use crate::{platform, start, windows};
use desk::{Desk, TRAY_ACTIONS, TrayChoice, TrayState, TrayView, settings::Language, tray_label};
use std::sync::Mutex;
use tauri::{
    AppHandle, Manager, Runtime,
    image::Image,
    include_image,
    menu::{Menu, MenuItem, PredefinedMenuItem, Submenu},
    tray::{TrayIcon, TrayIconBuilder},
};

/// The tray icon with its menu.
struct Tray<R: Runtime> {
    icon: TrayIcon<R>,
    now: Mutex<Now<R>>,
}

struct Now<R: Runtime> {
    menu: Lines<R>,
    language: Language,
    shown: Option<TrayView>,
}

/// The menu, and those of its lines that change.
struct Lines<R: Runtime> {
    menu: Menu<R>,
    /// What tells something, above the actions.
    told: Vec<MenuItem<R>>,
    unmute: Option<MenuItem<R>>,
}

/// The whole menu in a language. Another language gets another menu: on Linux a submenu keeps its first title.
fn lines<R: Runtime>(app: &AppHandle<R>, language: Language) -> tauri::Result<Lines<R>> {
    let menu = Menu::new(app)?;
    let mute = Submenu::new(app, tray_label("mute", language), true)?;
    let mut unmute = None;
    for id in TRAY_ACTIONS {
        let item = MenuItem::with_id(app, id, tray_label(id, language), true, None::<&str>)?;
        match id {
            _ if id.starts_with("mute") => mute.append(&item)?,
            "open_settings" => menu.append(&item)?,
            _ => menu.append_items(&[&PredefinedMenuItem::separator(app)?, &item])?,
        }
        if id == "mute_off" {
            menu.append(&mute)?;
            unmute = Some(item);
        }
    }
    Ok(Lines {
        menu,
        told: Vec::new(),
        unmute,
    })
}

/// Puts the icon into the tray. On the main thread, once the event loop runs.
pub(crate) fn create<R: Runtime>(app: &AppHandle<R>, language: Language) -> tauri::Result<()> {
    let menu = lines(app, language)?;
    let icon = TrayIconBuilder::with_id("tillbell")
        .menu(&menu.menu)
        .icon(image(TrayState::NoSource))
        .icon_as_template(platform::TEMPLATE_ICONS)
        // Linux's icons are files; another shop on this PC has its own.
        .temp_dir_path(
            app.state::<windows::Windows>()
                .web_data
                .with_file_name("tray"),
        )
        .on_menu_event(|app, event| {
            let (app, id) = (app.clone(), event.id().0.clone());
            tauri::async_runtime::spawn(async move { act(&app, &id).await });
        })
        .build(app)?;
    app.manage(Tray {
        icon,
        now: Mutex::new(Now {
            menu,
            language,
            shown: None,
        }),
    });
    Ok(())
}

/// Shows what the desk says. On the main thread.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>, view: &TrayView) {
    let Some(tray) = app.try_state::<Tray<R>>() else {
        return;
    };
    let Ok(mut now) = tray.now.lock() else { return };
    // Every change of icon writes a file on Linux, and a menu that is open jumps: only what differs is changed.
    if now.shown.as_ref() == Some(view) {
        return;
    }
    if let Err(error) = change(app, &tray, &mut now, view) {
        tracing::warn!(%error, "the tray could not be changed");
    }
    now.shown = Some(view.clone());
}

fn change<R: Runtime>(
    app: &AppHandle<R>,
    tray: &Tray<R>,
    now: &mut Now<R>,
    view: &TrayView,
) -> tauri::Result<()> {
    if now.shown.as_ref().map(|before| before.state) != Some(view.state) {
        tray.icon
            .set_icon_with_as_template(Some(image(view.state)), platform::TEMPLATE_ICONS)?;
    }
    let another = now.language != view.language;
    if another {
        now.menu = lines(app, view.language)?;
        now.language = view.language;
    }
    let Lines { menu, told, unmute } = &mut now.menu;
    for (at, line) in view.title_lines.iter().enumerate() {
        // A single one would mark a letter for the keyboard: these are owners' names.
        let line = line.replace('&', "&&");
        match told.get(at) {
            Some(item) => item.set_text(&line)?,
            None => {
                let item = MenuItem::new(app, &line, false, None::<&str>)?;
                menu.insert(&item, at)?;
                told.push(item);
            }
        }
    }
    for item in told.drain(view.title_lines.len().min(told.len())..) {
        menu.remove(&item)?;
    }
    if let Some(unmute) = unmute {
        unmute.set_enabled(view.muted)?;
    }
    if another {
        tray.icon.set_menu(Some(now.menu.menu.clone()))?;
    }
    // Linux has none.
    tray.icon.set_tooltip(Some(view.tooltip()))
}

fn image(state: TrayState) -> Image<'static> {
    match (state, platform::TEMPLATE_ICONS) {
        (TrayState::Listening, false) => include_image!("../icons/tray-listening@2x.png"),
        (TrayState::Muted, false) => include_image!("../icons/tray-muted@2x.png"),
        (TrayState::NotListening | TrayState::NoSource, false) => {
            include_image!("../icons/tray-not-listening@2x.png")
        }
        (TrayState::Listening, true) => include_image!("../icons/tray-listening-template@2x.png"),
        (TrayState::Muted, true) => include_image!("../icons/tray-muted-template@2x.png"),
        (TrayState::NotListening | TrayState::NoSource, true) => {
            include_image!("../icons/tray-not-listening-template@2x.png")
        }
    }
}

/// Does what a line of the menu says.
async fn act<R: Runtime>(app: &AppHandle<R>, id: &str) {
    let Some(desk) = app.try_state::<Desk>() else {
        return;
    };
    match desk.choose_in_tray(id).await {
        TrayChoice::Open(name) => windows::open(app, name).await,
        TrayChoice::Quit => start::quit(app),
        TrayChoice::Done => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_picture_of_its_own() {
        let shown = |state| image(state).rgba().to_vec();
        assert_ne!(shown(TrayState::Listening), shown(TrayState::Muted));
        assert_ne!(shown(TrayState::Listening), shown(TrayState::NotListening));
        assert_ne!(shown(TrayState::Muted), shown(TrayState::NotListening));
    }
}
