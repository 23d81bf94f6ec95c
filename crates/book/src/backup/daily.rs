//! Copies in a folder: their names, and which of the daily ones are too many. Pure but for listing the folder.

use super::seal;
use domain::{BusinessDay, Timestamp};
use serde::{Deserialize, Serialize};
use std::{fs, io, path::Path, time::UNIX_EPOCH};

/// What every copy's name begins with.
const OURS: &str = "tillbell-";
/// How a daily copy's name ends.
const DAILY: &str = ".daily.sqlite";
/// A folder on another machine goes by that one's clock.
const CLOCKS_APART_MS: i64 = 10 * 60_000;
/// Files of a folder that are looked at, at most.
const LISTED_MAX: usize = 2_000;

/// A copy in a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct BackupFile {
    /// Where it lies.
    pub path: String,
    /// Its name.
    pub name: String,
    /// When it was written.
    pub made_at: Timestamp,
    /// Its size in bytes.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub size: u64,
    /// It opens with a passphrase only.
    pub sealed: bool,
    /// It was made by itself, and goes by itself.
    pub daily: bool,
}

/// The name of a day's copy. The mark is the book's own: two tills may keep their copies in one folder.
pub fn daily_name(mark: &str, day: BusinessDay) -> String {
    format!("{OURS}{mark}-{day}{DAILY}")
}

/// The day of a daily copy of this book; `None` for any other file.
fn day_of(mark: &str, name: &str) -> Option<BusinessDay> {
    let rest = name
        .strip_prefix(OURS)?
        .strip_prefix(mark)?
        .strip_prefix('-')?;
    BusinessDay::parse(rest.strip_suffix(DAILY)?)
}

/// The daily copies of this book that are too many: all but the `keep` made last. The one that was just made always
/// stays. Those that say they were made later than now come from a wrong clock, of then or of now: they are counted
/// apart, so that they neither count as the newest for ever nor go while the clock is behind.
pub fn excess(
    mark: &str,
    files: &[BackupFile],
    just_made: &str,
    now: (BusinessDay, Timestamp),
    keep: usize,
) -> Vec<String> {
    let (today, now) = now;
    let mut dated: Vec<(Timestamp, BusinessDay, &str)> = files
        .iter()
        .filter(|file| file.name != just_made)
        .filter_map(|file| Some((file.made_at, day_of(mark, &file.name)?, &*file.name)))
        .collect();
    dated.sort_unstable_by(|a, b| b.cmp(a));
    let is_future = |one: &(Timestamp, BusinessDay, &str)| {
        one.0 > now.plus_ms(CLOCKS_APART_MS) || one.1 > today
    };
    let (future, past): (Vec<_>, Vec<_>) = dated.into_iter().partition(is_future);
    let keep = keep.max(1);
    let too_many = past.into_iter().skip(keep - 1);
    too_many
        .chain(future.into_iter().skip(keep))
        .map(|(_, _, name)| name.to_owned())
        .collect()
}

/// The copies in a folder, the last first. A folder that is not there has none.
pub fn found_in(folder: &Path) -> io::Result<Vec<BackupFile>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in entries.take(LISTED_MAX) {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let (open, sealed) = (name.ends_with(".sqlite"), name.ends_with(".sqlite.age"));
        let about = entry.metadata();
        let Ok(about) = about else { continue };
        if !name.starts_with(OURS) || !(open || sealed) || !about.is_file() {
            continue;
        }
        let made = about
            .modified()
            .ok()
            .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let millis = made.and_then(|since| i64::try_from(since.as_millis()).ok());
        found.push(BackupFile {
            path: entry.path().to_string_lossy().into_owned(),
            made_at: Timestamp(millis.unwrap_or(0)),
            size: about.len(),
            sealed: sealed || seal::is_sealed(&entry.path()).unwrap_or(false),
            daily: name.ends_with(DAILY),
            name,
        });
    }
    found.sort_by(|a, b| (b.made_at, &b.name).cmp(&(a.made_at, &a.name)));
    Ok(found)
}
