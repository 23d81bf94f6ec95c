//! The menu bar while a window is open. Tauri's own menu quits through AppKit, which ends the process before anything
//! is stopped in order; and it speaks English only.

use crate::start;
use desk::{Desk, guess, settings::Language, words};
use tauri::{
    AppHandle, Builder, Manager, Runtime,
    menu::{Menu, MenuItem, PredefinedMenuItem, Submenu, WINDOW_SUBMENU_ID},
};

/// Our own line: every other one is AppKit's. The tray's menu has an id of its own for it.
const QUIT: &str = "menu.quit";

/// An app with this menu instead of Tauri's.
pub(super) fn on<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
        .enable_macos_default_menu(false)
        .menu(|app| bar(app, guess::language()))
        .on_menu_event(|app, event| {
            if event.id().0 == QUIT {
                start::quit(app);
            }
        })
}

/// Keeps the menu in the language of the settings.
pub(super) fn follow<R: Runtime>(app: &AppHandle<R>) {
    let Some(desk) = app.try_state::<Desk>() else {
        return;
    };
    let (app, desk) = (app.clone(), desk.inner().clone());
    tauri::async_runtime::spawn(async move {
        let (mut settings, mut shown) = (desk.followed(), guess::language());
        loop {
            let chosen = settings.borrow_and_update().settings.language;
            let language = chosen.unwrap_or_else(guess::language);
            if language != shown {
                if let Err(error) = bar(&app, language).and_then(|menu| app.set_menu(menu)) {
                    tracing::warn!(%error, "the menu bar could not be changed");
                }
                shown = language;
            }
            if settings.changed().await.is_err() {
                return;
            }
        }
    });
}

fn bar<R: Runtime>(app: &AppHandle<R>, language: Language) -> tauri::Result<Menu<R>> {
    let say = |id: &str| words::text(language, &format!("menu.{id}"), &[]);
    let line = || PredefinedMenuItem::separator(app);
    let program = Submenu::with_items(
        app,
        desk::system::NAME,
        true,
        &[
            &PredefinedMenuItem::hide(app, Some(&say("hide")))?,
            &PredefinedMenuItem::hide_others(app, Some(&say("hide_others")))?,
            &line()?,
            &MenuItem::with_id(app, QUIT, say("quit"), true, Some("Cmd+Q"))?,
        ],
    )?;
    // Without these lines the keyboard neither copies nor pastes.
    let edit = Submenu::with_items(
        app,
        say("edit"),
        true,
        &[
            &PredefinedMenuItem::undo(app, Some(&say("undo")))?,
            &PredefinedMenuItem::redo(app, Some(&say("redo")))?,
            &line()?,
            &PredefinedMenuItem::cut(app, Some(&say("cut")))?,
            &PredefinedMenuItem::copy(app, Some(&say("copy")))?,
            &PredefinedMenuItem::paste(app, Some(&say("paste")))?,
            &PredefinedMenuItem::select_all(app, Some(&say("select_all")))?,
        ],
    )?;
    let window = Submenu::with_id_and_items(
        app,
        WINDOW_SUBMENU_ID,
        say("window"),
        true,
        &[
            &PredefinedMenuItem::minimize(app, Some(&say("minimize")))?,
            &line()?,
            &PredefinedMenuItem::close_window(app, Some(&say("close")))?,
        ],
    )?;
    Menu::with_items(app, &[&program, &edit, &window])
}
