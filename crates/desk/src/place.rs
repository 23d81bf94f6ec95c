//! Where windows go, for the app to put them there: pure arithmetic on pixels, tested without a window. Rectangles are
//! in physical pixels of the whole desktop; sizes that pages speak of are CSS pixels, turned into physical ones by the
//! scale of the monitor they go to. `customer`: which monitor the customers' window goes to.
#![allow(clippy::float_arithmetic, reason = "pixels and scales, never money")]

pub mod customer;

use crate::{
    Desk,
    settings::{Corner, Theme},
    views::{MonitorView, WindowName},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf};

/// How wide the stack of cards is, in CSS pixels.
pub const CARD_WIDTH: u32 = 400;
/// How high one card is before its page has measured it, in CSS pixels.
pub const CARD_HEIGHT: u32 = 172;
/// Between the stack and the edges of the monitor's free area.
const MARGIN: u32 = 12;
/// So much of a window's upper edge must lie on a monitor, or the window could not be moved back by hand.
const GRIP: i32 = 96;

/// A rectangle in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Left edge.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Rect {
    /// From the upper left corner and the size.
    pub fn new((x, y): (i32, i32), (width, height): (u32, u32)) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// Whether they share any pixel.
    pub fn meets(self, other: Self) -> bool {
        let along = |a: i32, size_a: u32, b: i32, size_b: u32| {
            let (a, b) = (i64::from(a), i64::from(b));
            (a + i64::from(size_a)).min(b + i64::from(size_b)) > a.max(b)
        };
        along(self.x, self.width, other.x, other.width)
            && along(self.y, self.height, other.y, other.height)
    }
}

/// The size of a window for people before anybody changed it, and its least, in CSS pixels.
pub fn sizes(window: WindowName) -> ((f64, f64), (f64, f64)) {
    match window {
        WindowName::History => ((1080.0, 760.0), (640.0, 480.0)),
        WindowName::Settings => ((820.0, 720.0), (560.0, 440.0)),
        WindowName::Welcome => ((900.0, 760.0), (600.0, 520.0)),
    }
}

/// Whether this is the address of a page of ours: a window that followed a link elsewhere would show a stranger's page
/// under our name.
pub fn is_page(address: &str) -> bool {
    // Windows' web view knows no schemes of a program's own.
    let ours = ["tauri://localhost/", "http://tauri.localhost/"];
    ours.iter().any(|start| address.starts_with(start))
}

/// A monitor.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitor {
    /// The system's name of it.
    pub name: String,
    /// All of it.
    pub area: Rect,
    /// What the task bar and the like leave free.
    pub work: Rect,
    /// Physical pixels to one CSS pixel.
    pub scale: f64,
    /// It is the main one.
    pub primary: bool,
}

impl Monitor {
    /// Its scale; one where the system tells nonsense.
    pub fn sound_scale(&self) -> f64 {
        sound(self.scale)
    }

    /// For the page where one is chosen.
    pub fn view(self) -> MonitorView {
        MonitorView {
            name: self.name,
            width: self.area.width,
            height: self.area.height,
            primary: self.primary,
        }
    }
}

/// The monitors from left to right, with names that can be told apart: two of one make may have one name, and one that
/// has none gets its number.
pub fn named(mut found: Vec<Monitor>) -> Vec<Monitor> {
    found.sort_by_key(|monitor| (monitor.area.x, monitor.area.y));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for monitor in &mut found {
        let count = seen.entry(monitor.name.clone()).or_default();
        *count += 1;
        match monitor.name.is_empty() {
            true => monitor.name = count.to_string(),
            false if *count > 1 => monitor.name = format!("{} ({count})", monitor.name),
            false => {}
        }
    }
    found
}

/// The monitor for cards: the chosen one while it is there, else the main one, else any.
pub fn choose<'a>(monitors: &'a [Monitor], wanted: Option<&str>) -> Option<&'a Monitor> {
    let chosen = monitors.iter().find(|m| wanted == Some(m.name.as_str()));
    chosen
        .or_else(|| monitors.iter().find(|m| m.primary))
        .or_else(|| monitors.first())
}

/// How high the stack is, in CSS pixels: as its page measured it, else a guess that the page soon puts right.
pub fn stack_height(cards: usize, measured: Option<u32>) -> u32 {
    let guess = u32::try_from(cards)
        .unwrap_or(u32::MAX)
        .saturating_mul(CARD_HEIGHT);
    measured.filter(|height| *height > 0).unwrap_or(guess)
}

