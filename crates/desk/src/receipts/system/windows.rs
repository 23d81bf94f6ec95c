//! The system's printers on Windows: the dots are drawn through GDI, which every printer's driver takes, while a PDF
//! needs a program that may not be there. The driver knows its paper.

use super::{
    Unlisted,
    beside::{AtWork, Left},
    offered::is_offered,
    pages::{Page, Paper, lay},
};
use crate::{receipts::view::SystemPrinter, settings::printers::Sheet};
use devices::{PortError, port::Taken, printer::bitmap::Bitmap, queue::Outcome};
use std::{ffi::c_void, mem, ptr, sync::Arc, time::Duration};
use windows_sys::Win32::{
    Graphics::{
        Gdi::{
            BI_RGB, BITMAPINFOHEADER, CreateDCW, DIB_RGB_COLORS, DeleteDC, GetDeviceCaps, HDC,
            HORZRES, LOGPIXELSX, RGBQUAD, SRCCOPY, StretchDIBits, VERTRES,
        },
        Printing::{
            EnumPrintersW, GetDefaultPrinterW, PRINTER_ENUM_CONNECTIONS, PRINTER_ENUM_LOCAL,
            PRINTER_INFO_4W,
        },
    },
    Storage::Xps::{AbortDoc, DOCINFOW, EndDoc, EndPage, StartDocW, StartPage},
};

/// A printer on the network that is not there holds its driver for long.
const PRINT_WITHIN: Duration = Duration::from_secs(60);
const LIST_WITHIN: Duration = Duration::from_secs(8);
/// So much is asked for at most, in bytes.
const LIST_MAX: u32 = 1 << 20;
/// So many printers are listed at most.
const PRINTERS_MAX: usize = 200;

/// What asks the spooler for its list: no printer has this name.
const THE_LIST: &str = "";

