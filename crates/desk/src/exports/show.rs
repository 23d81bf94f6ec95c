//! A file in its folder, shown by the program that the system has for that.

use std::{env::consts::OS, io, path::Path};
use tokio::process::Command;

/// Shows it. Whether a window came up nobody can know: those programs end at once, each with a code of its own.
pub(super) fn in_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().unwrap_or(file);
    // By the system's name and not by `cfg`: they differ in words alone.
    let mut command = match OS {
        "windows" => {
            let mut explorer = Command::new("explorer.exe");
            explorer.arg(folder);
            explorer
        }
        "macos" => {
            let mut open = Command::new("open");
            open.arg("-R").arg(file);
            open
        }
        _ => {
            let mut open = Command::new("xdg-open");
            open.arg(folder);
            open
        }
    };
    // Nobody waits for it: it is the person's from now on.
    command.spawn().map(drop)
}
