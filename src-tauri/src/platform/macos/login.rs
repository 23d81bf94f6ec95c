//! Start at login: a launch agent of this user.

use desk::system::{IDENTITY, macos};
use std::{
    env,
    io::{Error, ErrorKind, Result},
    path::PathBuf,
};

fn file() -> Result<PathBuf> {
    let home = env::var_os("HOME")
        .ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no home folder"))?;
    Ok(PathBuf::from(home).join(format!("Library/LaunchAgents/{IDENTITY}.plist")))
}

fn agent() -> Result<String> {
    let program = env::current_exe()?;
    Ok(macos::launch_agent(&program.to_string_lossy()))
}

/// Whether the app starts at login.
pub(crate) fn is_on() -> Result<bool> {
    file()?.try_exists()
}

/// Starts it at login, or not.
pub(crate) fn set(on: bool) -> Result<()> {
    let file = file()?;
    if on {
        file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        return std::fs::write(file, agent()?);
    }
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// After an update the program may lie elsewhere: an agent that is there is made to name it.
pub(crate) fn repair() {
    let repaired = || -> Result<()> {
        if is_on()? && std::fs::read_to_string(file()?)? != agent()? {
            set(true)
        } else {
            Ok(())
        }
    };
    if let Err(error) = repaired() {
        tracing::warn!(%error, "start at login could not be checked");
    }
}