/// The system's spooler.
#[derive(Debug, Clone, Default)]
pub(crate) struct System {
    at_work: AtWork,
    /// Who asks for the list waits for whoever asks already.
    listing: Arc<tokio::sync::Mutex<()>>,
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
        let told = self.at_work.beside(printer, PRINT_WITHIN, move || {
            draw(&name, &title, &receipts)
        });
        let stalled = PortError::Stalled { port };
        told.await.unwrap_or_else(|left| match left {
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

/// A printer's place to draw; let go with it.
struct Canvas(HDC);

impl Canvas {
    fn open(printer: &str) -> Option<Self> {
        let name = wide(printer);
        #[allow(unsafe_code, reason = "printers are only drawn on through C")]
        // SAFETY: the name ends with a zero and outlives the call; the other pointers may be null.
        let canvas = unsafe { CreateDCW(ptr::null(), name.as_ptr(), ptr::null(), ptr::null()) };
        (!canvas.is_null()).then_some(Self(canvas))
    }

    fn has(&self, what: u32) -> usize {
        #[allow(unsafe_code, reason = "printers are only drawn on through C")]
        // SAFETY: the canvas is open.
        let has = unsafe { GetDeviceCaps(self.0, what as i32) };
        usize::try_from(has).unwrap_or(0)
    }

    /// Draws on the page that is begun.
    fn draw(&self, page: &Page) -> bool {
        let Dib { info, rows } = Dib::new(&page.dots);
        let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        #[allow(unsafe_code, reason = "printers are only drawn on through C")]
        // SAFETY: the head says how many rows of how many dots there are, `rows` has them, and the two colours that one
        // bit chooses between stand behind the head.
        let drawn = unsafe {
            StretchDIBits(
                self.0,
                number(page.left),
                number(page.top),
                number(page.picture_width),
                number(page.picture_height),
                0,
                0,
                number(page.dots.width()),
                number(page.dots.rows()),
                rows.as_ptr().cast::<c_void>(),
                ptr::from_ref(&info).cast(),
                DIB_RGB_COLORS,
                SRCCOPY,
            )
        };
        drawn != 0
    }
}

impl Drop for Canvas {
    fn drop(&mut self) {
        #[allow(unsafe_code, reason = "printers are only drawn on through C")]
        // SAFETY: it was opened by us, and is let go once.
        unsafe {
            DeleteDC(self.0);
        }
    }
}

/// A picture as GDI takes it: its head with white and black, and rows of whole words.
struct Dib {
    info: DibHead,
    rows: Vec<u8>,
}

#[repr(C)]
struct DibHead {
    head: BITMAPINFOHEADER,
    colours: [RGBQUAD; 2],
}

impl Dib {
    fn new(dots: &Bitmap) -> Self {
        let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let row_bytes = dots.width().div_ceil(32) * 4;
        let mut rows = Vec::with_capacity(row_bytes * dots.rows());
        for row in 0..dots.rows() {
            rows.extend_from_slice(dots.row(row));
            rows.resize((row + 1) * row_bytes, 0);
        }
        let white = RGBQUAD {
            rgbBlue: 0xff,
            rgbGreen: 0xff,
            rgbRed: 0xff,
            rgbReserved: 0,
        };
        let black = RGBQUAD {
            rgbBlue: 0,
            rgbGreen: 0,
            rgbRed: 0,
            rgbReserved: 0,
        };
        let head = BITMAPINFOHEADER {
            biSize: mem::size_of::<BITMAPINFOHEADER>() as u32,
            biWidth: number(dots.width()),
            // From top to bottom.
            biHeight: -number(dots.rows()),
            biPlanes: 1,
            biBitCount: 1,
            biCompression: BI_RGB,
            biSizeImage: 0,
            biXPelsPerMeter: 0,
            biYPelsPerMeter: 0,
            biClrUsed: 2,
            biClrImportant: 2,
        };
        Self {
            info: DibHead {
                head,
                colours: [white, black],
            },
            rows,
        }
    }
}

/// Draws all receipts as one job.
fn draw(printer: &str, title: &str, receipts: &[Bitmap]) -> Outcome {
    let port = printer.to_owned();
    let Some(canvas) = Canvas::open(printer) else {
        return Outcome::Failed(PortError::Gone { port });
    };
    let (inch, width, height) = (
        canvas.has(LOGPIXELSX),
        canvas.has(HORZRES),
        canvas.has(VERTRES),
    );
    if inch == 0 || width == 0 || height == 0 {
        let reason = "the driver does not say how large its paper is".to_owned();
        return Outcome::Failed(PortError::Other { port, reason });
    }
    // What can be printed on begins at nought: the driver has its margins besides.
    let paper = Paper {
        inch,
        width,
        height: Some(height),
        margin: 0,
    };
    let pages = lay(receipts, paper);
    let name = wide(title);
    let info = DOCINFOW {
        cbSize: mem::size_of::<DOCINFOW>() as i32,
        lpszDocName: name.as_ptr(),
        lpszOutput: ptr::null(),
        lpszDatatype: ptr::null(),
        fwType: 0,
    };
    #[allow(unsafe_code, reason = "printers are only drawn on through C")]
    // SAFETY: the canvas is open, and the name outlives the call.
    if unsafe { StartDocW(canvas.0, &info) } <= 0 {
        return Outcome::Failed(last_error(port));
    }
    for page in &pages {
        #[allow(unsafe_code, reason = "printers are only drawn on through C")]
        // SAFETY: a job is begun on the open canvas.
        let begun = unsafe { StartPage(canvas.0) } > 0;
        let drawn = begun && canvas.draw(page);
        #[allow(unsafe_code, reason = "printers are only drawn on through C")]
        // SAFETY: a page is begun.
        let ended = drawn && unsafe { EndPage(canvas.0) } > 0;
        if !ended {
            let why = last_error(port);
            #[allow(unsafe_code, reason = "printers are only drawn on through C")]
            // SAFETY: a job is begun, and given up once.
            unsafe {
                AbortDoc(canvas.0);
            }
            // Pages before this one may be on their way.
            return Outcome::Unknown(why);
        }
    }
    #[allow(unsafe_code, reason = "printers are only drawn on through C")]
    // SAFETY: a job is begun, and ended once.
    if unsafe { EndDoc(canvas.0) } <= 0 {
        return Outcome::Unknown(last_error(port));
    }
    Outcome::Done {
        taken: Taken::Sent,
        heard: Vec::new(),
    }
}

fn last_error(port: String) -> PortError {
    let reason = std::io::Error::last_os_error().to_string();
    PortError::Other { port, reason }
}

#[cfg(test)]
#[path = "windows/tests.rs"]
mod tests;
