//! What Tillbell tells the systems it runs on and hears from them, as plain numbers and texts. Pure, so that each rule
//! is tested on every system; the calls themselves stand in the app's platform files.

pub mod macos;
pub mod windows;

/// The program's one identity: the bundle's id on a Mac, the AUMID on Windows (toasts are shown under it, so the
/// installer's Start-menu shortcut carries it too), the desktop entry's name on Linux.
pub const IDENTITY: &str = "app.tillbell.desktop";

/// The program's name for people.
pub const NAME: &str = "Tillbell";

/// Something the system says unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It woke from sleep: sockets that look open may be dead.
    Woke,
    /// A monitor came or went, or the task bar moved: cards may belong elsewhere.
    Screens,
    /// It runs on mains now, or on its battery.
    Power,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_is_the_bundles() {
        let config = include_str!("../../../src-tauri/tauri.conf.json");
        let config: serde_json::Value = serde_json::from_str(config).expect("JSON");
        assert_eq!(config["identifier"], IDENTITY);
        assert_eq!(config["productName"], NAME);
        // Windows refuses longer ones, and those with spaces.
        assert!(IDENTITY.len() <= 128 && !IDENTITY.contains(' '));
    }
}
