//! A test receipt on a printer, and a printer's bytes read back as what is on the paper.

use crate::{WRITE_WITHIN, named, tell};
use anyhow::{Context, bail};
use clap::Args;
use devices::{
    Line, PortAddress,
    port::{Port, Taken},
    printer::{
        escpos::{self, Extras, Typeface},
        paper::Paper,
        profile::{Preset, Profile},
        receipt::{Head, Slip, slip, words::PaperLanguage},
        status::{PATIENCE, Status, question},
    },
    queue::script::Step,
};
use domain::{Currency, Kind, Money, Trust};
use serde::Serialize;
use serde_json::Value;
use std::time::Instant;

#[derive(Args)]
pub(crate) struct PrintArgs {
    /// The kind of printer, by its name in `papers`.
    #[arg(long)]
    paper: String,
    /// The language of the receipt: en or zh-CN.
    #[arg(long, default_value = "en")]
    language: String,
    /// The amount on it.
    #[arg(long, default_value = "12.80")]
    amount: String,
    /// Its currency.
    #[arg(long, default_value = "CNY")]
    currency: String,
    /// What a code on it says; without, there is none.
    #[arg(long)]
    qr: Option<String>,
}

#[derive(Serialize)]
struct PaperKind {
    paper: Preset,
    profile: Profile,
}

/// Every kind of printer there is a name for.
pub(crate) fn papers() -> anyhow::Result<()> {
    let told = Preset::ALL.map(|paper| PaperKind {
        paper,
        profile: paper.profile(),
    });
    tell(&told)
}

fn profile(name: &str) -> anyhow::Result<Profile> {
    let preset: Preset =
        named(name).with_context(|| format!("no printer is called {name}; see `papers`"))?;
    Ok(preset.profile())
}

/// What is on the paper, the dots of its pictures as hexadecimal text.
fn on_paper(bytes: &[u8], profile: &Profile) -> anyhow::Result<Value> {
    let mut paper = serde_json::to_value(Paper::read(bytes, profile))?;
    let items = paper.get_mut("items").and_then(Value::as_array_mut);
    for dots in items
        .into_iter()
        .flatten()
        .filter_map(|i| i.get_mut("dots"))
    {
        let bytes: Vec<u8> = serde_json::from_value(dots["bytes"].take())?;
        dots["bytes"] = Value::String(hex::encode(bytes));
    }
    Ok(paper)
}

/// Tells what a recording would put on paper.
pub(crate) fn tell_paper(name: &str, pieces: &[(u64, Vec<u8>)]) -> anyhow::Result<()> {
    let bytes: Vec<u8> = pieces
        .iter()
        .flat_map(|(_, bytes)| bytes)
        .copied()
        .collect();
    tell(&on_paper(&bytes, &profile(name)?)?)
}

#[derive(Serialize)]
struct Printed {
    /// What was sent.
    sent: String,
    /// What that puts on the paper.
    paper: Value,
    /// What the printer said of itself before, where it answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    /// How sure it is that the printer has it, where it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken: Option<Taken>,
}

/// Prints a test receipt, or only tells what would be sent and printed.
pub(crate) fn print(
    port: Option<&PortAddress>,
    line: &Line,
    print: &PrintArgs,
) -> anyhow::Result<()> {
    let profile = profile(&print.paper)?;
    let bytes = receipt(print, &profile)?;
    let mut told = Printed {
        sent: hex::encode(&bytes),
        paper: on_paper(&bytes, &profile)?,
        status: None,
        taken: None,
    };
    if let Some(address) = port {
        let mut door = devices::port::open(address, line)?;
        told.status = ask(door.as_mut())?;
        if let Some(trouble) = told.status.and_then(Status::trouble) {
            bail!(
                "the printer says {}: nothing was printed",
                serde_json::to_string(&trouble)?
            );
        }
        door.write_all(&bytes, WRITE_WITHIN)?;
        told.taken = Some(door.settle(WRITE_WITHIN)?);
    }
    tell(&told)
}

/// Asks the printer how it is; many never answer.
fn ask(door: &mut dyn Port) -> anyhow::Result<Option<Status>> {
    for step in question().steps() {
        if let Step::Send(bytes) = step {
            door.write_all(bytes, WRITE_WITHIN)?;
        }
    }
    let (mut heard, until) = (Vec::new(), Instant::now() + PATIENCE);
    while Status::parse(&heard).is_none() && Instant::now() < until {
        let mut buffer = [0; 16];
        let come = door.read(&mut buffer, until.saturating_duration_since(Instant::now()))?;
        heard.extend_from_slice(&buffer[..come]);
    }
    Ok(Status::parse(&heard))
}

fn receipt(print: &PrintArgs, profile: &Profile) -> anyhow::Result<Vec<u8>> {
    let language: PaperLanguage = named(&print.language)
        .with_context(|| format!("there are no words in {}", print.language))?;
    let currency = Currency::new(&print.currency).context("a currency is three letters")?;
    let amount = Money::parse(&print.amount, currency)
        .with_context(|| format!("{} is no amount", print.amount))?;
    let head = Head {
        shop: "Tillbell",
        language,
        ..Head::default()
    };
    let slip = slip(
        &head,
        &Slip {
            kind: Kind::Payment,
            test: true,
            trust: Trust::Confirmed,
            amount: Some(amount),
            in_words: "",
            at: "2026-01-31 12:34:56",
            platform: "ABC abc 0123 ÄÖÜ é ñ € 微信支付",
            number: Some(1),
            order: Some("4200001234567890123456789012"),
            barcode: true,
            collector: None,
            link: print.qr.as_deref(),
        },
    );
    #[cfg(feature = "system-font")]
    let mut font = devices::printer::font::SystemFont::find();
    #[cfg(feature = "system-font")]
    let typeface = font.as_mut().map(|font| font as &mut dyn Typeface);
    #[cfg(not(feature = "system-font"))]
    let typeface: Option<&mut dyn Typeface> = None;
    let extras = Extras {
        logo: None,
        typeface,
    };
    Ok(escpos::bytes(&slip, profile, extras))
}
