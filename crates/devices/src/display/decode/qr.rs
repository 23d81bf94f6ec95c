//! Reads the boxes that draw codes.

use super::{Drawn, Reader, panel::Panel};
use crate::display::{Display, LengthField, Template};

/// A code's bytes with what stands around them.
const COMMAND_MAX: usize = 2048;

fn draw(code: &[u8], panel: &mut Panel) {
    panel.qr = Some(String::from_utf8_lossy(code).into_owned());
    panel.picture = None;
}

fn picture(drawn: Drawn, panel: &mut Panel) {
    panel.qr = None;
    panel.picture = Some(drawn);
}

pub(super) struct Mertech;

impl Reader for Mertech {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        if bytes[0] != 0x02 {
            return Some(1);
        }
        match (*bytes.get(1)?, *bytes.get(2)?) {
            (0xf2, 0x02) => {
                let length = u16::from_be_bytes([*bytes.get(3)?, *bytes.get(4)?]);
                let end = 5 + usize::from(length);
                if length > 1000 {
                    return Some(5);
                }
                let tail = bytes.get(end..end + 3)?;
                if tail == [0x02, 0xf2, 0x03] {
                    draw(&bytes[5..end], panel);
                }
                Some(end + 3)
            }
            (0xf0, 0x03) => {
                let end = 3 + bytes[3..].iter().position(|byte| *byte == 0x03)?;
                match &bytes[3..end] {
                    b"CLS" => picture(Drawn::Idle, panel),
                    b"correct" => picture(Drawn::Paid, panel),
                    b"mistake" => picture(Drawn::Failed, panel),
                    _ => {}
                }
                Some(end + 1)
            }
            _ => Some(1),
        }
    }

    fn longest(&self) -> usize {
        COMMAND_MAX
    }
}

/// Lines of words. Since a line need not have an end, each byte may change what is meant.
#[derive(Default)]
pub(super) struct Bonrix {
    line: Vec<u8>,
}

/// What lines begin with.
const WORDS: [&[u8]; 5] = [
    b"WelcomeScreen**",
    b"DisplayQRCodeScreen**",
    b"DisplaySuccessQRCodeScreen**",
    b"DisplayFailQRCodeScreen**",
    b"DisplayCancelQRCodeScreen**",
];

impl Reader for Bonrix {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        let byte = bytes[0];
        if matches!(byte, b'\r' | b'\n') || self.line.len() >= COMMAND_MAX {
            self.line.clear();
            return Some(1);
        }
        self.line.push(byte);
        if let Some(word) = WORDS.iter().find(|word| self.line.ends_with(word)) {
            self.line = word.to_vec();
        }
        let Some(word) = WORDS.iter().find(|word| self.line.starts_with(word)) else {
            return Some(1);
        };
        match *word {
            b"DisplayQRCodeScreen**" => {
                let fields = &self.line[word.len()..];
                let end = fields
                    .windows(2)
                    .position(|pair| pair == b"**")
                    .unwrap_or(fields.len());
                draw(&fields[..end], panel);
            }
            b"DisplaySuccessQRCodeScreen**" => picture(Drawn::Paid, panel),
            b"WelcomeScreen**" => picture(Drawn::Idle, panel),
            _ => picture(Drawn::Failed, panel),
        }
        Some(1)
    }
}

pub(super) struct Nextion;

impl Reader for Nextion {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        let end = bytes.windows(3).position(|three| three == [0xff; 3])?;
        let code = bytes[..end]
            .strip_prefix(b"qr0.txt=\"")
            .and_then(|rest| rest.strip_suffix(b"\""));
        match code {
            Some([]) => picture(Drawn::Idle, panel),
            Some(code) => draw(code, panel),
            None => {}
        }
        Some(end + 3)
    }

    fn longest(&self) -> usize {
        COMMAND_MAX
    }
}

/// A box by its template.
pub(super) struct Custom {
    template: Template,
    /// A code without length and end: it goes on until something else begins.
    open: Option<Vec<u8>>,
}

impl Custom {
    pub(super) fn new(display: &Display) -> Self {
        Self {
            template: display.template.clone().unwrap_or_default(),
            open: None,
        }
    }

    /// Where a code begins and ends behind `before`, and where the command ends.
    fn bounds(&self, bytes: &[u8]) -> Option<(usize, usize, usize)> {
        let at = self.template.before.len();
        let byte = |i: usize| bytes.get(at + i).copied();
        let (start, length) = match self.template.length {
            LengthField::Byte => (at + 1, usize::from(byte(0)?)),
            LengthField::BigEndian => (at + 2, u16::from_be_bytes([byte(0)?, byte(1)?]).into()),
            LengthField::LittleEndian => (at + 2, u16::from_le_bytes([byte(0)?, byte(1)?]).into()),
            LengthField::None => {
                let after = &self.template.after;
                let length = bytes[at..]
                    .windows(after.len().max(1))
                    .position(|window| window == after)?;
                (at, length)
            }
        };
        let end = start + length;
        let whole = end + self.template.after.len();
        (bytes.len() >= whole).then_some((start, end, whole))
    }
}

impl Reader for Custom {
    fn step(&mut self, bytes: &[u8], panel: &mut Panel) -> Option<usize> {
        for (command, drawn) in [
            (&self.template.paid, Drawn::Paid),
            (&self.template.clear, Drawn::Idle),
        ] {
            if !command.is_empty() && bytes.starts_with(command) {
                self.open = None;
                picture(drawn, panel);
                return Some(command.len());
            }
            if bytes.len() < command.len() && command.starts_with(bytes) {
                return None;
            }
        }
        let before = &self.template.before;
        if bytes.len() < before.len() && before.starts_with(bytes) {
            return None;
        }
        let endless = self.template.length == LengthField::None && self.template.after.is_empty();
        if bytes.starts_with(before) && (!endless || !before.is_empty()) {
            if endless {
                self.open = Some(Vec::new());
                return Some(before.len());
            }
            let (start, end, whole) = self.bounds(bytes)?;
            draw(&bytes[start..end], panel);
            return Some(whole);
        }
        if endless && before.is_empty() && self.open.is_none() {
            self.open = Some(Vec::new());
        }
        if let Some(open) = self.open.as_mut().filter(|open| open.len() < COMMAND_MAX) {
            open.push(bytes[0]);
            draw(open, panel);
        }
        Some(1)
    }

    fn longest(&self) -> usize {
        COMMAND_MAX
    }
}
