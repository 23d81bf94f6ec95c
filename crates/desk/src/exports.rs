//! Payments as files and closings as documents: where they go, what they are called, how far they are. Each has a name
//! that no file had before, and has it only once it is whole.

mod show;

use crate::{
    api::{UiError, event},
    desk::{Inner, now},
    receipts::{closing::tag, view::ClosingPaper},
    words,
};
use book::{Filter, HistoryQuery, dayend::Moment};
use domain::BusinessDay;
use reports::{
    closing::{Around, Detail, closing, look},
    export::{ExportError, Format, PaymentsExport, payments},
    file::{FileError, Half, free_name},
    paper::Paper,
    pdf::{PdfError, document},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio_util::sync::CancellationToken;

/// The folder among the owner's documents.
const FOLDER: &str = "Tillbell";
/// The longest folder that is typed.
const FOLDER_MAX: usize = 1_000;
/// So many of the files written last can be shown in their folder.
const SHOWN_MAX: usize = 50;
/// The longest search.
const SEARCH_MAX: usize = 200;

/// Payments to write into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct ExportWish {
    /// From this business day …
    pub from: BusinessDay,
    /// … to this one.
    pub to: BusinessDay,
    /// Only those in which this is found.
    #[serde(default)]
    pub search: Option<String>,
    /// Only those that are like this.
    #[serde(default)]
    pub filter: Option<Filter>,
    /// Which kind of file.
    pub format: Format,
    /// In which folder; `None`: the usual one.
    #[serde(default)]
    pub folder: Option<String>,
}

/// A closing to write as a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct PdfWish {
    /// Which, or a day as it stands.
    pub of: ClosingPaper,
    /// In which folder; `None`: the usual one.
    #[serde(default)]
    pub folder: Option<String>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub struct Exported {
    /// Where it lies.
    pub path: String,
    /// So many payments are in it; a closing has none of its own.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub rows: u64,
    /// So many bytes.
    #[cfg_attr(feature = "ts", ts(as = "f64"))]
    pub bytes: u64,
}

/// What goes out of the door of this desk.
#[derive(Default)]
pub(crate) struct Exports {
    /// Held by whoever writes: one at a time.
    at_work: tokio::sync::Mutex<()>,
    standing: Mutex<Standing>,
}

#[derive(Default)]
struct Standing {
    /// Stops what is under way.
    stop: CancellationToken,
    /// What was written last.
    written: Vec<PathBuf>,
}

impl Exports {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops what is under way.
    pub(crate) fn stop(&self) {
        self.standing().stop.cancel();
    }

    /// A new token for what begins now.
    fn begin(&self) -> CancellationToken {
        let mut standing = self.standing();
        standing.stop = CancellationToken::new();
        standing.stop.clone()
    }

    fn wrote(&self, path: &Path) {
        let mut standing = self.standing();
        standing.written.push(path.to_owned());
        let many = standing.written.len().saturating_sub(SHOWN_MAX);
        standing.written.drain(..many);
    }
}

impl Inner {
    /// Where files go that nobody put elsewhere.
    pub(crate) fn export_folder(&self) -> PathBuf {
        self.config.documents.join(FOLDER)
    }

    /// Writes payments into a file.
    pub(crate) async fn export(self: &Arc<Self>, wish: ExportWish) -> Result<Exported, UiError> {
        if wish.from > wish.to {
            return Err(UiError::invalid("days"));
        }
        let _one_at_a_time = self.at_work_on_exports()?;
        let stop = self.exports.begin();
        let language = self.language();
        let name = match wish.from == wish.to {
            true => format!("{}", wish.from),
            false => format!("{} – {}", wish.from, wish.to),
        };
        let name = words::text(language, "sheet.file_payments", &[("days", &name)]);
        let folder = self.folder_of(wish.folder.as_deref())?;
        let file = format!("{}.{}", file_name(&name), wish.format.ending());
        let place = free_name(&folder, &file);
        let search = wish
            .search
            .map(|text| text.chars().take(SEARCH_MAX).collect());
        let export = PaymentsExport {
            query: HistoryQuery {
                from: Some(wish.from),
                to: Some(wish.to),
                search,
                filter: wish.filter.unwrap_or_default(),
                ..HistoryQuery::default()
            },
            format: wish.format,
            place: place.clone(),
            shop: self.head_name(),
            software: self.config.version.clone(),
            at: now(),
            rule: self.rule(),
            texts: words::all(language).clone(),
        };
        let screen = self.screen.clone();
        let progress = move |thousandths: u16| {
            screen.tell(&["history"], event::EXPORT_PROGRESS, &json!(thousandths));
        };
        let written = payments(&self.ledger, export, progress, &stop).await;
        let written = written.map_err(|error| {
            if !matches!(error, ExportError::Stopped) {
                tracing::warn!(%error, "payments were not exported");
            }
            told(&error)
        })?;
        tracing::info!(
            rows = written.rows,
            bytes = written.bytes,
            "payments were exported"
        );
        self.exports.wrote(&place);
        Ok(Exported {
            path: place.to_string_lossy().into_owned(),
            rows: written.rows,
            bytes: written.bytes,
        })
    }

