//! What a display shows of an occasion, by its own rule, in its own words. Pure.

use super::views::{DisplayPreview, DisplaySample};
use crate::{
    occasion::Occasion,
    settings::{
        self,
        displays::{DisplaySetup, IdleShows},
    },
};
use devices::{
    Step,
    display::{
        Ability, Kind, Qr, Row, Screen,
        decode::Decoder,
        layout::{Clock, Message, OrderLine, idle_running, layout},
        words::Language,
    },
};
use domain::{Currency, Money};

/// Whether this display shows such a message at all.
fn shows(setup: &DisplaySetup, message: &Message) -> bool {
    match message {
        Message::ToPay { .. } | Message::Order { .. } | Message::Change { .. } => {
            setup.shows.to_pay
        }
        Message::Received { .. } | Message::Came { .. } => setup.shows.received,
        Message::Refund { .. } => setup.shows.refunds,
        _ => true,
    }
}

/// The screen of an occasion; what this display does not show, it passes over.
pub(super) fn screen(setup: &DisplaySetup, occasion: &Occasion, clock: Clock) -> Screen {
    let wanted = [&occasion.message, &occasion.beneath];
    let message = wanted.into_iter().find(|message| shows(setup, message));
    match message {
        None | Some(Message::Idle { .. }) => idle(setup, clock),
        Some(message) => {
            let mut words = setup.texts.over(setup.language);
            occasion.say(&mut words, setup.language);
            layout(message, setup.display.geometry, &words)
        }
    }
}

fn idle(setup: &DisplaySetup, clock: Clock) -> Screen {
    let mut words = setup.texts.over(setup.language);
    let clock = match setup.shows.idle {
        IdleShows::Blank => return Screen::default(),
        IdleShows::Text => None,
        IdleShows::Clock => {
            if setup.display.geometry.rows() == 1 {
                words.idle.clear();
            }
            Some(clock)
        }
    };
    let (set, geometry) = (setup.display.set, setup.display.geometry);
    let runs = set
        .runs()
        .and_then(|most| idle_running(clock, geometry, &words, most));
    runs.unwrap_or_else(|| layout(&Message::Idle { clock }, geometry, &words))
}

/// A display's number and name, so that a person sees which is which.
pub(super) fn number(setup: &DisplaySetup, number: u8) -> Screen {
    let (text, name) = (number.to_string(), setup.name.trim());
    let rows = if setup.display.geometry.rows() == 1 {
        vec![Row::text(format!("{text} {name}"))]
    } else {
        vec![Row::centered(text.clone()), Row::centered(name)]
    };
    Screen {
        // A currency without decimals: digits alone show the bare number.
        amount: Currency::new("JPY").and_then(|plain| Money::new(number.into(), plain)),
        // Boxes draw a code only where something is to be paid.
        kind: match setup.display.set.ability() {
            Ability::Codes => Kind::AmountToPay,
            Ability::Digits | Ability::Text => Kind::Idle,
        },
        rows,
        qr: Qr::new(&format!("{text} {name}"), ""),
        running: None,
    }
}

/// What a display is tried out with.
pub(super) fn sample(
    sample: DisplaySample,
    language: Language,
    currency: Currency,
    code: Option<Qr>,
) -> Message {
    // Where there are no decimals, `1280`.
    let sum = |with: &str, without: &str| {
        Money::parse(with, currency)
            .or_else(|_| Money::parse(without, currency))
            .unwrap_or(Money::zero(currency))
    };
    let amount = sum("12.80", "1280");
    // Without a code of the shop's own, one that is not to be paid.
    let code = || code.or_else(|| Qr::new("Tillbell", ""));
    let line = |item: &str, quantity, amount| OrderLine {
        name: item_name(language, item),
        quantity,
        amount,
    };
    match sample {
        DisplaySample::Idle => Message::Idle { clock: None },
        DisplaySample::Order => Message::Order {
            lines: vec![
                line("item_one", 2, sum("9.00", "900")),
                line("item_two", 1, sum("3.80", "380")),
            ],
            total: amount,
            qr: code(),
        },
        DisplaySample::ToPay => Message::ToPay { amount, qr: code() },
        DisplaySample::Change => Message::Change {
            amount: sum("7.20", "720"),
        },
        DisplaySample::Received => Message::Received {
            amount,
            confirmed: true,
        },
        DisplaySample::Reported => Message::Received {
            amount,
            confirmed: false,
        },
        DisplaySample::Refund => Message::Refund { amount },
    }
}

/// What somebody buys in a sample. What is bought stands in the shop's language; ours are Chinese and English.
fn item_name(language: Language, item: &str) -> String {
    let chinese = [Language::ChineseSimplified, Language::ChineseTraditional];
    let language = match chinese.contains(&language) {
        true => settings::Language::ZhCn,
        false => settings::Language::En,
    };
    crate::words::text(language, &format!("display_sample.{item}"), &[])
}

/// Reads a screen's bytes back, as the device would.
pub(super) fn preview(setup: &DisplaySetup, screen: &Screen) -> DisplayPreview {
    let display = &setup.display;
    let mut decoder = Decoder::new(display);
    for step in display.picture(screen).first.steps() {
        if let Step::Send(bytes) = step {
            decoder.feed(bytes);
        }
    }
    let shown = decoder.shown();
    let ability = display.set.ability();
    DisplayPreview {
        ability,
        columns: u8::try_from(display.geometry.columns()).unwrap_or(u8::MAX),
        rows: match ability {
            Ability::Codes => Vec::new(),
            Ability::Digits | Ability::Text => shown.rows,
        },
        running: shown.running,
        lamps: shown.lamps,
        brightness: shown.brightness,
        code: shown
            .qr
            .as_deref()
            .and_then(|text| crate::answers::qr(text).ok()),
        code_text: shown.qr,
        picture: shown.picture,
    }
}

#[cfg(test)]
mod tests;
