//! Drawing for a printer's driver, through GDI: pages of dots as one job.

use super::{
    super::pages::{Page, Paper},
    wide,
};
use devices::{PortError, port::Taken, printer::bitmap::Bitmap, queue::Outcome};
use std::{ffi::c_void, mem, ptr};
use windows_sys::Win32::{
    Graphics::Gdi::{
        BI_RGB, BITMAPINFOHEADER, CreateDCW, DIB_RGB_COLORS, DeleteDC, GetDeviceCaps, HDC, HORZRES,
        HORZSIZE, LOGPIXELSX, RGBQUAD, SRCCOPY, StretchDIBits, VERTRES,
    },
    Storage::Xps::{AbortDoc, DOCINFOW, EndDoc, EndPage, StartDocW, StartPage},
};

/// How wide a printer's paper is, in millimetres, as far as it prints.
pub(super) fn paper_width(printer: &str) -> Option<usize> {
    Canvas::open(printer).map(|canvas| canvas.has(HORZSIZE))
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

/// Draws all as one job, once the paper is known.
pub(super) fn draw(printer: &str, title: &str, lay: impl FnOnce(Paper) -> Vec<Page>) -> Outcome {
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
    let pages = lay(paper);
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
