//! Room on the disk. A build that runs into a full one ends with a linker's riddle after half an hour: better to say at
//! the start what is needed.

use crate::shell;
use anyhow::bail;
use std::{fs, path::Path};

/// What a verb writes below `target/`, in MB, measured and rounded down: where less is free it cannot end well.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// The verb.
    pub(crate) of: &'static str,
    /// A folder of cargo's in which it leaves hundreds of units.
    pub(crate) leaves: &'static str,
    /// From nothing.
    pub(crate) first: u64,
    /// When it was run before.
    pub(crate) again: u64,
}

/// Everything of this system: all packages, once for lints and once to be run, with all tests.
pub(crate) const TEST: Room = Room {
    of: "test",
    leaves: "debug",
    first: 4_500,
    again: 1_500,
};

/// Types for two systems, programs and tests for one more, and two Windows of our own.
pub(crate) const CROSS_CHECK: Room = Room {
    of: "cross-check",
    leaves: "x86_64-pc-windows-gnu/debug",
    first: 5_500,
    again: 1_500,
};

/// Ends with a plain word where clearly too little is free.
pub(crate) fn look(room: Room) -> anyhow::Result<()> {
    let target = std::path::absolute(shell::target())?;
    // Where `target/` is not there yet, its parent is on the same disk.
    let place = target.ancestors().find(|place| place.is_dir());
    let Some(free) = place.and_then(free) else {
        return Ok(());
    };
    let before = was_built(&target.join(room.leaves));
    println!("  {} MB are free for {}", free, target.display());
    match too_little(room, before, free) {
        Some(words) => bail!(words),
        None => Ok(()),
    }
}

/// What to say, if it is too little.
fn too_little(room: Room, before: bool, free: u64) -> Option<String> {
    let needed = if before { room.again } else { room.first };
    let when = if before { "" } else { " from nothing" };
    (free < needed).then(|| {
        format!(
            "too little room on the disk: `{}`{when} writes at least {needed} MB below target/, and {free} MB are free. \
             Nothing was built. Make room (`cargo clean` removes what was built before), or name a folder on another disk \
             in CARGO_TARGET_DIR",
            room.of
        )
    })
}

/// Whether cargo has built there before, more than xtask itself.
fn was_built(folder: &Path) -> bool {
    let units = fs::read_dir(folder.join(".fingerprint"));
    units.is_ok_and(|units| units.count() > 200)
}

/// MB that are free where this folder lies, as far as `df` is here to tell.
fn free(place: &Path) -> Option<u64> {
    let place = place.to_string_lossy();
    free_of(&shell::output("df", &["-P", "-k", &place]))
}

/// The fourth column of the one row: kilobytes.
fn free_of(table: &str) -> Option<u64> {
    let row = table.lines().nth(1)?;
    // Mount points may have blanks, devices too: the columns are counted from the one with the percentage.
    let words: Vec<&str> = row.split_whitespace().collect();
    let used = words.iter().position(|word| word.ends_with('%'))?;
    let kilobytes: u64 = words.get(used.checked_sub(1)?)?.parse().ok()?;
    Some(kilobytes * 1024 / 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_df_says() {
        let head = "Filesystem 1024-blocks Used Available Capacity Mounted on\n";
        for (row, free) in [
            ("/dev/vda 263174212 51234567 41000000 56% /", Some(41_984)),
            ("my disk 2000 1000 1000000 50% /Volumes/my disk", Some(1024)),
            ("overlay", None),
            ("", None),
        ] {
            assert_eq!(free_of(&format!("{head}{row}\n")), free, "{row}");
        }
    }

    #[test]
    fn says_what_is_needed_what_is_free_and_what_to_do() {
        let words = too_little(TEST, false, 700).expect("too little");
        for part in ["4500 MB", "700 MB", "cargo clean", "CARGO_TARGET_DIR"] {
            assert!(words.contains(part), "{part}: {words}");
        }
        assert_eq!(too_little(TEST, false, TEST.first), None);
        assert!(too_little(CROSS_CHECK, false, CROSS_CHECK.again).is_some());
        assert_eq!(too_little(CROSS_CHECK, true, CROSS_CHECK.again), None);
    }
}
