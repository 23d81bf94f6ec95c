//! `tillbell-devices`: lists what is plugged in, shows a screen on a port, reads recorded bytes back. For support, and
//! for trying a device without the app.

#![allow(
    clippy::print_stdout,
    reason = "a command line's answer goes to its standard output"
)]

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use devices::{
    Line, PortAddress,
    display::{
        CodePage, CommandSet, Display, Geometry, Qr, Row, Screen,
        decode::{Decoder, Shown},
        layout::{Message, layout},
        words::Language,
    },
    find,
    queue::script::Step,
};
use domain::{Currency, Money};
use serde::{Serialize, de::DeserializeOwned};
use std::{io::Read, path::PathBuf, thread, time::Duration};

/// No recording that is read is longer.
const RECORDING_MAX: u64 = 4 * 1024 * 1024;
/// A display that takes nothing for so long is given up.
const WRITE_WITHIN: Duration = Duration::from_secs(10);

#[derive(Parser)]
#[command(
    name = "tillbell-devices",
    version,
    about = "Customer displays and printers, by hand"
)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

// There is one of it, once.
#[allow(clippy::large_enum_variant)]
#[derive(Subcommand)]
enum What {
    /// Lists what is plugged in and what it probably is, as JSON. Opens nothing.
    List {
        /// Also looks for Bluetooth Low Energy devices, for so many seconds.
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..=30))]
        bluetooth: Option<u64>,
    },
    /// Lists the command sets and their usual settings, as JSON.
    Sets,
    /// Shows a screen on a display.
    Show {
        /// Where it is, as `list` says: serial:COM3, tcp:192.168.1.20:9100. Without: only tells what would be sent.
        #[arg(long)]
        port: Option<PortAddress>,
        /// Bits in a second, where the set's usual speed is not the display's.
        #[arg(long)]
        baud: Option<u32>,
        /// none, odd or even, where the set's usual one is not the display's.
        #[arg(long)]
        parity: Option<String>,
        #[command(flatten)]
        display: DisplayArgs,
        #[command(flatten)]
        screen: ScreenArgs,
    },
    /// Reads recorded bytes and tells what a display would show, as JSON.
    Decode {
        #[command(flatten)]
        display: DisplayArgs,
        /// Bytes in hexadecimal; `+250` among them is a gap of 250 milliseconds, after which the screen is told.
        #[arg(long, conflicts_with = "file")]
        hex: Option<String>,
        /// A file of such text; `#` begins a remark.
        #[arg(long)]
        file: Option<PathBuf>,
        /// The file holds the bytes themselves.
        #[arg(long, requires = "file")]
        raw: bool,
    },
}

