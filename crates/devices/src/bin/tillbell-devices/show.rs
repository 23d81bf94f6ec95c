//! A screen on a display, from words and numbers on the command line.

use crate::{WRITE_WITHIN, named, tell};
use anyhow::Context;
use clap::Args;
use devices::{
    Line, PortAddress,
    display::{
        Display, Geometry, Qr, Row, Screen,
        decode::{Decoder, Shown},
        layout::{Message, layout},
        words::Language,
    },
    queue::script::Step,
};
use domain::{Currency, Money};
use serde::Serialize;
use std::thread;

#[derive(Args)]
pub(crate) struct DisplayArgs {
    /// The command set, by its name in `sets`.
    #[arg(long)]
    set: Option<String>,
    /// Cells, as columns x rows: 20x2.
    #[arg(long)]
    size: Option<String>,
    /// The code page: ascii, cp858, gb18030 …
    #[arg(long)]
    page: Option<String>,
    /// dim, low, medium, full.
    #[arg(long)]
    brightness: Option<String>,
    /// Milliseconds of rest after each command.
    #[arg(long, default_value_t = 0)]
    rest: u16,
}

#[derive(Args)]
pub(crate) struct ScreenArgs {
    /// A row of text; say it again for the next row.
    #[arg(long, conflicts_with_all = ["to_pay", "received", "change", "refund"])]
    text: Vec<String>,
    /// An amount to pay: 12.50.
    #[arg(long)]
    to_pay: Option<String>,
    /// An amount that came.
    #[arg(long, conflicts_with = "to_pay")]
    received: Option<String>,
    /// An amount that the customer gets back.
    #[arg(long, conflicts_with_all = ["to_pay", "received"])]
    change: Option<String>,
    /// An amount that was given back.
    #[arg(long, conflicts_with_all = ["to_pay", "received", "change"])]
    refund: Option<String>,
    /// The currency of the amount.
    #[arg(long, default_value = "CNY")]
    currency: String,
    /// The language of the words: en, zh-CN, de …
    #[arg(long, default_value = "en")]
    language: String,
    /// What a code to pay with says, for displays that draw codes.
    #[arg(long, requires = "to_pay")]
    qr: Option<String>,
}

impl DisplayArgs {
    pub(crate) fn display(&self) -> anyhow::Result<Display> {
        let name = self.set.as_deref();
        let name = name.context("say the display's command set: --set, see `sets`")?;
        let set =
            named(name).with_context(|| format!("no command set is called {name}; see `sets`"))?;
        let mut display = Display::preset(set);
        if let Some(size) = &self.size {
            display.geometry = size
                .split_once('x')
                .and_then(|(columns, rows)| {
                    Geometry::new(columns.parse().ok()?, rows.parse().ok()?)
                })
                .context("a size is columns x rows, as 20x2: 1 to 40 and 1 to 4")?;
        }
        if let Some(page) = &self.page {
            display.page = named(page).with_context(|| format!("no code page is called {page}"))?;
        }
        if let Some(brightness) = &self.brightness {
            display.brightness =
                Some(named(brightness).context("brightness is dim, low, medium or full")?);
        }
        display.rest_ms = self.rest;
        Ok(display)
    }
}

impl ScreenArgs {
    pub(crate) fn screen(&self, display: &Display) -> anyhow::Result<Screen> {
        let currency = Currency::new(&self.currency).context("a currency is three letters")?;
        let language: Language = named(&self.language)
            .with_context(|| format!("there are no words in {}", self.language))?;
        let money = |text: &String| {
            Money::parse(text, currency).with_context(|| format!("{text} is no amount"))
        };
        let message = if let Some(amount) = &self.to_pay {
            let qr = match &self.qr {
                Some(payload) => Some(Qr::new(payload, "").context("no code can hold that")?),
                None => None,
            };
            let amount = money(amount)?;
            Message::ToPay { amount, qr }
        } else if let Some(amount) = &self.received {
            Message::Received {
                amount: money(amount)?,
                confirmed: true,
            }
        } else if let Some(amount) = &self.change {
            Message::Change {
                amount: money(amount)?,
            }
        } else if let Some(amount) = &self.refund {
            Message::Refund {
                amount: money(amount)?,
            }
        } else if self.text.is_empty() {
            Message::Idle { clock: None }
        } else {
            return Ok(Screen {
                rows: self.text.iter().map(Row::text).collect(),
                ..Screen::default()
            });
        };
        Ok(layout(&message, display.geometry, &language.words()))
    }
}

#[derive(Serialize)]
struct Sent {
    /// What was sent, rests in milliseconds between it; `decode` reads it.
    sent: String,
    shown: Shown,
}

/// Sends the screen, or only tells what would be sent.
pub(crate) fn show(
    port: Option<&PortAddress>,
    line: &Line,
    display: &Display,
    screen: &Screen,
) -> anyhow::Result<()> {
    let picture = display.picture(screen);
    let mut decoder = Decoder::new(display);
    let mut words = Vec::new();
    let mut door = match port {
        Some(address) => Some(devices::port::open(address, line)?),
        None => None,
    };
    for step in picture.first.steps() {
        match step {
            Step::Send(bytes) => {
                if let Some(door) = &mut door {
                    door.write_all(bytes, WRITE_WITHIN)?;
                }
                decoder.feed(bytes);
                words.push(hex::encode(bytes));
            }
            Step::Rest(rest) => {
                if let Some(door) = &mut door {
                    door.settle(WRITE_WITHIN)?;
                    thread::sleep(*rest);
                }
                words.push(format!("+{}", rest.as_millis()));
            }
            Step::Hear { .. } => {}
        }
    }
    if let Some(door) = &mut door {
        door.settle(WRITE_WITHIN)?;
    }
    tell(&Sent {
        sent: words.join(" "),
        shown: decoder.shown(),
    })
}
