//! Windows: the styles of a card's window, which messages mean what, and the texts in the registry.

use super::Sign;

/// Above other windows.
const EX_TOPMOST: u32 = 0x0000_0008;
/// Neither in the task bar nor in Alt-Tab.
const EX_TOOLWINDOW: u32 = 0x0000_0080;
/// In the task bar and in Alt-Tab, whatever else is said.
const EX_APPWINDOW: u32 = 0x0004_0000;
/// A click does not take the focus from the program that has it.
const EX_NOACTIVATE: u32 = 0x0800_0000;

/// A card's extended window style, from the one that its window was made with. The window library writes its own
/// style whenever it changes something, so this is asked before every show, not once.
pub fn card_ex_style(before: u32) -> u32 {
    (before & !EX_APPWINDOW) | EX_TOOLWINDOW | EX_NOACTIVATE | EX_TOPMOST
}

/// Whether cards may come up, by the system's word on what the person is doing (`QUERY_USER_NOTIFICATION_STATE`).
///
/// A till program that fills the screen counts as busy (2), and it is just there that cards are wanted. They stay away
/// only from a presentation that the person declared (4) and from games and players that own the screen (3), which a
/// window on top would throw out of their mode. The voice follows its own settings either way.
pub fn cards_may_show(state: i32) -> bool {
    !matches!(state, 3 | 4)
}

const WM_SETTINGCHANGE: u32 = 0x001A;
const WM_DISPLAYCHANGE: u32 = 0x007E;
const WM_POWERBROADCAST: u32 = 0x0218;
const SPI_SETWORKAREA: usize = 0x002F;
const PBT_APMRESUMESUSPEND: usize = 0x0007;
const PBT_APMPOWERSTATUSCHANGE: usize = 0x000A;
const PBT_APMRESUMEAUTOMATIC: usize = 0x0012;
const PBT_POWERSETTINGCHANGE: usize = 0x8013;

/// Makes signs of window messages.
#[derive(Debug, Default)]
pub struct Messages {
    /// The display was off when it last told of itself.
    dark: bool,
}

impl Messages {
    /// What a message means. `display`, with a changed power setting: the console display's state (0 off, 1 on,
    /// 2 dimmed). A PC in Modern Standby may say nothing else when it wakes, so a display that comes back counts.
    pub fn hear(&mut self, message: u32, what: usize, display: Option<u32>) -> Option<Sign> {
        match (message, what) {
            (WM_POWERBROADCAST, PBT_APMRESUMEAUTOMATIC | PBT_APMRESUMESUSPEND) => Some(Sign::Woke),
            (WM_POWERBROADCAST, PBT_APMPOWERSTATUSCHANGE) => Some(Sign::Power),
            (WM_POWERBROADCAST, PBT_POWERSETTINGCHANGE) => {
                let dark = display? == 0;
                let woke = self.dark && !dark;
                self.dark = dark;
                woke.then_some(Sign::Woke)
            }
            (WM_DISPLAYCHANGE, _) | (WM_SETTINGCHANGE, SPI_SETWORKAREA) => Some(Sign::Screens),
            _ => None,
        }
    }
}

