//! The tray: an icon for the state, and a menu that holds everything, since trays on Linux have nothing else. What
//! the menu says is the desk's; what it does is here, one function that tests call too.

use crate::{platform, start, windows};
use desk::{
    Desk, TrayState, TrayView,
    settings::Language,
    views::{Mute, WindowName},
    words,
};
use domain::Money;
use std::sync::Mutex;
use tauri::{
    AppHandle, Manager, Runtime,
    image::Image,
    include_image,
    menu::{Menu, MenuItem, PredefinedMenuItem, Submenu},
    tray::{TrayIcon, TrayIconBuilder},
};

/// What can be done from the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// Opens history.
    OpenHistory,
    /// Silent for half an hour.
    MuteHalfHour,
    /// Silent until tomorrow.
    MuteTomorrow,
    /// Speaks again.
    Unmute,
    /// A payment of one unit that goes the whole way.
    TestPayment,
    /// Opens settings.
    OpenSettings,
    /// Ends the program.
    Quit,
}

impl Action {
    /// In the order of the menu, with their ids; `tray.<id>` are their words.
    pub(crate) const ALL: [(Self, &'static str); 7] = [
        (Self::OpenHistory, "open_history"),
        (Self::MuteHalfHour, "mute_half_hour"),
        (Self::MuteTomorrow, "mute_tomorrow"),
        (Self::Unmute, "mute_off"),
        (Self::TestPayment, "test_payment"),
        (Self::OpenSettings, "open_settings"),
        (Self::Quit, "quit"),
    ];

    fn from_id(id: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == id)
            .map(|(action, _)| *action)
    }

    fn words(id: &str, language: Language) -> String {
        words::text(language, &format!("tray.{id}"), &[])
    }
}

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
    let mute = Submenu::new(app, Action::words("mute", language), true)?;
    let mut unmute = None;
    for (action, id) in Action::ALL {
        let item = MenuItem::with_id(app, id, Action::words(id, language), true, None::<&str>)?;
        match action {
            Action::MuteHalfHour | Action::MuteTomorrow | Action::Unmute => mute.append(&item)?,
            Action::OpenHistory | Action::TestPayment | Action::Quit => {
                menu.append_items(&[&PredefinedMenuItem::separator(app)?, &item])?;
            }
            Action::OpenSettings => menu.append(&item)?,
        }
        if action == Action::Unmute {
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
        .on_menu_event(|app, event| {
            if let Some(action) = Action::from_id(event.id().as_ref()) {
                let app = app.clone();
                tauri::async_runtime::spawn(async move { act(&app, action).await });
            }
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
    if now
        .shown
        .as_ref()
        .is_none_or(|before| before.state != view.state)
    {
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
        match told.get(at) {
            Some(item) => item.set_text(line)?,
            None => {
                let item = MenuItem::new(app, line, false, None::<&str>)?;
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
    // Windows cuts a tooltip at 127 characters; Linux has none.
    let tooltip: String = view.title_lines.join("\n").chars().take(127).collect();
    tray.icon.set_tooltip(Some(tooltip))
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
pub(crate) async fn act<R: Runtime>(app: &AppHandle<R>, action: Action) {
    let Some(desk) = app.try_state::<Desk>() else {
        return;
    };
    let done = match action {
        Action::OpenHistory => return windows::open(app, WindowName::History).await,
        Action::OpenSettings => return windows::open(app, WindowName::Settings).await,
        Action::Quit => return start::quit(app),
        Action::MuteHalfHour => desk.mute(Mute::HalfHour).await.map(drop),
        Action::MuteTomorrow => desk.mute(Mute::Tomorrow).await.map(drop),
        Action::Unmute => desk.mute(Mute::Off).await.map(drop),
        Action::TestPayment => match desk.app_info().await.map(|info| info.shop) {
            Ok(Some(shop)) => match Money::parse("1", shop.currency) {
                Ok(one) => desk.test_payment(one).await,
                Err(_) => Ok(()),
            },
            other => other.map(drop),
        },
    };
    if let Err(error) = done {
        tracing::warn!(
            code = error.code,
            ?action,
            "what the tray's menu asked for was not done"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_menu_does_something_and_has_words() {
        for (action, id) in Action::ALL {
            assert_eq!(Action::from_id(id), Some(action));
            for language in [Language::En, Language::ZhCn] {
                let words = Action::words(id, language);
                assert!(
                    !words.is_empty() && !words.contains("tray."),
                    "{id} in {language:?}: {words}"
                );
            }
        }
        assert_eq!(Action::from_id("something else"), None);
    }

    #[test]
    fn every_state_has_a_picture_of_its_own() {
        let shown = |state| image(state).rgba().to_vec();
        assert_ne!(shown(TrayState::Listening), shown(TrayState::Muted));
        assert_ne!(shown(TrayState::Listening), shown(TrayState::NotListening));
        assert_ne!(shown(TrayState::Muted), shown(TrayState::NotListening));
    }
}
