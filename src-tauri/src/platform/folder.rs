//! Asks a person for a folder, in the system's own dialog: Linux's is GTK's, which is here anyway and knows its window.
//! The program asks, never a page: a page gets a path back, and no way to any file.

use desk::{Desk, words};
use std::path::{Path, PathBuf};
use tauri::{Manager, Runtime, WebviewWindow};
use tokio::sync::oneshot;

/// The folder that a person chose in a dialog over this window; `None`: none was. The dialog begins at `from`, where that
/// is a folder of this computer.
pub(crate) async fn folder<R: Runtime>(
    window: &WebviewWindow<R>,
    from: Option<String>,
) -> Option<PathBuf> {
    let info = window.try_state::<Desk>()?.app_info().await.ok()?;
    let title = words::text(info.language, "folder.title", &[]);
    let from = from.map(PathBuf::from).filter(|from| is_here(from));
    let (tell, chosen) = oneshot::channel();
    let over = window.clone();
    // Dialogs belong to the main thread.
    let asked = window.run_on_main_thread(move || ask(&over, &title, from.as_deref(), tell));
    if let Err(error) = asked {
        tracing::warn!(%error, "no folder could be asked for");
        return None;
    }
    // A window that was closed meanwhile takes its dialog along.
    chosen.await.ok().flatten()
}

/// A name of another computer's is not even looked at: that would be a call to it.
fn is_here(folder: &Path) -> bool {
    let text = folder.to_string_lossy();
    !text.starts_with(r"\\") && !text.starts_with("//") && folder.is_absolute() && folder.is_dir()
}

#[cfg(target_os = "linux")]
fn ask<R: Runtime>(
    window: &WebviewWindow<R>,
    title: &str,
    from: Option<&Path>,
    tell: oneshot::Sender<Option<PathBuf>>,
) {
    use gtk::{FileChooserAction, FileChooserNative, ResponseType, prelude::*};
    use std::{cell::RefCell, rc::Rc};
    let over = window.gtk_window().ok();
    let action = FileChooserAction::SelectFolder;
    // Its buttons have the system's words.
    let dialog = FileChooserNative::new(Some(title), over.as_ref(), action, None, None);
    dialog.set_modal(true);
    dialog.set_create_folders(true);
    let _ = from.map(|from| dialog.set_current_folder(from));
    let answer = RefCell::new(Some(tell));
    // Nobody else holds on to it while it is on show.
    let kept = Rc::new(RefCell::new(None));
    let shown = kept.clone();
    dialog.connect_response(move |dialog, response| {
        let chosen = dialog
            .filename()
            .filter(|_| response == ResponseType::Accept);
        let _ = answer.take().map(|tell| tell.send(chosen));
        dialog.destroy();
        shown.take();
    });
    dialog.show();
    kept.replace(Some(dialog));
}

#[cfg(not(target_os = "linux"))]
fn ask<R: Runtime>(
    window: &WebviewWindow<R>,
    title: &str,
    from: Option<&Path>,
    tell: oneshot::Sender<Option<PathBuf>>,
) {
    let dialog = rfd::AsyncFileDialog::new()
        .set_title(title)
        .set_parent(window)
        .set_can_create_directories(true);
    let dialog = match from {
        Some(from) => dialog.set_directory(from),
        None => dialog,
    };
    // It is begun here; its answer may come on any thread.
    let chosen = dialog.pick_folder();
    tauri::async_runtime::spawn(async move {
        let chosen = chosen.await.map(|folder| folder.path().to_owned());
        let _ = tell.send(chosen);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dialog_begins_in_a_folder_of_this_computer_or_where_it_likes() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("a file");
        assert!(is_here(folder.path()));
        for elsewhere in ["", ".", r"\\evil\share", "//evil/share", "/no/such/folder"] {
            assert!(!is_here(Path::new(elsewhere)), "{elsewhere}");
        }
        assert!(!is_here(&file));
    }
}