/// A path as people and other programs write it: without the prefix for very long ones, which the Run key, shortcuts
/// and Explorer do not take.
pub fn plain_path(path: &str) -> String {
    if let Some(share) = path.strip_prefix(r"\\?\UNC\") {
        return format!(r"\\{share}");
    }
    path.strip_prefix(r"\\?\").unwrap_or(path).to_owned()
}

/// The value in the Run key: the program in quotes, since a path may hold spaces, and without a window.
pub fn run_value(program: &str) -> String {
    format!("\"{}\" --hidden", plain_path(program))
}

/// Whether Task Manager's note beside the Run key says that the person switched the entry off: its first byte is odd.
pub fn switched_off(approved: &[u8]) -> bool {
    approved.first().is_some_and(|byte| byte % 2 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_never_in_alt_tab_and_never_takes_the_focus() {
        // As the window library makes it, as it makes one with a task bar button, and one that is a card already.
        for before in [0x0000_0110, 0x0804_0110, 0x0004_0118, 0x0800_0198] {
            let style = card_ex_style(before);
            assert_eq!(style & EX_APPWINDOW, 0, "{before:#x}");
            for bit in [EX_TOOLWINDOW, EX_NOACTIVATE, EX_TOPMOST] {
                assert_eq!(style & bit, bit, "{before:#x} lacks {bit:#x}");
            }
            // What is not ours to decide stays, and a second time changes nothing.
            assert_eq!(style & 0x0000_0110, 0x0000_0110);
            assert_eq!(card_ex_style(style), style);
        }
    }

    #[test]
    fn cards_show_over_a_till_that_fills_the_screen_but_not_over_a_presentation() {
        for (state, may) in [
            (1, true),
            (2, true),
            (3, false),
            (4, false),
            (5, true),
            (6, true),
            (7, true),
            (0, true),
            (99, true),
        ] {
            assert_eq!(cards_may_show(state), may, "{state}");
        }
    }

    #[test]
    fn messages_mean_what_windows_means_by_them() {
        let mut heard = Messages::default();
        for (message, what, display, sign) in [
            (
                WM_POWERBROADCAST,
                PBT_APMRESUMEAUTOMATIC,
                None,
                Some(Sign::Woke),
            ),
            (
                WM_POWERBROADCAST,
                PBT_APMRESUMESUSPEND,
                None,
                Some(Sign::Woke),
            ),
            // Going to sleep, and a battery that is low, are no news for us.
            (WM_POWERBROADCAST, 0x0004, None, None),
            (
                WM_POWERBROADCAST,
                PBT_APMPOWERSTATUSCHANGE,
                None,
                Some(Sign::Power),
            ),
            // The display tells its state as soon as it is asked: on. Then off, dimmed on the way back, on.
            (WM_POWERBROADCAST, PBT_POWERSETTINGCHANGE, Some(1), None),
            (WM_POWERBROADCAST, PBT_POWERSETTINGCHANGE, Some(2), None),
            (WM_POWERBROADCAST, PBT_POWERSETTINGCHANGE, Some(0), None),
            (WM_POWERBROADCAST, PBT_POWERSETTINGCHANGE, None, None),
            (
                WM_POWERBROADCAST,
                PBT_POWERSETTINGCHANGE,
                Some(1),
                Some(Sign::Woke),
            ),
            (WM_POWERBROADCAST, PBT_POWERSETTINGCHANGE, Some(1), None),
            (WM_DISPLAYCHANGE, 32, None, Some(Sign::Screens)),
            (WM_SETTINGCHANGE, SPI_SETWORKAREA, None, Some(Sign::Screens)),
            (WM_SETTINGCHANGE, 0x0014, None, None),
            (0x0010, PBT_APMRESUMEAUTOMATIC, None, None),
        ] {
            assert_eq!(
                heard.hear(message, what, display),
                sign,
                "{message:#x} {what:#x} {display:?}"
            );
        }
    }

    #[test]
    fn the_run_key_names_any_path_so_that_it_starts() {
        for (path, value) in [
            (
                r"C:\Program Files\Tillbell\tillbell.exe",
                r#""C:\Program Files\Tillbell\tillbell.exe" --hidden"#,
            ),
            (
                r"C:\Users\王 芳\AppData\Local\Tillbell\tillbell.exe",
                r#""C:\Users\王 芳\AppData\Local\Tillbell\tillbell.exe" --hidden"#,
            ),
            (
                r"\\?\D:\till bell\tillbell.exe",
                r#""D:\till bell\tillbell.exe" --hidden"#,
            ),
            (
                r"\\?\UNC\server\share\tillbell.exe",
                r#""\\server\share\tillbell.exe" --hidden"#,
            ),
        ] {
            assert_eq!(run_value(path), value);
        }
    }

    #[test]
    fn task_managers_word_is_kept() {
        for (bytes, off) in [
            (&[][..], false),
            (&[2, 0], false),
            (&[3, 0], true),
            (&[6], false),
            (&[7], true),
        ] {
            assert_eq!(switched_off(bytes), off, "{bytes:?}");
        }
    }
}
