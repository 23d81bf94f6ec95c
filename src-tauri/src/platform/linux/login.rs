//! Start at login: a desktop entry in the autostart folder.

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
