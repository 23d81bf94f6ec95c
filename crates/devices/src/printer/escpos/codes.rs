//! QR codes and barcodes in ESC/POS: drawn by the printer where it can, else by us.

use super::Press;
use crate::printer::{
    bitmap::Bitmap,
    receipt::{Align, Barcode, QR_MAX, Style, Symbology},
};
use qrcode::{Color, EcLevel, QrCode};

/// White around a QR code, in modules.
const QUIET: usize = 4;
/// No module is larger: a short link would fill the paper.
const MODULE_MAX: usize = 8;
/// Readers fail on smaller ones: three eighths of a millimetre.
const MODULE_MIN: usize = 3;

impl Press<'_> {
    pub(super) fn qr(&mut self, data: &str) {
        let code = (data.len() <= QR_MAX)
            .then(|| QrCode::with_error_correction_level(data, EcLevel::M).ok())
            .flatten();
        let fit = |code: &QrCode| self.dots() / (code.width() + 2 * QUIET);
        match code.map(|code| (fit(&code).min(MODULE_MAX), code)) {
            Some((module, code)) if module >= MODULE_MIN => {
                if self.profile.draws_qr {
                    self.own_qr(data, module as u8);
                } else {
                    self.picture_in_the_middle(&dots(&code, module));
                }
            }
            // Too much for this paper: the words are better than a code that nobody can read.
            _ => self.text(data, Style::default()),
        }
    }

    /// By the printer itself: model 2, level M.
    fn own_qr(&mut self, data: &str, module: u8) {
        self.take(centred());
        // A printer draws no white around it, and readers want some: a barcode's text may stand right above.
        self.feed(1);
        self.qr_step(&[0x31, 0x41, 0x32, 0x00]);
        self.qr_step(&[0x31, 0x43, module]);
        self.qr_step(&[0x31, 0x45, 0x31]);
        let mut store = vec![0x31, 0x50, 0x30];
        store.extend_from_slice(data.as_bytes());
        self.qr_step(&store);
        self.qr_step(&[0x31, 0x51, 0x30]);
        self.feed(1);
    }

    fn qr_step(&mut self, parameters: &[u8]) {
        self.send(&[0x1d, 0x28, 0x6b]);
        // At most QR_MAX and three: two bytes hold it.
        self.send(&(parameters.len() as u16).to_le_bytes());
        self.send(parameters);
    }

    pub(super) fn barcode(&mut self, barcode: &Barcode) {
        let bar = [3_u8, 2]
            .into_iter()
            .find(|bar| barcode.modules() * usize::from(*bar) <= self.dots());
        let drawn = match barcode.symbology() {
            Symbology::Code39 => Some((0x04, ended(barcode.text().as_bytes()))),
            Symbology::Ean13 => Some((0x02, ended(barcode.text().as_bytes()))),
            Symbology::Code128 if self.profile.draws_code128 => {
                code128(barcode.text()).map(|data| (0x49, counted(data)))
            }
            Symbology::Code128 => None,
        };
        let (Some(bar), Some((kind, data))) = (bar, drawn) else {
            return self.text(barcode.text(), centred());
        };
        self.take(centred());
        // Eight millimetres high, its text below.
        self.send(&[0x1d, 0x68, 64, 0x1d, 0x48, 2, 0x1d, 0x77, bar]);
        self.send(&[0x1d, 0x6b, kind]);
        self.send(&data);
    }
}

fn centred() -> Style {
    Style {
        align: Align::Centre,
        ..Style::default()
    }
}

/// The old form, which every printer knows: the text, then a zero.
fn ended(text: &[u8]) -> Vec<u8> {
    let mut data = text.to_vec();
    data.push(0);
    data
}

/// The newer form: how long it is, then the text.
fn counted(text: Vec<u8>) -> Vec<u8> {
    let mut data = vec![text.len() as u8];
    data.extend(text);
    data
}

/// Pairs of digits in set C, all else in set B. `None` where the pairs would read as a real-time command.
fn code128(text: &str) -> Option<Vec<u8>> {
    let mut data = Vec::with_capacity(text.len() + 6);
    let digits = text.len() >= 4 && text.bytes().all(|b| b.is_ascii_digit());
    let plain = if digits { text.len() % 2 } else { text.len() };
    let (plain, pairs) = text.as_bytes().split_at(plain);
    if !plain.is_empty() {
        data.extend_from_slice(b"{B");
    }
    for byte in plain {
        data.push(*byte);
        // A brace begins a command, so one that is meant comes twice.
        if *byte == b'{' {
            data.push(b'{');
        }
    }
    if !pairs.is_empty() {
        data.extend_from_slice(b"{C");
        let values = pairs.chunks(2).map(|p| (p[0] - b'0') * 10 + (p[1] - b'0'));
        data.extend(values);
    }
    let commands = data
        .windows(2)
        .any(|w| w[0] == 0x10 && matches!(w[1], 0x04 | 0x05 | 0x14));
    (!commands && data.len() <= 255).then_some(data)
}

/// A QR code as dots, with its white border above and below; the paper is the border beside it.
fn dots(code: &QrCode, module: usize) -> Bitmap {
    let side = code.width() + 2 * QUIET;
    let mut bitmap = Bitmap::white(side * module, side * module);
    for (i, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (i % code.width() + QUIET, i / code.width() + QUIET);
            for dot in 0..module * module {
                bitmap.blacken(x * module + dot % module, y * module + dot / module);
            }
        }
    }
    bitmap
}
