//! The system's printers through CUPS, by its own programs `lp` and `lpstat`: they are there wherever CUPS is, on Linux
//! and macOS, and stay the same while its libraries change.

use super::{
    Unlisted,
    pages::{Paper, lay},
    pdf,
};
use crate::{receipts::view::SystemPrinter, settings::printers::Sheet};
use devices::{PortError, port::Taken, printer::bitmap::Bitmap, queue::Outcome};
use reports::{
    paper::Paper as Report,
    pdf::{PdfError, document},
};
use std::{
    io,
    path::PathBuf,
    process::{Output, Stdio},
    time::Duration,
};
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

/// CUPS may look for printers on the network first.
const LIST_WITHIN: Duration = Duration::from_secs(8);
/// A receipt is some ten kilobytes.
const PRINT_WITHIN: Duration = Duration::from_secs(60);
/// Half an inch from a sheet's edge every printer prints.
const MARGIN: usize = 36;
/// So many printers are listed at most.
const PRINTERS_MAX: usize = 200;
/// What CUPS says where no printer is set up; in plain English the same since it began.
const NONE: &str = "No destinations added";

/// CUPS, by its programs.
#[derive(Debug, Clone)]
pub(crate) struct System {
    pub(crate) lp: PathBuf,
    pub(crate) lpstat: PathBuf,
}

impl Default for System {
    fn default() -> Self {
        Self {
            lp: "lp".into(),
            lpstat: "lpstat".into(),
        }
    }
}

/// Whole pages as this system takes them: a document.
#[derive(Debug)]
pub(crate) struct Pages(Vec<u8>);

impl Pages {
    /// Of a report. Blocks for a moment: fonts are read.
    pub(crate) fn of(paper: &Report) -> Result<Self, PdfError> {
        document(paper).map(Self)
    }
}

impl System {
    /// The system's printers, its usual one first. None where there is no CUPS.
    pub(crate) async fn list(&self) -> Result<Vec<SystemPrinter>, Unlisted> {
        let (names, usual) = tokio::join!(self.lpstat("-e"), self.lpstat("-d"));
        let usual = usual.unwrap_or_default();
        let usual = usual.trim().rsplit_once(": ").map(|(_, name)| name);
        let names = names?;
        let mut printers: Vec<SystemPrinter> = names
            .lines()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .take(PRINTERS_MAX)
            .map(|name| SystemPrinter {
                name: name.to_owned(),
                usual: usual == Some(name),
            })
            .collect();
        printers.sort_by_key(|printer| (!printer.usual, printer.name.to_lowercase()));
        Ok(printers)
    }

    /// Whether the system has a printer of this name; `None` where it does not say.
    pub(crate) async fn has(&self, name: &str) -> Option<bool> {
        let listed = self.list().await.ok()?;
        Some(listed.iter().any(|printer| printer.name == name))
    }

    /// Whether a driver has not come back: here drivers are CUPS's, which queues for them.
    pub(crate) fn hangs(&self, _: &str) -> bool {
        false
    }

    async fn lpstat(&self, what: &str) -> Result<String, Unlisted> {
        let mut command = plain(&self.lpstat);
        let asked = timeout(LIST_WITHIN, command.arg(what).output()).await;
        match asked {
            Ok(Ok(output)) if output.status.success() => {
                Ok(String::from_utf8_lossy(&output.stdout).into_owned())
            }
            // It says no where there is not one printer.
            Ok(Ok(output)) if String::from_utf8_lossy(&output.stderr).contains(NONE) => {
                Ok(String::new())
            }
            Ok(Ok(output)) => {
                tracing::info!(status = ?output.status.code(), "the system's printers are not listed");
                Err(Unlisted)
            }
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Ok(Err(error)) => {
                tracing::info!(%error, "the system's printers cannot be listed");
                Err(Unlisted)
            }
            Err(_) => {
                tracing::warn!("the system's printers were not listed in time");
                Err(Unlisted)
            }
        }
    }

