//! A receipt as what its printer takes: commands for a receipt printer, pages of dots for one of the system's; and read
//! back for the preview.

use super::{
    system::Pages,
    view::{PaperItem, PaperSpan, PaperView},
};
use crate::settings::printers::{Logo, PrinterSetup, PrinterTarget};
use base64::{Engine, prelude::BASE64_STANDARD};
use devices::{
    Script,
    printer::{
        bitmap::Bitmap,
        escpos::{self, Extras, Typeface},
        font::SystemFont,
        paper::{Item, Paper},
        profile::{Letters, Profile},
        receipt::Receipt,
    },
};
use qrcode::{Color, EcLevel, QrCode};
use std::sync::{Arc, Mutex, PoisonError};

/// From one line's top to the next, in dots.
const LINE: usize = 30;
/// A line across the paper is so many dots high.
const RULE: usize = 2;

/// What a printer is sent.
pub(super) enum Sheets {
    /// Commands.
    Script(Script),
    /// Pages of dots, 203 to the inch.
    Pages(Vec<Bitmap>),
    /// Whole sheets, as the system takes them.
    Whole(Pages),
}

/// There is not one font on this computer, and without a font nothing can be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoFont;

/// The fonts of this computer, looked for when a receipt is first made, and kept.
#[derive(Default)]
enum Font {
    #[default]
    NotLookedFor,
    None,
    Found(Box<SystemFont>),
}

/// Makes receipts. Cheap to clone; all clones share the fonts.
#[derive(Clone, Default)]
pub(super) struct Press(Arc<Mutex<Font>>);

impl Press {
    /// For its printer. Blocks for a moment: fonts are read.
    pub(super) fn sheets(
        &self,
        receipt: &Receipt,
        printer: &PrinterSetup,
        logo: Option<&Logo>,
    ) -> Result<Sheets, NoFont> {
        match &printer.target {
            PrinterTarget::Port { .. } => {
                let bytes = self.bytes(receipt, &printer.profile, logo).0;
                Ok(Sheets::Script(Script::bytes(bytes)))
            }
            PrinterTarget::System { .. } => {
                let profile = drawn(&printer.profile);
                let (bytes, fonts) = self.bytes(receipt, &profile, logo);
                let pages = pages(&Paper::read(&bytes, &profile));
                if fonts {
                    Ok(Sheets::Pages(pages))
                } else {
                    Err(NoFont)
                }
            }
        }
    }

    /// What would come out, read back from what would be sent. Blocks for a moment.
    pub(super) fn preview(
        &self,
        receipt: &Receipt,
        printer: &PrinterSetup,
        logo: Option<&Logo>,
    ) -> PaperView {
        let profile = match &printer.target {
            PrinterTarget::Port { .. } => printer.profile.clone(),
            PrinterTarget::System { .. } => drawn(&printer.profile),
        };
        let (bytes, _) = self.bytes(receipt, &profile, logo);
        shown(&Paper::read(&bytes, &profile), &profile)
    }

    /// The commands, and whether there are fonts to draw with.
    fn bytes(&self, receipt: &Receipt, profile: &Profile, logo: Option<&Logo>) -> (Vec<u8>, bool) {
        let mut font = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*font, Font::NotLookedFor) {
            *font = SystemFont::find().map_or(Font::None, |found| Font::Found(Box::new(found)));
        }
        let logo = logo.and_then(Logo::grey);
        let typeface = match &mut *font {
            Font::Found(font) => Some(&mut **font as &mut dyn Typeface),
            Font::NotLookedFor | Font::None => None,
        };
        let fonts = typeface.is_some();
        let extras = Extras {
            logo: logo.as_ref(),
            typeface,
        };
        (escpos::bytes(receipt, profile, extras), fonts)
    }
}

/// As a receipt printer that draws nothing itself, so that everything is dots.
fn drawn(profile: &Profile) -> Profile {
    Profile {
        letters: Letters::Drawn,
        draws_qr: false,
        draws_code128: false,
        ..profile.clone()
    }
}

/// The paper's dots, cut where the printer would.
fn pages(paper: &Paper) -> Vec<Bitmap> {
    let mut pages = Vec::new();
    let mut parts: Vec<(usize, Option<&Bitmap>, bool)> = Vec::new();
    let finish = |parts: &mut Vec<(usize, Option<&Bitmap>, bool)>, pages: &mut Vec<Bitmap>| {
        let rows = parts.iter().map(|(rows, ..)| rows).sum();
        let mut page = Bitmap::white(paper.dots, rows);
        let mut top = 0;
        for (rows, picture, rule) in parts.drain(..) {
            if let Some(picture) = picture {
                page.stamp(picture, 0, top);
            }
            if rule {
                for dot in 0..paper.dots * RULE {
                    page.blacken(dot % paper.dots, top + rows / 2 + dot / paper.dots);
                }
            }
            top += rows;
        }
        if rows > 0 {
            pages.push(page);
        }
    };
    for item in &paper.items {
        match item {
            Item::Picture { dots } => parts.push((dots.rows(), Some(dots), false)),
            // What is not drawn is a line across the paper, or nothing.
            Item::Line { spans, .. } => parts.push((LINE, None, !spans.is_empty())),
            Item::Feed { lines } => parts.push((LINE * usize::from(*lines), None, false)),
            Item::Cut => finish(&mut parts, &mut pages),
            _ => {}
        }
    }
    finish(&mut parts, &mut pages);
    pages
}

fn shown(paper: &Paper, profile: &Profile) -> PaperView {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let item = |item: &Item| {
        Some(match item {
            Item::Line { spans, .. } => PaperItem::Line {
                spans: spans
                    .iter()
                    .map(|span| PaperSpan {
                        column: number(span.column),
                        columns: number(span.columns),
                        text: span.text.clone(),
                        bold: span.look.bold,
                        wide: span.look.wide.into(),
                        tall: span.look.tall.into(),
                    })
                    .collect(),
            },
            Item::Picture { dots } => PaperItem::Picture {
                width: number(dots.width()),
                rows: number(dots.rows()),
                bits: bits(dots),
            },
            Item::Qr { data, module } => PaperItem::Qr {
                modules: modules(data)?,
                module: (*module).into(),
            },
            Item::Barcode { data, .. } => PaperItem::Barcode { text: data.clone() },
            Item::Feed { lines } => PaperItem::Feed {
                lines: (*lines).into(),
            },
            Item::Cut => PaperItem::Cut,
            Item::Drawer { pin } if profile.rings_on(*pin) => PaperItem::Bell,
            Item::Drawer { .. } => PaperItem::Drawer,
            Item::Bell => PaperItem::Bell,
            Item::Asked { .. } | Item::Odd { .. } | Item::CutOff => return None,
        })
    };
    PaperView {
        dots: number(paper.dots),
        columns: number(paper.columns),
        items: paper.items.iter().filter_map(item).collect(),
    }
}

fn bits(dots: &Bitmap) -> String {
    let bytes: Vec<u8> = (0..dots.rows())
        .flat_map(|row| dots.row(row).iter().copied())
        .collect();
    BASE64_STANDARD.encode(bytes)
}

fn modules(data: &str) -> Option<Vec<String>> {
    let code = QrCode::with_error_correction_level(data, EcLevel::M).ok()?;
    let module = |color: &Color| if *color == Color::Dark { '1' } else { '0' };
    let colors = code.to_colors();
    let rows = colors.chunks(code.width());
    Some(rows.map(|row| row.iter().map(module).collect()).collect())
}
