//! The settings' file: only what differs from the defaults, written whole or not at all.

use super::Settings;
use serde_json::{Map, Value};
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

const NAME: &str = "settings.json";
/// A file of settings is a few hundred bytes; one past this was not written by us.
const SIZE_MAX: u64 = 256 * 1024;

/// What was found at start.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The settings in force.
    pub settings: Settings,
    /// The file could not be read: it was put aside here, and the defaults hold.
    pub put_aside: Option<PathBuf>,
}

/// Reads the settings of a data folder.
pub fn load(data_dir: &Path) -> io::Result<Loaded> {
    let path = data_dir.join(NAME);
    let text = match fs::metadata(&path) {
        Ok(found) if found.len() > SIZE_MAX => None,
        Ok(_) => Some(fs::read(&path)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Loaded {
                settings: Settings::default(),
                put_aside: None,
            });
        }
        Err(error) => return Err(error),
    };
    // Through a map: a list, too, would be taken for a struct.
    let fields = text.and_then(|text| serde_json::from_slice::<Map<String, Value>>(&text).ok());
    let read =
        fields.and_then(|fields| serde_json::from_value::<Settings>(Value::Object(fields)).ok());
    if let Some(settings) = read.filter(|settings| settings.check().is_ok()) {
        return Ok(Loaded {
            settings,
            put_aside: None,
        });
    }
    let aside = free_name(data_dir);
    fs::rename(&path, &aside)?;
    tracing::error!(kept = %aside.display(), "the settings could not be read; the defaults hold");
    Ok(Loaded {
        settings: Settings::default(),
        put_aside: Some(aside),
    })
}

/// A name beside the settings that no earlier broken file has; the last one is used again when there are many.
fn free_name(data_dir: &Path) -> PathBuf {
    let name = |number: u32| data_dir.join(format!("{NAME}.unreadable-{number}"));
    (1..100)
        .map(name)
        .find(|path| !path.exists())
        .unwrap_or_else(|| name(100))
}

/// Writes the differences from the defaults: after a power cut the old file or the new one is there, never a half.
pub fn save(data_dir: &Path, settings: &Settings) -> io::Result<()> {
    let text = serde_json::to_vec_pretty(&differences(settings)?)?;
    let temporary = data_dir.join(format!("{NAME}.new"));
    let mut file = fs::File::create(&temporary)?;
    file.write_all(&text)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, data_dir.join(NAME))?;
    // Where folders can be opened as files, the rename itself is made durable too.
    if let Ok(folder) = fs::File::open(data_dir) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn differences(settings: &Settings) -> io::Result<Map<String, Value>> {
    let defaults = serde_json::to_value(Settings::default())?;
    let Value::Object(mut fields) = serde_json::to_value(settings)? else {
        return Ok(Map::new());
    };
    fields.retain(|name, value| defaults.get(name) != Some(value));
    Ok(fields)
}