/// Where the stack of cards goes: into the corner of the free area, and never beyond it.
pub fn cards(monitor: &Monitor, corner: Corner, height: u32) -> Rect {
    let scale = monitor.sound_scale();
    let pixels = |css: u32| (f64::from(css) * scale).round() as u32;
    let (work, margin) = (monitor.work, pixels(MARGIN));
    let width = pixels(CARD_WIDTH).min(work.width).max(1);
    let height = pixels(height)
        .min(work.height.saturating_sub(2 * margin))
        .max(1);
    let near = |start: i32| start.saturating_add_unsigned(margin);
    let far = |start: i32, free: u32, size: u32| {
        start.saturating_add_unsigned(free.saturating_sub(size + margin))
    };
    let left = matches!(corner, Corner::TopLeft | Corner::BottomLeft);
    let top = matches!(corner, Corner::TopLeft | Corner::TopRight);
    Rect {
        x: if left {
            near(work.x)
        } else {
            far(work.x, work.width, width)
        },
        y: if top {
            near(work.y)
        } else {
            far(work.y, work.height, height)
        },
        width,
        height,
    }
}

impl Desk {
    /// Where cards that need this height (in CSS pixels) go, and the scale of their monitor; `None`: there is none.
    pub fn cards_place(&self, monitors: &[Monitor], height: u32) -> Option<(Rect, f64)> {
        let (wanted, corner) = {
            let settings = &self.inner.state().settings;
            (settings.card_monitor.clone(), settings.card_corner)
        };
        let Some(monitor) = choose(monitors, wanted.as_deref()) else {
            tracing::warn!("there is no monitor for cards");
            return None;
        };
        Some((cards(monitor, corner, height), monitor.sound_scale()))
    }
}

/// Where a window was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Left edge, physical.
    pub x: i32,
    /// Upper edge, physical.
    pub y: i32,
    /// Width in CSS pixels, so that another scale does not make it tiny or huge.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// It filled its monitor.
    pub maximized: bool,
}

impl Place {
    /// Of a window that is there now, at its monitor's scale.
    pub fn of(window: Rect, scale: f64, maximized: bool) -> Self {
        let css = |pixels: u32| f64::from(pixels) / sound(scale);
        Self {
            x: window.x,
            y: window.y,
            width: css(window.width),
            height: css(window.height),
            maximized,
        }
    }
}

/// A scale; one where the system tells nonsense.
fn sound(scale: f64) -> f64 {
    match scale.is_finite() && scale > 0.0 {
        true => scale,
        false => 1.0,
    }
}

/// Where every window was, in a small file. One that cannot be read or written costs only the places.
#[derive(Debug)]
pub struct Places {
    file: PathBuf,
    known: BTreeMap<String, Place>,
}