#[derive(Args)]
struct DisplayArgs {
    /// The command set, by its name in `sets`.
    #[arg(long)]
    set: String,
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
struct ScreenArgs {
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

fn main() -> anyhow::Result<()> {
    match Cli::parse().what {
        What::List { bluetooth } => list(bluetooth),
        What::Sets => sets(),
        What::Show {
            port,
            baud,
            parity,
            display,
            screen,
        } => {
            let display = display.display()?;
            let mut line = display.set.line();
            line.baud = baud.unwrap_or(line.baud);
            if let Some(parity) = parity {
                line.parity = named(&parity).context("parity is none, odd or even")?;
            }
            show(port.as_ref(), &line, &display, &screen.screen(&display)?)
        }
        What::Decode {
            display,
            hex,
            file,
            raw,
        } => {
            let display = display.display()?;
            let pieces = match (hex, file) {
                (Some(text), _) => recording(&text)?,
                (None, Some(path)) => {
                    let mut bytes = Vec::new();
                    std::fs::File::open(&path)
                        .and_then(|file| file.take(RECORDING_MAX + 1).read_to_end(&mut bytes))
                        .with_context(|| format!("cannot read {}", path.display()))?;
                    if bytes.len() as u64 > RECORDING_MAX {
                        bail!("{} is longer than 4 MB: cut it", path.display());
                    }
                    if raw {
                        vec![(0, bytes)]
                    } else {
                        recording(&String::from_utf8(bytes).context(
                            "not a text of hexadecimal bytes; for bytes as they are, say --raw",
                        )?)?
                    }
                }
                (None, None) => bail!("say what to decode: --hex or --file"),
            };
            tell(&decode(&display, &pieces))
        }
    }
}

/// A value by the name that it has in JSON.
fn named<T: DeserializeOwned>(name: &str) -> anyhow::Result<T> {
    Ok(serde_json::from_value(serde_json::Value::String(
        name.into(),
    ))?)
}

fn tell(value: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

fn list(bluetooth: Option<u64>) -> anyhow::Result<()> {
    #[allow(unused_mut, reason = "a build may leave Bluetooth out")]
    let mut listing = find::list();
    #[cfg(feature = "ble")]
    if let Some(seconds) = bluetooth {
        let told = devices::port::ble::scan(Duration::from_secs(seconds));
        listing.add(find::Finder::Ble, told.map_err(|error| error.to_string()));
    }
    #[cfg(not(feature = "ble"))]
    if bluetooth.is_some() {
        bail!("this build has no Bluetooth");
    }
    tell(&listing)
}

#[derive(Serialize)]
struct SetTold {
    set: CommandSet,
    name: &'static str,
    baud: u32,
    parity: devices::port::Parity,
    columns: usize,
    rows: usize,
    page: CodePage,
}

fn sets() -> anyhow::Result<()> {
    let told: Vec<SetTold> = CommandSet::ALL
        .into_iter()
        .map(|set| {
            let (line, geometry) = (set.line(), set.geometry());
            SetTold {
                set,
                name: set.name(),
                baud: line.baud,
                parity: line.parity,
                columns: geometry.columns(),
                rows: geometry.rows(),
                page: set.page(),
            }
        })
        .collect();
    tell(&told)
}

impl DisplayArgs {
    fn display(&self) -> anyhow::Result<Display> {
        let set = named(&self.set)
            .with_context(|| format!("no command set is called {}; see `sets`", self.set))?;
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
    fn screen(&self, display: &Display) -> anyhow::Result<Screen> {
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

fn show(
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

/// Pieces of a recording: how long after its beginning, and the bytes.
fn recording(text: &str) -> anyhow::Result<Vec<(u64, Vec<u8>)>> {
    let mut pieces = vec![(0_u64, Vec::new())];
    for (number, line) in (1..).zip(text.lines()) {
        for word in line
            .split('#')
            .next()
            .unwrap_or_default()
            .split_whitespace()
        {
            let wrong = || format!("line {number}: {word:?} is neither bytes nor a gap");
            let (at, bytes) = pieces.last_mut().context("there is a piece")?;
            if let Some(gap) = word.strip_prefix('+') {
                let gap: u32 = gap.trim_end_matches("ms").parse().with_context(wrong)?;
                let next = at.saturating_add(gap.into());
                pieces.push((next, Vec::new()));
            } else {
                bytes.extend(hex::decode(word).with_context(wrong)?);
            }
        }
    }
    Ok(pieces)
}

#[derive(Serialize)]
struct Stood {
    /// Milliseconds after the beginning of the recording.
    at_ms: u64,
    shown: Shown,
}

/// What stood on the display before each gap and at the end.
fn decode(display: &Display, pieces: &[(u64, Vec<u8>)]) -> Vec<Stood> {
    let mut decoder = Decoder::new(display);
    let mut stood: Vec<Stood> = Vec::new();
    for (at_ms, bytes) in pieces {
        decoder.feed(bytes);
        let shown = decoder.shown();
        if stood.last().is_none_or(|last| last.shown != shown) {
            stood.push(Stood {
                at_ms: *at_ms,
                shown,
            });
        }
    }
    stood
}
