//! Windows' registry as Wine exports it: what stands under one key.

use std::collections::BTreeMap;

/// The values of the key that the export begins with, not those of keys below it: texts without their quotes, numbers
/// as `dword:…`.
pub(super) fn values(export: &[u8]) -> BTreeMap<String, String> {
    let units: Vec<u16> = export
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let text = String::from_utf16_lossy(&units);
    let mut keys = 0;
    let mut found = BTreeMap::new();
    for line in text.lines() {
        keys += usize::from(line.starts_with('['));
        if keys != 1 {
            continue;
        }
        let Some((name, value)) = line.strip_prefix('"').and_then(|l| l.split_once("\"=")) else {
            continue;
        };
        let value = match value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) {
            Some(text) => unescape(text),
            None => value.to_owned(),
        };
        found.insert(name.to_owned(), value);
    }
    found
}

/// A backslash makes what follows it plain.
fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.extend(if letter == '\\' {
            letters.next()
        } else {
            Some(letter)
        });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_is_read() {
        let text = "\u{feff}Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\X]\r\n\
                    \"Run\"=\"\\\"C:\\\\users\\\\王 小明\\\\t.exe\\\" --hidden\"\r\n\"Size\"=dword:000000ff\r\n\r\n\
                    [HKEY_CURRENT_USER\\Software\\X\\Below]\r\n\"Run\"=\"other\"\r\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = values(&bytes);
        assert_eq!(found.len(), 2);
        assert_eq!(found["Run"], "\"C:\\users\\王 小明\\t.exe\" --hidden");
        assert_eq!(found["Size"], "dword:000000ff");
        assert!(values(b"").is_empty());
    }
}
