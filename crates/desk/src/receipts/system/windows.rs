//! The system's printers on Windows: the dots are drawn through GDI, which every printer's driver takes, while a PDF
//! needs a program that may not be there. The driver knows its paper.

use super::{
    Unlisted,
    beside::{AtWork, Left},
    offered::is_offered,
    pages::{WHOLE, lay, lay_whole},
};
use crate::{receipts::view::SystemPrinter, settings::printers::Sheet};
use devices::{PortError, printer::bitmap::Bitmap, queue::Outcome};
use reports::{
    paper::Paper as Report,
    pdf::{PdfError, dots},
};
use std::{mem, ptr, sync::Arc, time::Duration};
use windows_sys::Win32::Graphics::Printing::{
    EnumPrintersW, GetDefaultPrinterW, PRINTER_ENUM_CONNECTIONS, PRINTER_ENUM_LOCAL,
    PRINTER_INFO_4W,
};

#[path = "windows/canvas.rs"]
mod canvas;

use canvas::{draw, paper_width};

/// A printer on the network that is not there holds its driver for long.
const PRINT_WITHIN: Duration = Duration::from_secs(60);
const LIST_WITHIN: Duration = Duration::from_secs(8);
/// So much is asked for at most, in bytes.
const LIST_MAX: u32 = 1 << 20;
/// So many printers are listed at most.
const PRINTERS_MAX: usize = 200;

/// A roll is narrower than this, in millimetres, and a sheet is not.
const SHEET_MIN: usize = 130;

/// What asks the spooler for its list: no printer has this name.
const THE_LIST: &str = "";

/// The system's spooler.
#[derive(Debug, Clone, Default)]
pub(crate) struct System {
    at_work: AtWork,
    /// Who asks for the list waits for whoever asks already.
    listing: Arc<tokio::sync::Mutex<()>>,
}

/// Whole pages as every printer's driver takes them: drawn.
#[derive(Debug)]
pub(crate) struct Pages(Vec<Bitmap>);

impl Pages {
    /// Of a report. Blocks for a moment: fonts are read, and all of it is drawn.
    pub(crate) fn of(paper: &Report) -> Result<Self, PdfError> {
        let pages = dots(paper, WHOLE)?;
        let bitmap = |page: &reports::pdf::Dots| {
            Bitmap::from_bytes(page.bytes_a_row, page.rows, &page.bytes)
        };
        Ok(Self(pages.iter().map(bitmap).collect()))
    }
}

impl System {
    /// The system's printers, its usual one first.
    pub(crate) async fn list(&self) -> Result<Vec<SystemPrinter>, Unlisted> {
        let (names, usual) = self.listed().await?;
        let mut printers: Vec<SystemPrinter> = names
            .into_iter()
            .filter(|name| is_offered(name))
            .take(PRINTERS_MAX)
            .map(|name| SystemPrinter {
                usual: usual.as_ref() == Some(&name),
                name,
            })
            .collect();
        printers.sort_by_key(|printer| (!printer.usual, printer.name.to_lowercase()));
        Ok(printers)
    }

    /// Whether the system has a printer of this name; `None` where it does not say.
    pub(crate) async fn has(&self, name: &str) -> Option<bool> {
        let (names, _) = self.listed().await.ok()?;
        Some(names.iter().any(|one| one == name))
    }

    async fn listed(&self) -> Result<(Vec<String>, Option<String>), Unlisted> {
        let _alone = self.listing.lock().await;
        let listed = self
            .at_work
            .beside(THE_LIST, LIST_WITHIN, || Some((names()?, usual())));
        listed.await.ok().flatten().ok_or(Unlisted)
    }

    /// Whether a driver has not come back.
    pub(crate) fn hangs(&self, printer: &str) -> bool {
        self.at_work.hangs(printer)
    }

    /// Hands a job to the system's queue, after whoever is at that already.
    pub(crate) async fn print(
        &self,
        printer: &str,
        _: Sheet,
        title: &str,
        receipts: Vec<Bitmap>,
    ) -> Outcome {
        let port = printer.to_owned();
        let (name, title) = (printer.to_owned(), title.to_owned());
        self.drawn(port, move || {
            draw(&name, &title, |paper| lay(&receipts, paper))
        })
        .await
    }

    /// Whether this printer has whole pages of what is longer than a receipt. Here set-ups say A4 of rolls, too, whose
    /// drivers know better.
    pub(crate) async fn takes_pages(&self, printer: &str, sheet: Sheet) -> bool {
        let name = printer.to_owned();
        let wide = move || paper_width(&name);
        sheet.is_whole()
            && self
                .at_work
                .beside(printer, LIST_WITHIN, wide)
                .await
                .is_ok_and(|wide| wide >= Some(SHEET_MIN))
    }

