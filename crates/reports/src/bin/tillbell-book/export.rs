//! `export`: payments into a file for a spreadsheet.

use crate::{Answer, Days, FAILED, FINE, Failure, opening};
use book::HistoryQuery;
use clap::{Args, ValueEnum};
use reports::{
    Texts,
    export::{ExportError, Format, PaymentsExport, payments},
};
use serde::Serialize;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_util::sync::CancellationToken;

/// Headings in this language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// English.
    En,
    /// Simplified Chinese.
    #[value(name = "zh-CN")]
    ZhCn,
}

impl Language {
    fn texts(self) -> Texts {
        Texts::read(match self {
            Self::En => include_str!("../../../../../ui/src/locales/en.json"),
            Self::ZhCn => include_str!("../../../../../ui/src/locales/zh-CN.json"),
        })
    }
}

/// What to write where.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The file to write; its ending says which kind: .csv or .xlsx.
    file: PathBuf,
    #[command(flatten)]
    days: Days,
    /// Only payments with this in payer, note, tag or number, or of this amount.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// The language of the headings.
    #[arg(long, value_enum, default_value_t = Language::En)]
    language: Language,
}

#[derive(Serialize)]
struct Told<'a> {
    file: &'a Path,
    payments: u64,
    bytes: u64,
}

pub(crate) async fn export(path: &Path, args: ExportArgs, answer: Answer) -> Result<u8, Failure> {
    let ending = args
        .file
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    let format = match ending.as_deref() {
        Some("csv") => Format::Csv,
        Some("xlsx") => Format::Xlsx,
        _ => return Err(Failure::new(2, "the file's name ends with .csv or .xlsx")),
    };
    let ledger = opening::read(path).await?;
    let export = PaymentsExport {
        query: HistoryQuery {
            from: args.days.from,
            to: args.days.to,
            search: args.search,
            ..HistoryQuery::default()
        },
        format,
        place: args.file.clone(),
        shop: ledger
            .shop()
            .await?
            .map_or_else(String::new, |shop| shop.name),
        software: env!("CARGO_PKG_VERSION").to_owned(),
        at: domain::Timestamp(jiff::Timestamp::now().as_millisecond()),
        rule: opening::rule(&ledger).await?,
        texts: Arc::new(args.language.texts()),
    };
    let stop = CancellationToken::new();
    let written = payments(&ledger, export, |_| {}, &stop)
        .await
        .map_err(|error| match error {
            ExportError::Book(error) => error.into(),
            error => Failure::new(FAILED, error),
        })?;
    let told = Told {
        file: &args.file,
        payments: written.rows,
        bytes: written.bytes,
    };
    answer.give(&told, || {
        format!("{} payments in {}", told.payments, args.file.display())
    })?;
    Ok(FINE)
}
