//! Start at login: a value in the user's Run key, with the path in quotes.

use desk::system::{NAME, windows};
use std::io::{Error, Result};
use windows_registry::CURRENT_USER;

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// Where Task Manager keeps what the person switched off.
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

fn command() -> Result<String> {
    let program = std::env::current_exe()?;
    Ok(windows::run_value(&program.to_string_lossy()))
}

fn written() -> Option<String> {
    CURRENT_USER
        .open(RUN)
        .and_then(|key| key.get_string(NAME))
        .ok()
}

fn switched_off() -> bool {
    let approved = CURRENT_USER
        .open(APPROVED)
        .and_then(|key| key.get_value(NAME));
    approved.is_ok_and(|value| windows::switched_off(&value))
}

/// Whether the app starts at login.
pub(crate) fn is_on() -> Result<bool> {
    Ok(written().is_some() && !switched_off())
}

/// Starts it at login, or not.
pub(crate) fn set(on: bool) -> Result<()> {
    let run = CURRENT_USER.create(RUN).map_err(Error::other)?;
    if !on {
        return if written().is_some() {
            run.remove_value(NAME).map_err(Error::other)
        } else {
            Ok(())
        };
    }
    // The person asks for it here, which takes back what was switched off there.
    if switched_off() {
        CURRENT_USER
            .create(APPROVED)
            .and_then(|key| key.remove_value(NAME))
            .map_err(Error::other)?;
    }
    run.set_string(NAME, command()?).map_err(Error::other)
}

/// After an update the program may lie elsewhere: a value that is on is made to name it.
pub(crate) fn repair() {
    let repaired = || -> Result<()> {
        if is_on()? && written() != Some(command()?) {
            set(true)
        } else {
            Ok(())
        }
    };
    if let Err(error) = repaired() {
        tracing::warn!(%error, "start at login could not be checked");
    }
}
