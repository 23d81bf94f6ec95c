//! QR codes and barcodes in a printer's bytes.

use super::{Item, Reader};

impl Reader<'_> {
    /// A command that says how long it is. Of those only the QR code's are known.
    pub(super) fn long_command(&mut self) -> Option<()> {
        let family = self.byte()?;
        let length = self.length()?;
        let parameters = self.take(length)?;
        if family != 0x6b {
            self.items.push(Item::Odd { byte: family });
            return Some(());
        }
        match parameters {
            [0x31, 0x43, module, ..] => self.qr.1 = *module,
            [0x31, 0x50, 0x30, data @ ..] => self.qr.0 = data.to_vec(),
            [0x31, 0x51, ..] => {
                self.finish_line(false);
                let data = String::from_utf8_lossy(&self.qr.0).into_owned();
                let module = self.qr.1;
                self.items.push(Item::Qr { data, module });
            }
            _ => {}
        }
        Some(())
    }

    /// Kinds below 65 end with a zero; from there on they say how long they are.
    pub(super) fn barcode(&mut self) -> Option<()> {
        let kind = self.byte()?;
        let data = if kind < 65 {
            let rest = self.bytes.get(self.at..)?;
            let end = rest.iter().position(|byte| *byte == 0)?;
            let data = self.take(end)?;
            self.byte()?;
            data
        } else {
            let length = self.byte()?.into();
            self.take(length)?
        };
        let data = match kind {
            73 => code128(data),
            _ => String::from_utf8_lossy(data).into_owned(),
        };
        self.finish_line(false);
        let kind = if kind < 65 { kind } else { kind - 65 };
        self.items.push(Item::Barcode { kind, data });
        Some(())
    }
}

/// The text of CODE128: `{A`, `{B` and `{C` change the set, `{{` is a brace.
fn code128(data: &[u8]) -> String {
    let mut text = String::new();
    let (mut pairs, mut at) = (false, 0);
    while let Some(byte) = data.get(at) {
        match (byte, data.get(at + 1)) {
            (b'{', Some(b'{')) if !pairs => {
                text.push('{');
                at += 1;
            }
            (b'{', Some(set)) => {
                pairs = *set == b'C';
                at += 1;
            }
            (value, _) if pairs => text.push_str(&format!("{value:02}")),
            (value, _) => text.push(char::from(*value)),
        }
        at += 1;
    }
    text
}