    /// Hands a job to the system's queue.
    pub(crate) async fn print(
        &self,
        printer: &str,
        sheet: Sheet,
        title: &str,
        receipts: Vec<Bitmap>,
    ) -> Outcome {
        let (name, paper) = paper(sheet);
        let pages = lay(&receipts, paper);
        let media = match (name, pages.first()) {
            (None, Some(page)) => format!("media=Custom.{}x{}", page.width, page.height),
            (name, _) => format!("media={}", name.unwrap_or("A4")),
        };
        let options = [media.as_str(), "print-scaling=none"];
        self.hand_over(printer, title, 1, &options, &pdf::document(&pages))
            .await
    }

    /// Whether this printer has whole pages of what is longer than a receipt.
    pub(crate) async fn takes_pages(&self, _: &str, sheet: Sheet) -> bool {
        sheet.is_whole()
    }

    /// Hands a document to the system's queue, so many papers of it.
    pub(crate) async fn print_pages(
        &self,
        printer: &str,
        sheet: Sheet,
        title: &str,
        copies: u8,
        Pages(document): Pages,
    ) -> Outcome {
        let media = format!("media={}", paper(sheet).0.unwrap_or("A4"));
        // It is of A4. Older drivers know the second word for it only.
        let options: &[&str] = match sheet {
            Sheet::A4 => &[&media, "print-scaling=none"],
            _ => &[&media, "print-scaling=fit", "fit-to-page"],
        };
        self.hand_over(printer, title, copies, options, &document)
            .await
    }

    async fn hand_over(
        &self,
        printer: &str,
        title: &str,
        copies: u8,
        options: &[&str],
        document: &[u8],
    ) -> Outcome {
        let port = printer.to_owned();
        let mut command = plain(&self.lp);
        command.args(["-d", printer, "-t", title]);
        if copies > 1 {
            command.args(["-n", &copies.to_string()]);
        }
        for option in options {
            command.args(["-o", option]);
        }
        let mut child = match command.stdin(Stdio::piped()).spawn() {
            Ok(child) => child,
            Err(error) => {
                let reason = format!("lp: {error}");
                return Outcome::Failed(PortError::Other { port, reason });
            }
        };
        let told = timeout(PRINT_WITHIN, async {
            if let Some(mut stdin) = child.stdin.take() {
                // A program that ended early says why itself.
                let _ = stdin.write_all(document).await;
            }
            child.wait_with_output().await
        });
        match told.await {
            Ok(Ok(output)) if output.status.success() => Outcome::Done {
                taken: Taken::Sent,
                heard: Vec::new(),
            },
            // It says no before it queues anything.
            Ok(Ok(output)) if output.status.code().is_some() => {
                Outcome::Failed(refusal(port, &output))
            }
            Ok(Ok(output)) => Outcome::Unknown(refusal(port, &output)),
            Ok(Err(error)) => {
                let reason = format!("lp: {error}");
                Outcome::Unknown(PortError::Other { port, reason })
            }
            Err(_) => Outcome::Unknown(PortError::Stalled { port }),
        }
    }
}

/// CUPS's name of a paper, where it has one, and the paper in points.
fn paper(sheet: Sheet) -> (Option<&'static str>, Paper) {
    let (name, width, height, margin) = match sheet {
        Sheet::A4 => (Some("A4"), 595, Some(842), MARGIN),
        Sheet::A5 => (Some("A5"), 420, Some(595), MARGIN),
        Sheet::Letter => (Some("Letter"), 612, Some(792), MARGIN),
        Sheet::Roll80 => (None, 227, None, 11),
        Sheet::Roll58 => (None, 164, None, 14),
    };
    let paper = Paper {
        inch: 72,
        width,
        height,
        margin,
    };
    (name, paper)
}

/// Why it would not.
fn refusal(port: String, output: &Output) -> PortError {
    let said = String::from_utf8_lossy(&output.stderr);
    // The same words for an unknown printer since CUPS began.
    if said.contains("does not exist") {
        return PortError::Gone { port };
    }
    let reason = said.lines().next().unwrap_or_default().to_owned();
    PortError::Other { port, reason }
}

/// A program in plain English, that dies with us.
fn plain(program: &PathBuf) -> Command {
    let mut command = Command::new(program);
    command
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}