    /// Hands whole pages to the system's queue, so many papers of them.
    pub(crate) async fn print_pages(
        &self,
        printer: &str,
        _: Sheet,
        title: &str,
        copies: u8,
        Pages(pages): Pages,
    ) -> Outcome {
        let (name, title) = (printer.to_owned(), title.to_owned());
        let papers: Vec<Bitmap> = std::iter::repeat_n(pages, usize::from(copies.max(1)))
            .flatten()
            .collect();
        self.drawn(printer.to_owned(), move || {
            draw(&name, &title, |paper| lay_whole(papers, paper))
        })
        .await
    }

    async fn drawn(
        &self,
        port: String,
        work: impl FnOnce() -> Outcome + Send + 'static,
    ) -> Outcome {
        let told = self.at_work.beside(&port, PRINT_WITHIN, work);
        let told = told.await;
        let stalled = PortError::Stalled { port };
        told.unwrap_or_else(|left| match left {
            Left::NotBegun => Outcome::Failed(stalled),
            Left::Begun => Outcome::Unknown(stalled),
        })
    }
}

/// Zero-ended, as Windows wants it.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16()
        .filter(|unit| *unit != 0)
        .chain([0])
        .collect()
}

fn usual() -> Option<String> {
    let mut name = [0_u16; 512];
    let mut length = 512;
    #[allow(unsafe_code, reason = "the spooler is only reached through C")]
    // SAFETY: the buffer is as long as it is said to be.
    let found = unsafe { GetDefaultPrinterW(name.as_mut_ptr(), &mut length) };
    let text = name.get(..usize::try_from(length).ok()?.checked_sub(1)?)?;
    (found != 0).then(|| String::from_utf16_lossy(text))
}

/// `None` where the spooler does not say.
fn names() -> Option<Vec<String>> {
    const LEVEL: u32 = 4;
    let flags = PRINTER_ENUM_LOCAL | PRINTER_ENUM_CONNECTIONS;
    let (mut needed, mut count) = (0, 0);
    #[allow(unsafe_code, reason = "the spooler is only reached through C")]
    // SAFETY: without a buffer it only says how long one must be.
    let probed = unsafe {
        EnumPrintersW(
            flags,
            ptr::null(),
            LEVEL,
            ptr::null_mut(),
            0,
            &mut needed,
            &mut count,
        )
    };
    // Without one printer it needs no room.
    if needed == 0 {
        return (probed != 0).then(Vec::new);
    }
    if needed > LIST_MAX {
        return None;
    }
    // Of eight bytes each, since the list begins with structs of pointers.
    let mut list = vec![0_u64; (needed as usize).div_ceil(8)];
    let room = needed;
    #[allow(unsafe_code, reason = "the spooler is only reached through C")]
    // SAFETY: the buffer is at least `room` bytes long.
    let listed = unsafe {
        EnumPrintersW(
            flags,
            ptr::null(),
            LEVEL,
            list.as_mut_ptr().cast(),
            room,
            &mut needed,
            &mut count,
        )
    };
    let fits = count as usize * mem::size_of::<PRINTER_INFO_4W>() <= room as usize;
    if listed == 0 || !fits {
        return None;
    }
    #[allow(unsafe_code, reason = "the spooler is only reached through C")]
    // SAFETY: it wrote `count` of them at the buffer's beginning, which is aligned for pointers and lives until the end.
    let infos = unsafe {
        std::slice::from_raw_parts(list.as_ptr().cast::<PRINTER_INFO_4W>(), count as usize)
    };
    let names = infos.iter().filter_map(|info| text(info.pPrinterName));
    Some(names.collect())
}

/// A zero-ended text of the spooler's.
fn text(from: *const u16) -> Option<String> {
    const LONGEST: usize = 1_024;
    if from.is_null() {
        return None;
    }
    let mut units = Vec::new();
    for at in 0..LONGEST {
        #[allow(unsafe_code, reason = "the spooler is only reached through C")]
        // SAFETY: the text ends with a zero, and nothing behind that is read.
        let unit = unsafe { *from.add(at) };
        if unit == 0 {
            break;
        }
        units.push(unit);
    }
    Some(String::from_utf16_lossy(&units)).filter(|name| !name.is_empty())
}

#[cfg(test)]
#[path = "windows/tests.rs"]
mod tests;
