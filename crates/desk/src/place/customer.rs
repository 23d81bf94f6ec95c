//! Which monitor the customers' window goes to: pure, so that every change of cables can be tried in a table. It fills
//! its monitor, so it must never come where the clerk works: not where the cards appear, and on the main monitor only if
//! the owner chose that one.

use super::{Monitor, Rect, choose};
use crate::views::CustomerWindow;
use std::collections::BTreeSet;

/// What decides, beside the monitors that are there.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// The owner's choice, by name; none: whichever is surely not the clerk's.
    pub monitor: Option<&'a str>,
    /// The choice for cards, by name.
    pub cards: Option<&'a str>,
    /// Where the window stood last.
    pub last: Option<&'a str>,
    /// The monitors that were there beside the chosen one while the window stood there.
    pub beside: Option<&'a BTreeSet<String>>,
    /// Where the windows for people are open.
    pub windows: &'a [Rect],
}

/// The monitor for the customers' window, or why it has none.
pub fn monitor<'a>(
    monitors: &'a [Monitor],
    wish: &Wish<'_>,
) -> Result<&'a Monitor, CustomerWindow> {
    let seen = || {
        monitors
            .iter()
            .filter(|m| m.area.width > 0 && m.area.height > 0)
    };
    let cards = choose(monitors, wish.cards).ok_or(CustomerWindow::OneMonitor)?;
    // A monitor that shows the same as the cards' is the clerk's too, whatever its name. It begins at the same corner;
    // whether two areas meet would say nothing on a Mac, which counts the pixels of each monitor by its own scale.
    let corner = |m: &Monitor| (m.area.x, m.area.y);
    let free: Vec<&Monitor> = seen().filter(|m| corner(m) != corner(cards)).collect();
    let chosen = seen().find(|m| wish.monitor == Some(m.name.as_str()));
    if let Some(found) = chosen.filter(|m| free.iter().any(|f| f.name == m.name)) {
        return Ok(found);
    }
    if free.is_empty() {
        return Err(match seen().count() {
            0 | 1 => CustomerWindow::OneMonitor,
            _ => CustomerWindow::Mirrored,
        });
    }
    match (chosen, wish.monitor) {
        (Some(found), _) if found.name == cards.name => Err(CustomerWindow::Cards),
        (Some(_), _) => Err(CustomerWindow::Mirrored),
        (None, Some(_)) => in_its_place(&free, wish.beside).ok_or(CustomerWindow::NotThere),
        (None, None) => unasked(&free, wish).ok_or(CustomerWindow::Choose),
    }
}

/// The one monitor that nobody saw before, where the chosen one is gone: systems give a monitor on another socket
/// another name, and a broken one is replaced. Any other stays the clerk's.
fn in_its_place<'a>(
    free: &[&'a Monitor],
    beside: Option<&BTreeSet<String>>,
) -> Option<&'a Monitor> {
    let known = beside?;
    only(
        free.iter()
            .filter(|m| !m.primary && !known.contains(&m.name)),
    )
}

/// Where nobody chose: the one monitor that is surely not the clerk's, else where the window stood.
fn unasked<'a>(free: &[&'a Monitor], wish: &Wish<'_>) -> Option<&'a Monitor> {
    let others = || free.iter().filter(|m| !m.primary);
    let again = others().find(|m| wish.last == Some(m.name.as_str()));
    let unused = |m: &Monitor| !wish.windows.iter().any(|window| window.meets(m.area));
    again
        .copied()
        .or_else(|| only(others()).filter(|m| unused(m)))
}