impl Places {
    /// Reads the file, if there is one.
    pub fn load(file: PathBuf) -> Self {
        let bytes = std::fs::read(&file).unwrap_or_default();
        Self {
            file,
            known: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    /// Where the window of this name was.
    pub fn get(&self, window: &str) -> Option<Place> {
        self.known.get(window).copied()
    }

    /// Remembers where it is.
    pub fn remember(&mut self, window: &str, place: Place) {
        if self.known.insert(window.to_owned(), place) == Some(place) {
            return;
        }
        let text = serde_json::to_vec(&self.known).unwrap_or_default();
        if let Err(error) = std::fs::write(&self.file, text) {
            tracing::warn!(%error, "where the windows are could not be saved");
        }
    }
}

/// Where a window may go back to: nowhere if its upper edge would be out of reach, and never larger than the monitor.
pub fn restored(place: Place, monitors: &[Monitor]) -> Option<Place> {
    let usable = |side: f64| side.is_finite() && side >= 100.0;
    if !usable(place.width) || !usable(place.height) {
        return None;
    }
    let right = |m: &Monitor| i64::from(place.x) + (place.width * m.scale) as i64;
    let monitor = monitors.iter().find(|m| {
        let (left, top) = (i64::from(m.work.x), i64::from(m.work.y));
        let (end, bottom) = (
            left + i64::from(m.work.width),
            top + i64::from(m.work.height),
        );
        let shown = right(m).min(end) - i64::from(place.x).max(left);
        shown >= i64::from(GRIP) && (top..bottom - i64::from(GRIP)).contains(&i64::from(place.y))
    })?;
    let most = |free: u32| f64::from(free) / monitor.scale;
    let (width, height) = (
        place.width.min(most(monitor.work.width)),
        place.height.min(most(monitor.work.height)),
    );
    Some(Place {
        width,
        height,
        ..place
    })
}

/// What a window lies on before its page has drawn: red, green and blue of the page's own paper. `by_system`: the
/// system's windows are dark.
pub fn paper(theme: Theme, by_system: impl FnOnce() -> bool) -> (u8, u8, u8) {
    let dark = match theme {
        Theme::System => by_system(),
        Theme::Light => false,
        Theme::Dark => true,
    };
    if dark {
        (0x14, 0x17, 0x15)
    } else {
        (0xf6, 0xf5, 0xf1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monitor(name: &str, work: (i32, i32, u32, u32), scale: f64, primary: bool) -> Monitor {
        let (x, y, width, height) = work;
        Monitor {
            name: name.into(),
            area: Rect::new((x, y), (width, height)),
            work: Rect::new((x, y), (width, height)),
            scale,
            primary,
        }
    }

    #[test]
    fn a_window_stays_on_our_pages() {
        for (address, ours) in [
            ("tauri://localhost/history.html", true),
            ("tauri://localhost/settings.html#cards", true),
            ("http://tauri.localhost/card.html", true),
            ("http://tauri.localhost.evil.example/card.html", false),
            ("tauri://localhost.evil.example/", false),
            ("https://example.com/tauri://localhost/", false),
            ("file:///home/till/tauri.html", false),
            ("http://localhost/", false),
            ("javascript:alert(1)", false),
            ("data:text/html,hello", false),
            ("about:blank", false),
        ] {
            assert_eq!(is_page(address), ours, "{address}");
        }
    }

    #[test]
    fn paper_is_that_of_the_pages() {
        let tokens = include_str!("../../../ui/src/styles/tokens.css");
        let said: Vec<&str> = tokens
            .lines()
            .filter_map(|line| line.trim().strip_prefix("--paper: ")?.strip_suffix(';'))
            .collect();
        let hex = |(red, green, blue)| format!("#{red:02x}{green:02x}{blue:02x}");
        let (light, dark) = (
            hex(paper(Theme::Light, || true)),
            hex(paper(Theme::Dark, || false)),
        );
        // Light, dark by the system, dark by the owner.
        assert_eq!(said, [&light, &dark, &dark]);
        assert_eq!(hex(paper(Theme::System, || true)), dark);
        assert_eq!(hex(paper(Theme::System, || false)), light);
    }

    #[test]
    fn cards_stand_in_their_corner_of_what_is_free() {
        use Corner::*;
        // Task bar below; task bar on the left; a second monitor left of the first at 150 %; a tiny one.
        let bar_below = (0, 0, 1920, 1040);
        let bar_left = (64, 0, 1856, 1080);
        let second = (-2560, -200, 2560, 1400);
        let cases = [
            (
                bar_below,
                1.0,
                BottomRight,
                172,
                (1920 - 400 - 12, 1040 - 172 - 12, 400, 172),
            ),
            (bar_below, 1.0, BottomLeft, 172, (12, 856, 400, 172)),
            (bar_below, 1.0, TopRight, 172, (1508, 12, 400, 172)),
            (bar_left, 1.0, TopLeft, 172, (76, 12, 400, 172)),
            (second, 1.5, TopLeft, 100, (-2560 + 18, -200 + 18, 600, 150)),
            (
                second,
                1.5,
                BottomRight,
                100,
                (-618, 1200 - 150 - 18, 600, 150),
            ),
            // A stack higher than the monitor is cut to what is free; a monitor narrower than a card still shows one.
            (bar_below, 1.0, BottomRight, 9000, (1508, 12, 400, 1016)),
            ((0, 0, 320, 240), 1.0, TopRight, 172, (0, 12, 320, 172)),
            (bar_below, f64::NAN, BottomRight, 172, (1508, 856, 400, 172)),
        ];
        for (work, scale, corner, height, (x, y, w, h)) in cases {
            let got = cards(&monitor("m", work, scale, true), corner, height);
            assert_eq!(
                got,
                Rect {
                    x,
                    y,
                    width: w,
                    height: h
                },
                "{work:?} at {scale} {corner:?} {height}"
            );
        }
    }

    #[test]
    fn equal_names_are_counted_from_the_left_whichever_comes_first() {
        let names = |found: &[(&str, i32)]| -> Vec<String> {
            let found = found
                .iter()
                .map(|(name, x)| monitor(name, (*x, 0, 100, 100), 1.0, false));
            named(found.collect()).into_iter().map(|m| m.name).collect()
        };
        let twins = ["Dell", "Dell (2)", "LG"];
        assert_eq!(names(&[("Dell", 0), ("Dell", 100), ("LG", 200)]), twins);
        assert_eq!(names(&[("LG", 200), ("Dell", 100), ("Dell", 0)]), twins);
        assert_eq!(names(&[("", 100), ("", 0), ("LG", 50)]), ["1", "LG", "2"]);
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn only_what_shares_a_pixel_meets() {
        let at = |x, y, width, height| Rect::new((x, y), (width, height));
        let screen = at(0, 0, 1920, 1080);
        for (other, want) in [
            (screen, true),
            (at(0, 0, 1024, 768), true),
            (at(1919, 1079, 10, 10), true),
            (at(1920, 0, 1920, 1080), false),
            (at(0, -1080, 1920, 1080), false),
            (at(0, 0, 0, 0), false),
            (at(i32::MIN, i32::MIN, u32::MAX, u32::MAX), true),
        ] {
            assert_eq!(screen.meets(other), want, "{other:?}");
            assert_eq!(other.meets(screen), want, "{other:?}");
        }
    }

    #[test]
    fn a_stack_is_as_high_as_its_page_says_once_it_has_said_so() {
        for (cards, measured, want) in [
            (1, None, 172),
            (3, Some(0), 516),
            (3, Some(485), 485),
            (usize::MAX, None, u32::MAX),
        ] {
            assert_eq!(stack_height(cards, measured), want);
        }
    }

    #[test]
    fn no_corner_puts_cards_outside() {
        for scale in [0.75, 1.0, 1.25, 1.5, 2.0, 3.0] {
            for height in [1, 172, 500, 5000] {
                for corner in [
                    Corner::TopLeft,
                    Corner::TopRight,
                    Corner::BottomLeft,
                    Corner::BottomRight,
                ] {
                    let m = monitor("m", (-300, 40, 1366, 700), scale, true);
                    let r = cards(&m, corner, height);
                    assert!(r.x >= -300 && r.y >= 40, "{r:?}");
                    assert!(
                        r.x + r.width as i32 <= 1066 && r.y + r.height as i32 <= 740,
                        "{r:?} {scale}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_chosen_monitor_then_the_main_one_then_any() {
        let all = [
            monitor("HDMI-1", (0, 0, 100, 100), 1.0, false),
            monitor("eDP-1", (100, 0, 100, 100), 1.0, true),
        ];
        assert_eq!(
            choose(&all, Some("HDMI-1")).map(|m| &*m.name),
            Some("HDMI-1")
        );
        assert_eq!(
            choose(&all, Some("pulled out")).map(|m| &*m.name),
            Some("eDP-1")
        );
        assert_eq!(choose(&all, None).map(|m| &*m.name), Some("eDP-1"));
        assert_eq!(choose(&all[..1], None).map(|m| &*m.name), Some("HDMI-1"));
        assert_eq!(choose(&[], Some("HDMI-1")), None);
    }

    #[test]
    fn a_window_comes_back_only_where_it_can_be_reached() {
        let all = [
            monitor("a", (0, 0, 1920, 1040), 1.0, true),
            monitor("b", (1920, 0, 2560, 1440), 2.0, false),
        ];
        let at = |x, y, width, height| Place {
            x,
            y,
            width,
            height,
            maximized: false,
        };
        for (place, want) in [
            (at(100, 100, 800.0, 600.0), Some((800.0, 600.0))),
            (at(2000, 100, 800.0, 600.0), Some((800.0, 600.0))),
            (at(-700, 100, 800.0, 600.0), Some((800.0, 600.0))),
            (at(-750, 100, 800.0, 600.0), None),
            (at(100, -50, 800.0, 600.0), None),
            (at(100, 1000, 800.0, 600.0), None),
            (at(9000, 100, 800.0, 600.0), None),
            (at(0, 0, 4000.0, 3000.0), Some((1920.0, 1040.0))),
            (at(2000, 10, 4000.0, 3000.0), Some((1280.0, 720.0))),
            (at(0, 0, f64::NAN, 600.0), None),
            (at(0, 0, 0.0, 600.0), None),
        ] {
            let got = restored(place, &all).map(|p| (p.width, p.height));
            assert_eq!(got, want, "{place:?}");
        }
    }

    #[test]
    fn a_windows_size_is_kept_in_css_pixels() {
        for (scale, want) in [(1.0, 900.0), (1.5, 600.0), (0.0, 900.0), (f64::NAN, 900.0)] {
            let place = Place::of(Rect::new((-5, 7), (900, 900)), scale, false);
            assert_eq!((place.x, place.y), (-5, 7));
            assert!((place.width - want).abs() < 0.01 && (place.height - want).abs() < 0.01);
        }
    }

    #[test]
    fn places_outlive_the_program_and_a_broken_file_costs_nothing_else() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("windows.json");
        let place = Place {
            x: -5,
            y: 7,
            width: 800.0,
            height: 600.5,
            maximized: true,
        };
        let mut places = Places::load(file.clone());
        assert_eq!(places.get("history"), None);
        places.remember("history", place);
        assert_eq!(Places::load(file.clone()).get("history"), Some(place));
        std::fs::write(&file, "{\"history\": 1").expect("written");
        assert_eq!(Places::load(file).get("history"), None);
    }
}
