//! `tillbell-devices`: lists what is plugged in, shows a screen or prints a receipt on a port, reads recorded bytes back.
//! For support, and for trying a device without the app.

#![allow(
    clippy::print_stdout,
    reason = "a command line's answer goes to its standard output"
)]

mod paper;
mod recording;
mod show;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use devices::{
    Line, PortAddress,
    display::{CodePage, CommandSet},
    find,
};
use paper::PrintArgs;
use recording::{decode, recording};
use serde::{Serialize, de::DeserializeOwned};
use show::{DisplayArgs, ScreenArgs, show};
use std::{
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

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
        #[command(flatten)]
        line: LineArgs,
        #[command(flatten)]
        display: DisplayArgs,
        #[command(flatten)]
        screen: ScreenArgs,
    },
    /// Lists kinds of receipt printers and what they can do, as JSON.
    Papers,
    /// Prints a test receipt.
    Print {
        /// Where the printer is, as `list` says. Without: only tells what would be sent and printed.
        #[arg(long)]
        port: Option<PortAddress>,
        #[command(flatten)]
        line: LineArgs,
        #[command(flatten)]
        print: PrintArgs,
    },
    /// Reads recorded bytes and tells what a display would show or a printer would print, as JSON.
    Decode {
        #[command(flatten)]
        display: DisplayArgs,
        /// The bytes are a receipt printer's; its kind, by its name in `papers`.
        #[arg(long, conflicts_with = "set")]
        paper: Option<String>,
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

fn main() -> anyhow::Result<()> {
    match Cli::parse().what {
        What::List { bluetooth } => list(bluetooth),
        What::Sets => sets(),
        What::Show {
            port,
            line,
            display,
            screen,
        } => {
            let display = display.display()?;
            let line = line.over(display.set.line())?;
            show(port.as_ref(), &line, &display, &screen.screen(&display)?)
        }
        What::Papers => paper::papers(),
        What::Print { port, line, print } => {
            paper::print(port.as_ref(), &line.over(Line::default())?, &print)
        }
        What::Decode {
            display,
            paper,
            hex,
            file,
            raw,
        } => {
            let pieces = match (hex, file) {
                (Some(text), _) => recording(&text)?,
                (None, Some(path)) if raw => vec![(0, whole(&path)?)],
                (None, Some(path)) => recording(&String::from_utf8(whole(&path)?).context(
                    "not a text of hexadecimal bytes; for bytes as they are, say --raw",
                )?)?,
                (None, None) => bail!("say what to decode: --hex or --file"),
            };
            match paper {
                // Gaps make no difference on paper.
                Some(paper) => paper::tell_paper(&paper, &pieces),
                None => tell(&decode(&display.display()?, &pieces)),
            }
        }
    }
}

/// A file of a recording's size.
fn whole(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(RECORDING_MAX + 1).read_to_end(&mut bytes))
        .with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() as u64 > RECORDING_MAX {
        bail!("{} is longer than 4 MB: cut it", path.display());
    }
    Ok(bytes)
}

/// What differs from a device's usual line.
#[derive(Args)]
struct LineArgs {
    /// Bits in a second, where the usual speed is not the device's.
    #[arg(long)]
    baud: Option<u32>,
    /// none, odd or even, where the usual one is not the device's.
    #[arg(long)]
    parity: Option<String>,
}

impl LineArgs {
    fn over(self, usual: Line) -> anyhow::Result<Line> {
        Ok(Line {
            baud: self.baud.unwrap_or(usual.baud),
            parity: match self.parity {
                Some(parity) => named(&parity).context("parity is none, odd or even")?,
                None => usual.parity,
            },
            ..usual
        })
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
