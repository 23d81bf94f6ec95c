//! WeChat's flat XML: one root, text inside its children, nothing else. Document types and entities of one's own are
//! refused, so nothing is ever fetched or expanded.

use crate::Refusal;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use std::collections::BTreeMap;

/// No message has half as many.
const ELEMENTS_MAX: usize = 128;

/// The children of the one element `root`, by name, with their text as it stands (not trimmed).
pub(super) fn flat(text: &str, root: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut flat = Flat {
        elements: BTreeMap::new(),
        open: None,
        in_root: false,
        root_seen: false,
    };
    loop {
        let event = reader
            .read_event()
            .map_err(|_| Refusal::Malformed("broken XML"))?;
        match event {
            Event::Start(tag) => flat.start(tag.name().as_ref(), root)?,
            Event::End(_) => flat.end(),
            Event::Text(piece) => flat.push(
                &piece
                    .decode()
                    .map_err(|_| Refusal::Malformed("broken XML"))?,
            )?,
            Event::CData(piece) => flat.push(
                &piece
                    .decode()
                    .map_err(|_| Refusal::Malformed("broken XML"))?,
            )?,
            Event::GeneralRef(reference) => {
                flat.push(resolved(&reference)?.encode_utf8(&mut [0; 4]))?
            }
            Event::Decl(_) if !flat.root_seen => {}
            Event::Eof if flat.root_seen && !flat.in_root => return Ok(flat.elements),
            Event::DocType(_) => return Err(Refusal::Malformed("XML with a document type")),
            _ => return Err(Refusal::Malformed("broken XML")),
        }
    }
}

struct Flat {
    elements: BTreeMap<String, String>,
    open: Option<(String, String)>,
    in_root: bool,
    root_seen: bool,
}

impl Flat {
    fn start(&mut self, name: &[u8], root: &str) -> Result<(), Refusal> {
        let name = std::str::from_utf8(name).map_err(|_| Refusal::Malformed("broken XML"))?;
        if !self.root_seen && name == root {
            (self.in_root, self.root_seen) = (true, true);
            return Ok(());
        }
        if !self.in_root || self.open.is_some() || self.elements.len() == ELEMENTS_MAX {
            return Err(Refusal::Malformed("XML of another shape"));
        }
        if self.elements.contains_key(name) {
            return Err(Refusal::Malformed("a field comes twice"));
        }
        // The signed text is `name=value&…`: a name that holds those marks could stand for two fields.
        if name.contains(['=', '&']) {
            return Err(Refusal::Malformed("broken XML"));
        }
        self.open = Some((name.to_owned(), String::new()));
        Ok(())
    }

    // The reader has checked that the end's name is that of the start.
    fn end(&mut self) {
        match self.open.take() {
            Some((name, value)) => drop(self.elements.insert(name, value)),
            None => self.in_root = false,
        }
    }

    fn push(&mut self, piece: &str) -> Result<(), Refusal> {
        match &mut self.open {
            Some((_, value)) => value.push_str(piece),
            None if piece.trim_start_matches('\u{feff}').trim().is_empty() => {}
            None => return Err(Refusal::Malformed("XML of another shape")),
        }
        Ok(())
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<char, Refusal> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Ok(character);
    }
    match &**reference {
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"amp" => Ok('&'),
        b"apos" => Ok('\''),
        b"quot" => Ok('"'),
        _ => Err(Refusal::Malformed("an XML entity")),
    }
}