    /// Writes a closing as a document.
    pub(crate) async fn export_pdf(&self, wish: PdfWish) -> Result<Exported, UiError> {
        let _one_at_a_time = self.at_work_on_exports()?;
        let folder = self.folder_of(wish.folder.as_deref())?;
        let paper = self.whole_paper(wish.of).await?;
        let file = format!(
            "{}.pdf",
            file_name(&format!("{} {}", paper.title, paper.day))
        );
        let place = free_name(&folder, &file);
        let written_to = place.clone();
        let written = tokio::task::spawn_blocking(move || {
            let bytes = document(&paper).map_err(|error| {
                tracing::warn!(%error, "a closing could not be made a document");
                match error {
                    PdfError::NoLetters { install, .. } => UiError {
                        code: "no_letters".to_owned(),
                        field: Some(install.to_owned()),
                    },
                    PdfError::NoFont => UiError::new("no_letters"),
                    PdfError::Document(_) => UiError::new("internal"),
                }
            })?;
            let write = || {
                let mut half = Half::begin(&written_to)?;
                half.write_all(&bytes)?;
                half.finish()
            };
            write().map_err(|error| {
                tracing::warn!(%error, "a closing could not be written");
                told(&ExportError::File(error))
            })
        });
        let bytes = written.await.map_err(|error| {
            tracing::error!(%error, "a document broke off");
            UiError::new("internal")
        })??;
        self.exports.wrote(&place);
        Ok(Exported {
            path: place.to_string_lossy().into_owned(),
            rows: 0,
            bytes,
        })
    }

    /// A closing or a day as it stands, in the language of the windows.
    async fn whole_paper(&self, of: ClosingPaper) -> Result<Paper, UiError> {
        let language = self.language();
        let around = Around {
            texts: words::all(language),
            language: tag(language),
            detail: Detail::Whole,
            printed: Moment::new(now(), &self.rule()),
            copy: None,
        };
        match of {
            ClosingPaper::Closing { number } => {
                let found = self.ledger.closing(number).await?;
                let found = found.ok_or_else(|| UiError::new("not_found"))?;
                Ok(closing(&self.with_names(found), &around))
            }
            ClosingPaper::Look { day } => {
                let found = self.look(day).await?;
                Ok(look(&self.with_names(found), &around))
            }
        }
    }

    /// Shows a file that was written in its folder, by the system's own program for that.
    pub(crate) fn show_exported(&self, path: &str) -> Result<(), UiError> {
        let wanted = Path::new(path);
        // Only what this program wrote: a page is no way to open anything else.
        let known = self
            .exports
            .standing()
            .written
            .iter()
            .any(|one| one == wanted);
        if !known || !wanted.is_file() {
            return Err(UiError::new("not_found"));
        }
        show::in_folder(wanted).map_err(|error| {
            tracing::warn!(%error, "a file could not be shown in its folder");
            UiError::new("internal")
        })
    }

    fn head_name(&self) -> String {
        let state = self.state();
        let name = state.shop.as_ref().map(|shop| shop.name.clone());
        name.unwrap_or_default()
    }

    fn at_work_on_exports(&self) -> Result<tokio::sync::MutexGuard<'_, ()>, UiError> {
        let at_work = self.exports.at_work.try_lock();
        at_work.map_err(|_| UiError::new("busy"))
    }

    fn folder_of(&self, typed: Option<&str>) -> Result<PathBuf, UiError> {
        let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) else {
            return Ok(self.export_folder());
        };
        let folder = PathBuf::from(typed);
        match typed.len() <= FOLDER_MAX && folder.is_absolute() {
            true => Ok(folder),
            false => Err(failed("folder")),
        }
    }
}

/// What a page is told of a file that was not written.
fn told(error: &ExportError) -> UiError {
    match error {
        ExportError::Stopped => UiError::new("stopped"),
        ExportError::File(FileError::Full) => failed("full"),
        ExportError::File(FileError::Folder(_)) => failed("folder"),
        ExportError::File(FileError::InUse) => failed("in_use"),
        ExportError::File(FileError::Other(_)) | ExportError::Book(_) => UiError::new("storage"),
        ExportError::Broken => UiError::new("internal"),
    }
}

fn failed(field: &str) -> UiError {
    UiError {
        code: "storage".to_owned(),
        field: Some(field.to_owned()),
    }
}

/// A name that every system takes.
fn file_name(text: &str) -> String {
    let plain = |c: char| !c.is_control() && !r#"/\:*?"<>|"#.contains(c);
    let name: String = text.chars().filter(|c| plain(*c)).take(100).collect();
    name.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests;