fn only<'a, 'b: 'a>(mut found: impl Iterator<Item = &'a &'b Monitor>) -> Option<&'b Monitor> {
    let first = found.next()?;
    found.next().is_none().then_some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use CustomerWindow::{Cards, Choose, Mirrored, NotThere, OneMonitor};

    /// `!` before a name: the main one.
    fn monitor_at(name: &str, x: i32, size: (u32, u32), scale: f64) -> Monitor {
        let area = Rect::new((x, 0), size);
        Monitor {
            name: name.trim_start_matches('!').to_owned(),
            area,
            work: area,
            scale,
            primary: name.starts_with('!'),
        }
    }

    /// Side by side from the left, each 1000 wide, at mixed scales.
    fn row(names: &str) -> Vec<Monitor> {
        let scales = [1.0, 1.5, 2.0, 1.25];
        names
            .split_whitespace()
            .zip(0_usize..)
            .map(|(name, at)| monitor_at(name, at as i32 * 1000, (1000, 700), scales[at % 4]))
            .collect()
    }

    fn found(monitors: &[Monitor], wish: &Wish<'_>) -> Result<String, CustomerWindow> {
        monitor(monitors, wish).map(|m| m.name.clone())
    }

    #[test]
    fn the_chosen_one_and_never_the_clerks() {
        let cases = [
            // Monitors, chosen, for cards, where the window comes.
            ("!A", Some("A"), None, Err(OneMonitor)),
            ("!A", Some("B"), None, Err(OneMonitor)),
            ("!A", None, None, Err(OneMonitor)),
            ("", Some("A"), None, Err(OneMonitor)),
            ("!A B", Some("B"), None, Ok("B")),
            ("B !A", Some("B"), None, Ok("B")),
            ("!A B", Some("A"), None, Err(Cards)),
            // The owner put the cards elsewhere: the main monitor may be the customers'.
            ("!A B", Some("A"), Some("B"), Ok("A")),
            // And where the cards come back to the main one, the customers' window makes room.
            ("!A C", Some("A"), Some("B"), Err(Cards)),
            ("!A", Some("A"), Some("B"), Err(OneMonitor)),
            ("!A B C", Some("C"), None, Ok("C")),
            ("!A B", Some("C"), None, Err(NotThere)),
            ("!A B C", Some("B"), Some("B"), Err(Cards)),
            // Nobody chose.
            ("!A B", None, None, Ok("B")),
            ("A B", None, None, Ok("B")),
            ("!A B", None, Some("B"), Err(Choose)),
            ("!A B C", None, None, Err(Choose)),
            ("!A B C", None, Some("B"), Ok("C")),
        ];
        for (names, chosen, cards, want) in cases {
            let wish = Wish {
                monitor: chosen,
                cards,
                ..Wish::default()
            };
            let got = found(&row(names), &wish);
            assert_eq!(got, want.map(str::to_owned), "{names} {chosen:?} {cards:?}");
        }
    }

    #[test]
    fn a_monitor_that_shows_the_same_as_the_clerks_is_the_clerks() {
        let mirrored = |name: &str, size| monitor_at(name, 0, size, 1.0);
        let main = || mirrored("!A", (1920, 1080));
        for (monitors, want) in [
            (vec![main(), mirrored("B", (1920, 1080))], Err(Mirrored)),
            // Mirrored at another resolution: the smaller one shows a corner.
            (vec![main(), mirrored("B", (1024, 768))], Err(Mirrored)),
            // A third one is free, but not the one that was chosen.
            (
                vec![
                    main(),
                    mirrored("B", (1024, 768)),
                    monitor_at("C", 1920, (800, 600), 1.0),
                ],
                Err(Mirrored),
            ),
            (
                vec![main(), monitor_at("B", 1920, (1024, 768), 1.0)],
                Ok("B".to_owned()),
            ),
            // One that is switched off has no pixels.
            (
                vec![main(), monitor_at("B", 1920, (0, 0), 1.0)],
                Err(OneMonitor),
            ),
        ] {
            let wish = Wish {
                monitor: Some("B"),
                ..Wish::default()
            };
            assert_eq!(found(&monitors, &wish), want, "{monitors:?}");
        }
    }

    #[test]
    fn a_monitor_under_another_name_takes_the_place_of_the_chosen_one() {
        let names = |text: &str| -> BTreeSet<String> {
            text.split_whitespace().map(str::to_owned).collect()
        };
        for (beside, now, want) in [
            ("A", "!A B2", Ok("B2")),
            ("A C", "!A C B2", Ok("B2")),
            // Pulled out: what stays is the clerk's second one.
            ("A C", "!A C", Err(NotThere)),
            ("A C", "!A", Err(OneMonitor)),
            // Two that are new: which is it?
            ("A", "!A B2 C2", Err(NotThere)),
            // The main one is never taken so.
            ("A", "A !B2", Err(NotThere)),
        ] {
            let known = names(beside);
            let wish = Wish {
                monitor: Some("B"),
                cards: Some("A"),
                beside: Some(&known),
                ..Wish::default()
            };
            let got = found(&row(now), &wish);
            assert_eq!(got, want.map(str::to_owned), "{beside} | {now}");
        }
        let never_seen = Wish {
            monitor: Some("B"),
            ..Wish::default()
        };
        assert_eq!(found(&row("!A B2"), &never_seen), Err(NotThere));
    }

    #[test]
    fn unasked_it_comes_only_where_no_window_of_ours_is_open_and_stays_where_it_stands() {
        let (one, two) = (row("!A B"), row("!A B C"));
        let history = [Rect::new((1200, 50), (600, 400))];
        let open = Wish {
            windows: &history,
            ..Wish::default()
        };
        assert_eq!(found(&one, &open), Err(Choose));
        let stands = Wish {
            last: Some("B"),
            ..open
        };
        assert_eq!(found(&one, &stands), Ok("B".to_owned()));
        assert_eq!(found(&two, &stands), Ok("B".to_owned()));
        let gone = Wish {
            last: Some("D"),
            ..Wish::default()
        };
        assert_eq!(found(&two, &gone), Err(Choose));
        let main = Wish {
            last: Some("A"),
            cards: Some("B"),
            ..Wish::default()
        };
        assert_eq!(
            found(&one, &main),
            Err(Choose),
            "the main one is not taken unasked"
        );
    }

    /// A Mac whose own screen is fine: 1440 points wide are 2880 pixels, and the monitor beside it begins at its 1440th.
    #[test]
    fn monitors_side_by_side_are_none_that_show_the_same_at_whatever_scale() {
        let mac = vec![
            monitor_at("!Monitor #1", 0, (2880, 1800), 2.0),
            monitor_at("Monitor #2", 1440, (1920, 1080), 1.0),
        ];
        assert!(mac[0].area.meets(mac[1].area));
        assert_eq!(found(&mac, &Wish::default()), Ok("Monitor #2".to_owned()));
    }

    /// A day of cables: out, in, another resolution, another scale, another name.
    #[test]
    fn it_goes_with_its_monitor_and_comes_back_with_it() {
        let wish = |beside| Wish {
            monitor: Some("HDMI-1"),
            beside,
            ..Wish::default()
        };
        let both = vec![
            monitor_at("!eDP-1", 0, (1920, 1080), 1.0),
            monitor_at("HDMI-1", 1920, (1024, 600), 1.0),
        ];
        let beside = BTreeSet::from(["eDP-1".to_owned()]);
        assert_eq!(found(&both, &wish(None)), Ok("HDMI-1".to_owned()));
        assert_eq!(found(&both[..1], &wish(Some(&beside))), Err(OneMonitor));
        let finer = vec![
            monitor_at("!eDP-1", 0, (2880, 1800), 2.0),
            monitor_at("HDMI-1", -3840, (3840, 2160), 1.5),
        ];
        let there = monitor(&finer, &wish(Some(&beside))).map(|m| (m.area, m.scale));
        assert_eq!(there, Ok((Rect::new((-3840, 0), (3840, 2160)), 1.5)));
        let renamed = vec![
            both[0].clone(),
            monitor_at("HDMI-2", 1920, (1024, 600), 1.0),
        ];
        assert_eq!(
            found(&renamed, &wish(Some(&beside))),
            Ok("HDMI-2".to_owned())
        );
    }
}
